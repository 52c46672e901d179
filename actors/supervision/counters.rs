//! What every kind of actor counts: messages, time, depth, deaths.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// A kind of actor; figures are kept by kind, so that ten thousand partitions are one line of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The root of the tree; its end is the end of the process.
    Broker,
    /// One per arbiter: the partitions and connections that live there.
    Shard,
    /// One per listener: accepts connections.
    Listener,
    /// One per client connection.
    Connection,
    /// One per hosted replica of a partition.
    Partition,
    /// One per led partition of `__consumer_offsets`: the groups that are recorded there.
    GroupCoordinator,
    /// Decides what changes in the cluster and owns the metadata log.
    Controller,
    /// One per log dir: removes what was deleted, writes checkpoints.
    Retention,
    /// The HTTP endpoint for people and monitoring.
    Ops,
}

impl Kind {
    /// Every kind, in the order of the tree.
    pub const ALL: [Self; 9] = [
        Self::Broker,
        Self::Shard,
        Self::Listener,
        Self::Connection,
        Self::Partition,
        Self::GroupCoordinator,
        Self::Controller,
        Self::Retention,
        Self::Ops,
    ];

    /// The kind in lower case, as metrics and the actor tree show it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Broker => "broker",
            Self::Shard => "shard",
            Self::Listener => "listener",
            Self::Connection => "connection",
            Self::Partition => "partition",
            Self::GroupCoordinator => "group-coordinator",
            Self::Controller => "controller",
            Self::Retention => "retention",
            Self::Ops => "ops",
        }
    }
}

/// Upper bounds of the handling-time histogram in microseconds; a last bucket without bound follows.
pub const BUCKETS_MICROS: [u64; 8] = [5, 20, 50, 100, 250, 1_000, 10_000, 100_000];

/// A turn that took longer than this is slow: it kept every other actor of its arbiter waiting.
pub(crate) const SLOW_TURN: Duration = Duration::from_millis(1);

/// The figures of one kind of actor. All only grow, except the depth.
#[derive(Debug, Default)]
pub struct KindCounters {
    /// Messages handled.
    pub messages: AtomicU64,
    /// Nanoseconds spent handling them.
    pub handling_nanos: AtomicU64,
    /// Messages by handling time; see [`BUCKETS_MICROS`].
    pub handling_buckets: [AtomicU64; BUCKETS_MICROS.len() + 1],
    /// Nanoseconds that messages waited in mailboxes.
    pub wait_nanos: AtomicU64,
    /// Messages now in mailboxes.
    pub depth: AtomicI64,
    /// Turns that took over 1 ms.
    pub slow_turns: AtomicU64,
    /// Incarnations started after a first one.
    pub restarts: AtomicU64,
    /// Incarnations that ended by a panic.
    pub panics: AtomicU64,
    /// Actors of the kind that live now.
    pub alive: AtomicI64,
}

impl KindCounters {
    /// Counts one handled message.
    pub(crate) fn turn(&self, waited: Duration, took: Duration) {
        let micros = took.as_micros() as u64;
        let bucket = BUCKETS_MICROS.iter().position(|bound| micros <= *bound);
        self.messages.fetch_add(1, Relaxed);
        self.handling_nanos.fetch_add(took.as_nanos() as u64, Relaxed);
        self.wait_nanos.fetch_add(waited.as_nanos() as u64, Relaxed);
        self.handling_buckets[bucket.unwrap_or(BUCKETS_MICROS.len())].fetch_add(1, Relaxed);
        if took > SLOW_TURN {
            self.slow_turns.fetch_add(1, Relaxed);
        }
    }
}

/// The figures of all kinds.
#[derive(Debug, Default)]
pub struct Counters {
    kinds: [KindCounters; Kind::ALL.len()],
}

impl Counters {
    /// Counters for the life of the process. A broker makes them once: they are leaked on purpose, so that a message
    /// can carry a plain reference instead of counting references for each send.
    pub(crate) fn leak() -> &'static Self {
        Box::leak(Box::default())
    }

    /// The figures of `kind`.
    pub fn of(&self, kind: Kind) -> &KindCounters {
        &self.kinds[kind as usize]
    }
}

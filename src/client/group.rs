//! Being a member of a group.
//!
//! ```text
//! GroupConsumer ─▶ ClassicMember   JoinGroup, SyncGroup, Heartbeat; range.rs where it leads     classic.rs
//!    member.rs  └▶ ConsumerMember  ConsumerGroupHeartbeat (KIP-848)                             consumer.rs
//! ```
//!
//! The two members are plain state machines: what is to be asked next, and what an answer changes. [`GroupConsumer`]
//! asks; what it tells its user is the same for both.

mod classic;
mod consumer;
mod member;
mod range;
pub(crate) mod subscription;

use std::collections::BTreeSet;
use std::time::Duration;

pub use member::GroupConsumer;

use crate::groups::TopicPartition;

/// Kafka's `session.timeout.ms` of consumers.
const SESSION_TIMEOUT: Duration = Duration::from_secs(45);
/// Kafka's `max.poll.interval.ms`, which is how long members may take for a rebalance.
const REBALANCE_TIMEOUT: Duration = Duration::from_secs(300);
/// Kafka's `heartbeat.interval.ms`.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(3);

/// The protocol in which a member speaks to its group's coordinator: Kafka's `group.protocol`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupProtocol {
    /// The members agree among themselves; one of them assigns.
    #[default]
    Classic,
    /// The coordinator assigns (KIP-848; Kafka from 4.0 on).
    Consumer,
}

/// Which group to be a member of, and how.
#[derive(Debug, Clone)]
pub struct GroupOptions {
    /// The group's id.
    pub group: String,
    /// The topics to be read, each once.
    pub topics: Vec<String>,
    /// How to speak to the coordinator.
    pub protocol: GroupProtocol,
    /// The id under which the member is known again after a restart, if it is to be (KIP-345).
    pub instance_id: Option<String>,
    /// After how long without a heartbeat the coordinator gives a classic member up.
    pub session_timeout: Duration,
    /// How long a member may take to give partitions up or to join again.
    pub rebalance_timeout: Duration,
    /// How often a classic member shows that it lives.
    pub heartbeat_interval: Duration,
}

impl GroupOptions {
    /// With the Java consumer's defaults.
    pub fn new(group: impl Into<String>, topics: Vec<String>, protocol: GroupProtocol) -> Self {
        Self {
            group: group.into(),
            topics,
            protocol,
            instance_id: None,
            session_timeout: SESSION_TIMEOUT,
            rebalance_timeout: REBALANCE_TIMEOUT,
            heartbeat_interval: HEARTBEAT_INTERVAL,
        }
    }
}

/// As whom a member commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Its id.
    pub member_id: String,
    /// The group's generation, or in the consumer protocol the member's epoch.
    pub epoch: i32,
    /// The id under which it comes back, if it has one.
    pub instance_id: Option<String>,
}

/// What a member is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupEvent {
    /// Nothing has changed.
    Unchanged,
    /// These partitions are to be given up: commit how far they were read and read no further. They count as given up
    /// at the next call.
    Release(BTreeSet<TopicPartition>),
    /// These are the partitions to read now, all of them.
    Assigned(BTreeSet<TopicPartition>),
    /// The group went on without this member, which will join anew: others may read its partitions already, and nothing
    /// can be committed any more.
    Lost,
}

fn milliseconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX)
}

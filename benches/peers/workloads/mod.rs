//! The workloads: one file each, one line each.

mod cold_reader;
mod end_to_end;
mod fetch_cached;
mod fetch_cached_wide;
mod group_commits;
mod group_heartbeats;
mod group_join_500;
mod group_replay;
mod java_producer;
mod kcat_consumer;
mod long_polls;
mod partitions_10000;
mod partitions_2000;
mod produce_1000x100;
mod produce_16x1k;
mod produce_1x100;
mod produce_keyed;
mod start;

use std::pin::Pin;
use std::time::Duration;

use kabuki_records::codec::Codec;

use crate::error::Result;
use crate::load::Limits;
use crate::measure::Figures;
use crate::server::{Home, Peer, Programs, Server};

/// In the order of the tables.
pub(crate) const ALL: &[Workload] = &[
    on_running("produce-16x1k", produce_16x1k::WHAT, |stage| Box::pin(produce_16x1k::run(stage))),
    on_running("produce-1000x100", produce_1000x100::WHAT, |stage| {
        Box::pin(produce_1000x100::run(stage))
    }),
    on_running("produce-1x100", produce_1x100::WHAT, |stage| Box::pin(produce_1x100::run(stage))),
    on_running("produce-keyed", produce_keyed::WHAT, |stage| {
        Box::pin(produce_keyed::run(stage, Codec::None))
    }),
    on_running("produce-keyed-lz4", produce_keyed::WHAT_LZ4, |stage| {
        Box::pin(produce_keyed::run(stage, Codec::Lz4))
    }),
    on_running("produce-keyed-zstd", produce_keyed::WHAT_ZSTD, |stage| {
        Box::pin(produce_keyed::run(stage, Codec::Zstd))
    }),
    on_running("fetch-cached", fetch_cached::WHAT, |stage| Box::pin(fetch_cached::run(stage))),
    on_running("fetch-cached-wide", fetch_cached_wide::WHAT, |stage| {
        Box::pin(fetch_cached_wide::run(stage))
    }),
    on_running("long-polls", long_polls::WHAT, |stage| Box::pin(long_polls::run(stage))),
    on_running("end-to-end", end_to_end::WHAT, |stage| Box::pin(end_to_end::run(stage))),
    on_running("cold-reader", cold_reader::WHAT, |stage| Box::pin(cold_reader::run(stage))),
    Workload {
        is_for: brokers,
        ..on_running("java-producer", java_producer::WHAT, |stage| {
            Box::pin(java_producer::run(stage))
        })
    },
    Workload {
        is_for: brokers,
        ..on_running("kcat-consumer", kcat_consumer::WHAT, |stage| {
            Box::pin(kcat_consumer::run(stage))
        })
    },
    on_running("group-commits", group_commits::WHAT, |stage| Box::pin(group_commits::run(stage))),
    Workload {
        is_for: brokers,
        ..on_running("group-heartbeats", group_heartbeats::WHAT, |stage| {
            Box::pin(group_heartbeats::run(stage))
        })
    },
    Workload {
        is_for: brokers,
        ..on_running("group-join-500", group_join_500::WHAT, |stage| {
            Box::pin(group_join_500::run(stage))
        })
    },
    on_its_own("start", start::WHAT, any, |workshop| Box::pin(start::run(workshop))),
    on_its_own("partitions-2000", partitions_2000::WHAT, brokers, |workshop| {
        Box::pin(partitions_2000::run(workshop))
    }),
    on_its_own("partitions-10000", partitions_10000::WHAT, kabuki_if_quick, |workshop| {
        Box::pin(partitions_10000::run(workshop))
    }),
    on_its_own("group-replay", group_replay::WHAT, brokers, |workshop| {
        Box::pin(group_replay::run(workshop))
    }),
];

/// Something to measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Workload {
    /// Its name on the command line and in the results.
    pub(crate) name: &'static str,
    /// What it does, in one line.
    pub(crate) what: &'static str,
    /// Whom it is for.
    pub(crate) is_for: fn(Peer, Scale) -> bool,
    /// How to run it.
    pub(crate) kind: Kind,
}

/// Everyone.
fn any(_: Peer, _: Scale) -> bool {
    true
}

/// Not the floor, which keeps nothing to start again with, and knows of groups no more than that they commit.
fn brokers(peer: Peer, _: Scale) -> bool {
    peer != Peer::Floor
}

/// Where time is short, not Kafka either, which takes its time.
fn kabuki_if_quick(peer: Peer, scale: Scale) -> bool {
    peer == Peer::Kabuki || (peer == Peer::Kafka && scale == Scale::Full)
}

/// What a workload needs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// A warm server, which it shares with the workloads before and after.
    OnRunning(for<'a> fn(&'a Stage<'a>) -> Measuring<'a>),
    /// Servers of its own, which it starts and stops.
    OnItsOwn(for<'a> fn(&'a Workshop<'a>) -> Measuring<'a>),
}

type Measuring<'a> = Pin<Box<dyn Future<Output = Result<Figures>> + 'a>>;

const fn on_running(
    name: &'static str,
    what: &'static str,
    run: for<'a> fn(&'a Stage<'a>) -> Measuring<'a>,
) -> Workload {
    Workload { name, what, is_for: any, kind: Kind::OnRunning(run) }
}

const fn on_its_own(
    name: &'static str,
    what: &'static str,
    is_for: fn(Peer, Scale) -> bool,
    run: for<'a> fn(&'a Workshop<'a>) -> Measuring<'a>,
) -> Workload {
    Workload { name, what, is_for, kind: Kind::OnItsOwn(run) }
}

/// A running server, and how much to do to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stage<'a> {
    /// The server.
    pub(crate) server: &'a Server,
    /// What real clients are called with.
    pub(crate) programs: &'a Programs,
    /// How much.
    pub(crate) scale: Scale,
}

/// Where servers can be started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Workshop<'a> {
    /// Which.
    pub(crate) peer: Peer,
    /// From what.
    pub(crate) programs: &'a Programs,
    /// How much to do.
    pub(crate) scale: Scale,
}

impl Workshop<'_> {
    /// A new home for a server.
    pub(crate) fn home(&self) -> Result<Home> {
        Home::new(self.peer, self.programs)
    }
}

/// How long, and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// For figures that stand.
    Full,
    /// For a first look.
    Quick,
    /// For a JVM that has yet to compile what it runs.
    WarmUp,
}

impl Scale {
    /// One of three, for [`Scale::Full`], [`Scale::Quick`] and [`Scale::WarmUp`].
    pub(crate) fn of<T>(self, full: T, quick: T, warm_up: T) -> T {
        match self {
            Self::Full => full,
            Self::Quick => quick,
            Self::WarmUp => warm_up,
        }
    }

    /// How long a load runs that is as fast as it can.
    pub(crate) fn time(self) -> Duration {
        self.of(Duration::from_secs(10), Duration::from_secs(3), Duration::from_secs(2))
    }

    /// When such a load of producers ends. The page cache takes so much without throttling on most machines.
    pub(crate) fn limits(self) -> Limits {
        Limits { time: self.time(), payload_bytes: self.of(2 << 30, 1 << 30, 256 << 20) }
    }

    /// How long a broker is watched that has next to nothing to do.
    pub(crate) fn idle_time(self) -> Duration {
        self.of(Duration::from_secs(10), Duration::from_secs(4), Duration::from_secs(1))
    }

    /// What is written for cached fetches: more than any processor's cache.
    pub(crate) fn cached_bytes(self) -> u64 {
        self.of(512 << 20, 256 << 20, 64 << 20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_workload_has_a_name_of_its_own() {
        let names: BTreeSet<_> = ALL.iter().map(|workload| workload.name).collect();
        assert_eq!(names.len(), ALL.len());
    }
}

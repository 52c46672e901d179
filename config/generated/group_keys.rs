//! The keys of a group, sorted by name.
//!
//! Written by tests/interop/config/write from the jars of Apache Kafka 4.3.1. Do not edit.

use crate::key::{Default::*, Importance::*, Key, Rule::*, Unit::*, ValueType::*};

#[rustfmt::skip]
pub(crate) const GROUP_KEYS: &[Key] = &[
    Key::new("consumer.assignment.interval.ms", Int, Text("1000"), AtLeast(0), Medium).synonyms(&[("group.consumer.assignment.interval.ms", Same)]),
    Key::new("consumer.heartbeat.interval.ms", Int, Text("5000"), AtLeast(1), Medium).synonyms(&[("group.consumer.heartbeat.interval.ms", Same)]),
    Key::new("consumer.session.timeout.ms", Int, Text("45000"), AtLeast(1), Medium).synonyms(&[("group.consumer.session.timeout.ms", Same)]),
    Key::new("share.assignment.interval.ms", Int, Text("1000"), AtLeast(0), Medium).synonyms(&[("group.share.assignment.interval.ms", Same)]),
    Key::new("share.auto.offset.reset", String, Text("latest"), OffsetReset, Medium),
    Key::new("share.delivery.count.limit", Int, Text("5"), AtLeast(2), Medium).synonyms(&[("group.share.delivery.count.limit", Same)]),
    Key::new("share.heartbeat.interval.ms", Int, Text("5000"), AtLeast(1), Medium).synonyms(&[("group.share.heartbeat.interval.ms", Same)]),
    Key::new("share.isolation.level", String, Text("read_uncommitted"), OneOf(&["read_committed", "read_uncommitted"]), Medium),
    Key::new("share.partition.max.record.locks", Int, Text("2000"), AtLeast(100), Medium).synonyms(&[("group.share.partition.max.record.locks", Same)]),
    Key::new("share.record.lock.duration.ms", Int, Text("30000"), AtLeast(1000), Medium).synonyms(&[("group.share.record.lock.duration.ms", Same)]),
    Key::new("share.renew.acknowledge.enable", Boolean, Text("true"), Any, Medium),
    Key::new("share.session.timeout.ms", Int, Text("45000"), AtLeast(1), Medium).synonyms(&[("group.share.session.timeout.ms", Same)]),
    Key::new("streams.assignment.interval.ms", Int, Text("1000"), AtLeast(0), Medium).synonyms(&[("group.streams.assignment.interval.ms", Same)]),
    Key::new("streams.heartbeat.interval.ms", Int, Text("5000"), AtLeast(1), Medium).synonyms(&[("group.streams.heartbeat.interval.ms", Same)]),
    Key::new("streams.initial.rebalance.delay.ms", Int, Text("3000"), AtLeast(0), Medium).synonyms(&[("group.streams.initial.rebalance.delay.ms", Same)]),
    Key::new("streams.num.standby.replicas", Int, Text("0"), AtLeast(0), Medium).synonyms(&[("group.streams.num.standby.replicas", Same)]),
    Key::new("streams.session.timeout.ms", Int, Text("45000"), AtLeast(1), Medium).synonyms(&[("group.streams.session.timeout.ms", Same)]),
];

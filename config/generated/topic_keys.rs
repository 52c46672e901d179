//! The keys of a topic, sorted by name.
//!
//! Written by tests/interop/config/write from the jars of Apache Kafka 4.3.1. Do not edit.

use crate::key::{Default::*, Importance::*, Key, Rule::*, Unit::*, ValueType::*};

#[rustfmt::skip]
pub(crate) const TOPIC_KEYS: &[Key] = &[
    Key::new("cleanup.policy", List, Text("delete"), ListOf { allowed: &["compact", "delete"], may_be_empty: true, may_be_null: false }, Medium).synonyms(&[("log.cleanup.policy", Same)]),
    Key::new("compression.gzip.level", Int, Text("-1"), GzipLevel, Medium).synonyms(&[("compression.gzip.level", Same)]),
    Key::new("compression.lz4.level", Int, Text("9"), Range(1, 17), Medium).synonyms(&[("compression.lz4.level", Same)]),
    Key::new("compression.type", String, Text("producer"), OneOf(&["gzip", "lz4", "producer", "snappy", "uncompressed", "zstd"]), Medium).synonyms(&[("compression.type", Same)]),
    Key::new("compression.zstd.level", Int, Text("3"), Range(-131072, 22), Medium).synonyms(&[("compression.zstd.level", Same)]),
    Key::new("delete.retention.ms", Long, Text("86400000"), AtLeast(0), Medium).synonyms(&[("log.cleaner.delete.retention.ms", Same)]),
    Key::new("file.delete.delay.ms", Long, Text("60000"), AtLeast(0), Medium).synonyms(&[("log.segment.delete.delay.ms", Same)]),
    Key::new("flush.messages", Long, Text("9223372036854775807"), AtLeast(1), Medium).synonyms(&[("log.flush.interval.messages", Same)]),
    Key::new("flush.ms", Long, Text("9223372036854775807"), AtLeast(0), Medium).synonyms(&[("log.flush.interval.ms", Same), ("log.flush.scheduler.interval.ms", Same)]),
    Key::new("follower.replication.throttled.replicas", List, Text(""), ThrottledReplicas, Medium),
    Key::new("index.interval.bytes", Int, Text("4096"), AtLeast(0), Medium).synonyms(&[("log.index.interval.bytes", Same)]),
    Key::new("internal.segment.bytes", Int, Null, Any, Medium).internal(),
    Key::new("leader.replication.throttled.replicas", List, Text(""), ThrottledReplicas, Medium),
    Key::new("local.retention.bytes", Long, Text("-2"), AtLeast(-2), Medium).synonyms(&[("log.local.retention.bytes", Same)]),
    Key::new("local.retention.ms", Long, Text("-2"), AtLeast(-2), Medium).synonyms(&[("log.local.retention.ms", Same)]),
    Key::new("max.compaction.lag.ms", Long, Text("9223372036854775807"), AtLeast(1), Medium).synonyms(&[("log.cleaner.max.compaction.lag.ms", Same)]),
    Key::new("max.message.bytes", Int, Text("1048588"), AtLeast(0), Medium).synonyms(&[("message.max.bytes", Same)]),
    Key::new("message.timestamp.after.max.ms", Long, Text("3600000"), AtLeast(0), Medium).synonyms(&[("log.message.timestamp.after.max.ms", Same)]),
    Key::new("message.timestamp.before.max.ms", Long, Text("9223372036854775807"), AtLeast(0), Medium).synonyms(&[("log.message.timestamp.before.max.ms", Same)]),
    Key::new("message.timestamp.type", String, Text("CreateTime"), OneOf(&["CreateTime", "LogAppendTime"]), Medium).synonyms(&[("log.message.timestamp.type", Same)]),
    Key::new("min.cleanable.dirty.ratio", Double, Text("0.5"), DoubleRange(0.0, 1.0), Medium).synonyms(&[("log.cleaner.min.cleanable.ratio", Same)]),
    Key::new("min.compaction.lag.ms", Long, Text("0"), AtLeast(0), Medium).synonyms(&[("log.cleaner.min.compaction.lag.ms", Same)]),
    Key::new("min.insync.replicas", Int, Text("1"), AtLeast(1), Medium).synonyms(&[("min.insync.replicas", Same)]),
    Key::new("preallocate", Boolean, Text("false"), Any, Medium).synonyms(&[("log.preallocate", Same)]),
    Key::new("remote.log.copy.disable", Boolean, Text("false"), Any, Medium),
    Key::new("remote.log.delete.on.disable", Boolean, Text("false"), Any, Medium),
    Key::new("remote.storage.enable", Boolean, Text("false"), Any, Medium),
    Key::new("retention.bytes", Long, Text("-1"), Any, Medium).synonyms(&[("log.retention.bytes", Same)]),
    Key::new("retention.ms", Long, Text("604800000"), AtLeast(-1), Medium).synonyms(&[("log.retention.ms", Same), ("log.retention.minutes", Minutes), ("log.retention.hours", Hours)]),
    Key::new("segment.bytes", Int, Text("1073741824"), AtLeast(1048576), Medium).synonyms(&[("log.segment.bytes", Same)]),
    Key::new("segment.index.bytes", Int, Text("10485760"), AtLeast(4), Medium).synonyms(&[("log.index.size.max.bytes", Same)]),
    Key::new("segment.jitter.ms", Long, Text("0"), AtLeast(0), Medium).synonyms(&[("log.roll.jitter.ms", Same), ("log.roll.jitter.hours", Hours)]),
    Key::new("segment.ms", Long, Text("604800000"), AtLeast(1), Medium).synonyms(&[("log.roll.ms", Same), ("log.roll.hours", Hours)]),
    Key::new("unclean.leader.election.enable", Boolean, Text("false"), Any, Medium).synonyms(&[("unclean.leader.election.enable", Same)]),
];

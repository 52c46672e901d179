//! A line for each key that only topics have: keys that brokers have under the same name mean the same there.

/// Sorted by name.
#[rustfmt::skip]
pub(super) const TOPIC_DOCS: &[(&str, &str)] = &[
    ("cleanup.policy", "What happens to old segments: `delete` them, `compact` them to the last record of each key, or both."),
    ("delete.retention.ms", "How long, in milliseconds, the marker of a deleted key stays in a compacted log."),
    ("file.delete.delay.ms", "How long, in milliseconds, files of deleted segments stay on disk."),
    ("flush.messages", "Number of records after which the log is synced to disk."),
    ("flush.ms", "How long, in milliseconds, a record may stay unsynced."),
    ("follower.replication.throttled.replicas", "Followers whose replication is throttled, as partition:broker; `*` for all."),
    ("index.interval.bytes", "Bytes of records between two entries of the offset index."),
    ("internal.segment.bytes", "Largest segment, in bytes, for tests: smaller than `segment.bytes` may be."),
    ("leader.replication.throttled.replicas", "Leaders whose replication is throttled, as partition:broker; `*` for all."),
    ("local.retention.bytes", "Most bytes that stay on local disk when the topic is tiered; -2 for the value of `retention.bytes`."),
    ("local.retention.ms", "How long, in milliseconds, segments stay on local disk when the topic is tiered; -2 for the value of `retention.ms`."),
    ("max.compaction.lag.ms", "How long, in milliseconds, a record may wait before the log has to be compacted."),
    ("max.message.bytes", "Largest record batch, in bytes, as it is stored."),
    ("message.timestamp.after.max.ms", "How far, in milliseconds, a record's timestamp may lie ahead of the broker's clock."),
    ("message.timestamp.before.max.ms", "How far, in milliseconds, a record's timestamp may lie behind the broker's clock."),
    ("message.timestamp.type", "Whose time records carry: `CreateTime` the producer's, `LogAppendTime` the broker's."),
    ("min.cleanable.dirty.ratio", "Share of the log that must be new since the last compaction before it is compacted again."),
    ("min.compaction.lag.ms", "How long, in milliseconds, a record is left alone by compaction."),
    ("preallocate", "Whether a new segment gets its full size on disk at once."),
    ("remote.log.copy.disable", "Whether a tiered topic stops copying segments to remote storage and becomes read-only there."),
    ("remote.log.delete.on.disable", "Whether everything in remote storage is deleted when the topic is no longer tiered."),
    ("remote.storage.enable", "Whether segments are moved to remote storage."),
    ("retention.bytes", "Most bytes that a partition keeps before old segments are deleted; -1 for no limit."),
    ("retention.ms", "How many milliseconds records are kept; -1 for ever."),
    ("segment.bytes", "Largest segment, in bytes."),
    ("segment.index.bytes", "Largest offset or time index, in bytes."),
    ("segment.jitter.ms", "Up to how many milliseconds earlier a segment may be rolled, so that not all roll at once."),
    ("segment.ms", "How many milliseconds a segment is written to at most."),
];

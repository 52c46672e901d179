//! The configuration of a topic: the broker's defaults under the topic's own overrides.

/// What happens to old records. Both may be on; with neither, records stay for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CleanupPolicy {
    /// Segments past the retention limits are deleted.
    pub delete: bool,
    /// Only the last record of each key is kept.
    pub compact: bool,
}

/// How the broker stores batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompressionType {
    /// As the producer compressed them.
    Producer,
    /// Not compressed.
    Uncompressed,
    /// gzip, level 1–9, or −1 for the codec's own default.
    Gzip {
        /// `compression.gzip.level`.
        level: i32,
    },
    /// snappy, which knows no level.
    Snappy,
    /// lz4, level 1–17.
    Lz4 {
        /// `compression.lz4.level`.
        level: i32,
    },
    /// zstd, level −131072–22.
    Zstd {
        /// `compression.zstd.level`.
        level: i32,
    },
}

/// Whose clock a record's timestamp is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampType {
    /// The producer's.
    CreateTime,
    /// The broker's, at append.
    LogAppendTime,
}

/// Everything a partition's log must know of its topic. "Never" and "no limit" are `None`, except where
/// Kafka's own default is 2⁶³−1: that number is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicConfig {
    /// `segment.bytes` (or `internal.segment.bytes`, which tests use to go below 1 MiB).
    pub segment_bytes: u32,
    /// `segment.ms`, ≥ 1.
    pub segment_ms: u64,
    /// `segment.jitter.ms`: up to this much is taken off `segment_ms`, at random; the jitter of a segment is
    /// below `min(segment_jitter_ms, segment_ms)`.
    pub segment_jitter_ms: u64,
    /// `segment.index.bytes`.
    pub segment_index_bytes: u32,
    /// `index.interval.bytes`.
    pub index_interval_bytes: u32,
    /// `flush.messages`; 2⁶³−1: never.
    pub flush_messages: u64,
    /// `flush.ms`; 2⁶³−1: never.
    pub flush_ms: u64,
    /// `retention.bytes` per partition; `None` (negative): no limit.
    pub retention_bytes: Option<u64>,
    /// `retention.ms`; `None` (−1): no limit.
    pub retention_ms: Option<u64>,
    /// `max.message.bytes`: the largest batch, after compression.
    pub max_message_bytes: u32,
    /// `cleanup.policy`.
    pub cleanup_policy: CleanupPolicy,
    /// `compression.type` and its level.
    pub compression_type: CompressionType,
    /// `message.timestamp.type`.
    pub message_timestamp_type: TimestampType,
    /// `message.timestamp.before.max.ms`: how far a record's timestamp may lie behind the broker's clock.
    pub message_timestamp_before_max_ms: u64,
    /// `message.timestamp.after.max.ms`: how far a record's timestamp may lie ahead of the broker's clock.
    pub message_timestamp_after_max_ms: u64,
    /// `min.insync.replicas`, ≥ 1.
    pub min_insync_replicas: i32,
    /// `unclean.leader.election.enable`.
    pub unclean_leader_election_enable: bool,
    /// `file.delete.delay.ms`.
    pub file_delete_delay_ms: u64,
    /// `preallocate`.
    pub preallocate: bool,
    /// `delete.retention.ms`: how long tombstones survive compaction.
    pub delete_retention_ms: u64,
    /// `min.compaction.lag.ms`.
    pub min_compaction_lag_ms: u64,
    /// `max.compaction.lag.ms`; 2⁶³−1: no limit.
    pub max_compaction_lag_ms: u64,
    /// `min.cleanable.dirty.ratio`, 0–1.
    pub min_cleanable_dirty_ratio: f64,
    /// `leader.replication.throttled.replicas`: `partition:broker` pairs, or one `*`.
    pub leader_replication_throttled_replicas: Vec<String>,
    /// `follower.replication.throttled.replicas`.
    pub follower_replication_throttled_replicas: Vec<String>,
    /// `remote.storage.enable`.
    pub remote_storage_enable: bool,
    /// `local.retention.ms`; −2: as `retention.ms`.
    pub local_retention_ms: i64,
    /// `local.retention.bytes`; −2: as `retention.bytes`.
    pub local_retention_bytes: i64,
}

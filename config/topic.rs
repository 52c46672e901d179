//! The configuration of a topic: the broker's defaults under the topic's own overrides.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::key::{Key, Unit, topic_key, topic_keys};
use crate::settings::Settings;
use crate::value::{Value, allowed};

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

/// The overrides of a topic: key → text, as clients send them and the metadata log keeps them.
pub type TopicOverrides = BTreeMap<String, String>;

/// Overrides that no topic can have; clients are told INVALID_CONFIG.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TopicConfigError {
    /// No topic has such a key.
    #[error("no topic has a configuration key {name}")]
    UnknownKey {
        /// The key.
        name: String,
    },
    /// The value does not satisfy its key's type or rule.
    #[error("{name} = {value}: must be {allowed}")]
    InvalidValue {
        /// The key.
        name: String,
        /// The value as sent.
        value: String,
        /// What it must be.
        allowed: String,
    },
    /// Values do not fit each other.
    #[error("{name}: {problem}")]
    Conflict {
        /// The key.
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

impl TopicConfig {
    /// The configuration of a topic without overrides.
    pub fn broker_defaults(settings: &Settings) -> Self {
        Self::from_values(&values(settings, &BTreeMap::new()))
    }

    /// The configuration of a topic: `overrides` over the broker's settings.
    ///
    /// # Errors
    /// The first override, by name, that Kafka's rules refuse.
    pub fn new(settings: &Settings, overrides: &TopicOverrides) -> Result<Self, TopicConfigError> {
        let overrides = parse_all(overrides)?;
        let values = values(settings, &overrides);
        let config = Self::from_values(&values);
        config.require_consistency()?;
        Ok(config)
    }

    /// The configuration of a topic whose overrides were accepted by another version, or before the broker's settings
    /// were changed: what cannot be read counts as absent, and nothing is refused.
    pub fn of_readable(settings: &Settings, overrides: &TopicOverrides) -> Self {
        Self::from_values(&values(settings, &parse_known(overrides)))
    }

    fn require_consistency(&self) -> Result<(), TopicConfigError> {
        if self.min_compaction_lag_ms > self.max_compaction_lag_ms {
            let max = self.max_compaction_lag_ms;
            let problem = format!("must not be more than max.compaction.lag.ms, which is {max}");
            return Err(TopicConfigError::Conflict { name: "min.compaction.lag.ms", problem });
        }
        if self.remote_storage_enable {
            let problem = "this broker has no tiered storage".to_owned();
            return Err(TopicConfigError::Conflict { name: "remote.storage.enable", problem });
        }
        Ok(())
    }

    fn from_values(values: &TopicValues) -> Self {
        let values = Values(values);
        let policy = values.list("cleanup.policy");
        Self {
            segment_bytes: values.segment_bytes(),
            segment_ms: values.unsigned("segment.ms"),
            segment_jitter_ms: values.unsigned("segment.jitter.ms"),
            segment_index_bytes: values.unsigned32("segment.index.bytes"),
            index_interval_bytes: values.unsigned32("index.interval.bytes"),
            flush_messages: values.unsigned("flush.messages"),
            flush_ms: values.unsigned("flush.ms"),
            retention_bytes: u64::try_from(values.integer("retention.bytes")).ok(),
            retention_ms: u64::try_from(values.integer("retention.ms")).ok(),
            max_message_bytes: values.unsigned32("max.message.bytes"),
            cleanup_policy: CleanupPolicy {
                delete: policy.iter().any(|entry| entry == "delete"),
                compact: policy.iter().any(|entry| entry == "compact"),
            },
            compression_type: values.compression_type(),
            message_timestamp_type: match values.text("message.timestamp.type") {
                "LogAppendTime" => TimestampType::LogAppendTime,
                _ => TimestampType::CreateTime,
            },
            message_timestamp_before_max_ms: values.unsigned("message.timestamp.before.max.ms"),
            message_timestamp_after_max_ms: values.unsigned("message.timestamp.after.max.ms"),
            min_insync_replicas: values.integer("min.insync.replicas") as i32,
            unclean_leader_election_enable: values.boolean("unclean.leader.election.enable"),
            file_delete_delay_ms: values.unsigned("file.delete.delay.ms"),
            preallocate: values.boolean("preallocate"),
            delete_retention_ms: values.unsigned("delete.retention.ms"),
            min_compaction_lag_ms: values.unsigned("min.compaction.lag.ms"),
            max_compaction_lag_ms: values.unsigned("max.compaction.lag.ms"),
            min_cleanable_dirty_ratio: values.double("min.cleanable.dirty.ratio"),
            leader_replication_throttled_replicas: values
                .list("leader.replication.throttled.replicas")
                .to_vec(),
            follower_replication_throttled_replicas: values
                .list("follower.replication.throttled.replicas")
                .to_vec(),
            remote_storage_enable: values.boolean("remote.storage.enable"),
            local_retention_ms: values.integer("local.retention.ms"),
            local_retention_bytes: values.integer("local.retention.bytes"),
        }
    }
}

/// The value of every key that has one.
pub(crate) type TopicValues = BTreeMap<&'static str, Value>;

/// Reads every override by its key's type and rule.
fn parse_all(overrides: &TopicOverrides) -> Result<TopicValues, TopicConfigError> {
    let parse = |(name, text): (&String, &String)| {
        let key =
            topic_key(name).ok_or_else(|| TopicConfigError::UnknownKey { name: name.clone() })?;
        let invalid = |_| TopicConfigError::InvalidValue {
            name: name.clone(),
            value: text.clone(),
            allowed: allowed(key),
        };
        Ok((key.name, Value::parse(key, text).map_err(invalid)?))
    };
    overrides.iter().map(parse).collect()
}

/// The overrides that can be read; what an older or a newer broker left in the metadata log may be none.
pub(crate) fn parse_known(overrides: &TopicOverrides) -> TopicValues {
    let parse = |(name, text): (&String, &String)| {
        let key = topic_key(name)?;
        Some((key.name, Value::parse(key, text).ok()?))
    };
    overrides.iter().filter_map(parse).collect()
}

/// The values of a topic: its overrides, the broker's settings, Kafka's defaults.
pub(crate) fn values(settings: &Settings, overrides: &TopicValues) -> TopicValues {
    let value = |key: &'static Key| {
        let value = overrides.get(key.name).cloned();
        let value = value.or_else(|| broker_value(settings, key)).or_else(|| default_value(key));
        Some((key.name, value?))
    };
    topic_keys().filter_map(value).collect()
}

fn default_value(key: &Key) -> Option<Value> {
    key.default_text().and_then(|text| Value::parse(key, text).ok())
}

/// The value of the strongest broker synonym that has one, in the unit of the topic's key.
fn broker_value(settings: &Settings, key: &Key) -> Option<Value> {
    let mut synonyms = key.synonyms.iter();
    let (value, unit) =
        synonyms.find_map(|(name, unit)| Some((&settings.get(name)?.value, unit)))?;
    match value {
        // No limit is written as −1 only, whatever the unit.
        Value::Integer(number) if key.name == "retention.ms" && *number < 0 => {
            Some(Value::Integer(-1))
        }
        Value::Integer(number) => Some(Value::Integer(number.saturating_mul(milliseconds(*unit)))),
        other => Some(other.clone()),
    }
}

/// What one of the unit counts in the unit of the topic's key.
fn milliseconds(unit: Unit) -> i64 {
    match unit {
        Unit::Same => 1,
        Unit::Minutes => 60_000,
        Unit::Hours => 3_600_000,
    }
}

/// The broker key that says how long records are kept.
pub(crate) fn retention_key(settings: &Settings) -> &'static str {
    let synonyms = topic_key("retention.ms").map(|key| key.synonyms).unwrap_or_default();
    let mut names = synonyms.iter().map(|(name, _)| *name);
    names.find(|name| settings.get(name).is_some()).unwrap_or("log.retention.hours")
}

/// Reads values of known keys: the table gives each its type, and a default to all but `internal.segment.bytes`.
struct Values<'a>(&'a TopicValues);

impl Values<'_> {
    fn integer(&self, name: &str) -> i64 {
        match self.0.get(name) {
            Some(Value::Integer(value)) => *value,
            other => unreachable!("{name} is an integer with a default, not {other:?}"),
        }
    }

    fn unsigned(&self, name: &str) -> u64 {
        u64::try_from(self.integer(name)).unwrap_or(0)
    }

    fn unsigned32(&self, name: &str) -> u32 {
        u32::try_from(self.unsigned(name)).unwrap_or(u32::MAX)
    }

    fn boolean(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Boolean(value)) => *value,
            other => unreachable!("{name} is a boolean with a default, not {other:?}"),
        }
    }

    fn double(&self, name: &str) -> f64 {
        match self.0.get(name) {
            Some(Value::Double(value)) => *value,
            other => unreachable!("{name} is a double with a default, not {other:?}"),
        }
    }

    fn text(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(Value::Text(value)) => value,
            other => unreachable!("{name} is text with a default, not {other:?}"),
        }
    }

    fn list(&self, name: &str) -> &[String] {
        match self.0.get(name) {
            Some(Value::List(value)) => value,
            other => unreachable!("{name} is a list with a default, not {other:?}"),
        }
    }

    /// The internal key has no lower limit of its own; a segment holds one batch at least, whatever its size.
    fn segment_bytes(&self) -> u32 {
        let name = "internal.segment.bytes";
        let name = if self.0.contains_key(name) { name } else { "segment.bytes" };
        self.unsigned32(name).max(1)
    }

    fn compression_type(&self) -> CompressionType {
        let level = |name| self.integer(name) as i32;
        match self.text("compression.type") {
            "uncompressed" => CompressionType::Uncompressed,
            "gzip" => CompressionType::Gzip { level: level("compression.gzip.level") },
            "snappy" => CompressionType::Snappy,
            "lz4" => CompressionType::Lz4 { level: level("compression.lz4.level") },
            "zstd" => CompressionType::Zstd { level: level("compression.zstd.level") },
            _ => CompressionType::Producer,
        }
    }
}

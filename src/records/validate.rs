//! What a broker checks, and changes, before it appends a batch that a client produced.
//!
//! Follows Apache Kafka 4.3.1 (its produce request's, log's and log validator's checks, in their order) as one
//! pure function, [`validate`]. It differs where Kafka would store what no consumer can read: inner records of a compressed batch
//! whose length does not match their fields are refused, and offset deltas of an uncompressed batch that are
//! not 0, 1, 2 … are numbered anew. Checks that need the log's state (sequence numbers, epochs, transactions,
//! segment size) are the log's.

mod inspector;
mod invalid;
mod rebuild;
mod shape;

use bytes::Bytes;
pub use invalid::{InvalidBatch, InvalidKind, RECORD_ERRORS_MAX, RecordError};
pub use shape::{FirstBatch, first_batch, only_batch};

use self::inspector::Inspector;
use crate::batch::{BatchHead, HEAD, NO_TIMESTAMP, TIMESTAMP_TYPE_MASK};
use crate::codec::Codec;
use crate::crc;
use crate::reader::{ReadError, RecordStream};
use crate::record::Records;

/// Attribute bits that have a meaning; the others are cleared when a head is written anew, as in Kafka.
const KNOWN_ATTRIBUTES: i16 = 0x7f;

/// A topic's `message.timestamp.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimestampType {
    /// Records keep the timestamps that their producer gave them.
    #[default]
    CreateTime,
    /// The broker's clock at the append counts for every record.
    LogAppendTime,
}

/// A topic's `compression.type` with its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TargetCompression {
    /// `producer`: batches stay as they came.
    #[default]
    Producer,
    /// Batches of another codec are compressed anew. A batch of the same codec stays, whatever its level.
    Codec(Codec, Option<i32>),
}

impl TargetCompression {
    /// Reads a value of `compression.type`; capital letters count as small ones, as in Kafka.
    pub fn from_config(name: &str, level: Option<i32>) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "producer" => Some(Self::Producer),
            "uncompressed" => Some(Self::Codec(Codec::None, None)),
            "none" => None,
            name => Codec::from_name(name).map(|codec| Self::Codec(codec, level)),
        }
    }
}

/// Who asks for the append.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// A client, through a Produce request.
    #[default]
    Client,
    /// A coordinator of this broker: may write control batches and batches with gaps.
    Coordinator,
}

/// What a batch is held against: settings of the topic, and of the request that brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationRules {
    /// Who asks.
    pub origin: Origin,
    /// `max.message.bytes`: bytes of a whole batch as it is stored.
    pub message_bytes_max: usize,
    /// `message.timestamp.type`.
    pub timestamp_type: TimestampType,
    /// `message.timestamp.before.max.ms`: how far behind the broker's clock a record's timestamp may be.
    pub timestamp_before_max_ms: i64,
    /// `message.timestamp.after.max.ms`: how far ahead it may be.
    pub timestamp_after_max_ms: i64,
    /// `cleanup.policy` contains `compact`: every record needs a key.
    pub compacted: bool,
    /// `compression.type` and the level of its codec.
    pub compression: TargetCompression,
    /// The request's version allows zstd: Produce 7 and later (KIP-110).
    pub zstd_allowed: bool,
    /// Bytes that may come out of compressed records. Kafka knows no bound; this one keeps a few hundred bytes
    /// from costing minutes.
    pub decompressed_bytes_max: usize,
}

/// Where nothing else is said: a thousand times Kafka's default for `max.message.bytes`, about what the best
/// case of gzip expands it to.
pub const DECOMPRESSED_BYTES_MAX: usize = 1 << 30;

impl Default for ValidationRules {
    /// Kafka's defaults for a topic, and a current client.
    fn default() -> Self {
        Self {
            origin: Origin::Client,
            message_bytes_max: 1_048_588,
            timestamp_type: TimestampType::CreateTime,
            timestamp_before_max_ms: i64::MAX,
            timestamp_after_max_ms: 3_600_000,
            compacted: false,
            compression: TargetCompression::Producer,
            zstd_allowed: true,
            decompressed_bytes_max: DECOMPRESSED_BYTES_MAX,
        }
    }
}

/// A batch that may be appended.
///
/// To append it, set base offset and leader epoch in `head` (the CRC does not cover them), write
/// `head.to_bytes()` and behind it `bytes[61..]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidBatch {
    /// The whole batch: a slice of the input, or new bytes if `rebuilt`. Where `head_changed`, its first 61 bytes
    /// are outdated.
    pub bytes: Bytes,
    /// The head to be written: length, attributes, timestamps and CRC are final.
    pub head: BatchHead,
    /// `head` differs from the first 61 bytes of `bytes`.
    pub head_changed: bool,
    /// The records were compressed or numbered anew: `bytes` is no slice of the input.
    pub rebuilt: bool,
    /// The largest timestamp in milliseconds, −1 if no record has one; with log append time the clock's.
    pub max_timestamp: i64,
    /// Offset less base offset of the first record with the largest timestamp; `None` if no record has one.
    /// (Kafka's time index names the last offset of the batch instead: `head.last_offset()`.)
    pub max_timestamp_offset_delta: Option<i32>,
    /// What a Produce answer says as the time of the append: −1 unless the topic has log append time.
    pub log_append_time: i64,
}

/// Checks one partition's records of a Produce request and says what is to be appended.
///
/// `bytes` must begin with exactly one whole batch of magic 2; a torn batch behind it is cut off, as Kafka does.
/// `now_ms` is the wall clock in milliseconds. An uncompressed batch is read twice (CRC, records), nothing is
/// allocated; a compressed one is decompressed a piece at a time.
///
/// # Errors
/// Kafka's reason to refuse the batch, see [`InvalidKind`].
pub fn validate(
    bytes: &Bytes,
    rules: &ValidationRules,
    now_ms: i64,
) -> Result<ValidBatch, InvalidBatch> {
    let batch = only_batch(bytes, rules.zstd_allowed)?;
    let head = shape::checked_head(&batch, rules)?;
    let codec = Codec::from_id(head.codec_id()).map_err(InvalidBatch::unreadable)?;
    shape::check_head(&head, rules)?;
    let target = target_of(codec, &head, rules);
    if target != codec {
        return rebuild::rebuild(&batch, head, rules, now_ms);
    }
    let inspector = inspect(&batch, codec, &head, rules, now_ms)?;
    if !inspector.in_sequence {
        return renumber(&batch, codec, head, rules, now_ms);
    }
    Ok(keep(batch, head, inspector.latest, rules, now_ms))
}

/// The codec that the batch is to have. Control batches stay as they are.
fn target_of(codec: Codec, head: &BatchHead, rules: &ValidationRules) -> Codec {
    match rules.compression {
        TargetCompression::Codec(target, _) if codec != Codec::None || !head.is_control() => target,
        _ => codec,
    }
}

/// Reads every record and checks it.
fn inspect<'r>(
    batch: &[u8],
    codec: Codec,
    head: &'r BatchHead,
    rules: &'r ValidationRules,
    now_ms: i64,
) -> Result<Inspector<'r>, InvalidBatch> {
    let mut inspector = Inspector::new(head, rules, now_ms);
    let stored = &batch[HEAD..];
    if codec == Codec::None {
        for record in Records::new(stored, head.record_count) {
            inspector.see(&record.map_err(|error| InvalidBatch::of_records(codec, error))?);
        }
    } else {
        let limit = rules.decompressed_bytes_max;
        let mut records =
            RecordStream::new(codec, stored, head.record_count, limit).map_err(ReadError::from)?;
        while let Some(record) = records.next_record() {
            inspector.see(&record?);
        }
    }
    inspector.verdict()?;
    Ok(inspector)
}

/// Offset deltas are not 0, 1, 2 …: uncompressed records are numbered anew. Kafka fails on compressed ones.
fn renumber(
    batch: &[u8],
    codec: Codec,
    head: BatchHead,
    rules: &ValidationRules,
    now_ms: i64,
) -> Result<ValidBatch, InvalidBatch> {
    if codec == Codec::None {
        return rebuild::rebuild(batch, head, rules, now_ms);
    }
    Err(InvalidBatch::unreadable("offset deltas of the compressed records are not 0, 1, 2 …"))
}

/// The batch stays as it is, but for its head where the timestamps ask for it.
fn keep(
    bytes: Bytes,
    before: BatchHead,
    latest: crate::reader::LatestTimestamp,
    rules: &ValidationRules,
    now_ms: i64,
) -> ValidBatch {
    let log_append_time = rules.timestamp_type == TimestampType::LogAppendTime;
    let max_timestamp = if log_append_time { now_ms } else { latest.timestamp };
    let head = with_timestamps(before, log_append_time, max_timestamp);
    ValidBatch {
        bytes,
        head,
        head_changed: head != before,
        rebuilt: false,
        max_timestamp,
        max_timestamp_offset_delta: if log_append_time { Some(0) } else { latest.offset_delta },
        log_append_time: if log_append_time { now_ms } else { NO_TIMESTAMP },
    }
}

/// The head with this timestamp type and largest timestamp; untouched (down to unknown attribute bits) when it
/// has them already.
fn with_timestamps(before: BatchHead, log_append_time: bool, max_timestamp: i64) -> BatchHead {
    if before.is_log_append_time() == log_append_time && before.max_timestamp == max_timestamp {
        return before;
    }
    let timestamp_type = if log_append_time { TIMESTAMP_TYPE_MASK } else { 0 };
    let attributes = before.attributes & KNOWN_ATTRIBUTES & !TIMESTAMP_TYPE_MASK | timestamp_type;
    crc::reseal(BatchHead { attributes, max_timestamp, ..before }, &before)
}

#[cfg(test)]
mod tests;

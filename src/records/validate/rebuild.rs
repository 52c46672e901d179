//! Writing a batch anew: with another codec, or with its records numbered 0, 1, 2 …

use bytes::Bytes;

use super::inspector::Inspector;
use super::shape::check_size;
use super::{InvalidBatch, TargetCompression, TimestampType, ValidBatch, ValidationRules};
use crate::batch::{BatchHead, HEAD, NO_PRODUCER_EPOCH, NO_PRODUCER_ID, NO_TIMESTAMP};
use crate::builder::{BatchBuilder, BuildError};
use crate::codec::Codec;
use crate::reader::{ReadError, RecordStream, timestamp_of};

/// Checks the records as ever and makes a new batch of them, with the topic's codec and timestamps.
pub(super) fn rebuild(
    batch: &[u8],
    head: BatchHead,
    rules: &ValidationRules,
    now_ms: i64,
) -> Result<ValidBatch, InvalidBatch> {
    let codec = Codec::from_id(head.codec_id()).map_err(InvalidBatch::unreadable)?;
    let limit = rules.decompressed_bytes_max;
    let mut records = RecordStream::new(codec, &batch[HEAD..], head.record_count, limit)
        .map_err(ReadError::from)?;
    let mut inspector = Inspector::new(&head, rules, now_ms);
    let mut builder = builder_like(&head, codec, rules, now_ms);
    let mut buildable = has_valid_producer(&head);
    let same_codec = builder.target() == codec;
    while let Some(record) = records.next_record() {
        let record = record.map_err(|error| InvalidBatch::of_records(codec, error))?;
        inspector.see(&record);
        let timestamp = timestamp_of(&head, &record);
        buildable &= timestamp >= NO_TIMESTAMP;
        let delta = builder.len() as i32;
        let headers = record.headers.iter();
        builder.push_with_delta(delta, timestamp, record.key, record.value, headers);
    }
    inspector.verdict()?;
    if !buildable && !same_codec {
        return Err(InvalidBatch::unreadable("batch cannot be compressed anew"));
    }
    let max_timestamp_offset_delta = match rules.timestamp_type {
        TimestampType::CreateTime => inspector.latest.offset_delta,
        TimestampType::LogAppendTime => Some(0),
    };
    finish(builder, rules, now_ms, max_timestamp_offset_delta)
}

/// What Kafka's builder of batches insists on: it fails without a word for clients otherwise.
fn has_valid_producer(head: &BatchHead) -> bool {
    match head.producer_id {
        NO_PRODUCER_ID => !head.is_transactional(),
        _ => head.producer_epoch != NO_PRODUCER_EPOCH && head.base_sequence >= 0,
    }
}

fn builder_like(
    head: &BatchHead,
    codec: Codec,
    rules: &ValidationRules,
    now_ms: i64,
) -> BatchBuilder {
    let (codec, level) = match rules.compression {
        TargetCompression::Producer => (codec, None),
        TargetCompression::Codec(codec, level) => (codec, level),
    };
    let mut builder = BatchBuilder::new()
        .codec(codec, level)
        .base_offset(head.base_offset)
        .leader_epoch(head.partition_leader_epoch)
        .producer(head.producer_id, head.producer_epoch, head.base_sequence);
    if head.is_transactional() {
        builder = builder.transactional();
    }
    if rules.timestamp_type == TimestampType::LogAppendTime {
        builder = builder.log_append_time(now_ms);
    }
    builder
}

fn finish(
    builder: BatchBuilder,
    rules: &ValidationRules,
    now_ms: i64,
    max_timestamp_offset_delta: Option<i32>,
) -> Result<ValidBatch, InvalidBatch> {
    let bytes: Bytes = builder.build().map_err(|error| match error {
        BuildError::Empty => InvalidBatch::record(error),
        BuildError::TooLarge | BuildError::Codec(_) => InvalidBatch::unreadable(error),
    })?;
    check_size(bytes.len(), rules)?;
    let head = BatchHead::read(&bytes).expect("the builder writes a head");
    let log_append_time = rules.timestamp_type == TimestampType::LogAppendTime;
    Ok(ValidBatch {
        bytes,
        head,
        head_changed: false,
        rebuilt: true,
        max_timestamp: head.max_timestamp,
        max_timestamp_offset_delta,
        log_append_time: if log_append_time { now_ms } else { NO_TIMESTAMP },
    })
}

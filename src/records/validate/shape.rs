//! Checks of the batch as a whole: there is one, it is intact, its head makes sense.

use bytes::Bytes;

use super::{InvalidBatch, InvalidKind, Origin, ValidationRules};
use crate::batch::{
    ATTRIBUTES_OFFSET, BatchHead, CODEC_MASK, LOG_OVERHEAD, MAGIC_OFFSET, MAGIC_V2,
};
use crate::codec::Codec;
use crate::crc;

/// The smallest length field of any message format: a magic-0 message without key and value.
const LENGTH_MIN: i32 = 14;
/// Above, the size of a batch does not fit in 31 bits.
const LENGTH_MAX: i32 = i32::MAX - LOG_OVERHEAD as i32;

/// What is known of a partition's records before anything of them is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstBatch {
    /// It says that it belongs to a transaction.
    pub is_transactional: bool,
    /// Producer id and epoch, where it names a producer.
    pub producer: Option<(i64, i16)>,
}

/// Looks at the batch that `bytes` begin with; `None` when it is not complete. Kafka does so for a whole request before it
/// looks at any partition: an error here fails the request.
///
/// # Errors
/// Bytes that cannot be the begin of a batch: CORRUPT_MESSAGE, UNKNOWN_SERVER_ERROR for a length near 2^31.
pub fn first_batch(bytes: &[u8]) -> Result<Option<FirstBatch>, InvalidBatch> {
    let Some((size, magic)) = next_batch(bytes)? else { return Ok(None) };
    let head = (magic == MAGIC_V2).then(|| BatchHead::read(&bytes[..size])).flatten();
    Ok(Some(FirstBatch {
        is_transactional: head.is_some_and(|head| head.is_transactional()),
        producer: head
            .filter(BatchHead::has_producer_id)
            .map(|head| (head.producer_id, head.producer_epoch)),
    }))
}

/// The one batch in `bytes`, without what is left of a torn batch behind it.
///
/// # Errors
/// There is none, more than one, one of another format than 2, or one compressed with zstd where that is not allowed.
pub fn only_batch(bytes: &Bytes, zstd_allowed: bool) -> Result<Bytes, InvalidBatch> {
    let Some((size, magic)) = next_batch(bytes)? else {
        return Err(InvalidBatch::record(
            "a partition's records must be one record batch, but there is none",
        ));
    };
    if magic != MAGIC_V2 {
        return Err(InvalidBatch::record(format!(
            "batches of message format {magic} are not accepted"
        )));
    }
    let batch = bytes.slice(..size);
    if !zstd_allowed && codec_id(&batch) == Some(Codec::Zstd.id()) {
        let message = "zstd needs Produce version 7 or later";
        return Err(InvalidBatch::new(InvalidKind::UnsupportedCompressionType, message));
    }
    if next_batch(&bytes[size..])?.is_some() {
        return Err(InvalidBatch::record(
            "a partition's records must be one record batch, but there are more",
        ));
    }
    Ok(batch)
}

/// Size and magic of the batch that `bytes` begin with; `None` when it is not complete.
fn next_batch(bytes: &[u8]) -> Result<Option<(usize, i8)>, InvalidBatch> {
    let Some(length) = bytes.get(8..).and_then(|rest| rest.first_chunk()) else {
        return Ok(None);
    };
    let length = i32::from_be_bytes(*length);
    if length < LENGTH_MIN {
        return Err(InvalidBatch::corrupt(format!("batch has the impossible length {length}")));
    }
    let Some(&magic) = bytes.get(MAGIC_OFFSET) else {
        return Ok(None);
    };
    let magic = i8::from_be_bytes([magic]);
    if !(0..=MAGIC_V2).contains(&magic) {
        return Err(InvalidBatch::corrupt(format!("batch has the unknown message format {magic}")));
    }
    if length > LENGTH_MAX {
        return Err(InvalidBatch::unreadable(format!("batch has the impossible length {length}")));
    }
    let size = length as usize + LOG_OVERHEAD;
    Ok((size <= bytes.len()).then_some((size, magic)))
}

/// The codec, also of a batch that is shorter than a head.
fn codec_id(batch: &[u8]) -> Option<i16> {
    let attributes = batch.get(ATTRIBUTES_OFFSET..)?.first_chunk()?;
    Some(i16::from_be_bytes(*attributes) & CODEC_MASK)
}

/// The head of a batch that is not too large and intact.
pub(super) fn checked_head(
    batch: &[u8],
    rules: &ValidationRules,
) -> Result<BatchHead, InvalidBatch> {
    let head = BatchHead::read(batch);
    if let Some(head) = &head
        && rules.origin == Origin::Client
        && head.base_offset != 0
    {
        let offset = head.base_offset;
        return Err(InvalidBatch::record(format!("base offset should be 0, but is {offset}")));
    }
    check_size(batch.len(), rules)?;
    match head {
        Some(head) if crc::is_intact(batch) => Ok(head),
        Some(head) => {
            let message =
                format!("batch is corrupt (stored CRC {:#010x} does not match)", head.crc);
            Err(InvalidBatch::corrupt(message))
        }
        None => Err(InvalidBatch::corrupt("batch is shorter than a head")),
    }
}

/// Whether a batch of `size` bytes may be stored.
pub(super) fn check_size(size: usize, rules: &ValidationRules) -> Result<(), InvalidBatch> {
    let max = rules.message_bytes_max;
    if size <= max {
        return Ok(());
    }
    let message = format!("batch of {size} bytes is larger than max.message.bytes, {max}");
    Err(InvalidBatch::new(InvalidKind::MessageTooLarge, message))
}

/// What clients must keep to in a head.
pub(super) fn check_head(head: &BatchHead, rules: &ValidationRules) -> Result<(), InvalidBatch> {
    if rules.origin != Origin::Client {
        return Ok(());
    }
    let (last, count) = (head.last_offset_delta, head.record_count);
    if last < 0 || count <= 0 || i64::from(last) + 1 != i64::from(count) {
        let message = format!("last offset delta {last} and record count {count} do not agree");
        return Err(InvalidBatch::record(message));
    }
    if head.is_control() {
        return Err(InvalidBatch::record("clients may not write control records"));
    }
    if head.has_producer_id() && head.base_sequence < 0 {
        let (id, sequence) = (head.producer_id, head.base_sequence);
        let message = format!("producer id {id} comes with the invalid sequence {sequence}");
        return Err(InvalidBatch::record(message));
    }
    Ok(())
}

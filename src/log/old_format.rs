//! Logs from before Kafka 0.11 hold messages of formats 0 and 1. They are found, checked and served as they
//! are; nothing of the kind is appended.

use kabuki_records::batch::{
    BatchHead, LOG_OVERHEAD, MAGIC_OFFSET, NO_PRODUCER_EPOCH, NO_PRODUCER_ID, NO_SEQUENCE,
    NO_TIMESTAMP,
};
use kabuki_records::legacy::LegacyMessage;

use crate::types::FoundOffset;

/// Bytes of the smallest message, from behind the length on: CRC, magic, attributes, two lengths; a timestamp
/// in format 1.
const LENGTH_MIN: [i32; 2] = [14, 22];
/// Where the timestamp of format 1 stands.
const TIMESTAMP_OFFSET: usize = 18;
/// Codec and timestamp type, which are where they are today.
const ATTRIBUTES_KNOWN: u8 = 0x0f;
/// Stands for "no leader epoch".
const NO_EPOCH: i32 = -1;

/// The head of a message, as that of a batch of one record. The offset of a compressed message is that of its
/// last record, which is what a log looks for; where its first record stands only its content tells.
pub(crate) fn read_head(bytes: &[u8]) -> Option<BatchHead> {
    let magic = *bytes.get(MAGIC_OFFSET)?;
    let length = i32::from_be_bytes(*bytes.get(8..)?.first_chunk()?);
    if length < *LENGTH_MIN.get(usize::from(magic))? {
        return None;
    }
    let timestamp = match magic {
        0 => NO_TIMESTAMP,
        _ => i64::from_be_bytes(*bytes.get(TIMESTAMP_OFFSET..)?.first_chunk()?),
    };
    Some(BatchHead {
        base_offset: i64::from_be_bytes(*bytes.first_chunk()?),
        length,
        partition_leader_epoch: NO_EPOCH,
        magic: magic as i8,
        crc: u32::from_be_bytes(*bytes.get(LOG_OVERHEAD..)?.first_chunk()?),
        attributes: i16::from(bytes.get(MAGIC_OFFSET + 1)? & ATTRIBUTES_KNOWN),
        last_offset_delta: 0,
        base_timestamp: timestamp,
        max_timestamp: timestamp,
        producer_id: NO_PRODUCER_ID,
        producer_epoch: NO_PRODUCER_EPOCH,
        base_sequence: NO_SEQUENCE,
        record_count: 1,
    })
}

/// Whether the bytes are one whole message with the checksum it says.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    let message = LegacyMessage::read(bytes).ok().flatten();
    message.is_some_and(|it| it.size() == bytes.len() && it.is_intact())
}

/// The first record of a message with at least this timestamp and offset; the error says what is wrong.
pub(crate) fn first_record(
    bytes: &[u8],
    limit_bytes: usize,
    timestamp: i64,
    offset_min: i64,
) -> Result<Option<FoundOffset>, String> {
    let message = LegacyMessage::read(bytes).map_err(|it| it.to_string())?;
    let message = message.ok_or("incomplete message of an old format")?;
    let mut found = None;
    let visited = message.visit_records(limit_bytes, |record| {
        if found.is_none() && record.timestamp >= timestamp && record.offset >= offset_min {
            let (offset, timestamp) = (record.offset, record.timestamp);
            found = Some(FoundOffset { offset, timestamp, leader_epoch: None });
        }
    });
    visited.map_err(|it| it.to_string())?;
    Ok(found)
}

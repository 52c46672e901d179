//! The bytes of an answer as records, in whatever format they were once written.

use bytes::Bytes;
use kabuki_records::batch::{MAGIC_OFFSET, MAGIC_V2};
use kabuki_records::builder::RECORDS_BYTES_MAX;
use kabuki_records::crc::is_intact;
use kabuki_records::legacy::{LegacyMessage, LegacyRecord};
use kabuki_records::reader::{Batches, OpenBatch, ReadError};
use kabuki_records::record::{Header, Record};

use super::FetchedPartition;
use crate::error::UnreadableRecords;
use crate::record::{FetchedRecord, RecordHeader};

/// Adds the records from the wanted offset on. What is not complete at the end is left for the next answer.
pub(super) fn read(
    mut bytes: &[u8],
    fetched: &mut FetchedPartition,
) -> Result<(), UnreadableRecords> {
    while let Some(&magic) = bytes.get(MAGIC_OFFSET) {
        let is_legacy = (0..MAGIC_V2).contains(&i8::from_be_bytes([magic]));
        let size =
            if is_legacy { read_message(bytes, fetched)? } else { read_batch(bytes, fetched)? };
        let Some(size) = size else { break };
        bytes = &bytes[size..];
    }
    Ok(())
}

/// Reads the batch that comes first and tells its size; `None` when it is not complete.
fn read_batch(
    bytes: &[u8],
    fetched: &mut FetchedPartition,
) -> Result<Option<usize>, UnreadableRecords> {
    let Some(bytes) = Batches::new(bytes).next().transpose()? else { return Ok(None) };
    if !is_intact(bytes) {
        return Err(UnreadableRecords::WrongCrc);
    }
    let batch = OpenBatch::open(bytes, RECORDS_BYTES_MAX)?;
    let from = fetched.next_offset;
    if !batch.head().is_control() {
        for record in batch.records() {
            let record = record.map_err(ReadError::from)?;
            if batch.offset_of(&record) >= from {
                fetched.records.push(of_batch(&batch, &record));
            }
        }
    }
    fetched.next_offset = from.max(batch.head().next_offset());
    Ok(Some(bytes.len()))
}

/// The same for a message of the formats before batches.
fn read_message(
    bytes: &[u8],
    fetched: &mut FetchedPartition,
) -> Result<Option<usize>, UnreadableRecords> {
    let Some(message) = LegacyMessage::read(bytes)? else { return Ok(None) };
    if !message.is_intact() {
        return Err(UnreadableRecords::WrongCrc);
    }
    let from = fetched.next_offset;
    message.visit_records(RECORDS_BYTES_MAX, |record| {
        if record.offset >= from {
            fetched.records.push(of_message(&message, &record));
        }
    })?;
    fetched.next_offset = from.max(message.offset.saturating_add(1));
    Ok(Some(message.size()))
}

fn of_batch(batch: &OpenBatch<'_>, record: &Record<'_>) -> FetchedRecord {
    let header = |header: Header<'_>| RecordHeader {
        key: Bytes::copy_from_slice(header.key),
        value: copied(header.value),
    };
    FetchedRecord {
        offset: batch.offset_of(record),
        timestamp: batch.timestamp_of(record),
        is_log_append_time: batch.head().is_log_append_time(),
        key: copied(record.key),
        value: copied(record.value),
        headers: record.headers.iter().map(header).collect(),
    }
}

fn of_message(message: &LegacyMessage<'_>, record: &LegacyRecord<'_>) -> FetchedRecord {
    FetchedRecord {
        offset: record.offset,
        timestamp: record.timestamp,
        is_log_append_time: message.is_log_append_time(),
        key: copied(record.key),
        value: copied(record.value),
        headers: vec![],
    }
}

fn copied(bytes: Option<&[u8]>) -> Option<Bytes> {
    bytes.map(Bytes::copy_from_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kabuki_records::builder::BatchBuilder;
    use kabuki_records::codec::Codec;

    fn nothing_yet(next_offset: i64) -> FetchedPartition {
        FetchedPartition {
            topic: "t".to_owned(),
            partition: 0,
            records: vec![],
            next_offset,
            high_watermark: 100,
            log_start_offset: 0,
        }
    }

    fn batch(base_offset: i64, values: &[&str]) -> BatchBuilder {
        let mut builder = BatchBuilder::new().base_offset(base_offset).codec(Codec::Gzip, None);
        for value in values {
            builder.push(1, None, Some(value.as_bytes()), &[]);
        }
        builder
    }

    fn bytes(batches: Vec<BatchBuilder>) -> Vec<u8> {
        batches.into_iter().flat_map(|batch| batch.build().expect("records")).collect()
    }

    fn values(fetched: &FetchedPartition) -> Vec<&[u8]> {
        fetched.records.iter().map(|record| record.value.as_deref().unwrap_or_default()).collect()
    }

    #[test]
    fn reading_begins_within_a_batch_and_ends_before_one_that_is_not_complete() {
        let mut answer =
            bytes(vec![batch(0, &["a", "b", "c"]), batch(3, &["d"]), batch(4, &["e"])]);
        answer.pop();
        let mut fetched = nothing_yet(1);
        assert_eq!(read(&answer, &mut fetched), Ok(()));
        assert_eq!(values(&fetched), [b"b", b"c", b"d"]);
        assert_eq!(fetched.next_offset, 4);
    }

    #[test]
    fn control_records_are_passed_over() {
        let answer = bytes(vec![batch(0, &["a"]), batch(1, &["marker"]).control()]);
        let mut fetched = nothing_yet(0);
        assert_eq!(read(&answer, &mut fetched), Ok(()));
        assert_eq!((values(&fetched), fetched.next_offset), (vec![&b"a"[..]], 2));
    }

    #[test]
    fn damage_is_told_from_what_is_not_complete() {
        let mut answer = bytes(vec![batch(0, &["a"])]);
        let last = answer.len() - 1;
        answer[last] ^= 1;
        let mut fetched = nothing_yet(0);
        assert_eq!(read(&answer, &mut fetched), Err(UnreadableRecords::WrongCrc));
        answer[8..12].copy_from_slice(&[0xff; 4]);
        assert_eq!(read(&answer, &mut fetched), Err(ReadError::NoBatch.into()));
        assert_eq!(read(&answer[..10], &mut fetched), Ok(()));
    }

    /// Offset 5, format 1, created at 7, key `k`, value `v`: with the CRC that Java computes.
    #[test]
    fn messages_of_old_formats_are_read_too() {
        let covered = b"\x01\0\0\0\0\0\0\0\0\x07\0\0\0\x01k\0\0\0\x01v";
        let mut crc = flate2::Crc::new();
        crc.update(covered);
        let mut answer = 5_i64.to_be_bytes().to_vec();
        answer.extend((covered.len() as i32 + 4).to_be_bytes());
        answer.extend(crc.sum().to_be_bytes());
        answer.extend(covered);
        answer.extend(bytes(vec![batch(6, &["w"])]));
        let mut fetched = nothing_yet(5);
        assert_eq!(read(&answer, &mut fetched), Ok(()));
        assert_eq!((values(&fetched), fetched.next_offset), (vec![&b"v"[..], b"w"], 7));
        assert_eq!((fetched.records[0].offset, fetched.records[0].timestamp), (5, 7));
        answer[20] ^= 1;
        assert_eq!(read(&answer, &mut fetched), Err(UnreadableRecords::WrongCrc));
    }
}

//! The file that a log's producer state is kept in: `<offset>.snapshot`, good for everything below the offset.

use kabuki_records::batch::NO_TIMESTAMP;

use crate::producers::{Producer, Producers, SentBatch};

/// The only version there is.
const VERSION: i16 = 1;
/// Version and checksum; the checksum covers what follows.
const CRC_END: usize = 6;
/// Version, checksum and the count of entries.
const HEADER: usize = 10;
/// Bytes of one producer.
const ENTRY: usize = 46;
/// Stands for "no open transaction" and "no batch".
const NONE: i64 = -1;

/// Why a snapshot cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SnapshotError {
    #[error("unknown version {0} of a producer snapshot")]
    UnknownVersion(i16),
    #[error("producer snapshot has a wrong checksum")]
    Checksum,
    #[error("malformed producer snapshot")]
    Malformed,
}

/// The state as a file's bytes. Of each producer only the last batch is kept, as in Kafka.
pub(crate) fn to_bytes(producers: &Producers) -> Vec<u8> {
    let entries = producers.iter();
    let mut bytes = Vec::with_capacity(HEADER + entries.len() * ENTRY);
    bytes.extend(VERSION.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend((entries.len() as i32).to_be_bytes());
    entries.for_each(|(producer_id, producer)| write_entry(&mut bytes, producer_id, producer));
    let crc = crc32c::crc32c(&bytes[CRC_END..]);
    bytes[2..CRC_END].copy_from_slice(&crc.to_be_bytes());
    bytes
}

fn write_entry(bytes: &mut Vec<u8>, producer_id: i64, producer: &Producer) {
    let last = producer.last_batch();
    bytes.extend(producer_id.to_be_bytes());
    bytes.extend(producer.epoch.to_be_bytes());
    bytes.extend(producer.last_sequence().to_be_bytes());
    bytes.extend(last.map_or(NONE, |it| it.last_offset).to_be_bytes());
    bytes.extend(last.map_or(0, |it| it.offset_delta).to_be_bytes());
    bytes.extend(producer.last_timestamp.to_be_bytes());
    bytes.extend(producer.coordinator_epoch.to_be_bytes());
    bytes.extend(producer.transaction_first_offset.unwrap_or(NONE).to_be_bytes());
}

/// Reads a file's bytes.
pub(crate) fn parse(bytes: &[u8]) -> Result<Producers, SnapshotError> {
    let header: &[u8; HEADER] = bytes.first_chunk().ok_or(SnapshotError::Malformed)?;
    let [v0, v1, c0, c1, c2, c3, n0, n1, n2, n3] = *header;
    match i16::from_be_bytes([v0, v1]) {
        VERSION => {}
        other => return Err(SnapshotError::UnknownVersion(other)),
    }
    if crc32c::crc32c(&bytes[CRC_END..]) != u32::from_be_bytes([c0, c1, c2, c3]) {
        return Err(SnapshotError::Checksum);
    }
    let (entries, rest) = bytes[HEADER..].as_chunks::<ENTRY>();
    let count = usize::try_from(i32::from_be_bytes([n0, n1, n2, n3])).ok();
    if count != Some(entries.len()) || !rest.is_empty() {
        return Err(SnapshotError::Malformed);
    }
    let mut producers = Producers::default();
    for (producer_id, producer) in entries.iter().map(read_entry) {
        producers.restore(producer_id, producer);
    }
    Ok(producers)
}

fn read_entry(entry: &[u8; ENTRY]) -> (i64, Producer) {
    let mut fields = Fields { entry, at: 0 };
    let producer_id = i64::from_be_bytes(fields.next());
    let epoch = i16::from_be_bytes(fields.next());
    let last_sequence = i32::from_be_bytes(fields.next());
    let last_offset = i64::from_be_bytes(fields.next());
    let offset_delta = i32::from_be_bytes(fields.next());
    let timestamp = i64::from_be_bytes(fields.next());
    let coordinator_epoch = i32::from_be_bytes(fields.next());
    let first_offset = i64::from_be_bytes(fields.next());
    let mut producer = Producer::default();
    producer.epoch = epoch;
    producer.coordinator_epoch = coordinator_epoch;
    producer.last_timestamp = timestamp.max(NO_TIMESTAMP);
    producer.transaction_first_offset = (first_offset >= 0).then_some(first_offset);
    if last_offset >= 0 {
        producer.push_batch(SentBatch { last_sequence, last_offset, offset_delta, timestamp });
    }
    (producer_id, producer)
}

/// A cursor over the fields of an entry, whose sizes add up to its own.
struct Fields<'a> {
    entry: &'a [u8; ENTRY],
    at: usize,
}

impl Fields<'_> {
    fn next<const N: usize>(&mut self) -> [u8; N] {
        let mut field = [0; N];
        field.copy_from_slice(&self.entry[self.at..self.at + N]);
        self.at += N;
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> Producers {
        let mut producers = Producers::default();
        let batch =
            SentBatch { last_sequence: 9, last_offset: 19, offset_delta: 4, timestamp: 1_000 };
        let mut producer = Producer::default();
        producer.epoch = 2;
        producer.last_timestamp = 1_000;
        producer.push_batch(batch);
        producers.restore(7, producer);
        producer.transaction_first_offset = Some(15);
        producers.restore(8, producer);
        let mut only_marker = Producer::default();
        only_marker.epoch = 1;
        only_marker.coordinator_epoch = 3;
        producers.restore(9, only_marker);
        producers
    }

    #[test]
    fn state_and_back() {
        let bytes = to_bytes(&state());
        assert_eq!(bytes.len(), HEADER + 3 * ENTRY);
        assert_eq!(parse(&bytes), Ok(state()));
        assert_eq!(state().first_unstable_offset(), Some(15));
    }

    #[test]
    fn damage_is_an_error() {
        let bytes = to_bytes(&state());
        assert_eq!(parse(&bytes[..bytes.len() - 1]), Err(SnapshotError::Checksum));
        assert_eq!(parse(&bytes[..5]), Err(SnapshotError::Malformed));
        let mut other = bytes.clone();
        other[1] = 2;
        assert_eq!(parse(&other), Err(SnapshotError::UnknownVersion(2)));
        let mut count = bytes;
        count[HEADER - 1] += 1;
        let crc = crc32c::crc32c(&count[CRC_END..]);
        count[2..CRC_END].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(parse(&count), Err(SnapshotError::Malformed));
    }
}

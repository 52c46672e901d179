//! The head of a record batch (message format v2), read from and written to bytes.
//!
//! A batch is 61 bytes of head and then its records, which may be compressed as one block. The CRC-32C covers
//! everything from the attributes on, so a broker can set base offset, length and partition leader epoch (the
//! first 16 bytes) without touching it.

/// Bytes before the length field's count begins: base offset (8) and length (4).
pub const LOG_OVERHEAD: usize = 12;
/// Bytes that the broker may rewrite without a new CRC: base offset, length, partition leader epoch.
pub const REWRITABLE_HEAD: usize = 16;
/// Bytes of the whole head of a magic-2 batch.
pub const HEAD: usize = 61;
/// Where the magic byte stands, in every message format.
pub const MAGIC_OFFSET: usize = 16;
/// Where the stored CRC-32C stands (4 bytes).
pub const CRC_OFFSET: usize = 17;
/// Where the attributes stand; the CRC covers the bytes from here to the end of the batch.
pub const ATTRIBUTES_OFFSET: usize = 21;
/// The message format that every client since Kafka 0.11 writes.
pub const MAGIC_V2: i8 = 2;
/// Stands for "no producer id".
pub const NO_PRODUCER_ID: i64 = -1;
/// Stands for "no producer epoch".
pub const NO_PRODUCER_EPOCH: i16 = -1;
/// Stands for "no sequence number".
pub const NO_SEQUENCE: i32 = -1;
/// Stands for "no timestamp" (milliseconds since the epoch otherwise).
pub const NO_TIMESTAMP: i64 = -1;

pub(crate) const CODEC_MASK: i16 = 0x07;
pub(crate) const TIMESTAMP_TYPE_MASK: i16 = 0x08;
pub(crate) const TRANSACTIONAL_MASK: i16 = 0x10;
pub(crate) const CONTROL_MASK: i16 = 0x20;
pub(crate) const DELETE_HORIZON_MASK: i16 = 0x40;

/// The fields of a batch's head, in the order of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchHead {
    /// Offset of the first record.
    pub base_offset: i64,
    /// Bytes of the batch after this field: the whole batch is `length + 12` bytes.
    pub length: i32,
    /// Epoch of the leader that appended it; −1 in what a producer sends.
    pub partition_leader_epoch: i32,
    /// Message format, 2.
    pub magic: i8,
    /// CRC-32C of the bytes from the attributes on.
    pub crc: u32,
    /// Codec (bits 0–2), timestamp type (3), transactional (4), control (5), delete horizon (6).
    pub attributes: i16,
    /// Offset of the last record, less the base offset.
    pub last_offset_delta: i32,
    /// Timestamp of the first record in milliseconds, or the delete horizon.
    pub base_timestamp: i64,
    /// The largest timestamp of the batch in milliseconds.
    pub max_timestamp: i64,
    /// Producer id, or −1.
    pub producer_id: i64,
    /// Producer epoch, or −1.
    pub producer_epoch: i16,
    /// Sequence number of the first record, or −1.
    pub base_sequence: i32,
    /// How many records follow.
    pub record_count: i32,
}

impl BatchHead {
    /// Reads the head from the first 61 bytes; `None` when there are fewer. Nothing is checked.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let head: &[u8; HEAD] = bytes.first_chunk()?;
        Some(Self {
            base_offset: i64::from_be_bytes(array(head, 0)),
            length: i32::from_be_bytes(array(head, 8)),
            partition_leader_epoch: i32::from_be_bytes(array(head, 12)),
            magic: i8::from_be_bytes(array(head, MAGIC_OFFSET)),
            crc: u32::from_be_bytes(array(head, CRC_OFFSET)),
            attributes: i16::from_be_bytes(array(head, ATTRIBUTES_OFFSET)),
            last_offset_delta: i32::from_be_bytes(array(head, 23)),
            base_timestamp: i64::from_be_bytes(array(head, 27)),
            max_timestamp: i64::from_be_bytes(array(head, 35)),
            producer_id: i64::from_be_bytes(array(head, 43)),
            producer_epoch: i16::from_be_bytes(array(head, 51)),
            base_sequence: i32::from_be_bytes(array(head, 53)),
            record_count: i32::from_be_bytes(array(head, 57)),
        })
    }

    /// The head as bytes.
    pub fn to_bytes(&self) -> [u8; HEAD] {
        let mut head = [0; HEAD];
        head[..8].copy_from_slice(&self.base_offset.to_be_bytes());
        head[8..12].copy_from_slice(&self.length.to_be_bytes());
        head[12..16].copy_from_slice(&self.partition_leader_epoch.to_be_bytes());
        head[16..17].copy_from_slice(&self.magic.to_be_bytes());
        head[17..21].copy_from_slice(&self.crc.to_be_bytes());
        head[21..23].copy_from_slice(&self.attributes.to_be_bytes());
        head[23..27].copy_from_slice(&self.last_offset_delta.to_be_bytes());
        head[27..35].copy_from_slice(&self.base_timestamp.to_be_bytes());
        head[35..43].copy_from_slice(&self.max_timestamp.to_be_bytes());
        head[43..51].copy_from_slice(&self.producer_id.to_be_bytes());
        head[51..53].copy_from_slice(&self.producer_epoch.to_be_bytes());
        head[53..57].copy_from_slice(&self.base_sequence.to_be_bytes());
        head[57..61].copy_from_slice(&self.record_count.to_be_bytes());
        head
    }

    /// Bytes of the whole batch, head included; `None` when the length field is below a head's rest.
    pub fn size(&self) -> Option<usize> {
        let length = usize::try_from(self.length).ok()?;
        (length >= HEAD - LOG_OVERHEAD).then_some(length + LOG_OVERHEAD)
    }

    /// Offset of the last record.
    pub fn last_offset(&self) -> i64 {
        self.base_offset + i64::from(self.last_offset_delta)
    }

    /// The offset after the last record.
    pub fn next_offset(&self) -> i64 {
        self.last_offset() + 1
    }

    /// Sequence number of the last record; sequences wrap from 2³¹−1 to 0.
    pub fn last_sequence(&self) -> i32 {
        if self.base_sequence == NO_SEQUENCE {
            return NO_SEQUENCE;
        }
        add_to_sequence(self.base_sequence, self.last_offset_delta)
    }

    /// The codec number, bits 0–2 of the attributes (0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd).
    pub fn codec_id(&self) -> i16 {
        self.attributes & CODEC_MASK
    }

    /// The broker's clock at append time stands in `max_timestamp` and counts for every record.
    pub fn is_log_append_time(&self) -> bool {
        self.attributes & TIMESTAMP_TYPE_MASK != 0
    }

    /// Part of a transaction.
    pub fn is_transactional(&self) -> bool {
        self.attributes & TRANSACTIONAL_MASK != 0
    }

    /// Holds control records (transaction markers and the like) instead of a user's records.
    pub fn is_control(&self) -> bool {
        self.attributes & CONTROL_MASK != 0
    }

    /// `base_timestamp` holds the delete horizon of tombstones (set by compaction, KIP-534).
    pub fn has_delete_horizon(&self) -> bool {
        self.attributes & DELETE_HORIZON_MASK != 0
    }

    /// Carries a producer id: idempotent or transactional.
    pub fn has_producer_id(&self) -> bool {
        self.producer_id > NO_PRODUCER_ID
    }
}

/// The sequence number `increment` after `sequence`, wrapping from 2³¹−1 to 0.
pub fn add_to_sequence(sequence: i32, increment: i32) -> i32 {
    sequence.wrapping_add(increment) & i32::MAX
}

fn array<const N: usize>(head: &[u8; HEAD], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&head[at..at + N]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_and_back() {
        let head = BatchHead {
            base_offset: 7,
            length: 100,
            partition_leader_epoch: 3,
            magic: MAGIC_V2,
            crc: 0xdead_beef,
            attributes: 0x14,
            last_offset_delta: 9,
            base_timestamp: 1,
            max_timestamp: 2,
            producer_id: 5,
            producer_epoch: 6,
            base_sequence: i32::MAX,
            record_count: 10,
        };
        let read = BatchHead::read(&head.to_bytes()).expect("61 bytes are a head");
        assert_eq!(read, head);
        assert_eq!(read.last_offset(), 16);
        assert_eq!(read.last_sequence(), 8);
        assert_eq!(read.codec_id(), 4);
        assert!(read.is_transactional() && !read.is_control());
        assert_eq!(BatchHead::read(&head.to_bytes()[..60]), None);
    }
}

//! Records on their way in and out.

use bytes::Bytes;

/// A name and a value that a producer attaches to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordHeader {
    /// The name; UTF-8 where the producer keeps to the protocol.
    pub key: Bytes,
    /// The value, or null.
    pub value: Option<Bytes>,
}

/// A record to be produced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewRecord {
    /// The partition; `None` leaves the choice to the producer.
    pub partition: Option<i32>,
    /// Milliseconds since the epoch; `None` stands for now.
    pub timestamp: Option<i64>,
    /// The key, or null.
    pub key: Option<Bytes>,
    /// The value, or null.
    pub value: Option<Bytes>,
    /// The headers.
    pub headers: Vec<RecordHeader>,
}

impl NewRecord {
    /// A record without a key.
    pub fn of_value(value: impl Into<Bytes>) -> Self {
        Self { value: Some(value.into()), ..Self::default() }
    }

    /// A record with a key and a value.
    pub fn of_key_value(key: impl Into<Bytes>, value: impl Into<Bytes>) -> Self {
        Self { key: Some(key.into()), ..Self::of_value(value) }
    }

    /// About the bytes that it takes in a batch, before compression; never less than it really takes.
    pub(crate) fn size(&self) -> usize {
        let bytes = |bytes: &Option<Bytes>| bytes.as_ref().map_or(0, Bytes::len);
        let header =
            |header: &RecordHeader| 2 * VARINT_BYTES_MAX + header.key.len() + bytes(&header.value);
        FIELDS_BYTES_MAX
            + bytes(&self.key)
            + bytes(&self.value)
            + self.headers.iter().map(header).sum::<usize>()
    }
}

/// A 32-bit number of variable length takes this many bytes at most.
const VARINT_BYTES_MAX: usize = 5;
/// Length, attributes, timestamp delta, offset delta, lengths of key and value, number of headers.
const FIELDS_BYTES_MAX: usize = VARINT_BYTES_MAX + 1 + 10 + 4 * VARINT_BYTES_MAX;

/// A record that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedRecord {
    /// Its place in the partition.
    pub offset: i64,
    /// Milliseconds since the epoch; −1 for none.
    pub timestamp: i64,
    /// Whether the timestamp is the broker's, taken at the append, rather than the producer's.
    pub is_log_append_time: bool,
    /// The key, or null.
    pub key: Option<Bytes>,
    /// The value, or null.
    pub value: Option<Bytes>,
    /// The headers.
    pub headers: Vec<RecordHeader>,
}

//! Making batches: for the command line's producer, the metadata log, transaction markers, recompression, tests.

use bytes::Bytes;
use thiserror::Error;

use crate::batch::{
    BatchHead, CONTROL_MASK, HEAD, MAGIC_V2, NO_PRODUCER_EPOCH, NO_PRODUCER_ID, NO_SEQUENCE,
    NO_TIMESTAMP, TIMESTAMP_TYPE_MASK, TRANSACTIONAL_MASK,
};
use crate::codec::{Codec, CodecError, compress};
use crate::crc;
use crate::reader::LatestTimestamp;
use crate::record::{Header, RecordToWrite};

/// Bytes of records in one batch, so that head and records stay well below the format's 2³¹−1 even if a codec
/// makes them longer.
pub const RECORDS_BYTES_MAX: usize = 1 << 30;

/// Why no batch could be built.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BuildError {
    /// No record was pushed.
    #[error("a batch needs at least one record")]
    Empty,
    /// More than [`RECORDS_BYTES_MAX`] bytes of records.
    #[error("records are larger than {RECORDS_BYTES_MAX} bytes")]
    TooLarge,
    /// The records do not compress.
    #[error(transparent)]
    Codec(#[from] CodecError),
}

/// Collects records and makes one batch of them.
///
/// Without further settings it is what a plain producer sends: base offset 0, no leader epoch, not compressed,
/// no producer id, timestamps of the records' creation.
#[derive(Debug, Clone)]
pub struct BatchBuilder {
    head: BatchHead,
    codec: Codec,
    level: Option<i32>,
    records: Vec<u8>,
    latest: LatestTimestamp,
    too_large: bool,
}

impl Default for BatchBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl BatchBuilder {
    /// An empty batch.
    pub fn new() -> Self {
        let head = BatchHead {
            base_offset: 0,
            length: 0,
            partition_leader_epoch: -1,
            magic: MAGIC_V2,
            crc: 0,
            attributes: 0,
            last_offset_delta: -1,
            base_timestamp: NO_TIMESTAMP,
            max_timestamp: NO_TIMESTAMP,
            producer_id: NO_PRODUCER_ID,
            producer_epoch: NO_PRODUCER_EPOCH,
            base_sequence: NO_SEQUENCE,
            record_count: 0,
        };
        let latest = LatestTimestamp::NONE;
        Self {
            head,
            codec: Codec::None,
            level: None,
            records: Vec::new(),
            latest,
            too_large: false,
        }
    }

    /// Compresses the records with `codec` at `level` (`None` is the codec's default).
    pub fn codec(mut self, codec: Codec, level: Option<i32>) -> Self {
        self.codec = codec;
        self.level = level;
        self
    }

    /// Sets the offset of the first record.
    pub fn base_offset(mut self, offset: i64) -> Self {
        self.head.base_offset = offset;
        self
    }

    /// Sets the epoch of the leader that appends it.
    pub fn leader_epoch(mut self, epoch: i32) -> Self {
        self.head.partition_leader_epoch = epoch;
        self
    }

    /// Sets the producer's id and epoch and the sequence number of the first record.
    pub fn producer(mut self, id: i64, epoch: i16, base_sequence: i32) -> Self {
        self.head.producer_id = id;
        self.head.producer_epoch = epoch;
        self.head.base_sequence = base_sequence;
        self
    }

    /// Makes it part of its producer's transaction.
    pub fn transactional(mut self) -> Self {
        self.head.attributes |= TRANSACTIONAL_MASK;
        self
    }

    /// Makes it hold control records (see [`crate::control`]).
    pub fn control(mut self) -> Self {
        self.head.attributes |= CONTROL_MASK;
        self
    }

    /// Makes the time of the append, in milliseconds, count for every record.
    pub fn log_append_time(mut self, now_ms: i64) -> Self {
        self.head.attributes |= TIMESTAMP_TYPE_MASK;
        self.head.max_timestamp = now_ms;
        self
    }

    /// Adds a record with the next offset. `timestamp` in milliseconds, −1 for none.
    pub fn push<'r>(
        &mut self,
        timestamp: i64,
        key: Option<&'r [u8]>,
        value: Option<&'r [u8]>,
        headers: &'r [Header<'r>],
    ) -> &mut Self {
        let offset_delta = self.head.last_offset_delta.wrapping_add(1);
        self.push_with_delta(offset_delta, timestamp, key, value, headers.iter().copied())
    }

    /// Adds a record at a given distance from the base offset: compacted batches have gaps. Nothing checks that
    /// the distances rise.
    pub fn push_with_delta<'r>(
        &mut self,
        offset_delta: i32,
        timestamp: i64,
        key: Option<&'r [u8]>,
        value: Option<&'r [u8]>,
        headers: impl Iterator<Item = Header<'r>> + Clone,
    ) -> &mut Self {
        if self.head.record_count == 0 {
            self.head.base_timestamp = timestamp;
        }
        let timestamp_delta = timestamp.wrapping_sub(self.head.base_timestamp);
        let record = RecordToWrite { timestamp_delta, offset_delta, key, value, headers };
        self.too_large |= self.records.len() > RECORDS_BYTES_MAX
            || !record.write_within(&mut self.records, RECORDS_BYTES_MAX);
        self.head.record_count = self.head.record_count.saturating_add(1);
        self.head.last_offset_delta = offset_delta;
        self.latest.see(timestamp, offset_delta);
        self
    }

    /// The codec that the records will have.
    pub fn target(&self) -> Codec {
        self.codec
    }

    /// How many records were added.
    pub fn len(&self) -> usize {
        self.head.record_count as usize
    }

    /// No record was added.
    pub fn is_empty(&self) -> bool {
        self.head.record_count == 0
    }

    /// Bytes that the batch would have if the codec saved nothing.
    pub fn uncompressed_bytes(&self) -> usize {
        HEAD + self.records.len()
    }

    /// The batch.
    pub fn build(self) -> Result<Bytes, BuildError> {
        if self.is_empty() {
            return Err(BuildError::Empty);
        }
        if self.too_large {
            return Err(BuildError::TooLarge);
        }
        let mut head = self.head;
        head.attributes |= self.codec.id();
        if !head.is_log_append_time() {
            head.max_timestamp = self.latest.timestamp;
        }
        let stored = match self.codec {
            Codec::None => self.records,
            codec => compress(codec, self.level, &self.records)?,
        };
        let mut batch = Vec::with_capacity(HEAD + stored.len());
        batch.extend_from_slice(&crc::seal(head, &stored).to_bytes());
        batch.extend_from_slice(&stored);
        Ok(batch.into())
    }
}

#[cfg(test)]
mod tests;

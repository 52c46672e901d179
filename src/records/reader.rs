//! Reading whole batches: cutting a row of batches apart, and opening one to get at its records.

use std::borrow::Cow;

use thiserror::Error;

use crate::batch::{BatchHead, HEAD, LOG_OVERHEAD, MAGIC_OFFSET, MAGIC_V2, NO_TIMESTAMP};
use crate::codec::{Codec, CodecError, Decompressor, Output, decompress};
use crate::record::{Record, RecordFormatError, Records};

/// Why the records of a batch cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// There is no whole head, or its length field does not fit the bytes, or the format is not magic 2.
    #[error("bytes are no batch of message format 2")]
    NoBatch,
    /// The records do not decompress.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// What came out is no row of records.
    #[error(transparent)]
    Format(#[from] RecordFormatError),
}

/// Cuts a row of batches (a fetch answer, a segment's bytes) apart, in place.
///
/// Ends without an error where the next batch is not complete: fetch answers may end within one.
#[derive(Debug, Clone)]
pub struct Batches<'a> {
    rest: &'a [u8],
}

impl<'a> Batches<'a> {
    /// Over `bytes`, which begin with a batch.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn split(&self) -> Result<Option<usize>, ReadError> {
        let Some(length) = self.rest.get(8..).and_then(|bytes| bytes.first_chunk()) else {
            return Ok(None);
        };
        let length = i32::from_be_bytes(*length);
        if length < (HEAD - LOG_OVERHEAD) as i32 {
            return Err(ReadError::NoBatch);
        }
        let size = length as usize + LOG_OVERHEAD;
        let magic = self.rest.get(MAGIC_OFFSET).map(|&magic| i8::from_be_bytes([magic]));
        match magic {
            Some(magic) if magic != MAGIC_V2 => Err(ReadError::NoBatch),
            _ => Ok((size <= self.rest.len()).then_some(size)),
        }
    }
}

impl<'a> Iterator for Batches<'a> {
    /// The bytes of one whole batch; after an error the iteration is over.
    type Item = Result<&'a [u8], ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let size = self.split();
        let (batch, rest) = match size {
            Ok(size) => self.rest.split_at(size.unwrap_or(0)),
            Err(_) => (&[][..], &[][..]),
        };
        self.rest = rest;
        match size {
            Ok(None) => None,
            Ok(Some(_)) => Some(Ok(batch)),
            Err(error) => Some(Err(error)),
        }
    }
}

/// A batch whose records lie open: borrowed when they are not compressed, decompressed otherwise.
#[derive(Debug, Clone)]
pub struct OpenBatch<'a> {
    head: BatchHead,
    records: Cow<'a, [u8]>,
}

impl<'a> OpenBatch<'a> {
    /// Opens the batch that is exactly `batch`; its CRC is not looked at (see [`crate::crc::is_intact`]).
    /// At most `limit_bytes` may come out of compressed records.
    pub fn open(batch: &'a [u8], limit_bytes: usize) -> Result<Self, ReadError> {
        let head = BatchHead::read(batch).ok_or(ReadError::NoBatch)?;
        if head.magic != MAGIC_V2 || head.size() != Some(batch.len()) {
            return Err(ReadError::NoBatch);
        }
        let stored = &batch[HEAD..];
        let records = match Codec::from_id(head.codec_id())? {
            Codec::None => Cow::Borrowed(stored),
            codec => Cow::Owned(decompress(codec, stored, limit_bytes)?),
        };
        Ok(Self { head, records })
    }

    /// The batch's head.
    pub fn head(&self) -> &BatchHead {
        &self.head
    }

    /// The records, in the order of their offsets.
    pub fn records(&self) -> Records<'_> {
        Records::new(&self.records, self.head.record_count)
    }

    /// The offset of one of its records.
    pub fn offset_of(&self, record: &Record<'_>) -> i64 {
        self.head.base_offset.wrapping_add(i64::from(record.offset_delta))
    }

    /// The timestamp of one of its records, in milliseconds: the producer's, or the broker's where the batch
    /// carries the time of its append.
    pub fn timestamp_of(&self, record: &Record<'_>) -> i64 {
        timestamp_of(&self.head, record)
    }
}

/// The timestamp of a record of the batch with this head. Sums wrap, as in Java.
#[inline]
pub(crate) fn timestamp_of(head: &BatchHead, record: &Record<'_>) -> i64 {
    if head.is_log_append_time() {
        return head.max_timestamp;
    }
    head.base_timestamp.wrapping_add(record.timestamp_delta)
}

/// The largest timestamp, and the offset delta of the first record that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LatestTimestamp {
    pub(crate) timestamp: i64,
    pub(crate) offset_delta: Option<i32>,
}

impl LatestTimestamp {
    pub(crate) const NONE: Self = Self { timestamp: NO_TIMESTAMP, offset_delta: None };

    /// Takes one more record in; timestamps of −1 and below count as "none".
    #[inline]
    pub(crate) fn see(&mut self, timestamp: i64, offset_delta: i32) {
        if timestamp > self.timestamp {
            *self = Self { timestamp, offset_delta: Some(offset_delta) };
        }
    }
}

/// The records of a compressed batch, decompressed a piece at a time.
///
/// Holds one piece of the codec, or the largest record if that is larger, never the whole.
pub struct RecordStream<'a> {
    source: Decompressor<'a>,
    buffer: Output,
    at: usize,
    left: u32,
}

impl<'a> RecordStream<'a> {
    /// Over `count` records that are compressed in `stored`; at most `limit_bytes` may come out of them.
    pub fn new(
        codec: Codec,
        stored: &'a [u8],
        count: i32,
        limit_bytes: usize,
    ) -> Result<Self, CodecError> {
        let source = Decompressor::new(codec, stored, limit_bytes)?;
        Ok(Self {
            source,
            buffer: Output::default(),
            at: 0,
            left: u32::try_from(count).unwrap_or(0),
        })
    }

    /// The next record, or `None` after as many as were announced. After an error there is nothing more to read.
    /// Bytes that are left after the last record are an error in its place.
    pub fn next_record(&mut self) -> Option<Result<Record<'_>, ReadError>> {
        if self.left == 0 {
            return None;
        }
        let record = self.complete_record();
        self.left = if record.is_ok() { self.left - 1 } else { 0 };
        let begin = self.at;
        Some(record.and_then(|size| {
            self.at += size;
            Ok(Record::read(&self.buffer[begin..begin + size])?.0)
        }))
    }

    /// Decompresses until a whole record lies in the buffer, and tells its size.
    fn complete_record(&mut self) -> Result<usize, ReadError> {
        loop {
            let rest = &self.buffer[self.at..];
            match Record::size(rest) {
                Ok(size) if size < rest.len() => return self.unless_surplus(size),
                Ok(size) if size == rest.len() && self.left > 1 => return Ok(size),
                Ok(_) | Err(RecordFormatError::Truncated) => {}
                Err(error) => return Err(error.into()),
            }
            if !self.refill()? {
                let rest = &self.buffer[self.at..];
                let size = Record::size(rest)?;
                let whole = size <= rest.len();
                return if whole { Ok(size) } else { Err(RecordFormatError::Truncated.into()) };
            }
        }
    }

    fn unless_surplus(&self, size: usize) -> Result<usize, ReadError> {
        match self.left {
            1 => Err(RecordFormatError::SurplusAfterRecords.into()),
            _ => Ok(size),
        }
    }

    /// Drops what was read and appends the next piece.
    fn refill(&mut self) -> Result<bool, CodecError> {
        self.buffer.drop_front(self.at);
        self.at = 0;
        self.source.append_next(&mut self.buffer)
    }
}

#[cfg(test)]
mod tests;

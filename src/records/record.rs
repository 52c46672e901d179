//! The records inside a batch, read in place: keys, values and headers are slices of the batch's bytes.
//!
//! A record is its length (a zigzag varint) and then attributes (one byte, unused), timestamp delta, offset
//! delta, key, value and headers. Any negative length of a key or value means "null", as in Kafka.

use thiserror::Error;

use crate::varint::{self, VarintError};

/// Why the bytes are no record, or no row of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecordFormatError {
    /// The bytes end within a record.
    #[error("bytes end within a record")]
    Truncated,
    /// A number of variable length has more bytes than its width allows.
    #[error("variable-length number in a record is too long")]
    VarintTooLong,
    /// The record's length has more bytes than a number of 32 bits can have.
    #[error("length of a record is too long a number")]
    LengthTooLong,
    /// The record's length is negative.
    #[error("record has the negative length {0}")]
    NegativeLength(i32),
    /// The fields take fewer bytes than the record's length says.
    #[error("record has {0} bytes after its last header")]
    SurplusInRecord(usize),
    /// The number of headers is negative or larger than the bytes that are left could hold.
    #[error("record has the impossible number of {0} headers")]
    HeaderCount(i32),
    /// A header's key has a negative length.
    #[error("header key has the negative length {0}")]
    NegativeHeaderKey(i32),
    /// Bytes are left over after the number of records that the batch's head announces.
    #[error("bytes are left after the last record")]
    SurplusAfterRecords,
}

impl From<VarintError> for RecordFormatError {
    fn from(error: VarintError) -> Self {
        match error {
            VarintError::Truncated => Self::Truncated,
            VarintError::TooLong => Self::VarintTooLong,
        }
    }
}

/// One record, borrowed from the (decompressed) bytes of its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// Unused by Kafka so far; 0.
    pub attributes: i8,
    /// Milliseconds from the batch's base timestamp.
    pub timestamp_delta: i64,
    /// Offset less the batch's base offset.
    pub offset_delta: i32,
    /// The key, or null.
    pub key: Option<&'a [u8]>,
    /// The value, or null (a tombstone in a compacted topic).
    pub value: Option<&'a [u8]>,
    /// The headers.
    pub headers: Headers<'a>,
}

/// A name and a value that a producer attached to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header<'a> {
    /// The name; UTF-8 where the producer keeps to the protocol, but nobody checks.
    pub key: &'a [u8],
    /// The value, or null.
    pub value: Option<&'a [u8]>,
}

impl<'a> Record<'a> {
    /// Reads one record, its length first, and tells how many bytes it took.
    #[inline]
    pub fn read(bytes: &'a [u8]) -> Result<(Self, usize), RecordFormatError> {
        let (begin, end) = Self::body_range(bytes)?;
        let body = bytes.get(begin..end).ok_or(RecordFormatError::Truncated)?;
        Ok((Self::read_body(body)?, end))
    }

    /// Bytes of the record that `bytes` begin with, its length included. Only the length need be there yet.
    #[inline]
    pub(crate) fn size(bytes: &[u8]) -> Result<usize, RecordFormatError> {
        Self::body_range(bytes).map(|(_, end)| end)
    }

    #[inline]
    fn body_range(bytes: &[u8]) -> Result<(usize, usize), RecordFormatError> {
        let (length, begin) = varint::read_i32(bytes).map_err(|error| match error {
            VarintError::TooLong => RecordFormatError::LengthTooLong,
            VarintError::Truncated => RecordFormatError::Truncated,
        })?;
        let body =
            usize::try_from(length).map_err(|_| RecordFormatError::NegativeLength(length))?;
        Ok((begin, begin + body))
    }

    #[inline]
    fn read_body(body: &'a [u8]) -> Result<Self, RecordFormatError> {
        let mut fields = Fields { rest: body };
        let record = Self {
            attributes: fields.byte()?,
            timestamp_delta: fields.varlong()?,
            offset_delta: fields.varint()?,
            key: fields.nullable_bytes()?,
            value: fields.nullable_bytes()?,
            headers: fields.headers()?,
        };
        match fields.rest.len() {
            0 => Ok(record),
            surplus => Err(RecordFormatError::SurplusInRecord(surplus)),
        }
    }
}

/// The headers of a record, already checked, read again on iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Headers<'a> {
    count: u32,
    bytes: &'a [u8],
}

impl<'a> Headers<'a> {
    /// How many headers there are.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The headers in the order the producer gave them.
    pub fn iter(&self) -> impl Iterator<Item = Header<'a>> + Clone + use<'a> {
        let mut fields = Fields { rest: self.bytes };
        (0..self.count).map_while(move |_| fields.header().ok())
    }
}

/// A cursor over the fields of one record.
#[derive(Clone)]
struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    #[inline]
    fn byte(&mut self) -> Result<i8, RecordFormatError> {
        let (&first, rest) = self.rest.split_first().ok_or(RecordFormatError::Truncated)?;
        self.rest = rest;
        Ok(i8::from_be_bytes([first]))
    }

    #[inline]
    fn varint(&mut self) -> Result<i32, RecordFormatError> {
        let (value, size) = varint::read_i32(self.rest)?;
        self.rest = &self.rest[size..];
        Ok(value)
    }

    #[inline]
    fn varlong(&mut self) -> Result<i64, RecordFormatError> {
        let (value, size) = varint::read_i64(self.rest)?;
        self.rest = &self.rest[size..];
        Ok(value)
    }

    #[inline]
    fn bytes(&mut self, length: usize) -> Result<&'a [u8], RecordFormatError> {
        let (bytes, rest) =
            self.rest.split_at_checked(length).ok_or(RecordFormatError::Truncated)?;
        self.rest = rest;
        Ok(bytes)
    }

    #[inline]
    fn nullable_bytes(&mut self) -> Result<Option<&'a [u8]>, RecordFormatError> {
        match usize::try_from(self.varint()?) {
            Ok(length) => self.bytes(length).map(Some),
            Err(_) => Ok(None),
        }
    }

    #[inline]
    fn headers(&mut self) -> Result<Headers<'a>, RecordFormatError> {
        let announced = self.varint()?;
        let impossible = RecordFormatError::HeaderCount(announced);
        let count = u32::try_from(announced).map_err(|_| impossible)?;
        if count as usize > self.rest.len() {
            return Err(impossible);
        }
        let all = self.rest;
        for _ in 0..count {
            self.header()?;
        }
        Ok(Headers { count, bytes: &all[..all.len() - self.rest.len()] })
    }

    fn header(&mut self) -> Result<Header<'a>, RecordFormatError> {
        let length = self.varint()?;
        let length =
            usize::try_from(length).map_err(|_| RecordFormatError::NegativeHeaderKey(length))?;
        Ok(Header { key: self.bytes(length)?, value: self.nullable_bytes()? })
    }
}

/// Iterates over the uncompressed records of a batch.
///
/// Yields exactly `count` records, or fewer and then one error; bytes that are left after the last record are an
/// error of their own, which takes the place of that record (as Kafka refuses it while reading it).
#[derive(Debug, Clone)]
pub struct Records<'a> {
    rest: &'a [u8],
    left: u32,
}

impl<'a> Records<'a> {
    /// Over `bytes`, the uncompressed records behind a head that announces `count` of them (negative means none).
    pub fn new(bytes: &'a [u8], count: i32) -> Self {
        Self { rest: bytes, left: u32::try_from(count).unwrap_or(0) }
    }

    #[inline]
    fn read_next(&mut self) -> Result<Record<'a>, RecordFormatError> {
        let (record, size) = Record::read(self.rest)?;
        self.rest = &self.rest[size..];
        if self.left == 1 && !self.rest.is_empty() {
            return Err(RecordFormatError::SurplusAfterRecords);
        }
        Ok(record)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, RecordFormatError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        let record = self.read_next();
        self.left = if record.is_ok() { self.left - 1 } else { 0 };
        Some(record)
    }
}

/// What a record to be written consists of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecordToWrite<'a, H> {
    pub(crate) timestamp_delta: i64,
    pub(crate) offset_delta: i32,
    pub(crate) key: Option<&'a [u8]>,
    pub(crate) value: Option<&'a [u8]>,
    /// Cloned once to take the size before anything is written.
    pub(crate) headers: H,
}

impl<'a, H: Iterator<Item = Header<'a>> + Clone> RecordToWrite<'a, H> {
    /// Appends the record; `false`, and nothing written, when it is larger than `bytes_max` (below 2³¹).
    pub(crate) fn write_within(self, out: &mut Vec<u8>, bytes_max: usize) -> bool {
        let body = self.body_size();
        if body > bytes_max {
            return false;
        }
        varint::write_i32(out, body as i32);
        out.push(0);
        varint::write_i64(out, self.timestamp_delta);
        varint::write_i32(out, self.offset_delta);
        write_nullable(out, self.key);
        write_nullable(out, self.value);
        varint::write_i32(out, self.headers.clone().count() as i32);
        for header in self.headers {
            write_nullable(out, Some(header.key));
            write_nullable(out, header.value);
        }
        true
    }

    fn body_size(&self) -> usize {
        let headers = self.headers.clone();
        let count = headers.clone().count() as i32;
        1 + varint::size_i64(self.timestamp_delta)
            + varint::size_i32(self.offset_delta)
            + nullable_size(self.key)
            + nullable_size(self.value)
            + varint::size_i32(count)
            + headers.map(|h| nullable_size(Some(h.key)) + nullable_size(h.value)).sum::<usize>()
    }
}

fn nullable_size(bytes: Option<&[u8]>) -> usize {
    bytes.map_or(1, |bytes| varint::size_i32(bytes.len() as i32) + bytes.len())
}

fn write_nullable(out: &mut Vec<u8>, bytes: Option<&[u8]>) {
    varint::write_i32(out, bytes.map_or(-1, |bytes| bytes.len() as i32));
    out.extend_from_slice(bytes.unwrap_or_default());
}

#[cfg(test)]
mod tests;

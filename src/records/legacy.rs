//! Message formats 0 and 1 (before Kafka 0.11), for reading logs that are that old.
//!
//! A log of these formats is a row of messages, each with offset, length, CRC-32, magic, attributes, a timestamp (format 1
//! only), key and value. A message with a codec is a wrapper: its value is a compressed row of messages, its
//! offset that of the last one. Inner offsets are absolute in format 0 and count from 0 in format 1. Brokers of
//! today accept no such messages (see [`crate::validate`]) and nothing here writes them.

use thiserror::Error;

use crate::batch::{LOG_OVERHEAD, MAGIC_OFFSET, NO_TIMESTAMP, TIMESTAMP_TYPE_MASK};
use crate::codec::{Codec, CodecError, Decompressor, Output};

/// Where the CRC-32 stands; it covers the bytes from the magic on.
const CRC_OFFSET: usize = LOG_OVERHEAD;
/// Bytes of a format-0 message without key and value, from the CRC on.
const OVERHEAD_V0: i32 = 14;
/// The codec in the attributes.
const CODEC_MASK: i16 = 0x07;

/// Why bytes are no message of an old format.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LegacyError {
    /// The length is too small, or key and value do not fill the message exactly.
    #[error("old-format message has fields that do not fit its length")]
    InvalidLength,
    /// The magic byte is neither 0 nor 1, or not that of the wrapper.
    #[error("message has the unexpected format {0}")]
    UnexpectedMagic(i8),
    /// The CRC of an inner message does not fit its bytes.
    #[error("old-format message is corrupt (its CRC does not match)")]
    Corrupt,
    /// A wrapper without a value, without messages, with an offset below its last message's, with zstd, or inside a
    /// wrapper.
    #[error("old-format wrapper message is not valid")]
    InvalidWrapper,
    /// The value of a wrapper does not decompress.
    #[error(transparent)]
    Codec(#[from] CodecError),
}

/// One message of format 0 or 1; the records of a wrapper are inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegacyMessage<'a> {
    /// Its offset; that of the last record, when it is a wrapper.
    pub offset: i64,
    /// The format, 0 or 1.
    pub magic: i8,
    /// Codec (bits 0–2) and, in format 1, timestamp type (bit 3).
    pub attributes: i16,
    /// Milliseconds; −1 in format 0.
    pub timestamp: i64,
    /// The key, or null.
    pub key: Option<&'a [u8]>,
    /// The value, or null.
    pub value: Option<&'a [u8]>,
    bytes: &'a [u8],
}

/// One record, out of a wrapper or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegacyRecord<'a> {
    /// Its offset in the log.
    pub offset: i64,
    /// Milliseconds: the producer's or, by the timestamp type, the broker's; −1 in format 0.
    pub timestamp: i64,
    /// The key, or null.
    pub key: Option<&'a [u8]>,
    /// The value, or null.
    pub value: Option<&'a [u8]>,
}

impl<'a> LegacyMessage<'a> {
    /// Reads the message that `bytes` begin with; `None` when it is not complete. The CRC is not looked at.
    pub fn read(bytes: &'a [u8]) -> Result<Option<Self>, LegacyError> {
        let Some(bytes) = first_message(bytes)? else {
            return Ok(None);
        };
        let mut fields = Fields { rest: bytes };
        let offset = i64::from_be_bytes(fields.array()?);
        let _length_and_crc: [u8; 8] = fields.array()?;
        let [magic, attributes] = fields.array()?;
        let magic = i8::from_be_bytes([magic]);
        if !(0..=1).contains(&magic) {
            return Err(LegacyError::UnexpectedMagic(magic));
        }
        let timestamp = if magic == 0 { NO_TIMESTAMP } else { i64::from_be_bytes(fields.array()?) };
        let (key, value) = (fields.nullable_bytes()?, fields.nullable_bytes()?);
        if !fields.rest.is_empty() {
            return Err(LegacyError::InvalidLength);
        }
        let attributes = i16::from(attributes);
        Ok(Some(Self { offset, magic, attributes, timestamp, key, value, bytes }))
    }

    /// Bytes of the message, offset and length included.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Whether the stored CRC-32 fits the bytes.
    pub fn is_intact(&self) -> bool {
        let (stored, covered) = self.bytes[CRC_OFFSET..].split_at(MAGIC_OFFSET - CRC_OFFSET);
        let mut crc = flate2::Crc::new();
        crc.update(covered);
        stored == crc.sum().to_be_bytes()
    }

    /// The broker's clock at the append counts as the timestamp (format 1 only).
    pub fn is_log_append_time(&self) -> bool {
        self.magic > 0 && self.attributes & TIMESTAMP_TYPE_MASK != 0
    }

    /// Hands every record to `visit`: the message itself or, when it is a wrapper, what is inside, of which at most
    /// `limit_bytes` may come out.
    pub fn visit_records(
        &self,
        limit_bytes: usize,
        mut visit: impl FnMut(LegacyRecord<'_>),
    ) -> Result<(), LegacyError> {
        match Codec::from_id(self.attributes & CODEC_MASK)? {
            Codec::None => visit(self.as_record(self.offset, self.timestamp)),
            Codec::Zstd => return Err(LegacyError::InvalidWrapper),
            codec => {
                let content = self.decompress(codec, limit_bytes)?;
                let base = self.base_offset(&content)?;
                for inner in Inner::new(&content, self.magic) {
                    let inner = inner?;
                    let append_time = self.is_log_append_time();
                    let timestamp = if append_time { self.timestamp } else { inner.timestamp };
                    visit(inner.as_record(base.wrapping_add(inner.offset), timestamp));
                }
            }
        }
        Ok(())
    }

    fn as_record(&self, offset: i64, timestamp: i64) -> LegacyRecord<'a> {
        LegacyRecord { offset, timestamp, key: self.key, value: self.value }
    }

    fn decompress(&self, codec: Codec, limit_bytes: usize) -> Result<Vec<u8>, LegacyError> {
        let value = self.value.ok_or(LegacyError::InvalidWrapper)?;
        let mut source = match self.magic {
            0 => Decompressor::of_format_0(codec, value, limit_bytes)?,
            _ => Decompressor::new(codec, value, limit_bytes)?,
        };
        let mut content = Output::default();
        while source.append_next(&mut content)? {}
        Ok(content.into_vec())
    }

    /// What is to be added to inner offsets. Some producers of format 1 left the wrapper's offset at 0: then nothing.
    fn base_offset(&self, content: &[u8]) -> Result<i64, LegacyError> {
        let last = Inner::new(content, self.magic).last().ok_or(LegacyError::InvalidWrapper)??;
        match self.magic {
            0 => Ok(0),
            _ if self.offset == 0 => Ok(0),
            _ if self.offset < last.offset => Err(LegacyError::InvalidWrapper),
            _ => Ok(self.offset.wrapping_sub(last.offset)),
        }
    }
}

/// The bytes of the first message; `None` when it is not complete.
fn first_message(bytes: &[u8]) -> Result<Option<&[u8]>, LegacyError> {
    let Some(length) = bytes.get(8..).and_then(|rest| rest.first_chunk()) else {
        return Ok(None);
    };
    let length = i32::from_be_bytes(*length);
    if length < OVERHEAD_V0 {
        return Err(LegacyError::InvalidLength);
    }
    Ok(bytes.get(..length as usize + LOG_OVERHEAD))
}

/// A row of messages: a log, or part of one.
///
/// Ends without an error where the next message is not complete; after an error the iteration is over.
#[derive(Debug, Clone)]
pub struct LegacyMessages<'a> {
    rest: &'a [u8],
}

impl<'a> LegacyMessages<'a> {
    /// Over `bytes`, which begin with a message.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }
}

impl<'a> Iterator for LegacyMessages<'a> {
    type Item = Result<LegacyMessage<'a>, LegacyError>;

    fn next(&mut self) -> Option<Self::Item> {
        let message = LegacyMessage::read(self.rest).transpose()?;
        let size = message.as_ref().map_or(self.rest.len(), LegacyMessage::size);
        self.rest = &self.rest[size..];
        Some(message)
    }
}

/// The messages inside a wrapper: complete, intact, of the wrapper's format, no wrappers themselves.
struct Inner<'a> {
    messages: LegacyMessages<'a>,
    magic: i8,
}

impl<'a> Inner<'a> {
    fn new(content: &'a [u8], magic: i8) -> Self {
        Self { messages: LegacyMessages::new(content), magic }
    }

    fn check(&self, message: LegacyMessage<'a>) -> Result<LegacyMessage<'a>, LegacyError> {
        if message.magic != self.magic {
            return Err(LegacyError::UnexpectedMagic(message.magic));
        }
        if message.attributes & CODEC_MASK != 0 {
            return Err(LegacyError::InvalidWrapper);
        }
        if message.is_intact() { Ok(message) } else { Err(LegacyError::Corrupt) }
    }
}

impl<'a> Iterator for Inner<'a> {
    type Item = Result<LegacyMessage<'a>, LegacyError>;

    fn next(&mut self) -> Option<Self::Item> {
        let message = self.messages.next()?;
        Some(message.and_then(|message| self.check(message)))
    }
}

struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], LegacyError> {
        let (&bytes, rest) = self.rest.split_first_chunk().ok_or(LegacyError::InvalidLength)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn nullable_bytes(&mut self) -> Result<Option<&'a [u8]>, LegacyError> {
        let Ok(length) = usize::try_from(i32::from_be_bytes(self.array()?)) else {
            return Ok(None);
        };
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(LegacyError::InvalidLength)?;
        self.rest = rest;
        Ok(Some(bytes))
    }
}

#[cfg(test)]
mod tests;

//! The fields of Kafka's flexible message schemas, as far as control records need them.

use uuid::Uuid;

use super::ControlRecordError;
use crate::varint::{self, VarintError};

/// A cursor over a message.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Over a record's key or value; null reads as empty.
    pub(super) fn new(bytes: Option<&'a [u8]>) -> Self {
        Self { rest: bytes.unwrap_or_default() }
    }

    pub(super) fn i16(&mut self) -> Result<i16, ControlRecordError> {
        self.array().map(i16::from_be_bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16, ControlRecordError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn i32(&mut self) -> Result<i32, ControlRecordError> {
        self.array().map(i32::from_be_bytes)
    }

    pub(super) fn i64(&mut self) -> Result<i64, ControlRecordError> {
        self.array().map(i64::from_be_bytes)
    }

    pub(super) fn uuid(&mut self) -> Result<Uuid, ControlRecordError> {
        self.array().map(Uuid::from_bytes)
    }

    pub(super) fn string(&mut self) -> Result<String, ControlRecordError> {
        let length = self.length()?;
        let text = str::from_utf8(self.take(length)?);
        text.map(str::to_owned).map_err(|_| ControlRecordError::InvalidText)
    }

    /// A compact array; grows by what is really there, not by the count.
    pub(super) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, ControlRecordError>,
    ) -> Result<Vec<T>, ControlRecordError> {
        (0..self.length()?).map(|_| item(self)).collect()
    }

    /// Passes over the tagged fields that end a structure; none are known.
    pub(super) fn skip_tagged(&mut self) -> Result<(), ControlRecordError> {
        for _ in 0..self.varint()? {
            self.varint()?;
            let size = self.varint()?;
            self.take(size as usize)?;
        }
        Ok(())
    }

    /// A count or length, stored plus one; 0 would be null, which no field of these schemas may be.
    fn length(&mut self) -> Result<usize, ControlRecordError> {
        let stored = self.varint()? as usize;
        let length = stored.checked_sub(1).ok_or(ControlRecordError::InvalidLength(-1))?;
        // Every item and every character takes a byte at least.
        if length > self.rest.len() {
            return Err(ControlRecordError::InvalidLength(length as i64));
        }
        Ok(length)
    }

    fn varint(&mut self) -> Result<u32, ControlRecordError> {
        let (value, size) = varint::read_u32(self.rest).map_err(|error| match error {
            VarintError::Truncated => ControlRecordError::Truncated,
            VarintError::TooLong => ControlRecordError::InvalidLength(i64::MAX),
        })?;
        self.rest = &self.rest[size..];
        Ok(value)
    }

    fn take(&mut self, size: usize) -> Result<&'a [u8], ControlRecordError> {
        let (bytes, rest) =
            self.rest.split_at_checked(size).ok_or(ControlRecordError::Truncated)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ControlRecordError> {
        let (&bytes, rest) = self.rest.split_first_chunk().ok_or(ControlRecordError::Truncated)?;
        self.rest = rest;
        Ok(bytes)
    }
}

/// Collects the fields of a message.
#[derive(Default)]
pub(super) struct Writer {
    out: Vec<u8>,
}

impl Writer {
    pub(super) fn i16(&mut self, value: i16) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(super) fn u16(&mut self, value: u16) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(super) fn i32(&mut self, value: i32) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(super) fn i64(&mut self, value: i64) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(super) fn uuid(&mut self, value: Uuid) -> &mut Self {
        self.bytes(value.as_bytes())
    }

    pub(super) fn string(&mut self, value: &str) -> &mut Self {
        self.length(value.len()).bytes(value.as_bytes())
    }

    pub(super) fn list<T>(
        &mut self,
        items: &[T],
        mut item: impl FnMut(&mut Self, &T),
    ) -> &mut Self {
        self.length(items.len());
        items.iter().for_each(|value| item(self, value));
        self
    }

    /// Ends a structure: no tagged fields.
    pub(super) fn no_tagged(&mut self) -> &mut Self {
        self.bytes(&[0])
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    fn length(&mut self, length: usize) -> &mut Self {
        varint::write_u64(&mut self.out, length as u64 + 1);
        self
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.out.extend_from_slice(bytes);
        self
    }
}

// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use super::runtime::{DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags};
use bytes::BytesMut;
use std::ops::RangeInclusive;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct BeginTransactionRecord {
    pub name: Option<String>,
    pub unknown_tags: Vec<RawTag>,
}

impl BeginTransactionRecord {
    pub const API_KEY: i16 = 23;
    pub const VERSIONS: RangeInclusive<i16> = 0..=0;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion {
                record: "BeginTransactionRecord",
                version,
            });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion {
                record: "BeginTransactionRecord",
                version,
            });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for BeginTransactionRecord {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        let unknown_tags = read_tags(input, |tag, field| {
            match tag {
                0 => record.name = Field::read(format, field)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        record.unknown_tags = unknown_tags;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        let mut tags = TagWriter::default();
        if self.name.is_some() {
            tags.add(0, format, &self.name)?;
        }
        tags.finish(&self.unknown_tags, out)
    }
}

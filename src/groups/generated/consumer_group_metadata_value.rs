// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use bytes::BytesMut;
use kabuki_metadata::generated::runtime::{
    DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags,
};
use std::ops::RangeInclusive;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupMetadataValue {
    pub epoch: i32,
    pub metadata_hash: i64,
    pub unknown_tags: Vec<RawTag>,
}

impl ConsumerGroupMetadataValue {
    pub const API_KEY: i16 = 3;
    pub const VERSIONS: RangeInclusive<i16> = 0..=0;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion {
                record: "ConsumerGroupMetadataValue",
                version,
            });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion {
                record: "ConsumerGroupMetadataValue",
                version,
            });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for ConsumerGroupMetadataValue {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.epoch = Field::read(format, input)?;
        let unknown_tags = read_tags(input, |tag, field| {
            match tag {
                0 => record.metadata_hash = Field::read(format, field)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        record.unknown_tags = unknown_tags;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.epoch.write(format, out)?;
        let mut tags = TagWriter::default();
        if self.metadata_hash != 0 {
            tags.add(0, format, &self.metadata_hash)?;
        }
        tags.finish(&self.unknown_tags, out)
    }
}

// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use super::runtime::{DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags};
use bytes::BytesMut;
use std::ops::RangeInclusive;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AccessControlEntryRecord {
    pub id: Uuid,
    pub resource_type: i8,
    pub resource_name: String,
    pub pattern_type: i8,
    pub principal: String,
    pub host: String,
    pub operation: i8,
    pub permission_type: i8,
    pub unknown_tags: Vec<RawTag>,
}

impl AccessControlEntryRecord {
    pub const API_KEY: i16 = 18;
    pub const VERSIONS: RangeInclusive<i16> = 0..=0;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion {
                record: "AccessControlEntryRecord",
                version,
            });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion {
                record: "AccessControlEntryRecord",
                version,
            });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for AccessControlEntryRecord {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.id = Field::read(format, input)?;
        record.resource_type = Field::read(format, input)?;
        record.resource_name = Field::read(format, input)?;
        record.pattern_type = Field::read(format, input)?;
        record.principal = Field::read(format, input)?;
        record.host = Field::read(format, input)?;
        record.operation = Field::read(format, input)?;
        record.permission_type = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.id.write(format, out)?;
        self.resource_type.write(format, out)?;
        self.resource_name.write(format, out)?;
        self.pattern_type.write(format, out)?;
        self.principal.write(format, out)?;
        self.host.write(format, out)?;
        self.operation.write(format, out)?;
        self.permission_type.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

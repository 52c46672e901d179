// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use super::runtime::{DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags};
use bytes::BytesMut;
use std::ops::RangeInclusive;

#[derive(Debug, Clone, PartialEq)]
pub struct ConfigRecord {
    pub resource_type: i8,
    pub resource_name: String,
    pub name: String,
    pub value: Option<String>,
    pub unknown_tags: Vec<RawTag>,
}

impl Default for ConfigRecord {
    fn default() -> Self {
        Self {
            resource_type: 0,
            resource_name: String::new(),
            name: String::new(),
            value: Some(String::new()),
            unknown_tags: Vec::new(),
        }
    }
}

impl ConfigRecord {
    pub const API_KEY: i16 = 4;
    pub const VERSIONS: RangeInclusive<i16> = 0..=0;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion { record: "ConfigRecord", version });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion { record: "ConfigRecord", version });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for ConfigRecord {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.resource_type = Field::read(format, input)?;
        record.resource_name = Field::read(format, input)?;
        record.name = Field::read(format, input)?;
        record.value = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.resource_type.write(format, out)?;
        self.resource_name.write(format, out)?;
        self.name.write(format, out)?;
        self.value.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use super::runtime::{DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags};
use bytes::BytesMut;
use std::ops::RangeInclusive;

#[derive(Debug, Clone, PartialEq)]
pub struct EntityData {
    pub entity_type: String,
    pub entity_name: Option<String>,
    pub unknown_tags: Vec<RawTag>,
}

impl Default for EntityData {
    fn default() -> Self {
        Self {
            entity_type: String::new(),
            entity_name: Some(String::new()),
            unknown_tags: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClientQuotaRecord {
    pub entity: Vec<EntityData>,
    pub key: String,
    pub value: f64,
    pub remove: bool,
    pub unknown_tags: Vec<RawTag>,
}

impl ClientQuotaRecord {
    pub const API_KEY: i16 = 14;
    pub const VERSIONS: RangeInclusive<i16> = 0..=0;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion { record: "ClientQuotaRecord", version });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion { record: "ClientQuotaRecord", version });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for EntityData {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.entity_type = Field::read(format, input)?;
        record.entity_name = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.entity_type.write(format, out)?;
        self.entity_name.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

impl Field for ClientQuotaRecord {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.entity = Field::read(format, input)?;
        record.key = Field::read(format, input)?;
        record.value = Field::read(format, input)?;
        record.remove = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.entity.write(format, out)?;
        self.key.write(format, out)?;
        self.value.write(format, out)?;
        self.remove.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

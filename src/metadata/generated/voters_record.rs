// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use super::runtime::{DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags};
use bytes::BytesMut;
use std::ops::RangeInclusive;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Voter {
    pub voter_id: i32,
    pub voter_directory_id: Uuid,
    pub endpoints: Vec<Endpoint>,
    pub kraft_version_feature: KRaftVersionFeature,
    pub unknown_tags: Vec<RawTag>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Endpoint {
    pub name: String,
    pub host: String,
    pub port: u16,
    pub unknown_tags: Vec<RawTag>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct KRaftVersionFeature {
    pub min_supported_version: i16,
    pub max_supported_version: i16,
    pub unknown_tags: Vec<RawTag>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct VotersRecord {
    pub version: i16,
    pub voters: Vec<Voter>,
    pub unknown_tags: Vec<RawTag>,
}

impl VotersRecord {
    pub const VERSIONS: RangeInclusive<i16> = 0..=0;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion { record: "VotersRecord", version });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion { record: "VotersRecord", version });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for Voter {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.voter_id = Field::read(format, input)?;
        record.voter_directory_id = Field::read(format, input)?;
        record.endpoints = Field::read(format, input)?;
        record.kraft_version_feature = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.voter_id.write(format, out)?;
        self.voter_directory_id.write(format, out)?;
        self.endpoints.write(format, out)?;
        self.kraft_version_feature.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

impl Field for Endpoint {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.name = Field::read(format, input)?;
        record.host = Field::read(format, input)?;
        record.port = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.name.write(format, out)?;
        self.host.write(format, out)?;
        self.port.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

impl Field for KRaftVersionFeature {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.min_supported_version = Field::read(format, input)?;
        record.max_supported_version = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.min_supported_version.write(format, out)?;
        self.max_supported_version.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

impl Field for VotersRecord {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.version = Field::read(format, input)?;
        record.voters = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.version.write(format, out)?;
        self.voters.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

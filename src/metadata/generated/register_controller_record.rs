// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use super::runtime::{DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags};
use bytes::BytesMut;
use std::ops::RangeInclusive;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ControllerEndpoint {
    pub name: String,
    pub host: String,
    pub port: u16,
    pub security_protocol: i16,
    pub unknown_tags: Vec<RawTag>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ControllerFeature {
    pub name: String,
    pub min_supported_version: i16,
    pub max_supported_version: i16,
    pub unknown_tags: Vec<RawTag>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct RegisterControllerRecord {
    pub controller_id: i32,
    pub incarnation_id: Uuid,
    pub zk_migration_ready: bool,
    pub end_points: Vec<ControllerEndpoint>,
    pub features: Vec<ControllerFeature>,
    pub unknown_tags: Vec<RawTag>,
}

impl RegisterControllerRecord {
    pub const API_KEY: i16 = 27;
    pub const VERSIONS: RangeInclusive<i16> = 0..=0;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion {
                record: "RegisterControllerRecord",
                version,
            });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion {
                record: "RegisterControllerRecord",
                version,
            });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for ControllerEndpoint {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.name = Field::read(format, input)?;
        record.host = Field::read(format, input)?;
        record.port = Field::read(format, input)?;
        record.security_protocol = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.name.write(format, out)?;
        self.host.write(format, out)?;
        self.port.write(format, out)?;
        self.security_protocol.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

impl Field for ControllerFeature {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.name = Field::read(format, input)?;
        record.min_supported_version = Field::read(format, input)?;
        record.max_supported_version = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.name.write(format, out)?;
        self.min_supported_version.write(format, out)?;
        self.max_supported_version.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

impl Field for RegisterControllerRecord {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.controller_id = Field::read(format, input)?;
        record.incarnation_id = Field::read(format, input)?;
        record.zk_migration_ready = Field::read(format, input)?;
        record.end_points = Field::read(format, input)?;
        record.features = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.controller_id.write(format, out)?;
        self.incarnation_id.write(format, out)?;
        self.zk_migration_ready.write(format, out)?;
        self.end_points.write(format, out)?;
        self.features.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

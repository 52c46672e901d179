// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use super::runtime::{DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags};
use bytes::BytesMut;
use std::ops::RangeInclusive;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct BrokerEndpoint {
    pub name: String,
    pub host: String,
    pub port: u16,
    pub security_protocol: i16,
    pub unknown_tags: Vec<RawTag>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct BrokerFeature {
    pub name: String,
    pub min_supported_version: i16,
    pub max_supported_version: i16,
    pub unknown_tags: Vec<RawTag>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RegisterBrokerRecord {
    pub broker_id: i32,
    pub is_migrating_zk_broker: bool,
    pub incarnation_id: Uuid,
    pub broker_epoch: i64,
    pub end_points: Vec<BrokerEndpoint>,
    pub features: Vec<BrokerFeature>,
    pub rack: Option<String>,
    pub fenced: bool,
    pub in_controlled_shutdown: bool,
    pub log_dirs: Vec<Uuid>,
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
    pub unknown_tags: Vec<RawTag>,
}

impl Default for RegisterBrokerRecord {
    fn default() -> Self {
        Self {
            broker_id: 0,
            is_migrating_zk_broker: false,
            incarnation_id: Uuid::nil(),
            broker_epoch: 0,
            end_points: Vec::new(),
            features: Vec::new(),
            rack: Some(String::new()),
            fenced: true,
            in_controlled_shutdown: false,
            log_dirs: Vec::new(),
            cordoned_log_dirs: None,
            unknown_tags: Vec::new(),
        }
    }
}

impl RegisterBrokerRecord {
    pub const API_KEY: i16 = 0;
    pub const VERSIONS: RangeInclusive<i16> = 0..=4;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion {
                record: "RegisterBrokerRecord",
                version,
            });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion {
                record: "RegisterBrokerRecord",
                version,
            });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for BrokerEndpoint {
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

impl Field for BrokerFeature {
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

impl Field for RegisterBrokerRecord {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.broker_id = Field::read(format, input)?;
        if format.version >= 2 {
            record.is_migrating_zk_broker = Field::read(format, input)?;
        }
        record.incarnation_id = Field::read(format, input)?;
        record.broker_epoch = Field::read(format, input)?;
        record.end_points = Field::read(format, input)?;
        record.features = Field::read(format, input)?;
        record.rack = Field::read(format, input)?;
        record.fenced = Field::read(format, input)?;
        if format.version >= 1 {
            record.in_controlled_shutdown = Field::read(format, input)?;
        }
        let unknown_tags = read_tags(input, |tag, field| {
            match tag {
                0 if format.version >= 3 => record.log_dirs = Field::read(format, field)?,
                0 => return Err(DecodeError::TagNotInVersion { tag, version: format.version }),
                1 if format.version >= 4 => record.cordoned_log_dirs = Field::read(format, field)?,
                1 => return Err(DecodeError::TagNotInVersion { tag, version: format.version }),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        record.unknown_tags = unknown_tags;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.broker_id.write(format, out)?;
        if format.version >= 2 {
            self.is_migrating_zk_broker.write(format, out)?;
        } else if self.is_migrating_zk_broker {
            return Err(EncodeError::FieldNotInVersion {
                record: "RegisterBrokerRecord",
                field: "is_migrating_zk_broker",
                version: format.version,
            });
        }
        self.incarnation_id.write(format, out)?;
        self.broker_epoch.write(format, out)?;
        self.end_points.write(format, out)?;
        self.features.write(format, out)?;
        self.rack.write(format, out)?;
        self.fenced.write(format, out)?;
        if format.version >= 1 {
            self.in_controlled_shutdown.write(format, out)?;
        } else if self.in_controlled_shutdown {
            return Err(EncodeError::FieldNotInVersion {
                record: "RegisterBrokerRecord",
                field: "in_controlled_shutdown",
                version: format.version,
            });
        }
        let mut tags = TagWriter::default();
        if format.version >= 3 {
            if !self.log_dirs.is_empty() {
                tags.add(0, format, &self.log_dirs)?;
            }
        } else if !self.log_dirs.is_empty() {
            return Err(EncodeError::FieldNotInVersion {
                record: "RegisterBrokerRecord",
                field: "log_dirs",
                version: format.version,
            });
        }
        if format.version >= 4 {
            if self.cordoned_log_dirs.is_some() {
                tags.add(1, format, &self.cordoned_log_dirs)?;
            }
        } else if self.cordoned_log_dirs.is_some() {
            return Err(EncodeError::FieldNotInVersion {
                record: "RegisterBrokerRecord",
                field: "cordoned_log_dirs",
                version: format.version,
            });
        }
        tags.finish(&self.unknown_tags, out)
    }
}

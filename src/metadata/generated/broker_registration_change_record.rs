// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use super::runtime::{DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags};
use bytes::BytesMut;
use std::ops::RangeInclusive;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct BrokerRegistrationChangeRecord {
    pub broker_id: i32,
    pub broker_epoch: i64,
    pub fenced: i8,
    pub in_controlled_shutdown: i8,
    pub log_dirs: Vec<Uuid>,
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
    pub unknown_tags: Vec<RawTag>,
}

impl BrokerRegistrationChangeRecord {
    pub const API_KEY: i16 = 17;
    pub const VERSIONS: RangeInclusive<i16> = 0..=3;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion {
                record: "BrokerRegistrationChangeRecord",
                version,
            });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion {
                record: "BrokerRegistrationChangeRecord",
                version,
            });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for BrokerRegistrationChangeRecord {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.broker_id = Field::read(format, input)?;
        record.broker_epoch = Field::read(format, input)?;
        let unknown_tags = read_tags(input, |tag, field| {
            match tag {
                0 => record.fenced = Field::read(format, field)?,
                1 if format.version >= 1 => {
                    record.in_controlled_shutdown = Field::read(format, field)?
                }
                1 => return Err(DecodeError::TagNotInVersion { tag, version: format.version }),
                2 if format.version >= 2 => record.log_dirs = Field::read(format, field)?,
                2 => return Err(DecodeError::TagNotInVersion { tag, version: format.version }),
                3 if format.version >= 3 => record.cordoned_log_dirs = Field::read(format, field)?,
                3 => return Err(DecodeError::TagNotInVersion { tag, version: format.version }),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        record.unknown_tags = unknown_tags;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.broker_id.write(format, out)?;
        self.broker_epoch.write(format, out)?;
        let mut tags = TagWriter::default();
        if self.fenced != 0 {
            tags.add(0, format, &self.fenced)?;
        }
        if format.version >= 1 {
            if self.in_controlled_shutdown != 0 {
                tags.add(1, format, &self.in_controlled_shutdown)?;
            }
        } else if self.in_controlled_shutdown != 0 {
            return Err(EncodeError::FieldNotInVersion {
                record: "BrokerRegistrationChangeRecord",
                field: "in_controlled_shutdown",
                version: format.version,
            });
        }
        if format.version >= 2 {
            if !self.log_dirs.is_empty() {
                tags.add(2, format, &self.log_dirs)?;
            }
        } else if !self.log_dirs.is_empty() {
            return Err(EncodeError::FieldNotInVersion {
                record: "BrokerRegistrationChangeRecord",
                field: "log_dirs",
                version: format.version,
            });
        }
        if format.version >= 3 {
            if self.cordoned_log_dirs.is_some() {
                tags.add(3, format, &self.cordoned_log_dirs)?;
            }
        } else if self.cordoned_log_dirs.is_some() {
            return Err(EncodeError::FieldNotInVersion {
                record: "BrokerRegistrationChangeRecord",
                field: "cordoned_log_dirs",
                version: format.version,
            });
        }
        tags.finish(&self.unknown_tags, out)
    }
}

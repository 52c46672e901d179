// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use super::runtime::{DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags};
use bytes::BytesMut;
use std::ops::RangeInclusive;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq)]
pub struct PartitionChangeRecord {
    pub partition_id: i32,
    pub topic_id: Uuid,
    pub isr: Option<Vec<i32>>,
    pub leader: i32,
    pub replicas: Option<Vec<i32>>,
    pub removing_replicas: Option<Vec<i32>>,
    pub adding_replicas: Option<Vec<i32>>,
    pub leader_recovery_state: i8,
    pub directories: Option<Vec<Uuid>>,
    pub eligible_leader_replicas: Option<Vec<i32>>,
    pub last_known_elr: Option<Vec<i32>>,
    pub unknown_tags: Vec<RawTag>,
}

impl Default for PartitionChangeRecord {
    fn default() -> Self {
        Self {
            partition_id: -1,
            topic_id: Uuid::nil(),
            isr: None,
            leader: -2,
            replicas: None,
            removing_replicas: None,
            adding_replicas: None,
            leader_recovery_state: -1,
            directories: None,
            eligible_leader_replicas: None,
            last_known_elr: None,
            unknown_tags: Vec::new(),
        }
    }
}

impl PartitionChangeRecord {
    pub const API_KEY: i16 = 5;
    pub const VERSIONS: RangeInclusive<i16> = 0..=2;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion {
                record: "PartitionChangeRecord",
                version,
            });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion {
                record: "PartitionChangeRecord",
                version,
            });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for PartitionChangeRecord {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.partition_id = Field::read(format, input)?;
        record.topic_id = Field::read(format, input)?;
        let unknown_tags = read_tags(input, |tag, field| {
            match tag {
                0 => record.isr = Field::read(format, field)?,
                1 => record.leader = Field::read(format, field)?,
                2 => record.replicas = Field::read(format, field)?,
                3 => record.removing_replicas = Field::read(format, field)?,
                4 => record.adding_replicas = Field::read(format, field)?,
                5 => record.leader_recovery_state = Field::read(format, field)?,
                6 if format.version >= 2 => {
                    record.eligible_leader_replicas = Field::read(format, field)?
                }
                6 => return Err(DecodeError::TagNotInVersion { tag, version: format.version }),
                7 if format.version >= 2 => record.last_known_elr = Field::read(format, field)?,
                7 => return Err(DecodeError::TagNotInVersion { tag, version: format.version }),
                8 if format.version >= 1 => record.directories = Field::read(format, field)?,
                8 => return Err(DecodeError::TagNotInVersion { tag, version: format.version }),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        record.unknown_tags = unknown_tags;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.partition_id.write(format, out)?;
        self.topic_id.write(format, out)?;
        let mut tags = TagWriter::default();
        if self.isr.is_some() {
            tags.add(0, format, &self.isr)?;
        }
        if self.leader != -2 {
            tags.add(1, format, &self.leader)?;
        }
        if self.replicas.is_some() {
            tags.add(2, format, &self.replicas)?;
        }
        if self.removing_replicas.is_some() {
            tags.add(3, format, &self.removing_replicas)?;
        }
        if self.adding_replicas.is_some() {
            tags.add(4, format, &self.adding_replicas)?;
        }
        if self.leader_recovery_state != -1 {
            tags.add(5, format, &self.leader_recovery_state)?;
        }
        if format.version >= 2 {
            if self.eligible_leader_replicas.is_some() {
                tags.add(6, format, &self.eligible_leader_replicas)?;
            }
        } else if self.eligible_leader_replicas.is_some() {
            return Err(EncodeError::FieldNotInVersion {
                record: "PartitionChangeRecord",
                field: "eligible_leader_replicas",
                version: format.version,
            });
        }
        if format.version >= 2 {
            if self.last_known_elr.is_some() {
                tags.add(7, format, &self.last_known_elr)?;
            }
        } else if self.last_known_elr.is_some() {
            return Err(EncodeError::FieldNotInVersion {
                record: "PartitionChangeRecord",
                field: "last_known_elr",
                version: format.version,
            });
        }
        if format.version >= 1 {
            if self.directories.is_some() {
                tags.add(8, format, &self.directories)?;
            }
        } else if self.directories.is_some() {
            return Err(EncodeError::FieldNotInVersion {
                record: "PartitionChangeRecord",
                field: "directories",
                version: format.version,
            });
        }
        tags.finish(&self.unknown_tags, out)
    }
}

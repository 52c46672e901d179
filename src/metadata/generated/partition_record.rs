// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use super::runtime::{DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags};
use bytes::BytesMut;
use std::ops::RangeInclusive;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq)]
pub struct PartitionRecord {
    pub partition_id: i32,
    pub topic_id: Uuid,
    pub replicas: Vec<i32>,
    pub isr: Vec<i32>,
    pub removing_replicas: Vec<i32>,
    pub adding_replicas: Vec<i32>,
    pub leader: i32,
    pub leader_recovery_state: i8,
    pub leader_epoch: i32,
    pub partition_epoch: i32,
    pub directories: Vec<Uuid>,
    pub eligible_leader_replicas: Option<Vec<i32>>,
    pub last_known_elr: Option<Vec<i32>>,
    pub unknown_tags: Vec<RawTag>,
}

impl Default for PartitionRecord {
    fn default() -> Self {
        Self {
            partition_id: -1,
            topic_id: Uuid::nil(),
            replicas: Vec::new(),
            isr: Vec::new(),
            removing_replicas: Vec::new(),
            adding_replicas: Vec::new(),
            leader: -1,
            leader_recovery_state: 0,
            leader_epoch: -1,
            partition_epoch: -1,
            directories: Vec::new(),
            eligible_leader_replicas: None,
            last_known_elr: None,
            unknown_tags: Vec::new(),
        }
    }
}

impl PartitionRecord {
    pub const API_KEY: i16 = 3;
    pub const VERSIONS: RangeInclusive<i16> = 0..=2;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion { record: "PartitionRecord", version });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion { record: "PartitionRecord", version });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for PartitionRecord {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.partition_id = Field::read(format, input)?;
        record.topic_id = Field::read(format, input)?;
        record.replicas = Field::read(format, input)?;
        record.isr = Field::read(format, input)?;
        record.removing_replicas = Field::read(format, input)?;
        record.adding_replicas = Field::read(format, input)?;
        record.leader = Field::read(format, input)?;
        record.leader_epoch = Field::read(format, input)?;
        record.partition_epoch = Field::read(format, input)?;
        if format.version >= 1 {
            record.directories = Field::read(format, input)?;
        }
        let unknown_tags = read_tags(input, |tag, field| {
            match tag {
                0 => record.leader_recovery_state = Field::read(format, field)?,
                1 if format.version >= 2 => {
                    record.eligible_leader_replicas = Field::read(format, field)?
                }
                1 => return Err(DecodeError::TagNotInVersion { tag, version: format.version }),
                2 if format.version >= 2 => record.last_known_elr = Field::read(format, field)?,
                2 => return Err(DecodeError::TagNotInVersion { tag, version: format.version }),
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
        self.replicas.write(format, out)?;
        self.isr.write(format, out)?;
        self.removing_replicas.write(format, out)?;
        self.adding_replicas.write(format, out)?;
        self.leader.write(format, out)?;
        self.leader_epoch.write(format, out)?;
        self.partition_epoch.write(format, out)?;
        if format.version >= 1 {
            self.directories.write(format, out)?;
        } else if !self.directories.is_empty() {
            return Err(EncodeError::FieldNotInVersion {
                record: "PartitionRecord",
                field: "directories",
                version: format.version,
            });
        }
        let mut tags = TagWriter::default();
        if self.leader_recovery_state != 0 {
            tags.add(0, format, &self.leader_recovery_state)?;
        }
        if format.version >= 2 {
            if self.eligible_leader_replicas.is_some() {
                tags.add(1, format, &self.eligible_leader_replicas)?;
            }
        } else if self.eligible_leader_replicas.is_some() {
            return Err(EncodeError::FieldNotInVersion {
                record: "PartitionRecord",
                field: "eligible_leader_replicas",
                version: format.version,
            });
        }
        if format.version >= 2 {
            if self.last_known_elr.is_some() {
                tags.add(2, format, &self.last_known_elr)?;
            }
        } else if self.last_known_elr.is_some() {
            return Err(EncodeError::FieldNotInVersion {
                record: "PartitionRecord",
                field: "last_known_elr",
                version: format.version,
            });
        }
        tags.finish(&self.unknown_tags, out)
    }
}

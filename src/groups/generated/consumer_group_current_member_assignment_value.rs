// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use bytes::BytesMut;
use kabuki_metadata::generated::runtime::{
    DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags,
};
use std::ops::RangeInclusive;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq)]
pub struct TopicPartitions {
    pub topic_id: Uuid,
    pub partitions: Vec<i32>,
    pub assignment_epochs: Option<Vec<i32>>,
    pub unknown_tags: Vec<RawTag>,
}

impl Default for TopicPartitions {
    fn default() -> Self {
        Self {
            topic_id: Uuid::nil(),
            partitions: Vec::new(),
            assignment_epochs: Some(Vec::new()),
            unknown_tags: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupCurrentMemberAssignmentValue {
    pub member_epoch: i32,
    pub previous_member_epoch: i32,
    pub state: i8,
    pub assigned_partitions: Vec<TopicPartitions>,
    pub partitions_pending_revocation: Vec<TopicPartitions>,
    pub unknown_tags: Vec<RawTag>,
}

impl ConsumerGroupCurrentMemberAssignmentValue {
    pub const API_KEY: i16 = 8;
    pub const VERSIONS: RangeInclusive<i16> = 0..=0;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion {
                record: "ConsumerGroupCurrentMemberAssignmentValue",
                version,
            });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion {
                record: "ConsumerGroupCurrentMemberAssignmentValue",
                version,
            });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for TopicPartitions {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.topic_id = Field::read(format, input)?;
        record.partitions = Field::read(format, input)?;
        let unknown_tags = read_tags(input, |tag, field| {
            match tag {
                0 => record.assignment_epochs = Field::read(format, field)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        record.unknown_tags = unknown_tags;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.topic_id.write(format, out)?;
        self.partitions.write(format, out)?;
        let mut tags = TagWriter::default();
        if self.assignment_epochs != Some(Vec::new()) {
            tags.add(0, format, &self.assignment_epochs)?;
        }
        tags.finish(&self.unknown_tags, out)
    }
}

impl Field for ConsumerGroupCurrentMemberAssignmentValue {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.member_epoch = Field::read(format, input)?;
        record.previous_member_epoch = Field::read(format, input)?;
        record.state = Field::read(format, input)?;
        record.assigned_partitions = Field::read(format, input)?;
        record.partitions_pending_revocation = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.member_epoch.write(format, out)?;
        self.previous_member_epoch.write(format, out)?;
        self.state.write(format, out)?;
        self.assigned_partitions.write(format, out)?;
        self.partitions_pending_revocation.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

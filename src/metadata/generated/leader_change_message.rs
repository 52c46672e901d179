// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use super::runtime::{DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags};
use bytes::BytesMut;
use std::ops::RangeInclusive;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Voter {
    pub voter_id: i32,
    pub voter_directory_id: Uuid,
    pub unknown_tags: Vec<RawTag>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaderChangeMessage {
    pub version: i16,
    pub leader_id: i32,
    pub voters: Vec<Voter>,
    pub granting_voters: Vec<Voter>,
    pub unknown_tags: Vec<RawTag>,
}

impl LeaderChangeMessage {
    pub const VERSIONS: RangeInclusive<i16> = 0..=1;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion { record: "LeaderChangeMessage", version });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion { record: "LeaderChangeMessage", version });
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
        if format.version >= 1 {
            record.voter_directory_id = Field::read(format, input)?;
        }
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.voter_id.write(format, out)?;
        if format.version >= 1 {
            self.voter_directory_id.write(format, out)?;
        } else if !self.voter_directory_id.is_nil() {
            return Err(EncodeError::FieldNotInVersion {
                record: "Voter",
                field: "voter_directory_id",
                version: format.version,
            });
        }
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

impl Field for LeaderChangeMessage {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.version = Field::read(format, input)?;
        record.leader_id = Field::read(format, input)?;
        record.voters = Field::read(format, input)?;
        record.granting_voters = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.version.write(format, out)?;
        self.leader_id.write(format, out)?;
        self.voters.write(format, out)?;
        self.granting_voters.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use bytes::BytesMut;
use kabuki_metadata::generated::runtime::{
    DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags,
};
use std::ops::RangeInclusive;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq)]
pub struct OffsetCommitValue {
    pub offset: i64,
    pub leader_epoch: i32,
    pub metadata: String,
    pub commit_timestamp: i64,
    pub expire_timestamp: i64,
    pub topic_id: Uuid,
    pub unknown_tags: Vec<RawTag>,
}

impl Default for OffsetCommitValue {
    fn default() -> Self {
        Self {
            offset: 0,
            leader_epoch: -1,
            metadata: String::new(),
            commit_timestamp: 0,
            expire_timestamp: -1,
            topic_id: Uuid::nil(),
            unknown_tags: Vec::new(),
        }
    }
}

impl OffsetCommitValue {
    pub const API_KEY: i16 = 1;
    pub const VERSIONS: RangeInclusive<i16> = 0..=4;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion { record: "OffsetCommitValue", version });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion { record: "OffsetCommitValue", version });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: version >= 4 }
    }
}

impl Field for OffsetCommitValue {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.offset = Field::read(format, input)?;
        if format.version >= 3 {
            record.leader_epoch = Field::read(format, input)?;
        }
        record.metadata = Field::read(format, input)?;
        record.commit_timestamp = Field::read(format, input)?;
        if format.version == 1 {
            record.expire_timestamp = Field::read(format, input)?;
        }
        if format.flexible {
            let unknown_tags = read_tags(input, |tag, field| {
                match tag {
                    0 if format.version >= 4 => record.topic_id = Field::read(format, field)?,
                    0 => return Err(DecodeError::TagNotInVersion { tag, version: format.version }),
                    _ => return Ok(false),
                }
                Ok(true)
            })?;
            record.unknown_tags = unknown_tags;
        }
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.offset.write(format, out)?;
        if format.version >= 3 {
            self.leader_epoch.write(format, out)?;
        }
        self.metadata.write(format, out)?;
        self.commit_timestamp.write(format, out)?;
        if format.version == 1 {
            self.expire_timestamp.write(format, out)?;
        }
        let mut tags = TagWriter::default();
        if format.version >= 4 {
            if !self.topic_id.is_nil() {
                tags.add(0, format, &self.topic_id)?;
            }
        }
        if format.flexible { tags.finish(&self.unknown_tags, out) } else { Ok(()) }
    }
}

// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use bytes::{Bytes, BytesMut};
use kabuki_metadata::generated::runtime::{
    DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags,
};
use std::ops::RangeInclusive;

#[derive(Debug, Clone, PartialEq)]
pub struct MemberMetadata {
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub rebalance_timeout: i32,
    pub session_timeout: i32,
    pub subscription: Bytes,
    pub assignment: Bytes,
    pub unknown_tags: Vec<RawTag>,
}

impl Default for MemberMetadata {
    fn default() -> Self {
        Self {
            member_id: String::new(),
            group_instance_id: None,
            client_id: String::new(),
            client_host: String::new(),
            rebalance_timeout: -1,
            session_timeout: 0,
            subscription: Bytes::new(),
            assignment: Bytes::new(),
            unknown_tags: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct GroupMetadataValue {
    pub protocol_type: String,
    pub generation: i32,
    pub protocol: Option<String>,
    pub leader: Option<String>,
    pub current_state_timestamp: i64,
    pub members: Vec<MemberMetadata>,
    pub unknown_tags: Vec<RawTag>,
}

impl Default for GroupMetadataValue {
    fn default() -> Self {
        Self {
            protocol_type: String::new(),
            generation: 0,
            protocol: Some(String::new()),
            leader: Some(String::new()),
            current_state_timestamp: -1,
            members: Vec::new(),
            unknown_tags: Vec::new(),
        }
    }
}

impl GroupMetadataValue {
    pub const API_KEY: i16 = 2;
    pub const VERSIONS: RangeInclusive<i16> = 0..=4;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion { record: "GroupMetadataValue", version });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion { record: "GroupMetadataValue", version });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: version >= 4 }
    }
}

impl Field for MemberMetadata {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.member_id = Field::read(format, input)?;
        if format.version >= 3 {
            record.group_instance_id = Field::read(format, input)?;
        }
        record.client_id = Field::read(format, input)?;
        record.client_host = Field::read(format, input)?;
        if format.version >= 1 {
            record.rebalance_timeout = Field::read(format, input)?;
        }
        record.session_timeout = Field::read(format, input)?;
        record.subscription = Field::read(format, input)?;
        record.assignment = Field::read(format, input)?;
        if format.flexible {
            record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        }
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.member_id.write(format, out)?;
        if format.version >= 3 {
            self.group_instance_id.write(format, out)?;
        }
        self.client_id.write(format, out)?;
        self.client_host.write(format, out)?;
        if format.version >= 1 {
            self.rebalance_timeout.write(format, out)?;
        }
        self.session_timeout.write(format, out)?;
        self.subscription.write(format, out)?;
        self.assignment.write(format, out)?;
        if format.flexible { TagWriter::default().finish(&self.unknown_tags, out) } else { Ok(()) }
    }
}

impl Field for GroupMetadataValue {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.protocol_type = Field::read(format, input)?;
        record.generation = Field::read(format, input)?;
        record.protocol = Field::read(format, input)?;
        record.leader = Field::read(format, input)?;
        if format.version >= 2 {
            record.current_state_timestamp = Field::read(format, input)?;
        }
        record.members = Field::read(format, input)?;
        if format.flexible {
            record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        }
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.protocol_type.write(format, out)?;
        self.generation.write(format, out)?;
        self.protocol.write(format, out)?;
        self.leader.write(format, out)?;
        if format.version >= 2 {
            self.current_state_timestamp.write(format, out)?;
        }
        self.members.write(format, out)?;
        if format.flexible { TagWriter::default().finish(&self.unknown_tags, out) } else { Ok(()) }
    }
}

// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use bytes::{Bytes, BytesMut};
use kabuki_metadata::generated::runtime::{
    DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_nullable, read_tags,
};
use std::ops::RangeInclusive;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClassicMemberMetadata {
    pub session_timeout_ms: i32,
    pub supported_protocols: Vec<ClassicProtocol>,
    pub unknown_tags: Vec<RawTag>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClassicProtocol {
    pub name: String,
    pub metadata: Bytes,
    pub unknown_tags: Vec<RawTag>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ConsumerGroupMemberMetadataValue {
    pub instance_id: Option<String>,
    pub rack_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    pub subscribed_topic_names: Vec<String>,
    pub subscribed_topic_regex: Option<String>,
    pub rebalance_timeout_ms: i32,
    pub server_assignor: Option<String>,
    pub classic_member_metadata: Option<ClassicMemberMetadata>,
    pub unknown_tags: Vec<RawTag>,
}

impl Default for ConsumerGroupMemberMetadataValue {
    fn default() -> Self {
        Self {
            instance_id: Some(String::new()),
            rack_id: Some(String::new()),
            client_id: String::new(),
            client_host: String::new(),
            subscribed_topic_names: Vec::new(),
            subscribed_topic_regex: Some(String::new()),
            rebalance_timeout_ms: -1,
            server_assignor: Some(String::new()),
            classic_member_metadata: Some(ClassicMemberMetadata::default()),
            unknown_tags: Vec::new(),
        }
    }
}

impl ConsumerGroupMemberMetadataValue {
    pub const API_KEY: i16 = 5;
    pub const VERSIONS: RangeInclusive<i16> = 0..=0;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion {
                record: "ConsumerGroupMemberMetadataValue",
                version,
            });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion {
                record: "ConsumerGroupMemberMetadataValue",
                version,
            });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for ClassicMemberMetadata {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.session_timeout_ms = Field::read(format, input)?;
        record.supported_protocols = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.session_timeout_ms.write(format, out)?;
        self.supported_protocols.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

impl Field for ClassicProtocol {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.name = Field::read(format, input)?;
        record.metadata = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.name.write(format, out)?;
        self.metadata.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

impl Field for ConsumerGroupMemberMetadataValue {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.instance_id = Field::read(format, input)?;
        record.rack_id = Field::read(format, input)?;
        record.client_id = Field::read(format, input)?;
        record.client_host = Field::read(format, input)?;
        record.subscribed_topic_names = Field::read(format, input)?;
        record.subscribed_topic_regex = Field::read(format, input)?;
        record.rebalance_timeout_ms = Field::read(format, input)?;
        record.server_assignor = Field::read(format, input)?;
        let unknown_tags = read_tags(input, |tag, field| {
            match tag {
                0 => record.classic_member_metadata = read_nullable(format, field)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        record.unknown_tags = unknown_tags;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.instance_id.write(format, out)?;
        self.rack_id.write(format, out)?;
        self.client_id.write(format, out)?;
        self.client_host.write(format, out)?;
        self.subscribed_topic_names.write(format, out)?;
        self.subscribed_topic_regex.write(format, out)?;
        self.rebalance_timeout_ms.write(format, out)?;
        self.server_assignor.write(format, out)?;
        let mut tags = TagWriter::default();
        if self.classic_member_metadata != Some(ClassicMemberMetadata::default()) {
            tags.add_nullable(0, format, &self.classic_member_metadata)?;
        }
        tags.finish(&self.unknown_tags, out)
    }
}

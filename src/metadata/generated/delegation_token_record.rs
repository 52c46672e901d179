// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use super::runtime::{DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags};
use bytes::BytesMut;
use std::ops::RangeInclusive;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DelegationTokenRecord {
    pub owner: String,
    pub requester: String,
    pub renewers: Vec<String>,
    pub issue_timestamp: i64,
    pub max_timestamp: i64,
    pub expiration_timestamp: i64,
    pub token_id: String,
    pub unknown_tags: Vec<RawTag>,
}

impl DelegationTokenRecord {
    pub const API_KEY: i16 = 10;
    pub const VERSIONS: RangeInclusive<i16> = 0..=0;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion {
                record: "DelegationTokenRecord",
                version,
            });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion {
                record: "DelegationTokenRecord",
                version,
            });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for DelegationTokenRecord {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.owner = Field::read(format, input)?;
        record.requester = Field::read(format, input)?;
        record.renewers = Field::read(format, input)?;
        record.issue_timestamp = Field::read(format, input)?;
        record.max_timestamp = Field::read(format, input)?;
        record.expiration_timestamp = Field::read(format, input)?;
        record.token_id = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.owner.write(format, out)?;
        self.requester.write(format, out)?;
        self.renewers.write(format, out)?;
        self.issue_timestamp.write(format, out)?;
        self.max_timestamp.write(format, out)?;
        self.expiration_timestamp.write(format, out)?;
        self.token_id.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use bytes::BytesMut;
use kabuki_metadata::generated::runtime::{DecodeError, EncodeError, Field, Format};
use std::ops::RangeInclusive;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerGroupMemberMetadataKey {
    pub group_id: String,
    pub member_id: String,
}

impl ConsumerGroupMemberMetadataKey {
    pub const API_KEY: i16 = 5;
    pub const VERSIONS: RangeInclusive<i16> = 0..=0;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion {
                record: "ConsumerGroupMemberMetadataKey",
                version,
            });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion {
                record: "ConsumerGroupMemberMetadataKey",
                version,
            });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: false }
    }
}

impl Field for ConsumerGroupMemberMetadataKey {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.group_id = Field::read(format, input)?;
        record.member_id = Field::read(format, input)?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.group_id.write(format, out)?;
        self.member_id.write(format, out)?;
        Ok(())
    }
}

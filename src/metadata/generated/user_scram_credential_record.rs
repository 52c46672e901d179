// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use super::runtime::{DecodeError, EncodeError, Field, Format, RawTag, TagWriter, read_tags};
use bytes::{Bytes, BytesMut};
use std::ops::RangeInclusive;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct UserScramCredentialRecord {
    pub name: String,
    pub mechanism: i8,
    pub salt: Bytes,
    pub stored_key: Bytes,
    pub server_key: Bytes,
    pub iterations: i32,
    pub unknown_tags: Vec<RawTag>,
}

impl UserScramCredentialRecord {
    pub const API_KEY: i16 = 11;
    pub const VERSIONS: RangeInclusive<i16> = 0..=0;

    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(EncodeError::UnsupportedVersion {
                record: "UserScramCredentialRecord",
                version,
            });
        }
        self.write(Self::format(version), out)
    }

    pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        if !Self::VERSIONS.contains(&version) {
            return Err(DecodeError::UnsupportedVersion {
                record: "UserScramCredentialRecord",
                version,
            });
        }
        Self::read(Self::format(version), input)
    }

    fn format(version: i16) -> Format {
        Format { version, flexible: true }
    }
}

impl Field for UserScramCredentialRecord {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let mut record = Self::default();
        record.name = Field::read(format, input)?;
        record.mechanism = Field::read(format, input)?;
        record.salt = Field::read(format, input)?;
        record.stored_key = Field::read(format, input)?;
        record.server_key = Field::read(format, input)?;
        record.iterations = Field::read(format, input)?;
        record.unknown_tags = read_tags(input, |_, _| Ok(false))?;
        Ok(record)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.name.write(format, out)?;
        self.mechanism.write(format, out)?;
        self.salt.write(format, out)?;
        self.stored_key.write(format, out)?;
        self.server_key.write(format, out)?;
        self.iterations.write(format, out)?;
        TagWriter::default().finish(&self.unknown_tags, out)
    }
}

//! DescribeLogDirs 1–5. Version 5 says of each log dir whether it is cordoned (KIP-1066).

use anyhow::Result;
use bytes::BytesMut;
use kafka_protocol::messages::DescribeLogDirsRequest as Older;
pub use kafka_protocol::messages::describe_log_dirs_request::DescribableLogDirTopic;
pub use kafka_protocol::messages::describe_log_dirs_response::{
    DescribeLogDirsPartition, DescribeLogDirsTopic,
};
use kafka_protocol::protocol::buf::{ByteBuf, ByteBufMut};
use kafka_protocol::protocol::{
    Decodable, Encodable, HeaderVersion, Message, Request, VersionRange,
};

use super::parts::*;
use crate::{ApiKey, StrBytes};

const VERSIONS: VersionRange = VersionRange { min: 1, max: 5 };
const FLEXIBLE_FROM: i16 = 2;
const ERROR_CODE_FROM: i16 = 3;
const BYTES_FROM: i16 = 4;
const CORDONED_FROM: i16 = 5;

/// The last version that the message crate has; in it are all fields of a request, and of a topic of a response.
const CRATE_VERSION_MAX: i16 = 4;

/// Asks for the log dirs of a broker, and for these topics or, with `None`, for all of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DescribeLogDirsRequest {
    /// The same request in the versions before.
    pub fields: Older,
}

impl DescribeLogDirsRequest {
    /// Asks for these topics; `None` for all.
    pub fn with_topics(mut self, topics: Option<Vec<DescribableLogDirTopic>>) -> Self {
        self.fields.topics = topics;
        self
    }
}

/// The log dirs of a broker.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DescribeLogDirsResponse {
    /// How long the broker held the response back, in milliseconds.
    pub throttle_time_ms: i32,
    /// Why there are no results; version 3 and later.
    pub error_code: i16,
    /// One for each log dir.
    pub results: Vec<DescribeLogDirsResult>,
    /// Fields of newer versions.
    pub unknown_tagged_fields: Tagged,
}

/// One log dir.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribeLogDirsResult {
    /// Why there are no topics.
    pub error_code: i16,
    /// Its absolute path.
    pub log_dir: StrBytes,
    /// What is in it of what was asked for.
    pub topics: Vec<DescribeLogDirsTopic>,
    /// Bytes of its volume, −1 when not known; version 4 and later.
    pub total_bytes: i64,
    /// Bytes of its volume that are free to this process, −1 when not known; version 4 and later.
    pub usable_bytes: i64,
    /// No new replicas are placed in it; version 5 and later.
    pub is_cordoned: bool,
    /// Fields of newer versions.
    pub unknown_tagged_fields: Tagged,
}

impl Default for DescribeLogDirsResult {
    fn default() -> Self {
        Self {
            error_code: 0,
            log_dir: StrBytes::default(),
            topics: Vec::new(),
            total_bytes: -1,
            usable_bytes: -1,
            is_cordoned: false,
            unknown_tagged_fields: Tagged::new(),
        }
    }
}

impl Message for DescribeLogDirsRequest {
    const VERSIONS: VersionRange = VERSIONS;
    const DEPRECATED_VERSIONS: Option<VersionRange> = None;
}

impl HeaderVersion for DescribeLogDirsRequest {
    fn header_version(version: i16) -> i16 {
        ApiKey::DescribeLogDirs.request_header_version(version)
    }
}

impl Request for DescribeLogDirsRequest {
    const KEY: i16 = ApiKey::DescribeLogDirs as i16;
    type Response = DescribeLogDirsResponse;
}

impl Encodable for DescribeLogDirsRequest {
    fn encode<B: ByteBufMut>(&self, buf: &mut B, version: i16) -> Result<()> {
        self.fields.encode(buf, version.min(CRATE_VERSION_MAX))
    }

    fn compute_size(&self, version: i16) -> Result<usize> {
        self.fields.compute_size(version.min(CRATE_VERSION_MAX))
    }
}

impl Decodable for DescribeLogDirsRequest {
    fn decode<B: ByteBuf>(buf: &mut B, version: i16) -> Result<Self> {
        Ok(Self { fields: Older::decode(buf, version.min(CRATE_VERSION_MAX))? })
    }
}

impl Message for DescribeLogDirsResponse {
    const VERSIONS: VersionRange = VERSIONS;
    const DEPRECATED_VERSIONS: Option<VersionRange> = None;
}

impl HeaderVersion for DescribeLogDirsResponse {
    fn header_version(version: i16) -> i16 {
        ApiKey::DescribeLogDirs.response_header_version(version)
    }
}

impl Encodable for DescribeLogDirsResponse {
    fn encode<B: ByteBufMut>(&self, buf: &mut B, version: i16) -> Result<()> {
        let flexible = version >= FLEXIBLE_FROM;
        buf.put_i32(self.throttle_time_ms);
        if version >= ERROR_CODE_FROM {
            buf.put_i16(self.error_code);
        }
        put_count(buf, self.results.len(), flexible)?;
        for result in &self.results {
            result.encode(buf, version)?;
        }
        if flexible {
            put_tagged(buf, &self.unknown_tagged_fields)?;
        }
        Ok(())
    }

    fn compute_size(&self, version: i16) -> Result<usize> {
        let mut bytes = BytesMut::new();
        self.encode(&mut bytes, version)?;
        Ok(bytes.len())
    }
}

impl Decodable for DescribeLogDirsResponse {
    fn decode<B: ByteBuf>(buf: &mut B, version: i16) -> Result<Self> {
        let flexible = version >= FLEXIBLE_FROM;
        let throttle_time_ms = buf.try_get_i32()?;
        let error_code = if version >= ERROR_CODE_FROM { buf.try_get_i16()? } else { 0 };
        let results = get_array(buf, flexible, |it| DescribeLogDirsResult::decode(it, version))?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            results,
            unknown_tagged_fields: if flexible { get_tagged(buf)? } else { Tagged::new() },
        })
    }
}

impl DescribeLogDirsResult {
    fn encode<B: ByteBufMut>(&self, buf: &mut B, version: i16) -> Result<()> {
        let flexible = version >= FLEXIBLE_FROM;
        buf.put_i16(self.error_code);
        put_text(buf, &self.log_dir, flexible)?;
        put_count(buf, self.topics.len(), flexible)?;
        for topic in &self.topics {
            topic.encode(buf, version.min(CRATE_VERSION_MAX))?;
        }
        if version >= BYTES_FROM {
            buf.put_i64(self.total_bytes);
            buf.put_i64(self.usable_bytes);
        }
        if version >= CORDONED_FROM {
            buf.put_u8(self.is_cordoned.into());
        }
        if flexible {
            put_tagged(buf, &self.unknown_tagged_fields)?;
        }
        Ok(())
    }

    fn decode<B: ByteBuf>(buf: &mut B, version: i16) -> Result<Self> {
        let flexible = version >= FLEXIBLE_FROM;
        let error_code = buf.try_get_i16()?;
        let log_dir = get_text(buf, flexible)?;
        let crate_version = version.min(CRATE_VERSION_MAX);
        let topics =
            get_array(buf, flexible, |it| DescribeLogDirsTopic::decode(it, crate_version))?;
        let (total_bytes, usable_bytes) = match version >= BYTES_FROM {
            true => (buf.try_get_i64()?, buf.try_get_i64()?),
            false => (-1, -1),
        };
        let is_cordoned = version >= CORDONED_FROM && buf.try_get_u8()? != 0;
        let unknown_tagged_fields = if flexible { get_tagged(buf)? } else { Tagged::new() };
        Ok(Self {
            error_code,
            log_dir,
            topics,
            total_bytes,
            usable_bytes,
            is_cordoned,
            unknown_tagged_fields,
        })
    }
}

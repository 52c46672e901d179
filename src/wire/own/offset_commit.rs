//! OffsetCommit 2–10. Version 10 names topics by their ids (KIP-848).

use anyhow::Result;
use bytes::BytesMut;
use kafka_protocol::messages::GroupId;
use kafka_protocol::messages::TopicName;
pub use kafka_protocol::messages::offset_commit_request::OffsetCommitRequestPartition;
pub use kafka_protocol::messages::offset_commit_response::OffsetCommitResponsePartition;
use kafka_protocol::protocol::buf::{ByteBuf, ByteBufMut};
use kafka_protocol::protocol::{
    Decodable, Encodable, HeaderVersion, Message, Request, VersionRange,
};
use uuid::Uuid;

use super::parts::*;
use crate::{ApiKey, StrBytes};

const VERSIONS: VersionRange = VersionRange { min: 2, max: 10 };
const FLEXIBLE_FROM: i16 = 8;
const RETENTION_UP_TO: i16 = 4;
const INSTANCE_ID_FROM: i16 = 7;
const THROTTLE_TIME_FROM: i16 = 3;
const TOPIC_ID_FROM: i16 = 10;

/// The last version that the message crate has; in it are all fields of a partition.
const CRATE_VERSION_MAX: i16 = 9;

/// Commits offsets of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetCommitRequest {
    /// The group.
    pub group_id: GroupId,
    /// The generation of a classic group, the member's epoch of a consumer group, −1 for neither.
    pub generation_id_or_member_epoch: i32,
    /// The member, empty for none.
    pub member_id: StrBytes,
    /// The name of a static member; version 7 and later.
    pub group_instance_id: Option<StrBytes>,
    /// How long the offsets are kept, in milliseconds, −1 for as long as the broker says; up to version 4.
    pub retention_time_ms: i64,
    /// What is committed.
    pub topics: Vec<OffsetCommitRequestTopic>,
    /// Fields of newer versions.
    pub unknown_tagged_fields: Tagged,
}

/// One topic of a commit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OffsetCommitRequestTopic {
    /// Its name; up to version 9.
    pub name: TopicName,
    /// Its id; version 10 and later.
    pub topic_id: Uuid,
    /// Its partitions.
    pub partitions: Vec<OffsetCommitRequestPartition>,
    /// Fields of newer versions.
    pub unknown_tagged_fields: Tagged,
}

/// What became of a commit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OffsetCommitResponse {
    /// How long the broker held the response back, in milliseconds; version 3 and later.
    pub throttle_time_ms: i32,
    /// Each topic.
    pub topics: Vec<OffsetCommitResponseTopic>,
    /// Fields of newer versions.
    pub unknown_tagged_fields: Tagged,
}

/// What became of one topic of a commit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OffsetCommitResponseTopic {
    /// Its name; up to version 9.
    pub name: TopicName,
    /// Its id; version 10 and later.
    pub topic_id: Uuid,
    /// Its partitions.
    pub partitions: Vec<OffsetCommitResponsePartition>,
    /// Fields of newer versions.
    pub unknown_tagged_fields: Tagged,
}

impl Default for OffsetCommitRequest {
    fn default() -> Self {
        Self {
            group_id: GroupId::default(),
            generation_id_or_member_epoch: -1,
            member_id: StrBytes::default(),
            group_instance_id: None,
            retention_time_ms: -1,
            topics: Vec::new(),
            unknown_tagged_fields: Tagged::new(),
        }
    }
}

impl Message for OffsetCommitRequest {
    const VERSIONS: VersionRange = VERSIONS;
    const DEPRECATED_VERSIONS: Option<VersionRange> = None;
}

impl HeaderVersion for OffsetCommitRequest {
    fn header_version(version: i16) -> i16 {
        ApiKey::OffsetCommit.request_header_version(version)
    }
}

impl Request for OffsetCommitRequest {
    const KEY: i16 = ApiKey::OffsetCommit as i16;
    type Response = OffsetCommitResponse;
}

impl Encodable for OffsetCommitRequest {
    fn encode<B: ByteBufMut>(&self, buf: &mut B, version: i16) -> Result<()> {
        let flexible = version >= FLEXIBLE_FROM;
        put_text(buf, &self.group_id, flexible)?;
        buf.put_i32(self.generation_id_or_member_epoch);
        put_text(buf, &self.member_id, flexible)?;
        if version >= INSTANCE_ID_FROM {
            put_nullable_text(buf, self.group_instance_id.as_ref(), flexible)?;
        }
        if version <= RETENTION_UP_TO {
            buf.put_i64(self.retention_time_ms);
        }
        put_count(buf, self.topics.len(), flexible)?;
        for topic in &self.topics {
            put_topic(buf, &topic.name, topic.topic_id, version >= TOPIC_ID_FROM, flexible)?;
            put_count(buf, topic.partitions.len(), flexible)?;
            for partition in &topic.partitions {
                partition.encode(buf, version.min(CRATE_VERSION_MAX))?;
            }
            if flexible {
                put_tagged(buf, &topic.unknown_tagged_fields)?;
            }
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

impl Decodable for OffsetCommitRequest {
    fn decode<B: ByteBuf>(buf: &mut B, version: i16) -> Result<Self> {
        let flexible = version >= FLEXIBLE_FROM;
        let group_id = GroupId(get_text(buf, flexible)?);
        let generation_id_or_member_epoch = buf.try_get_i32()?;
        let member_id = get_text(buf, flexible)?;
        let group_instance_id = match version >= INSTANCE_ID_FROM {
            true => get_nullable_text(buf, flexible)?,
            false => None,
        };
        let retention_time_ms = if version <= RETENTION_UP_TO { buf.try_get_i64()? } else { -1 };
        let topics = get_array(buf, flexible, |it| OffsetCommitRequestTopic::decode(it, version))?;
        Ok(Self {
            group_id,
            generation_id_or_member_epoch,
            member_id,
            group_instance_id,
            retention_time_ms,
            topics,
            unknown_tagged_fields: if flexible { get_tagged(buf)? } else { Tagged::new() },
        })
    }
}

impl OffsetCommitRequestTopic {
    fn decode<B: ByteBuf>(buf: &mut B, version: i16) -> Result<Self> {
        let flexible = version >= FLEXIBLE_FROM;
        let (name, topic_id) = get_topic(buf, version >= TOPIC_ID_FROM, flexible)?;
        let crate_version = version.min(CRATE_VERSION_MAX);
        let partitions =
            get_array(buf, flexible, |it| OffsetCommitRequestPartition::decode(it, crate_version))?;
        let unknown_tagged_fields = if flexible { get_tagged(buf)? } else { Tagged::new() };
        Ok(Self { name, topic_id, partitions, unknown_tagged_fields })
    }
}

impl Message for OffsetCommitResponse {
    const VERSIONS: VersionRange = VERSIONS;
    const DEPRECATED_VERSIONS: Option<VersionRange> = None;
}

impl HeaderVersion for OffsetCommitResponse {
    fn header_version(version: i16) -> i16 {
        ApiKey::OffsetCommit.response_header_version(version)
    }
}

impl Encodable for OffsetCommitResponse {
    fn encode<B: ByteBufMut>(&self, buf: &mut B, version: i16) -> Result<()> {
        let flexible = version >= FLEXIBLE_FROM;
        if version >= THROTTLE_TIME_FROM {
            buf.put_i32(self.throttle_time_ms);
        }
        put_count(buf, self.topics.len(), flexible)?;
        for topic in &self.topics {
            put_topic(buf, &topic.name, topic.topic_id, version >= TOPIC_ID_FROM, flexible)?;
            put_count(buf, topic.partitions.len(), flexible)?;
            for partition in &topic.partitions {
                partition.encode(buf, version.min(CRATE_VERSION_MAX))?;
            }
            if flexible {
                put_tagged(buf, &topic.unknown_tagged_fields)?;
            }
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

impl Decodable for OffsetCommitResponse {
    fn decode<B: ByteBuf>(buf: &mut B, version: i16) -> Result<Self> {
        let flexible = version >= FLEXIBLE_FROM;
        let throttle_time_ms = if version >= THROTTLE_TIME_FROM { buf.try_get_i32()? } else { 0 };
        let topics = get_array(buf, flexible, |it| OffsetCommitResponseTopic::decode(it, version))?;
        Ok(Self {
            throttle_time_ms,
            topics,
            unknown_tagged_fields: if flexible { get_tagged(buf)? } else { Tagged::new() },
        })
    }
}

impl OffsetCommitResponseTopic {
    fn decode<B: ByteBuf>(buf: &mut B, version: i16) -> Result<Self> {
        let flexible = version >= FLEXIBLE_FROM;
        let (name, topic_id) = get_topic(buf, version >= TOPIC_ID_FROM, flexible)?;
        let crate_version = version.min(CRATE_VERSION_MAX);
        let partitions = get_array(buf, flexible, |it| {
            OffsetCommitResponsePartition::decode(it, crate_version)
        })?;
        let unknown_tagged_fields = if flexible { get_tagged(buf)? } else { Tagged::new() };
        Ok(Self { name, topic_id, partitions, unknown_tagged_fields })
    }
}

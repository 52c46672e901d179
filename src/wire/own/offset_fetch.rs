//! OffsetFetch 1–10. Version 10 names topics by their ids (KIP-848).

use anyhow::Result;
use bytes::BytesMut;
pub use kafka_protocol::messages::offset_fetch_request::OffsetFetchRequestTopic;
pub use kafka_protocol::messages::offset_fetch_response::{
    OffsetFetchResponsePartition, OffsetFetchResponsePartitions, OffsetFetchResponseTopic,
};
use kafka_protocol::messages::{
    GroupId, OffsetFetchRequest as OlderRequest, OffsetFetchResponse as OlderResponse, TopicName,
};
use kafka_protocol::protocol::buf::{ByteBuf, ByteBufMut};
use kafka_protocol::protocol::{
    Decodable, Encodable, HeaderVersion, Message, Request, VersionRange,
};
use uuid::Uuid;

use super::parts::*;
use crate::{ApiKey, StrBytes};

const VERSIONS: VersionRange = VersionRange { min: 1, max: 10 };
/// From here on several groups are asked for at once; everything is flexible since version 6.
const GROUPS_FROM: i16 = 8;
const MEMBER_FROM: i16 = 9;
const TOPIC_ID_FROM: i16 = 10;
const FLEXIBLE: bool = true;

/// The last version that the message crate has; in it are all fields of a partition.
const CRATE_VERSION_MAX: i16 = 9;

/// Asks for what groups have committed.
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetFetchRequest {
    /// The group; up to version 7.
    pub group_id: GroupId,
    /// The topics, `None` for all; up to version 7.
    pub topics: Option<Vec<OffsetFetchRequestTopic>>,
    /// The groups; version 8 and later.
    pub groups: Vec<OffsetFetchRequestGroup>,
    /// Answer nothing that an open transaction may change; version 7 and later.
    pub require_stable: bool,
    /// Fields of newer versions.
    pub unknown_tagged_fields: Tagged,
}

/// One group of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct OffsetFetchRequestGroup {
    /// The group.
    pub group_id: GroupId,
    /// The member of a consumer group; version 9 and later.
    pub member_id: Option<StrBytes>,
    /// Its epoch, −1 for none; version 9 and later.
    pub member_epoch: i32,
    /// The topics, `None` for all.
    pub topics: Option<Vec<OffsetFetchRequestTopics>>,
    /// Fields of newer versions.
    pub unknown_tagged_fields: Tagged,
}

/// One topic of a group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OffsetFetchRequestTopics {
    /// Its name; up to version 9.
    pub name: TopicName,
    /// Its id; version 10 and later.
    pub topic_id: Uuid,
    /// Its partitions.
    pub partition_indexes: Vec<i32>,
    /// Fields of newer versions.
    pub unknown_tagged_fields: Tagged,
}

/// What groups have committed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OffsetFetchResponse {
    /// How long the broker held the response back, in milliseconds; version 3 and later.
    pub throttle_time_ms: i32,
    /// The topics of the one group; up to version 7.
    pub topics: Vec<OffsetFetchResponseTopic>,
    /// Why there are none; versions 2 to 7.
    pub error_code: i16,
    /// The groups; version 8 and later.
    pub groups: Vec<OffsetFetchResponseGroup>,
    /// Fields of newer versions.
    pub unknown_tagged_fields: Tagged,
}

/// One group of a response.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OffsetFetchResponseGroup {
    /// The group.
    pub group_id: GroupId,
    /// Its topics.
    pub topics: Vec<OffsetFetchResponseTopics>,
    /// Why there are none.
    pub error_code: i16,
    /// Fields of newer versions.
    pub unknown_tagged_fields: Tagged,
}

/// One topic of a group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OffsetFetchResponseTopics {
    /// Its name; up to version 9.
    pub name: TopicName,
    /// Its id; version 10 and later.
    pub topic_id: Uuid,
    /// Its partitions.
    pub partitions: Vec<OffsetFetchResponsePartitions>,
    /// Fields of newer versions.
    pub unknown_tagged_fields: Tagged,
}

impl Default for OffsetFetchRequest {
    fn default() -> Self {
        Self {
            group_id: GroupId::default(),
            topics: Some(Vec::new()),
            groups: Vec::new(),
            require_stable: false,
            unknown_tagged_fields: Tagged::new(),
        }
    }
}

impl Default for OffsetFetchRequestGroup {
    fn default() -> Self {
        Self {
            group_id: GroupId::default(),
            member_id: None,
            member_epoch: -1,
            topics: Some(Vec::new()),
            unknown_tagged_fields: Tagged::new(),
        }
    }
}

impl Message for OffsetFetchRequest {
    const VERSIONS: VersionRange = VERSIONS;
    const DEPRECATED_VERSIONS: Option<VersionRange> = None;
}

impl HeaderVersion for OffsetFetchRequest {
    fn header_version(version: i16) -> i16 {
        ApiKey::OffsetFetch.request_header_version(version)
    }
}

impl Request for OffsetFetchRequest {
    const KEY: i16 = ApiKey::OffsetFetch as i16;
    type Response = OffsetFetchResponse;
}

impl Encodable for OffsetFetchRequest {
    fn encode<B: ByteBufMut>(&self, buf: &mut B, version: i16) -> Result<()> {
        if version < GROUPS_FROM {
            let mut older = OlderRequest::default()
                .with_group_id(self.group_id.clone())
                .with_topics(self.topics.clone())
                .with_require_stable(self.require_stable);
            older.unknown_tagged_fields = self.unknown_tagged_fields.clone();
            return older.encode(buf, version);
        }
        put_count(buf, self.groups.len(), FLEXIBLE)?;
        for group in &self.groups {
            group.encode(buf, version)?;
        }
        buf.put_u8(self.require_stable.into());
        put_tagged(buf, &self.unknown_tagged_fields)
    }

    fn compute_size(&self, version: i16) -> Result<usize> {
        let mut bytes = BytesMut::new();
        self.encode(&mut bytes, version)?;
        Ok(bytes.len())
    }
}

impl Decodable for OffsetFetchRequest {
    fn decode<B: ByteBuf>(buf: &mut B, version: i16) -> Result<Self> {
        if version < GROUPS_FROM {
            let older = OlderRequest::decode(buf, version)?;
            return Ok(Self {
                group_id: older.group_id,
                topics: older.topics,
                groups: Vec::new(),
                require_stable: older.require_stable,
                unknown_tagged_fields: older.unknown_tagged_fields,
            });
        }
        Ok(Self {
            groups: get_array(buf, FLEXIBLE, |it| OffsetFetchRequestGroup::decode(it, version))?,
            require_stable: buf.try_get_u8()? != 0,
            unknown_tagged_fields: get_tagged(buf)?,
            ..Self::default()
        })
    }
}

impl OffsetFetchRequestGroup {
    fn encode<B: ByteBufMut>(&self, buf: &mut B, version: i16) -> Result<()> {
        put_text(buf, &self.group_id, FLEXIBLE)?;
        if version >= MEMBER_FROM {
            put_nullable_text(buf, self.member_id.as_ref(), FLEXIBLE)?;
            buf.put_i32(self.member_epoch);
        }
        match &self.topics {
            None => put_null_array(buf, FLEXIBLE),
            Some(topics) => {
                put_count(buf, topics.len(), FLEXIBLE)?;
                for topic in topics {
                    put_topic(
                        buf,
                        &topic.name,
                        topic.topic_id,
                        version >= TOPIC_ID_FROM,
                        FLEXIBLE,
                    )?;
                    put_count(buf, topic.partition_indexes.len(), FLEXIBLE)?;
                    topic.partition_indexes.iter().for_each(|index| buf.put_i32(*index));
                    put_tagged(buf, &topic.unknown_tagged_fields)?;
                }
            }
        }
        put_tagged(buf, &self.unknown_tagged_fields)
    }

    fn decode<B: ByteBuf>(buf: &mut B, version: i16) -> Result<Self> {
        let group_id = GroupId(get_text(buf, FLEXIBLE)?);
        let (member_id, member_epoch) = match version >= MEMBER_FROM {
            true => (get_nullable_text(buf, FLEXIBLE)?, buf.try_get_i32()?),
            false => (None, -1),
        };
        let topics = get_nullable_array(buf, FLEXIBLE, |it| {
            let (name, topic_id) = get_topic(it, version >= TOPIC_ID_FROM, FLEXIBLE)?;
            let partition_indexes = get_array(it, FLEXIBLE, |it| Ok(it.try_get_i32()?))?;
            let unknown_tagged_fields = get_tagged(it)?;
            Ok(OffsetFetchRequestTopics {
                name,
                topic_id,
                partition_indexes,
                unknown_tagged_fields,
            })
        })?;
        let unknown_tagged_fields = get_tagged(buf)?;
        Ok(Self { group_id, member_id, member_epoch, topics, unknown_tagged_fields })
    }
}

impl Message for OffsetFetchResponse {
    const VERSIONS: VersionRange = VERSIONS;
    const DEPRECATED_VERSIONS: Option<VersionRange> = None;
}

impl HeaderVersion for OffsetFetchResponse {
    fn header_version(version: i16) -> i16 {
        ApiKey::OffsetFetch.response_header_version(version)
    }
}

impl Encodable for OffsetFetchResponse {
    fn encode<B: ByteBufMut>(&self, buf: &mut B, version: i16) -> Result<()> {
        if version < GROUPS_FROM {
            let mut older = OlderResponse::default()
                .with_throttle_time_ms(self.throttle_time_ms)
                .with_topics(self.topics.clone())
                .with_error_code(self.error_code);
            older.unknown_tagged_fields = self.unknown_tagged_fields.clone();
            return older.encode(buf, version);
        }
        buf.put_i32(self.throttle_time_ms);
        put_count(buf, self.groups.len(), FLEXIBLE)?;
        for group in &self.groups {
            group.encode(buf, version)?;
        }
        put_tagged(buf, &self.unknown_tagged_fields)
    }

    fn compute_size(&self, version: i16) -> Result<usize> {
        let mut bytes = BytesMut::new();
        self.encode(&mut bytes, version)?;
        Ok(bytes.len())
    }
}

impl Decodable for OffsetFetchResponse {
    fn decode<B: ByteBuf>(buf: &mut B, version: i16) -> Result<Self> {
        if version < GROUPS_FROM {
            let older = OlderResponse::decode(buf, version)?;
            return Ok(Self {
                throttle_time_ms: older.throttle_time_ms,
                topics: older.topics,
                error_code: older.error_code,
                groups: Vec::new(),
                unknown_tagged_fields: older.unknown_tagged_fields,
            });
        }
        Ok(Self {
            throttle_time_ms: buf.try_get_i32()?,
            groups: get_array(buf, FLEXIBLE, |it| OffsetFetchResponseGroup::decode(it, version))?,
            unknown_tagged_fields: get_tagged(buf)?,
            ..Self::default()
        })
    }
}

impl OffsetFetchResponseGroup {
    fn encode<B: ByteBufMut>(&self, buf: &mut B, version: i16) -> Result<()> {
        put_text(buf, &self.group_id, FLEXIBLE)?;
        put_count(buf, self.topics.len(), FLEXIBLE)?;
        for topic in &self.topics {
            put_topic(buf, &topic.name, topic.topic_id, version >= TOPIC_ID_FROM, FLEXIBLE)?;
            put_count(buf, topic.partitions.len(), FLEXIBLE)?;
            for partition in &topic.partitions {
                partition.encode(buf, version.min(CRATE_VERSION_MAX))?;
            }
            put_tagged(buf, &topic.unknown_tagged_fields)?;
        }
        buf.put_i16(self.error_code);
        put_tagged(buf, &self.unknown_tagged_fields)
    }

    fn decode<B: ByteBuf>(buf: &mut B, version: i16) -> Result<Self> {
        let group_id = GroupId(get_text(buf, FLEXIBLE)?);
        let crate_version = version.min(CRATE_VERSION_MAX);
        let topics = get_array(buf, FLEXIBLE, |it| {
            let (name, topic_id) = get_topic(it, version >= TOPIC_ID_FROM, FLEXIBLE)?;
            let partitions = get_array(it, FLEXIBLE, |it| {
                OffsetFetchResponsePartitions::decode(it, crate_version)
            })?;
            let unknown_tagged_fields = get_tagged(it)?;
            Ok(OffsetFetchResponseTopics { name, topic_id, partitions, unknown_tagged_fields })
        })?;
        let error_code = buf.try_get_i16()?;
        Ok(Self { group_id, topics, error_code, unknown_tagged_fields: get_tagged(buf)? })
    }
}

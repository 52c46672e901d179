//! Records of `__consumer_offsets`, in Kafka's bytes.

use bytes::{BufMut, Bytes, BytesMut};
use kabuki_metadata::generated::{DecodeError, EncodeError};

use crate::generated::*;

/// Versions in which values are written, those of Apache Kafka 4.3.1.
const OFFSET_COMMIT_VERSION: i16 = 4;
/// The only version with an expire timestamp, used for commits that have one. It has neither leader epoch nor topic id.
const OFFSET_COMMIT_VERSION_WITH_EXPIRY: i16 = 1;
const GROUP_METADATA_VERSION: i16 = 3;
/// What stands for "no expire timestamp".
const NO_TIMESTAMP: i64 = -1;

macro_rules! group_records {
    ($($(#[doc = $doc:literal])* $variant:ident($key:ident, $value:ident);)*) => {
        /// One record: a key, and its value or `None` for a tombstone.
        #[derive(Debug, Clone, PartialEq)]
        pub enum GroupRecord {
            $($(#[doc = $doc])* $variant($key, Option<$value>),)*
            /// A record of a type that is not served yet (share and streams groups): kept as it came.
            Other {
                /// Its key, type included.
                key: Bytes,
                /// Its value, version included.
                value: Option<Bytes>,
            },
        }

        impl GroupRecord {
            /// Key and value as they stand in a record batch.
            pub fn encode(&self) -> Result<(Bytes, Option<Bytes>), EncodeError> {
                let (mut key, mut value) = (BytesMut::new(), BytesMut::new());
                let has_value = self.write(&mut key, &mut value)?;
                Ok((key.freeze(), has_value.then(|| value.freeze())))
            }

            /// The same, appended to `key` and `value`; false for a tombstone. Whoever writes many records takes the same memory
            /// for all of them.
            pub fn write(&self, key: &mut BytesMut, value: &mut BytesMut) -> Result<bool, EncodeError> {
                let written = match self {
                    $(Self::$variant(its_key, its_value) => {
                        key.put_i16($key::API_KEY);
                        its_key.encode(*$key::VERSIONS.end(), key)?;
                        if let Some(its_value) = its_value {
                            let version = its_value.version_to_write();
                            value.put_i16(version);
                            its_value.encode(version, value)?;
                        }
                        its_value.is_some()
                    })*
                    Self::Other { key: its_key, value: its_value } => {
                        key.extend_from_slice(its_key);
                        value.extend_from_slice(its_value.as_deref().unwrap_or_default());
                        its_value.is_some()
                    }
                };
                Ok(written)
            }

            /// Reads key and value of a record. Types that are not known are kept as they are; a value of an unknown
            /// version is an error, as in Kafka. Commits with a key of type 0 (the oldest form) are read as
            /// those of today.
            pub fn decode(key: &Bytes, value: Option<&Bytes>) -> Result<Self, DecodeError> {
                let mut input = key.as_ref();
                match take_i16(&mut input)? {
                    LegacyOffsetCommitKey::API_KEY => decode_legacy_commit(&mut input, value),
                    $($key::API_KEY => {
                        let key = $key::decode(*$key::VERSIONS.end(), &mut input)?;
                        let value = value.map(|value| {
                            let mut input = value.as_ref();
                            let version = take_i16(&mut input)?;
                            $value::decode(version, &mut input)
                        });
                        Ok(Self::$variant(key, value.transpose()?))
                    })*
                    _ => Ok(Self::Other { key: key.clone(), value: value.cloned() }),
                }
            }
        }
    };
}

group_records! {
    /// An offset that a group has committed.
    OffsetCommit(OffsetCommitKey, OffsetCommitValue);
    /// A classic group: its generation and members.
    GroupMetadata(GroupMetadataKey, GroupMetadataValue);
    /// The epoch of a consumer group.
    ConsumerGroupMetadata(ConsumerGroupMetadataKey, ConsumerGroupMetadataValue);
    /// The partitions of the topics that a group subscribes to. Not written since Kafka 4.1.
    ConsumerGroupPartitionMetadata(ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue);
    /// A member of a consumer group: what it said of itself.
    ConsumerGroupMemberMetadata(ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue);
    /// The epoch of a group's target assignment.
    ConsumerGroupTargetAssignmentMetadata(ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue);
    /// What a member is to have in the end.
    ConsumerGroupTargetAssignmentMember(ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue);
    /// What a member has now.
    ConsumerGroupCurrentMemberAssignment(ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue);
    /// What a pattern of a consumer group matches.
    ConsumerGroupRegularExpression(ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue);
}

/// The version in which a value is written.
trait VersionToWrite {
    fn version_to_write(&self) -> i16 {
        0
    }
}

impl VersionToWrite for ConsumerGroupMetadataValue {}
impl VersionToWrite for ConsumerGroupPartitionMetadataValue {}
impl VersionToWrite for ConsumerGroupMemberMetadataValue {}
impl VersionToWrite for ConsumerGroupTargetAssignmentMetadataValue {}
impl VersionToWrite for ConsumerGroupTargetAssignmentMemberValue {}
impl VersionToWrite for ConsumerGroupCurrentMemberAssignmentValue {}
impl VersionToWrite for ConsumerGroupRegularExpressionValue {}

impl VersionToWrite for OffsetCommitValue {
    fn version_to_write(&self) -> i16 {
        if self.expire_timestamp == NO_TIMESTAMP {
            OFFSET_COMMIT_VERSION
        } else {
            OFFSET_COMMIT_VERSION_WITH_EXPIRY
        }
    }
}

impl VersionToWrite for GroupMetadataValue {
    fn version_to_write(&self) -> i16 {
        GROUP_METADATA_VERSION
    }
}

fn decode_legacy_commit(
    key: &mut &[u8],
    value: Option<&Bytes>,
) -> Result<GroupRecord, DecodeError> {
    let LegacyOffsetCommitKey { group, topic, partition } =
        LegacyOffsetCommitKey::decode(*LegacyOffsetCommitKey::VERSIONS.end(), key)?;
    let value = value.map(|value| {
        let mut input = value.as_ref();
        let version = take_i16(&mut input)?;
        let value = LegacyOffsetCommitValue::decode(version, &mut input)?;
        Ok(OffsetCommitValue {
            offset: value.offset,
            metadata: value.metadata,
            commit_timestamp: value.commit_timestamp,
            ..Default::default()
        })
    });
    let key = OffsetCommitKey { group, topic, partition };
    Ok(GroupRecord::OffsetCommit(key, value.transpose()?))
}

fn take_i16(input: &mut &[u8]) -> Result<i16, DecodeError> {
    let (bytes, rest) = input.split_first_chunk().ok_or(DecodeError::Truncated)?;
    *input = rest;
    Ok(i16::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests;

//! What is asked and answered, and one committed offset.

use uuid::Uuid;

use crate::error::GroupError;
use crate::generated::{OffsetCommitKey, OffsetCommitValue};
use crate::records::GroupRecord;

/// Stands for "no offset" and, in milliseconds, for "no timestamp".
pub(super) const NONE: i64 = -1;
/// Stands for "no leader epoch".
pub(super) const NO_EPOCH: i32 = -1;

/// A topic in a request or an answer, with something for each of its partitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic<P> {
    /// Its name.
    pub name: String,
    /// Its id; nil where the asking side gave none.
    pub id: Uuid,
    /// Partitions, in the order of the request.
    pub partitions: Vec<P>,
}

/// What a group commits in one request: OffsetCommit, or TxnOffsetCommit (without retention and topic ids).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitRequest {
    /// The group.
    pub group: String,
    /// For how long the offsets are kept from now on, in milliseconds, instead of the broker's retention. Clients could
    /// say so up to version 4; −1 on the wire is `None`.
    pub retention_ms: Option<i64>,
    /// What is committed.
    pub topics: Vec<Topic<CommitPartition>>,
}

/// What is committed for a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitPartition {
    /// Its number.
    pub partition: i32,
    /// The next offset to read.
    pub offset: i64,
    /// The leader epoch of the last record read; −1 without.
    pub leader_epoch: i32,
    /// What the client wants to be kept with it. `None` is kept as the empty string.
    pub metadata: Option<String>,
}

/// What became of a partition in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionOutcome {
    /// Its number.
    pub partition: i32,
    /// Why it was refused.
    pub error: Option<GroupError>,
}

/// What is fetched for a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedOffset {
    /// Its number.
    pub partition: i32,
    /// The committed offset; −1 without.
    pub offset: i64,
    /// The leader epoch committed with it; −1 without.
    pub leader_epoch: i32,
    /// The metadata committed with it.
    pub metadata: String,
    /// UNSTABLE_OFFSET_COMMIT, or nothing.
    pub error: Option<GroupError>,
}

/// A committed offset. There may be very many: 64 bytes each, and its metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedOffset {
    /// The next offset to read.
    pub offset: i64,
    /// When it was committed, by the coordinator's wall clock.
    pub commit_timestamp_ms: i64,
    /// When it expires, if the client said so; −1 otherwise.
    pub expire_timestamp_ms: i64,
    /// The id of the topic that it was committed for; nil if that was not known.
    pub topic_id: Uuid,
    /// What the client wants to be kept with it.
    pub metadata: Box<str>,
    /// The leader epoch of the last record read; −1 without.
    pub leader_epoch: i32,
}

impl CommittedOffset {
    pub(super) fn from_record(value: &OffsetCommitValue) -> Self {
        Self {
            offset: value.offset,
            commit_timestamp_ms: value.commit_timestamp,
            expire_timestamp_ms: value.expire_timestamp,
            topic_id: value.topic_id,
            metadata: value.metadata.as_str().into(),
            leader_epoch: value.leader_epoch,
        }
    }
}

/// The record that takes a committed offset away.
pub(super) fn tombstone(group: &str, topic: &str, partition: i32) -> GroupRecord {
    let key = OffsetCommitKey { group: group.to_owned(), topic: topic.to_owned(), partition };
    GroupRecord::OffsetCommit(key, None)
}

//! OffsetCommit and TxnOffsetCommit.

use uuid::Uuid;

use super::types::{CommitPartition, CommitRequest, NONE, PartitionOutcome, Topic};
use crate::error::GroupError;
use crate::generated::{OffsetCommitKey, OffsetCommitValue};
use crate::records::GroupRecord;

/// Decides on a commit. Every partition is answered; for those without an error there is a record, in order.
///
/// `now_ms` is the wall clock. Metadata longer than `metadata_max` (`offset.metadata.max.bytes`) refuses its partition;
/// Kafka counts UTF-16 units there, not bytes. A partition that is not refused so is put to `may_commit`, with its
/// topic's name and id: the verdict of the member's assignment (KIP-1251).
///
/// # Errors
///
/// What `may_commit` says refuses the request as a whole: then nothing is written, and every partition is answered so.
pub fn commit(
    request: CommitRequest,
    now_ms: i64,
    metadata_max: usize,
    mut may_commit: impl FnMut(&str, Uuid, i32) -> Result<(), GroupError>,
    records: &mut Vec<GroupRecord>,
) -> Result<Vec<Topic<PartitionOutcome>>, GroupError> {
    let CommitRequest { group, retention_ms, topics } = request;
    // A retention beyond the end of time is one without end.
    let expire_timestamp = retention_ms.map_or(NONE, |retention| now_ms.saturating_add(retention));
    let mut proposed = Vec::new();
    let mut answer = Vec::with_capacity(topics.len());
    for Topic { name, id, partitions } in topics {
        let mut outcomes = Vec::with_capacity(partitions.len());
        for CommitPartition { partition, offset, leader_epoch, metadata } in partitions {
            let metadata = metadata.unwrap_or_default();
            if is_longer(&metadata, metadata_max) {
                let error = Some(GroupError::OffsetMetadataTooLarge);
                outcomes.push(PartitionOutcome { partition, error });
                continue;
            }
            may_commit(&name, id, partition)?;
            let key = OffsetCommitKey { group: group.clone(), topic: name.clone(), partition };
            let value = OffsetCommitValue {
                offset,
                leader_epoch,
                metadata,
                commit_timestamp: now_ms,
                expire_timestamp,
                topic_id: id,
                unknown_tags: Vec::new(),
            };
            proposed.push(GroupRecord::OffsetCommit(key, Some(value)));
            outcomes.push(PartitionOutcome { partition, error: None });
        }
        answer.push(Topic { name, id, partitions: outcomes });
    }
    records.append(&mut proposed);
    Ok(answer)
}

fn is_longer(metadata: &str, max: usize) -> bool {
    // There are never more UTF-16 units than bytes.
    metadata.len() > max && metadata.encode_utf16().count() > max
}

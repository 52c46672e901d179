//! Whether a member may commit or fetch offsets.

use uuid::Uuid;

use super::ConsumerGroup;
use super::member::Member;
use crate::error::GroupError;

/// The first version of OffsetCommit that members of the new protocol may use.
const OFFSET_COMMIT_VERSION_MIN: i16 = 9;

/// What a commit is to be checked for, partition by partition.
#[derive(Debug, Clone, Copy)]
pub enum CommitCheck<'a> {
    /// Nothing: all partitions are good.
    All,
    /// The commit comes from an older epoch of the member (KIP-1251): it is good for partitions that the member has had since then.
    Since {
        /// The member.
        member: &'a Member,
        /// The epoch of the commit.
        epoch: i32,
    },
}

impl CommitCheck<'_> {
    /// Whether an offset of the partition may be committed. A topic without a known id is nobody's: `Uuid::nil`.
    ///
    /// # Errors
    ///
    /// STALE_MEMBER_EPOCH, or ILLEGAL_GENERATION for members that speak the classic protocol. One such partition fails the
    /// whole request.
    pub fn partition(&self, topic: Uuid, partition: i32) -> Result<(), GroupError> {
        let Self::Since { member, epoch } = self else { return Ok(()) };
        match member.assignment_epoch(topic, partition) {
            Some(assigned_at) if *epoch >= assigned_at => Ok(()),
            _ => Err(stale(member)),
        }
    }
}

impl ConsumerGroup {
    /// Whether offsets may be committed, by the member epoch or the generation of the request. Without any (below 0) they
    /// may while the group has no members.
    ///
    /// # Errors
    ///
    /// UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH (ILLEGAL_GENERATION for members that speak the classic protocol), or
    /// UNSUPPORTED_VERSION. Where a transaction commits, Kafka answers ILLEGAL_GENERATION for STALE_MEMBER_EPOCH.
    pub fn validate_commit(
        &self,
        member_id: &str,
        instance_id: Option<&str>,
        member_epoch: i32,
        is_transactional: bool,
        api_version: i16,
    ) -> Result<CommitCheck<'_>, GroupError> {
        if member_epoch < 0 && self.is_empty() {
            return Ok(CommitCheck::All);
        }
        // Producers before KIP-447 do not say which member commits.
        if is_transactional && member_epoch == -1 && member_id.is_empty() && instance_id.is_none() {
            return Ok(CommitCheck::All);
        }
        let member = self.member(member_id).ok_or(GroupError::UnknownMemberId)?;
        if !is_transactional && !member.is_classic() && api_version < OFFSET_COMMIT_VERSION_MIN {
            return Err(GroupError::UnsupportedVersion);
        }
        if member_epoch == member.epoch {
            Ok(CommitCheck::All)
        } else if member_epoch > member.epoch {
            Err(stale(member))
        } else {
            Ok(CommitCheck::Since { member, epoch: member_epoch })
        }
    }

    /// Whether offsets may be fetched; without a member and an epoch (below 0) always.
    ///
    /// # Errors
    ///
    /// UNKNOWN_MEMBER_ID, or STALE_MEMBER_EPOCH (ILLEGAL_GENERATION for members that speak the classic protocol).
    pub fn validate_fetch(
        &self,
        member_id: Option<&str>,
        member_epoch: i32,
    ) -> Result<(), GroupError> {
        if member_id.is_none() && member_epoch < 0 {
            return Ok(());
        }
        let member = member_id.and_then(|id| self.member(id)).ok_or(GroupError::UnknownMemberId)?;
        if member_epoch == member.epoch { Ok(()) } else { Err(stale(member)) }
    }
}

fn stale(member: &Member) -> GroupError {
    if member.is_classic() { GroupError::IllegalGeneration } else { GroupError::StaleMemberEpoch }
}

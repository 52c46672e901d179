//! Offsets that have become too old (KIP-211).

use super::state::Offsets;
use super::types::{CommittedOffset, NONE, tombstone};
use crate::records::GroupRecord;

/// From when on a group's offsets age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetentionStart {
    /// Each from its commit.
    Commit,
    /// All from when the group became empty, in milliseconds of the wall clock.
    EmptySince(i64),
}

impl Offsets {
    /// Proposes tombstones for a group's expired offsets. True if then none is left and no transaction is open in the
    /// group, so that it may go.
    ///
    /// An offset with an expire timestamp of its own expires by it, any other `retention_ms` after `start`; with `None`
    /// nothing expires now. Kafka gives `EmptySince` for an empty classic group with a protocol type whose change of
    /// state has a timestamp; `Commit` for one whose state has none, for one without a protocol type (a simple group),
    /// for a stable one of type "consumer" whose subscriptions are known, and for consumer groups; `None` for all others.
    /// Offsets of topics that members read (`is_subscribed`) stay, and those of partitions with a pending commit.
    pub fn expire(
        &self,
        group: &str,
        now_ms: i64,
        retention_ms: u64,
        start: Option<RetentionStart>,
        is_subscribed: impl Fn(&str) -> bool,
        records: &mut Vec<GroupRecord>,
    ) -> bool {
        let Some(offsets) = self.groups.get(group) else { return true };
        let Some(start) = start else { return false };
        let mut all_expired = true;
        for (topic, partitions) in &offsets.committed {
            if is_subscribed(topic) {
                all_expired = false;
                continue;
            }
            for (&partition, committed) in partitions {
                if is_expired(committed, start, now_ms, retention_ms)
                    && !offsets.is_pending(topic, partition)
                {
                    records.push(tombstone(group, topic, partition));
                } else {
                    all_expired = false;
                }
            }
        }
        all_expired && offsets.pending.is_empty()
    }
}

fn is_expired(
    committed: &CommittedOffset,
    start: RetentionStart,
    now_ms: i64,
    retention_ms: u64,
) -> bool {
    if committed.expire_timestamp_ms != NONE {
        return now_ms >= committed.expire_timestamp_ms;
    }
    let start_ms = match start {
        RetentionStart::Commit => committed.commit_timestamp_ms,
        RetentionStart::EmptySince(since_ms) => since_ms,
    };
    now_ms.saturating_sub(start_ms) >= i64::try_from(retention_ms).unwrap_or(i64::MAX)
}

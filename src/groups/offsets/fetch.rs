//! OffsetFetch.

use uuid::Uuid;

use super::state::Offsets;
use super::types::{CommittedOffset, FetchedOffset, NO_EPOCH, NONE, Topic};
use crate::error::GroupError;

impl Offsets {
    /// What a group has committed for the partitions asked for, each answered in order.
    ///
    /// Where nothing is committed, or where it was committed for a topic of another id (both ids being known), the
    /// answer is an offset of −1 without an error. With `require_stable`, a partition whose offset a transaction may
    /// still change answers UNSTABLE_OFFSET_COMMIT.
    pub fn fetch(
        &self,
        group: &str,
        topics: Vec<Topic<i32>>,
        require_stable: bool,
    ) -> Vec<Topic<FetchedOffset>> {
        let fetch_topic = |Topic { name, id, partitions }: Topic<i32>| {
            let fetch_one = |partition| {
                if require_stable && self.is_pending(group, &name, partition) {
                    return unstable(partition);
                }
                let committed = self.get(group, &name, partition);
                match committed.filter(|committed| is_same_topic(committed.topic_id, id)) {
                    Some(committed) => found(partition, committed),
                    None => absent(partition),
                }
            };
            let partitions = partitions.into_iter().map(fetch_one).collect();
            Topic { name, id, partitions }
        };
        topics.into_iter().map(fetch_topic).collect()
    }

    /// Everything that a group has committed. Ids of topics are left nil, as Kafka leaves them here: who answers knows
    /// which id a name has now.
    pub fn fetch_all(&self, group: &str, require_stable: bool) -> Vec<Topic<FetchedOffset>> {
        let Some(offsets) = self.groups.get(group) else { return Vec::new() };
        let mut answer = Vec::with_capacity(offsets.committed.len());
        for (name, partitions) in &offsets.committed {
            let fetch_one = |(&partition, committed)| {
                if require_stable && offsets.is_pending(name, partition) {
                    unstable(partition)
                } else {
                    found(partition, committed)
                }
            };
            let partitions = partitions.iter().map(fetch_one).collect();
            answer.push(Topic { name: name.to_string(), id: Uuid::nil(), partitions });
        }
        answer
    }
}

fn is_same_topic(committed: Uuid, asked: Uuid) -> bool {
    committed.is_nil() || asked.is_nil() || committed == asked
}

fn found(partition: i32, committed: &CommittedOffset) -> FetchedOffset {
    FetchedOffset {
        partition,
        offset: committed.offset,
        leader_epoch: committed.leader_epoch,
        metadata: committed.metadata.to_string(),
        error: None,
    }
}

fn absent(partition: i32) -> FetchedOffset {
    FetchedOffset {
        partition,
        offset: NONE,
        leader_epoch: NO_EPOCH,
        metadata: String::new(),
        error: None,
    }
}

fn unstable(partition: i32) -> FetchedOffset {
    FetchedOffset { error: Some(GroupError::UnstableOffsetCommit), ..absent(partition) }
}

//! OffsetDelete, DeleteGroups, and topics that are gone.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::state::{GroupOffsets, Offsets};
use super::types::{PartitionOutcome, Topic, tombstone};
use crate::error::GroupError;
use crate::records::GroupRecord;

impl Offsets {
    /// Deletes a group's offsets of some partitions. Partitions of topics that members read (`is_subscribed`) answer
    /// GROUP_SUBSCRIBED_TO_TOPIC; the others answer without an error, whether there was an offset or not.
    pub fn delete(
        &self,
        group: &str,
        topics: Vec<Topic<i32>>,
        is_subscribed: impl Fn(&str) -> bool,
        records: &mut Vec<GroupRecord>,
    ) -> Vec<Topic<PartitionOutcome>> {
        let mut answer = Vec::with_capacity(topics.len());
        for Topic { name, id, partitions } in topics {
            let error = is_subscribed(&name).then_some(GroupError::GroupSubscribedToTopic);
            if error.is_none() {
                let here = partitions.iter().filter(|&&partition| {
                    self.get(group, &name, partition).is_some()
                        || self.is_pending(group, &name, partition)
                });
                records.extend(here.map(|&partition| tombstone(group, &name, partition)));
            }
            let outcome = |partition| PartitionOutcome { partition, error };
            let partitions = partitions.into_iter().map(outcome).collect();
            answer.push(Topic { name, id, partitions });
        }
        answer
    }

    /// Deletes all offsets of a group, pending ones included.
    pub fn delete_group(&self, group: &str, records: &mut Vec<GroupRecord>) {
        let Some(offsets) = self.groups.get(group) else { return };
        let topics: BTreeSet<_> = offsets.committed.keys().chain(offsets.pending.keys()).collect();
        for topic in topics {
            let partitions = offsets.partitions_of(topic, |_| true).into_iter();
            records.extend(partitions.map(|partition| tombstone(group, topic, partition)));
        }
    }

    /// Deletes the offsets of all groups in topics that were deleted, given by name and id. An offset that was committed
    /// for another topic of the same name, known by its id, stays.
    pub fn delete_topics(&self, deleted: &[(String, Uuid)], records: &mut Vec<GroupRecord>) {
        for (group, offsets) in &self.groups {
            for (topic, id) in deleted {
                let partitions = offsets.partitions_of(topic, |of| of.is_nil() || of == *id);
                let partitions = partitions.into_iter();
                records.extend(partitions.map(|partition| tombstone(group, topic, partition)));
            }
        }
    }
}

impl GroupOffsets {
    /// Partitions of a topic with a committed or pending offset whose topic id is meant; each once.
    fn partitions_of(&self, topic: &str, is_meant: impl Fn(Uuid) -> bool) -> BTreeSet<i32> {
        let mut meant = BTreeSet::new();
        for (partition, committed) in self.committed.get(topic).into_iter().flatten() {
            if is_meant(committed.topic_id) {
                meant.insert(*partition);
            }
        }
        for (partition, by_producer) in self.pending.get(topic).into_iter().flatten() {
            if by_producer.values().any(|pending| is_meant(pending.topic_id)) {
                meant.insert(*partition);
            }
        }
        meant
    }
}

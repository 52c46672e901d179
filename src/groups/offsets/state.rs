//! The state: committed offsets, and those of transactions that are not decided.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use super::types::CommittedOffset;
use crate::generated::{OffsetCommitKey, OffsetCommitValue};

/// The committed offsets of all groups of a partition of `__consumer_offsets`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offsets {
    /// By group id; a group without any offset is not there.
    pub(super) groups: BTreeMap<String, GroupOffsets>,
    /// The groups in which a producer has offsets pending.
    producers: BTreeMap<i64, BTreeSet<String>>,
    /// Every topic's name, shared by the groups.
    names: BTreeSet<Arc<str>>,
    /// Counts the pending commits, so that the newest is known.
    next_position: u64,
}

/// Something for each partition of the topics of a group. A topic without any is not there.
pub(super) type ByTopic<T> = BTreeMap<Arc<str>, BTreeMap<i32, T>>;

/// The offsets of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GroupOffsets {
    pub(super) committed: ByTopic<CommittedOffset>,
    /// By producer id.
    pub(super) pending: ByTopic<BTreeMap<i64, Pending>>,
}

/// The commit of a transaction that is not decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pending {
    /// Its place among all pending commits, in the order of the log.
    position: u64,
    /// The id of the topic that it is for; nil if that was not known.
    pub(super) topic_id: Uuid,
    /// `None` once a newer record of the partition is decided: then it is late, whatever becomes of its transaction.
    /// Compaction may have removed it from the log by then, so that it must not count where it is still there.
    committed: Option<CommittedOffset>,
}

impl Offsets {
    /// Changes the state as a record of the log says: a commit, or `None` for a tombstone. `producer` is the producer id
    /// of a transactional batch, whose commits wait for [`Offsets::end_transaction`]. A tombstone takes pending commits
    /// away too.
    pub fn apply(
        &mut self,
        key: &OffsetCommitKey,
        value: Option<&OffsetCommitValue>,
        producer: Option<i64>,
    ) {
        match (value.map(CommittedOffset::from_record), producer) {
            (Some(committed), None) => self.put(key, committed),
            (Some(committed), Some(producer)) => self.hold(key, committed, producer),
            (None, _) => self.remove(key),
        }
    }

    /// Decides a transaction, as its marker in the log says: its pending commits count from now on, or never did.
    pub fn end_transaction(&mut self, producer: i64, commit: bool) {
        for id in self.producers.remove(&producer).unwrap_or_default() {
            let Some(group) = self.groups.get_mut(&id) else { continue };
            for (topic, partition, pending) in group.take_pending_of(producer) {
                if let (true, Some(committed)) = (commit, pending.committed) {
                    group.supersede(&topic, partition, pending.position);
                    group.committed.entry(topic).or_default().insert(partition, committed);
                } else if !group.has_topic(&topic) {
                    release(&mut self.names, topic);
                }
            }
            if group.is_empty() {
                self.groups.remove(&id);
            }
        }
    }

    /// What a group has committed for a partition.
    pub fn get(&self, group: &str, topic: &str, partition: i32) -> Option<&CommittedOffset> {
        self.groups.get(group)?.committed.get(topic)?.get(&partition)
    }

    /// A transaction has committed an offset for the partition, and is not decided.
    pub fn is_pending(&self, group: &str, topic: &str, partition: i32) -> bool {
        self.groups.get(group).is_some_and(|group| group.is_pending(topic, partition))
    }

    /// The group has offsets, committed or pending.
    pub fn has_group(&self, group: &str) -> bool {
        self.groups.contains_key(group)
    }

    #[cfg(test)]
    pub(super) fn names(&self) -> &BTreeSet<Arc<str>> {
        &self.names
    }

    fn put(&mut self, key: &OffsetCommitKey, committed: CommittedOffset) {
        let topic = shared(&mut self.names, &key.topic);
        // Nearly always there: its id is not copied for nothing.
        let group = match self.groups.get_mut(&key.group) {
            Some(group) => group,
            None => self.groups.entry(key.group.clone()).or_default(),
        };
        group.supersede(&topic, key.partition, u64::MAX);
        group.committed.entry(topic).or_default().insert(key.partition, committed);
    }

    fn hold(&mut self, key: &OffsetCommitKey, committed: CommittedOffset, producer: i64) {
        let pending = Pending {
            position: self.next_position,
            topic_id: committed.topic_id,
            committed: Some(committed),
        };
        self.next_position += 1;
        let topic = shared(&mut self.names, &key.topic);
        let group = self.groups.entry(key.group.clone()).or_default();
        let partitions = group.pending.entry(topic).or_default();
        partitions.entry(key.partition).or_default().insert(producer, pending);
        self.producers.entry(producer).or_default().insert(key.group.clone());
    }

    fn remove(&mut self, key: &OffsetCommitKey) {
        let Some(group) = self.groups.get_mut(&key.group) else { return };
        take(&mut group.committed, &key.topic, key.partition);
        let pending = take(&mut group.pending, &key.topic, key.partition).unwrap_or_default();
        for producer in pending.into_keys() {
            if !group.has_pending_of(producer)
                && let Some(groups) = self.producers.get_mut(&producer)
            {
                groups.remove(&key.group);
                if groups.is_empty() {
                    self.producers.remove(&producer);
                }
            }
        }
        if !group.has_topic(&key.topic)
            && let Some(name) = self.names.get(key.topic.as_str()).cloned()
        {
            release(&mut self.names, name);
        }
        if group.is_empty() {
            self.groups.remove(&key.group);
        }
    }
}

impl GroupOffsets {
    pub(super) fn is_pending(&self, topic: &str, partition: i32) -> bool {
        self.pending.get(topic).is_some_and(|partitions| partitions.contains_key(&partition))
    }

    fn has_topic(&self, topic: &str) -> bool {
        self.committed.contains_key(topic) || self.pending.contains_key(topic)
    }

    fn has_pending_of(&self, producer: i64) -> bool {
        self.pending.values().flat_map(BTreeMap::values).any(|by| by.contains_key(&producer))
    }

    fn is_empty(&self) -> bool {
        self.committed.is_empty() && self.pending.is_empty()
    }

    /// A newer record of the partition is decided: pending commits that stand before `position` are late.
    fn supersede(&mut self, topic: &str, partition: i32, position: u64) {
        let partitions = self.pending.get_mut(topic);
        let by_producer = partitions.and_then(|partitions| partitions.get_mut(&partition));
        for pending in by_producer.into_iter().flat_map(BTreeMap::values_mut) {
            if pending.position < position {
                pending.committed = None;
            }
        }
    }

    fn take_pending_of(&mut self, producer: i64) -> Vec<(Arc<str>, i32, Pending)> {
        let mut taken = Vec::new();
        self.pending.retain(|topic, partitions| {
            partitions.retain(|partition, by_producer| {
                let pending = by_producer.remove(&producer);
                taken.extend(pending.map(|pending| (topic.clone(), *partition, pending)));
                !by_producer.is_empty()
            });
            !partitions.is_empty()
        });
        taken
    }
}

fn take<T>(by_topic: &mut ByTopic<T>, topic: &str, partition: i32) -> Option<T> {
    let partitions = by_topic.get_mut(topic)?;
    let taken = partitions.remove(&partition);
    if partitions.is_empty() {
        by_topic.remove(topic);
    }
    taken
}

fn shared(names: &mut BTreeSet<Arc<str>>, topic: &str) -> Arc<str> {
    if let Some(name) = names.get(topic) {
        return name.clone();
    }
    let name: Arc<str> = topic.into();
    names.insert(name.clone());
    name
}

/// Forgets a name that only `names` and the caller still hold.
fn release(names: &mut BTreeSet<Arc<str>>, name: Arc<str>) {
    if Arc::strong_count(&name) == 2 {
        names.remove(&name);
    }
}

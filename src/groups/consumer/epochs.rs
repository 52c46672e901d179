//! Who has a partition now, by the epoch of its member.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::member::Owned;

/// The member epochs at which partitions are owned. A partition that is not here is free.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct PartitionEpochs(BTreeMap<Uuid, BTreeMap<i32, i32>>);

impl PartitionEpochs {
    /// Some member has the partition, or is still to give it up.
    pub(super) fn is_owned(&self, topic: Uuid, partition: i32) -> bool {
        self.0.get(&topic).is_some_and(|partitions| partitions.contains_key(&partition))
    }

    /// A member has these partitions at its epoch. One that is owned at the same epoch or a later one stays with its owner:
    /// no group writes such a record.
    pub(super) fn take(&mut self, owned: &Owned, epoch: i32) {
        for (topic, partitions) in owned {
            let epochs = self.0.entry(*topic).or_default();
            for partition in partitions.keys() {
                match epochs.get(partition) {
                    Some(before) if *before >= epoch => {
                        tracing::warn!(%topic, partition, before, epoch, "a partition has two owners");
                    }
                    _ => {
                        epochs.insert(*partition, epoch);
                    }
                }
            }
        }
        self.0.retain(|_, epochs| !epochs.is_empty());
    }

    /// A member of this epoch no longer has these partitions. What another has taken since stays with it.
    pub(super) fn release(&mut self, owned: &Owned, epoch: i32) {
        for (topic, partitions) in owned {
            let Some(epochs) = self.0.get_mut(topic) else { continue };
            for partition in partitions.keys() {
                if epochs.get(partition) == Some(&epoch) {
                    epochs.remove(partition);
                }
            }
            if epochs.is_empty() {
                self.0.remove(topic);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOPIC: Uuid = Uuid::from_u128(1);

    fn owned(partitions: &[i32]) -> Owned {
        Owned::from([(TOPIC, partitions.iter().map(|partition| (*partition, 0)).collect())])
    }

    #[test]
    fn a_partition_is_free_once_its_owner_let_go() {
        let mut epochs = PartitionEpochs::default();
        epochs.take(&owned(&[0, 1]), 3);
        assert!(epochs.is_owned(TOPIC, 0) && !epochs.is_owned(TOPIC, 2));
        epochs.release(&owned(&[0, 1]), 3);
        assert_eq!(epochs, PartitionEpochs::default());
    }

    #[test]
    fn an_older_owner_cannot_free_what_a_newer_one_took() {
        let mut epochs = PartitionEpochs::default();
        epochs.take(&owned(&[0]), 3);
        epochs.take(&owned(&[0]), 4);
        epochs.release(&owned(&[0]), 3);
        assert!(epochs.is_owned(TOPIC, 0));
        epochs.take(&owned(&[0]), 4);
        epochs.release(&owned(&[0]), 4);
        assert!(!epochs.is_owned(TOPIC, 0));
    }
}

//! What changed between two images.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use super::{ConfigResource, TopicImage};

/// What a group of records changed. Everything named here (but deleted topics) is found in the image after it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Delta {
    /// Topics that are new, by id.
    pub topics_created: BTreeSet<Uuid>,
    /// Topics that are gone, as they were.
    pub topics_deleted: BTreeMap<Uuid, Arc<TopicImage>>,
    /// Partitions that are new, those of new topics included: topic id and number.
    pub partitions_added: BTreeSet<(Uuid, i32)>,
    /// Partitions that existed and have another leader, epoch, in-sync set or replica set.
    pub partitions_changed: BTreeSet<(Uuid, i32)>,
    /// Resources whose overrides changed, those of deleted topics included.
    pub configs_changed: BTreeSet<ConfigResource>,
    /// Brokers that registered, changed or are gone.
    pub brokers_changed: BTreeSet<i32>,
    /// Features whose finalized level changed.
    pub features_changed: BTreeSet<String>,
    /// A block of producer ids was handed out.
    pub producer_ids_changed: bool,
    /// Records that nothing here interprets were added or superseded.
    pub kept_changed: bool,
}

impl Delta {
    /// Nothing changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn topic_deleted(&mut self, topic: Arc<TopicImage>) {
        let of_topic = (topic.id, i32::MIN)..=(topic.id, i32::MAX);
        for set in [&mut self.partitions_added, &mut self.partitions_changed] {
            let gone: Vec<_> = set.range(of_topic.clone()).copied().collect();
            for partition in gone {
                set.remove(&partition);
            }
        }
        if !self.topics_created.remove(&topic.id) {
            self.topics_deleted.insert(topic.id, topic);
        }
    }

    pub(super) fn partition_changed(&mut self, topic: Uuid, partition: i32) {
        if !self.partitions_added.contains(&(topic, partition)) {
            self.partitions_changed.insert((topic, partition));
        }
    }

    /// Adds what `later` changed, which was applied right after this.
    pub fn merge(&mut self, later: Self) {
        for topic in later.topics_deleted.into_values() {
            self.topic_deleted(topic);
        }
        self.topics_created.extend(later.topics_created);
        self.partitions_added.extend(later.partitions_added);
        for (topic, partition) in later.partitions_changed {
            self.partition_changed(topic, partition);
        }
        self.configs_changed.extend(later.configs_changed);
        self.brokers_changed.extend(later.brokers_changed);
        self.features_changed.extend(later.features_changed);
        self.producer_ids_changed |= later.producer_ids_changed;
        self.kept_changed |= later.kept_changed;
    }
}

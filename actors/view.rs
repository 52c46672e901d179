//! The cluster as this broker knows it, with the partitions that it hosts: immutable, swapped whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use kabuki_metadata::image::ClusterImage;
use uuid::Uuid;

use crate::partition::PartitionSeed;

/// One consistent state. Whoever holds it sees no change; the next state is another view.
#[derive(Clone)]
pub(crate) struct View {
    /// This broker.
    pub(crate) node_id: i32,
    /// The cluster.
    pub(crate) image: Arc<ClusterImage>,
    /// The level of the quorum, of which no metadata record tells.
    pub(crate) kraft_version: i16,
    partitions: BTreeMap<Uuid, Arc<BTreeMap<i32, Arc<PartitionSeed>>>>,
}

impl View {
    /// A cluster of which this broker hosts nothing yet.
    pub(crate) fn new(node_id: i32, image: Arc<ClusterImage>) -> Self {
        Self { node_id, image, kraft_version: 0, partitions: BTreeMap::new() }
    }

    /// What a hosted partition is made from, and where it is found. Its log dir may have failed.
    pub(crate) fn seed(&self, topic_id: Uuid, index: i32) -> Option<&Arc<PartitionSeed>> {
        self.partitions.get(&topic_id)?.get(&index)
    }

    /// Everything that is hosted, and what was until its log dir failed.
    pub(crate) fn hosted(&self) -> impl Iterator<Item = &Arc<PartitionSeed>> {
        self.partitions.values().flat_map(|topic| topic.values())
    }

    /// What is hosted of one topic.
    pub(crate) fn hosted_of(&self, topic_id: Uuid) -> impl Iterator<Item = &Arc<PartitionSeed>> {
        self.partitions.get(&topic_id).into_iter().flat_map(|topic| topic.values())
    }

    /// Adds a hosted partition.
    pub(crate) fn add(&mut self, seed: Arc<PartitionSeed>) {
        let topic = self.partitions.entry(seed.topic_id).or_default();
        Arc::make_mut(topic).insert(seed.index, seed);
    }

    /// Forgets one partition.
    pub(crate) fn remove_one(&mut self, seed: &PartitionSeed) {
        if let Some(topic) = self.partitions.get_mut(&seed.topic_id) {
            Arc::make_mut(topic).remove(&seed.index);
        }
    }

    /// Forgets a topic; returns what was hosted of it.
    pub(crate) fn remove(&mut self, topic_id: Uuid) -> Vec<Arc<PartitionSeed>> {
        let removed = self.partitions.remove(&topic_id);
        removed.map(|topic| topic.values().cloned().collect()).unwrap_or_default()
    }
}

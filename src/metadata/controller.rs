//! The controller's decisions: pure functions from the image and a request to answers and records.
//!
//! A decision changes nothing. Its records become true when the metadata log has committed them and they were applied
//! to the image; only then may the answers leave. Decisions for one image must not overlap: the next one needs the
//! image with the records of the one before.

mod assignment;
mod brokers;
mod configs;
mod deletion;
mod election;
mod feature_updates;
mod names;
mod partitions;
mod placement;
mod producer_ids;
mod topics;

#[cfg(test)]
mod random_operations;
#[cfg(test)]
pub(crate) mod test_cluster;

use crate::error::{AdminError, ErrorKind};
use crate::generated::MetadataRecord;
use crate::image::{ClusterImage, ConfigResource};

pub use assignment::{AssignedReplica, assign_directories};
pub use brokers::{
    BrokerRegistration, ControllerRegistration, check_epoch, cordon_log_dirs, fence_broker,
    lose_log_dirs, register_broker, register_controller, start_controlled_shutdown, unfence_broker,
    unregister_broker,
};
pub use configs::{
    AlterConfigs, ConfigRules, IncrementalAlterConfigs, IncrementalChange, IncrementalOperation,
    Override, alter_configs, check_changes, incremental_alter_configs, unknown_operation,
};
pub use deletion::{DeletedTopic, TopicToDelete, delete_topics, deletion_asks_the_cluster};
pub use feature_updates::{FeatureDecision, FeatureUpdate, UpdateFeatures, update_features};
pub use names::{
    CLUSTER_METADATA_TOPIC, TOPIC_NAME_LENGTH_MAX, check_topic_name, colliding_topic, is_internal,
};
pub use partitions::{PartitionsToAdd, create_partitions, growth_asks_the_cluster};
pub use placement::place_replicas;
pub use producer_ids::{PRODUCER_IDS_PER_BLOCK, ProducerIdBlock, allocate_producer_ids};
pub use topics::{CreateTopics, CreatedTopic, NewTopic, create_topics};

/// Records that one user's request may make at most, as in Kafka: what the controller must hold at once.
pub const RECORDS_PER_REQUEST_MAX: usize = 10_000;

/// An answer about the item of that name.
pub type Named<T> = (String, Result<T, AdminError>);

/// What a request comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision<T> {
    /// One answer per item of the request.
    pub results: Vec<T>,
    /// What to propose to the metadata log, as one group. Empty: nothing changes, and the answers can leave at once.
    pub records: Vec<MetadataRecord>,
}

impl<T> Default for Decision<T> {
    fn default() -> Self {
        Self { results: Vec::new(), records: Vec::new() }
    }
}

impl<T> Decision<T> {
    /// The answers alone, for a request that only wants to know.
    fn validate_only(mut self, validate_only: bool) -> Self {
        if validate_only {
            self.records.clear();
        }
        self
    }
}

/// The broker configuration that decisions depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// `node.id` of the controller, whose own dynamic overrides count.
    pub node_id: i32,
    /// `num.partitions`: of a topic that does not say.
    pub default_partitions: i32,
    /// `default.replication.factor`: of a topic that does not say.
    pub default_replication_factor: i16,
    /// `min.insync.replicas`, unless an override says otherwise.
    pub min_insync_replicas: i32,
    /// `unclean.leader.election.enable`, unless an override says otherwise.
    pub unclean_leader_election: bool,
    /// `delete.topic.enable`.
    pub delete_topics: bool,
}

impl Default for Settings {
    /// Apache Kafka 4.3.1's defaults, for node 1.
    fn default() -> Self {
        Self {
            node_id: 1,
            default_partitions: 1,
            default_replication_factor: 1,
            min_insync_replicas: 1,
            unclean_leader_election: false,
            delete_topics: true,
        }
    }
}

impl Settings {
    /// The in-sync minimum of a topic: its override, or that of this node, or that of all brokers, or the setting.
    pub fn min_insync_replicas_of(&self, image: &ClusterImage, topic: &str) -> i32 {
        self.overridden(image, topic, "min.insync.replicas").unwrap_or(self.min_insync_replicas)
    }

    /// Whether a replica outside of the in-sync set may lead a topic's partitions; found as the in-sync minimum.
    pub fn unclean_leader_election_of(&self, image: &ClusterImage, topic: &str) -> bool {
        let key = "unclean.leader.election.enable";
        self.overridden(image, topic, key).unwrap_or(self.unclean_leader_election)
    }

    fn overridden<T: std::str::FromStr>(
        &self,
        image: &ClusterImage,
        topic: &str,
        key: &str,
    ) -> Option<T> {
        let resources = [
            ConfigResource::topic(topic),
            ConfigResource::broker(self.node_id),
            ConfigResource::default_broker(),
        ];
        let mut values =
            resources.iter().filter_map(|resource| image.configs().of(resource).get(key));
        values.next().and_then(|value| value.trim().parse().ok())
    }
}

fn too_many_records() -> AdminError {
    let message = format!("the request would make more than {RECORDS_PER_REQUEST_MAX} records");
    AdminError::new(ErrorKind::PolicyViolation, message)
}

//! The APIs that this broker serves: key, versions, handler, a line each. What stands here is advertised.

use kabuki_wire::ApiKey;

use super::api::{self, Handler};

/// How requests of an API are executed beside others of the same connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Later requests are executed while this one waits for its answers.
    Pipelined,
    /// Nothing else is executed before this is answered.
    Alone,
}
use Order::{Alone, Pipelined};

/// One served API.
pub(crate) struct Api {
    pub(crate) key: ApiKey,
    /// First version in ApiVersions.
    pub(crate) advertised_from: i16,
    /// First version that is really served.
    pub(crate) served_from: i16,
    /// Last version.
    pub(crate) last: i16,
    /// Nothing else of the connection is executed before this is answered.
    pub(crate) alone: bool,
    pub(crate) handler: Handler,
}

impl Api {
    /// Whether a request of this version is handled; another closes the connection.
    pub(crate) fn serves(&self, version: i16) -> bool {
        // An ApiVersions request of any version is answered, so that a newer client can find out.
        self.key == ApiKey::ApiVersions || (self.served_from..=self.last).contains(&version)
    }
}

const fn api(key: ApiKey, first: i16, last: i16, order: Order, handler: Handler) -> Api {
    let alone = matches!(order, Alone);
    Api { key, advertised_from: first, served_from: first, last, alone, handler }
}

/// Every served API, by key.
pub(crate) static APIS: &[Api] = &[
    // Kafka advertises Produce 0–2 for the sake of librdkafka, and serves them as little.
    Api { advertised_from: 0, ..api(ApiKey::Produce, 3, 13, Pipelined, api::produce::handle) },
    api(ApiKey::Fetch, 4, 18, Pipelined, api::fetch::handle),
    api(ApiKey::ListOffsets, 1, 11, Pipelined, api::list_offsets::handle),
    api(ApiKey::Metadata, 0, 13, Pipelined, api::metadata::handle),
    api(ApiKey::OffsetCommit, 2, 10, Pipelined, api::groups::offset_commit),
    api(ApiKey::OffsetFetch, 1, 10, Pipelined, api::groups::offset_fetch),
    api(ApiKey::FindCoordinator, 0, 6, Pipelined, api::find_coordinator::handle),
    api(ApiKey::JoinGroup, 0, 9, Pipelined, api::groups::join_group),
    api(ApiKey::Heartbeat, 0, 4, Pipelined, api::groups::heartbeat),
    api(ApiKey::LeaveGroup, 0, 5, Pipelined, api::groups::leave_group),
    api(ApiKey::SyncGroup, 0, 5, Pipelined, api::groups::sync_group),
    api(ApiKey::DescribeGroups, 0, 6, Pipelined, api::groups::describe_groups),
    api(ApiKey::ListGroups, 0, 5, Pipelined, api::groups::list_groups),
    api(ApiKey::ApiVersions, 0, 4, Alone, api::api_versions::handle),
    api(ApiKey::CreateTopics, 2, 7, Alone, api::create_topics::handle),
    api(ApiKey::DeleteTopics, 1, 6, Alone, api::delete_topics::handle),
    api(ApiKey::DeleteRecords, 0, 2, Pipelined, api::delete_records::handle),
    api(ApiKey::InitProducerId, 0, 5, Pipelined, api::init_producer_id::handle),
    api(ApiKey::OffsetForLeaderEpoch, 2, 4, Pipelined, api::offset_for_leader_epoch::handle),
    api(ApiKey::DescribeConfigs, 1, 4, Pipelined, api::describe_configs::handle),
    api(ApiKey::AlterConfigs, 0, 2, Alone, api::alter_configs::handle),
    api(ApiKey::DescribeLogDirs, 1, 5, Pipelined, api::describe_log_dirs::handle),
    api(ApiKey::CreatePartitions, 0, 3, Alone, api::create_partitions::handle),
    api(ApiKey::DeleteGroups, 0, 2, Pipelined, api::groups::delete_groups),
    api(ApiKey::IncrementalAlterConfigs, 0, 1, Alone, api::incremental_alter_configs::handle),
    api(ApiKey::OffsetDelete, 0, 0, Pipelined, api::groups::offset_delete),
    api(ApiKey::UpdateFeatures, 0, 2, Alone, api::update_features::handle),
    api(ApiKey::DescribeCluster, 0, 2, Pipelined, api::describe_cluster::handle),
    api(ApiKey::DescribeProducers, 0, 0, Pipelined, api::describe_producers::handle),
    api(ApiKey::UnregisterBroker, 0, 0, Alone, api::unregister_broker::handle),
    api(ApiKey::ConsumerGroupHeartbeat, 0, 1, Pipelined, api::groups::consumer_group_heartbeat),
    api(ApiKey::ConsumerGroupDescribe, 0, 1, Pipelined, api::groups::consumer_group_describe),
    api(ApiKey::ListConfigResources, 0, 1, Pipelined, api::list_config_resources::handle),
    api(ApiKey::DescribeTopicPartitions, 0, 0, Pipelined, api::describe_topic_partitions::handle),
];

/// The API of this key, if it is served.
pub(crate) fn find(key: ApiKey) -> Option<&'static Api> {
    APIS.iter().find(|api| api.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clients are told in this order, as by Kafka.
    #[test]
    fn the_apis_stand_by_key() {
        assert!(APIS.is_sorted_by_key(|api| api.key as i16));
    }
}

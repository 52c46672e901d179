// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use super::{ApiKey, request_shapes, response_shapes};
use crate::shape::{ApiShape, MessageShape, Versions};

pub(crate) static PRODUCE: ApiShape = ApiShape {
    key: ApiKey::Produce,
    stable_version_max: 13,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(3, 13),
        flexible_from: 9,
        body: &request_shapes::produce_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(3, 13),
        flexible_from: 9,
        body: &response_shapes::produce_response::BODY,
    },
};

pub(crate) static FETCH: ApiShape = ApiShape {
    key: ApiKey::Fetch,
    stable_version_max: 18,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(4, 18),
        flexible_from: 12,
        body: &request_shapes::fetch_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(4, 18),
        flexible_from: 12,
        body: &response_shapes::fetch_response::BODY,
    },
};

pub(crate) static LIST_OFFSETS: ApiShape = ApiShape {
    key: ApiKey::ListOffsets,
    stable_version_max: 11,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(1, 11),
        flexible_from: 6,
        body: &request_shapes::list_offsets_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 11),
        flexible_from: 6,
        body: &response_shapes::list_offsets_response::BODY,
    },
};

pub(crate) static METADATA: ApiShape = ApiShape {
    key: ApiKey::Metadata,
    stable_version_max: 13,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 13),
        flexible_from: 9,
        body: &request_shapes::metadata_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 13),
        flexible_from: 9,
        body: &response_shapes::metadata_response::BODY,
    },
};

pub(crate) static OFFSET_COMMIT: ApiShape = ApiShape {
    key: ApiKey::OffsetCommit,
    stable_version_max: 10,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(2, 10),
        flexible_from: 8,
        body: &request_shapes::offset_commit_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(2, 10),
        flexible_from: 8,
        body: &response_shapes::offset_commit_response::BODY,
    },
};

pub(crate) static OFFSET_FETCH: ApiShape = ApiShape {
    key: ApiKey::OffsetFetch,
    stable_version_max: 10,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(1, 10),
        flexible_from: 6,
        body: &request_shapes::offset_fetch_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 10),
        flexible_from: 6,
        body: &response_shapes::offset_fetch_response::BODY,
    },
};

pub(crate) static FIND_COORDINATOR: ApiShape = ApiShape {
    key: ApiKey::FindCoordinator,
    stable_version_max: 6,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 6),
        flexible_from: 3,
        body: &request_shapes::find_coordinator_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 6),
        flexible_from: 3,
        body: &response_shapes::find_coordinator_response::BODY,
    },
};

pub(crate) static JOIN_GROUP: ApiShape = ApiShape {
    key: ApiKey::JoinGroup,
    stable_version_max: 9,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 9),
        flexible_from: 6,
        body: &request_shapes::join_group_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 9),
        flexible_from: 6,
        body: &response_shapes::join_group_response::BODY,
    },
};

pub(crate) static HEARTBEAT: ApiShape = ApiShape {
    key: ApiKey::Heartbeat,
    stable_version_max: 4,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 4),
        flexible_from: 4,
        body: &request_shapes::heartbeat_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 4),
        flexible_from: 4,
        body: &response_shapes::heartbeat_response::BODY,
    },
};

pub(crate) static LEAVE_GROUP: ApiShape = ApiShape {
    key: ApiKey::LeaveGroup,
    stable_version_max: 5,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 5),
        flexible_from: 4,
        body: &request_shapes::leave_group_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 5),
        flexible_from: 4,
        body: &response_shapes::leave_group_response::BODY,
    },
};

pub(crate) static SYNC_GROUP: ApiShape = ApiShape {
    key: ApiKey::SyncGroup,
    stable_version_max: 5,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 5),
        flexible_from: 4,
        body: &request_shapes::sync_group_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 5),
        flexible_from: 4,
        body: &response_shapes::sync_group_response::BODY,
    },
};

pub(crate) static DESCRIBE_GROUPS: ApiShape = ApiShape {
    key: ApiKey::DescribeGroups,
    stable_version_max: 6,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 6),
        flexible_from: 5,
        body: &request_shapes::describe_groups_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 6),
        flexible_from: 5,
        body: &response_shapes::describe_groups_response::BODY,
    },
};

pub(crate) static LIST_GROUPS: ApiShape = ApiShape {
    key: ApiKey::ListGroups,
    stable_version_max: 5,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 5),
        flexible_from: 3,
        body: &request_shapes::list_groups_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 5),
        flexible_from: 3,
        body: &response_shapes::list_groups_response::BODY,
    },
};

pub(crate) static SASL_HANDSHAKE: ApiShape = ApiShape {
    key: ApiKey::SaslHandshake,
    stable_version_max: 1,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: i16::MAX,
        body: &request_shapes::sasl_handshake_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: i16::MAX,
        body: &response_shapes::sasl_handshake_response::BODY,
    },
};

pub(crate) static API_VERSIONS: ApiShape = ApiShape {
    key: ApiKey::ApiVersions,
    stable_version_max: 4,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 4),
        flexible_from: 3,
        body: &request_shapes::api_versions_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 4),
        flexible_from: 3,
        body: &response_shapes::api_versions_response::BODY,
    },
};

pub(crate) static CREATE_TOPICS: ApiShape = ApiShape {
    key: ApiKey::CreateTopics,
    stable_version_max: 7,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(2, 7),
        flexible_from: 5,
        body: &request_shapes::create_topics_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(2, 7),
        flexible_from: 5,
        body: &response_shapes::create_topics_response::BODY,
    },
};

pub(crate) static DELETE_TOPICS: ApiShape = ApiShape {
    key: ApiKey::DeleteTopics,
    stable_version_max: 6,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(1, 6),
        flexible_from: 4,
        body: &request_shapes::delete_topics_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 6),
        flexible_from: 4,
        body: &response_shapes::delete_topics_response::BODY,
    },
};

pub(crate) static DELETE_RECORDS: ApiShape = ApiShape {
    key: ApiKey::DeleteRecords,
    stable_version_max: 2,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 2,
        body: &request_shapes::delete_records_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 2,
        body: &response_shapes::delete_records_response::BODY,
    },
};

pub(crate) static INIT_PRODUCER_ID: ApiShape = ApiShape {
    key: ApiKey::InitProducerId,
    stable_version_max: 5,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 6),
        flexible_from: 2,
        body: &request_shapes::init_producer_id_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 6),
        flexible_from: 2,
        body: &response_shapes::init_producer_id_response::BODY,
    },
};

pub(crate) static OFFSET_FOR_LEADER_EPOCH: ApiShape = ApiShape {
    key: ApiKey::OffsetForLeaderEpoch,
    stable_version_max: 4,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(2, 4),
        flexible_from: 4,
        body: &request_shapes::offset_for_leader_epoch_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(2, 4),
        flexible_from: 4,
        body: &response_shapes::offset_for_leader_epoch_response::BODY,
    },
};

pub(crate) static ADD_PARTITIONS_TO_TXN: ApiShape = ApiShape {
    key: ApiKey::AddPartitionsToTxn,
    stable_version_max: 5,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 5),
        flexible_from: 3,
        body: &request_shapes::add_partitions_to_txn_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 5),
        flexible_from: 3,
        body: &response_shapes::add_partitions_to_txn_response::BODY,
    },
};

pub(crate) static ADD_OFFSETS_TO_TXN: ApiShape = ApiShape {
    key: ApiKey::AddOffsetsToTxn,
    stable_version_max: 4,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 4),
        flexible_from: 3,
        body: &request_shapes::add_offsets_to_txn_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 4),
        flexible_from: 3,
        body: &response_shapes::add_offsets_to_txn_response::BODY,
    },
};

pub(crate) static END_TXN: ApiShape = ApiShape {
    key: ApiKey::EndTxn,
    stable_version_max: 5,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 5),
        flexible_from: 3,
        body: &request_shapes::end_txn_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 5),
        flexible_from: 3,
        body: &response_shapes::end_txn_response::BODY,
    },
};

pub(crate) static WRITE_TXN_MARKERS: ApiShape = ApiShape {
    key: ApiKey::WriteTxnMarkers,
    stable_version_max: 2,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(1, 2),
        flexible_from: 1,
        body: &request_shapes::write_txn_markers_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 2),
        flexible_from: 1,
        body: &response_shapes::write_txn_markers_response::BODY,
    },
};

pub(crate) static TXN_OFFSET_COMMIT: ApiShape = ApiShape {
    key: ApiKey::TxnOffsetCommit,
    stable_version_max: 5,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 5),
        flexible_from: 3,
        body: &request_shapes::txn_offset_commit_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 5),
        flexible_from: 3,
        body: &response_shapes::txn_offset_commit_response::BODY,
    },
};

pub(crate) static DESCRIBE_ACLS: ApiShape = ApiShape {
    key: ApiKey::DescribeAcls,
    stable_version_max: 3,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(1, 3),
        flexible_from: 2,
        body: &request_shapes::describe_acls_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 3),
        flexible_from: 2,
        body: &response_shapes::describe_acls_response::BODY,
    },
};

pub(crate) static CREATE_ACLS: ApiShape = ApiShape {
    key: ApiKey::CreateAcls,
    stable_version_max: 3,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(1, 3),
        flexible_from: 2,
        body: &request_shapes::create_acls_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 3),
        flexible_from: 2,
        body: &response_shapes::create_acls_response::BODY,
    },
};

pub(crate) static DELETE_ACLS: ApiShape = ApiShape {
    key: ApiKey::DeleteAcls,
    stable_version_max: 3,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(1, 3),
        flexible_from: 2,
        body: &request_shapes::delete_acls_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 3),
        flexible_from: 2,
        body: &response_shapes::delete_acls_response::BODY,
    },
};

pub(crate) static DESCRIBE_CONFIGS: ApiShape = ApiShape {
    key: ApiKey::DescribeConfigs,
    stable_version_max: 4,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(1, 4),
        flexible_from: 4,
        body: &request_shapes::describe_configs_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 4),
        flexible_from: 4,
        body: &response_shapes::describe_configs_response::BODY,
    },
};

pub(crate) static ALTER_CONFIGS: ApiShape = ApiShape {
    key: ApiKey::AlterConfigs,
    stable_version_max: 2,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 2,
        body: &request_shapes::alter_configs_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 2,
        body: &response_shapes::alter_configs_response::BODY,
    },
};

pub(crate) static ALTER_REPLICA_LOG_DIRS: ApiShape = ApiShape {
    key: ApiKey::AlterReplicaLogDirs,
    stable_version_max: 2,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(1, 2),
        flexible_from: 2,
        body: &request_shapes::alter_replica_log_dirs_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 2),
        flexible_from: 2,
        body: &response_shapes::alter_replica_log_dirs_response::BODY,
    },
};

pub(crate) static DESCRIBE_LOG_DIRS: ApiShape = ApiShape {
    key: ApiKey::DescribeLogDirs,
    stable_version_max: 5,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(1, 5),
        flexible_from: 2,
        body: &request_shapes::describe_log_dirs_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 5),
        flexible_from: 2,
        body: &response_shapes::describe_log_dirs_response::BODY,
    },
};

pub(crate) static SASL_AUTHENTICATE: ApiShape = ApiShape {
    key: ApiKey::SaslAuthenticate,
    stable_version_max: 2,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 2,
        body: &request_shapes::sasl_authenticate_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 2,
        body: &response_shapes::sasl_authenticate_response::BODY,
    },
};

pub(crate) static CREATE_PARTITIONS: ApiShape = ApiShape {
    key: ApiKey::CreatePartitions,
    stable_version_max: 3,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 3),
        flexible_from: 2,
        body: &request_shapes::create_partitions_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 3),
        flexible_from: 2,
        body: &response_shapes::create_partitions_response::BODY,
    },
};

pub(crate) static CREATE_DELEGATION_TOKEN: ApiShape = ApiShape {
    key: ApiKey::CreateDelegationToken,
    stable_version_max: 3,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(1, 3),
        flexible_from: 2,
        body: &request_shapes::create_delegation_token_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 3),
        flexible_from: 2,
        body: &response_shapes::create_delegation_token_response::BODY,
    },
};

pub(crate) static RENEW_DELEGATION_TOKEN: ApiShape = ApiShape {
    key: ApiKey::RenewDelegationToken,
    stable_version_max: 2,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(1, 2),
        flexible_from: 2,
        body: &request_shapes::renew_delegation_token_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 2),
        flexible_from: 2,
        body: &response_shapes::renew_delegation_token_response::BODY,
    },
};

pub(crate) static EXPIRE_DELEGATION_TOKEN: ApiShape = ApiShape {
    key: ApiKey::ExpireDelegationToken,
    stable_version_max: 2,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(1, 2),
        flexible_from: 2,
        body: &request_shapes::expire_delegation_token_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 2),
        flexible_from: 2,
        body: &response_shapes::expire_delegation_token_response::BODY,
    },
};

pub(crate) static DESCRIBE_DELEGATION_TOKEN: ApiShape = ApiShape {
    key: ApiKey::DescribeDelegationToken,
    stable_version_max: 3,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(1, 3),
        flexible_from: 2,
        body: &request_shapes::describe_delegation_token_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 3),
        flexible_from: 2,
        body: &response_shapes::describe_delegation_token_response::BODY,
    },
};

pub(crate) static DELETE_GROUPS: ApiShape = ApiShape {
    key: ApiKey::DeleteGroups,
    stable_version_max: 2,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 2,
        body: &request_shapes::delete_groups_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 2,
        body: &response_shapes::delete_groups_response::BODY,
    },
};

pub(crate) static ELECT_LEADERS: ApiShape = ApiShape {
    key: ApiKey::ElectLeaders,
    stable_version_max: 2,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 2,
        body: &request_shapes::elect_leaders_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 2,
        body: &response_shapes::elect_leaders_response::BODY,
    },
};

pub(crate) static INCREMENTAL_ALTER_CONFIGS: ApiShape = ApiShape {
    key: ApiKey::IncrementalAlterConfigs,
    stable_version_max: 1,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 1,
        body: &request_shapes::incremental_alter_configs_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 1,
        body: &response_shapes::incremental_alter_configs_response::BODY,
    },
};

pub(crate) static ALTER_PARTITION_REASSIGNMENTS: ApiShape = ApiShape {
    key: ApiKey::AlterPartitionReassignments,
    stable_version_max: 1,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &request_shapes::alter_partition_reassignments_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &response_shapes::alter_partition_reassignments_response::BODY,
    },
};

pub(crate) static LIST_PARTITION_REASSIGNMENTS: ApiShape = ApiShape {
    key: ApiKey::ListPartitionReassignments,
    stable_version_max: 0,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::list_partition_reassignments_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::list_partition_reassignments_response::BODY,
    },
};

pub(crate) static OFFSET_DELETE: ApiShape = ApiShape {
    key: ApiKey::OffsetDelete,
    stable_version_max: 0,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: i16::MAX,
        body: &request_shapes::offset_delete_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: i16::MAX,
        body: &response_shapes::offset_delete_response::BODY,
    },
};

pub(crate) static DESCRIBE_CLIENT_QUOTAS: ApiShape = ApiShape {
    key: ApiKey::DescribeClientQuotas,
    stable_version_max: 1,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 1,
        body: &request_shapes::describe_client_quotas_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 1,
        body: &response_shapes::describe_client_quotas_response::BODY,
    },
};

pub(crate) static ALTER_CLIENT_QUOTAS: ApiShape = ApiShape {
    key: ApiKey::AlterClientQuotas,
    stable_version_max: 1,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 1,
        body: &request_shapes::alter_client_quotas_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 1,
        body: &response_shapes::alter_client_quotas_response::BODY,
    },
};

pub(crate) static DESCRIBE_USER_SCRAM_CREDENTIALS: ApiShape = ApiShape {
    key: ApiKey::DescribeUserScramCredentials,
    stable_version_max: 0,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::describe_user_scram_credentials_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::describe_user_scram_credentials_response::BODY,
    },
};

pub(crate) static ALTER_USER_SCRAM_CREDENTIALS: ApiShape = ApiShape {
    key: ApiKey::AlterUserScramCredentials,
    stable_version_max: 0,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::alter_user_scram_credentials_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::alter_user_scram_credentials_response::BODY,
    },
};

pub(crate) static VOTE: ApiShape = ApiShape {
    key: ApiKey::Vote,
    stable_version_max: 2,
    on_broker: false,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 0,
        body: &request_shapes::vote_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 0,
        body: &response_shapes::vote_response::BODY,
    },
};

pub(crate) static BEGIN_QUORUM_EPOCH: ApiShape = ApiShape {
    key: ApiKey::BeginQuorumEpoch,
    stable_version_max: 1,
    on_broker: false,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 1,
        body: &request_shapes::begin_quorum_epoch_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 1,
        body: &response_shapes::begin_quorum_epoch_response::BODY,
    },
};

pub(crate) static END_QUORUM_EPOCH: ApiShape = ApiShape {
    key: ApiKey::EndQuorumEpoch,
    stable_version_max: 1,
    on_broker: false,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 1,
        body: &request_shapes::end_quorum_epoch_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 1,
        body: &response_shapes::end_quorum_epoch_response::BODY,
    },
};

pub(crate) static DESCRIBE_QUORUM: ApiShape = ApiShape {
    key: ApiKey::DescribeQuorum,
    stable_version_max: 2,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 0,
        body: &request_shapes::describe_quorum_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 0,
        body: &response_shapes::describe_quorum_response::BODY,
    },
};

pub(crate) static ALTER_PARTITION: ApiShape = ApiShape {
    key: ApiKey::AlterPartition,
    stable_version_max: 3,
    on_broker: false,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(2, 3),
        flexible_from: 2,
        body: &request_shapes::alter_partition_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(2, 3),
        flexible_from: 2,
        body: &response_shapes::alter_partition_response::BODY,
    },
};

pub(crate) static UPDATE_FEATURES: ApiShape = ApiShape {
    key: ApiKey::UpdateFeatures,
    stable_version_max: 2,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 0,
        body: &request_shapes::update_features_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 0,
        body: &response_shapes::update_features_response::BODY,
    },
};

pub(crate) static ENVELOPE: ApiShape = ApiShape {
    key: ApiKey::Envelope,
    stable_version_max: 0,
    on_broker: false,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::envelope_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::envelope_response::BODY,
    },
};

pub(crate) static FETCH_SNAPSHOT: ApiShape = ApiShape {
    key: ApiKey::FetchSnapshot,
    stable_version_max: 1,
    on_broker: false,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &request_shapes::fetch_snapshot_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &response_shapes::fetch_snapshot_response::BODY,
    },
};

pub(crate) static DESCRIBE_CLUSTER: ApiShape = ApiShape {
    key: ApiKey::DescribeCluster,
    stable_version_max: 2,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 0,
        body: &request_shapes::describe_cluster_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 0,
        body: &response_shapes::describe_cluster_response::BODY,
    },
};

pub(crate) static DESCRIBE_PRODUCERS: ApiShape = ApiShape {
    key: ApiKey::DescribeProducers,
    stable_version_max: 0,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::describe_producers_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::describe_producers_response::BODY,
    },
};

pub(crate) static BROKER_REGISTRATION: ApiShape = ApiShape {
    key: ApiKey::BrokerRegistration,
    stable_version_max: 4,
    on_broker: false,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 4),
        flexible_from: 0,
        body: &request_shapes::broker_registration_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 4),
        flexible_from: 0,
        body: &response_shapes::broker_registration_response::BODY,
    },
};

pub(crate) static BROKER_HEARTBEAT: ApiShape = ApiShape {
    key: ApiKey::BrokerHeartbeat,
    stable_version_max: 2,
    on_broker: false,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 0,
        body: &request_shapes::broker_heartbeat_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 0,
        body: &response_shapes::broker_heartbeat_response::BODY,
    },
};

pub(crate) static UNREGISTER_BROKER: ApiShape = ApiShape {
    key: ApiKey::UnregisterBroker,
    stable_version_max: 0,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::unregister_broker_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::unregister_broker_response::BODY,
    },
};

pub(crate) static DESCRIBE_TRANSACTIONS: ApiShape = ApiShape {
    key: ApiKey::DescribeTransactions,
    stable_version_max: 0,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::describe_transactions_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::describe_transactions_response::BODY,
    },
};

pub(crate) static LIST_TRANSACTIONS: ApiShape = ApiShape {
    key: ApiKey::ListTransactions,
    stable_version_max: 2,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 0,
        body: &request_shapes::list_transactions_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 2),
        flexible_from: 0,
        body: &response_shapes::list_transactions_response::BODY,
    },
};

pub(crate) static ALLOCATE_PRODUCER_IDS: ApiShape = ApiShape {
    key: ApiKey::AllocateProducerIds,
    stable_version_max: 0,
    on_broker: false,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::allocate_producer_ids_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::allocate_producer_ids_response::BODY,
    },
};

pub(crate) static CONSUMER_GROUP_HEARTBEAT: ApiShape = ApiShape {
    key: ApiKey::ConsumerGroupHeartbeat,
    stable_version_max: 1,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &request_shapes::consumer_group_heartbeat_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &response_shapes::consumer_group_heartbeat_response::BODY,
    },
};

pub(crate) static CONSUMER_GROUP_DESCRIBE: ApiShape = ApiShape {
    key: ApiKey::ConsumerGroupDescribe,
    stable_version_max: 1,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &request_shapes::consumer_group_describe_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &response_shapes::consumer_group_describe_response::BODY,
    },
};

pub(crate) static CONTROLLER_REGISTRATION: ApiShape = ApiShape {
    key: ApiKey::ControllerRegistration,
    stable_version_max: 0,
    on_broker: false,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::controller_registration_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::controller_registration_response::BODY,
    },
};

pub(crate) static GET_TELEMETRY_SUBSCRIPTIONS: ApiShape = ApiShape {
    key: ApiKey::GetTelemetrySubscriptions,
    stable_version_max: 0,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::get_telemetry_subscriptions_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::get_telemetry_subscriptions_response::BODY,
    },
};

pub(crate) static PUSH_TELEMETRY: ApiShape = ApiShape {
    key: ApiKey::PushTelemetry,
    stable_version_max: 0,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::push_telemetry_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::push_telemetry_response::BODY,
    },
};

pub(crate) static ASSIGN_REPLICAS_TO_DIRS: ApiShape = ApiShape {
    key: ApiKey::AssignReplicasToDirs,
    stable_version_max: 0,
    on_broker: false,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::assign_replicas_to_dirs_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::assign_replicas_to_dirs_response::BODY,
    },
};

pub(crate) static LIST_CONFIG_RESOURCES: ApiShape = ApiShape {
    key: ApiKey::ListConfigResources,
    stable_version_max: 1,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &request_shapes::list_config_resources_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &response_shapes::list_config_resources_response::BODY,
    },
};

pub(crate) static DESCRIBE_TOPIC_PARTITIONS: ApiShape = ApiShape {
    key: ApiKey::DescribeTopicPartitions,
    stable_version_max: 0,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::describe_topic_partitions_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::describe_topic_partitions_response::BODY,
    },
};

pub(crate) static SHARE_GROUP_HEARTBEAT: ApiShape = ApiShape {
    key: ApiKey::ShareGroupHeartbeat,
    stable_version_max: 1,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(1, 1),
        flexible_from: 1,
        body: &request_shapes::share_group_heartbeat_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 1),
        flexible_from: 1,
        body: &response_shapes::share_group_heartbeat_response::BODY,
    },
};

pub(crate) static SHARE_GROUP_DESCRIBE: ApiShape = ApiShape {
    key: ApiKey::ShareGroupDescribe,
    stable_version_max: 1,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(1, 1),
        flexible_from: 1,
        body: &request_shapes::share_group_describe_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 1),
        flexible_from: 1,
        body: &response_shapes::share_group_describe_response::BODY,
    },
};

pub(crate) static SHARE_FETCH: ApiShape = ApiShape {
    key: ApiKey::ShareFetch,
    stable_version_max: 2,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(1, 2),
        flexible_from: 1,
        body: &request_shapes::share_fetch_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 2),
        flexible_from: 1,
        body: &response_shapes::share_fetch_response::BODY,
    },
};

pub(crate) static SHARE_ACKNOWLEDGE: ApiShape = ApiShape {
    key: ApiKey::ShareAcknowledge,
    stable_version_max: 2,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(1, 2),
        flexible_from: 1,
        body: &request_shapes::share_acknowledge_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(1, 2),
        flexible_from: 1,
        body: &response_shapes::share_acknowledge_response::BODY,
    },
};

pub(crate) static ADD_RAFT_VOTER: ApiShape = ApiShape {
    key: ApiKey::AddRaftVoter,
    stable_version_max: 1,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &request_shapes::add_raft_voter_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &response_shapes::add_raft_voter_response::BODY,
    },
};

pub(crate) static REMOVE_RAFT_VOTER: ApiShape = ApiShape {
    key: ApiKey::RemoveRaftVoter,
    stable_version_max: 0,
    on_broker: true,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::remove_raft_voter_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::remove_raft_voter_response::BODY,
    },
};

pub(crate) static UPDATE_RAFT_VOTER: ApiShape = ApiShape {
    key: ApiKey::UpdateRaftVoter,
    stable_version_max: 0,
    on_broker: false,
    on_controller: true,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::update_raft_voter_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::update_raft_voter_response::BODY,
    },
};

pub(crate) static INITIALIZE_SHARE_GROUP_STATE: ApiShape = ApiShape {
    key: ApiKey::InitializeShareGroupState,
    stable_version_max: 0,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::initialize_share_group_state_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::initialize_share_group_state_response::BODY,
    },
};

pub(crate) static READ_SHARE_GROUP_STATE: ApiShape = ApiShape {
    key: ApiKey::ReadShareGroupState,
    stable_version_max: 0,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::read_share_group_state_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::read_share_group_state_response::BODY,
    },
};

pub(crate) static WRITE_SHARE_GROUP_STATE: ApiShape = ApiShape {
    key: ApiKey::WriteShareGroupState,
    stable_version_max: 1,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &request_shapes::write_share_group_state_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &response_shapes::write_share_group_state_response::BODY,
    },
};

pub(crate) static DELETE_SHARE_GROUP_STATE: ApiShape = ApiShape {
    key: ApiKey::DeleteShareGroupState,
    stable_version_max: 0,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::delete_share_group_state_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::delete_share_group_state_response::BODY,
    },
};

pub(crate) static READ_SHARE_GROUP_STATE_SUMMARY: ApiShape = ApiShape {
    key: ApiKey::ReadShareGroupStateSummary,
    stable_version_max: 1,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &request_shapes::read_share_group_state_summary_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &response_shapes::read_share_group_state_summary_response::BODY,
    },
};

pub(crate) static STREAMS_GROUP_HEARTBEAT: ApiShape = ApiShape {
    key: ApiKey::StreamsGroupHeartbeat,
    stable_version_max: 0,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::streams_group_heartbeat_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::streams_group_heartbeat_response::BODY,
    },
};

pub(crate) static STREAMS_GROUP_DESCRIBE: ApiShape = ApiShape {
    key: ApiKey::StreamsGroupDescribe,
    stable_version_max: 0,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::streams_group_describe_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::streams_group_describe_response::BODY,
    },
};

pub(crate) static DESCRIBE_SHARE_GROUP_OFFSETS: ApiShape = ApiShape {
    key: ApiKey::DescribeShareGroupOffsets,
    stable_version_max: 1,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &request_shapes::describe_share_group_offsets_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 1),
        flexible_from: 0,
        body: &response_shapes::describe_share_group_offsets_response::BODY,
    },
};

pub(crate) static ALTER_SHARE_GROUP_OFFSETS: ApiShape = ApiShape {
    key: ApiKey::AlterShareGroupOffsets,
    stable_version_max: 0,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::alter_share_group_offsets_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::alter_share_group_offsets_response::BODY,
    },
};

pub(crate) static DELETE_SHARE_GROUP_OFFSETS: ApiShape = ApiShape {
    key: ApiKey::DeleteShareGroupOffsets,
    stable_version_max: 0,
    on_broker: true,
    on_controller: false,
    request: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &request_shapes::delete_share_group_offsets_request::BODY,
    },
    response: MessageShape {
        versions: Versions::new(0, 0),
        flexible_from: 0,
        body: &response_shapes::delete_share_group_offsets_response::BODY,
    },
};

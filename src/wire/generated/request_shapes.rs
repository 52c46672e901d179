// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use crate::shape::{Kind, StructShape, field};

pub(super) mod produce_request {
    use super::*;

    static TOPIC_PRODUCE_DATA: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 3, 12),
            field("TopicId", Kind::Fixed(16), 13, i16::MAX),
            field(
                "PartitionData",
                Kind::Array(&Kind::Struct(&PARTITION_PRODUCE_DATA)),
                3,
                i16::MAX,
            ),
        ],
    };

    static PARTITION_PRODUCE_DATA: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Index", Kind::Fixed(4), 3, i16::MAX),
            field("Records", Kind::Bytes, 3, i16::MAX).nullable(3, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("TransactionalId", Kind::String, 3, i16::MAX).nullable(3, i16::MAX),
            field("Acks", Kind::Fixed(2), 3, i16::MAX),
            field("TimeoutMs", Kind::Fixed(4), 3, i16::MAX),
            field("TopicData", Kind::Array(&Kind::Struct(&TOPIC_PRODUCE_DATA)), 3, i16::MAX),
        ],
    };
}

pub(super) mod fetch_request {
    use super::*;

    static REPLICA_STATE: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("ReplicaId", Kind::Fixed(4), 15, i16::MAX),
            field("ReplicaEpoch", Kind::Fixed(8), 15, i16::MAX),
        ],
    };

    static FETCH_TOPIC: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Topic", Kind::String, 4, 12),
            field("TopicId", Kind::Fixed(16), 13, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&FETCH_PARTITION)), 4, i16::MAX),
        ],
    };

    static FETCH_PARTITION: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Partition", Kind::Fixed(4), 4, i16::MAX),
            field("CurrentLeaderEpoch", Kind::Fixed(4), 9, i16::MAX),
            field("FetchOffset", Kind::Fixed(8), 4, i16::MAX),
            field("LastFetchedEpoch", Kind::Fixed(4), 12, i16::MAX),
            field("LogStartOffset", Kind::Fixed(8), 5, i16::MAX),
            field("PartitionMaxBytes", Kind::Fixed(4), 4, i16::MAX),
            field("ReplicaDirectoryId", Kind::Fixed(16), 17, i16::MAX).tagged(0),
            field("HighWatermark", Kind::Fixed(8), 18, i16::MAX).tagged(1),
        ],
    };

    static FORGOTTEN_TOPIC: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Topic", Kind::String, 7, 12),
            field("TopicId", Kind::Fixed(16), 13, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 7, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 208,
        fields: &[
            field("ClusterId", Kind::String, 12, i16::MAX).nullable(12, i16::MAX).tagged(0),
            field("ReplicaId", Kind::Fixed(4), 4, 14),
            field("ReplicaState", Kind::Struct(&REPLICA_STATE), 15, i16::MAX).tagged(1),
            field("MaxWaitMs", Kind::Fixed(4), 4, i16::MAX),
            field("MinBytes", Kind::Fixed(4), 4, i16::MAX),
            field("MaxBytes", Kind::Fixed(4), 4, i16::MAX),
            field("IsolationLevel", Kind::Fixed(1), 4, i16::MAX),
            field("SessionId", Kind::Fixed(4), 7, i16::MAX),
            field("SessionEpoch", Kind::Fixed(4), 7, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&FETCH_TOPIC)), 4, i16::MAX),
            field("ForgottenTopicsData", Kind::Array(&Kind::Struct(&FORGOTTEN_TOPIC)), 7, i16::MAX),
            field("RackId", Kind::String, 11, i16::MAX),
        ],
    };
}

pub(super) mod list_offsets_request {
    use super::*;

    static LIST_OFFSETS_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 1, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&LIST_OFFSETS_PARTITION)), 1, i16::MAX),
        ],
    };

    static LIST_OFFSETS_PARTITION: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 1, i16::MAX),
            field("CurrentLeaderEpoch", Kind::Fixed(4), 4, i16::MAX),
            field("Timestamp", Kind::Fixed(8), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("ReplicaId", Kind::Fixed(4), 1, i16::MAX),
            field("IsolationLevel", Kind::Fixed(1), 2, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&LIST_OFFSETS_TOPIC)), 1, i16::MAX),
            field("TimeoutMs", Kind::Fixed(4), 10, i16::MAX),
        ],
    };
}

pub(super) mod metadata_request {
    use super::*;

    static METADATA_REQUEST_TOPIC: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("TopicId", Kind::Fixed(16), 10, i16::MAX),
            field("Name", Kind::String, 0, i16::MAX).nullable(10, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("Topics", Kind::Array(&Kind::Struct(&METADATA_REQUEST_TOPIC)), 0, i16::MAX)
                .nullable(1, i16::MAX),
            field("AllowAutoTopicCreation", Kind::Bool, 4, i16::MAX),
            field("IncludeClusterAuthorizedOperations", Kind::Bool, 8, 10),
            field("IncludeTopicAuthorizedOperations", Kind::Bool, 8, i16::MAX),
        ],
    };
}

pub(super) mod offset_commit_request {
    use super::*;

    static OFFSET_COMMIT_REQUEST_TOPIC: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 2, 9),
            field("TopicId", Kind::Fixed(16), 10, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&OFFSET_COMMIT_REQUEST_PARTITION)),
                2,
                i16::MAX,
            ),
        ],
    };

    static OFFSET_COMMIT_REQUEST_PARTITION: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 2, i16::MAX),
            field("CommittedOffset", Kind::Fixed(8), 2, i16::MAX),
            field("CommittedLeaderEpoch", Kind::Fixed(4), 6, i16::MAX),
            field("CommittedMetadata", Kind::String, 2, i16::MAX).nullable(2, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 160,
        fields: &[
            field("GroupId", Kind::String, 2, i16::MAX),
            field("GenerationIdOrMemberEpoch", Kind::Fixed(4), 2, i16::MAX),
            field("MemberId", Kind::String, 2, i16::MAX),
            field("GroupInstanceId", Kind::String, 7, i16::MAX).nullable(7, i16::MAX),
            field("RetentionTimeMs", Kind::Fixed(8), 2, 4),
            field("Topics", Kind::Array(&Kind::Struct(&OFFSET_COMMIT_REQUEST_TOPIC)), 2, i16::MAX),
        ],
    };
}

pub(super) mod offset_fetch_request {
    use super::*;

    static OFFSET_FETCH_REQUEST_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 1, 7),
            field("PartitionIndexes", Kind::Array(&Kind::Fixed(4)), 1, 7),
        ],
    };

    static OFFSET_FETCH_REQUEST_GROUP: StructShape = StructShape {
        decoded_size: 120,
        fields: &[
            field("GroupId", Kind::String, 8, i16::MAX),
            field("MemberId", Kind::String, 9, i16::MAX).nullable(9, i16::MAX),
            field("MemberEpoch", Kind::Fixed(4), 9, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&OFFSET_FETCH_REQUEST_TOPICS)), 8, i16::MAX)
                .nullable(8, i16::MAX),
        ],
    };

    static OFFSET_FETCH_REQUEST_TOPICS: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 8, 9),
            field("TopicId", Kind::Fixed(16), 10, i16::MAX),
            field("PartitionIndexes", Kind::Array(&Kind::Fixed(4)), 8, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 112,
        fields: &[
            field("GroupId", Kind::String, 1, 7),
            field("Topics", Kind::Array(&Kind::Struct(&OFFSET_FETCH_REQUEST_TOPIC)), 1, 7)
                .nullable(2, 7),
            field("Groups", Kind::Array(&Kind::Struct(&OFFSET_FETCH_REQUEST_GROUP)), 8, i16::MAX),
            field("RequireStable", Kind::Bool, 7, i16::MAX),
        ],
    };
}

pub(super) mod find_coordinator_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("Key", Kind::String, 0, 3),
            field("KeyType", Kind::Fixed(1), 1, i16::MAX),
            field("CoordinatorKeys", Kind::Array(&Kind::String), 4, i16::MAX),
        ],
    };
}

pub(super) mod join_group_request {
    use super::*;

    static JOIN_GROUP_REQUEST_PROTOCOL: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Metadata", Kind::Bytes, 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 216,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field("SessionTimeoutMs", Kind::Fixed(4), 0, i16::MAX),
            field("RebalanceTimeoutMs", Kind::Fixed(4), 1, i16::MAX),
            field("MemberId", Kind::String, 0, i16::MAX),
            field("GroupInstanceId", Kind::String, 5, i16::MAX).nullable(5, i16::MAX),
            field("ProtocolType", Kind::String, 0, i16::MAX),
            field(
                "Protocols",
                Kind::Array(&Kind::Struct(&JOIN_GROUP_REQUEST_PROTOCOL)),
                0,
                i16::MAX,
            ),
            field("Reason", Kind::String, 8, i16::MAX).nullable(8, i16::MAX),
        ],
    };
}

pub(super) mod heartbeat_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 128,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field("GenerationId", Kind::Fixed(4), 0, i16::MAX),
            field("MemberId", Kind::String, 0, i16::MAX),
            field("GroupInstanceId", Kind::String, 3, i16::MAX).nullable(3, i16::MAX),
        ],
    };
}

pub(super) mod leave_group_request {
    use super::*;

    static MEMBER_IDENTITY: StructShape = StructShape {
        decoded_size: 120,
        fields: &[
            field("MemberId", Kind::String, 3, i16::MAX),
            field("GroupInstanceId", Kind::String, 3, i16::MAX).nullable(3, i16::MAX),
            field("Reason", Kind::String, 5, i16::MAX).nullable(5, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 112,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field("MemberId", Kind::String, 0, 2),
            field("Members", Kind::Array(&Kind::Struct(&MEMBER_IDENTITY)), 3, i16::MAX),
        ],
    };
}

pub(super) mod sync_group_request {
    use super::*;

    static SYNC_GROUP_REQUEST_ASSIGNMENT: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("MemberId", Kind::String, 0, i16::MAX),
            field("Assignment", Kind::Bytes, 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 216,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field("GenerationId", Kind::Fixed(4), 0, i16::MAX),
            field("MemberId", Kind::String, 0, i16::MAX),
            field("GroupInstanceId", Kind::String, 3, i16::MAX).nullable(3, i16::MAX),
            field("ProtocolType", Kind::String, 5, i16::MAX).nullable(5, i16::MAX),
            field("ProtocolName", Kind::String, 5, i16::MAX).nullable(5, i16::MAX),
            field(
                "Assignments",
                Kind::Array(&Kind::Struct(&SYNC_GROUP_REQUEST_ASSIGNMENT)),
                0,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod describe_groups_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("Groups", Kind::Array(&Kind::String), 0, i16::MAX),
            field("IncludeAuthorizedOperations", Kind::Bool, 3, i16::MAX),
        ],
    };
}

pub(super) mod list_groups_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("StatesFilter", Kind::Array(&Kind::String), 4, i16::MAX),
            field("TypesFilter", Kind::Array(&Kind::String), 5, i16::MAX),
        ],
    };
}

pub(super) mod sasl_handshake_request {
    use super::*;

    pub(crate) static BODY: StructShape =
        StructShape { decoded_size: 56, fields: &[field("Mechanism", Kind::String, 0, i16::MAX)] };
}

pub(super) mod api_versions_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ClientSoftwareName", Kind::String, 3, i16::MAX),
            field("ClientSoftwareVersion", Kind::String, 3, i16::MAX),
        ],
    };
}

pub(super) mod create_topics_request {
    use super::*;

    static CREATABLE_TOPIC: StructShape = StructShape {
        decoded_size: 112,
        fields: &[
            field("Name", Kind::String, 2, i16::MAX),
            field("NumPartitions", Kind::Fixed(4), 2, i16::MAX),
            field("ReplicationFactor", Kind::Fixed(2), 2, i16::MAX),
            field(
                "Assignments",
                Kind::Array(&Kind::Struct(&CREATABLE_REPLICA_ASSIGNMENT)),
                2,
                i16::MAX,
            ),
            field("Configs", Kind::Array(&Kind::Struct(&CREATABLE_TOPIC_CONFIG)), 2, i16::MAX),
        ],
    };

    static CREATABLE_REPLICA_ASSIGNMENT: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 2, i16::MAX),
            field("BrokerIds", Kind::Array(&Kind::Fixed(4)), 2, i16::MAX),
        ],
    };

    static CREATABLE_TOPIC_CONFIG: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("Name", Kind::String, 2, i16::MAX),
            field("Value", Kind::String, 2, i16::MAX).nullable(2, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("Topics", Kind::Array(&Kind::Struct(&CREATABLE_TOPIC)), 2, i16::MAX),
            field("timeoutMs", Kind::Fixed(4), 2, i16::MAX),
            field("validateOnly", Kind::Bool, 2, i16::MAX),
        ],
    };
}

pub(super) mod delete_topics_request {
    use super::*;

    static DELETE_TOPIC_STATE: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("Name", Kind::String, 6, i16::MAX).nullable(6, i16::MAX),
            field("TopicId", Kind::Fixed(16), 6, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Topics", Kind::Array(&Kind::Struct(&DELETE_TOPIC_STATE)), 6, i16::MAX),
            field("TopicNames", Kind::Array(&Kind::String), 1, 5),
            field("TimeoutMs", Kind::Fixed(4), 1, i16::MAX),
        ],
    };
}

pub(super) mod delete_records_request {
    use super::*;

    static DELETE_RECORDS_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&DELETE_RECORDS_PARTITION)), 0, i16::MAX),
        ],
    };

    static DELETE_RECORDS_PARTITION: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("Offset", Kind::Fixed(8), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("Topics", Kind::Array(&Kind::Struct(&DELETE_RECORDS_TOPIC)), 0, i16::MAX),
            field("TimeoutMs", Kind::Fixed(4), 0, i16::MAX),
        ],
    };
}

pub(super) mod init_producer_id_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("TransactionalId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("TransactionTimeoutMs", Kind::Fixed(4), 0, i16::MAX),
            field("ProducerId", Kind::Fixed(8), 3, i16::MAX),
            field("ProducerEpoch", Kind::Fixed(2), 3, i16::MAX),
            field("Enable2Pc", Kind::Bool, 6, i16::MAX),
            field("KeepPreparedTxn", Kind::Bool, 6, i16::MAX),
        ],
    };
}

pub(super) mod offset_for_leader_epoch_request {
    use super::*;

    static OFFSET_FOR_LEADER_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Topic", Kind::String, 2, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&OFFSET_FOR_LEADER_PARTITION)),
                2,
                i16::MAX,
            ),
        ],
    };

    static OFFSET_FOR_LEADER_PARTITION: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("Partition", Kind::Fixed(4), 2, i16::MAX),
            field("CurrentLeaderEpoch", Kind::Fixed(4), 2, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 2, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ReplicaId", Kind::Fixed(4), 3, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&OFFSET_FOR_LEADER_TOPIC)), 2, i16::MAX),
        ],
    };
}

pub(super) mod add_partitions_to_txn_request {
    use super::*;

    static ADD_PARTITIONS_TO_TXN_TRANSACTION: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("TransactionalId", Kind::String, 4, i16::MAX),
            field("ProducerId", Kind::Fixed(8), 4, i16::MAX),
            field("ProducerEpoch", Kind::Fixed(2), 4, i16::MAX),
            field("VerifyOnly", Kind::Bool, 4, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&ADD_PARTITIONS_TO_TXN_TOPIC)), 4, i16::MAX),
        ],
    };

    static ADD_PARTITIONS_TO_TXN_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 120,
        fields: &[
            field(
                "Transactions",
                Kind::Array(&Kind::Struct(&ADD_PARTITIONS_TO_TXN_TRANSACTION)),
                4,
                i16::MAX,
            ),
            field("V3AndBelowTransactionalId", Kind::String, 0, 3),
            field("V3AndBelowProducerId", Kind::Fixed(8), 0, 3),
            field("V3AndBelowProducerEpoch", Kind::Fixed(2), 0, 3),
            field(
                "V3AndBelowTopics",
                Kind::Array(&Kind::Struct(&ADD_PARTITIONS_TO_TXN_TOPIC)),
                0,
                3,
            ),
        ],
    };
}

pub(super) mod add_offsets_to_txn_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 104,
        fields: &[
            field("TransactionalId", Kind::String, 0, i16::MAX),
            field("ProducerId", Kind::Fixed(8), 0, i16::MAX),
            field("ProducerEpoch", Kind::Fixed(2), 0, i16::MAX),
            field("GroupId", Kind::String, 0, i16::MAX),
        ],
    };
}

pub(super) mod end_txn_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("TransactionalId", Kind::String, 0, i16::MAX),
            field("ProducerId", Kind::Fixed(8), 0, i16::MAX),
            field("ProducerEpoch", Kind::Fixed(2), 0, i16::MAX),
            field("Committed", Kind::Bool, 0, i16::MAX),
        ],
    };
}

pub(super) mod write_txn_markers_request {
    use super::*;

    static WRITABLE_TXN_MARKER: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("ProducerId", Kind::Fixed(8), 1, i16::MAX),
            field("ProducerEpoch", Kind::Fixed(2), 1, i16::MAX),
            field("TransactionResult", Kind::Bool, 1, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&WRITABLE_TXN_MARKER_TOPIC)), 1, i16::MAX),
            field("CoordinatorEpoch", Kind::Fixed(4), 1, i16::MAX),
            field("TransactionVersion", Kind::Fixed(1), 2, i16::MAX),
        ],
    };

    static WRITABLE_TXN_MARKER_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 1, i16::MAX),
            field("PartitionIndexes", Kind::Array(&Kind::Fixed(4)), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field("Markers", Kind::Array(&Kind::Struct(&WRITABLE_TXN_MARKER)), 1, i16::MAX)],
    };
}

pub(super) mod txn_offset_commit_request {
    use super::*;

    static TXN_OFFSET_COMMIT_REQUEST_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&TXN_OFFSET_COMMIT_REQUEST_PARTITION)),
                0,
                i16::MAX,
            ),
        ],
    };

    static TXN_OFFSET_COMMIT_REQUEST_PARTITION: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("CommittedOffset", Kind::Fixed(8), 0, i16::MAX),
            field("CommittedLeaderEpoch", Kind::Fixed(4), 2, i16::MAX),
            field("CommittedMetadata", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 192,
        fields: &[
            field("TransactionalId", Kind::String, 0, i16::MAX),
            field("GroupId", Kind::String, 0, i16::MAX),
            field("ProducerId", Kind::Fixed(8), 0, i16::MAX),
            field("ProducerEpoch", Kind::Fixed(2), 0, i16::MAX),
            field("GenerationId", Kind::Fixed(4), 3, i16::MAX),
            field("MemberId", Kind::String, 3, i16::MAX),
            field("GroupInstanceId", Kind::String, 3, i16::MAX).nullable(3, i16::MAX),
            field(
                "Topics",
                Kind::Array(&Kind::Struct(&TXN_OFFSET_COMMIT_REQUEST_TOPIC)),
                0,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod describe_acls_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 128,
        fields: &[
            field("ResourceTypeFilter", Kind::Fixed(1), 1, i16::MAX),
            field("ResourceNameFilter", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("PatternTypeFilter", Kind::Fixed(1), 1, i16::MAX),
            field("PrincipalFilter", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("HostFilter", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("Operation", Kind::Fixed(1), 1, i16::MAX),
            field("PermissionType", Kind::Fixed(1), 1, i16::MAX),
        ],
    };
}

pub(super) mod create_acls_request {
    use super::*;

    static ACL_CREATION: StructShape = StructShape {
        decoded_size: 128,
        fields: &[
            field("ResourceType", Kind::Fixed(1), 1, i16::MAX),
            field("ResourceName", Kind::String, 1, i16::MAX),
            field("ResourcePatternType", Kind::Fixed(1), 1, i16::MAX),
            field("Principal", Kind::String, 1, i16::MAX),
            field("Host", Kind::String, 1, i16::MAX),
            field("Operation", Kind::Fixed(1), 1, i16::MAX),
            field("PermissionType", Kind::Fixed(1), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field("Creations", Kind::Array(&Kind::Struct(&ACL_CREATION)), 1, i16::MAX)],
    };
}

pub(super) mod delete_acls_request {
    use super::*;

    static DELETE_ACLS_FILTER: StructShape = StructShape {
        decoded_size: 128,
        fields: &[
            field("ResourceTypeFilter", Kind::Fixed(1), 1, i16::MAX),
            field("ResourceNameFilter", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("PatternTypeFilter", Kind::Fixed(1), 1, i16::MAX),
            field("PrincipalFilter", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("HostFilter", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("Operation", Kind::Fixed(1), 1, i16::MAX),
            field("PermissionType", Kind::Fixed(1), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field("Filters", Kind::Array(&Kind::Struct(&DELETE_ACLS_FILTER)), 1, i16::MAX)],
    };
}

pub(super) mod describe_configs_request {
    use super::*;

    static DESCRIBE_CONFIGS_RESOURCE: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ResourceType", Kind::Fixed(1), 1, i16::MAX),
            field("ResourceName", Kind::String, 1, i16::MAX),
            field("ConfigurationKeys", Kind::Array(&Kind::String), 1, i16::MAX)
                .nullable(1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("Resources", Kind::Array(&Kind::Struct(&DESCRIBE_CONFIGS_RESOURCE)), 1, i16::MAX),
            field("IncludeSynonyms", Kind::Bool, 1, i16::MAX),
            field("IncludeDocumentation", Kind::Bool, 3, i16::MAX),
        ],
    };
}

pub(super) mod alter_configs_request {
    use super::*;

    static ALTER_CONFIGS_RESOURCE: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ResourceType", Kind::Fixed(1), 0, i16::MAX),
            field("ResourceName", Kind::String, 0, i16::MAX),
            field("Configs", Kind::Array(&Kind::Struct(&ALTERABLE_CONFIG)), 0, i16::MAX),
        ],
    };

    static ALTERABLE_CONFIG: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Value", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("Resources", Kind::Array(&Kind::Struct(&ALTER_CONFIGS_RESOURCE)), 0, i16::MAX),
            field("ValidateOnly", Kind::Bool, 0, i16::MAX),
        ],
    };
}

pub(super) mod alter_replica_log_dirs_request {
    use super::*;

    static ALTER_REPLICA_LOG_DIR: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Path", Kind::String, 1, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&ALTER_REPLICA_LOG_DIR_TOPIC)), 1, i16::MAX),
        ],
    };

    static ALTER_REPLICA_LOG_DIR_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 1, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field("Dirs", Kind::Array(&Kind::Struct(&ALTER_REPLICA_LOG_DIR)), 1, i16::MAX)],
    };
}

pub(super) mod describe_log_dirs_request {
    use super::*;

    static DESCRIBABLE_LOG_DIR_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Topic", Kind::String, 1, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field(
            "Topics",
            Kind::Array(&Kind::Struct(&DESCRIBABLE_LOG_DIR_TOPIC)),
            1,
            i16::MAX,
        )
        .nullable(1, i16::MAX)],
    };
}

pub(super) mod sasl_authenticate_request {
    use super::*;

    pub(crate) static BODY: StructShape =
        StructShape { decoded_size: 56, fields: &[field("AuthBytes", Kind::Bytes, 0, i16::MAX)] };
}

pub(super) mod create_partitions_request {
    use super::*;

    static CREATE_PARTITIONS_TOPIC: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Count", Kind::Fixed(4), 0, i16::MAX),
            field(
                "Assignments",
                Kind::Array(&Kind::Struct(&CREATE_PARTITIONS_ASSIGNMENT)),
                0,
                i16::MAX,
            )
            .nullable(0, i16::MAX),
        ],
    };

    static CREATE_PARTITIONS_ASSIGNMENT: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field("BrokerIds", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX)],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("Topics", Kind::Array(&Kind::Struct(&CREATE_PARTITIONS_TOPIC)), 0, i16::MAX),
            field("TimeoutMs", Kind::Fixed(4), 0, i16::MAX),
            field("ValidateOnly", Kind::Bool, 0, i16::MAX),
        ],
    };
}

pub(super) mod create_delegation_token_request {
    use super::*;

    static CREATABLE_RENEWERS: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("PrincipalType", Kind::String, 1, i16::MAX),
            field("PrincipalName", Kind::String, 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 120,
        fields: &[
            field("OwnerPrincipalType", Kind::String, 3, i16::MAX).nullable(3, i16::MAX),
            field("OwnerPrincipalName", Kind::String, 3, i16::MAX).nullable(3, i16::MAX),
            field("Renewers", Kind::Array(&Kind::Struct(&CREATABLE_RENEWERS)), 1, i16::MAX),
            field("MaxLifetimeMs", Kind::Fixed(8), 1, i16::MAX),
        ],
    };
}

pub(super) mod renew_delegation_token_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Hmac", Kind::Bytes, 1, i16::MAX),
            field("RenewPeriodMs", Kind::Fixed(8), 1, i16::MAX),
        ],
    };
}

pub(super) mod expire_delegation_token_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Hmac", Kind::Bytes, 1, i16::MAX),
            field("ExpiryTimePeriodMs", Kind::Fixed(8), 1, i16::MAX),
        ],
    };
}

pub(super) mod describe_delegation_token_request {
    use super::*;

    static DESCRIBE_DELEGATION_TOKEN_OWNER: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("PrincipalType", Kind::String, 1, i16::MAX),
            field("PrincipalName", Kind::String, 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field(
            "Owners",
            Kind::Array(&Kind::Struct(&DESCRIBE_DELEGATION_TOKEN_OWNER)),
            1,
            i16::MAX,
        )
        .nullable(1, i16::MAX)],
    };
}

pub(super) mod delete_groups_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field("GroupsNames", Kind::Array(&Kind::String), 0, i16::MAX)],
    };
}

pub(super) mod elect_leaders_request {
    use super::*;

    static TOPIC_PARTITIONS: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Topic", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ElectionType", Kind::Fixed(1), 1, i16::MAX),
            field("TopicPartitions", Kind::Array(&Kind::Struct(&TOPIC_PARTITIONS)), 0, i16::MAX)
                .nullable(0, i16::MAX),
            field("TimeoutMs", Kind::Fixed(4), 0, i16::MAX),
        ],
    };
}

pub(super) mod incremental_alter_configs_request {
    use super::*;

    static ALTER_CONFIGS_RESOURCE: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ResourceType", Kind::Fixed(1), 0, i16::MAX),
            field("ResourceName", Kind::String, 0, i16::MAX),
            field("Configs", Kind::Array(&Kind::Struct(&ALTERABLE_CONFIG)), 0, i16::MAX),
        ],
    };

    static ALTERABLE_CONFIG: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("ConfigOperation", Kind::Fixed(1), 0, i16::MAX),
            field("Value", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("Resources", Kind::Array(&Kind::Struct(&ALTER_CONFIGS_RESOURCE)), 0, i16::MAX),
            field("ValidateOnly", Kind::Bool, 0, i16::MAX),
        ],
    };
}

pub(super) mod alter_partition_reassignments_request {
    use super::*;

    static REASSIGNABLE_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&REASSIGNABLE_PARTITION)), 0, i16::MAX),
        ],
    };

    static REASSIGNABLE_PARTITION: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("Replicas", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("TimeoutMs", Kind::Fixed(4), 0, i16::MAX),
            field("AllowReplicationFactorChange", Kind::Bool, 1, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&REASSIGNABLE_TOPIC)), 0, i16::MAX),
        ],
    };
}

pub(super) mod list_partition_reassignments_request {
    use super::*;

    static LIST_PARTITION_REASSIGNMENTS_TOPICS: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("PartitionIndexes", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("TimeoutMs", Kind::Fixed(4), 0, i16::MAX),
            field(
                "Topics",
                Kind::Array(&Kind::Struct(&LIST_PARTITION_REASSIGNMENTS_TOPICS)),
                0,
                i16::MAX,
            )
            .nullable(0, i16::MAX),
        ],
    };
}

pub(super) mod offset_delete_request {
    use super::*;

    static OFFSET_DELETE_REQUEST_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&OFFSET_DELETE_REQUEST_PARTITION)),
                0,
                i16::MAX,
            ),
        ],
    };

    static OFFSET_DELETE_REQUEST_PARTITION: StructShape = StructShape {
        decoded_size: 32,
        fields: &[field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX)],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&OFFSET_DELETE_REQUEST_TOPIC)), 0, i16::MAX),
        ],
    };
}

pub(super) mod describe_client_quotas_request {
    use super::*;

    static COMPONENT_DATA: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("EntityType", Kind::String, 0, i16::MAX),
            field("MatchType", Kind::Fixed(1), 0, i16::MAX),
            field("Match", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("Components", Kind::Array(&Kind::Struct(&COMPONENT_DATA)), 0, i16::MAX),
            field("Strict", Kind::Bool, 0, i16::MAX),
        ],
    };
}

pub(super) mod alter_client_quotas_request {
    use super::*;

    static ENTRY_DATA: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("Entity", Kind::Array(&Kind::Struct(&ENTITY_DATA)), 0, i16::MAX),
            field("Ops", Kind::Array(&Kind::Struct(&OP_DATA)), 0, i16::MAX),
        ],
    };

    static ENTITY_DATA: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("EntityType", Kind::String, 0, i16::MAX),
            field("EntityName", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    static OP_DATA: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("Key", Kind::String, 0, i16::MAX),
            field("Value", Kind::Fixed(8), 0, i16::MAX),
            field("Remove", Kind::Bool, 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("Entries", Kind::Array(&Kind::Struct(&ENTRY_DATA)), 0, i16::MAX),
            field("ValidateOnly", Kind::Bool, 0, i16::MAX),
        ],
    };
}

pub(super) mod describe_user_scram_credentials_request {
    use super::*;

    static USER_NAME: StructShape =
        StructShape { decoded_size: 56, fields: &[field("Name", Kind::String, 0, i16::MAX)] };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field("Users", Kind::Array(&Kind::Struct(&USER_NAME)), 0, i16::MAX)
            .nullable(0, i16::MAX)],
    };
}

pub(super) mod alter_user_scram_credentials_request {
    use super::*;

    static SCRAM_CREDENTIAL_DELETION: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Mechanism", Kind::Fixed(1), 0, i16::MAX),
        ],
    };

    static SCRAM_CREDENTIAL_UPSERTION: StructShape = StructShape {
        decoded_size: 128,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Mechanism", Kind::Fixed(1), 0, i16::MAX),
            field("Iterations", Kind::Fixed(4), 0, i16::MAX),
            field("Salt", Kind::Bytes, 0, i16::MAX),
            field("SaltedPassword", Kind::Bytes, 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("Deletions", Kind::Array(&Kind::Struct(&SCRAM_CREDENTIAL_DELETION)), 0, i16::MAX),
            field(
                "Upsertions",
                Kind::Array(&Kind::Struct(&SCRAM_CREDENTIAL_UPSERTION)),
                0,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod vote_request {
    use super::*;

    static TOPIC_DATA: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("TopicName", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 0, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("ReplicaEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("ReplicaId", Kind::Fixed(4), 0, i16::MAX),
            field("ReplicaDirectoryId", Kind::Fixed(16), 1, i16::MAX),
            field("VoterDirectoryId", Kind::Fixed(16), 1, i16::MAX),
            field("LastOffsetEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("LastOffset", Kind::Fixed(8), 0, i16::MAX),
            field("PreVote", Kind::Bool, 2, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ClusterId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("VoterId", Kind::Fixed(4), 1, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_DATA)), 0, i16::MAX),
        ],
    };
}

pub(super) mod begin_quorum_epoch_request {
    use super::*;

    static TOPIC_DATA: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("TopicName", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 0, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("VoterDirectoryId", Kind::Fixed(16), 1, i16::MAX),
            field("LeaderId", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
        ],
    };

    static LEADER_ENDPOINT: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 1, i16::MAX),
            field("Host", Kind::String, 1, i16::MAX),
            field("Port", Kind::Fixed(2), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 112,
        fields: &[
            field("ClusterId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("VoterId", Kind::Fixed(4), 1, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_DATA)), 0, i16::MAX),
            field("LeaderEndpoints", Kind::Array(&Kind::Struct(&LEADER_ENDPOINT)), 1, i16::MAX),
        ],
    };
}

pub(super) mod end_quorum_epoch_request {
    use super::*;

    static TOPIC_DATA: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("TopicName", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 0, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderId", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("PreferredSuccessors", Kind::Array(&Kind::Fixed(4)), 0, 0),
            field("PreferredCandidates", Kind::Array(&Kind::Struct(&REPLICA_INFO)), 1, i16::MAX),
        ],
    };

    static REPLICA_INFO: StructShape = StructShape {
        decoded_size: 48,
        fields: &[
            field("CandidateId", Kind::Fixed(4), 1, i16::MAX),
            field("CandidateDirectoryId", Kind::Fixed(16), 1, i16::MAX),
        ],
    };

    static LEADER_ENDPOINT: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 1, i16::MAX),
            field("Host", Kind::String, 1, i16::MAX),
            field("Port", Kind::Fixed(2), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 104,
        fields: &[
            field("ClusterId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_DATA)), 0, i16::MAX),
            field("LeaderEndpoints", Kind::Array(&Kind::Struct(&LEADER_ENDPOINT)), 1, i16::MAX),
        ],
    };
}

pub(super) mod describe_quorum_request {
    use super::*;

    static TOPIC_DATA: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("TopicName", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 0, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 32,
        fields: &[field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX)],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field("Topics", Kind::Array(&Kind::Struct(&TOPIC_DATA)), 0, i16::MAX)],
    };
}

pub(super) mod alter_partition_request {
    use super::*;

    static TOPIC_DATA: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 2, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 2, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 2, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 2, i16::MAX),
            field("NewIsr", Kind::Array(&Kind::Fixed(4)), 2, 2),
            field("NewIsrWithEpochs", Kind::Array(&Kind::Struct(&BROKER_STATE)), 3, i16::MAX),
            field("LeaderRecoveryState", Kind::Fixed(1), 2, i16::MAX),
            field("PartitionEpoch", Kind::Fixed(4), 2, i16::MAX),
        ],
    };

    static BROKER_STATE: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("BrokerId", Kind::Fixed(4), 3, i16::MAX),
            field("BrokerEpoch", Kind::Fixed(8), 3, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("BrokerId", Kind::Fixed(4), 2, i16::MAX),
            field("BrokerEpoch", Kind::Fixed(8), 2, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_DATA)), 2, i16::MAX),
        ],
    };
}

pub(super) mod update_features_request {
    use super::*;

    static FEATURE_UPDATE_KEY: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Feature", Kind::String, 0, i16::MAX),
            field("MaxVersionLevel", Kind::Fixed(2), 0, i16::MAX),
            field("AllowDowngrade", Kind::Bool, 0, 0),
            field("UpgradeType", Kind::Fixed(1), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("timeoutMs", Kind::Fixed(4), 0, i16::MAX),
            field("FeatureUpdates", Kind::Array(&Kind::Struct(&FEATURE_UPDATE_KEY)), 0, i16::MAX),
            field("ValidateOnly", Kind::Bool, 1, i16::MAX),
        ],
    };
}

pub(super) mod envelope_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 120,
        fields: &[
            field("RequestData", Kind::Bytes, 0, i16::MAX),
            field("RequestPrincipal", Kind::Bytes, 0, i16::MAX).nullable(0, i16::MAX),
            field("ClientHostAddress", Kind::Bytes, 0, i16::MAX),
        ],
    };
}

pub(super) mod fetch_snapshot_request {
    use super::*;

    static TOPIC_SNAPSHOT: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_SNAPSHOT)), 0, i16::MAX),
        ],
    };

    static PARTITION_SNAPSHOT: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Partition", Kind::Fixed(4), 0, i16::MAX),
            field("CurrentLeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("SnapshotId", Kind::Struct(&SNAPSHOT_ID), 0, i16::MAX),
            field("Position", Kind::Fixed(8), 0, i16::MAX),
            field("ReplicaDirectoryId", Kind::Fixed(16), 1, i16::MAX).tagged(0),
        ],
    };

    static SNAPSHOT_ID: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("EndOffset", Kind::Fixed(8), 0, i16::MAX),
            field("Epoch", Kind::Fixed(4), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ClusterId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX).tagged(0),
            field("ReplicaId", Kind::Fixed(4), 0, i16::MAX),
            field("MaxBytes", Kind::Fixed(4), 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_SNAPSHOT)), 0, i16::MAX),
        ],
    };
}

pub(super) mod describe_cluster_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("IncludeClusterAuthorizedOperations", Kind::Bool, 0, i16::MAX),
            field("EndpointType", Kind::Fixed(1), 1, i16::MAX),
            field("IncludeFencedBrokers", Kind::Bool, 2, i16::MAX),
        ],
    };
}

pub(super) mod describe_producers_request {
    use super::*;

    static TOPIC_REQUEST: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("PartitionIndexes", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field("Topics", Kind::Array(&Kind::Struct(&TOPIC_REQUEST)), 0, i16::MAX)],
    };
}

pub(super) mod broker_registration_request {
    use super::*;

    static LISTENER: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Host", Kind::String, 0, i16::MAX),
            field("Port", Kind::Fixed(2), 0, i16::MAX),
            field("SecurityProtocol", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    static FEATURE: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("MinSupportedVersion", Kind::Fixed(2), 0, i16::MAX),
            field("MaxSupportedVersion", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 192,
        fields: &[
            field("BrokerId", Kind::Fixed(4), 0, i16::MAX),
            field("ClusterId", Kind::String, 0, i16::MAX),
            field("IncarnationId", Kind::Fixed(16), 0, i16::MAX),
            field("Listeners", Kind::Array(&Kind::Struct(&LISTENER)), 0, i16::MAX),
            field("Features", Kind::Array(&Kind::Struct(&FEATURE)), 0, i16::MAX),
            field("Rack", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("IsMigratingZkBroker", Kind::Bool, 1, i16::MAX),
            field("LogDirs", Kind::Array(&Kind::Fixed(16)), 2, i16::MAX),
            field("PreviousBrokerEpoch", Kind::Fixed(8), 3, i16::MAX),
        ],
    };
}

pub(super) mod broker_heartbeat_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("BrokerId", Kind::Fixed(4), 0, i16::MAX),
            field("BrokerEpoch", Kind::Fixed(8), 0, i16::MAX),
            field("CurrentMetadataOffset", Kind::Fixed(8), 0, i16::MAX),
            field("WantFence", Kind::Bool, 0, i16::MAX),
            field("WantShutDown", Kind::Bool, 0, i16::MAX),
            field("OfflineLogDirs", Kind::Array(&Kind::Fixed(16)), 1, i16::MAX).tagged(0),
            field("CordonedLogDirs", Kind::Array(&Kind::Fixed(16)), 2, i16::MAX)
                .nullable(2, i16::MAX)
                .tagged(1),
        ],
    };
}

pub(super) mod unregister_broker_request {
    use super::*;

    pub(crate) static BODY: StructShape =
        StructShape { decoded_size: 32, fields: &[field("BrokerId", Kind::Fixed(4), 0, i16::MAX)] };
}

pub(super) mod describe_transactions_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field("TransactionalIds", Kind::Array(&Kind::String), 0, i16::MAX)],
    };
}

pub(super) mod list_transactions_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 112,
        fields: &[
            field("StateFilters", Kind::Array(&Kind::String), 0, i16::MAX),
            field("ProducerIdFilters", Kind::Array(&Kind::Fixed(8)), 0, i16::MAX),
            field("DurationFilter", Kind::Fixed(8), 1, i16::MAX),
            field("TransactionalIdPattern", Kind::String, 2, i16::MAX).nullable(2, i16::MAX),
        ],
    };
}

pub(super) mod allocate_producer_ids_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("BrokerId", Kind::Fixed(4), 0, i16::MAX),
            field("BrokerEpoch", Kind::Fixed(8), 0, i16::MAX),
        ],
    };
}

pub(super) mod consumer_group_heartbeat_request {
    use super::*;

    static TOPIC_PARTITIONS: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 272,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field("MemberId", Kind::String, 0, i16::MAX),
            field("MemberEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("InstanceId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("RackId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("RebalanceTimeoutMs", Kind::Fixed(4), 0, i16::MAX),
            field("SubscribedTopicNames", Kind::Array(&Kind::String), 0, i16::MAX)
                .nullable(0, i16::MAX),
            field("SubscribedTopicRegex", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("ServerAssignor", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("TopicPartitions", Kind::Array(&Kind::Struct(&TOPIC_PARTITIONS)), 0, i16::MAX)
                .nullable(0, i16::MAX),
        ],
    };
}

pub(super) mod consumer_group_describe_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("GroupIds", Kind::Array(&Kind::String), 0, i16::MAX),
            field("IncludeAuthorizedOperations", Kind::Bool, 0, i16::MAX),
        ],
    };
}

pub(super) mod controller_registration_request {
    use super::*;

    static LISTENER: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Host", Kind::String, 0, i16::MAX),
            field("Port", Kind::Fixed(2), 0, i16::MAX),
            field("SecurityProtocol", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    static FEATURE: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("MinSupportedVersion", Kind::Fixed(2), 0, i16::MAX),
            field("MaxSupportedVersion", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("ControllerId", Kind::Fixed(4), 0, i16::MAX),
            field("IncarnationId", Kind::Fixed(16), 0, i16::MAX),
            field("ZkMigrationReady", Kind::Bool, 0, i16::MAX),
            field("Listeners", Kind::Array(&Kind::Struct(&LISTENER)), 0, i16::MAX),
            field("Features", Kind::Array(&Kind::Struct(&FEATURE)), 0, i16::MAX),
        ],
    };
}

pub(super) mod get_telemetry_subscriptions_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 40,
        fields: &[field("ClientInstanceId", Kind::Fixed(16), 0, i16::MAX)],
    };
}

pub(super) mod push_telemetry_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("ClientInstanceId", Kind::Fixed(16), 0, i16::MAX),
            field("SubscriptionId", Kind::Fixed(4), 0, i16::MAX),
            field("Terminating", Kind::Bool, 0, i16::MAX),
            field("CompressionType", Kind::Fixed(1), 0, i16::MAX),
            field("Metrics", Kind::Bytes, 0, i16::MAX),
        ],
    };
}

pub(super) mod assign_replicas_to_dirs_request {
    use super::*;

    static DIRECTORY_DATA: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Id", Kind::Fixed(16), 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_DATA)), 0, i16::MAX),
        ],
    };

    static TOPIC_DATA: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 0, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 32,
        fields: &[field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX)],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("BrokerId", Kind::Fixed(4), 0, i16::MAX),
            field("BrokerEpoch", Kind::Fixed(8), 0, i16::MAX),
            field("Directories", Kind::Array(&Kind::Struct(&DIRECTORY_DATA)), 0, i16::MAX),
        ],
    };
}

pub(super) mod list_config_resources_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field("ResourceTypes", Kind::Array(&Kind::Fixed(1)), 1, i16::MAX)],
    };
}

pub(super) mod describe_topic_partitions_request {
    use super::*;

    static TOPIC_REQUEST: StructShape =
        StructShape { decoded_size: 56, fields: &[field("Name", Kind::String, 0, i16::MAX)] };

    static CURSOR: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicName", Kind::String, 0, i16::MAX),
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 128,
        fields: &[
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_REQUEST)), 0, i16::MAX),
            field("ResponsePartitionLimit", Kind::Fixed(4), 0, i16::MAX),
            field("Cursor", Kind::Struct(&CURSOR), 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };
}

pub(super) mod share_group_heartbeat_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 152,
        fields: &[
            field("GroupId", Kind::String, 1, i16::MAX),
            field("MemberId", Kind::String, 1, i16::MAX),
            field("MemberEpoch", Kind::Fixed(4), 1, i16::MAX),
            field("RackId", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("SubscribedTopicNames", Kind::Array(&Kind::String), 1, i16::MAX)
                .nullable(1, i16::MAX),
        ],
    };
}

pub(super) mod share_group_describe_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("GroupIds", Kind::Array(&Kind::String), 1, i16::MAX),
            field("IncludeAuthorizedOperations", Kind::Bool, 1, i16::MAX),
        ],
    };
}

pub(super) mod share_fetch_request {
    use super::*;

    static FETCH_TOPIC: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 1, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&FETCH_PARTITION)), 1, i16::MAX),
        ],
    };

    static FETCH_PARTITION: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 1, i16::MAX),
            field(
                "AcknowledgementBatches",
                Kind::Array(&Kind::Struct(&ACKNOWLEDGEMENT_BATCH)),
                1,
                i16::MAX,
            ),
        ],
    };

    static ACKNOWLEDGEMENT_BATCH: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("FirstOffset", Kind::Fixed(8), 1, i16::MAX),
            field("LastOffset", Kind::Fixed(8), 1, i16::MAX),
            field("AcknowledgeTypes", Kind::Array(&Kind::Fixed(1)), 1, i16::MAX),
        ],
    };

    static FORGOTTEN_TOPIC: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 1, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 168,
        fields: &[
            field("GroupId", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("MemberId", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("ShareSessionEpoch", Kind::Fixed(4), 1, i16::MAX),
            field("MaxWaitMs", Kind::Fixed(4), 1, i16::MAX),
            field("MinBytes", Kind::Fixed(4), 1, i16::MAX),
            field("MaxBytes", Kind::Fixed(4), 1, i16::MAX),
            field("MaxRecords", Kind::Fixed(4), 1, i16::MAX),
            field("BatchSize", Kind::Fixed(4), 1, i16::MAX),
            field("ShareAcquireMode", Kind::Fixed(1), 2, i16::MAX),
            field("IsRenewAck", Kind::Bool, 2, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&FETCH_TOPIC)), 1, i16::MAX),
            field("ForgottenTopicsData", Kind::Array(&Kind::Struct(&FORGOTTEN_TOPIC)), 1, i16::MAX),
        ],
    };
}

pub(super) mod share_acknowledge_request {
    use super::*;

    static ACKNOWLEDGE_TOPIC: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 1, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&ACKNOWLEDGE_PARTITION)), 1, i16::MAX),
        ],
    };

    static ACKNOWLEDGE_PARTITION: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 1, i16::MAX),
            field(
                "AcknowledgementBatches",
                Kind::Array(&Kind::Struct(&ACKNOWLEDGEMENT_BATCH)),
                1,
                i16::MAX,
            ),
        ],
    };

    static ACKNOWLEDGEMENT_BATCH: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("FirstOffset", Kind::Fixed(8), 1, i16::MAX),
            field("LastOffset", Kind::Fixed(8), 1, i16::MAX),
            field("AcknowledgeTypes", Kind::Array(&Kind::Fixed(1)), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 120,
        fields: &[
            field("GroupId", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("MemberId", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("ShareSessionEpoch", Kind::Fixed(4), 1, i16::MAX),
            field("IsRenewAck", Kind::Bool, 2, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&ACKNOWLEDGE_TOPIC)), 1, i16::MAX),
        ],
    };
}

pub(super) mod add_raft_voter_request {
    use super::*;

    static LISTENER: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Host", Kind::String, 0, i16::MAX),
            field("Port", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 112,
        fields: &[
            field("ClusterId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("TimeoutMs", Kind::Fixed(4), 0, i16::MAX),
            field("VoterId", Kind::Fixed(4), 0, i16::MAX),
            field("VoterDirectoryId", Kind::Fixed(16), 0, i16::MAX),
            field("Listeners", Kind::Array(&Kind::Struct(&LISTENER)), 0, i16::MAX),
            field("AckWhenCommitted", Kind::Bool, 1, i16::MAX),
        ],
    };
}

pub(super) mod remove_raft_voter_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("ClusterId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("VoterId", Kind::Fixed(4), 0, i16::MAX),
            field("VoterDirectoryId", Kind::Fixed(16), 0, i16::MAX),
        ],
    };
}

pub(super) mod update_raft_voter_request {
    use super::*;

    static LISTENER: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Host", Kind::String, 0, i16::MAX),
            field("Port", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    static KRAFT_VERSION_FEATURE: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("MinSupportedVersion", Kind::Fixed(2), 0, i16::MAX),
            field("MaxSupportedVersion", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 136,
        fields: &[
            field("ClusterId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("CurrentLeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("VoterId", Kind::Fixed(4), 0, i16::MAX),
            field("VoterDirectoryId", Kind::Fixed(16), 0, i16::MAX),
            field("Listeners", Kind::Array(&Kind::Struct(&LISTENER)), 0, i16::MAX),
            field("KRaftVersionFeature", Kind::Struct(&KRAFT_VERSION_FEATURE), 0, i16::MAX),
        ],
    };
}

pub(super) mod initialize_share_group_state_request {
    use super::*;

    static INITIALIZE_STATE_DATA: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 0, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("Partition", Kind::Fixed(4), 0, i16::MAX),
            field("StateEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("StartOffset", Kind::Fixed(8), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&INITIALIZE_STATE_DATA)), 0, i16::MAX),
        ],
    };
}

pub(super) mod read_share_group_state_request {
    use super::*;

    static READ_STATE_DATA: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 0, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("Partition", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&READ_STATE_DATA)), 0, i16::MAX),
        ],
    };
}

pub(super) mod write_share_group_state_request {
    use super::*;

    static WRITE_STATE_DATA: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 0, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("Partition", Kind::Fixed(4), 0, i16::MAX),
            field("StateEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("StartOffset", Kind::Fixed(8), 0, i16::MAX),
            field("DeliveryCompleteCount", Kind::Fixed(4), 1, i16::MAX),
            field("StateBatches", Kind::Array(&Kind::Struct(&STATE_BATCH)), 0, i16::MAX),
        ],
    };

    static STATE_BATCH: StructShape = StructShape {
        decoded_size: 48,
        fields: &[
            field("FirstOffset", Kind::Fixed(8), 0, i16::MAX),
            field("LastOffset", Kind::Fixed(8), 0, i16::MAX),
            field("DeliveryState", Kind::Fixed(1), 0, i16::MAX),
            field("DeliveryCount", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&WRITE_STATE_DATA)), 0, i16::MAX),
        ],
    };
}

pub(super) mod delete_share_group_state_request {
    use super::*;

    static DELETE_STATE_DATA: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 0, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 32,
        fields: &[field("Partition", Kind::Fixed(4), 0, i16::MAX)],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&DELETE_STATE_DATA)), 0, i16::MAX),
        ],
    };
}

pub(super) mod read_share_group_state_summary_request {
    use super::*;

    static READ_STATE_SUMMARY_DATA: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 0, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("Partition", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&READ_STATE_SUMMARY_DATA)), 0, i16::MAX),
        ],
    };
}

pub(super) mod streams_group_heartbeat_request {
    use super::*;

    static TOPOLOGY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("Epoch", Kind::Fixed(4), 0, i16::MAX),
            field("Subtopologies", Kind::Array(&Kind::Struct(&SUBTOPOLOGY)), 0, i16::MAX),
        ],
    };

    static SUBTOPOLOGY: StructShape = StructShape {
        decoded_size: 200,
        fields: &[
            field("SubtopologyId", Kind::String, 0, i16::MAX),
            field("SourceTopics", Kind::Array(&Kind::String), 0, i16::MAX),
            field("SourceTopicRegex", Kind::Array(&Kind::String), 0, i16::MAX),
            field("StateChangelogTopics", Kind::Array(&Kind::Struct(&TOPIC_INFO)), 0, i16::MAX),
            field("RepartitionSinkTopics", Kind::Array(&Kind::String), 0, i16::MAX),
            field("RepartitionSourceTopics", Kind::Array(&Kind::Struct(&TOPIC_INFO)), 0, i16::MAX),
            field("CopartitionGroups", Kind::Array(&Kind::Struct(&COPARTITION_GROUP)), 0, i16::MAX),
        ],
    };

    static TOPIC_INFO: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Fixed(4), 0, i16::MAX),
            field("ReplicationFactor", Kind::Fixed(2), 0, i16::MAX),
            field("TopicConfigs", Kind::Array(&Kind::Struct(&KEY_VALUE)), 0, i16::MAX),
        ],
    };

    static KEY_VALUE: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("Key", Kind::String, 0, i16::MAX),
            field("Value", Kind::String, 0, i16::MAX),
        ],
    };

    static COPARTITION_GROUP: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("SourceTopics", Kind::Array(&Kind::Fixed(2)), 0, i16::MAX),
            field("SourceTopicRegex", Kind::Array(&Kind::Fixed(2)), 0, i16::MAX),
            field("RepartitionSourceTopics", Kind::Array(&Kind::Fixed(2)), 0, i16::MAX),
        ],
    };

    static TASK_IDS: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("SubtopologyId", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

    static ENDPOINT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Host", Kind::String, 0, i16::MAX),
            field("Port", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    static TASK_OFFSET: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("SubtopologyId", Kind::String, 0, i16::MAX),
            field("Partition", Kind::Fixed(4), 0, i16::MAX),
            field("Offset", Kind::Fixed(8), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 480,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field("MemberId", Kind::String, 0, i16::MAX),
            field("MemberEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("EndpointInformationEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("InstanceId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("RackId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("RebalanceTimeoutMs", Kind::Fixed(4), 0, i16::MAX),
            field("Topology", Kind::Struct(&TOPOLOGY), 0, i16::MAX).nullable(0, i16::MAX),
            field("ActiveTasks", Kind::Array(&Kind::Struct(&TASK_IDS)), 0, i16::MAX)
                .nullable(0, i16::MAX),
            field("StandbyTasks", Kind::Array(&Kind::Struct(&TASK_IDS)), 0, i16::MAX)
                .nullable(0, i16::MAX),
            field("WarmupTasks", Kind::Array(&Kind::Struct(&TASK_IDS)), 0, i16::MAX)
                .nullable(0, i16::MAX),
            field("ProcessId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("UserEndpoint", Kind::Struct(&ENDPOINT), 0, i16::MAX).nullable(0, i16::MAX),
            field("ClientTags", Kind::Array(&Kind::Struct(&KEY_VALUE)), 0, i16::MAX)
                .nullable(0, i16::MAX),
            field("TaskOffsets", Kind::Array(&Kind::Struct(&TASK_OFFSET)), 0, i16::MAX)
                .nullable(0, i16::MAX),
            field("TaskEndOffsets", Kind::Array(&Kind::Struct(&TASK_OFFSET)), 0, i16::MAX)
                .nullable(0, i16::MAX),
            field("ShutdownApplication", Kind::Bool, 0, i16::MAX),
        ],
    };
}

pub(super) mod streams_group_describe_request {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("GroupIds", Kind::Array(&Kind::String), 0, i16::MAX),
            field("IncludeAuthorizedOperations", Kind::Bool, 0, i16::MAX),
        ],
    };
}

pub(super) mod describe_share_group_offsets_request {
    use super::*;

    static DESCRIBE_SHARE_GROUP_OFFSETS_REQUEST_GROUP: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field(
                "Topics",
                Kind::Array(&Kind::Struct(&DESCRIBE_SHARE_GROUP_OFFSETS_REQUEST_TOPIC)),
                0,
                i16::MAX,
            )
            .nullable(0, i16::MAX),
        ],
    };

    static DESCRIBE_SHARE_GROUP_OFFSETS_REQUEST_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("TopicName", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field(
            "Groups",
            Kind::Array(&Kind::Struct(&DESCRIBE_SHARE_GROUP_OFFSETS_REQUEST_GROUP)),
            0,
            i16::MAX,
        )],
    };
}

pub(super) mod alter_share_group_offsets_request {
    use super::*;

    static ALTER_SHARE_GROUP_OFFSETS_REQUEST_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("TopicName", Kind::String, 0, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&ALTER_SHARE_GROUP_OFFSETS_REQUEST_PARTITION)),
                0,
                i16::MAX,
            ),
        ],
    };

    static ALTER_SHARE_GROUP_OFFSETS_REQUEST_PARTITION: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("StartOffset", Kind::Fixed(8), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field(
                "Topics",
                Kind::Array(&Kind::Struct(&ALTER_SHARE_GROUP_OFFSETS_REQUEST_TOPIC)),
                0,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod delete_share_group_offsets_request {
    use super::*;

    static DELETE_SHARE_GROUP_OFFSETS_REQUEST_TOPIC: StructShape =
        StructShape { decoded_size: 56, fields: &[field("TopicName", Kind::String, 0, i16::MAX)] };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field(
                "Topics",
                Kind::Array(&Kind::Struct(&DELETE_SHARE_GROUP_OFFSETS_REQUEST_TOPIC)),
                0,
                i16::MAX,
            ),
        ],
    };
}

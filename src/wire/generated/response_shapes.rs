// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use crate::shape::{Kind, StructShape, field};

pub(super) mod produce_response {
    use super::*;

    static TOPIC_PRODUCE_RESPONSE: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 3, 12),
            field("TopicId", Kind::Fixed(16), 13, i16::MAX),
            field(
                "PartitionResponses",
                Kind::Array(&Kind::Struct(&PARTITION_PRODUCE_RESPONSE)),
                3,
                i16::MAX,
            ),
        ],
    };

    static PARTITION_PRODUCE_RESPONSE: StructShape = StructShape {
        decoded_size: 144,
        fields: &[
            field("Index", Kind::Fixed(4), 3, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 3, i16::MAX),
            field("BaseOffset", Kind::Fixed(8), 3, i16::MAX),
            field("LogAppendTimeMs", Kind::Fixed(8), 3, i16::MAX),
            field("LogStartOffset", Kind::Fixed(8), 5, i16::MAX),
            field(
                "RecordErrors",
                Kind::Array(&Kind::Struct(&BATCH_INDEX_AND_ERROR_MESSAGE)),
                8,
                i16::MAX,
            ),
            field("ErrorMessage", Kind::String, 8, i16::MAX).nullable(8, i16::MAX),
            field("CurrentLeader", Kind::Struct(&LEADER_ID_AND_EPOCH), 10, i16::MAX).tagged(0),
        ],
    };

    static BATCH_INDEX_AND_ERROR_MESSAGE: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("BatchIndex", Kind::Fixed(4), 8, i16::MAX),
            field("BatchIndexErrorMessage", Kind::String, 8, i16::MAX).nullable(8, i16::MAX),
        ],
    };

    static LEADER_ID_AND_EPOCH: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("LeaderId", Kind::Fixed(4), 10, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 10, i16::MAX),
        ],
    };

    static NODE_ENDPOINT: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("NodeId", Kind::Fixed(4), 10, i16::MAX),
            field("Host", Kind::String, 10, i16::MAX),
            field("Port", Kind::Fixed(4), 10, i16::MAX),
            field("Rack", Kind::String, 10, i16::MAX).nullable(10, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Responses", Kind::Array(&Kind::Struct(&TOPIC_PRODUCE_RESPONSE)), 3, i16::MAX),
            field("ThrottleTimeMs", Kind::Fixed(4), 3, i16::MAX),
            field("NodeEndpoints", Kind::Array(&Kind::Struct(&NODE_ENDPOINT)), 10, i16::MAX)
                .tagged(0),
        ],
    };
}

pub(super) mod fetch_response {
    use super::*;

    static FETCHABLE_TOPIC_RESPONSE: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Topic", Kind::String, 4, 12),
            field("TopicId", Kind::Fixed(16), 13, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 4, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 232,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 4, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 4, i16::MAX),
            field("HighWatermark", Kind::Fixed(8), 4, i16::MAX),
            field("LastStableOffset", Kind::Fixed(8), 4, i16::MAX),
            field("LogStartOffset", Kind::Fixed(8), 5, i16::MAX),
            field("DivergingEpoch", Kind::Struct(&EPOCH_END_OFFSET), 12, i16::MAX).tagged(0),
            field("CurrentLeader", Kind::Struct(&LEADER_ID_AND_EPOCH), 12, i16::MAX).tagged(1),
            field("SnapshotId", Kind::Struct(&SNAPSHOT_ID), 12, i16::MAX).tagged(2),
            field(
                "AbortedTransactions",
                Kind::Array(&Kind::Struct(&ABORTED_TRANSACTION)),
                4,
                i16::MAX,
            )
            .nullable(4, i16::MAX),
            field("PreferredReadReplica", Kind::Fixed(4), 11, i16::MAX),
            field("Records", Kind::Bytes, 4, i16::MAX).nullable(4, i16::MAX),
        ],
    };

    static EPOCH_END_OFFSET: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("Epoch", Kind::Fixed(4), 12, i16::MAX),
            field("EndOffset", Kind::Fixed(8), 12, i16::MAX),
        ],
    };

    static LEADER_ID_AND_EPOCH: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("LeaderId", Kind::Fixed(4), 12, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 12, i16::MAX),
        ],
    };

    static SNAPSHOT_ID: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("EndOffset", Kind::Fixed(8), 4, i16::MAX),
            field("Epoch", Kind::Fixed(4), 4, i16::MAX),
        ],
    };

    static ABORTED_TRANSACTION: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("ProducerId", Kind::Fixed(8), 4, i16::MAX),
            field("FirstOffset", Kind::Fixed(8), 4, i16::MAX),
        ],
    };

    static NODE_ENDPOINT: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("NodeId", Kind::Fixed(4), 16, i16::MAX),
            field("Host", Kind::String, 16, i16::MAX),
            field("Port", Kind::Fixed(4), 16, i16::MAX),
            field("Rack", Kind::String, 16, i16::MAX).nullable(16, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 4, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 7, i16::MAX),
            field("SessionId", Kind::Fixed(4), 7, i16::MAX),
            field("Responses", Kind::Array(&Kind::Struct(&FETCHABLE_TOPIC_RESPONSE)), 4, i16::MAX),
            field("NodeEndpoints", Kind::Array(&Kind::Struct(&NODE_ENDPOINT)), 16, i16::MAX)
                .tagged(0),
        ],
    };
}

pub(super) mod list_offsets_response {
    use super::*;

    static LIST_OFFSETS_TOPIC_RESPONSE: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 1, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&LIST_OFFSETS_PARTITION_RESPONSE)),
                1,
                i16::MAX,
            ),
        ],
    };

    static LIST_OFFSETS_PARTITION_RESPONSE: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("Timestamp", Kind::Fixed(8), 1, i16::MAX),
            field("Offset", Kind::Fixed(8), 1, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 4, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 2, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&LIST_OFFSETS_TOPIC_RESPONSE)), 1, i16::MAX),
        ],
    };
}

pub(super) mod metadata_response {
    use super::*;

    static METADATA_RESPONSE_BROKER: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("NodeId", Kind::Fixed(4), 0, i16::MAX),
            field("Host", Kind::String, 0, i16::MAX),
            field("Port", Kind::Fixed(4), 0, i16::MAX),
            field("Rack", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
        ],
    };

    static METADATA_RESPONSE_TOPIC: StructShape = StructShape {
        decoded_size: 104,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("Name", Kind::String, 0, i16::MAX).nullable(12, i16::MAX),
            field("TopicId", Kind::Fixed(16), 10, i16::MAX),
            field("IsInternal", Kind::Bool, 1, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&METADATA_RESPONSE_PARTITION)),
                0,
                i16::MAX,
            ),
            field("TopicAuthorizedOperations", Kind::Fixed(4), 8, i16::MAX),
        ],
    };

    static METADATA_RESPONSE_PARTITION: StructShape = StructShape {
        decoded_size: 112,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderId", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 7, i16::MAX),
            field("ReplicaNodes", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
            field("IsrNodes", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
            field("OfflineReplicas", Kind::Array(&Kind::Fixed(4)), 5, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 120,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 3, i16::MAX),
            field("Brokers", Kind::Array(&Kind::Struct(&METADATA_RESPONSE_BROKER)), 0, i16::MAX),
            field("ClusterId", Kind::String, 2, i16::MAX).nullable(2, i16::MAX),
            field("ControllerId", Kind::Fixed(4), 1, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&METADATA_RESPONSE_TOPIC)), 0, i16::MAX),
            field("ClusterAuthorizedOperations", Kind::Fixed(4), 8, 10),
            field("ErrorCode", Kind::Fixed(2), 13, i16::MAX),
        ],
    };
}

pub(super) mod offset_commit_response {
    use super::*;

    static OFFSET_COMMIT_RESPONSE_TOPIC: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 2, 9),
            field("TopicId", Kind::Fixed(16), 10, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&OFFSET_COMMIT_RESPONSE_PARTITION)),
                2,
                i16::MAX,
            ),
        ],
    };

    static OFFSET_COMMIT_RESPONSE_PARTITION: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 2, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 2, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 3, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&OFFSET_COMMIT_RESPONSE_TOPIC)), 2, i16::MAX),
        ],
    };
}

pub(super) mod offset_fetch_response {
    use super::*;

    static OFFSET_FETCH_RESPONSE_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 1, 7),
            field("Partitions", Kind::Array(&Kind::Struct(&OFFSET_FETCH_RESPONSE_PARTITION)), 1, 7),
        ],
    };

    static OFFSET_FETCH_RESPONSE_PARTITION: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 1, 7),
            field("CommittedOffset", Kind::Fixed(8), 1, 7),
            field("CommittedLeaderEpoch", Kind::Fixed(4), 5, 7),
            field("Metadata", Kind::String, 1, 7).nullable(1, 7),
            field("ErrorCode", Kind::Fixed(2), 1, 7),
        ],
    };

    static OFFSET_FETCH_RESPONSE_GROUP: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("GroupId", Kind::String, 8, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&OFFSET_FETCH_RESPONSE_TOPICS)), 8, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 8, i16::MAX),
        ],
    };

    static OFFSET_FETCH_RESPONSE_TOPICS: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 8, 9),
            field("TopicId", Kind::Fixed(16), 10, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&OFFSET_FETCH_RESPONSE_PARTITIONS)),
                8,
                i16::MAX,
            ),
        ],
    };

    static OFFSET_FETCH_RESPONSE_PARTITIONS: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 8, i16::MAX),
            field("CommittedOffset", Kind::Fixed(8), 8, i16::MAX),
            field("CommittedLeaderEpoch", Kind::Fixed(4), 8, i16::MAX),
            field("Metadata", Kind::String, 8, i16::MAX).nullable(8, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 8, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 3, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&OFFSET_FETCH_RESPONSE_TOPIC)), 1, 7),
            field("ErrorCode", Kind::Fixed(2), 2, 7),
            field("Groups", Kind::Array(&Kind::Struct(&OFFSET_FETCH_RESPONSE_GROUP)), 8, i16::MAX),
        ],
    };
}

pub(super) mod find_coordinator_response {
    use super::*;

    static COORDINATOR: StructShape = StructShape {
        decoded_size: 136,
        fields: &[
            field("Key", Kind::String, 4, i16::MAX),
            field("NodeId", Kind::Fixed(4), 4, i16::MAX),
            field("Host", Kind::String, 4, i16::MAX),
            field("Port", Kind::Fixed(4), 4, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 4, i16::MAX),
            field("ErrorMessage", Kind::String, 4, i16::MAX).nullable(4, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 128,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, 3),
            field("ErrorMessage", Kind::String, 1, 3).nullable(1, 3),
            field("NodeId", Kind::Fixed(4), 0, 3),
            field("Host", Kind::String, 0, 3),
            field("Port", Kind::Fixed(4), 0, 3),
            field("Coordinators", Kind::Array(&Kind::Struct(&COORDINATOR)), 4, i16::MAX),
        ],
    };
}

pub(super) mod join_group_response {
    use super::*;

    static JOIN_GROUP_RESPONSE_MEMBER: StructShape = StructShape {
        decoded_size: 120,
        fields: &[
            field("MemberId", Kind::String, 0, i16::MAX),
            field("GroupInstanceId", Kind::String, 5, i16::MAX).nullable(5, i16::MAX),
            field("Metadata", Kind::Bytes, 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 192,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 2, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("GenerationId", Kind::Fixed(4), 0, i16::MAX),
            field("ProtocolType", Kind::String, 7, i16::MAX).nullable(7, i16::MAX),
            field("ProtocolName", Kind::String, 0, i16::MAX).nullable(7, i16::MAX),
            field("Leader", Kind::String, 0, i16::MAX),
            field("SkipAssignment", Kind::Bool, 9, i16::MAX),
            field("MemberId", Kind::String, 0, i16::MAX),
            field("Members", Kind::Array(&Kind::Struct(&JOIN_GROUP_RESPONSE_MEMBER)), 0, i16::MAX),
        ],
    };
}

pub(super) mod heartbeat_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
        ],
    };
}

pub(super) mod leave_group_response {
    use super::*;

    static MEMBER_RESPONSE: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("MemberId", Kind::String, 3, i16::MAX),
            field("GroupInstanceId", Kind::String, 3, i16::MAX).nullable(3, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 3, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("Members", Kind::Array(&Kind::Struct(&MEMBER_RESPONSE)), 3, i16::MAX),
        ],
    };
}

pub(super) mod sync_group_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 128,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ProtocolType", Kind::String, 5, i16::MAX).nullable(5, i16::MAX),
            field("ProtocolName", Kind::String, 5, i16::MAX).nullable(5, i16::MAX),
            field("Assignment", Kind::Bytes, 0, i16::MAX),
        ],
    };
}

pub(super) mod describe_groups_response {
    use super::*;

    static DESCRIBED_GROUP: StructShape = StructShape {
        decoded_size: 216,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 6, i16::MAX).nullable(6, i16::MAX),
            field("GroupId", Kind::String, 0, i16::MAX),
            field("GroupState", Kind::String, 0, i16::MAX),
            field("ProtocolType", Kind::String, 0, i16::MAX),
            field("ProtocolData", Kind::String, 0, i16::MAX),
            field("Members", Kind::Array(&Kind::Struct(&DESCRIBED_GROUP_MEMBER)), 0, i16::MAX),
            field("AuthorizedOperations", Kind::Fixed(4), 3, i16::MAX),
        ],
    };

    static DESCRIBED_GROUP_MEMBER: StructShape = StructShape {
        decoded_size: 216,
        fields: &[
            field("MemberId", Kind::String, 0, i16::MAX),
            field("GroupInstanceId", Kind::String, 4, i16::MAX).nullable(4, i16::MAX),
            field("ClientId", Kind::String, 0, i16::MAX),
            field("ClientHost", Kind::String, 0, i16::MAX),
            field("MemberMetadata", Kind::Bytes, 0, i16::MAX),
            field("MemberAssignment", Kind::Bytes, 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("Groups", Kind::Array(&Kind::Struct(&DESCRIBED_GROUP)), 0, i16::MAX),
        ],
    };
}

pub(super) mod list_groups_response {
    use super::*;

    static LISTED_GROUP: StructShape = StructShape {
        decoded_size: 152,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field("ProtocolType", Kind::String, 0, i16::MAX),
            field("GroupState", Kind::String, 4, i16::MAX),
            field("GroupType", Kind::String, 5, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("Groups", Kind::Array(&Kind::Struct(&LISTED_GROUP)), 0, i16::MAX),
        ],
    };
}

pub(super) mod sasl_handshake_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("Mechanisms", Kind::Array(&Kind::String), 0, i16::MAX),
        ],
    };
}

pub(super) mod api_versions_response {
    use super::*;

    static API_VERSION: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("ApiKey", Kind::Fixed(2), 0, i16::MAX),
            field("MinVersion", Kind::Fixed(2), 0, i16::MAX),
            field("MaxVersion", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    static SUPPORTED_FEATURE_KEY: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Name", Kind::String, 3, i16::MAX),
            field("MinVersion", Kind::Fixed(2), 3, i16::MAX),
            field("MaxVersion", Kind::Fixed(2), 3, i16::MAX),
        ],
    };

    static FINALIZED_FEATURE_KEY: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Name", Kind::String, 3, i16::MAX),
            field("MaxVersionLevel", Kind::Fixed(2), 3, i16::MAX),
            field("MinVersionLevel", Kind::Fixed(2), 3, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 112,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ApiKeys", Kind::Array(&Kind::Struct(&API_VERSION)), 0, i16::MAX),
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field(
                "SupportedFeatures",
                Kind::Array(&Kind::Struct(&SUPPORTED_FEATURE_KEY)),
                3,
                i16::MAX,
            )
            .tagged(0),
            field("FinalizedFeaturesEpoch", Kind::Fixed(8), 3, i16::MAX).tagged(1),
            field(
                "FinalizedFeatures",
                Kind::Array(&Kind::Struct(&FINALIZED_FEATURE_KEY)),
                3,
                i16::MAX,
            )
            .tagged(2),
            field("ZkMigrationReady", Kind::Bool, 3, i16::MAX).tagged(3),
        ],
    };
}

pub(super) mod create_topics_response {
    use super::*;

    static CREATABLE_TOPIC_RESULT: StructShape = StructShape {
        decoded_size: 144,
        fields: &[
            field("Name", Kind::String, 2, i16::MAX),
            field("TopicId", Kind::Fixed(16), 7, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 2, i16::MAX),
            field("ErrorMessage", Kind::String, 2, i16::MAX).nullable(2, i16::MAX),
            field("TopicConfigErrorCode", Kind::Fixed(2), 5, i16::MAX).tagged(0),
            field("NumPartitions", Kind::Fixed(4), 5, i16::MAX),
            field("ReplicationFactor", Kind::Fixed(2), 5, i16::MAX),
            field("Configs", Kind::Array(&Kind::Struct(&CREATABLE_TOPIC_CONFIGS)), 5, i16::MAX)
                .nullable(5, i16::MAX),
        ],
    };

    static CREATABLE_TOPIC_CONFIGS: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 5, i16::MAX),
            field("Value", Kind::String, 5, i16::MAX).nullable(5, i16::MAX),
            field("ReadOnly", Kind::Bool, 5, i16::MAX),
            field("ConfigSource", Kind::Fixed(1), 5, i16::MAX),
            field("IsSensitive", Kind::Bool, 5, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 2, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&CREATABLE_TOPIC_RESULT)), 2, i16::MAX),
        ],
    };
}

pub(super) mod delete_topics_response {
    use super::*;

    static DELETABLE_TOPIC_RESULT: StructShape = StructShape {
        decoded_size: 112,
        fields: &[
            field("Name", Kind::String, 1, i16::MAX).nullable(6, i16::MAX),
            field("TopicId", Kind::Fixed(16), 6, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("ErrorMessage", Kind::String, 5, i16::MAX).nullable(5, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("Responses", Kind::Array(&Kind::Struct(&DELETABLE_TOPIC_RESULT)), 1, i16::MAX),
        ],
    };
}

pub(super) mod delete_records_response {
    use super::*;

    static DELETE_RECORDS_TOPIC_RESULT: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&DELETE_RECORDS_PARTITION_RESULT)),
                0,
                i16::MAX,
            ),
        ],
    };

    static DELETE_RECORDS_PARTITION_RESULT: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("LowWatermark", Kind::Fixed(8), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&DELETE_RECORDS_TOPIC_RESULT)), 0, i16::MAX),
        ],
    };
}

pub(super) mod init_producer_id_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ProducerId", Kind::Fixed(8), 0, i16::MAX),
            field("ProducerEpoch", Kind::Fixed(2), 0, i16::MAX),
            field("OngoingTxnProducerId", Kind::Fixed(8), 6, i16::MAX),
            field("OngoingTxnProducerEpoch", Kind::Fixed(2), 6, i16::MAX),
        ],
    };
}

pub(super) mod offset_for_leader_epoch_response {
    use super::*;

    static OFFSET_FOR_LEADER_TOPIC_RESULT: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Topic", Kind::String, 2, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&EPOCH_END_OFFSET)), 2, i16::MAX),
        ],
    };

    static EPOCH_END_OFFSET: StructShape = StructShape {
        decoded_size: 48,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 2, i16::MAX),
            field("Partition", Kind::Fixed(4), 2, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 2, i16::MAX),
            field("EndOffset", Kind::Fixed(8), 2, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 2, i16::MAX),
            field(
                "Topics",
                Kind::Array(&Kind::Struct(&OFFSET_FOR_LEADER_TOPIC_RESULT)),
                2,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod add_partitions_to_txn_response {
    use super::*;

    static ADD_PARTITIONS_TO_TXN_RESULT: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("TransactionalId", Kind::String, 4, i16::MAX),
            field(
                "TopicResults",
                Kind::Array(&Kind::Struct(&ADD_PARTITIONS_TO_TXN_TOPIC_RESULT)),
                4,
                i16::MAX,
            ),
        ],
    };

    static ADD_PARTITIONS_TO_TXN_TOPIC_RESULT: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field(
                "ResultsByPartition",
                Kind::Array(&Kind::Struct(&ADD_PARTITIONS_TO_TXN_PARTITION_RESULT)),
                0,
                i16::MAX,
            ),
        ],
    };

    static ADD_PARTITIONS_TO_TXN_PARTITION_RESULT: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("PartitionErrorCode", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 4, i16::MAX),
            field(
                "ResultsByTransaction",
                Kind::Array(&Kind::Struct(&ADD_PARTITIONS_TO_TXN_RESULT)),
                4,
                i16::MAX,
            ),
            field(
                "ResultsByTopicV3AndBelow",
                Kind::Array(&Kind::Struct(&ADD_PARTITIONS_TO_TXN_TOPIC_RESULT)),
                0,
                3,
            ),
        ],
    };
}

pub(super) mod add_offsets_to_txn_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
        ],
    };
}

pub(super) mod end_txn_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ProducerId", Kind::Fixed(8), 5, i16::MAX),
            field("ProducerEpoch", Kind::Fixed(2), 5, i16::MAX),
        ],
    };
}

pub(super) mod write_txn_markers_response {
    use super::*;

    static WRITABLE_TXN_MARKER_RESULT: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ProducerId", Kind::Fixed(8), 1, i16::MAX),
            field(
                "Topics",
                Kind::Array(&Kind::Struct(&WRITABLE_TXN_MARKER_TOPIC_RESULT)),
                1,
                i16::MAX,
            ),
        ],
    };

    static WRITABLE_TXN_MARKER_TOPIC_RESULT: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 1, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&WRITABLE_TXN_MARKER_PARTITION_RESULT)),
                1,
                i16::MAX,
            ),
        ],
    };

    static WRITABLE_TXN_MARKER_PARTITION_RESULT: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field(
            "Markers",
            Kind::Array(&Kind::Struct(&WRITABLE_TXN_MARKER_RESULT)),
            1,
            i16::MAX,
        )],
    };
}

pub(super) mod txn_offset_commit_response {
    use super::*;

    static TXN_OFFSET_COMMIT_RESPONSE_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&TXN_OFFSET_COMMIT_RESPONSE_PARTITION)),
                0,
                i16::MAX,
            ),
        ],
    };

    static TXN_OFFSET_COMMIT_RESPONSE_PARTITION: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field(
                "Topics",
                Kind::Array(&Kind::Struct(&TXN_OFFSET_COMMIT_RESPONSE_TOPIC)),
                0,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod describe_acls_response {
    use super::*;

    static DESCRIBE_ACLS_RESOURCE: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ResourceType", Kind::Fixed(1), 1, i16::MAX),
            field("ResourceName", Kind::String, 1, i16::MAX),
            field("PatternType", Kind::Fixed(1), 1, i16::MAX),
            field("Acls", Kind::Array(&Kind::Struct(&ACL_DESCRIPTION)), 1, i16::MAX),
        ],
    };

    static ACL_DESCRIPTION: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Principal", Kind::String, 1, i16::MAX),
            field("Host", Kind::String, 1, i16::MAX),
            field("Operation", Kind::Fixed(1), 1, i16::MAX),
            field("PermissionType", Kind::Fixed(1), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("ErrorMessage", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("Resources", Kind::Array(&Kind::Struct(&DESCRIBE_ACLS_RESOURCE)), 1, i16::MAX),
        ],
    };
}

pub(super) mod create_acls_response {
    use super::*;

    static ACL_CREATION_RESULT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("ErrorMessage", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("Results", Kind::Array(&Kind::Struct(&ACL_CREATION_RESULT)), 1, i16::MAX),
        ],
    };
}

pub(super) mod delete_acls_response {
    use super::*;

    static DELETE_ACLS_FILTER_RESULT: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("ErrorMessage", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field(
                "MatchingAcls",
                Kind::Array(&Kind::Struct(&DELETE_ACLS_MATCHING_ACL)),
                1,
                i16::MAX,
            ),
        ],
    };

    static DELETE_ACLS_MATCHING_ACL: StructShape = StructShape {
        decoded_size: 160,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("ErrorMessage", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("ResourceType", Kind::Fixed(1), 1, i16::MAX),
            field("ResourceName", Kind::String, 1, i16::MAX),
            field("PatternType", Kind::Fixed(1), 1, i16::MAX),
            field("Principal", Kind::String, 1, i16::MAX),
            field("Host", Kind::String, 1, i16::MAX),
            field("Operation", Kind::Fixed(1), 1, i16::MAX),
            field("PermissionType", Kind::Fixed(1), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field(
                "FilterResults",
                Kind::Array(&Kind::Struct(&DELETE_ACLS_FILTER_RESULT)),
                1,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod describe_configs_response {
    use super::*;

    static DESCRIBE_CONFIGS_RESULT: StructShape = StructShape {
        decoded_size: 120,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("ErrorMessage", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("ResourceType", Kind::Fixed(1), 1, i16::MAX),
            field("ResourceName", Kind::String, 1, i16::MAX),
            field(
                "Configs",
                Kind::Array(&Kind::Struct(&DESCRIBE_CONFIGS_RESOURCE_RESULT)),
                1,
                i16::MAX,
            ),
        ],
    };

    static DESCRIBE_CONFIGS_RESOURCE_RESULT: StructShape = StructShape {
        decoded_size: 152,
        fields: &[
            field("Name", Kind::String, 1, i16::MAX),
            field("Value", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("ReadOnly", Kind::Bool, 1, i16::MAX),
            field("ConfigSource", Kind::Fixed(1), 1, i16::MAX),
            field("IsSensitive", Kind::Bool, 1, i16::MAX),
            field("Synonyms", Kind::Array(&Kind::Struct(&DESCRIBE_CONFIGS_SYNONYM)), 1, i16::MAX),
            field("ConfigType", Kind::Fixed(1), 3, i16::MAX),
            field("Documentation", Kind::String, 3, i16::MAX).nullable(3, i16::MAX),
        ],
    };

    static DESCRIBE_CONFIGS_SYNONYM: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 1, i16::MAX),
            field("Value", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("Source", Kind::Fixed(1), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("Results", Kind::Array(&Kind::Struct(&DESCRIBE_CONFIGS_RESULT)), 1, i16::MAX),
        ],
    };
}

pub(super) mod alter_configs_response {
    use super::*;

    static ALTER_CONFIGS_RESOURCE_RESPONSE: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("ResourceType", Kind::Fixed(1), 0, i16::MAX),
            field("ResourceName", Kind::String, 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field(
                "Responses",
                Kind::Array(&Kind::Struct(&ALTER_CONFIGS_RESOURCE_RESPONSE)),
                0,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod alter_replica_log_dirs_response {
    use super::*;

    static ALTER_REPLICA_LOG_DIR_TOPIC_RESULT: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("TopicName", Kind::String, 1, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&ALTER_REPLICA_LOG_DIR_PARTITION_RESULT)),
                1,
                i16::MAX,
            ),
        ],
    };

    static ALTER_REPLICA_LOG_DIR_PARTITION_RESULT: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field(
                "Results",
                Kind::Array(&Kind::Struct(&ALTER_REPLICA_LOG_DIR_TOPIC_RESULT)),
                1,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod describe_log_dirs_response {
    use super::*;

    static DESCRIBE_LOG_DIRS_RESULT: StructShape = StructShape {
        decoded_size: 104,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("LogDir", Kind::String, 1, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&DESCRIBE_LOG_DIRS_TOPIC)), 1, i16::MAX),
            field("TotalBytes", Kind::Fixed(8), 4, i16::MAX),
            field("UsableBytes", Kind::Fixed(8), 4, i16::MAX),
            field("IsCordoned", Kind::Bool, 5, i16::MAX),
        ],
    };

    static DESCRIBE_LOG_DIRS_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 1, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&DESCRIBE_LOG_DIRS_PARTITION)),
                1,
                i16::MAX,
            ),
        ],
    };

    static DESCRIBE_LOG_DIRS_PARTITION: StructShape = StructShape {
        decoded_size: 48,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 1, i16::MAX),
            field("PartitionSize", Kind::Fixed(8), 1, i16::MAX),
            field("OffsetLag", Kind::Fixed(8), 1, i16::MAX),
            field("IsFutureKey", Kind::Bool, 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 3, i16::MAX),
            field("Results", Kind::Array(&Kind::Struct(&DESCRIBE_LOG_DIRS_RESULT)), 1, i16::MAX),
        ],
    };
}

pub(super) mod sasl_authenticate_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 104,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("AuthBytes", Kind::Bytes, 0, i16::MAX),
            field("SessionLifetimeMs", Kind::Fixed(8), 1, i16::MAX),
        ],
    };
}

pub(super) mod create_partitions_response {
    use super::*;

    static CREATE_PARTITIONS_TOPIC_RESULT: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field(
                "Results",
                Kind::Array(&Kind::Struct(&CREATE_PARTITIONS_TOPIC_RESULT)),
                0,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod create_delegation_token_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 248,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("PrincipalType", Kind::String, 1, i16::MAX),
            field("PrincipalName", Kind::String, 1, i16::MAX),
            field("TokenRequesterPrincipalType", Kind::String, 3, i16::MAX),
            field("TokenRequesterPrincipalName", Kind::String, 3, i16::MAX),
            field("IssueTimestampMs", Kind::Fixed(8), 1, i16::MAX),
            field("ExpiryTimestampMs", Kind::Fixed(8), 1, i16::MAX),
            field("MaxTimestampMs", Kind::Fixed(8), 1, i16::MAX),
            field("TokenId", Kind::String, 1, i16::MAX),
            field("Hmac", Kind::Bytes, 1, i16::MAX),
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
        ],
    };
}

pub(super) mod renew_delegation_token_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("ExpiryTimestampMs", Kind::Fixed(8), 1, i16::MAX),
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
        ],
    };
}

pub(super) mod expire_delegation_token_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("ExpiryTimestampMs", Kind::Fixed(8), 1, i16::MAX),
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
        ],
    };
}

pub(super) mod describe_delegation_token_response {
    use super::*;

    static DESCRIBED_DELEGATION_TOKEN: StructShape = StructShape {
        decoded_size: 264,
        fields: &[
            field("PrincipalType", Kind::String, 1, i16::MAX),
            field("PrincipalName", Kind::String, 1, i16::MAX),
            field("TokenRequesterPrincipalType", Kind::String, 3, i16::MAX),
            field("TokenRequesterPrincipalName", Kind::String, 3, i16::MAX),
            field("IssueTimestamp", Kind::Fixed(8), 1, i16::MAX),
            field("ExpiryTimestamp", Kind::Fixed(8), 1, i16::MAX),
            field("MaxTimestamp", Kind::Fixed(8), 1, i16::MAX),
            field("TokenId", Kind::String, 1, i16::MAX),
            field("Hmac", Kind::Bytes, 1, i16::MAX),
            field(
                "Renewers",
                Kind::Array(&Kind::Struct(&DESCRIBED_DELEGATION_TOKEN_RENEWER)),
                1,
                i16::MAX,
            ),
        ],
    };

    static DESCRIBED_DELEGATION_TOKEN_RENEWER: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("PrincipalType", Kind::String, 1, i16::MAX),
            field("PrincipalName", Kind::String, 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("Tokens", Kind::Array(&Kind::Struct(&DESCRIBED_DELEGATION_TOKEN)), 1, i16::MAX),
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
        ],
    };
}

pub(super) mod delete_groups_response {
    use super::*;

    static DELETABLE_GROUP_RESULT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("Results", Kind::Array(&Kind::Struct(&DELETABLE_GROUP_RESULT)), 0, i16::MAX),
        ],
    };
}

pub(super) mod elect_leaders_response {
    use super::*;

    static REPLICA_ELECTION_RESULT: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Topic", Kind::String, 0, i16::MAX),
            field("PartitionResult", Kind::Array(&Kind::Struct(&PARTITION_RESULT)), 0, i16::MAX),
        ],
    };

    static PARTITION_RESULT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("PartitionId", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field(
                "ReplicaElectionResults",
                Kind::Array(&Kind::Struct(&REPLICA_ELECTION_RESULT)),
                0,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod incremental_alter_configs_response {
    use super::*;

    static ALTER_CONFIGS_RESOURCE_RESPONSE: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("ResourceType", Kind::Fixed(1), 0, i16::MAX),
            field("ResourceName", Kind::String, 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field(
                "Responses",
                Kind::Array(&Kind::Struct(&ALTER_CONFIGS_RESOURCE_RESPONSE)),
                0,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod alter_partition_reassignments_response {
    use super::*;

    static REASSIGNABLE_TOPIC_RESPONSE: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&REASSIGNABLE_PARTITION_RESPONSE)),
                0,
                i16::MAX,
            ),
        ],
    };

    static REASSIGNABLE_PARTITION_RESPONSE: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("AllowReplicationFactorChange", Kind::Bool, 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field(
                "Responses",
                Kind::Array(&Kind::Struct(&REASSIGNABLE_TOPIC_RESPONSE)),
                0,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod list_partition_reassignments_response {
    use super::*;

    static ONGOING_TOPIC_REASSIGNMENT: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&ONGOING_PARTITION_REASSIGNMENT)),
                0,
                i16::MAX,
            ),
        ],
    };

    static ONGOING_PARTITION_REASSIGNMENT: StructShape = StructShape {
        decoded_size: 104,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("Replicas", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
            field("AddingReplicas", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
            field("RemovingReplicas", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&ONGOING_TOPIC_REASSIGNMENT)), 0, i16::MAX),
        ],
    };
}

pub(super) mod offset_delete_response {
    use super::*;

    static OFFSET_DELETE_RESPONSE_TOPIC: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&OFFSET_DELETE_RESPONSE_PARTITION)),
                0,
                i16::MAX,
            ),
        ],
    };

    static OFFSET_DELETE_RESPONSE_PARTITION: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&OFFSET_DELETE_RESPONSE_TOPIC)), 0, i16::MAX),
        ],
    };
}

pub(super) mod describe_client_quotas_response {
    use super::*;

    static ENTRY_DATA: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("Entity", Kind::Array(&Kind::Struct(&ENTITY_DATA)), 0, i16::MAX),
            field("Values", Kind::Array(&Kind::Struct(&VALUE_DATA)), 0, i16::MAX),
        ],
    };

    static ENTITY_DATA: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("EntityType", Kind::String, 0, i16::MAX),
            field("EntityName", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    static VALUE_DATA: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Key", Kind::String, 0, i16::MAX),
            field("Value", Kind::Fixed(8), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("Entries", Kind::Array(&Kind::Struct(&ENTRY_DATA)), 0, i16::MAX)
                .nullable(0, i16::MAX),
        ],
    };
}

pub(super) mod alter_client_quotas_response {
    use super::*;

    static ENTRY_DATA: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("Entity", Kind::Array(&Kind::Struct(&ENTITY_DATA)), 0, i16::MAX),
        ],
    };

    static ENTITY_DATA: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("EntityType", Kind::String, 0, i16::MAX),
            field("EntityName", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("Entries", Kind::Array(&Kind::Struct(&ENTRY_DATA)), 0, i16::MAX),
        ],
    };
}

pub(super) mod describe_user_scram_credentials_response {
    use super::*;

    static DESCRIBE_USER_SCRAM_CREDENTIALS_RESULT: StructShape = StructShape {
        decoded_size: 120,
        fields: &[
            field("User", Kind::String, 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("CredentialInfos", Kind::Array(&Kind::Struct(&CREDENTIAL_INFO)), 0, i16::MAX),
        ],
    };

    static CREDENTIAL_INFO: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("Mechanism", Kind::Fixed(1), 0, i16::MAX),
            field("Iterations", Kind::Fixed(4), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field(
                "Results",
                Kind::Array(&Kind::Struct(&DESCRIBE_USER_SCRAM_CREDENTIALS_RESULT)),
                0,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod alter_user_scram_credentials_response {
    use super::*;

    static ALTER_USER_SCRAM_CREDENTIALS_RESULT: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("User", Kind::String, 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field(
                "Results",
                Kind::Array(&Kind::Struct(&ALTER_USER_SCRAM_CREDENTIALS_RESULT)),
                0,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod vote_response {
    use super::*;

    static TOPIC_DATA: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("TopicName", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 0, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("LeaderId", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("VoteGranted", Kind::Bool, 0, i16::MAX),
        ],
    };

    static NODE_ENDPOINT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("NodeId", Kind::Fixed(4), 1, i16::MAX),
            field("Host", Kind::String, 1, i16::MAX),
            field("Port", Kind::Fixed(2), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_DATA)), 0, i16::MAX),
            field("NodeEndpoints", Kind::Array(&Kind::Struct(&NODE_ENDPOINT)), 1, i16::MAX)
                .tagged(0),
        ],
    };
}

pub(super) mod begin_quorum_epoch_response {
    use super::*;

    static TOPIC_DATA: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("TopicName", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 0, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("LeaderId", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
        ],
    };

    static NODE_ENDPOINT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("NodeId", Kind::Fixed(4), 1, i16::MAX),
            field("Host", Kind::String, 1, i16::MAX),
            field("Port", Kind::Fixed(2), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_DATA)), 0, i16::MAX),
            field("NodeEndpoints", Kind::Array(&Kind::Struct(&NODE_ENDPOINT)), 1, i16::MAX)
                .tagged(0),
        ],
    };
}

pub(super) mod end_quorum_epoch_response {
    use super::*;

    static TOPIC_DATA: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("TopicName", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 0, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("LeaderId", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
        ],
    };

    static NODE_ENDPOINT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("NodeId", Kind::Fixed(4), 1, i16::MAX),
            field("Host", Kind::String, 1, i16::MAX),
            field("Port", Kind::Fixed(2), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_DATA)), 0, i16::MAX),
            field("NodeEndpoints", Kind::Array(&Kind::Struct(&NODE_ENDPOINT)), 1, i16::MAX)
                .tagged(0),
        ],
    };
}

pub(super) mod describe_quorum_response {
    use super::*;

    static TOPIC_DATA: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("TopicName", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 0, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 128,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 2, i16::MAX).nullable(2, i16::MAX),
            field("LeaderId", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("HighWatermark", Kind::Fixed(8), 0, i16::MAX),
            field("CurrentVoters", Kind::Array(&Kind::Struct(&REPLICA_STATE)), 0, i16::MAX),
            field("Observers", Kind::Array(&Kind::Struct(&REPLICA_STATE)), 0, i16::MAX),
        ],
    };

    static REPLICA_STATE: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("ReplicaId", Kind::Fixed(4), 0, i16::MAX),
            field("ReplicaDirectoryId", Kind::Fixed(16), 2, i16::MAX),
            field("LogEndOffset", Kind::Fixed(8), 0, i16::MAX),
            field("LastFetchTimestamp", Kind::Fixed(8), 1, i16::MAX),
            field("LastCaughtUpTimestamp", Kind::Fixed(8), 1, i16::MAX),
        ],
    };

    static NODE: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("NodeId", Kind::Fixed(4), 2, i16::MAX),
            field("Listeners", Kind::Array(&Kind::Struct(&LISTENER)), 2, i16::MAX),
        ],
    };

    static LISTENER: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Name", Kind::String, 2, i16::MAX),
            field("Host", Kind::String, 2, i16::MAX),
            field("Port", Kind::Fixed(2), 2, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 112,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 2, i16::MAX).nullable(2, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_DATA)), 0, i16::MAX),
            field("Nodes", Kind::Array(&Kind::Struct(&NODE)), 2, i16::MAX),
        ],
    };
}

pub(super) mod alter_partition_response {
    use super::*;

    static TOPIC_DATA: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 2, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 2, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 2, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 2, i16::MAX),
            field("LeaderId", Kind::Fixed(4), 2, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 2, i16::MAX),
            field("Isr", Kind::Array(&Kind::Fixed(4)), 2, i16::MAX),
            field("LeaderRecoveryState", Kind::Fixed(1), 2, i16::MAX),
            field("PartitionEpoch", Kind::Fixed(4), 2, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 2, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 2, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_DATA)), 2, i16::MAX),
        ],
    };
}

pub(super) mod update_features_response {
    use super::*;

    static UPDATABLE_FEATURE_RESULT: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("Feature", Kind::String, 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("Results", Kind::Array(&Kind::Struct(&UPDATABLE_FEATURE_RESULT)), 0, 1),
        ],
    };
}

pub(super) mod envelope_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("ResponseData", Kind::Bytes, 0, i16::MAX).nullable(0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
        ],
    };
}

pub(super) mod fetch_snapshot_response {
    use super::*;

    static TOPIC_SNAPSHOT: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_SNAPSHOT)), 0, i16::MAX),
        ],
    };

    static PARTITION_SNAPSHOT: StructShape = StructShape {
        decoded_size: 152,
        fields: &[
            field("Index", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("SnapshotId", Kind::Struct(&SNAPSHOT_ID), 0, i16::MAX),
            field("CurrentLeader", Kind::Struct(&LEADER_ID_AND_EPOCH), 0, i16::MAX).tagged(0),
            field("Size", Kind::Fixed(8), 0, i16::MAX),
            field("Position", Kind::Fixed(8), 0, i16::MAX),
            field("UnalignedRecords", Kind::Bytes, 0, i16::MAX),
        ],
    };

    static SNAPSHOT_ID: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("EndOffset", Kind::Fixed(8), 0, i16::MAX),
            field("Epoch", Kind::Fixed(4), 0, i16::MAX),
        ],
    };

    static LEADER_ID_AND_EPOCH: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("LeaderId", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
        ],
    };

    static NODE_ENDPOINT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("NodeId", Kind::Fixed(4), 1, i16::MAX),
            field("Host", Kind::String, 1, i16::MAX),
            field("Port", Kind::Fixed(2), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_SNAPSHOT)), 0, i16::MAX),
            field("NodeEndpoints", Kind::Array(&Kind::Struct(&NODE_ENDPOINT)), 1, i16::MAX)
                .tagged(0),
        ],
    };
}

pub(super) mod describe_cluster_response {
    use super::*;

    static DESCRIBE_CLUSTER_BROKER: StructShape = StructShape {
        decoded_size: 104,
        fields: &[
            field("BrokerId", Kind::Fixed(4), 0, i16::MAX),
            field("Host", Kind::String, 0, i16::MAX),
            field("Port", Kind::Fixed(4), 0, i16::MAX),
            field("Rack", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("IsFenced", Kind::Bool, 2, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 128,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("EndpointType", Kind::Fixed(1), 1, i16::MAX),
            field("ClusterId", Kind::String, 0, i16::MAX),
            field("ControllerId", Kind::Fixed(4), 0, i16::MAX),
            field("Brokers", Kind::Array(&Kind::Struct(&DESCRIBE_CLUSTER_BROKER)), 0, i16::MAX),
            field("ClusterAuthorizedOperations", Kind::Fixed(4), 0, i16::MAX),
        ],
    };
}

pub(super) mod describe_producers_response {
    use super::*;

    static TOPIC_RESPONSE: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Name", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_RESPONSE)), 0, i16::MAX),
        ],
    };

    static PARTITION_RESPONSE: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("ActiveProducers", Kind::Array(&Kind::Struct(&PRODUCER_STATE)), 0, i16::MAX),
        ],
    };

    static PRODUCER_STATE: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("ProducerId", Kind::Fixed(8), 0, i16::MAX),
            field("ProducerEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("LastSequence", Kind::Fixed(4), 0, i16::MAX),
            field("LastTimestamp", Kind::Fixed(8), 0, i16::MAX),
            field("CoordinatorEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("CurrentTxnStartOffset", Kind::Fixed(8), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_RESPONSE)), 0, i16::MAX),
        ],
    };
}

pub(super) mod broker_registration_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("BrokerEpoch", Kind::Fixed(8), 0, i16::MAX),
        ],
    };
}

pub(super) mod broker_heartbeat_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 40,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("IsCaughtUp", Kind::Bool, 0, i16::MAX),
            field("IsFenced", Kind::Bool, 0, i16::MAX),
            field("ShouldShutDown", Kind::Bool, 0, i16::MAX),
        ],
    };
}

pub(super) mod unregister_broker_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };
}

pub(super) mod describe_transactions_response {
    use super::*;

    static TRANSACTION_STATE: StructShape = StructShape {
        decoded_size: 136,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("TransactionalId", Kind::String, 0, i16::MAX),
            field("TransactionState", Kind::String, 0, i16::MAX),
            field("TransactionTimeoutMs", Kind::Fixed(4), 0, i16::MAX),
            field("TransactionStartTimeMs", Kind::Fixed(8), 0, i16::MAX),
            field("ProducerId", Kind::Fixed(8), 0, i16::MAX),
            field("ProducerEpoch", Kind::Fixed(2), 0, i16::MAX),
            field("Topics", Kind::Array(&Kind::Struct(&TOPIC_DATA)), 0, i16::MAX),
        ],
    };

    static TOPIC_DATA: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Topic", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("TransactionStates", Kind::Array(&Kind::Struct(&TRANSACTION_STATE)), 0, i16::MAX),
        ],
    };
}

pub(super) mod list_transactions_response {
    use super::*;

    static TRANSACTION_STATE: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("TransactionalId", Kind::String, 0, i16::MAX),
            field("ProducerId", Kind::Fixed(8), 0, i16::MAX),
            field("TransactionState", Kind::String, 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("UnknownStateFilters", Kind::Array(&Kind::String), 0, i16::MAX),
            field("TransactionStates", Kind::Array(&Kind::Struct(&TRANSACTION_STATE)), 0, i16::MAX),
        ],
    };
}

pub(super) mod allocate_producer_ids_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ProducerIdStart", Kind::Fixed(8), 0, i16::MAX),
            field("ProducerIdLen", Kind::Fixed(4), 0, i16::MAX),
        ],
    };
}

pub(super) mod consumer_group_heartbeat_response {
    use super::*;

    static ASSIGNMENT: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field(
            "TopicPartitions",
            Kind::Array(&Kind::Struct(&TOPIC_PARTITIONS)),
            0,
            i16::MAX,
        )],
    };

    static TOPIC_PARTITIONS: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 160,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("MemberId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("MemberEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("HeartbeatIntervalMs", Kind::Fixed(4), 0, i16::MAX),
            field("Assignment", Kind::Struct(&ASSIGNMENT), 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };
}

pub(super) mod consumer_group_describe_response {
    use super::*;

    static DESCRIBED_GROUP: StructShape = StructShape {
        decoded_size: 192,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("GroupId", Kind::String, 0, i16::MAX),
            field("GroupState", Kind::String, 0, i16::MAX),
            field("GroupEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("AssignmentEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("AssignorName", Kind::String, 0, i16::MAX),
            field("Members", Kind::Array(&Kind::Struct(&MEMBER)), 0, i16::MAX),
            field("AuthorizedOperations", Kind::Fixed(4), 0, i16::MAX),
        ],
    };

    static MEMBER: StructShape = StructShape {
        decoded_size: 344,
        fields: &[
            field("MemberId", Kind::String, 0, i16::MAX),
            field("InstanceId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("RackId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("MemberEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("ClientId", Kind::String, 0, i16::MAX),
            field("ClientHost", Kind::String, 0, i16::MAX),
            field("SubscribedTopicNames", Kind::Array(&Kind::String), 0, i16::MAX),
            field("SubscribedTopicRegex", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("Assignment", Kind::Struct(&ASSIGNMENT), 0, i16::MAX),
            field("TargetAssignment", Kind::Struct(&ASSIGNMENT), 0, i16::MAX),
            field("MemberType", Kind::Fixed(1), 1, i16::MAX),
        ],
    };

    static ASSIGNMENT: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field(
            "TopicPartitions",
            Kind::Array(&Kind::Struct(&TOPIC_PARTITIONS)),
            0,
            i16::MAX,
        )],
    };

    static TOPIC_PARTITIONS: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("TopicName", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("Groups", Kind::Array(&Kind::Struct(&DESCRIBED_GROUP)), 0, i16::MAX),
        ],
    };
}

pub(super) mod controller_registration_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };
}

pub(super) mod get_telemetry_subscriptions_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 112,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ClientInstanceId", Kind::Fixed(16), 0, i16::MAX),
            field("SubscriptionId", Kind::Fixed(4), 0, i16::MAX),
            field("AcceptedCompressionTypes", Kind::Array(&Kind::Fixed(1)), 0, i16::MAX),
            field("PushIntervalMs", Kind::Fixed(4), 0, i16::MAX),
            field("TelemetryMaxBytes", Kind::Fixed(4), 0, i16::MAX),
            field("DeltaTemporality", Kind::Bool, 0, i16::MAX),
            field("RequestedMetrics", Kind::Array(&Kind::String), 0, i16::MAX),
        ],
    };
}

pub(super) mod push_telemetry_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
        ],
    };
}

pub(super) mod assign_replicas_to_dirs_response {
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
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("Directories", Kind::Array(&Kind::Struct(&DIRECTORY_DATA)), 0, i16::MAX),
        ],
    };
}

pub(super) mod list_config_resources_response {
    use super::*;

    static CONFIG_RESOURCE: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("ResourceName", Kind::String, 0, i16::MAX),
            field("ResourceType", Kind::Fixed(1), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ConfigResources", Kind::Array(&Kind::Struct(&CONFIG_RESOURCE)), 0, i16::MAX),
        ],
    };
}

pub(super) mod describe_topic_partitions_response {
    use super::*;

    static DESCRIBE_TOPIC_PARTITIONS_RESPONSE_TOPIC: StructShape = StructShape {
        decoded_size: 104,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("Name", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("IsInternal", Kind::Bool, 0, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&DESCRIBE_TOPIC_PARTITIONS_RESPONSE_PARTITION)),
                0,
                i16::MAX,
            ),
            field("TopicAuthorizedOperations", Kind::Fixed(4), 0, i16::MAX),
        ],
    };

    static DESCRIBE_TOPIC_PARTITIONS_RESPONSE_PARTITION: StructShape = StructShape {
        decoded_size: 160,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderId", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("ReplicaNodes", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
            field("IsrNodes", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
            field("EligibleLeaderReplicas", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX)
                .nullable(0, i16::MAX),
            field("LastKnownElr", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX).nullable(0, i16::MAX),
            field("OfflineReplicas", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

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
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field(
                "Topics",
                Kind::Array(&Kind::Struct(&DESCRIBE_TOPIC_PARTITIONS_RESPONSE_TOPIC)),
                0,
                i16::MAX,
            ),
            field("NextCursor", Kind::Struct(&CURSOR), 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };
}

pub(super) mod share_group_heartbeat_response {
    use super::*;

    static ASSIGNMENT: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field(
            "TopicPartitions",
            Kind::Array(&Kind::Struct(&TOPIC_PARTITIONS)),
            1,
            i16::MAX,
        )],
    };

    static TOPIC_PARTITIONS: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 1, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 160,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("ErrorMessage", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("MemberId", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("MemberEpoch", Kind::Fixed(4), 1, i16::MAX),
            field("HeartbeatIntervalMs", Kind::Fixed(4), 1, i16::MAX),
            field("Assignment", Kind::Struct(&ASSIGNMENT), 1, i16::MAX).nullable(1, i16::MAX),
        ],
    };
}

pub(super) mod share_group_describe_response {
    use super::*;

    static DESCRIBED_GROUP: StructShape = StructShape {
        decoded_size: 192,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("ErrorMessage", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("GroupId", Kind::String, 1, i16::MAX),
            field("GroupState", Kind::String, 1, i16::MAX),
            field("GroupEpoch", Kind::Fixed(4), 1, i16::MAX),
            field("AssignmentEpoch", Kind::Fixed(4), 1, i16::MAX),
            field("AssignorName", Kind::String, 1, i16::MAX),
            field("Members", Kind::Array(&Kind::Struct(&MEMBER)), 1, i16::MAX),
            field("AuthorizedOperations", Kind::Fixed(4), 1, i16::MAX),
        ],
    };

    static MEMBER: StructShape = StructShape {
        decoded_size: 232,
        fields: &[
            field("MemberId", Kind::String, 1, i16::MAX),
            field("RackId", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("MemberEpoch", Kind::Fixed(4), 1, i16::MAX),
            field("ClientId", Kind::String, 1, i16::MAX),
            field("ClientHost", Kind::String, 1, i16::MAX),
            field("SubscribedTopicNames", Kind::Array(&Kind::String), 1, i16::MAX),
            field("Assignment", Kind::Struct(&ASSIGNMENT), 1, i16::MAX),
        ],
    };

    static ASSIGNMENT: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field(
            "TopicPartitions",
            Kind::Array(&Kind::Struct(&TOPIC_PARTITIONS)),
            1,
            i16::MAX,
        )],
    };

    static TOPIC_PARTITIONS: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("TopicId", Kind::Fixed(16), 1, i16::MAX),
            field("TopicName", Kind::String, 1, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("Groups", Kind::Array(&Kind::Struct(&DESCRIBED_GROUP)), 1, i16::MAX),
        ],
    };
}

pub(super) mod share_fetch_response {
    use super::*;

    static SHARE_FETCHABLE_TOPIC_RESPONSE: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 1, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 1, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 184,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("ErrorMessage", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("AcknowledgeErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("AcknowledgeErrorMessage", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("CurrentLeader", Kind::Struct(&LEADER_ID_AND_EPOCH), 1, i16::MAX),
            field("Records", Kind::Bytes, 1, i16::MAX),
            field("AcquiredRecords", Kind::Array(&Kind::Struct(&ACQUIRED_RECORDS)), 1, i16::MAX),
        ],
    };

    static LEADER_ID_AND_EPOCH: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("LeaderId", Kind::Fixed(4), 1, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 1, i16::MAX),
        ],
    };

    static ACQUIRED_RECORDS: StructShape = StructShape {
        decoded_size: 48,
        fields: &[
            field("FirstOffset", Kind::Fixed(8), 1, i16::MAX),
            field("LastOffset", Kind::Fixed(8), 1, i16::MAX),
            field("DeliveryCount", Kind::Fixed(2), 1, i16::MAX),
        ],
    };

    static NODE_ENDPOINT: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("NodeId", Kind::Fixed(4), 1, i16::MAX),
            field("Host", Kind::String, 1, i16::MAX),
            field("Port", Kind::Fixed(4), 1, i16::MAX),
            field("Rack", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 120,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("ErrorMessage", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("AcquisitionLockTimeoutMs", Kind::Fixed(4), 1, i16::MAX),
            field(
                "Responses",
                Kind::Array(&Kind::Struct(&SHARE_FETCHABLE_TOPIC_RESPONSE)),
                1,
                i16::MAX,
            ),
            field("NodeEndpoints", Kind::Array(&Kind::Struct(&NODE_ENDPOINT)), 1, i16::MAX),
        ],
    };
}

pub(super) mod share_acknowledge_response {
    use super::*;

    static SHARE_ACKNOWLEDGE_TOPIC_RESPONSE: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 1, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_DATA)), 1, i16::MAX),
        ],
    };

    static PARTITION_DATA: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("ErrorMessage", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("CurrentLeader", Kind::Struct(&LEADER_ID_AND_EPOCH), 1, i16::MAX),
        ],
    };

    static LEADER_ID_AND_EPOCH: StructShape = StructShape {
        decoded_size: 32,
        fields: &[
            field("LeaderId", Kind::Fixed(4), 1, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 1, i16::MAX),
        ],
    };

    static NODE_ENDPOINT: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("NodeId", Kind::Fixed(4), 1, i16::MAX),
            field("Host", Kind::String, 1, i16::MAX),
            field("Port", Kind::Fixed(4), 1, i16::MAX),
            field("Rack", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 120,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 1, i16::MAX),
            field("ErrorMessage", Kind::String, 1, i16::MAX).nullable(1, i16::MAX),
            field("AcquisitionLockTimeoutMs", Kind::Fixed(4), 2, i16::MAX),
            field(
                "Responses",
                Kind::Array(&Kind::Struct(&SHARE_ACKNOWLEDGE_TOPIC_RESPONSE)),
                1,
                i16::MAX,
            ),
            field("NodeEndpoints", Kind::Array(&Kind::Struct(&NODE_ENDPOINT)), 1, i16::MAX),
        ],
    };
}

pub(super) mod add_raft_voter_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };
}

pub(super) mod remove_raft_voter_response {
    use super::*;

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };
}

pub(super) mod update_raft_voter_response {
    use super::*;

    static CURRENT_LEADER: StructShape = StructShape {
        decoded_size: 72,
        fields: &[
            field("LeaderId", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("Host", Kind::String, 0, i16::MAX),
            field("Port", Kind::Fixed(4), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 104,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("CurrentLeader", Kind::Struct(&CURRENT_LEADER), 0, i16::MAX).tagged(0),
        ],
    };
}

pub(super) mod initialize_share_group_state_response {
    use super::*;

    static INITIALIZE_STATE_RESULT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_RESULT)), 0, i16::MAX),
        ],
    };

    static PARTITION_RESULT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Partition", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field(
            "Results",
            Kind::Array(&Kind::Struct(&INITIALIZE_STATE_RESULT)),
            0,
            i16::MAX,
        )],
    };
}

pub(super) mod read_share_group_state_response {
    use super::*;

    static READ_STATE_RESULT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_RESULT)), 0, i16::MAX),
        ],
    };

    static PARTITION_RESULT: StructShape = StructShape {
        decoded_size: 104,
        fields: &[
            field("Partition", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("StateEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("StartOffset", Kind::Fixed(8), 0, i16::MAX),
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
        decoded_size: 48,
        fields: &[field("Results", Kind::Array(&Kind::Struct(&READ_STATE_RESULT)), 0, i16::MAX)],
    };
}

pub(super) mod write_share_group_state_response {
    use super::*;

    static WRITE_STATE_RESULT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_RESULT)), 0, i16::MAX),
        ],
    };

    static PARTITION_RESULT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Partition", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field("Results", Kind::Array(&Kind::Struct(&WRITE_STATE_RESULT)), 0, i16::MAX)],
    };
}

pub(super) mod delete_share_group_state_response {
    use super::*;

    static DELETE_STATE_RESULT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_RESULT)), 0, i16::MAX),
        ],
    };

    static PARTITION_RESULT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Partition", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field("Results", Kind::Array(&Kind::Struct(&DELETE_STATE_RESULT)), 0, i16::MAX)],
    };
}

pub(super) mod read_share_group_state_summary_response {
    use super::*;

    static READ_STATE_SUMMARY_RESULT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Struct(&PARTITION_RESULT)), 0, i16::MAX),
        ],
    };

    static PARTITION_RESULT: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("Partition", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("StateEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("StartOffset", Kind::Fixed(8), 0, i16::MAX),
            field("DeliveryCompleteCount", Kind::Fixed(4), 1, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 48,
        fields: &[field(
            "Results",
            Kind::Array(&Kind::Struct(&READ_STATE_SUMMARY_RESULT)),
            0,
            i16::MAX,
        )],
    };
}

pub(super) mod streams_group_heartbeat_response {
    use super::*;

    static STATUS: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("StatusCode", Kind::Fixed(1), 0, i16::MAX),
            field("StatusDetail", Kind::String, 0, i16::MAX),
        ],
    };

    static TASK_IDS: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("SubtopologyId", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

    static ENDPOINT_TO_PARTITIONS: StructShape = StructShape {
        decoded_size: 136,
        fields: &[
            field("UserEndpoint", Kind::Struct(&ENDPOINT), 0, i16::MAX),
            field("ActivePartitions", Kind::Array(&Kind::Struct(&TOPIC_PARTITION)), 0, i16::MAX),
            field("StandbyPartitions", Kind::Array(&Kind::Struct(&TOPIC_PARTITION)), 0, i16::MAX),
        ],
    };

    static ENDPOINT: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("Host", Kind::String, 0, i16::MAX),
            field("Port", Kind::Fixed(2), 0, i16::MAX),
        ],
    };

    static TOPIC_PARTITION: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("Topic", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 240,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("MemberId", Kind::String, 0, i16::MAX),
            field("MemberEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("HeartbeatIntervalMs", Kind::Fixed(4), 0, i16::MAX),
            field("AcceptableRecoveryLag", Kind::Fixed(4), 0, i16::MAX),
            field("TaskOffsetIntervalMs", Kind::Fixed(4), 0, i16::MAX),
            field("Status", Kind::Array(&Kind::Struct(&STATUS)), 0, i16::MAX).nullable(0, i16::MAX),
            field("ActiveTasks", Kind::Array(&Kind::Struct(&TASK_IDS)), 0, i16::MAX)
                .nullable(0, i16::MAX),
            field("StandbyTasks", Kind::Array(&Kind::Struct(&TASK_IDS)), 0, i16::MAX)
                .nullable(0, i16::MAX),
            field("WarmupTasks", Kind::Array(&Kind::Struct(&TASK_IDS)), 0, i16::MAX)
                .nullable(0, i16::MAX),
            field("EndpointInformationEpoch", Kind::Fixed(4), 0, i16::MAX),
            field(
                "PartitionsByUserEndpoint",
                Kind::Array(&Kind::Struct(&ENDPOINT_TO_PARTITIONS)),
                0,
                i16::MAX,
            )
            .nullable(0, i16::MAX),
        ],
    };
}

pub(super) mod streams_group_describe_response {
    use super::*;

    static DESCRIBED_GROUP: StructShape = StructShape {
        decoded_size: 224,
        fields: &[
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("GroupId", Kind::String, 0, i16::MAX),
            field("GroupState", Kind::String, 0, i16::MAX),
            field("GroupEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("AssignmentEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("Topology", Kind::Struct(&TOPOLOGY), 0, i16::MAX).nullable(0, i16::MAX),
            field("Members", Kind::Array(&Kind::Struct(&MEMBER)), 0, i16::MAX),
            field("AuthorizedOperations", Kind::Fixed(4), 0, i16::MAX),
        ],
    };

    static TOPOLOGY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("Epoch", Kind::Fixed(4), 0, i16::MAX),
            field("Subtopologies", Kind::Array(&Kind::Struct(&SUBTOPOLOGY)), 0, i16::MAX)
                .nullable(0, i16::MAX),
        ],
    };

    static SUBTOPOLOGY: StructShape = StructShape {
        decoded_size: 152,
        fields: &[
            field("SubtopologyId", Kind::String, 0, i16::MAX),
            field("SourceTopics", Kind::Array(&Kind::String), 0, i16::MAX),
            field("RepartitionSinkTopics", Kind::Array(&Kind::String), 0, i16::MAX),
            field("StateChangelogTopics", Kind::Array(&Kind::Struct(&TOPIC_INFO)), 0, i16::MAX),
            field("RepartitionSourceTopics", Kind::Array(&Kind::Struct(&TOPIC_INFO)), 0, i16::MAX),
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

    static MEMBER: StructShape = StructShape {
        decoded_size: 568,
        fields: &[
            field("MemberId", Kind::String, 0, i16::MAX),
            field("MemberEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("InstanceId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("RackId", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field("ClientId", Kind::String, 0, i16::MAX),
            field("ClientHost", Kind::String, 0, i16::MAX),
            field("TopologyEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("ProcessId", Kind::String, 0, i16::MAX),
            field("UserEndpoint", Kind::Struct(&ENDPOINT), 0, i16::MAX).nullable(0, i16::MAX),
            field("ClientTags", Kind::Array(&Kind::Struct(&KEY_VALUE)), 0, i16::MAX),
            field("TaskOffsets", Kind::Array(&Kind::Struct(&TASK_OFFSET)), 0, i16::MAX),
            field("TaskEndOffsets", Kind::Array(&Kind::Struct(&TASK_OFFSET)), 0, i16::MAX),
            field("Assignment", Kind::Struct(&ASSIGNMENT), 0, i16::MAX),
            field("TargetAssignment", Kind::Struct(&ASSIGNMENT), 0, i16::MAX),
            field("IsClassic", Kind::Bool, 0, i16::MAX),
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

    static ASSIGNMENT: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("ActiveTasks", Kind::Array(&Kind::Struct(&TASK_IDS)), 0, i16::MAX),
            field("StandbyTasks", Kind::Array(&Kind::Struct(&TASK_IDS)), 0, i16::MAX),
            field("WarmupTasks", Kind::Array(&Kind::Struct(&TASK_IDS)), 0, i16::MAX),
        ],
    };

    static TASK_IDS: StructShape = StructShape {
        decoded_size: 80,
        fields: &[
            field("SubtopologyId", Kind::String, 0, i16::MAX),
            field("Partitions", Kind::Array(&Kind::Fixed(4)), 0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("Groups", Kind::Array(&Kind::Struct(&DESCRIBED_GROUP)), 0, i16::MAX),
        ],
    };
}

pub(super) mod describe_share_group_offsets_response {
    use super::*;

    static DESCRIBE_SHARE_GROUP_OFFSETS_RESPONSE_GROUP: StructShape = StructShape {
        decoded_size: 120,
        fields: &[
            field("GroupId", Kind::String, 0, i16::MAX),
            field(
                "Topics",
                Kind::Array(&Kind::Struct(&DESCRIBE_SHARE_GROUP_OFFSETS_RESPONSE_TOPIC)),
                0,
                i16::MAX,
            ),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    static DESCRIBE_SHARE_GROUP_OFFSETS_RESPONSE_TOPIC: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("TopicName", Kind::String, 0, i16::MAX),
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&DESCRIBE_SHARE_GROUP_OFFSETS_RESPONSE_PARTITION)),
                0,
                i16::MAX,
            ),
        ],
    };

    static DESCRIBE_SHARE_GROUP_OFFSETS_RESPONSE_PARTITION: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("StartOffset", Kind::Fixed(8), 0, i16::MAX),
            field("LeaderEpoch", Kind::Fixed(4), 0, i16::MAX),
            field("Lag", Kind::Fixed(8), 1, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 56,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field(
                "Groups",
                Kind::Array(&Kind::Struct(&DESCRIBE_SHARE_GROUP_OFFSETS_RESPONSE_GROUP)),
                0,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod alter_share_group_offsets_response {
    use super::*;

    static ALTER_SHARE_GROUP_OFFSETS_RESPONSE_TOPIC: StructShape = StructShape {
        decoded_size: 96,
        fields: &[
            field("TopicName", Kind::String, 0, i16::MAX),
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field(
                "Partitions",
                Kind::Array(&Kind::Struct(&ALTER_SHARE_GROUP_OFFSETS_RESPONSE_PARTITION)),
                0,
                i16::MAX,
            ),
        ],
    };

    static ALTER_SHARE_GROUP_OFFSETS_RESPONSE_PARTITION: StructShape = StructShape {
        decoded_size: 64,
        fields: &[
            field("PartitionIndex", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field(
                "Responses",
                Kind::Array(&Kind::Struct(&ALTER_SHARE_GROUP_OFFSETS_RESPONSE_TOPIC)),
                0,
                i16::MAX,
            ),
        ],
    };
}

pub(super) mod delete_share_group_offsets_response {
    use super::*;

    static DELETE_SHARE_GROUP_OFFSETS_RESPONSE_TOPIC: StructShape = StructShape {
        decoded_size: 112,
        fields: &[
            field("TopicName", Kind::String, 0, i16::MAX),
            field("TopicId", Kind::Fixed(16), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
        ],
    };

    pub(crate) static BODY: StructShape = StructShape {
        decoded_size: 88,
        fields: &[
            field("ThrottleTimeMs", Kind::Fixed(4), 0, i16::MAX),
            field("ErrorCode", Kind::Fixed(2), 0, i16::MAX),
            field("ErrorMessage", Kind::String, 0, i16::MAX).nullable(0, i16::MAX),
            field(
                "Responses",
                Kind::Array(&Kind::Struct(&DELETE_SHARE_GROUP_OFFSETS_RESPONSE_TOPIC)),
                0,
                i16::MAX,
            ),
        ],
    };
}

//! Records beside the bytes that Apache Kafka 4.3.1 makes of them.

use kabuki_metadata::generated::RawTag;
use uuid::Uuid;

use super::super::*;
use super::from_hex;

/// A record, and its key and value as Kafka writes them; no value is a tombstone.
pub(super) type Written = (GroupRecord, &'static str, Option<&'static str>);

pub(super) const ID: Uuid = Uuid::from_u128(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);
const OTHER_ID: Uuid = Uuid::from_u128(0x1112_1314_1516_1718_191a_1b1c_1d1e_1f20);

/// By Kafka's own helpers and serializer.
pub(super) fn written_by_kafka() -> Vec<Written> {
    vec![
        (
            GroupRecord::OffsetCommit(
                offset_key(3),
                Some(OffsetCommitValue {
                    offset: 42,
                    leader_epoch: 7,
                    metadata: "note é".to_owned(),
                    commit_timestamp: 1_700_000_000_000,
                    ..Default::default()
                }),
            ),
            "000100016700066f726465727300000003",
            Some("0004000000000000002a00000007086e6f746520c3a90000018bcfe5680000"),
        ),
        (
            GroupRecord::OffsetCommit(
                offset_key(0),
                Some(OffsetCommitValue {
                    commit_timestamp: 1_700_000_000_000,
                    ..Default::default()
                }),
            ),
            "000100016700066f726465727300000000",
            Some("00040000000000000000ffffffff010000018bcfe5680000"),
        ),
        (
            GroupRecord::OffsetCommit(
                offset_key(3),
                Some(OffsetCommitValue {
                    offset: 42,
                    metadata: "m".to_owned(),
                    commit_timestamp: 1_700_000_000_000,
                    leader_epoch: 7,
                    topic_id: ID,
                    ..Default::default()
                }),
            ),
            "000100016700066f726465727300000003",
            Some(
                "0004000000000000002a00000007026d0000018bcfe568000100100102030405060708090a0b0c0d0e0f\
         10",
            ),
        ),
        (
            GroupRecord::OffsetCommit(
                offset_key(3),
                Some(OffsetCommitValue {
                    offset: 42,
                    metadata: "m".to_owned(),
                    commit_timestamp: 1_700_000_000_000,
                    expire_timestamp: 1_700_000_005_000,
                    ..Default::default()
                }),
            ),
            "000100016700066f726465727300000003",
            Some("0001000000000000002a00016d0000018bcfe568000000018bcfe57b88"),
        ),
        (
            GroupRecord::OffsetCommit(
                offset_key(3),
                Some(OffsetCommitValue {
                    offset: 42,
                    metadata: "m".to_owned(),
                    commit_timestamp: 1_700_000_000_000,
                    topic_id: ID,
                    unknown_tags: vec![RawTag { tag: 9, data: Bytes::from_static(&[1, 2]) }],
                    ..Default::default()
                }),
            ),
            "000100016700066f726465727300000003",
            Some(
                "0004000000000000002affffffff026d0000018bcfe568000200100102030405060708090a0b0c0d0e0f\
         1009020102",
            ),
        ),
        (
            GroupRecord::OffsetCommit(offset_key(3), None),
            "000100016700066f726465727300000003",
            None,
        ),
        (
            GroupRecord::GroupMetadata(
                GroupMetadataKey { group: "g".to_owned() },
                Some(GroupMetadataValue { protocol: None, leader: None, ..Default::default() }),
            ),
            "0002000167",
            Some("0003000000000000ffffffffffffffffffffffff00000000"),
        ),
        (
            GroupRecord::GroupMetadata(
                GroupMetadataKey { group: "g".to_owned() },
                Some(classic_group()),
            ),
            "0002000167",
            Some(
                "00030008636f6e73756d657200000006000572616e676500036d2d310000018bcfe56800000000020003\
         6d2d31ffff0006636c69656e74000a2f3132372e302e302e31000493e00000afc8000000030102030000\
         0002090800036d2d320003692d320006636c69656e74000a2f3132372e302e302e310000ea6000002710\
         0000000000000000",
            ),
        ),
        (
            GroupRecord::GroupMetadata(GroupMetadataKey { group: "g".to_owned() }, None),
            "0002000167",
            None,
        ),
        (
            GroupRecord::ConsumerGroupMetadata(
                ConsumerGroupMetadataKey { group_id: "g".to_owned() },
                Some(ConsumerGroupMetadataValue {
                    epoch: 12,
                    metadata_hash: 0x1234_5678_90ab_cdef,
                    ..Default::default()
                }),
            ),
            "0003000167",
            Some("00000000000c0100081234567890abcdef"),
        ),
        (
            GroupRecord::ConsumerGroupMetadata(
                ConsumerGroupMetadataKey { group_id: "g".to_owned() },
                None,
            ),
            "0003000167",
            None,
        ),
        (
            GroupRecord::ConsumerGroupPartitionMetadata(
                ConsumerGroupPartitionMetadataKey { group_id: "g".to_owned() },
                Some(partition_metadata()),
            ),
            "0004000167",
            Some(
                "0000020102030405060708090a0b0c0d0e0f10076f726465727300000002020000000103037231037232\
         000000",
            ),
        ),
        (
            GroupRecord::ConsumerGroupPartitionMetadata(
                ConsumerGroupPartitionMetadataKey { group_id: "g".to_owned() },
                None,
            ),
            "0004000167",
            None,
        ),
        (
            GroupRecord::ConsumerGroupMemberMetadata(
                ConsumerGroupMemberMetadataKey {
                    group_id: "g".to_owned(),
                    member_id: "m-1".to_owned(),
                },
                Some(member()),
            ),
            "000500016700036d2d31",
            Some("0000000007636c69656e740b2f3132372e302e302e31030261026201000013880001000100"),
        ),
        (
            GroupRecord::ConsumerGroupMemberMetadata(
                ConsumerGroupMemberMetadataKey {
                    group_id: "g".to_owned(),
                    member_id: "m-1".to_owned(),
                },
                Some(member_with_everything()),
            ),
            "000500016700036d2d31",
            Some(
                "00000269027207636c69656e740b2f3132372e302e302e3101055e612e2a0000138808756e69666f726d\
         010012010000afc8020672616e6765040102030000",
            ),
        ),
        (
            GroupRecord::ConsumerGroupMemberMetadata(
                ConsumerGroupMemberMetadataKey {
                    group_id: "g".to_owned(),
                    member_id: "m-1".to_owned(),
                },
                None,
            ),
            "000500016700036d2d31",
            None,
        ),
        (
            GroupRecord::ConsumerGroupTargetAssignmentMetadata(
                ConsumerGroupTargetAssignmentMetadataKey { group_id: "g".to_owned() },
                Some(ConsumerGroupTargetAssignmentMetadataValue {
                    assignment_epoch: 12,
                    assignment_timestamp: 1_700_000_000_000,
                    ..Default::default()
                }),
            ),
            "0006000167",
            Some("00000000000c0100080000018bcfe56800"),
        ),
        (
            GroupRecord::ConsumerGroupTargetAssignmentMetadata(
                ConsumerGroupTargetAssignmentMetadataKey { group_id: "g".to_owned() },
                Some(ConsumerGroupTargetAssignmentMetadataValue {
                    assignment_epoch: 12,
                    ..Default::default()
                }),
            ),
            "0006000167",
            Some("00000000000c00"),
        ),
        (
            GroupRecord::ConsumerGroupTargetAssignmentMember(
                ConsumerGroupTargetAssignmentMemberKey {
                    group_id: "g".to_owned(),
                    member_id: "m-1".to_owned(),
                },
                Some(ConsumerGroupTargetAssignmentMemberValue {
                    topic_partitions: vec![
                        consumer_group_target_assignment_member_value::TopicPartition {
                            topic_id: ID,
                            partitions: vec![0, 1, 5],
                            ..Default::default()
                        },
                    ],
                    ..Default::default()
                }),
            ),
            "000700016700036d2d31",
            Some("0000020102030405060708090a0b0c0d0e0f10040000000000000001000000050000"),
        ),
        (
            GroupRecord::ConsumerGroupTargetAssignmentMember(
                ConsumerGroupTargetAssignmentMemberKey {
                    group_id: "g".to_owned(),
                    member_id: "m-1".to_owned(),
                },
                Some(ConsumerGroupTargetAssignmentMemberValue::default()),
            ),
            "000700016700036d2d31",
            Some("00000100"),
        ),
        (
            GroupRecord::ConsumerGroupCurrentMemberAssignment(
                ConsumerGroupCurrentMemberAssignmentKey {
                    group_id: "g".to_owned(),
                    member_id: "m-1".to_owned(),
                },
                Some(assignment(
                    1,
                    &[(ID, &[0, 1], Some(&[11, 12]))],
                    &[(OTHER_ID, &[4], Some(&[3]))],
                )),
            ),
            "000800016700036d2d31",
            Some(
                "00000000000c0000000b01020102030405060708090a0b0c0d0e0f100300000000000000010100090300\
         00000b0000000c021112131415161718191a1b1c1d1e1f200200000004010005020000000300",
            ),
        ),
        (
            GroupRecord::ConsumerGroupCurrentMemberAssignment(
                ConsumerGroupCurrentMemberAssignmentKey {
                    group_id: "g".to_owned(),
                    member_id: "m-1".to_owned(),
                },
                Some(assignment(0, &[(ID, &[0, 1], Some(&[]))], &[])),
            ),
            "000800016700036d2d31",
            Some(
                "00000000000c0000000b00020102030405060708090a0b0c0d0e0f10030000000000000001000100",
            ),
        ),
        (
            GroupRecord::ConsumerGroupCurrentMemberAssignment(
                ConsumerGroupCurrentMemberAssignmentKey {
                    group_id: "g".to_owned(),
                    member_id: "m-1".to_owned(),
                },
                Some(assignment(0, &[(ID, &[0, 1], None)], &[])),
            ),
            "000800016700036d2d31",
            Some(
                "00000000000c0000000b00020102030405060708090a0b0c0d0e0f100300000000000000010100010001\
             00",
            ),
        ),
        (
            GroupRecord::ConsumerGroupMemberMetadata(
                ConsumerGroupMemberMetadataKey {
                    group_id: "g".to_owned(),
                    member_id: "m-1".to_owned(),
                },
                Some(ConsumerGroupMemberMetadataValue {
                    classic_member_metadata: Some(Default::default()),
                    ..member()
                }),
            ),
            "000500016700036d2d31",
            Some("0000000007636c69656e740b2f3132372e302e302e31030261026201000013880000"),
        ),
        (
            GroupRecord::ConsumerGroupRegularExpression(
                ConsumerGroupRegularExpressionKey {
                    group_id: "g".to_owned(),
                    regular_expression: "^a.*".to_owned(),
                },
                Some(ConsumerGroupRegularExpressionValue {
                    topics: vec!["aa".to_owned(), "ab".to_owned()],
                    version: 77,
                    timestamp: 1_700_000_000_000,
                    ..Default::default()
                }),
            ),
            "001000016700045e612e2a",
            Some("000003036161036162000000000000004d0000018bcfe5680000"),
        ),
        (
            GroupRecord::ConsumerGroupRegularExpression(
                ConsumerGroupRegularExpressionKey {
                    group_id: "g".to_owned(),
                    regular_expression: "^a.*".to_owned(),
                },
                None,
            ),
            "001000016700045e612e2a",
            None,
        ),
        (
            GroupRecord::Other {
                key: from_hex("000b000167"),
                value: Some(from_hex("000000000001000000000000000000")),
            },
            "000b000167",
            Some("000000000001000000000000000000"),
        ),
    ]
}

/// Commits in forms that Kafka has written before, beside what they are read as.
pub(super) fn written_by_older_versions() -> Vec<Written> {
    vec![
        (
            GroupRecord::OffsetCommit(
                offset_key(3),
                Some(OffsetCommitValue {
                    offset: 42,
                    metadata: "m".to_owned(),
                    commit_timestamp: 1_700_000_000_000,
                    ..Default::default()
                }),
            ),
            "000100016700066f726465727300000003",
            Some("0000000000000000002a00016d0000018bcfe56800"),
        ),
        (
            GroupRecord::OffsetCommit(
                offset_key(3),
                Some(OffsetCommitValue {
                    offset: 42,
                    metadata: "m".to_owned(),
                    commit_timestamp: 1_700_000_000_000,
                    ..Default::default()
                }),
            ),
            "000100016700066f726465727300000003",
            Some("0002000000000000002a00016d0000018bcfe56800"),
        ),
        (
            GroupRecord::OffsetCommit(
                offset_key(3),
                Some(OffsetCommitValue {
                    offset: 42,
                    metadata: "m".to_owned(),
                    commit_timestamp: 1_700_000_000_000,
                    leader_epoch: 7,
                    ..Default::default()
                }),
            ),
            "000100016700066f726465727300000003",
            Some("0003000000000000002a0000000700016d0000018bcfe56800"),
        ),
        (
            GroupRecord::OffsetCommit(
                offset_key(3),
                Some(OffsetCommitValue {
                    offset: 42,
                    metadata: "m".to_owned(),
                    commit_timestamp: 1_700_000_000_000,
                    ..Default::default()
                }),
            ),
            "000000016700066f726465727300000003",
            Some("0000000000000000002a00016d0000018bcfe56800"),
        ),
        (
            GroupRecord::OffsetCommit(offset_key(3), None),
            "000000016700066f726465727300000003",
            None,
        ),
    ]
}

pub(super) fn offset_key(partition: i32) -> OffsetCommitKey {
    OffsetCommitKey { group: "g".to_owned(), topic: "orders".to_owned(), partition }
}

fn classic_group() -> GroupMetadataValue {
    let member = |id: &str, instance: Option<&str>| group_metadata_value::MemberMetadata {
        member_id: id.to_owned(),
        group_instance_id: instance.map(str::to_owned),
        client_id: "client".to_owned(),
        client_host: "/127.0.0.1".to_owned(),
        ..Default::default()
    };
    GroupMetadataValue {
        protocol_type: "consumer".to_owned(),
        generation: 6,
        protocol: Some("range".to_owned()),
        leader: Some("m-1".to_owned()),
        current_state_timestamp: 1_700_000_000_000,
        members: vec![
            group_metadata_value::MemberMetadata {
                rebalance_timeout: 300_000,
                session_timeout: 45_000,
                subscription: Bytes::from_static(&[1, 2, 3]),
                assignment: Bytes::from_static(&[9, 8]),
                ..member("m-1", None)
            },
            group_metadata_value::MemberMetadata {
                rebalance_timeout: 60_000,
                session_timeout: 10_000,
                ..member("m-2", Some("i-2"))
            },
        ],
        ..Default::default()
    }
}

fn partition_metadata() -> ConsumerGroupPartitionMetadataValue {
    use consumer_group_partition_metadata_value::{PartitionMetadata, TopicMetadata};
    let partition = PartitionMetadata {
        partition: 1,
        racks: vec!["r1".to_owned(), "r2".to_owned()],
        ..Default::default()
    };
    let topic = TopicMetadata {
        topic_id: ID,
        topic_name: "orders".to_owned(),
        num_partitions: 2,
        partition_metadata: vec![partition],
        ..Default::default()
    };
    ConsumerGroupPartitionMetadataValue { topics: vec![topic], ..Default::default() }
}

fn member() -> ConsumerGroupMemberMetadataValue {
    ConsumerGroupMemberMetadataValue {
        instance_id: None,
        rack_id: None,
        client_id: "client".to_owned(),
        client_host: "/127.0.0.1".to_owned(),
        subscribed_topic_names: vec!["a".to_owned(), "b".to_owned()],
        subscribed_topic_regex: Some(String::new()),
        rebalance_timeout_ms: 5_000,
        server_assignor: None,
        classic_member_metadata: None,
        ..Default::default()
    }
}

fn member_with_everything() -> ConsumerGroupMemberMetadataValue {
    use consumer_group_member_metadata_value::{ClassicMemberMetadata, ClassicProtocol};
    let protocol = ClassicProtocol {
        name: "range".to_owned(),
        metadata: Bytes::from_static(&[1, 2, 3]),
        ..Default::default()
    };
    ConsumerGroupMemberMetadataValue {
        instance_id: Some("i".to_owned()),
        rack_id: Some("r".to_owned()),
        subscribed_topic_names: vec![],
        subscribed_topic_regex: Some("^a.*".to_owned()),
        server_assignor: Some("uniform".to_owned()),
        classic_member_metadata: Some(ClassicMemberMetadata {
            session_timeout_ms: 45_000,
            supported_protocols: vec![protocol],
            ..Default::default()
        }),
        ..member()
    }
}

/// Partitions of a topic with the epochs in which they were assigned.
type Assigned = (Uuid, &'static [i32], Option<&'static [i32]>);

fn assignment(
    state: i8,
    assigned: &[Assigned],
    revoked: &[Assigned],
) -> ConsumerGroupCurrentMemberAssignmentValue {
    use consumer_group_current_member_assignment_value::TopicPartitions;
    let partitions = |all: &[Assigned]| {
        let all = all.iter().map(|(topic_id, partitions, epochs)| TopicPartitions {
            topic_id: *topic_id,
            partitions: partitions.to_vec(),
            assignment_epochs: epochs.map(<[i32]>::to_vec),
            ..Default::default()
        });
        all.collect()
    };
    ConsumerGroupCurrentMemberAssignmentValue {
        member_epoch: 12,
        previous_member_epoch: 11,
        state,
        assigned_partitions: partitions(assigned),
        partitions_pending_revocation: partitions(revoked),
        ..Default::default()
    }
}

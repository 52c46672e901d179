//! The records of a group, as Kafka writes them.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::member::{Member, Owned};
use super::subscriptions::Resolved;
use crate::generated::consumer_group_current_member_assignment_value::TopicPartitions;
use crate::generated::consumer_group_target_assignment_member_value::TopicPartition;
use crate::generated::*;
use crate::records::GroupRecord;

pub(super) fn group_epoch(group: &str, epoch: i32, metadata_hash: i64) -> GroupRecord {
    let value = ConsumerGroupMetadataValue { epoch, metadata_hash, unknown_tags: Vec::new() };
    GroupRecord::ConsumerGroupMetadata(group_key(group), Some(value))
}

pub(super) fn group_epoch_gone(group: &str) -> GroupRecord {
    GroupRecord::ConsumerGroupMetadata(group_key(group), None)
}

fn group_key(group: &str) -> ConsumerGroupMetadataKey {
    ConsumerGroupMetadataKey { group_id: group.to_owned() }
}

pub(super) fn partition_metadata_gone(group: &str) -> GroupRecord {
    let key = ConsumerGroupPartitionMetadataKey { group_id: group.to_owned() };
    GroupRecord::ConsumerGroupPartitionMetadata(key, None)
}

pub(super) fn member(group: &str, member: &Member) -> GroupRecord {
    let value = ConsumerGroupMemberMetadataValue {
        instance_id: member.instance_id.clone(),
        rack_id: member.rack_id.clone(),
        client_id: member.client_id.clone(),
        client_host: member.client_host.clone(),
        subscribed_topic_names: member.subscribed_topic_names.iter().cloned().collect(),
        subscribed_topic_regex: member.subscribed_topic_regex.clone(),
        rebalance_timeout_ms: member.rebalance_timeout,
        server_assignor: member.server_assignor.clone(),
        classic_member_metadata: member.classic.clone(),
        unknown_tags: Vec::new(),
    };
    GroupRecord::ConsumerGroupMemberMetadata(member_key(group, &member.id), Some(value))
}

pub(super) fn member_gone(group: &str, member: &str) -> GroupRecord {
    GroupRecord::ConsumerGroupMemberMetadata(member_key(group, member), None)
}

fn member_key(group: &str, member: &str) -> ConsumerGroupMemberMetadataKey {
    ConsumerGroupMemberMetadataKey { group_id: group.to_owned(), member_id: member.to_owned() }
}

pub(super) fn target_epoch(group: &str, epoch: i32, timestamp_ms: i64) -> GroupRecord {
    let value = ConsumerGroupTargetAssignmentMetadataValue {
        assignment_epoch: epoch,
        assignment_timestamp: timestamp_ms,
        unknown_tags: Vec::new(),
    };
    GroupRecord::ConsumerGroupTargetAssignmentMetadata(target_epoch_key(group), Some(value))
}

pub(super) fn target_epoch_gone(group: &str) -> GroupRecord {
    GroupRecord::ConsumerGroupTargetAssignmentMetadata(target_epoch_key(group), None)
}

fn target_epoch_key(group: &str) -> ConsumerGroupTargetAssignmentMetadataKey {
    ConsumerGroupTargetAssignmentMetadataKey { group_id: group.to_owned() }
}

pub(super) fn target(
    group: &str,
    member: &str,
    target: &BTreeMap<Uuid, BTreeSet<i32>>,
) -> GroupRecord {
    let topic = |(topic_id, partitions): (&Uuid, &BTreeSet<i32>)| TopicPartition {
        topic_id: *topic_id,
        partitions: partitions.iter().copied().collect(),
        unknown_tags: Vec::new(),
    };
    let value = ConsumerGroupTargetAssignmentMemberValue {
        topic_partitions: target.iter().map(topic).collect(),
        unknown_tags: Vec::new(),
    };
    GroupRecord::ConsumerGroupTargetAssignmentMember(target_key(group, member), Some(value))
}

pub(super) fn target_gone(group: &str, member: &str) -> GroupRecord {
    GroupRecord::ConsumerGroupTargetAssignmentMember(target_key(group, member), None)
}

fn target_key(group: &str, member: &str) -> ConsumerGroupTargetAssignmentMemberKey {
    ConsumerGroupTargetAssignmentMemberKey {
        group_id: group.to_owned(),
        member_id: member.to_owned(),
    }
}

pub(super) fn current(group: &str, member: &Member) -> GroupRecord {
    let value = ConsumerGroupCurrentMemberAssignmentValue {
        member_epoch: member.epoch,
        previous_member_epoch: member.previous_epoch,
        state: member.state.code(),
        assigned_partitions: topic_partitions(&member.assigned),
        partitions_pending_revocation: topic_partitions(&member.pending_revocation),
        unknown_tags: Vec::new(),
    };
    GroupRecord::ConsumerGroupCurrentMemberAssignment(current_key(group, &member.id), Some(value))
}

pub(super) fn current_gone(group: &str, member: &str) -> GroupRecord {
    GroupRecord::ConsumerGroupCurrentMemberAssignment(current_key(group, member), None)
}

fn current_key(group: &str, member: &str) -> ConsumerGroupCurrentMemberAssignmentKey {
    ConsumerGroupCurrentMemberAssignmentKey {
        group_id: group.to_owned(),
        member_id: member.to_owned(),
    }
}

fn topic_partitions(owned: &Owned) -> Vec<TopicPartitions> {
    let topic = |(topic_id, partitions): (&Uuid, &BTreeMap<i32, i32>)| TopicPartitions {
        topic_id: *topic_id,
        partitions: partitions.keys().copied().collect(),
        assignment_epochs: Some(partitions.values().copied().collect()),
        unknown_tags: Vec::new(),
    };
    owned.iter().map(topic).collect()
}

pub(super) fn pattern(group: &str, pattern: &str, resolved: &Resolved) -> GroupRecord {
    let value = ConsumerGroupRegularExpressionValue {
        topics: resolved.topics.iter().cloned().collect(),
        version: resolved.version,
        timestamp: resolved.timestamp_ms,
        unknown_tags: Vec::new(),
    };
    GroupRecord::ConsumerGroupRegularExpression(pattern_key(group, pattern), Some(value))
}

pub(super) fn pattern_gone(group: &str, pattern: &str) -> GroupRecord {
    GroupRecord::ConsumerGroupRegularExpression(pattern_key(group, pattern), None)
}

fn pattern_key(group: &str, pattern: &str) -> ConsumerGroupRegularExpressionKey {
    ConsumerGroupRegularExpressionKey {
        group_id: group.to_owned(),
        regular_expression: pattern.to_owned(),
    }
}

//! Groups in detail.

use std::collections::BTreeMap;

use kabuki_wire::ResponseError;
use kabuki_wire::messages::consumer_group_describe_response as consumer;
use kabuki_wire::messages::describe_groups_response as classic;
use kabuki_wire::messages::{
    ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse, DescribeGroupsRequest,
    DescribeGroupsResponse,
};

use super::{Assignment, GroupOutcomes, GroupState, GroupType};
use crate::client::Client;
use crate::cluster::Broker;
use crate::coordinator::{CoordinatorApi, group_id};
use crate::error::{BrokerError, ClientError};
use crate::group::subscription;

/// What classic groups of consumers call themselves.
const CONSUMER_PROTOCOL: &str = "consumer";

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupDescription {
    /// Its id.
    pub id: String,
    /// The protocol of its members.
    pub kind: GroupType,
    /// What it is doing.
    pub state: GroupState,
    /// The broker that coordinates it.
    pub coordinator: Option<Broker>,
    /// How partitions are assigned; empty while nobody has.
    pub assignor: String,
    /// The epoch of the group; `None` for classic groups.
    pub group_epoch: Option<i32>,
    /// The epoch of the target assignment; `None` for classic groups.
    pub target_epoch: Option<i32>,
    /// Its members.
    pub members: Vec<GroupMember>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMember {
    /// Its id.
    pub id: String,
    /// The id under which it comes back after a restart, if it has one (KIP-345).
    pub instance_id: Option<String>,
    /// What it calls itself.
    pub client_id: String,
    /// Where it connects from, as the broker writes it.
    pub host: String,
    /// Its epoch; `None` in classic groups.
    pub epoch: Option<i32>,
    /// What it has.
    pub assignment: Assignment,
    /// What it is to have; `None` in classic groups.
    pub target: Option<Assignment>,
    /// Whether it speaks the group's own protocol: `false` for a classic member of a consumer group, `None` where the
    /// broker did not say.
    pub is_upgraded: Option<bool>,
}

type Described = GroupOutcomes<GroupDescription>;

impl Client {
    /// Describes groups of consumers, or says of each why not: GROUP_ID_NOT_FOUND for one that does not exist,
    /// INCONSISTENT_GROUP_PROTOCOL for one that is not of consumers.
    ///
    /// Each is asked for as a group of the consumer protocol, and if it is none, as a classic one.
    pub async fn describe_groups(&mut self, groups: &[&str]) -> Result<Described, ClientError> {
        let mut described = match self.describe_consumer(groups).await {
            Err(ClientError::Unsupported { .. }) => vec![],
            other => other?,
        };
        described.retain(|(_, outcome)| !matches!(outcome, Err(error) if is_other_kind(error)));
        let is_open = |group: &&str| described.iter().all(|(known, _)| known != group);
        let open: Vec<&str> = groups.iter().copied().filter(is_open).collect();
        described.extend(self.describe_classic(&open).await?);
        let mut by_id: BTreeMap<String, _> = described.into_iter().collect();
        for (group, outcome) in &mut by_id {
            if let Ok(outcome) = outcome {
                outcome.coordinator = self.known_coordinator(group);
            }
        }
        let outcome = |group: &&str| Some(((*group).to_owned(), by_id.remove(*group)?));
        Ok(groups.iter().filter_map(outcome).collect())
    }

    fn known_coordinator(&self, group: &str) -> Option<Broker> {
        let id = self.coordinators.get(group)?;
        self.cluster().brokers.get(id).cloned()
    }

    async fn describe_consumer(&mut self, groups: &[&str]) -> Result<Described, ClientError> {
        let api = CoordinatorApi {
            version_max: i16::MAX,
            several_groups: 0,
            make: |groups: &[String], _| {
                let ids = groups.iter().map(|group| group_id(group)).collect();
                ConsumerGroupDescribeRequest::default().with_group_ids(ids)
            },
            answer: of_consumer,
        };
        self.ask_coordinators::<ConsumerGroupDescribeRequest, _, _, _>(groups, &api).await
    }

    async fn describe_classic(&mut self, groups: &[&str]) -> Result<Described, ClientError> {
        let api = CoordinatorApi {
            version_max: i16::MAX,
            several_groups: 0,
            make: |groups: &[String], _| {
                let ids = groups.iter().map(|group| group_id(group)).collect();
                DescribeGroupsRequest::default().with_groups(ids)
            },
            answer: of_classic,
        };
        self.ask_coordinators::<DescribeGroupsRequest, _, _, _>(groups, &api).await
    }
}

/// Whether the group may still be one of the other protocol.
fn is_other_kind(error: &BrokerError) -> bool {
    matches!(error.error, ResponseError::GroupIdNotFound | ResponseError::UnsupportedVersion)
}

fn of_consumer(
    group: &str,
    response: &ConsumerGroupDescribeResponse,
) -> Result<GroupDescription, BrokerError> {
    let found = response.groups.iter().find(|found| found.group_id.as_str() == group);
    let found = found.ok_or(ResponseError::UnknownServerError)?;
    BrokerError::check(found.error_code, found.error_message.as_deref())?;
    Ok(GroupDescription {
        id: group.to_owned(),
        kind: GroupType::Consumer,
        state: GroupState::of_broker(&found.group_state),
        coordinator: None,
        assignor: found.assignor_name.to_string(),
        group_epoch: Some(found.group_epoch),
        target_epoch: Some(found.assignment_epoch),
        members: found.members.iter().map(member_of_consumer).collect(),
    })
}

fn member_of_consumer(member: &consumer::Member) -> GroupMember {
    GroupMember {
        id: member.member_id.to_string(),
        instance_id: member.instance_id.as_ref().map(|id| id.to_string()),
        client_id: member.client_id.to_string(),
        host: member.client_host.to_string(),
        epoch: Some(member.member_epoch),
        assignment: assigned(&member.assignment),
        target: Some(assigned(&member.target_assignment)),
        is_upgraded: match member.member_type {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
    }
}

fn assigned(assignment: &consumer::Assignment) -> Assignment {
    let topics = assignment.topic_partitions.iter();
    let partitions = |topic: &consumer::TopicPartitions| topic.partitions.iter().copied().collect();
    topics.map(|topic| (topic.topic_name.to_string(), partitions(topic))).collect()
}

fn of_classic(
    group: &str,
    response: &DescribeGroupsResponse,
) -> Result<GroupDescription, BrokerError> {
    let found = response.groups.iter().find(|found| found.group_id.as_str() == group);
    let found = found.ok_or(ResponseError::UnknownServerError)?;
    BrokerError::check(found.error_code, found.error_message.as_deref())?;
    let state = GroupState::of_broker(&found.group_state);
    // Before KIP-1043 a group that does not exist is described as a dead one.
    if state == GroupState::Dead {
        let message = Some(format!("Group {group} not found."));
        return Err(BrokerError { error: ResponseError::GroupIdNotFound, message });
    }
    let protocol = found.protocol_type.as_str();
    if !protocol.is_empty() && protocol != CONSUMER_PROTOCOL {
        let message = Some(format!("Group {group} is not a consumer group ({protocol})."));
        return Err(BrokerError { error: ResponseError::InconsistentGroupProtocol, message });
    }
    Ok(GroupDescription {
        id: group.to_owned(),
        kind: GroupType::Classic,
        state,
        coordinator: None,
        assignor: found.protocol_data.to_string(),
        group_epoch: None,
        target_epoch: None,
        members: found.members.iter().map(member_of_classic).collect(),
    })
}

/// A member whose assignment cannot be read is shown as one that has nothing.
fn member_of_classic(member: &classic::DescribedGroupMember) -> GroupMember {
    GroupMember {
        id: member.member_id.to_string(),
        instance_id: member.group_instance_id.as_ref().map(|id| id.to_string()),
        client_id: member.client_id.to_string(),
        host: member.client_host.to_string(),
        epoch: None,
        assignment: subscription::read_assignment(&member.member_assignment).unwrap_or_default(),
        target: None,
        is_upgraded: None,
    }
}

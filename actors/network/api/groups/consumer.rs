//! ConsumerGroupHeartbeat and ConsumerGroupDescribe (KIP-848).

use std::collections::BTreeMap;

use kabuki_groups::consumer::{
    Answer as ConsumerAnswer, DescribedGroup as Described, DescribedMember, DescribedTopic,
    HeartbeatAnswer, HeartbeatRequest, Partitions,
};
use kabuki_groups::state::{Answer as GroupAnswer, Request as GroupRequest};
use kabuki_metadata::features::GROUP_VERSION;
use kabuki_wire::messages::consumer_group_describe_response::{
    Assignment as DescribedAssignment, DescribedGroup, Member,
    TopicPartitions as DescribedPartitions,
};
use kabuki_wire::messages::consumer_group_heartbeat_response::{Assignment, TopicPartitions};
use kabuki_wire::messages::{
    ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse, ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse, TopicName,
};
use kabuki_wire::{ApiKey, ResponseError, StrBytes};

use super::super::{Env, Refusal, Request, Step};
use super::{
    ALL_OPERATIONS, Outcome, ask, ask_one, by_coordinator, code, misunderstood, optional_text,
    owned, text,
};

/// Why a cluster does not serve the protocol.
const NOT_SERVED: &str = "The version of API is not supported.";

/// Whether groups of the consumer protocol are served: by the cluster (`group.version`) and by this broker
/// (`group.coordinator.rebalance.protocols`).
fn is_served(env: &Env<'_>) -> bool {
    env.context.live().config.groups.consumer.is_served
        && env.context.view.load().image.feature(GROUP_VERSION) > 0
}

/// A member is there, and is told what it may have.
pub(in super::super::super) fn heartbeat(
    mut request: Request<'_>,
    env: &mut Env<'_>,
) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let client_id = request.header.client_id.to_string();
    let asked: ConsumerGroupHeartbeatRequest = request.decode()?;
    if !is_served(env) {
        let refused = refused(ResponseError::UnsupportedVersion.code(), Some(text(NOT_SERVED)));
        return Ok(envelope.send(&refused, env));
    }
    let topic_partitions = asked.topic_partitions.as_ref().map(|topics| {
        let mut partitions = Partitions::new();
        for topic in topics {
            partitions.entry(topic.topic_id).or_default().extend(&topic.partitions);
        }
        partitions
    });
    let names = asked.subscribed_topic_names.as_ref();
    let heartbeat = HeartbeatRequest {
        api_version: envelope.version,
        group_id: asked.group_id.to_string(),
        member_id: asked.member_id.to_string(),
        member_epoch: asked.member_epoch,
        instance_id: owned(&asked.instance_id),
        rack_id: owned(&asked.rack_id),
        rebalance_timeout_ms: asked.rebalance_timeout_ms,
        subscribed_topic_names: names
            .map(|names| names.iter().map(|name| name.to_string()).collect()),
        subscribed_topic_regex: owned(&asked.subscribed_topic_regex),
        server_assignor: owned(&asked.server_assignor),
        topic_partitions,
        client_id,
        client_host: env.client_host(),
    };
    if let Err(refusal) = heartbeat.check(&env.context.live().config.groups.consumer.assignors) {
        let refused = refused(code(Some(refusal.error)), Some(text(refusal.message)));
        return Ok(envelope.send(&refused, env));
    }
    let request = GroupRequest::ConsumerHeartbeat(heartbeat);
    Ok(ask_one(&asked.group_id, request, envelope, env, |outcome, envelope, env| {
        let response = match outcome {
            Ok(GroupAnswer::Consumer(ConsumerAnswer::Heartbeat(Ok(answer)))) => heard(answer),
            Ok(GroupAnswer::Consumer(ConsumerAnswer::Heartbeat(Err(refusal)))) => {
                refused(code(Some(refusal.error)), Some(text(refusal.message)))
            }
            Ok(other) => refused(misunderstood(envelope.api, &other), None),
            Err(error) => refused(error, None),
        };
        envelope.send(&response, env)
    }))
}

fn refused(code: i16, message: Option<StrBytes>) -> ConsumerGroupHeartbeatResponse {
    ConsumerGroupHeartbeatResponse::default().with_error_code(code).with_error_message(message)
}

fn heard(answer: HeartbeatAnswer) -> ConsumerGroupHeartbeatResponse {
    let assignment = answer.assignment.map(|topics| {
        let topics = topics.into_iter().map(|(id, partitions)| {
            TopicPartitions::default().with_topic_id(id).with_partitions(partitions)
        });
        Assignment::default().with_topic_partitions(topics.collect())
    });
    ConsumerGroupHeartbeatResponse::default()
        .with_member_id(Some(text(answer.member_id)))
        .with_member_epoch(answer.member_epoch)
        .with_heartbeat_interval_ms(answer.heartbeat_interval_ms)
        .with_assignment(assignment)
}

/// Groups, with what their members have and shall have.
pub(in super::super::super) fn describe(
    mut request: Request<'_>,
    env: &mut Env<'_>,
) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: ConsumerGroupDescribeRequest = request.decode()?;
    if !is_served(env) {
        let refused = asked.group_ids.iter().map(|id| {
            DescribedGroup::default()
                .with_group_id(id.clone())
                .with_error_code(ResponseError::UnsupportedVersion.code())
        });
        let response = ConsumerGroupDescribeResponse::default().with_groups(refused.collect());
        return Ok(envelope.send(&response, env));
    }
    let names = asked.group_ids.iter().map(|it| it.as_str()).filter(|name| !name.is_empty());
    let parts = by_coordinator(names, &env.context.view.load());
    let ids: Vec<Vec<String>> = parts.iter().map(|(_, ids)| ids.clone()).collect();
    let questions = parts.into_iter().map(|(it, ids)| (it, GroupRequest::ConsumerDescribe(ids)));
    Ok(ask(questions.collect(), envelope, env, move |outcomes, envelope, env| {
        let nameless =
            DescribedGroup::default().with_error_code(ResponseError::InvalidGroupId.code());
        let mut described = BTreeMap::from([(String::new(), nameless)]);
        for (ids, outcome) in ids.into_iter().zip(outcomes) {
            put(ids, outcome, &mut described);
        }
        let groups = asked.group_ids.iter().filter_map(|id| described.get(id.as_str()).cloned());
        let groups = groups.map(|mut group| {
            if asked.include_authorized_operations && group.error_code == 0 {
                group.authorized_operations = ALL_OPERATIONS;
            }
            group
        });
        let response = ConsumerGroupDescribeResponse::default().with_groups(groups.collect());
        envelope.send(&response, env)
    }))
}

fn put(ids: Vec<String>, outcome: Outcome, described: &mut BTreeMap<String, DescribedGroup>) {
    let error = match outcome {
        Ok(GroupAnswer::ConsumerDescribed(groups)) => {
            described.extend(groups.into_iter().map(|it| {
                let group = match it.described {
                    Ok(group) => of(group),
                    Err(message) => DescribedGroup::default()
                        .with_error_code(ResponseError::GroupIdNotFound.code())
                        .with_error_message(Some(text(message))),
                };
                (it.id.clone(), group.with_group_id(text(it.id).into()))
            }));
            return;
        }
        Ok(other) => misunderstood(ApiKey::ConsumerGroupDescribe, &other),
        Err(error) => error,
    };
    described.extend(ids.into_iter().map(|id| {
        let group = DescribedGroup::default().with_error_code(error);
        (id.clone(), group.with_group_id(text(id).into()))
    }));
}

fn of(group: Described) -> DescribedGroup {
    DescribedGroup::default()
        .with_group_state(text(group.state.name()))
        .with_group_epoch(group.epoch)
        .with_assignment_epoch(group.assignment_epoch)
        .with_assignor_name(text(group.assignor))
        .with_members(group.members.into_iter().map(member).collect())
}

fn member(member: DescribedMember) -> Member {
    let names = member.subscribed_topic_names.into_iter().map(|name| TopicName(text(name)));
    Member::default()
        .with_member_id(text(member.member_id))
        .with_instance_id(optional_text(member.instance_id))
        .with_rack_id(optional_text(member.rack_id))
        .with_member_epoch(member.member_epoch)
        .with_client_id(text(member.client_id))
        .with_client_host(text(member.client_host))
        .with_subscribed_topic_names(names.collect())
        .with_subscribed_topic_regex(optional_text(member.subscribed_topic_regex))
        .with_assignment(assignment(member.assignment))
        .with_target_assignment(assignment(member.target_assignment))
        .with_member_type(member.member_type)
}

fn assignment(topics: Vec<DescribedTopic>) -> DescribedAssignment {
    let topics = topics.into_iter().map(|topic| {
        DescribedPartitions::default()
            .with_topic_id(topic.topic_id)
            .with_topic_name(TopicName(text(topic.topic_name)))
            .with_partitions(topic.partitions)
    });
    DescribedAssignment::default().with_topic_partitions(topics.collect())
}

//! OffsetFetch.

use kabuki_groups::offsets::{FetchedOffset, Topic};
use kabuki_groups::state::{Answer as GroupAnswer, FetchAsk, Request as GroupRequest};
use kabuki_wire::messages::offset_fetch::{
    OffsetFetchRequestGroup, OffsetFetchResponseGroup, OffsetFetchResponsePartition,
    OffsetFetchResponsePartitions, OffsetFetchResponseTopic, OffsetFetchResponseTopics,
};
use kabuki_wire::messages::{OffsetFetchRequest, OffsetFetchResponse, TopicName};
use kabuki_wire::{ApiKey, ResponseError, Uuid};

use super::super::{Env, Refusal, Request, Step};
use super::{Outcome, ask, code, coordinator_of, misunderstood, owned, text};
use crate::view::View;

/// The first version that asks for several groups at once (KIP-709).
const GROUPS_VERSION: i16 = 8;
/// The first version that names topics by their ids.
const TOPIC_ID_VERSION: i16 = 10;
/// The first version with an error of the whole group.
const GROUP_ERROR_VERSION: i16 = 2;
/// No offset, and no epoch.
const NONE: (i64, i32) = (-1, -1);

pub(in super::super::super) fn handle(
    mut request: Request<'_>,
    env: &mut Env<'_>,
) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: OffsetFetchRequest = request.decode()?;
    let version = envelope.version;
    if version < GROUPS_VERSION {
        return Ok(handle_one(asked, envelope, env));
    }
    let view = env.context.view.load();
    let wanted: Vec<Wanted> =
        asked.groups.iter().map(|group| Wanted::new(group, version, &view)).collect();
    let question = |group: &Wanted| {
        let request = GroupRequest::Fetch(FetchAsk {
            group: group.id.clone(),
            member_id: group.member_id.clone(),
            member_epoch: group.member_epoch,
            topics: group.topics.clone(),
            require_stable: asked.require_stable,
        });
        (coordinator_of(&group.id, env), request)
    };
    let questions = wanted.iter().map(question).collect();
    Ok(ask(questions, envelope, env, move |outcomes, envelope, env| {
        let view = env.context.view.load();
        let groups = wanted.into_iter().zip(outcomes);
        let groups = groups.map(|(group, outcome)| group.response(outcome, version, &view));
        envelope.send(&OffsetFetchResponse { groups: groups.collect(), ..Default::default() }, env)
    }))
}

/// A group of a request of several.
struct Wanted {
    id: String,
    member_id: Option<String>,
    member_epoch: i32,
    /// Topics that are known; `None` for all.
    topics: Option<Vec<Topic<i32>>>,
    /// What is refused without asking.
    unknown: Vec<OffsetFetchResponseTopics>,
}

impl Wanted {
    fn new(group: &OffsetFetchRequestGroup, version: i16, view: &View) -> Self {
        let mut unknown = Vec::new();
        let topics = group.topics.as_ref().map(|topics| {
            let mut known = Vec::with_capacity(topics.len());
            for topic in topics {
                let partitions = topic.partition_indexes.clone();
                if version < TOPIC_ID_VERSION {
                    known.push(Topic { name: topic.name.to_string(), id: Uuid::nil(), partitions });
                    continue;
                }
                match view.image.topics().by_id(topic.topic_id) {
                    Some(it) => known.push(Topic {
                        name: it.name.to_string(),
                        id: topic.topic_id,
                        partitions,
                    }),
                    None => unknown.push(OffsetFetchResponseTopics {
                        topic_id: topic.topic_id,
                        partitions: partitions
                            .into_iter()
                            .map(|index| refused(index, ResponseError::UnknownTopicId.code()))
                            .collect(),
                        ..Default::default()
                    }),
                }
            }
            known
        });
        Self {
            id: group.group_id.to_string(),
            member_id: owned(&group.member_id),
            member_epoch: group.member_epoch,
            topics,
            unknown,
        }
    }

    fn response(self, outcome: Outcome, version: i16, view: &View) -> OffsetFetchResponseGroup {
        let group_id = text(self.id).into();
        match fetched(outcome) {
            Ok(topics) => {
                let by_id = version >= TOPIC_ID_VERSION;
                // Of all topics of a group only those can be named that exist.
                let topics = topics.into_iter().filter_map(|it| named(it, by_id, view));
                let topics = topics.chain(self.unknown).collect();
                OffsetFetchResponseGroup { group_id, topics, ..Default::default() }
            }
            Err(error_code) => {
                OffsetFetchResponseGroup { group_id, error_code, ..Default::default() }
            }
        }
    }
}

fn refused(index: i32, code: i16) -> OffsetFetchResponsePartitions {
    OffsetFetchResponsePartitions::default()
        .with_partition_index(index)
        .with_committed_offset(NONE.0)
        .with_committed_leader_epoch(NONE.1)
        .with_metadata(Some(text("")))
        .with_error_code(code)
}

fn named(
    topic: Topic<FetchedOffset>,
    by_id: bool,
    view: &View,
) -> Option<OffsetFetchResponseTopics> {
    let partitions = topic.partitions.into_iter().map(|it| {
        OffsetFetchResponsePartitions::default()
            .with_partition_index(it.partition)
            .with_committed_offset(it.offset)
            .with_committed_leader_epoch(it.leader_epoch)
            .with_metadata(Some(text(it.metadata)))
            .with_error_code(code(it.error))
    });
    let mut response =
        OffsetFetchResponseTopics { partitions: partitions.collect(), ..Default::default() };
    match by_id {
        true if topic.id.is_nil() => {
            response.topic_id = view.image.topics().by_name(&topic.name)?.id;
        }
        true => response.topic_id = topic.id,
        false => response.name = TopicName(text(topic.name)),
    }
    Some(response)
}

/// Up to version 7: one group, and its topics by name.
fn handle_one(asked: OffsetFetchRequest, envelope: super::Envelope, env: &mut Env<'_>) -> Step {
    let topics = asked.topics.as_ref().map(|topics| {
        let topics = topics.iter().map(|it| Topic {
            name: it.name.to_string(),
            id: Uuid::nil(),
            partitions: it.partition_indexes.clone(),
        });
        topics.collect::<Vec<_>>()
    });
    let fetch = FetchAsk {
        group: asked.group_id.to_string(),
        member_id: None,
        member_epoch: -1,
        topics,
        require_stable: asked.require_stable,
    };
    let request = GroupRequest::Fetch(fetch);
    super::ask_one(&asked.group_id, request, envelope, env, move |outcome, envelope, env| {
        let mut response = OffsetFetchResponse::default();
        match fetched(outcome) {
            Ok(topics) => response.topics = topics.into_iter().map(older).collect(),
            Err(code) if envelope.version >= GROUP_ERROR_VERSION => response.error_code = code,
            // The first versions can only say it partition by partition.
            Err(code) => {
                let topics = asked.topics.unwrap_or_default().into_iter().map(|topic| {
                    let partitions = topic.partition_indexes.iter().map(|index| {
                        OffsetFetchResponsePartition::default()
                            .with_partition_index(*index)
                            .with_committed_offset(NONE.0)
                            .with_metadata(Some(text("")))
                            .with_error_code(code)
                    });
                    OffsetFetchResponseTopic::default()
                        .with_name(topic.name.clone())
                        .with_partitions(partitions.collect())
                });
                response.topics = topics.collect();
            }
        }
        envelope.send(&response, env)
    })
}

fn older(topic: Topic<FetchedOffset>) -> OffsetFetchResponseTopic {
    let partitions = topic.partitions.into_iter().map(|it| {
        OffsetFetchResponsePartition::default()
            .with_partition_index(it.partition)
            .with_committed_offset(it.offset)
            .with_committed_leader_epoch(it.leader_epoch)
            .with_metadata(Some(text(it.metadata)))
            .with_error_code(code(it.error))
    });
    OffsetFetchResponseTopic::default()
        .with_name(TopicName(text(topic.name)))
        .with_partitions(partitions.collect())
}

fn fetched(outcome: Outcome) -> Result<Vec<Topic<FetchedOffset>>, i16> {
    match outcome {
        Ok(GroupAnswer::Fetched(fetched)) => fetched.map_err(|error| error.code()),
        Ok(other) => Err(misunderstood(ApiKey::OffsetFetch, &other)),
        Err(code) => Err(code),
    }
}

//! OffsetCommit.

use kabuki_groups::offsets::{CommitPartition, CommitRequest, Topic};
use kabuki_groups::state::{Answer as GroupAnswer, CommitAsk, Request as GroupRequest};
use kabuki_wire::Uuid;
use kabuki_wire::messages::offset_commit::{
    OffsetCommitRequestTopic, OffsetCommitResponsePartition, OffsetCommitResponseTopic,
};
use kabuki_wire::messages::{OffsetCommitRequest, OffsetCommitResponse, TopicName};

use super::super::{Env, Refusal, Request, Step, lookup};
use super::{ask_one, code, no_answer, owned, text};
use crate::view::View;

/// The first version that names topics by their ids.
const TOPIC_ID_VERSION: i16 = 10;
/// The retention of requests that leave it to the broker.
const BROKERS_RETENTION: i64 = -1;

pub(in super::super::super) fn handle(
    mut request: Request<'_>,
    env: &mut Env<'_>,
) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: OffsetCommitRequest = request.decode()?;
    let by_id = envelope.version >= TOPIC_ID_VERSION;
    let (refused, known) = sort(&asked.topics, by_id, &env.context.view.load());
    if known.is_empty() {
        return Ok(envelope.send(&response(refused), env));
    }
    // What is answered partition by partition where the coordinator answers nothing.
    let all = known.iter().map(|topic| Topic {
        name: topic.name.clone(),
        id: topic.id,
        partitions: topic.partitions.iter().map(|it| it.partition).collect(),
    });
    let all: Vec<Topic<i32>> = all.collect();
    let ask = CommitAsk {
        version: envelope.version,
        member_id: asked.member_id.to_string(),
        group_instance_id: owned(&asked.group_instance_id),
        generation_or_epoch: asked.generation_id_or_member_epoch,
        commit: CommitRequest {
            group: asked.group_id.to_string(),
            retention_ms: own_retention_ms(asked.retention_time_ms),
            topics: known,
        },
    };
    let request = GroupRequest::Commit(ask);
    Ok(ask_one(&asked.group_id, request, envelope, env, move |outcome, envelope, env| {
        let committed = match outcome {
            Ok(GroupAnswer::Committed(committed)) => committed.map_err(|error| error.code()),
            other => Err(no_answer(other, envelope.api)),
        };
        let answered = match committed {
            Ok(committed) => committed
                .into_iter()
                .map(|topic| {
                    let outcomes = topic.partitions.iter().map(|it| (it.partition, code(it.error)));
                    response_topic(topic_of(&topic.name, topic.id), outcomes)
                })
                .collect(),
            Err(code) => all
                .into_iter()
                .map(|topic| {
                    let outcomes = topic.partitions.iter().map(|index| (*index, code));
                    response_topic(topic_of(&topic.name, topic.id), outcomes)
                })
                .collect(),
        };
        envelope.send(&response(merged(refused, answered, by_id)), env)
    }))
}

/// For how long offsets are kept if the request says it: any other number below 0 than −1 is over at once, as in Kafka.
fn own_retention_ms(asked: i64) -> Option<i64> {
    Some(asked).filter(|ms| *ms != BROKERS_RETENTION)
}

fn response(topics: Vec<OffsetCommitResponseTopic>) -> OffsetCommitResponse {
    OffsetCommitResponse { topics, ..Default::default() }
}

fn topic_of(name: &str, id: Uuid) -> (TopicName, Uuid) {
    (TopicName(text(name)), id)
}

/// What is refused without a coordinator (topics and partitions that do not exist), and what is to be committed.
fn sort(
    topics: &[OffsetCommitRequestTopic],
    by_id: bool,
    view: &View,
) -> (Vec<OffsetCommitResponseTopic>, Vec<Topic<CommitPartition>>) {
    let (mut refused, mut known) = (Vec::new(), Vec::new());
    for topic in topics {
        let asked = || (topic.name.clone(), topic.topic_id);
        let found = match lookup::by_id_or_name(view, by_id, topic.topic_id, &topic.name) {
            Ok(found) => found,
            Err(error) => {
                let outcomes = topic.partitions.iter().map(|it| (it.partition_index, error.code()));
                put(&mut refused, by_id, asked(), outcomes);
                continue;
            }
        };
        let mut commits = Vec::with_capacity(topic.partitions.len());
        for it in &topic.partitions {
            match lookup::check_exists(found, it.partition_index) {
                Ok(()) => commits.push(CommitPartition {
                    partition: it.partition_index,
                    offset: it.committed_offset,
                    leader_epoch: it.committed_leader_epoch,
                    metadata: owned(&it.committed_metadata),
                }),
                Err(error) => {
                    put(&mut refused, by_id, asked(), [(it.partition_index, error.code())]);
                }
            }
        }
        if !commits.is_empty() {
            let (name, id) = (found.name.to_string(), found.id);
            known.push(Topic { name, id, partitions: commits });
        }
    }
    (refused, known)
}

/// What is refused comes first, and a topic is there once; where nothing is, topics stand as in the request, which may have
/// some of them twice. So it is in Kafka.
fn merged(
    refused: Vec<OffsetCommitResponseTopic>,
    answered: Vec<OffsetCommitResponseTopic>,
    by_id: bool,
) -> Vec<OffsetCommitResponseTopic> {
    if refused.is_empty() {
        return answered;
    }
    let mut topics = refused;
    for topic in answered {
        let outcomes = topic.partitions.iter().map(|it| (it.partition_index, it.error_code));
        put(&mut topics, by_id, (topic.name, topic.topic_id), outcomes);
    }
    topics
}

/// Adds partitions to a topic of the response.
fn put(
    topics: &mut Vec<OffsetCommitResponseTopic>,
    by_id: bool,
    (name, topic_id): (TopicName, Uuid),
    outcomes: impl IntoIterator<Item = (i32, i16)>,
) {
    let is_meant = |it: &&mut OffsetCommitResponseTopic| match by_id {
        true => it.topic_id == topic_id,
        false => it.name == name,
    };
    match topics.iter_mut().find(is_meant) {
        Some(topic) => topic.partitions.extend(partitions_of(outcomes)),
        None => topics.push(response_topic((name, topic_id), outcomes)),
    }
}

fn response_topic(
    (name, topic_id): (TopicName, Uuid),
    outcomes: impl IntoIterator<Item = (i32, i16)>,
) -> OffsetCommitResponseTopic {
    let partitions = partitions_of(outcomes).collect();
    OffsetCommitResponseTopic { name, topic_id, partitions, ..Default::default() }
}

fn partitions_of(
    outcomes: impl IntoIterator<Item = (i32, i16)>,
) -> impl Iterator<Item = OffsetCommitResponsePartition> {
    outcomes.into_iter().map(|(index, error)| {
        OffsetCommitResponsePartition::default().with_partition_index(index).with_error_code(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(name: &str, partitions: &[i32]) -> OffsetCommitResponseTopic {
        response_topic(topic_of(name, Uuid::nil()), partitions.iter().map(|it| (*it, 0)))
    }

    #[test]
    fn only_one_number_leaves_the_retention_to_the_broker() {
        assert_eq!(own_retention_ms(-1), None);
        for own in [i64::MIN, -2, 0, 1, i64::MAX] {
            assert_eq!(own_retention_ms(own), Some(own));
        }
    }

    #[test]
    fn topics_that_stand_twice_stay_so_unless_something_is_refused() {
        let answered = vec![topic("a", &[0]), topic("b", &[0]), topic("a", &[1])];
        assert_eq!(merged(Vec::new(), answered.clone(), false), answered);
        let together = vec![topic("a", &[7, 0, 1]), topic("b", &[0])];
        assert_eq!(merged(vec![topic("a", &[7])], answered, false), together);
    }
}

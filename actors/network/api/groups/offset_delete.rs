//! OffsetDelete.

use kabuki_groups::GroupError;
use kabuki_groups::offsets::Topic;
use kabuki_groups::state::{Answer as GroupAnswer, Request as GroupRequest};
use kabuki_wire::ResponseError;
use kabuki_wire::messages::offset_delete_response::{
    OffsetDeleteResponsePartition, OffsetDeleteResponseTopic,
};
use kabuki_wire::messages::{OffsetDeleteRequest, OffsetDeleteResponse, TopicName};

use super::super::{Env, Refusal, Request, Step, lookup};
use super::{ask_one, code, no_answer, text};

const UNKNOWN: i16 = ResponseError::UnknownTopicOrPartition.code();

pub(in super::super::super) fn handle(
    mut request: Request<'_>,
    env: &mut Env<'_>,
) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: OffsetDeleteRequest = request.decode()?;
    if asked.group_id.is_empty() {
        let error = GroupError::InvalidGroupId.code();
        return Ok(envelope.send(&OffsetDeleteResponse::default().with_error_code(error), env));
    }
    let view = env.context.view.load();
    let (mut known, mut refused) = (Vec::new(), Vec::new());
    for topic in &asked.topics {
        let found = view.image.topics().by_name(&topic.name);
        let is_known =
            |index: &i32| found.is_some_and(|it| lookup::check_exists(it, *index).is_ok());
        let partitions = topic.partitions.iter().map(|it| it.partition_index);
        let (here, unknown): (Vec<_>, Vec<_>) = partitions.partition(is_known);
        let unknown = unknown.into_iter().map(|it| (it, UNKNOWN));
        if found.is_none() || unknown.len() > 0 {
            put(&mut refused, topic.name.clone(), unknown);
        }
        if let Some(it) = found.filter(|_| !here.is_empty()) {
            known.push(Topic { name: topic.name.to_string(), id: it.id, partitions: here });
        }
    }
    // Nothing may be left to delete: whether there is such a group is asked all the same.
    let request = GroupRequest::DeleteOffsets { group: asked.group_id.to_string(), topics: known };
    Ok(ask_one(&asked.group_id, request, envelope, env, move |outcome, envelope, env| {
        let deleted = match outcome {
            Ok(GroupAnswer::OffsetsDeleted(deleted)) => deleted.map_err(|error| error.code()),
            other => Err(no_answer(other, envelope.api)),
        };
        let response = match deleted {
            Ok(topics) => {
                let topics = topics.into_iter().map(|Topic { name, partitions, .. }| {
                    let partitions = partitions.iter().map(|it| (it.partition, code(it.error)));
                    response_topic(TopicName(text(name)), partitions)
                });
                OffsetDeleteResponse::default().with_topics(merged(refused, topics.collect()))
            }
            Err(code) => OffsetDeleteResponse::default().with_error_code(code),
        };
        envelope.send(&response, env)
    }))
}

/// What is refused comes first, and a topic is there once; where nothing is, topics stand as in the request. So it is in Kafka.
fn merged(
    refused: Vec<OffsetDeleteResponseTopic>,
    answered: Vec<OffsetDeleteResponseTopic>,
) -> Vec<OffsetDeleteResponseTopic> {
    if refused.is_empty() {
        return answered;
    }
    let mut topics = refused;
    for topic in answered {
        let outcomes = topic.partitions.iter().map(|it| (it.partition_index, it.error_code));
        put(&mut topics, topic.name, outcomes);
    }
    topics
}

/// Adds partitions to a topic of the response.
fn put(
    topics: &mut Vec<OffsetDeleteResponseTopic>,
    name: TopicName,
    outcomes: impl Iterator<Item = (i32, i16)>,
) {
    match topics.iter_mut().find(|it| it.name == name) {
        Some(topic) => topic.partitions.extend(partitions_of(outcomes)),
        None => topics.push(response_topic(name, outcomes)),
    }
}

fn response_topic(
    name: TopicName,
    outcomes: impl Iterator<Item = (i32, i16)>,
) -> OffsetDeleteResponseTopic {
    OffsetDeleteResponseTopic::default()
        .with_name(name)
        .with_partitions(partitions_of(outcomes).collect())
}

fn partitions_of(
    outcomes: impl Iterator<Item = (i32, i16)>,
) -> impl Iterator<Item = OffsetDeleteResponsePartition> {
    outcomes.map(|(index, error)| {
        OffsetDeleteResponsePartition::default().with_partition_index(index).with_error_code(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(name: &str, partitions: &[i32]) -> OffsetDeleteResponseTopic {
        response_topic(TopicName(text(name)), partitions.iter().map(|it| (*it, 0)))
    }

    #[test]
    fn topics_that_stand_twice_stay_so_unless_something_is_refused() {
        let answered = vec![topic("a", &[0]), topic("b", &[0]), topic("a", &[1])];
        assert_eq!(merged(Vec::new(), answered.clone()), answered);
        let together = vec![topic("a", &[7, 0, 1]), topic("b", &[0])];
        assert_eq!(merged(vec![topic("a", &[7])], answered), together);
    }
}

//! DeleteRecords: a partition forgets its oldest records (KIP-107).
//!
//! The low watermark that answers is the least log start of the live replicas, which a leader without followers has
//! moved already: there is nothing to wait for, so the timeout of the request has no effect.

use kabuki_metadata::controller::is_internal;
use kabuki_wire::ResponseError;
use kabuki_wire::messages::delete_records_response::{
    DeleteRecordsPartitionResult, DeleteRecordsTopicResult,
};
use kabuki_wire::messages::{DeleteRecordsRequest, DeleteRecordsResponse, TopicName};
use uuid::Uuid;

use super::distinct::distinct;
use super::gather::Gather;
use super::{Env, Envelope, Refusal, Request, Step, lookup};
use crate::answer::Answer;
use crate::network::errors;
use crate::partition::{DeleteRecords, PartitionSeed};
use crate::view::View;

/// The low watermark of a partition of which nothing was deleted.
const NO_LOW_WATERMARK: i64 = -1;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let request: DeleteRecordsRequest = request.decode()?;
    let view = env.context.view.load_full();
    let asked = request.topics.into_iter().map(|topic| {
        let partitions = topic.partitions.into_iter();
        (topic.name, partitions.map(|it| (it.partition_index, it.offset)))
    });
    let mut gather = Gather::new();
    for (name, partitions) in distinct(asked, |offset, later| *offset = later) {
        // A topic of which no partition is named is not answered.
        if partitions.is_empty() {
            continue;
        }
        let mut topic = DeleteRecordsTopicResult::default();
        for (index, before) in partitions {
            let mut result = nothing_deleted(index);
            match partition(&view, &name, index) {
                Err(error) => result.error_code = error.code(),
                Ok(partition) => {
                    let reply = env.token(gather.expect(topic.partitions.len()));
                    partition.handle.tell(DeleteRecords { before, reply });
                }
            }
            topic.partitions.push(result);
        }
        gather.push(topic.with_name(name));
    }
    let response = |topics| DeleteRecordsResponse::default().with_topics(topics);
    Ok(gather.respond(envelope, put, response, env))
}

/// The partition, if there is one, if its records may be deleted, and if this broker leads it: asked in this order.
fn partition<'v>(
    view: &'v View,
    name: &TopicName,
    index: i32,
) -> Result<&'v PartitionSeed, ResponseError> {
    let topic = lookup::by_id_or_name(view, false, Uuid::nil(), name)?;
    match lookup::partition(view, topic, index) {
        Err(ResponseError::UnknownTopicOrPartition) => Err(ResponseError::UnknownTopicOrPartition),
        _ if is_internal(&topic.name) => Err(ResponseError::InvalidTopicException),
        found => found,
    }
}

fn nothing_deleted(index: i32) -> DeleteRecordsPartitionResult {
    DeleteRecordsPartitionResult::default()
        .with_partition_index(index)
        .with_low_watermark(NO_LOW_WATERMARK)
}

/// What a partition said becomes its part of the response.
fn put(topic: &mut DeleteRecordsTopicResult, partition: usize, answer: Answer, envelope: Envelope) {
    let result = &mut topic.partitions[partition];
    match answer {
        Answer::Deleted(Ok(deleted)) => result.low_watermark = deleted.low_watermark,
        Answer::Deleted(Err(refusal)) => result.error_code = errors::of_refusal(&refusal),
        other => result.error_code = errors::of_no_answer(envelope.api, &other),
    }
}

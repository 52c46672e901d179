//! DeleteRecords: a partition forgets its oldest records (KIP-107).
//!
//! The low watermark that answers is the least log start of the live replicas, which a leader without followers has
//! moved already: there is nothing to wait for, so the timeout of the request has no effect.

use kabuki_metadata::controller::is_internal;
use kabuki_wire::messages::delete_records_response::{
    DeleteRecordsPartitionResult, DeleteRecordsTopicResult,
};
use kabuki_wire::messages::{DeleteRecordsRequest, DeleteRecordsResponse, TopicName};
use kabuki_wire::{ApiKey, ResponseError};
use uuid::Uuid;

use super::distinct::distinct;
use super::gather::Gather;
use super::{Env, Envelope, InFlight, Refusal, Request, Step, lookup};
use crate::answer::Answer;
use crate::network::errors;
use crate::partition::{DeleteRecords, Partition};
use crate::supervision::Handle;
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
    let mut waiting = Waiting { envelope, gather: Gather::new() };
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
                    let reply = env.token(waiting.gather.expect(topic.partitions.len()));
                    partition.tell(DeleteRecords { before, reply });
                }
            }
            topic.partitions.push(result);
        }
        waiting.gather.push(topic.with_name(name));
    }
    Ok(match waiting.gather.is_complete() {
        true => waiting.finish(env),
        false => Step::Later(Box::new(waiting)),
    })
}

/// The partition, if there is one, if its records may be deleted, and if this broker leads it: asked in this order.
fn partition<'v>(
    view: &'v View,
    name: &TopicName,
    index: i32,
) -> Result<&'v Handle<Partition>, ResponseError> {
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

struct Waiting {
    envelope: Envelope,
    gather: Gather<DeleteRecordsTopicResult>,
}

impl Waiting {
    fn finish(&mut self, env: &Env<'_>) -> Step {
        let topics = self.gather.take();
        self.envelope.send(&DeleteRecordsResponse::default().with_topics(topics), env)
    }
}

impl InFlight for Waiting {
    fn answered(&mut self, part: u32, answer: Answer, env: &mut Env<'_>) -> Option<Step> {
        let (topic, partition) = self.gather.answered(part)?;
        let result = &mut topic.partitions[partition];
        match answer {
            Answer::Deleted(Ok(deleted)) => result.low_watermark = deleted.low_watermark,
            Answer::Deleted(Err(refusal)) => result.error_code = errors::of_refusal(&refusal),
            Answer::Lost { stage, .. } => {
                result.error_code = errors::of_lost(ApiKey::DeleteRecords, stage);
            }
            other => {
                tracing::error!(?other, "not an answer to DeleteRecords");
                result.error_code = errors::UNKNOWN_SERVER_ERROR;
            }
        }
        self.gather.is_complete().then(|| self.finish(env))
    }
}

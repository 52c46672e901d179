//! OffsetForLeaderEpoch: where an epoch ended, by which a reader finds out that its log has left the leader's (KIP-320).

use kabuki_log::EpochEnd;
use kabuki_wire::messages::offset_for_leader_epoch_response::{
    EpochEndOffset, OffsetForLeaderTopicResult,
};
use kabuki_wire::messages::{OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse};
use uuid::Uuid;

use super::gather::Gather;
use super::{Env, Envelope, Refusal, Request, Step, lookup};
use crate::answer::Answer;
use crate::network::errors;
use crate::partition::FindEpochEnd;

/// Stands for "unknown" in epochs and offsets.
const UNKNOWN: i32 = -1;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let request: OffsetForLeaderEpochRequest = request.decode()?;
    let view = env.context.view.load_full();
    let mut gather = Gather::new();
    for topic in request.topics {
        let found = lookup::by_id_or_name(&view, false, Uuid::nil(), &topic.topic);
        let mut result = OffsetForLeaderTopicResult::default().with_topic(topic.topic);
        for asked in topic.partitions {
            let mut answer = unknown(asked.partition);
            match found.and_then(|topic| lookup::partition(&view, topic, asked.partition)) {
                Err(error) => answer.error_code = error.code(),
                Ok(partition) => {
                    let reply = env.token(gather.expect(result.partitions.len()));
                    partition.handle.tell(FindEpochEnd {
                        epoch: asked.leader_epoch,
                        current_leader_epoch: asked.current_leader_epoch,
                        reply,
                    });
                }
            }
            result.partitions.push(answer);
        }
        gather.push(result);
    }
    let response = |topics| OffsetForLeaderEpochResponse::default().with_topics(topics);
    Ok(gather.respond(envelope, put, response, env))
}

fn unknown(partition: i32) -> EpochEndOffset {
    EpochEndOffset::default()
        .with_partition(partition)
        .with_leader_epoch(UNKNOWN)
        .with_end_offset(UNKNOWN.into())
}

/// What a partition said becomes its part of the response.
fn put(
    topic: &mut OffsetForLeaderTopicResult,
    partition: usize,
    answer: Answer,
    envelope: Envelope,
) {
    let result = &mut topic.partitions[partition];
    match answer {
        Answer::EpochEnd(Ok(None)) => {}
        Answer::EpochEnd(Ok(Some(EpochEnd { epoch, end_offset }))) => {
            result.leader_epoch = epoch;
            result.end_offset = end_offset;
        }
        Answer::EpochEnd(Err(refusal)) => result.error_code = errors::of_refusal(&refusal),
        other => result.error_code = errors::of_no_answer(envelope.api, &other),
    }
}

//! OffsetForLeaderEpoch: where an epoch ended, by which a reader finds out that its log has left the leader's (KIP-320).

use kabuki_log::EpochEnd;
use kabuki_wire::messages::offset_for_leader_epoch_response::{
    EpochEndOffset, OffsetForLeaderTopicResult,
};
use kabuki_wire::messages::{OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse};
use uuid::Uuid;

use super::gather::Gather;
use super::{Env, Envelope, InFlight, Refusal, Request, Step, lookup};
use crate::answer::Answer;
use crate::network::errors;
use crate::partition::FindEpochEnd;

/// Stands for "unknown" in epochs and offsets.
const UNKNOWN: i32 = -1;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let request: OffsetForLeaderEpochRequest = request.decode()?;
    let view = env.context.view.load_full();
    let mut waiting = Waiting { envelope, gather: Gather::new() };
    for topic in request.topics {
        let found = lookup::by_id_or_name(&view, false, Uuid::nil(), &topic.topic);
        let mut result = OffsetForLeaderTopicResult::default().with_topic(topic.topic);
        for asked in topic.partitions {
            let mut answer = unknown(asked.partition);
            match found.and_then(|topic| lookup::partition(&view, topic, asked.partition)) {
                Err(error) => answer.error_code = error.code(),
                Ok(partition) => {
                    let reply = env.token(waiting.gather.expect(result.partitions.len()));
                    partition.tell(FindEpochEnd {
                        epoch: asked.leader_epoch,
                        current_leader_epoch: asked.current_leader_epoch,
                        reply,
                    });
                }
            }
            result.partitions.push(answer);
        }
        waiting.gather.push(result);
    }
    Ok(match waiting.gather.is_complete() {
        true => waiting.finish(env),
        false => Step::Later(Box::new(waiting)),
    })
}

fn unknown(partition: i32) -> EpochEndOffset {
    EpochEndOffset::default()
        .with_partition(partition)
        .with_leader_epoch(UNKNOWN)
        .with_end_offset(UNKNOWN.into())
}

struct Waiting {
    envelope: Envelope,
    gather: Gather<OffsetForLeaderTopicResult>,
}

impl Waiting {
    fn finish(&mut self, env: &Env<'_>) -> Step {
        let topics = self.gather.take();
        self.envelope.send(&OffsetForLeaderEpochResponse::default().with_topics(topics), env)
    }
}

impl InFlight for Waiting {
    fn answered(&mut self, part: u32, answer: Answer, env: &mut Env<'_>) -> Option<Step> {
        let (topic, partition) = self.gather.answered(part)?;
        let result = &mut topic.partitions[partition];
        match answer {
            Answer::EpochEnd(Ok(None)) => {}
            Answer::EpochEnd(Ok(Some(EpochEnd { epoch, end_offset }))) => {
                result.leader_epoch = epoch;
                result.end_offset = end_offset;
            }
            Answer::EpochEnd(Err(refusal)) => result.error_code = errors::of_refusal(&refusal),
            Answer::Lost { stage, .. } => {
                result.error_code = errors::of_lost(self.envelope.api, stage);
            }
            other => {
                tracing::error!(?other, "not an answer to OffsetForLeaderEpoch");
                result.error_code = errors::UNKNOWN_SERVER_ERROR;
            }
        }
        self.gather.is_complete().then(|| self.finish(env))
    }
}

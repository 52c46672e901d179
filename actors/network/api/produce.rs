//! Produce: each partition's records go to its actor as one message; the response is made when all have answered.

use kabuki_log::Appended;
use kabuki_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kabuki_wire::messages::produce_response::{
    BatchIndexAndErrorMessage, PartitionProduceResponse, TopicProduceResponse,
};
use kabuki_wire::messages::{ProduceRequest, ProduceResponse};
use kabuki_wire::{ApiKey, ResponseError, StrBytes};

use super::gather::Gather;
use super::{Env, Envelope, InFlight, Refusal, Request, Step, lookup};
use crate::answer::Answer;
use crate::network::errors;
use crate::partition::{Append, AppendFailure};

/// The client that may write to internal topics, as in Kafka.
const ADMIN_CLIENT_ID: &str = "__admin_client";

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let admin = request.header.client_id.as_str() == ADMIN_CLIENT_ID;
    let asked: ProduceRequest = request.decode()?;
    let mut produce = Produce { envelope, acks: asked.acks, gather: Gather::new() };
    for topic in asked.topic_data {
        produce.start(topic, admin, env);
    }
    Ok(match produce.gather.is_complete() {
        true => produce.finish(),
        false => Step::Later(Box::new(produce)),
    })
}

/// A produce request under way.
struct Produce {
    envelope: Envelope,
    acks: i16,
    /// The response, as far as it is known.
    gather: Gather<TopicProduceResponse>,
}

impl Produce {
    fn start(&mut self, topic: TopicProduceData, admin: bool, env: &mut Env<'_>) {
        let view = env.context.view.load_full();
        let found =
            lookup::by_id_or_name(&view, self.envelope.version >= 13, topic.topic_id, &topic.name);
        let mut response = TopicProduceResponse::default()
            .with_name(topic.name)
            .with_topic_id(topic.topic_id)
            .with_partition_responses(Vec::with_capacity(topic.partition_data.len()));
        for PartitionProduceData { index, records, .. } in topic.partition_data {
            let mut answer = pending(index);
            let appended = found.and_then(|topic| {
                self.check_acks()?;
                lookup::check_writable(topic, admin)?;
                lookup::partition(&view, topic, index)
            });
            match appended {
                Err(error) => {
                    answer.error_code = error.code();
                    env.context.traffic.count_error(ApiKey::Produce as i16, answer.error_code);
                }
                Ok(partition) => {
                    let part = self.gather.expect(response.partition_responses.len());
                    partition.tell(Append {
                        records: records.unwrap_or_default(),
                        produce_version: self.envelope.version,
                        reply: env.token(part),
                    });
                }
            }
            response.partition_responses.push(answer);
        }
        self.gather.push(response);
    }

    fn check_acks(&self) -> Result<(), ResponseError> {
        match self.acks {
            -1..=1 => Ok(()),
            _ => Err(ResponseError::InvalidRequiredAcks),
        }
    }

    /// With acks=0 there is no response; an error then closes the connection, so that the client looks for the leader
    /// anew.
    fn finish(&mut self) -> Step {
        if self.acks != 0 {
            let topics = self.gather.take();
            return self.envelope.send(&ProduceResponse::default().with_responses(topics));
        }
        let mut partitions =
            self.gather.topics().iter().flat_map(|topic| &topic.partition_responses);
        match partitions.any(|partition| partition.error_code != errors::NONE) {
            true => Step::Close("a produce request with acks=0 failed"),
            false => Step::Silent,
        }
    }
}

impl InFlight for Produce {
    fn answered(&mut self, part: u32, answer: Answer, env: &mut Env<'_>) -> Option<Step> {
        let (topic, partition) = self.gather.answered(part)?;
        let response = &mut topic.partition_responses[partition];
        match answer {
            Answer::Append(Ok(appended)) => fill(response, appended),
            Answer::Append(Err(failure)) => refuse(response, &failure),
            Answer::Lost { stage, .. } => {
                response.error_code = errors::of_lost(ApiKey::Produce, stage);
            }
            other => {
                tracing::error!(?other, "not an answer to Produce");
                response.error_code = errors::UNKNOWN_SERVER_ERROR;
            }
        }
        env.context.traffic.count_error(ApiKey::Produce as i16, response.error_code);
        self.gather.is_complete().then(|| self.finish())
    }
}

/// The response of a partition before anything is known.
fn pending(index: i32) -> PartitionProduceResponse {
    PartitionProduceResponse::default()
        .with_index(index)
        .with_base_offset(-1)
        .with_log_append_time_ms(-1)
        .with_log_start_offset(-1)
}

fn fill(response: &mut PartitionProduceResponse, appended: Appended) {
    response.base_offset = appended.base_offset;
    response.log_append_time_ms = appended.log_append_time;
    response.log_start_offset = appended.log_start_offset;
}

/// Kafka sends the message only together with records that are at fault (KIP-467).
fn refuse(response: &mut PartitionProduceResponse, failure: &AppendFailure) {
    response.error_code = errors::of_append(failure);
    let AppendFailure::Invalid(invalid) = failure else { return };
    if invalid.record_errors.is_empty() {
        return;
    }
    response.error_message = Some(StrBytes::from_string(invalid.message.clone()));
    response.record_errors = invalid
        .record_errors
        .iter()
        .map(|record| {
            BatchIndexAndErrorMessage::default()
                .with_batch_index(record.batch_index)
                .with_batch_index_error_message(Some(StrBytes::from_string(record.message.clone())))
        })
        .collect();
}

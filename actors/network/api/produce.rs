//! Produce: each partition's records go to its actor as one message; the response is made when all have answered.
//!
//! Checks stand in Kafka's order: what fails the whole request ([`whole`]); per partition whether it exists and whether
//! its records are one batch; transactions; acks; internal topics; the rest is the partition's.

mod merging;
mod whole;

use bytes::Bytes;
use kabuki_log::Appended;
use kabuki_metadata::image::TopicImage;
use kabuki_records::validate::only_batch;
use kabuki_wire::messages::produce_response::{
    BatchIndexAndErrorMessage, LeaderIdAndEpoch, NodeEndpoint, PartitionProduceResponse,
    TopicProduceResponse,
};
use kabuki_wire::messages::{BrokerId, ProduceRequest, ProduceResponse};
use kabuki_wire::{ApiKey, ResponseError, StrBytes};

use self::merging::{AskedPartition, AskedTopic, merge};
use self::whole::WholeError;
use super::error_codes::ErrorCodes;
use super::gather::Gather;
use super::{Env, Envelope, InFlight, Refusal, Request, Step, Tokens, leaders, lookup};
use crate::answer::Answer;
use crate::network::errors;
use crate::partition::{Append, AppendFailure, RefusedAppend, zstd_allowed};
use crate::view::View;

/// The client that may write to internal topics, as in Kafka.
const ADMIN_CLIENT_ID: &str = "__admin_client";
/// The first version that names topics by their ids (KIP-516).
const TOPIC_ID_VERSION: i16 = 13;
/// The first version that says who leads (KIP-951).
const CURRENT_LEADER_VERSION: i16 = 10;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let admin = request.header.client_id.as_str() == ADMIN_CLIENT_ID;
    let asked: ProduceRequest = request.decode()?;
    let mut produce = Produce { envelope, acks: asked.acks, gather: Gather::new() };
    let view = env.context.view.load_full();
    let refused = whole::check(&asked);
    let by_id = envelope.version >= TOPIC_ID_VERSION;
    let find = |name: &_, id| lookup::by_id_or_name(&view, by_id, id, name);
    let topics = merge(asked.topic_data, find, |found, index, records| {
        lookup::check_exists((*found)?, index)?;
        check_records(records, envelope.version)
    });
    if let Err(error) = refused.and_then(|()| whole::check_producers(&topics)) {
        produce.refuse_all(topics, &error);
        return Ok(produce.finish(env));
    }
    let tokens = env.tokens(topics.iter().map(|topic| topic.partitions.len()).sum());
    for topic in topics {
        produce.start(topic, &view, admin, &tokens, env);
    }
    Ok(match produce.gather.is_complete() {
        true => produce.finish(env),
        false => Step::Later(Box::new(produce)),
    })
}

/// A partition's records are one batch of the only format there is.
fn check_records(records: &Bytes, version: i16) -> Result<(), ResponseError> {
    match only_batch(records, zstd_allowed(version)) {
        Ok(_) => Ok(()),
        Err(invalid) => {
            let error = ResponseError::try_from_code(errors::of_invalid(invalid.kind));
            Err(error.unwrap_or(ResponseError::UnknownServerError))
        }
    }
}

/// The topic that is meant, if it exists.
type Found<'v> = Result<&'v TopicImage, ResponseError>;

/// A produce request under way.
struct Produce {
    envelope: Envelope,
    acks: i16,
    /// The response, as far as it is known.
    gather: Gather<TopicProduceResponse>,
}

impl Produce {
    /// Hands the records of a topic's partitions to their actors.
    fn start(
        &mut self,
        topic: AskedTopic<Found<'_>>,
        view: &View,
        admin: bool,
        tokens: &Tokens,
        env: &mut Env<'_>,
    ) {
        let mut response = TopicProduceResponse::default()
            .with_name(topic.name)
            .with_topic_id(topic.id)
            .with_partition_responses(Vec::with_capacity(topic.partitions.len()));
        for AskedPartition { index, records, refusal } in topic.partitions {
            let mut answer = pending(index);
            answer.error_code = refusal.map_or(errors::NONE, |error| error.code());
            if let Some(records) = records {
                let may = topic.found.and_then(|topic| self.may_append(topic, &records, admin));
                match may.and_then(|topic| lookup::partition(view, topic, index)) {
                    Err(error) => fail(&mut answer, error),
                    Ok(partition) => {
                        let part = self.gather.expect(response.partition_responses.len());
                        env.note_asked(partition);
                        partition.handle.tell(Append {
                            expected: None,
                            records,
                            produce_version: self.envelope.version,
                            reply: tokens.token(part),
                        });
                    }
                }
            }
            response.partition_responses.push(answer);
        }
        self.gather.push(response);
    }

    /// What is checked only when the records are one batch for a partition that exists.
    fn may_append<'t>(
        &self,
        topic: &'t TopicImage,
        records: &[u8],
        admin: bool,
    ) -> Result<&'t TopicImage, ResponseError> {
        if whole::producer_in_transaction(records).is_some() {
            // Nobody knows of the transaction as long as there are no coordinators. This is what Kafka makes of that.
            return Err(ResponseError::NotEnoughReplicas);
        }
        if !(-1..=1).contains(&self.acks) {
            return Err(ResponseError::InvalidRequiredAcks);
        }
        lookup::check_writable(topic, admin)?;
        Ok(topic)
    }

    fn refuse_all(&mut self, topics: Vec<AskedTopic<Found<'_>>>, error: &WholeError) {
        for topic in topics {
            let partitions = topic.partitions.iter().map(|partition| {
                pending(partition.index)
                    .with_error_code(error.code)
                    .with_error_message(error.message.clone().map(StrBytes::from_string))
            });
            let response = TopicProduceResponse::default()
                .with_partition_responses(partitions.collect())
                .with_name(topic.name)
                .with_topic_id(topic.id);
            self.gather.push(response);
        }
    }

    /// With acks=0 there is no response; an error then closes the connection, so that the client looks for the leader
    /// anew.
    fn finish(&mut self, env: &Env<'_>) -> Step {
        let mut response = ProduceResponse::default().with_responses(self.gather.take());
        if self.acks != 0 {
            if self.envelope.version >= CURRENT_LEADER_VERSION {
                name_leaders(&mut response, self.envelope.version, env);
            }
            return self.envelope.send(&response, env);
        }
        env.count_errors(ApiKey::Produce, response.error_codes());
        match response.error_codes().any(|code| code != errors::NONE) {
            true => Step::Close("a produce request with acks=0 failed"),
            false => Step::Silent,
        }
    }
}

impl InFlight for Produce {
    fn answered(&mut self, part: u32, answer: Answer, env: &mut Env<'_>) -> Option<Step> {
        let (topic, partition) = self.gather.answered(part)?;
        let response = &mut topic.partition_responses[partition];
        if response.error_code == errors::NONE {
            take(response, answer);
        }
        self.gather.is_complete().then(|| self.finish(env))
    }
}

/// What the partition said becomes its part of the response.
fn take(response: &mut PartitionProduceResponse, answer: Answer) {
    match answer {
        Answer::Append(Ok(appended)) => fill(response, appended),
        Answer::Append(Err(refused)) => refuse(response, &refused),
        other => response.error_code = errors::of_no_answer(ApiKey::Produce, &other),
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

/// An error from before the log. What was wrong with other records for the partition stands.
fn fail(response: &mut PartitionProduceResponse, error: ResponseError) {
    if response.error_code != errors::NONE {
        return;
    }
    response.error_code = error.code();
    if error == ResponseError::NotEnoughReplicas {
        let message = "nobody can say whether the partition belongs to the transaction";
        response.error_message = Some(StrBytes::from_static_str(message));
    }
}

/// Kafka sends the message only together with records that are at fault (KIP-467), and the log's start with every error
/// but those it counts as ordinary.
fn refuse(response: &mut PartitionProduceResponse, refused: &RefusedAppend) {
    response.error_code = errors::of_append(&refused.why);
    if !errors::is_ordinary_for_append(response.error_code) {
        response.log_start_offset = refused.log_start_offset;
    }
    let AppendFailure::Invalid(invalid) = &refused.why else { return };
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

/// Names the leader of each partition that is not led here, and where the leaders are (KIP-951).
fn name_leaders(response: &mut ProduceResponse, version: i16, env: &Env<'_>) {
    let mut named = Vec::new();
    let view = env.context.view.load();
    for topic in &mut response.responses {
        for partition in &mut topic.partition_responses {
            if partition.error_code == ResponseError::NotLeaderOrFollower.code() {
                let by_id = version >= TOPIC_ID_VERSION;
                let found = lookup::by_id_or_name(&view, by_id, topic.topic_id, &topic.name).ok();
                let (leader, epoch) = leaders::current_leader(found, partition.index);
                partition.current_leader = LeaderIdAndEpoch::default()
                    .with_leader_id(BrokerId(leader))
                    .with_leader_epoch(epoch);
                named.push(leader);
            }
        }
    }
    let endpoints = leaders::endpoints(&view.image, &env.listener.name, named);
    let endpoints = endpoints.into_iter().map(|(broker, endpoint)| {
        NodeEndpoint::default()
            .with_node_id(BrokerId(broker.id))
            .with_host(StrBytes::from_string(endpoint.host.clone()))
            .with_port(endpoint.port.into())
            .with_rack(broker.rack.clone().map(StrBytes::from_string))
    });
    response.node_endpoints = endpoints.collect();
}

//! From what partitions gave to the frame.

use kabuki_wire::fetch_response::{
    AbortedTransaction, EpochEndOffset, FetchPartition, FetchResponse, FetchTopic,
    LeaderIdAndEpoch, NodeEndpoint, Part, RecordsSlice,
};
use kabuki_wire::messages::FetchRequest;
use kabuki_wire::{ResponseError, StrBytes, Uuid};

use super::super::{Env, Envelope, Step, leaders, lookup};
use super::asker::Asker;
use super::item::{Item, Outcome};
use super::wanted::{Kind, TOPIC_ID_VERSION};
use crate::network::errors;
use crate::network::outbox::{FileSlice, Piece};
use crate::view::View;

/// The first version whose clients are known to understand KAFKA_STORAGE_ERROR (KIP-112).
const STORAGE_ERROR_VERSION: i16 = 6;
/// The first version that says who leads (KIP-951).
const CURRENT_LEADER_VERSION: i16 = 16;

impl RecordsSlice for FileSlice {
    fn length(&self) -> usize {
        self.length
    }
}

/// The response of a request that does not fit its session.
pub(super) fn refuse(envelope: Envelope, error: ResponseError, env: &Env<'_>) -> Step {
    let response = FetchResponse {
        throttle_time_ms: 0,
        error_code: error.code(),
        session_id: 0,
        topics: Vec::new(),
        node_endpoints: Vec::new(),
    };
    send(envelope, response, env)
}

/// The response of a request that cannot be made sense of: up to version 12 every partition that it names has the error,
/// as often as it is named.
pub(super) fn fail(
    envelope: Envelope,
    request: &FetchRequest,
    error_code: i16,
    env: &Env<'_>,
) -> Step {
    let topics = request.topics.iter().map(|topic| FetchTopic {
        name: topic.topic.0.clone(),
        id: topic.topic_id,
        partitions: topic.partitions.iter().map(|it| failed(it.partition, error_code)).collect(),
    });
    let response = FetchResponse {
        throttle_time_ms: 0,
        error_code,
        session_id: request.session_id,
        topics: if envelope.version < TOPIC_ID_VERSION { topics.collect() } else { Vec::new() },
        node_endpoints: Vec::new(),
    };
    send(envelope, response, env)
}

/// Kafka's answer for a partition that it does not try to read.
fn failed(index: i32, error_code: i16) -> FetchPartition<FileSlice> {
    let aborted_transactions = Some(Vec::new());
    FetchPartition { index, error_code, aborted_transactions, ..Default::default() }
}

/// The response of a request whose partitions have all answered.
pub(super) fn respond(
    envelope: Envelope,
    kind: &Kind,
    asker: Asker,
    mut items: Vec<Item>,
    env: &Env<'_>,
) -> Step {
    items.sort_by_key(|item| item.rank(asker.is_follower()));
    if envelope.version < STORAGE_ERROR_VERSION {
        items.iter_mut().for_each(Item::hide_storage_error);
    }
    let view = env.context.view.load();
    let node_endpoints = match envelope.version >= CURRENT_LEADER_VERSION && !asker.is_follower() {
        true => endpoints(&items, &view, env),
        false => Vec::new(),
    };
    let session_id = match kind {
        Kind::Full { begins_session: false } => 0,
        Kind::Full { begins_session: true } => begin_session(envelope, asker, &items, env),
        Kind::Incremental(session) => {
            let told = items.iter().map(|item| (&item.wanted, item.told()));
            let mut must_tell = session.must_tell(told).into_iter();
            items.retain(|_| must_tell.next().unwrap_or(true));
            session.id()
        }
    };
    let topics = topics(items, envelope.version, asker, &view);
    let error_code = errors::NONE;
    let response =
        FetchResponse { throttle_time_ms: 0, error_code, session_id, topics, node_endpoints };
    send(envelope, response, env)
}

fn begin_session(envelope: Envelope, asker: Asker, items: &[Item], env: &Env<'_>) -> i32 {
    let told = items.iter().map(|item| (&item.wanted, item.told()));
    let by_id = envelope.version >= TOPIC_ID_VERSION;
    env.context.fetch_sessions.begin(env.session_owner, asker.is_follower(), by_id, told)
}

/// Where the leaders are of partitions that are led elsewhere, or in another epoch.
fn endpoints(items: &[Item], view: &View, env: &Env<'_>) -> Vec<NodeEndpoint> {
    let named = items.iter().filter_map(|item| leader_to_name(item, view));
    let endpoints =
        leaders::endpoints(&view.image, &env.listener.name, named.map(|it| it.leader_id));
    let endpoints = endpoints.into_iter().map(|(broker, endpoint)| NodeEndpoint {
        node_id: broker.id,
        host: StrBytes::from_string(endpoint.host.clone()),
        port: endpoint.port.into(),
        rack: broker.rack.clone().map(StrBytes::from_string),
    });
    endpoints.collect()
}

fn leader_to_name(item: &Item, view: &View) -> Option<LeaderIdAndEpoch> {
    let Outcome::Failed(code) = item.outcome else { return None };
    let named = [ResponseError::NotLeaderOrFollower, ResponseError::FencedLeaderEpoch];
    if !named.iter().any(|error| error.code() == code) {
        return None;
    }
    let by_id = item.wanted.topic_id != Uuid::nil();
    let topic = lookup::by_id_or_name(view, by_id, item.wanted.topic_id, &item.wanted.topic).ok();
    let (leader_id, leader_epoch) = leaders::current_leader(topic, item.wanted.partition);
    Some(LeaderIdAndEpoch { leader_id, leader_epoch })
}

/// Groups partitions by topic, in order: a topic may appear again after another one.
fn topics(items: Vec<Item>, version: i16, asker: Asker, view: &View) -> Vec<FetchTopic<FileSlice>> {
    let mut topics: Vec<FetchTopic<FileSlice>> = Vec::new();
    for item in items {
        let (name, id): (StrBytes, Uuid) = (item.wanted.topic.0.clone(), item.wanted.topic_id);
        let current_leader = match version >= CURRENT_LEADER_VERSION {
            true => leader_to_name(&item, view),
            false => None,
        };
        let partition = FetchPartition { current_leader, ..partition(item, asker) };
        let is_same = |it: &FetchTopic<_>| it.id == id && (!id.is_nil() || it.name == name);
        match topics.last_mut() {
            Some(topic) if is_same(topic) => topic.partitions.push(partition),
            _ => topics.push(FetchTopic { name, id, partitions: vec![partition] }),
        }
    }
    topics
}

fn partition(item: Item, asker: Asker) -> FetchPartition<FileSlice> {
    let index = item.wanted.partition;
    let data = match item.outcome {
        Outcome::Unknown(code) => return failed(index, code),
        Outcome::Failed(error_code) => {
            return FetchPartition { index, error_code, ..Default::default() };
        }
        Outcome::Read(data) => data,
    };
    FetchPartition {
        index,
        high_watermark: data.up_to.high_watermark,
        last_stable_offset: data.up_to.last_stable_offset,
        log_start_offset: data.log_start_offset,
        diverging_epoch: data
            .diverging
            .map(|it| EpochEndOffset { epoch: it.epoch, end_offset: it.end_offset }),
        aborted_transactions: asker.is_committed_only().then(|| aborted(&data.aborted)),
        records: data.slice,
        ..Default::default()
    }
}

fn aborted(transactions: &[kabuki_log::AbortedTransaction]) -> Vec<AbortedTransaction> {
    let told = |it: &kabuki_log::AbortedTransaction| AbortedTransaction {
        producer_id: it.producer_id,
        first_offset: it.first_offset,
    };
    transactions.iter().map(told).collect()
}

fn send(envelope: Envelope, response: FetchResponse<FileSlice>, env: &Env<'_>) -> Step {
    let partitions = response.topics.iter().flat_map(|topic| &topic.partitions);
    let codes = partitions.map(|it| it.error_code).chain([response.error_code]);
    env.count_errors(envelope.api, codes);
    match response.plan(envelope.version, envelope.correlation_id) {
        Ok(plan) => Step::Now(plan.parts.into_iter().map(piece).collect()),
        Err(error) => {
            tracing::error!(%error, "cannot encode a fetch response");
            Step::Close("its fetch response cannot be encoded")
        }
    }
}

fn piece(part: Part<FileSlice>) -> Piece {
    match part {
        Part::Bytes(bytes) => Piece::Bytes(bytes),
        Part::Records(slice) => Piece::File(slice),
    }
}

//! The plan of a fetch response against the message crate's own encoder.

use bytes::{Bytes, BytesMut};

use super::filler::Random;
use crate::fetch_response::{
    AbortedTransaction, EpochEndOffset, FetchPartition, FetchPlan, FetchResponse, FetchTopic,
    LeaderIdAndEpoch, NodeEndpoint, Part,
};
use crate::messages::fetch_response as crate_messages;
use crate::messages::{BrokerId, ProducerId, TopicName};
use crate::{ApiKey, StrBytes, Uuid, WireError, encode_response, messages};

fn joined(plan: FetchPlan<Bytes>) -> BytesMut {
    let mut frame = BytesMut::new();
    for part in plan.parts {
        match part {
            Part::Bytes(bytes) | Part::Records(bytes) => frame.extend_from_slice(&bytes),
        }
    }
    assert_eq!(frame.len(), plan.length);
    frame
}

/// Fields that a version lacks are at their defaults, as the crate's encoder refuses to leave them out.
fn random_response(version: i16, random: &mut Random) -> FetchResponse<Bytes> {
    let mut topics = vec![];
    for _ in 0..random.below(4) {
        let partitions = (0..random.below(5)).map(|_| random_partition(version, random)).collect();
        let id = if version >= 13 { Uuid::from_u128(random.next().into()) } else { Uuid::nil() };
        let name = if version >= 13 { "" } else { "topic" };
        topics.push(FetchTopic { name: StrBytes::from_static_str(name), id, partitions });
    }
    let endpoints = if version >= 16 { random.below(3) } else { 0 };
    FetchResponse {
        throttle_time_ms: random.next() as i32,
        error_code: if version >= 7 { random.next() as i16 } else { 0 },
        session_id: if version >= 7 { random.next() as i32 } else { 0 },
        topics,
        node_endpoints: (0..endpoints).map(|number| random_endpoint(number, random)).collect(),
    }
}

fn random_endpoint(number: usize, random: &mut Random) -> NodeEndpoint {
    let rack = [None, Some(StrBytes::from_static_str("rack"))][random.below(2)].clone();
    let host = StrBytes::from_static_str("host");
    NodeEndpoint { node_id: number as i32, host, port: random.next() as i32, rack }
}

fn random_partition(version: i16, random: &mut Random) -> FetchPartition<Bytes> {
    let records = vec![7; [0, 1, 100, 200, 20_000][random.below(5)]];
    let tag = |random: &mut Random| version >= 12 && random.below(2) == 0;
    FetchPartition {
        index: random.next() as i32,
        error_code: random.next() as i16,
        high_watermark: random.next() as i64,
        last_stable_offset: random.next() as i64,
        log_start_offset: if version >= 5 { random.next() as i64 } else { -1 },
        diverging_epoch: tag(random)
            .then(|| EpochEndOffset { epoch: random.next() as i32, end_offset: 5 }),
        current_leader: tag(random)
            .then(|| LeaderIdAndEpoch { leader_id: random.next() as i32, leader_epoch: 3 }),
        snapshot_id: tag(random)
            .then(|| EpochEndOffset { epoch: random.next() as i32, end_offset: 9 }),
        aborted_transactions: (random.below(2) == 0).then(|| random_aborted(random)),
        preferred_read_replica: if version >= 11 { random.next() as i32 } else { -1 },
        records: Some(Bytes::from(records)),
    }
}

fn random_aborted(random: &mut Random) -> Vec<AbortedTransaction> {
    let count = random.below(3);
    let offsets = (0..count).map(|_| random.next() as i64);
    offsets.map(|first_offset| AbortedTransaction { producer_id: 4, first_offset }).collect()
}

fn as_message(response: &FetchResponse<Bytes>) -> messages::FetchResponse {
    let topics = response.topics.iter().map(|topic| {
        crate_messages::FetchableTopicResponse::default()
            .with_topic(TopicName(topic.name.clone()))
            .with_topic_id(topic.id)
            .with_partitions(topic.partitions.iter().map(partition_message).collect())
    });
    let endpoints = response.node_endpoints.iter().map(|endpoint| {
        crate_messages::NodeEndpoint::default()
            .with_node_id(BrokerId(endpoint.node_id))
            .with_host(endpoint.host.clone())
            .with_port(endpoint.port)
            .with_rack(endpoint.rack.clone())
    });
    messages::FetchResponse::default()
        .with_throttle_time_ms(response.throttle_time_ms)
        .with_error_code(response.error_code)
        .with_session_id(response.session_id)
        .with_responses(topics.collect())
        .with_node_endpoints(endpoints.collect())
}

fn partition_message(partition: &FetchPartition<Bytes>) -> crate_messages::PartitionData {
    let aborted = |transaction: &AbortedTransaction| {
        crate_messages::AbortedTransaction::default()
            .with_producer_id(ProducerId(transaction.producer_id))
            .with_first_offset(transaction.first_offset)
    };
    let mut message = crate_messages::PartitionData::default()
        .with_partition_index(partition.index)
        .with_error_code(partition.error_code)
        .with_high_watermark(partition.high_watermark)
        .with_last_stable_offset(partition.last_stable_offset)
        .with_log_start_offset(partition.log_start_offset)
        .with_preferred_read_replica(BrokerId(partition.preferred_read_replica))
        .with_aborted_transactions(
            partition.aborted_transactions.as_ref().map(|all| all.iter().map(aborted).collect()),
        )
        .with_records(Some(partition.records.clone().unwrap_or_default()));
    if let Some(diverging) = partition.diverging_epoch {
        message.diverging_epoch.epoch = diverging.epoch;
        message.diverging_epoch.end_offset = diverging.end_offset;
    }
    if let Some(leader) = partition.current_leader {
        message.current_leader.leader_id = BrokerId(leader.leader_id);
        message.current_leader.leader_epoch = leader.leader_epoch;
    }
    if let Some(snapshot) = partition.snapshot_id {
        message.snapshot_id.epoch = snapshot.epoch;
        message.snapshot_id.end_offset = snapshot.end_offset;
    }
    message
}

#[test]
fn a_plan_is_byte_for_byte_what_the_crate_writes() {
    for version in ApiKey::Fetch.versions().iter() {
        for seed in 0..200 {
            let response = random_response(version, &mut Random::new(seed));
            let message = as_message(&response);
            let expected = encode_response(ApiKey::Fetch, version, 42, &message).expect("encodes");
            let plan = response.plan(version, 42).expect("a valid response");
            assert_eq!(joined(plan), expected, "version {version}, seed {seed}");
        }
    }
}

#[test]
fn missing_records_go_out_as_zero_bytes_of_records() {
    for version in ApiKey::Fetch.versions().iter() {
        let partition = FetchPartition { error_code: 3, ..Default::default() };
        let message = as_message(&one_partition(partition.clone()));
        let expected = encode_response(ApiKey::Fetch, version, 1, &message).expect("encodes");
        let plan = one_partition(partition).plan(version, 1).expect("a valid response");
        assert_eq!(plan.parts.len(), 1);
        assert_eq!(joined(plan), expected);
    }
}

fn one_partition(partition: FetchPartition<Bytes>) -> FetchResponse<Bytes> {
    let topic = FetchTopic { name: StrBytes::new(), id: Uuid::nil(), partitions: vec![partition] };
    FetchResponse {
        throttle_time_ms: 0,
        error_code: 0,
        session_id: 0,
        topics: vec![topic],
        node_endpoints: vec![],
    }
}

#[test]
fn fields_that_an_old_version_lacks_are_left_out() {
    let partition = FetchPartition {
        log_start_offset: 5,
        preferred_read_replica: 1,
        current_leader: Some(LeaderIdAndEpoch { leader_id: 1, leader_epoch: 1 }),
        records: Some(Bytes::from_static(b"records")),
        ..Default::default()
    };
    let plain = FetchPartition { records: partition.records.clone(), ..Default::default() };
    let plan = one_partition(partition).plan(4, 1).expect("a valid response");
    assert_eq!(Ok(plan), one_partition(plain).plan(4, 1));
}

#[test]
fn versions_that_do_not_exist_and_frames_that_are_too_long_are_refused() {
    let response = one_partition(FetchPartition::default());
    let refused = WireError::UnsupportedVersion { api: ApiKey::Fetch, version: 19 };
    assert_eq!(response.plan(19, 1), Err(refused));
    for length in [i32::MAX as usize, u32::MAX as usize, usize::MAX] {
        let partition = FetchPartition { records: Some(Claimed(length)), ..Default::default() };
        let topic =
            FetchTopic { name: StrBytes::new(), id: Uuid::nil(), partitions: vec![partition] };
        let response = FetchResponse {
            throttle_time_ms: 0,
            error_code: 0,
            session_id: 0,
            topics: vec![topic],
            node_endpoints: vec![],
        };
        assert!(matches!(response.plan(18, 1), Err(WireError::FrameTooLarge(_))));
    }
}

/// A slice of a length that nobody has.
#[derive(Debug, PartialEq)]
struct Claimed(usize);

impl crate::fetch_response::RecordsSlice for Claimed {
    fn length(&self) -> usize {
        self.0
    }
}

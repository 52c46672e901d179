//! Fetch sessions, by the bytes: who comes when there is not room for all, and to whom a session belongs.

use std::io::{Read, Write};
use std::net::TcpStream;

use bytes::Bytes;
use kabuki_client::NewTopic;
use kabuki_records::builder::BatchBuilder;
use kabuki_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use kabuki_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kabuki_wire::messages::{FetchRequest, FetchResponse, ProduceRequest, TopicName};
use kabuki_wire::{ApiKey, Request, ResponseError, StrBytes};

use super::server::{Place, Server};

const FETCH_VERSION: i16 = 12;
const PARTITIONS: i32 = 100;

fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.bootstrap()).expect("the broker listens")
}

fn ask<R: Request>(stream: &mut TcpStream, version: i16, request: &R) -> R::Response {
    let client_id = StrBytes::from_static_str("test");
    let frame = kabuki_wire::encode_request(version, 1, &client_id, request)
        .expect("a request that fits its version");
    stream.write_all(&frame).expect("the broker reads");
    let mut length = [0; 4];
    stream.read_exact(&mut length).expect("a response");
    let mut body = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut body).expect("a whole response");
    let mut body = Bytes::from(body);
    let api = ApiKey::try_from(R::KEY).expect("a key of Kafka's");
    kabuki_wire::header::decode_response_header(api, version, &mut body).expect("a header");
    kabuki_wire::decode_response::<R>(&mut body, version).expect("a response that decodes")
}

fn name(topic: &'static str) -> TopicName {
    TopicName(StrBytes::from_static_str(topic))
}

/// As many batches as the test takes turns, in every partition.
fn fill(stream: &mut TcpStream, topic: &'static str, batches: i32) {
    for _ in 0..batches {
        let mut batch = BatchBuilder::new();
        batch.push(0, None, Some(b"value"), &[]);
        let records = batch.build().expect("a small batch");
        let partitions = (0..PARTITIONS).map(|index| {
            PartitionProduceData::default().with_index(index).with_records(Some(records.clone()))
        });
        let data = TopicProduceData::default()
            .with_name(name(topic))
            .with_partition_data(partitions.collect());
        let request = ProduceRequest::default()
            .with_acks(1)
            .with_timeout_ms(10_000)
            .with_topic_data(vec![data]);
        let response = ask(stream, 9, &request);
        let partitions = &response.responses[0].partition_responses;
        assert!(partitions.iter().all(|partition| partition.error_code == 0));
    }
}

/// A fetch with room for one batch in its response.
fn fetch(
    stream: &mut TcpStream,
    session: (i32, i32),
    topic: &'static str,
    from: impl Iterator<Item = (i32, i64)>,
) -> FetchResponse {
    let partitions = from.map(|(partition, offset)| {
        FetchPartition::default()
            .with_partition(partition)
            .with_fetch_offset(offset)
            .with_partition_max_bytes(1)
    });
    let partitions: Vec<_> = partitions.collect();
    let topics = match partitions.is_empty() {
        true => Vec::new(),
        false => vec![FetchTopic::default().with_topic(name(topic)).with_partitions(partitions)],
    };
    let request = FetchRequest::default()
        .with_max_bytes(1)
        .with_session_id(session.0)
        .with_session_epoch(session.1)
        .with_topics(topics);
    ask(stream, FETCH_VERSION, &request)
}

/// The partitions that gave records.
fn served(response: &FetchResponse) -> Vec<i32> {
    let partitions = response.responses.iter().flat_map(|topic| &topic.partitions);
    let with_records =
        partitions.filter(|it| it.records.as_ref().is_some_and(|records| !records.is_empty()));
    with_records.map(|it| it.partition_index).collect()
}

#[test]
fn of_a_hundred_full_partitions_none_starves() {
    const ROUNDS: i32 = 3;
    let mut place = Place::new();
    let server = place.start();
    let topic = NewTopic { partitions: Some(PARTITIONS), ..NewTopic::new("full") };
    server.client().create(topic);
    let mut stream = connect(&server);
    fill(&mut stream, "full", ROUNDS + 2);
    let begun = fetch(&mut stream, (0, 0), "full", (0..PARTITIONS).map(|it| (it, 0)));
    assert_ne!(begun.session_id, 0);
    let mut offsets = vec![0; PARTITIONS as usize];
    let mut last = served(&begun);
    let mut epoch = 1;
    let mut take_turn = |stream: &mut TcpStream, offsets: &mut Vec<i64>| {
        let [partition] = last[..] else { panic!("one batch at a time, not {last:?}") };
        offsets[partition as usize] += 1;
        let next = [(partition, offsets[partition as usize])].into_iter();
        let response = fetch(stream, (begun.session_id, epoch), "full", next);
        assert_eq!(response.error_code, 0);
        epoch += 1;
        last = served(&response);
    };
    // The first response went to the first partition, as the request has it, and did not put it last.
    take_turn(&mut stream, &mut offsets);
    for round in 1..=ROUNDS {
        for _ in 0..PARTITIONS {
            take_turn(&mut stream, &mut offsets);
        }
        let progress: Vec<_> = offsets.iter().skip(1).copied().collect();
        assert!(progress.iter().all(|offset| *offset == i64::from(round)), "{offsets:?}");
    }
}

#[test]
fn a_session_belongs_to_its_connection_and_to_one_kind_of_topics() {
    let mut place = Place::new();
    let server = place.start();
    server.client().create(NewTopic::new("mine"));
    let (mut mine, mut other) = (connect(&server), connect(&server));
    let begun = fetch(&mut mine, (0, 0), "mine", [(0, 0)].into_iter());
    let none = || std::iter::empty();
    let strange = fetch(&mut other, (begun.session_id, 1), "mine", none());
    assert_eq!(strange.error_code, ResponseError::FetchSessionIdNotFound.code());
    let late = fetch(&mut mine, (begun.session_id, 2), "mine", none());
    assert_eq!(late.error_code, ResponseError::InvalidFetchSessionEpoch.code());
    let by_id = FetchRequest::default()
        .with_max_bytes(1)
        .with_session_id(begun.session_id)
        .with_session_epoch(1);
    let by_id = ask(&mut mine, 13, &by_id);
    assert_eq!(by_id.error_code, ResponseError::FetchSessionTopicIdError.code());
    let good = fetch(&mut mine, (begun.session_id, 1), "mine", none());
    assert_eq!((good.error_code, good.session_id), (0, begun.session_id));
    assert!(good.responses.is_empty(), "nothing is new");
}

/// What a session has read to the end is asked again only when there is news: of many idle partitions a poll costs nothing.
#[test]
fn a_poll_reads_only_partitions_with_news() {
    const MESSAGES: &str = "kabuki_actor_messages_total{kind=\"partition\"}";
    /// Ticks come in between.
    const FEW: u64 = 50;
    let mut place = Place::new();
    let server = place.start();
    let topic = NewTopic { partitions: Some(PARTITIONS), ..NewTopic::new("idle") };
    server.client().create(topic);
    let mut stream = connect(&server);
    let begun = fetch(&mut stream, (0, 0), "idle", (0..PARTITIONS).map(|it| (it, 0)));
    let mut epochs = 1..;
    let mut poll = |stream: &mut TcpStream| {
        let epoch = epochs.next().expect("an epoch");
        let response = fetch(stream, (begun.session_id, epoch), "idle", std::iter::empty());
        assert_eq!(response.error_code, 0);
        served(&response)
    };
    assert_eq!(poll(&mut stream), [0; 0]);
    let before = server.metric(MESSAGES);
    for _ in 0..20 {
        assert_eq!(poll(&mut stream), [0; 0]);
    }
    let polled = server.metric(MESSAGES) - before;
    assert!(polled < FEW, "{polled} messages for 20 polls of {PARTITIONS} idle partitions");
    fill(&mut stream, "idle", 1);
    let mut heard: Vec<_> = (0..PARTITIONS).flat_map(|_| poll(&mut stream)).collect();
    heard.sort_unstable();
    heard.dedup();
    assert_eq!(heard.len(), PARTITIONS as usize, "all have news");
}

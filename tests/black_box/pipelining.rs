//! Many requests on one connection before the first answer is read, while every actor pauses at random: they are executed
//! in the order in which they were sent, and answered in it.

use bytes::{Bytes, BytesMut};
use kabuki_client::NewTopic;
use kabuki_records::builder::BatchBuilder;
use kabuki_wire::messages::create_topics_request::CreatableTopic;
use kabuki_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use kabuki_wire::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kabuki_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kabuki_wire::messages::*;
use kabuki_wire::{Request, ResponseError, StrBytes};

use super::raw::{Raw, frame};
use super::server::{Place, Server};

const PARTITIONS: i32 = 3;
/// Requests sent before the first answer is read: less than a connection may have under way.
const BURST: usize = 60;
const BURSTS: usize = 4;
/// Connections at once, each with a topic of its own, of which it knows every offset.
const CONNECTIONS: u64 = 4;

pub(crate) const PRODUCE: i16 = 8;
const FETCH: i16 = 11;
const LIST_OFFSETS: i16 = 5;
const METADATA: i16 = 8;
const CREATE_TOPICS: i16 = 4;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// What an answer must say.
enum Expected {
    /// Base offset by partition.
    Produced(Vec<(i32, i64)>),
    /// The high watermark of a partition, at least: a fetch that waits sees what comes later.
    Fetched { partition: i32, from: i64, end: i64 },
    /// The end of a partition.
    Listed { partition: i32, end: i64 },
    /// The topic has its partitions.
    Described,
    /// The topic is created.
    Created,
}

/// A connection, and what must be true of the topic that only it writes to.
struct Script {
    seed: u64,
    random: Random,
    topic: String,
    ends: Vec<i64>,
    created: usize,
    next_id: i32,
    sent: BytesMut,
    expected: Vec<(i32, Expected)>,
}

fn topic_name(name: &str) -> TopicName {
    TopicName(StrBytes::from_string(name.to_owned()))
}

fn records(count: i64) -> Bytes {
    let mut batch = BatchBuilder::new();
    for _ in 0..count {
        batch.push(1000, None, Some(b"value"), &[]);
    }
    batch.build().expect("records")
}

impl Script {
    fn new(seed: u64, connection: u64) -> Self {
        Self {
            seed,
            random: Random(seed * 1000 + connection),
            topic: format!("own-{connection}"),
            ends: vec![0; PARTITIONS as usize],
            created: 0,
            next_id: 0,
            sent: BytesMut::new(),
            expected: vec![],
        }
    }

    fn send<R: Request>(&mut self, version: i16, request: &R, expected: Option<Expected>) {
        self.next_id += 1;
        self.sent.extend_from_slice(&frame(version, self.next_id, request));
        let id = self.next_id;
        self.expected.extend(expected.map(|expected| (id, expected)));
    }

    fn partition(&mut self) -> i32 {
        self.random.below(PARTITIONS as u64) as i32
    }

    fn step(&mut self) {
        match self.random.below(20) {
            0..10 => self.produce(),
            10..14 => self.fetch(),
            14..17 => self.list_offsets(),
            17..19 => self.describe(),
            _ => self.create_and_write(),
        }
    }

    fn produce(&mut self) {
        let acks = [0, 1, -1][self.random.below(3) as usize];
        let mut offsets = vec![];
        let first = self.partition();
        for partition in first..(first + 1 + self.partition() % 2).min(PARTITIONS) {
            let count = 1 + self.random.below(3) as i64;
            offsets.push((partition, self.ends[partition as usize], count));
            self.ends[partition as usize] += count;
        }
        let request = produce(&self.topic, acks, &offsets);
        let offsets = offsets.into_iter().map(|(partition, base, _)| (partition, base)).collect();
        self.send(PRODUCE, &request, (acks != 0).then_some(Expected::Produced(offsets)));
    }

    /// From somewhere in the log, or from its end, where it waits for what comes or for its time to pass.
    fn fetch(&mut self) {
        let partition = self.partition();
        let end = self.ends[partition as usize];
        let from = end - self.random.below(end as u64 + 1) as i64;
        let request = fetch(&self.topic, partition, from, self.random.below(10) as i32);
        self.send(FETCH, &request, Some(Expected::Fetched { partition, from, end }));
    }

    fn list_offsets(&mut self) {
        let partition = self.partition();
        let wanted =
            ListOffsetsPartition::default().with_partition_index(partition).with_timestamp(-1);
        let topic = ListOffsetsTopic::default()
            .with_name(topic_name(&self.topic))
            .with_partitions(vec![wanted]);
        let request =
            ListOffsetsRequest::default().with_replica_id(BrokerId(-1)).with_topics(vec![topic]);
        let end = self.ends[partition as usize];
        self.send(LIST_OFFSETS, &request, Some(Expected::Listed { partition, end }));
    }

    fn describe(&mut self) {
        let topic = metadata_request::MetadataRequestTopic::default()
            .with_name(Some(topic_name(&self.topic)));
        let request = MetadataRequest::default().with_topics(Some(vec![topic]));
        self.send(METADATA, &request, Some(Expected::Described));
    }

    /// A topic that is written to before its creation is answered.
    fn create_and_write(&mut self) {
        self.created += 1;
        let name = format!("{}-{}", self.topic, self.created);
        let topic = CreatableTopic::default()
            .with_name(topic_name(&name))
            .with_num_partitions(1)
            .with_replication_factor(1);
        let request =
            CreateTopicsRequest::default().with_topics(vec![topic]).with_timeout_ms(30_000);
        self.send(CREATE_TOPICS, &request, Some(Expected::Created));
        let request = produce(&name, 1, &[(0, 0, 2)]);
        self.send(PRODUCE, &request, Some(Expected::Produced(vec![(0, 0)])));
    }

    fn check(&mut self, raw: &mut Raw) {
        for (id, expected) in std::mem::take(&mut self.expected) {
            let at = format!("seed {}, {}, request {id}", self.seed, self.topic);
            let answered = match expected {
                Expected::Produced(offsets) => check_produced(raw, &offsets, &at),
                Expected::Fetched { partition, from, end } => {
                    check_fetched(raw, partition, from, end, &at)
                }
                Expected::Listed { partition, end } => check_listed(raw, partition, end, &at),
                Expected::Described => check_described(raw, &at),
                Expected::Created => check_created(raw, &at),
            };
            assert_eq!(answered, id, "{at}: the order of answers");
        }
    }
}

/// Partition, the offset that its records will have, and their number.
pub(crate) fn produce(topic: &str, acks: i16, partitions: &[(i32, i64, i64)]) -> ProduceRequest {
    let data = partitions.iter().map(|(partition, _, count)| {
        PartitionProduceData::default().with_index(*partition).with_records(Some(records(*count)))
    });
    let topic = TopicProduceData::default()
        .with_name(topic_name(topic))
        .with_partition_data(data.collect());
    ProduceRequest::default().with_acks(acks).with_timeout_ms(30_000).with_topic_data(vec![topic])
}

fn fetch(topic: &str, partition: i32, from: i64, max_wait_ms: i32) -> FetchRequest {
    let wanted = FetchPartition::default()
        .with_partition(partition)
        .with_fetch_offset(from)
        .with_partition_max_bytes(1 << 20);
    let topic = FetchTopic::default().with_topic(topic_name(topic)).with_partitions(vec![wanted]);
    FetchRequest::default()
        .with_max_wait_ms(max_wait_ms)
        .with_min_bytes(1)
        .with_max_bytes(1 << 20)
        .with_topics(vec![topic])
}

fn answer<R: Request>(raw: &mut Raw, version: i16, at: &str) -> (i32, R::Response) {
    raw.next_response::<R>(version).unwrap_or_else(|| panic!("{at}: the connection was closed"))
}

fn check_produced(raw: &mut Raw, offsets: &[(i32, i64)], at: &str) -> i32 {
    let (id, response) = answer::<ProduceRequest>(raw, PRODUCE, at);
    let partitions = response.responses.iter().flat_map(|topic| &topic.partition_responses);
    let told: Vec<_> = partitions.map(|it| (it.index, it.error_code, it.base_offset)).collect();
    let wanted: Vec<_> = offsets.iter().map(|(index, base)| (*index, 0, *base)).collect();
    assert_eq!(told, wanted, "{at}: produced");
    id
}

fn check_fetched(raw: &mut Raw, partition: i32, from: i64, end: i64, at: &str) -> i32 {
    let (id, response) = answer::<FetchRequest>(raw, FETCH, at);
    let told = &response.responses[0].partitions[0];
    assert_eq!((told.partition_index, told.error_code), (partition, 0), "{at}: fetched");
    match from < end {
        true => assert_eq!(told.high_watermark, end, "{at}: fetched, from {from}"),
        false => assert!(told.high_watermark >= end, "{at}: fetched, from the end {end}"),
    }
    id
}

fn check_listed(raw: &mut Raw, partition: i32, end: i64, at: &str) -> i32 {
    let (id, response) = answer::<ListOffsetsRequest>(raw, LIST_OFFSETS, at);
    let told = &response.topics[0].partitions[0];
    let told = (told.partition_index, told.error_code, told.offset);
    assert_eq!(told, (partition, 0, end), "{at}: listed");
    id
}

fn check_described(raw: &mut Raw, at: &str) -> i32 {
    let (id, response) = answer::<MetadataRequest>(raw, METADATA, at);
    let topic = &response.topics[0];
    assert_eq!((topic.error_code, topic.partitions.len()), (0, PARTITIONS as usize), "{at}");
    id
}

fn check_created(raw: &mut Raw, at: &str) -> i32 {
    let (id, response) = answer::<CreateTopicsRequest>(raw, CREATE_TOPICS, at);
    assert_eq!(response.topics[0].error_code, 0, "{at}: created");
    id
}

fn play(server: &Server, mut script: Script) {
    let mut raw = Raw::connect(server.bootstrap());
    for _ in 0..BURSTS {
        while script.sent.len() < 1 << 20 && script.expected.len() < BURST {
            script.step();
        }
        let sent = script.sent.split();
        std::io::Write::write_all(&mut raw.stream, &sent).expect("the broker reads");
        script.check(&mut raw);
    }
}

/// What happens with one seed: paste the one of a failure here.
fn one_seed(seed: u64) {
    let seed_key = format!("kabuki.chaos.seed={seed}");
    let chaos = ["kabuki.chaos.enabled=true", "kabuki.chaos.turn.delay.max.ms=4", &seed_key];
    let mut place = Place::new();
    let server = place.start_with(&[&chaos[..], &["kabuki.arbiters=3"]].concat());
    let mut client = server.client();
    for connection in 0..CONNECTIONS {
        let name = format!("own-{connection}");
        client.create(NewTopic::new(&name).with_partitions(PARTITIONS));
    }
    std::thread::scope(|scope| {
        for connection in 0..CONNECTIONS {
            let server = &server;
            scope.spawn(move || play(server, Script::new(seed, connection)));
        }
    });
    drop(client);
    server.stop();
}

#[test]
fn requests_of_a_connection_are_executed_and_answered_in_order() {
    for seed in 1..=3 {
        one_seed(seed);
    }
}

/// Both are with the partition before the records are, since requests of a connection are executed in order.
#[test]
fn every_fetch_that_waits_for_a_partition_hears_of_news() {
    let mut place = Place::new();
    let server = place.start();
    server.client().create(NewTopic::new("awaited"));
    let mut raw = Raw::connect(server.bootstrap());
    for id in 1..=2 {
        raw.send(FETCH, id, &fetch("awaited", 0, 0, i32::MAX));
    }
    raw.send(PRODUCE, 3, &produce("awaited", 1, &[(0, 0, 1)]));
    for id in 1..=2 {
        let fetched = check_fetched(&mut raw, 0, 0, 1, "news");
        assert_eq!(fetched, id);
    }
    assert_eq!(check_produced(&mut raw, &[(0, 0)], "news"), 3);
}

/// A fetch that has no records to wait for any more does not wait for its deadline.
#[test]
fn a_fetch_that_waits_for_a_partition_hears_of_its_end() {
    let mut place = Place::new();
    let server = place.start_with(&["kabuki.chaos.enabled=true"]);
    let mut client = server.client();
    for (number, end) in ["killed", "deleted"].into_iter().enumerate() {
        client.create(NewTopic::new(end));
        let mut raw = Raw::connect(server.bootstrap());
        raw.send(FETCH, 1, &fetch(end, 0, 0, i32::MAX));
        let fetches = "kabuki_requests_total{api=\"Fetch\"}";
        server.wait_for_metric(fetches, |count| count == number as u64 + 1);
        if end == "killed" {
            server.kill_actor("/killed-0");
        } else {
            client.run(async |client| client.delete_topics(&[end]).await).expect("deleted");
        }
        let (_, response) = answer::<FetchRequest>(&mut raw, FETCH, end);
        let error = response.responses[0].partitions[0].error_code;
        let (gone, moved) =
            (ResponseError::UnknownTopicOrPartition, ResponseError::NotLeaderOrFollower);
        assert!([gone.code(), moved.code()].contains(&error), "{end}: {error}");
    }
}

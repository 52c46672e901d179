//! Memory stays bounded whatever clients do, and nothing is left of them when they are gone.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use kabuki_client::{NewRecord, NewTopic, Producer, ProducerOptions};
use kabuki_wire::StrBytes;
use kabuki_wire::messages::describe_configs_request::DescribeConfigsResource;
use kabuki_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use kabuki_wire::messages::{DescribeConfigsRequest, FetchRequest, TopicName};
use rustix::process::{Resource, getrlimit, setrlimit};

use super::raw::{Raw, frame, no_topics};
use super::server::{Place, Server, TestClient, wait_until};

const MIB: u64 = 1 << 20;
/// Kafka's number of the resource type.
const GROUP: i8 = 32;
const RECEIVED: &str = "kabuki_received_bytes_total";

/// What a server holds before clients come.
struct Before {
    resident: u64,
    descriptors: usize,
}

impl Before {
    fn of(server: &Server) -> Self {
        assert!(Raw::connect(server.bootstrap()).is_served());
        wait_until_alone(server);
        let (resident, descriptors) = (server.resident_bytes(), server.descriptors());
        Self { resident, descriptors }
    }

    /// How much more memory the server holds now; told, and held against a bound.
    fn grown(&self, server: &Server, what: &str, bound: u64) {
        let grown = server.resident_bytes().saturating_sub(self.resident);
        println!("{what}: {} KiB over {} KiB", grown / 1024, self.resident / 1024);
        assert!(grown <= bound, "{what}: {grown} bytes, allowed are {bound}");
    }

    /// The clients are gone: nothing is left of them, and others are served.
    fn nothing_left(&self, server: &Server) {
        wait_until_alone(server);
        // The ops endpoint closes its own connections when it likes.
        wait_until("descriptors", || server.descriptors() <= self.descriptors);
        assert!(Raw::connect(server.bootstrap()).is_served());
    }
}

fn wait_until_alone(server: &Server) {
    server.wait_for_metric("kabuki_actor_alive{kind=\"connection\"}", |alive| alive == 0);
}

/// Writes until the other side reads no more: the system takes nothing, and the broker has stopped.
fn stuff(server: &Server, stream: &mut TcpStream, bytes: &[u8]) {
    stream.set_nonblocking(true).expect("a socket option");
    let (mut quiet, mut seen, mut rest) = (0, 0, bytes);
    while quiet < 20 {
        match stream.write(rest) {
            Ok(count) => {
                rest = &rest[count..];
                if rest.is_empty() {
                    rest = bytes;
                }
                quiet = 0;
            }
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{error}");
                let now = server.metric(RECEIVED);
                quiet = if now == seen { quiet + 1 } else { 0 };
                seen = now;
            }
        }
    }
    stream.set_nonblocking(false).expect("a socket option");
}

/// Waits until the broker has read what it wants to.
fn wait_until_quiet(server: &Server) {
    let (mut quiet, mut seen) = (0, 0);
    wait_until("the broker reads no more", || {
        let now = server.metric(RECEIVED);
        quiet = if now == seen { quiet + 1 } else { 0 };
        seen = now;
        quiet == 20
    });
}

/// A small request with a large response.
fn the_brokers_configs() -> DescribeConfigsRequest {
    let broker = DescribeConfigsResource::default()
        .with_resource_type(4)
        .with_resource_name(StrBytes::from_static_str("1"))
        .with_configuration_keys(None);
    DescribeConfigsRequest::default().with_resources(vec![broker])
}

#[test]
fn a_client_that_sends_and_never_reads() {
    let mut place = Place::new();
    let server = place.start();
    let before = Before::of(&server);
    let many = frame(4, 1, &the_brokers_configs().with_include_synonyms(true)).repeat(2000);
    let mut clients = vec![];
    for _ in 0..10 {
        let mut client = Raw::connect(server.bootstrap());
        stuff(&server, &mut client.stream, &many);
        clients.push(client);
    }
    println!("{} KiB of requests were read", server.metric(RECEIVED) / 1024);
    before.grown(&server, "ten clients that never read", 24 * MIB);
    assert!(Raw::connect(server.bootstrap()).is_served());
    drop(clients);
    before.nothing_left(&server);
    server.stop();
}

/// Each alone is within its own bound, together they are not: then a client has one response under way, which it must
/// take before its next request is read.
#[test]
fn clients_that_never_read_and_the_bound_of_responses() {
    let mut place = Place::new();
    let server = place.start_with(&["kabuki.queued.max.response.bytes=4000000"]);
    let before = Before::of(&server);
    let many = frame(4, 1, &the_brokers_configs().with_include_documentation(true)).repeat(500);
    let mut clients = vec![];
    for _ in 0..200 {
        let mut client = Raw::connect(server.bootstrap());
        stuff(&server, &mut client.stream, &many);
        clients.push(client);
    }
    before.grown(&server, "200 clients that never read, 4 MB of responses allowed", 32 * MIB);
    assert!(Raw::connect(server.bootstrap()).is_served(), "a small request is served");
    drop(clients);
    before.nothing_left(&server);
    server.stop();
}

fn raise_descriptor_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).expect("up to the hard limit");
}

#[test]
fn five_thousand_idle_connections() {
    raise_descriptor_limit();
    let mut place = Place::new();
    let server = place.start_with(&["socket.listen.backlog.size=1024"]);
    let before = Before::of(&server);
    let mut idle: Vec<_> = (0..5000).map(|_| Raw::connect(server.bootstrap())).collect();
    server.wait_for_metric("kabuki_actor_alive{kind=\"connection\"}", |alive| alive == 5000);
    before.grown(&server, "5,000 connections that never said anything", 40 * MIB);
    assert!(idle.iter_mut().all(Raw::is_served));
    before.grown(&server, "5,000 connections that asked once", 60 * MIB);
    drop(idle);
    before.nothing_left(&server);
    server.stop();
}

#[test]
fn a_length_prefix_of_a_gigabyte() {
    let mut place = Place::new();
    let server = place.start_with(&["socket.request.max.bytes=2000000000"]);
    let before = Before::of(&server);
    let announce = |_| {
        let mut raw = Raw::connect(server.bootstrap());
        let bytes = [&(1_i32 << 30).to_be_bytes()[..], &[0; 1000]].concat();
        raw.stream.write_all(&bytes).expect("the broker listens");
        raw
    };
    let announced: Vec<_> = (0..100).map(announce).collect();
    assert!(Raw::connect(server.bootstrap()).is_served());
    server.wait_for_metric("kabuki_actor_alive{kind=\"connection\"}", |alive| alive == 100);
    before.grown(&server, "100 connections that announced 1 GiB each", 8 * MIB);
    drop(announced);
    before.nothing_left(&server);
    server.stop();
}

/// Connections that each sent half of a frame of `length`, in which nothing is wrong so far.
fn half_frames(server: &Server, count: usize, length: usize) -> Vec<Raw> {
    let half = [&(length as i32).to_be_bytes()[..], &vec![0; length / 2]].concat();
    let send_half = |_| {
        let mut raw = Raw::connect(server.bootstrap());
        raw.stream.set_nonblocking(true).expect("a socket option");
        // What the broker does not read stays with the system, or here.
        match raw.stream.write(&half) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{error}"),
        }
        raw
    };
    (0..count).map(send_half).collect()
}

#[test]
fn a_thousand_connections_with_half_a_frame_each() {
    raise_descriptor_limit();
    let mut place = Place::new();
    let server = place.start_with(&["socket.listen.backlog.size=1024"]);
    let before = Before::of(&server);
    let halves = half_frames(&server, 1000, 32 * 1024);
    server.wait_for_metric("kabuki_actor_alive{kind=\"connection\"}", |alive| alive == 1000);
    assert!(Raw::connect(server.bootstrap()).is_served());
    before.grown(&server, "1,000 connections with 16 KiB of a frame each", 64 * MIB);
    drop(halves);
    before.nothing_left(&server);
    server.stop();
}

#[test]
fn half_frames_beyond_queued_max_request_bytes_are_not_read_and_small_requests_are() {
    raise_descriptor_limit();
    let mut place = Place::new();
    let server = place.start_with(&[
        "socket.listen.backlog.size=1024",
        "socket.request.max.bytes=4000000",
        "queued.max.request.bytes=8000000",
    ]);
    server.client().create(NewTopic::new("t"));
    // The first record has the log's files opened.
    write(&mut server.client(), "t", &[0], 1);
    let before = Before::of(&server);
    let halves = half_frames(&server, 1000, 1_000_000);
    server.wait_for_metric("kabuki_connections_accepted_total", |accepted| accepted >= 1001);
    for _ in 0..10 {
        assert!(Raw::connect(server.bootstrap()).is_served(), "a small request is served");
    }
    before.grown(&server, "1,000 connections with 500 kB of a frame each, 8 MB allowed", 64 * MIB);
    drop(halves);
    // Large requests are served again.
    let mut client = server.client();
    write(&mut client, "t", &[0], 900_000);
    drop(client);
    before.nothing_left(&server);
    server.stop();
}

#[test]
fn a_large_request_at_the_cost_of_others_does_not_wait_for_records() {
    let mut place = Place::new();
    let limits = ["socket.request.max.bytes=20000", "queued.max.request.bytes=20000"];
    let server = place.start_with(&limits);
    server.client().create(NewTopic::new("t"));
    // Who holds memory at the cost of others and says nothing is closed after a second. Where that made room before the large
    // request came, it waits for records as others do, and nothing was seen: then once more.
    let is_seen = (0..10).any(|_| is_answered_without_room(&server));
    assert!(is_seen, "there was room each time");
    server.stop();
}

/// Fills the memory of all connections, and asks for records that will not come. False where there was room again.
fn is_answered_without_room(server: &Server) -> bool {
    // A request, and at once the begin of a large one: whoever has the answer has its memory charged.
    let begin = [&19_000_i32.to_be_bytes()[..], &[0; 15_000]].concat();
    let begin = [&frame(9, 1, &no_topics())[..], &begin].concat();
    let fill = |_| {
        let mut raw = Raw::connect(server.bootstrap());
        raw.stream.write_all(&begin).expect("the broker listens");
        assert_eq!(raw.next_id(), Some(1));
        raw
    };
    let full: Vec<_> = (0..3).map(fill).collect();
    let rack = StrBytes::from_string("r".repeat(10_000));
    let poll = fetch_all("t", 1).with_min_bytes(1).with_max_wait_ms(i32::MAX).with_rack_id(rack);
    for id in 0..2 {
        let mut large = Raw::connect(server.bootstrap());
        large.send(11, id, &poll);
        if !large.has_more_within(Duration::from_secs(10)) {
            let open = full.iter().filter(|raw| !raw.has_more_within(Duration::from_millis(1)));
            assert!(open.count() <= 1, "without room it was not answered");
            return false;
        }
        assert_eq!(large.next_id(), Some(id));
    }
    true
}

/// Writes a record of `bytes` to each partition.
fn write(client: &mut TestClient, topic: &str, partitions: &[i32], bytes: usize) {
    let record = |partition: &i32| NewRecord {
        partition: Some(*partition),
        ..NewRecord::of_value(vec![7; bytes])
    };
    let records: Vec<_> = partitions.iter().map(record).collect();
    let mut producer = Producer::new(ProducerOptions::default());
    let sent = client.run(async |client| producer.send(client, topic, &records, 0).await);
    sent.expect("written");
}

fn fetch_all(topic: &str, partitions: i32) -> FetchRequest {
    let wanted =
        |index| FetchPartition::default().with_partition(index).with_partition_max_bytes(50 << 20);
    let topic = FetchTopic::default()
        .with_topic(TopicName(StrBytes::from_string(topic.to_owned())))
        .with_partitions((0..partitions).map(wanted).collect());
    FetchRequest::default().with_max_bytes(50 << 20).with_topics(vec![topic])
}

/// Asks for everything many times at once, and takes it slowly.
fn read_slowly(server: &Server, before: &Before, request: &FetchRequest, what: &str) {
    let mut slow = Raw::connect(server.bootstrap());
    for id in 0..40 {
        slow.send(11, id, request);
    }
    let mut taken = vec![0; 64 * 1024];
    for round in 0..40 {
        slow.stream.read_exact(&mut taken).expect("responses");
        if round % 10 == 0 {
            before.grown(server, what, 24 * MIB);
        }
    }
    assert!(Raw::connect(server.bootstrap()).is_served());
}

#[test]
fn a_slow_reader_of_large_fetches() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    client.create(NewTopic::new("large"));
    for _ in 0..64 {
        write(&mut client, "large", &[0], 1_000_000);
    }
    drop(client);
    let before = Before::of(&server);
    read_slowly(&server, &before, &fetch_all("large", 1), "40 fetches of 50 MB, read slowly");
    before.nothing_left(&server);
    server.stop();
}

#[test]
fn a_slow_reader_of_many_small_pieces() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    client.create(NewTopic::new("pieces").with_partitions(200));
    let all: Vec<i32> = (0..200).collect();
    for partitions in all.chunks(20) {
        write(&mut client, "pieces", partitions, 30_000);
    }
    drop(client);
    let before = Before::of(&server);
    let request = fetch_all("pieces", 200);
    read_slowly(&server, &before, &request, "40 fetches of 200 pieces of 30 kB, read slowly");
    before.nothing_left(&server);
    server.stop();
}

/// A few bytes that ask for all that the session remembers, which waits for records of its one partition that exists.
#[test]
fn many_waiting_fetches_of_a_large_session() {
    const FETCHES: i32 = 50;
    let mut place = Place::new();
    let server = place.start();
    server.client().create(NewTopic::new("t"));
    // The first record has the log's files opened.
    write(&mut server.client(), "t", &[0], 1);
    let before = Before::of(&server);
    let mut raw = Raw::connect(server.bootstrap());
    let mut begin = fetch_all("nobody's", 20_000).with_session_epoch(0);
    let mut behind_the_record = fetch_all("t", 1).topics;
    behind_the_record[0].partitions[0].fetch_offset = 1;
    begin.topics.extend(behind_the_record);
    raw.send(11, 0, &begin);
    let (_, begun) = raw.next_response::<FetchRequest>(11).expect("a session");
    let poll = |epoch| {
        FetchRequest::default()
            .with_session_id(begun.session_id)
            .with_session_epoch(epoch)
            .with_max_bytes(1)
            .with_min_bytes(1)
            .with_max_wait_ms(i32::MAX)
    };
    (1..=FETCHES).for_each(|epoch| raw.send(11, epoch, &poll(epoch)));
    wait_until_quiet(&server);
    before.grown(&server, "50 waiting fetches of a session of 20,000", 100 * MIB);
    write(&mut server.client(), "t", &[0], 1);
    assert_eq!((1..=FETCHES).find(|id| raw.next_id() != Some(*id)), None);
    drop(raw);
    before.nothing_left(&server);
    server.stop();
}

/// Groups are described whether they exist or not: who names very many is not answered.
#[test]
fn a_small_request_makes_no_response_of_any_size() {
    let mut place = Place::new();
    let server = place.start();
    let before = Before::of(&server);
    let group = |number: i32| {
        let name = StrBytes::from_string(format!("group-{number}"));
        DescribeConfigsResource::default().with_resource_type(GROUP).with_resource_name(name)
    };
    let request = |count| {
        let resources = (0..count).map(group).collect();
        DescribeConfigsRequest::default().with_resources(resources).with_include_documentation(true)
    };
    let mut raw = Raw::connect(server.bootstrap());
    raw.send(4, 1, &request(1));
    assert_eq!(raw.next_id(), Some(1));
    raw.send(4, 2, &request(100_000));
    assert_eq!(raw.next_id(), None);
    before.grown(&server, "100,000 groups that nobody has", 400 * MIB);
    before.nothing_left(&server);
    server.stop();
}

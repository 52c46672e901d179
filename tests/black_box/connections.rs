//! One connection: responses in the order of requests, long polls, idleness, names, bad requests.

use std::net::Shutdown;

use kabuki_client::NewTopic;
use kabuki_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use kabuki_wire::messages::{
    ApiVersionsRequest, DescribeLogDirsRequest, FetchRequest, MetadataRequest, TopicName,
};
use kabuki_wire::{ResponseError, StrBytes};

use super::raw::{Raw, named_api_versions};
use super::server::Place;

/// A fetch of the end of `topic` that waits for so long.
fn long_poll(topic: &'static str, wait_ms: i32) -> FetchRequest {
    let partition = FetchPartition::default().with_partition_max_bytes(1000);
    let topic = FetchTopic::default()
        .with_topic(TopicName(StrBytes::from_static_str(topic)))
        .with_partitions(vec![partition]);
    FetchRequest::default()
        .with_max_wait_ms(wait_ms)
        .with_min_bytes(1)
        .with_max_bytes(1000)
        .with_topics(vec![topic])
}

/// As scripts do that send all they have to say and then listen.
#[test]
fn a_client_that_sends_no_more_still_hears_what_it_asked() {
    let mut place = Place::new();
    let server = place.start();
    let mut stream = Raw::connect(server.bootstrap());
    for id in 0..10 {
        stream.send(1, id, &DescribeLogDirsRequest::default());
    }
    stream.stream.shutdown(Shutdown::Write).expect("connected");
    for id in 0..10 {
        assert_eq!(stream.next_id(), Some(id));
    }
    assert_eq!(stream.next_id(), None, "then the broker closes too");
    server.stop();
}

#[test]
fn responses_leave_in_the_order_of_requests() {
    let mut place = Place::new();
    let server = place.start();
    server.client().create(NewTopic::new("waits"));
    let mut stream = Raw::connect(server.bootstrap());
    for round in 0..20 {
        let first = round * 10;
        stream.send(11, first, &long_poll("waits", 20));
        stream.send(9, first + 1, &MetadataRequest::default());
        stream.send(3, first + 2, &named_api_versions("test", "1"));
        stream.send(11, first + 3, &long_poll("waits", 0));
        let ids: Vec<_> = (0..4).map(|_| stream.next_id()).collect();
        assert_eq!(ids, [0, 1, 2, 3].map(|id| Some(first + id)));
    }
    server.stop();
}

#[test]
fn an_idle_connection_is_closed_whether_a_request_of_it_waits_or_not() {
    let mut place = Place::new();
    let server = place.start_with(&["connections.max.idle.ms=300"]);
    server.client().create(NewTopic::new("waits"));
    let mut stream = Raw::connect(server.bootstrap());
    stream.send(11, 1, &long_poll("waits", 100));
    assert_eq!(stream.next_id(), Some(1), "an answer in time");
    // As Apache Kafka does: what counts is that bytes move.
    stream.send(11, 2, &long_poll("waits", 60_000));
    assert_eq!(stream.next_id(), None, "nothing moves");
    server.stop();
}

#[test]
fn clients_must_have_a_name_of_plain_letters() {
    let mut place = Place::new();
    let server = place.start();
    let mut stream = Raw::connect(server.bootstrap());
    let invalid = ResponseError::InvalidRequest.code();
    for (name, version, code) in [
        ("a", "1", 0),
        ("a-.b", "1.0-x", 0),
        ("", "1", invalid),
        ("a", "", invalid),
        ("-a", "1", invalid),
        ("a-", "1", invalid),
        ("a b", "1", invalid),
        ("a_b", "1", invalid),
        ("\u{e9}", "1", invalid),
        ("a\n", "1", invalid),
    ] {
        stream.send(3, 5, &named_api_versions(name, version));
        let (_, mut body) = stream.next().expect("an answer, and the connection lives on");
        let response = kabuki_wire::decode_response::<ApiVersionsRequest>(&mut body, 3);
        let response = response.expect("a response");
        assert_eq!(response.error_code, code, "{name:?} {version:?}");
        assert_eq!(response.api_keys.is_empty(), code != 0);
    }
    server.stop();
}

#[test]
fn nobody_has_to_ask_for_versions_first() {
    let mut place = Place::new();
    let server = place.start();
    assert!(Raw::connect(server.bootstrap()).is_served());
    let mut late = Raw::connect(server.bootstrap());
    assert!(late.is_served());
    late.send(3, 5, &named_api_versions("late", "1"));
    assert_eq!(late.next_id(), Some(5));
    server.stop();
}

#[test]
fn whoever_is_closed_for_a_bad_request_is_named_in_the_log() {
    let mut place = Place::new();
    let server = place.start();
    let frame = |bytes: &[u8]| [&(bytes.len() as i32).to_be_bytes()[..], bytes].concat();
    let header = |key: i16, version: i16| {
        [&key.to_be_bytes()[..], &version.to_be_bytes(), b"\0\0\0\x07\xff\xff"].concat()
    };
    for (bytes, why) in [
        ((-1_i32).to_be_bytes().to_vec(), "negative length"),
        (i32::MAX.to_be_bytes().to_vec(), "too long"),
        (frame(b"\0\x03"), "half a header"),
        (frame(&header(999, 0)), "unknown key"),
        (frame(&header(11, 0)), "an API that is not served"),
        (frame(&header(3, 99)), "unknown version"),
        (frame(&[header(3, 8), vec![0x7f; 4]].concat()), "a body that cannot be"),
    ] {
        let mut raw = Raw::connect(server.bootstrap());
        let from = raw.stream.local_addr().expect("a bound socket");
        std::io::Write::write_all(&mut raw.stream, &bytes).expect("bytes");
        assert_eq!(raw.next_id(), None, "{why}");
        let log = place.log();
        let line = log.lines().find(|line| line.contains(&from.to_string()));
        let line = line.unwrap_or_else(|| panic!("{why}: no line with {from} in\n{log}"));
        assert!(line.contains("closing the connection"), "{why}: {line}");
        println!("{why}: {line}");
    }
    assert_eq!(server.metric("kabuki_connections_closed_total{reason=\"bad request\"}"), 7);
    server.stop();
}

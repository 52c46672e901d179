//! One connection: responses in the order of requests, long polls, idleness.

use std::io::{Read, Write};
use std::net::TcpStream;

use kabuki_client::NewTopic;
use kabuki_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use kabuki_wire::messages::{ApiVersionsRequest, FetchRequest, MetadataRequest, TopicName};
use kabuki_wire::{Request, StrBytes};

use super::server::{Place, Server};

fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.bootstrap()).expect("the broker listens")
}

fn send<R: Request>(stream: &mut TcpStream, version: i16, correlation_id: i32, request: &R) {
    let client_id = StrBytes::from_static_str("test");
    let frame = kabuki_wire::encode_request(version, correlation_id, &client_id, request)
        .expect("a request that fits its version");
    stream.write_all(&frame).expect("the broker reads");
}

/// The correlation id of the next response; `None` when the broker has closed the connection.
fn next_answer(stream: &mut TcpStream) -> Option<i32> {
    let mut head = [0; 8];
    stream.read_exact(&mut head).ok()?;
    let [l0, l1, l2, l3, id @ ..] = head;
    let rest = i32::from_be_bytes([l0, l1, l2, l3]) - 4;
    let mut body = vec![0; usize::try_from(rest).expect("a length")];
    stream.read_exact(&mut body).expect("a whole response");
    Some(i32::from_be_bytes(id))
}

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

#[test]
fn responses_leave_in_the_order_of_requests() {
    let mut place = Place::new();
    let server = place.start();
    server.client().create(NewTopic::new("waits"));
    let mut stream = connect(&server);
    for round in 0..20 {
        let first = round * 10;
        send(&mut stream, 11, first, &long_poll("waits", 20));
        send(&mut stream, 9, first + 1, &MetadataRequest::default());
        send(&mut stream, 3, first + 2, &named_api_versions());
        send(&mut stream, 11, first + 3, &long_poll("waits", 0));
        let ids: Vec<_> = (0..4).map(|_| next_answer(&mut stream)).collect();
        assert_eq!(ids, [0, 1, 2, 3].map(|id| Some(first + id)));
    }
    server.stop();
}

fn named_api_versions() -> ApiVersionsRequest {
    ApiVersionsRequest::default()
        .with_client_software_name(StrBytes::from_static_str("test"))
        .with_client_software_version(StrBytes::from_static_str("1"))
}

#[test]
fn an_idle_connection_is_closed_whether_a_request_of_it_waits_or_not() {
    let mut place = Place::new();
    let server = place.start_with(&["connections.max.idle.ms=300"]);
    server.client().create(NewTopic::new("waits"));
    let mut stream = connect(&server);
    send(&mut stream, 11, 1, &long_poll("waits", 100));
    assert_eq!(next_answer(&mut stream), Some(1), "an answer in time");
    // As Apache Kafka does: what counts is that bytes move.
    send(&mut stream, 11, 2, &long_poll("waits", 60_000));
    assert_eq!(next_answer(&mut stream), None, "nothing moves");
    server.stop();
}

//! A connection that keeps asking partitions of another arbiter moves there, and nobody notices but the figures.

use bytes::Bytes;
use kabuki_client::NewTopic;
use kabuki_records::builder::BatchBuilder;
use kabuki_wire::StrBytes;
use kabuki_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kabuki_wire::messages::{ProduceRequest, TopicName};

use super::limits::TWO_LISTENERS;
use super::pipelining::PRODUCE;
use super::raw::Raw;
use super::server::{Place, Server};

const MOVED: &str = "kabuki_connections_moved_total";
/// Requests that a producer has under way.
const IN_FLIGHT: usize = 5;
/// Requests after which nobody who should have moved is still where it was.
const ENOUGH: i32 = 2_000;
fn one_record() -> Bytes {
    let mut batch = BatchBuilder::new();
    batch.push(1000, None, Some(b"value"), &[]);
    batch.build().expect("a record")
}

fn produce(partition: i32) -> ProduceRequest {
    let data =
        PartitionProduceData::default().with_index(partition).with_records(Some(one_record()));
    let topic = TopicProduceData::default()
        .with_name(TopicName(StrBytes::from_static_str("orders")))
        .with_partition_data(vec![data]);
    ProduceRequest::default().with_acks(1).with_timeout_ms(10_000).with_topic_data(vec![topic])
}

/// Sends so many requests, some at a time. Every answer comes in its turn, with an offset above that of the last.
fn write(stream: &mut Raw, partition: i32, requests: i32) {
    let mut last = -1;
    let in_flight = IN_FLIGHT as i32;
    for id in 0..requests + in_flight {
        if id >= in_flight {
            let (answered, response) =
                stream.next_response::<ProduceRequest>(PRODUCE).expect("an answer");
            assert_eq!(answered, id - in_flight);
            let offset = response.responses[0].partition_responses[0].base_offset;
            assert!(offset > last, "{offset} after {last}");
            last = offset;
        }
        if id < requests {
            stream.send(PRODUCE, id, &produce(partition));
        }
    }
}

/// Two connections, which come to different arbiters, write to one partition until one of them has moved to the other.
fn both_on_one_arbiter(server: &Server) -> [Raw; 2] {
    server.client().create(NewTopic::new("orders"));
    let mut pair = [Raw::connect(server.bootstrap()), Raw::connect(server.bootstrap())];
    pair.iter_mut().for_each(|stream| write(stream, 0, ENOUGH));
    assert_eq!(server.metric(MOVED), 1, "one was there from the beginning");
    pair
}

#[test]
fn a_connection_moves_once_to_the_arbiter_of_its_partition() {
    let mut place = Place::new();
    let server = place.start_with(&["kabuki.arbiters=2"]);
    let mut pair = both_on_one_arbiter(&server);
    assert!(pair.iter_mut().all(Raw::is_served));
    pair.iter_mut().for_each(|stream| write(stream, 0, ENOUGH));
    assert_eq!(server.metric(MOVED), 1);
    server.stop();
}

#[test]
fn who_writes_everywhere_stays() {
    let mut place = Place::new();
    let server = place.start_with(&["kabuki.arbiters=2"]);
    let two = NewTopic { partitions: Some(2), ..NewTopic::new("orders") };
    server.client().create(two);
    let mut stream = Raw::connect(server.bootstrap());
    for turn in 0..ENOUGH / 10 {
        write(&mut stream, turn % 2, 1);
    }
    assert_eq!(server.metric(MOVED), 0);
    server.stop();
}

#[test]
fn a_connection_that_has_moved_still_gives_way() {
    let mut place = Place::new();
    let own = ["kabuki.arbiters=2", "max.connections=3"];
    let server = place.start_with(&[&TWO_LISTENERS[..], &own].concat());
    let mut pair = both_on_one_arbiter(&server);
    let mut brokers: Vec<_> = (0..3).map(|_| Raw::connect(&server.listeners[1])).collect();
    assert!(brokers.iter_mut().all(Raw::is_served));
    for stream in &mut pair {
        assert_eq!(stream.next_id(), None);
    }
    server.stop();
}

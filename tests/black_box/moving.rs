//! A connection that keeps asking partitions of another arbiter moves there, and nobody notices but the figures.

use kabuki_client::NewTopic;
use kabuki_wire::messages::ProduceRequest;

use super::limits::TWO_LISTENERS;
use super::pipelining::{PRODUCE, produce};
use super::raw::Raw;
use super::server::{Place, Server};

const MOVED: &str = "kabuki_connections_moved_total";
/// Requests that a producer has under way.
const IN_FLIGHT: usize = 5;
/// Requests after which nobody who should have moved is still where it was.
const ENOUGH: i32 = 2_000;
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
            stream.send(PRODUCE, id, &produce("orders", 1, &[(partition, 0, 1)]));
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
    server.client().create(NewTopic::new("orders").with_partitions(2));
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

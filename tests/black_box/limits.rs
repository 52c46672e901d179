//! Limits on connections: who has to wait, who is refused, who has to give way.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use kabuki_client::{ConfigChange, ConfigKind, ConfigResource};

use super::raw::{Raw, no_topics};
use super::server::{Place, Server};

const WAITED: &str = "kabuki_connections_held_back_total{reason=\"max.connections\"}";
const DELAYED: &str = "kabuki_connections_held_back_total{reason=\"max.connection.creation.rate\"}";
const REFUSED: &str = "kabuki_connections_closed_total{reason=\"max.connections.per.ip\"}";
const GAVE_WAY: &str = "kabuki_connections_closed_total{reason=\"max.connections\"}";

/// Two listeners, the second of which brokers use.
pub(crate) const TWO_LISTENERS: [&str; 4] = [
    "listeners=CLIENTS://127.0.0.1:0,BROKERS://127.0.0.1:0",
    "advertised.listeners=CLIENTS://127.0.0.1:0,BROKERS://127.0.0.1:0",
    "listener.security.protocol.map=CLIENTS:PLAINTEXT,BROKERS:PLAINTEXT",
    "inter.broker.listener.name=BROKERS",
];

fn served(address: &str, count: usize) -> Vec<Raw> {
    (0..count)
        .map(|_| {
            let mut raw = Raw::connect(address);
            assert!(raw.is_served());
            raw
        })
        .collect()
}

/// A connection above the limit waits until one below it is gone.
fn one_too_many_waits(server: &Server, address: &str, limit: usize) {
    let mut inside = served(address, limit);
    let waited = server.metric(WAITED);
    let mut outside = Raw::connect(address);
    outside.send(9, 7, &no_topics());
    server.wait_for_metric(WAITED, |now| now > waited);
    assert_eq!(server.connections(), limit as u64);
    assert!(inside.iter_mut().all(Raw::is_served));
    inside.pop();
    assert_eq!(outside.next_id(), Some(7), "it comes in when another has left");
}

#[test]
fn a_connection_above_max_connections_waits_for_a_place() {
    let mut place = Place::new();
    let server = place.start_with(&["max.connections=3"]);
    one_too_many_waits(&server, server.bootstrap(), 3);
    server.stop();
}

#[test]
fn a_listener_has_a_limit_of_its_own() {
    let mut place = Place::new();
    let own = "listener.name.clients.max.connections=2";
    let server = place.start_with(&[&TWO_LISTENERS[..], &[own]].concat());
    one_too_many_waits(&server, &server.listeners[0], 2);
    served(&server.listeners[1], 4);
    server.stop();
}

#[test]
fn the_brokers_listener_pushes_out_who_was_silent_for_longest() {
    let mut place = Place::new();
    // One arbiter, so that the order of answers is the order of what it remembers of them.
    let own = ["max.connections=2", "kabuki.arbiters=1"];
    let server = place.start_with(&[&TWO_LISTENERS[..], &own].concat());
    let (clients, brokers) = (&server.listeners[0], &server.listeners[1]);
    let [first, second] = &mut served(clients, 2)[..] else { panic!("two are served") };
    assert!(first.is_served());
    let mut broker = Raw::connect(brokers);
    assert!(broker.is_served());
    assert_eq!(second.next_id(), None, "it was silent for longer");
    assert!(first.is_served() && broker.is_served());
    assert_eq!(server.metric(GAVE_WAY), 1);
    server.stop();
}

#[test]
fn an_address_above_its_limit_is_refused_at_once() {
    let mut place = Place::new();
    let overrides = "max.connections.per.ip.overrides=127.0.0.2:1,127.0.0.3:0";
    let server = place.start_with(&[overrides]);
    let from = |last| IpAddr::from(Ipv4Addr::new(127, 0, 0, last));
    let mut first = Raw::connect_from(from(2), server.bootstrap());
    assert!(first.is_served());
    assert_eq!(Raw::connect_from(from(2), server.bootstrap()).next_id(), None);
    assert_eq!(Raw::connect_from(from(3), server.bootstrap()).next_id(), None);
    assert_eq!(server.metric(REFUSED), 2);
    assert!(first.is_served());
    served(server.bootstrap(), 5);
    drop(first);
    server.wait_for_metric("kabuki_actor_alive{kind=\"connection\"}", |alive| alive == 0);
    assert!(Raw::connect_from(from(2), server.bootstrap()).is_served());
    server.stop();
}

#[test]
fn connections_that_come_too_fast_are_delayed_and_then_served() {
    let mut place = Place::new();
    let server = place.start_with(&["max.connection.creation.rate=2"]);
    // A silence allows a burst of ten seconds' worth.
    served(server.bootstrap(), 22);
    assert!(server.metric(DELAYED) >= 1);
    server.stop();
}

/// Many come at once, more than may be inside: never are more inside, and all are served in the end.
fn storm(server: &Server, from: IpAddr, limit: u64, comers: usize) -> u64 {
    let (inside, most, served) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..comers {
            scope.spawn(|| {
                let mut raw = Raw::connect_from(from, server.bootstrap());
                if raw.is_served() {
                    // Counted between the answer and the close: the broker counts it for longer.
                    most.fetch_max(inside.fetch_add(1, SeqCst) + 1, SeqCst);
                    served.fetch_add(1, SeqCst);
                    assert!(raw.is_served());
                    inside.fetch_sub(1, SeqCst);
                }
            });
        }
    });
    assert!(most.load(SeqCst) <= limit, "{} of {limit}", most.load(SeqCst));
    served.load(SeqCst)
}

#[test]
fn limits_hold_in_a_storm() {
    let mut place = Place::new();
    let overrides = [
        "max.connections=7",
        "max.connections.per.ip.overrides=127.0.0.2:3",
        "kabuki.arbiters=4",
        // All wait with the system: those that it turned away would come again after ever longer pauses.
        "socket.listen.backlog.size=1024",
    ];
    let server = place.start_with(&overrides);
    let from = |last| IpAddr::from(Ipv4Addr::new(127, 0, 0, last));
    assert_eq!(storm(&server, from(1), 7, 200), 200);
    let served = storm(&server, from(2), 3, 200);
    assert_eq!(served + server.metric(REFUSED), 200);
    server.stop();
}

/// Sets a key for all brokers, over a connection of its own that is gone afterwards.
fn set_for_all_brokers(server: &Server, name: &str, value: &str) {
    let mut client = server.client();
    let resource = ConfigResource::new(ConfigKind::Broker, "");
    let change = ConfigChange { name: name.to_owned(), value: Some(value.to_owned()) };
    let altered = client.run(async |client| client.alter_configs(&resource, &[change]).await);
    let (_, outcome) = altered.expect("an answer").remove(0);
    assert!(outcome.is_ok(), "{name}={value}");
}

#[test]
fn limits_that_are_set_at_run_time_count_at_once() {
    let mut place = Place::new();
    let server = place.start_with(&["kabuki.arbiters=1"]);
    let mut inside = served(server.bootstrap(), 4);
    // Lowered: who was silent for longest gives way. The connection that lowers it is the third.
    set_for_all_brokers(&server, "max.connections", "3");
    assert_eq!(inside.remove(0).next_id(), None);
    assert_eq!(inside.remove(0).next_id(), None);
    inside.extend(served(server.bootstrap(), 1));
    assert!(inside.iter_mut().all(Raw::is_served));
    let mut outside = Raw::connect(server.bootstrap());
    outside.send(9, 7, &no_topics());
    server.wait_for_metric(WAITED, |waited| waited >= 1);
    inside.pop();
    assert_eq!(outside.next_id(), Some(7));
    // An address may have fewer than there may be of all.
    drop(inside);
    set_for_all_brokers(&server, "max.connections.per.ip.overrides", "127.0.0.2:0");
    let source = IpAddr::from(Ipv4Addr::new(127, 0, 0, 2));
    assert_eq!(Raw::connect_from(source, server.bootstrap()).next_id(), None);
    server.stop();
}

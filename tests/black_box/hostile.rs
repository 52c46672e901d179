//! Bytes of no sense: the connection that they come over is closed, and that is all that happens.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bytes::BytesMut;
use kabuki_client::NewTopic;
use kabuki_wire::{ApiKey, RequestHeader, StrBytes};

use super::server::{Place, Server};

/// A connection on which nothing happens for this long has neither been answered nor closed.
const PATIENCE: Duration = Duration::from_secs(20);

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.bootstrap()).expect("the broker listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket option");
    stream
}

/// What comes back until the broker closes the connection; the sender has nothing more to say.
fn answer_to(server: &Server, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(server);
    // The broker may close before everything is written.
    let _ = stream.write_all(bytes).and_then(|()| stream.shutdown(std::net::Shutdown::Write));
    let mut answer = vec![];
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
        Err(error) => panic!("neither an answer nor an end: {error}"),
    }
    answer
}

/// Whether the broker closes the connection by itself, while the sender still could say more.
fn closes_on(server: &Server, bytes: &[u8]) -> bool {
    let mut stream = connect(server);
    let _ = stream.write_all(bytes);
    let mut answer = [0; 1];
    match stream.read(&mut answer) {
        Ok(count) => count == 0,
        Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
    }
}

fn frame(body: &[u8]) -> Vec<u8> {
    let mut frame = (body.len() as i32).to_be_bytes().to_vec();
    frame.extend_from_slice(body);
    frame
}

fn request(api: ApiKey, version: i16, body: &[u8]) -> Vec<u8> {
    let client_id = StrBytes::from_static_str("hostile");
    let mut bytes = BytesMut::new();
    RequestHeader { api, version, correlation_id: 1, client_id }.encode(&mut bytes);
    bytes.extend_from_slice(body);
    frame(&bytes)
}

fn serves_on(server: &Server, topic: &str) {
    server.client().create(NewTopic::new(topic));
}

#[test]
fn lengths_that_cannot_be_close_the_connection() {
    let mut place = Place::new();
    let server = place.start();
    for length in [-1, i32::MIN, i32::MAX, 100 * 1024 * 1024 + 1] {
        assert!(closes_on(&server, &length.to_be_bytes()), "{length}");
    }
    for body in [&b""[..], b"\0", b"GET / HTTP/1.1\r\n\r\n", &[0xff; 64]] {
        assert!(closes_on(&server, &frame(body)), "{body:?}");
    }
    serves_on(&server, "t");
    server.stop();
}

#[test]
fn a_frame_that_never_ends_holds_nobody_up() {
    let mut place = Place::new();
    let server = place.start();
    let mut begun = connect(&server);
    begun.write_all(&(50 * 1024 * 1024_i32).to_be_bytes()).expect("a length");
    begun.write_all(&[0; 1000]).expect("a beginning");
    serves_on(&server, "t");
    server.stop();
}

#[test]
fn garbage_in_every_api_and_version_is_answered_or_closed() {
    let mut place = Place::new();
    let server = place.start();
    for api in ApiKey::ALL {
        let versions = api.versions();
        for version in (versions.low..=versions.high).chain([-1, i16::MAX]) {
            for body in [&[][..], &[0; 3], &[0xff; 40], &[0x7f; 40], &[0; 200]] {
                answer_to(&server, &request(api, version, body));
            }
        }
    }
    serves_on(&server, "t");
    server.stop();
}

#[test]
fn the_largest_count_costs_nothing() {
    let mut place = Place::new();
    let server = place.start();
    // Metadata: the count of topics, as 2³¹−1 in four bytes, and as 2³²−2 in a varint of five.
    assert!(closes_on(&server, &request(ApiKey::Metadata, 8, &[0x7f, 0xff, 0xff, 0xff])));
    assert!(closes_on(&server, &request(ApiKey::Metadata, 12, &[0xff, 0xff, 0xff, 0xff, 0x0f])));
    serves_on(&server, "t");
    server.stop();
}

#[test]
fn a_version_of_api_versions_that_nobody_knows_is_answered() {
    let mut place = Place::new();
    let server = place.start();
    let answer = answer_to(&server, &request(ApiKey::ApiVersions, 99, &[]));
    // Length, correlation id, then version 0 of the response, which begins with UNSUPPORTED_VERSION.
    assert_eq!(answer.get(4..10), Some(&[0, 0, 0, 1, 0, 35][..]));
    server.stop();
}

//! One connection to the broker: a request at a time, so that what happens within the broker is always the same.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bytes::Bytes;
use kabuki_wire::header::decode_response_header;
use kabuki_wire::{ApiKey, Request, StrBytes};

/// A broker that is silent for this long will not answer.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Connection(TcpStream);

impl Connection {
    pub(crate) fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the broker listens");
        stream.set_nodelay(true).expect("a socket option");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket option");
        Self(stream)
    }

    /// The answer to a request of the newest version, as current clients send it.
    pub(crate) fn ask<R: Request>(&mut self, request: &R) -> R::Response {
        let api = ApiKey::try_from(R::KEY).expect("a key of Kafka's");
        let version = api.stable_version_max();
        let client_id = StrBytes::from_static_str("counts");
        let frame = kabuki_wire::encode_request(version, 1, &client_id, request);
        self.0.write_all(&frame.expect("a request that fits its version")).expect("a reader");
        let mut body = self.next_frame();
        decode_response_header(api, version, &mut body).expect("a header");
        kabuki_wire::decode_response::<R>(&mut body, version).expect("a response of this version")
    }

    fn next_frame(&mut self) -> Bytes {
        let mut length = [0; 4];
        self.0.read_exact(&mut length).expect("a response");
        let mut frame = vec![0; u32::from_be_bytes(length) as usize];
        self.0.read_exact(&mut frame).expect("a whole response");
        frame.into()
    }
}

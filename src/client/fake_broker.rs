//! A broker of a few lines for unit tests: answers every request by a function.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use bytes::{Bytes, BytesMut};
use kabuki_wire::messages::ApiVersionsResponse;
use kabuki_wire::messages::api_versions_response::ApiVersion;
use kabuki_wire::{ApiKey, Request, RequestHeader, encode_response};

use crate::connection::ConnectionConfig;

/// What the fake broker does with a request.
pub(crate) enum Reaction {
    /// Sends these bytes.
    Send(BytesMut),
    /// Keeps silent.
    Nothing,
    /// Closes the connection.
    Close,
}

/// A client's settings that do not make a test wait.
pub(crate) fn impatient() -> ConnectionConfig {
    let request_timeout = std::time::Duration::from_millis(200);
    ConnectionConfig { request_timeout, ..ConnectionConfig::default() }
}

/// Serves one connection after the other until the test process ends; gives the address.
pub(crate) fn start(
    mut react: impl FnMut(RequestHeader, Bytes, u16) -> Reaction + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = serve(stream.expect("a connection"), &mut |header, body| {
                react(header, body, address.port())
            });
        }
    });
    address.to_string()
}

fn serve(
    mut stream: TcpStream,
    react: &mut impl FnMut(RequestHeader, Bytes) -> Reaction,
) -> std::io::Result<()> {
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let mut frame = vec![0; u32::from_be_bytes(length) as usize];
        stream.read_exact(&mut frame)?;
        let mut body = Bytes::from(frame);
        let header = RequestHeader::decode(&mut body).expect("the client writes headers");
        match react(header, body) {
            Reaction::Send(bytes) => stream.write_all(&bytes)?,
            Reaction::Nothing => {}
            Reaction::Close => return Ok(()),
        }
    }
}

/// An answer in the version of the request.
pub(crate) fn answer<R: Request>(header: &RequestHeader, response: &R::Response) -> Reaction {
    answer_in::<R>(header, header.version, response)
}

pub(crate) fn answer_in<R: Request>(
    header: &RequestHeader,
    version: i16,
    response: &R::Response,
) -> Reaction {
    let bytes = encode_response(header.api, version, header.correlation_id, response);
    Reaction::Send(bytes.expect("the answer fits the version"))
}

/// What a broker says that serves these APIs.
pub(crate) fn serving(apis: &[(ApiKey, i16, i16)]) -> ApiVersionsResponse {
    let range = |&(api, low, high): &(ApiKey, i16, i16)| {
        ApiVersion::default().with_api_key(api as i16).with_min_version(low).with_max_version(high)
    };
    ApiVersionsResponse::default().with_api_keys(apis.iter().map(range).collect())
}

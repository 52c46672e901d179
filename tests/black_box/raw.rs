//! A connection without a client: requests and responses as they are, one by one.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

use bytes::Bytes;
use kabuki_wire::messages::{ApiVersionsRequest, MetadataRequest, MetadataResponse};
use kabuki_wire::{ApiKey, Request, StrBytes};
use rustix::net::{AddressFamily, SocketType};

/// A connection on which nothing happens for this long has neither been answered nor closed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection to a broker.
pub(crate) struct Raw {
    pub(crate) stream: TcpStream,
}

impl Raw {
    pub(crate) fn connect(address: &str) -> Self {
        Self::over(TcpStream::connect(address).expect("the broker listens"))
    }

    /// The same from another address of this machine.
    pub(crate) fn connect_from(source: IpAddr, address: &str) -> Self {
        let socket = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None);
        let socket = socket.expect("a socket");
        rustix::net::bind(&socket, &SocketAddr::new(source, 0))
            .expect("an address of this machine");
        let to: SocketAddr = address.parse().expect("an address");
        rustix::net::connect(&socket, &to).expect("the broker listens");
        Self::over(socket.into())
    }

    fn over(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket option");
        Self { stream }
    }

    pub(crate) fn send<R: Request>(&mut self, version: i16, correlation_id: i32, request: &R) {
        self.try_send(version, correlation_id, request).expect("the broker reads");
    }

    pub(crate) fn try_send<R: Request>(
        &mut self,
        version: i16,
        correlation_id: i32,
        request: &R,
    ) -> io::Result<()> {
        self.stream.write_all(&frame(version, correlation_id, request))
    }

    /// The next response: correlation id, and what follows it. `None` when the broker has closed the connection.
    pub(crate) fn next(&mut self) -> Option<(i32, Bytes)> {
        let mut head = [0; 8];
        match self.stream.read_exact(&mut head) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                panic!("neither an answer nor an end")
            }
            Err(_) => return None,
        }
        let [l0, l1, l2, l3, id @ ..] = head;
        let rest = i32::from_be_bytes([l0, l1, l2, l3]) - 4;
        let mut body = vec![0; usize::try_from(rest).expect("a length")];
        self.stream.read_exact(&mut body).expect("a whole response");
        Some((i32::from_be_bytes(id), body.into()))
    }

    /// Whether there is something to read, if only the end, before the time is up.
    pub(crate) fn has_more_within(&self, time: Duration) -> bool {
        self.stream.set_read_timeout(Some(time)).expect("a socket option");
        let seen = self.stream.peek(&mut [0]);
        self.stream.set_read_timeout(Some(PATIENCE)).expect("a socket option");
        !seen.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// The correlation id of the next response; `None` when the broker has closed the connection.
    pub(crate) fn next_id(&mut self) -> Option<i32> {
        self.next().map(|(id, _)| id)
    }

    /// The next response, decoded; `None` when the broker has closed the connection.
    pub(crate) fn next_response<R: Request>(&mut self, version: i16) -> Option<(i32, R::Response)> {
        let (id, mut body) = self.next()?;
        let api = ApiKey::try_from(R::KEY).expect("a key of Kafka's");
        if api.response_header_version(version) >= 1 {
            assert_eq!(body.split_to(1), &[0][..], "no tagged fields in a header");
        }
        let response = kabuki_wire::decode_response::<R>(&mut body, version);
        Some((id, response.expect("a response of this version")))
    }

    /// Whether the broker answers a small request; false when it has closed the connection.
    pub(crate) fn is_served(&mut self) -> bool {
        self.try_send(9, 1, &no_topics()).is_ok()
            && self
                .next_response::<MetadataRequest>(9)
                .is_some_and(|(_, response): (_, MetadataResponse)| !response.brokers.is_empty())
    }
}

/// The frame of a request.
pub(crate) fn frame<R: Request>(version: i16, correlation_id: i32, request: &R) -> Bytes {
    let client_id = StrBytes::from_static_str("test");
    let frame = kabuki_wire::encode_request(version, correlation_id, &client_id, request);
    frame.expect("a request that fits its version").freeze()
}

/// Metadata of the brokers alone.
pub(crate) fn no_topics() -> MetadataRequest {
    MetadataRequest::default().with_topics(Some(vec![]))
}

/// ApiVersions as a client of this name asks for it.
pub(crate) fn named_api_versions(name: &str, version: &str) -> ApiVersionsRequest {
    ApiVersionsRequest::default()
        .with_client_software_name(StrBytes::from_string(name.to_owned()))
        .with_client_software_version(StrBytes::from_string(version.to_owned()))
}

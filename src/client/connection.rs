//! One connection to one broker.

use std::collections::VecDeque;
use std::io;
use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;
use kabuki_wire::frame::FrameReader;
use kabuki_wire::header::decode_response_header;
use kabuki_wire::messages::{ApiVersionsRequest, ApiVersionsResponse};
use kabuki_wire::{ApiKey, Request, ResponseError, StrBytes, decode_response, encode_request};
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};

use crate::error::{BrokerError, ClientError};
use crate::versions::BrokerVersions;

/// Requests under way on one connection: more than any caller pipelines, few enough that their answers fit in memory.
const IN_FLIGHT_MAX: usize = 64;
/// Kafka's `socket.connection.setup.timeout.ms`.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Kafka's `request.timeout.ms`.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// A broker answers with at most `fetch.max.bytes` (55 MiB by default) and one batch over that.
const FRAME_BYTES_MAX: usize = 128 * 1024 * 1024;
/// The newest ApiVersions request; a broker that does not know it says which it knows (KIP-511).
const API_VERSIONS_NEWEST: i16 = 4;

/// How a connection behaves.
#[derive(Debug, Clone)]
pub struct ConnectionConfig {
    /// The name under which brokers log and meter this client.
    pub client_id: String,
    /// The longest time to make a connection.
    pub connect_timeout: Duration,
    /// The longest time from a request to its response, beside what the broker is asked to wait.
    pub request_timeout: Duration,
    /// The largest response taken, in bytes. Memory is used as bytes arrive, not as they are announced.
    pub frame_bytes_max: usize,
}

impl Default for ConnectionConfig {
    fn default() -> Self {
        Self {
            client_id: "kabuki".to_owned(),
            connect_timeout: CONNECT_TIMEOUT,
            request_timeout: REQUEST_TIMEOUT,
            frame_bytes_max: FRAME_BYTES_MAX,
        }
    }
}

/// A request that was sent and whose response was not taken yet.
#[derive(Debug)]
#[must_use = "take the response with Connection::receive"]
pub struct Pending<R> {
    correlation_id: i32,
    deadline: Instant,
    waits: Duration,
    of: PhantomData<fn() -> R>,
}

/// What is needed to read a response.
#[derive(Debug, Clone, Copy)]
struct Expected {
    correlation_id: i32,
    api: ApiKey,
    version: i16,
}

/// A connection on which versions are agreed.
///
/// Responses come in the order of the requests. Taking the response of a later request gives up those before it. After
/// an error for which [`ClientError::is_connection_lost`] holds, and after a future that was dropped unfinished, make a
/// new connection.
#[derive(Debug)]
pub struct Connection {
    address: String,
    stream: TcpStream,
    config: ConnectionConfig,
    client_id: StrBytes,
    versions: BrokerVersions,
    frames: FrameReader,
    /// Whole frames that arrived while something else was awaited.
    arrived: VecDeque<Bytes>,
    /// What was asked and not answered yet, oldest first; an answer in `arrived` still counts as asked.
    in_flight: VecDeque<Expected>,
    next_correlation_id: i32,
    /// An operation began and did not end well: what the socket holds is unknown.
    is_broken: bool,
}

impl Connection {
    /// Connects to `address` (`host:port`) and agrees on versions.
    ///
    /// # Errors
    /// The address cannot be resolved or reached in time, or who listens there speaks something else.
    pub async fn connect(address: &str, config: &ConnectionConfig) -> Result<Self, ClientError> {
        let connecting = timeout(config.connect_timeout, TcpStream::connect(address)).await;
        let timed_out = || Err(io::Error::from(io::ErrorKind::TimedOut));
        let stream = connecting.unwrap_or_else(|_| timed_out());
        let stream = stream.and_then(|stream| stream.set_nodelay(true).map(|()| stream));
        let stream = stream
            .map_err(|source| ClientError::Connect { address: address.to_owned(), source })?;
        let mut connection = Self::over(stream, address, config);
        connection.agree_on_versions().await?;
        Ok(connection)
    }

    fn over(stream: TcpStream, address: &str, config: &ConnectionConfig) -> Self {
        Self {
            address: address.to_owned(),
            stream,
            client_id: StrBytes::from_string(config.client_id.clone()),
            versions: BrokerVersions::default(),
            frames: FrameReader::new(config.frame_bytes_max),
            config: config.clone(),
            arrived: VecDeque::new(),
            in_flight: VecDeque::new(),
            next_correlation_id: 0,
            is_broken: false,
        }
    }

    /// The address that was connected to.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What the broker speaks.
    pub fn versions(&self) -> &BrokerVersions {
        &self.versions
    }

    /// Whether an earlier operation failed or was given up half-way, so that this connection is of no more use.
    pub fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// The highest version up to `version_max` of a request that both sides know.
    pub fn version_of<R: Request>(&self, version_max: i16) -> Result<i16, ClientError> {
        let api = ApiKey::try_from(R::KEY)?;
        let unsupported = || ClientError::Unsupported { api, address: self.address.clone() };
        self.versions.highest::<R>(version_max).ok_or_else(unsupported)
    }

    /// Sends a request in the highest version that both sides know and takes its response.
    pub async fn request<R: Request>(&mut self, request: &R) -> Result<R::Response, ClientError> {
        let version = self.version_of::<R>(i16::MAX)?;
        let pending = self.send(request, version, Duration::ZERO).await?;
        self.receive(pending).await
    }

    /// Sends a request. `broker_waits`: how long the request allows the broker to wait, which is waited here beside the
    /// request timeout.
    pub async fn send<R: Request>(
        &mut self,
        request: &R,
        version: i16,
        broker_waits: Duration,
    ) -> Result<Pending<R>, ClientError> {
        if self.in_flight.len() >= IN_FLIGHT_MAX {
            let address = self.address.clone();
            return Err(ClientError::TooManyInFlight { address, max: IN_FLIGHT_MAX });
        }
        let correlation_id = self.write_request(request, version).await?;
        let api = ApiKey::try_from(R::KEY)?;
        self.in_flight.push_back(Expected { correlation_id, api, version });
        let waits = self.config.request_timeout + broker_waits;
        Ok(Pending { correlation_id, deadline: Instant::now() + waits, waits, of: PhantomData })
    }

    /// Sends a request to which there is no response: Produce with acks 0.
    pub async fn send_unanswered<R: Request>(
        &mut self,
        request: &R,
        version: i16,
    ) -> Result<(), ClientError> {
        self.write_request(request, version).await.map(drop)
    }

    /// Takes the response of a request.
    pub async fn receive<R: Request>(
        &mut self,
        pending: Pending<R>,
    ) -> Result<R::Response, ClientError> {
        let known = |expected: &Expected| expected.correlation_id == pending.correlation_id;
        if !self.in_flight.iter().any(known) {
            return Err(ClientError::NotDue { address: self.address.clone() });
        }
        loop {
            let (expected, mut body) = self.next_response(pending.deadline, pending.waits).await?;
            if expected.correlation_id == pending.correlation_id {
                return Ok(decode_response::<R>(&mut body, expected.version)?);
            }
        }
    }

    async fn agree_on_versions(&mut self) -> Result<(), ClientError> {
        let mut response = self.ask_versions(API_VERSIONS_NEWEST).await?;
        if response.error_code == ResponseError::UnsupportedVersion.code() {
            let known = BrokerVersions::of(&response).highest::<ApiVersionsRequest>(i16::MAX);
            response = self.ask_versions(known.unwrap_or(0)).await?;
        }
        BrokerError::check(response.error_code, None).map_err(|error| {
            ClientError::broker(format!("ApiVersions at {}", self.address), error)
        })?;
        self.versions = BrokerVersions::of(&response);
        Ok(())
    }

    async fn ask_versions(&mut self, version: i16) -> Result<ApiVersionsResponse, ClientError> {
        let mut request = ApiVersionsRequest::default();
        if version >= 3 {
            request = request
                .with_client_software_name(StrBytes::from_static_str("kabuki"))
                .with_client_software_version(StrBytes::from_static_str(env!("CARGO_PKG_VERSION")));
        }
        let pending = self.send(&request, version, Duration::ZERO).await?;
        self.receive(pending).await
    }

    async fn write_request<R: Request>(
        &mut self,
        request: &R,
        version: i16,
    ) -> Result<i32, ClientError> {
        let correlation_id = self.next_correlation_id;
        let frame = encode_request(version, correlation_id, &self.client_id, request)?;
        self.next_correlation_id = correlation_id.wrapping_add(1) & i32::MAX;
        self.begin()?;
        let after = self.config.request_timeout;
        let written = timeout(after, self.write(&frame)).await;
        self.end(written.unwrap_or_else(|_| Err(self.timeout_error(after))))?;
        Ok(correlation_id)
    }

    /// Writes a frame, and reads what arrives meanwhile: a broker may stop reading until its answers are read.
    async fn write(&mut self, mut frame: &[u8]) -> Result<(), ClientError> {
        while !frame.is_empty() {
            let ready = self.stream.ready(Interest::READABLE | Interest::WRITABLE).await;
            let ready = ready.map_err(|source| self.io_error(source))?;
            if ready.is_readable() {
                self.read_arrived()?;
            }
            if ready.is_writable() {
                match self.stream.try_write(frame) {
                    Ok(written) => frame = &frame[written..],
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(source) => return Err(self.io_error(source)),
                }
            }
        }
        Ok(())
    }

    /// The next response, which is the one to the oldest request.
    async fn next_response(
        &mut self,
        deadline: Instant,
        waits: Duration,
    ) -> Result<(Expected, Bytes), ClientError> {
        self.begin()?;
        let read = timeout_at(deadline, self.next_frame()).await;
        let read = read.unwrap_or_else(|_| Err(self.timeout_error(waits)));
        let matched = read.and_then(|frame| self.match_response(frame));
        self.end(matched)
    }

    fn match_response(&mut self, mut frame: Bytes) -> Result<(Expected, Bytes), ClientError> {
        let due = self.in_flight.pop_front();
        let expected = due.ok_or_else(|| ClientError::NotDue { address: self.address.clone() })?;
        let got = decode_response_header(expected.api, expected.version, &mut frame)?;
        if got != expected.correlation_id {
            let (address, expected) = (self.address.clone(), expected.correlation_id);
            return Err(ClientError::Correlation { address, expected, got });
        }
        Ok((expected, frame))
    }

    async fn next_frame(&mut self) -> Result<Bytes, ClientError> {
        loop {
            if let Some(frame) = self.arrived.pop_front() {
                return Ok(frame);
            }
            self.stream.readable().await.map_err(|source| self.io_error(source))?;
            self.read_arrived()?;
        }
    }

    /// Reads what is there, without waiting, and keeps the frames that are whole.
    fn read_arrived(&mut self) -> Result<(), ClientError> {
        match self.stream.try_read_buf(self.frames.buffer()) {
            Ok(0) => return Err(ClientError::Closed { address: self.address.clone() }),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(source) => return Err(self.io_error(source)),
        }
        let frame_error = |source| ClientError::Frame { address: self.address.clone(), source };
        while let Some(frame) = self.frames.next_frame().map_err(frame_error)? {
            self.arrived.push_back(frame);
        }
        Ok(())
    }

    /// Marks the connection as broken until [`Self::end`]: a future may be dropped in between.
    fn begin(&mut self) -> Result<(), ClientError> {
        if std::mem::replace(&mut self.is_broken, true) {
            return Err(ClientError::Closed { address: self.address.clone() });
        }
        Ok(())
    }

    fn end<T>(&mut self, outcome: Result<T, ClientError>) -> Result<T, ClientError> {
        self.is_broken = outcome.is_err();
        outcome
    }

    fn io_error(&self, source: io::Error) -> ClientError {
        ClientError::Io { address: self.address.clone(), source }
    }

    fn timeout_error(&self, after: Duration) -> ClientError {
        ClientError::Timeout { address: self.address.clone(), after }
    }
}

#[cfg(test)]
mod tests;

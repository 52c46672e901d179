//! One connection, in two halves: whole frames out, whole frames in. Nothing is copied that need not be.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use kabuki_client::{Connection, ConnectionConfig};
use kabuki_wire::frame::{LENGTH_PREFIX_BYTES, split_frame};
use kabuki_wire::header::decode_response_header;
use kabuki_wire::{ApiKey, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;

use crate::error::{Error, Result};

/// Where the correlation id stands in a request's frame.
const CORRELATION_ID: std::ops::Range<usize> = LENGTH_PREFIX_BYTES + 4..LENGTH_PREFIX_BYTES + 8;
/// Room for one read: the largest that loopback usually delivers at once.
const READ_BYTES: usize = 64 * 1024;
/// Far above every answer here: 16 partitions of 1 MiB each.
const FRAME_BYTES_MAX: usize = 256 << 20;
/// A broker that says nothing for so long hangs.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// The half that requests leave by.
#[derive(Debug)]
pub(crate) struct Sender {
    stream: OwnedWriteHalf,
    sent: i32,
}

/// The half that responses come by, in the order of the requests.
#[derive(Debug)]
pub(crate) struct Receiver {
    stream: OwnedReadHalf,
    /// Grows to the largest frame once and is used again as soon as the frames before are let go.
    buffer: BytesMut,
    received: i32,
}

/// Connects to `address` (`host:port`).
pub(crate) async fn open(address: &str) -> Result<(Sender, Receiver)> {
    let what = || Error::io(format!("connecting to {address}"));
    let stream = TcpStream::connect(address).await.map_err(what())?;
    stream.set_nodelay(true).map_err(what())?;
    let (read, write) = stream.into_split();
    let receiver = Receiver { stream: read, buffer: BytesMut::new(), received: 0 };
    Ok((Sender { stream: write, sent: 0 }, receiver))
}

/// The newest version of a request that the broker at `address` and this program know.
pub(crate) async fn version_of<R: Request>(address: &str) -> Result<i16> {
    let connection = Connection::connect(address, &ConnectionConfig::default()).await?;
    Ok(connection.version_of::<R>(i16::MAX)?)
}

impl Sender {
    /// Sends a frame, of which the correlation id is set before.
    pub(crate) async fn send(&mut self, frame: &mut [u8]) -> Result<()> {
        frame[CORRELATION_ID].copy_from_slice(&self.sent.to_be_bytes());
        self.sent = self.sent.wrapping_add(1);
        self.stream.write_all(frame).await.map_err(Error::io("sending a request"))
    }
}

impl Receiver {
    /// The body of the next response, which must be the one to the oldest request.
    pub(crate) async fn response(&mut self, api: ApiKey, version: i16) -> Result<Bytes> {
        let late = |_| Error::Failed(format!("no answer to {} in time", api.name()));
        let mut frame = timeout(ANSWER_TIMEOUT, self.frame()).await.map_err(late)??;
        let answered = decode_response_header(api, version, &mut frame)?;
        if answered != self.received {
            let expected = self.received;
            return Err(Error::Failed(format!("answer to {answered} where {expected} was due")));
        }
        self.received = self.received.wrapping_add(1);
        Ok(frame)
    }

    async fn frame(&mut self) -> Result<Bytes> {
        loop {
            if let Some(frame) = split_frame(&mut self.buffer, FRAME_BYTES_MAX)? {
                return Ok(frame);
            }
            self.buffer.reserve(self.missing().max(READ_BYTES));
            let read = self.stream.read_buf(&mut self.buffer).await;
            if read.map_err(Error::io("reading a response"))? == 0 {
                return Err(Error::Failed("the broker closed a connection".to_owned()));
            }
        }
    }

    /// Bytes that the frame at the front still lacks; 0 where not even its length is known.
    fn missing(&self) -> usize {
        let announced = self.buffer.first_chunk().map_or(0, |prefix| i32::from_be_bytes(*prefix));
        let whole = usize::try_from(announced).unwrap_or(0).min(FRAME_BYTES_MAX);
        (whole + LENGTH_PREFIX_BYTES).saturating_sub(self.buffer.len())
    }
}

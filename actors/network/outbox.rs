//! What waits to be written to a connection: bytes, and slices of log files that go straight from file to socket.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use kabuki_log::LogFile;
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::read_ahead::ReadAhead;
use crate::supervision::Pool;

/// Slices below this are read into memory and written with the bytes around them: cheaper than a system call of
/// their own (measured: `sendfile` wins from some tens of KiB on).
const SENDFILE_BYTES_MIN: usize = 32 * 1024;
/// At most about this much goes out before the arbiter's other actors have their turn.
const TURN_BYTES_MAX: usize = 1 << 20;
/// Buffers of one `writev`.
const VECTORED_MAX: usize = 64;
/// Bytes of one `writev` after which no further slice is read into memory.
const GATHER_BYTES_MAX: usize = 256 * 1024;

/// A stretch of a log file. It holds the file, so deleting a segment does not disturb a response under way.
#[derive(Debug, Clone)]
pub(crate) struct FileSlice {
    /// The file.
    pub(crate) file: Arc<dyn LogFile>,
    /// Where the slice begins.
    pub(crate) position: u64,
    /// Its bytes.
    pub(crate) length: usize,
    /// It was written so recently that it is in memory.
    pub(crate) is_recent: bool,
    /// Threads that read it into memory where it is not.
    pub(crate) readers: Pool,
}

impl FileSlice {
    /// Whether it goes from file to socket by itself.
    fn is_sent_alone(&self) -> bool {
        self.length >= SENDFILE_BYTES_MIN && self.file.as_fd().is_some()
    }

    /// The bytes of the slice, read now.
    pub(crate) fn read(&self) -> io::Result<Bytes> {
        let mut bytes = BytesMut::zeroed(self.length);
        self.file.read_exact_at(&mut bytes, self.position)?;
        Ok(bytes.freeze())
    }

    /// The same where the disk need not be waited for; otherwise `WouldBlock`.
    pub(super) fn read_cached(&self) -> io::Result<Bytes> {
        let mut bytes = BytesMut::zeroed(self.length);
        match self.file.read_cached_at(&mut bytes, self.position)? {
            read if read == self.length => Ok(bytes.freeze()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// How much of it goes out at once.
    fn turn_bytes(&self) -> usize {
        self.length.min(TURN_BYTES_MAX)
    }
}

/// A piece of a response. In memory it counts with all its bytes until it is written to its end.
#[derive(Debug)]
pub(crate) enum Piece {
    /// Bytes in memory.
    Bytes(Bytes),
    /// Bytes of a log file.
    File(FileSlice),
}

impl From<Bytes> for Piece {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

/// What a turn of writing came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    /// Bytes that the socket took.
    pub(crate) bytes: usize,
    /// What is left to write.
    pub(crate) left: Left,
}

/// Why writing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// Everything is written.
    Nothing,
    /// The socket takes no more now, or a disk has not delivered yet; the task is woken when it can go on.
    Blocked,
    /// The turn is over: the caller must see to it that it comes again.
    TurnOver,
}

impl Piece {
    /// Bytes of memory that it takes.
    pub(crate) fn held_bytes(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::File(_) => 0,
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::File(slice) => slice.length == 0,
        }
    }
}

/// The queue of pieces of one connection.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pieces: VecDeque<Piece>,
    /// How much of the first piece is written, if it is in memory.
    front_written: usize,
    held_bytes: usize,
    read_ahead: ReadAhead,
}

impl Outbox {
    /// Queues a piece.
    pub(crate) fn push(&mut self, piece: Piece) {
        if !piece.is_empty() {
            self.held_bytes += piece.held_bytes();
            self.pieces.push_back(piece);
        }
    }

    /// Whether everything is written.
    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Bytes of memory that wait; slices of files hold none.
    pub(crate) fn held_bytes(&self) -> usize {
        self.held_bytes
    }

    /// Writes what the socket takes and is in memory, at most a turn's worth. When it is blocked, `cx` is woken once it is
    /// not.
    pub(crate) fn write(
        &mut self,
        socket: &TcpStream,
        cx: &mut Context<'_>,
    ) -> io::Result<Written> {
        let mut bytes = 0;
        while !self.pieces.is_empty() {
            if bytes >= TURN_BYTES_MAX {
                return Ok(Written { bytes, left: Left::TurnOver });
            }
            let Poll::Ready(written) = self.write_once(socket, cx) else {
                return Ok(Written { bytes, left: Left::Blocked });
            };
            match written {
                Ok(count) => bytes += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    match socket.poll_write_ready(cx) {
                        Poll::Pending => return Ok(Written { bytes, left: Left::Blocked }),
                        Poll::Ready(ready) => ready?,
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Written { bytes, left: Left::Nothing })
    }

    /// Writes something, or makes sure that the first piece is in memory; pending when it is not.
    fn write_once(&mut self, socket: &TcpStream, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let count = self.gather()?;
        if count > 0 {
            return Poll::Ready(self.write_gathered(socket, count));
        }
        let Some(Piece::File(slice)) = self.pieces.front() else { return Poll::Ready(Ok(0)) };
        ready!(self.read_ahead.poll_warm(slice, slice.turn_bytes(), cx))?;
        if !slice.is_sent_alone() {
            return Poll::Ready(Ok(0));
        }
        let count = send_file(socket, slice)?;
        self.written_from_file(count);
        Poll::Ready(Ok(count))
    }

    /// Writes so many pieces that are in memory.
    fn write_gathered(&mut self, socket: &TcpStream, count: usize) -> io::Result<usize> {
        let mut buffers = [IoSlice::new(&[]); VECTORED_MAX];
        let mut skipped = self.front_written;
        for (buffer, piece) in buffers.iter_mut().zip(self.pieces.range(..count)) {
            let Piece::Bytes(bytes) = piece else { break };
            *buffer = IoSlice::new(&bytes[std::mem::take(&mut skipped)..]);
        }
        let file_follows = matches!(self.pieces.get(count), Some(Piece::File(_)));
        let written = send_bytes(socket, &buffers[..count], file_follows)?;
        self.written_from_memory(written);
        Ok(written)
    }

    /// How many pieces at the front are in memory, to be written together. Short slices of files are read for it where that
    /// does not wait for a disk, but only now: responses that nobody takes yet do not fill memory with records.
    ///
    /// # Errors
    /// When such a slice cannot be read: the connection must be closed, its response has a hole.
    fn gather(&mut self) -> io::Result<usize> {
        let mut bytes = 0;
        for (count, piece) in self.pieces.iter_mut().enumerate().take(VECTORED_MAX) {
            if let Piece::File(slice) = piece {
                if slice.is_sent_alone() || bytes >= GATHER_BYTES_MAX {
                    return Ok(count);
                }
                let Some(read) = self.read_ahead.read(slice)? else { return Ok(count) };
                *piece = Piece::Bytes(read);
                self.held_bytes += piece.held_bytes();
            }
            bytes += piece.held_bytes();
        }
        Ok(self.pieces.len().min(VECTORED_MAX))
    }

    fn written_from_file(&mut self, count: usize) {
        let Some(Piece::File(slice)) = self.pieces.front_mut() else { return };
        slice.position += count as u64;
        slice.length -= count;
        if slice.length == 0 {
            self.pieces.pop_front();
        }
    }

    fn written_from_memory(&mut self, count: usize) {
        self.front_written += count;
        while let Some(Piece::Bytes(bytes)) = self.pieces.front()
            && self.front_written >= bytes.len()
        {
            self.front_written -= bytes.len();
            self.held_bytes -= bytes.len();
            self.pieces.pop_front();
        }
    }
}

/// Sends buffers; `more` tells the kernel not to send a small packet, since a file follows at once.
fn send_bytes(socket: &TcpStream, buffers: &[IoSlice<'_>], more: bool) -> io::Result<usize> {
    match buffers {
        _ if more => socket.try_io(Interest::WRITABLE, || {
            let flags = rustix::net::SendFlags::MORE | rustix::net::SendFlags::NOSIGNAL;
            let mut control = rustix::net::SendAncillaryBuffer::default();
            Ok(rustix::net::sendmsg(socket, buffers, &mut control, flags)?)
        }),
        // The shorter way into the kernel.
        [only] => socket.try_write(only),
        several => socket.try_write_vectored(several),
    }
}

fn send_file(socket: &TcpStream, slice: &FileSlice) -> io::Result<usize> {
    let Some(file) = slice.file.as_fd() else {
        return Err(io::Error::other("a file without a descriptor was queued for sendfile"));
    };
    let mut position = slice.position;
    let length = slice.turn_bytes();
    let sent = socket.try_io(Interest::WRITABLE, || {
        Ok(rustix::fs::sendfile(socket, file, Some(&mut position), length)?)
    })?;
    // A file that ends before its slice would leave a hole in the response.
    if sent == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(sent) }
}

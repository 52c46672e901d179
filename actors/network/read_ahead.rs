//! Has what a connection sends from files read into memory first, on the threads of the log dir: an arbiter does not wait
//! for a disk.
//!
//! Who reads old records in order is read ahead for: while one stretch is sent, the next one comes. What is in memory
//! already costs a few system calls a MiB to be sure of; what was written just now costs none.

use std::future::Future;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use kabuki_log::LogFile;
use tokio::sync::oneshot::{self, Receiver, error::TryRecvError};

use super::outbox::FileSlice;

/// Bytes read ahead at once. Twice as much may be in memory for a connection that was not sent yet.
const STEP_BYTES: u64 = 2 << 20;

/// What one connection has had read.
#[derive(Debug, Default)]
pub(super) struct ReadAhead {
    /// What is in memory.
    warm: Option<Stretch>,
    /// The reader comes from the disk, so that what follows is to be read ahead.
    is_cold: bool,
    /// What is being read.
    reading: Option<Reading>,
}

/// A stretch of a file, which is not kept open by it.
#[derive(Debug, Clone)]
struct Stretch {
    file: Weak<dyn LogFile>,
    range: Range<u64>,
}

#[derive(Debug)]
struct Reading {
    stretch: Stretch,
    outcome: Receiver<io::Result<()>>,
}

impl ReadAhead {
    /// The bytes of a slice if they are in memory, or were just brought there.
    ///
    /// # Errors
    /// What reading says.
    pub(super) fn read(&self, slice: &FileSlice) -> io::Result<Option<Bytes>> {
        if slice.is_recent || self.covers(&Stretch::of(slice, slice.length)) {
            return slice.read().map(Some);
        }
        match slice.read_cached() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            read => read.map(Some),
        }
    }

    /// Ready when the first `length` bytes of a slice are in memory; until then `cx` is woken once they are.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(super) fn poll_warm(
        &mut self,
        slice: &FileSlice,
        length: usize,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        if slice.is_recent {
            return Poll::Ready(Ok(()));
        }
        let wanted = Stretch::of(slice, length);
        loop {
            if self.covers(&wanted) {
                self.read_on(slice, &wanted);
                return Poll::Ready(Ok(()));
            }
            if let Some(reading) = self.reading.as_mut().filter(|it| it.stretch.meets(&wanted)) {
                let is_asked_for = reading.stretch.range == wanted.range;
                let outcome = ready!(reading.poll(cx));
                // Where more was read than is needed now, perhaps only the rest is damaged: asked for alone it comes.
                self.settle(outcome)
                    .or_else(|error| if is_asked_for { Err(error) } else { Ok(()) })?;
            } else if slice.file.is_cached(wanted.range.clone())? {
                *self = Self { warm: Some(wanted), ..Self::default() };
                return Poll::Ready(Ok(()));
            } else {
                self.begin(slice, wanted.clone());
            }
        }
    }

    fn covers(&self, wanted: &Stretch) -> bool {
        self.warm.as_ref().is_some_and(|it| it.holds(wanted))
    }

    fn begin(&mut self, slice: &FileSlice, stretch: Stretch) {
        self.is_cold = true;
        self.reading = Some(Reading::begin(slice, stretch));
    }

    /// What was read counts together with what was in memory before it.
    fn settle(&mut self, outcome: io::Result<()>) -> io::Result<()> {
        let Some(Reading { stretch: read, .. }) = self.reading.take() else { return Ok(()) };
        outcome?;
        match &mut self.warm {
            Some(warm) if warm.is_before(&read) => warm.range.end = read.range.end,
            warm => *warm = Some(read),
        }
        Ok(())
    }

    /// Reads ahead of a reader that comes near the end of what is in memory. What lies far behind it is forgotten.
    fn read_on(&mut self, slice: &FileSlice, wanted: &Stretch) {
        if !self.is_cold {
            return;
        }
        if let Some(outcome) = self.reading.as_mut().and_then(Reading::outcome) {
            self.is_cold = self.settle(outcome).is_ok();
        }
        let Some(warm) = &mut self.warm else { return };
        warm.range.start = warm.range.start.max(wanted.range.start.saturating_sub(STEP_BYTES));
        let end = warm.range.end;
        if self.is_cold && self.reading.is_none() && end - wanted.range.end < STEP_BYTES {
            let next = Stretch { file: wanted.file.clone(), range: end..end + STEP_BYTES };
            self.begin(slice, next);
        }
    }
}

impl Stretch {
    /// The first `length` bytes of a slice.
    fn of(slice: &FileSlice, length: usize) -> Self {
        let range = slice.position..slice.position + length as u64;
        Self { file: Arc::downgrade(&slice.file), range }
    }

    fn is_of(&self, other: &Self) -> bool {
        std::ptr::addr_eq(self.file.as_ptr(), other.file.as_ptr())
    }

    fn holds(&self, other: &Self) -> bool {
        let (own, other_range) = (&self.range, &other.range);
        self.is_of(other) && own.start <= other_range.start && other_range.end <= own.end
    }

    fn meets(&self, other: &Self) -> bool {
        let (own, other_range) = (&self.range, &other.range);
        self.is_of(other) && own.start < other_range.end && other_range.start < own.end
    }

    fn is_before(&self, other: &Self) -> bool {
        self.is_of(other) && self.range.end == other.range.start
    }
}

impl Reading {
    fn begin(slice: &FileSlice, stretch: Stretch) -> Self {
        let (done, outcome) = oneshot::channel();
        let (file, range) = (slice.file.clone(), stretch.range.clone());
        slice.readers.submit(move || {
            // Nobody waits when the connection has ended or goes on elsewhere.
            if !done.is_closed() {
                let _ = done.send(file.warm(range));
            }
        });
        Self { stretch, outcome }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.outcome).poll(cx).map(|it| it.unwrap_or_else(|_| Err(unanswered())))
    }

    /// What came of it, if it is over.
    fn outcome(&mut self) -> Option<io::Result<()>> {
        match self.outcome.try_recv() {
            Ok(outcome) => Some(outcome),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Closed) => Some(Err(unanswered())),
        }
    }
}

fn unanswered() -> io::Error {
    io::Error::other("the thread that was to read gave up")
}

#[cfg(test)]
mod tests;

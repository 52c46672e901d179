//! What is printed, and when that is enough.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use kabuki_client::FetchedPartition;

use super::format::Format;

/// How long a broker holds an answer back until there is something to tell.
const MAX_WAIT: Duration = Duration::from_millis(500);

/// Where records go.
pub(super) struct Output<W> {
    /// How many records may still come, where that is limited.
    left: Option<u64>,
    /// After how long a silence to end.
    timeout: Option<Duration>,
    /// When something last came.
    heard: Instant,
    format: Format,
    out: W,
}

impl<W: Write> Output<W> {
    pub(super) fn new(
        left: Option<u64>,
        timeout: Option<Duration>,
        format: Format,
        out: W,
    ) -> Self {
        Self { left, timeout, heard: Instant::now(), format, out }
    }

    /// Whether all that was wanted has come, or nothing has come for too long.
    pub(super) fn is_done(&self) -> bool {
        let is_silent = self.timeout.is_some_and(|timeout| self.heard.elapsed() >= timeout);
        self.left == Some(0) || is_silent
    }

    /// How long to wait for records before looking whether this is done.
    pub(super) fn max_wait(&self) -> Duration {
        let left = self.timeout.map(|timeout| timeout.saturating_sub(self.heard.elapsed()));
        left.map_or(MAX_WAIT, |left| left.min(MAX_WAIT))
    }

    /// Prints a partition's records before `end`, as many as may still come. Gives the offset to read on from.
    pub(super) fn print(&mut self, fetched: &FetchedPartition, end: i64) -> io::Result<i64> {
        for record in fetched.records.iter().take_while(|record| record.offset < end) {
            if self.left == Some(0) {
                return Ok(record.offset);
            }
            self.format.write(&fetched.topic, fetched.partition, record, &mut self.out)?;
            self.left = self.left.map(|left| left - 1);
            self.heard = Instant::now();
        }
        Ok(fetched.next_offset.min(end))
    }

    /// What was read is seen at once, however slowly records come.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

//! Log lines about peers that misbehave: enough to see it, not enough to fill a disk.

use std::fmt::Display;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Lines within one second; the rest is counted.
const LINES_A_SECOND_MAX: u64 = 10;

/// Counts lines by the second of the wall clock.
#[derive(Debug, Default)]
pub(crate) struct Complaints {
    second: AtomicU64,
    lines: AtomicU64,
    silenced: AtomicU64,
}

impl Complaints {
    /// Logs a line about `peer`, unless too many were logged in this second.
    pub(crate) fn about(&self, peer: SocketAddr, what: impl Display) {
        let second = crate::clock::wall_ms() as u64 / 1000;
        if self.second.swap(second, Relaxed) != second {
            self.lines.store(0, Relaxed);
            let silenced = self.silenced.swap(0, Relaxed);
            if silenced > 0 {
                tracing::warn!(silenced, "more complaints about peers were not logged");
            }
        }
        if self.lines.fetch_add(1, Relaxed) < LINES_A_SECOND_MAX {
            tracing::warn!(%peer, "{what}");
        } else {
            self.silenced.fetch_add(1, Relaxed);
        }
    }
}

//! The clock, read in one place and handed to the core as an input.

use std::time::{SystemTime, UNIX_EPOCH};

use kabuki_log::Now;

/// Milliseconds since the epoch; 0 on a machine whose clock stands before it.
pub(crate) fn wall_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// The time as the log wants it.
pub(crate) fn now() -> Now {
    Now::at(wall_ms())
}

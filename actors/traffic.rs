//! Broker-wide figures of requests and bytes.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// One more than the largest API key that is counted.
pub(crate) const API_KEYS: usize = 96;

/// The figures of one API.
#[derive(Debug, Default)]
pub(crate) struct ApiTraffic {
    /// Requests received.
    pub(crate) requests: AtomicU64,
    /// Responses sent, or done without one (acks=0).
    pub(crate) responses: AtomicU64,
    /// Error codes in responses, one for each partition or resource that has one.
    pub(crate) errors: AtomicU64,
    /// Nanoseconds between request and response, summed.
    pub(crate) nanos: AtomicU64,
}

/// What became of connections.
#[derive(Debug, Default)]
pub(crate) struct ConnectionFigures {
    /// Let in.
    pub(crate) accepted: AtomicU64,
    /// Held back for a while: `max.connection.creation.rate`.
    pub(crate) delayed_by_rate: AtomicU64,
    /// Held back until a place was free: `max.connections`.
    pub(crate) waited_for_place: AtomicU64,
    /// Closed at once: `max.connections.per.ip`.
    pub(crate) refused_per_ip: AtomicU64,
    /// Closed to make room for another: `max.connections`.
    pub(crate) gave_way: AtomicU64,
    /// Closed for `connections.max.idle.ms`.
    pub(crate) closed_idle: AtomicU64,
    /// Moved to the arbiter of the partitions that they use.
    pub(crate) moved: AtomicU64,
    /// Closed for what they sent.
    pub(crate) closed_bad_request: AtomicU64,
}

/// The figures of connections, of all APIs, and of the bytes.
#[derive(Debug)]
pub(crate) struct Traffic {
    pub(crate) connections: ConnectionFigures,
    /// Bytes of requests, with their length prefixes.
    pub(crate) bytes_in: AtomicU64,
    /// Bytes of responses.
    pub(crate) bytes_out: AtomicU64,
    apis: [ApiTraffic; API_KEYS],
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            connections: ConnectionFigures::default(),
            bytes_in: AtomicU64::new(0),
            bytes_out: AtomicU64::new(0),
            apis: std::array::from_fn(|_| ApiTraffic::default()),
        }
    }
}

impl Traffic {
    /// The figures of the API with this key; `None` beyond the largest key.
    pub(crate) fn api(&self, key: i16) -> Option<&ApiTraffic> {
        self.apis.get(usize::try_from(key).ok()?)
    }

    pub(crate) fn count_request(&self, key: i16) {
        if let Some(api) = self.api(key) {
            api.requests.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn count_response(&self, key: i16, age: Duration) {
        if let Some(api) = self.api(key) {
            api.responses.fetch_add(1, Relaxed);
            api.nanos.fetch_add(age.as_nanos() as u64, Relaxed);
        }
    }

    pub(crate) fn count_errors(&self, key: i16, errors: usize) {
        if let Some(api) = self.api(key).filter(|_| errors > 0) {
            api.errors.fetch_add(errors as u64, Relaxed);
        }
    }
}

//! What a client is told at its start.

use std::time::Duration;

use crate::connection::ConnectionConfig;

/// Kafka's `default.api.timeout.ms`.
const API_TIMEOUT: Duration = Duration::from_secs(60);
/// Kafka's `retry.backoff.ms` and `retry.backoff.max.ms`.
const RETRY_BACKOFF: Duration = Duration::from_millis(100);
const RETRY_BACKOFF_MAX: Duration = Duration::from_secs(1);
/// A topic that was just created may be unknown to some broker for as long as metadata travels: milliseconds, usually.
const UNKNOWN_TOPIC_WAIT: Duration = Duration::from_secs(1);

/// Where the cluster is, and how patient to be.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// `host:port` of some brokers, of which the client learns the others.
    pub bootstrap_servers: Vec<String>,
    /// How each connection behaves.
    pub connection: ConnectionConfig,
    /// How long an operation is tried again before its last error is returned.
    pub api_timeout: Duration,
    /// The pause before the first retry; it doubles with each.
    pub retry_backoff: Duration,
    /// The longest pause between retries.
    pub retry_backoff_max: Duration,
    /// How long to keep asking for a topic that the cluster does not know and that nobody is creating.
    pub unknown_topic_wait: Duration,
}

impl ClientConfig {
    /// Kafka's defaults, for the brokers at `bootstrap_servers`: `host:port`, comma separated.
    pub fn new(bootstrap_servers: &str) -> Self {
        let servers =
            bootstrap_servers.split(',').map(str::trim).filter(|server| !server.is_empty());
        Self {
            bootstrap_servers: servers.map(str::to_owned).collect(),
            connection: ConnectionConfig::default(),
            api_timeout: API_TIMEOUT,
            retry_backoff: RETRY_BACKOFF,
            retry_backoff_max: RETRY_BACKOFF_MAX,
            unknown_topic_wait: UNKNOWN_TOPIC_WAIT,
        }
    }
}

//! How many connections there may be, as the configuration of the moment says.

use std::collections::BTreeMap;
use std::net::{IpAddr, ToSocketAddrs};
use std::time::Duration;

use kabuki_config::BrokerConfig;
use kabuki_config::broker::ListenerLimits;

use super::rate::RateWindow;

/// The limits on connections. Kafka has each of them for the broker, some again for one listener.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Limits {
    /// `max.connections` of all listeners together.
    pub(super) connections: u32,
    /// `max.connection.creation.rate` of all listeners together, per second.
    pub(super) creation_rate: u32,
    /// `max.connections.per.ip`.
    pub(super) per_ip: u32,
    /// `max.connections.per.ip.overrides`.
    pub(super) per_ip_overrides: BTreeMap<IpAddr, u32>,
    /// The same for single listeners: what a listener does not set for itself it takes from the broker.
    pub(super) listeners: BTreeMap<String, ListenerLimits>,
    /// The listener that brokers use among themselves, if there are others beside it: it is not held to the limits of
    /// the broker, and others make room for it.
    pub(super) protected: Option<String>,
    /// How rates are measured.
    pub(super) window: RateWindow,
}

impl Limits {
    /// Looks up the addresses of hosts that have limits of their own.
    pub(super) fn new(config: &BrokerConfig) -> Self {
        let (network, listeners) = (&config.network, &config.listeners);
        Self {
            connections: network.max_connections,
            creation_rate: network.max_connection_creation_rate,
            per_ip: network.max_connections_per_ip,
            per_ip_overrides: resolve(&network.max_connections_per_ip_overrides),
            listeners: network.listeners.clone(),
            protected: (listeners.broker.len() > 1).then(|| listeners.inter_broker.clone()),
            window: RateWindow {
                samples: network.quota_window_num.max(1),
                sample: Duration::from_secs(u64::from(network.quota_window_size_seconds.max(1))),
            },
        }
    }

    pub(super) fn of(&self, listener: &str) -> ListenerLimits {
        let none =
            ListenerLimits { max_connections: u32::MAX, max_connection_creation_rate: u32::MAX };
        self.listeners.get(listener).copied().unwrap_or(none)
    }

    pub(super) fn of_ip(&self, ip: IpAddr) -> u32 {
        self.per_ip_overrides.get(&ip).copied().unwrap_or(self.per_ip)
    }

    pub(super) fn is_protected(&self, listener: &str) -> bool {
        self.protected.as_deref() == Some(listener)
    }
}

/// The first address of each host, as Java takes it.
fn resolve(overrides: &BTreeMap<String, u32>) -> BTreeMap<IpAddr, u32> {
    let mut by_address = BTreeMap::new();
    for (host, limit) in overrides {
        let plain = host.trim_start_matches('[').trim_end_matches(']');
        match (plain, 0).to_socket_addrs().map(|mut found| found.next()) {
            Ok(Some(address)) => {
                by_address.insert(address.ip().to_canonical(), *limit);
            }
            Ok(None) | Err(_) => {
                tracing::warn!(host, "max.connections.per.ip.overrides: this host is not known");
            }
        }
    }
    by_address
}

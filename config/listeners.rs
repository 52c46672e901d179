//! Listeners: what to bind, what to tell clients, and which one brokers use among themselves.
//!
//! How `listeners`, `advertised.listeners` and their companions are read stands in `parse_listeners.rs`.

use std::fmt;
use std::net::SocketAddr;

/// Names of listeners are upper case, as Kafka normalises them.
pub type ListenerName = String;

/// A host and port that clients can be told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// Host name or address, IPv6 without brackets; never empty once resolved.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// How a listener's connections are protected. Only `Plaintext` is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecurityProtocol {
    /// Neither encrypted nor authenticated.
    Plaintext,
    /// TLS.
    Ssl,
    /// SASL without TLS.
    SaslPlaintext,
    /// SASL over TLS.
    SaslSsl,
}

impl SecurityProtocol {
    /// The protocol that Kafka calls so; `None` for any other name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Plaintext, Self::Ssl, Self::SaslPlaintext, Self::SaslSsl]
            .into_iter()
            .find(|protocol| protocol.name().eq_ignore_ascii_case(name))
    }

    /// Kafka's name of it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plaintext => "PLAINTEXT",
            Self::Ssl => "SSL",
            Self::SaslPlaintext => "SASL_PLAINTEXT",
            Self::SaslSsl => "SASL_SSL",
        }
    }
}

impl fmt::Display for SecurityProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

impl fmt::Display for Listener {
    /// As `listeners` spells it: `PLAINTEXT://127.0.0.1:9092`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.name, Endpoint { host: self.host.clone(), port: self.port })
    }
}

/// One entry of `listeners`, with what is advertised for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Upper-case name, e.g. `PLAINTEXT`.
    pub name: ListenerName,
    /// From `listener.security.protocol.map`.
    pub protocol: SecurityProtocol,
    /// Host to bind: a name, an IPv4 or an IPv6 address (without brackets); empty binds all interfaces.
    pub host: String,
    /// Port to bind; 0 takes a free one.
    pub port: u16,
    /// What `advertised.listeners` says for this listener; `None` when that key is not set.
    /// Its host may be empty (this machine's name is meant) and its port 0 (the bound port is meant).
    pub advertised: Option<Endpoint>,
    /// False when `advertised.listeners` is set and leaves this listener out: it is bound, but no client is told of it.
    pub is_advertised: bool,
}

impl Listener {
    /// What clients are told, once the listener is bound: an empty host becomes `machine_name`, port 0 the
    /// bound port. `None` when this listener is not advertised.
    pub fn advertised_endpoint(&self, bound: SocketAddr, machine_name: &str) -> Option<Endpoint> {
        if !self.is_advertised {
            return None;
        }
        let (host, port) = match &self.advertised {
            Some(endpoint) => (endpoint.host.as_str(), endpoint.port),
            None => (self.host.as_str(), self.port),
        };
        let host = if host.is_empty() { machine_name } else { host };
        let port = if port == 0 { bound.port() } else { port };
        Some(Endpoint { host: host.to_owned(), port })
    }
}

/// All listeners of a broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listeners {
    /// Listeners for clients and brokers, in the order of `listeners`: these are bound.
    pub broker: Vec<Listener>,
    /// Listeners named in `controller.listener.names`: parsed, not bound.
    pub controller: Vec<Listener>,
    /// The listener that brokers use among themselves; one of `broker`.
    pub inter_broker: ListenerName,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_told_the_bound_port_and_the_machines_name_where_nothing_else_is_said() {
        let mut listener = Listener {
            name: "PLAINTEXT".into(),
            protocol: SecurityProtocol::Plaintext,
            host: String::new(),
            port: 0,
            advertised: None,
            is_advertised: true,
        };
        let bound = SocketAddr::from(([127, 0, 0, 1], 4711));
        let told = |listener: &Listener| {
            listener.advertised_endpoint(bound, "machine").map(|endpoint| endpoint.to_string())
        };
        assert_eq!(told(&listener).as_deref(), Some("machine:4711"));
        listener.advertised = Some(Endpoint { host: "::1".into(), port: 9 });
        assert_eq!(told(&listener).as_deref(), Some("[::1]:9"));
        listener.is_advertised = false;
        assert_eq!(told(&listener), None);
    }
}

//! Reads `listeners`, `advertised.listeners`, `listener.security.protocol.map`, `inter.broker.listener.name` and
//! `controller.listener.names`, by Kafka's rules:
//!
//! * an entry is `NAME://HOST:PORT`; an IPv6 host stands in brackets, an empty host means all interfaces, port 0 a
//!   free one; names are upper case;
//! * names are unique; ports too, except 0, and except one IPv4 and one IPv6 address on the same port; advertised
//!   ports may repeat;
//! * every name has a protocol in the map; controller listeners count as PLAINTEXT while the map is not set and no
//!   listener is called by another protocol;
//! * what is advertised is never `0.0.0.0`, and is one of the listeners; brokers use one of the advertised ones.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::error::{Problem, ProblemKind};
use crate::listeners::{Endpoint, Listener, ListenerName, Listeners, SecurityProtocol};
use crate::settings::Settings;
use crate::value::entries;

const LISTENERS: &str = "listeners";
const ADVERTISED: &str = "advertised.listeners";
const PROTOCOL_MAP: &str = "listener.security.protocol.map";
const INTER_BROKER: &str = "inter.broker.listener.name";
const INTER_BROKER_PROTOCOL: &str = "security.inter.broker.protocol";
const EARLY_START: &str = "early.start.listeners";
const CONTROLLERS: &str = "controller.listener.names";

/// Reads the listeners out of the settings.
pub(crate) fn parse(settings: &Settings) -> Result<Listeners, Vec<Problem>> {
    let mut reader = Reader { settings, problems: Vec::new() };
    let listeners = reader.read();
    match reader.problems.is_empty() {
        true => Ok(listeners),
        false => Err(reader.problems),
    }
}

/// Name, host and port of one entry.
struct Address {
    name: ListenerName,
    endpoint: Endpoint,
}

struct Reader<'a> {
    settings: &'a Settings,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn report(&mut self, key: &str, problem: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(self.settings.problem(ProblemKind::Conflict, key, problem, remedy));
    }

    fn read(&mut self) -> Listeners {
        let addresses = self.addresses(LISTENERS);
        self.require_distinct_ports(&addresses);
        let advertised = self.settings.get_set(ADVERTISED).map(|_| self.addresses(ADVERTISED));
        let controllers = self.controller_names();
        let protocols = self.protocols(&addresses, &controllers);
        let listeners = self.listeners(addresses, advertised.as_deref(), &protocols);
        self.require_known(advertised.as_deref().unwrap_or_default(), &listeners);
        let (controller, broker): (Vec<_>, Vec<_>) =
            listeners.into_iter().partition(|listener| controllers.contains(&listener.name));
        self.require_routable(&broker);
        self.require_early_start_known(&broker, &controller);
        let inter_broker = self.inter_broker(&broker, &protocols);
        Listeners { broker, controller, inter_broker }
    }

    fn addresses(&mut self, key: &str) -> Vec<Address> {
        let entries = self.settings.list(key).unwrap_or_default();
        let mut addresses: Vec<Address> = Vec::new();
        for entry in entries {
            match address(entry) {
                None => {
                    let remedy =
                        "for example PLAINTEXT://127.0.0.1:9092, or PLAINTEXT://[::1]:9092";
                    self.report(key, format!("{entry} is not NAME://HOST:PORT"), remedy);
                }
                Some(new) if addresses.iter().any(|known| known.name == new.name) => {
                    self.report(key, format!("listener {} appears twice", new.name), "");
                }
                Some(new) => addresses.push(new),
            }
        }
        addresses
    }

    fn require_distinct_ports(&mut self, addresses: &[Address]) {
        let mut by_port: BTreeMap<u16, Vec<&Address>> = BTreeMap::new();
        for address in addresses.iter().filter(|address| address.endpoint.port != 0) {
            by_port.entry(address.endpoint.port).or_default().push(address);
        }
        for (port, sharing) in by_port.iter().filter(|(_, sharing)| sharing.len() > 1) {
            if !is_one_of_each_family(sharing) {
                let names: Vec<&str> =
                    sharing.iter().map(|address| address.name.as_str()).collect();
                let problem = format!("{} listen on the same port {port}", names.join(" and "));
                self.report(
                    LISTENERS,
                    problem,
                    "only one IPv4 and one IPv6 address can share a port",
                );
            }
        }
    }

    fn controller_names(&self) -> Vec<ListenerName> {
        let names = self.settings.list(CONTROLLERS).unwrap_or_default();
        names.iter().map(|name| name.to_uppercase()).collect()
    }

    /// The protocol of every listener name.
    fn protocols(
        &mut self,
        addresses: &[Address],
        controllers: &[ListenerName],
    ) -> BTreeMap<ListenerName, SecurityProtocol> {
        let mut protocols = BTreeMap::new();
        for entry in entries(self.settings.text(PROTOCOL_MAP).unwrap_or_default()) {
            let (name, protocol) = entry.rsplit_once(':').unwrap_or((&entry, ""));
            match SecurityProtocol::from_name(protocol.trim()) {
                Some(protocol) => {
                    protocols.insert(name.trim().to_uppercase(), protocol);
                }
                None => {
                    let remedy = "protocols are PLAINTEXT, SSL, SASL_PLAINTEXT and SASL_SSL";
                    self.report(PROTOCOL_MAP, format!("{entry} is not NAME:PROTOCOL"), remedy);
                }
            }
        }
        if self.settings.get_set(PROTOCOL_MAP).is_none() && !is_guarded(addresses, controllers) {
            for name in controllers {
                protocols.insert(name.clone(), SecurityProtocol::Plaintext);
            }
        }
        protocols
    }

    fn listeners(
        &mut self,
        addresses: Vec<Address>,
        advertised: Option<&[Address]>,
        protocols: &BTreeMap<ListenerName, SecurityProtocol>,
    ) -> Vec<Listener> {
        let mut listeners = Vec::new();
        for Address { name, endpoint } in addresses {
            let Some(protocol) = protocols.get(&name).copied() else {
                let remedy = format!("add {name}:PLAINTEXT to {PROTOCOL_MAP}");
                // An entry of the map that could not be read may well be the one that is missing.
                if self.problems.iter().all(|problem| problem.key != PROTOCOL_MAP) {
                    self.report(LISTENERS, format!("listener {name} has no protocol"), remedy);
                }
                continue;
            };
            let told = advertised.map(|all| all.iter().find(|told| told.name == name));
            let is_advertised = told.is_none_or(|told| told.is_some());
            let advertised = told.flatten().map(|told| told.endpoint.clone());
            let Endpoint { host, port } = endpoint;
            listeners.push(Listener { name, protocol, host, port, advertised, is_advertised });
        }
        listeners
    }

    fn require_known(&mut self, advertised: &[Address], listeners: &[Listener]) {
        for told in advertised {
            if !listeners.iter().any(|listener| listener.name == told.name) {
                let problem =
                    format!("listener {} is advertised, but is none of listeners", told.name);
                self.report(ADVERTISED, problem, "");
            }
        }
    }

    /// Clients cannot connect to 0.0.0.0: it only means something where one binds.
    fn require_routable(&mut self, broker: &[Listener]) {
        for listener in broker {
            let is_told = listener.advertised.as_ref().map(|told| (ADVERTISED, told.host.as_str()));
            let is_bound = listener.is_advertised.then_some((LISTENERS, listener.host.as_str()));
            if let Some((key, "0.0.0.0")) = is_told.or(is_bound) {
                let remedy = format!("set {ADVERTISED} to an address that clients can connect to");
                self.report(
                    key,
                    format!("clients of {} would be told 0.0.0.0", listener.name),
                    remedy,
                );
            }
        }
    }

    fn require_early_start_known(&mut self, broker: &[Listener], controller: &[Listener]) {
        let known = |name: &str| broker.iter().chain(controller).any(|own| own.name == name);
        for name in self.settings.list(EARLY_START).unwrap_or_default() {
            if !known(&name.to_uppercase()) {
                self.report(EARLY_START, format!("{name} is none of listeners"), "");
            }
        }
    }

    /// Without a name, the listener called by the protocol that brokers use.
    fn inter_broker(
        &mut self,
        broker: &[Listener],
        protocols: &BTreeMap<ListenerName, SecurityProtocol>,
    ) -> ListenerName {
        let name = self.settings.text(INTER_BROKER).map(str::to_uppercase);
        if name.is_some() && self.settings.get_set(INTER_BROKER_PROTOCOL).is_some() {
            self.report(
                INTER_BROKER,
                format!("excludes {INTER_BROKER_PROTOCOL}"),
                "set only one of them",
            );
        }
        if let Some(name) = name.as_ref().filter(|name| !protocols.contains_key(*name)) {
            self.report(INTER_BROKER, format!("listener {name} has no protocol"), "");
        }
        let protocol = self.settings.text(INTER_BROKER_PROTOCOL).unwrap_or("PLAINTEXT");
        let name = name.unwrap_or_else(|| protocol.to_owned());
        // A listener that could not be read may well be the one that is missing.
        if self.problems.is_empty() {
            self.require_told(broker, &name);
        }
        name
    }

    fn require_told(&mut self, broker: &[Listener], name: &str) {
        let told: Vec<&str> =
            broker.iter().filter(|own| own.is_advertised).map(|own| own.name.as_str()).collect();
        if told.is_empty() {
            let problem = format!("must name a listener that is not one of {CONTROLLERS}");
            self.report(LISTENERS, problem, "clients connect to brokers, not to controllers");
        } else if !told.contains(&name) {
            let problem =
                format!("no advertised listener is called {name}, for brokers among themselves");
            let remedy = format!("set {INTER_BROKER} to one of {}", told.join(", "));
            let key = if self.settings.get_set(INTER_BROKER).is_some() {
                INTER_BROKER
            } else {
                LISTENERS
            };
            self.report(key, problem, remedy);
        }
    }
}

/// Reads `NAME://HOST:PORT`.
fn address(entry: &str) -> Option<Address> {
    let (name, rest) = entry.split_once("://")?;
    let (host, port) = rest.rsplit_once(':')?;
    let host = match (host.strip_prefix('['), host.strip_suffix(']')) {
        (Some(_), Some(_)) => &host[1..host.len() - 1],
        (None, None) => host,
        _ => return None,
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '%' | '.' | '_' | ':');
    if name.is_empty()
        || !host.chars().all(is_host)
        || !port.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let endpoint = Endpoint { host: host.to_owned(), port: port.parse().ok()? };
    Some(Address { name: name.to_uppercase(), endpoint })
}

fn is_one_of_each_family(sharing: &[&Address]) -> bool {
    let families: Vec<Option<bool>> = sharing
        .iter()
        .map(|address| address.endpoint.host.parse::<IpAddr>().ok().map(|ip| ip.is_ipv4()))
        .collect();
    matches!(families.as_slice(), [Some(first), Some(second)] if first != second)
}

/// Is any listener called by a protocol that guards?
fn is_guarded(addresses: &[Address], controllers: &[ListenerName]) -> bool {
    let names = addresses.iter().map(|address| &address.name).chain(controllers);
    let mut protocols = names.filter_map(|name| SecurityProtocol::from_name(name));
    protocols.any(|protocol| protocol != SecurityProtocol::Plaintext)
}

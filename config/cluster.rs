//! Keys that ask for more than this one node: until the cluster exists, such a broker does not start.

use crate::error::{Problem, ProblemKind};
use crate::listeners::{Endpoint, Listener, Listeners};
use crate::quorum;
use crate::settings::Settings;

const REMEDY: &str =
    "Kabuki runs as a single node, broker and controller in one, until it has clusters";

/// Everything that asks for another node. `listeners` are this node's, if they could be read; `host_name` is the name
/// that the environment gives this machine.
pub(crate) fn asked_for(
    settings: &Settings,
    listeners: Option<&Listeners>,
    host_name: Option<&str>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report = |key: &str, problem: String| {
        problems.push(settings.problem(ProblemKind::Cluster, key, problem, REMEDY));
    };
    let mut roles = settings.list("process.roles").unwrap_or_default().to_vec();
    roles.sort_unstable();
    if roles != ["broker", "controller"] {
        report("process.roles", "must be broker,controller".to_owned());
    }
    if let Some(problem) = foreign_voters(settings) {
        report("controller.quorum.voters", problem);
    }
    if let Some(problem) = foreign_servers(settings, listeners, host_name) {
        report("controller.quorum.bootstrap.servers", problem);
    }
    problems
}

fn foreign_voters(settings: &Settings) -> Option<String> {
    let entries = settings.list("controller.quorum.voters").unwrap_or_default();
    let voters = quorum::parse_voters(entries).unwrap_or_default();
    let node_id = settings.integer_opt("node.id");
    match voters.as_slice() {
        [] => None,
        [(id, _)] if node_id.is_none_or(|node_id| node_id == i64::from(*id)) => None,
        [(id, _)] => Some(format!("voter {id} is not this node")),
        _ => Some("names several voters".to_owned()),
    }
}

fn foreign_servers(
    settings: &Settings,
    listeners: Option<&Listeners>,
    host_name: Option<&str>,
) -> Option<String> {
    let entries = settings.list("controller.quorum.bootstrap.servers").unwrap_or_default();
    let servers = quorum::parse_servers(entries).unwrap_or_default();
    match servers.as_slice() {
        [] => None,
        [server] if listeners.is_none_or(|own| is_own(server, own, host_name)) => None,
        [server] => Some(format!("{}:{} is not a listener of this node", server.host, server.port)),
        _ => Some("names several servers".to_owned()),
    }
}

/// Is the address this node's controller? Its port must be a controller listener's, when there is one, and its host
/// a name that this node is known to have: nothing is resolved.
fn is_own(server: &Endpoint, listeners: &Listeners, host_name: Option<&str>) -> bool {
    let controllers = &listeners.controller;
    let is_own_port =
        controllers.is_empty() || controllers.iter().any(|own| has_port(own, server.port));
    is_own_port && (is_loopback(&server.host) || is_own_host(&server.host, listeners, host_name))
}

fn has_port(listener: &Listener, port: u16) -> bool {
    listener.port == port || listener.advertised.as_ref().is_some_and(|told| told.port == port)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host == "::1" || host.starts_with("127.")
}

fn is_own_host(host: &str, listeners: &Listeners, host_name: Option<&str>) -> bool {
    let listeners = listeners.broker.iter().chain(&listeners.controller);
    let told = listeners.clone().filter_map(|listener| listener.advertised.as_ref());
    let mut names = listeners
        .map(|listener| listener.host.as_str())
        .chain(told.map(|told| told.host.as_str()))
        .chain(host_name);
    // Inside a cluster of containers a host is known as kafka-0 and as kafka-0.some.domain.
    let first_label = host.split('.').next();
    let is_name =
        |name: &str| name == host || (Some(name) == host_name && first_label == host_name);
    names.any(is_name)
}

//! What `/actors` answers: the live supervision tree and the main figures, as JSON.

use std::sync::atomic::Ordering::Relaxed;

use serde::Serialize;

use super::apis::{self, ApiFigures};
use super::{Dashboard, LogDirState};
use crate::supervision::{Kind, KindCounters, NodeSnapshot};

/// The state of one moment.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    version: &'static str,
    uptime_seconds: u64,
    ready: bool,
    chaos_enabled: bool,
    bytes_in: u64,
    bytes_out: u64,
    /// In the order of `log.dirs`.
    log_dirs: Vec<LogDirState>,
    /// The APIs that were asked at least once.
    apis: Vec<Api>,
    /// Every kind of actor, root first.
    kinds: Vec<KindFigures>,
    /// Every actor, in the order of their paths: a parent comes before its children.
    actors: Vec<ActorFigures>,
}

#[derive(Debug, Serialize)]
struct Api {
    name: String,
    requests: u64,
    /// Microseconds from request to response, on average over the responses.
    response_micros_mean: f64,
    errors: u64,
}

/// The figures of one kind of actor.
#[derive(Debug, Serialize)]
struct KindFigures {
    kind: &'static str,
    alive: i64,
    messages: u64,
    /// Microseconds that handling a message took, on average.
    handling_micros_mean: f64,
    mailbox_depth: i64,
    /// Microseconds that a message waited in the mailbox, on average.
    mailbox_wait_micros_mean: f64,
    slow_turns: u64,
    restarts: u64,
    panics: u64,
}

/// One actor over all its incarnations.
#[derive(Debug, Serialize)]
struct ActorFigures {
    path: String,
    kind: &'static str,
    state: &'static str,
    incarnation: u64,
    messages: u64,
    restarts: u64,
    panics: u64,
    /// Microseconds from the last end to hearing messages again; null before the first restart.
    last_restart_micros: Option<u64>,
    last_error: Option<String>,
}

impl Report {
    pub(super) fn of(dashboard: &Dashboard) -> Self {
        let traffic = &dashboard.traffic;
        let counters = dashboard.tree.counters();
        Self {
            version: env!("CARGO_PKG_VERSION"),
            uptime_seconds: dashboard.started.elapsed().as_secs(),
            ready: (dashboard.is_ready)(),
            chaos_enabled: dashboard.chaos_enabled,
            bytes_in: traffic.bytes_in.load(Relaxed),
            bytes_out: traffic.bytes_out.load(Relaxed),
            log_dirs: (dashboard.log_dirs)(),
            apis: apis::asked(traffic).into_iter().map(Api::from).collect(),
            kinds: Kind::ALL.map(|kind| KindFigures::of(kind, counters.of(kind))).into(),
            actors: dashboard.tree.snapshot().into_iter().map(ActorFigures::from).collect(),
        }
    }
}

impl From<ApiFigures> for Api {
    fn from(api: ApiFigures) -> Self {
        Self {
            response_micros_mean: mean_micros(api.nanos, api.responses),
            name: api.name,
            requests: api.requests,
            errors: api.errors,
        }
    }
}

impl KindFigures {
    fn of(kind: Kind, counters: &KindCounters) -> Self {
        let messages = counters.messages.load(Relaxed);
        Self {
            kind: kind.name(),
            alive: counters.alive.load(Relaxed),
            messages,
            handling_micros_mean: mean_micros(counters.handling_nanos.load(Relaxed), messages),
            mailbox_depth: counters.depth.load(Relaxed),
            mailbox_wait_micros_mean: mean_micros(counters.wait_nanos.load(Relaxed), messages),
            slow_turns: counters.slow_turns.load(Relaxed),
            restarts: counters.restarts.load(Relaxed),
            panics: counters.panics.load(Relaxed),
        }
    }
}

impl From<NodeSnapshot> for ActorFigures {
    fn from(node: NodeSnapshot) -> Self {
        Self {
            path: node.path,
            kind: node.kind.name(),
            state: node.state.name(),
            incarnation: node.incarnation,
            messages: node.messages,
            restarts: node.restarts,
            panics: node.panics,
            last_restart_micros: node.last_restart_micros,
            last_error: node.last_error,
        }
    }
}

/// The mean in microseconds, to a tenth; 0 of nothing.
fn mean_micros(nanos: u64, count: u64) -> f64 {
    if count == 0 { 0.0 } else { (nanos as f64 / count as f64 / 100.0).round() / 10.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_in_microseconds_to_a_tenth_and_zero_of_nothing() {
        assert_eq!(mean_micros(0, 0), 0.0);
        assert_eq!(mean_micros(3_000, 2), 1.5);
        assert_eq!(mean_micros(1_234, 1), 1.2);
    }
}

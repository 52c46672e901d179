//! What `/metrics` answers: OpenMetrics text, which Prometheus reads.
//!
//! Names and labels are an interface: dashboards and alerts are built on them. The golden file beside this one holds
//! them all.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeCounterValue, EncodeLabelSet, MetricEncoder, NoLabelSet,
};
use prometheus_client::metrics::MetricType::{Counter, Gauge, Histogram, Info};
use prometheus_client::registry::{Registry, Unit};

use super::apis::{self, ApiFigures};
use super::{Dashboard, LogDirState};
use crate::supervision::{BUCKETS_MICROS, Counters, Kind, KindCounters};
use crate::traffic::Traffic;

/// The media type of the answer.
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Prometheus counts time in seconds; the counters, in fractions of them.
const NANOS: f64 = 1e9;
const MICROS: f64 = 1e6;
const SECONDS: Option<&Unit> = Some(&Unit::Seconds);

/// The answer for this moment.
pub(super) fn of(dashboard: &Dashboard) -> String {
    let figures = Figures {
        counters: dashboard.tree.counters(),
        bytes_in: dashboard.traffic.bytes_in.load(Relaxed),
        bytes_out: dashboard.traffic.bytes_out.load(Relaxed),
        traffic: dashboard.traffic.clone(),
        apis: apis::asked(&dashboard.traffic),
        uptime_seconds: dashboard.started.elapsed().as_secs_f64(),
        ready: (dashboard.is_ready)(),
        log_dirs: (dashboard.log_dirs)(),
    };
    let mut registry = Registry::with_prefix("kabuki");
    registry.register_collector(Box::new(figures));
    let mut text = String::new();
    encode(&mut text, &registry).expect("writing to a string does not fail");
    text
}

/// The figures of one answer.
#[derive(Debug)]
struct Figures {
    counters: &'static Counters,
    bytes_in: u64,
    bytes_out: u64,
    traffic: Arc<Traffic>,
    apis: Vec<ApiFigures>,
    uptime_seconds: f64,
    ready: bool,
    log_dirs: Vec<LogDirState>,
}

impl Collector for Figures {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.encode_broker(&mut encoder)?;
        self.encode_log_dirs(&mut encoder)?;
        self.encode_connections(&mut encoder)?;
        self.encode_apis(&mut encoder)?;
        self.encode_actor_messages(&mut encoder)?;
        self.encode_actor_lives(&mut encoder)
    }
}

impl Figures {
    fn encode_broker(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        encoder.encode_descriptor("build", "What runs", None, Info)?.encode_info(&version)?;
        encoder
            .encode_descriptor("uptime", "Time since the start", SECONDS, Gauge)?
            .encode_gauge(&self.uptime_seconds)?;
        encoder
            .encode_descriptor("ready", "1 while clients are served", None, Gauge)?
            .encode_gauge(&i64::from(self.ready))?;
        for (name, help, bytes) in [
            ("received", "Bytes read from clients", self.bytes_in),
            ("sent", "Bytes written to clients", self.bytes_out),
        ] {
            encoder
                .encode_descriptor(name, help, Some(&Unit::Bytes), Counter)?
                .encode_counter::<NoLabelSet, _, u64>(&bytes, None)?;
        }
        Ok(())
    }

    fn encode_log_dirs(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "1 where a log dir cannot be used, and what is in it is not served";
        let mut metric = encoder.encode_descriptor("log_dir_offline", help, None, Gauge)?;
        self.log_dirs.iter().try_for_each(|dir| {
            let label = [("dir", dir.path.as_str())];
            metric.encode_family(&label)?.encode_gauge(&i64::from(dir.offline))
        })
    }

    /// By the key that is the reason, where one is.
    fn encode_connections(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let connections = &self.traffic.connections;
        encoder
            .encode_descriptor("connections_accepted", "Connections let in", None, Counter)?
            .encode_counter::<NoLabelSet, _, u64>(&connections.accepted.load(Relaxed), None)?;
        let help = "Times that a connection moved to the arbiter of the partitions that it uses";
        encoder
            .encode_descriptor("connections_moved", help, None, Counter)?
            .encode_counter::<NoLabelSet, _, u64>(&connections.moved.load(Relaxed), None)?;
        let help = "Connections that had to wait before they were let in, by reason";
        let mut metric = encoder.encode_descriptor("connections_held_back", help, None, Counter)?;
        for (reason, count) in [
            ("max.connections", &connections.waited_for_place),
            ("max.connection.creation.rate", &connections.delayed_by_rate),
        ] {
            encode_count(&mut metric, &[("reason", reason)], &count.load(Relaxed))?;
        }
        let help = "Connections that the broker closed, by reason";
        let mut metric = encoder.encode_descriptor("connections_closed", help, None, Counter)?;
        for (reason, count) in [
            ("max.connections", &connections.gave_way),
            ("max.connections.per.ip", &connections.refused_per_ip),
            ("connections.max.idle.ms", &connections.closed_idle),
            ("bad request", &connections.closed_bad_request),
        ] {
            encode_count(&mut metric, &[("reason", reason)], &count.load(Relaxed))?;
        }
        Ok(())
    }

    fn encode_apis(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Requests, by API";
        self.encode_api_counts(encoder, "requests", help, None, |api| api.requests)?;
        let help = "Responses, with those of acks=0 that are not sent, by API";
        self.encode_api_counts(encoder, "responses", help, None, |api| api.responses)?;
        let help = "Time from request to response, summed, by API";
        let seconds = |api: &ApiFigures| api.nanos as f64 / NANOS;
        self.encode_api_counts(encoder, "response", help, SECONDS, seconds)?;
        let help =
            "Error codes in responses, one for each partition or resource that has one, by API";
        self.encode_api_counts(encoder, "errors", help, None, |api| api.errors)
    }

    fn encode_actor_messages(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Messages handled, by kind of actor";
        self.encode_counts(encoder, "actor_messages", help, |kind| &kind.messages)?;
        let help = "Time that handling a message took, by kind of actor";
        let mut metric = encoder.encode_descriptor("actor_handling", help, SECONDS, Histogram)?;
        for kind in Kind::ALL {
            let figures = self.counters.of(kind);
            let counts = figures.handling_buckets.each_ref().map(|count| count.load(Relaxed));
            let sum = figures.handling_nanos.load(Relaxed);
            encode_times(&mut metric, &kind_label(kind), sum, &BUCKETS_MICROS, &counts)?;
        }
        let help = "Messages now in mailboxes, by kind of actor";
        self.encode_levels(encoder, "actor_mailbox_depth", help, |kind| &kind.depth)?;
        let help = "Time that messages waited in mailboxes, by kind of actor";
        let mut metric = encoder.encode_descriptor("actor_mailbox_wait", help, SECONDS, Counter)?;
        for kind in Kind::ALL {
            let seconds = self.counters.of(kind).wait_nanos.load(Relaxed) as f64 / NANOS;
            encode_count(&mut metric, &kind_label(kind), &seconds)?;
        }
        let help = "Turns of over 1 ms, which kept other actors waiting, by kind of actor";
        self.encode_counts(encoder, "actor_slow_turns", help, |kind| &kind.slow_turns)
    }

    fn encode_actor_lives(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Actors that live now, by kind";
        self.encode_levels(encoder, "actor_alive", help, |kind| &kind.alive)?;
        let help = "Actors made again by their supervisor, by kind";
        self.encode_counts(encoder, "actor_restarts", help, |kind| &kind.restarts)?;
        let help = "Actors that ended by a panic, by kind";
        self.encode_counts(encoder, "actor_panics", help, |kind| &kind.panics)
    }

    /// A counter of every API that was asked.
    fn encode_api_counts<C: EncodeCounterValue>(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        name: &str,
        help: &str,
        unit: Option<&Unit>,
        figure: impl Fn(&ApiFigures) -> C,
    ) -> fmt::Result {
        let mut metric = encoder.encode_descriptor(name, help, unit, Counter)?;
        self.apis.iter().try_for_each(|api| {
            encode_count(&mut metric, &[("api", api.name.as_str())], &figure(api))
        })
    }

    /// A counter of every kind of actor.
    fn encode_counts(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        name: &str,
        help: &str,
        figure: impl Fn(&KindCounters) -> &AtomicU64,
    ) -> fmt::Result {
        let mut metric = encoder.encode_descriptor(name, help, None, Counter)?;
        Kind::ALL.into_iter().try_for_each(|kind| {
            let count = figure(self.counters.of(kind)).load(Relaxed);
            encode_count(&mut metric, &kind_label(kind), &count)
        })
    }

    /// A gauge of every kind of actor.
    fn encode_levels(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        name: &str,
        help: &str,
        figure: impl Fn(&KindCounters) -> &AtomicI64,
    ) -> fmt::Result {
        let mut metric = encoder.encode_descriptor(name, help, None, Gauge)?;
        Kind::ALL.into_iter().try_for_each(|kind| {
            let level = figure(self.counters.of(kind)).load(Relaxed);
            metric.encode_family(&kind_label(kind))?.encode_gauge(&level)
        })
    }
}

fn encode_count(
    metric: &mut MetricEncoder<'_>,
    labels: &impl EncodeLabelSet,
    count: &impl EncodeCounterValue,
) -> fmt::Result {
    metric.encode_family(labels)?.encode_counter::<NoLabelSet, _, u64>(count, None)
}

/// A histogram in seconds, from a sum in nanoseconds, bounds in microseconds, and one more count than bounds.
fn encode_times(
    metric: &mut MetricEncoder<'_>,
    labels: &impl EncodeLabelSet,
    sum_nanos: u64,
    bounds_micros: &[u64],
    counts: &[u64],
) -> fmt::Result {
    let bounds = bounds_micros.iter().map(|micros| *micros as f64 / MICROS);
    let buckets: Vec<_> = bounds.chain([f64::INFINITY]).zip(counts.iter().copied()).collect();
    let (sum, count) = (sum_nanos as f64 / NANOS, counts.iter().sum());
    metric.encode_family(labels)?.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
}

fn kind_label(kind: Kind) -> [(&'static str, &'static str); 1] {
    [("kind", kind.name())]
}

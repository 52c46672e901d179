//! Every figure there is, once: its name, its unit, and which way is better.

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Neither: it tells how the figures came about.
    Neither,
}

/// A kind of figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Metric {
    /// Its name in tables and in the results file.
    pub(crate) name: &'static str,
    /// Its unit, as it stands behind a number.
    pub(crate) unit: &'static str,
    /// Which way is better.
    pub(crate) better: Better,
    /// Whether it stands in the overview and has a picture.
    pub(crate) is_headline: bool,
}

const fn metric(name: &'static str, unit: &'static str, better: Better) -> Metric {
    Metric { name, unit, better, is_headline: false }
}

impl Metric {
    const fn headline(self) -> Self {
        Self { is_headline: true, ..self }
    }
}

use Better::{Higher, Lower, Neither};

/// Keys and values per second, before compression.
pub(crate) const THROUGHPUT: Metric = metric("throughput", "MB/s", Higher).headline();
/// Requests answered per second.
pub(crate) const REQUESTS: Metric = metric("requests", "/s", Higher);
/// Offsets committed per second; a request has several.
pub(crate) const OFFSETS: Metric = metric("offsets committed", "/s", Higher).headline();
/// Half of all were faster.
pub(crate) const P50: Metric = metric("latency p50", "ms", Lower);
/// One of a hundred was slower.
pub(crate) const P99: Metric = metric("latency p99", "ms", Lower).headline();
/// One of a thousand was slower.
pub(crate) const P999: Metric = metric("latency p99.9", "ms", Lower);
/// The broker's CPU time per 10⁹ bytes of keys and values, user and system.
pub(crate) const CPU_PER_GB: Metric = metric("broker CPU per GB", "s", Lower).headline();
/// The kernel's part of it.
pub(crate) const SYSTEM_PER_GB: Metric = metric("broker CPU per GB, system", "s", Lower);
/// The broker's CPU time per request, user and system.
pub(crate) const CPU_PER_REQUEST: Metric = metric("broker CPU per request", "µs", Lower).headline();
/// The kernel's part of it.
pub(crate) const SYSTEM_PER_REQUEST: Metric = metric("broker CPU per request, system", "µs", Lower);
/// Cores that the broker kept busy.
pub(crate) const BROKER_CORES: Metric = metric("broker CPU", "cores", Neither);
/// Cores that the broker kept busy where there is next to nothing to do.
pub(crate) const IDLE_CORES: Metric = metric("broker CPU, idle", "cores", Lower).headline();
/// Cores that the load generator kept busy; near 1 it is the bottleneck, for it is one thread.
pub(crate) const GENERATOR_CORES: Metric = metric("generator CPU", "cores", Neither);
/// Cores that everything else kept busy: figures of such moments are worth less.
pub(crate) const OTHER_CORES: Metric = metric("CPU of others", "cores", Neither);
/// Resident memory at the end of the load.
pub(crate) const RESIDENT: Metric = metric("memory", "MB", Lower);
/// The most resident memory during the load.
pub(crate) const PEAK: Metric = metric("memory, peak", "MB", Lower).headline();

/// Fetch sessions that the broker keeps.
pub(crate) const SESSIONS: Metric = metric("fetch sessions", "", Neither);
/// One of a hundred was slower while nobody read from the disk.
pub(crate) const UNDISTURBED_P99: Metric = metric("latency p99, undisturbed", "ms", Lower);
/// From the start of the process until it answers for every partition: the first time, on an empty directory.
pub(crate) const READY: Metric = metric("start to ready", "s", Lower).headline();
/// From the request until every partition can be used.
pub(crate) const CREATION: Metric = metric("creation", "s", Lower).headline();
/// From SIGTERM to the end of the process.
pub(crate) const STOP: Metric = metric("clean stop", "s", Lower);
/// As [`READY`], after a clean stop.
pub(crate) const CLEAN_RESTART: Metric = metric("restart to ready, clean", "s", Lower).headline();
/// As [`READY`], after `kill -9`.
pub(crate) const CRASH_RESTART: Metric = metric("restart to ready, killed", "s", Lower).headline();
/// From the start of the process after `kill -9` until the coordinators of all groups answer.
pub(crate) const GROUPS_BACK: Metric = metric("restart to groups, killed", "s", Lower).headline();
/// From the first heartbeats of members that join at once until all of them have all their partitions.
pub(crate) const CONVERGED: Metric = metric("join to assigned", "s", Lower).headline();
/// From the same until all members are at the same epoch too.
pub(crate) const AT_ONE_EPOCH: Metric = metric("join to one epoch", "s", Lower);
/// The broker's CPU time until then, user and system.
pub(crate) const CPU: Metric = metric("broker CPU in all", "s", Lower).headline();

/// All of them, in the order of the tables.
pub(crate) const ALL: &[Metric] = &[
    THROUGHPUT,
    OFFSETS,
    REQUESTS,
    P50,
    P99,
    P999,
    UNDISTURBED_P99,
    CPU_PER_GB,
    SYSTEM_PER_GB,
    CPU_PER_REQUEST,
    SYSTEM_PER_REQUEST,
    READY,
    CREATION,
    STOP,
    CLEAN_RESTART,
    CRASH_RESTART,
    GROUPS_BACK,
    CONVERGED,
    AT_ONE_EPOCH,
    CPU,
    IDLE_CORES,
    BROKER_CORES,
    GENERATOR_CORES,
    OTHER_CORES,
    SESSIONS,
    RESIDENT,
    PEAK,
];

//! Rules between keys. Every value by itself has passed its own rule before.

use crate::error::{Problem, ProblemKind};
use crate::settings::Settings;

/// Cleaning a log needs this much memory per thread, in bytes.
const DEDUPE_BUFFER_PER_THREAD_MIN: i64 = 1024 * 1024;
/// Compression codecs of records are numbered 0 to 4.
const COMPRESSION_CODEC_MAX: i64 = 4;

/// The first may not be more than the second.
const AT_MOST: &[(&str, &str)] = &[
    ("group.share.max.size", "group.share.max.share.sessions"),
    ("group.streams.num.standby.replicas", "group.streams.max.standby.replicas"),
    ("log.cleaner.min.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms"),
    ("replica.fetch.wait.max.ms", "replica.lag.time.max.ms"),
    ("replica.fetch.wait.max.ms", "replica.socket.timeout.ms"),
];

/// The first must be less than the second.
const LESS_THAN: &[(&str, &str)] = &[
    ("group.consumer.heartbeat.interval.ms", "group.consumer.session.timeout.ms"),
    ("group.share.heartbeat.interval.ms", "group.share.session.timeout.ms"),
    ("group.streams.heartbeat.interval.ms", "group.streams.session.timeout.ms"),
];

/// Keys of groups that lie between one with `min.` and one with `max.` in it: kind of group and rest of the name.
const BETWEEN: &[(&str, &str)] = &[
    ("consumer", "assignment.interval.ms"),
    ("consumer", "heartbeat.interval.ms"),
    ("consumer", "session.timeout.ms"),
    ("share", "assignment.interval.ms"),
    ("share", "delivery.count.limit"),
    ("share", "heartbeat.interval.ms"),
    ("share", "record.lock.duration.ms"),
    ("share", "session.timeout.ms"),
    ("streams", "assignment.interval.ms"),
    ("streams", "heartbeat.interval.ms"),
    ("streams", "session.timeout.ms"),
];

/// Everything in which the settings contradict each other.
pub(crate) fn conflicts(settings: &Settings) -> Vec<Problem> {
    let mut checks = Checks { settings, problems: Vec::new() };
    checks.identity();
    checks.order();
    checks.log();
    checks.connections();
    checks.groups();
    checks.placeholders();
    checks.problems
}

struct Checks<'a> {
    settings: &'a Settings,
    problems: Vec<Problem>,
}

impl Checks<'_> {
    fn require(&mut self, holds: bool, name: &str, problem: impl Into<String>) {
        if !holds {
            self.problems.push(self.settings.problem(ProblemKind::Conflict, name, problem, ""));
        }
    }

    fn identity(&mut self) {
        let node_id = self.settings.integer_opt("node.id");
        if node_id.is_none() {
            let remedy = "give this node a number of its own, 0 or more";
            let problem =
                self.settings.problem(ProblemKind::Missing, "node.id", "must be set", remedy);
            self.problems.push(problem);
        }
        let broker_id =
            self.settings.get_set("broker.id").map(|_| self.settings.integer("broker.id"));
        let agree = broker_id.is_none() || node_id.is_none() || broker_id == node_id;
        self.require(agree, "broker.id", "is another name of node.id and must be the same number");
    }

    fn order(&mut self) {
        for (low, high) in AT_MOST {
            self.at_most(low, high);
        }
        for (low, high) in LESS_THAN {
            let (less, more) = (self.settings.integer(low), self.settings.integer(high));
            self.require(less < more, low, format!("must be less than {high}, which is {more}"));
        }
        for (kind, rest) in BETWEEN {
            let name = |limit: &str| format!("group.{kind}.{limit}{rest}");
            let (min, value, max) = (name("min."), name(""), name("max."));
            self.at_most(&min, &max);
            self.at_most(&min, &value);
            self.at_most(&value, &max);
        }
        self.at_most(
            "group.share.min.partition.max.record.locks",
            "group.share.partition.max.record.locks",
        );
        self.at_most(
            "group.share.partition.max.record.locks",
            "group.share.max.partition.max.record.locks",
        );
    }

    fn at_most(&mut self, low: &str, high: &str) {
        let (less, more) = (self.settings.integer(low), self.settings.integer(high));
        self.require(less <= more, low, format!("must not be more than {high}, which is {more}"));
    }

    fn log(&mut self) {
        let above =
            |name: &str, least: i64| self.settings.integer_opt(name).is_none_or(|ms| ms >= least);
        let (roll, jitter) = (above("log.roll.ms", 1), above("log.roll.jitter.ms", 0));
        self.require(roll, "log.roll.ms", "must be 1 or more");
        self.require(jitter, "log.roll.jitter.ms", "must be 0 or more");
        for name in ["log.retention.ms", "log.retention.minutes", "log.retention.hours"] {
            let is_zero = self.settings.integer_opt(name) == Some(0);
            let counts = crate::topic::retention_key(self.settings) == name;
            self.require(!(is_zero && counts), name, "must be -1 (no limit), or 1 or more");
        }
        self.cleaner();
        self.cordoned_dirs();
    }

    fn cleaner(&mut self) {
        let threads = self.settings.integer("log.cleaner.threads");
        let buffer = self.settings.integer("log.cleaner.dedupe.buffer.size");
        self.require(threads > 0, "log.cleaner.threads", "must be 1 or more");
        let holds = threads <= 0 || buffer / threads > DEDUPE_BUFFER_PER_THREAD_MIN;
        let name = "log.cleaner.dedupe.buffer.size";
        self.require(
            holds,
            name,
            "must be more than 1048576 bytes for each of log.cleaner.threads",
        );
    }

    fn cordoned_dirs(&mut self) {
        let cordoned = self.settings.list("cordoned.log.dirs").unwrap_or_default();
        let dirs = crate::broker::log_dirs(self.settings);
        let is_all = cordoned == ["*"];
        let holds = is_all || cordoned.iter().all(|cordoned| dirs.contains(cordoned));
        self.require(holds, "cordoned.log.dirs", "must be * or some of log.dirs");
    }

    fn connections(&mut self) {
        let settings = self.settings;
        let (queued, request) = (
            settings.integer("queued.max.request.bytes"),
            settings.integer("socket.request.max.bytes"),
        );
        let problem = format!(
            "must be 0 or less (no limit), or {request} (socket.request.max.bytes) or more"
        );
        self.require(queued <= 0 || queued >= request, "queued.max.request.bytes", problem);
        let (delay, idle) = (
            settings.integer("connection.failed.authentication.delay.ms"),
            settings.integer("connections.max.idle.ms"),
        );
        let problem = format!(
            "must be negative (no limit) or more than the {delay} of connection.failed.authentication.delay.ms"
        );
        self.require(idle < 0 || idle > delay, "connections.max.idle.ms", problem);
        self.connections_per_ip();
    }

    fn connections_per_ip(&mut self) {
        let name = "max.connections.per.ip.overrides";
        let overrides =
            crate::broker::connections_per_ip(self.settings.text(name).unwrap_or_default());
        self.require(overrides.is_some(), name, "must be a list of host:number");
        let has_overrides = overrides.is_none_or(|overrides| !overrides.is_empty());
        let limit = self.settings.integer("max.connections.per.ip");
        let problem = format!("may be 0 only if {name} is set");
        self.require(limit > 0 || has_overrides, "max.connections.per.ip", problem);
    }

    fn groups(&mut self) {
        for name in
            ["offsets.topic.compression.codec", "share.coordinator.state.topic.compression.codec"]
        {
            let holds = (0..=COMPRESSION_CODEC_MAX).contains(&self.settings.integer(name));
            self.require(
                holds,
                name,
                "must be 0 (none), 1 (gzip), 2 (snappy), 3 (lz4) or 4 (zstd)",
            );
        }
        let name = "group.coordinator.rebalance.protocols";
        let protocols = self.settings.list(name).unwrap_or_default();
        let has_classic = protocols.iter().any(|protocol| protocol == "classic");
        self.require(has_classic, name, "must contain classic");
        let name = "group.share.assignors";
        let count = self.settings.list(name).unwrap_or_default().len();
        self.require(count == 1, name, "must name exactly one assignor");
    }

    /// `${provider:path:key}` stands for a value that a class fetches; without it the text would be taken for the
    /// value.
    fn placeholders(&mut self) {
        let providers = self.settings.list("config.providers").unwrap_or_default();
        let is_placeholder = |text: &str| {
            let mut names = text.match_indices("${").map(|(at, _)| &text[at + 2..]);
            names.any(|rest| providers.iter().any(|name| rest.starts_with(&format!("{name}:"))))
        };
        let settings = self.settings;
        let found = settings.iter_set().filter(|(_, setting)| is_placeholder(&setting.text));
        let names: Vec<&str> = found.map(|(name, _)| name).collect();
        for name in names {
            let problem = "is a placeholder, and Kabuki has no config.providers yet";
            self.require(false, name, problem);
        }
    }
}

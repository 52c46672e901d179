//! A line for each of Kabuki's own keys, and for those that only exist at run time.

/// Sorted by name.
#[rustfmt::skip]
pub(super) const KABUKI_DOCS: &[(&str, &str)] = &[
    ("kabuki.arbiters", "Number of threads that serve connections and partitions; 0 for one per core."),
    ("kabuki.chaos.enabled", "Whether actors can be killed through the ops endpoint, to see that nothing is lost."),
    ("kabuki.chaos.seed", "What the random pauses of kabuki.chaos.turn.delay.max.ms follow from."),
    ("kabuki.chaos.turn.delay.max.ms", "Longest pause that actors make at random between messages, where chaos is enabled; 0 means none."),
    ("kabuki.group.consumer.rebalance.heartbeat.interval.ms", "How soon a member of the consumer protocol is asked to send its next heartbeat while something is still to come for it, if that is sooner than its group's heartbeat interval; 0 for never sooner, as Apache Kafka has it."),
    ("kabuki.ignore.security", "Whether to start although security is configured that is not served yet."),
    ("kabuki.log.format", "Format of log lines: `text` for people, `json` for machines."),
    ("kabuki.log.level", "What is logged, as a filter: a level, or target=level separated by commas."),
    ("kabuki.ops.listener", "Where metrics, the actor tree and health are served over HTTP; empty for nowhere."),
    ("kabuki.queued.max.response.bytes", "Most bytes of responses that clients have not taken before sockets are no longer read; -1 for a quarter of the machine's memory."),
];

/// Sorted by name.
#[rustfmt::skip]
pub(super) const RUN_TIME_DOCS: &[(&str, &str)] = &[
    ("follower.replication.throttled.rate", "Bytes per second that the throttled replicas of this broker fetch at most."),
    ("leader.replication.throttled.rate", "Bytes per second that this broker sends to throttled replicas at most."),
    ("replica.alter.log.dirs.io.max.bytes.per.second", "Bytes per second at which replicas move between the log dirs of this broker at most."),
];

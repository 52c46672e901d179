//! What the keys of groups and of subscriptions to client metrics are for; their names differ.

/// Sorted by name.
#[rustfmt::skip]
pub(super) const GROUP_DOCS: &[(&str, &str)] = &[
    ("consumer.assignment.interval.ms", "The least time between two assignments that the coordinator works out for this consumer group."),
    ("consumer.heartbeat.interval.ms", "How often members of this consumer group are told to send heartbeats."),
    ("consumer.session.timeout.ms", "How long a member of this consumer group may be silent before it is taken out."),
    ("interval.ms", "How often a client that is chosen sends its metrics."),
    ("match", "Which clients are chosen, as NAME=REGULAR EXPRESSION; none means all."),
    ("metrics", "Prefixes of the names of the metrics that are wanted; * means all."),
    ("share.assignment.interval.ms", "The least time between two assignments that the coordinator works out for this share group."),
    ("share.auto.offset.reset", "Where this share group begins to read a partition: earliest, latest, or by_duration: and how far back."),
    ("share.delivery.count.limit", "How often a record is delivered to this share group before it is given up."),
    ("share.heartbeat.interval.ms", "How often members of this share group are told to send heartbeats."),
    ("share.isolation.level", "Whether this share group reads records of open and aborted transactions."),
    ("share.partition.max.record.locks", "How many records of a partition members of this share group may hold at a time."),
    ("share.record.lock.duration.ms", "How long a member of this share group may hold a record."),
    ("share.renew.acknowledge.enable", "Whether members of this share group may ask to hold a record for longer."),
    ("share.session.timeout.ms", "How long a member of this share group may be silent before it is taken out."),
    ("streams.assignment.interval.ms", "The least time between two assignments that the coordinator works out for this streams group."),
    ("streams.heartbeat.interval.ms", "How often members of this streams group are told to send heartbeats."),
    ("streams.initial.rebalance.delay.ms", "How long the first assignment of this streams group waits for more members."),
    ("streams.num.standby.replicas", "How many spare copies of its state each task of this streams group has."),
    ("streams.session.timeout.ms", "How long a member of this streams group may be silent before it is taken out."),
];

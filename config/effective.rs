//! Which keys have an effect today: the one place to enter a key when the code that obeys it arrives.
//! All others are read and checked, and warn when they are set to something else than their default.

use crate::error::Warning;
use crate::key::topic_key;
use crate::origin::Origin;
use crate::settings::{Setting, Settings, listener_key};
use crate::topic::TopicOverrides;
use crate::value::Value;

/// What to say of a key that is read and checked, and then waits for its code.
const NOT_YET: &str = "known, but not effective yet";

/// Broker keys that are obeyed, sorted. Kabuki's own are all obeyed and not listed.
const EFFECTIVE: &[&str] = &[
    "advertised.listeners",
    "auto.create.topics.enable",
    "broker.id",
    "broker.rack",
    "compression.gzip.level",
    "compression.type",
    "compression.zstd.level",
    "connections.max.idle.ms",
    "controller.listener.names",
    "controller.quorum.bootstrap.servers",
    "controller.quorum.voters",
    "cordoned.log.dirs",
    "default.replication.factor",
    "delete.topic.enable",
    "fetch.max.bytes",
    "group.consumer.assignment.interval.ms",
    "group.consumer.assignors",
    "group.consumer.heartbeat.interval.ms",
    "group.consumer.max.assignment.interval.ms",
    "group.consumer.max.heartbeat.interval.ms",
    "group.consumer.max.session.timeout.ms",
    "group.consumer.max.size",
    "group.consumer.migration.policy",
    "group.consumer.min.assignment.interval.ms",
    "group.consumer.min.heartbeat.interval.ms",
    "group.consumer.min.session.timeout.ms",
    "group.consumer.regex.refresh.interval.ms",
    "group.consumer.session.timeout.ms",
    "group.coordinator.append.linger.ms",
    "group.coordinator.rebalance.protocols",
    "group.initial.rebalance.delay.ms",
    "group.max.session.timeout.ms",
    "group.max.size",
    "group.min.session.timeout.ms",
    "inter.broker.listener.name",
    "listener.security.protocol.map",
    "listeners",
    "log.cleanup.policy",
    "log.dir",
    "log.dirs",
    "log.flush.interval.messages",
    "log.flush.interval.ms",
    "log.flush.offset.checkpoint.interval.ms",
    "log.flush.start.offset.checkpoint.interval.ms",
    "log.index.interval.bytes",
    "log.index.size.max.bytes",
    "log.initial.task.delay.ms",
    "log.message.timestamp.after.max.ms",
    "log.message.timestamp.before.max.ms",
    "log.message.timestamp.type",
    "log.retention.bytes",
    "log.retention.check.interval.ms",
    "log.retention.hours",
    "log.retention.minutes",
    "log.retention.ms",
    "log.roll.hours",
    "log.roll.jitter.hours",
    "log.roll.jitter.ms",
    "log.roll.ms",
    "log.segment.bytes",
    "log.segment.delete.delay.ms",
    "max.connection.creation.rate",
    "max.connections",
    "max.connections.per.ip",
    "max.connections.per.ip.overrides",
    "max.incremental.fetch.session.cache.slots",
    "max.request.partition.size.limit",
    "message.max.bytes",
    "metadata.log.dir",
    "metadata.log.max.record.bytes.between.snapshots",
    "metadata.log.max.snapshot.interval.ms",
    "metadata.log.segment.bytes",
    "metric.reporters",
    "min.insync.replicas",
    "node.id",
    "num.partitions",
    "num.recovery.threads.per.data.dir",
    "offset.metadata.max.bytes",
    "offsets.commit.timeout.ms",
    "offsets.retention.check.interval.ms",
    "offsets.retention.minutes",
    "offsets.topic.compression.codec",
    "offsets.topic.num.partitions",
    "offsets.topic.replication.factor",
    "offsets.topic.segment.bytes",
    "principal.builder.class",
    "process.roles",
    "producer.id.expiration.check.interval.ms",
    "producer.id.expiration.ms",
    "queued.max.request.bytes",
    "queued.max.requests",
    "quota.window.num",
    "quota.window.size.seconds",
    "security.inter.broker.protocol",
    "socket.listen.backlog.size",
    "socket.receive.buffer.bytes",
    "socket.request.max.bytes",
    "socket.send.buffer.bytes",
];

/// Broker keys that one listener can have for itself and that are obeyed then, sorted.
const EFFECTIVE_FOR_ONE_LISTENER: &[&str] = &["max.connection.creation.rate", "max.connections"];

/// Topic keys that are obeyed, sorted.
const EFFECTIVE_TOPIC_KEYS: &[&str] = &[
    "cleanup.policy",
    "compression.gzip.level",
    "compression.type",
    "compression.zstd.level",
    "file.delete.delay.ms",
    "flush.messages",
    "flush.ms",
    "index.interval.bytes",
    "internal.segment.bytes",
    "max.message.bytes",
    "message.timestamp.after.max.ms",
    "message.timestamp.before.max.ms",
    "message.timestamp.type",
    "min.insync.replicas",
    "retention.bytes",
    "retention.ms",
    "segment.bytes",
    "segment.index.bytes",
    "segment.jitter.ms",
    "segment.ms",
];

/// Keys of which one value is not obeyed, although the key is: broker or topic key, and the entry of its list.
const INEFFECTIVE_ENTRIES: &[(&str, &str)] =
    &[("cleanup.policy", "compact"), ("log.cleanup.policy", "compact")];

/// Keys that are obeyed at the start and can be changed afterwards, sorted: that change is not obeyed yet.
const EFFECTIVE_AT_START: &[&str] = &[
    "listener.security.protocol.map",
    "listeners",
    "metric.reporters",
    "num.recovery.threads.per.data.dir",
    "principal.builder.class",
];

/// Keys that Kafka once had, with what became of them.
const REMOVED: &[(&str, &str)] = &[
    ("auto.include.jmx.reporter", "metrics are served by the ops endpoint"),
    ("broker.id.generation.enable", "a node's id is always set"),
    ("control.plane.listener.name", "it belonged to ZooKeeper"),
    ("controlled.shutdown.max.retries", "it belonged to ZooKeeper"),
    ("controlled.shutdown.retry.backoff.ms", "it belonged to ZooKeeper"),
    ("delegation.token.master.key", "its successor is delegation.token.secret.key"),
    ("group.coordinator.new.enable", "there is only the new coordinator"),
    ("inter.broker.protocol.version", "the finalized metadata.version takes its place"),
    ("log.message.downconversion.enable", "records are never converted down"),
    ("log.message.format.version", "there is only the message format 2"),
    (
        "log.message.timestamp.difference.max.ms",
        "its successors are log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms",
    ),
    ("password.encoder.secret", "it belonged to ZooKeeper"),
    ("quota.consumer.default", "quotas are set with the admin API"),
    ("quota.producer.default", "quotas are set with the admin API"),
    ("reserved.broker.max.id", "a node's id is always set"),
    ("zookeeper.connect", "it belonged to ZooKeeper"),
];

/// Is the key obeyed today?
pub fn is_effective(name: &str) -> bool {
    name.starts_with("kabuki.") || EFFECTIVE.binary_search(&name).is_ok()
}

/// Warns of the overrides of a topic that ask for something that is not done yet. Overrides that no topic can have are
/// passed over: [`TopicConfig::new`](crate::TopicConfig::new) refuses them.
pub fn topic_warnings(overrides: &TopicOverrides) -> Vec<Warning> {
    let warning = |(name, text): (&String, &String)| {
        let key = topic_key(name)?;
        let value = Value::parse(key, text).ok()?;
        let default = key.default_text().and_then(|text| Value::parse(key, text).ok());
        let is_obeyed = EFFECTIVE_TOPIC_KEYS.binary_search(&name.as_str()).is_ok();
        let message = ineffective_entry(name, &value);
        let message = message.or_else(|| (!is_obeyed).then(|| NOT_YET.to_owned()))?;
        let (key, value) =
            (name.clone(), (Some(&value) != default.as_ref()).then(|| text.clone())?);
        Some(Warning { key, value: Some(value), origin: None, message })
    };
    overrides.iter().filter_map(warning).collect()
}

/// Warns of what was set at run time and is not done.
pub fn dynamic_warnings(settings: &Settings) -> Vec<Warning> {
    let dynamic = settings.iter_set().filter(|(_, setting)| setting.origin == Origin::Dynamic);
    let warning = |(name, setting)| match EFFECTIVE_AT_START.binary_search(&name) {
        Ok(_) => Some(settings.warning(name, "not obeyed at run time yet")),
        Err(_) => warning(settings, name, setting),
    };
    dynamic.filter_map(warning).collect()
}

/// Warns of keys that nobody knows, and of known ones that ask for something that is not done yet.
pub(crate) fn warnings(settings: &Settings) -> Vec<Warning> {
    settings.iter_set().filter_map(|(name, setting)| warning(settings, name, setting)).collect()
}

fn warning(settings: &Settings, name: &str, setting: &Setting) -> Option<Warning> {
    let is_protection = crate::protection::is_protection(name);
    let is_ours = matches!(setting.origin, Origin::Profile { .. });
    match setting.key {
        None if is_protection => None,
        None => Some(settings.warning(name, unknown(name))),
        Some(_) if is_protection || is_ours => None,
        Some(key) if listener_key(name).is_some() => {
            let is_obeyed = EFFECTIVE_FOR_ONE_LISTENER.binary_search(&key.name).is_ok();
            let text = "for one listener this key is known, but not effective yet";
            (!is_obeyed).then(|| settings.warning(name, text))
        }
        Some(_) if !setting.differs_from_default() => None,
        Some(_) if !is_effective(name) => Some(settings.warning(name, NOT_YET)),
        Some(_) => {
            ineffective_entry(name, &setting.value).map(|entry| settings.warning(name, entry))
        }
    }
}

/// The warning of an entry that is not obeyed in the list of a key that is.
fn ineffective_entry(name: &str, value: &Value) -> Option<String> {
    let Value::List(entries) = value else { return None };
    let is_here =
        |(key, entry): &&(&str, &str)| *key == name && entries.iter().any(|own| own == entry);
    INEFFECTIVE_ENTRIES.iter().find(is_here).map(|(_, entry)| format!("{entry} is {NOT_YET}"))
}

fn unknown(name: &str) -> String {
    match REMOVED.iter().find(|(removed, _)| *removed == name) {
        Some((_, why)) => format!("ignored: Kafka has removed this key; {why}"),
        None => "ignored: there is no such key".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::broker_key;

    #[test]
    fn effective_keys_are_sorted_keys_of_the_table() {
        assert!(EFFECTIVE.is_sorted_by(|a, b| a < b));
        assert!(EFFECTIVE_AT_START.is_sorted_by(|a, b| a < b));
        assert!(EFFECTIVE_AT_START.iter().all(|name| is_effective(name)));
        assert!(EFFECTIVE_TOPIC_KEYS.is_sorted_by(|a, b| a < b));
        assert!(EFFECTIVE_FOR_ONE_LISTENER.is_sorted_by(|a, b| a < b));
        assert!(EFFECTIVE_TOPIC_KEYS.iter().all(|name| topic_key(name).is_some()));
        for name in EFFECTIVE {
            assert!(broker_key(name).is_some(), "{name}");
        }
        for (name, _) in REMOVED {
            assert!(broker_key(name).is_none(), "{name}");
        }
        assert!(is_effective("kabuki.arbiters") && is_effective("node.id"));
        assert!(!is_effective("num.network.threads"));
    }

    #[test]
    fn topics_are_told_what_waits() {
        let overrides = [
            ("cleanup.policy", "compact,delete"),
            ("min.compaction.lag.ms", "5"),
            ("delete.retention.ms", "86400000"),
            ("retention.ms", "5"),
            ("no.such.key", "5"),
        ];
        let overrides = overrides.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        let warnings = topic_warnings(&overrides);
        let warnings: Vec<String> = warnings.iter().map(Warning::to_string).collect();
        let expected = [
            "cleanup.policy = compact,delete: compact is known, but not effective yet",
            "min.compaction.lag.ms = 5: known, but not effective yet",
        ];
        assert_eq!(warnings, expected);
    }
}

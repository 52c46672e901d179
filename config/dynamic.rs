//! What clients set for brokers at run time (KIP-226): which keys, with which values, and what becomes of the settings.

use std::collections::BTreeMap;

use crate::key::{Key, UpdateMode, broker_key};
use crate::settings::{Setting, Settings, known_key, listener_part};
use crate::value::{Value, allowed};
use crate::{Origin, TopicConfig, class_names, cross_checks, parse_listeners};

/// Key → text, as clients send them and the metadata log keeps them.
pub type BrokerOverrides = BTreeMap<String, String>;

/// What clients have set while brokers run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DynamicConfigs {
    /// For all brokers.
    pub all_brokers: BrokerOverrides,
    /// For this broker, over the former.
    pub this_broker: BrokerOverrides,
}

/// For whom something is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// For every broker that does not say otherwise.
    AllBrokers,
    /// For one broker.
    ThisBroker,
}

/// Keys that all listeners share although each may have its own value: they may be set for all brokers.
const OF_ALL_LISTENERS: [&str; 3] =
    ["max.connection.creation.rate", "max.connections", "num.network.threads"];

/// Keys that change for one listener at a time, never under their bare name.
const OF_ONE_LISTENER: [&str; 10] = [
    "ssl.key.password",
    "ssl.keystore.certificate.chain",
    "ssl.keystore.key",
    "ssl.keystore.location",
    "ssl.keystore.password",
    "ssl.keystore.type",
    "ssl.truststore.certificates",
    "ssl.truststore.location",
    "ssl.truststore.password",
    "ssl.truststore.type",
];

/// Numbers of threads: a change may halve or double them, not more.
const THREADS: [&str; 10] = [
    "background.threads",
    "log.cleaner.threads",
    "num.io.threads",
    "num.network.threads",
    "num.recovery.threads.per.data.dir",
    "num.replica.fetchers",
    "remote.log.manager.copier.thread.pool.size",
    "remote.log.manager.expiration.thread.pool.size",
    "remote.log.manager.follower.thread.pool.size",
    "remote.log.reader.threads",
];

/// Limits of listeners that may be 0 at the start but not become 0.
const POSITIVE: [&str; 2] = ["max.connection.creation.rate", "max.connections"];

/// Keys whose classes must be built in.
const CLASSES: [&str; 2] = ["metric.reporters", "principal.builder.class"];

/// A broker at start is refused for it; Kafka lets it be set at run time, and refuses new topics then.
const CHECKED_WITH_TOPICS: &str = "log.cleaner.min.compaction.lag.ms";

impl DynamicConfigs {
    /// The same with other overrides in one scope.
    fn replaced(&self, scope: Scope, overrides: &BrokerOverrides) -> Self {
        let overrides = overrides.clone();
        match scope {
            Scope::AllBrokers => Self { all_brokers: overrides, ..self.clone() },
            Scope::ThisBroker => Self { this_broker: overrides, ..self.clone() },
        }
    }

    fn iter(&self) -> impl Iterator<Item = (Scope, &String, &String)> {
        let all = self.all_brokers.iter().map(|(name, text)| (Scope::AllBrokers, name, text));
        all.chain(self.this_broker.iter().map(|(name, text)| (Scope::ThisBroker, name, text)))
    }
}

impl Settings {
    /// These settings with what was set at run time over them. What cannot be set so, or cannot be read, does not count:
    /// another version may have committed it.
    pub fn with_dynamic(&self, dynamic: &DynamicConfigs) -> Self {
        let mut settings = self.clone();
        let counting = dynamic.iter().filter(|(scope, name, _)| counts(*scope, name));
        for (_, name, text) in counting {
            let key = known_key(name);
            let value =
                key.map_or_else(|| Ok(Value::Text(text.clone())), |it| Value::parse(it, text));
            if let Ok(value) = value {
                settings.forget_family(name);
                let (text, origin) = (text.clone(), Origin::Dynamic);
                settings.insert(name, Setting { key, text, value, origin });
            }
        }
        settings
    }
}

/// Does a key with this name count in this scope?
fn counts(scope: Scope, name: &str) -> bool {
    !is_read_only(name) && !OF_ONE_LISTENER.contains(&name) && fits(scope, name)
}

/// Keys that nobody knows can be set, as in Kafka: they may be meant for a class that is loaded.
fn is_read_only(name: &str) -> bool {
    broker_key(name).is_some_and(|key| key.update_mode == UpdateMode::ReadOnly)
}

fn fits(scope: Scope, name: &str) -> bool {
    let of_listener = listener_part(name).is_some_and(|base| !OF_ALL_LISTENERS.contains(&base));
    let of_broker = broker_key(name).is_some_and(|key| key.update_mode == UpdateMode::PerBroker);
    scope == Scope::ThisBroker || !(of_listener || of_broker)
}

/// What a broker has when somebody wants to change it.
#[derive(Debug, Clone, Copy)]
pub struct Reconfigurable<'a> {
    /// What it was started with.
    pub started_with: &'a Settings,
    /// What it follows now.
    pub live: &'a Settings,
    /// What was set at run time.
    pub dynamic: &'a DynamicConfigs,
}

impl Reconfigurable<'_> {
    /// Whether these may be all overrides of a scope, by Kafka's rules.
    ///
    /// # Errors
    /// What is wrong, in words; clients are told INVALID_REQUEST.
    pub fn check(self, scope: Scope, overrides: &BrokerOverrides) -> Result<(), String> {
        let all = || overrides.keys().map(String::as_str);
        refuse(all().filter(|name| is_read_only(name)), "cannot be changed at run time")?;
        let bare = all().filter(|name| OF_ONE_LISTENER.contains(name));
        refuse(
            bare,
            "can be changed at run time for one listener only: listener.name.<listener>.",
        )?;
        overrides.iter().try_for_each(|(name, text)| check_value(name, text))?;
        refuse(all().filter(|name| !fits(scope, name)), "cannot be set for all brokers")?;
        let after = self.started_with.with_dynamic(&self.dynamic.replaced(scope, overrides));
        check_settings(&after)?;
        Change { before: self.live, after: &after }.check()
    }
}

fn refuse<'n>(names: impl Iterator<Item = &'n str>, why: &str) -> Result<(), String> {
    let names: Vec<&str> = names.collect();
    if names.is_empty() { Ok(()) } else { Err(format!("{} {why}", names.join(", "))) }
}

fn check_value(name: &str, text: &str) -> Result<(), String> {
    let is_dynamic = |key: &&Key| key.update_mode != UpdateMode::ReadOnly;
    let Some(key) = known_key(name).filter(is_dynamic) else { return Ok(()) };
    let shown = if key.is_sensitive() { "its value" } else { text };
    Value::parse(key, text)
        .map(drop)
        .map_err(|_| format!("{name} = {shown}: must be {}", allowed(key)))
}

/// Whether a broker could start with these settings.
fn check_settings(settings: &Settings) -> Result<(), String> {
    let mut problems = cross_checks::conflicts(settings);
    problems.retain(|problem| problem.key != CHECKED_WITH_TOPICS);
    problems.extend(parse_listeners::parse(settings).err().unwrap_or_default());
    problems.first().map_or(Ok(()), |problem| Err(format!("{}: {}", problem.key, problem.problem)))
}

/// A change of a broker that runs.
struct Change<'a> {
    before: &'a Settings,
    after: &'a Settings,
}

impl Change<'_> {
    fn check(&self) -> Result<(), String> {
        THREADS.iter().try_for_each(|name| self.check_threads(name))?;
        let kept = TopicConfig::broker_defaults(self.after);
        self.check_local("log.local.retention.ms", kept.retention_ms)?;
        self.check_local("log.local.retention.bytes", kept.retention_bytes)?;
        self.check_limits()?;
        CLASSES.iter().try_for_each(|name| self.check_classes(name))
    }

    fn changes(&self, name: &str) -> bool {
        let value = |settings: &Settings| settings.get(name).map(|setting| setting.value.clone());
        value(self.before) != value(self.after)
    }

    fn check_threads(&self, name: &str) -> Result<(), String> {
        let (before, after) = (self.before.integer(name), self.after.integer(name));
        if (before / 2..=before.saturating_mul(2)).contains(&after) {
            return Ok(());
        }
        Err(format!("{name} = {after}: at most half and double the {before} of now are possible"))
    }

    /// What stays on the local disk of a tiered log is part of all that stays; −2 means all of it.
    fn check_local(&self, name: &str, all: Option<u64>) -> Result<(), String> {
        let local = self.after.integer(name);
        match all {
            Some(all) if local != -2 && u64::try_from(local).map_or(true, |local| local > all) => {
                Err(format!(
                    "{name} = {local}: must not be more than the {all} of all that is kept"
                ))
            }
            _ => Ok(()),
        }
    }

    /// Each listener has its own value of a limit, or shares that of all.
    fn check_limits(&self) -> Result<(), String> {
        let listeners = parse_listeners::parse(self.after).map(|parsed| parsed.broker);
        let listeners = listeners.unwrap_or_default();
        let names = listeners.iter().map(|listener| listener.name.to_lowercase());
        let prefixed = names.flat_map(|listener| {
            POSITIVE.map(|name| (name, format!("listener.name.{listener}.{name}")))
        });
        for (name, own) in prefixed {
            let limit = |settings: &Settings| match settings.get(&own) {
                Some(Setting { value: Value::Integer(value), .. }) => *value,
                _ => settings.integer(name),
            };
            if limit(self.after) <= 0 && limit(self.before) != limit(self.after) {
                return Err(format!("{name} of a listener must be 1 or more"));
            }
        }
        Ok(())
    }

    fn check_classes(&self, name: &str) -> Result<(), String> {
        if !self.changes(name) {
            return Ok(());
        }
        let classes = match self.after.get(name).map(|setting| &setting.value) {
            Some(Value::List(classes)) => classes.clone(),
            Some(Value::Text(class)) => vec![class.clone()],
            _ => Vec::new(),
        };
        match classes.iter().find(|class| class_names::built_in(name, class).is_none()) {
            Some(class) => Err(format!("{name}: {class} is not built in")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LoadRequest;

    fn started_with(overrides: &[&str]) -> Settings {
        let overrides = overrides.iter().map(|&text| text.to_owned()).collect();
        Settings::load(LoadRequest { overrides, ..LoadRequest::default() }).expect("good").settings
    }

    fn overrides(pairs: &[(&str, &str)]) -> BrokerOverrides {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    /// Which of the cases are refused for all brokers, and which for one.
    fn refused(cases: &[(&str, &str, bool, bool)]) {
        let settings = started_with(&[]);
        let dynamic = DynamicConfigs::default();
        let broker = Reconfigurable { started_with: &settings, live: &settings, dynamic: &dynamic };
        for (name, text, for_all, for_one) in cases {
            let check = |scope| broker.check(scope, &overrides(&[(name, text)]));
            let checked = (check(Scope::AllBrokers), check(Scope::ThisBroker));
            let accepted = (checked.0.is_ok(), checked.1.is_ok());
            assert_eq!(accepted, (*for_all, *for_one), "{name}={text}: {checked:?}");
        }
    }

    #[test]
    fn what_apache_kafka_4_3_1_accepts_is_accepted_where_it_accepts_it() {
        refused(&[
            ("node.id", "1", false, false),
            ("num.partitions", "3", false, false),
            ("log.retention.hours", "5", false, false),
            ("kabuki.log.level", "debug", false, false),
            ("no.such.key", "5", true, true),
            ("message.max.bytes", " 5000 ", true, true),
            ("message.max.bytes", "", false, false),
            ("message.max.bytes", "-1", false, false),
            ("compression.type", "GZIP", false, false),
            ("log.cleanup.policy", "", true, true),
            ("log.cleanup.policy", "delete,", false, false),
            ("log.retention.ms", "0", false, false),
            ("log.retention.ms", "-2", true, true),
            ("log.roll.ms", "0", false, false),
            ("log.cleaner.max.compaction.lag.ms", "1", true, true),
            ("log.local.retention.ms", "-1", false, false),
            ("log.local.retention.ms", "99999999999", false, false),
            ("log.local.retention.bytes", "5", true, true),
            ("max.connections.per.ip", "0", false, false),
            ("max.connections.per.ip.overrides", "host", false, false),
            ("group.consumer.assignment.interval.ms", "15001", false, false),
        ]);
    }

    #[test]
    fn what_belongs_to_one_broker_or_listener_is_set_there() {
        refused(&[
            ("listeners", "PLAINTEXT://:9092", false, true),
            ("sasl.jaas.config", "x", false, true),
            ("ssl.keystore.location", "/x", false, false),
            ("listener.name.internal.ssl.keystore.location", "/x", false, true),
            ("listener.name.plaintext.max.connections", "5", true, true),
            ("listener.name.plaintext.max.connections", "five", false, false),
            ("listener.name.plaintext.node.id", "x", false, true),
            ("listener.name.plaintext.no.such.key", "4", false, true),
            ("listener.name.plaintext.plain.sasl.jaas.config", "x", false, true),
            ("cordoned.log.dirs", "/no/such/dir", false, false),
        ]);
    }

    #[test]
    fn a_running_broker_changes_within_limits() {
        refused(&[
            ("num.io.threads", "3", false, false),
            ("num.io.threads", "4", true, true),
            ("num.io.threads", "16", true, true),
            ("num.io.threads", "17", false, false),
            ("log.cleaner.threads", "3", false, false),
            ("max.connections", "0", false, false),
            ("listener.name.plaintext.max.connection.creation.rate", "0", false, false),
            ("listener.name.other.max.connections", "0", true, true),
            ("metric.reporters", "no.such.Class", false, false),
            ("metric.reporters", "", true, true),
            ("principal.builder.class", "java.lang.String", false, false),
        ]);
        let settings = started_with(&["log.cleaner.dedupe.buffer.size=2500000"]);
        let dynamic = DynamicConfigs {
            all_brokers: overrides(&[("log.cleaner.threads", "2")]),
            ..DynamicConfigs::default()
        };
        let live = settings.with_dynamic(&dynamic);
        let broker = Reconfigurable { started_with: &settings, live: &live, dynamic: &dynamic };
        let set =
            |text| broker.check(Scope::ThisBroker, &overrides(&[("log.cleaner.threads", text)]));
        assert!(set("1").is_ok() && set("2").is_ok());
        assert!(set("3").is_err(), "no room for a third thread");
    }

    #[test]
    fn what_should_not_have_been_committed_does_not_count() {
        let settings = started_with(&["message.max.bytes=500", "log.retention.hours=5"]);
        let dynamic = DynamicConfigs {
            all_brokers: overrides(&[
                ("message.max.bytes", "none"),
                ("num.partitions", "7"),
                ("listeners", "PLAINTEXT://:1"),
                ("log.roll.ms", "100"),
                ("other", "o"),
            ]),
            this_broker: overrides(&[("ssl.keystore.type", "PEM"), ("log.retention.ms", "9")]),
        };
        let live = settings.with_dynamic(&dynamic);
        let changed = live.iter().filter(|(name, it)| settings.get(name) != Some(it));
        let names: Vec<&str> = changed.map(|(name, _)| name).collect();
        assert_eq!(names, ["log.retention.hours", "log.retention.ms", "log.roll.ms", "other"]);
        assert_eq!(live.get("log.retention.hours").map(|it| &it.origin), Some(&Origin::Default));
    }
}

//! What is known of a configuration key, and the tables of all of them.
//!
//! The tables of Kafka's keys are facts, read out of its jars by `tests/interop/config/write`; Kabuki's own keys
//! stand in `kabuki_keys.rs`.

use crate::docs;
use crate::generated::{BROKER_KEYS, CLIENT_METRICS_KEYS, GROUP_KEYS, TOPIC_KEYS};
use crate::kabuki_keys::{KABUKI_KEYS, RUN_TIME_KEYS};

/// The type of a value, by Kafka's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// `true` or `false`, in any case.
    Boolean,
    /// Text, without the white space around it.
    String,
    /// 32-bit integer.
    Int,
    /// 16-bit integer.
    Short,
    /// 64-bit integer.
    Long,
    /// Floating-point number.
    Double,
    /// Entries separated by commas; empty text is the empty list.
    List,
    /// Name of a Java class.
    Class,
    /// Text that is never shown.
    Password,
}

/// The value of a key that nobody set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// The key must be set.
    Required,
    /// No value at all.
    Null,
    /// This text, which its type and rule accept.
    Text(&'static str),
}

/// What a value must satisfy beyond its type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// Nothing.
    Any,
    /// This number or more.
    AtLeast(i64),
    /// From the first to the second number, both included.
    Range(i64, i64),
    /// From the first to the second number, both included.
    DoubleRange(f64, f64),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// One of these texts, in upper or lower case.
    OneOfIgnoringCase(&'static [&'static str]),
    /// If set, not empty.
    NonEmpty,
    /// Set, if only to the empty text.
    NonNull,
    /// A list without empty entries; what it repeats counts once.
    ListOf {
        /// The entries that may stand there; none means any.
        allowed: &'static [&'static str],
        /// May the list be empty?
        may_be_empty: bool,
        /// May the key have no value?
        may_be_null: bool,
    },
    /// 1 to 9, or −1.
    GzipLevel,
    /// `*`, or entries `partition:broker`.
    ThrottledReplicas,
    /// Entries `id@host:port`.
    QuorumVoters,
    /// Entries `host:port`.
    BootstrapServers,
    /// `earliest`, `latest`, or `by_duration:` and a span of time.
    OffsetReset,
    /// `http://address:port` with a loopback address, or empty.
    LoopbackUrl,
}

/// How much a key matters, in Kafka's opinion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Importance {
    /// Most operators set it.
    High,
    /// Some do.
    Medium,
    /// Few do.
    Low,
}

/// Where a broker's key can be changed while the broker runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateMode {
    /// Nowhere: it takes a restart.
    ReadOnly,
    /// For one broker.
    PerBroker,
    /// For one broker, or for all at once.
    ClusterWide,
}

/// How to get milliseconds (or what the key counts otherwise) from the value of a synonym.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// It is the same number.
    Same,
    /// It counts minutes.
    Minutes,
    /// It counts hours.
    Hours,
}

/// One configuration key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Key {
    /// Its name, e.g. `log.segment.bytes`.
    pub name: &'static str,
    /// Type of its value.
    pub value_type: ValueType,
    /// Its value when nobody sets it.
    pub default: Default,
    /// What its value must satisfy.
    pub rule: Rule,
    /// How much it matters.
    pub importance: Importance,
    /// Not described to clients unless it is set: Kafka's internal keys, and Kabuki's own.
    pub internal: bool,
    /// Where it can be changed at run time. Topic keys can all be changed and say `ReadOnly` here.
    pub update_mode: UpdateMode,
    /// Broker keys that mean the same, strongest first: for a topic key those it takes its value from; for a broker
    /// key the whole family it belongs to, itself included (empty when it is alone).
    pub synonyms: &'static [(&'static str, Unit)],
}

impl Key {
    pub(crate) const fn new(
        name: &'static str,
        value_type: ValueType,
        default: Default,
        rule: Rule,
        importance: Importance,
    ) -> Self {
        let (internal, update_mode) = (false, UpdateMode::ReadOnly);
        Self { name, value_type, default, rule, importance, internal, update_mode, synonyms: &[] }
    }

    pub(crate) const fn internal(mut self) -> Self {
        self.internal = true;
        self
    }

    pub(crate) const fn dynamic(mut self, update_mode: UpdateMode) -> Self {
        self.update_mode = update_mode;
        self
    }

    pub(crate) const fn synonyms(mut self, synonyms: &'static [(&'static str, Unit)]) -> Self {
        self.synonyms = synonyms;
        self
    }

    /// The text of the default, if there is one.
    pub fn default_text(&self) -> Option<&'static str> {
        match self.default {
            Default::Text(text) => Some(text),
            Default::Required | Default::Null => None,
        }
    }

    /// What the key is for, in a sentence.
    pub fn doc(&self) -> &'static str {
        docs::doc(self.name).expect("every key has its line: a test holds it")
    }

    /// Values of such keys must not be shown.
    pub fn is_sensitive(&self) -> bool {
        self.value_type == ValueType::Password
    }
}

/// The key of a broker (Kafka's or Kabuki's own) with this name.
pub fn broker_key(name: &str) -> Option<&'static Key> {
    let tables = [BROKER_KEYS, KABUKI_KEYS, RUN_TIME_KEYS];
    tables.into_iter().find_map(|table| find(table, name))
}

/// The key of a topic with this name.
pub fn topic_key(name: &str) -> Option<&'static Key> {
    find(TOPIC_KEYS, name)
}

/// The key of a group with this name.
pub fn group_key(name: &str) -> Option<&'static Key> {
    find(GROUP_KEYS, name)
}

/// The key of a subscription to client metrics with this name.
pub fn client_metrics_key(name: &str) -> Option<&'static Key> {
    find(CLIENT_METRICS_KEYS, name)
}

/// All keys of a group, sorted by name.
pub fn group_keys() -> impl Iterator<Item = &'static Key> {
    GROUP_KEYS.iter()
}

/// All keys of a subscription to client metrics, sorted by name.
pub fn client_metrics_keys() -> impl Iterator<Item = &'static Key> {
    CLIENT_METRICS_KEYS.iter()
}

/// All keys of a broker: Kafka's sorted by name, then Kabuki's own, then those that only exist at run time.
pub fn broker_keys() -> impl Iterator<Item = &'static Key> {
    BROKER_KEYS.iter().chain(KABUKI_KEYS).chain(RUN_TIME_KEYS)
}

/// All keys of a topic, sorted by name.
pub fn topic_keys() -> impl Iterator<Item = &'static Key> {
    TOPIC_KEYS.iter()
}

fn find(table: &'static [Key], name: &str) -> Option<&'static Key> {
    table.binary_search_by(|key| key.name.cmp(name)).ok().map(|index| &table[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_so_that_keys_are_found() {
        for table in
            [BROKER_KEYS, TOPIC_KEYS, KABUKI_KEYS, RUN_TIME_KEYS, GROUP_KEYS, CLIENT_METRICS_KEYS]
        {
            assert!(table.is_sorted_by(|a, b| a.name < b.name));
        }
        assert_eq!(BROKER_KEYS.len(), 360);
        assert_eq!(TOPIC_KEYS.len(), 34);
        assert_eq!(broker_key("kabuki.arbiters").map(|key| key.value_type), Some(ValueType::Int));
        assert_eq!(
            broker_key("log.dir").map(|key| key.default),
            Some(Default::Text("/tmp/kafka-logs"))
        );
        assert_eq!(broker_key("log.di"), None);
    }

    #[test]
    fn synonyms_of_topic_keys_are_broker_keys() {
        for (synonym, _) in topic_keys().flat_map(|key| key.synonyms) {
            assert!(broker_key(synonym).is_some(), "{synonym}");
        }
    }
}

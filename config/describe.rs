//! What DescribeConfigs answers for topics, brokers, groups and subscriptions to client metrics: every value with where
//! it comes from, as Apache Kafka 4.3.1 describes its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::dynamic::DynamicConfigs;
use crate::key::{
    Key, UpdateMode, ValueType, broker_key, broker_keys, client_metrics_keys, group_keys,
    topic_key, topic_keys,
};
use crate::settings::{Settings, known_key, listener_key};
use crate::topic::{TopicOverrides, parse_known, values};
use crate::value::Value;

/// Where a described value comes from; numbered as in the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i8)]
pub enum ConfigSource {
    /// An override of the topic.
    Topic = 1,
    /// Set at run time for one broker.
    DynamicBroker = 2,
    /// Set at run time for all brokers.
    DynamicDefaultBroker = 3,
    /// Set in the broker's file, environment or command line.
    StaticBroker = 4,
    /// Nobody set it.
    Default = 5,
    /// The level of a logger of the broker.
    BrokerLogger = 6,
    /// An override of the subscription to client metrics.
    ClientMetrics = 7,
    /// An override of the group.
    Group = 8,
}

/// Type of a described value; numbered as in the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i8)]
pub enum ConfigType {
    /// Of a key that nobody knows.
    Unknown = 0,
    /// See [`ValueType::Boolean`].
    Boolean = 1,
    /// See [`ValueType::String`].
    String = 2,
    /// See [`ValueType::Int`].
    Int = 3,
    /// See [`ValueType::Short`].
    Short = 4,
    /// See [`ValueType::Long`].
    Long = 5,
    /// See [`ValueType::Double`].
    Double = 6,
    /// See [`ValueType::List`].
    List = 7,
    /// See [`ValueType::Class`].
    Class = 8,
    /// See [`ValueType::Password`].
    Password = 9,
}

/// A key that means the same, with what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigSynonym {
    /// The key.
    pub name: String,
    /// Its value; `None` when it has none or must not be shown.
    pub value: Option<String>,
    /// Where it was set.
    pub source: ConfigSource,
}

/// One key as it is described to clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedConfig {
    /// The key.
    pub name: String,
    /// Its value; `None` when it has none or must not be shown.
    pub value: Option<String>,
    /// Where the value comes from.
    pub source: ConfigSource,
    /// Type of the value.
    pub config_type: ConfigType,
    /// It cannot be changed at run time.
    pub read_only: bool,
    /// Its value is never shown.
    pub sensitive: bool,
    /// All that was said under this name and others that mean the same, strongest first.
    pub synonyms: Vec<ConfigSynonym>,
    /// What the key is for; `None` for a key that nobody knows.
    pub doc: Option<&'static str>,
}

/// Describes the configuration of one broker and its topics.
#[derive(Debug, Clone, Copy)]
pub struct Describer<'a> {
    /// What the broker was started with.
    settings: &'a Settings,
    /// What was set since.
    dynamic: &'a DynamicConfigs,
}

impl<'a> Describer<'a> {
    /// Describes what a broker was started with, and what was set since.
    pub fn new(settings: &'a Settings, dynamic: &'a DynamicConfigs) -> Self {
        Self { settings, dynamic }
    }

    /// A topic with these overrides, sorted by key.
    pub fn topic(self, overrides: &TopicOverrides) -> Vec<DescribedConfig> {
        let settings = self.settings.with_dynamic(self.dynamic);
        let values = values(&settings, &parse_known(overrides));
        let described =
            topic_keys().filter(|key| !key.internal || overrides.contains_key(key.name));
        let known = described.map(|key| {
            let value = values.get(key.name).map(Value::to_string);
            self.topic_entry(overrides, key, value)
        });
        let unknown = overrides.keys().filter(|name| topic_key(name).is_none());
        let mut described: Vec<_> =
            known.chain(unknown.map(|name| unknown_topic_entry(name))).collect();
        described.sort_by(|a, b| a.name.cmp(&b.name));
        described
    }

    /// The broker, sorted by key: what DescribeConfigs answers when it is asked for the broker's id.
    pub fn broker(self) -> Vec<DescribedConfig> {
        let settings = self.settings.with_dynamic(self.dynamic);
        let public = broker_keys().filter(|key| !key.internal).map(|key| key.name.to_owned());
        let set = settings.iter_set().map(|(name, _)| name.to_owned());
        let names: BTreeSet<String> = public.chain(set).collect();
        let value = |name: &str| settings.get(name).map(|setting| setting.value.to_string());
        names
            .iter()
            .map(|name| broker_entry(name, value(name), self.broker_synonyms(name)))
            .collect()
    }

    /// What is set at run time for all brokers, as it was sent, sorted by key: what DescribeConfigs answers when it is
    /// asked for the broker with the empty name.
    pub fn all_brokers(self) -> Vec<DescribedConfig> {
        let entry = |(name, text): (&String, &String)| {
            let mut synonyms = self.broker_synonyms(name);
            synonyms.retain(|synonym| synonym.source == ConfigSource::DynamicDefaultBroker);
            broker_entry(name, text.clone(), synonyms)
        };
        self.dynamic.all_brokers.iter().map(entry).collect()
    }

    fn topic_entry(
        self,
        overrides: &TopicOverrides,
        key: &Key,
        value: Option<String>,
    ) -> DescribedConfig {
        let first = key.synonyms.first();
        let mut synonyms = first.map_or_else(Vec::new, |(first, _)| self.broker_synonyms(first));
        if overrides.contains_key(key.name) {
            let (name, value) = (key.name.to_owned(), value.clone());
            synonyms.insert(0, ConfigSynonym { name, value, source: ConfigSource::Topic });
        }
        DescribedConfig {
            name: key.name.to_owned(),
            value,
            source: source(&synonyms),
            config_type: config_type(Some(key)),
            read_only: false,
            sensitive: key.is_sensitive(),
            synonyms,
            doc: Some(key.doc()),
        }
    }

    /// A group with these overrides, sorted by key.
    pub fn group(self, overrides: &BTreeMap<String, String>) -> Vec<DescribedConfig> {
        let settings = self.settings.with_dynamic(self.dynamic);
        group_keys().map(|key| self.group_entry(&settings, key, overrides)).collect()
    }

    fn group_entry(
        self,
        settings: &Settings,
        key: &Key,
        overrides: &BTreeMap<String, String>,
    ) -> DescribedConfig {
        let own = overrides.get(key.name).and_then(|text| Value::parse(key, text).ok());
        let own = own.map(|value| value.to_string());
        let mut synonyms = match key.synonyms.first() {
            Some((name, _)) => self.broker_synonyms(name),
            None => own_default(key).into_iter().collect(),
        };
        if own.is_some() {
            synonyms.insert(0, own_synonym(key, own.clone(), ConfigSource::Group));
        }
        let of_broker = key.synonyms.first().and_then(|(name, _)| settings.get(name));
        let of_broker = of_broker.map(|setting| setting.value.to_string());
        let value = own.or(of_broker).or_else(|| key.default_text().map(str::to_owned));
        own_entry(key, value, synonyms)
    }

    /// What was said under `name` and the weaker names of its family, the stronger source first.
    fn broker_synonyms(self, name: &str) -> Vec<ConfigSynonym> {
        let names = family(name);
        let dynamic = |configs: &BTreeMap<String, String>, source| {
            let said = |name: &&str| Some(synonym(name, configs.get(*name)?, source));
            names.iter().filter_map(said).collect::<Vec<_>>()
        };
        let mut synonyms = dynamic(&self.dynamic.this_broker, ConfigSource::DynamicBroker);
        synonyms.extend(dynamic(&self.dynamic.all_brokers, ConfigSource::DynamicDefaultBroker));
        synonyms.extend(names.iter().filter_map(|name| self.static_synonym(name)));
        synonyms.extend(names.iter().filter_map(|name| default_synonym(name)));
        synonyms.into_iter().skip_while(|synonym| synonym.name != name).collect()
    }

    fn static_synonym(self, name: &str) -> Option<ConfigSynonym> {
        let setting = self.settings.get_set(name)?;
        Some(synonym(name, &setting.text, ConfigSource::StaticBroker))
    }
}

/// The names under which a broker looks for the value of `name`, strongest first.
fn family(name: &str) -> Vec<&str> {
    let synonyms = broker_key(name).map(|key| key.synonyms).unwrap_or_default();
    match (synonyms, listener_key(name)) {
        ([], Some(base)) => vec![name, base.name],
        ([], None) => vec![name],
        (synonyms, _) => synonyms.iter().map(|(name, _)| *name).collect(),
    }
}

/// A subscription to client metrics with these overrides, sorted by key.
pub fn describe_client_metrics(overrides: &BTreeMap<String, String>) -> Vec<DescribedConfig> {
    let entry = |key: &'static Key| {
        let own = overrides.get(key.name).and_then(|text| Value::parse(key, text).ok());
        let own = own.map(|value| value.to_string());
        let synonym = own.clone().map(|it| own_synonym(key, Some(it), ConfigSource::ClientMetrics));
        let value = own.or_else(|| key.default_text().map(str::to_owned));
        own_entry(key, value, synonym.into_iter().collect())
    };
    client_metrics_keys().map(entry).collect()
}

fn own_synonym(key: &Key, value: Option<String>, source: ConfigSource) -> ConfigSynonym {
    ConfigSynonym { name: key.name.to_owned(), value, source }
}

fn own_default(key: &Key) -> Option<ConfigSynonym> {
    let text = key.default_text()?.to_owned();
    Some(own_synonym(key, Some(text), ConfigSource::Default))
}

/// An entry of a resource that has only keys of its own, all of which can be changed and shown.
fn own_entry(key: &Key, value: Option<String>, synonyms: Vec<ConfigSynonym>) -> DescribedConfig {
    DescribedConfig {
        name: key.name.to_owned(),
        value,
        source: source(&synonyms),
        config_type: config_type(Some(key)),
        read_only: false,
        sensitive: false,
        synonyms,
        doc: Some(key.doc()),
    }
}

fn synonym(name: &str, text: &str, source: ConfigSource) -> ConfigSynonym {
    let is_sensitive = known_key(name).is_none_or(Key::is_sensitive);
    let value = (!is_sensitive).then(|| text.to_owned());
    ConfigSynonym { name: name.to_owned(), value, source }
}

fn default_synonym(name: &str) -> Option<ConfigSynonym> {
    Some(synonym(name, broker_key(name)?.default_text()?, ConfigSource::Default))
}

fn unknown_topic_entry(name: &str) -> DescribedConfig {
    let (name, source) = (name.to_owned(), ConfigSource::Topic);
    let synonyms = vec![ConfigSynonym { name: name.clone(), value: None, source }];
    let config_type = ConfigType::Unknown;
    DescribedConfig {
        name,
        value: None,
        source,
        config_type,
        read_only: false,
        sensitive: true,
        synonyms,
        doc: None,
    }
}

fn broker_entry(
    name: &str,
    value: impl Into<Option<String>>,
    synonyms: Vec<ConfigSynonym>,
) -> DescribedConfig {
    let key = known_key(name);
    let sensitive = key.is_none_or(Key::is_sensitive);
    let value = value.into().filter(|_| !sensitive);
    let is_dynamic = broker_key(name).is_some_and(|key| key.update_mode != UpdateMode::ReadOnly);
    DescribedConfig {
        name: name.to_owned(),
        value,
        source: source(&synonyms),
        config_type: config_type(key),
        read_only: !is_dynamic,
        sensitive,
        synonyms,
        doc: broker_key(name).map(Key::doc),
    }
}

fn source(synonyms: &[ConfigSynonym]) -> ConfigSource {
    synonyms.first().map_or(ConfigSource::Default, |synonym| synonym.source)
}

fn config_type(key: Option<&Key>) -> ConfigType {
    match key.map(|key| key.value_type) {
        None => ConfigType::Unknown,
        Some(ValueType::Boolean) => ConfigType::Boolean,
        Some(ValueType::String) => ConfigType::String,
        Some(ValueType::Int) => ConfigType::Int,
        Some(ValueType::Short) => ConfigType::Short,
        Some(ValueType::Long) => ConfigType::Long,
        Some(ValueType::Double) => ConfigType::Double,
        Some(ValueType::List) => ConfigType::List,
        Some(ValueType::Class) => ConfigType::Class,
        Some(ValueType::Password) => ConfigType::Password,
    }
}

//! What DescribeConfigs answers for topics and brokers: every value with where it comes from, as Apache Kafka 4.3.1
//! describes its own.

use std::collections::BTreeSet;

use crate::key::{Key, UpdateMode, ValueType, broker_key, broker_keys, topic_key, topic_keys};
use crate::origin::Origin;
use crate::settings::{Settings, listener_key};
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
}

/// Describes a topic with these overrides, sorted by key.
pub fn describe_topic(settings: &Settings, overrides: &TopicOverrides) -> Vec<DescribedConfig> {
    let values = values(settings, &parse_known(overrides));
    let described = topic_keys().filter(|key| !key.internal || overrides.contains_key(key.name));
    let known = described.map(|key| {
        let value = values.get(key.name).map(Value::to_string);
        topic_entry(settings, overrides, key, value)
    });
    let unknown = overrides
        .keys()
        .filter(|name| topic_key(name).is_none())
        .map(|name| unknown_topic_entry(name));
    sorted(known.chain(unknown).collect())
}

/// Describes this broker, sorted by key: what DescribeConfigs answers when it is asked for the broker's id.
pub fn describe_broker(settings: &Settings) -> Vec<DescribedConfig> {
    let public = broker_keys().filter(|key| !key.internal).map(|key| key.name.to_owned());
    let names: BTreeSet<String> =
        public.chain(settings.iter_set().map(|(name, _)| name.to_owned())).collect();
    names.iter().map(|name| broker_entry(settings, name)).collect()
}

/// Describes what is set at run time for all brokers: what DescribeConfigs answers when it is asked for the broker
/// with the empty name. Brokers cannot be changed at run time yet, so it is nothing.
pub fn describe_broker_defaults() -> Vec<DescribedConfig> {
    Vec::new()
}

fn topic_entry(
    settings: &Settings,
    overrides: &TopicOverrides,
    key: &Key,
    value: Option<String>,
) -> DescribedConfig {
    let mut synonyms = match key.synonyms.first() {
        Some((first, _)) => broker_synonyms(settings, first),
        None => Vec::new(),
    };
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
    }
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
    }
}

fn broker_entry(settings: &Settings, name: &str) -> DescribedConfig {
    let key = known_key(name);
    let sensitive = key.is_none_or(Key::is_sensitive);
    let value = settings.get(name).filter(|_| !sensitive).map(|setting| setting.value.to_string());
    let synonyms = broker_synonyms(settings, name);
    DescribedConfig {
        name: name.to_owned(),
        value,
        source: source(&synonyms),
        config_type: config_type(key),
        read_only: key.is_none_or(|key| key.update_mode == UpdateMode::ReadOnly),
        sensitive,
        synonyms,
    }
}

fn known_key(name: &str) -> Option<&'static Key> {
    broker_key(name).or_else(|| listener_key(name))
}

/// What was said under `name` and the weaker names of its family: first all that was set, then the defaults.
fn broker_synonyms(settings: &Settings, name: &str) -> Vec<ConfigSynonym> {
    let family = known_key(name).map(|key| key.synonyms).unwrap_or_default();
    let names = || family.iter().map(|(name, _)| *name).chain(family.is_empty().then_some(name));
    let set = names().filter_map(|name| set_synonym(settings, name));
    let defaults = names().filter_map(default_synonym);
    set.chain(defaults).skip_while(|synonym| synonym.name != name).collect()
}

fn set_synonym(settings: &Settings, name: &str) -> Option<ConfigSynonym> {
    let setting = settings.get(name).filter(|setting| setting.origin != Origin::Default)?;
    let (name, value) = (name.to_owned(), setting.shown_text());
    Some(ConfigSynonym { name, value, source: ConfigSource::StaticBroker })
}

fn default_synonym(name: &str) -> Option<ConfigSynonym> {
    let value = broker_key(name)?.default_text()?.to_owned();
    Some(ConfigSynonym { name: name.to_owned(), value: Some(value), source: ConfigSource::Default })
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

fn sorted(mut described: Vec<DescribedConfig>) -> Vec<DescribedConfig> {
    described.sort_by(|a, b| a.name.cmp(&b.name));
    described
}

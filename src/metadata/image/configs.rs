//! Configuration overrides, per resource.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::generated::ConfigRecord;

use super::shared_map::SharedMap;

/// A kind of resource that can carry overrides. Kinds that this version does not know are kept too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceType(pub i8);

impl ResourceType {
    /// A topic; the resource's name is the topic's.
    pub const TOPIC: Self = Self(2);
    /// A broker by its id, or with an empty name all brokers.
    pub const BROKER: Self = Self(4);
    /// Log levels of a broker. They live in its process and never stand in the metadata log.
    pub const BROKER_LOGGER: Self = Self(8);
    /// A subscription to client metrics (KIP-714).
    pub const CLIENT_METRICS: Self = Self(16);
    /// A group (KIP-848).
    pub const GROUP: Self = Self(32);

    /// Whether Kafka 4.3.1 knows this kind.
    pub fn is_known(self) -> bool {
        [Self::TOPIC, Self::BROKER, Self::BROKER_LOGGER, Self::CLIENT_METRICS, Self::GROUP]
            .contains(&self)
    }
}

/// A resource that can carry overrides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigResource {
    /// Its kind.
    pub kind: ResourceType,
    /// Its name; empty for the default of all brokers.
    pub name: String,
}

impl ConfigResource {
    /// The resource of a topic.
    pub fn topic(name: &str) -> Self {
        Self { kind: ResourceType::TOPIC, name: name.to_owned() }
    }

    /// The resource of a broker.
    pub fn broker(id: i32) -> Self {
        Self { kind: ResourceType::BROKER, name: id.to_string() }
    }

    /// The resource that counts for every broker.
    pub fn default_broker() -> Self {
        Self { kind: ResourceType::BROKER, name: String::new() }
    }
}

impl fmt::Display for ConfigResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ResourceType::TOPIC => write!(f, "topic '{}'", self.name),
            ResourceType::BROKER if self.name.is_empty() => write!(f, "the default broker"),
            ResourceType::BROKER => write!(f, "broker {}", self.name),
            ResourceType(kind) => write!(f, "resource '{}' of type {kind}", self.name),
        }
    }
}

/// Overrides of all resources. A resource without overrides is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigsImage {
    by_resource: SharedMap<ConfigResource, Arc<BTreeMap<String, String>>>,
}

static NOTHING: BTreeMap<String, String> = BTreeMap::new();

impl ConfigsImage {
    /// The overrides of a resource by key.
    pub fn of(&self, resource: &ConfigResource) -> &BTreeMap<String, String> {
        self.by_resource.get(resource).map_or(&NOTHING, |overrides| overrides)
    }

    /// The overrides of a topic by key.
    pub fn of_topic(&self, name: &str) -> &BTreeMap<String, String> {
        self.of(&ConfigResource::topic(name))
    }

    /// Every resource that has overrides, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&ConfigResource, &BTreeMap<String, String>)> {
        self.by_resource.iter().map(|(resource, overrides)| (resource, overrides.as_ref()))
    }

    pub(super) fn set(&mut self, resource: &ConfigResource, key: &str, value: Option<&str>) {
        let mut overrides = self.by_resource.remove(resource).unwrap_or_default();
        let changed = Arc::make_mut(&mut overrides);
        match value {
            Some(value) => drop(changed.insert(key.to_owned(), value.to_owned())),
            None => drop(changed.remove(key)),
        }
        if !changed.is_empty() {
            self.by_resource.insert(resource.clone(), overrides);
        }
    }

    /// Forgets all overrides of a resource; says whether there were any.
    pub(super) fn remove(&mut self, resource: &ConfigResource) -> bool {
        self.by_resource.remove(resource).is_some()
    }

    pub(super) fn records(&self) -> impl Iterator<Item = ConfigRecord> {
        self.iter().flat_map(|(resource, overrides)| {
            overrides.iter().map(|(key, value)| record(resource, key, Some(value)))
        })
    }
}

/// The record that sets (or with `None` removes) one override.
pub(crate) fn record(resource: &ConfigResource, key: &str, value: Option<&str>) -> ConfigRecord {
    ConfigRecord {
        resource_type: resource.kind.0,
        resource_name: resource.name.clone(),
        name: key.to_owned(),
        value: value.map(str::to_owned),
        unknown_tags: Vec::new(),
    }
}

//! Changing configuration overrides: AlterConfigs (replaces all) and IncrementalAlterConfigs.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{AdminError, ErrorKind};
use crate::features::ELR_VERSION;
use crate::generated::{ClearElrRecord, ConfigRecord, MetadataRecord};
use crate::image::{ClusterImage, ConfigResource, ResourceType, configs_record};

use super::names::check_topic_name;
use super::{Decision, RECORDS_PER_REQUEST_MAX, too_many_records};

/// Characters of one value at most, as in Kafka: what its older encodings of a string can carry.
const VALUE_LENGTH_MAX: usize = i16::MAX as usize;
const MIN_INSYNC_REPLICAS: &str = "min.insync.replicas";

/// What the controller must know of configuration keys. The configuration crate knows it.
pub trait ConfigRules {
    /// Whether a resource may have exactly these overrides. The error says in words what is wrong with which key; its
    /// kind depends on the resource: INVALID_CONFIG for topics, INVALID_REQUEST for brokers.
    fn check(
        &self,
        resource: &ConfigResource,
        overrides: &BTreeMap<String, String>,
    ) -> Result<(), AdminError>;

    /// Whether a key holds a list, to which can be appended.
    fn is_list(&self, kind: ResourceType, key: &str) -> bool;

    /// What a key holds without an override, as text; `None` when nothing or unknown.
    fn default_value(&self, kind: ResourceType, key: &str) -> Option<String>;
}

/// A key and its value, which a client may leave out.
pub type Override = (String, Option<String>);

/// An AlterConfigs request: what is not named loses its override.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlterConfigs {
    /// Each resource with its new overrides; a null value is refused.
    pub resources: Vec<(ConfigResource, Vec<Override>)>,
    /// Only say whether it would succeed.
    pub validate_only: bool,
}

/// An IncrementalAlterConfigs request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IncrementalAlterConfigs {
    /// Each resource with its changes.
    pub resources: Vec<(ConfigResource, Vec<IncrementalChange>)>,
    /// Only say whether it would succeed.
    pub validate_only: bool,
}

/// One change of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncrementalChange {
    /// The key.
    pub key: String,
    /// What to do with it, as the request's number says.
    pub operation: IncrementalOperation,
    /// The value; may be null only to delete.
    pub value: Option<String>,
}

/// What to do with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncrementalOperation {
    /// 0: set the override.
    Set,
    /// 1: remove the override.
    Delete,
    /// 2: add elements to a list.
    Append,
    /// 3: take elements out of a list.
    Subtract,
    /// Another number, which is refused.
    Unknown(i8),
}

impl IncrementalOperation {
    /// The operation of a number on the wire.
    pub fn from_wire(number: i8) -> Self {
        match number {
            0 => Self::Set,
            1 => Self::Delete,
            2 => Self::Append,
            3 => Self::Subtract,
            other => Self::Unknown(other),
        }
    }
}

type Results = Decision<(ConfigResource, Result<(), AdminError>)>;

/// Decides an AlterConfigs request: one answer per resource, in the order of the request. Each resource changes wholly
/// or not at all. Refusals as of [`incremental_alter_configs`].
pub fn alter_configs(
    image: &ClusterImage,
    request: &AlterConfigs,
    rules: &dyn ConfigRules,
) -> Results {
    decide(image, &request.resources, request.validate_only, |resource, configs| {
        let keys: Vec<_> = configs.iter().map(|(key, _)| key.as_str()).collect();
        let nulls = configs.iter().filter(|(_, value)| value.is_none()).map(|(key, _)| key);
        check_keys(&keys, nulls)?;
        let wanted = configs.iter().filter_map(|(key, value)| Some((key.clone(), value.clone()?)));
        let wanted: BTreeMap<String, String> = wanted.collect();
        change(image, resource, &wanted, &keys, rules)
    })
}

/// Decides an IncrementalAlterConfigs request: one answer per resource, in the order of the request. Each resource
/// changes wholly or not at all.
///
/// Refusals: a resource twice, a key twice, a null value but to delete, an empty topic name, a resource of a kind that
/// nobody knows or that is not kept in metadata (INVALID_REQUEST); APPEND and SUBTRACT on a key that holds no list, a
/// value that does not pass (INVALID_CONFIG); a topic that does not exist (UNKNOWN_TOPIC_OR_PARTITION).
pub fn incremental_alter_configs(
    image: &ClusterImage,
    request: &IncrementalAlterConfigs,
    rules: &dyn ConfigRules,
) -> Results {
    decide(image, &request.resources, request.validate_only, |resource, changes| {
        let keys: Vec<_> = changes.iter().map(|change| change.key.as_str()).collect();
        check_changes(changes)?;
        let mut wanted = image.configs().of(resource).clone();
        for change in changes {
            match changed_value(&wanted, resource, change, rules)? {
                Some(value) => drop(wanted.insert(change.key.clone(), value)),
                None => drop(wanted.remove(&change.key)),
            }
        }
        change(image, resource, &wanted, &keys, rules)
    })
}

/// Whether changes of a resource make sense by themselves: no key twice, a null value only to delete (INVALID_REQUEST).
pub fn check_changes(changes: &[IncrementalChange]) -> Result<(), AdminError> {
    let keys: Vec<_> = changes.iter().map(|change| change.key.as_str()).collect();
    let is_null = |change: &&IncrementalChange| {
        change.value.is_none() && change.operation != IncrementalOperation::Delete
    };
    check_keys(&keys, changes.iter().filter(is_null).map(|change| &change.key))
}

/// What Kafka answers where there is no such operation: it looks at that for brokers only, and stumbles over it elsewhere.
pub fn unknown_operation(kind: ResourceType, number: i8) -> AdminError {
    let error = match kind {
        ResourceType::BROKER => ErrorKind::InvalidRequest,
        _ => ErrorKind::UnknownServerError,
    };
    AdminError::new(error, format!("there is no operation {number}"))
}

/// Whether these are fit to be all overrides of a resource: short enough (INVALID_CONFIG), and passed by the rules.
pub(super) fn check(
    resource: &ConfigResource,
    overrides: &BTreeMap<String, String>,
    rules: &dyn ConfigRules,
) -> Result<(), AdminError> {
    let too_long = overrides.iter().find(|(_, value)| value.len() > VALUE_LENGTH_MAX);
    if let Some((key, _)) = too_long {
        let message = format!("the value of {key} is longer than {VALUE_LENGTH_MAX} characters");
        return Err(AdminError::new(ErrorKind::InvalidConfig, message));
    }
    rules.check(resource, overrides)
}

/// The loop over resources that both requests share.
fn decide<C>(
    image: &ClusterImage,
    resources: &[(ConfigResource, C)],
    validate_only: bool,
    mut decide_one: impl FnMut(&ConfigResource, &C) -> Result<Vec<ConfigRecord>, AdminError>,
) -> Results {
    let repeated = repeated_resources(resources.iter().map(|(resource, _)| resource));
    let mut decision = Decision::default();
    for (resource, changes) in resources {
        let result = if repeated.contains(resource) {
            Err(invalid_request(format!("{resource} comes more than once")))
        } else {
            check_kind(resource)
                .and_then(|()| decide_one(resource, changes))
                .and_then(|records| add(image, resource, records, &mut decision.records))
        };
        decision.results.push((resource.clone(), result));
    }
    decision.validate_only(validate_only)
}

fn add(
    image: &ClusterImage,
    resource: &ConfigResource,
    records: Vec<ConfigRecord>,
    all: &mut Vec<MetadataRecord>,
) -> Result<(), AdminError> {
    if all.len() + records.len() >= RECORDS_PER_REQUEST_MAX {
        return Err(too_many_records());
    }
    let clears_elr = records.iter().any(|record| record.name == MIN_INSYNC_REPLICAS);
    all.extend(records.into_iter().map(MetadataRecord::from));
    if clears_elr && image.feature(ELR_VERSION) > 0 {
        all.extend(clear_elr(resource).map(MetadataRecord::from));
    }
    Ok(())
}

/// Who is eligible to lead follows from the in-sync minimum: when it changes, it is worked out anew.
fn clear_elr(resource: &ConfigResource) -> Option<ClearElrRecord> {
    let topic_name = match resource.kind {
        ResourceType::TOPIC => resource.name.clone(),
        ResourceType::BROKER if resource.name.is_empty() => String::new(),
        _ => return None,
    };
    Some(ClearElrRecord { topic_name, unknown_tags: Vec::new() })
}

fn check_kind(resource: &ConfigResource) -> Result<(), AdminError> {
    match resource.kind {
        ResourceType::TOPIC if resource.name.is_empty() => {
            Err(invalid_request("there are no defaults of all topics".to_owned()))
        }
        ResourceType::GROUP if resource.name.is_empty() => {
            Err(invalid_request("there are no defaults of all groups".to_owned()))
        }
        ResourceType::CLIENT_METRICS if resource.name.is_empty() => {
            Err(invalid_request("a subscription has a name".to_owned()))
        }
        ResourceType::BROKER_LOGGER => {
            Err(invalid_request(format!("{resource} is not kept in metadata")))
        }
        kind if kind.is_known() => Ok(()),
        ResourceType(kind) => Err(invalid_request(format!("there is no resource type {kind}"))),
    }
}

fn check_keys<'k>(
    keys: &[&str],
    nulls: impl Iterator<Item = &'k String>,
) -> Result<(), AdminError> {
    let mut seen = BTreeSet::new();
    if let Some(key) = keys.iter().find(|key| !seen.insert(**key)) {
        return Err(invalid_request(format!("the key {key} comes more than once")));
    }
    let nulls: Vec<_> = nulls.map(String::as_str).collect();
    if nulls.is_empty() {
        return Ok(());
    }
    Err(invalid_request(format!("a null value is not allowed for {}", nulls.join(", "))))
}

/// The records from the present overrides to `wanted`. `named` are the keys that the request names: of brokers they
/// are written even if nothing changes, so that brokers read key files and the like again (KAFKA-14136).
fn change(
    image: &ClusterImage,
    resource: &ConfigResource,
    wanted: &BTreeMap<String, String>,
    named: &[&str],
    rules: &dyn ConfigRules,
) -> Result<Vec<ConfigRecord>, AdminError> {
    if resource.kind == ResourceType::TOPIC {
        check_topic_name(&resource.name)?;
    }
    check(resource, wanted, rules)?;
    if resource.kind == ResourceType::TOPIC && image.topics().by_name(&resource.name).is_none() {
        let message = format!("there is no topic '{}'", resource.name);
        return Err(AdminError::new(ErrorKind::UnknownTopicOrPartition, message));
    }
    let present = image.configs().of(resource);
    let always = if resource.kind == ResourceType::BROKER { named } else { &[] };
    let keys =
        present.keys().chain(wanted.keys()).map(String::as_str).chain(always.iter().copied());
    let keys: BTreeSet<&str> = keys.collect();
    let records: Vec<ConfigRecord> = keys
        .into_iter()
        .filter(|key| present.get(*key) != wanted.get(*key) || always.contains(key))
        .map(|key| configs_record(resource, key, wanted.get(key).map(String::as_str)))
        .collect();
    keep_in_sync_minimum(image, resource, &records)?;
    Ok(records)
}

/// Eligible leaders are counted against one in-sync minimum of the cluster: it stays, and no broker has its own.
fn keep_in_sync_minimum(
    image: &ClusterImage,
    resource: &ConfigResource,
    records: &[ConfigRecord],
) -> Result<(), AdminError> {
    let record = records.iter().find(|record| record.name == MIN_INSYNC_REPLICAS);
    let Some(record) = record.filter(|_| resource.kind == ResourceType::BROKER) else {
        return Ok(());
    };
    if image.feature(ELR_VERSION) == 0 || (resource.name.is_empty() && record.value.is_some()) {
        return Ok(());
    }
    let message = match resource.name.is_empty() {
        true => "cannot be removed for all brokers",
        false => "cannot be set for one broker",
    };
    let message = format!("{MIN_INSYNC_REPLICAS} {message} while eligible leaders are tracked");
    Err(AdminError::new(ErrorKind::InvalidConfig, message))
}

/// What a key's override becomes.
fn changed_value(
    overrides: &BTreeMap<String, String>,
    resource: &ConfigResource,
    change: &IncrementalChange,
    rules: &dyn ConfigRules,
) -> Result<Option<String>, AdminError> {
    let value = change.value.as_deref().unwrap_or_default();
    let append = match change.operation {
        IncrementalOperation::Set => return Ok(change.value.clone()),
        IncrementalOperation::Delete => return Ok(None),
        IncrementalOperation::Append => true,
        IncrementalOperation::Subtract => false,
        IncrementalOperation::Unknown(number) => {
            return Err(unknown_operation(resource.kind, number));
        }
    };
    if !rules.is_list(resource.kind, &change.key) {
        let what = if append { "append to" } else { "subtract from" };
        let message = format!("cannot {what} {}, which holds no list", change.key);
        return Err(AdminError::new(ErrorKind::InvalidConfig, message));
    }
    let present = overrides.get(&change.key).cloned();
    let present = present.or_else(|| rules.default_value(resource.kind, &change.key));
    let present = present.unwrap_or_default();
    let mut elements: Vec<&str> = present.split(',').filter(|part| !part.is_empty()).collect();
    for element in value.split(',') {
        let at = elements.iter().position(|present| *present == element);
        match (append, at) {
            (true, None) => elements.push(element),
            (false, Some(at)) => drop(elements.remove(at)),
            _ => {}
        }
    }
    Ok(Some(elements.join(",")))
}

fn repeated_resources<'r>(
    resources: impl Iterator<Item = &'r ConfigResource>,
) -> BTreeSet<&'r ConfigResource> {
    let mut seen = BTreeSet::new();
    resources.filter(|resource| !seen.insert(*resource)).collect()
}

fn invalid_request(message: String) -> AdminError {
    AdminError::new(ErrorKind::InvalidRequest, message)
}

#[cfg(test)]
mod tests;

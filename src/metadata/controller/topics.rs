//! Creating topics.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::chance::{self, Chance};
use crate::error::{AdminError, ErrorKind};
use crate::generated::{MetadataRecord, TopicRecord};
use crate::image::{ClusterImage, ConfigResource, configs_record};

use super::names::{CLUSTER_METADATA_TOPIC, check_topic_name, colliding_topic};
use super::partitions::{check_assignment, new_partition};
use super::placement::place_replicas;
use super::{ConfigRules, Decision, Named, RECORDS_PER_REQUEST_MAX, Settings, too_many_records};

/// A CreateTopics request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CreateTopics {
    /// The topics, as the request has them.
    pub topics: Vec<NewTopic>,
    /// Only say whether it would succeed.
    pub validate_only: bool,
}

/// The topics of a request, compared with one another and with what no client may create.
struct Sorted<'r> {
    wanted: Vec<&'r NewTopic>,
    repeated: BTreeSet<&'r str>,
    forbidden: Vec<&'r NewTopic>,
}

impl CreateTopics {
    /// Whether any topic is left once the request was compared with itself.
    pub fn asks_the_cluster(&self) -> bool {
        !self.sorted().wanted.is_empty()
    }

    fn sorted(&self) -> Sorted<'_> {
        let repeated = repeated_names(self.topics.iter().map(|topic| topic.name.as_str()));
        let distinct = self.topics.iter().filter(|topic| !repeated.contains(topic.name.as_str()));
        let (forbidden, wanted) = distinct.partition(|topic| topic.name == CLUSTER_METADATA_TOPIC);
        Sorted { wanted, repeated, forbidden }
    }
}

/// One topic of a CreateTopics request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTopic {
    /// The wanted name.
    pub name: String,
    /// How many partitions; −1 for `num.partitions`, and with assignments.
    pub partitions: i32,
    /// How many replicas of each; −1 for `default.replication.factor`, and with assignments.
    pub replication_factor: i16,
    /// Partition number and its brokers, the preferred leader first; empty: the controller chooses.
    pub assignments: Vec<(i32, Vec<i32>)>,
    /// Overrides: key and value. A null value is refused.
    pub configs: Vec<(String, Option<String>)>,
}

impl NewTopic {
    /// A topic without assignments and overrides.
    pub fn new(name: &str, partitions: i32, replication_factor: i16) -> Self {
        let name = name.to_owned();
        Self { name, partitions, replication_factor, assignments: vec![], configs: vec![] }
    }
}

/// What was (or would be) created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedTopic {
    /// The new topic's id.
    pub topic_id: Uuid,
    /// How many partitions it has.
    pub partitions: i32,
    /// How many replicas each of them has.
    pub replication_factor: i16,
    /// Its overrides.
    pub configs: BTreeMap<String, String>,
}

/// Decides a CreateTopics request. One answer per distinct name: topics in the order of the request, then names that
/// came more than once (INVALID_REQUEST), then the metadata log's own name (INVALID_REQUEST).
///
/// Refusals of a topic, in this order: TOPIC_ALREADY_EXISTS, INVALID_TOPIC_EXCEPTION (the name, or a collision with an
/// existing topic), INVALID_CONFIG, then what is wrong with partitions and replicas. A request for more than 10,000
/// partitions or records is refused as a whole (POLICY_VIOLATION).
pub fn create_topics(
    image: &ClusterImage,
    request: &CreateTopics,
    settings: &Settings,
    rules: &dyn ConfigRules,
    chance: &mut dyn Chance,
) -> Decision<Named<CreatedTopic>> {
    let Sorted { wanted, repeated, forbidden } = request.sorted();
    let mut decision = match create_all(image, &wanted, settings, rules, chance) {
        Ok(decision) => decision,
        Err(error) => return refuse_all(request, &error),
    };
    let refuse = |name: &str, why: &str| {
        (name.to_owned(), Err(AdminError::new(ErrorKind::InvalidRequest, why)))
    };
    let twice = repeated.iter().map(|name| refuse(name, "the topic name comes more than once"));
    decision.results.extend(twice);
    let logs = forbidden.iter().map(|topic| refuse(&topic.name, "the metadata log is no topic"));
    decision.results.extend(logs);
    decision.validate_only(request.validate_only)
}

fn create_all(
    image: &ClusterImage,
    topics: &[&NewTopic],
    settings: &Settings,
    rules: &dyn ConfigRules,
    chance: &mut dyn Chance,
) -> Result<Decision<Named<CreatedTopic>>, AdminError> {
    check_total(topics, settings)?;
    let mut decision = Decision::default();
    for topic in topics {
        let result = create_one(image, topic, settings, rules, chance).map(|(created, records)| {
            decision.records.extend(records);
            created
        });
        decision.results.push((topic.name.clone(), result));
        if decision.records.len() > RECORDS_PER_REQUEST_MAX {
            return Err(too_many_records());
        }
    }
    Ok(decision)
}

/// Counted before anything is built, so that a huge number costs nothing.
fn check_total(topics: &[&NewTopic], settings: &Settings) -> Result<(), AdminError> {
    let count = |topic: &&NewTopic| match (topic.partitions, topic.assignments.len()) {
        (-1, 0) => i64::from(settings.default_partitions),
        (partitions, 0) => i64::from(partitions.max(0)),
        (_, assigned) => i64::try_from(assigned).unwrap_or(i64::MAX),
    };
    let total = topics.iter().map(count).fold(0, i64::saturating_add);
    if total > RECORDS_PER_REQUEST_MAX as i64 {
        return Err(too_many_records());
    }
    Ok(())
}

fn refuse_all(request: &CreateTopics, error: &AdminError) -> Decision<Named<CreatedTopic>> {
    let names = request.topics.iter().map(|topic| topic.name.clone());
    let results = names.map(|name| (name, Err(error.clone()))).collect();
    Decision { results, records: Vec::new() }
}

fn create_one(
    image: &ClusterImage,
    topic: &NewTopic,
    settings: &Settings,
    rules: &dyn ConfigRules,
    chance: &mut dyn Chance,
) -> Result<(CreatedTopic, Vec<MetadataRecord>), AdminError> {
    check_name(image, &topic.name)?;
    let configs = check_configs(topic, rules)?;
    let replicas = match topic.assignments.is_empty() {
        true => choose_replicas(image, topic, settings, chance)?,
        false => assigned_replicas(image, topic)?,
    };
    let topic_id = chance::new_id(chance);
    let mut records =
        vec![TopicRecord { name: topic.name.clone(), topic_id, unknown_tags: Vec::new() }.into()];
    let resource = ConfigResource::topic(&topic.name);
    let overrides = configs.iter().map(|(key, value)| configs_record(&resource, key, Some(value)));
    records.extend(overrides.map(MetadataRecord::from));
    for (number, replicas) in (0..).zip(&replicas) {
        records.push(new_partition(image, topic_id, number, replicas)?.into());
    }
    let created = CreatedTopic {
        topic_id,
        partitions: i32::try_from(replicas.len()).unwrap_or(i32::MAX),
        replication_factor: i16::try_from(replicas[0].len()).unwrap_or(i16::MAX),
        configs,
    };
    Ok((created, records))
}

fn check_name(image: &ClusterImage, name: &str) -> Result<(), AdminError> {
    if image.topics().by_name(name).is_some() {
        let message = format!("topic '{name}' already exists");
        return Err(AdminError::new(ErrorKind::TopicAlreadyExists, message));
    }
    check_topic_name(name)?;
    match colliding_topic(image, name) {
        None => Ok(()),
        Some(topic) => {
            let message = format!("'{name}' collides with the existing topic '{}'", topic.name);
            Err(AdminError::new(ErrorKind::InvalidTopic, message))
        }
    }
}

fn check_configs(
    topic: &NewTopic,
    rules: &dyn ConfigRules,
) -> Result<BTreeMap<String, String>, AdminError> {
    let mut configs = BTreeMap::new();
    for (key, value) in &topic.configs {
        let Some(value) = value else {
            let message = format!("a null value is not allowed for {key}");
            return Err(AdminError::new(ErrorKind::InvalidConfig, message));
        };
        configs.insert(key.clone(), value.clone());
    }
    if !configs.is_empty() {
        super::configs::check(&ConfigResource::topic(&topic.name), &configs, rules)?;
    }
    Ok(configs)
}

/// Replicas of each partition, in the order of their numbers; never empty.
fn choose_replicas(
    image: &ClusterImage,
    topic: &NewTopic,
    settings: &Settings,
    chance: &mut dyn Chance,
) -> Result<Vec<Vec<i32>>, AdminError> {
    let factor = match topic.replication_factor {
        -1 => settings.default_replication_factor,
        factor => factor,
    };
    if topic.replication_factor < -1 || factor <= 0 {
        let message = "the replication factor must be positive, or -1 for the default";
        return Err(AdminError::new(ErrorKind::InvalidReplicationFactor, message));
    }
    let partitions = match topic.partitions {
        -1 => settings.default_partitions,
        partitions => partitions,
    };
    let count = usize::try_from(partitions).unwrap_or(0);
    if count == 0 {
        let message = "the number of partitions must be positive, or -1 for the default";
        return Err(AdminError::new(ErrorKind::InvalidPartitions, message));
    }
    place_replicas(image, count, usize::from(factor.unsigned_abs()), chance)
}

/// The assignments of the request, if they number partitions from 0 without gaps and fit one another.
fn assigned_replicas(image: &ClusterImage, topic: &NewTopic) -> Result<Vec<Vec<i32>>, AdminError> {
    let contradiction = |what: &str| {
        let message = format!("with manual assignments the {what} must be -1");
        Err(AdminError::new(ErrorKind::InvalidRequest, message))
    };
    if topic.replication_factor != -1 {
        return contradiction("replication factor");
    }
    if topic.partitions != -1 {
        return contradiction("number of partitions");
    }
    let refuse = |why: String| Err(AdminError::new(ErrorKind::InvalidReplicaAssignment, why));
    let mut by_number = BTreeMap::new();
    let mut factor = None;
    for (number, replicas) in &topic.assignments {
        if by_number.contains_key(number) {
            return refuse(format!("partition {number} is assigned more than once"));
        }
        check_assignment(image, replicas, factor)?;
        factor = Some(replicas.len());
        if !replicas.iter().any(|id| image.broker(*id).is_some_and(|broker| broker.is_active())) {
            return refuse(format!("partition {number} is assigned to inactive brokers only"));
        }
        by_number.insert(*number, replicas.clone());
    }
    if !by_number.keys().copied().eq(0..topic.assignments.len() as i32) {
        return refuse("assigned partitions must be numbered from 0 without gaps".to_owned());
    }
    Ok(by_number.into_values().collect())
}

pub(super) fn repeated_names<'n>(names: impl Iterator<Item = &'n str>) -> BTreeSet<&'n str> {
    let mut seen = BTreeSet::new();
    names.filter(|name| !seen.insert(*name)).collect()
}

#[cfg(test)]
mod tests;

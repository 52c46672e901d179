//! Topics and their configurations.

mod configs;
mod describe;
mod features;
mod members;

use std::time::Duration;

use kabuki_wire::messages::create_partitions_request::{
    CreatePartitionsAssignment, CreatePartitionsTopic,
};
use kabuki_wire::messages::create_topics_request::{
    CreatableReplicaAssignment, CreatableTopic, CreatableTopicConfig,
};
use kabuki_wire::messages::delete_topics_request::DeleteTopicState;
use kabuki_wire::messages::{
    CreatePartitionsRequest, CreatePartitionsResponse, CreateTopicsRequest, CreateTopicsResponse,
    DeleteTopicsRequest, DeleteTopicsResponse, TopicName,
};
use kabuki_wire::{Request, ResponseError, StrBytes};

pub use configs::{ConfigChange, ConfigEntry, ConfigKind, ConfigResource, ConfigSource};
pub use describe::{PartitionState, TopicDescription};
pub use features::{FeatureChange, FeatureState, Features};
pub use members::{ClusterDescription, Member};

use crate::client::{Client, Target, text, topic_name};
use crate::error::{BrokerError, ClientError};
use crate::retries::Retries;

/// How long the controller may take to bring a change about.
const CHANGE_TIMEOUT: Duration = Duration::from_secs(30);
/// From this version on CreateTopics may leave numbers to the broker (KIP-464).
const BROKER_DEFAULTS: i16 = 4;
/// From this version on DeleteTopics takes names or ids, each with a state of its own (KIP-516).
const DELETE_BY_STATE: i16 = 6;

/// What came of each topic that was named in a request.
type Outcomes = Vec<Outcome>;
type Outcome = (String, Result<(), BrokerError>);

/// A topic to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTopic {
    /// Its name.
    pub name: String,
    /// How many partitions; `None` leaves it to the broker (`num.partitions`), and means 1 before Kafka 2.4.
    pub partitions: Option<i32>,
    /// How many replicas each has; `None` leaves it to the broker (`default.replication.factor`), and means 1 before
    /// Kafka 2.4.
    pub replication_factor: Option<i16>,
    /// The brokers of each partition, in place of the two numbers.
    pub assignment: Vec<Vec<i32>>,
    /// Configuration: keys and values.
    pub configs: Vec<(String, String)>,
}

impl NewTopic {
    /// A topic with the broker's defaults.
    pub fn new(name: impl Into<String>) -> Self {
        let (partitions, replication_factor) = (None, None);
        Self {
            name: name.into(),
            partitions,
            replication_factor,
            assignment: vec![],
            configs: vec![],
        }
    }

    /// With a number of partitions.
    pub fn with_partitions(self, partitions: i32) -> Self {
        Self { partitions: Some(partitions), ..self }
    }

    /// With one more configuration.
    pub fn with_config(mut self, key: &str, value: &str) -> Self {
        self.configs.push((key.to_owned(), value.to_owned()));
        self
    }

    fn to_message(&self, version: i16) -> CreatableTopic {
        let is_assigned = !self.assignment.is_empty();
        let default = if version >= BROKER_DEFAULTS || is_assigned { -1 } else { 1 };
        let assigned = |(index, brokers): (i32, &Vec<i32>)| {
            CreatableReplicaAssignment::default()
                .with_partition_index(index)
                .with_broker_ids(brokers.iter().map(|&id| id.into()).collect())
        };
        let config = |(key, value): &(String, String)| {
            CreatableTopicConfig::default().with_name(text(key)).with_value(Some(text(value)))
        };
        CreatableTopic::default()
            .with_name(topic_name(&self.name))
            .with_num_partitions(self.partitions.unwrap_or(default))
            .with_replication_factor(self.replication_factor.unwrap_or(default as i16))
            .with_assignments((0..).zip(&self.assignment).map(assigned).collect())
            .with_configs(self.configs.iter().map(config).collect())
    }
}

impl Client {
    /// Creates topics; tells of each, in the broker's order, whether it was. `validate_only` only checks.
    ///
    /// A request that is repeated because the connection broke may find its own topics: TOPIC_ALREADY_EXISTS.
    pub async fn create_topics(
        &mut self,
        topics: &[NewTopic],
        validate_only: bool,
    ) -> Result<Outcomes, ClientError> {
        let request = |version| {
            let messages = topics.iter().map(|topic| topic.to_message(version)).collect();
            CreateTopicsRequest::default()
                .with_topics(messages)
                .with_timeout_ms(CHANGE_TIMEOUT.as_millis() as i32)
                .with_validate_only(validate_only)
        };
        self.ask_controller::<CreateTopicsRequest>(request, created).await
    }

    /// Deletes topics by their names; tells of each, in the broker's order, whether it was.
    pub async fn delete_topics(&mut self, names: &[&str]) -> Result<Outcomes, ClientError> {
        let request = |version| {
            let request =
                DeleteTopicsRequest::default().with_timeout_ms(CHANGE_TIMEOUT.as_millis() as i32);
            let state = |name: &&str| DeleteTopicState::default().with_name(Some(topic_name(name)));
            match version {
                DELETE_BY_STATE.. => request.with_topics(names.iter().map(state).collect()),
                _ => request.with_topic_names(names.iter().map(|name| topic_name(name)).collect()),
            }
        };
        let outcomes = self.ask_controller::<DeleteTopicsRequest>(request, deleted).await?;
        names.iter().for_each(|name| self.forget_topic(name));
        Ok(outcomes)
    }

    /// Raises the numbers of partitions; tells of each topic whether it was. `assignments` may name the brokers of each
    /// new partition.
    pub async fn create_partitions(
        &mut self,
        topic: &str,
        count: i32,
        assignments: Option<&[Vec<i32>]>,
    ) -> Result<Outcomes, ClientError> {
        let assigned = |brokers: &Vec<i32>| {
            CreatePartitionsAssignment::default()
                .with_broker_ids(brokers.iter().map(|&id| id.into()).collect())
        };
        let topic_message = CreatePartitionsTopic::default()
            .with_name(topic_name(topic))
            .with_count(count)
            .with_assignments(assignments.map(|all| all.iter().map(assigned).collect()));
        let request = CreatePartitionsRequest::default()
            .with_topics(vec![topic_message])
            .with_timeout_ms(CHANGE_TIMEOUT.as_millis() as i32);
        let outcomes = self.ask_controller(|_| request.clone(), grown).await;
        self.forget_topic(topic);
        outcomes
    }

    /// Asks the controller, and again while the broker asked is not (or no longer) it.
    async fn ask_controller<R: Request>(
        &mut self,
        request: impl Fn(i16) -> R,
        outcomes: impl Fn(&R::Response) -> Outcomes,
    ) -> Result<Outcomes, ClientError> {
        let mut retries = Retries::new(&self.config);
        loop {
            let answer = self.ask_controller_once(&request).await;
            let answer = answer.and_then(|response| unless_elsewhere(outcomes(&response)));
            match answer {
                Ok(outcomes) => return Ok(outcomes),
                Err(error) => retries.after(error).await?,
            }
            // Where nobody answers now, the next attempt says so.
            let _ = self.refresh().await;
        }
    }

    async fn ask_controller_once<R: Request>(
        &mut self,
        request: &impl Fn(i16) -> R,
    ) -> Result<R::Response, ClientError> {
        let connection = self.connection(Target::Controller).await?;
        let version = connection.version_of::<R>(i16::MAX)?;
        let pending = connection.send(&request(version), version, CHANGE_TIMEOUT).await?;
        connection.receive(pending).await
    }
}

/// NOT_CONTROLLER is an answer about the broker, not about a topic.
fn unless_elsewhere(outcomes: Outcomes) -> Result<Outcomes, ClientError> {
    let is_elsewhere = |outcome: &(String, Result<(), BrokerError>)| matches!(&outcome.1, Err(error) if error.error == ResponseError::NotController);
    if outcomes.iter().any(is_elsewhere) {
        return Err(ClientError::broker("controller", ResponseError::NotController));
    }
    Ok(outcomes)
}

fn created(response: &CreateTopicsResponse) -> Outcomes {
    let topics = response.topics.iter();
    topics.map(|topic| outcome(&topic.name, topic.error_code, &topic.error_message)).collect()
}

fn deleted(response: &DeleteTopicsResponse) -> Outcomes {
    let topics = response.responses.iter();
    let name = |name: &Option<TopicName>| name.as_ref().map(|name| name.0.clone());
    topics
        .map(|topic| {
            let name = name(&topic.name).unwrap_or_default();
            outcome(&name, topic.error_code, &topic.error_message)
        })
        .collect()
}

fn grown(response: &CreatePartitionsResponse) -> Outcomes {
    let topics = response.results.iter();
    topics.map(|topic| outcome(&topic.name, topic.error_code, &topic.error_message)).collect()
}

fn outcome(name: &str, error_code: i16, message: &Option<StrBytes>) -> Outcome {
    (name.to_owned(), BrokerError::check(error_code, message.as_deref()))
}

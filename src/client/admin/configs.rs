//! Configurations of topics.

use kabuki_wire::messages::describe_configs_request::DescribeConfigsResource;
use kabuki_wire::messages::describe_configs_response::{
    DescribeConfigsResourceResult, DescribeConfigsResult,
};
use kabuki_wire::messages::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig,
};
use kabuki_wire::messages::{
    DescribeConfigsRequest, IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse,
};

use super::{Outcomes, outcome};
use crate::client::{Client, Target, text};
use crate::error::{BrokerError, ClientError};
use crate::retries::Retries;

/// What stands for a topic among the kinds of things that have a configuration.
const TOPIC_RESOURCE: i8 = 2;

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigSource {
    /// Set on the topic.
    Topic,
    /// Set on this broker at run time.
    DynamicBroker,
    /// Set on all brokers at run time.
    DynamicDefaultBroker,
    /// Set in the broker's file.
    StaticBroker,
    /// Kafka's default.
    Default,
    /// Another, by its number.
    Other(i8),
}

impl ConfigSource {
    fn of(number: i8) -> Self {
        match number {
            1 => Self::Topic,
            2 => Self::DynamicBroker,
            3 => Self::DynamicDefaultBroker,
            4 => Self::StaticBroker,
            5 => Self::Default,
            other => Self::Other(other),
        }
    }
}

/// One key of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigEntry {
    /// The key.
    pub name: String,
    /// The value; `None` for null and for what must not be shown.
    pub value: Option<String>,
    /// Where the value comes from.
    pub source: ConfigSource,
    /// Whether the value must not be shown.
    pub is_sensitive: bool,
}

/// A change of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigChange {
    /// The key.
    pub name: String,
    /// The new value; `None` goes back to the default.
    pub value: Option<String>,
}

impl Client {
    /// The configurations of topics, or of each why not.
    pub async fn describe_topic_configs(
        &mut self,
        names: &[&str],
    ) -> Result<Vec<(String, Result<Vec<ConfigEntry>, BrokerError>)>, ClientError> {
        let resource = |name: &&str| {
            DescribeConfigsResource::default()
                .with_resource_type(TOPIC_RESOURCE)
                .with_resource_name(text(name))
                .with_configuration_keys(None)
        };
        let request =
            DescribeConfigsRequest::default().with_resources(names.iter().map(resource).collect());
        let mut retries = Retries::new(&self.config);
        loop {
            match self.ask(Target::Any, &request).await {
                Ok(response) => return Ok(response.results.iter().map(described).collect()),
                Err(error) => retries.after(error).await?,
            }
        }
    }

    /// Changes keys of a topic's configuration (IncrementalAlterConfigs, from Kafka 2.3 on).
    pub async fn alter_topic_configs(
        &mut self,
        topic: &str,
        changes: &[ConfigChange],
    ) -> Result<Outcomes, ClientError> {
        let resource = AlterConfigsResource::default()
            .with_resource_type(TOPIC_RESOURCE)
            .with_resource_name(text(topic))
            .with_configs(changes.iter().map(changed).collect());
        let request = IncrementalAlterConfigsRequest::default().with_resources(vec![resource]);
        self.ask_controller(|_| request.clone(), altered).await
    }
}

fn altered(response: &IncrementalAlterConfigsResponse) -> Outcomes {
    let resources = response.responses.iter();
    resources.map(|one| outcome(&one.resource_name, one.error_code, &one.error_message)).collect()
}

/// 0 sets a value, 1 deletes it.
fn changed(change: &ConfigChange) -> AlterableConfig {
    AlterableConfig::default()
        .with_name(text(&change.name))
        .with_config_operation(i8::from(change.value.is_none()))
        .with_value(change.value.as_deref().map(text))
}

fn described(result: &DescribeConfigsResult) -> (String, Result<Vec<ConfigEntry>, BrokerError>) {
    let entry = |entry: &DescribeConfigsResourceResult| ConfigEntry {
        name: entry.name.to_string(),
        value: entry.value.as_ref().map(|value| value.to_string()),
        source: ConfigSource::of(entry.config_source),
        is_sensitive: entry.is_sensitive,
    };
    let checked = BrokerError::check(result.error_code, result.error_message.as_deref());
    let entries = checked.map(|()| result.configs.iter().map(entry).collect());
    (result.resource_name.to_string(), entries)
}

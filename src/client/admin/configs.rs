//! Configurations of topics, brokers and whatever else has one.

use kabuki_wire::messages::describe_configs_request::DescribeConfigsResource;
use kabuki_wire::messages::describe_configs_response::{
    DescribeConfigsResourceResult, DescribeConfigsResult,
};
use kabuki_wire::messages::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig,
};
use kabuki_wire::messages::{
    DescribeConfigsRequest, IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse,
    ListConfigResourcesRequest,
};

use kabuki_wire::ResponseError;

use super::{Outcomes, outcome};
use crate::client::{Client, Target, text};
use crate::error::{BrokerError, ClientError};
use crate::retries::Retries;

/// A kind of thing that has a configuration; numbered as in the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i8)]
pub enum ConfigKind {
    /// A topic, by its name.
    Topic = 2,
    /// A broker, by its id; all of them by the empty name.
    Broker = 4,
    /// The log levels of a broker, by its id.
    BrokerLogger = 8,
    /// A subscription to client metrics, by its name.
    ClientMetrics = 16,
    /// A group, by its id.
    Group = 32,
}

impl ConfigKind {
    fn of(number: i8) -> Option<Self> {
        let all = [Self::Topic, Self::Broker, Self::BrokerLogger, Self::ClientMetrics, Self::Group];
        all.into_iter().find(|kind| *kind as i8 == number)
    }
}

/// Something that has a configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigResource {
    /// Its kind.
    pub kind: ConfigKind,
    /// Its name, as its kind says.
    pub name: String,
}

impl ConfigResource {
    /// A resource with this name.
    pub fn new(kind: ConfigKind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }

    /// What concerns one broker is asked of that broker.
    fn target(&self, otherwise: Target) -> Target {
        match (self.kind, self.name.parse()) {
            (ConfigKind::Broker | ConfigKind::BrokerLogger, Ok(id)) => Target::Broker(id),
            _ => otherwise,
        }
    }
}

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
    /// A log level of a broker.
    BrokerLogger,
    /// Set on the subscription.
    ClientMetrics,
    /// Set on the group.
    Group,
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
            6 => Self::BrokerLogger,
            7 => Self::ClientMetrics,
            8 => Self::Group,
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
    /// Whether it takes a restart to change the value.
    pub is_read_only: bool,
    /// What the key is for, where that was asked for and is known.
    pub documentation: Option<String>,
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
        let resources = names.iter().map(|name| asked(ConfigKind::Topic, name)).collect();
        let request = DescribeConfigsRequest::default().with_resources(resources);
        self.describe(Target::Any, request).await
    }

    /// The configuration of one resource, with documentation (from Kafka 2.6 on).
    pub async fn describe_configs(
        &mut self,
        resource: &ConfigResource,
    ) -> Result<Result<Vec<ConfigEntry>, BrokerError>, ClientError> {
        let request = DescribeConfigsRequest::default()
            .with_resources(vec![asked(resource.kind, &resource.name)])
            .with_include_documentation(true);
        let described = self.describe(resource.target(Target::Any), request).await?;
        let described = described.into_iter().next().map(|(_, entries)| entries);
        described.ok_or_else(|| ClientError::broker("configs", ResponseError::UnknownServerError))
    }

    async fn describe(
        &mut self,
        target: Target,
        request: DescribeConfigsRequest,
    ) -> Result<Vec<(String, Result<Vec<ConfigEntry>, BrokerError>)>, ClientError> {
        let mut retries = Retries::new(&self.config);
        loop {
            match self.ask(target, &request).await {
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
        self.alter_configs(&ConfigResource::new(ConfigKind::Topic, topic), changes).await
    }

    /// Changes keys of a configuration (IncrementalAlterConfigs, from Kafka 2.3 on).
    pub async fn alter_configs(
        &mut self,
        resource: &ConfigResource,
        changes: &[ConfigChange],
    ) -> Result<Outcomes, ClientError> {
        let asked = AlterConfigsResource::default()
            .with_resource_type(resource.kind as i8)
            .with_resource_name(text(&resource.name))
            .with_configs(changes.iter().map(changed).collect());
        let request = IncrementalAlterConfigsRequest::default().with_resources(vec![asked]);
        match resource.target(Target::Controller) {
            Target::Controller => self.ask_controller(|_| request.clone(), altered).await,
            broker => Ok(altered(&self.ask(broker, &request).await?)),
        }
    }

    /// What has a configuration of its own, of these kinds; all kinds when none is named (from Kafka 4.1 on).
    pub async fn list_config_resources(
        &mut self,
        kinds: &[ConfigKind],
    ) -> Result<Vec<ConfigResource>, ClientError> {
        let kinds = kinds.iter().map(|kind| *kind as i8).collect();
        let request = ListConfigResourcesRequest::default().with_resource_types(kinds);
        let response = self.ask(Target::Any, &request).await?;
        let checked = BrokerError::check(response.error_code, None);
        checked.map_err(|error| ClientError::broker("configs", error))?;
        let listed = response.config_resources.iter();
        let resource = |kind, name| Some(ConfigResource::new(ConfigKind::of(kind)?, name));
        Ok(listed.filter_map(|it| resource(it.resource_type, it.resource_name.as_str())).collect())
    }
}

/// A resource with all its keys.
fn asked(kind: ConfigKind, name: &str) -> DescribeConfigsResource {
    DescribeConfigsResource::default()
        .with_resource_type(kind as i8)
        .with_resource_name(text(name))
        .with_configuration_keys(None)
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
        is_read_only: entry.read_only,
        documentation: entry.documentation.as_ref().map(|text| text.to_string()),
    };
    let checked = BrokerError::check(result.error_code, result.error_message.as_deref());
    let entries = checked.map(|()| result.configs.iter().map(entry).collect());
    (result.resource_name.to_string(), entries)
}

//! Configurations as they are described to clients: what the broker was started with, under what the cluster has set.

use std::collections::BTreeMap;

use kabuki_config::topic::TopicOverrides;
use kabuki_config::{
    ConfigSource, ConfigType, DescribedConfig, Describer, DynamicConfigs, describe_client_metrics,
};
use kabuki_metadata::image::{ConfigResource, ResourceType};

use super::Env;
use crate::live::dynamic_configs;
use crate::loggers::LogLevel;
use crate::view::View;

/// A topic with these overrides, sorted by key.
pub(super) fn topic(env: &Env<'_>, overrides: &TopicOverrides) -> Vec<DescribedConfig> {
    let dynamic = dynamic(env);
    Describer::new(env.context.configuration.started_with(), &dynamic).topic(overrides)
}

/// This broker, sorted by key.
pub(super) fn broker(env: &Env<'_>) -> Vec<DescribedConfig> {
    let dynamic = dynamic(env);
    Describer::new(env.context.configuration.started_with(), &dynamic).broker()
}

/// What is set for all brokers, sorted by key.
pub(super) fn all_brokers(env: &Env<'_>) -> Vec<DescribedConfig> {
    let dynamic = dynamic(env);
    Describer::new(env.context.configuration.started_with(), &dynamic).all_brokers()
}

/// The loggers of this broker, sorted by name.
pub(super) fn loggers(env: &Env<'_>) -> Vec<DescribedConfig> {
    let described = |(name, level): (String, LogLevel)| DescribedConfig {
        name,
        value: Some(level.to_string()),
        source: ConfigSource::BrokerLogger,
        config_type: ConfigType::Unknown,
        read_only: false,
        sensitive: false,
        synonyms: Vec::new(),
        doc: Some(""),
    };
    env.context.loggers.list().into_iter().map(described).collect()
}

/// A group, whether it is there or not, sorted by key.
pub(super) fn group(env: &Env<'_>, name: &str) -> Vec<DescribedConfig> {
    let dynamic = dynamic(env);
    let view = env.context.view.load();
    let overrides = overrides(&view, ResourceType::GROUP, name);
    Describer::new(env.context.configuration.started_with(), &dynamic).group(overrides)
}

/// A subscription to client metrics, whether it is there or not, sorted by key.
pub(super) fn client_metrics(env: &Env<'_>, name: &str) -> Vec<DescribedConfig> {
    let view = env.context.view.load();
    describe_client_metrics(overrides(&view, ResourceType::CLIENT_METRICS, name))
}

fn overrides<'v>(view: &'v View, kind: ResourceType, name: &str) -> &'v BTreeMap<String, String> {
    view.image.configs().of(&ConfigResource { kind, name: name.to_owned() })
}

fn dynamic(env: &Env<'_>) -> DynamicConfigs {
    dynamic_configs(&env.context.view.load().image, env.context.live().config.node_id)
}

//! Configurations as they are described to clients: what the broker was started with, under what the cluster has set.

use kabuki_config::topic::TopicOverrides;
use kabuki_config::{DescribedConfig, Describer, DynamicConfigs};

use super::Env;
use crate::live::dynamic_configs;

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

fn dynamic(env: &Env<'_>) -> DynamicConfigs {
    dynamic_configs(&env.context.view.load().image, env.context.live().config.node_id)
}

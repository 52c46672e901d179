//! Configurations as they are described to clients: what the broker was started with, under what the cluster has set.

use kabuki_config::topic::TopicOverrides;
use kabuki_config::{DescribedConfig, Describer, DynamicConfigs};
use kabuki_metadata::ClusterImage;
use kabuki_metadata::image::ConfigResource;

use super::Env;

/// A topic with these overrides, sorted by key.
pub(super) fn topic(env: &Env<'_>, overrides: &TopicOverrides) -> Vec<DescribedConfig> {
    let dynamic = dynamic(env);
    Describer::new(&env.context.settings, &dynamic).topic(overrides)
}

/// This broker, sorted by key.
pub(super) fn broker(env: &Env<'_>) -> Vec<DescribedConfig> {
    let dynamic = dynamic(env);
    Describer::new(&env.context.settings, &dynamic).broker()
}

/// What is set for all brokers, sorted by key.
pub(super) fn all_brokers(env: &Env<'_>) -> Vec<DescribedConfig> {
    let dynamic = dynamic(env);
    Describer::new(&env.context.settings, &dynamic).all_brokers()
}

fn dynamic(env: &Env<'_>) -> DynamicConfigs {
    dynamic_of(&env.context.view.load().image, env.context.config.node_id)
}

fn dynamic_of(image: &ClusterImage, node_id: i32) -> DynamicConfigs {
    let of = |resource: &ConfigResource| image.configs().of(resource).clone();
    DynamicConfigs {
        all_brokers: of(&ConfigResource::default_broker()),
        this_broker: of(&ConfigResource::broker(node_id)),
    }
}

#[cfg(test)]
mod tests {
    use kabuki_metadata::generated::ConfigRecord;

    use super::super::test_images;
    use super::*;

    #[test]
    fn what_the_cluster_has_set_is_told_apart_by_broker() {
        let set = |broker: &str, value: &str| ConfigRecord {
            resource_type: 4,
            resource_name: broker.to_owned(),
            name: "min.insync.replicas".to_owned(),
            value: Some(value.to_owned()),
            ..ConfigRecord::default()
        };
        let records = [set("", "2").into(), set("1", "3").into(), set("2", "4").into()];
        let image = test_images::apply(&test_images::with_topics(&[]), &records);
        let dynamic = dynamic_of(&image, 1);
        assert_eq!(dynamic.all_brokers["min.insync.replicas"], "2");
        assert_eq!(dynamic.this_broker["min.insync.replicas"], "3");
    }
}

//! What the broker follows: the settings it was started with, under what clients have set since.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use kabuki_config::{BrokerConfig, DynamicConfigs, Loaded, Settings, dynamic_warnings};
use kabuki_metadata::ClusterImage;
use kabuki_metadata::image::ConfigResource;

/// The configuration of one moment: immutable, swapped whole.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    /// Typed. What identifies the broker, its dirs and its listeners never change.
    pub(crate) config: BrokerConfig,
    /// The same, key by key: the defaults of topics.
    pub(crate) settings: Settings,
}

/// Holds the settings of the start and what is made of them by what is set at run time.
///
/// Whoever uses a setting takes it from [`Configuration::live`] at the moment of use; what an actor computed from it
/// when it began does not follow.
pub(crate) struct Configuration {
    started_with: Settings,
    live: ArcSwap<Live>,
}

impl Configuration {
    pub(crate) fn new(loaded: Loaded) -> Self {
        let Loaded { settings, broker: config, .. } = loaded;
        let live = ArcSwap::from_pointee(Live { config, settings: settings.clone() });
        Self { started_with: settings, live }
    }

    /// What the broker follows now.
    pub(crate) fn live(&self) -> Guard<Arc<Live>> {
        self.live.load()
    }

    /// What the broker was started with; what is set at run time is laid over it.
    pub(crate) fn started_with(&self) -> &Settings {
        &self.started_with
    }

    /// Follows what is set at run time from now on; says whether that makes a difference.
    pub(crate) fn follow(&self, dynamic: &DynamicConfigs) -> bool {
        let settings = self.started_with.with_dynamic(dynamic);
        let before = self.live.load();
        if settings == before.settings {
            return false;
        }
        warn(&before.settings, &settings);
        let config = before.config.following(&settings);
        self.live.store(Arc::new(Live { config, settings }));
        true
    }
}

/// Says what is set now and not done, and was not set before.
fn warn(before: &Settings, after: &Settings) {
    let known = dynamic_warnings(before);
    for warning in dynamic_warnings(after).iter().filter(|warning| !known.contains(warning)) {
        tracing::warn!("{warning}");
    }
}

/// What clients have set for a broker, and for all of them.
pub(crate) fn dynamic_configs(image: &ClusterImage, node_id: i32) -> DynamicConfigs {
    let of = |resource: &ConfigResource| image.configs().of(resource).clone();
    DynamicConfigs {
        all_brokers: of(&ConfigResource::default_broker()),
        this_broker: of(&ConfigResource::broker(node_id)),
    }
}

#[cfg(test)]
mod tests {
    use kabuki_config::LoadRequest;
    use kabuki_metadata::LogPosition;
    use kabuki_metadata::generated::ConfigRecord;

    use super::*;

    fn image(configs: &[(&str, &str, &str)]) -> ClusterImage {
        let record = |(broker, name, value): &(&str, &str, &str)| ConfigRecord {
            resource_type: 4,
            resource_name: (*broker).to_owned(),
            name: (*name).to_owned(),
            value: Some((*value).to_owned()),
            ..ConfigRecord::default()
        };
        let records: Vec<_> = configs.iter().map(|config| record(config).into()).collect();
        let position = LogPosition { offset: 0, epoch: 1 };
        ClusterImage::empty("test").apply(position, &records).expect("records that fit").0
    }

    #[test]
    fn what_the_cluster_has_set_is_told_apart_by_broker() {
        let name = "min.insync.replicas";
        let image = image(&[("", name, "2"), ("1", name, "3"), ("2", name, "4")]);
        let dynamic = dynamic_configs(&image, 1);
        assert_eq!((&*dynamic.all_brokers[name], &*dynamic.this_broker[name]), ("2", "3"));
    }

    #[test]
    fn what_is_set_counts_from_then_on_and_what_is_removed_no_longer() {
        let overrides = vec!["message.max.bytes=500".to_owned()];
        let request = LoadRequest { overrides, ..LoadRequest::default() };
        let configuration = Configuration::new(Settings::load(request).expect("a good profile"));
        let bytes = || configuration.live().config.topics.defaults.max_message_bytes;
        let follow = |configs: &[(&str, &str, &str)]| {
            configuration.follow(&dynamic_configs(&image(configs), 1))
        };
        assert!(!follow(&[]));
        assert_eq!(bytes(), 500);
        assert!(follow(&[("", "message.max.bytes", "600"), ("2", "message.max.bytes", "700")]));
        assert_eq!(bytes(), 600);
        assert!(follow(&[("", "message.max.bytes", "600"), ("1", "message.max.bytes", "800")]));
        assert_eq!(bytes(), 800);
        assert!(follow(&[("2", "message.max.bytes", "700")]));
        assert_eq!(bytes(), 500);
    }
}

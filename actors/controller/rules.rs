//! What the controller's decisions must know of configuration keys.

use std::collections::BTreeMap;

use kabuki_config::key::{self, Key, ValueType};
use kabuki_config::{Settings, TopicConfig};
use kabuki_metadata::controller::ConfigRules;
use kabuki_metadata::image::{ConfigResource, ResourceType};

/// The configuration's own rules.
pub(super) struct Rules<'c> {
    pub(super) settings: &'c Settings,
}

impl Rules<'_> {
    /// What a topic with these overrides follows. Overrides that this version does not understand (another one may
    /// have committed them) count as absent.
    pub(super) fn topic_config(&self, overrides: &BTreeMap<String, String>) -> TopicConfig {
        TopicConfig::new(self.settings, overrides).unwrap_or_else(|error| {
            tracing::error!(%error, "a topic's overrides are not understood; it follows the defaults");
            TopicConfig::broker_defaults(self.settings)
        })
    }
}

impl ConfigRules for Rules<'_> {
    fn check(
        &self,
        resource: &ConfigResource,
        overrides: &BTreeMap<String, String>,
    ) -> Result<(), String> {
        match resource.kind {
            ResourceType::TOPIC => TopicConfig::new(self.settings, overrides)
                .map(drop)
                .map_err(|error| error.to_string()),
            _ => Err("only the configurations of topics can be changed".to_owned()),
        }
    }

    fn is_list(&self, kind: ResourceType, name: &str) -> bool {
        table_key(kind, name).is_some_and(|key| key.value_type == ValueType::List)
    }

    /// Kafka's own default, whatever the broker's settings say: what is appended to must not depend on who decides.
    fn default_value(&self, kind: ResourceType, name: &str) -> Option<String> {
        table_key(kind, name)?.default_text().map(str::to_owned)
    }
}

fn table_key(kind: ResourceType, name: &str) -> Option<&'static Key> {
    match kind {
        ResourceType::TOPIC => key::topic_key(name),
        ResourceType::BROKER => key::broker_key(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_defaults_are_those_of_the_key_tables() {
        let settings = Settings::default();
        let rules = Rules { settings: &settings };
        assert!(rules.is_list(ResourceType::TOPIC, "cleanup.policy"));
        assert!(!rules.is_list(ResourceType::TOPIC, "retention.ms"));
        assert!(!rules.is_list(ResourceType::GROUP, "cleanup.policy"));
        let default = |name| rules.default_value(ResourceType::TOPIC, name);
        assert_eq!(default("cleanup.policy").as_deref(), Some("delete"));
        assert_eq!(default("internal.segment.bytes"), None);
        assert_eq!(default("unknown"), None);
    }
}

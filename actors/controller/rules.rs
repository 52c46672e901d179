//! What the controller's decisions must know of configuration keys.

use std::collections::BTreeMap;

use kabuki_config::key::{self, Key, ValueType};
use kabuki_config::{
    ClientMetricsError, DynamicConfigs, Reconfigurable, Scope, Settings, TopicConfig,
    check_client_metrics, check_group,
};
use kabuki_metadata::controller::ConfigRules;
use kabuki_metadata::image::{ConfigResource, ResourceType};
use kabuki_metadata::{AdminError, ErrorKind};

/// The configuration's own rules, as of what the broker follows now.
pub(super) struct Rules<'c> {
    /// What the broker was started with.
    pub(super) started_with: &'c Settings,
    /// What it follows.
    pub(super) live: &'c Settings,
    /// What was set at run time.
    pub(super) dynamic: DynamicConfigs,
}

impl Rules<'_> {
    /// What a topic with these overrides follows. What this version does not understand (another one may have committed
    /// it) counts as absent.
    pub(super) fn topic_config(&self, overrides: &BTreeMap<String, String>) -> TopicConfig {
        TopicConfig::new(self.live, overrides).unwrap_or_else(|error| {
            tracing::error!(%error, "not all overrides of a topic can be followed");
            TopicConfig::of_readable(self.live, overrides)
        })
    }

    fn check_broker(
        &self,
        name: &str,
        overrides: &BTreeMap<String, String>,
    ) -> Result<(), AdminError> {
        let scope = if name.is_empty() { Scope::AllBrokers } else { Scope::ThisBroker };
        let (started_with, live, dynamic) = (self.started_with, self.live, &self.dynamic);
        let checked = Reconfigurable { started_with, live, dynamic }.check(scope, overrides);
        checked.map_err(|message| AdminError::new(ErrorKind::InvalidRequest, message))
    }
}

impl ConfigRules for Rules<'_> {
    fn check(
        &self,
        resource: &ConfigResource,
        overrides: &BTreeMap<String, String>,
    ) -> Result<(), AdminError> {
        let invalid = |message: String| AdminError::new(ErrorKind::InvalidConfig, message);
        match resource.kind {
            ResourceType::TOPIC => TopicConfig::new(self.live, overrides)
                .map(drop)
                .map_err(|error| invalid(error.to_string())),
            ResourceType::BROKER => self.check_broker(&resource.name, overrides),
            ResourceType::GROUP => check_group(self.live, overrides).map_err(invalid),
            ResourceType::CLIENT_METRICS => {
                check_client_metrics(overrides).map_err(of_client_metrics)
            }
            _ => Err(invalid(format!("{resource} cannot be changed"))),
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

fn of_client_metrics(error: ClientMetricsError) -> AdminError {
    let kind = match error {
        ClientMetricsError::Request(_) => ErrorKind::InvalidRequest,
        ClientMetricsError::Config(_) => ErrorKind::InvalidConfig,
    };
    AdminError::new(kind, error.to_string())
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
        let dynamic = DynamicConfigs::default();
        let rules = Rules { started_with: &settings, live: &settings, dynamic };
        assert!(rules.is_list(ResourceType::TOPIC, "cleanup.policy"));
        assert!(!rules.is_list(ResourceType::TOPIC, "retention.ms"));
        assert!(!rules.is_list(ResourceType::GROUP, "cleanup.policy"));
        let default = |name| rules.default_value(ResourceType::TOPIC, name);
        assert_eq!(default("cleanup.policy").as_deref(), Some("delete"));
        assert_eq!(default("internal.segment.bytes"), None);
        assert_eq!(default("unknown"), None);
    }
}

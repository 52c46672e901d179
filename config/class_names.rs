//! Names of Java classes: those of Kafka's own classes stand for what is built in.

use crate::error::Warning;
use crate::settings::Settings;

/// A class of Kafka that stands for something built in.
struct BuiltIn {
    /// The key it may stand in.
    key: &'static str,
    /// The name of the class without its package.
    class: &'static str,
    /// The short name of what is built in.
    name: &'static str,
}

/// Kafka's own classes, sorted by key.
const BUILT_IN: &[BuiltIn] = &[
    BuiltIn { key: "group.consumer.assignors", class: "RangeAssignor", name: "range" },
    BuiltIn { key: "group.consumer.assignors", class: "UniformAssignor", name: "uniform" },
    BuiltIn { key: "group.share.assignors", class: "SimpleAssignor", name: "simple" },
    BuiltIn {
        key: "group.share.persister.class.name",
        class: "DefaultStatePersister",
        name: "default",
    },
    BuiltIn { key: "metric.reporters", class: "JmxReporter", name: "prometheus" },
    BuiltIn {
        key: "principal.builder.class",
        class: "DefaultKafkaPrincipalBuilder",
        name: "default",
    },
    BuiltIn {
        key: "remote.log.metadata.manager.class.name",
        class: "TopicBasedRemoteLogMetadataManager",
        name: "topic",
    },
    BuiltIn { key: "replica.selector.class", class: "LeaderSelector", name: "leader" },
    BuiltIn { key: "replica.selector.class", class: "RackAwareReplicaSelector", name: "rack" },
    BuiltIn {
        key: "sasl.oauthbearer.jwt.retriever.class",
        class: "DefaultJwtRetriever",
        name: "default",
    },
    BuiltIn {
        key: "sasl.oauthbearer.jwt.validator.class",
        class: "DefaultJwtValidator",
        name: "default",
    },
];

/// Keys whose classes are loaded next to the broker's work: without an unknown one the broker does all it must.
const LISTS: [&str; 4] = [
    "group.consumer.assignors",
    "group.share.assignors",
    "kafka.metrics.reporters",
    "metric.reporters",
];

/// What is built in for `class` as a value of `key`: the short name of a class of Kafka, or the name itself when it
/// is a short name already.
pub fn built_in(key: &str, class: &str) -> Option<&'static str> {
    let (package, simple) = class.rsplit_once('.').unwrap_or(("", class));
    let is_meant = |known: &&BuiltIn| match package {
        "" => known.name == simple,
        _ => package.starts_with("org.apache.kafka.") && known.class == simple,
    };
    BUILT_IN.iter().filter(|known| known.key == key).find(is_meant).map(|known| known.name)
}

/// Warns of reporters and assignors that are not built in.
pub(crate) fn unknown_classes(settings: &Settings) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for key in LISTS {
        let classes = settings.get_set(key).and(settings.list(key)).unwrap_or_default();
        for class in classes.iter().filter(|class| built_in(key, class).is_none()) {
            warnings.push(settings.warning(key, format!("{class} is not built in and is ignored")));
        }
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_kafka_stand_for_what_is_built_in() {
        let key = "group.consumer.assignors";
        assert_eq!(
            built_in(key, "org.apache.kafka.coordinator.group.assignor.RangeAssignor"),
            Some("range")
        );
        assert_eq!(built_in(key, "range"), Some("range"));
        assert_eq!(built_in(key, "com.example.RangeAssignor"), None);
        assert_eq!(
            built_in("metric.reporters", "org.apache.kafka.common.metrics.JmxReporter"),
            Some("prometheus")
        );
        assert_eq!(built_in("metric.reporters", "RangeAssignor"), None);
    }
}

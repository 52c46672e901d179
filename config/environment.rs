//! Settings of the environment, as the `apache/kafka` container image reads them: `KAFKA_LOG_DIRS` is `log.dirs`.
//!
//! Behind the prefix `_` stands for a dot, `__` for an underscore and `___` for a hyphen, in any case.
//! `CLUSTER_ID` names the cluster that an empty directory is formatted for.

use crate::error::Warning;
use crate::key;
use crate::layers::Entry;
use crate::origin::Origin;
use crate::settings::listener_key;
use crate::{protection, zookeeper_era};

const PREFIX: &str = "KAFKA_";

/// What the environment says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Environment {
    /// Settings, sorted by the names of their variables.
    pub(crate) entries: Vec<Entry>,
    /// `CLUSTER_ID`, when it is not empty.
    pub(crate) cluster_id: Option<String>,
    /// `HOSTNAME`: under which name other machines may know this one.
    pub(crate) host_name: Option<String>,
    /// Variables that look like settings and are none.
    pub(crate) warnings: Vec<Warning>,
}

/// Reads the variables of the environment; their order does not matter.
pub(crate) fn read(mut variables: Vec<(String, String)>) -> Environment {
    variables.sort();
    let mut environment = Environment::default();
    for (name, value) in variables {
        match name.as_str() {
            "CLUSTER_ID" if !value.is_empty() => environment.cluster_id = Some(value),
            "HOSTNAME" if !value.is_empty() => environment.host_name = Some(value),
            _ => read_setting(&mut environment, name, value),
        }
    }
    environment
}

fn read_setting(environment: &mut Environment, name: String, value: String) {
    let Some(rest) = name.strip_prefix(PREFIX) else { return };
    if is_for_others(rest) || is_service_link(rest, &value) {
        return;
    }
    let key = key_of(rest);
    let origin = Origin::Environment { name: name.clone() };
    if is_setting(&key) {
        environment.entries.push(Entry { key, value, origin });
    } else {
        let message = format!("ignored: there is no key {key}");
        environment.warnings.push(Warning { key: name, value: None, origin: None, message });
    }
}

/// Is it a key that somebody knows? One that asks for protection is, even if only a newer Kafka knows it.
fn is_setting(key: &str) -> bool {
    key::broker_key(key).is_some()
        || listener_key(key).is_some()
        || zookeeper_era::is_known(key)
        || protection::is_protection(key)
}

/// `LOG_DIRS` → `log.dirs`, `A__B___C` → `a_b-c`.
fn key_of(rest: &str) -> String {
    rest.to_lowercase().replace("___", "-").replace("__", "\0").replace('_', ".").replace('\0', "_")
}

/// Variables that the image's scripts and the Java machine read, not the broker. (Behind `KAFKA_`.)
fn is_for_others(rest: &str) -> bool {
    let prefixes = ["LOG4J", "TOOLS_LOG4J", "JMX"];
    rest == "VERSION"
        || rest == "OPTS"
        || rest.ends_with("_OPTS")
        || prefixes.iter().any(|prefix| rest.starts_with(prefix))
}

/// Variables that Kubernetes sets for a service named `kafka` or `kafka-…`. (Behind `KAFKA_`.)
fn is_service_link(rest: &str, value: &str) -> bool {
    let is_own = ["PORT", "SERVICE"].iter().any(|name| {
        rest.strip_prefix(name).is_some_and(|more| more.is_empty() || more.starts_with('_'))
    });
    let is_of_named_service =
        ["_SERVICE_HOST", "_SERVICE_PORT"].iter().any(|end| rest.ends_with(end))
            || rest.contains("_SERVICE_PORT_")
            || is_port_detail(rest);
    is_own || is_of_named_service || value.starts_with("tcp://") || value.starts_with("udp://")
}

/// `…_PORT_9092_TCP`, `…_PORT_9092_TCP_ADDR` and their like.
fn is_port_detail(rest: &str) -> bool {
    let Some((_, detail)) = rest.split_once("_PORT_") else { return false };
    let end = detail.trim_start_matches(|c: char| c.is_ascii_digit());
    end.len() < detail.len() && (end.starts_with("_TCP") || end.starts_with("_UDP"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        read(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn names_become_keys() {
        assert_eq!(key_of("LOG_DIRS"), "log.dirs");
        assert_eq!(key_of("A__B___C_D"), "a_b-c.d");
        let read = environment(&[
            ("KAFKA_LOG_DIRS", "/a"),
            ("KAFKA_LISTENER_NAME_INTERNAL_MAX_CONNECTIONS", "3"),
            ("KAFKA_LISTENER_NAME_A_PLAIN_SASL_JAAS_CONFIG", "x"),
            ("KAFKA_KABUKI_ARBITERS", "2"),
            ("CLUSTER_ID", "4L6g3nShT-eMCtK--X86sw"),
            ("PATH", "/bin"),
        ]);
        let keys: Vec<_> = read.entries.iter().map(|entry| entry.key.as_str()).collect();
        let expected = [
            "kabuki.arbiters",
            "listener.name.a.plain.sasl.jaas.config",
            "listener.name.internal.max.connections",
            "log.dirs",
        ];
        assert_eq!(keys, expected);
        assert_eq!(read.cluster_id.as_deref(), Some("4L6g3nShT-eMCtK--X86sw"));
        assert_eq!(read.warnings, []);
    }

    #[test]
    fn variables_of_the_image_and_of_kubernetes_are_not_settings() {
        let read = environment(&[
            ("KAFKA_HEAP_OPTS", "-Xmx1g"),
            ("KAFKA_OPTS", ""),
            ("KAFKA_JVM_PERFORMANCE_OPTS", ""),
            ("KAFKA_VERSION", "4.3.1"),
            ("KAFKA_LOG4J_ROOT_LOGLEVEL", "INFO"),
            ("KAFKA_LOG4J_LOGGERS", ""),
            ("KAFKA_TOOLS_LOG4J_LOGLEVEL", ""),
            ("KAFKA_JMX_HOSTNAME", ""),
            ("KAFKA_JMX_PORT", "1"),
            ("KAFKA_PORT", "tcp://10.0.0.1:9092"),
            ("KAFKA_PORT_9092_TCP", "tcp://10.0.0.1:9092"),
            ("KAFKA_PORT_9092_TCP_ADDR", "10.0.0.1"),
            ("KAFKA_PORT_9092_TCP_PORT", "9092"),
            ("KAFKA_PORT_9092_TCP_PROTO", "tcp"),
            ("KAFKA_SERVICE_HOST", "10.0.0.1"),
            ("KAFKA_SERVICE_PORT", "9092"),
            ("KAFKA_SERVICE_PORT_CLIENT", "9092"),
            ("KAFKA_HEADLESS_SERVICE_HOST", "None"),
            ("KAFKA_HEADLESS_SERVICE_PORT_CLIENT", "9092"),
            ("KAFKA_HEADLESS_PORT", "tcp://10.0.0.1:9092"),
            ("KAFKA_HEADLESS_PORT_9092_TCP_ADDR", "10.0.0.1"),
        ]);
        assert_eq!(read, Environment::default());
    }

    #[test]
    fn unknown_variables_warn_without_showing_what_they_hold() {
        let read = environment(&[("KAFKA_LOG_DIRZ", "secret")]);
        assert_eq!(read.entries, []);
        assert_eq!(
            read.warnings[0].to_string(),
            "KAFKA_LOG_DIRZ: ignored: there is no key log.dirz"
        );
    }
}

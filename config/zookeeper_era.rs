//! Keys of the time when brokers registered in ZooKeeper: those with a successor are mapped to it, the others are
//! named and ignored.

use crate::error::Warning;
use crate::layers::{Entries, Entry};

/// Keys that became others, each with its successor.
const RENAMED: [(&str, &str); 5] = [
    ("broker.id", "node.id"),
    ("host.name", "listeners"),
    ("port", "listeners"),
    ("advertised.host.name", "advertised.listeners"),
    ("advertised.port", "advertised.listeners"),
];

/// Where a listener without a port listened.
const DEFAULT_PORT: &str = "9092";

/// Does the key belong to that time?
pub(crate) fn is_known(key: &str) -> bool {
    RENAMED.iter().any(|(old, _)| *old == key) || key.starts_with("zookeeper.")
}

/// Puts the successors in the place of the old keys, with one warning for each old key. What a successor says in the
/// same layer or a stronger one counts more.
pub(crate) fn translate(entries: &mut Entries) -> Vec<Warning> {
    let mut warnings = Vec::new();
    translate_node_id(entries, &mut warnings);
    let old = OldAddresses::take(entries);
    old.translate(entries, &mut warnings);
    let ignored: Vec<String> =
        entries.keys().filter(|key| key.starts_with("zookeeper.")).cloned().collect();
    for entry in ignored.iter().filter_map(|key| entries.remove(key)) {
        warnings.push(warning(
            &entry,
            "ignored: there is no ZooKeeper, this node keeps the metadata itself",
        ));
    }
    warnings
}

/// Kafka knows `broker.id` as another name of `node.id` to this day: each stands for the other that is not set.
fn translate_node_id(entries: &mut Entries, warnings: &mut Vec<Warning>) {
    let Some(old) = entries.get("broker.id").cloned() else {
        let broker_id = entries.get("node.id").cloned();
        let broker_id = broker_id.map(|new| Entry { key: "broker.id".to_owned(), ..new });
        entries.extend(broker_id.map(|entry| (entry.key.clone(), entry)));
        return;
    };
    let is_set = entries.get("node.id").is_some_and(|new| new.origin.layer() >= old.origin.layer());
    if !is_set {
        warnings.push(warning(&old, "taken for node.id, its successor"));
        let node_id = Entry { key: "node.id".to_owned(), ..old };
        entries.insert(node_id.key.clone(), node_id);
    }
}

/// The four keys that told a broker's address.
struct OldAddresses {
    host: Option<Entry>,
    port: Option<Entry>,
    advertised_host: Option<Entry>,
    advertised_port: Option<Entry>,
}

impl OldAddresses {
    fn take(entries: &mut Entries) -> Self {
        Self {
            host: entries.remove("host.name"),
            port: entries.remove("port"),
            advertised_host: entries.remove("advertised.host.name"),
            advertised_port: entries.remove("advertised.port"),
        }
    }

    fn translate(self, entries: &mut Entries, warnings: &mut Vec<Warning>) {
        let host = value(&[&self.host], "");
        let port = value(&[&self.port], DEFAULT_PORT);
        let advertised_host = value(&[&self.advertised_host, &self.host], "");
        let advertised_port = value(&[&self.advertised_port, &self.port], DEFAULT_PORT);
        let listeners = (address(&host, &port), [self.host, self.port]);
        let advertised = (
            address(&advertised_host, &advertised_port),
            [self.advertised_host, self.advertised_port],
        );
        for (key, (address, old)) in
            [("listeners", listeners), ("advertised.listeners", advertised)]
        {
            succeed(entries, warnings, key, &address, old);
        }
    }
}

fn value(candidates: &[&Option<Entry>], default: &str) -> String {
    let found = candidates.iter().find_map(|candidate| candidate.as_ref());
    found.map_or_else(|| default.to_owned(), |entry| entry.value.trim().to_owned())
}

fn address(host: &str, port: &str) -> String {
    match host.contains(':') && !host.starts_with('[') {
        true => format!("PLAINTEXT://[{host}]:{port}"),
        false => format!("PLAINTEXT://{host}:{port}"),
    }
}

/// Sets `key` from the old entries, unless it is set as strongly itself.
fn succeed(
    entries: &mut Entries,
    warnings: &mut Vec<Warning>,
    key: &str,
    address: &str,
    old: [Option<Entry>; 2],
) {
    let old: Vec<Entry> = old.into_iter().flatten().collect();
    let Some(strongest) = old.iter().max_by_key(|entry| entry.origin.layer()) else { return };
    let (key, value, origin) = (key.to_owned(), address.to_owned(), strongest.origin.clone());
    let is_set = entries.get(&key).is_some_and(|new| new.origin.layer() >= origin.layer());
    let message = match is_set {
        true => format!("ignored: {key} is set"),
        false => format!("taken for {key}={value}, its successor"),
    };
    warnings.extend(old.iter().map(|entry| warning(entry, &message)));
    if !is_set {
        entries.insert(key.clone(), Entry { key, value, origin });
    }
}

fn warning(entry: &Entry, message: &str) -> Warning {
    Warning {
        key: entry.key.clone(),
        value: Some(entry.value.clone()),
        origin: Some(entry.origin.clone()),
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Origin;

    fn translated(pairs: &[(&str, &str, Origin)]) -> (Vec<(String, String)>, Vec<String>) {
        let entry = |(key, value, origin): &(&str, &str, Origin)| {
            let (key, value) = ((*key).to_owned(), (*value).to_owned());
            (key.clone(), Entry { key, value, origin: origin.clone() })
        };
        let mut entries: Entries = pairs.iter().map(entry).collect();
        let warnings = translate(&mut entries);
        let entries = entries.into_values().map(|entry| (entry.key, entry.value)).collect();
        (entries, warnings.into_iter().map(|warning| warning.to_string()).collect())
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn line(line: usize) -> Origin {
        Origin::File { path: "old.properties".into(), line }
    }

    #[test]
    fn an_old_file_is_understood() {
        let (entries, warnings) = translated(&[
            ("broker.id", "3", line(1)),
            ("host.name", "kafka1", line(2)),
            ("port", "9094", line(3)),
            ("advertised.host.name", "::1", line(4)),
            ("zookeeper.connect", "zoo:2181", line(5)),
        ]);
        let expected = [
            ("advertised.listeners", "PLAINTEXT://[::1]:9094"),
            ("broker.id", "3"),
            ("listeners", "PLAINTEXT://kafka1:9094"),
            ("node.id", "3"),
        ];
        assert_eq!(entries, pairs(&expected));
        assert_eq!(warnings.len(), 5);
        assert_eq!(
            warnings[0],
            "broker.id = 3 (old.properties:1): taken for node.id, its successor"
        );
    }

    #[test]
    fn successors_count_more_unless_they_are_of_a_weaker_layer() {
        let profile = Origin::Profile { line: 1 };
        let (entries, warnings) = translated(&[
            ("broker.id", "3", line(1)),
            ("node.id", "4", Origin::Override),
            ("port", "9094", line(2)),
            ("listeners", "PLAINTEXT://:1", line(3)),
        ]);
        let kept = [("broker.id", "3"), ("listeners", "PLAINTEXT://:1"), ("node.id", "4")];
        assert_eq!(entries, pairs(&kept));
        assert_eq!(warnings, ["port = 9094 (old.properties:2): ignored: listeners is set"]);
        let (entries, _) = translated(&[
            ("port", "1", Origin::Override),
            ("listeners", "PLAINTEXT://127.0.0.1:9092", profile),
        ]);
        assert_eq!(entries, pairs(&[("listeners", "PLAINTEXT://:1")]));
    }
}

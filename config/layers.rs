//! Layers: what the file (or the profile), the environment and the command line set, the stronger over the weaker.
//!
//! The `config` crate does the laying over; it takes a dot in a key for a step into a table and a bracket for one
//! into an array, so that `log.dir` and `log.dir.failure.timeout.ms` would overwrite each other. Keys therefore pass
//! through it [escaped](escape).

use std::collections::BTreeMap;

use config::{Config, ConfigError, File, Map, Source, Value};

use crate::origin::Origin;
use crate::properties::PropertiesFile;

/// A key that somebody set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The key.
    pub(crate) key: String,
    /// Its value, as written.
    pub(crate) value: String,
    /// Who set it.
    pub(crate) origin: Origin,
}

impl Entry {
    pub(crate) fn to_value(&self) -> Value {
        Value::new(Some(&self.origin.encode()), self.value.as_str())
    }
}

/// All keys that are set, by name: only the strongest entry of each.
pub(crate) type Entries = BTreeMap<String, Entry>;

/// Lays `layers`, the weakest first, over the text of a properties file, when there is one.
pub(crate) fn merge(
    file: Option<(PropertiesFile, &str)>,
    layers: Vec<Vec<Entry>>,
) -> Result<Entries, ConfigError> {
    let mut builder = Config::builder();
    if let Some((file, text)) = file {
        builder = builder.add_source(File::from_str(text, file));
    }
    for entries in layers {
        builder = builder.add_source(Layer { entries });
    }
    entries_of(builder.build()?.collect()?)
}

fn entries_of(table: Map<String, Value>) -> Result<Entries, ConfigError> {
    let entry = |(key, value): (String, Value)| {
        let origin = Origin::decode(value.origin().unwrap_or_default());
        let key = unescape(&key);
        Ok((key.clone(), Entry { key, value: value.into_string()?, origin }))
    };
    table.into_iter().map(entry).collect()
}

/// One layer, as a source of the `config` crate. Of a key that is set twice the last counts.
#[derive(Debug, Clone)]
struct Layer {
    entries: Vec<Entry>,
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.entries.iter().map(|entry| (escape(&entry.key), entry.to_value())).collect())
    }
}

/// Characters with which the `config` crate would leave the plain key, and the escape character itself.
const ESCAPED: [char; 4] = ['%', '.', '[', ']'];

/// Writes a key so that the `config` crate takes it for one name: `log.dir` → `log%2Edir`.
pub(crate) fn escape(key: &str) -> String {
    let mut escaped = String::with_capacity(key.len() + 8);
    for c in key.chars() {
        if ESCAPED.contains(&c) {
            escaped.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Reads back what [`escape`] wrote.
pub(crate) fn unescape(key: &str) -> String {
    let mut plain = key.to_owned();
    // The escape character comes last, or `%252E` would become a dot.
    for c in ESCAPED.iter().rev() {
        plain = plain.replace(&format!("%{:02X}", u32::from(*c)), &c.to_string());
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn layer(pairs: &[(&str, &str)], origin: Origin) -> Vec<Entry> {
        let entry = |(key, value): &(&str, &str)| Entry {
            key: (*key).to_owned(),
            value: (*value).to_owned(),
            origin: origin.clone(),
        };
        pairs.iter().map(entry).collect()
    }

    #[test]
    fn keys_that_begin_like_others_do_not_overwrite_them() {
        let pairs = [
            ("log.dir", "/a"),
            ("log.dir.failure.timeout.ms", "1"),
            ("max.connections", "2"),
            ("max.connections.per.ip", "3"),
            ("max.connections.per.ip.overrides", "a:1"),
            ("listeners[0]", "x"),
            ("listeners", "y"),
            ("a[99999999999]", "z"),
        ];
        for pairs in [pairs, {
            let mut reversed = pairs;
            reversed.reverse();
            reversed
        }] {
            let merged =
                merge(None, vec![layer(&pairs, Origin::Override)]).expect("plain text merges");
            let read: BTreeMap<_, _> =
                merged.values().map(|entry| (&*entry.key, &*entry.value)).collect();
            assert_eq!(read, BTreeMap::from(pairs));
        }
    }

    #[test]
    fn stronger_layers_cover_weaker_ones_key_by_key() {
        let weak = layer(&[("a.b", "1"), ("a", "2")], Origin::Profile { line: 1 });
        let strong = layer(&[("a.b", "3"), ("a.b.c", "4")], Origin::Override);
        let merged = merge(None, vec![weak, strong]).expect("plain text merges");
        let read: Vec<_> = merged
            .values()
            .map(|entry| (&*entry.key, &*entry.value, entry.origin.layer()))
            .collect();
        assert_eq!(read, [("a", "2", 1), ("a.b", "3", 3), ("a.b.c", "4", 3)]);
    }

    proptest! {
        #[test]
        fn escaped_keys_read_back_and_survive_the_crate(key in r"[a-zA-Z0-9._%\[\]\PC-]{1,30}") {
            prop_assert_eq!(unescape(&escape(&key)), key.clone());
            let merged = merge(None, vec![layer(&[(&key, "v")], Origin::Override)]).expect("plain text merges");
            prop_assert_eq!(merged.keys().collect::<Vec<_>>(), [&key]);
        }
    }
}

//! What each key is for, in a line: shown by DescribeConfigs and on the command line.

mod broker_keys;
mod group_keys;
mod kabuki_keys;
mod topic_keys;

use self::broker_keys::BROKER_DOCS;
use self::group_keys::GROUP_DOCS;
use self::kabuki_keys::{KABUKI_DOCS, RUN_TIME_DOCS};
use self::topic_keys::TOPIC_DOCS;

/// The line of a key. A name that brokers and topics both have means the same to both; all others are different.
pub(crate) fn doc(name: &str) -> Option<&'static str> {
    [BROKER_DOCS, TOPIC_DOCS, KABUKI_DOCS, RUN_TIME_DOCS, GROUP_DOCS]
        .iter()
        .find_map(|table| find(table, name))
}

fn find(table: &'static [(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    table.binary_search_by(|(key, _)| (*key).cmp(name)).ok().map(|index| table[index].1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::key;

    #[test]
    fn every_key_has_a_line_and_every_line_a_key() {
        let keys = key::broker_keys().chain(key::topic_keys());
        let keys = keys.chain(key::group_keys()).chain(key::client_metrics_keys());
        let keys: BTreeSet<_> = keys.map(|key| key.name).collect();
        let tables = [BROKER_DOCS, TOPIC_DOCS, KABUKI_DOCS, RUN_TIME_DOCS, GROUP_DOCS];
        let documented: BTreeSet<_> = tables.concat().iter().map(|(name, _)| *name).collect();
        assert_eq!(keys, documented);
        assert!(tables.iter().all(|table| table.is_sorted_by(|a, b| a.0 < b.0)));
    }

    #[test]
    fn lines_are_sentences() {
        for (name, line) in
            [BROKER_DOCS, TOPIC_DOCS, KABUKI_DOCS, RUN_TIME_DOCS, GROUP_DOCS].concat()
        {
            let begins = line.chars().next().is_some_and(|first| first.is_uppercase());
            assert!(begins && line.ends_with('.') && !line.contains('\n'), "{name}: {line}");
        }
    }
}

//! Deadlines, as data.

use std::collections::{BTreeMap, BTreeSet};

/// At most one deadline per key, on the monotonic clock in milliseconds. Ties are taken in the order of their keys, so
/// that a seed repeats a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timers<K> {
    by_key: BTreeMap<K, u64>,
    by_time: BTreeSet<(u64, K)>,
}

impl<K> Default for Timers<K> {
    fn default() -> Self {
        Self { by_key: BTreeMap::new(), by_time: BTreeSet::new() }
    }
}

impl<K: Ord + Clone> Timers<K> {
    /// Sets the key's deadline, in place of its earlier one.
    pub fn set(&mut self, key: K, deadline_ms: u64) {
        if let Some(before) = self.by_key.insert(key.clone(), deadline_ms) {
            if before == deadline_ms {
                return;
            }
            self.by_time.remove(&(before, key.clone()));
        }
        self.by_time.insert((deadline_ms, key));
    }

    /// Takes the key's deadline away.
    pub fn cancel(&mut self, key: &K) {
        if let Some(before) = self.by_key.remove(key) {
            self.by_time.remove(&(before, key.clone()));
        }
    }

    /// The key's deadline.
    pub fn get(&self, key: &K) -> Option<u64> {
        self.by_key.get(key).copied()
    }

    /// The earliest deadline.
    pub fn next_ms(&self) -> Option<u64> {
        self.by_time.first().map(|(deadline, _)| *deadline)
    }

    /// Takes out the key whose deadline is the earliest, if it has passed by `now_ms`.
    pub fn take_due(&mut self, now_ms: u64) -> Option<K> {
        let (deadline, _) = self.by_time.first()?;
        if *deadline > now_ms {
            return None;
        }
        let (_, key) = self.by_time.pop_first()?;
        self.by_key.remove(&key);
        Some(key)
    }

    /// How many deadlines there are.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// There is no deadline.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Each step sets a key's deadline, takes it away, or takes out what is due.
        #[test]
        fn what_is_due_comes_as_from_a_plain_list(
            steps in prop::collection::vec((0u8..3, 0u8..6, 0u64..20), 0..60),
        ) {
            let mut timers = Timers::default();
            let mut plain: BTreeMap<u8, u64> = BTreeMap::new();
            for (kind, key, time) in steps {
                match kind {
                    0 => {
                        timers.set(key, time);
                        plain.insert(key, time);
                    }
                    1 => {
                        timers.cancel(&key);
                        plain.remove(&key);
                    }
                    _ => {
                        let first = plain.iter().map(|(key, due)| (*due, *key)).min();
                        let due = first.filter(|(due, _)| *due <= time).map(|(_, key)| key);
                        prop_assert_eq!(timers.take_due(time), due);
                        due.and_then(|key| plain.remove(&key));
                    }
                }
                prop_assert_eq!(timers.next_ms(), plain.values().min().copied());
                prop_assert_eq!(timers.len(), plain.len());
            }
        }
    }

    #[test]
    fn each_key_has_its_last_deadline() {
        let mut timers = Timers::default();
        timers.set("a", 10);
        timers.set("b", 5);
        timers.set("a", 3);
        timers.set("c", 4);
        timers.cancel(&"c");
        assert_eq!((timers.next_ms(), timers.get(&"a"), timers.len()), (Some(3), Some(3), 2));
        assert_eq!(timers.take_due(2), None);
        assert_eq!(timers.take_due(5), Some("a"));
        assert_eq!(timers.take_due(5), Some("b"));
        assert_eq!(timers.take_due(100), None);
        assert!(timers.is_empty());
    }
}

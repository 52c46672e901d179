//! Which topics a group reads, by name and by pattern.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::member::Member;

/// What a pattern matched when it was last looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resolved {
    /// Names of topics.
    pub(super) topics: Arc<BTreeSet<String>>,
    /// The version of the topics that were looked at.
    pub(super) version: i64,
    /// When, in milliseconds since the epoch.
    pub(super) timestamp_ms: i64,
}

/// How many members read a topic by its name, and how many patterns match it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Readers {
    by_name: usize,
    by_pattern: usize,
}

/// The subscriptions of all members together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Subscriptions {
    topics: BTreeMap<String, Readers>,
    /// How many members read by each pattern.
    patterns: BTreeMap<String, usize>,
    resolved: BTreeMap<String, Resolved>,
}

impl Subscriptions {
    /// Somebody reads the topic.
    pub(super) fn has(&self, topic: &str) -> bool {
        self.topics.contains_key(topic)
    }

    /// The topics that somebody reads.
    pub(super) fn topics(&self) -> impl Iterator<Item = &str> {
        self.topics.keys().map(String::as_str)
    }

    /// The patterns that members read by, with the number of these members.
    pub(super) fn patterns(&self) -> &BTreeMap<String, usize> {
        &self.patterns
    }

    /// How many members read by the pattern.
    pub(super) fn members_by(&self, pattern: &str) -> usize {
        self.patterns.get(pattern).copied().unwrap_or(0)
    }

    /// What the patterns matched.
    pub(super) fn resolved(&self) -> &BTreeMap<String, Resolved> {
        &self.resolved
    }

    /// The topics that a member reads, with those that its pattern matched.
    pub(super) fn of<'a>(&'a self, member: &'a Member) -> impl Iterator<Item = &'a str> {
        let matched = member.pattern().and_then(|pattern| self.resolved.get(pattern));
        let matched = matched.into_iter().flat_map(|resolved| resolved.topics.iter());
        member.subscribed_topic_names.iter().chain(matched).map(String::as_str)
    }

    /// A member comes (`before` is `None`), goes (`after` is `None`) or changes.
    pub(super) fn change(&mut self, before: Option<&Member>, after: Option<&Member>) {
        let names =
            |member: Option<&Member>| member.map(|member| member.subscribed_topic_names.clone());
        if names(before) != names(after) {
            for name in names(before).iter().flat_map(|names| names.iter()) {
                self.read(name, |readers| readers.by_name = readers.by_name.saturating_sub(1));
            }
            for name in names(after).iter().flat_map(|names| names.iter()) {
                self.read(name, |readers| readers.by_name += 1);
            }
        }
        let pattern = |member: Option<&Member>| member.and_then(Member::pattern).map(str::to_owned);
        if pattern(before) != pattern(after) {
            if let Some(pattern) = pattern(before) {
                subtract(&mut self.patterns, &pattern);
            }
            if let Some(pattern) = pattern(after) {
                *self.patterns.entry(pattern).or_default() += 1;
            }
        }
    }

    /// A pattern was resolved, or is of no interest any more.
    pub(super) fn resolve(&mut self, pattern: &str, resolved: Option<Resolved>) {
        if let Some(before) = self.resolved.remove(pattern) {
            for topic in before.topics.iter() {
                self.read(topic, |readers| {
                    readers.by_pattern = readers.by_pattern.saturating_sub(1)
                });
            }
        }
        if let Some(resolved) = resolved {
            for topic in resolved.topics.iter() {
                self.read(topic, |readers| readers.by_pattern += 1);
            }
            self.resolved.insert(pattern.to_owned(), resolved);
        }
    }

    /// All of this many members read the same topics, in the same way. It is a rule of thumb, and Kafka's: what it
    /// says decides by which algorithm partitions are assigned.
    pub(super) fn are_homogeneous(&self, members: usize) -> bool {
        match self.patterns.values().next() {
            None => self.topics.values().all(|readers| readers.by_name == members),
            Some(by_pattern) => {
                *by_pattern == members
                    && self
                        .topics
                        .values()
                        .all(|readers| *readers == Readers { by_name: 0, by_pattern: 1 })
            }
        }
    }

    fn read(&mut self, topic: &str, change: impl FnOnce(&mut Readers)) {
        let mut readers = self.topics.get(topic).copied().unwrap_or_default();
        change(&mut readers);
        if readers == Readers::default() {
            self.topics.remove(topic);
        } else {
            self.topics.insert(topic.to_owned(), readers);
        }
    }
}

/// Counts one less; none is not kept.
pub(super) fn subtract(counts: &mut BTreeMap<String, usize>, key: &str) {
    match counts.get_mut(key) {
        Some(1) | None => {
            counts.remove(key);
        }
        Some(count) => *count -= 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(names: &[&str], pattern: &str) -> Member {
        let mut member = Member::new("m");
        member.subscribed_topic_names =
            Arc::new(names.iter().map(|name| (*name).to_owned()).collect());
        member.subscribed_topic_regex = Some(pattern.to_owned());
        member
    }

    fn resolved(topics: &[&str]) -> Option<Resolved> {
        let topics = Arc::new(topics.iter().map(|topic| (*topic).to_owned()).collect());
        Some(Resolved { topics, version: 0, timestamp_ms: 0 })
    }

    #[test]
    fn a_topic_is_read_until_its_last_reader_goes() {
        let (one, two) = (member(&["a", "b"], ""), member(&["b"], "c.*"));
        let mut all = Subscriptions::default();
        all.change(None, Some(&one));
        all.change(None, Some(&two));
        all.resolve("c.*", resolved(&["c1", "b"]));
        assert_eq!(all.topics().collect::<Vec<_>>(), ["a", "b", "c1"]);
        all.change(Some(&one), None);
        all.change(Some(&two), Some(&member(&[], "c.*")));
        assert_eq!(all.topics().collect::<Vec<_>>(), ["b", "c1"]);
        all.resolve("c.*", None);
        all.change(Some(&member(&[], "c.*")), None);
        assert_eq!(all, Subscriptions::default());
    }

    #[test]
    fn subscriptions_are_homogeneous_by_names_or_by_one_pattern() {
        let mut all = Subscriptions::default();
        assert!(all.are_homogeneous(0));
        all.change(None, Some(&member(&["a"], "")));
        all.change(None, Some(&member(&["a"], "")));
        assert!(all.are_homogeneous(2));
        all.change(None, Some(&member(&["a", "b"], "")));
        assert!(!all.are_homogeneous(3));

        let mut all = Subscriptions::default();
        all.change(None, Some(&member(&[], "a.*")));
        all.change(None, Some(&member(&[], "a.*")));
        all.resolve("a.*", resolved(&["a1"]));
        assert!(all.are_homogeneous(2) && !all.are_homogeneous(3));
        all.change(Some(&member(&[], "a.*")), Some(&member(&["a1"], "a.*")));
        assert!(!all.are_homogeneous(2));
    }
}

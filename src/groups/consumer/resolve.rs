//! Subscriptions by pattern: when they are resolved, and what comes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::api::Refusal;
use super::member::Member;
use super::pattern::Pattern;
use super::subscriptions::{Resolved, subtract};
use super::{ConsumerGroup, Look, METADATA_REFRESH_MS, hash, records};
use crate::cx::Cx;
use crate::error::GroupError;
use crate::records::GroupRecord;
use crate::topics::Topics;

/// The shortest time between two resolutions: a member that comes with a new pattern waits for so long at most.
const RESOLUTION_INTERVAL_MIN_MS: u64 = 10_000;
/// The version of the topics in records. Kafka writes the offset of its cluster image, and resolves a pattern again when
/// topics have come since: with 0 it always does.
const TOPICS_VERSION: i64 = 0;

/// What a heartbeat did to the patterns of its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PatternChange {
    /// The member reads by another pattern, or by none any more.
    pub(super) changed: bool,
    /// What it reads by now is resolved: the group may be assigned anew at once.
    pub(super) resolved: bool,
    /// All patterns of the group are to be resolved after this heartbeat.
    pub(super) resolve: bool,
}

impl ConsumerGroup {
    /// Looks at the pattern of a member as it was and as it will be.
    pub(super) fn propose_patterns(
        &self,
        look: Look<'_>,
        member: &Member,
        updated: &Member,
        out: &mut Vec<GroupRecord>,
    ) -> Result<PatternChange, Refusal> {
        let subscriptions = &self.hard.subscriptions;
        let (before, after) = (member.pattern(), updated.pattern());
        let changed = member.subscribed_topic_regex != updated.subscribed_topic_regex;
        let mut change = PatternChange { changed, resolved: false, resolve: false };
        if changed {
            if let Some(before) = before.filter(|before| subscriptions.members_by(before) == 1) {
                out.push(records::pattern_gone(&self.id, before));
            }
            match after {
                Some(after) if subscriptions.members_by(after) == 0 => {
                    Pattern::new(after).map_err(|reason| {
                        let message = format!("`{after}` is no regular expression: {reason}");
                        Refusal::new(GroupError::InvalidRegularExpression, message)
                    })?;
                    change.resolve = true;
                }
                Some(after) => change.resolved = subscriptions.resolved().contains_key(after),
                None => change.resolved = before.is_some(),
            }
        }
        if change.resolve || !subscriptions.patterns().is_empty() {
            change.resolve = self.is_resolution_due(look, before, after, change.resolve);
        }
        Ok(change)
    }

    fn is_resolution_due(
        &self,
        look: Look<'_>,
        before: Option<&str>,
        after: Option<&str>,
        is_new: bool,
    ) -> bool {
        let subscriptions = &self.hard.subscriptions;
        let last = subscriptions.resolved().values().next().map(|resolved| resolved.timestamp_ms);
        let passed_ms = last.map_or(i64::MAX, |last| look.now.wall_ms.saturating_sub(last));
        if passed_ms <= RESOLUTION_INTERVAL_MIN_MS.cast_signed()
            || look.now.monotonic_ms < self.patterns_rest_until_ms
        {
            return false;
        }
        let mut patterns = subscriptions.patterns().clone();
        if let Some(before) = before {
            subtract(&mut patterns, before);
        }
        if let Some(after) = after {
            *patterns.entry(after.to_owned()).or_default() += 1;
        }
        let interval = i64::try_from(look.settings.regex_refresh_interval_ms).unwrap_or(i64::MAX);
        let due = is_new
            || patterns.len() != subscriptions.resolved().len()
            || self.patterns_stale
            || passed_ms > interval;
        due && !patterns.is_empty()
    }

    /// Resolves every pattern that a member reads by, and moves the group to a new epoch if what it reads changed. What is
    /// larger than a batch is not done, and tried again after a while.
    pub(super) fn resolve_patterns<A>(&mut self, cx: &mut Cx<'_, GroupRecord, A>, look: Look<'_>) {
        let patterns: BTreeSet<&String> = self.hard.subscriptions.patterns().keys().collect();
        let mut after = self.hard.subscriptions.clone();
        let mut changed = false;
        let mut out = Vec::new();
        for (pattern, topics) in matches(&self.id, &patterns, look.topics) {
            let before = after.resolved().get(pattern).map(|resolved| &*resolved.topics);
            changed |= before.map_or(!topics.is_empty(), |before| *before != topics);
            let resolved = Resolved {
                topics: Arc::new(topics),
                version: TOPICS_VERSION,
                timestamp_ms: look.now.wall_ms,
            };
            out.push(records::pattern(&self.id, pattern, &resolved));
            after.resolve(pattern, Some(resolved));
        }
        let metadata_hash = hash::of_group(after.topics(), look.topics);
        let moves = changed || metadata_hash != self.hard.metadata_hash;
        if moves {
            out.push(records::group_epoch(
                &self.id,
                self.hard.epoch.saturating_add(1),
                metadata_hash,
            ));
        }
        let now_ms = look.now.monotonic_ms;
        if let Err(refusal) = self.settle(cx, out, None) {
            tracing::warn!(group = self.id, %refusal, "patterns stay as they were resolved");
            self.patterns_rest_until_ms = now_ms.saturating_add(RESOLUTION_INTERVAL_MIN_MS);
            return;
        }
        self.patterns_stale = false;
        if moves {
            self.metadata_expires_ms = now_ms.saturating_add(METADATA_REFRESH_MS);
        }
    }
}

/// The topics that each pattern matches. One that cannot be read matches none: only a record can bring it.
fn matches<'a>(
    group: &str,
    patterns: &BTreeSet<&'a String>,
    topics: &dyn Topics,
) -> BTreeMap<&'a String, BTreeSet<String>> {
    let mut compiled = Vec::new();
    for text in patterns {
        match Pattern::new(text) {
            Ok(pattern) => compiled.push((*text, pattern)),
            Err(reason) => {
                tracing::error!(group, pattern = text, reason, "a pattern cannot be read")
            }
        }
    }
    let mut matched: BTreeMap<_, BTreeSet<String>> =
        patterns.iter().map(|text| (*text, BTreeSet::new())).collect();
    topics.each_name(&mut |name| {
        for (text, _) in compiled.iter().filter(|(_, pattern)| pattern.matches(name)) {
            matched.entry(*text).or_default().insert(name.to_owned());
        }
    });
    matched
}

//! Who shall have what: the target assignment.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::api::Refusal;
use super::member::Member;
use super::subscriptions::subtract;
use super::{ConsumerGroup, Look, Target, records};
use crate::assignor::{self, GroupSpec, MemberSpec, PartitionCounts};
use crate::error::GroupError;
use crate::records::GroupRecord;
use crate::topics::Topics;

/// The assignor of a group whose members ask for none, where none is configured.
const DEFAULT_ASSIGNOR: &str = "uniform";

/// A change of the group that is about to be: what the target is computed for.
pub(super) struct Change<'a> {
    /// The member as it was, and as it will be.
    pub(super) member: &'a Member,
    pub(super) updated: &'a Member,
    /// The group epoch.
    pub(super) epoch: i32,
    /// All members read the same.
    pub(super) homogeneous: bool,
}

impl ConsumerGroup {
    /// The assignment epoch and the member's target. It is computed anew if the group epoch is ahead, and the last time is at
    /// least `group.consumer.assignment.interval.ms` ago (KIP-1263): until then members go by the last target.
    pub(super) fn propose_target(
        &self,
        look: Look<'_>,
        change: &Change<'_>,
        out: &mut Vec<GroupRecord>,
    ) -> Result<(i32, Target), Refusal> {
        if self.hard.assignment_epoch >= change.epoch || !self.may_assign(look) {
            return Ok((self.hard.assignment_epoch, self.last_target(change.updated)));
        }
        let assignor = self.preferred_assignor(look, change);
        let mut targets = self
            .assign(look, &assignor, change)
            .map_err(|unknown| Refusal::new(GroupError::UnknownServerError, unknown.to_string()))?;
        tracing::debug!(group = self.id, epoch = change.epoch, assignor, "assigned anew");
        for (member_id, target) in &targets {
            if self.hard.targets.get(member_id).map(AsRef::as_ref) != Some(target) {
                out.push(records::target(&self.id, member_id, target));
            }
        }
        out.push(records::target_epoch(&self.id, change.epoch, look.now.wall_ms));
        let own = targets.remove(&change.updated.id).unwrap_or_default();
        Ok((change.epoch, Target::new(own)))
    }

    fn may_assign(&self, look: Look<'_>) -> bool {
        let last = self.hard.assignment_timestamp_ms;
        let interval =
            i64::try_from(look.group_settings.assignment_interval_ms).unwrap_or(i64::MAX);
        last == 0 || interval == 0 || look.now.wall_ms >= last.saturating_add(interval)
    }

    /// The target that a member has, or takes over from the member that it replaces.
    pub(super) fn last_target(&self, member: &Member) -> Target {
        let id = match &member.instance_id {
            None => Some(&member.id),
            Some(instance) => self.hard.static_members.get(instance),
        };
        id.and_then(|id| self.hard.targets.get(id)).cloned().unwrap_or_default()
    }

    /// The assignor that most members ask for. Of several the name last in order is taken: Kafka's hash table has
    /// `uniform` before `range`.
    fn preferred_assignor(&self, look: Look<'_>, change: &Change<'_>) -> String {
        let mut votes = self.hard.assignor_votes.clone();
        if let Some(name) = &change.member.server_assignor {
            subtract(&mut votes, name);
        }
        if let Some(name) = &change.updated.server_assignor {
            *votes.entry(name.clone()).or_default() += 1;
        }
        elected(&votes)
            .unwrap_or_else(|| default_assignor(&look.settings.consumer_assignors))
            .to_owned()
    }

    fn assign(
        &self,
        look: Look<'_>,
        assignor: &str,
        change: &Change<'_>,
    ) -> Result<assignor::Assignment, assignor::UnknownAssignor> {
        let updated = change.updated;
        let replaced = updated.instance_id.as_ref().and_then(|id| self.hard.static_members.get(id));
        let mut members: BTreeMap<&str, &Member> =
            self.hard.members.iter().map(|(id, member)| (id.as_str(), member)).collect();
        if let Some(replaced) = replaced {
            members.remove(replaced.as_str());
        }
        members.insert(&updated.id, updated);

        let reads = |member: &Member| -> BTreeSet<Uuid> {
            let names = self.hard.subscriptions.of(member);
            names.filter_map(|name| look.topics.by_name(name)).map(|topic| topic.id).collect()
        };
        let mut topics = BTreeMap::new();
        for member in members.values() {
            let subscription = (&*member.subscribed_topic_names, member.pattern());
            topics.entry(subscription).or_insert_with(|| reads(member));
        }
        let nothing = Target::default();
        let assigned = |member: &Member| {
            let id = replaced.filter(|_| member.id == updated.id).unwrap_or(&member.id);
            self.hard.targets.get(id).unwrap_or(&nothing)
        };
        let group = GroupSpec {
            members: (members.values())
                .map(|member| MemberSpec {
                    member_id: &member.id,
                    instance_id: member.instance_id.as_deref(),
                    rack: member.rack_id.as_deref(),
                    topics: &topics[&(&*member.subscribed_topic_names, member.pattern())],
                    assigned: assigned(member),
                })
                .collect(),
            homogeneous: change.homogeneous,
        };
        assignor::assign(assignor, &group, &Counts(look.topics))
    }

    /// The assignor by which the group is assigned, as its members have it now.
    pub(super) fn assignor<'a>(&'a self, configured: &'a [String]) -> &'a str {
        elected(&self.hard.assignor_votes).unwrap_or_else(|| default_assignor(configured))
    }
}

fn elected(votes: &BTreeMap<String, usize>) -> Option<&str> {
    votes.iter().max_by_key(|(_, count)| **count).map(|(name, _)| name.as_str())
}

fn default_assignor(configured: &[String]) -> &str {
    configured.first().map_or(DEFAULT_ASSIGNOR, String::as_str)
}

/// How many partitions the topics have.
struct Counts<'a>(&'a dyn Topics);

impl PartitionCounts for Counts<'_> {
    fn partitions(&self, topic: Uuid) -> Option<i32> {
        self.0.by_name(self.0.name_of(topic)?).map(|topic| topic.partitions)
    }
}

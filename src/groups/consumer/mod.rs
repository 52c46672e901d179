//! One consumer group of the new protocol (KIP-848).
//!
//! ```text
//! ConsumerGroupHeartbeat ▶ check ▶ join ───▶ resolve ─▶ target ───▶ reconcile ─▶ records ▶ apply
//!                                  who asks   what it    who shall   what it may
//!                                             reads      have what   have now
//! ```
//!
//! The group has three epochs. The *group epoch* grows with what members read, and with members that leave. The
//! *assignment epoch* says for which group epoch the target assignment was computed. A *member epoch* says which target a
//! member has come to. A member goes its own way there: it gives up what it shall not have (`UnrevokedPartitions`), takes
//! what is free, and waits for what others still have (`UnreleasedPartitions`).
//!
//! Members of the classic protocol may be among the others ([`ConsumerGroup::join_classic`] and its like): a JoinGroup goes
//! the same way, and what a heartbeat would tell is told by asking them to join again. When only they are left the group
//! becomes a classic one, as a classic group becomes one of this kind with its first member of the new protocol.
//!
//! Decisions look at the group as it is and only then change it, by records, if these fit into a batch: a refusal leaves no
//! trace. What is in no record (deadlines, when topics were last looked at) begins anew after a replay.
//!
//! The measure is `GroupMetadataManager` of Apache Kafka 4.3.1 with its `ConsumerGroup`, `TargetAssignmentBuilder` and
//! `CurrentAssignmentBuilder`. It differs in this: hash tables of Kafka are walked in ascending order here, and patterns are
//! resolved in the turn that asks for it, where Kafka takes another thread. An instance id that a member gave up for another
//! one is free, where Kafka keeps it taken until its log is compacted. A group that cannot be written as a classic one
//! stays what it is and lets its member go, where Kafka refuses the request; and who waits in a classic group is told to
//! join again only once the group has become one of this kind. And members are asked to come again sooner while something is
//! to come for them: see `pace`.

mod api;
mod apply;
mod check;
mod classic;
mod classic_join;
mod describe;
mod downgrade;
mod epochs;
mod hash;
mod heartbeat;
mod join;
mod leave;
mod member;
mod pace;
mod pattern;
mod reconcile;
mod records;
mod resolve;
mod subscriptions;
mod target;
mod upgrade;
mod validate;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kabuki_coordination::{Now, Timers};
use uuid::Uuid;

use crate::cx::Cx;
use crate::settings::{ConsumerSettings, Settings};
use crate::topics::Topics;
use epochs::PartitionEpochs;
use subscriptions::Subscriptions;

pub use api::{Answer, HeartbeatAnswer, HeartbeatRequest, Partitions, Refusal};
pub use describe::{DescribedGroup, DescribedMember, DescribedTopic, GroupState};
pub(crate) use downgrade::Successor;
pub use member::{Member, MemberState, Owned};
pub use validate::CommitCheck;

/// What a member shall have, by topic.
type Target = Arc<BTreeMap<Uuid, BTreeSet<i32>>>;

/// The epochs of a group and of its assignment before anything happened.
const FIRST_EPOCH: i32 = 1;
/// How long the topics that a group reads are taken to be as they were, if nobody says otherwise: 2³¹ − 1 ms.
const METADATA_REFRESH_MS: u64 = i32::MAX as u64;

/// A group, from its first record to its last.
#[derive(Debug, Clone)]
pub struct ConsumerGroup {
    id: String,
    hard: Hard,
    /// The group's own settings.
    settings: Option<ConsumerSettings>,
    /// When the topics are looked at again though nobody said that they changed, on the monotonic clock.
    metadata_expires_ms: u64,
    /// Topics may have come since patterns were resolved.
    patterns_stale: bool,
    /// Patterns were not to be resolved for want of room, and are left alone until then, on the monotonic clock.
    patterns_rest_until_ms: u64,
    timers: Timers<Timer>,
    /// The classic group that takes the place of this one.
    successor: Option<Successor>,
}

/// What the log says, and what follows from it.
#[derive(Debug, Clone, PartialEq)]
struct Hard {
    /// The log has something of this group.
    present: bool,
    epoch: i32,
    /// The hash of the topics that the group reads: see [`hash`].
    metadata_hash: i64,
    assignment_epoch: i32,
    /// Milliseconds since the epoch; 0 before the first assignment.
    assignment_timestamp_ms: i64,
    members: BTreeMap<String, Member>,
    targets: BTreeMap<String, Target>,
    /// The log has a record of partitions as Kafka wrote them before 4.1.
    partition_metadata: bool,
    /// Member ids by instance id.
    static_members: BTreeMap<String, String>,
    /// How many members ask for each assignor.
    assignor_votes: BTreeMap<String, usize>,
    partition_epochs: PartitionEpochs,
    subscriptions: Subscriptions,
}

impl Default for Hard {
    fn default() -> Self {
        Self {
            present: false,
            epoch: FIRST_EPOCH,
            metadata_hash: 0,
            assignment_epoch: FIRST_EPOCH,
            assignment_timestamp_ms: 0,
            members: BTreeMap::new(),
            targets: BTreeMap::new(),
            partition_metadata: false,
            static_members: BTreeMap::new(),
            assignor_votes: BTreeMap::new(),
            partition_epochs: PartitionEpochs::default(),
            subscriptions: Subscriptions::default(),
        }
    }
}

/// What a deadline is for. The text is the member's id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// The member has not been heard of.
    Session(String),
    /// The member has not given up what it shall give up.
    Rebalance(String),
    /// The member, of the classic protocol, was told to join again and has not.
    Join(String),
    /// The member, of the classic protocol, has joined and not asked for its partitions.
    Sync(String),
}

/// What a decision may look at beside the group.
#[derive(Clone, Copy)]
struct Look<'a> {
    now: Now,
    settings: &'a Settings,
    /// The group's own settings, or the broker's.
    group_settings: &'a ConsumerSettings,
    topics: &'a dyn Topics,
}

impl<'a> Look<'a> {
    fn of<'b: 'a, R, A>(cx: &Cx<'b, R, A>, group_settings: &'a ConsumerSettings) -> Self {
        Self { now: cx.now, settings: cx.settings, group_settings, topics: cx.topics }
    }
}

impl ConsumerGroup {
    /// A group without records.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            hard: Hard::default(),
            settings: None,
            metadata_expires_ms: 0,
            patterns_stale: true,
            patterns_rest_until_ms: 0,
            timers: Timers::default(),
            successor: None,
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The log has something of it. A group that is not present is to be forgotten.
    pub fn is_present(&self) -> bool {
        self.hard.present
    }

    /// It has no members.
    pub fn is_empty(&self) -> bool {
        self.hard.members.is_empty()
    }

    /// The group epoch.
    pub fn epoch(&self) -> i32 {
        self.hard.epoch
    }

    /// The members, in ascending order of their ids.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.hard.members.values()
    }

    /// The member of this id.
    pub fn member(&self, id: &str) -> Option<&Member> {
        self.hard.members.get(id)
    }

    /// A member reads the topic, by its name or by a pattern.
    pub fn is_subscribed_to(&self, topic: &str) -> bool {
        self.hard.subscriptions.has(topic)
    }

    /// The topics that members read, by their names or by patterns, in ascending order.
    pub fn subscribed_topics(&self) -> impl Iterator<Item = &str> {
        self.hard.subscriptions.topics()
    }

    /// Sets the group's own settings, in place of the broker's. What runs already is not changed.
    pub fn configure(&mut self, settings: Option<ConsumerSettings>) {
        self.settings = settings;
    }

    /// Topics changed: `changed` are the names of those that came, went, grew or moved, and `created` says that some came.
    /// Members learn of it with their next heartbeats.
    pub fn topics_changed(&mut self, changed: &BTreeSet<String>, created: bool) {
        self.patterns_stale |= created;
        if changed.iter().any(|topic| self.is_subscribed_to(topic)) {
            self.metadata_expires_ms = 0;
        }
    }

    /// The log was replayed: members have a whole session timeout to be heard of, and those that are to give something up
    /// have their rebalance timeouts.
    pub fn loaded<R, A>(&mut self, cx: &Cx<'_, R, A>) {
        let now_ms = cx.now.monotonic_ms;
        let session_ms = self.group_settings(cx.settings).session_timeout_ms;
        for member in self.hard.members.values() {
            self.timers.set(Timer::Session(member.id.clone()), now_ms.saturating_add(session_ms));
            if member.state == MemberState::UnrevokedPartitions {
                let deadline = now_ms.saturating_add(member.rebalance_timeout_ms());
                self.timers.set(Timer::Rebalance(member.id.clone()), deadline);
            }
        }
    }

    /// When [`ConsumerGroup::tick`] has something to do next, on the monotonic clock.
    pub fn next_deadline_ms(&self) -> Option<u64> {
        self.timers.next_ms()
    }

    fn group_settings<'a>(&'a self, settings: &'a Settings) -> &'a ConsumerSettings {
        self.settings.as_ref().unwrap_or(&settings.consumer)
    }

    fn static_member(&self, instance_id: &str) -> Option<&Member> {
        self.hard.static_members.get(instance_id).and_then(|id| self.hard.members.get(id))
    }
}

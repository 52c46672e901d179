//! One classic group: members that join, one of them that shares the partitions out, the rest that sync.
//!
//! ```text
//!            join                    all have joined, or time is up            the leader syncs
//!   Empty ─────────▶ PreparingRebalance ───────────▶ CompletingRebalance ───────────▶ Stable
//!     ▲                 │   ▲                            │                              │
//!     └─── nobody is left   └────────────────────────────┴── join, leave, expiry ───────┘
//! ```
//!
//! Rules, limits and error codes are those of Apache Kafka 4.3.1.
//!
//! * `join`, `rebalance`, `sync`, `heartbeat`, `leave`: what members do, and what follows from it.
//! * `record`: what is written down, and how a group is made of it again.
//! * `validate`: what others ask of a group before they touch its offsets.
//!
//! The hard state is one record: generation, protocol, leader, members with subscription and assignment. It is proposed
//! when the leader syncs, when a generation has no member, when a static member is replaced without a rebalance, and
//! when the group is new. What is proposed has changed the group already; [`ClassicGroup::replay`] is for what is read
//! from the log.
//!
//! A waiting request is a ticket at its member. A ticket leaves the member only to be answered.

mod api;
mod heartbeat;
mod join;
mod leave;
mod members;
mod protocols;
mod rebalance;
mod record;
mod sync;
mod validate;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use kabuki_coordination::{Now, Ticket, Timers};

use crate::cx::Cx;
use crate::error::GroupError;
use crate::records::GroupRecord;

pub use api::{
    Answer, Described, DescribedMember, HeartbeatAnswer, HeartbeatRequest, JoinAnswer, JoinRequest,
    JoinedMember, LeaveAnswer, LeaveRequest, LeavingMember, LeftMember, Protocol, SyncAnswer,
    SyncRequest,
};
pub use members::Member;
pub(crate) use members::Members;
pub(crate) use protocols::{CONSUMER_PROTOCOL_TYPE, select as select_protocol};
pub use validate::ExpiryBasis;

/// Where a classic group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClassicGroupState {
    /// It has no member; offsets may stand in it.
    Empty,
    /// Members are asked to join again.
    PreparingRebalance,
    /// All have joined; the leader is to say who gets what.
    CompletingRebalance,
    /// Everybody knows what is theirs.
    Stable,
    /// It is gone: another one may have the name.
    Dead,
}

impl ClassicGroupState {
    /// Kafka's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::PreparingRebalance => "PreparingRebalance",
            Self::CompletingRebalance => "CompletingRebalance",
            Self::Stable => "Stable",
            Self::Dead => "Dead",
        }
    }
}

/// What a group waits for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TimerKey {
    /// That members join.
    Join,
    /// That members sync.
    Sync,
    /// A sign of life of a member, pending ones included.
    Session(String),
}

/// The delay of the first rebalance that is running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InitialDelay {
    /// How long it is this time.
    pub(crate) delay_ms: u64,
    /// By how much it may be made longer while members come.
    pub(crate) remaining_ms: u64,
}

/// A classic group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassicGroup {
    pub(crate) id: String,
    pub(crate) state: ClassicGroupState,
    pub(crate) previous_state: ClassicGroupState,
    /// Since when it is in this state, in milliseconds since the epoch; `None` after records of old.
    pub(crate) state_since_ms: Option<i64>,
    pub(crate) protocol_type: Option<String>,
    pub(crate) protocol_name: Option<String>,
    pub(crate) generation_id: i32,
    pub(crate) leader_id: Option<String>,
    pub(crate) members: Members,
    /// Ids that were given out and have not joined yet (KIP-394).
    pub(crate) pending: BTreeSet<String>,
    /// Members of this generation that have not synced yet.
    pub(crate) pending_sync: BTreeSet<String>,
    /// What consumers subscribe to, when it is known.
    pub(crate) subscribed_topics: Option<BTreeSet<String>>,
    /// A member came since the delay of the first rebalance began.
    pub(crate) new_member_added: bool,
    pub(crate) initial_delay: Option<InitialDelay>,
    pub(crate) timers: Timers<TimerKey>,
}

impl ClassicGroup {
    /// A group that nobody has joined.
    pub fn new(id: impl Into<String>, now: Now) -> Self {
        Self {
            id: id.into(),
            state: ClassicGroupState::Empty,
            previous_state: ClassicGroupState::Dead,
            state_since_ms: Some(now.wall_ms),
            protocol_type: None,
            protocol_name: None,
            generation_id: 0,
            leader_id: None,
            members: Members::default(),
            pending: BTreeSet::new(),
            pending_sync: BTreeSet::new(),
            subscribed_topics: None,
            new_member_added: false,
            initial_delay: None,
            timers: Timers::default(),
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it is.
    pub fn state(&self) -> ClassicGroupState {
        self.state
    }

    /// The number of the present generation.
    pub fn generation_id(&self) -> i32 {
        self.generation_id
    }

    /// The kind of group; `None` for one that only holds offsets.
    pub fn protocol_type(&self) -> Option<&str> {
        self.protocol_type.as_deref()
    }

    /// The chosen protocol.
    pub fn protocol_name(&self) -> Option<&str> {
        self.protocol_name.as_deref()
    }

    /// The leader's id.
    pub fn leader_id(&self) -> Option<&str> {
        self.leader_id.as_deref()
    }

    /// The members, in the order of their ids; pending ones are none yet.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &Member> {
        self.members.iter()
    }

    /// Which member bears the name of a static member.
    pub fn static_member_id(&self, group_instance_id: &str) -> Option<&str> {
        self.members.static_id(group_instance_id)
    }

    /// The id was given out, and has not joined yet.
    pub fn is_pending(&self, member_id: &str) -> bool {
        self.pending.contains(member_id)
    }

    /// The log was replayed: sessions begin now. A group that is larger than it may be by now rebalances, so that the
    /// members which come too late are refused.
    pub fn loaded<A: From<Answer>>(&mut self, cx: &mut Cx<'_, GroupRecord, A>) {
        for id in self.members.ids() {
            self.begin_session(cx.now, &id);
        }
        if self.members.len() > cx.settings.max_size {
            self.prepare_rebalance(cx, "the group is larger than group.max.size");
        }
    }

    /// Does what is due.
    pub fn tick<A: From<Answer>>(&mut self, cx: &mut Cx<'_, GroupRecord, A>) {
        while let Some(key) = self.timers.take_due(cx.now.monotonic_ms) {
            match key {
                TimerKey::Join => self.join_time_is_up(cx),
                TimerKey::Sync => self.sync_time_is_up(cx),
                TimerKey::Session(member_id) => self.session_is_over(cx, &member_id),
            }
        }
    }

    /// When [`ClassicGroup::tick`] has something to do next, on the monotonic clock.
    pub fn next_deadline_ms(&self) -> Option<u64> {
        self.timers.next_ms()
    }

    /// The group is gone, deleted or moved elsewhere: whoever waits is refused with `error`.
    pub fn close<A: From<Answer>>(&mut self, cx: &mut Cx<'_, GroupRecord, A>, error: GroupError) {
        self.refuse_all(cx, error);
        self.timers = Timers::default();
        self.transition(cx.now, ClassicGroupState::Dead);
    }

    /// Refuses whoever waits. Members stay.
    pub(crate) fn refuse_all<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        error: GroupError,
    ) {
        for id in self.members.ids() {
            if let Some(ticket) = self.members.take_join_ticket(&id) {
                refuse_join(cx, ticket, &id, error);
            }
            if let Some(ticket) = self.members.take_sync_ticket(&id) {
                refuse_sync(cx, ticket, error);
            }
        }
    }

    pub(crate) fn transition(&mut self, now: Now, to: ClassicGroupState) {
        self.previous_state = std::mem::replace(&mut self.state, to);
        self.state_since_ms = Some(now.wall_ms);
    }

    pub(crate) fn is_leader(&self, member_id: &str) -> bool {
        self.leader_id.as_deref() == Some(member_id)
    }

    /// Adds a member. The first gives the group its type, and leads it.
    pub(crate) fn add(&mut self, member: Member, protocol_type: &str) {
        if self.members.is_empty() {
            self.protocol_type = Some(protocol_type.to_owned());
        }
        self.leader_id.get_or_insert_with(|| member.id.clone());
        self.pending.remove(&member.id);
        self.members.add(member);
    }

    /// Removes a member, or an id that is pending. What it waits for is refused: it is to join as a new one if it
    /// still lives. (Kafka leaves a SyncGroup of a removed member without an answer.)
    pub(crate) fn remove<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        member_id: &str,
    ) {
        if let Some(member) = self.members.remove(member_id) {
            if let Some(ticket) = member.join_ticket {
                refuse_join(cx, ticket, "", GroupError::UnknownMemberId);
            }
            if let Some(ticket) = member.sync_ticket {
                refuse_sync(cx, ticket, GroupError::UnknownMemberId);
            }
        }
        if self.is_leader(member_id) {
            self.leader_id = self.members.iter().next().map(|member| member.id.clone());
        }
        self.pending.remove(member_id);
        self.pending_sync.remove(member_id);
        self.timers.cancel(&TimerKey::Session(member_id.to_owned()));
    }

    /// The member has just been heard of.
    pub(crate) fn begin_session(&mut self, now: Now, member_id: &str) {
        if let Some(member) = self.members.get(member_id) {
            let timeout_ms = u64::try_from(member.session_timeout_ms).unwrap_or(0);
            self.set_timer(now, TimerKey::Session(member_id.to_owned()), timeout_ms);
        }
    }

    pub(crate) fn set_timer(&mut self, now: Now, key: TimerKey, after_ms: u64) {
        self.timers.set(key, now.monotonic_ms.saturating_add(after_ms));
    }
}

pub(crate) fn refuse_join<A: From<Answer>>(
    cx: &mut Cx<'_, GroupRecord, A>,
    ticket: Ticket,
    member_id: &str,
    error: GroupError,
) {
    let answer = JoinAnswer::refusal(member_id, error);
    cx.effects.answer_at_once(ticket, Answer::Join(answer));
}

pub(crate) fn refuse_sync<A: From<Answer>>(
    cx: &mut Cx<'_, GroupRecord, A>,
    ticket: Ticket,
    error: GroupError,
) {
    cx.effects.answer_at_once(ticket, Answer::Sync(SyncAnswer::refusal(error)));
}

//! Members that go: of themselves, or because they were not heard of; and the end of a group.

use std::sync::Arc;

use super::api::{HeartbeatAnswer, HeartbeatRequest, LEAVE_FOR_A_WHILE_EPOCH, Refusal};
use super::heartbeat::Turn;
use super::member::{Member, MemberState, Owned};
use super::{ConsumerGroup, Look, Successor, Timer, hash, records};
use crate::cx::Cx;
use crate::error::GroupError;
use crate::records::GroupRecord;
use crate::topics::Topics;

/// Until a member is to be fenced again that could not be, as in Kafka (`CoordinatorTimerImpl`).
const RETRY_MS: u64 = 500;

impl ConsumerGroup {
    pub(super) fn decide_leave(
        &self,
        look: Look<'_>,
        request: &HeartbeatRequest,
    ) -> Result<Turn, Refusal> {
        let member_id = &request.member_id;
        let member = match &request.instance_id {
            None => self.member(member_id).ok_or_else(|| self.unknown_member(member_id))?,
            Some(instance_id) => self.known_static_member(instance_id, member_id)?,
        };
        let for_a_while =
            request.member_epoch == LEAVE_FOR_A_WHILE_EPOCH && request.instance_id.is_some();
        let (records, successor) = if for_a_while {
            (vec![records::current(&self.id, &away(member))], None)
        } else {
            self.propose_departure(look, &[member])
        };
        Ok(Turn {
            records,
            answer: HeartbeatAnswer {
                member_id: member.id.clone(),
                member_epoch: request.member_epoch,
                ..HeartbeatAnswer::default()
            },
            no_news: false,
            heard: None,
            successor,
        })
    }

    /// The records by which these members are no longer in the group, and the classic group that takes its place if only
    /// members of the classic protocol stay.
    pub(super) fn propose_departure(
        &self,
        look: Look<'_>,
        members: &[&Member],
    ) -> (Vec<GroupRecord>, Option<Successor>) {
        match self.successor_without(look, members) {
            Some(successor) => {
                let mut out = self.tombstones();
                out.push(successor.group.record());
                (out, Some(successor))
            }
            None => (self.propose_fencing(members, look.topics), None),
        }
    }

    /// The records by which these members are no longer in the group.
    fn propose_fencing(&self, members: &[&Member], topics: &dyn Topics) -> Vec<GroupRecord> {
        let mut out = Vec::new();
        let mut after = self.hard.subscriptions.clone();
        for member in members {
            self.propose_removal(&member.id, &mut out);
            after.change(Some(member), None);
        }
        let patterns = self.hard.subscriptions.patterns().keys();
        let after_patterns = after.patterns().clone();
        for pattern in patterns.filter(|pattern| !after_patterns.contains_key(*pattern)) {
            out.push(records::pattern_gone(&self.id, pattern));
            after.resolve(pattern, None);
        }
        let metadata_hash = hash::of_group(after.topics(), topics);
        out.push(records::group_epoch(&self.id, self.hard.epoch.saturating_add(1), metadata_hash));
        out
    }

    /// Takes a member out of the group that was not heard of for a session timeout, or that did not give up partitions within its
    /// rebalance timeout; a member of the classic protocol that did not join or sync within it. Others stay due: what is done
    /// for one fits into a batch where all together need not.
    pub fn tick<A>(&mut self, cx: &mut Cx<'_, GroupRecord, A>) {
        let group_settings = self.group_settings(cx.settings).clone();
        let look = Look::of(cx, &group_settings);
        while let Some(timer) = self.timers.take_due(cx.now.monotonic_ms) {
            let member = match &timer {
                Timer::Session(id) | Timer::Join(id) | Timer::Sync(id) => self.member(id),
                Timer::Rebalance(id) => self.member(id).filter(|member| is_revoking(member)),
            };
            let Some(member) = member else { continue };
            let (records, successor) = self.propose_departure(look, &[member]);
            match self.settle(cx, records, successor) {
                Ok(()) => {
                    tracing::info!(group = self.id, ?timer, "a member is fenced");
                    return;
                }
                Err(refusal) => {
                    tracing::warn!(group = self.id, ?timer, %refusal, "a member is not fenced yet");
                    self.timers.set(timer, cx.now.monotonic_ms.saturating_add(RETRY_MS));
                }
            }
        }
    }

    /// The group may be deleted: it has no members.
    ///
    /// # Errors
    ///
    /// NON_EMPTY_GROUP.
    pub fn validate_delete(&self) -> Result<(), GroupError> {
        if self.is_empty() { Ok(()) } else { Err(GroupError::NonEmptyGroup) }
    }

    /// Deletes the group; its offsets are another's concern.
    ///
    /// # Errors
    ///
    /// UNKNOWN_SERVER_ERROR: the records of it are larger than a batch may be. The group stays.
    pub fn delete<A>(&mut self, cx: &mut Cx<'_, GroupRecord, A>) -> Result<(), GroupError> {
        self.settle(cx, self.tombstones(), None).map_err(|refusal| refusal.error)
    }

    /// The records by which nothing is left of the group.
    pub(super) fn tombstones(&self) -> Vec<GroupRecord> {
        self.tombstones_of(&self.hard.members.keys().collect::<Vec<_>>())
    }

    /// The same, for members of these ids.
    pub(super) fn tombstones_of(&self, members: &[&String]) -> Vec<GroupRecord> {
        let group = &self.id;
        let members = || members.iter().copied();
        let mut out: Vec<_> = members().map(|id| records::current_gone(group, id)).collect();
        out.extend(members().map(|id| records::target_gone(group, id)));
        out.push(records::target_epoch_gone(group));
        out.extend(members().map(|id| records::member_gone(group, id)));
        let patterns = self.hard.subscriptions.resolved().keys();
        out.extend(patterns.map(|pattern| records::pattern_gone(group, pattern)));
        out.push(records::partition_metadata_gone(group));
        out.push(records::group_epoch_gone(group));
        out
    }
}

/// A static member that is away keeps its partitions. Commits of whoever takes its place count from the start.
fn away(member: &Member) -> Member {
    let mut away = member.clone();
    away.epoch = LEAVE_FOR_A_WHILE_EPOCH;
    away.pending_revocation = Arc::default();
    let mut assigned: Owned = (*member.assigned).clone();
    assigned
        .values_mut()
        .flat_map(|partitions| partitions.values_mut())
        .for_each(|epoch| *epoch = 0);
    away.assigned = Arc::new(assigned);
    away
}

/// The member is there, and has something to give up.
fn is_revoking(member: &Member) -> bool {
    member.state == MemberState::UnrevokedPartitions && member.epoch >= 0
}

//! SyncGroup.

use std::collections::BTreeMap;

use bytes::Bytes;
use kabuki_coordination::Ticket;
use kabuki_coordination::bugs::seeded;

use super::api::{Answer, SyncAnswer, SyncRequest};
use super::{ClassicGroup, ClassicGroupState, TimerKey, refuse_sync};
use crate::bugs;
use crate::cx::Cx;
use crate::error::GroupError;
use crate::records::GroupRecord;

impl ClassicGroup {
    /// Handles a SyncGroup. It may be answered with a later input, when the leader has synced.
    pub fn sync<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        ticket: Ticket,
        request: SyncRequest,
    ) {
        if let Err(error) = self.check_sync(&request) {
            return refuse_sync(cx, ticket, error);
        }
        let member_id = request.member_id.as_str();
        self.pending_sync.remove(member_id);
        if self.pending_sync.is_empty() {
            self.timers.cancel(&TimerKey::Sync);
        }
        // An earlier SyncGroup of this member is told to join again: its client has gone, or it asks twice. (Kafka
        // leaves it without an answer.)
        if let Some(before) = self.members.await_sync(member_id, ticket) {
            refuse_sync(cx, before, GroupError::RebalanceInProgress);
        }
        if self.state == ClassicGroupState::Stable {
            self.answer_sync(cx, member_id);
        } else if self.is_leader(member_id) {
            self.assign(cx, request.assignments.into_iter().collect());
        }
    }

    fn check_sync(&self, request: &SyncRequest) -> Result<(), GroupError> {
        let differs = |asked: &Option<String>, has: &Option<String>| matches!((asked, has), (Some(asked), Some(has)) if asked != has);
        if request.group_id.is_empty() {
            return Err(GroupError::InvalidGroupId);
        }
        if self.state == ClassicGroupState::Dead {
            return Err(GroupError::CoordinatorNotAvailable);
        }
        self.known_member(&request.member_id, request.group_instance_id.as_deref())?;
        if request.generation_id != self.generation_id {
            Err(GroupError::IllegalGeneration)
        } else if differs(&request.protocol_type, &self.protocol_type)
            || differs(&request.protocol_name, &self.protocol_name)
        {
            Err(GroupError::InconsistentGroupProtocol)
        } else if self.state == ClassicGroupState::PreparingRebalance {
            Err(GroupError::RebalanceInProgress)
        } else {
            Ok(())
        }
    }

    /// The leader has decided. A member that it forgot gets nothing.
    fn assign<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        mut assignments: BTreeMap<String, Bytes>,
    ) {
        let everything = assignments.values().next().cloned();
        self.members.assign(|id| match &everything {
            Some(everything) if seeded(bugs::TWO_OWNERS) => everything.clone(),
            _ => assignments.remove(id).unwrap_or_default(),
        });
        self.transition(cx.now, ClassicGroupState::Stable);
        if !self.propose_if_it_fits(cx) {
            return self.withdraw_assignment(cx);
        }
        for id in self.members.ids() {
            if self.members.get(&id).is_some_and(|member| member.sync_ticket.is_some()) {
                self.answer_sync(cx, &id);
                // While the member waited its session may have run out unheeded.
                self.begin_session(cx.now, &id);
            }
        }
    }

    /// What the leader decided is too large to be written down: nobody gets anything, and all are to join again.
    fn withdraw_assignment<A: From<Answer>>(&mut self, cx: &mut Cx<'_, GroupRecord, A>) {
        self.members.assign(|_| Bytes::new());
        for id in self.members.ids() {
            if let Some(ticket) = self.members.take_sync_ticket(&id) {
                refuse_sync(cx, ticket, GroupError::UnknownServerError);
                self.begin_session(cx.now, &id);
            }
        }
        self.prepare_rebalance(cx, "the assignment is too large to be written down");
    }

    fn answer_sync<A: From<Answer>>(&mut self, cx: &mut Cx<'_, GroupRecord, A>, member_id: &str) {
        let Some(ticket) = self.members.take_sync_ticket(member_id) else { return };
        let assignment = self.members.get(member_id).map(|member| member.assignment.clone());
        let answer = SyncAnswer {
            error: None,
            protocol_type: self.protocol_type.clone(),
            protocol_name: self.protocol_name.clone(),
            assignment: assignment.unwrap_or_default(),
        };
        cx.effects.answer(ticket, Answer::Sync(answer));
    }
}

//! LeaveGroup.

use kabuki_coordination::Ticket;

use super::api::{Answer, LeaveAnswer, LeaveRequest, LeavingMember, LeftMember};
use super::{ClassicGroup, ClassicGroupState};
use crate::cx::Cx;
use crate::error::GroupError;
use crate::records::GroupRecord;

impl ClassicGroup {
    /// Handles a LeaveGroup: each member leaves, or is told why not, whatever becomes of the others.
    pub fn leave<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        ticket: Ticket,
        request: &LeaveRequest,
    ) {
        let refusal = if request.group_id.is_empty() {
            Some(GroupError::InvalidGroupId)
        } else if self.state == ClassicGroupState::Dead {
            Some(GroupError::CoordinatorNotAvailable)
        } else {
            None
        };
        if let Some(error) = refusal {
            let answer = LeaveAnswer::refusal(error);
            return cx.effects.answer_at_once(ticket, Answer::Leave(answer));
        }
        let left = |member: &LeavingMember| LeftMember {
            member_id: member.member_id.clone(),
            group_instance_id: member.group_instance_id.clone(),
            error: self.leave_one(cx, member).err(),
        };
        let members: Vec<LeftMember> = request.members.iter().map(left).collect();
        let somebody_left = members.iter().any(|member| member.error.is_none());
        let answer = Answer::Leave(LeaveAnswer { error: None, members });
        if !somebody_left {
            return cx.effects.answer_at_once(ticket, answer);
        }
        // As in Kafka, an empty group stays as it is, and a pending id that leaves is reason enough to rebalance.
        if self.state != ClassicGroupState::Empty {
            self.rebalance_or_complete(cx, "members leave");
        }
        cx.effects.answer(ticket, answer);
    }

    fn leave_one<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        leaving: &LeavingMember,
    ) -> Result<(), GroupError> {
        let name = leaving.group_instance_id.as_deref();
        let member_id = if leaving.member_id.is_empty() {
            // An administrator knows static members by their names.
            let id = name.and_then(|name| self.members.static_id(name));
            id.ok_or(GroupError::UnknownMemberId)?.to_owned()
        } else if self.pending.contains(&leaving.member_id) {
            leaving.member_id.clone()
        } else {
            self.known_member(&leaving.member_id, name)?.id.clone()
        };
        tracing::info!(
            group = %self.id,
            member = %member_id,
            reason = leaving.reason.as_deref().unwrap_or("not provided"),
            "a member leaves"
        );
        self.remove(cx, &member_id);
        Ok(())
    }
}

//! Heartbeat.

use kabuki_coordination::{Now, Ticket};

use super::api::{Answer, HeartbeatAnswer, HeartbeatRequest};
use super::{ClassicGroup, ClassicGroupState};
use crate::cx::Cx;
use crate::error::GroupError;
use crate::records::GroupRecord;

impl ClassicGroup {
    /// Handles a Heartbeat, and answers it at once.
    pub fn heartbeat<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        ticket: Ticket,
        request: &HeartbeatRequest,
    ) {
        let error = self.beat(cx, request).err();
        cx.effects.answer_at_once(ticket, Answer::Heartbeat(HeartbeatAnswer { error }));
    }

    /// A commit is a sign of life too, while the group is stable or members are to join again.
    pub(crate) fn heard_of(&mut self, now: Now, member_id: &str) {
        let counts =
            matches!(self.state, ClassicGroupState::Stable | ClassicGroupState::PreparingRebalance);
        if counts && self.members.contains(member_id) {
            self.begin_session(now, member_id);
        }
    }

    fn beat<A: From<Answer>>(
        &mut self,
        cx: &Cx<'_, GroupRecord, A>,
        request: &HeartbeatRequest,
    ) -> Result<(), GroupError> {
        if request.group_id.is_empty() {
            return Err(GroupError::InvalidGroupId);
        }
        if self.state == ClassicGroupState::Dead {
            return Err(GroupError::CoordinatorNotAvailable);
        }
        self.known_member(&request.member_id, request.group_instance_id.as_deref())?;
        if request.generation_id != self.generation_id {
            return Err(GroupError::IllegalGeneration);
        }
        self.begin_session(cx.now, &request.member_id);
        if self.state == ClassicGroupState::PreparingRebalance {
            return Err(GroupError::RebalanceInProgress);
        }
        Ok(())
    }
}

//! What members do, routed to their group. What is said of a group that is not there is Apache Kafka's answer.

use kabuki_coordination::{Now, Ticket};

use super::{Answer, Group, GroupState, Wanted, cx};
use crate::classic::{
    self, ClassicGroup, HeartbeatAnswer, HeartbeatRequest, JoinAnswer, JoinRequest, LeaveAnswer,
    LeaveRequest, SyncAnswer, SyncRequest,
};
use crate::cx::Cx;
use crate::error::GroupError;
use crate::records::GroupRecord;

impl GroupState {
    pub(super) fn join(
        &mut self,
        now: Now,
        ticket: Ticket,
        request: JoinRequest,
        wanted: &mut Wanted,
    ) {
        let id = request.group_id.clone();
        if let Err(error) = self.give_way_to_classic(now, &id, &request, wanted) {
            let answer = classic::Answer::Join(JoinAnswer::refusal("", error));
            return wanted.answer_at_once(ticket, answer);
        }
        if self.groups.contains_key(&id) {
            self.with_group(now, &id, wanted, |group, cx| match group {
                Group::Classic(group) => group.join(cx, ticket, request),
                Group::Consumer(group) => {
                    let answer = match request.check(cx.settings.session_timeouts_ms()) {
                        Ok(()) if group.is_empty() => {
                            JoinAnswer::refusal(&request.member_id, GroupError::UnknownMemberId)
                        }
                        Ok(()) => group.join_classic(cx, &request),
                        Err(error) => JoinAnswer::refusal(&request.member_id, error),
                    };
                    let failed = answer.error.is_some();
                    answer_member(cx, ticket, classic::Answer::Join(answer), failed);
                }
            });
            return;
        }
        let founded = ClassicGroup::found(
            &mut cx(&self.world, &mut *self.chance, now, wanted),
            ticket,
            request,
        );
        if let Some(group) = founded {
            self.groups.insert(id.clone(), Group::Classic(Box::new(group)));
            self.set_deadline(&id);
        }
    }

    /// Makes room for a classic group where there is a consumer group without members, whose offsets stay. Not for a request
    /// with a member id, which will be refused: the consumer group knows of no such member.
    fn give_way_to_classic(
        &mut self,
        now: Now,
        id: &str,
        request: &JoinRequest,
        wanted: &mut Wanted,
    ) -> Result<(), GroupError> {
        let gives_way = match self.groups.get(id) {
            Some(Group::Consumer(group)) => group.is_empty() && request.member_id.is_empty(),
            _ => false,
        };
        if gives_way && request.check(self.world.settings.session_timeouts_ms()).is_ok() {
            let deleted = self.with_group(now, id, wanted, |group, cx| match group {
                Group::Consumer(group) => group.delete(cx),
                Group::Classic(_) => Ok(()),
            });
            deleted.unwrap_or(Ok(()))?;
            self.forget(id);
        }
        Ok(())
    }

    pub(super) fn sync(
        &mut self,
        now: Now,
        ticket: Ticket,
        request: SyncRequest,
        wanted: &mut Wanted,
    ) {
        let id = request.group_id.clone();
        let error = unknown_member(&id);
        let handled = self.with_group(now, &id, wanted, |group, cx| match group {
            Group::Classic(group) => group.sync(cx, ticket, request),
            Group::Consumer(group) => {
                let answer = group.sync_classic(cx, &request);
                let failed = answer.error.is_some();
                answer_member(cx, ticket, classic::Answer::Sync(answer), failed);
            }
        });
        if handled.is_none() {
            wanted.answer_at_once(ticket, classic::Answer::Sync(SyncAnswer::refusal(error)));
        }
    }

    pub(super) fn heartbeat(
        &mut self,
        now: Now,
        ticket: Ticket,
        request: &HeartbeatRequest,
        wanted: &mut Wanted,
    ) {
        let handled = self.with_group(now, &request.group_id, wanted, |group, cx| match group {
            Group::Classic(group) => group.heartbeat(cx, ticket, request),
            Group::Consumer(group) => {
                let error = group.heartbeat_classic(cx, request).err();
                let answer = classic::Answer::Heartbeat(HeartbeatAnswer { error });
                cx.effects.answer_at_once(ticket, answer);
            }
        });
        if handled.is_none() {
            let error = Some(unknown_member(&request.group_id));
            wanted.answer_at_once(ticket, classic::Answer::Heartbeat(HeartbeatAnswer { error }));
        }
    }

    pub(super) fn leave(
        &mut self,
        now: Now,
        ticket: Ticket,
        request: &LeaveRequest,
        wanted: &mut Wanted,
    ) {
        let handled = self.with_group(now, &request.group_id, wanted, |group, cx| match group {
            Group::Classic(group) => group.leave(cx, ticket, request),
            Group::Consumer(group) => {
                let answer = group.leave_classic(cx, request);
                let failed = answer.members.iter().all(|member| member.error.is_some());
                answer_member(cx, ticket, classic::Answer::Leave(answer), failed);
            }
        });
        if handled.is_none() {
            let answer = match request.group_id.is_empty() {
                true => LeaveAnswer::refusal(GroupError::InvalidGroupId),
                false => LeaveAnswer::unknown_group(request),
            };
            wanted.answer_at_once(ticket, classic::Answer::Leave(answer));
        }
    }
}

/// What depends on records is told once they are safe; a refusal depends on none.
fn answer_member(
    cx: &mut Cx<'_, GroupRecord, Answer>,
    ticket: Ticket,
    answer: classic::Answer,
    failed: bool,
) {
    if failed {
        cx.effects.answer_at_once(ticket, answer);
    } else {
        cx.effects.answer(ticket, answer);
    }
}

/// What a member of a group that is not there is told.
fn unknown_member(group: &str) -> GroupError {
    if group.is_empty() { GroupError::InvalidGroupId } else { GroupError::UnknownMemberId }
}

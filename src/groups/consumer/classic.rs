//! Members of the classic protocol in a consumer group: SyncGroup, Heartbeat, LeaveGroup. Their generation is the member
//! epoch, and what they are to work on is what they may have.

use std::collections::BTreeMap;

use super::member::{Member, MemberState};
use super::{ConsumerGroup, Look, Timer};
use crate::classic::{
    CONSUMER_PROTOCOL_TYPE, HeartbeatRequest, LeaveAnswer, LeaveRequest, LeavingMember, LeftMember,
    SyncAnswer, SyncRequest,
};
use crate::cx::Cx;
use crate::embedded;
use crate::error::GroupError;
use crate::generated::consumer_group_member_metadata_value::{
    ClassicMemberMetadata, ClassicProtocol,
};
use crate::records::GroupRecord;
use crate::topics::Topics;

impl ConsumerGroup {
    /// SyncGroup of a member of the classic protocol: it is told what it may have now.
    pub fn sync_classic<A>(
        &mut self,
        cx: &Cx<'_, GroupRecord, A>,
        request: &SyncRequest,
    ) -> SyncAnswer {
        let id = &request.member_id;
        let answer = self.check_sync(request).and_then(|session_ms| {
            let member = self.member(id).ok_or(GroupError::UnknownMemberId)?;
            if member.epoch < self.hard.assignment_epoch
                && member.state != MemberState::UnrevokedPartitions
            {
                self.await_join(cx, id);
                return Err(GroupError::RebalanceInProgress);
            }
            let assignment = assignment(member, cx.topics)?;
            self.timers.cancel(&Timer::Sync(id.clone()));
            self.begin_classic_session(cx, id, session_ms);
            Ok(SyncAnswer {
                error: None,
                protocol_type: request.protocol_type.clone(),
                protocol_name: request.protocol_name.clone(),
                assignment,
            })
        });
        answer.unwrap_or_else(SyncAnswer::refusal)
    }

    /// Heartbeat of a member of the classic protocol.
    ///
    /// # Errors
    ///
    /// UNKNOWN_MEMBER_ID, also of members of the new protocol; FENCED_INSTANCE_ID, ILLEGAL_GENERATION;
    /// REBALANCE_IN_PROGRESS when the member is to join again: there is a new target, it has partitions to give up, or
    /// those that it waited for are free.
    pub fn heartbeat_classic<A>(
        &mut self,
        cx: &Cx<'_, GroupRecord, A>,
        request: &HeartbeatRequest,
    ) -> Result<(), GroupError> {
        let id = &request.member_id;
        let (member, said) = self.known_classic(id, request.group_instance_id.as_deref())?;
        check_generation(member, request.generation_id)?;
        let is_to_join = member.epoch < self.hard.assignment_epoch
            || match member.state {
                MemberState::UnrevokedPartitions => true,
                MemberState::UnreleasedPartitions => !self.waits_for_others(member),
                MemberState::Stable | MemberState::Unknown => false,
            };
        let session_ms = said.session_timeout_ms;
        self.begin_classic_session(cx, id, session_ms);
        if is_to_join {
            self.await_join(cx, id);
            return Err(GroupError::RebalanceInProgress);
        }
        Ok(())
    }

    /// LeaveGroup: members of either protocol leave, or are told why not, whatever becomes of the others. All stay if the
    /// records of those that leave are larger than a batch.
    pub fn leave_classic<A>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        request: &LeaveRequest,
    ) -> LeaveAnswer {
        let mut leaving = BTreeMap::new();
        let mut answers = Vec::with_capacity(request.members.len());
        for asked in &request.members {
            let found = self.leaving_member(asked).map(|member| leaving.insert(&member.id, member));
            answers.push(LeftMember {
                member_id: asked.member_id.clone(),
                group_instance_id: asked.group_instance_id.clone(),
                error: found.err(),
            });
        }
        let leaving: Vec<&Member> = leaving.into_values().collect();
        if !leaving.is_empty() {
            let group_settings = self.group_settings(cx.settings).clone();
            let look = Look::of(cx, &group_settings);
            let (records, successor) = self.propose_departure(look, &leaving);
            if let Err(refusal) = self.settle(cx, records, successor) {
                return LeaveAnswer::refusal(refusal.error);
            }
        }
        LeaveAnswer { error: None, members: answers }
    }

    /// An administrator knows static members by their names alone.
    fn leaving_member(&self, asked: &LeavingMember) -> Result<&Member, GroupError> {
        let member = match &asked.group_instance_id {
            Some(name) if asked.member_id.is_empty() => self.static_member(name),
            name => return self.known(&asked.member_id, name.as_deref()),
        };
        member.ok_or(GroupError::UnknownMemberId)
    }

    /// The member of this id, which must bear the name if it says one.
    pub(super) fn known(
        &self,
        member_id: &str,
        instance_id: Option<&str>,
    ) -> Result<&Member, GroupError> {
        match instance_id {
            None => self.member(member_id).ok_or(GroupError::UnknownMemberId),
            Some(name) => self.known_static_member(name, member_id).map_err(|it| it.error),
        }
    }

    fn known_classic(
        &self,
        member_id: &str,
        instance_id: Option<&str>,
    ) -> Result<(&Member, &ClassicMemberMetadata), GroupError> {
        let member = self.known(member_id, instance_id)?;
        let said = member.classic.as_ref().ok_or(GroupError::UnknownMemberId)?;
        Ok((member, said))
    }

    /// How long the session of the member lasts, if it may sync.
    fn check_sync(&self, request: &SyncRequest) -> Result<i32, GroupError> {
        let instance_id = request.group_instance_id.as_deref();
        let (member, said) = self.known_classic(&request.member_id, instance_id)?;
        check_generation(member, request.generation_id)?;
        let type_differs =
            request.protocol_type.as_ref().is_some_and(|name| name != CONSUMER_PROTOCOL_TYPE);
        let chosen = first_protocol(said)?;
        let name_differs = request.protocol_name.as_ref().is_some_and(|name| *name != chosen.name);
        if type_differs || name_differs {
            return Err(GroupError::InconsistentGroupProtocol);
        }
        Ok(said.session_timeout_ms)
    }

    /// Partitions that the member shall have are still another's.
    fn waits_for_others(&self, member: &Member) -> bool {
        let has = |topic, partition: &i32| {
            member.assigned.get(topic).is_some_and(|assigned| assigned.contains_key(partition))
        };
        let target = self.hard.targets.get(&member.id);
        target.into_iter().flat_map(|target| target.iter()).any(|(topic, partitions)| {
            partitions.iter().any(|partition| {
                !has(topic, partition) && self.hard.partition_epochs.is_owned(*topic, *partition)
            })
        })
    }

    pub(super) fn begin_classic_session<A>(
        &mut self,
        cx: &Cx<'_, GroupRecord, A>,
        member_id: &str,
        session_timeout_ms: i32,
    ) {
        let session_ms = u64::try_from(session_timeout_ms).unwrap_or(0);
        self.begin_session(cx.now, member_id.to_owned(), session_ms);
    }

    /// The member is to join again within its rebalance timeout, from the first time that it is told so.
    fn await_join<A>(&mut self, cx: &Cx<'_, GroupRecord, A>, member_id: &str) {
        let timer = Timer::Join(member_id.to_owned());
        if self.timers.get(&timer).is_none()
            && let Some(member) = self.member(member_id)
        {
            let deadline = cx.now.monotonic_ms.saturating_add(member.rebalance_timeout_ms());
            self.timers.set(timer, deadline);
        }
    }
}

fn check_generation(member: &Member, generation_id: i32) -> Result<(), GroupError> {
    if member.epoch == generation_id { Ok(()) } else { Err(GroupError::IllegalGeneration) }
}

/// The protocol that a member is told: the first that it knows. Nobody leads, and all have the same subscription.
fn first_protocol(said: &ClassicMemberMetadata) -> Result<&ClassicProtocol, GroupError> {
    said.supported_protocols.first().ok_or(GroupError::UnknownServerError)
}

/// What the member may have, in the version of its subscription.
fn assignment(member: &Member, topics: &dyn Topics) -> Result<bytes::Bytes, GroupError> {
    let said = member.classic.as_ref().ok_or(GroupError::UnknownMemberId)?;
    let version = embedded::version(&first_protocol(said)?.metadata);
    let version = version.map_err(|_| GroupError::UnknownServerError)?;
    let named = member.assigned.iter().filter_map(|(topic, partitions)| {
        Some((topics.name_of(*topic)?, partitions.keys().copied().collect()))
    });
    Ok(embedded::write_assignment(version, named.collect::<Vec<_>>().into_iter()))
}

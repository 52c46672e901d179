//! JoinGroup.

use kabuki_coordination::Ticket;
use kabuki_metadata::chance::new_id;

use super::api::{Answer, JoinAnswer, JoinRequest, JoinedMember, Protocol};
use super::members::Member;
use super::{ClassicGroup, ClassicGroupState, TimerKey, protocols, refuse_join};
use crate::cx::Cx;
use crate::error::GroupError;
use crate::records::GroupRecord;

/// How long a member that joins for the first time may wait for the others. It does not know its id yet and sends no
/// heartbeats; a client that has given up in the meantime is forgotten by this.
pub(crate) const NEW_MEMBER_JOIN_TIMEOUT_MS: u64 = 300_000;

impl ClassicGroup {
    /// A JoinGroup for a group that is not there. A member without an id founds it, and the group is written down at
    /// once, even when the member itself is refused; whoever has an id already is told that it is not known.
    pub fn found<A: From<Answer>>(
        cx: &mut Cx<'_, GroupRecord, A>,
        ticket: Ticket,
        request: JoinRequest,
    ) -> Option<Self> {
        let refusal = match request.check(cx.settings.session_timeouts_ms()) {
            Err(error) => Some(error),
            Ok(()) if !request.member_id.is_empty() => Some(GroupError::UnknownMemberId),
            Ok(()) => None,
        };
        if let Some(error) = refusal {
            refuse_join(cx, ticket, &request.member_id, error);
            return None;
        }
        let mut group = Self::new(request.group_id.clone(), cx.now);
        group.propose(cx);
        group.join(cx, ticket, request);
        Some(group)
    }

    /// Handles a JoinGroup. It may be answered with a later input, when the others have joined.
    pub fn join<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        ticket: Ticket,
        request: JoinRequest,
    ) {
        if let Err(error) = request.check(cx.settings.session_timeouts_ms()) {
            refuse_join(cx, ticket, &request.member_id, error);
        } else if !self.has_room_for(&request.member_id, cx.settings.max_size) {
            self.remove(cx, &request.member_id);
            refuse_join(cx, ticket, "", GroupError::GroupMaxSizeReached);
        } else if self.state == ClassicGroupState::Dead {
            refuse_join(cx, ticket, &request.member_id, GroupError::CoordinatorNotAvailable);
        } else if !self.supports(&request.protocol_type, &request.protocols) {
            refuse_join(cx, ticket, &request.member_id, GroupError::InconsistentGroupProtocol);
        } else if request.member_id.is_empty() {
            self.join_new(cx, ticket, request);
        } else {
            self.join_existing(cx, ticket, request);
        }
    }

    /// While members join, those who wait count, so that the last to come back are refused where the limit was
    /// lowered; afterwards the members count. Pending ids never do.
    fn has_room_for(&self, member_id: &str, max_size: usize) -> bool {
        let member = self.members.get(member_id);
        match self.state {
            ClassicGroupState::Empty | ClassicGroupState::Dead => true,
            ClassicGroupState::PreparingRebalance => {
                member.is_some_and(Member::is_awaiting_join)
                    || self.members.awaiting_join() < max_size
            }
            ClassicGroupState::CompletingRebalance | ClassicGroupState::Stable => {
                member.is_some() || self.members.len() < max_size
            }
        }
    }

    fn supports(&self, protocol_type: &str, protocols: &[Protocol]) -> bool {
        if self.state == ClassicGroupState::Empty {
            !protocol_type.is_empty() && !protocols.is_empty()
        } else {
            self.protocol_type() == Some(protocol_type)
                && protocols.iter().any(|protocol| self.members.all_support(&protocol.name))
        }
    }

    fn join_new<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        ticket: Ticket,
        request: JoinRequest,
    ) {
        let prefix = request.group_instance_id.as_deref().unwrap_or(&request.client_id);
        let member_id = format!("{prefix}-{}", new_id(cx.chance));
        let holder = request.group_instance_id.as_deref();
        if let Some(old_id) = holder.and_then(|name| self.members.static_id(name)) {
            let old_id = old_id.to_owned();
            self.replace_static(cx, ticket, request, &old_id, member_id);
        } else if request.group_instance_id.is_none() && request.requires_known_member_id() {
            let timeout_ms = u64::try_from(request.session_timeout_ms).unwrap_or(0);
            self.set_timer(cx.now, TimerKey::Session(member_id.clone()), timeout_ms);
            refuse_join(cx, ticket, &member_id, GroupError::MemberIdRequired);
            self.pending.insert(member_id);
        } else {
            self.add_then_rebalance(cx, ticket, request, member_id);
        }
    }

    fn join_existing<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        ticket: Ticket,
        request: JoinRequest,
    ) {
        let member_id = request.member_id.as_str();
        let instance_id = request.group_instance_id.as_deref();
        if self.pending.contains(member_id) {
            if instance_id.is_some() {
                refuse_join(cx, ticket, "", GroupError::UnknownServerError);
            } else {
                let member_id = member_id.to_owned();
                self.add_then_rebalance(cx, ticket, request, member_id);
            }
            return;
        }
        let member = match self.known_member(member_id, instance_id) {
            Ok(member) => member,
            Err(error) => return refuse_join(cx, ticket, member_id, error),
        };
        let is_leader = self.is_leader(member_id);
        let nothing_new = member.protocols == request.protocols;
        match self.state {
            // Its answer may have been lost: it hears it again.
            ClassicGroupState::CompletingRebalance if nothing_new => {
                self.answer_join(cx, ticket, member_id, is_leader);
            }
            ClassicGroupState::Stable if nothing_new && !is_leader => {
                self.answer_join(cx, ticket, member_id, false);
            }
            // A leader joins again in order to share out anew, for instance when topics have changed.
            ClassicGroupState::PreparingRebalance
            | ClassicGroupState::CompletingRebalance
            | ClassicGroupState::Stable => self.update_then_rebalance(cx, ticket, request),
            ClassicGroupState::Empty | ClassicGroupState::Dead => {
                refuse_join(cx, ticket, member_id, GroupError::UnknownMemberId);
            }
        }
    }

    fn add_then_rebalance<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        ticket: Ticket,
        request: JoinRequest,
        member_id: String,
    ) {
        if self.is_initial_rebalance() {
            self.new_member_added = true;
        }
        let reason = format!("a new member joins: {}", request.reason());
        let member = Member {
            id: member_id.clone(),
            group_instance_id: request.group_instance_id.clone(),
            client_id: request.client_id.clone(),
            client_host: request.client_host.clone(),
            rebalance_timeout_ms: request.rebalance_timeout_ms(),
            session_timeout_ms: request.session_timeout_ms,
            protocols: request.protocols,
            assignment: Default::default(),
            join_ticket: Some(ticket),
            sync_ticket: None,
            is_new: true,
        };
        self.add(member, &request.protocol_type);
        self.set_timer(cx.now, TimerKey::Session(member_id), NEW_MEMBER_JOIN_TIMEOUT_MS);
        self.rebalance_or_complete(cx, &reason);
    }

    /// A JoinGroup of this member that still waits is told to join again: its client has gone, or it asks twice.
    /// (Kafka leaves it without an answer.)
    fn update_then_rebalance<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        ticket: Ticket,
        request: JoinRequest,
    ) {
        let reason = format!("a member joins again: {}", request.reason());
        let rebalance_timeout_ms = request.rebalance_timeout_ms();
        let before = self.members.update(
            &request.member_id,
            request.protocols,
            rebalance_timeout_ms,
            request.session_timeout_ms,
            ticket,
        );
        if let Some(before) = before {
            refuse_join(cx, before, &request.member_id, GroupError::RebalanceInProgress);
        }
        self.rebalance_or_complete(cx, &reason);
    }

    /// A static member comes back without its id: it gets a new one, and takes the place of the old. While the group
    /// is stable and its protocol stays, that needs no rebalance.
    fn replace_static<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        ticket: Ticket,
        request: JoinRequest,
        old_id: &str,
        new_id: String,
    ) {
        let leader_before = self.leader_id.clone();
        let before = (self.state == ClassicGroupState::Stable).then(|| self.clone());
        let Some(old) = self.members.remove(old_id) else { return };
        if let Some(ticket) = old.join_ticket {
            refuse_join(cx, ticket, old_id, GroupError::FencedInstanceId);
        }
        if let Some(ticket) = old.sync_ticket {
            super::refuse_sync(cx, ticket, GroupError::FencedInstanceId);
        }
        self.timers.cancel(&TimerKey::Session(old_id.to_owned()));
        if self.is_leader(old_id) {
            self.leader_id = Some(new_id.clone());
        }
        if self.pending_sync.remove(old_id) {
            self.pending_sync.insert(new_id.clone());
        }
        // Until it is next heard of, the session lasts as long as the old member's did.
        let session_ms = u64::try_from(old.session_timeout_ms).unwrap_or(0);
        self.set_timer(cx.now, TimerKey::Session(new_id.clone()), session_ms);
        let skips_assignment = request.supports_skipping_assignment();
        let reason = format!("a static member joins again: {}", request.reason());
        self.members.add(Member {
            id: new_id.clone(),
            rebalance_timeout_ms: request.rebalance_timeout_ms(),
            session_timeout_ms: request.session_timeout_ms,
            protocols: request.protocols,
            join_ticket: Some(ticket),
            sync_ticket: None,
            is_new: false,
            ..old
        });
        let protocol_stays = self.protocol_name == protocols::select(&self.members);
        let Some(before) = before.filter(|_| protocol_stays) else {
            return self.rebalance_or_complete(cx, &reason);
        };
        self.subscribed_topics = self.compute_subscribed_topics();
        if !self.propose_if_it_fits(cx) {
            // Too large to be written down: the old member stays.
            *self = before;
            self.begin_session(cx.now, old_id);
            return refuse_join(cx, ticket, "", GroupError::UnknownServerError);
        }
        self.members.take_join_ticket(&new_id);
        let is_leader = self.is_leader(&new_id);
        let mut answer = self.join_answer(&new_id, is_leader && skips_assignment);
        if skips_assignment {
            answer.skip_assignment = is_leader;
        } else {
            // A leader that cannot skip is told of its old id, so that it takes itself for a follower.
            answer.leader = leader_before.unwrap_or_default();
        }
        cx.effects.answer(ticket, Answer::Join(answer));
    }

    /// Tells the member of the present generation.
    pub(crate) fn answer_join<A: From<Answer>>(
        &self,
        cx: &mut Cx<'_, GroupRecord, A>,
        ticket: Ticket,
        member_id: &str,
        with_members: bool,
    ) {
        let answer = self.join_answer(member_id, with_members);
        cx.effects.answer(ticket, Answer::Join(answer));
    }

    fn join_answer(&self, member_id: &str, with_members: bool) -> JoinAnswer {
        JoinAnswer {
            error: None,
            generation_id: self.generation_id,
            protocol_type: self.protocol_type.clone(),
            protocol_name: self.protocol_name.clone(),
            leader: self.leader_id.clone().unwrap_or_default(),
            skip_assignment: false,
            member_id: member_id.to_owned(),
            members: if with_members { self.joined_members() } else { Vec::new() },
        }
    }

    fn joined_members(&self) -> Vec<JoinedMember> {
        let joined = |member: &Member| JoinedMember {
            member_id: member.id.clone(),
            group_instance_id: member.group_instance_id.clone(),
            metadata: member.metadata(self.protocol_name()).cloned().unwrap_or_default(),
        };
        self.members.iter().map(joined).collect()
    }
}

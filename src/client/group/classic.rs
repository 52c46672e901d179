//! A member of a classic group, as a plain state machine. It gives up all partitions in every rebalance ("eager").

use std::collections::BTreeMap;

use kabuki_wire::messages::join_group_request::JoinGroupRequestProtocol;
use kabuki_wire::messages::leave_group_request::MemberIdentity;
use kabuki_wire::messages::sync_group_request::SyncGroupRequestAssignment;
use kabuki_wire::messages::{
    HeartbeatRequest, JoinGroupRequest, JoinGroupResponse, LeaveGroupRequest, SyncGroupRequest,
    SyncGroupResponse,
};
use kabuki_wire::{ResponseError, StrBytes};

use super::range::Subscriber;
use super::subscription::{
    read_assignment, read_subscription, write_assignment, write_subscription,
};
use super::{GroupOptions, Membership, milliseconds};
use crate::client::text;
use crate::coordinator::group_id;
use crate::error::BrokerError;
use crate::groups::Assignment;

const PROTOCOL_TYPE: StrBytes = StrBytes::from_static_str("consumer");
/// The assignor: every client has it, so that members of other programs can be in the same group.
const ASSIGNOR: StrBytes = StrBytes::from_static_str("range");
/// From these versions on members may have an id of their own (KIP-345).
const JOIN_WITH_INSTANCE: i16 = 5;
const SYNC_WITH_INSTANCE: i16 = 3;
const HEARTBEAT_WITH_INSTANCE: i16 = 3;
/// From this version on several members leave at once (KIP-345).
const LEAVE_BY_LIST: i16 = 3;
/// In these versions a request names the protocol (KIP-559).
const SYNC_WITH_PROTOCOL: i16 = 5;

/// What follows from the answer to JoinGroup.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Joined {
    /// It is to be asked again, under the id that is known now.
    Again,
    /// It waits for the assignment that another member makes, or that the coordinator has already.
    Follows,
    /// It has to assign partitions to all these.
    Leads(Vec<Subscriber>),
}

/// What follows from an answer of the coordinator to a member that has partitions.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// All is as it was.
    Fine,
    /// The members are to join again.
    Rebalance,
    /// The coordinator does not know this member any more.
    Lost,
}

/// The member.
#[derive(Debug)]
pub(crate) struct ClassicMember {
    /// Empty until the coordinator has given one.
    member_id: String,
    /// The generation that it belongs to; −1 for none.
    generation: i32,
}

impl ClassicMember {
    pub(crate) fn new() -> Self {
        Self { member_id: String::new(), generation: -1 }
    }

    pub(crate) fn membership(&self, options: &GroupOptions) -> Membership {
        Membership {
            member_id: self.member_id.clone(),
            epoch: self.generation,
            instance_id: options.instance_id.clone(),
        }
    }

    pub(crate) fn join_request(&self, options: &GroupOptions, version: i16) -> JoinGroupRequest {
        let protocol = JoinGroupRequestProtocol::default()
            .with_name(ASSIGNOR)
            .with_metadata(write_subscription(&options.topics));
        JoinGroupRequest::default()
            .with_group_id(group_id(&options.group))
            .with_session_timeout_ms(milliseconds(options.session_timeout))
            .with_rebalance_timeout_ms(milliseconds(options.rebalance_timeout))
            .with_member_id(text(&self.member_id))
            .with_group_instance_id(instance(options, version >= JOIN_WITH_INSTANCE))
            .with_protocol_type(PROTOCOL_TYPE)
            .with_protocols(vec![protocol])
    }

    /// Takes an answer to JoinGroup.
    ///
    /// # Errors
    /// The coordinator does not take this member, or is not ready.
    pub(crate) fn joined(&mut self, answer: &JoinGroupResponse) -> Result<Joined, BrokerError> {
        match ResponseError::try_from_code(answer.error_code) {
            None => {}
            Some(ResponseError::MemberIdRequired) => {
                self.member_id = answer.member_id.to_string();
                return Ok(Joined::Again);
            }
            Some(ResponseError::UnknownMemberId | ResponseError::IllegalGeneration) => {
                self.forget();
                return Ok(Joined::Again);
            }
            Some(ResponseError::RebalanceInProgress) => return Ok(Joined::Again),
            Some(error) => return Err(error.into()),
        }
        self.member_id = answer.member_id.to_string();
        self.generation = answer.generation_id;
        if answer.leader != answer.member_id || answer.skip_assignment {
            return Ok(Joined::Follows);
        }
        let members = answer.members.iter().map(|member| Subscriber {
            member_id: member.member_id.to_string(),
            instance_id: member.group_instance_id.as_ref().map(|id| id.to_string()),
            // One whose subscription cannot be read gets nothing.
            topics: read_subscription(&member.metadata).unwrap_or_default(),
        });
        Ok(Joined::Leads(members.collect()))
    }

    /// `assignments`: what each member gets, where this one leads.
    pub(crate) fn sync_request(
        &self,
        options: &GroupOptions,
        assignments: &BTreeMap<String, Assignment>,
        version: i16,
    ) -> SyncGroupRequest {
        let of_member = |(member, assignment): (&String, &Assignment)| {
            SyncGroupRequestAssignment::default()
                .with_member_id(text(member))
                .with_assignment(write_assignment(assignment))
        };
        let names_protocol = version >= SYNC_WITH_PROTOCOL;
        SyncGroupRequest::default()
            .with_group_id(group_id(&options.group))
            .with_generation_id(self.generation)
            .with_member_id(text(&self.member_id))
            .with_group_instance_id(instance(options, version >= SYNC_WITH_INSTANCE))
            .with_protocol_type(names_protocol.then_some(PROTOCOL_TYPE))
            .with_protocol_name(names_protocol.then_some(ASSIGNOR))
            .with_assignments(assignments.iter().map(of_member).collect())
    }

    /// Takes an answer to SyncGroup: what the member has now, or `None` when it has to join again.
    ///
    /// # Errors
    /// The coordinator does not take this member, or is not ready, or another member sent nonsense.
    pub(crate) fn synced(
        &mut self,
        answer: &SyncGroupResponse,
    ) -> Result<Option<Assignment>, BrokerError> {
        match self.heard(answer.error_code)? {
            Heard::Fine => {}
            Heard::Rebalance | Heard::Lost => return Ok(None),
        }
        read_assignment(&answer.assignment).map(Some).map_err(|unreadable| BrokerError {
            error: ResponseError::InconsistentGroupProtocol,
            message: Some(unreadable.to_string()),
        })
    }

    pub(crate) fn heartbeat_request(
        &self,
        options: &GroupOptions,
        version: i16,
    ) -> HeartbeatRequest {
        HeartbeatRequest::default()
            .with_group_id(group_id(&options.group))
            .with_generation_id(self.generation)
            .with_member_id(text(&self.member_id))
            .with_group_instance_id(instance(options, version >= HEARTBEAT_WITH_INSTANCE))
    }

    /// Takes the code of an answer to Heartbeat.
    ///
    /// # Errors
    /// Another process has taken the member's place, or the coordinator is not ready.
    pub(crate) fn heard(&mut self, error_code: i16) -> Result<Heard, BrokerError> {
        match ResponseError::try_from_code(error_code) {
            None => Ok(Heard::Fine),
            Some(ResponseError::RebalanceInProgress) => Ok(Heard::Rebalance),
            Some(ResponseError::UnknownMemberId | ResponseError::IllegalGeneration) => {
                self.forget();
                Ok(Heard::Lost)
            }
            Some(error) => Err(error.into()),
        }
    }

    /// `None` when there is nothing to leave: a member that comes back under its own id stays until its session ends.
    pub(crate) fn leave_request(
        &self,
        options: &GroupOptions,
        version: i16,
    ) -> Option<LeaveGroupRequest> {
        if self.member_id.is_empty() || options.instance_id.is_some() {
            return None;
        }
        let request = LeaveGroupRequest::default().with_group_id(group_id(&options.group));
        Some(if version < LEAVE_BY_LIST {
            request.with_member_id(text(&self.member_id))
        } else {
            let member = MemberIdentity::default().with_member_id(text(&self.member_id));
            request.with_members(vec![member])
        })
    }

    fn forget(&mut self) {
        self.member_id.clear();
        self.generation = -1;
    }
}

fn instance(options: &GroupOptions, is_known: bool) -> Option<StrBytes> {
    options.instance_id.as_deref().filter(|_| is_known).map(text)
}

#[cfg(test)]
mod tests;

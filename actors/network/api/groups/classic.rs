//! JoinGroup, SyncGroup, Heartbeat and LeaveGroup.

use kabuki_groups::GroupError;
use kabuki_groups::classic::{
    Answer as ClassicAnswer, HeartbeatRequest, JoinAnswer, JoinRequest, LeaveAnswer, LeaveRequest,
    LeavingMember, Protocol, SyncAnswer, SyncRequest,
};
use kabuki_groups::state::{Answer as GroupAnswer, Request as GroupRequest};
use kabuki_wire::ResponseError;
use kabuki_wire::messages::join_group_response::JoinGroupResponseMember;
use kabuki_wire::messages::leave_group_response::MemberResponse;
use kabuki_wire::messages::{
    HeartbeatRequest as WireHeartbeat, HeartbeatResponse, JoinGroupRequest, JoinGroupResponse,
    LeaveGroupRequest, LeaveGroupResponse, SyncGroupRequest, SyncGroupResponse,
};

use super::super::{Env, Refusal, Request, Step};
use super::{ask_one, code, no_answer, optional_text, owned, text};
use crate::network::errors;

/// The first version of JoinGroup in which the protocol may be null.
const NULL_PROTOCOL_VERSION: i16 = 7;
/// The first version of SyncGroup that must say the group's type and protocol (KIP-559).
const SYNC_PROTOCOL_VERSION: i16 = 5;
/// The first version of LeaveGroup for several members.
const BATCHED_LEAVE_VERSION: i16 = 3;

/// Join a group.
pub(in super::super::super) fn join_group(
    mut request: Request<'_>,
    env: &mut Env<'_>,
) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let client_id = request.header.client_id.to_string();
    let asked: JoinGroupRequest = request.decode()?;
    let protocols = asked
        .protocols
        .iter()
        .map(|it| Protocol { name: it.name.to_string(), metadata: it.metadata.clone() });
    let join = JoinRequest {
        version: envelope.version,
        group_id: asked.group_id.to_string(),
        member_id: asked.member_id.to_string(),
        group_instance_id: owned(&asked.group_instance_id),
        client_id,
        client_host: env.client_host(),
        protocol_type: asked.protocol_type.to_string(),
        protocols: protocols.collect(),
        session_timeout_ms: asked.session_timeout_ms,
        rebalance_timeout_ms: asked.rebalance_timeout_ms,
        reason: owned(&asked.reason),
    };
    if let Err(error) = check_join(&join, env) {
        let answer = JoinAnswer::refusal(&join.member_id, error);
        return Ok(envelope.send(&joined(answer, envelope.version), env));
    }
    let request = GroupRequest::Join(join);
    Ok(ask_one(&asked.group_id, request, envelope, env, |outcome, envelope, env| {
        let no_protocol = (envelope.version < NULL_PROTOCOL_VERSION).then(|| text(""));
        let response = match outcome {
            Ok(GroupAnswer::Classic(ClassicAnswer::Join(it))) => joined(it, envelope.version),
            other => JoinGroupResponse::default()
                .with_error_code(no_answer(other, envelope.api))
                .with_protocol_name(no_protocol),
        };
        envelope.send(&response, env)
    }))
}

/// What is refused wherever the group is.
fn check_join(join: &JoinRequest, env: &Env<'_>) -> Result<(), GroupError> {
    let live = env.context.live();
    let groups = &live.config.groups;
    join.check(groups.min_session_timeout_ms..=groups.max_session_timeout_ms)
}

fn joined(answer: JoinAnswer, version: i16) -> JoinGroupResponse {
    let members = answer.members.into_iter().map(|it| {
        JoinGroupResponseMember::default()
            .with_member_id(text(it.member_id))
            .with_group_instance_id(optional_text(it.group_instance_id))
            .with_metadata(it.metadata)
    });
    // There is one form of "none" in each version.
    let protocol_name = answer.protocol_name.filter(|name| !name.is_empty());
    let protocol_name = match optional_text(protocol_name) {
        None if version < NULL_PROTOCOL_VERSION => Some(text("")),
        name => name,
    };
    JoinGroupResponse::default()
        .with_error_code(code(answer.error))
        .with_generation_id(answer.generation_id)
        .with_protocol_type(optional_text(answer.protocol_type))
        .with_protocol_name(protocol_name)
        .with_leader(text(answer.leader))
        .with_skip_assignment(answer.skip_assignment)
        .with_member_id(text(answer.member_id))
        .with_members(members.collect())
}

/// Wait for the leader's assignment, or bring it.
pub(in super::super::super) fn sync_group(
    mut request: Request<'_>,
    env: &mut Env<'_>,
) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: SyncGroupRequest = request.decode()?;
    let says_protocol = asked.protocol_type.is_some() && asked.protocol_name.is_some();
    if envelope.version >= SYNC_PROTOCOL_VERSION && !says_protocol {
        let error = ResponseError::InconsistentGroupProtocol.code();
        return Ok(envelope.send(&SyncGroupResponse::default().with_error_code(error), env));
    }
    if asked.group_id.is_empty() {
        return Ok(envelope.send(&synced(SyncAnswer::refusal(GroupError::InvalidGroupId)), env));
    }
    let assignments = asked.assignments.iter();
    let sync = SyncRequest {
        group_id: asked.group_id.to_string(),
        generation_id: asked.generation_id,
        member_id: asked.member_id.to_string(),
        group_instance_id: owned(&asked.group_instance_id),
        protocol_type: owned(&asked.protocol_type),
        protocol_name: owned(&asked.protocol_name),
        assignments: assignments
            .map(|it| (it.member_id.to_string(), it.assignment.clone()))
            .collect(),
    };
    let request = GroupRequest::Sync(sync);
    Ok(ask_one(&asked.group_id, request, envelope, env, |outcome, envelope, env| {
        let response = match outcome {
            Ok(GroupAnswer::Classic(ClassicAnswer::Sync(it))) => synced(it),
            other => SyncGroupResponse::default().with_error_code(no_answer(other, envelope.api)),
        };
        envelope.send(&response, env)
    }))
}

fn synced(answer: SyncAnswer) -> SyncGroupResponse {
    SyncGroupResponse::default()
        .with_error_code(code(answer.error))
        .with_protocol_type(optional_text(answer.protocol_type))
        .with_protocol_name(optional_text(answer.protocol_name))
        .with_assignment(answer.assignment)
}

/// A member is alive.
pub(in super::super::super) fn heartbeat(
    mut request: Request<'_>,
    env: &mut Env<'_>,
) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: WireHeartbeat = request.decode()?;
    if asked.group_id.is_empty() {
        let error = GroupError::InvalidGroupId.code();
        return Ok(envelope.send(&HeartbeatResponse::default().with_error_code(error), env));
    }
    let heartbeat = HeartbeatRequest {
        group_id: asked.group_id.to_string(),
        generation_id: asked.generation_id,
        member_id: asked.member_id.to_string(),
        group_instance_id: owned(&asked.group_instance_id),
    };
    let request = GroupRequest::Heartbeat(heartbeat);
    Ok(ask_one(&asked.group_id, request, envelope, env, |outcome, envelope, env| {
        let error = match outcome {
            Ok(GroupAnswer::Classic(ClassicAnswer::Heartbeat(it))) => code(it.error),
            // Sessions begin anew when the log is replayed: nobody is to leave for it.
            Err(error) if error == ResponseError::CoordinatorLoadInProgress.code() => errors::NONE,
            other => no_answer(other, envelope.api),
        };
        envelope.send(&HeartbeatResponse::default().with_error_code(error), env)
    }))
}

/// Members leave.
pub(in super::super::super) fn leave_group(
    mut request: Request<'_>,
    env: &mut Env<'_>,
) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: LeaveGroupRequest = request.decode()?;
    if asked.group_id.is_empty() {
        let refusal = LeaveAnswer::refusal(GroupError::InvalidGroupId);
        return Ok(envelope.send(&left(refusal, envelope.version), env));
    }
    let members = match envelope.version >= BATCHED_LEAVE_VERSION {
        true => asked
            .members
            .iter()
            .map(|it| LeavingMember {
                member_id: it.member_id.to_string(),
                group_instance_id: owned(&it.group_instance_id),
                reason: owned(&it.reason),
            })
            .collect(),
        false => vec![LeavingMember {
            member_id: asked.member_id.to_string(),
            group_instance_id: None,
            reason: None,
        }],
    };
    let leave = LeaveRequest { group_id: asked.group_id.to_string(), members };
    let request = GroupRequest::Leave(leave);
    Ok(ask_one(&asked.group_id, request, envelope, env, |outcome, envelope, env| {
        let response = match outcome {
            Ok(GroupAnswer::Classic(ClassicAnswer::Leave(it))) => left(it, envelope.version),
            other => LeaveGroupResponse::default().with_error_code(no_answer(other, envelope.api)),
        };
        envelope.send(&response, env)
    }))
}

fn left(answer: LeaveAnswer, version: i16) -> LeaveGroupResponse {
    if version < BATCHED_LEAVE_VERSION {
        let error = answer.error_before_version_3();
        return LeaveGroupResponse::default().with_error_code(code(error));
    }
    let members = answer.members.into_iter().map(|it| {
        MemberResponse::default()
            .with_member_id(text(it.member_id))
            .with_group_instance_id(optional_text(it.group_instance_id))
            .with_error_code(code(it.error))
    });
    LeaveGroupResponse::default()
        .with_error_code(code(answer.error))
        .with_members(members.collect())
}

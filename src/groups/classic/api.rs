//! What members ask of a classic group, and what they are answered.

use std::ops::RangeInclusive;

use bytes::Bytes;

use crate::error::GroupError;

/// The first version of JoinGroup whose new members are first given an id, and join with it then (KIP-394).
const FIRST_JOIN_VERSION_WITH_KNOWN_ID: i16 = 4;
/// The first version of JoinGroup that can tell a leader to keep the assignment as it is (KIP-814).
const FIRST_JOIN_VERSION_WITH_SKIPPING: i16 = 9;

/// A way to share partitions that a member knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protocol {
    /// Its name, of an assignor for consumers.
    pub name: String,
    /// What the leader needs to know of the member: the subscription, for consumers.
    pub metadata: Bytes,
}

/// JoinGroup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinRequest {
    /// The version of the request.
    pub version: i16,
    /// Which group.
    pub group_id: String,
    /// The member's id; empty when it has none yet.
    pub member_id: String,
    /// The name of a static member (KIP-345).
    pub group_instance_id: Option<String>,
    /// The client id of the request's header, empty without one.
    pub client_id: String,
    /// Where the client is, as Kafka writes addresses: `/127.0.0.1`.
    pub client_host: String,
    /// The kind of group: `consumer`, `connect` and so on.
    pub protocol_type: String,
    /// What the member knows, what it likes best first.
    pub protocols: Vec<Protocol>,
    /// After so long without a heartbeat the member is gone.
    pub session_timeout_ms: i32,
    /// How long the member may take to join again. Version 0 has no such field: there it is the session timeout,
    /// whatever stands here.
    pub rebalance_timeout_ms: i32,
    /// Why the client joins, for people (KIP-800).
    pub reason: Option<String>,
}

impl JoinRequest {
    /// What is refused before any group is looked at, by whoever is asked; session timeouts lie within the settings'
    /// [limits](crate::settings::Settings::session_timeouts_ms).
    ///
    /// # Errors
    ///
    /// [`GroupError::InvalidGroupId`] without a group, [`GroupError::InvalidSessionTimeout`] outside of the limits.
    pub fn check(&self, session_timeouts_ms: RangeInclusive<u64>) -> Result<(), GroupError> {
        let within = |ms: u64| session_timeouts_ms.contains(&ms);
        if self.group_id.is_empty() {
            Err(GroupError::InvalidGroupId)
        } else if !u64::try_from(self.session_timeout_ms).is_ok_and(within) {
            Err(GroupError::InvalidSessionTimeout)
        } else {
            Ok(())
        }
    }

    pub(crate) fn requires_known_member_id(&self) -> bool {
        self.version >= FIRST_JOIN_VERSION_WITH_KNOWN_ID
    }

    pub(crate) fn supports_skipping_assignment(&self) -> bool {
        self.version >= FIRST_JOIN_VERSION_WITH_SKIPPING
    }

    pub(crate) fn rebalance_timeout_ms(&self) -> i32 {
        if self.version == 0 { self.session_timeout_ms } else { self.rebalance_timeout_ms }
    }

    pub(crate) fn reason(&self) -> &str {
        self.reason.as_deref().filter(|reason| !reason.is_empty()).unwrap_or("not provided")
    }
}

/// A member as the leader is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedMember {
    /// Its id.
    pub member_id: String,
    /// Its name, if it is static.
    pub group_instance_id: Option<String>,
    /// What it said of itself under the protocol that was chosen.
    pub metadata: Bytes,
}

/// The answer to [`JoinRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinAnswer {
    /// Why not.
    pub error: Option<GroupError>,
    /// The generation, -1 with an error.
    pub generation_id: i32,
    /// The group's protocol type (version 7 and later).
    pub protocol_type: Option<String>,
    /// The protocol that was chosen. `None` is the empty string before version 7, null from then on.
    pub protocol_name: Option<String>,
    /// Whoever shares the partitions among the members; empty with an error.
    pub leader: String,
    /// The leader is to keep the assignment as it is (version 9 and later).
    pub skip_assignment: bool,
    /// The member's id.
    pub member_id: String,
    /// All members, for the leader alone.
    pub members: Vec<JoinedMember>,
}

impl JoinAnswer {
    /// A refusal, or the demand to join again with `member_id`.
    pub fn refusal(member_id: &str, error: GroupError) -> Self {
        Self {
            error: Some(error),
            generation_id: -1,
            protocol_type: None,
            protocol_name: None,
            leader: String::new(),
            skip_assignment: false,
            member_id: member_id.to_owned(),
            members: Vec::new(),
        }
    }
}

/// SyncGroup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRequest {
    /// Which group.
    pub group_id: String,
    /// The generation that the member believes in.
    pub generation_id: i32,
    /// The member.
    pub member_id: String,
    /// Its name, if it is static.
    pub group_instance_id: Option<String>,
    /// The group's type, as the member knows it (version 5 and later).
    pub protocol_type: Option<String>,
    /// The chosen protocol, as the member knows it (version 5 and later).
    pub protocol_name: Option<String>,
    /// The leader's decision, member by member; empty from everybody else.
    pub assignments: Vec<(String, Bytes)>,
}

/// The answer to [`SyncRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncAnswer {
    /// Why not.
    pub error: Option<GroupError>,
    /// The group's type (version 5 and later).
    pub protocol_type: Option<String>,
    /// The chosen protocol (version 5 and later).
    pub protocol_name: Option<String>,
    /// What the member is to work on.
    pub assignment: Bytes,
}

impl SyncAnswer {
    /// A refusal.
    pub fn refusal(error: GroupError) -> Self {
        Self {
            error: Some(error),
            protocol_type: None,
            protocol_name: None,
            assignment: Bytes::new(),
        }
    }
}

/// Heartbeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeartbeatRequest {
    /// Which group.
    pub group_id: String,
    /// The generation that the member believes in.
    pub generation_id: i32,
    /// The member.
    pub member_id: String,
    /// Its name, if it is static.
    pub group_instance_id: Option<String>,
}

/// The answer to [`HeartbeatRequest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeartbeatAnswer {
    /// Why not.
    pub error: Option<GroupError>,
}

/// One member that is to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeavingMember {
    /// Its id; empty when a static member is removed by its name alone.
    pub member_id: String,
    /// Its name, if it is static.
    pub group_instance_id: Option<String>,
    /// Why it leaves, for people (KIP-800).
    pub reason: Option<String>,
}

/// LeaveGroup. Versions before 3 name one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveRequest {
    /// Which group.
    pub group_id: String,
    /// Who leaves.
    pub members: Vec<LeavingMember>,
}

/// What became of one [`LeavingMember`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftMember {
    /// The id as it was asked for.
    pub member_id: String,
    /// The name as it was asked for.
    pub group_instance_id: Option<String>,
    /// Why it did not leave.
    pub error: Option<GroupError>,
}

/// The answer to [`LeaveRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveAnswer {
    /// Why nobody left.
    pub error: Option<GroupError>,
    /// Each member, in the order of the request (version 3 and later).
    pub members: Vec<LeftMember>,
}

impl LeaveAnswer {
    /// A refusal of the whole request.
    pub fn refusal(error: GroupError) -> Self {
        Self { error: Some(error), members: Vec::new() }
    }

    /// The answer where there is no such group: nobody is known.
    pub fn unknown_group(request: &LeaveRequest) -> Self {
        let unknown = |member: &LeavingMember| LeftMember {
            member_id: member.member_id.clone(),
            group_instance_id: member.group_instance_id.clone(),
            error: Some(GroupError::UnknownMemberId),
        };
        Self { error: None, members: request.members.iter().map(unknown).collect() }
    }

    /// The one error of versions before 3: that of the whole, or the first of a member.
    pub fn error_before_version_3(&self) -> Option<GroupError> {
        self.error.or_else(|| self.members.iter().find_map(|member| member.error))
    }
}

/// An answer of a classic group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To JoinGroup.
    Join(JoinAnswer),
    /// To SyncGroup.
    Sync(SyncAnswer),
    /// To Heartbeat.
    Heartbeat(HeartbeatAnswer),
    /// To LeaveGroup.
    Leave(LeaveAnswer),
}

/// A member as DescribeGroups shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedMember {
    /// Its id.
    pub member_id: String,
    /// Its name, if it is static.
    pub group_instance_id: Option<String>,
    /// The client id it joined with.
    pub client_id: String,
    /// Where it joined from.
    pub client_host: String,
    /// What it said of itself under the chosen protocol; empty unless the group is stable.
    pub metadata: Bytes,
    /// What it works on.
    pub assignment: Bytes,
}

/// A group as DescribeGroups shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The state, by Kafka's name.
    pub state: &'static str,
    /// The kind of group, empty without one.
    pub protocol_type: String,
    /// The chosen protocol; empty unless the group is stable.
    pub protocol_data: String,
    /// The members, in the order of their ids.
    pub members: Vec<DescribedMember>,
}

//! What members ask, and what they are answered.

use std::collections::BTreeMap;

use thiserror::Error;
use uuid::Uuid;

use crate::error::GroupError;

/// Partitions by topic id.
pub type Partitions = BTreeMap<Uuid, Vec<i32>>;

/// The member epoch with which a member joins, or joins again.
pub(super) const JOIN_EPOCH: i32 = 0;
/// The member epoch with which a member leaves.
pub(super) const LEAVE_EPOCH: i32 = -1;
/// The member epoch with which a static member leaves for a while, and which it has until it is back.
pub(super) const LEAVE_FOR_A_WHILE_EPOCH: i32 = -2;

/// ConsumerGroupHeartbeat, versions 0 and 1. What is `None` did not change since the member's last request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeartbeatRequest {
    /// The version of the request. Until version 0 the coordinator names members that have no name.
    pub api_version: i16,
    /// The group.
    pub group_id: String,
    /// The member; may be empty in version 0.
    pub member_id: String,
    /// The epoch the member is at; 0 joins, −1 leaves, −2 leaves for a while (static members).
    pub member_epoch: i32,
    /// `group.instance.id`: the member is static.
    pub instance_id: Option<String>,
    /// `client.rack`.
    pub rack_id: Option<String>,
    /// How long the member may take to give partitions up, in milliseconds; −1: as before.
    pub rebalance_timeout_ms: i32,
    /// The topics that the member reads.
    pub subscribed_topic_names: Option<Vec<String>>,
    /// The pattern of topics that the member reads; empty for none.
    pub subscribed_topic_regex: Option<String>,
    /// The assignor that the member would like.
    pub server_assignor: Option<String>,
    /// The partitions that the member has.
    pub topic_partitions: Option<Partitions>,
    /// The client id of the request's header.
    pub client_id: String,
    /// Where the member is, as Kafka writes it: `/` and the address.
    pub client_host: String,
}

/// The answer to a heartbeat.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeartbeatAnswer {
    /// The member.
    pub member_id: String,
    /// The epoch that it is at now.
    pub member_epoch: i32,
    /// When it is to ask again, in milliseconds; 0 when it left.
    pub heartbeat_interval_ms: i32,
    /// What it may have now; `None`: as before.
    pub assignment: Option<Partitions>,
}

/// A request is refused: the error, and what the client may show.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{error}: {message}")]
pub struct Refusal {
    /// Kafka's error.
    pub error: GroupError,
    /// In words.
    pub message: String,
}

impl Refusal {
    pub(super) fn new(error: GroupError, message: impl Into<String>) -> Self {
        Self { error, message: message.into() }
    }
}

/// What the group answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To a heartbeat.
    Heartbeat(Result<HeartbeatAnswer, Refusal>),
}

//! One member: what it said of itself, and what it has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use crate::generated::consumer_group_current_member_assignment_value::TopicPartitions;
use crate::generated::consumer_group_member_metadata_value::ClassicMemberMetadata;
use crate::generated::{
    ConsumerGroupCurrentMemberAssignmentValue, ConsumerGroupMemberMetadataValue,
};

/// Partitions of a member by topic, each with the epoch at which it was assigned (KIP-1251).
pub type Owned = BTreeMap<Uuid, BTreeMap<i32, i32>>;

/// How far a member is on its way to its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberState {
    /// It has what it shall have at its epoch.
    Stable,
    /// It still has partitions that it is to give up.
    UnrevokedPartitions,
    /// It waits for partitions that other members have.
    UnreleasedPartitions,
    /// A state that this version does not know.
    Unknown,
}

impl MemberState {
    /// The number in records.
    pub(super) fn code(self) -> i8 {
        match self {
            Self::Stable => 0,
            Self::UnrevokedPartitions => 1,
            Self::UnreleasedPartitions => 2,
            Self::Unknown => 127,
        }
    }

    fn from_code(code: i8) -> Self {
        match code {
            0 => Self::Stable,
            1 => Self::UnrevokedPartitions,
            2 => Self::UnreleasedPartitions,
            _ => Self::Unknown,
        }
    }
}

/// A member. What may be large is shared between its copies.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its id.
    pub id: String,
    /// The epoch it is at; 0 before the first, −2 while a static member is away.
    pub epoch: i32,
    /// The epoch it was at before: a request with it may be a repetition.
    pub previous_epoch: i32,
    /// How far it is.
    pub state: MemberState,
    /// `group.instance.id`.
    pub instance_id: Option<String>,
    /// `client.rack`.
    pub rack_id: Option<String>,
    /// How long it may take to give partitions up, in milliseconds, as it said; −1 before it did.
    pub rebalance_timeout: i32,
    /// Its client id.
    pub client_id: String,
    /// Where it is.
    pub client_host: String,
    /// The topics it reads by name.
    pub subscribed_topic_names: Arc<BTreeSet<String>>,
    /// The pattern it reads by; empty or `None` for none.
    pub subscribed_topic_regex: Option<String>,
    /// The assignor it would like.
    pub server_assignor: Option<String>,
    /// What it may have.
    pub assigned: Arc<Owned>,
    /// What it is to give up.
    pub pending_revocation: Arc<Owned>,
    /// It speaks the classic protocol, and what it said there.
    pub classic: Option<ClassicMemberMetadata>,
}

impl Member {
    /// A member that has said nothing.
    pub(super) fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            epoch: 0,
            previous_epoch: -1,
            state: MemberState::Stable,
            instance_id: None,
            rack_id: None,
            rebalance_timeout: -1,
            client_id: String::new(),
            client_host: String::new(),
            subscribed_topic_names: Arc::default(),
            subscribed_topic_regex: Some(String::new()),
            server_assignor: None,
            assigned: Arc::default(),
            pending_revocation: Arc::default(),
            classic: None,
        }
    }

    /// The pattern it reads by.
    pub fn pattern(&self) -> Option<&str> {
        self.subscribed_topic_regex.as_deref().filter(|pattern| !pattern.is_empty())
    }

    /// It has all that it shall have at this epoch.
    pub fn is_reconciled_to(&self, assignment_epoch: i32) -> bool {
        self.state == MemberState::Stable && self.epoch == assignment_epoch
    }

    /// It speaks the classic protocol.
    pub fn is_classic(&self) -> bool {
        self.classic.is_some()
    }

    /// The epoch at which it got a partition that it has, or is to give up.
    pub fn assignment_epoch(&self, topic: Uuid, partition: i32) -> Option<i32> {
        let of =
            |owned: &Owned| owned.get(&topic).and_then(|epochs| epochs.get(&partition)).copied();
        of(&self.assigned).or_else(|| of(&self.pending_revocation))
    }

    /// How long it may take to give partitions up; nothing below zero.
    pub(super) fn rebalance_timeout_ms(&self) -> u64 {
        u64::try_from(self.rebalance_timeout).unwrap_or(0)
    }

    /// Moves to an epoch and remembers the one before.
    pub(super) fn move_to(&mut self, epoch: i32) {
        self.previous_epoch = self.epoch;
        self.epoch = epoch;
    }

    /// Takes over what the member said of itself.
    pub(super) fn describe(&mut self, value: &ConsumerGroupMemberMetadataValue) {
        self.instance_id = value.instance_id.clone();
        self.rack_id = value.rack_id.clone();
        self.client_id = value.client_id.clone();
        self.client_host = value.client_host.clone();
        self.subscribed_topic_names =
            Arc::new(value.subscribed_topic_names.iter().cloned().collect());
        self.subscribed_topic_regex = value.subscribed_topic_regex.clone();
        self.rebalance_timeout = value.rebalance_timeout_ms;
        self.server_assignor = value.server_assignor.clone();
        self.classic = value.classic_member_metadata.clone();
    }

    /// Takes over what the member has.
    pub(super) fn assign(&mut self, value: &ConsumerGroupCurrentMemberAssignmentValue) {
        self.epoch = value.member_epoch;
        self.previous_epoch = value.previous_member_epoch;
        self.state = MemberState::from_code(value.state);
        self.assigned = Arc::new(owned(&value.assigned_partitions, value.member_epoch));
        self.pending_revocation =
            Arc::new(owned(&value.partitions_pending_revocation, value.member_epoch));
    }

    /// Takes everything away: the member is about to go.
    pub(super) fn unassign(&mut self) {
        self.epoch = -1;
        self.previous_epoch = -1;
        self.assigned = Arc::default();
        self.pending_revocation = Arc::default();
    }
}

/// Reads partitions. Kafka before 4.3 wrote none of their epochs: then the member's stands for them.
fn owned(topics: &[TopicPartitions], member_epoch: i32) -> Owned {
    let instead = member_epoch.max(0);
    let mut owned = Owned::new();
    for topic in topics {
        let epochs = topic.assignment_epochs.as_deref().unwrap_or_default();
        let known = epochs.len() == topic.partitions.len();
        let epoch_at = |place: usize| if known { epochs[place] } else { instead };
        let partitions = topic.partitions.iter().enumerate();
        owned.insert(
            topic.topic_id,
            partitions.map(|(at, number)| (*number, epoch_at(at))).collect(),
        );
    }
    owned
}

//! What others ask of a group: before they touch its offsets, before it is deleted, and for show.

use std::collections::BTreeSet;

use kabuki_coordination::bugs::seeded;

use super::api::Described;
use super::members::Member;
use super::protocols::CONSUMER_PROTOCOL_TYPE;
use super::{ClassicGroup, ClassicGroupState};
use crate::bugs;
use crate::error::GroupError;

/// From when on the retention of a group's offsets counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpiryBasis {
    /// From here, in milliseconds since the epoch, for all offsets alike: since then the group has no members.
    Since(i64),
    /// From the commit of each offset.
    Commit,
}

impl ClassicGroup {
    /// The member of this id, which must bear the name if it says one.
    ///
    /// # Errors
    ///
    /// [`GroupError::UnknownMemberId`]; [`GroupError::FencedInstanceId`] if another member bears the name.
    pub(crate) fn known_member(
        &self,
        member_id: &str,
        group_instance_id: Option<&str>,
    ) -> Result<&Member, GroupError> {
        if let Some(name) = group_instance_id {
            let holder = self.members.static_id(name).ok_or(GroupError::UnknownMemberId)?;
            if holder != member_id && seeded(bugs::STATIC_NOT_FENCED) {
                return self.members.get(holder).ok_or(GroupError::UnknownMemberId);
            }
            if holder != member_id {
                return Err(GroupError::FencedInstanceId);
            }
        }
        self.members.get(member_id).ok_or(GroupError::UnknownMemberId)
    }

    /// May these offsets be committed? Whoever does not say who it is (a generation below 0, no id, no name) may do so
    /// while nobody is in the group; transactions always, since their older versions cannot say it.
    ///
    /// # Errors
    ///
    /// [`GroupError::CoordinatorNotAvailable`], [`GroupError::UnknownMemberId`], [`GroupError::FencedInstanceId`],
    /// [`GroupError::IllegalGeneration`]; [`GroupError::RebalanceInProgress`] between join and sync, except for
    /// transactions.
    pub fn validate_commit(
        &self,
        member_id: &str,
        group_instance_id: Option<&str>,
        generation_id: i32,
        is_transactional: bool,
    ) -> Result<(), GroupError> {
        if self.state == ClassicGroupState::Dead {
            return Err(GroupError::CoordinatorNotAvailable);
        }
        if generation_id < 0 && self.state == ClassicGroupState::Empty {
            return Ok(());
        }
        if generation_id >= 0 || !member_id.is_empty() || group_instance_id.is_some() {
            self.known_member(member_id, group_instance_id)?;
            if generation_id != self.generation_id && !seeded(bugs::STALE_COMMIT) {
                return Err(GroupError::IllegalGeneration);
            }
        } else if !is_transactional {
            return Err(GroupError::UnknownMemberId);
        }
        if !is_transactional && self.state == ClassicGroupState::CompletingRebalance {
            return Err(GroupError::RebalanceInProgress);
        }
        Ok(())
    }

    /// May offsets be fetched? Member id and epoch of the request are for other kinds of groups.
    ///
    /// # Errors
    ///
    /// [`GroupError::GroupIdNotFound`] of a dead group.
    pub fn validate_fetch(&self) -> Result<(), GroupError> {
        match self.state {
            ClassicGroupState::Dead => Err(GroupError::GroupIdNotFound),
            _ => Ok(()),
        }
    }

    /// May offsets be deleted, of topics that nobody subscribes to ([`ClassicGroup::is_subscribed_to`])?
    ///
    /// # Errors
    ///
    /// [`GroupError::GroupIdNotFound`] of a dead group; [`GroupError::NonEmptyGroup`] while there are members whose
    /// topics are not known by their kind.
    pub fn validate_offset_delete(&self) -> Result<(), GroupError> {
        match self.state {
            ClassicGroupState::Dead => Err(GroupError::GroupIdNotFound),
            ClassicGroupState::Empty => Ok(()),
            _ if self.uses_consumer_protocol() => Ok(()),
            _ => Err(GroupError::NonEmptyGroup),
        }
    }

    /// May the group be deleted?
    ///
    /// # Errors
    ///
    /// [`GroupError::GroupIdNotFound`] of a dead group; [`GroupError::NonEmptyGroup`] unless it is empty.
    pub fn validate_delete(&self) -> Result<(), GroupError> {
        match self.state {
            ClassicGroupState::Dead => Err(GroupError::GroupIdNotFound),
            ClassicGroupState::Empty => Ok(()),
            _ => Err(GroupError::NonEmptyGroup),
        }
    }

    /// What the retention of offsets counts from; `None` while none expires.
    pub fn expiry_basis(&self) -> Option<ExpiryBasis> {
        if self.protocol_type.is_none() {
            return Some(ExpiryBasis::Commit);
        }
        match self.state {
            ClassicGroupState::Empty => {
                Some(self.state_since_ms.map_or(ExpiryBasis::Commit, ExpiryBasis::Since))
            }
            ClassicGroupState::Stable
                if self.uses_consumer_protocol() && self.subscribed_topics.is_some() =>
            {
                Some(ExpiryBasis::Commit)
            }
            _ => None,
        }
    }

    /// Its members are consumers, whose subscriptions can be read.
    pub fn uses_consumer_protocol(&self) -> bool {
        self.protocol_type() == Some(CONSUMER_PROTOCOL_TYPE)
    }

    /// It only holds offsets: nobody has joined it, nor is about to.
    pub fn is_simple(&self) -> bool {
        self.protocol_type.is_none()
            && self.state == ClassicGroupState::Empty
            && self.pending.is_empty()
    }

    /// The topics that the members subscribe to; `None` when they are not known.
    pub fn subscribed_topics(&self) -> Option<&BTreeSet<String>> {
        self.subscribed_topics.as_ref()
    }

    /// A member may read the topic: consumers whose topics are not known may read any.
    pub fn is_subscribed_to(&self, topic: &str) -> bool {
        match &self.subscribed_topics {
            Some(topics) => topics.contains(topic),
            None => self.uses_consumer_protocol(),
        }
    }

    /// The group as DescribeGroups shows it.
    pub fn describe(&self) -> Described {
        let stable = self.state == ClassicGroupState::Stable;
        let protocol = self.protocol_name().filter(|_| stable);
        Described {
            state: self.state.name(),
            protocol_type: self.protocol_type.clone().unwrap_or_default(),
            protocol_data: protocol.unwrap_or_default().to_owned(),
            members: self.members.iter().map(|member| member.describe(protocol)).collect(),
        }
    }
}

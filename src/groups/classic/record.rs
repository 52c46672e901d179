//! The hard state of a group as a record.

use std::collections::BTreeSet;

use kabuki_coordination::Timers;
use kabuki_coordination::bugs::seeded;

use super::members::{Member, Members};
use super::protocols::{self, CONSUMER_PROTOCOL_TYPE};
use super::{ClassicGroup, ClassicGroupState, Protocol};
use crate::bugs;
use crate::cx::Cx;
use crate::generated::group_metadata_value::MemberMetadata;
use crate::generated::{GroupMetadataKey, GroupMetadataValue};
use crate::records::GroupRecord;
use crate::state::fit;

impl ClassicGroup {
    /// The group that a record of the log describes, in place of any earlier one of its name. (A tombstone is the end
    /// of the group.) Nobody waits in it, and no session runs before [`ClassicGroup::loaded`].
    pub fn replay(id: &str, value: &GroupMetadataValue) -> Self {
        let mut group = Self {
            id: id.to_owned(),
            state: if value.members.is_empty() {
                ClassicGroupState::Empty
            } else {
                ClassicGroupState::Stable
            },
            previous_state: ClassicGroupState::Dead,
            state_since_ms: Some(value.current_state_timestamp).filter(|ms| *ms != -1),
            protocol_type: Some(value.protocol_type.clone()).filter(|name| !name.is_empty()),
            protocol_name: value.protocol.clone(),
            generation_id: value.generation,
            leader_id: None,
            members: Members::default(),
            pending: BTreeSet::new(),
            pending_sync: BTreeSet::new(),
            subscribed_topics: None,
            new_member_added: false,
            initial_delay: None,
            timers: Timers::default(),
        };
        for metadata in &value.members {
            let member = member_of(metadata, value.protocol.clone().unwrap_or_default());
            let name = member.group_instance_id.as_deref();
            let name_is_taken = name.is_some_and(|name| group.members.static_id(name).is_some());
            if !group.members.contains(&member.id) && !name_is_taken {
                group.add(member, &value.protocol_type);
            }
        }
        if let Some(leader) = value.leader.as_ref().filter(|id| group.members.contains(id)) {
            group.leader_id = Some(leader.clone());
        }
        group.subscribed_topics = group.compute_subscribed_topics();
        group
    }

    /// The record that describes the group.
    pub fn record(&self) -> GroupRecord {
        let metadata = |member: &Member| MemberMetadata {
            member_id: member.id.clone(),
            group_instance_id: member.group_instance_id.clone(),
            client_id: member.client_id.clone(),
            client_host: member.client_host.clone(),
            rebalance_timeout: member.rebalance_timeout_ms,
            session_timeout: member.session_timeout_ms,
            subscription: member.metadata(self.protocol_name()).cloned().unwrap_or_default(),
            assignment: member.assignment.clone(),
            unknown_tags: Vec::new(),
        };
        let value = GroupMetadataValue {
            protocol_type: self.protocol_type.clone().unwrap_or_default(),
            generation: self.generation_id,
            protocol: self.protocol_name.clone(),
            leader: self.leader_id.clone(),
            current_state_timestamp: self.state_since_ms.unwrap_or(-1),
            members: self.members.iter().map(metadata).collect(),
            unknown_tags: Vec::new(),
        };
        GroupRecord::GroupMetadata(self.key(), Some(value))
    }

    /// The record that ends the group.
    pub fn tombstone(&self) -> GroupRecord {
        GroupRecord::GroupMetadata(self.key(), None)
    }

    fn key(&self) -> GroupMetadataKey {
        GroupMetadataKey { group: self.id.clone() }
    }

    pub(crate) fn propose<A>(&self, cx: &mut Cx<'_, GroupRecord, A>) {
        cx.effects.records.push(self.record());
    }

    /// Proposes the group's record, unless it is larger than a batch or cannot be written at all. Members decide how large
    /// it is, by what they say of themselves and by what their leader assigns.
    #[must_use]
    pub(crate) fn propose_if_it_fits<A>(&self, cx: &mut Cx<'_, GroupRecord, A>) -> bool {
        let record = self.record();
        let fits = fit(cx.effects, std::slice::from_ref(&record));
        if fits && !seeded(bugs::NOT_WRITTEN_DOWN) {
            cx.effects.records.push(record);
        }
        fits
    }

    /// The topics that the members subscribe to. `None` when it is not known: of other kinds of groups, or when the
    /// metadata of a member cannot be read.
    pub(crate) fn compute_subscribed_topics(&self) -> Option<BTreeSet<String>> {
        if self.protocol_type() != Some(CONSUMER_PROTOCOL_TYPE) {
            return None;
        }
        let mut topics = BTreeSet::new();
        for member in self.members.iter() {
            topics.extend(protocols::subscribed_topics(member.metadata(self.protocol_name())?)?);
        }
        Some(topics)
    }
}

/// Of the protocols only the chosen one was written down.
fn member_of(metadata: &MemberMetadata, protocol: String) -> Member {
    Member {
        id: metadata.member_id.clone(),
        group_instance_id: metadata.group_instance_id.clone(),
        client_id: metadata.client_id.clone(),
        client_host: metadata.client_host.clone(),
        // Before version 1 there was none.
        rebalance_timeout_ms: match metadata.rebalance_timeout {
            -1 => metadata.session_timeout,
            timeout_ms => timeout_ms,
        },
        session_timeout_ms: metadata.session_timeout,
        protocols: vec![Protocol { name: protocol, metadata: metadata.subscription.clone() }],
        assignment: metadata.assignment.clone(),
        join_ticket: None,
        sync_ticket: None,
        is_new: false,
    }
}

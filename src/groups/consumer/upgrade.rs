//! From a classic group to a consumer group, when the first member of the new protocol joins (KIP-848).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use super::api::Refusal;
use super::member::{Member, Owned};
use super::{ConsumerGroup, hash, records};
use crate::classic::{self, ClassicGroup};
use crate::cx::Cx;
use crate::embedded::{self, Malformed};
use crate::error::GroupError;
use crate::generated::consumer_group_member_metadata_value::{
    ClassicMemberMetadata, ClassicProtocol,
};
use crate::records::GroupRecord;
use crate::settings::Settings;
use crate::topics::Topics;

/// A group that has been assigned before it was one of this kind may be assigned anew at once.
const LONG_AGO_MS: i64 = 0;

impl ConsumerGroup {
    /// A classic group with members may become a consumer group.
    ///
    /// # Errors
    ///
    /// GROUP_ID_NOT_FOUND: `group.consumer.migration.policy` forbids it, its members are no consumers, or they are too many.
    pub(crate) fn check_upgrade(
        classic: &ClassicGroup,
        settings: &Settings,
    ) -> Result<(), Refusal> {
        let reason = if !settings.migration_policy.allows_upgrade() {
            "online upgrade is disabled"
        } else if !classic.uses_consumer_protocol() {
            "the group does not use the consumer embedded protocol"
        } else if classic.members().len() > settings.consumer_max_size {
            "the group size exceeds the consumer group maximum size"
        } else {
            return Ok(());
        };
        Err(not_upgraded(classic, reason))
    }

    /// Makes the group of the members of a classic one: all are where they were, at the generation as their epoch. The
    /// records of it are proposed, that of the end of the classic group first.
    ///
    /// # Errors
    ///
    /// GROUP_ID_NOT_FOUND if members say what cannot be read, or have an assignor with data of its own;
    /// UNKNOWN_SERVER_ERROR before the group has chosen a protocol, or if the records are larger than a batch. Nothing is
    /// proposed then.
    pub(crate) fn upgrade<A>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        classic: &ClassicGroup,
    ) -> Result<(), Refusal> {
        let generation = classic.generation_id();
        let mut members = Vec::with_capacity(classic.members().len());
        for member in classic.members() {
            members.push(consumer_member(classic, member, cx.topics)?);
        }
        let group = &self.id;
        let names = members.iter().flat_map(|member| member.subscribed_topic_names.iter());
        let names: BTreeSet<&str> = names.map(String::as_str).collect();
        let metadata_hash = hash::of_group(names.into_iter(), cx.topics);
        let mut out = vec![classic.tombstone()];
        out.extend(members.iter().map(|member| records::member(group, member)));
        out.push(records::group_epoch(group, generation, metadata_hash));
        let target = |member: &Member| records::target(group, &member.id, &partitions(member));
        out.extend(members.iter().map(target));
        out.push(records::target_epoch(group, generation, LONG_AGO_MS));
        out.extend(members.iter().map(|member| records::current(group, member)));

        self.settle(cx, out, None)?;
        for member in classic.members() {
            let session_ms = u64::try_from(member.session_timeout_ms).unwrap_or(0);
            self.begin_session(cx.now, member.id.clone(), session_ms);
        }
        Ok(())
    }
}

fn not_upgraded(classic: &ClassicGroup, reason: &str) -> Refusal {
    let id = classic.id();
    tracing::info!(group = id, reason, "a classic group is not to become a consumer group");
    let message = format!("Cannot upgrade classic group {id} to consumer group because {reason}.");
    Refusal::new(GroupError::GroupIdNotFound, message)
}

fn consumer_member(
    group: &ClassicGroup,
    member: &classic::Member,
    topics: &dyn Topics,
) -> Result<Member, Refusal> {
    let malformed = |how: Malformed| match how {
        Malformed::Short => not_upgraded(group, "the embedded consumer protocol is malformed"),
        Malformed::Garbage => Refusal::new(GroupError::UnknownServerError, how.to_string()),
    };
    let generation = group.generation_id();
    let mut assigned = Owned::new();
    // Whoever has not synced yet has nothing.
    if !member.assignment.is_empty() {
        let assignment = embedded::assignment(&member.assignment).map_err(malformed)?;
        if assignment.has_user_data {
            return Err(not_upgraded(group, "an unsupported custom assignor is in use"));
        }
        for (topic, partitions) in assignment.partitions {
            if let Some(topic) = topics.by_name(&topic) {
                let epochs = partitions.into_iter().map(|partition| (partition, generation));
                assigned.insert(topic.id, epochs.collect());
            }
        }
    }
    let metadata = member.metadata(group.protocol_name()).ok_or_else(|| {
        let message = format!("group {} has not chosen a protocol yet", group.id());
        Refusal::new(GroupError::UnknownServerError, message)
    })?;
    let subscription = embedded::subscription(metadata).map_err(malformed)?;
    let mut upgraded = Member::new(&member.id);
    upgraded.epoch = generation;
    upgraded.previous_epoch = generation;
    upgraded.instance_id = member.group_instance_id.clone();
    upgraded.rack_id = subscription.rack_id;
    upgraded.rebalance_timeout = member.rebalance_timeout_ms;
    upgraded.client_id = member.client_id.clone();
    upgraded.client_host = member.client_host.clone();
    upgraded.subscribed_topic_names = Arc::new(subscription.topics.into_iter().collect());
    upgraded.assigned = Arc::new(assigned);
    upgraded.classic = Some(said_in_classic(member.session_timeout_ms, &member.protocols));
    Ok(upgraded)
}

/// What a member said in the classic protocol, as it is kept.
pub(super) fn said_in_classic(
    session_timeout_ms: i32,
    protocols: &[classic::Protocol],
) -> ClassicMemberMetadata {
    let protocol = |protocol: &classic::Protocol| ClassicProtocol {
        name: protocol.name.clone(),
        metadata: protocol.metadata.clone(),
        unknown_tags: Vec::new(),
    };
    ClassicMemberMetadata {
        session_timeout_ms,
        supported_protocols: protocols.iter().map(protocol).collect(),
        unknown_tags: Vec::new(),
    }
}

fn partitions(member: &Member) -> BTreeMap<Uuid, BTreeSet<i32>> {
    let numbers = |epochs: &BTreeMap<i32, i32>| epochs.keys().copied().collect();
    member.assigned.iter().map(|(topic, epochs)| (*topic, numbers(epochs))).collect()
}

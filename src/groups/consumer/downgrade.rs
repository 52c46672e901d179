//! From a consumer group to a classic one, when no member of the new protocol is left (KIP-848).

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use uuid::Uuid;

use super::member::Member;
use super::{ConsumerGroup, Look, Target};
use crate::classic::{
    self, CONSUMER_PROTOCOL_TYPE, ClassicGroup, ClassicGroupState, Protocol, select_protocol,
};
use crate::embedded;
use crate::records::GroupRecord;
use crate::topics::Topics;

/// The classic group that takes the place of a consumer group: stable, with the members as they were.
#[derive(Debug, Clone)]
pub(crate) struct Successor {
    pub(crate) group: ClassicGroup,
    /// Why its members are to join again, if they are.
    pub(crate) rebalance: Option<&'static str>,
}

impl ConsumerGroup {
    /// The classic group that is to take the place of this one, once.
    pub(crate) fn take_successor(&mut self) -> Option<Successor> {
        self.successor.take()
    }

    /// The group that follows when these members leave, if only members of the classic protocol stay, and it may follow.
    pub(super) fn successor_without(
        &self,
        look: Look<'_>,
        leaving: &[&Member],
    ) -> Option<Successor> {
        let stays = |member: &&Member| leaving.iter().all(|leaves| leaves.id != member.id);
        let staying: Vec<&Member> = self.hard.members.values().filter(stays).collect();
        let only_classic = staying.iter().all(|member| member.is_classic());
        if !only_classic || staying.is_empty() || !self.may_downgrade(look, staying.len()) {
            return None;
        }
        let members = staying.iter().map(|member| (*member, self.target_of(&member.id)));
        let group = self.as_classic(look, members.collect())?;
        Some(Successor { group, rebalance: Some("the last member of the new protocol leaves") })
    }

    /// A member of the classic protocol takes the place of `replaced`, and only members of that protocol are left then.
    pub(super) fn may_downgrade_by_replacing(&self, look: Look<'_>, replaced: &Member) -> bool {
        let others = self.hard.members.values().filter(|member| member.id != replaced.id);
        let only_classic = others.into_iter().all(Member::is_classic);
        let members = self.hard.members.len();
        only_classic && !replaced.is_classic() && self.may_downgrade(look, members)
    }

    /// The group that follows when `joining` has taken the place of `replaced`, with the records of the change: those of the
    /// replacement itself have been written.
    pub(super) fn propose_successor_with(
        &self,
        look: Look<'_>,
        replaced: &str,
        joining: &Member,
        rebalance: Option<&'static str>,
        out: &mut Vec<GroupRecord>,
    ) -> Option<Successor> {
        let others = self.hard.members.values().filter(|member| member.id != replaced);
        let mut members: Vec<_> =
            others.map(|member| (member, self.target_of(&member.id))).collect();
        members.push((joining, self.target_of(replaced)));
        let group = self.as_classic(look, members)?;
        let ids = self.hard.members.keys();
        let ids: Vec<_> = ids.map(|id| if id == replaced { &joining.id } else { id }).collect();
        out.extend(self.tombstones_of(&ids));
        out.push(group.record());
        Some(Successor { group, rebalance })
    }

    fn may_downgrade(&self, look: Look<'_>, members: usize) -> bool {
        let may =
            look.settings.migration_policy.allows_downgrade() && members <= look.settings.max_size;
        if !may {
            tracing::info!(group = self.id, members, "a group is not to become a classic one");
        }
        may
    }

    fn target_of(&self, member_id: &str) -> Target {
        self.hard.targets.get(member_id).cloned().unwrap_or_default()
    }

    /// The classic group of these members, with what each shall have. `None` if they have no protocol in common, or say
    /// what cannot be read: then the group stays what it is. (Kafka refuses the request then.)
    fn as_classic(&self, look: Look<'_>, members: Vec<(&Member, Target)>) -> Option<ClassicGroup> {
        let mut group = ClassicGroup::new(self.id.clone(), look.now);
        group.state = ClassicGroupState::Stable;
        group.generation_id = self.hard.epoch;
        for (member, _) in &members {
            group.add(classic_member(member)?, CONSUMER_PROTOCOL_TYPE);
        }
        group.protocol_name = Some(select_protocol(&group.members)?);
        group.subscribed_topics = group.compute_subscribed_topics();
        let mut assignments = BTreeMap::new();
        for (member, target) in &members {
            let metadata = group.members.get(&member.id)?.metadata(group.protocol_name())?;
            let version = embedded::version(metadata).ok()?;
            assignments.insert(member.id.as_str(), write_assignment(version, target, look.topics));
        }
        group.members.assign(|id| assignments.remove(id).unwrap_or_default());
        Some(group)
    }
}

fn classic_member(member: &Member) -> Option<classic::Member> {
    let said = member.classic.as_ref()?;
    let protocols = said.supported_protocols.iter().map(|protocol| Protocol {
        name: protocol.name.clone(),
        metadata: protocol.metadata.clone(),
    });
    Some(classic::Member {
        id: member.id.clone(),
        group_instance_id: member.instance_id.clone(),
        client_id: member.client_id.clone(),
        client_host: member.client_host.clone(),
        rebalance_timeout_ms: member.rebalance_timeout,
        session_timeout_ms: said.session_timeout_ms,
        protocols: protocols.collect(),
        assignment: Bytes::new(),
        join_ticket: None,
        sync_ticket: None,
        is_new: false,
    })
}

/// Partitions as consumers of the classic protocol read them. Topics that do not exist any more are left out.
fn write_assignment(
    version: i16,
    target: &BTreeMap<Uuid, BTreeSet<i32>>,
    topics: &dyn Topics,
) -> Bytes {
    let named = target.iter().filter_map(|(topic, partitions)| {
        Some((topics.name_of(*topic)?, partitions.iter().copied().collect()))
    });
    embedded::write_assignment(version, named.collect::<Vec<_>>().into_iter())
}

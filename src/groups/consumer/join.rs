//! Which member asks, and whether it may.

use super::ConsumerGroup;
use super::api::{HeartbeatRequest, JOIN_EPOCH, LEAVE_FOR_A_WHILE_EPOCH, Partitions, Refusal};
use super::member::Member;
use super::records;
use crate::error::GroupError;
use crate::records::GroupRecord;
use crate::settings::Settings;

impl ConsumerGroup {
    /// There is room for the member, or it is in.
    pub(super) fn check_size(&self, settings: &Settings, member_id: &str) -> Result<(), Refusal> {
        let full = self.hard.members.len() >= settings.consumer_max_size;
        if full && !self.hard.members.contains_key(member_id) {
            let message = format!("the group has {} members already", settings.consumer_max_size);
            return Err(Refusal::new(GroupError::GroupMaxSizeReached, message));
        }
        Ok(())
    }

    /// The member that asks, as the group knows it; a new one if it joins. A static member that comes back is a copy of
    /// the one that it replaces, and then there are the records of the change.
    pub(super) fn asking_member(
        &self,
        request: &HeartbeatRequest,
        member_id: &str,
    ) -> Result<(Member, Vec<GroupRecord>), Refusal> {
        let owned = request.topic_partitions.as_ref();
        let joins = request.member_epoch == JOIN_EPOCH;
        let Some(instance_id) = &request.instance_id else {
            let member = match self.hard.members.get(member_id) {
                Some(member) => member.clone(),
                None if joins => Member::new(member_id),
                None => return Err(self.unknown_member(member_id)),
            };
            check_epoch(&member, request.member_epoch, owned)?;
            return Ok((member, Vec::new()));
        };
        if !joins {
            let member = self.known_static_member(instance_id, member_id)?;
            check_epoch(member, request.member_epoch, owned)?;
            return Ok((member.clone(), Vec::new()));
        }
        let Some(before) = self.static_member(instance_id) else {
            let known = self.hard.members.get(member_id).cloned();
            return Ok((known.unwrap_or_else(|| Member::new(member_id)), Vec::new()));
        };
        if before.epoch != LEAVE_FOR_A_WHILE_EPOCH && !before.is_classic() {
            let message = format!("instance id {instance_id} is that of member {}", before.id);
            return Err(Refusal::new(GroupError::UnreleasedInstanceId, message));
        }
        let mut member = before.clone();
        member.id = member_id.to_owned();
        member.epoch = 0;
        member.previous_epoch = 0;
        let mut replaced = Vec::new();
        self.propose_replacement(before, &member, &mut replaced);
        Ok((member, replaced))
    }

    /// The member of an instance id, if it is the one that asks.
    pub(super) fn known_static_member(
        &self,
        instance_id: &str,
        member_id: &str,
    ) -> Result<&Member, Refusal> {
        let Some(member) = self.static_member(instance_id) else {
            let message = format!("instance id {instance_id} is not known");
            return Err(Refusal::new(GroupError::UnknownMemberId, message));
        };
        if member.id != member_id {
            let message = format!("instance id {instance_id} is that of member {}", member.id);
            return Err(Refusal::new(GroupError::FencedInstanceId, message));
        }
        Ok(member)
    }

    pub(super) fn unknown_member(&self, member_id: &str) -> Refusal {
        let message = format!("{member_id} is not a member of group {}", self.id);
        Refusal::new(GroupError::UnknownMemberId, message)
    }

    pub(super) fn propose_replacement(
        &self,
        before: &Member,
        after: &Member,
        out: &mut Vec<GroupRecord>,
    ) {
        self.propose_removal(&before.id, out);
        out.push(records::member(&self.id, after));
        let target = self.hard.targets.get(&before.id).cloned().unwrap_or_default();
        out.push(records::target(&self.id, &after.id, &target));
        out.push(records::current(&self.id, after));
    }

    /// The tombstones of a member.
    pub(super) fn propose_removal(&self, member_id: &str, out: &mut Vec<GroupRecord>) {
        out.push(records::current_gone(&self.id, member_id));
        out.push(records::target_gone(&self.id, member_id));
        out.push(records::member_gone(&self.id, member_id));
    }
}

/// The member speaks of its own epoch, or joins again. The epoch before is good as well if it has nothing but what it may
/// have: then it did not get the last answer, and asks for it again.
fn check_epoch(member: &Member, received: i32, owned: Option<&Partitions>) -> Result<(), Refusal> {
    if received == JOIN_EPOCH || received == member.epoch {
        return Ok(());
    }
    let repeats = received == member.previous_epoch && has_only_assigned(member, owned);
    if received < member.epoch && repeats {
        return Ok(());
    }
    let message = format!(
        "the member is at epoch {} and not {received}: it gives up its partitions and joins again",
        member.epoch
    );
    Err(Refusal::new(GroupError::FencedMemberEpoch, message))
}

fn has_only_assigned(member: &Member, owned: Option<&Partitions>) -> bool {
    owned.is_some_and(|owned| {
        owned.iter().all(|(topic, partitions)| {
            let assigned = member.assigned.get(topic);
            assigned.is_some_and(|assigned| partitions.iter().all(|it| assigned.contains_key(it)))
        })
    })
}

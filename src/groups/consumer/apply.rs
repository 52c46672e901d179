//! What records do to a group: the only place where its hard state changes.

use std::sync::Arc;

use super::api::Refusal;
use super::member::Member;
use super::subscriptions::{Resolved, subtract};
use super::{ConsumerGroup, Hard, Successor, Timer};
use crate::cx::Cx;
use crate::error::GroupError;
use crate::generated::consumer_group_target_assignment_member_value::TopicPartition;
use crate::records::GroupRecord;
use crate::state::fit;

/// The assignment epoch of a group that is about to go.
const NO_EPOCH: i32 = -1;

impl ConsumerGroup {
    /// Changes the group as a record of it says. Records of other kinds are passed over.
    pub fn apply(&mut self, record: &GroupRecord) {
        match record {
            GroupRecord::ConsumerGroupMetadata(_, Some(value)) => {
                self.hard.present = true;
                self.hard.epoch = value.epoch;
                self.hard.metadata_hash = value.metadata_hash;
            }
            GroupRecord::ConsumerGroupMetadata(_, None) => self.end(),
            GroupRecord::ConsumerGroupPartitionMetadata(_, value) => {
                self.hard.present |= value.is_some();
                self.hard.partition_metadata = value.is_some();
            }
            GroupRecord::ConsumerGroupMemberMetadata(key, Some(value)) => {
                self.put_member(&key.member_id, |member| member.describe(value));
            }
            GroupRecord::ConsumerGroupMemberMetadata(key, None) => {
                self.remove_member(&key.member_id)
            }
            GroupRecord::ConsumerGroupTargetAssignmentMetadata(_, Some(value)) => {
                self.hard.present = true;
                self.hard.assignment_epoch = value.assignment_epoch;
                self.hard.assignment_timestamp_ms = value.assignment_timestamp;
            }
            GroupRecord::ConsumerGroupTargetAssignmentMetadata(_, None) => {
                self.hard.assignment_epoch = NO_EPOCH;
                self.hard.assignment_timestamp_ms = 0;
            }
            GroupRecord::ConsumerGroupTargetAssignmentMember(key, Some(value)) => {
                self.hard.present = true;
                let topic = |topic: &TopicPartition| {
                    (topic.topic_id, topic.partitions.iter().copied().collect())
                };
                let target = Arc::new(value.topic_partitions.iter().map(topic).collect());
                self.hard.targets.insert(key.member_id.clone(), target);
            }
            GroupRecord::ConsumerGroupTargetAssignmentMember(key, None) => {
                self.hard.targets.remove(&key.member_id);
            }
            GroupRecord::ConsumerGroupCurrentMemberAssignment(key, Some(value)) => {
                self.put_member(&key.member_id, |member| member.assign(value));
            }
            GroupRecord::ConsumerGroupCurrentMemberAssignment(key, None) => {
                if self.hard.members.contains_key(&key.member_id) {
                    self.put_member(&key.member_id, Member::unassign);
                }
            }
            GroupRecord::ConsumerGroupRegularExpression(key, value) => {
                self.hard.present |= value.is_some();
                let resolved = value.as_ref().map(|value| Resolved {
                    topics: Arc::new(value.topics.iter().cloned().collect()),
                    version: value.version,
                    timestamp_ms: value.timestamp,
                });
                self.hard.subscriptions.resolve(&key.regular_expression, resolved);
            }
            GroupRecord::OffsetCommit(..)
            | GroupRecord::GroupMetadata(..)
            | GroupRecord::Other { .. } => {}
        }
    }

    /// Applies records that were decided on, and proposes them; `successor` takes the place of the group, if there is one.
    ///
    /// # Errors
    ///
    /// UNKNOWN_SERVER_ERROR: they are larger than a batch, or cannot be written at all. Nothing has happened then. (Kafka
    /// answers so as well, for it does not tell its clients of MESSAGE_TOO_LARGE.)
    pub(super) fn settle<A>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        records: Vec<GroupRecord>,
        successor: Option<Successor>,
    ) -> Result<(), Refusal> {
        if !fit(cx.effects, &records) {
            let message = "the records of it are larger than a batch may be";
            return Err(Refusal::new(GroupError::UnknownServerError, message));
        }
        for record in &records {
            self.apply(record);
        }
        self.successor = successor;
        cx.effects.records.extend(records);
        Ok(())
    }

    fn put_member(&mut self, id: &str, change: impl FnOnce(&mut Member)) {
        let hard = &mut self.hard;
        hard.present = true;
        let before = hard.members.remove(id);
        let mut after = before.clone().unwrap_or_else(|| Member::new(id));
        change(&mut after);
        hard.replace(before.as_ref(), Some(&after));
        hard.members.insert(id.to_owned(), after);
    }

    fn remove_member(&mut self, id: &str) {
        if let Some(before) = self.hard.members.remove(id) {
            self.hard.replace(Some(&before), None);
            self.cancel_timers(id);
        }
    }

    pub(super) fn cancel_timers(&mut self, member: &str) {
        self.timers.cancel(&Timer::Session(member.to_owned()));
        self.timers.cancel(&Timer::Rebalance(member.to_owned()));
        self.timers.cancel(&Timer::Join(member.to_owned()));
        self.timers.cancel(&Timer::Sync(member.to_owned()));
    }

    fn end(&mut self) {
        let settings = self.settings.take();
        *self = Self { settings, ..Self::new(std::mem::take(&mut self.id)) };
    }
}

impl Hard {
    /// Keeps in step what follows from the members: one of them comes, goes or changes.
    fn replace(&mut self, before: Option<&Member>, after: Option<&Member>) {
        self.subscriptions.change(before, after);
        let vote =
            |member: Option<&Member>| member.and_then(|member| member.server_assignor.clone());
        if let Some(name) = vote(before) {
            subtract(&mut self.assignor_votes, &name);
        }
        if let Some(name) = vote(after) {
            *self.assignor_votes.entry(name).or_default() += 1;
        }
        if let Some(before) = before {
            self.partition_epochs.release(&before.assigned, before.epoch);
            self.partition_epochs.release(&before.pending_revocation, before.epoch);
            let instance = before.instance_id.as_ref();
            if let Some(instance) =
                instance.filter(|it| self.static_members.get(*it) == Some(&before.id))
            {
                self.static_members.remove(instance);
            }
        }
        if let Some(after) = after {
            self.partition_epochs.take(&after.assigned, after.epoch);
            self.partition_epochs.take(&after.pending_revocation, after.epoch);
            if let Some(instance) = &after.instance_id {
                self.static_members.insert(instance.clone(), after.id.clone());
            }
        }
    }
}

//! Groups of the consumer protocol among the others.

use kabuki_coordination::{Now, Ticket};

use super::{DescribedConsumerGroup, Group, GroupState, Wanted};
use crate::consumer::{self, ConsumerGroup, HeartbeatRequest, Refusal};
use crate::error::GroupError;
use crate::records::GroupRecord;

/// The member epoch with which a member joins, and a group may begin.
const JOIN_EPOCH: i32 = 0;

impl GroupState {
    pub(super) fn consumer_heartbeat(
        &mut self,
        now: Now,
        ticket: Ticket,
        request: &HeartbeatRequest,
        wanted: &mut Wanted,
    ) {
        let id = &request.group_id;
        let is_consumers = matches!(self.groups.get(id), Some(Group::Consumer(_)));
        if request.member_epoch == JOIN_EPOCH && !is_consumers {
            return self.begin_consumers(now, ticket, request, wanted);
        }
        let handled = self.with_group(now, id, wanted, |group, cx| match group {
            Group::Consumer(group) => {
                let _done = group.heartbeat(cx, ticket, request);
                true
            }
            Group::Classic(_) => false,
        });
        if handled == Some(true) {
            return;
        }
        let message = match handled {
            Some(_) => format!("Group {id} is not a consumer group."),
            None => format!("Group {id} not found."),
        };
        let refusal = match request.check(&self.world.settings.consumer_assignors) {
            Err(refusal) => refusal,
            Ok(()) => Refusal { error: GroupError::GroupIdNotFound, message },
        };
        wanted.answer_at_once(ticket, consumer::Answer::Heartbeat(Err(refusal)));
    }

    pub(super) fn new_consumer_group(&self, id: &str) -> ConsumerGroup {
        let mut group = ConsumerGroup::new(id);
        group.configure(self.world.group_settings.get(id).cloned());
        group
    }

    /// Follows a record of a consumer group. The order within a compacted log is not that of its beginning: a group is there as
    /// soon as anything is known of it.
    pub(super) fn replay_of_consumers(&mut self, now: Now, record: &GroupRecord) {
        let (id, is_tombstone) = match record {
            GroupRecord::ConsumerGroupMetadata(key, value) => (&key.group_id, value.is_none()),
            GroupRecord::ConsumerGroupPartitionMetadata(key, value) => {
                (&key.group_id, value.is_none())
            }
            GroupRecord::ConsumerGroupMemberMetadata(key, value) => {
                (&key.group_id, value.is_none())
            }
            GroupRecord::ConsumerGroupTargetAssignmentMetadata(key, value) => {
                (&key.group_id, value.is_none())
            }
            GroupRecord::ConsumerGroupTargetAssignmentMember(key, value) => {
                (&key.group_id, value.is_none())
            }
            GroupRecord::ConsumerGroupCurrentMemberAssignment(key, value) => {
                (&key.group_id, value.is_none())
            }
            GroupRecord::ConsumerGroupRegularExpression(key, value) => {
                (&key.group_id, value.is_none())
            }
            GroupRecord::OffsetCommit(..)
            | GroupRecord::GroupMetadata(..)
            | GroupRecord::Other { .. } => {
                return;
            }
        };
        // One that only holds offsets is in no record, and gives way.
        let is_missing = match self.groups.get(id) {
            None => true,
            Some(Group::Classic(group)) => group.is_simple(),
            Some(Group::Consumer(_)) => false,
        };
        if is_missing && !is_tombstone {
            let group = self.new_consumer_group(id);
            self.groups.insert(id.clone(), Group::Consumer(Box::new(group)));
        }
        if let Some(Group::Consumer(group)) = self.groups.get_mut(id) {
            group.apply(record);
        }
        if let GroupRecord::ConsumerGroupMetadata(key, None) = record {
            let id = key.group_id.clone();
            self.forget_unless_present(&id);
            self.keep_offsets(now, &id);
        }
    }

    /// Offsets outlive their group, in one that only holds them.
    fn keep_offsets(&mut self, now: Now, id: &str) {
        if self.offsets.has_group(id) {
            self.simple_group(now, id);
        }
    }

    pub(super) fn describe_consumer(&self, id: &str) -> DescribedConsumerGroup {
        let described = match self.groups.get(id) {
            Some(Group::Consumer(group)) => {
                Ok(group.describe(&self.world.settings, &*self.world.topics))
            }
            Some(_) => Err(format!("Group {id} is not a consumer group.")),
            None => Err(format!("Group {id} not found.")),
        };
        DescribedConsumerGroup { id: id.to_owned(), described }
    }
}

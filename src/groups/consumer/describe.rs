//! How a group looks from outside (ConsumerGroupDescribe 0–1, ListGroups).

use std::collections::BTreeMap;
use std::fmt;

use uuid::Uuid;

use super::ConsumerGroup;
use super::member::Member;
use crate::settings::Settings;
use crate::topics::Topics;

/// How far a group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupState {
    /// It has no members.
    Empty,
    /// Its target assignment is to be computed anew.
    Assigning,
    /// Members are on their way to their targets.
    Reconciling,
    /// All members have what they shall have.
    Stable,
    /// It is gone.
    Dead,
}

impl GroupState {
    /// Kafka's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::Assigning => "Assigning",
            Self::Reconciling => "Reconciling",
            Self::Stable => "Stable",
            Self::Dead => "Dead",
        }
    }
}

impl fmt::Display for GroupState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedGroup {
    /// Its id.
    pub group_id: String,
    /// How far it is.
    pub state: GroupState,
    /// The group epoch.
    pub epoch: i32,
    /// The epoch of the target assignment.
    pub assignment_epoch: i32,
    /// The assignor that computes it.
    pub assignor: String,
    /// Its members, in ascending order of their ids.
    pub members: Vec<DescribedMember>,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedMember {
    /// Its id.
    pub member_id: String,
    /// `group.instance.id`.
    pub instance_id: Option<String>,
    /// `client.rack`.
    pub rack_id: Option<String>,
    /// The epoch it is at.
    pub member_epoch: i32,
    /// Its client id.
    pub client_id: String,
    /// Where it is.
    pub client_host: String,
    /// The topics it reads by name, in ascending order.
    pub subscribed_topic_names: Vec<String>,
    /// The pattern it reads by; empty for none.
    pub subscribed_topic_regex: Option<String>,
    /// What it has, with what it is to give up.
    pub assignment: Vec<DescribedTopic>,
    /// What it shall have.
    pub target_assignment: Vec<DescribedTopic>,
    /// 0: it speaks the classic protocol; 1: the new one. Since version 1 of the request.
    pub member_type: i8,
}

/// Partitions of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedTopic {
    /// The topic's id.
    pub topic_id: Uuid,
    /// Its name.
    pub topic_name: String,
    /// Its partitions, in ascending order.
    pub partitions: Vec<i32>,
}

impl ConsumerGroup {
    /// How far the group is.
    pub fn state(&self) -> GroupState {
        let hard = &self.hard;
        if hard.members.is_empty() {
            GroupState::Empty
        } else if hard.epoch > hard.assignment_epoch {
            GroupState::Assigning
        } else if hard.members.values().all(|member| member.is_reconciled_to(hard.assignment_epoch))
        {
            GroupState::Stable
        } else {
            GroupState::Reconciling
        }
    }

    /// The whole group. Topics that do not exist any more are left out of assignments.
    pub fn describe(&self, settings: &Settings, topics: &dyn Topics) -> DescribedGroup {
        let members = self.hard.members.values().map(|member| self.describe_member(member, topics));
        DescribedGroup {
            group_id: self.id.clone(),
            state: self.state(),
            epoch: self.hard.epoch,
            assignment_epoch: self.hard.assignment_epoch,
            assignor: self.assignor(&settings.consumer_assignors).to_owned(),
            members: members.collect(),
        }
    }

    fn describe_member(&self, member: &Member, topics: &dyn Topics) -> DescribedMember {
        let mut has: BTreeMap<Uuid, Vec<i32>> = BTreeMap::new();
        for (topic, partitions) in member.assigned.iter().chain(&*member.pending_revocation) {
            has.entry(*topic).or_default().extend(partitions.keys());
        }
        let target = self.hard.targets.get(&member.id);
        let target = target.into_iter().flat_map(|target| target.iter());
        DescribedMember {
            member_id: member.id.clone(),
            instance_id: member.instance_id.clone(),
            rack_id: member.rack_id.clone(),
            member_epoch: member.epoch,
            client_id: member.client_id.clone(),
            client_host: member.client_host.clone(),
            subscribed_topic_names: member.subscribed_topic_names.iter().cloned().collect(),
            subscribed_topic_regex: member.subscribed_topic_regex.clone(),
            assignment: named(has.into_iter(), topics),
            target_assignment: named(
                target.map(|(topic, partitions)| (*topic, partitions.iter().copied().collect())),
                topics,
            ),
            member_type: i8::from(!member.is_classic()),
        }
    }
}

fn named(
    partitions: impl Iterator<Item = (Uuid, Vec<i32>)>,
    topics: &dyn Topics,
) -> Vec<DescribedTopic> {
    let named = |(topic_id, mut partitions): (Uuid, Vec<i32>)| {
        partitions.sort_unstable();
        let topic_name = topics.name_of(topic_id)?.to_owned();
        Some(DescribedTopic { topic_id, topic_name, partitions })
    };
    partitions.filter_map(named).collect()
}

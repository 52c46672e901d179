//! A group with its clock, its topics and its log.

use std::collections::{BTreeMap, BTreeSet};

use kabuki_coordination::{Basis, Effects, Now, Ticket};
use kabuki_metadata::chance::Seeded;
use uuid::Uuid;

use crate::consumer::{
    Answer, ConsumerGroup, HeartbeatAnswer, HeartbeatRequest, MemberState, Partitions, Refusal,
};
use crate::cx::Cx;
use crate::error::GroupError;
use crate::records::GroupRecord;
use crate::settings::Settings;
use crate::state::fit;
use crate::topics::{TopicInfo, Topics};

/// The topics of a cluster.
#[derive(Debug, Clone, Default)]
pub(super) struct Cluster(BTreeMap<String, TopicInfo>);

impl Cluster {
    pub(super) fn put(&mut self, name: &str, id: u128, partitions: i32) {
        self.0.insert(name.to_owned(), TopicInfo { id: Uuid::from_u128(id), partitions });
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }
}

impl Topics for Cluster {
    fn by_name(&self, name: &str) -> Option<TopicInfo> {
        self.0.get(name).copied()
    }

    fn name_of(&self, id: Uuid) -> Option<&str> {
        self.0.iter().find(|(_, topic)| topic.id == id).map(|(name, _)| name.as_str())
    }

    fn each_name(&self, visit: &mut dyn FnMut(&str)) {
        self.0.keys().for_each(|name| visit(name));
    }

    fn racks(&self, _: Uuid, _: i32) -> Vec<String> {
        Vec::new()
    }
}

/// What came of one input.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) records: Vec<GroupRecord>,
    pub(super) answer: Result<HeartbeatAnswer, Refusal>,
    pub(super) basis: Basis,
}

impl Done {
    /// The kinds of records, in order; a tombstone has a `-`.
    pub(super) fn kinds(&self) -> Vec<String> {
        self.records.iter().map(kind).collect()
    }

    pub(super) fn ok(&self) -> &HeartbeatAnswer {
        self.answer.as_ref().unwrap()
    }

    pub(super) fn error(&self) -> GroupError {
        self.answer.as_ref().unwrap_err().error
    }
}

pub(super) fn kind(record: &GroupRecord) -> String {
    let (name, value) = match record {
        GroupRecord::ConsumerGroupMetadata(_, value) => ("epoch", value.is_some()),
        GroupRecord::ConsumerGroupPartitionMetadata(_, value) => ("partitions", value.is_some()),
        GroupRecord::ConsumerGroupMemberMetadata(_, value) => ("member", value.is_some()),
        GroupRecord::ConsumerGroupTargetAssignmentMetadata(_, value) => {
            ("target-epoch", value.is_some())
        }
        GroupRecord::ConsumerGroupTargetAssignmentMember(_, value) => ("target", value.is_some()),
        GroupRecord::ConsumerGroupCurrentMemberAssignment(_, value) => ("current", value.is_some()),
        GroupRecord::ConsumerGroupRegularExpression(_, value) => ("pattern", value.is_some()),
        _ => ("other", true),
    };
    format!("{}{name}", if value { "" } else { "-" })
}

/// The group, and all that is around it.
#[derive(Debug)]
pub(super) struct World {
    pub(super) group: ConsumerGroup,
    pub(super) now: Now,
    pub(super) settings: Settings,
    pub(super) topics: Cluster,
    pub(super) log: Vec<GroupRecord>,
    /// How many bytes the records of one turn may come to.
    pub(super) bytes_max: usize,
    /// A group that only follows the log.
    follower: ConsumerGroup,
    chance: Seeded,
    next_ticket: u64,
}

pub(super) const FOO: Uuid = Uuid::from_u128(1);
pub(super) const BAR: Uuid = Uuid::from_u128(2);

impl World {
    /// Without an interval between assignments; with the topics `foo` (id 1, 6 partitions) and `bar` (id 2, 3 partitions).
    pub(super) fn new() -> Self {
        let mut settings = Settings::default();
        settings.consumer.assignment_interval_ms = 0;
        let mut topics = Cluster::default();
        topics.put("foo", 1, 6);
        topics.put("bar", 2, 3);
        Self {
            group: ConsumerGroup::new("g"),
            now: Now { monotonic_ms: 1_000, wall_ms: 1_700_000_000_000 },
            settings,
            topics,
            log: Vec::new(),
            bytes_max: usize::MAX,
            follower: ConsumerGroup::new("g"),
            chance: Seeded::new(1),
            next_ticket: 0,
        }
    }

    pub(super) fn pass(&mut self, ms: u64) {
        self.now.monotonic_ms += ms;
        self.now.wall_ms += i64::try_from(ms).unwrap();
    }

    pub(super) fn with<T>(
        &mut self,
        act: impl FnOnce(&mut ConsumerGroup, &mut Cx<'_, GroupRecord, Answer>) -> T,
    ) -> (T, Effects<GroupRecord, Answer>) {
        let mut effects = Effects { bytes_max: self.bytes_max, ..Effects::default() };
        let mut cx = Cx {
            now: self.now,
            chance: &mut self.chance,
            settings: &self.settings,
            topics: &self.topics,
            effects: &mut effects,
        };
        let out = act(&mut self.group, &mut cx);
        assert!(fit(&Effects { records: Vec::new(), ..effects.clone() }, &effects.records));
        for record in &effects.records {
            let (key, value) = record.encode().unwrap();
            self.follower.apply(&GroupRecord::decode(&key, value.as_ref()).unwrap());
            self.log.push(record.clone());
        }
        (out, effects)
    }

    /// Asks, and sees that the one answer is for the one that asked and that the log tells the same as the group.
    pub(super) fn ask(&mut self, request: &HeartbeatRequest) -> Done {
        self.next_ticket += 1;
        let ticket = Ticket(self.next_ticket);
        let before = self.group.hard.clone();
        let (accepted, mut effects) = self.with(|group, cx| group.heartbeat(cx, ticket, request));
        assert_eq!(effects.answers.len(), 1, "one answer to {request:?}");
        let answered = effects.answers.remove(0);
        assert_eq!(answered.ticket, ticket);
        let Answer::Heartbeat(answer) = answered.answer;
        assert_eq!(accepted, answer.is_ok());
        if answer.is_err() || effects.records.is_empty() {
            assert_eq!(self.group.hard, before, "no change without a record");
        }
        if !effects.records.is_empty() {
            assert_eq!(answered.basis, Basis::Everything);
        }
        Done { records: effects.records, answer, basis: answered.basis }
    }

    /// Has the group do what is due, turn by turn.
    pub(super) fn tick(&mut self) -> Vec<GroupRecord> {
        let mut all = Vec::new();
        loop {
            let records = self.with(|group, cx| group.tick(cx)).1.records;
            if records.is_empty() {
                return all;
            }
            all.extend(records);
        }
    }

    /// What a replay of the log gives.
    pub(super) fn replayed(&self) -> ConsumerGroup {
        let mut group = ConsumerGroup::new("g");
        for record in &self.log {
            let (key, value) = record.encode().unwrap();
            group.apply(&GroupRecord::decode(&key, value.as_ref()).unwrap());
        }
        group
    }

    /// What a replay gives after the log was compacted, tombstones kept.
    pub(super) fn replayed_compacted(&self) -> ConsumerGroup {
        let mut last = BTreeMap::new();
        for (place, record) in self.log.iter().enumerate() {
            last.insert(record.encode().unwrap().0, place);
        }
        let places: BTreeSet<usize> = last.into_values().collect();
        let mut group = ConsumerGroup::new("g");
        for place in places {
            group.apply(&self.log[place]);
        }
        group
    }

    /// Who follows the log knows what the group knows.
    pub(super) fn check_follower(&self) {
        assert_eq!(self.follower.hard, self.group.hard, "follower and live");
    }

    /// The log tells what the group knows, also after it was compacted.
    pub(super) fn check_replay(&self) {
        assert_eq!(self.replayed().hard, self.group.hard, "replayed and live");
        assert_eq!(self.replayed_compacted().hard, self.group.hard, "compacted and live");
    }

    /// The member's state, epoch and partitions of `foo`.
    pub(super) fn seen(&self, member: &str) -> (MemberState, i32, Vec<i32>) {
        let member = self.group.member(member).unwrap();
        let foo = member.assigned.get(&FOO).map(|it| it.keys().copied().collect());
        (member.state, member.epoch, foo.unwrap_or_default())
    }
}

/// A request that joins and reads these topics.
pub(super) fn join(member: &str, topics: &[&str]) -> HeartbeatRequest {
    HeartbeatRequest {
        rebalance_timeout_ms: 5_000,
        subscribed_topic_names: Some(topics.iter().map(|topic| (*topic).to_owned()).collect()),
        topic_partitions: Some(Partitions::new()),
        ..beat(member, 0)
    }
}

/// A request in which nothing changed.
pub(super) fn beat(member: &str, epoch: i32) -> HeartbeatRequest {
    HeartbeatRequest {
        api_version: 1,
        group_id: "g".to_owned(),
        member_id: member.to_owned(),
        member_epoch: epoch,
        rebalance_timeout_ms: -1,
        client_id: "client".to_owned(),
        client_host: "/127.0.0.1".to_owned(),
        ..HeartbeatRequest::default()
    }
}

/// A request that says which partitions of `foo` the member has.
pub(super) fn owns(member: &str, epoch: i32, foo: &[i32]) -> HeartbeatRequest {
    let partitions = if foo.is_empty() { None } else { Some((FOO, foo.to_vec())) };
    HeartbeatRequest {
        topic_partitions: Some(partitions.into_iter().collect()),
        ..beat(member, epoch)
    }
}

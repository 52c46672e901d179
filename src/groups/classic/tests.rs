//! The rules of a classic group, example by example, and a simulation of members that do as they like.

mod join;
mod leave;
mod rebalance;
mod record;
mod simulation;
mod statics;
mod sync;
mod validate;

use bytes::Bytes;
use kabuki_coordination::{Answered, Basis, Effects, Now, Ticket};
use kabuki_metadata::chance::Seeded;
use uuid::Uuid;

use super::*;
use crate::settings::Settings;
use crate::topics::{TopicInfo, Topics};

pub(super) struct NoTopics;

impl Topics for NoTopics {
    fn by_name(&self, _: &str) -> Option<TopicInfo> {
        None
    }
    fn name_of(&self, _: Uuid) -> Option<&str> {
        None
    }
    fn each_name(&self, _: &mut dyn FnMut(&str)) {}
    fn racks(&self, _: Uuid, _: i32) -> Vec<String> {
        Vec::new()
    }
}

/// One group, the time, and all that came of it.
pub(super) struct World {
    pub(super) group: Option<ClassicGroup>,
    pub(super) now: Now,
    pub(super) settings: Settings,
    pub(super) chance: Seeded,
    pub(super) records: Vec<GroupRecord>,
    pub(super) answers: Vec<Answered<Answer>>,
    /// What a batch can hold.
    pub(super) bytes_max: usize,
    next_ticket: u64,
}

/// The rebalance timeout of everybody.
pub(super) const REBALANCE_MS: i32 = 60_000;
/// The session timeout of everybody.
pub(super) const SESSION_MS: i32 = 10_000;

impl World {
    pub(super) fn new() -> Self {
        Self {
            group: None,
            now: Now { monotonic_ms: 1_000, wall_ms: 1_700_000_000_000 },
            settings: Settings::default(),
            chance: Seeded::new(1),
            records: Vec::new(),
            answers: Vec::new(),
            bytes_max: usize::MAX,
            next_ticket: 0,
        }
    }

    /// A group whose first rebalance does not wait.
    pub(super) fn without_delay() -> Self {
        let mut world = Self::new();
        world.settings.initial_rebalance_delay_ms = 0;
        world
    }

    pub(super) fn group(&self) -> &ClassicGroup {
        self.group.as_ref().expect("the group is there")
    }

    pub(super) fn state(&self) -> ClassicGroupState {
        self.group().state()
    }

    pub(super) fn turn<T>(
        &mut self,
        act: impl FnOnce(&mut Option<ClassicGroup>, &mut Cx<'_, GroupRecord, Answer>) -> T,
    ) -> T {
        let mut effects = Effects { bytes_max: self.bytes_max, ..Effects::default() };
        let mut cx = Cx {
            now: self.now,
            chance: &mut self.chance,
            settings: &self.settings,
            topics: &NoTopics,
            effects: &mut effects,
        };
        let result = act(&mut self.group, &mut cx);
        self.records.extend(effects.records);
        self.answers.extend(effects.answers);
        if let Some(group) = &self.group {
            simulation::check(group);
        }
        result
    }

    pub(super) fn ticket(&mut self) -> Ticket {
        self.next_ticket += 1;
        Ticket(self.next_ticket)
    }

    pub(super) fn join(&mut self, request: JoinRequest) -> Ticket {
        let ticket = self.ticket();
        self.turn(|group, cx| match group {
            Some(group) => group.join(cx, ticket, request),
            None => *group = ClassicGroup::found(cx, ticket, request),
        });
        ticket
    }

    pub(super) fn sync(&mut self, request: SyncRequest) -> Ticket {
        let ticket = self.ticket();
        self.turn(|group, cx| group.as_mut().expect("a group").sync(cx, ticket, request));
        ticket
    }

    pub(super) fn leave(&mut self, members: Vec<LeavingMember>) -> LeaveAnswer {
        let ticket = self.ticket();
        let request = LeaveRequest { group_id: "g".to_owned(), members };
        self.turn(|group, cx| group.as_mut().expect("a group").leave(cx, ticket, &request));
        let Answer::Leave(answer) = self.answer(ticket) else { panic!("an answer to LeaveGroup") };
        answer
    }

    pub(super) fn heartbeat(&mut self, id: &str, generation_id: i32) -> Option<GroupError> {
        let ticket = self.ticket();
        let request = HeartbeatRequest {
            group_id: "g".to_owned(),
            generation_id,
            member_id: id.to_owned(),
            group_instance_id: None,
        };
        self.turn(|group, cx| group.as_mut().expect("a group").heartbeat(cx, ticket, &request));
        let Answer::Heartbeat(answer) = self.answer(ticket) else { panic!("a heartbeat's answer") };
        answer.error
    }

    /// Lets time pass, deadline by deadline.
    pub(super) fn pass(&mut self, ms: u64) {
        let end = self.now.monotonic_ms + ms;
        loop {
            let due = self.group.as_ref().and_then(ClassicGroup::next_deadline_ms);
            let next = due.map_or(end, |due| due.clamp(self.now.monotonic_ms, end));
            self.now.wall_ms += i64::try_from(next - self.now.monotonic_ms).expect("small");
            self.now.monotonic_ms = next;
            self.turn(|group, cx| group.as_mut().map(|group| group.tick(cx)));
            let due = self.group.as_ref().and_then(ClassicGroup::next_deadline_ms);
            if next == end && due.is_none_or(|due| due > end) {
                return;
            }
        }
    }

    pub(super) fn answered(&self, ticket: Ticket) -> Option<&Answered<Answer>> {
        let mut answers = self.answers.iter().filter(|answered| answered.ticket == ticket);
        let answer = answers.next();
        assert_eq!(answers.next(), None, "a ticket is answered once");
        answer
    }

    pub(super) fn answer(&self, ticket: Ticket) -> Answer {
        self.answered(ticket).expect("it is answered").answer.clone()
    }

    pub(super) fn joined(&self, ticket: Ticket) -> JoinAnswer {
        let Answer::Join(answer) = self.answer(ticket) else { panic!("an answer to JoinGroup") };
        answer
    }

    pub(super) fn synced(&self, ticket: Ticket) -> SyncAnswer {
        let Answer::Sync(answer) = self.answer(ticket) else { panic!("an answer to SyncGroup") };
        answer
    }

    pub(super) fn join_error(&self, ticket: Ticket) -> Option<GroupError> {
        self.joined(ticket).error
    }

    pub(super) fn is_waiting(&self, ticket: Ticket) -> bool {
        self.answered(ticket).is_none()
    }

    pub(super) fn basis(&self, ticket: Ticket) -> Basis {
        self.answered(ticket).expect("it is answered").basis
    }

    pub(super) fn last_record(&self) -> &crate::generated::GroupMetadataValue {
        match self.records.last() {
            Some(GroupRecord::GroupMetadata(key, Some(value))) if key.group == "g" => value,
            other => panic!("no record of the group: {other:?}"),
        }
    }

    /// As many members as asked for, in a group that is stable. The first one leads. They know two protocols.
    pub(super) fn stable(count: usize) -> (Self, Vec<String>) {
        let (mut world, ids) = Self::joined_group(count);
        let leader = world.group().leader_id().expect("a leader").to_owned();
        let mut order = ids.clone();
        order.sort_by_key(|id| *id != leader);
        let assignments = ids.iter().map(|id| (id.clone(), Bytes::from(format!("of {id}"))));
        let assignments: Vec<_> = assignments.collect();
        for id in &order {
            let generation = world.group().generation_id();
            let mut request = sync(id, generation);
            if *id == leader {
                request.assignments = assignments.clone();
            }
            world.sync(request);
        }
        assert_eq!(world.state(), ClassicGroupState::Stable);
        assert!(world.group().pending_sync.is_empty());
        (world, order)
    }

    /// As many members as asked for, in a group that waits for its leader's SyncGroup.
    pub(super) fn joined_group(count: usize) -> (Self, Vec<String>) {
        let mut world = Self::new();
        let ids: Vec<_> = (0..count)
            .map(|_| {
                let ticket = world.join(join(""));
                let id = world.joined(ticket).member_id;
                world.join(join(&id));
                id
            })
            .collect();
        world.pass(6_000);
        assert_eq!(world.state(), ClassicGroupState::CompletingRebalance);
        (world, ids)
    }
}

pub(super) fn protocols(names: &[&str]) -> Vec<Protocol> {
    let protocol =
        |name: &&str| Protocol { name: (*name).to_owned(), metadata: subscription(&["topic"]) };
    names.iter().map(protocol).collect()
}

/// A consumer's metadata, of version 0.
pub(super) fn subscription(topics: &[&str]) -> Bytes {
    let mut bytes = vec![0, 0];
    bytes.extend((topics.len() as i32).to_be_bytes());
    for topic in topics {
        bytes.extend((topic.len() as i16).to_be_bytes());
        bytes.extend(topic.as_bytes());
    }
    bytes.extend((-1_i32).to_be_bytes());
    bytes.into()
}

pub(super) fn join(member_id: &str) -> JoinRequest {
    JoinRequest {
        version: 9,
        group_id: "g".to_owned(),
        member_id: member_id.to_owned(),
        group_instance_id: None,
        client_id: "client".to_owned(),
        client_host: "/127.0.0.1".to_owned(),
        protocol_type: "consumer".to_owned(),
        protocols: protocols(&["range", "roundrobin"]),
        session_timeout_ms: SESSION_MS,
        rebalance_timeout_ms: REBALANCE_MS,
        reason: None,
    }
}

/// A JoinGroup that needs no id of a member.
pub(super) fn old_join() -> JoinRequest {
    JoinRequest { version: 3, ..join("") }
}

pub(super) fn static_join(name: &str) -> JoinRequest {
    JoinRequest { group_instance_id: Some(name.to_owned()), ..join("") }
}

pub(super) fn sync(member_id: &str, generation_id: i32) -> SyncRequest {
    SyncRequest {
        group_id: "g".to_owned(),
        generation_id,
        member_id: member_id.to_owned(),
        group_instance_id: None,
        protocol_type: Some("consumer".to_owned()),
        protocol_name: None,
        assignments: Vec::new(),
    }
}

pub(super) fn leaving(member_id: &str) -> LeavingMember {
    LeavingMember { member_id: member_id.to_owned(), group_instance_id: None, reason: None }
}

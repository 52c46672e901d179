//! All groups of a partition: rules by example, and a [`simulation`] of them under the coordinators' harness.

mod admin;
mod expiry;
mod members;
mod migration;
mod offsets;
mod simulation;

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use kabuki_metadata::chance::Seeded;
use uuid::Uuid;

use super::*;
use crate::classic::{
    self, HeartbeatRequest, JoinAnswer, JoinRequest, LeaveRequest, LeavingMember, Protocol,
    SyncRequest,
};
use crate::error::GroupError;
use crate::offsets::{CommitPartition, CommitRequest, FetchedOffset, PartitionOutcome, Topic};
use crate::settings::Settings;
use crate::topics::{TopicInfo, Topics};

const SESSION_MS: i32 = 10_000;
const WALL_MS: i64 = 1_700_000_000_000;

/// A cluster without topics: groups of the classic protocol look at none.
struct NoTopics;

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

fn world(settings: Settings) -> World {
    World {
        settings: Arc::new(settings),
        topics: Arc::new(NoTopics),
        group_settings: Arc::default(),
    }
}

/// Other settings, and no other topics.
fn changed(settings: Settings) -> Event {
    Event::WorldChanged { world: world(settings), topics: BTreeSet::new(), created: false }
}

/// A state, the time, and all that came of it.
struct Scene {
    state: GroupState,
    settings: Settings,
    now: Now,
    log: Vec<Entry>,
    answers: BTreeMap<Ticket, Answer>,
    tickets: u64,
    bytes_max: usize,
}

impl Scene {
    /// A state that has loaded an empty log. Its groups do not wait before their first rebalance.
    fn new() -> Self {
        Self::with(Settings { initial_rebalance_delay_ms: 0, ..Settings::default() })
    }

    fn with(settings: Settings) -> Self {
        let mut scene = Self {
            state: GroupState::new(world(settings.clone()), Box::new(Seeded::new(1))),
            settings,
            now: Now { monotonic_ms: 1_000, wall_ms: WALL_MS },
            log: Vec::new(),
            answers: BTreeMap::new(),
            tickets: 0,
            bytes_max: usize::MAX,
        };
        scene.turn(|state, now, effects| state.loaded(now, effects));
        scene
    }

    fn turn(&mut self, act: impl FnOnce(&mut GroupState, Now, &mut Effects<Entry, Answer>)) {
        let mut effects = Effects { bytes_max: self.bytes_max, ..Effects::default() };
        act(&mut self.state, self.now, &mut effects);
        check_size(&effects);
        self.log.extend(effects.records);
        for answered in effects.answers {
            let before = self.answers.insert(answered.ticket, answered.answer);
            assert_eq!(before, None, "a ticket is answered once");
        }
        self.check_deadlines();
    }

    /// The coordinator waits for what its groups wait for, and for nothing else.
    fn check_deadlines(&self) {
        check_deadlines(&self.state).unwrap_or_else(|found| panic!("{found}"));
    }

    fn send(&mut self, request: Request) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.turn(|state, now, effects| state.handle(now, ticket, request, effects));
        ticket
    }

    /// What is answered to a request at once.
    fn ask(&mut self, request: Request) -> Answer {
        let ticket = self.send(request);
        self.answers.get(&ticket).expect("it is answered at once").clone()
    }

    fn note(&mut self, event: Event) {
        self.turn(|state, now, effects| state.note(now, event, effects));
    }

    /// Lets time pass, deadline by deadline.
    fn pass(&mut self, ms: u64) {
        let end = self.now.monotonic_ms + ms;
        loop {
            let due = self.state.next_deadline_ms().filter(|due| *due <= end);
            let next = due.unwrap_or(end).max(self.now.monotonic_ms);
            self.now.wall_ms += i64::try_from(next - self.now.monotonic_ms).expect("small");
            self.now.monotonic_ms = next;
            if due.is_none() {
                return;
            }
            self.turn(|state, now, effects| state.tick(now, effects));
        }
    }

    /// The state is thrown away, and made again from its log as it would be read.
    fn reload(&mut self) {
        self.state = self.replayed();
        self.turn(|state, now, effects| state.loaded(now, effects));
    }

    /// What the log tells, before any deadline runs.
    fn replayed(&self) -> GroupState {
        let chance = Box::new(Seeded::new(2));
        let mut state = GroupState::new(world(self.settings.clone()), chance);
        for entry in &self.log {
            let read = match entry {
                Entry::Record(record) => {
                    let (key, value) = record.encode().expect("it can be written");
                    Entry::decode(&key, value.as_ref(), None).expect("it can be read")
                }
                other => other.clone(),
            };
            assert_eq!(read, *entry);
            state.apply(self.now, &read);
        }
        state
    }

    fn joined(&self, ticket: Ticket) -> JoinAnswer {
        match self.answers.get(&ticket) {
            Some(Answer::Classic(classic::Answer::Join(answer))) => answer.clone(),
            other => panic!("no answer to JoinGroup: {other:?}"),
        }
    }

    /// A member alone in its group, which is stable. Says its id.
    fn stable(&mut self, group: &str) -> String {
        let ticket = self.send(Request::Join(JoinRequest { version: 3, ..join(group, "") }));
        self.pass(0);
        let joined = self.joined(ticket);
        let id = joined.member_id;
        self.send(Request::Sync(SyncRequest {
            assignments: vec![(id.clone(), Bytes::from_static(b"all"))],
            ..sync(group, &id, joined.generation_id)
        }));
        assert_eq!(self.state_of(group), Some("Stable"));
        id
    }

    fn state_of(&self, group: &str) -> Option<&'static str> {
        match self.state.groups.get(group)? {
            Group::Classic(group) => Some(group.state().name()),
            Group::Consumer(group) => Some(group.state().name()),
        }
    }

    /// Commits for partition 0 of a topic as nobody's member.
    fn commit(&mut self, group: &str, topic: &str, offset: i64) {
        let answer = self.ask(Request::Commit(commit(group, topic, offset)));
        assert_eq!(answer, Answer::Committed(Ok(vec![of(topic, vec![done(0)])])));
    }

    /// What is committed for partition 0 of a topic, −1 for nothing.
    fn committed(&mut self, group: &str, topic: &str) -> i64 {
        let asked = Some(vec![of(topic, vec![0])]);
        match self.ask(Request::Fetch(fetch(group, asked))) {
            Answer::Fetched(Ok(topics)) => topics[0].partitions[0].offset,
            other => panic!("no offset: {other:?}"),
        }
    }

    fn heartbeat(&mut self, group: &str, id: &str, generation_id: i32) -> Option<GroupError> {
        match self.ask(Request::Heartbeat(heartbeat(group, id, generation_id))) {
            Answer::Classic(classic::Answer::Heartbeat(answer)) => answer.error,
            other => panic!("no answer to Heartbeat: {other:?}"),
        }
    }

    fn leave(&mut self, group: &str, id: &str) -> Answer {
        self.ask(Request::Leave(LeaveRequest {
            group_id: group.to_owned(),
            members: vec![LeavingMember {
                member_id: id.to_owned(),
                group_instance_id: None,
                reason: None,
            }],
        }))
    }

    fn list(&mut self, states: &[&str], types: &[&str]) -> Vec<String> {
        let names = |of: &[&str]| of.iter().map(|name| (*name).to_owned()).collect();
        match self.ask(Request::List(ListAsk { states: names(states), types: names(types) })) {
            Answer::Listed(groups) => groups.into_iter().map(|group| group.id).collect(),
            other => panic!("no list: {other:?}"),
        }
    }
}

/// What is written as a whole fits into a batch. A classic group without members is not measured: it takes little.
fn check_size(effects: &Effects<Entry, Answer>) {
    let is_measured = |entry: &&Entry| match entry {
        Entry::Record(GroupRecord::GroupMetadata(_, Some(value))) => !value.members.is_empty(),
        _ => true,
    };
    let bytes: usize = effects.records.iter().filter(is_measured).map(Entry::size).sum();
    assert!(effects.divisible || bytes <= effects.bytes_max, "{:?}", effects.records);
}

/// Whether a state waits for what its groups wait for, and for nothing else.
fn check_deadlines(state: &GroupState) -> Result<(), String> {
    let mut count = usize::from(state.deadlines.get(&Deadline::Expiry).is_some());
    for (id, group) in &state.groups {
        let waits = match group {
            Group::Classic(group) => group.next_deadline_ms(),
            Group::Consumer(group) => group.next_deadline_ms(),
        };
        let noted = state.deadlines.get(&Deadline::Group(id.clone()));
        if waits != noted {
            return Err(format!("{id} waits for {waits:?}, and its coordinator for {noted:?}"));
        }
        count += usize::from(waits.is_some());
    }
    if count == state.deadlines.len() {
        Ok(())
    } else {
        Err(format!("{count} deadlines are known, of {}", state.deadlines.len()))
    }
}

/// A consumer's metadata, of version 0.
fn subscription(topics: &[&str]) -> Bytes {
    let mut bytes = vec![0, 0];
    bytes.extend((topics.len() as i32).to_be_bytes());
    for topic in topics {
        bytes.extend((topic.len() as i16).to_be_bytes());
        bytes.extend(topic.as_bytes());
    }
    bytes.extend((-1_i32).to_be_bytes());
    bytes.into()
}

fn join(group: &str, member_id: &str) -> JoinRequest {
    JoinRequest {
        version: 9,
        group_id: group.to_owned(),
        member_id: member_id.to_owned(),
        group_instance_id: None,
        client_id: "client".to_owned(),
        client_host: "/127.0.0.1".to_owned(),
        protocol_type: "consumer".to_owned(),
        protocols: vec![Protocol { name: "range".to_owned(), metadata: subscription(&["read"]) }],
        session_timeout_ms: SESSION_MS,
        rebalance_timeout_ms: 60_000,
        reason: None,
    }
}

fn sync(group: &str, member_id: &str, generation_id: i32) -> SyncRequest {
    SyncRequest {
        group_id: group.to_owned(),
        generation_id,
        member_id: member_id.to_owned(),
        group_instance_id: None,
        protocol_type: None,
        protocol_name: None,
        assignments: Vec::new(),
    }
}

fn heartbeat(group: &str, member_id: &str, generation_id: i32) -> HeartbeatRequest {
    HeartbeatRequest {
        group_id: group.to_owned(),
        generation_id,
        member_id: member_id.to_owned(),
        group_instance_id: None,
    }
}

fn of<P>(name: &str, partitions: Vec<P>) -> Topic<P> {
    Topic { name: name.to_owned(), id: Uuid::nil(), partitions }
}

fn done(partition: i32) -> PartitionOutcome {
    PartitionOutcome { partition, error: None }
}

fn at(partition: i32, offset: i64) -> CommitPartition {
    CommitPartition { partition, offset, leader_epoch: -1, metadata: None }
}

fn found(partition: i32, offset: i64) -> FetchedOffset {
    FetchedOffset { partition, offset, leader_epoch: -1, metadata: String::new(), error: None }
}

/// A commit of nobody's member, for partition 0 of a topic.
fn commit(group: &str, topic: &str, offset: i64) -> CommitAsk {
    CommitAsk {
        version: 9,
        member_id: String::new(),
        group_instance_id: None,
        generation_or_epoch: -1,
        commit: CommitRequest {
            group: group.to_owned(),
            retention_ms: None,
            topics: vec![of(topic, vec![at(0, offset)])],
        },
    }
}

fn fetch(group: &str, topics: Option<Vec<Topic<i32>>>) -> FetchAsk {
    FetchAsk {
        group: group.to_owned(),
        member_id: None,
        member_epoch: -1,
        topics,
        require_stable: false,
    }
}

//! A state that is watched while it decides.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::rc::Rc;

use kabuki_coordination::{Effects, Now, State, Ticket};

use super::super::super::{Answer, Entry, Event, Group, GroupState, Request};
use super::super::check_deadlines;
use super::clients::SESSION_MS_MAX;
use crate::classic::{self, ClassicGroup, ClassicGroupState};
use crate::generated::{GroupMetadataValue, OffsetCommitValue};
use crate::records::GroupRecord;

/// A partition that offsets are committed for: group, topic, number.
pub(super) type Place = (String, String, i32);

/// Where something was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Decided {
    /// By which state, counted as they are made.
    pub(super) incarnation: u64,
    /// In which life of the group: it has ended so often before.
    pub(super) life: u64,
}

/// What states did, told to whoever judges it.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Who has a request.
    pub(super) handled: BTreeMap<Ticket, Decided>,
    /// Who answered a request.
    pub(super) answered: BTreeMap<Ticket, Decided>,
    /// What was deleted without being asked for.
    pub(super) gone: Vec<Place>,
    /// What must not be.
    pub(super) found: Option<String>,
}

/// A state, and what its log is to be by the records that it has seen.
pub(super) struct Subject {
    pub(super) state: GroupState,
    incarnation: u64,
    now: Now,
    loaded_at_ms: u64,
    /// The last record of each group that has not ended.
    written: BTreeMap<String, GroupMetadataValue>,
    /// The last record of each offset that is not deleted.
    committed: BTreeMap<Place, OffsetCommitValue>,
    /// How often each group has ended.
    pub(super) lives: BTreeMap<String, u64>,
    /// When a member was last heard of or told something.
    heard_at_ms: BTreeMap<(String, String), u64>,
    /// Each group's generation, and when it was first seen.
    generations: BTreeMap<String, (i32, u64)>,
    /// Group and member behind a ticket.
    asked: BTreeMap<Ticket, (String, String)>,
    notes: Rc<RefCell<Notes>>,
}

type Wanted = Effects<Entry, Answer>;

impl Subject {
    pub(super) fn new(state: GroupState, incarnation: u64, notes: Rc<RefCell<Notes>>) -> Self {
        Self {
            state,
            incarnation,
            now: Now::default(),
            loaded_at_ms: 0,
            written: BTreeMap::new(),
            committed: BTreeMap::new(),
            lives: BTreeMap::new(),
            heard_at_ms: BTreeMap::new(),
            generations: BTreeMap::new(),
            asked: BTreeMap::new(),
            notes,
        }
    }

    pub(super) fn life_of(&self, group: &str) -> u64 {
        self.lives.get(group).copied().unwrap_or(0)
    }

    fn follow(&mut self, entry: &Entry) {
        match entry {
            Entry::Record(GroupRecord::GroupMetadata(key, Some(value))) => {
                self.written.insert(key.group.clone(), value.clone());
            }
            Entry::Record(GroupRecord::GroupMetadata(key, None)) => {
                self.written.remove(&key.group);
                *self.lives.entry(key.group.clone()).or_default() += 1;
            }
            Entry::Record(GroupRecord::OffsetCommit(key, value)) => {
                let place = (key.group.clone(), key.topic.clone(), key.partition);
                match value {
                    Some(value) => self.committed.insert(place, value.clone()),
                    None => self.committed.remove(&place),
                };
            }
            _ => {}
        }
    }

    /// Has the state do something, and follows what comes of it.
    fn turn(
        &mut self,
        now: Now,
        effects: &mut Wanted,
        act: impl FnOnce(&mut GroupState, &mut Wanted),
    ) {
        self.now = now;
        let (records, answers) = (effects.records.len(), effects.answers.len());
        act(&mut self.state, effects);
        for entry in effects.records[records..].iter() {
            self.follow(entry);
        }
        for (id, group) in classic_groups(&self.state) {
            let seen = self.generations.entry(id.clone()).or_insert((-1, 0));
            if seen.0 != group.generation_id() {
                *seen = (group.generation_id(), now.monotonic_ms);
            }
        }
        for answered in effects.answers[answers..].iter() {
            self.note_answer(answered.ticket, &answered.answer);
        }
    }

    fn note_answer(&mut self, ticket: Ticket, answer: &Answer) {
        let (group, member) = self.asked.remove(&ticket).unwrap_or_default();
        let decided = Decided { incarnation: self.incarnation, life: self.life_of(&group) };
        self.notes.borrow_mut().answered.insert(ticket, decided);
        if let Answer::Classic(classic::Answer::Join(answer)) = answer {
            let told = (group.clone(), answer.member_id.clone());
            self.heard_at_ms.insert(told, self.now.monotonic_ms);
        }
        self.heard_at_ms.insert((group, member), self.now.monotonic_ms);
    }

    /// What expires must be old enough: each offset by its own age while its group has members or never had any, else
    /// by how long the group has been empty.
    fn check_expiry(&self, records: &[Entry], before: &BTreeMap<String, ClassicGroup>) {
        let retention_ms =
            i64::try_from(self.state.world.settings.offsets_retention_ms).expect("small");
        for entry in records {
            let Entry::Record(GroupRecord::OffsetCommit(key, None)) = entry else { continue };
            let place = (key.group.clone(), key.topic.clone(), key.partition);
            let (Some(value), Some(group)) = (self.committed.get(&place), before.get(&key.group))
            else {
                self.find(format!("{place:?} expires, and was not there"));
                continue;
            };
            let since_ms = match group.state() {
                ClassicGroupState::Empty if group.protocol_type().is_some() => group.state_since_ms,
                _ => None,
            };
            let age_ms = self.now.wall_ms - since_ms.unwrap_or(value.commit_timestamp);
            let is_read =
                group.state() != ClassicGroupState::Empty && group.is_subscribed_to(&key.topic);
            if age_ms < retention_ms || is_read {
                self.find(format!("{place:?} expires after {age_ms} ms, read: {is_read}"));
            }
            self.notes.borrow_mut().gone.push(place);
        }
    }

    fn find(&self, what: String) {
        self.notes.borrow_mut().found.get_or_insert(what);
    }

    /// What must hold after every input.
    pub(super) fn check(&self) -> Result<(), String> {
        check_deadlines(&self.state)?;
        for (group, topic, partition) in self.committed.keys() {
            if !self.state.groups.contains_key(group) {
                return Err(format!("an offset of {topic}-{partition} in {group}, which is gone"));
            }
        }
        for (id, group) in classic_groups(&self.state) {
            self.check_sessions(id, group)?;
            self.check_record(id, group)?;
        }
        Ok(())
    }

    /// A group that is settled is what was last written of it.
    fn check_record(&self, id: &str, group: &ClassicGroup) -> Result<(), String> {
        let settled = [ClassicGroupState::Empty, ClassicGroupState::Stable];
        let Some(written) = self.written.get(id).filter(|_| settled.contains(&group.state()))
        else {
            return Ok(());
        };
        let is = group.record();
        let is_written = matches!(&is, GroupRecord::GroupMetadata(_, Some(is)) if is == written);
        if is_written { Ok(()) } else { Err(format!("{is:?}, and written is {written:?}")) }
    }

    /// Nobody stays who was not heard of for as long as sessions last, unless it waits for the others.
    fn check_sessions(&self, id: &str, group: &ClassicGroup) -> Result<(), String> {
        let now_ms = self.now.monotonic_ms;
        let something_is_due = self.state.next_deadline_ms().is_some_and(|due| due <= now_ms);
        let joins = group.state() == ClassicGroupState::PreparingRebalance;
        if something_is_due || joins {
            return Ok(());
        }
        let (_, told_all_at_ms) = self.generations.get(id).copied().unwrap_or_default();
        for member in group.members().filter(|member| member.sync_ticket.is_none()) {
            let heard = self.heard_at_ms.get(&(id.to_owned(), member.id.clone())).copied();
            let heard = heard.unwrap_or(0).max(told_all_at_ms).max(self.loaded_at_ms);
            // Whoever comes back by a name has the session of the one before at first.
            let own_ms = u64::try_from(member.session_timeout_ms).unwrap_or(0);
            let session_ms = if member.is_static() { SESSION_MS_MAX } else { own_ms };
            if now_ms - heard > session_ms {
                return Err(format!("{} of {id} is not heard of for too long", member.id));
            }
        }
        Ok(())
    }

    /// All that is of the log. Of a group that is not settled, that is its last record.
    pub(super) fn hard_state(&self) -> String {
        let mut text = String::new();
        let ids: BTreeSet<&String> = self.state.groups.keys().chain(self.written.keys()).collect();
        for id in ids {
            let is_there = self.state.groups.contains_key(id);
            let _ = writeln!(text, "{id} {is_there}: {:?}", self.written.get(id));
        }
        let groups = self.state.groups.keys();
        for id in groups {
            let _ = writeln!(text, "{id}: {:?}", self.state.offsets.fetch_all(id, true));
        }
        text
    }
}

fn classic_groups(state: &GroupState) -> impl Iterator<Item = (&String, &ClassicGroup)> {
    state.groups.iter().filter_map(|(id, group)| match group {
        Group::Classic(group) => Some((id, &**group)),
        Group::Consumer(_) => None,
    })
}

fn group_and_member(request: &Request) -> (String, String) {
    match request {
        Request::Join(it) => (it.group_id.clone(), it.member_id.clone()),
        Request::Sync(it) => (it.group_id.clone(), it.member_id.clone()),
        Request::Heartbeat(it) => (it.group_id.clone(), it.member_id.clone()),
        Request::Leave(it) => (it.group_id.clone(), String::new()),
        Request::Commit(it) => (it.commit.group.clone(), it.member_id.clone()),
        Request::Fetch(it) => (it.group.clone(), String::new()),
        Request::DeleteOffsets { group, .. } => (group.clone(), String::new()),
        Request::ConsumerHeartbeat(it) => (it.group_id.clone(), it.member_id.clone()),
        Request::List(_)
        | Request::Describe(_)
        | Request::ConsumerDescribe(_)
        | Request::Delete(_) => Default::default(),
    }
}

impl State for Subject {
    type Record = Entry;
    type Request = Request;
    type Answer = Answer;
    type Event = Event;

    fn size_of(record: &Entry) -> usize {
        GroupState::size_of(record)
    }

    fn apply(&mut self, now: Now, entry: &Entry) {
        self.now = now;
        self.follow(entry);
        self.state.apply(now, entry);
    }

    fn loaded(&mut self, now: Now, effects: &mut Wanted) {
        self.loaded_at_ms = now.monotonic_ms;
        self.turn(now, effects, |state, effects| state.loaded(now, effects));
    }

    fn handle(&mut self, now: Now, ticket: Ticket, request: Request, effects: &mut Wanted) {
        let (group, member) = group_and_member(&request);
        let decided = Decided { incarnation: self.incarnation, life: self.life_of(&group) };
        self.notes.borrow_mut().handled.insert(ticket, decided);
        self.heard_at_ms.insert((group.clone(), member.clone()), now.monotonic_ms);
        self.asked.insert(ticket, (group, member));
        self.turn(now, effects, |state, effects| state.handle(now, ticket, request, effects));
    }

    fn note(&mut self, now: Now, event: Event, effects: &mut Wanted) {
        self.turn(now, effects, |state, effects| state.note(now, event, effects));
    }

    fn tick(&mut self, now: Now, effects: &mut Wanted) {
        let before = classic_groups(&self.state);
        let before = before.map(|(id, group)| (id.clone(), group.clone()));
        let before: BTreeMap<String, ClassicGroup> = before.collect();
        let committed = self.committed.clone();
        self.turn(now, effects, |state, effects| state.tick(now, effects));
        let after = std::mem::replace(&mut self.committed, committed);
        self.check_expiry(&effects.records, &before);
        self.committed = after;
    }

    fn next_deadline_ms(&self) -> Option<u64> {
        self.state.next_deadline_ms()
    }
}

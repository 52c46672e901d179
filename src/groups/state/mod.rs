//! All groups of one partition of `__consumer_offsets`, with their offsets: the state of a group coordinator.
//!
//! * `requests`: what is asked and answered.
//! * `members`: what members of classic groups do, routed to their group.
//! * `consumers`: the same of the consumer protocol.
//! * `migration`: from one protocol to the other, while members are there.
//! * `offsets`: commits, fetches, deletions, by the verdict of the group.
//! * `admin`: what administrators list, describe and delete.
//! * `upkeep`: deadlines, expiry, topics that are gone.
//! * `entry`: what stands in the log.

mod admin;
mod consumers;
mod entry;
mod members;
mod migration;
mod offsets;
mod requests;
mod upkeep;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kabuki_coordination::{Effects, Now, State, Ticket, Timers};
use kabuki_metadata::Chance;

pub use self::entry::Entry;
pub(crate) use self::entry::fit;
pub use self::requests::{
    Answer, CommitAsk, DescribedConsumerGroup, DescribedGroup, Event, FetchAsk, ListAsk,
    ListedGroup, Request, World,
};
use self::upkeep::Deadline;
use crate::classic::ClassicGroup;
use crate::consumer::ConsumerGroup;
use crate::cx::Cx;
use crate::offsets::Offsets;
use crate::records::GroupRecord;

/// A group of any kind that is served.
#[derive(Debug)]
pub(crate) enum Group {
    /// Of the classic protocol, or one that only holds offsets.
    Classic(Box<ClassicGroup>),
    /// Of the consumer protocol (KIP-848).
    Consumer(Box<ConsumerGroup>),
}

/// The groups of one partition of `__consumer_offsets`.
pub struct GroupState {
    groups: BTreeMap<String, Group>,
    offsets: Offsets,
    deadlines: Timers<Deadline>,
    world: World,
    chance: Box<dyn Chance + Send>,
}

/// What the machines of single groups propose and answer.
type Wanted = Effects<GroupRecord, Answer>;

impl GroupState {
    /// No group and no offset, in the world as it is now.
    pub fn new(world: World, chance: Box<dyn Chance + Send>) -> Self {
        Self {
            groups: BTreeMap::new(),
            offsets: Offsets::default(),
            deadlines: Timers::default(),
            world,
            chance,
        }
    }

    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// There is no group.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Has one group do something, if it is there, and follows what it proposes.
    fn with_group<T>(
        &mut self,
        now: Now,
        id: &str,
        wanted: &mut Wanted,
        act: impl FnOnce(&mut Group, &mut Cx<'_, GroupRecord, Answer>) -> T,
    ) -> Option<T> {
        let group = self.groups.get_mut(id)?;
        let chance = &mut *self.chance;
        let done = act(group, &mut cx(&self.world, chance, now, wanted));
        self.let_succeed(now, id, wanted);
        self.set_deadline(id);
        Some(done)
    }

    /// Follows records that were decided on here. Those of a group's own machine have changed it already.
    fn follow(&mut self, now: Now, records: &[GroupRecord]) {
        for record in records {
            match record {
                GroupRecord::OffsetCommit(key, value) => {
                    self.apply_offset(now, key, value.as_ref(), None);
                }
                GroupRecord::GroupMetadata(key, None) => {
                    if let Some(Group::Classic(_)) = self.groups.get(&key.group) {
                        self.forget(&key.group);
                    }
                }
                GroupRecord::ConsumerGroupMetadata(key, None) => {
                    self.forget_unless_present(&key.group_id)
                }
                _ => {}
            }
        }
    }

    /// A consumer group of which the log has nothing is none.
    fn forget_unless_present(&mut self, id: &str) {
        if let Some(Group::Consumer(group)) = self.groups.get(id)
            && !group.is_present()
        {
            self.forget(id);
        }
    }

    /// Offsets belong to a group: where there is none, to one without members.
    fn simple_group(&mut self, now: Now, id: &str) {
        if !self.groups.contains_key(id) {
            let group = Group::Classic(Box::new(ClassicGroup::new(id, now)));
            self.groups.insert(id.to_owned(), group);
        }
    }

    fn forget(&mut self, id: &str) {
        self.groups.remove(id);
        self.deadlines.cancel(&Deadline::Group(id.to_owned()));
    }

    /// The records of `wanted` become those of the log.
    fn hand_over(wanted: Wanted, effects: &mut Effects<Entry, Answer>) {
        effects.divisible |= wanted.divisible;
        effects.records.extend(wanted.records.into_iter().map(Entry::Record));
        effects.answers.extend(wanted.answers);
    }
}

/// What a group's machine may look at.
fn cx<'a>(
    world: &'a World,
    chance: &'a mut dyn Chance,
    now: Now,
    effects: &'a mut Wanted,
) -> Cx<'a, GroupRecord, Answer> {
    Cx { now, chance, settings: &world.settings, topics: &*world.topics, effects }
}

impl State for GroupState {
    type Record = Entry;
    type Request = Request;
    type Answer = Answer;
    type Event = Event;

    fn size_of(record: &Entry) -> usize {
        record.size()
    }

    fn apply(&mut self, now: Now, entry: &Entry) {
        match entry {
            Entry::Record(GroupRecord::OffsetCommit(key, value)) => {
                self.apply_offset(now, key, value.as_ref(), None);
            }
            Entry::InTransaction { producer_id, record } => {
                if let GroupRecord::OffsetCommit(key, value) = record {
                    self.apply_offset(now, key, value.as_ref(), Some(*producer_id));
                }
            }
            Entry::TransactionEnded { producer_id, committed } => {
                self.offsets.end_transaction(*producer_id, *committed);
            }
            Entry::Record(GroupRecord::GroupMetadata(key, value)) => match value {
                Some(value) => {
                    let group = ClassicGroup::replay(&key.group, value);
                    self.groups.insert(key.group.clone(), Group::Classic(Box::new(group)));
                }
                None => self.forget(&key.group),
            },
            Entry::Record(record) => self.replay_of_consumers(now, record),
        }
    }

    fn loaded(&mut self, now: Now, effects: &mut Effects<Entry, Answer>) {
        let mut wanted = Wanted { bytes_max: effects.bytes_max, ..Wanted::default() };
        let ids: Vec<String> = self.groups.keys().cloned().collect();
        for id in ids {
            self.with_group(now, &id, &mut wanted, |group, cx| match group {
                Group::Classic(group) => group.loaded(cx),
                Group::Consumer(group) => group.loaded(cx),
            });
            self.forget_unless_present(&id);
        }
        self.follow(now, &wanted.records);
        self.await_expiry(now);
        Self::hand_over(wanted, effects);
    }

    fn handle(
        &mut self,
        now: Now,
        ticket: Ticket,
        request: Request,
        effects: &mut Effects<Entry, Answer>,
    ) {
        let mut wanted = Wanted { bytes_max: effects.bytes_max, ..Wanted::default() };
        self.decide(now, ticket, request, &mut wanted);
        Self::hand_over(wanted, effects);
    }

    fn note(&mut self, now: Now, event: Event, effects: &mut Effects<Entry, Answer>) {
        let mut wanted = Wanted { bytes_max: effects.bytes_max, ..Wanted::default() };
        self.take_note(now, event, &mut wanted);
        Self::hand_over(wanted, effects);
    }

    fn tick(&mut self, now: Now, effects: &mut Effects<Entry, Answer>) {
        let mut wanted = Wanted { bytes_max: effects.bytes_max, ..Wanted::default() };
        self.do_what_is_due(now, &mut wanted);
        Self::hand_over(wanted, effects);
    }

    fn next_deadline_ms(&self) -> Option<u64> {
        self.deadlines.next_ms()
    }
}

impl GroupState {
    fn apply_offset(
        &mut self,
        now: Now,
        key: &crate::generated::OffsetCommitKey,
        value: Option<&crate::generated::OffsetCommitValue>,
        producer_id: Option<i64>,
    ) {
        self.offsets.apply(key, value, producer_id);
        if value.is_some() {
            self.simple_group(now, &key.group);
        }
    }

    fn decide(&mut self, now: Now, ticket: Ticket, request: Request, wanted: &mut Wanted) {
        match request {
            Request::Join(request) => self.join(now, ticket, request, wanted),
            Request::Sync(request) => self.sync(now, ticket, request, wanted),
            Request::Heartbeat(request) => self.heartbeat(now, ticket, &request, wanted),
            Request::Leave(request) => self.leave(now, ticket, &request, wanted),
            Request::Commit(request) => self.commit(now, ticket, request, wanted),
            Request::Fetch(request) => self.fetch(ticket, request, wanted),
            Request::DeleteOffsets { group, topics } => {
                self.delete_offsets(now, ticket, &group, topics, wanted);
            }
            Request::List(filter) => wanted.answer(ticket, Answer::Listed(self.list(&filter))),
            Request::Describe(groups) => {
                let described = groups.iter().map(|id| self.describe(id)).collect();
                wanted.answer(ticket, Answer::Described(described));
            }
            Request::Delete(groups) => self.delete(now, ticket, groups, wanted),
            Request::ConsumerHeartbeat(request) => {
                self.consumer_heartbeat(now, ticket, &request, wanted);
            }
            Request::ConsumerDescribe(groups) => {
                let described = groups.iter().map(|id| self.describe_consumer(id)).collect();
                wanted.answer(ticket, Answer::ConsumerDescribed(described));
            }
        }
    }
}

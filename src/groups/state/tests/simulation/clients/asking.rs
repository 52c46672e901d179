//! What clients ask.

use kabuki_coordination::sim::Dice;
use kabuki_coordination::{Now, Ticket};

use super::super::super::super::{ListAsk, Request};
use super::super::super::{commit, fetch, of};
use super::super::consumer::Next;
use super::super::generations::Speaker;
use super::super::subject::Place;
use super::{Clients, GROUPS, METADATA_MAX, SIMPLE_GROUPS, TOPICS, What};
use crate::offsets::CommitPartition;

impl Clients {
    /// A member asks something.
    fn member(&mut self, ticket: Ticket, consumer: usize, request: Request) -> Option<Request> {
        let speaker = match request {
            // Whoever joins does not speak of a generation.
            Request::Join(_) => {
                Speaker { generation: i32::MAX, ..self.consumers[consumer].speaker(self.clock) }
            }
            _ => self.consumers[consumer].speaker(self.clock),
        };
        self.consumers[consumer].waiting = Some(ticket);
        self.note(ticket, What::Member { consumer, speaker });
        Some(request)
    }

    /// A consumer does what is next by the rules; `None` while it waits.
    pub(in super::super) fn keep_to_the_rules(
        &mut self,
        now: Now,
        ticket: Ticket,
        who: usize,
        dice: &mut Dice,
    ) -> Option<Request> {
        let filling_max = if self.script.is_none() { self.batch_bytes_max } else { 0 };
        let consumer = &mut self.consumers[who];
        if consumer.waiting.is_some() || now.monotonic_ms < consumer.silent_until_ms {
            return None;
        }
        let request = match consumer.next {
            Next::Join => Request::Join(consumer.join(dice)),
            Next::Sync => Request::Sync(consumer.sync(filling_max, dice)),
            Next::Steady => Request::Heartbeat(consumer.heartbeat()),
        };
        self.member(ticket, who, request)
    }

    pub(super) fn do_as_it_likes(
        &mut self,
        now: Now,
        ticket: Ticket,
        dice: &mut Dice,
    ) -> Option<Request> {
        let who = dice.index(self.consumers.len());
        let consumer = &mut self.consumers[who];
        if dice.one_in(60) && now.monotonic_ms >= consumer.silent_until_ms {
            consumer.crash(now.monotonic_ms + dice.below(2_500));
            return None;
        }
        if consumer.waiting.is_some() && dice.one_in(30) {
            // It does not wait for the answer any longer, and asks again.
            consumer.waiting = None;
        }
        let is_steady = consumer.next == Next::Steady
            && consumer.waiting.is_none()
            && now.monotonic_ms >= consumer.silent_until_ms;
        match dice.below(40) {
            0..12 if is_steady => self.commit_of(ticket, who, 0, dice),
            12..15 if is_steady => self.commit_of(ticket, who, 1, dice),
            15 if is_steady => self.leave(ticket, who),
            16 if is_steady => {
                let request = Request::Join(consumer.join(dice));
                self.member(ticket, who, request)
            }
            _ => self.keep_to_the_rules(now, ticket, who, dice),
        }
    }

    pub(in super::super) fn leave(&mut self, ticket: Ticket, who: usize) -> Option<Request> {
        let request = Request::Leave(self.consumers[who].leave());
        self.member(ticket, who, request)
    }

    /// A member commits, by a generation that may be past.
    pub(in super::super) fn commit_of(
        &mut self,
        ticket: Ticket,
        who: usize,
        generations_ago: i32,
        dice: &mut Dice,
    ) -> Option<Request> {
        let mut speaker = self.consumers[who].speaker(self.clock);
        speaker.generation -= generations_ago;
        self.consumers[who].waiting = Some(ticket);
        self.commit(ticket, speaker.group.clone(), Some((who, speaker)), dice)
    }

    /// Commits for some partitions of a topic: sometimes for more than fit into a batch, sometimes with metadata that is
    /// too long.
    pub(in super::super) fn commit(
        &mut self,
        ticket: Ticket,
        group: String,
        member: Option<(usize, Speaker)>,
        dice: &mut Dice,
    ) -> Option<Request> {
        let topic = dice.pick(&TOPICS);
        let count =
            if dice.one_in(15) { 16 } else { 1 + i32::try_from(dice.below(3)).expect("small") };
        let offset = i64::try_from(self.clock).expect("a run is short");
        let partition = |partition: i32| {
            let long = dice.one_in(20).then(|| "m".repeat(METADATA_MAX + 1));
            CommitPartition { partition, offset, leader_epoch: -1, metadata: long }
        };
        let mut ask = commit(&group, topic, 0);
        ask.commit.topics = vec![of(topic, (0..count).map(partition).collect())];
        if let Some((_, Speaker { name, id, generation, .. })) = &member {
            ask.member_id.clone_from(id);
            ask.group_instance_id.clone_from(name);
            ask.generation_or_epoch = *generation;
        }
        for partition in 0..count {
            self.books.commit((group.clone(), topic.to_owned(), partition), self.clock, ticket);
        }
        self.note(ticket, What::Commit { member, group });
        Some(Request::Commit(ask))
    }

    pub(super) fn fetch(
        &mut self,
        ticket: Ticket,
        group: &str,
        dice: &mut Dice,
    ) -> Option<Request> {
        let topic = dice.pick(&TOPICS);
        let topics = dice.one_in(2).then(|| vec![of(topic, vec![0, 1, 2])]);
        self.note(ticket, What::Fetch { group: group.to_owned(), all: topics.is_none() });
        Some(Request::Fetch(fetch(group, topics)))
    }

    pub(in super::super) fn delete_offsets(
        &mut self,
        ticket: Ticket,
        group: &str,
        dice: &mut Dice,
    ) -> Option<Request> {
        let topic = dice.pick(&TOPICS);
        let places: Vec<Place> =
            (0..2).map(|partition| (group.to_owned(), topic.to_owned(), partition)).collect();
        for place in &places {
            self.books.delete(place.clone(), self.clock, ticket);
        }
        self.note(ticket, What::Delete { places });
        let topics = vec![of(topic, vec![0, 1])];
        Some(Request::DeleteOffsets { group: group.to_owned(), topics })
    }

    pub(in super::super) fn delete_groups(
        &mut self,
        ticket: Ticket,
        groups: &[&str],
    ) -> Option<Request> {
        let places = groups.iter().flat_map(|group| self.books.places_of(group));
        let places: Vec<Place> = places.collect();
        for place in &places {
            self.books.delete(place.clone(), self.clock, ticket);
        }
        self.note(ticket, What::Delete { places });
        Some(Request::Delete(groups.iter().map(|group| (*group).to_owned()).collect()))
    }

    pub(super) fn anything(
        &mut self,
        now: Now,
        ticket: Ticket,
        dice: &mut Dice,
    ) -> Option<Request> {
        let groups = if dice.one_in(3) { GROUPS } else { SIMPLE_GROUPS };
        let group = dice.pick(&groups);
        match dice.below(100) {
            0..70 => self.do_as_it_likes(now, ticket, dice),
            70..80 => self.commit(ticket, group.to_owned(), None, dice),
            80..90 => self.fetch(ticket, group, dice),
            90..94 => self.delete_offsets(ticket, group, dice),
            94..96 => self.delete_groups(ticket, &[group]),
            96..97 => self.delete_groups(ticket, &[SIMPLE_GROUPS[0], GROUPS[1]]),
            97..98 => {
                self.note(ticket, What::Look);
                Some(Request::Describe(vec![group.to_owned()]))
            }
            98..99 => {
                self.note(ticket, What::Look);
                Some(Request::List(ListAsk::default()))
            }
            _ => None,
        }
    }
}

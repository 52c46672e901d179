//! Clients of all kinds: members, committers without a group, administrators.
//!
//! * [`asking`]: what they ask.
//! * [`judging`]: what is expected of the answers.

mod asking;
mod judging;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use kabuki_coordination::sim::{Dice, Outcome, Workload};
use kabuki_coordination::{Limits, Linger, Now, Ticket};
use kabuki_metadata::chance::Seeded;
use uuid::Uuid;

use super::super::super::{Answer, Event, GroupState, Request};
use super::super::{changed, world};
use super::books::{Books, Clock};
use super::consumer::Consumer;
use super::generations::{Generations, Speaker};
use super::scenario::Script;
use super::subject::{Notes, Place, Subject};
use super::tally::Tally;
use crate::settings::Settings;

/// The longest session of a member.
pub(super) const SESSION_MS_MAX: u64 = 2_000;
/// `offset.metadata.max.bytes`.
const METADATA_MAX: usize = 40;
/// Groups with members, and groups without.
pub(super) const GROUPS: [&str; 2] = ["a", "b"];
pub(super) const SIMPLE_GROUPS: [&str; 2] = ["simple-0", "simple-1"];
const TOPICS: [&str; 3] = ["t0", "t1", "t2"];

/// What was asked.
enum What {
    /// By a member: JoinGroup, SyncGroup, Heartbeat, LeaveGroup.
    Member {
        consumer: usize,
        speaker: Speaker,
    },
    /// By a member, or by nobody's.
    Commit {
        member: Option<(usize, Speaker)>,
        group: String,
    },
    Fetch {
        group: String,
        all: bool,
    },
    /// Offsets of a group, or all of a group.
    Delete {
        places: Vec<Place>,
    },
    /// ListGroups, DescribeGroups.
    Look,
}

struct Asked {
    what: What,
    at: Clock,
}

/// Members, committers, administrators.
pub(super) struct Clients {
    pub(super) consumers: Vec<Consumer>,
    pub(super) script: Option<Script>,
    asked: BTreeMap<Ticket, Asked>,
    books: Books,
    generations: Generations,
    notes: Rc<RefCell<Notes>>,
    tally: Rc<RefCell<Tally>>,
    clock: Clock,
    incarnations: u64,
    settings: Settings,
    batch_bytes_max: usize,
    seed: u64,
}

impl Clients {
    /// Clients that do as they like.
    pub(super) fn new(tally: Rc<RefCell<Tally>>) -> Self {
        Self {
            consumers: Vec::new(),
            script: None,
            asked: BTreeMap::new(),
            books: Books::default(),
            generations: Generations::default(),
            notes: Rc::default(),
            tally,
            clock: 0,
            incarnations: 0,
            settings: Settings::default(),
            batch_bytes_max: 0,
            seed: 0,
        }
    }

    /// Clients that follow a script.
    pub(super) fn of(script: Script, tally: Rc<RefCell<Tally>>) -> Self {
        Self { script: Some(script), ..Self::new(tally) }
    }

    fn note(&mut self, ticket: Ticket, what: What) {
        self.asked.insert(ticket, Asked { what, at: self.clock });
    }
}

impl Workload<Subject> for Clients {
    fn limits(&mut self, dice: &mut Dice) -> Limits {
        self.seed = dice.bits();
        self.settings = Settings {
            min_session_timeout_ms: 100,
            initial_rebalance_delay_ms: dice.pick(&[0, 50]),
            offset_metadata_max_bytes: METADATA_MAX,
            offsets_retention_ms: dice.pick(&[500, 3_000, 1_000_000]),
            offsets_retention_check_interval_ms: dice.pick(&[200, 2_000]),
            ..Settings::default()
        };
        if self.script.is_some() {
            self.settings.offsets_retention_ms = 1_000_000;
        }
        let names = [Some("static-0"), Some("static-0"), Some("static-1"), None, None];
        for group in GROUPS {
            let members = names.map(|name| Consumer::new(group, name, dice));
            self.consumers.extend(members);
        }
        let limits = Limits {
            batch_bytes_max: dice.pick(&[1_200, 2_500, 100_000]),
            linger: dice.pick(&[Linger::UntilDrained, Linger::Ms(0), Linger::Ms(5)]),
            hold_ms_max: dice.pick(&[60, 300, 5_000]),
            collected_bytes_max: dice.pick(&[3_000, 100_000]),
            owed_max: dice.pick(&[14, 1_000]),
            retry_ms: 10,
        };
        self.batch_bytes_max = limits.batch_bytes_max.min(2_500);
        limits
    }

    fn pause_ms_max(&mut self, dice: &mut Dice) -> u64 {
        if dice.one_in(10) { dice.below(2_000) } else { dice.below(80) }
    }

    fn fresh(&mut self) -> Subject {
        self.incarnations += 1;
        let chance = Box::new(Seeded::new(self.seed.wrapping_add(self.incarnations)));
        let state = GroupState::new(world(self.settings.clone()), chance);
        Subject::new(state, self.incarnations, self.notes.clone())
    }

    fn request(&mut self, now: Now, ticket: Ticket, dice: &mut Dice) -> Option<Request> {
        self.clock += 1;
        if self.script.is_some() {
            self.follow_the_script(now, ticket, dice)
        } else {
            self.anything(now, ticket, dice)
        }
    }

    fn event(&mut self, _: Now, dice: &mut Dice) -> Option<Event> {
        self.clock += 1;
        match dice.below(6) {
            _ if self.script.is_some() => None,
            0 => {
                let topic = dice.pick(&TOPICS);
                for group in GROUPS.into_iter().chain(SIMPLE_GROUPS) {
                    for place in self.books.places_of(group) {
                        if place.1 == topic {
                            self.books.gone(place, self.clock);
                        }
                    }
                }
                Some(Event::TopicsDeleted(vec![(topic.to_owned(), Uuid::nil())]))
            }
            1..3 => {
                self.settings.max_size = dice.pick(&[3, 4, 100]);
                Some(changed(self.settings.clone()))
            }
            _ => None,
        }
    }

    fn outcome(
        &mut self,
        now: Now,
        ticket: Ticket,
        outcome: Outcome<'_, Answer>,
    ) -> Result<(), String> {
        self.clock += 1;
        let achieved = match outcome {
            Outcome::Answered(answer) => self.answered(now, ticket, answer)?,
            Outcome::Refused(_) | Outcome::Lost => {
                self.asked.remove(&ticket).ok_or("it was not asked, or has an outcome")?;
                let waiting = self.consumers.iter_mut();
                waiting.for_each(|it| _ = it.waiting.take_if(|waiting| *waiting == ticket));
                false
            }
        };
        if let Some(script) = &mut self.script {
            script.outcome(ticket, achieved);
            self.tally.borrow_mut().goals = script.done();
        }
        Ok(())
    }

    fn hard_state(&self, state: &Subject) -> String {
        state.hard_state()
    }

    fn check(&mut self, state: &Subject) -> Result<(), String> {
        let mut notes = self.notes.borrow_mut();
        for place in std::mem::take(&mut notes.gone) {
            self.tally.borrow_mut().expired += 1;
            self.books.gone(place, self.clock);
        }
        match notes.found.take() {
            Some(found) => Err(found),
            None => state.check(),
        }
    }

    fn end(&mut self, replayed: &Subject) -> Result<(), String> {
        self.books.end(replayed, &self.notes.borrow())?;
        self.generations.end(replayed)
    }
}

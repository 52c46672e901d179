//! A small state, and clients of it: counters that requests add to, swept by deadlines and events.

use std::collections::BTreeMap;
use std::fmt;

use super::{Dice, Outcome, Workload};
use crate::effects::{Effects, Ticket};
use crate::shell::{Limits, Linger};
use crate::state::{Now, State};
use crate::timers::Timers;

/// Milliseconds without an addition until a counter is swept.
const IDLE_MS: u64 = 300;

/// Two counters that only ever get the same, in one request.
const PAIR: [u8; 2] = [100, 101];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Record {
    /// A counter's new total, and who added.
    Total { key: u8, total: i64, by: u64 },
    /// How often a counter was swept.
    Swept { key: u8, times: u64 },
    /// As many bytes.
    Filling(usize),
}

#[derive(Debug, Clone)]
pub(crate) enum Request {
    /// Adds to a counter; answered with its total.
    Add { key: u8, amount: i64 },
    /// Adds to both of the pair, or to none.
    AddToPair { amount: i64 },
    /// Answered with a counter's total.
    Get { key: u8 },
    /// Answered so much later, with nothing.
    Wait { ms: u64 },
    /// Answered whatever the log does.
    Ping,
    /// Writes so many bytes, in two records.
    Fill { bytes: usize },
}

/// All counters are swept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sweep;

#[derive(Debug, Default)]
pub(crate) struct Counters {
    totals: BTreeMap<u8, i64>,
    swept: BTreeMap<u8, u64>,
    filled: usize,
    timers: Timers<Deadline>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deadline {
    Idle(u8),
    Waiting(Ticket),
}

type Does = Effects<Record, i64>;

impl Counters {
    fn propose(&mut self, now: Now, record: Record, effects: &mut Does) {
        self.apply(now, &record);
        effects.records.push(record);
    }

    fn add(&mut self, now: Now, key: u8, amount: i64, by: Ticket, effects: &mut Does) -> i64 {
        let total = self.total(key) + amount;
        self.propose(now, Record::Total { key, total, by: by.0 }, effects);
        self.timers.set(Deadline::Idle(key), now.monotonic_ms + IDLE_MS);
        total
    }

    fn sweep(&mut self, now: Now, key: u8, effects: &mut Does) {
        let times = self.swept.get(&key).copied().unwrap_or_default() + 1;
        self.propose(now, Record::Swept { key, times }, effects);
    }

    fn total(&self, key: u8) -> i64 {
        self.totals.get(&key).copied().unwrap_or_default()
    }
}

impl State for Counters {
    type Record = Record;
    type Request = Request;
    type Answer = i64;
    type Event = Sweep;

    fn size_of(record: &Record) -> usize {
        match record {
            Record::Total { .. } => 10,
            Record::Swept { .. } => 7,
            Record::Filling(bytes) => *bytes,
        }
    }

    fn apply(&mut self, _: Now, record: &Record) {
        match *record {
            Record::Total { key, total, .. } => {
                self.totals.insert(key, total);
            }
            Record::Swept { key, times } => {
                self.swept.insert(key, times);
            }
            Record::Filling(bytes) => self.filled += bytes,
        }
    }

    fn loaded(&mut self, now: Now, _: &mut Does) {
        for key in self.totals.keys() {
            self.timers.set(Deadline::Idle(*key), now.monotonic_ms + IDLE_MS);
        }
    }

    fn handle(&mut self, now: Now, ticket: Ticket, request: Request, effects: &mut Does) {
        match request {
            Request::Add { key, amount } => {
                let total = self.add(now, key, amount, ticket, effects);
                effects.answer(ticket, total);
            }
            Request::AddToPair { amount } => {
                let [total, _] = PAIR.map(|key| self.add(now, key, amount, ticket, effects));
                effects.answer(ticket, total);
            }
            Request::Get { key } => effects.answer(ticket, self.total(key)),
            Request::Wait { ms } => {
                self.timers.set(Deadline::Waiting(ticket), now.monotonic_ms + ms);
            }
            Request::Ping => effects.answer_at_once(ticket, 0),
            Request::Fill { bytes } => {
                self.propose(now, Record::Filling(bytes / 2), effects);
                self.propose(now, Record::Filling(bytes - bytes / 2), effects);
                effects.answer(ticket, 0);
            }
        }
    }

    fn note(&mut self, now: Now, Sweep: Sweep, effects: &mut Does) {
        effects.divisible = true;
        let keys: Vec<_> = self.totals.keys().copied().collect();
        for key in keys {
            self.sweep(now, key, effects);
        }
    }

    fn tick(&mut self, now: Now, effects: &mut Does) {
        match self.timers.take_due(now.monotonic_ms) {
            Some(Deadline::Idle(key)) => self.sweep(now, key, effects),
            Some(Deadline::Waiting(ticket)) => effects.answer(ticket, 0),
            None => {}
        }
    }

    fn next_deadline_ms(&self) -> Option<u64> {
        self.timers.next_ms()
    }
}

impl fmt::Display for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} swept {:?} filled {}", self.totals, self.swept, self.filled)
    }
}

/// Clients that add, and keep books.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    /// What was asked, and has no outcome yet.
    asked: BTreeMap<Ticket, Request>,
    /// What was added for certain, by counter.
    added: BTreeMap<u8, i64>,
    /// What was added or not.
    doubtful: BTreeMap<u8, i64>,
    batch_bytes_max: usize,
}

impl Workload<Counters> for Clients {
    fn limits(&mut self, dice: &mut Dice) -> Limits {
        let limits = Limits {
            batch_bytes_max: dice.pick(&[30, 100, 1_000]),
            linger: dice.pick(&[Linger::UntilDrained, Linger::Ms(0), Linger::Ms(5)]),
            hold_ms_max: dice.pick(&[40, 200, 5_000]),
            collected_bytes_max: dice.pick(&[200, 10_000]),
            owed_max: dice.pick(&[5, 1_000]),
            retry_ms: 10,
        };
        self.batch_bytes_max = limits.batch_bytes_max;
        limits
    }

    fn fresh(&mut self) -> Counters {
        Counters::default()
    }

    fn request(&mut self, _: Now, ticket: Ticket, dice: &mut Dice) -> Option<Request> {
        let key = u8::try_from(dice.below(5)).expect("it is below 5");
        let amount = i64::try_from(dice.below(100)).expect("it is below 100");
        let request = match dice.below(20) {
            0..8 => Request::Add { key, amount },
            8..11 => Request::AddToPair { amount },
            11..16 => Request::Get { key },
            16..17 => Request::Wait { ms: dice.below(400) },
            17..18 => Request::Ping,
            18..19 => Request::Fill { bytes: dice.index(self.batch_bytes_max) },
            _ => Request::Fill { bytes: dice.index(self.batch_bytes_max * 11 / 10) },
        };
        self.asked.insert(ticket, request.clone());
        Some(request)
    }

    fn event(&mut self, _: Now, _: &mut Dice) -> Option<Sweep> {
        Some(Sweep)
    }

    fn outcome(&mut self, _: Now, ticket: Ticket, outcome: Outcome<'_, i64>) -> Result<(), String> {
        let request = self.asked.remove(&ticket).ok_or("it was not asked, or has an outcome")?;
        let (keys, amount) = match request {
            Request::Add { key, amount } => (vec![key], amount),
            Request::AddToPair { amount } => (PAIR.to_vec(), amount),
            _ => return Ok(()),
        };
        for key in keys {
            let added = self.added.entry(key).or_default();
            match outcome {
                Outcome::Answered(total) => {
                    if *total < *added + amount {
                        return Err(format!("{key} was {added} and {amount} came to it: {total}"));
                    }
                    *added += amount;
                }
                Outcome::Refused(_) | Outcome::Lost => {
                    *self.doubtful.entry(key).or_default() += amount;
                }
            }
        }
        Ok(())
    }

    fn hard_state(&self, state: &Counters) -> String {
        state.to_string()
    }

    fn check(&mut self, state: &Counters) -> Result<(), String> {
        let [one, other] = PAIR.map(|key| state.total(key));
        if one == other {
            Ok(())
        } else {
            Err(format!("one of a pair is {one}, the other {other}"))
        }
    }

    fn end(&mut self, replayed: &Counters) -> Result<(), String> {
        self.check(replayed)?;
        for (key, added) in &self.added {
            let most = added + self.doubtful.get(key).copied().unwrap_or_default();
            let total = replayed.total(*key);
            if !(*added..=most).contains(&total) {
                return Err(format!("{key} is {total}, not between {added} and {most}"));
            }
        }
        Ok(())
    }
}

//! A simulation of coordinators, for any [`State`].
//!
//! ```text
//!             requests, events                    appends ▶
//! Workload ◀──────────────────▶ brokers: Shell ◀──────────────▶ Partition (epochs, high watermark)
//!             answers, refusals                   ◀ outcomes
//! ```
//!
//! Several brokers have a shell each for one partition, which one of them leads, by the epoch. Everything between them and
//! the partition takes its time and may overtake. Appends are refused, lost, or done without anybody knowing, leaders
//! change, brokers crash: all by a seed. Then all is calm, and everything has to come to an end.
//!
//! What must hold for any state is checked here: see [`Violation`]. A [`Workload`] adds what must hold for its own.
//!
//! * [`run`] plays one [`Plan`].
//! * [`fail_each_append`] plays the same input again and again, and fails another append each time, in every way.
//! * [`hunt`] looks for a seed that finds a planted [`Bug`](crate::bugs::Bug).

mod broker;
#[cfg(test)]
mod counter;
mod dice;
mod partition;
#[cfg(test)]
mod tests;
mod witness;
mod world;

pub use dice::Dice;

use thiserror::Error;

use crate::effects::Ticket;
use crate::shell::{Limits, Refused};
use crate::state::{Now, State};

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome<'a, A> {
    /// It was answered.
    Answered(&'a A),
    /// The shell refused it.
    Refused(Refused),
    /// The broker crashed: nobody knows.
    Lost,
}

/// Clients of a coordinator, and what they expect of it. Messages of errors are for people.
pub trait Workload<S: State> {
    /// Limits to run under. Small batches show more than large ones.
    fn limits(&mut self, dice: &mut Dice) -> Limits;

    /// Time passes by a few milliseconds, and now and then until a broker's next deadline, but by no more than this at once
    /// while clients are asking.
    fn pause_ms_max(&mut self, dice: &mut Dice) -> u64 {
        dice.below(1_000)
    }

    /// A state that has seen no record.
    fn fresh(&mut self) -> S;

    /// What the next client asks, if any: it is sent with this ticket.
    fn request(&mut self, now: Now, ticket: Ticket, dice: &mut Dice) -> Option<S::Request>;

    /// Something that happens in the world, which all brokers hear of. Fresh states know it already.
    fn event(&mut self, now: Now, dice: &mut Dice) -> Option<S::Event>;

    /// A request has its outcome.
    fn outcome(
        &mut self,
        now: Now,
        ticket: Ticket,
        outcome: Outcome<'_, S::Answer>,
    ) -> Result<(), String>;

    /// All that a state has of its log, as text that two states are compared by. No deadlines.
    fn hard_state(&self, state: &S) -> String;

    /// Looks at a broker's state after an input. Not all of it is committed.
    fn check(&mut self, state: &S) -> Result<(), String>;

    /// All is over: the state as the log's records make it.
    fn end(&mut self, replayed: &S) -> Result<(), String>;
}

/// What may go wrong with an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The log could not be written; nothing is there.
    Refused,
    /// The records are in the log, and nobody tells.
    DoneUnknown,
    /// They are not, and nobody tells.
    LostUnknown,
    /// The outcome is unknown first, and then they are in the log after all, if the partition takes them.
    LateUnknown,
    /// Too few replicas are in sync.
    NotEnoughReplicas,
    /// The broker crashes after the append.
    CrashAfter,
    /// The broker crashes before the append.
    CrashBefore,
    /// Another broker leads before the append arrives.
    LeaderMoves,
}

/// All faults.
pub const FAULTS: [Fault; 8] = [
    Fault::Refused,
    Fault::DoneUnknown,
    Fault::LostUnknown,
    Fault::LateUnknown,
    Fault::NotEnoughReplicas,
    Fault::CrashAfter,
    Fault::CrashBefore,
    Fault::LeaderMoves,
];

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Faults {
    /// Appends fail, leaders change and brokers crash by chance.
    Random,
    /// One append fails, counted from 0; nothing else goes wrong.
    Append(u64, Fault),
}

/// One run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Decides everything.
    pub seed: u64,
    /// How many things happen until all is calm.
    pub steps: u32,
    /// What goes wrong.
    pub faults: Faults,
}

impl Plan {
    /// Everything may go wrong in 1,500 steps.
    pub fn new(seed: u64) -> Self {
        Self { seed, steps: 1_500, faults: Faults::Random }
    }
}

/// What happened in a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Requests that were sent.
    pub requests: u64,
    /// Requests that were answered.
    pub answered: u64,
    /// Requests that a shell refused.
    pub refused: u64,
    /// Requests that were lost with their broker.
    pub lost: u64,
    /// Writes that a shell asked for.
    pub writes: u64,
    /// Records in the log at the end.
    pub records: u64,
    /// States that were thrown away.
    pub reloads: u64,
    /// Logs that were replayed to their end.
    pub loads: u64,
    /// Changes of the leader.
    pub elections: u64,
    /// Brokers that crashed.
    pub crashes: u64,
}

impl Report {
    /// Adds the figures of another run.
    pub fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.answered += other.answered;
        self.refused += other.refused;
        self.lost += other.lost;
        self.writes += other.writes;
        self.records += other.records;
        self.reloads += other.reloads;
        self.loads += other.loads;
        self.elections += other.elections;
        self.crashes += other.crashes;
    }
}

/// What must not be:
///
/// * an answer whose records, or records that it was decided upon, are not committed as they were proposed;
/// * a ticket with two outcomes, or with none;
/// * an append by an earlier epoch, or behind records that its state did not know;
/// * a batch that is too large, is not what was proposed in its order, or ends within what belongs together;
/// * a state that is not what its log makes of a fresh one;
/// * an end that is never reached though nothing fails any more;
/// * what the workload says.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("seed {seed}, step {step}: {what}")]
pub struct Violation {
    /// The run's seed.
    pub seed: u64,
    /// How many things had happened.
    pub step: u32,
    /// What was found.
    pub what: String,
}

/// Plays a plan.
pub fn run<S, W>(plan: Plan, workload: W) -> Result<Report, Violation>
where
    S: State,
    S::Record: PartialEq,
    S::Event: Clone,
    W: Workload<S>,
{
    world::World::new(plan, workload).run()
}

/// Plays the same input with another append failing each time, by each of the [`FAULTS`], until all that happen within
/// `steps` have failed. Returns the figures of all runs together, and how many runs there were.
pub fn fail_each_append<S, W>(
    seed: u64,
    steps: u32,
    workload: impl Fn() -> W,
) -> Result<(Report, u64), Violation>
where
    S: State,
    S::Record: PartialEq,
    S::Event: Clone,
    W: Workload<S>,
{
    let mut total = Report::default();
    let mut runs = 0;
    for fault in FAULTS {
        for nth in 0.. {
            let plan = Plan { seed, steps, faults: Faults::Append(nth, fault) };
            let report = run(plan, workload()).map_err(|found| Violation {
                what: format!("{fault:?} of append {nth}: {}", found.what),
                ..found
            })?;
            total.add(&report);
            runs += 1;
            if report.writes <= nth {
                break;
            }
        }
    }
    Ok((total, runs))
}

/// Plays seed after seed until one finds something wrong: by a violation or by a panic. Says which seed, and what.
pub fn hunt(
    seeds: std::ops::Range<u64>,
    mut play: impl FnMut(u64) -> Result<Report, Violation>,
) -> Option<(u64, String)> {
    seeds.into_iter().find_map(|seed| {
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| play(seed))) {
            Ok(Ok(_)) => None,
            Ok(Err(violation)) => Some((seed, violation.to_string())),
            Err(_) => Some((seed, "a panic".to_owned())),
        }
    })
}

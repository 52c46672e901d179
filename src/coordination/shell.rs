//! The shell around a coordinator's state.
//!
//! A state decides at once, and changes at once. The shell makes that true afterwards: it writes the records, holds back
//! the answers that depend on them until they are committed, and throws the state away if the log does not take them.

mod active;
mod collected;
mod held;
mod limits;
mod outcomes;
#[cfg(test)]
mod tests;

pub use limits::{Limits, Linger};
pub use outcomes::{AppendRefused, Appended, Out, Outbox, Refused, WriteId};

use crate::effects::Ticket;
use crate::state::{Now, State};
use active::{Active, Step, WriteIds};

/// What a shell is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShellState {
    /// The partition is not led here.
    NotLed,
    /// The log is replayed.
    Loading {
        /// The leader epoch that it is loaded at.
        epoch: i32,
    },
    /// Requests are handled.
    Active {
        /// The leader epoch that everything is written at.
        epoch: i32,
    },
    /// The state was thrown away.
    Lost {
        /// Why.
        why: AppendRefused,
    },
}

enum Phase<S: State> {
    NotLed,
    Loading(Loading<S>),
    Active(Box<Active<S>>),
    Lost { why: AppendRefused },
}

struct Loading<S: State> {
    epoch: i32,
    state: S,
    /// One past the last record that was replayed.
    next_offset: i64,
    high_watermark: i64,
    /// What happened meanwhile.
    events: Vec<S::Event>,
}

/// A coordinator without its actor: inputs come by the methods, what is to be done is put into the outbox.
///
/// * Every ticket is answered or refused exactly once, whatever happens to the state.
/// * What is answered by [`Basis::Everything`](crate::Basis::Everything) is committed, and so is all that the state knew when it answered.
/// * Records are in the log in the order they were proposed in; those of one turn are in one batch.
/// * One write is under way at a time; what is proposed meanwhile is collected for the next.
///
/// After every input [`Shell::next_deadline_ms`] and [`Shell::waits_to_be_drained`] may have changed.
pub struct Shell<S: State> {
    limits: Limits,
    phase: Phase<S>,
    ids: WriteIds,
}

impl<S: State> Shell<S> {
    /// A shell of a partition that is not led.
    pub fn new(limits: Limits) -> Self {
        Self { limits, phase: Phase::NotLed, ids: WriteIds::default() }
    }

    /// Other limits, from the next input on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// The partition is led at `epoch`: its log is replayed from the beginning into a `fresh` state, which knows the world as
    /// it is now. What an earlier state owes is refused.
    pub fn begin_loading(&mut self, epoch: i32, fresh: S, out: &mut Outbox<S>) {
        self.resign(out);
        self.phase = Phase::Loading(Loading {
            epoch,
            state: fresh,
            next_offset: 0,
            high_watermark: 0,
            events: Vec::new(),
        });
    }

    /// The next record of the log, and its offset. Offsets may have gaps (of a compacted log, of control records). The caller
    /// sees to it that the records are those of this loading.
    pub fn replayed(&mut self, now: Now, offset: i64, record: &S::Record) {
        if let Phase::Loading(loading) = &mut self.phase {
            debug_assert!(offset >= loading.next_offset, "the log is replayed in its order");
            loading.next_offset = offset + 1;
            loading.state.apply(now, record);
        }
    }

    /// The log was replayed up to `log_end_offset`, of which everything below `high_watermark` is committed. Requests are
    /// handled from now on.
    pub fn loaded(
        &mut self,
        now: Now,
        log_end_offset: i64,
        high_watermark: i64,
        out: &mut Outbox<S>,
    ) {
        let loading = match std::mem::replace(&mut self.phase, Phase::NotLed) {
            Phase::Loading(loading) => loading,
            other => {
                self.phase = other;
                return;
            }
        };
        debug_assert!(log_end_offset >= loading.next_offset, "the log ends after its records");
        let high_watermark = high_watermark.max(loading.high_watermark);
        let active = Active::new(loading.epoch, loading.state, log_end_offset, high_watermark);
        self.phase = Phase::Active(Box::new(active));
        self.step(now, out, |active, limits, out| {
            active.turn(now, limits, out, |state, effects| state.loaded(now, effects))?;
            loading.events.into_iter().try_for_each(|event| {
                active.turn(now, limits, out, |state, effects| state.note(now, event, effects))
            })
        });
    }

    /// A client asks something. The ticket is new.
    pub fn request(&mut self, now: Now, ticket: Ticket, request: S::Request, out: &mut Outbox<S>) {
        let why = match &self.phase {
            Phase::Active(_) => {
                return self.step(now, out, |active, limits, out| {
                    active.request(now, limits, ticket, request, out)
                });
            }
            Phase::Loading(_) => Refused::Loading,
            Phase::Lost { why: AppendRefused::WrongEpoch } | Phase::NotLed => {
                Refused::NotCoordinator
            }
            Phase::Lost { .. } => Refused::Loading,
        };
        out.push(Out::Refuse { ticket, why });
    }

    /// Something happened in the world. Without a state nobody takes note: the next fresh one knows it.
    pub fn note(&mut self, now: Now, event: S::Event, out: &mut Outbox<S>) {
        match &mut self.phase {
            Phase::Active(_) => self.step(now, out, |active, limits, out| {
                active.turn(now, limits, out, |state, effects| state.note(now, event, effects))
            }),
            Phase::Loading(loading) => loading.events.push(event),
            Phase::NotLed | Phase::Lost { .. } => {}
        }
    }

    /// Does what is due: to be called when [`Shell::next_deadline_ms`] has passed. Too often does no harm.
    pub fn tick(&mut self, now: Now, out: &mut Outbox<S>) {
        let Phase::Active(active) = &mut self.phase else { return };
        let step = active.tick(now, &self.limits, &mut self.ids, out);
        self.lose_if_failed(step, out);
    }

    /// There is no further input at the moment: what was collected is written ([`Linger::UntilDrained`]).
    pub fn drained(&mut self, now: Now, out: &mut Outbox<S>) {
        self.step(now, out, |active, _, _| {
            active.drained();
            Ok(())
        });
    }

    /// What came of a write. Outcomes of an earlier state's writes are passed over.
    pub fn appended(
        &mut self,
        now: Now,
        write: WriteId,
        outcome: Result<Appended, AppendRefused>,
        out: &mut Outbox<S>,
    ) {
        self.step(now, out, |active, limits, out| {
            active.appended(now, limits, write, outcome, out)
        });
    }

    /// The partition's high watermark, as the leader at `epoch` has it.
    pub fn high_watermark(&mut self, epoch: i32, offset: i64, out: &mut Outbox<S>) {
        match &mut self.phase {
            Phase::Active(active) if active.epoch == epoch => active.high_watermark(offset, out),
            Phase::Loading(loading) if loading.epoch == epoch => {
                loading.high_watermark = loading.high_watermark.max(offset);
            }
            _ => {}
        }
    }

    /// The partition is not led here any more: what is owed is refused.
    pub fn resign(&mut self, out: &mut Outbox<S>) {
        if let Phase::Active(active) = std::mem::replace(&mut self.phase, Phase::NotLed) {
            active.end(Refused::NotCoordinator, out);
        }
    }

    /// When [`Shell::tick`] has something to do next, on the monotonic clock.
    pub fn next_deadline_ms(&self) -> Option<u64> {
        match &self.phase {
            Phase::Active(active) => active.next_deadline_ms(&self.limits),
            _ => None,
        }
    }

    /// Records wait for nothing but a call of [`Shell::drained`].
    pub fn waits_to_be_drained(&self) -> bool {
        match &self.phase {
            Phase::Active(active) => active.waits_to_be_drained(&self.limits),
            _ => false,
        }
    }

    /// What the shell is about.
    pub fn phase(&self) -> ShellState {
        match &self.phase {
            Phase::NotLed => ShellState::NotLed,
            Phase::Loading(loading) => ShellState::Loading { epoch: loading.epoch },
            Phase::Active(active) => ShellState::Active { epoch: active.epoch },
            Phase::Lost { why } => ShellState::Lost { why: *why },
        }
    }

    /// The state, while requests are handled: for figures that are shown, not for answers, as not all of it is committed.
    pub fn state(&self) -> Option<&S> {
        match &self.phase {
            Phase::Active(active) => Some(&active.state),
            _ => None,
        }
    }

    /// How many requests are owed an answer.
    pub fn owed(&self) -> usize {
        match &self.phase {
            Phase::Active(active) => active.owed(),
            _ => 0,
        }
    }

    /// Has an active state do something, then writes if it is time.
    fn step(
        &mut self,
        now: Now,
        out: &mut Outbox<S>,
        act: impl FnOnce(&mut Active<S>, &Limits, &mut Outbox<S>) -> Step,
    ) {
        let Phase::Active(active) = &mut self.phase else { return };
        let step = act(active, &self.limits, out);
        if step.is_ok() {
            active.write_if_ripe(now, &self.limits, &mut self.ids, out);
        }
        self.lose_if_failed(step, out);
    }

    /// Throws the state away if it does not agree with its log any more.
    fn lose_if_failed(&mut self, step: Step, out: &mut Outbox<S>) {
        let Err(why) = step else { return };
        if let Phase::Active(active) = std::mem::replace(&mut self.phase, Phase::Lost { why }) {
            active.end(Refused::AppendFailed(why), out);
            out.push(Out::Reload { why });
        }
    }
}

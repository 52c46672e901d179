//! Brokers, their partition, and what is on its way between them.

mod appends;
mod lives;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::broker::Broker;
use super::partition::{Partition, offset};
use super::witness::{Shared, Watched};
use super::{Dice, Fault, Faults, Outcome, Plan, Report, Violation, Workload};
use crate::effects::Ticket;
use crate::shell::{AppendRefused, Appended, Limits, Out, Outbox, Shell, ShellState, WriteId};
use crate::state::{Now, State};

const BROKERS: usize = 3;

/// In so many rounds all must have come to an end once nothing fails any more.
const CALM_ROUNDS: u32 = 20_000;

type Found = Result<(), String>;

/// A write on its way to the partition.
struct Append<R> {
    broker: usize,
    life: u64,
    id: WriteId,
    epoch: i32,
    base_offset: i64,
    records: Arc<Vec<R>>,
    /// Whose write it is.
    account: Shared<R>,
    fault: Option<Fault>,
    /// It dawdles: its outcome was told to be unknown.
    late: bool,
}

/// What is on its way, and may be overtaken.
enum Transit<R> {
    Append(Append<R>),
    Outcome { broker: usize, life: u64, id: WriteId, outcome: Result<Appended, AppendRefused> },
    HighWatermark { broker: usize, epoch: i32, offset: i64 },
    Leadership { broker: usize, epoch: i32, leads: bool },
}

pub(super) struct World<S: State, W> {
    plan: Plan,
    workload: W,
    limits: Limits,
    dice: Dice,
    now: Now,
    step: u32,
    partition: Partition<S::Record>,
    brokers: Vec<Broker<S>>,
    transit: Vec<Transit<S::Record>>,
    /// Requests without an outcome, and who has them.
    owed: BTreeMap<Ticket, usize>,
    /// Nothing fails any more.
    calm: bool,
    report: Report,
}

impl<S, W> World<S, W>
where
    S: State,
    S::Record: PartialEq,
    S::Event: Clone,
    W: Workload<S>,
{
    pub(super) fn new(plan: Plan, mut workload: W) -> Self {
        let mut dice = Dice::new(plan.seed);
        let limits = workload.limits(&mut dice);
        Self {
            plan,
            workload,
            limits,
            dice,
            now: Now { monotonic_ms: 1_000, wall_ms: 1_700_000_000_000 },
            step: 0,
            partition: Partition::new(),
            brokers: (0..BROKERS).map(|_| Broker::new(limits, 0)).collect(),
            transit: Vec::new(),
            owed: BTreeMap::new(),
            calm: false,
            report: Report::default(),
        }
    }

    pub(super) fn run(mut self) -> Result<Report, Violation> {
        match self.play() {
            Ok(()) => Ok(self.report),
            Err(what) => Err(Violation { seed: self.plan.seed, step: self.step, what }),
        }
    }

    fn play(&mut self) -> Found {
        self.elect(0);
        while self.step < self.plan.steps {
            self.step += 1;
            let passed = self.dice.below(4);
            self.pass(passed);
            self.happen()?;
            if self.dice.one_in(16) {
                self.compare_with_log()?;
            }
        }
        self.calm = true;
        self.come_to_an_end()
    }

    fn pass(&mut self, ms: u64) {
        self.now.monotonic_ms += ms;
        self.now.wall_ms += i64::try_from(ms).expect("a run is short");
    }

    /// One thing happens.
    fn happen(&mut self) -> Found {
        let anybody = self.dice.index(BROKERS);
        let broker = if self.dice.one_in(2) { anybody } else { self.partition.leader };
        let random = self.plan.faults == Faults::Random;
        match self.dice.below(800) {
            0..270 => self.deliver(),
            270..430 => self.ask(broker),
            430..440 => self.tell_event(),
            440..530 => self.tick(broker),
            530..630 => self.drain(broker),
            630..730 => {
                self.commit();
                Ok(())
            }
            730..798 => (0..BROKERS).try_for_each(|broker| self.replay(broker)),
            798 if random => {
                self.elect(broker);
                Ok(())
            }
            799 if random => self.crash(broker),
            _ => Ok(()),
        }
    }

    /// Something arrives.
    fn deliver(&mut self) -> Found {
        if self.transit.is_empty() {
            return Ok(());
        }
        let index = self.dice.index(self.transit.len());
        let late = matches!(&self.transit[index], Transit::Append(append) if append.late);
        if late && !self.calm && !self.dice.one_in(20) {
            return Ok(());
        }
        match self.transit.swap_remove(index) {
            Transit::Append(append) => self.append(append),
            Transit::Outcome { broker, life, id, outcome } if self.brokers[broker].life == life => {
                let now = self.now;
                self.call(broker, |shell, out| shell.appended(now, id, outcome, out))
            }
            Transit::Outcome { .. } => Ok(()),
            Transit::HighWatermark { broker, epoch, offset } => {
                self.call(broker, |shell, out| shell.high_watermark(epoch, offset, out))
            }
            Transit::Leadership { broker, epoch, leads } => self.lead(broker, epoch, leads),
        }
    }

    /// A client sends what it wants, mostly to who leads.
    fn ask(&mut self, anybody: usize) -> Found {
        let broker = if self.dice.one_in(8) { anybody } else { self.partition.leader };
        let ticket = Ticket(self.report.requests);
        let Some(request) = self.workload.request(self.now, ticket, &mut self.dice) else {
            return Ok(());
        };
        self.report.requests += 1;
        self.owed.insert(ticket, broker);
        let now = self.now;
        self.call(broker, |shell, out| shell.request(now, ticket, request, out))
    }

    fn tell_event(&mut self) -> Found {
        let Some(event) = self.workload.event(self.now, &mut self.dice) else { return Ok(()) };
        let now = self.now;
        (0..BROKERS).try_for_each(|broker| {
            let event = event.clone();
            self.call(broker, |shell, out| shell.note(now, event, out))
        })
    }

    /// Time passes for a broker, sometimes until it has something to do.
    fn tick(&mut self, broker: usize) -> Found {
        if self.calm || self.dice.one_in(4) {
            let due = self.brokers[broker].shell.next_deadline_ms().unwrap_or(0);
            let pause_ms_max =
                if self.calm { u64::MAX } else { self.workload.pause_ms_max(&mut self.dice) };
            self.pass(due.saturating_sub(self.now.monotonic_ms).min(pause_ms_max));
        }
        let now = self.now;
        self.call(broker, |shell, out| shell.tick(now, out))
    }

    fn drain(&mut self, broker: usize) -> Found {
        let now = self.now;
        self.call(broker, |shell, out| shell.drained(now, out))
    }

    /// Gives a broker's shell an input, and does what comes of it.
    fn call(
        &mut self,
        broker: usize,
        input: impl FnOnce(&mut Shell<Watched<S>>, &mut Outbox<Watched<S>>),
    ) -> Found {
        let mut out = Vec::new();
        input(&mut self.brokers[broker].shell, &mut out);
        for out in out {
            self.carry_out(broker, out)?;
        }
        match self.brokers[broker].shell.state() {
            Some(watched) => self.workload.check(&watched.state),
            None => Ok(()),
        }
    }

    fn carry_out(&mut self, broker: usize, out: Out<S::Record, S::Answer>) -> Found {
        match out {
            Out::Write { id, epoch, base_offset, records } => {
                let bytes: usize = records.iter().map(S::size_of).sum();
                if bytes > self.limits.batch_bytes_max || records.is_empty() {
                    return Err(format!("a write of {} records, {bytes} bytes", records.len()));
                }
                let fault = self.fault();
                self.report.writes += 1;
                let Broker { life, account, .. } = &self.brokers[broker];
                account.borrow().allows_batch(base_offset, &records)?;
                let account = account.clone();
                let append = Append {
                    broker,
                    life: *life,
                    id,
                    epoch,
                    base_offset,
                    records,
                    account,
                    fault,
                    late: false,
                };
                self.transit.push(Transit::Append(append));
                Ok(())
            }
            Out::Answer { ticket, answer } => {
                self.settle(broker, ticket)?;
                let Partition { log, high_watermark, .. } = &self.partition;
                self.brokers[broker].account.borrow().allows(ticket, log, *high_watermark)?;
                self.report.answered += 1;
                self.workload.outcome(self.now, ticket, Outcome::Answered(&answer))
            }
            Out::Refuse { ticket, why } => {
                self.settle(broker, ticket)?;
                self.report.refused += 1;
                self.workload.outcome(self.now, ticket, Outcome::Refused(why))
            }
            Out::Reload { .. } => {
                self.report.reloads += 1;
                self.brokers[broker].wants_reload = true;
                Ok(())
            }
        }
    }

    /// A ticket has its one outcome.
    fn settle(&mut self, broker: usize, ticket: Ticket) -> Found {
        match self.owed.remove(&ticket) {
            Some(who) if who == broker => Ok(()),
            _ => Err(format!("broker {broker} answered {ticket:?}, which it does not owe")),
        }
    }

    /// The leader's state is what the log makes of a fresh one, if all it proposed is in the log. Says whether it was.
    fn compare_with_log(&mut self) -> Result<bool, String> {
        let Partition { leader, epoch, log, .. } = &self.partition;
        let Broker { shell, account, .. } = &self.brokers[*leader];
        let account = account.borrow();
        let proposed = account.proposed.len();
        let settled = shell.phase() == ShellState::Active { epoch: *epoch }
            && account.base_offset + offset(proposed) == self.partition.end()
            && account.is_in(log, proposed);
        if let Some(watched) = shell.state().filter(|_| settled) {
            let replayed = replay_all(self.workload.fresh(), self.now, log);
            let (is, should) =
                (self.workload.hard_state(&watched.state), self.workload.hard_state(&replayed));
            if is != should {
                return Err(format!("the state is {is}, and the log makes {should}"));
            }
        }
        Ok(settled)
    }

    /// Nothing fails any more: every request must come to its outcome.
    fn come_to_an_end(&mut self) -> Found {
        for _ in 0..CALM_ROUNDS {
            self.step += 1;
            while !self.transit.is_empty() {
                self.deliver()?;
            }
            (0..BROKERS).try_for_each(|broker| self.replay(broker))?;
            (0..BROKERS).try_for_each(|broker| self.drain(broker))?;
            self.commit();
            let busy = |broker: &Broker<S>| broker.wants_reload || broker.replay.is_some();
            if !self.transit.is_empty() || self.brokers.iter().any(busy) {
                continue;
            }
            if self.owed.is_empty() && self.compare_with_log()? {
                return self.end();
            }
            self.tick(self.partition.leader)?;
        }
        let owed: Vec<_> = self.owed.keys().take(10).collect();
        let phase = self.brokers[self.partition.leader].shell.phase();
        Err(format!("no end is reached: {phase:?}, without an outcome: {owed:?}"))
    }

    fn end(&mut self) -> Found {
        (0..BROKERS).try_for_each(|broker| self.call(broker, |shell, out| shell.resign(out)))?;
        self.report.records = self.partition.log.len() as u64;
        let replayed = replay_all(self.workload.fresh(), self.now, &self.partition.log);
        self.workload.end(&replayed)
    }
}

/// The state that a log makes of a fresh one.
fn replay_all<S: State>(mut fresh: S, now: Now, log: &[S::Record]) -> S {
    for record in log {
        fresh.apply(now, record);
    }
    fresh
}

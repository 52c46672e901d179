//! What happens at the partition: appends and their faults, the high watermark, elections.

use super::super::partition::offset;
use super::super::{FAULTS, Fault, Faults, Workload};
use super::{Append, BROKERS, Found, Transit, World};
use crate::shell::{AppendRefused, Appended};
use crate::state::State;

impl<S, W> World<S, W>
where
    S: State,
    S::Record: PartialEq,
    S::Event: Clone,
    W: Workload<S>,
{
    pub(super) fn append(&mut self, append: Append<S::Record>) -> Found {
        let (broker, life, id) = (append.broker, append.life, append.id);
        let outcome = match append.fault {
            None => self.append_to_log(&append)?,
            Some(Fault::Refused) => Err(AppendRefused::Storage),
            Some(Fault::NotEnoughReplicas) => Err(AppendRefused::NotEnoughReplicas),
            Some(Fault::LostUnknown) => Err(AppendRefused::Unknown),
            Some(Fault::DoneUnknown) => {
                self.append_to_log(&append)?.and(Err(AppendRefused::Unknown))
            }
            Some(Fault::LateUnknown) => {
                self.transit.push(Transit::Append(Append { fault: None, late: true, ..append }));
                Err(AppendRefused::Unknown)
            }
            Some(Fault::CrashAfter) => {
                let outcome = self.append_to_log(&append)?;
                self.crash_if_alive(broker, life)?;
                outcome
            }
            Some(Fault::CrashBefore) => {
                self.crash_if_alive(broker, life)?;
                return Ok(());
            }
            Some(Fault::LeaderMoves) => {
                self.elect((self.partition.leader + 1) % BROKERS);
                self.append_to_log(&append)?
            }
        };
        self.transit.push(Transit::Outcome { broker, life, id, outcome });
        Ok(())
    }

    pub(super) fn append_to_log(
        &mut self,
        append: &Append<S::Record>,
    ) -> Result<Result<Appended, AppendRefused>, String> {
        let end = self.partition.end();
        let outcome = self.partition.append(append.epoch, append.base_offset, &append.records);
        if outcome.is_ok() {
            let (epoch, base) = (append.epoch, append.base_offset);
            if epoch != self.partition.epoch {
                return Err(format!("appended by epoch {epoch} in {}", self.partition.epoch));
            }
            if base != end {
                return Err(format!("appended at {end} what was decided upon a log up to {base}"));
            }
            append.account.borrow().allows_batch(base, &append.records)?;
        }
        Ok(outcome)
    }

    /// What will become of the next write.
    pub(super) fn fault(&mut self) -> Option<Fault> {
        match self.plan.faults {
            Faults::Append(nth, fault) => (nth == self.report.writes).then_some(fault),
            Faults::Random => (!self.calm && self.dice.one_in(20)).then(|| self.dice.pick(&FAULTS)),
        }
    }

    /// The high watermark moves: while all is calm, to the end.
    pub(super) fn commit(&mut self) {
        let some = if self.calm { None } else { Some(&mut self.dice) };
        let before = self.partition.high_watermark;
        self.partition.commit(some);
        if self.partition.high_watermark > before || !self.calm {
            self.transit.push(Transit::HighWatermark {
                broker: self.partition.leader,
                epoch: self.partition.epoch,
                offset: offset(self.partition.high_watermark),
            });
        }
    }

    pub(super) fn elect(&mut self, leader: usize) {
        self.partition.elect(leader, &mut self.dice);
        self.report.elections += 1;
        let (epoch, leader) = (self.partition.epoch, self.partition.leader);
        self.transit.extend((0..BROKERS).map(|broker| Transit::Leadership {
            broker,
            epoch,
            leads: broker == leader,
        }));
    }
}

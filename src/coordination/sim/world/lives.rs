//! What happens to a broker: it leads, it replays, it crashes.

use super::super::broker::{Broker, Replay};
use super::super::partition::offset;
use super::super::witness::{Account, Watched};
use super::super::{Outcome, Workload};
use super::{BROKERS, Found, Transit, World};
use crate::state::State;

impl<S, W> World<S, W>
where
    S: State,
    S::Record: PartialEq,
    S::Event: Clone,
    W: Workload<S>,
{
    pub(super) fn crash_if_alive(&mut self, broker: usize, life: u64) -> Found {
        if self.brokers[broker].life == life { self.crash(broker) } else { Ok(()) }
    }

    pub(super) fn crash(&mut self, broker: usize) -> Found {
        self.report.crashes += 1;
        self.brokers[broker] = Broker::new(self.limits, self.brokers[broker].life + 1);
        let lost: Vec<_> = self
            .owed
            .iter()
            .filter(|(_, who)| **who == broker)
            .map(|(ticket, _)| *ticket)
            .collect();
        for ticket in lost {
            self.owed.remove(&ticket);
            self.report.lost += 1;
            self.workload.outcome(self.now, ticket, Outcome::Lost)?;
        }
        if self.dice.one_in(2) && self.partition.leader == broker {
            self.elect((broker + 1) % BROKERS);
        } else {
            let leads = self.partition.leader == broker;
            let epoch = self.partition.epoch;
            self.transit.push(Transit::Leadership { broker, epoch, leads });
        }
        Ok(())
    }

    /// A broker hears who leads.
    pub(super) fn lead(&mut self, broker: usize, epoch: i32, leads: bool) -> Found {
        let heard = &mut self.brokers[broker];
        if epoch <= heard.epoch {
            return Ok(());
        }
        heard.epoch = epoch;
        heard.leads = leads;
        self.begin(broker)
    }

    /// A broker loads its state anew, or gives it up.
    pub(super) fn begin(&mut self, broker: usize) -> Found {
        let fresh = self.workload.fresh();
        let account = Account::new();
        let Broker { epoch, leads, .. } = self.brokers[broker];
        let beginning = &mut self.brokers[broker];
        beginning.wants_reload = false;
        beginning.replay = leads.then(Replay::default);
        beginning.account = account.clone();
        self.call(broker, |shell, out| match leads {
            true => shell.begin_loading(epoch, Watched::new(fresh, account), out),
            false => shell.resign(out),
        })
    }

    /// A broker replays more of the log, if it needs to and the partition agrees that it leads.
    pub(super) fn replay(&mut self, broker: usize) -> Found {
        if self.brokers[broker].wants_reload {
            return self.begin(broker);
        }
        let reading = &mut self.brokers[broker];
        let Some(mut replay) = reading.replay else { return Ok(()) };
        if (self.partition.leader, self.partition.epoch) != (broker, reading.epoch) {
            return Ok(());
        }
        let end = *replay.end.get_or_insert(self.partition.log.len());
        let rest = end - replay.next;
        let all = self.calm || self.dice.one_in(3);
        let count = if all { rest } else { self.dice.index(rest + 1) };
        for index in replay.next..replay.next + count {
            reading.shell.replayed(self.now, offset(index), &self.partition.log[index]);
        }
        replay.next += count;
        reading.replay = Some(replay);
        if replay.next < end {
            return Ok(());
        }
        reading.replay = None;
        reading.account.borrow_mut().base_offset = offset(end);
        self.report.loads += 1;
        let (now, committed) = (self.now, offset(self.partition.high_watermark));
        self.call(broker, |shell, out| shell.loaded(now, offset(end), committed, out))
    }
}

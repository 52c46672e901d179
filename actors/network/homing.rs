//! Which arbiter a connection should live on: the one of the partitions that it keeps asking.
//!
//! A message to another arbiter, and the answer, cost a wake-up of a thread each; within an arbiter they cost next to
//! nothing.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use super::connection::Connection;
use crate::context::{BrokerContext, ShardRef};
use crate::supervision::Handle;

/// Questions to partitions before it is decided for the first time.
const FIRST_WINDOW: u32 = 64;
/// Questions to coordinators before it is decided for the first time: who joins a group asks as many.
const COORDINATOR_QUESTIONS: u32 = 2;
/// Every move makes the next one this much harder: who changes its partitions all the time stays where it is.
const WINDOW_GROWS_BY: u32 = 16;
/// Questions between two decisions at most.
const WINDOW_MAX: u32 = 1 << 20;
/// Of the questions in a window, the part by which those to one arbiter must outweigh the others: 3 of 4.
const LEAD_OF_FOUR: u32 = 3;

/// Watches whom a connection asks, with a vote of which only the leader is remembered (Boyer and Moore): a lead of three
/// quarters of the votes means at least as many of them.
#[derive(Debug)]
pub(crate) struct Homing {
    leader: usize,
    lead: u32,
    asked: u32,
    window: u32,
}

impl Default for Homing {
    fn default() -> Self {
        Self { leader: 0, lead: 0, asked: 0, window: FIRST_WINDOW }
    }
}

impl Homing {
    /// A partition that lives on this arbiter is asked.
    pub(super) fn asked(&mut self, arbiter: usize) {
        self.note(arbiter, 1);
    }

    /// The coordinator of a group that lives on this arbiter is asked. Clients have a connection of its own for that, over
    /// which not much goes that could wait for a whole window: a few heartbeats a minute.
    pub(super) fn asked_coordinator(&mut self, arbiter: usize) {
        self.note(arbiter, FIRST_WINDOW / COORDINATOR_QUESTIONS);
    }

    /// So many questions to one arbiter.
    fn note(&mut self, arbiter: usize, questions: u32) {
        self.asked = self.asked.saturating_add(questions);
        if self.leader == arbiter {
            self.lead = self.lead.saturating_add(questions);
        } else if self.lead >= questions {
            self.lead -= questions;
        } else {
            self.leader = arbiter;
            self.lead = questions - self.lead;
        }
    }

    /// Where most questions of the last window went, if it is over and there is such a place. Begins the next one.
    pub(super) fn decide(&mut self) -> Option<usize> {
        if self.asked < self.window {
            return None;
        }
        let is_clear = u64::from(self.lead) * 4 >= u64::from(self.asked * LEAD_OF_FOUR);
        let winner = is_clear.then_some(self.leader);
        (self.asked, self.lead) = (0, 0);
        winner
    }

    /// The connection has moved.
    pub(super) fn moved(&mut self) {
        self.window = self.window.saturating_mul(WINDOW_GROWS_BY).min(WINDOW_MAX);
    }
}

/// A connection's place on an arbiter, which counts it for as long as it lives there.
pub(crate) struct Residence {
    arbiter: usize,
    connections: Arc<AtomicUsize>,
}

impl Residence {
    /// A place on this arbiter.
    pub(super) fn new(arbiter: usize, context: &BrokerContext) -> Self {
        let connections = shard(arbiter, context).connections.clone();
        connections.fetch_add(1, Relaxed);
        Self { arbiter, connections }
    }

    /// Has a connection live here; `make` runs on the arbiter.
    pub(super) fn house(
        arbiter: usize,
        context: &BrokerContext,
        (id, handle): (u64, Handle<Connection>),
        make: impl FnOnce() -> Connection + Send + 'static,
    ) {
        let ShardRef { brood, arbiter, .. } = shard(arbiter, context);
        brood.add_once(&format!("connection-{id}"), arbiter, handle, make);
    }

    /// The number of the arbiter.
    pub(super) fn arbiter(&self) -> usize {
        self.arbiter
    }

    /// A place on another arbiter, if it is one and may be had.
    pub(super) fn other(&self, arbiter: usize, context: &BrokerContext) -> Option<Self> {
        let there = shard(arbiter, context).connections.load(Relaxed);
        let here = self.connections.load(Relaxed);
        let may = arbiter != self.arbiter && has_place(here, there);
        may.then(|| Self::new(arbiter, context))
    }
}

impl Drop for Residence {
    fn drop(&mut self) {
        self.connections.fetch_sub(1, Relaxed);
    }
}

fn shard(arbiter: usize, context: &BrokerContext) -> &ShardRef {
    &context.shards()[arbiter]
}

/// Whether a connection may leave an arbiter that has `here` connections for one that has `there`: an arbiter that all
/// want to be on is not to do everything.
fn has_place(here: usize, there: usize) -> bool {
    there <= here + here / 4 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(questions: impl IntoIterator<Item = usize>) -> Option<usize> {
        let mut homing = Homing::default();
        questions.into_iter().for_each(|arbiter| homing.asked(arbiter));
        homing.decide()
    }

    #[test]
    fn one_partition_is_followed() {
        assert_eq!(after([1; 64]), Some(1));
        assert_eq!(after([1; 63]), None, "too early");
    }

    #[test]
    fn a_coordinator_is_followed_soon() {
        let mut homing = Homing::default();
        homing.asked(0);
        homing.asked_coordinator(1);
        assert_eq!(homing.decide(), None, "too early");
        homing.asked_coordinator(1);
        assert_eq!(homing.decide(), Some(1));
    }

    #[test]
    fn who_asks_everywhere_stays() {
        assert_eq!(after((0..64).map(|it| it % 2)), None);
        assert_eq!(after((0..64).map(|it| usize::from(it % 4 != 0))), None);
    }

    #[test]
    fn a_few_questions_elsewhere_do_not_count() {
        assert_eq!(after((0..80).map(|it| usize::from(it % 16 != 0))), Some(1));
    }

    #[test]
    fn each_move_makes_the_next_one_harder() {
        let mut homing = Homing::default();
        homing.moved();
        (0..FIRST_WINDOW).for_each(|_| homing.asked(1));
        assert_eq!(homing.decide(), None);
        (0..FIRST_WINDOW * WINDOW_GROWS_BY).for_each(|_| homing.asked(1));
        assert_eq!(homing.decide(), Some(1));
    }

    #[test]
    fn a_window_begins_anew() {
        let mut homing = Homing::default();
        (0..FIRST_WINDOW).for_each(|it| homing.asked(it as usize % 2));
        assert_eq!(homing.decide(), None);
        (0..FIRST_WINDOW).for_each(|_| homing.asked(1));
        assert_eq!(homing.decide(), Some(1));
    }

    #[test]
    fn arbiters_stay_balanced() {
        assert!(has_place(1, 0) && has_place(1, 1));
        assert!(!has_place(40, 60), "others want to be there as well");
    }
}

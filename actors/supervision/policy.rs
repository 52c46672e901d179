//! When a dead actor is made again: at once, then with growing pauses, then slowly or never.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What to do when an actor keeps dying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PastBudget {
    /// Try for ever, at this fixed rate: what keeps it from living may pass.
    RetryEvery(Duration),
    /// The process ends with a message: nothing works without this actor.
    ExitProcess,
}

/// How often and how fast an actor is made again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    /// Deaths within the window after which [`PastBudget`] applies.
    pub(crate) budget: usize,
    /// The window in which deaths are counted.
    pub(crate) window: Duration,
    /// Pause before the second restart of a window; it doubles from there. The first restart has none.
    pub(crate) pause_first: Duration,
    /// The longest pause within the budget.
    pub(crate) pause_max: Duration,
    /// What follows the budget.
    pub(crate) past_budget: PastBudget,
}

impl Policy {
    /// For what the broker can do without for a while: partitions, listeners, the ops endpoint.
    pub(crate) const PATIENT: Self = Self {
        budget: 10,
        window: Duration::from_secs(60),
        pause_first: Duration::from_millis(10),
        pause_max: Duration::from_secs(2),
        past_budget: PastBudget::RetryEvery(Duration::from_secs(10)),
    };

    /// For what nothing works without.
    pub(crate) const VITAL: Self = Self { past_budget: PastBudget::ExitProcess, ..Self::PATIENT };
}

/// What to do about a death.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Make it again after this pause.
    RestartAfter(Duration),
    /// Give up: end the process.
    ExitProcess,
}

/// The deaths of one actor within its policy's window.
#[derive(Debug, Default)]
pub(crate) struct Deaths {
    times: VecDeque<Instant>,
    /// The budget is spent, until a whole window passes without a death.
    spent: bool,
}

impl Deaths {
    /// Counts a death at `now` and says what follows.
    pub(crate) fn count(&mut self, policy: &Policy, now: Instant) -> Verdict {
        let is_over = |time: &Instant| now.duration_since(*time) > policy.window;
        if !self.spent || self.times.back().is_none_or(is_over) {
            while self.times.front().is_some_and(is_over) {
                self.times.pop_front();
            }
        }
        let earlier = self.times.len();
        self.spent = earlier >= policy.budget;
        self.times.push_back(now);
        if self.spent {
            self.times.pop_front();
            return match policy.past_budget {
                PastBudget::RetryEvery(pause) => Verdict::RestartAfter(pause),
                PastBudget::ExitProcess => Verdict::ExitProcess,
            };
        }
        Verdict::RestartAfter(match earlier {
            0 => Duration::ZERO,
            n => policy.pause_max.min(policy.pause_first * 2_u32.saturating_pow(n as u32 - 1)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_the_budget_ends() {
        let policy = Policy { budget: 3, ..Policy::VITAL };
        let mut deaths = Deaths::default();
        let start = Instant::now();
        let verdicts: Vec<_> = (0..4).map(|_| deaths.count(&policy, start)).collect();
        assert_eq!(
            verdicts,
            [
                Verdict::RestartAfter(Duration::ZERO),
                Verdict::RestartAfter(policy.pause_first),
                Verdict::RestartAfter(policy.pause_first * 2),
                Verdict::ExitProcess
            ]
        );
        let later = start + policy.window * 2;
        assert_eq!(deaths.count(&policy, later), Verdict::RestartAfter(Duration::ZERO));
    }

    #[test]
    fn the_patient_go_on_at_a_fixed_rate() {
        let mut deaths = Deaths::default();
        let now = Instant::now();
        let last = (0..100).map(|_| deaths.count(&Policy::PATIENT, now)).last();
        assert_eq!(last, Some(Verdict::RestartAfter(Duration::from_secs(10))));
    }

    #[test]
    fn a_spent_budget_is_new_only_after_a_window_without_a_death() {
        let mut deaths = Deaths::default();
        let policy = Policy::PATIENT;
        let mut now = Instant::now();
        let mut die = |after| {
            now += after;
            deaths.count(&policy, now)
        };
        for _ in 0..policy.budget {
            die(Duration::ZERO);
        }
        let slow = Verdict::RestartAfter(Duration::from_secs(10));
        assert!((0..1000).all(|_| die(Duration::from_secs(10)) == slow));
        assert_eq!(
            die(policy.window + Duration::from_secs(1)),
            Verdict::RestartAfter(Duration::ZERO)
        );
    }
}

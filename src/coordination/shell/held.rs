//! Answers that wait for the high watermark.

use std::collections::VecDeque;

use crate::bugs;
use crate::effects::Ticket;

/// An answer, and what it waits for.
#[derive(Debug)]
pub(super) struct Waiting<A> {
    pub(super) ticket: Ticket,
    pub(super) answer: A,
    /// The high watermark has to be here.
    until_offset: i64,
    /// On the monotonic clock.
    deadline_ms: u64,
}

/// Answers in the order they were given in. What the state has applied only grows, and time does not go back: whoever came
/// first is committed first, and is late first.
#[derive(Debug)]
pub(super) struct Held<A> {
    waiting: VecDeque<Waiting<A>>,
}

impl<A> Held<A> {
    pub(super) fn new() -> Self {
        Self { waiting: VecDeque::new() }
    }

    pub(super) fn push(&mut self, ticket: Ticket, answer: A, until_offset: i64, deadline_ms: u64) {
        debug_assert!(
            bugs::any() || self.waiting.back().is_none_or(|last| last.until_offset <= until_offset),
            "answers are held in the order of what they depend on"
        );
        self.waiting.push_back(Waiting { ticket, answer, until_offset, deadline_ms });
    }

    /// The next answer that depends on nothing at `committed` or above.
    pub(super) fn take_committed(&mut self, committed: i64) -> Option<Waiting<A>> {
        self.waiting.pop_front_if(|first| first.until_offset <= committed)
    }

    /// The next answer whose deadline has passed.
    pub(super) fn take_late(&mut self, now_ms: u64) -> Option<Waiting<A>> {
        self.waiting.pop_front_if(|first| first.deadline_ms <= now_ms)
    }

    /// Holds an answer on, without a deadline: only a planted bug does.
    pub(super) fn keep(&mut self, late: Waiting<A>) {
        self.waiting.push_back(Waiting { deadline_ms: u64::MAX, ..late });
    }

    pub(super) fn next_deadline_ms(&self) -> Option<u64> {
        self.waiting.front().map(|first| first.deadline_ms)
    }

    pub(super) fn tickets(&self) -> impl Iterator<Item = Ticket> {
        self.waiting.iter().map(|waiting| waiting.ticket)
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

//! Reply tokens: every request is answered exactly once.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use super::stage::unwinding_from_own_message;
use crate::answer::Answer;
use crate::lock::lock;

/// Which of the requester's questions an answer belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket {
    /// The request, counted by the requester.
    pub(crate) slot: u64,
    /// Which part of the request (a partition of a fetch, say).
    pub(crate) part: u32,
}

/// How far a request had come when its token was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nothing has happened: asking again is safe.
    BeforeHandOver,
    /// It was handed over to the log: it may have happened.
    OutcomeUnknown,
}

/// Where answers go; one per connection, shared by all its tokens.
pub(crate) trait ReturnAddress: Send + Sync + 'static {
    /// Takes an answer. Must neither block nor panic: it is called while unwinding.
    fn deliver(&self, ticket: Ticket, answer: Answer);
}

/// Collects the answers to the parts of one request of which none is of use before the last: they come back together, as
/// [`Answer::Together`], when the last token that leads here is gone. The requester has one message for all of them.
pub(crate) struct Together {
    to: Arc<dyn ReturnAddress>,
    slot: u64,
    answers: Mutex<Vec<(u32, Answer)>>,
}

impl Together {
    /// Where `parts` parts of the request `slot` are answered. Whoever holds this holds the answers back, too.
    pub(crate) fn new(to: Arc<dyn ReturnAddress>, slot: u64, parts: usize) -> Self {
        Self { to, slot, answers: Mutex::new(Vec::with_capacity(parts)) }
    }
}

impl ReturnAddress for Together {
    fn deliver(&self, ticket: Ticket, answer: Answer) {
        debug_assert_eq!(ticket.slot, self.slot, "an answer to another request");
        lock(&self.answers).push((ticket.part, answer));
    }
}

impl Drop for Together {
    fn drop(&mut self) {
        let answers = self.answers.get_mut().unwrap_or_else(PoisonError::into_inner);
        if !answers.is_empty() {
            let ticket = Ticket { slot: self.slot, part: 0 };
            self.to.deliver(ticket, Answer::Together(std::mem::take(answers)));
        }
    }
}

/// A token that answers once: by [`Reply::send`], or when it drops, as lost.
pub(crate) struct Reply<R: Into<Answer>> {
    to: Option<Arc<dyn ReturnAddress>>,
    ticket: Ticket,
    stage: Stage,
    answers: PhantomData<fn(R)>,
}

impl<R: Into<Answer>> Reply<R> {
    /// A token for one question.
    pub(crate) fn new(to: Arc<dyn ReturnAddress>, ticket: Ticket) -> Self {
        Self { to: Some(to), ticket, stage: Stage::BeforeHandOver, answers: PhantomData }
    }

    /// From now on the outcome is unknown to the requester if this token is lost.
    pub(crate) fn handed_over(&mut self) {
        self.stage = Stage::OutcomeUnknown;
    }

    /// Answers.
    pub(crate) fn send(mut self, answer: R) {
        if let Some(to) = self.to.take() {
            to.deliver(self.ticket, answer.into());
        }
    }
}

impl<R: Into<Answer>> Drop for Reply<R> {
    fn drop(&mut self) {
        if let Some(to) = self.to.take() {
            let poisonous = unwinding_from_own_message();
            to.deliver(self.ticket, Answer::Lost { stage: self.stage, poisonous });
        }
    }
}

impl<R: Into<Answer>> fmt::Debug for Reply<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("ticket", &self.ticket).field("stage", &self.stage).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was delivered for a slot: its parts that were answered (true) or lost (false).
    type Delivered = (u64, Vec<(u32, bool)>);

    #[derive(Default)]
    struct Tray(Mutex<Vec<Delivered>>);

    impl ReturnAddress for Tray {
        fn deliver(&self, ticket: Ticket, answer: Answer) {
            let is_answer = |answer: &Answer| !matches!(answer, Answer::Lost { .. });
            let parts = match &answer {
                Answer::Together(answers) => {
                    answers.iter().map(|(part, answer)| (*part, is_answer(answer))).collect()
                }
                answer => vec![(ticket.part, is_answer(answer))],
            };
            lock(&self.0).push((ticket.slot, parts));
        }
    }

    #[test]
    fn answers_come_together_once_the_last_token_is_gone() {
        let tray = Arc::new(Tray::default());
        let delivered = || lock(&tray.0).clone();
        let together: Arc<dyn ReturnAddress> = Arc::new(Together::new(tray.clone(), 7, 3));
        let token = |part| Reply::<Answer>::new(together.clone(), Ticket { slot: 7, part });
        let [first, second, third] = [0, 1, 2].map(token);
        third.send(Answer::News);
        drop(first);
        second.send(Answer::News);
        assert_eq!(delivered(), [], "more tokens may be made");
        drop(together);
        assert_eq!(delivered(), [(7, vec![(2, true), (0, false), (1, true)])]);
    }

    #[test]
    fn where_nobody_was_asked_nothing_comes() {
        let tray = Arc::new(Tray::default());
        drop(Together::new(tray.clone(), 7, 3));
        assert!(lock(&tray.0).is_empty());
    }
}

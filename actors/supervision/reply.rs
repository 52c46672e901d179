//! Reply tokens: every request is answered exactly once.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::stage::unwinding_from_own_message;
use crate::answer::Answer;

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

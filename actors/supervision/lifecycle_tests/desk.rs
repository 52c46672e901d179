//! A requester that is not an actor: it gives out tokens and collects what becomes of them.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::LONG;
use crate::answer::Answer;
use crate::supervision::{Reply, ReplyStage, ReturnAddress, Ticket};

/// What became of a token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was answered.
    Answered,
    /// It was lost.
    Lost(ReplyStage, Blame),
}

/// Who is to blame for a lost token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// The message that the token came in.
    ItsMessage,
    /// Nobody knows.
    Nobody,
}

/// Lost before anything happened, and through no fault of the message it came in.
pub(super) const INNOCENT: Outcome = Outcome::Lost(ReplyStage::BeforeHandOver, Blame::Nobody);
/// Lost before anything happened, by a panic in the message it came in.
pub(super) const GUILTY: Outcome = Outcome::Lost(ReplyStage::BeforeHandOver, Blame::ItsMessage);

struct Tray(Sender<(u64, Outcome)>);

impl ReturnAddress for Tray {
    fn deliver(&self, ticket: Ticket, answer: Answer) {
        let outcome = match answer {
            Answer::Lost { stage, poisonous: true } => Outcome::Lost(stage, Blame::ItsMessage),
            Answer::Lost { stage, poisonous: false } => Outcome::Lost(stage, Blame::Nobody),
            _ => Outcome::Answered,
        };
        let _ = self.0.send((ticket.slot, outcome));
    }
}

/// The requester.
pub(super) struct Desk {
    tray: Arc<dyn ReturnAddress>,
    outcomes: Receiver<(u64, Outcome)>,
}

impl Desk {
    pub(super) fn new() -> Self {
        let (tray, outcomes) = unbounded();
        Self { tray: Arc::new(Tray(tray)), outcomes }
    }

    pub(super) fn token(&self, slot: u64) -> Reply<Answer> {
        Reply::new(self.tray.clone(), Ticket { slot, part: 0 })
    }

    /// The next outcome.
    pub(super) fn next(&self) -> (u64, Outcome) {
        self.outcomes.recv_timeout(LONG).expect("an outcome comes")
    }

    /// The outcomes of `N` tokens, by slot.
    pub(super) fn next_by_slot<const N: usize>(&self) -> [(u64, Outcome); N] {
        let mut outcomes = std::array::from_fn(|_| self.next());
        outcomes.sort_by_key(|(slot, _)| *slot);
        outcomes
    }

    /// Checks, at the end, that every token had one outcome, all of which were taken.
    pub(super) fn end(self) {
        let Self { tray, outcomes } = self;
        drop(tray);
        let next = outcomes.recv_timeout(LONG);
        assert!(next.as_ref().is_err_and(|error| error.is_disconnected()), "{next:?}");
    }
}

//! What a state wants done.

/// Identifies a request that is owed an answer: given by who asks, and never looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// What an answer depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Nothing that is in the log: it is given at once (a heartbeat, a refusal by syntax).
    Nothing,
    /// Every record that the state has applied until now, also those proposed in the same turn: it is held until the high
    /// watermark has passed them all.
    Everything,
}

/// An answer, and when it may be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<A> {
    /// Which request it is for.
    pub ticket: Ticket,
    /// What it depends on.
    pub basis: Basis,
    /// What is answered.
    pub answer: A,
}

/// What a state wants done after an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effects<R, A> {
    /// Records for the log, in order. The state has applied them already.
    pub records: Vec<R>,
    /// Answers to this request or to earlier ones.
    pub answers: Vec<Answered<A>>,
    /// Each record stands for itself (the tombstones of a deleted topic's offsets), so that some may get into the log and
    /// others not. Without it they are written as a whole or not at all. Kafka: `CoordinatorResult.isAtomic`.
    pub divisible: bool,
    /// How many bytes the records may come to, by [`State::size_of`](crate::State::size_of), in as far as they are not
    /// divisible. A state that might want more looks here before it applies anything, and refuses the request itself: a
    /// state that has applied more than fits is thrown away, and with it what everybody else is waiting for.
    pub bytes_max: usize,
}

impl<R, A> Default for Effects<R, A> {
    fn default() -> Self {
        Self { records: Vec::new(), answers: Vec::new(), divisible: false, bytes_max: usize::MAX }
    }
}

impl<R, A> Effects<R, A> {
    /// Answers once everything that the state knows is committed.
    pub fn answer(&mut self, ticket: Ticket, answer: impl Into<A>) {
        self.answers.push(Answered { ticket, basis: Basis::Everything, answer: answer.into() });
    }

    /// Answers whatever becomes of the log.
    pub fn answer_at_once(&mut self, ticket: Ticket, answer: impl Into<A>) {
        self.answers.push(Answered { ticket, basis: Basis::Nothing, answer: answer.into() });
    }
}

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
    /// Records for the log, in order. The state has applied them already. They are appended as a whole or not at all.
    pub records: Vec<R>,
    /// Answers to this request or to earlier ones.
    pub answers: Vec<Answered<A>>,
}

impl<R, A> Default for Effects<R, A> {
    fn default() -> Self {
        Self { records: Vec::new(), answers: Vec::new() }
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

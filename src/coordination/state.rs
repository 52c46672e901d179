//! What a coordinator is the state of.

use crate::effects::{Effects, Ticket};

/// The time, as an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// Milliseconds on a clock that never goes back; only differences mean something.
    pub monotonic_ms: u64,
    /// Milliseconds since the epoch, for timestamps that are written down.
    pub wall_ms: i64,
}

/// A pure state machine whose hard state is the log: whatever it must not forget is a record.
///
/// A state applies each record that it proposes at once ([`State::apply`]), before anybody knows whether it will be in
/// the log. If it does not get there, the whole state is thrown away, and made again from the log.
pub trait State: Sized {
    /// What is in the log.
    type Record: Clone + std::fmt::Debug;
    /// What clients ask, or have done.
    type Request;
    /// What they are answered.
    type Answer;
    /// What it is told of the world without being asked: topics that came and went, settings.
    type Event;

    /// At most how many bytes the record takes in a batch, its own head (lengths, deltas) included.
    fn size_of(record: &Self::Record) -> usize;

    /// Changes the hard state as the record says. Replay is nothing but this, record by record. A record that does not
    /// fit (of a version to come, of a group that is not there) is passed over, and never panics.
    fn apply(&mut self, now: Now, record: &Self::Record);

    /// The log was replayed to its end: deadlines begin to run now.
    fn loaded(&mut self, now: Now, effects: &mut Effects<Self::Record, Self::Answer>);

    /// Handles a request. Its answer comes now or with a later input; each ticket is answered once. A state that is thrown
    /// away owes nothing any more: the shell refuses what it has not answered.
    fn handle(
        &mut self,
        now: Now,
        ticket: Ticket,
        request: Self::Request,
        effects: &mut Effects<Self::Record, Self::Answer>,
    );

    /// Takes note of something. What happens while the log is replayed is noted after [`State::loaded`].
    fn note(
        &mut self,
        now: Now,
        event: Self::Event,
        effects: &mut Effects<Self::Record, Self::Answer>,
    );

    /// Does what is due. The shell calls it again while records come of it and a deadline has passed, in as far as a batch
    /// has room: work without an end is done in parts.
    fn tick(&mut self, now: Now, effects: &mut Effects<Self::Record, Self::Answer>);

    /// When [`State::tick`] has something to do next, on the monotonic clock; `None` without any deadline.
    fn next_deadline_ms(&self) -> Option<u64>;
}

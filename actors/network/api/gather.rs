//! A response that comes together partition by partition.

use super::error_codes::ErrorCodes;
use super::{Env, Envelope, InFlight, Step};
use crate::answer::Answer;

/// Topics of a response, in the order of the request. Partitions that other actors answer for have a part number, by
/// which their place is found again.
pub(super) struct Gather<T> {
    topics: Vec<T>,
    /// Topic and partition of each part, as indexes into the response.
    places: Vec<(usize, usize)>,
    awaited: usize,
}

impl<T> Gather<T> {
    /// An empty response.
    pub(super) fn new() -> Self {
        Self { topics: Vec::new(), places: Vec::new(), awaited: 0 }
    }

    /// The part number of the partition at `partition` of the topic that is pushed next: an answer for it is awaited.
    pub(super) fn expect(&mut self, partition: usize) -> usize {
        self.places.push((self.topics.len(), partition));
        self.awaited += 1;
        self.places.len() - 1
    }

    /// Adds a topic with all its partitions.
    pub(super) fn push(&mut self, topic: T) {
        self.topics.push(topic);
    }

    /// The topic, and the index of the partition in it, for which an answer has come. Each part answers once.
    pub(super) fn answered(&mut self, part: u32) -> Option<(&mut T, usize)> {
        let (topic, partition) = *self.places.get(part as usize)?;
        self.awaited -= 1;
        Some((&mut self.topics[topic], partition))
    }

    /// Whether no answer is awaited any more.
    pub(super) fn is_complete(&self) -> bool {
        self.awaited == 0
    }

    /// Takes the topics out, to be sent.
    pub(super) fn take(&mut self) -> Vec<T> {
        std::mem::take(&mut self.topics)
    }
}

impl<T: Send + 'static> Gather<T> {
    /// Responds once all have answered, which may be at once. `put` makes of an answer the part of a topic that it is for.
    pub(super) fn respond<R: ErrorCodes + 'static>(
        self,
        envelope: Envelope,
        put: fn(&mut T, usize, Answer, Envelope),
        response: fn(Vec<T>) -> R,
        env: &Env<'_>,
    ) -> Step {
        let mut gathering = Gathering { gather: self, envelope, put, response };
        match gathering.gather.is_complete() {
            true => gathering.finish(env),
            false => Step::Later(Box::new(gathering)),
        }
    }
}

/// A request that is answered by nothing but what its partitions say.
struct Gathering<T, R> {
    gather: Gather<T>,
    envelope: Envelope,
    put: fn(&mut T, usize, Answer, Envelope),
    response: fn(Vec<T>) -> R,
}

impl<T, R: ErrorCodes> Gathering<T, R> {
    fn finish(&mut self, env: &Env<'_>) -> Step {
        self.envelope.send(&(self.response)(self.gather.take()), env)
    }
}

impl<T: Send, R: ErrorCodes> InFlight for Gathering<T, R> {
    fn answered(&mut self, part: u32, answer: Answer, env: &mut Env<'_>) -> Option<Step> {
        let (topic, partition) = self.gather.answered(part)?;
        (self.put)(topic, partition, answer, self.envelope);
        self.gather.is_complete().then(|| self.finish(env))
    }
}

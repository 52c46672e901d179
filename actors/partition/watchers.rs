//! Requests that wait for news of a partition.

use std::sync::{Arc, Weak};

use kabuki_replication::{CommittedUpTo, WaitId, Waiter, Waiters};

use super::messages::{Read, ReadData, UnderWay};
use crate::answer::Answer;
use crate::supervision::{ReturnAddress, Ticket};

/// A request that is told of news.
struct Watcher {
    to: Arc<dyn ReturnAddress>,
    ticket: Ticket,
    request: Weak<UnderWay>,
}

impl Watcher {
    /// Whether the request is still under way; it is not when its connection is gone.
    fn is_awaiting(&self) -> bool {
        self.request.strong_count() > 0
    }

    fn tell(self) {
        self.to.deliver(self.ticket, Answer::News);
    }
}

/// The requests that wait for news of one incarnation. Its end is news too, whatever it comes from: they ask again, and
/// hear what has become of the partition.
#[derive(Default)]
pub(super) struct Watchers(Waiters<Watcher>);

impl Watchers {
    /// Remembers a request that wants more than there is.
    pub(super) fn add(&mut self, read: &Read, data: &ReadData) {
        let Some((to, ticket)) = read.reply.return_address() else { return };
        let id = WaitId { reader: read.reader_id, request: ticket.slot };
        let seen = data.up_to.for_reader(read.reader);
        let token = Watcher { to, ticket, request: read.request.clone() };
        self.0.add(id, Waiter { reader: read.reader, seen, token });
    }

    /// Forgets the requests that are over.
    pub(super) fn forget_over(&mut self) {
        self.0.retain(Watcher::is_awaiting);
    }

    /// Forgets the requests of one reader that are over.
    pub(super) fn forget_over_of(&mut self, reader: u64) {
        self.0.retain_of(reader, Watcher::is_awaiting);
    }

    /// Tells those for whom there is something new.
    pub(super) fn tell_news(&mut self, up_to: CommittedUpTo) {
        self.0.take_news(up_to).into_iter().for_each(Watcher::tell);
    }

    /// Tells everybody.
    pub(super) fn tell_all(&mut self) {
        self.0.take_all().into_iter().for_each(Watcher::tell);
    }
}

impl Drop for Watchers {
    fn drop(&mut self) {
        self.tell_all();
    }
}

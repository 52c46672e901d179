//! Requests and sessions that wait for news of a partition.

use std::sync::Weak;

use kabuki_replication::{CommittedUpTo, WaitId, Waiter, Waiters};

use super::messages::{Read, ReadData, Watch};
use super::subscription::Subscription;

/// Who is told of news.
struct Watcher {
    subscription: Weak<Subscription>,
    /// What this partition is to it.
    place: u64,
}

impl Watcher {
    /// Whether the request or the session is still there; neither is when its connection is gone.
    fn is_awaiting(&self) -> bool {
        self.subscription.strong_count() > 0
    }

    fn tell(self) {
        if let Some(subscription) = self.subscription.upgrade() {
            subscription.note(self.place);
        }
    }
}

/// All that wait for news of one incarnation. Its end is news too, whatever it comes from: they ask again, and
/// hear what has become of the partition.
#[derive(Default)]
pub(super) struct Watchers(Waiters<Watcher>);

impl Watchers {
    /// Remembers who wants more than there is.
    pub(super) fn add(&mut self, read: &Read, watch: &Watch, data: &ReadData) {
        let Some(subscription) = watch.subscription.upgrade() else { return };
        let id = WaitId { reader: read.reader_id, request: subscription.id() };
        let seen = data.up_to.for_reader(read.reader);
        let token = Watcher { subscription: watch.subscription.clone(), place: watch.place };
        self.0.add(id, Waiter { reader: read.reader, seen, token });
    }

    /// Forgets those that are over.
    pub(super) fn forget_over(&mut self) {
        self.0.retain(Watcher::is_awaiting);
    }

    /// Forgets those of one reader that are over.
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

//! Readers that wait for news of a partition, as data.

use std::collections::BTreeMap;

use crate::replica::{CommittedUpTo, Reader};

/// What a reader waits for: that what it may read grows beyond what it has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiter<T> {
    /// Who it is decides up to where it may read.
    pub reader: Reader,
    /// It has seen everything below this offset.
    pub seen: i64,
    /// What the caller needs to tell it.
    pub token: T,
}

/// Identifies a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WaitId {
    /// Who waits: a connection's id, say.
    pub reader: u64,
    /// Which of its requests. Several may wait at once.
    pub request: u64,
}

/// At most one wait per request. Nobody says when a request is over: its wait goes with the next read of its reader
/// ([`Waiters::retain_of`]), so that an idle partition does not collect the polls of busy readers.
#[derive(Debug, Clone)]
pub struct Waiters<T> {
    by_id: BTreeMap<WaitId, Waiter<T>>,
}

impl<T> Default for Waiters<T> {
    fn default() -> Self {
        Self { by_id: BTreeMap::new() }
    }
}

impl<T> Waiters<T> {
    /// Remembers a request's wait in place of its earlier one.
    pub fn add(&mut self, id: WaitId, waiter: Waiter<T>) {
        self.by_id.insert(id, waiter);
    }

    /// Keeps only the waits whose token passes: those of requests that are over go.
    pub fn retain(&mut self, mut passes: impl FnMut(&T) -> bool) {
        self.by_id.retain(|_, it| passes(&it.token));
    }

    /// The same for the waits of one reader.
    pub fn retain_of(&mut self, reader: u64, mut passes: impl FnMut(&T) -> bool) {
        let all = WaitId { reader, request: 0 }..=WaitId { reader, request: u64::MAX };
        self.by_id.extract_if(all, |_, it| !passes(&it.token)).for_each(drop);
    }

    /// Takes out those for whom there is news now. Each is to be told once.
    pub fn take_news(&mut self, up_to: CommittedUpTo) -> Vec<T> {
        let has_news = |_: &WaitId, it: &mut Waiter<T>| up_to.for_reader(it.reader) > it.seen;
        self.by_id.extract_if(.., has_news).map(|(_, it)| it.token).collect()
    }

    /// Takes everyone out: the leader changed, the log's start moved, the partition is deleted.
    pub fn take_all(&mut self) -> Vec<T> {
        std::mem::take(&mut self.by_id).into_values().map(|it| it.token).collect()
    }

    /// How many requests wait.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Nobody waits.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up_to(high_watermark: i64, last_stable_offset: i64) -> CommittedUpTo {
        CommittedUpTo { log_end_offset: 100, high_watermark, last_stable_offset }
    }

    fn waiter(reader: Reader, seen: i64, token: &str) -> Waiter<&str> {
        Waiter { reader, seen, token }
    }

    fn id(reader: u64, request: u64) -> WaitId {
        WaitId { reader, request }
    }

    #[test]
    fn each_reader_hears_of_what_it_may_read() {
        let mut waiters = Waiters::default();
        waiters.add(id(1, 0), waiter(Reader::Uncommitted, 10, "plain"));
        waiters.add(id(2, 0), waiter(Reader::Committed, 10, "committed"));
        waiters.add(id(3, 0), waiter(Reader::Replica, 100, "replica"));
        assert!(waiters.take_news(up_to(10, 10)).is_empty());
        assert_eq!(waiters.take_news(up_to(12, 10)), ["plain"]);
        assert!(waiters.take_news(up_to(12, 10)).is_empty(), "told once");
        assert_eq!(waiters.take_news(up_to(12, 12)), ["committed"]);
        assert_eq!(waiters.take_all(), ["replica"]);
        assert!(waiters.is_empty());
    }

    #[test]
    fn each_request_waits_once() {
        let mut waiters = Waiters::default();
        waiters.add(id(1, 7), waiter(Reader::Uncommitted, 10, "old"));
        waiters.add(id(1, 7), waiter(Reader::Uncommitted, 11, "new"));
        waiters.add(id(1, 8), waiter(Reader::Uncommitted, 11, "other"));
        assert!(waiters.take_news(up_to(11, 11)).is_empty());
        assert_eq!(waiters.take_news(up_to(12, 12)), ["new", "other"]);
    }

    #[test]
    fn requests_that_are_over_wait_no_longer() {
        let mut waiters = Waiters::default();
        for (reader, request, token) in [(1, 9, "over"), (2, 3, "over"), (2, 4, "waits")] {
            waiters.add(id(reader, request), waiter(Reader::Uncommitted, 0, token));
        }
        waiters.retain_of(2, |token| *token == "waits");
        assert_eq!(waiters.len(), 2, "another reader's are not looked at");
        waiters.retain(|token| *token == "waits");
        assert_eq!(waiters.take_all(), ["waits"]);
    }
}

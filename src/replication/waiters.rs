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

/// At most one wait per reader (a connection's id, say), so that an idle partition does not collect the polls
/// of busy readers.
#[derive(Debug, Clone)]
pub struct Waiters<T> {
    by_reader: BTreeMap<u64, Waiter<T>>,
}

impl<T> Default for Waiters<T> {
    fn default() -> Self {
        Self { by_reader: BTreeMap::new() }
    }
}

impl<T> Waiters<T> {
    /// Remembers a reader's wait in place of its earlier one.
    pub fn add(&mut self, id: u64, waiter: Waiter<T>) {
        self.by_reader.insert(id, waiter);
    }

    /// The reader waits no longer.
    pub fn forget(&mut self, id: u64) -> Option<Waiter<T>> {
        self.by_reader.remove(&id)
    }

    /// Keeps only the waits whose token passes: those of closed connections go.
    pub fn retain(&mut self, mut passes: impl FnMut(&T) -> bool) {
        self.by_reader.retain(|_, it| passes(&it.token));
    }

    /// Takes out those for whom there is news now. Each is to be told once.
    pub fn take_news(&mut self, up_to: CommittedUpTo) -> Vec<T> {
        let has_news = |_: &u64, it: &mut Waiter<T>| up_to.for_reader(it.reader) > it.seen;
        self.by_reader.extract_if(.., has_news).map(|(_, it)| it.token).collect()
    }

    /// Takes everyone out: the leader changed, the log's start moved, the partition is deleted.
    pub fn take_all(&mut self) -> Vec<T> {
        std::mem::take(&mut self.by_reader).into_values().map(|it| it.token).collect()
    }

    /// How many readers wait.
    pub fn len(&self) -> usize {
        self.by_reader.len()
    }

    /// Nobody waits.
    pub fn is_empty(&self) -> bool {
        self.by_reader.is_empty()
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

    #[test]
    fn each_reader_hears_of_what_it_may_read() {
        let mut waiters = Waiters::default();
        waiters.add(1, waiter(Reader::Uncommitted, 10, "plain"));
        waiters.add(2, waiter(Reader::Committed, 10, "committed"));
        waiters.add(3, waiter(Reader::Replica, 100, "replica"));
        assert!(waiters.take_news(up_to(10, 10)).is_empty());
        assert_eq!(waiters.take_news(up_to(12, 10)), ["plain"]);
        assert!(waiters.take_news(up_to(12, 10)).is_empty(), "told once");
        assert_eq!(waiters.take_news(up_to(12, 12)), ["committed"]);
        assert_eq!(waiters.take_all(), ["replica"]);
        assert!(waiters.is_empty());
    }

    #[test]
    fn a_reader_waits_once() {
        let mut waiters = Waiters::default();
        waiters.add(1, waiter(Reader::Uncommitted, 10, "old"));
        waiters.add(1, waiter(Reader::Uncommitted, 11, "new"));
        assert_eq!(waiters.len(), 1);
        assert!(waiters.take_news(up_to(11, 11)).is_empty());
        waiters.add(2, waiter(Reader::Uncommitted, 0, "gone"));
        waiters.retain(|token| *token != "gone");
        assert_eq!(waiters.forget(1).map(|it| it.token), Some("new"));
        assert_eq!(waiters.forget(1), None);
    }
}

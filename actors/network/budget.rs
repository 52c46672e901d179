//! Memory for requests of all connections together, and how many of them wait for others.
//!
//! A connection charges what it holds: the part of a large frame that has arrived, and every request under way with what
//! it decoded to. While the broker holds too much (`queued.max.request.bytes`, or a bound of Kabuki's own) or too many
//! (`queued.max.requests`), sockets are not read. Nobody is shut out by that: a connection may always have one small
//! request under way, and one connection at a time may go on with a large one, so that memory full of half frames does
//! not stay so.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

/// Without `queued.max.request.bytes`: this part of the machine's memory.
const PART_OF_MEMORY: u64 = 4;
/// What Kabuki's own bound is at least: one request as large as clients may send by default, and some more.
const OWN_BYTES_MIN: u64 = 256 << 20;

/// What is left for requests.
pub(crate) struct RequestBudget {
    bytes_left: AtomicI64,
    requests_left: AtomicI64,
    /// Somebody waits: whoever gives back looks at `waiting`.
    awaited: AtomicBool,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    /// Connections that wait for room, by their numbers.
    wakers: BTreeMap<u64, Waker>,
    /// The connection that may go on although there is no room.
    overdraft: Option<u64>,
}

/// What one connection has of the budget; given back when it drops.
pub(crate) struct Share {
    budget: Arc<RequestBudget>,
    connection: u64,
    bytes: usize,
    requests: usize,
    has_overdraft: bool,
}

impl RequestBudget {
    /// `bytes` is `queued.max.request.bytes`; `requests` is `queued.max.requests`.
    pub(crate) fn new(bytes: Option<u64>, requests: u32) -> Arc<Self> {
        let bytes = bytes.unwrap_or_else(own_bound);
        Arc::new(Self {
            bytes_left: AtomicI64::new(i64::try_from(bytes).unwrap_or(i64::MAX)),
            requests_left: AtomicI64::new(requests.into()),
            awaited: AtomicBool::new(false),
            waiting: Mutex::default(),
        })
    }

    /// The share of a connection, of nothing yet.
    pub(crate) fn share(self: &Arc<Self>, connection: u64) -> Share {
        let budget = self.clone();
        Share { budget, connection, bytes: 0, requests: 0, has_overdraft: false }
    }

    fn has_room(&self) -> bool {
        self.bytes_left.load(SeqCst) > 0 && self.requests_left.load(SeqCst) > 0
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake_all(&self) {
        let mut waiting = self.waiting();
        self.awaited.store(false, SeqCst);
        let wakers = std::mem::take(&mut waiting.wakers);
        drop(waiting);
        wakers.into_values().for_each(Waker::wake);
    }
}

impl Share {
    /// Now this connection holds so many bytes, and so many requests of it wait for others. As in Kafka's memory pool,
    /// whoever found room may take more than there was.
    pub(crate) fn hold(&mut self, bytes: usize, requests: usize) {
        let change = |left: &AtomicI64, before: usize, now: usize| {
            if before != now {
                left.fetch_add(before as i64 - now as i64, SeqCst);
            }
        };
        change(&self.budget.bytes_left, self.bytes, bytes);
        change(&self.budget.requests_left, self.requests, requests);
        let gave_back = bytes < self.bytes || requests < self.requests;
        (self.bytes, self.requests) = (bytes, requests);
        if gave_back && self.budget.awaited.load(SeqCst) && self.budget.has_room() {
            self.budget.wake_all();
        }
    }

    /// Whether there is room for more.
    pub(crate) fn has_room(&self) -> bool {
        self.budget.has_room()
    }

    /// Whether this connection may go on with a large request although there is no room: one at a time may.
    pub(crate) fn overdraw(&mut self) -> bool {
        let mut waiting = self.budget.waiting();
        self.has_overdraft = *waiting.overdraft.get_or_insert(self.connection) == self.connection;
        self.has_overdraft
    }

    pub(crate) fn has_overdraft(&self) -> bool {
        self.has_overdraft
    }

    /// Lets another connection overdraw.
    pub(crate) fn end_overdraft(&mut self) {
        if std::mem::take(&mut self.has_overdraft) {
            self.budget.waiting().overdraft = None;
            self.budget.wake_all();
        }
    }

    /// Has `waker` woken when there is room, or when it may overdraw. To be called before the last look: what happens
    /// in between wakes it.
    pub(crate) fn wait(&self, waker: &Waker) {
        let mut waiting = self.budget.waiting();
        waiting.wakers.insert(self.connection, waker.clone());
        self.budget.awaited.store(true, SeqCst);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.hold(0, 0);
        self.end_overdraft();
        self.budget.waiting().wakers.remove(&self.connection);
    }
}

/// What Kabuki allows itself where the operator says nothing.
fn own_bound() -> u64 {
    let system = rustix::system::sysinfo();
    let machine = system.totalram * u64::from(system.mem_unit);
    let group = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let group = group.and_then(|text| text.trim().parse().ok()).unwrap_or(u64::MAX);
    (machine.min(group) / PART_OF_MEMORY).max(OWN_BYTES_MIN)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Bell(AtomicUsize);

    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    #[test]
    fn who_finds_room_takes_all_it_needs_and_the_next_waits() {
        let budget = RequestBudget::new(Some(100), 10);
        let (mut first, second) = (budget.share(1), budget.share(2));
        let bell = Arc::new(Bell::default());
        first.hold(99, 1);
        assert!(second.has_room());
        first.hold(500, 1);
        assert!(!second.has_room() && !first.has_room());
        second.wait(&bell.clone().into());
        first.hold(200, 1);
        assert_eq!(bell.0.load(SeqCst), 0, "there is still no room");
        first.hold(50, 0);
        assert_eq!(bell.0.load(SeqCst), 1);
        assert!(second.has_room());
    }

    #[test]
    fn requests_are_counted_beside_bytes() {
        let budget = RequestBudget::new(None, 2);
        let mut share = budget.share(1);
        share.hold(0, 2);
        assert!(!budget.share(2).has_room());
        drop(share);
        assert!(budget.share(2).has_room(), "a connection that ends gives everything back");
    }

    #[test]
    fn one_connection_at_a_time_overdraws() {
        let budget = RequestBudget::new(Some(1), 1);
        let (mut first, mut second) = (budget.share(1), budget.share(2));
        let bell = Arc::new(Bell::default());
        assert!(first.overdraw() && first.overdraw() && !second.overdraw());
        second.wait(&bell.clone().into());
        drop(first);
        assert_eq!(bell.0.load(SeqCst), 1);
        assert!(second.overdraw());
    }

    #[test]
    fn kabukis_own_bound_is_of_use() {
        assert!(own_bound() >= OWN_BYTES_MIN);
    }
}

//! Memory for requests and responses of all connections together, and how many requests wait for others.
//!
//! A connection charges what it holds: the part of a large frame that has arrived, every request under way with what it
//! decoded to, and responses that its client has not taken. While the broker holds too much
//! (`queued.max.request.bytes`, `kabuki.queued.max.response.bytes`, or a bound of Kabuki's own) or too many
//! (`queued.max.requests`), sockets are not read. Nobody is shut out by that: a connection may always have one small
//! request under way, and one connection at a time may go on with a large one, so that memory full of half frames does
//! not stay so.
//!
//! Who waits is woken in turn: the first when there is room, the next by the one before it if there still is, so that a
//! little room does not wake thousands.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

/// Where the operator sets no limit: this part of the machine's memory, for requests and for responses each.
const PART_OF_MEMORY: u64 = 4;
/// What Kabuki's own bound is at least: one request as large as clients may send by default, and some more.
const OWN_BYTES_MIN: u64 = 256 << 20;

/// What a connection holds, or what is left for all.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    /// Memory of requests under way.
    pub(crate) request_bytes: usize,
    /// Requests that wait for others.
    pub(crate) requests: usize,
    /// Memory of responses that wait to be written.
    pub(crate) response_bytes: usize,
}

/// What is left for requests and responses.
pub(crate) struct MemoryBudget {
    request_bytes_left: AtomicI64,
    requests_left: AtomicI64,
    response_bytes_left: AtomicI64,
    /// Somebody waits: whoever gives back looks at `waiting`.
    awaited: AtomicBool,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    /// Connections that wait for room, by their turn.
    wakers: BTreeMap<u64, Waker>,
    next_turn: u64,
    /// The connection that may go on although there is no room.
    overdraft: Option<u64>,
}

/// What one connection has of the budget; given back when it drops.
pub(crate) struct Share {
    budget: Arc<MemoryBudget>,
    connection: u64,
    held: Held,
    has_overdraft: bool,
    /// Its turn, while it waits or was woken and has not looked yet.
    turn: Option<u64>,
}

impl MemoryBudget {
    /// `request_bytes` is `queued.max.request.bytes`, `requests` is `queued.max.requests`, `response_bytes` is
    /// `kabuki.queued.max.response.bytes`.
    pub(crate) fn new(
        request_bytes: Option<u64>,
        requests: u32,
        response_bytes: Option<u64>,
    ) -> Arc<Self> {
        let own = own_bound();
        let left = |it| AtomicI64::new(i64::try_from(it).unwrap_or(i64::MAX));
        Arc::new(Self {
            request_bytes_left: left(request_bytes.unwrap_or(own)),
            requests_left: left(requests.into()),
            response_bytes_left: left(response_bytes.unwrap_or(own)),
            awaited: AtomicBool::new(false),
            waiting: Mutex::default(),
        })
    }

    /// The share of a connection, of nothing yet.
    pub(crate) fn share(self: &Arc<Self>, connection: u64) -> Share {
        let held = Held::default();
        Share { budget: self.clone(), connection, held, has_overdraft: false, turn: None }
    }

    fn has_room(&self) -> bool {
        [&self.request_bytes_left, &self.requests_left, &self.response_bytes_left]
            .iter()
            .all(|left| left.load(SeqCst) > 0)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes whose turn it is, if there is room and anybody waits.
    fn wake_next(&self) {
        if self.awaited.load(SeqCst) && self.has_room() {
            let next = {
                let mut waiting = self.waiting();
                let next = waiting.wakers.pop_first();
                self.awaited.store(!waiting.wakers.is_empty(), SeqCst);
                next
            };
            if let Some((_, waker)) = next {
                waker.wake();
            }
        }
    }

    fn wake_all(&self) {
        let wakers = {
            let mut waiting = self.waiting();
            self.awaited.store(false, SeqCst);
            std::mem::take(&mut waiting.wakers)
        };
        wakers.into_values().for_each(Waker::wake);
    }
}

impl Share {
    /// What this connection holds now. As in Kafka's memory pool, whoever found room may take more than there was.
    pub(crate) fn hold(&mut self, now: Held) {
        let (budget, before) = (&self.budget, self.held);
        let mut gave_back = false;
        let mut change = |left: &AtomicI64, before: usize, now: usize| {
            if before != now {
                left.fetch_add(before as i64 - now as i64, SeqCst);
                gave_back |= now < before;
            }
        };
        change(&budget.request_bytes_left, before.request_bytes, now.request_bytes);
        change(&budget.requests_left, before.requests, now.requests);
        change(&budget.response_bytes_left, before.response_bytes, now.response_bytes);
        self.held = now;
        if gave_back {
            self.budget.wake_next();
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
    pub(crate) fn wait(&mut self, waker: &Waker) {
        let mut waiting = self.budget.waiting();
        let turn = waiting.next_turn;
        waiting.next_turn += 1;
        waiting.wakers.insert(turn, waker.clone());
        self.turn = Some(turn);
        self.budget.awaited.store(true, SeqCst);
    }

    /// To be called whenever the connection is awake, whatever woke it: it waits no longer, and if it was its turn the
    /// next one has a look too.
    pub(crate) fn look(&mut self) {
        let Some(turn) = self.turn.take() else { return };
        let was_its_turn = self.budget.waiting().wakers.remove(&turn).is_none();
        if was_its_turn {
            self.budget.wake_next();
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.hold(Held::default());
        self.end_overdraft();
        self.look();
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

    impl Bell {
        fn rung(&self) -> usize {
            self.0.load(SeqCst)
        }
    }

    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    fn wait(share: &mut Share) -> Arc<Bell> {
        let bell = Arc::new(Bell::default());
        share.wait(&bell.clone().into());
        bell
    }

    fn requests(request_bytes: usize, requests: usize) -> Held {
        Held { request_bytes, requests, response_bytes: 0 }
    }

    #[test]
    fn who_finds_room_takes_all_it_needs_and_the_next_waits() {
        let budget = MemoryBudget::new(Some(100), 10, Some(100));
        let (mut first, mut second) = (budget.share(1), budget.share(2));
        first.hold(requests(99, 1));
        assert!(second.has_room());
        first.hold(requests(500, 1));
        assert!(!second.has_room() && !first.has_room());
        let bell = wait(&mut second);
        first.hold(requests(200, 1));
        assert_eq!(bell.rung(), 0, "there is still no room");
        first.hold(requests(50, 0));
        assert_eq!(bell.rung(), 1);
        assert!(second.has_room());
    }

    #[test]
    fn requests_and_responses_are_counted_beside_each_other() {
        let budget = MemoryBudget::new(Some(1000), 2, Some(10));
        let mut share = budget.share(1);
        for held in [requests(0, 2), Held { response_bytes: 10, ..Held::default() }] {
            share.hold(held);
            assert!(!budget.share(2).has_room(), "{held:?}");
            share.hold(Held::default());
            assert!(budget.share(2).has_room());
        }
        share.hold(requests(0, 2));
        drop(share);
        assert!(budget.share(2).has_room(), "a connection that ends gives everything back");
    }

    #[test]
    fn the_next_is_woken_by_the_one_before_it_while_there_is_room() {
        let budget = MemoryBudget::new(Some(100), 10, Some(100));
        let mut holder = budget.share(0);
        holder.hold(requests(100, 1));
        let mut shares: Vec<_> = (1..=4).map(|it| budget.share(it)).collect();
        let bells: Vec<_> = shares.iter_mut().map(wait).collect();
        let rung = || bells.iter().map(|it| it.rung()).collect::<Vec<_>>();
        holder.hold(requests(0, 0));
        assert_eq!(rung(), [1, 0, 0, 0]);
        shares[0].look();
        assert_eq!(rung(), [1, 1, 0, 0]);
        shares[0].hold(requests(100, 1));
        shares[1].look();
        assert_eq!(rung(), [1, 1, 0, 0], "there is no more room");
        shares[0].hold(requests(10, 1));
        assert_eq!(rung(), [1, 1, 1, 0]);
        drop(shares.remove(2));
        assert_eq!(rung(), [1, 1, 1, 1], "one that ends has the next one woken");
    }

    #[test]
    fn one_that_something_else_woke_does_not_wake_others() {
        let budget = MemoryBudget::new(Some(100), 10, Some(100));
        let mut holder = budget.share(0);
        holder.hold(requests(100, 1));
        let (mut first, mut second) = (budget.share(1), budget.share(2));
        let bells = [wait(&mut first), wait(&mut second)];
        first.look();
        holder.hold(requests(0, 0));
        assert_eq!(bells.map(|it| it.rung()), [0, 1], "the first waits no longer");
    }

    #[test]
    fn one_connection_at_a_time_overdraws() {
        let budget = MemoryBudget::new(Some(1), 1, Some(1));
        let (mut first, mut second) = (budget.share(1), budget.share(2));
        assert!(first.overdraw() && first.overdraw() && !second.overdraw());
        let bell = wait(&mut second);
        drop(first);
        assert_eq!(bell.rung(), 1);
        assert!(second.overdraw());
    }

    #[test]
    fn kabukis_own_bound_is_of_use() {
        assert!(own_bound() >= OWN_BYTES_MIN);
    }
}

//! The door for connections: counts them against their limits, and remembers who is in.
//!
//! What is decided is decided by plain structs: [`book`] (numbers in, a verdict out), [`rate`] (Kafka's way to measure
//! how fast connections come) and [`limits`] (the configuration of the moment). Here they stand behind one lock, since
//! the listeners share them.

mod book;
mod limits;
mod rate;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Waker;
use std::time::{Duration, Instant};

use kabuki_config::BrokerConfig;

use self::book::{Book, Verdict};
use self::limits::Limits;
use super::connection::{Connection, GiveWay};
use super::listener::ListenerInfo;
use crate::lock::lock;
use crate::supervision::Handle;

/// Counts connections against their limits.
pub(crate) struct Admission {
    origin: Instant,
    state: Mutex<State>,
}

struct State {
    book: Book,
    limits: Arc<Limits>,
    /// Who is in, by the number of the connection.
    seats: BTreeMap<u64, Arc<Seat>>,
    /// Listeners that wait for a place.
    waiting: Vec<Waker>,
}

/// A connection that is in.
struct Seat {
    id: u64,
    listener: Arc<ListenerInfo>,
    ip: IpAddr,
    /// Where the connection lives now.
    handle: Mutex<Handle<Connection>>,
    /// When bytes went in or out last, in microseconds since the door was made.
    last_active_micros: AtomicU64,
    /// It was asked to make room already.
    gives_way: AtomicBool,
}

/// A connection's place within the limits, given back when it drops.
pub(crate) struct ConnectionPermit {
    admission: Arc<Admission>,
    seat: Arc<Seat>,
}

/// A connection that asks to come in.
pub(crate) struct Arrival {
    pub(crate) id: u64,
    pub(crate) ip: IpAddr,
    pub(crate) handle: Handle<Connection>,
}

/// What became of it.
pub(crate) enum Entry {
    /// It is in.
    Admitted(ConnectionPermit),
    /// `max.connections` is reached; the waker is told when a place is free.
    NoPlace,
    /// Its address has as many connections as it may.
    TooManyOfIp,
}

impl Admission {
    pub(crate) fn new(config: &BrokerConfig) -> Arc<Self> {
        let state = State {
            book: Book::default(),
            limits: Arc::new(Limits::new(config)),
            seats: BTreeMap::new(),
            waiting: Vec::new(),
        };
        Arc::new(Self { origin: Instant::now(), state: Mutex::new(state) })
    }

    /// Has other limits count from now on. Looks up the addresses of hosts, which may take its time.
    pub(crate) fn follow(&self, config: &BrokerConfig) {
        let limits = Arc::new(Limits::new(config));
        let mut state = self.state();
        state.limits = limits;
        state.make_room();
        state.wake_waiting();
    }

    /// A connection has come; says how long it has to wait for the sake of `max.connection.creation.rate`.
    pub(crate) fn arrived(&self, listener: &ListenerInfo) -> Duration {
        let State { book, limits, .. } = &mut *self.state();
        book.arrived(limits, &listener.name, self.origin.elapsed())
    }

    /// Lets a connection in, or says why not. When the broker has too many connections after that, others that did
    /// nothing for long are asked to give way.
    pub(crate) fn enter(
        self: &Arc<Self>,
        listener: &Arc<ListenerInfo>,
        arrival: &Arrival,
        waker: &Waker,
    ) -> Entry {
        let mut state = self.state();
        let limits = state.limits.clone();
        match state.book.enter(&limits, &listener.name, arrival.ip) {
            Verdict::NoPlace => {
                if !state.waiting.iter().any(|other| other.will_wake(waker)) {
                    state.waiting.push(waker.clone());
                }
                Entry::NoPlace
            }
            Verdict::TooManyOfIp => Entry::TooManyOfIp,
            Verdict::Admitted => {
                let seat = Arc::new(Seat {
                    id: arrival.id,
                    listener: listener.clone(),
                    ip: arrival.ip,
                    handle: Mutex::new(arrival.handle.clone()),
                    last_active_micros: AtomicU64::new(self.now_micros()),
                    gives_way: AtomicBool::new(false),
                });
                state.seats.insert(arrival.id, seat.clone());
                state.make_room();
                Entry::Admitted(ConnectionPermit { admission: self.clone(), seat })
            }
        }
    }

    fn now_micros(&self) -> u64 {
        self.origin.elapsed().as_micros() as u64
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn leave(&self, seat: &Seat) {
        let mut state = self.state();
        state.seats.remove(&seat.id);
        state.book.leave(&seat.listener.name, seat.ip);
        state.wake_waiting();
    }
}

impl State {
    /// Listeners look again whether there is a place.
    fn wake_waiting(&mut self) {
        self.waiting.drain(..).for_each(Waker::wake);
    }

    /// The least recently active connections of the listeners that are not protected are asked to end (KIP-402).
    fn make_room(&self) {
        let excess = self.book.excess(&self.limits) as usize;
        if excess == 0 {
            return;
        }
        let others = || {
            let protected = |seat: &Seat| self.limits.is_protected(&seat.listener.name);
            self.seats.values().filter(move |seat| !protected(seat))
        };
        let leaving = others().filter(|seat| seat.gives_way.load(Relaxed)).count();
        let mut staying: Vec<_> = others().filter(|seat| !seat.gives_way.load(Relaxed)).collect();
        staying.sort_by_key(|seat| seat.last_active_micros.load(Relaxed));
        for seat in staying.into_iter().take(excess.saturating_sub(leaving)) {
            seat.gives_way.store(true, Relaxed);
            lock(&seat.handle).tell(GiveWay);
        }
    }
}

impl ConnectionPermit {
    /// Bytes went in or out.
    pub(crate) fn touch(&self, now: Instant) {
        let since = now.saturating_duration_since(self.admission.origin);
        self.seat.last_active_micros.store(since.as_micros() as u64, Relaxed);
    }

    /// The connection is to be found elsewhere from now on.
    pub(crate) fn moves_to(&self, handle: Handle<Connection>) {
        *lock(&self.seat.handle) = handle;
    }

    /// Whether the connection was asked to give way, perhaps while it moved.
    pub(crate) fn gives_way(&self) -> bool {
        self.seat.gives_way.load(Relaxed)
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.admission.leave(&self.seat);
    }
}

//! The players of these tests: a worker, its boss, the root; all do what each message says.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::LONG;
use crate::answer::Answer;
use crate::supervision::{
    Brood, Handle, Hear, Kind, Lease, OpenError, Opening, Play, Reply, Restart, StageContext,
    Supervise,
};

/// What a part went through, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// An incarnation is being opened.
    Opening(u64),
    /// Its actor has started.
    Started(u64),
    /// It is being dropped.
    Left(u64),
    /// There will be no other.
    Removed,
}

/// What a seed keeps of the world: there may be one visitor at a time.
#[derive(Default)]
pub(super) struct Place {
    taken: AtomicBool,
    pub(super) taken_twice: AtomicBool,
}

/// The one visit that a [`Place`] can have at a time: held from the opening of an incarnation to its drop.
pub(super) struct Visit(Arc<Place>);

impl Visit {
    fn begin(place: &Arc<Place>) -> Self {
        if place.taken.swap(true, SeqCst) {
            place.taken_twice.store(true, SeqCst);
        }
        Self(place.clone())
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.0.taken.store(false, SeqCst);
    }
}

type OpenScript = Box<dyn Fn(u64) -> Result<(), OpenError> + Send + Sync>;
type StepScript = Box<dyn Fn(u64) + Send + Sync>;

/// What happens when a part opens, starts and is dropped, by incarnation.
pub(super) struct Script {
    open: OpenScript,
    start: StepScript,
    leave: StepScript,
}

impl Default for Script {
    fn default() -> Self {
        Self { open: Box::new(|_| Ok(())), start: Box::new(|_| ()), leave: Box::new(|_| ()) }
    }
}

impl Script {
    pub(super) fn open(
        open: impl Fn(u64) -> Result<(), OpenError> + Send + Sync + 'static,
    ) -> Self {
        Self { open: Box::new(open), ..Self::default() }
    }

    pub(super) fn start(start: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self { start: Box::new(start), ..Self::default() }
    }

    pub(super) fn leave(leave: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self { leave: Box::new(leave), ..Self::default() }
    }
}

/// What survives the incarnations of a part.
pub(super) struct Memory {
    script: Script,
    pub(super) place: Arc<Place>,
    events: Sender<Event>,
    /// What was written to disk, so to speak.
    pub(super) saved: AtomicU64,
}

impl Memory {
    pub(super) fn new(script: Script) -> (Self, Receiver<Event>) {
        let (events, heard) = unbounded();
        let memory = Self { script, place: Arc::default(), events, saved: AtomicU64::new(0) };
        (memory, heard)
    }

    fn tell(&self, event: Event) {
        let _ = self.events.send(event);
    }

    fn open(self: &Arc<Self>, opening: Opening) -> Result<Life, OpenError> {
        let visit = Visit::begin(&self.place);
        self.tell(Event::Opening(opening.incarnation));
        (self.script.open)(opening.incarnation)?;
        Ok(Life { incarnation: opening.incarnation, memory: self.clone(), _visit: Some(visit) })
    }
}

/// One incarnation's share of a player.
pub(super) struct Life {
    pub(super) incarnation: u64,
    pub(super) memory: Arc<Memory>,
    _visit: Option<Visit>,
}

impl Life {
    /// The life of a part that is never opened.
    pub(super) fn only(memory: Arc<Memory>) -> Self {
        let visit = Visit::begin(&memory.place);
        Self { incarnation: 1, memory, _visit: Some(visit) }
    }

    fn started(&self) {
        (self.memory.script.start)(self.incarnation);
        self.memory.tell(Event::Started(self.incarnation));
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        (self.memory.script.leave)(self.incarnation);
        self._visit.take();
        self.memory.tell(Event::Left(self.incarnation));
    }
}

/// A child without children.
pub(super) struct Worker {
    pub(super) lease: Option<Lease>,
    pub(super) pending: Vec<Reply<Answer>>,
    /// What is forgotten with the incarnation.
    pub(super) noted: u64,
    /// Last, as what a player owns may go after its own lease: the guard's is the one that counts.
    pub(super) life: Life,
}

impl Worker {
    pub(super) fn new(life: Life, lease: Option<Lease>) -> Self {
        let noted = life.memory.saved.load(SeqCst);
        Self { life, lease, pending: Vec::new(), noted }
    }
}

impl Restart for Worker {
    type Seed = Arc<Memory>;

    fn open(seed: &Arc<Memory>, opening: Opening) -> Result<Self, OpenError> {
        let lease = opening.lease.clone();
        Ok(Self::new(seed.open(opening)?, Some(lease)))
    }

    fn removed(seed: &Arc<Memory>) {
        seed.tell(Event::Removed);
    }
}

impl Play for Worker {
    const KIND: Kind = Kind::Partition;

    fn started(&mut self, _ctx: &mut StageContext<Self>) {
        self.life.started();
    }
}

/// What a boss is made from.
pub(super) struct BossSeed {
    pub(super) memory: Arc<Memory>,
    pub(super) brood: Brood<Boss>,
}

/// A child with children.
pub(super) struct Boss {
    life: Life,
    brood: Brood<Self>,
}

impl Restart for Boss {
    type Seed = BossSeed;

    fn open(seed: &BossSeed, opening: Opening) -> Result<Self, OpenError> {
        Ok(Self { life: seed.memory.open(opening)?, brood: seed.brood.clone() })
    }

    fn removed(seed: &BossSeed) {
        seed.memory.tell(Event::Removed);
    }
}

impl Play for Boss {
    const KIND: Kind = Kind::Shard;

    fn started(&mut self, _ctx: &mut StageContext<Self>) {
        self.brood.recover();
        self.life.started();
    }
}

impl Supervise for Boss {
    fn brood(&self) -> &Brood<Self> {
        &self.brood
    }

    fn give_up(&mut self, path: &str) {
        panic!("on purpose: {path} was given up");
    }
}

/// The root, which lives as long as its world.
pub(super) struct Root {
    pub(super) brood: Brood<Self>,
    pub(super) gave_up: Sender<String>,
}

impl Play for Root {
    const KIND: Kind = Kind::Broker;
}

impl Supervise for Root {
    fn brood(&self) -> &Brood<Self> {
        &self.brood
    }

    fn give_up(&mut self, path: &str) {
        let _ = self.gave_up.send(path.to_owned());
    }
}

type Doing<P> = dyn FnOnce(&mut P, &mut StageContext<P>) + Send;

/// A message that brings its own handler.
pub(super) struct Do<P: Play>(Box<Doing<P>>);

impl<P: Play> Do<P> {
    pub(super) fn this(what: impl FnOnce(&mut P, &mut StageContext<P>) + Send + 'static) -> Self {
        Self(Box::new(what))
    }

    /// Panics when handled.
    pub(super) fn panic() -> Self {
        Self::this(|_, _| panic!("on purpose: a message that panics"))
    }

    /// Panics when handled, with `held` in hand.
    pub(super) fn panic_holding(held: impl Send + 'static) -> Self {
        Self::this(move |_, _| {
            let _held = held;
            panic!("on purpose: a message that panics")
        })
    }

    /// Handled only once the other end is dropped.
    pub(super) fn block() -> (Self, Sender<()>) {
        let (release, released) = bounded::<()>(0);
        let wait = Self::this(move |_, _| {
            let _ = released.recv();
        });
        (wait, release)
    }
}

impl<P: Play> Hear<Do<P>> for P {
    fn hear(&mut self, Do(what): Do<P>, ctx: &mut StageContext<P>) {
        what(self, ctx);
    }
}

/// The answer of the current incarnation; `None` if it died before it answered, or if there is none.
pub(super) fn try_ask<P: Play, T: Send + 'static>(
    handle: &Handle<P>,
    question: impl FnOnce(&mut P) -> T + Send + 'static,
) -> Option<T> {
    let (answer, answered) = bounded(1);
    handle.tell(Do::this(move |player: &mut P, _| {
        let _ = answer.send(question(player));
    }));
    match answered.recv_timeout(LONG) {
        Ok(answer) => Some(answer),
        Err(error) if error.is_disconnected() => None,
        Err(_) => panic!("no answer from {handle:?}"),
    }
}

/// The answer of the current incarnation, which must live.
pub(super) fn ask<P: Play, T: Send + 'static>(
    handle: &Handle<P>,
    question: impl FnOnce(&mut P) -> T + Send + 'static,
) -> T {
    try_ask(handle, question).expect("somebody is there and answers")
}

/// Waits until everything told before is handled.
pub(super) fn handled<P: Play>(handle: &Handle<P>) {
    ask(handle, |_| ());
}

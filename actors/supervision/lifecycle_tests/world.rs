//! A system of its own for each test: its threads, its tree, its root, and the end of all of them.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::thread::JoinHandle;
use std::time::Instant;

use actix_rt::{Arbiter, ArbiterHandle, System};
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::LONG;
use super::cast::{Boss, BossSeed, Event, Memory, Place, Root, Script, Worker, handled};
use crate::supervision::{
    Brood, Child, Counters, End, Handle, Kind, KindCounters, Node, NodeSnapshot, Policy, Pool,
    Report, State, Supervise, Tree, install_panic_hook, start_root,
};

/// Actors by parts, the threads they live on, and the list of them.
pub(super) struct World {
    pub(super) tree: Arc<Tree>,
    pub(super) root: Handle<Root>,
    pub(super) brood: Brood<Root>,
    /// The paths that the root gave up.
    pub(super) gave_up: Receiver<String>,
    pub(super) root_ends: Receiver<End>,
    threads: Threads,
    witnesses: RefCell<Vec<Witness>>,
}

/// What the end of a world looks at, of every part that was in it.
struct Witness {
    path: String,
    place: Arc<Place>,
    events: Receiver<Event>,
}

/// An actor of a world, as its test sees it.
pub(super) struct Part<P: super::super::Play> {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) handle: Handle<P>,
    pub(super) events: Receiver<Event>,
}

impl<P: super::super::Play> Part<P> {
    /// Waits for these events, which must be the next ones.
    pub(super) fn expect<const N: usize>(&self, expected: [Event; N]) {
        for event in expected {
            let next = self.events.recv_timeout(LONG);
            assert_eq!(next, Ok(event), "{}", self.name);
        }
    }

    /// Waits for an incarnation to be opened and started, which must come next.
    pub(super) fn expect_life(&self, incarnation: u64) {
        self.expect([Event::Opening(incarnation), Event::Started(incarnation)]);
    }

    /// Waits for the next incarnation that starts.
    pub(super) fn next_start(&self) -> u64 {
        loop {
            match self.events.recv_timeout(LONG) {
                Ok(Event::Started(incarnation)) => return incarnation,
                Ok(_) => {}
                Err(error) => panic!("{}: {error}", self.name),
            }
        }
    }

    /// Nothing has happened that was not expected yet.
    pub(super) fn expect_nothing(&self) {
        assert_eq!(self.events.try_recv().ok(), None, "{}", self.name);
    }
}

/// A part that supervises, with what its children need.
pub(super) struct Team {
    pub(super) boss: Part<Boss>,
    pub(super) brood: Brood<Boss>,
}

struct RootReport {
    tree: Arc<Tree>,
    ended: Sender<End>,
}

impl Report for RootReport {
    fn ended(&self, _node: &Arc<Node>, end: End) {
        let _ = self.ended.send(end);
    }

    fn gone(&self, node: &Arc<Node>, _incarnation: u64) {
        self.tree.remove(node);
    }
}

impl World {
    pub(super) fn new() -> Self {
        install_panic_hook();
        let threads = Threads::start();
        let tree = Tree::new(Counters::leak(), None);
        let root = Handle::new(tree.counters());
        let brood =
            Brood::new("root", tree.clone(), root.clone(), threads.root_openers.pool.clone());
        let (gives_up, gave_up) = unbounded();
        let (ended, root_ends) = unbounded();
        let report = Arc::new(RootReport { tree: tree.clone(), ended });
        let player = Root { brood: brood.clone(), gave_up: gives_up };
        start_root("root", &tree, &threads.control, &root, report, player);
        Self { tree, root, brood, gave_up, root_ends, threads, witnesses: RefCell::default() }
    }

    /// A worker below the root.
    pub(super) fn worker(&self, script: Script, policy: Policy) -> Part<Worker> {
        self.worker_of(&self.brood, "worker", script, policy)
    }

    /// A worker below somebody; all workers live on an arbiter of their own.
    pub(super) fn worker_of<S: Supervise>(
        &self,
        brood: &Brood<S>,
        name: &str,
        script: Script,
        policy: Policy,
    ) -> Part<Worker> {
        let (seed, part) = self.part(brood.path(name), name, script);
        let handle = part.handle.clone();
        let child = Child::<Worker> { arbiter: self.workers(), seed: Arc::new(seed), handle };
        brood.add(name, child, policy);
        part
    }

    /// A worker below the root that is not made again.
    pub(super) fn only_worker(
        &self,
        name: &str,
        make: impl FnOnce(Arc<Memory>) -> Worker + Send + 'static,
    ) -> Part<Worker> {
        let (seed, part) = self.part(self.brood.path(name), name, Script::default());
        let seed = Arc::new(seed);
        self.brood.add_once(name, &self.workers(), part.handle.clone(), move || make(seed));
        part
    }

    /// A boss below the root, on an arbiter of its own; it opens its children on a thread of their own.
    pub(super) fn team(&self, script: Script, policy: Policy) -> Team {
        let (memory, boss) = self.part(self.brood.path("boss"), "boss", script);
        let openers = self.threads.openers.pool.clone();
        let brood = Brood::new(&*boss.path, self.tree.clone(), boss.handle.clone(), openers);
        let child = Child::<Boss> {
            arbiter: self.threads.arbiters[0].handle(),
            seed: BossSeed { memory: Arc::new(memory), brood: brood.clone() },
            handle: boss.handle.clone(),
        };
        self.brood.add("boss", child, policy);
        Team { boss, brood }
    }

    fn part<P: super::super::Play>(
        &self,
        path: String,
        name: &str,
        script: Script,
    ) -> (Memory, Part<P>) {
        let (memory, events) = Memory::new(script);
        let (place, events_too) = (memory.place.clone(), events.clone());
        let witness = Witness { path: path.clone(), place, events: events_too };
        self.witnesses.borrow_mut().push(witness);
        let handle = Handle::new(self.tree.counters());
        (memory, Part { name: name.to_owned(), path, handle, events })
    }

    /// Where the workers live.
    pub(super) fn workers(&self) -> ArbiterHandle {
        self.threads.arbiters[1].handle()
    }

    /// Waits until the workers' arbiter has done what it was doing, and the root and the openers have heard of it.
    pub(super) fn settle(&self) {
        self.settle_workers();
        handled(&self.root);
        self.threads.root_openers.settle();
        handled(&self.root);
    }

    /// Waits until the workers' arbiter has done what it was doing: the end of an actor, say.
    pub(super) fn settle_workers(&self) {
        settle(&self.threads.arbiters[1].handle());
    }

    /// Waits until the opener of the teams' children has done what it was asked.
    pub(super) fn settle_openers(&self) {
        self.threads.openers.settle();
    }

    /// The snapshot of an actor that is in the tree.
    pub(super) fn snapshot(&self, path: &str) -> NodeSnapshot {
        let nodes = self.tree.snapshot();
        nodes.into_iter().find(|node| node.path == path).expect("it is in the tree")
    }

    pub(super) fn state(&self, path: &str) -> State {
        self.snapshot(path).state
    }

    pub(super) fn counters(&self, kind: Kind) -> &'static KindCounters {
        self.tree.counters().of(kind)
    }

    /// Asks one actor to end for good.
    pub(super) fn retire(&self, path: &str) {
        let node = self.tree.get(path).expect("it is in the tree");
        self.tree.retire_one(&node);
    }

    /// An ordered stop, after which nothing is left: no actor, no message, no thread, no seed.
    pub(super) fn end(self) {
        for kind in [Kind::Partition, Kind::Shard, Kind::Broker] {
            self.tree.retire(|it| *it == kind);
            let left = self.tree.wait_until_none(Instant::now() + LONG, |it| *it == kind);
            assert!(left.is_empty(), "still there: {left:?}");
        }
        assert!(self.tree.snapshot().is_empty());
        let counters = self.tree.counters();
        let Self { threads, witnesses, tree, brood, .. } = self;
        drop(brood);
        let tree = {
            let held_by_the_test = tree;
            Arc::downgrade(&held_by_the_test)
        };
        threads.end();
        check_counters(counters);
        assert!(tree.upgrade().is_none(), "the tree is held by something that lives on");
        for Witness { path, place, events } in witnesses.into_inner() {
            assert!(!place.taken_twice.load(SeqCst), "{path}: two incarnations at once");
            check_dropped(&path, &events);
        }
    }
}

fn check_counters(counters: &Counters) {
    for kind in Kind::ALL {
        let figures = counters.of(kind);
        let (alive, depth) = (figures.alive.load(SeqCst), figures.depth.load(SeqCst));
        assert_eq!((alive, depth), (0, 0), "(alive, messages in mailboxes) of {}", kind.name());
    }
}

/// The events of a part end when everything that was made from its seed, and the seed itself, is dropped.
fn check_dropped(path: &str, events: &Receiver<Event>) {
    loop {
        match events.recv_timeout(LONG) {
            Ok(_) => {}
            Err(error) if error.is_disconnected() => return,
            Err(_) => panic!("the seed of {path} is held by something that lives on"),
        }
    }
}

fn settle(arbiter: &ArbiterHandle) {
    let (done, wait) = bounded(1);
    arbiter.spawn_fn(move || {
        let _ = done.send(());
    });
    wait.recv_timeout(LONG).expect("the arbiter is alive");
}

struct Threads {
    system: System,
    control: ArbiterHandle,
    arbiters: Vec<Arbiter>,
    thread: JoinHandle<()>,
    root_openers: Opener,
    openers: Opener,
}

impl Threads {
    fn start() -> Self {
        let (made, wait) = bounded(1);
        let thread = std::thread::spawn(move || {
            let runner = System::new();
            let arbiters = vec![Arbiter::new(), Arbiter::new()];
            let _ = made.send((System::current(), Arbiter::current(), arbiters));
            runner.run().expect("the system ends in order");
        });
        let (system, control, arbiters) = wait.recv().expect("the system starts");
        let (root_openers, openers) = (Opener::start("root-opener"), Opener::start("opener"));
        Self { system, control, arbiters, thread, root_openers, openers }
    }

    fn end(self) {
        for arbiter in self.arbiters {
            arbiter.stop();
            arbiter.join().expect("no panic of an actor ends its arbiter");
        }
        self.system.stop();
        self.thread.join().expect("no panic of an actor ends its system");
        self.root_openers.end();
        self.openers.end();
    }
}

thread_local! {
    static LIFELINE: RefCell<Option<Sender<()>>> = const { RefCell::new(None) };
}

/// A pool of one thread, whose end can be seen.
pub(super) struct Opener {
    pub(super) pool: Pool,
    ended: Receiver<()>,
}

impl Opener {
    pub(super) fn start(name: &str) -> Self {
        let pool = Pool::start(name, 1).expect("a thread can be started");
        let (lifeline, ended) = bounded(0);
        pool.submit(move || LIFELINE.set(Some(lifeline)));
        Self { pool, ended }
    }

    /// Waits until all jobs of before are done.
    pub(super) fn settle(&self) {
        let (done, wait) = bounded(1);
        self.pool.submit(move || {
            let _ = done.send(());
        });
        wait.recv_timeout(LONG).expect("the thread is alive");
    }

    /// Lets go of the pool, and waits for the end of its thread.
    pub(super) fn end(self) {
        drop(self.pool);
        let ended = self.ended.recv_timeout(LONG);
        assert!(ended.is_err_and(|error| error.is_disconnected()), "somebody holds the pool");
    }
}

//! The one list of who lives: shown by the ops endpoint, searched by the chaos door, emptied by a stop.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::brood::Factory;
use super::counters::{Counters, Kind};
use super::pauses::{Dice, Pauses};
use super::policy::{Deaths, Policy, Verdict};

/// How the chaos door ends an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// A panic in a message of its own.
    Panic,
    /// An orderly stop that nobody asked for.
    Stop,
}

/// Where an actor is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It ended, and its next incarnation waits for its turn.
    Pausing,
    /// An incarnation is being made from its seed.
    Opening,
    /// It hears messages.
    Running,
    /// It was asked to end.
    Retiring,
}

impl State {
    /// The state in lower case, as the actor tree shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pausing => "pausing",
            Self::Opening => "opening",
            Self::Running => "running",
            Self::Retiring => "retiring",
        }
    }

    fn from_index(index: u8) -> Self {
        [Self::Pausing, Self::Opening, Self::Running, Self::Retiring][usize::from(index)]
    }
}

/// One actor as a reader sees it.
#[derive(Debug, Clone)]
pub struct NodeSnapshot {
    /// Its place: names joined by `/`, from the root.
    pub path: String,
    /// Its kind.
    pub kind: Kind,
    /// Which incarnation lives, is being made, or is to be made next; the first is 1.
    pub incarnation: u64,
    /// Where it is in its life.
    pub state: State,
    /// Messages handled, over all incarnations.
    pub messages: u64,
    /// Incarnations that lived after a first one; what could not be opened never lived.
    pub restarts: u64,
    /// Incarnations that ended by a panic.
    pub panics: u64,
    /// Microseconds from the last end to the running state again; `None` before the first restart.
    pub last_restart_micros: Option<u64>,
    /// The last panic, or why it could not be made.
    pub last_error: Option<String>,
}

/// One actor of the tree, over all its incarnations.
pub(crate) struct Node {
    path: String,
    kind: Kind,
    counters: &'static Counters,
    pub(super) factory: Box<dyn Factory>,
    policy: Option<Policy>,
    pauses: Option<Pauses>,
    state: AtomicU8,
    wanted: AtomicBool,
    incarnation: AtomicU64,
    gone: AtomicU64,
    messages: AtomicU64,
    panics: AtomicU64,
    removed: AtomicBool,
    /// Held for every step from one state to another, so that an end that is asked for never meets a half-made step.
    history: Mutex<History>,
}

#[derive(Default)]
struct History {
    deaths: Deaths,
    /// Incarnations that came to life.
    starts: u64,
    last_error: Option<String>,
    last_end: Option<Instant>,
    last_restart: Option<Duration>,
}

impl Node {
    pub(super) fn new(
        path: String,
        kind: Kind,
        counters: &'static Counters,
        factory: Box<dyn Factory>,
        policy: Option<Policy>,
    ) -> Self {
        Self {
            path,
            kind,
            counters,
            factory,
            policy,
            pauses: None,
            state: AtomicU8::new(State::Opening as u8),
            wanted: AtomicBool::new(true),
            incarnation: AtomicU64::new(1),
            gone: AtomicU64::new(0),
            messages: AtomicU64::new(0),
            panics: AtomicU64::new(0),
            removed: AtomicBool::new(false),
            history: Mutex::default(),
        }
    }

    /// The same with random pauses.
    pub(super) fn pausing(mut self, pauses: Option<Pauses>) -> Self {
        self.pauses = pauses;
        self
    }

    /// The pauses of an incarnation.
    pub(super) fn dice(&self) -> Option<Dice> {
        self.pauses.map(|pauses| pauses.dice(&self.path))
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn count_message(&self) {
        self.messages.fetch_add(1, Relaxed);
    }

    pub(super) fn state(&self) -> State {
        State::from_index(self.state.load(SeqCst))
    }

    fn set_state(&self, state: State) {
        self.state.store(state as u8, SeqCst);
    }

    /// The incarnation that lives, is being made, or is to be made next.
    pub(super) fn incarnation(&self) -> u64 {
        self.incarnation.load(SeqCst)
    }

    pub(crate) fn is_wanted(&self) -> bool {
        self.wanted.load(SeqCst)
    }

    /// Whether the current incarnation, and every job that worked for it, is gone.
    pub(super) fn is_gone(&self) -> bool {
        self.gone.load(SeqCst) >= self.incarnation()
    }

    /// Called by the guard, possibly while unwinding: touches atomics only.
    pub(super) fn mark_ended(&self, incarnation: u64, panicked: bool) {
        let kind = self.counters.of(self.kind);
        kind.alive.fetch_sub(1, Relaxed);
        self.factory.clear(incarnation);
        if panicked {
            self.panics.fetch_add(1, Relaxed);
            kind.panics.fetch_add(1, Relaxed);
        }
    }

    /// Called by the last lease, possibly while unwinding: touches atomics only.
    pub(super) fn mark_gone(&self, incarnation: u64) {
        self.gone.fetch_max(incarnation, SeqCst);
    }

    /// The pause before this incarnation is over. False if it was not pausing (any longer): then nothing is to open.
    pub(super) fn begin_opening(&self, incarnation: u64) -> bool {
        let _step = self.history();
        let due = self.state() == State::Pausing && self.incarnation() == incarnation;
        if due {
            self.set_state(State::Opening);
        }
        due
    }

    /// This incarnation comes to life. False if it is not to: nobody wants it, or it is not the current one.
    pub(super) fn mark_running(&self, incarnation: u64) -> bool {
        let mut history = self.history();
        if !self.is_wanted() || self.incarnation() != incarnation {
            return false;
        }
        self.set_state(State::Running);
        let kind = self.counters.of(self.kind);
        kind.alive.fetch_add(1, Relaxed);
        history.starts += 1;
        if history.starts > 1 {
            kind.restarts.fetch_add(1, Relaxed);
        }
        if let Some(end) = history.last_end.take() {
            history.last_restart = Some(end.elapsed());
        }
        true
    }

    /// Whether it was asked to end, perhaps while its address was not known yet. Whoever asks after this finds it.
    pub(super) fn is_retired_meanwhile(&self) -> bool {
        let _step = self.history();
        !self.is_wanted()
    }

    pub(super) fn note_end(&self, error: Option<String>) {
        let mut history = self.history();
        history.last_end = Some(Instant::now());
        if error.is_some() {
            history.last_error = error;
        }
    }

    pub(super) fn note_error(&self, error: String) {
        self.history().last_error = Some(error);
    }

    /// Counts the death of the current incarnation, and makes the next one current. `None`: there will be none.
    pub(super) fn next_incarnation(&self, now: Instant) -> Option<Verdict> {
        let mut history = self.history();
        let policy = self.policy.filter(|_| self.is_wanted())?;
        self.incarnation.fetch_add(1, SeqCst);
        self.set_state(State::Pausing);
        Some(history.deaths.count(&policy, now))
    }

    /// Asks it to end, for good. True if nobody is there to be asked, and nobody will come.
    fn retire(&self) -> bool {
        let step = self.history();
        let nobody_there = self.state() == State::Pausing;
        self.wanted.store(false, SeqCst);
        self.set_state(State::Retiring);
        drop(step);
        self.factory.retire();
        nobody_there
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn snapshot(&self) -> NodeSnapshot {
        let history = self.history();
        NodeSnapshot {
            path: self.path.clone(),
            kind: self.kind,
            incarnation: self.incarnation(),
            state: self.state(),
            messages: self.messages.load(Relaxed),
            restarts: history.starts.saturating_sub(1),
            panics: self.panics.load(Relaxed),
            last_restart_micros: history.last_restart.map(|time| time.as_micros() as u64),
            last_error: history.last_error.clone(),
        }
    }
}

/// Why the chaos door did not kill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KillError {
    /// No actor has this path.
    #[error("no actor has this path")]
    Unknown,
    /// Its incarnation is not there (any more, or yet).
    #[error("the actor is not alive now but {}", .0.name())]
    NotAlive(State),
}

/// Every actor of one broker, by path.
pub struct Tree {
    nodes: Mutex<Nodes>,
    removed: Condvar,
    counters: &'static Counters,
    pauses: Option<Pauses>,
}

#[derive(Default)]
struct Nodes {
    by_path: BTreeMap<String, Arc<Node>>,
    /// Whoever of these kinds comes, is asked to end at once.
    ending: BTreeSet<Kind>,
}

impl Tree {
    /// An empty tree, of which every actor makes these pauses.
    pub(crate) fn new(counters: &'static Counters, pauses: Option<Pauses>) -> Arc<Self> {
        Arc::new(Self { nodes: Mutex::default(), removed: Condvar::new(), counters, pauses })
    }

    pub(super) fn pauses(&self) -> Option<Pauses> {
        self.pauses
    }

    /// The figures by kind.
    pub fn counters(&self) -> &'static Counters {
        self.counters
    }

    /// Every actor, in the order of their paths.
    pub fn snapshot(&self) -> Vec<NodeSnapshot> {
        self.all().iter().map(|node| node.snapshot()).collect()
    }

    /// Ends the actor at `path`, as a bug would: its supervisor then does what it does.
    ///
    /// # Errors
    /// When no actor has this path, or the one that has it is between two lives.
    pub fn kill(&self, path: &str, how: How) -> Result<(), KillError> {
        let node = self.nodes().by_path.get(path).cloned().ok_or(KillError::Unknown)?;
        if node.factory.die(how) {
            return Ok(());
        }
        Err(KillError::NotAlive(node.state()))
    }

    pub(super) fn insert(&self, node: Arc<Node>) {
        let mut nodes = self.nodes();
        let is_late = nodes.ending.contains(&node.kind);
        let _replaced = nodes.by_path.insert(node.path().to_owned(), node.clone());
        drop(nodes);
        if is_late {
            node.retire();
        }
    }

    pub(crate) fn remove(&self, node: &Arc<Node>) {
        let mut nodes = self.nodes();
        if nodes.by_path.get(node.path()).is_some_and(|current| Arc::ptr_eq(current, node)) {
            nodes.by_path.remove(node.path());
        }
        drop(nodes);
        if !node.removed.swap(true, SeqCst) {
            node.factory.removed();
        }
        self.removed.notify_all();
    }

    pub(crate) fn get(&self, path: &str) -> Option<Arc<Node>> {
        self.nodes().by_path.get(path).cloned()
    }

    /// The actors whose path begins with `prefix`.
    pub(crate) fn below(&self, prefix: &str) -> Vec<Arc<Node>> {
        let nodes = self.nodes();
        let from = nodes.by_path.range(prefix.to_owned()..);
        from.take_while(|(path, _)| path.starts_with(prefix))
            .map(|(_, node)| node.clone())
            .collect()
    }

    /// Waits until no actor that `counts` is left, or until the deadline. Returns the paths still there.
    /// Blocks: never called on an arbiter.
    pub(crate) fn wait_until_none(
        &self,
        deadline: Instant,
        counts: impl Fn(&Kind) -> bool,
    ) -> Vec<String> {
        let mut nodes = self.nodes();
        loop {
            let left: Vec<_> = nodes
                .by_path
                .values()
                .filter(|node| counts(&node.kind))
                .map(|n| n.path.clone())
                .collect();
            let now = Instant::now();
            if left.is_empty() || now >= deadline {
                return left;
            }
            let (guard, _) = self
                .removed
                .wait_timeout(nodes, deadline - now)
                .unwrap_or_else(PoisonError::into_inner);
            nodes = guard;
        }
    }

    /// Asks every actor that `counts` to end for good, and every one that comes later.
    pub(crate) fn retire(&self, counts: impl Fn(&Kind) -> bool) {
        self.nodes().ending.extend(Kind::ALL.iter().filter(|kind| counts(kind)));
        for node in self.all().iter().filter(|node| counts(&node.kind)) {
            self.retire_one(node);
        }
    }

    /// Asks one actor to end for good.
    pub(crate) fn retire_one(&self, node: &Arc<Node>) {
        if node.retire() {
            self.remove(node);
        }
    }

    fn all(&self) -> Vec<Arc<Node>> {
        self.nodes().by_path.values().cloned().collect()
    }

    fn nodes(&self) -> MutexGuard<'_, Nodes> {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

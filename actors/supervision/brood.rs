//! The children of a supervisor: how they are made, and made again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::dev::channel::channel;
use actix::{Addr, AsyncContext, Context};
use actix_rt::ArbiterHandle;

use super::counters::Counters;
use super::guard::{End, Guard, Lease, Report, last_panic};
use super::handle::Handle;
use super::policy::{Policy, Verdict};
use super::pool::Pool;
use super::stage::{Hear, OpenError, Opening, Play, Restart, Stage, StageContext};
use super::tree::{How, Node, Tree};

/// Starts the incarnation that was opened, under this guard.
pub(super) type Launch = Box<dyn FnOnce(Guard, Arc<Node>) + Send>;

/// A child without its type: what a supervisor holds instead of the actor.
pub(super) trait Factory: Send + Sync {
    /// Makes an incarnation from the seed; blocks on files.
    fn open(&self, opening: Opening) -> Result<Launch, OpenError>;
    /// Whether there is still something to make it for.
    fn is_wanted(&self) -> bool;
    /// Forgets the address of this incarnation.
    fn clear(&self, incarnation: u64);
    /// Kills as the chaos door does; says whether anybody was there to die.
    fn die(&self, how: How) -> bool;
    /// Asks for an orderly end.
    fn retire(&self);
    /// The last incarnation is gone.
    fn removed(&self);
}

/// What a restarted child is made of.
pub(crate) struct Child<P: Restart> {
    /// The arbiter that its incarnations live on.
    pub(crate) arbiter: ArbiterHandle,
    /// What they are made from.
    pub(crate) seed: P::Seed,
    /// Where others find them.
    pub(crate) handle: Handle<P>,
}

impl<P: Restart> Factory for Child<P> {
    fn open(&self, opening: Opening) -> Result<Launch, OpenError> {
        let incarnation = opening.incarnation;
        let player = P::open(&self.seed, opening)?;
        let (arbiter, handle) = (self.arbiter.clone(), self.handle.clone());
        Ok(Box::new(move |guard, node| {
            launch(move || player, &arbiter, &handle, incarnation, guard, node);
        }))
    }

    fn is_wanted(&self) -> bool {
        P::is_wanted(&self.seed)
    }

    fn clear(&self, incarnation: u64) {
        self.handle.clear(incarnation);
    }

    fn die(&self, how: How) -> bool {
        self.handle.die(how)
    }

    fn retire(&self) {
        self.handle.retire();
    }

    fn removed(&self) {
        P::removed(&self.seed);
    }
}

/// A child that lives once, such as a connection.
struct OnlyChild<P: Play> {
    handle: Handle<P>,
}

impl<P: Play> Factory for OnlyChild<P> {
    fn open(&self, _opening: Opening) -> Result<Launch, OpenError> {
        Err(OpenError("it lives only once".to_owned()))
    }

    fn is_wanted(&self) -> bool {
        false
    }

    fn clear(&self, incarnation: u64) {
        self.handle.clear(incarnation);
    }

    fn die(&self, how: How) -> bool {
        self.handle.die(how)
    }

    fn retire(&self) {
        self.handle.retire();
    }

    fn removed(&self) {}
}

/// Starts an incarnation; `make` runs on the arbiter.
///
/// The handle leads to it before it lives: what it (or a child of it) is told from its first moment on finds its
/// mailbox, and whatever ends it, the guard forgets the address after it was published, never before.
fn launch<P: Play>(
    make: impl FnOnce() -> P + Send + 'static,
    arbiter: &ArbiterHandle,
    handle: &Handle<P>,
    incarnation: u64,
    guard: Guard,
    node: Arc<Node>,
) {
    // Capacity 0 is unbounded in actix; every data message carries a credit that bounds it.
    let (sender, mailbox) = channel(0);
    handle.publish(incarnation, Addr::new(sender));
    let (started, counters) = (node.clone(), handle.counters());
    arbiter.spawn_fn(move || {
        let stage = Stage::new(make(), started, counters, guard);
        Context::with_receiver(mailbox).run(stage);
    });
    if node.is_retired_meanwhile() {
        handle.retire();
    }
}

/// Starts the root of a tree, which nobody supervises; `report` hears of its end.
pub(crate) fn start_root<P: Play>(
    name: &str,
    tree: &Arc<Tree>,
    arbiter: &ArbiterHandle,
    handle: &Handle<P>,
    report: Arc<dyn Report>,
    player: P,
) {
    let factory = Box::new(OnlyChild { handle: handle.clone() });
    let node = Arc::new(Node::new(name.to_owned(), P::KIND, tree.counters(), factory, None));
    tree.insert(node.clone());
    let incarnation = node.incarnation();
    let lease = Lease::new(node.clone(), incarnation, report);
    if node.mark_running(incarnation) {
        launch(move || player, arbiter, handle, incarnation, Guard::new(lease), node);
    }
}

/// A child's actor ended.
pub(crate) struct ChildEnded {
    node: Arc<Node>,
    end: End,
}

/// A child's actor, and every job that worked for it, is gone.
pub(crate) struct ChildGone {
    node: Arc<Node>,
    incarnation: u64,
}

/// A new incarnation of a child is ready to start, or could not be made.
pub(crate) struct ChildOpened {
    node: Arc<Node>,
    incarnation: u64,
    opened: Result<Launch, OpenError>,
    /// Last, so that the player of a message that nobody hears is gone when the lease says so.
    lease: Lease,
}

/// The pause before making a child again is over.
struct RetryChild {
    node: Arc<Node>,
    incarnation: u64,
}

/// A player that supervises others.
pub(crate) trait Supervise: Play {
    /// Its children.
    fn brood(&self) -> &Brood<Self>;

    /// A child beyond its budget asks for the end of the process.
    fn give_up(&mut self, path: &str);
}

impl<S: Supervise> Report for Handle<S> {
    fn ended(&self, node: &Arc<Node>, end: End) {
        self.tell(ChildEnded { node: node.clone(), end });
    }

    fn gone(&self, node: &Arc<Node>, incarnation: u64) {
        self.tell(ChildGone { node: node.clone(), incarnation });
    }
}

/// The children of `S`: all that is needed to make them, without holding any of them.
pub(crate) struct Brood<S: Supervise> {
    base: String,
    tree: Arc<Tree>,
    supervisor: Handle<S>,
    openers: Pool,
}

impl<S: Supervise> Clone for Brood<S> {
    fn clone(&self) -> Self {
        Self {
            base: self.base.clone(),
            tree: self.tree.clone(),
            supervisor: self.supervisor.clone(),
            openers: self.openers.clone(),
        }
    }
}

impl<S: Supervise> Brood<S> {
    /// The brood of the supervisor at path `base`; children open on the threads of `openers`.
    pub(crate) fn new(
        base: impl Into<String>,
        tree: Arc<Tree>,
        supervisor: Handle<S>,
        openers: Pool,
    ) -> Self {
        Self { base: base.into(), tree, supervisor, openers }
    }

    /// The path of a child of this name.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.base)
    }

    /// Adds a child that is made again whenever it ends, and begins to make it.
    pub(crate) fn add<P: Restart>(&self, name: &str, child: Child<P>, policy: Policy) -> Arc<Node> {
        let node = self.node::<P>(name, Box::new(child), Some(policy));
        self.open(&node);
        node
    }

    /// Adds a child that lives once; `make` runs on its arbiter.
    pub(crate) fn add_once<P: Play>(
        &self,
        name: &str,
        arbiter: &ArbiterHandle,
        handle: Handle<P>,
        make: impl FnOnce() -> P + Send + 'static,
    ) {
        let node = self.node::<P>(name, Box::new(OnlyChild { handle: handle.clone() }), None);
        let incarnation = node.incarnation();
        let lease = self.lease(&node);
        if node.mark_running(incarnation) {
            launch(make, arbiter, &handle, incarnation, Guard::new(lease), node);
        }
    }

    /// Looks at every child after the supervisor itself was made again: reports may have been lost meanwhile.
    pub(crate) fn recover(&self) {
        for node in self.tree.below(&self.path("")) {
            let direct = !node.path()[self.base.len() + 1..].contains('/');
            if direct && node.begin_opening(node.incarnation()) {
                self.open(&node);
            } else if direct && node.is_gone() {
                self.supervisor.gone(&node, node.incarnation());
            }
        }
    }

    fn node<P: Play>(
        &self,
        name: &str,
        factory: Box<dyn Factory>,
        policy: Option<Policy>,
    ) -> Arc<Node> {
        let counters: &'static Counters = self.tree.counters();
        let node = Node::new(self.path(name), P::KIND, counters, factory, policy);
        let node = Arc::new(node.pausing(self.tree.pauses()));
        self.tree.insert(node.clone());
        node
    }

    fn lease(&self, node: &Arc<Node>) -> Lease {
        Lease::new(node.clone(), node.incarnation(), Arc::new(self.supervisor.clone()))
    }

    /// Makes the current incarnation on a worker thread.
    fn open(&self, node: &Arc<Node>) {
        let (node, lease, supervisor) = (node.clone(), self.lease(node), self.supervisor.clone());
        let incarnation = node.incarnation();
        self.openers.submit(move || {
            let opening = Opening { lease: lease.clone(), incarnation };
            let opened = catch_unwind(AssertUnwindSafe(|| node.factory.open(opening)));
            let opened = opened.unwrap_or_else(|_| Err(OpenError(last_panic())));
            supervisor.tell(ChildOpened { node, incarnation, opened, lease });
        });
    }

    /// Where nothing is launched, the last lease of the attempt drops at the end, and its report leads on.
    fn opened(&self, ChildOpened { node, incarnation, opened, lease }: ChildOpened) {
        match opened {
            Ok(launch) => {
                // Running before the launch: its messages, or its end, may come at once.
                if node.mark_running(incarnation) {
                    launch(Guard::new(lease), node);
                }
            }
            Err(error) if !node.factory.is_wanted() => {
                tracing::debug!(actor = node.path(), incarnation, %error, "is opened no more");
            }
            Err(error) => {
                tracing::error!(actor = node.path(), incarnation, %error, "could not be opened");
                node.note_error(error.to_string());
            }
        }
    }

    fn ended(&self, ChildEnded { node, end }: ChildEnded) {
        if let Some(panic) = &end.panic {
            tracing::error!(actor = node.path(), incarnation = end.incarnation, panic, "died");
        }
        node.note_end(end.panic);
    }

    /// Decides what follows a death; `Some(pause)` for a restart.
    fn gone(&self, ChildGone { node, incarnation }: &ChildGone) -> Option<Verdict> {
        if *incarnation != node.incarnation() {
            return None;
        }
        let verdict = node.next_incarnation(Instant::now());
        if verdict.is_none() {
            self.tree.remove(node);
        }
        verdict
    }

    fn retry(&self, RetryChild { node, incarnation }: RetryChild) {
        if node.begin_opening(incarnation) {
            self.open(&node);
        }
    }
}

impl<S: Supervise> Hear<ChildEnded> for S {
    fn hear(&mut self, message: ChildEnded, _ctx: &mut StageContext<Self>) {
        self.brood().ended(message);
    }
}

impl<S: Supervise> Hear<ChildGone> for S {
    fn hear(&mut self, message: ChildGone, ctx: &mut StageContext<Self>) {
        match self.brood().gone(&message) {
            None => {}
            Some(Verdict::ExitProcess) => self.give_up(message.node.path()),
            Some(Verdict::RestartAfter(pause)) => {
                let retry =
                    RetryChild { incarnation: message.node.incarnation(), node: message.node };
                if pause == Duration::ZERO {
                    self.brood().retry(retry);
                } else {
                    ctx.run_later(pause, |stage, _| stage.player().brood().retry(retry));
                }
            }
        }
    }
}

impl<S: Supervise> Hear<ChildOpened> for S {
    fn hear(&mut self, message: ChildOpened, _ctx: &mut StageContext<Self>) {
        self.brood().opened(message);
    }
}

//! The actix actor around every player: it measures turns, and its guard reports the end.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

use actix::fut::wrap_future;
use actix::{Actor, AsyncContext, Context, Handler, Message};

use super::counters::{Counters, Kind, KindCounters, SLOW_TURN};
use super::guard::{Guard, Lease};
use super::pauses::Dice;
use super::tree::{How, Node};

/// The context of a player's actor: for timers and for spawning the few futures that an actor may own.
pub(crate) type StageContext<P> = Context<Stage<P>>;

/// A part of the broker that runs as an actor: a plain struct that owns its state and hears messages.
pub trait Play: Sized + Send + Unpin + 'static {
    /// What kind of actor this is.
    const KIND: Kind;

    /// Called once on the actor's arbiter, before its first message.
    fn started(&mut self, _ctx: &mut Context<Stage<Self>>) {}

    /// Asked to end for good: finishes what it owes, then stops its context.
    fn retire(&mut self, ctx: &mut Context<Stage<Self>>) {
        actix::ActorContext::stop(ctx);
    }
}

/// A player that understands `M`. Turns are short, synchronous and answer through a reply token, if at all.
pub trait Hear<M>: Play {
    /// Handles one message.
    fn hear(&mut self, message: M, ctx: &mut Context<Stage<Self>>);
}

/// Why an incarnation could not be made.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct OpenError(pub(crate) String);

/// What a new incarnation is told when it opens.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    /// To be held by every job that works for this incarnation off its arbiter.
    pub(crate) lease: Lease,
    /// 1 for the first incarnation.
    pub(crate) incarnation: u64,
}

/// A player that a supervisor can make again, from its seed: where its files are, whom it talks to.
pub(crate) trait Restart: Play {
    /// What an incarnation is made from. It survives all of them.
    type Seed: Send + Sync + 'static;

    /// Makes an incarnation. Runs on a worker thread: it may block on files.
    fn open(seed: &Self::Seed, opening: Opening) -> Result<Self, OpenError>;

    /// Whether there is still something to make an incarnation for. If not, it is no fault that none could be made.
    fn is_wanted(_seed: &Self::Seed) -> bool {
        true
    }

    /// The last incarnation is gone, and there will be no other. Must not block.
    fn removed(_seed: &Self::Seed) {}
}

/// A message on its way, with the time it left.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Told<M> {
    message: Option<M>,
    sent: Instant,
    counters: &'static KindCounters,
    /// Whether somebody else sent it: then a panic in it is that somebody's doing.
    from_others: bool,
}

impl<M> Told<M> {
    pub(super) fn new(message: M, counters: &'static KindCounters) -> Self {
        counters.depth.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Self { message: Some(message), sent: Instant::now(), counters, from_others: true }
    }

    /// The same as a message of an actor to itself.
    fn own(mut self) -> Self {
        self.from_others = false;
        self
    }
}

impl<M> Drop for Told<M> {
    fn drop(&mut self) {
        self.counters.depth.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
    }
}

/// The chaos door's message, which every actor obeys.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Die(pub(crate) How);

thread_local! {
    /// The handler of somebody's message is running on this thread, or unwinding: what drops now was in its hands.
    static IN_HAND: Cell<bool> = const { Cell::new(false) };
}

/// Whether the handler that runs on this thread is the one that a panic unwinds now: a reply token that drops
/// meanwhile belongs to the message that caused it.
pub(super) fn unwinding_from_own_message() -> bool {
    std::thread::panicking() && IN_HAND.get()
}

/// Marks the time in which a handler holds its message; ends also by unwinding.
struct InHand;

impl InHand {
    fn enter() -> Self {
        IN_HAND.set(true);
        Self
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        IN_HAND.set(false);
    }
}

/// The actor that plays `P`.
pub struct Stage<P: Play> {
    /// `None` once it has left.
    player: Option<P>,
    node: Arc<Node>,
    counters: &'static KindCounters,
    /// For tests: pauses between messages.
    dice: Option<Dice>,
    /// Last, so that the player's own fields (with their reply tokens) are gone when the end is reported.
    _guard: Guard,
}

impl<P: Play> Stage<P> {
    pub(super) fn new(
        player: P,
        node: Arc<Node>,
        counters: &'static KindCounters,
        guard: Guard,
    ) -> Self {
        let dice = node.dice();
        Self { player: Some(player), node, counters, dice, _guard: guard }
    }

    /// The player, for the futures that an actor spawned for itself.
    pub(crate) fn player(&mut self) -> &mut P {
        self.player.as_mut().expect("who has left spawned nothing that lives on")
    }

    /// Takes the player out, to live on elsewhere. The actor ends; messages that are in its mailbox drop.
    pub(crate) fn leave(&mut self, ctx: &mut StageContext<P>) -> Option<P> {
        actix::ActorContext::stop(ctx);
        self.player.take()
    }
}

impl<P: Play> Actor for Stage<P> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.player().started(ctx);
    }
}

impl<P: Hear<M>, M: Send + 'static> Handler<Told<M>> for Stage<P> {
    type Result = ();

    fn handle(&mut self, mut told: Told<M>, ctx: &mut Self::Context) {
        let message = told.message.take().expect("a message is handled once");
        let start = Instant::now();
        {
            let _in_hand = told.from_others.then(InHand::enter);
            if let Some(player) = &mut self.player {
                player.hear(message, ctx);
            }
        }
        let took = start.elapsed();
        self.node.count_message();
        self.counters.turn(start.duration_since(told.sent), took);
        if took > SLOW_TURN {
            let message = std::any::type_name::<M>();
            tracing::debug!(actor = %self.node.path(), message, micros = took.as_micros() as u64, "slow turn");
        }
        if let Some(pause) = self.dice.as_mut().and_then(Dice::roll) {
            ctx.wait(wrap_future(tokio::time::sleep(pause)));
        }
    }
}

/// The wish for an orderly end, which every actor obeys.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Retire;

impl<P: Play> Handler<Retire> for Stage<P> {
    type Result = ();

    fn handle(&mut self, _: Retire, ctx: &mut Self::Context) {
        if let Some(player) = &mut self.player {
            player.retire(ctx);
        }
    }
}

impl<P: Play> Handler<Die> for Stage<P> {
    type Result = ();

    fn handle(&mut self, Die(how): Die, ctx: &mut Self::Context) {
        match how {
            How::Panic => panic!("killed through the chaos door"),
            How::Stop => actix::ActorContext::stop(ctx),
        }
    }
}

/// Does work for several messages within the turn of one: for a panic in it nobody is to blame.
pub(crate) fn for_many<T>(work: impl FnOnce() -> T) -> T {
    let in_hand = IN_HAND.replace(false);
    let done = work();
    IN_HAND.set(in_hand);
    done
}

/// Says `message` to the player itself, after everything that its mailbox holds now: the way to batch. For a panic in
/// it nobody is to blame, whichever reply tokens it holds then.
pub(crate) fn after_drain<P: Hear<M>, M: Send + 'static>(
    ctx: &mut StageContext<P>,
    message: M,
    counters: &'static Counters,
) {
    ctx.notify(Told::new(message, counters.of(P::KIND)).own());
}

//! The name of a part of the broker, whichever incarnation plays it now.

use std::fmt;
use std::sync::Arc;

use actix::Addr;
use arc_swap::ArcSwapOption;

use super::counters::KindCounters;
use super::stage::{Die, Hear, Play, Retire, Stage, Told};
use super::tree::How;

struct Live<P: Play> {
    incarnation: u64,
    addr: Addr<Stage<P>>,
}

/// Leads to the current incarnation of a player. Cheap to clone; cloning it clones no address.
pub struct Handle<P: Play> {
    live: Arc<ArcSwapOption<Live<P>>>,
    counters: &'static KindCounters,
}

impl<P: Play> Clone for Handle<P> {
    fn clone(&self) -> Self {
        Self { live: self.live.clone(), counters: self.counters }
    }
}

impl<P: Play> fmt::Debug for Handle<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let incarnation = self.live.load().as_ref().map(|live| live.incarnation);
        f.debug_struct("Handle").field("kind", &P::KIND).field("incarnation", &incarnation).finish()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that sends")]
impl<P: Play> Handle<P> {
    /// A handle that leads nowhere yet.
    pub(crate) fn new(counters: &'static super::Counters) -> Self {
        Self { live: Arc::default(), counters: counters.of(P::KIND) }
    }

    /// Puts `message` into the mailbox of the current incarnation. With none there the message drops, and the reply
    /// tokens in it answer.
    pub fn tell<M: Send + 'static>(&self, message: M)
    where
        P: Hear<M>,
    {
        if let Some(live) = &*self.live.load() {
            live.addr.do_send(Told::new(message, self.counters));
        }
    }

    /// Whether there is an incarnation to talk to.
    pub fn is_live(&self) -> bool {
        self.live.load().as_ref().is_some_and(|live| live.addr.connected())
    }

    /// Has the current incarnation die; says whether there was one to be told.
    pub(crate) fn die(&self, how: How) -> bool {
        let live = self.live.load();
        live.as_ref().inspect(|live| live.addr.do_send(Die(how))).is_some()
    }

    pub(super) fn retire(&self) {
        if let Some(live) = &*self.live.load() {
            live.addr.do_send(Retire);
        }
    }

    pub(super) fn publish(&self, incarnation: u64, addr: Addr<Stage<P>>) {
        self.live.store(Some(Arc::new(Live { incarnation, addr })));
    }

    /// Forgets the incarnation, unless a later one is already there.
    pub(super) fn clear(&self, incarnation: u64) {
        let current = self.live.load();
        if current.as_ref().is_some_and(|live| live.incarnation == incarnation) {
            self.live.compare_and_swap(&current, None);
        }
    }

    pub(crate) fn counters(&self) -> &'static KindCounters {
        self.counters
    }
}

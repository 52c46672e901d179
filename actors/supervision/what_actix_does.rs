//! What actix really does: the behaviours that this crate is built on, one test each.
//!
//! Nothing here tests our own code. A change of actix that breaks one of these tests breaks an
//! idiom of ours: read the test's name and comment, then look for who relies on it. The costs of
//! the same things are measured in `benches/actor_hop.rs`.

mod a_panic;
mod an_end;
mod one_wake;
mod sending;

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as TaskContext, Poll};

use actix::prelude::*;
use tokio::task::yield_now;

/// What happened, in order.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    /// Adds a line; what happens while the thread unwinds from a panic ends in "(unwinding)".
    fn note(&self, what: &str) {
        let suffix = if std::thread::panicking() { " (unwinding)" } else { "" };
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(format!("{what}{suffix}"));
    }

    /// The lines so far; the journal is empty afterwards.
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A value that notes its own drop.
    fn mark(&self, name: &'static str) -> Mark {
        Mark { journal: self.clone(), name }
    }
}

struct Mark {
    journal: Journal,
    name: &'static str,
}

impl Drop for Mark {
    fn drop(&mut self) {
        self.journal.note(&format!("{} dropped", self.name));
    }
}

/// An actor that does what each message says and notes its own end.
struct Subject {
    journal: Journal,
    _first: Mark,
    _last: Mark,
}

impl Subject {
    /// Starts it on the current arbiter with an unbounded mailbox.
    fn start_with(journal: &Journal) -> Addr<Self> {
        Self::start_with_capacity(journal, 0)
    }

    fn start_with_capacity(journal: &Journal, capacity: usize) -> Addr<Self> {
        let subject = Self::new(journal);
        Self::create(move |ctx| {
            ctx.set_mailbox_capacity(capacity);
            subject
        })
    }

    fn new(journal: &Journal) -> Self {
        Self {
            journal: journal.clone(),
            _first: journal.mark("first field"),
            _last: journal.mark("last field"),
        }
    }
}

impl Actor for Subject {
    type Context = Context<Self>;

    // The broker's actors never override this: it runs on a state that a panic has broken.
    fn stopped(&mut self, _ctx: &mut Self::Context) {
        self.journal.note("stopped()");
    }
}

type Handling = dyn FnOnce(&mut Subject, &mut Context<Subject>) + Send;

/// A message that brings its own handler.
struct Do(Box<Handling>);

impl Do {
    fn this(what: impl FnOnce(&mut Subject, &mut Context<Subject>) + Send + 'static) -> Self {
        Self(Box::new(what))
    }

    /// Notes `what` when handled.
    fn note(what: &'static str) -> Self {
        Self::this(move |subject, _| subject.journal.note(what))
    }

    /// Carries something whose drop is to be seen, and notes `what` when handled.
    fn carrying(what: &'static str, mark: Mark) -> Self {
        Self::this(move |_, _| mark.journal.note(what))
    }

    /// Panics when handled, with `mark` in hand.
    fn panic_with(mark: Mark) -> Self {
        Self::this(move |_, _| {
            let _in_hand = mark;
            panic!("on purpose: a probe of what a panic in a handler does");
        })
    }

    /// Spawns `items`.
    fn spawn<const N: usize>(items: [Watch; N]) -> Self {
        Self::this(move |_, ctx| {
            for item in items {
                ctx.spawn(item);
            }
        })
    }
}

impl Message for Do {
    type Result = ();
}

impl Handler<Do> for Subject {
    type Result = ();

    fn handle(&mut self, Do(what): Do, ctx: &mut Self::Context) {
        what(self, ctx);
    }
}

/// A spawned item that never ends and notes each time it is polled. It asks for no wake-up.
struct Watch(Mark);

impl ActorFuture<Subject> for Watch {
    type Output = ();

    fn poll(
        self: Pin<&mut Self>,
        _subject: &mut Subject,
        _ctx: &mut Context<Subject>,
        _task: &mut TaskContext<'_>,
    ) -> Poll<()> {
        self.0.journal.note("item polled");
        Poll::Pending
    }
}

/// Waits until all that was sent to `addr` before has been handled.
async fn handled(addr: &Addr<Subject>) {
    addr.send(Do::this(|_, _| ())).await.expect("the actor answers");
}

/// Waits until the mailbox of `addr` is closed.
async fn closed(addr: &Addr<Subject>) {
    while addr.connected() {
        yield_now().await;
    }
}

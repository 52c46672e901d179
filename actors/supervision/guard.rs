//! The reports of an end: the guard that drops with the actor, and the lease that outlives it.

use std::cell::RefCell;
use std::sync::Arc;

use super::tree::Node;

/// How an incarnation ended.
#[derive(Debug, Clone)]
pub(crate) struct End {
    /// Which one.
    pub(crate) incarnation: u64,
    /// The message and place of the panic that ended it; `None` for an orderly end.
    pub(crate) panic: Option<String>,
}

/// Whom a guard and the leases report to: the supervisor's mailbox.
pub(crate) trait Report: Send + Sync + 'static {
    /// The actor is gone.
    fn ended(&self, node: &Arc<Node>, end: End);
    /// The actor and every job that worked for it are gone.
    fn gone(&self, node: &Arc<Node>, incarnation: u64);
}

struct LeaseInner {
    node: Arc<Node>,
    incarnation: u64,
    report: Arc<dyn Report>,
}

impl Drop for LeaseInner {
    fn drop(&mut self) {
        self.node.mark_gone(self.incarnation);
        self.report.gone(&self.node, self.incarnation);
    }
}

/// Held by an incarnation and by every job that works for it off its arbiter. The next incarnation opens only when
/// the last one is gone.
#[derive(Clone)]
pub(crate) struct Lease {
    inner: Arc<LeaseInner>,
}

impl std::fmt::Debug for Lease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lease({} #{})", self.inner.node.path(), self.inner.incarnation)
    }
}

impl Lease {
    /// Whether both are leases on the same incarnation.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    pub(super) fn new(node: Arc<Node>, incarnation: u64, report: Arc<dyn Report>) -> Self {
        Self { inner: Arc::new(LeaseInner { node, incarnation, report }) }
    }
}

/// The last field of every actor: its drop is the one signal that the actor ended.
pub(crate) struct Guard {
    lease: Lease,
}

impl Guard {
    pub(super) fn new(lease: Lease) -> Self {
        Self { lease }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let inner = &self.lease.inner;
        let panic = std::thread::panicking().then(last_panic);
        let end = End { incarnation: inner.incarnation, panic };
        inner.node.mark_ended(end.incarnation, end.panic.is_some());
        inner.report.ended(&inner.node, end);
    }
}

thread_local! {
    /// What the panic hook saw last on this thread.
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The message and place of the panic that this thread saw last; each is told once.
pub(super) fn last_panic() -> String {
    LAST_PANIC.with_borrow_mut(std::mem::take)
}

/// Logs every panic and leaves its message and place for the guard of the actor that it unwinds. Once per process.
pub(crate) fn install_panic_hook() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // A failing test keeps its message, which the test runner's own hook prints.
        #[cfg(test)]
        let runners_hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            #[cfg(test)]
            runners_hook(info);
            let text = info.to_string().replace('\n', " ");
            tracing::error!(thread = std::thread::current().name(), "{text}");
            // The hook may run inside a borrow only if the guard itself panicked, which it does not.
            let _ = LAST_PANIC.try_with(|last| {
                if let Ok(mut last) = last.try_borrow_mut() {
                    *last = text;
                }
            });
        }));
    });
}

//! Waiting for many without counting them: what is to happen when the last of them lets go.

use std::fmt;
use std::sync::Arc;

/// Runs its action when the last clone is dropped, whatever became of those who held them.
#[derive(Clone)]
pub(crate) struct Latch {
    _inner: Arc<Inner>,
}

struct Inner {
    action: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(action) = self.action.take() {
            action();
        }
    }
}

impl Latch {
    /// A latch whose `action` must neither block nor panic: it may run while unwinding.
    pub(crate) fn new(action: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self { _inner: Arc::new(Inner { action: Some(Box::new(action)) }) }
    }
}

impl fmt::Debug for Latch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Latch")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;

    #[test]
    fn the_last_one_acts_once() {
        let acted = Arc::new(AtomicUsize::new(0));
        let seen = acted.clone();
        let latch = Latch::new(move || {
            seen.fetch_add(1, SeqCst);
        });
        let other = latch.clone();
        drop(latch);
        assert_eq!(acted.load(SeqCst), 0);
        drop(other);
        assert_eq!(acted.load(SeqCst), 1);
    }
}

//! Faults put in on purpose.
//!
//! A simulation that finds nothing proves itself by what it would have found. Each [`Bug`] is a place in the code that goes
//! wrong while the bug is planted. Without the feature `seeded-bugs` nothing can be planted, and [`seeded`] is `false` at
//! compile time.

/// A bug, by its name. Whoever has states of their own names bugs of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bug(pub &'static str);

/// An answer is given once its records are appended, not once they are committed.
pub const ANSWERED_EARLY: Bug = Bug("an answer before the high watermark");
/// An answer without records of its own is given at once, whatever else is not committed.
pub const READ_UNCOMMITTED: Bug = Bug("a read of what is not committed");
/// What a new leader finds in its log is taken for committed.
pub const LOADED_AS_COMMITTED: Bug = Bug("a replayed log is taken for committed");
/// The state goes on after an append failed.
pub const STATE_KEPT: Bug = Bug("a state kept after a failed append");
/// Records that the partition asks to write again later are forgotten.
pub const RETRY_FORGOTTEN: Bug = Bug("records that were put off are not written");
/// What was refused because it took too long is answered when it is committed after all.
pub const ANSWERED_TWICE: Bug = Bug("an answer given twice");
/// What was proposed last is written first.
pub const LATER_FIRST: Bug = Bug("records of a later request written first");
/// Records of one request come into several batches.
pub const REQUEST_SPLIT: Bug = Bug("records of a request split over batches");
/// Requests that a state had not answered yet are forgotten with it.
pub const TICKETS_FORGOTTEN: Bug = Bug("requests forgotten with their state");
/// The partition appends for a leader that was replaced. In the simulated partition.
pub const STALE_EPOCH_ACCEPTED: Bug = Bug("a stale-epoch append accepted");
/// The partition appends what was proposed for another end of the log. In the simulated partition.
pub const OTHER_END_ACCEPTED: Bug = Bug("a late append accepted behind newer records");

/// All bugs of the shell and of the partition it writes to.
pub const OF_THE_SHELL: [Bug; 11] = [
    ANSWERED_EARLY,
    READ_UNCOMMITTED,
    LOADED_AS_COMMITTED,
    STATE_KEPT,
    RETRY_FORGOTTEN,
    ANSWERED_TWICE,
    LATER_FIRST,
    REQUEST_SPLIT,
    TICKETS_FORGOTTEN,
    STALE_EPOCH_ACCEPTED,
    OTHER_END_ACCEPTED,
];

#[cfg(any(test, feature = "seeded-bugs"))]
mod planted {
    use std::cell::Cell;

    use super::Bug;

    thread_local! {
        static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
    }

    /// A bug is planted in this thread until this is dropped.
    #[derive(Debug)]
    #[must_use = "the bug is there until this is dropped"]
    pub struct Planted(());

    impl Drop for Planted {
        fn drop(&mut self) {
            PLANTED.set(None);
        }
    }

    /// Plants a bug in this thread, in place of an earlier one.
    pub fn plant(bug: Bug) -> Planted {
        PLANTED.set(Some(bug));
        Planted(())
    }

    /// The bug is planted in this thread.
    pub fn seeded(bug: Bug) -> bool {
        PLANTED.get() == Some(bug)
    }

    /// A bug is planted in this thread, whichever: what the code asserts of itself is left to the simulation then.
    pub fn any() -> bool {
        PLANTED.get().is_some()
    }
}

#[cfg(any(test, feature = "seeded-bugs"))]
pub use planted::{Planted, any, plant, seeded};

/// The bug is planted: never, without the feature `seeded-bugs`.
#[cfg(not(any(test, feature = "seeded-bugs")))]
#[inline(always)]
pub const fn seeded(_: Bug) -> bool {
    false
}

/// A bug is planted: never, without the feature `seeded-bugs`.
#[cfg(not(any(test, feature = "seeded-bugs")))]
#[inline(always)]
pub const fn any() -> bool {
    false
}

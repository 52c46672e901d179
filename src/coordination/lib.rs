//! What all coordinators share.
//!
//! ```text
//! request ▶ Shell ▶ State (decides, applies its records at once) ▶ records ▶ partition's log
//!                    answers ◀ held until the high watermark has passed what they depend on ◀┘
//! ```
//!
//! * [`Shell`]: replays, collects records, writes them, holds answers, throws a state away that the log does not agree with.
//! * [`State`]: what a coordinator is the state of (groups, transactions): a pure machine that proposes records.
//! * [`Effects`]: what a state wants done: records to append, answers to give.
//! * [`Timers`]: deadlines of a state, as data.
//!
//! * `sim` (feature `sim`): partitions, leaders and crashes by a seed, for any state.
//! * [`bugs`] (feature `seeded-bugs`): faults put in on purpose, to see that the simulation finds them.
//!
//! Nothing here knows the time, a socket or a file: all are inputs.

pub mod bugs;
mod effects;
mod shell;
#[cfg(any(test, feature = "sim"))]
pub mod sim;
mod state;
mod timers;

pub use effects::{Answered, Basis, Effects, Ticket};
pub use shell::{
    AppendRefused, Appended, Limits, Linger, Out, Outbox, Refused, Shell, ShellState, WriteId,
};
pub use state::{Now, State};
pub use timers::Timers;

//! What all coordinators share.
//!
//! ```text
//! request ▶ Shell ▶ State (decides, applies its records at once) ▶ records ▶ partition's log
//!                    answers ◀ held until the high watermark has passed what they depend on ◀┘
//! ```
//!
//! * [`State`]: what a coordinator is the state of (groups, transactions): a pure machine that proposes records.
//! * [`Effects`]: what a state wants done: records to append, answers to give.
//! * [`Timers`]: deadlines of a state, as data.
//!
//! Nothing here knows the time, a socket or a file: all are inputs.

mod effects;
mod state;
mod timers;

pub use effects::{Answered, Basis, Effects, Ticket};
pub use state::{Now, State};
pub use timers::Timers;

//! How actors live, die and come back.
//!
//! ```text
//!   seed ──open (worker thread)──▶ player ──▶ Stage (actix actor) ◀──tell── Handle ◀── whoever has something to say
//!                                               │ last field
//!                                             Guard ──ended──▶ supervisor ──last Lease gone, back-off──▶ open again
//! ```
//!
//! * A part of the broker is a [`Play`]er: a plain struct that [`Hear`]s typed messages. The [`Stage`] around it is
//!   the actix actor: it measures every turn and ends with a [`Guard`] that reports how it ended.
//! * Nobody holds an actor's address: a [`Handle`] names the part, and leads to whichever incarnation plays it now.
//! * A supervisor holds the factory of each child, not the child. What died is made anew **from its seed** (its files,
//!   its log), never from the memory that failed, once the last [`Lease`] on the old incarnation is gone.
//! * A [`Reply`] token is answered exactly once, also when the actor that holds it dies.
//! * The [`Tree`] is the one list of who lives; the ops endpoint shows it, and the chaos door kills by its paths.

mod brood;
mod counters;
mod guard;
mod handle;
mod latch;
mod pauses;
mod policy;
mod pool;
mod reply;
mod stage;
mod tree;

#[cfg(test)]
mod lifecycle_tests;
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "probes what the others are kept from")]
mod what_actix_does;

pub(crate) use brood::{Brood, Child, Supervise, start_root};
pub use counters::{BUCKETS_MICROS, Counters, Kind, KindCounters};
pub(crate) use guard::{End, Lease, Report, install_panic_hook};
pub use handle::Handle;
pub(crate) use latch::Latch;
pub(crate) use pauses::Pauses;
pub(crate) use policy::Policy;
pub(crate) use pool::Pool;
pub(crate) use reply::{Reply, ReturnAddress, Stage as ReplyStage, Ticket, Together};
pub use stage::{Hear, Play, Stage, Told};
pub(crate) use stage::{OpenError, Opening, Restart, StageContext, after_drain, for_many};
pub(crate) use tree::Node;
pub use tree::{How, KillError, NodeSnapshot, State, Tree};

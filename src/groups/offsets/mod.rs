//! Committed offsets of the groups of one partition of `__consumer_offsets`.
//!
//! * [`Offsets`] is the state. Records alone change it: [`Offsets::apply`], and the markers that end transactions,
//!   [`Offsets::end_transaction`].
//! * Decisions look at the state and propose records, without changing it: [`commit`], [`Offsets::delete`],
//!   [`Offsets::delete_group`], [`Offsets::delete_topics`], [`Offsets::expire`]. [`Offsets::fetch`] and
//!   [`Offsets::fetch_all`] only look.
//! * [`group_partition`]: which partition of `__consumer_offsets` a group belongs to.
//!
//! Whether a member may commit or fetch is its group's verdict. It is had before, or passed in where Kafka asks it for
//! each partition. What topics exist, and which name stands for an id, is known where requests come in.
//!
//! # Invariants
//!
//! * A partition's committed offset is that of its newest decided record in the log: a tombstone, a commit outside of
//!   transactions, or a commit of a transaction that was committed.
//! * A name of a topic is kept once, however many groups have offsets in it.

mod commit;
mod delete;
mod expire;
mod fetch;
mod partition;
mod state;
#[cfg(test)]
mod tests;
mod types;

pub use commit::commit;
pub use expire::RetentionStart;
pub use partition::group_partition;
pub use state::Offsets;
pub use types::{
    CommitPartition, CommitRequest, CommittedOffset, FetchedOffset, PartitionOutcome, Topic,
};

//! The load generator: one thread, the raw protocol, batches encoded beforehand.
//!
//! ```text
//! Batch ─▶ frames ─▶ Producer ─▶ socket        as fast as answers come (closed loop), latency from the request
//! Schedule ─▶ Pacer ─▶ Stream ─▶ socket        at a fixed rate (open loop), latency from when it was due
//!                      Consumer ◀─▶ socket     counts every record that it gets
//!
//! Committer, Member ◀─▶ Caller ◀─▶ socket      members of groups, who ask one thing at a time
//! ```

mod batch;
mod caller;
mod classic;
mod commits;
mod connection;
mod consumer;
mod convergence;
mod groups;
mod heartbeats;
mod joins;
mod member;
mod pacer;
mod producer;
mod session;
mod stream;
mod topic;

pub(crate) use batch::Batch;
pub(crate) use commits::CommitLoad;
pub(crate) use consumer::{Consumer, WAIT_MAX, count_records};
pub(crate) use groups::await_coordinators;
pub(crate) use heartbeats::HeartbeatLoad;
pub(crate) use joins::JoinLoad;
pub(crate) use producer::{Limits, ProduceLoad};
pub(crate) use session::SessionConsumer;
pub(crate) use stream::{Course, Rate, StreamLoad};
pub(crate) use topic::{Topic, await_ready};

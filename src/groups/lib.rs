//! Groups of consumers, and the offsets they commit: pure state machines over the records of `__consumer_offsets`.
//!
//! ```text
//! request ▶ GroupState ─┬─ classic::ClassicGroup     JoinGroup, SyncGroup, Heartbeat, LeaveGroup
//!                       ├─ consumer::ConsumerGroup   ConsumerGroupHeartbeat (KIP-848) ─ assignor
//!                       └─ offsets::Offsets          OffsetCommit, OffsetFetch, OffsetDelete, expiry
//!                            │
//!                            └▶ GroupRecord ▶ the partition's log, in Kafka's bytes
//! ```
//!
//! * [`Cx`]: what every decision may look at, and where it puts what it wants done.
//! * [`GroupRecord`]: what is in the log.
//! * [`Settings`]: the configuration of groups, as plain numbers.
//! * [`Topics`]: what the machines know of topics.
//! * [`GroupError`]: refusals, in Kafka's codes.
//! * [`bugs`]: faults put in on purpose, to see that the simulation finds them.
//!
//! Nothing here knows the clock or draws a random number: both are passed in.

pub mod assignor;
pub mod bugs;
pub mod classic;
pub mod consumer;
mod cx;
mod embedded;
mod error;
pub mod generated;
pub mod offsets;
mod records;
mod settings;
pub mod state;
mod topics;

pub use cx::Cx;
pub use error::GroupError;
pub use records::GroupRecord;
pub use settings::{ConsumerSettings, MigrationPolicy, Settings};
pub use topics::{TopicInfo, Topics};

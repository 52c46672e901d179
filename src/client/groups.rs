//! Groups of consumers: which there are, what they do, and their offsets.

mod committed;
mod delete;
mod describe;
mod listing;
mod state;

use std::collections::{BTreeMap, BTreeSet};

pub use committed::{CommittedOffset, PartitionOutcomes};
pub use describe::{GroupDescription, GroupMember};
pub use listing::{GroupFilter, GroupListing};
pub use state::{GroupState, GroupType};

use crate::error::BrokerError;

/// A topic and one of its partitions.
pub type TopicPartition = (String, i32);

/// Partitions by their topics.
pub type Assignment = BTreeMap<String, BTreeSet<i32>>;

/// What came of each group that was asked for.
pub type GroupOutcomes<T> = Vec<(String, Result<T, BrokerError>)>;

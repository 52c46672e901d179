//! The replica state machine of one partition.
//!
//! A [`Replica`] owns its log, knows by which leader epoch it leads and how far records are committed, and says
//! who may read up to where. [`Waiters`] are the readers that wait for news, as data: nothing is parked.
//!
//! Today a partition has one replica, this broker's, so that what is appended is committed. Followers, the
//! in-sync set and divergence join here with the cluster.

mod replica;
mod waiters;

pub use replica::{
    CommittedUpTo, DeletedRecords, Diverging, ListedOffset, ReadAnswer, ReadRequest, Reader,
    Replica, ReplicaError,
};
pub use waiters::{Waiter, Waiters};

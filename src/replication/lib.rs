//! The replica state machine of one partition.
//!
//! A [`Replica`] owns its log, knows by which leader epoch it leads and how far records are committed, and says
//! who may read up to where. [`Waiters`] are the readers that wait for news, as data: nothing is parked. A
//! [`FetchSession`] remembers what a reader fetches; a [`SessionCache`] is where the sessions have their places.
//!
//! Today a partition has one replica, this broker's, so that what is appended is committed. Followers, the
//! in-sync set and divergence join here with the cluster.

mod fetch_session;
mod replica;
mod session_cache;
mod waiters;

pub use fetch_session::{FINAL_EPOCH, FetchSession, INITIAL_EPOCH, Told, next_epoch};
pub use replica::{
    CommittedUpTo, DeletedRecords, Diverging, ListedOffset, ReadAnswer, ReadRequest, Reader,
    Replica, ReplicaError,
};
pub use session_cache::{Candidate, SessionCache};
pub use waiters::{WaitId, Waiter, Waiters};

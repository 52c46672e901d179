//! What a shell wants done, and what it is told of the partition.

use std::sync::Arc;

use thiserror::Error;

use crate::effects::Ticket;
use crate::state::State;

/// Identifies a write of a shell. A shell never gives the same twice, so that a late outcome is told apart from that of
/// the write under way. Another shell gives the same ones: outcomes are for the shell that wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WriteId(pub u64);

/// Where a write came to be in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The first record's offset.
    pub first_offset: i64,
    /// The last record's offset.
    pub last_offset: i64,
}

/// Why a write is not known to be in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub enum AppendRefused {
    /// Nothing was written, and there are too few replicas in sync to write anything. The only one that does not cost
    /// the state: the same records are written again a little later.
    #[error("too few replicas are in sync")]
    NotEnoughReplicas,
    /// Nothing was written: the partition is not led here, or by another epoch than the state was loaded at.
    #[error("the partition is led by another epoch")]
    WrongEpoch,
    /// The log ends elsewhere than where the records were to go: somebody else has written, of whom the state knows nothing.
    #[error("the log ends elsewhere than expected")]
    OtherEnd,
    /// The records are larger than a batch may be.
    #[error("the records are larger than a batch")]
    TooLarge,
    /// The log could not be written. Something of it may be there.
    #[error("the log could not be written")]
    Storage,
    /// Nobody knows whether it was written: the partition was lost with the question.
    #[error("nobody knows whether it was written")]
    Unknown,
}

/// Why a request is refused by the shell. The state has no say in these.
///
/// What Kafka 4.3.1 makes of each (`CoordinatorOperationExceptionHelper`) before the APIs' own rules (a heartbeat
/// is answered without an error while the log is replayed, for one) is named with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub enum Refused {
    /// The log is replayed: come again. COORDINATOR_LOAD_IN_PROGRESS.
    #[error("the log is replayed")]
    Loading,
    /// The partition is not led here. NOT_COORDINATOR.
    #[error("the partition is not led here")]
    NotCoordinator,
    /// The state was thrown away. The request may have been carried out or not.
    /// NOT_COORDINATOR after [`AppendRefused::WrongEpoch`], [`AppendRefused::OtherEnd`] and [`AppendRefused::Storage`];
    /// COORDINATOR_NOT_AVAILABLE otherwise, which all clients ask again after.
    #[error("the state was thrown away: {0}")]
    AppendFailed(AppendRefused),
    /// The request's records are larger than a batch. It was not carried out, and never will be. UNKNOWN_SERVER_ERROR.
    #[error("the request's records are larger than a batch")]
    TooLarge,
    /// Its records were not committed in time. They may be later. COORDINATOR_NOT_AVAILABLE (from REQUEST_TIMED_OUT).
    #[error("not committed in time")]
    TimedOut,
    /// There is too much under way. The request was not carried out. COORDINATOR_NOT_AVAILABLE, which all clients ask
    /// again after (Kafka has no such limit).
    #[error("too much is under way")]
    Busy,
}

/// What a shell wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Out<R, A> {
    /// Append these records as one batch, and say what came of it by [`Shell::appended`](crate::Shell::appended). Exactly
    /// one write is under way.
    Write {
        /// Which write it is.
        id: WriteId,
        /// The partition refuses if it leads by another epoch.
        epoch: i32,
        /// The partition refuses if its log ends elsewhere. It keeps out a write whose outcome nobody knew, and which
        /// reaches the log only after the state was made again without it.
        base_offset: i64,
        /// What is written; never empty.
        records: Arc<Vec<R>>,
    },
    /// Answer a request.
    Answer {
        /// Which.
        ticket: Ticket,
        /// With what.
        answer: A,
    },
    /// Refuse a request.
    Refuse {
        /// Which.
        ticket: Ticket,
        /// Why.
        why: Refused,
    },
    /// The state was thrown away: begin loading again if the partition is still led here, else resign. Not at once each
    /// time, if it happens time and again.
    Reload {
        /// Why.
        why: AppendRefused,
    },
}

/// What the shell of a state wants done, in this order.
pub type Outbox<S> = Vec<Out<<S as State>::Record, <S as State>::Answer>>;

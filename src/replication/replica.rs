//! One replica of a partition, as its leader.

use std::io;

use kabuki_log::{
    AbortedTransaction, AppendBatch, AppendOutcome, EpochEnd, Log, Now, OffsetQuery, Origin,
    ReadError, ReadSlice,
};

/// In requests: the sender says nothing of a leader epoch.
const NO_EPOCH: i32 = -1;
/// In a DeleteRecords request: everything that is committed.
const UP_TO_HIGH_WATERMARK: i64 = -1;

/// Who reads, which decides up to where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A consumer that takes everything committed by replication: up to the high watermark.
    Uncommitted,
    /// A consumer that takes only decided transactions: up to the last stable offset.
    Committed,
    /// Another replica: up to the log's end.
    Replica,
}

/// How far what is in the log may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommittedUpTo {
    /// The log's end (LEO).
    pub log_end_offset: i64,
    /// Below it, every in-sync replica has everything. Never above the log's end.
    pub high_watermark: i64,
    /// Below it, every transaction is decided. Never above the high watermark.
    pub last_stable_offset: i64,
}

impl CommittedUpTo {
    /// The first offset that a reader may not have yet.
    pub fn for_reader(&self, reader: Reader) -> i64 {
        match reader {
            Reader::Uncommitted => self.high_watermark,
            Reader::Committed => self.last_stable_offset,
            Reader::Replica => self.log_end_offset,
        }
    }
}

/// Why a replica does not do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum ReplicaError {
    /// The sender knows an older leader (FENCED_LEADER_EPOCH).
    #[error("leader epoch {given} is older than {current}")]
    FencedLeaderEpoch {
        /// What the sender said.
        given: i32,
        /// What is so.
        current: i32,
    },
    /// The sender knows a newer leader than this broker does (UNKNOWN_LEADER_EPOCH).
    #[error("leader epoch {given} is newer than {current}")]
    UnknownLeaderEpoch {
        /// What the sender said.
        given: i32,
        /// What is known here.
        current: i32,
    },
    /// The sender says that it follows this partition, and no replica is on that broker: UNKNOWN_LEADER_EPOCH when it said
    /// an epoch (it may know of a newer one), otherwise NOT_LEADER_OR_FOLLOWER.
    #[error("broker {broker} has no replica of the partition")]
    NotAFollower {
        /// Who it says it is.
        broker: i32,
        /// It said the leader epoch that it knows.
        said_epoch: bool,
    },
    /// Outside of the log (OFFSET_OUT_OF_RANGE).
    #[error("offset {offset} is outside of [{log_start_offset}, {up_to}]")]
    OffsetOutOfRange {
        /// What was asked for.
        offset: i64,
        /// First offset of the log.
        log_start_offset: i64,
        /// The largest offset that would do.
        up_to: i64,
    },
    /// The high watermark has not reached the begin of this leader's epoch, so that the answer could go back in
    /// time (OFFSET_NOT_AVAILABLE, KIP-207).
    #[error("high watermark {high_watermark} is below the begin of the leader's epoch")]
    OffsetNotAvailable {
        /// Where it is.
        high_watermark: i64,
    },
    /// The files failed (KAFKA_STORAGE_ERROR).
    #[error("storage failed: {0}")]
    Storage(#[from] io::Error),
}

/// One partition of a Fetch request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadRequest {
    /// First offset wanted.
    pub offset: i64,
    /// At most so many bytes.
    pub max_bytes: usize,
    /// The first batch comes whole, however large.
    pub min_one_batch: bool,
    /// Who reads.
    pub reader: Reader,
    /// The broker that says it follows this partition.
    pub follower: Option<i32>,
    /// The leader epoch that the reader knows, −1 for none.
    pub current_leader_epoch: i32,
    /// The epoch of the last record that the reader has, −1 for none (KIP-595).
    pub last_fetched_epoch: i32,
}

/// What a fetch finds.
#[derive(Debug, Clone)]
pub struct ReadAnswer {
    /// How far one may read.
    pub up_to: CommittedUpTo,
    /// First offset of the log.
    pub log_start_offset: i64,
    /// What was read, if there is anything, or where the reader's log left this one.
    pub found: Result<Option<ReadSlice>, Diverging>,
    /// For [`Reader::Committed`], the transactions to pass over in what was read.
    pub aborted: Vec<AbortedTransaction>,
}

/// The largest epoch that is not above the reader's, and where it ended: the reader truncates to there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Diverging {
    /// The epoch.
    pub epoch: i32,
    /// The offset after its last record.
    pub end_offset: i64,
}

/// The answer to a ListOffsets request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedOffset {
    /// The offset.
    pub offset: i64,
    /// The record's timestamp in milliseconds; −1 for the log's start and end.
    pub timestamp: i64,
    /// The leader epoch, −1 when unknown.
    pub leader_epoch: i32,
}

/// What a DeleteRecords request came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeletedRecords {
    /// The first offset that is left on every replica.
    pub low_watermark: i64,
    /// The log's start moved: readers are to hear of it, old segments may go.
    pub moved: bool,
}

/// A replica that leads its partition.
///
/// Invariants: last stable offset ≤ high watermark ≤ log end offset; the leader epoch never falls.
#[derive(Debug)]
pub struct Replica {
    log: Log,
    leader_epoch: i32,
    /// Where this leader's reign began.
    epoch_start_offset: i64,
    high_watermark: i64,
}

impl Replica {
    /// Takes the lead over an open log. As the only replica it commits what it has.
    pub fn lead(log: Log, leader_epoch: i32) -> Self {
        let mut replica = Self { log, leader_epoch, epoch_start_offset: 0, high_watermark: 0 };
        replica.begin_reign();
        replica
    }

    /// Hears of a newer leader epoch in which it still leads. Older ones are ignored: false.
    pub fn set_leader_epoch(&mut self, leader_epoch: i32) -> bool {
        if leader_epoch <= self.leader_epoch {
            return false;
        }
        self.leader_epoch = leader_epoch;
        self.begin_reign();
        true
    }

    fn begin_reign(&mut self) {
        self.epoch_start_offset = self.log.log_end_offset();
        self.log.assign_leader_epoch(self.leader_epoch);
        self.advance_high_watermark();
    }

    /// The epoch it leads by.
    pub fn leader_epoch(&self) -> i32 {
        self.leader_epoch
    }

    /// Its log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Its log, for what does not change offsets: settings, flushes, retention.
    pub fn log_mut(&mut self) -> &mut Log {
        &mut self.log
    }

    /// Gives the log up, to be closed.
    pub fn into_log(self) -> Log {
        self.log
    }

    /// How far one may read.
    pub fn up_to(&self) -> CommittedUpTo {
        let high_watermark = self.high_watermark;
        let unstable = self.log.first_unstable_offset().unwrap_or(high_watermark);
        CommittedUpTo {
            log_end_offset: self.log.log_end_offset(),
            high_watermark,
            last_stable_offset: unstable.min(high_watermark),
        }
    }

    /// Appends as the leader. Afterwards [`Waiters::take_news`](crate::Waiters::take_news) with
    /// [`Replica::up_to`] says whom to wake.
    pub fn append(&mut self, now: Now, origin: Origin, batches: &[AppendBatch]) -> AppendOutcome {
        let outcome = self.log.append(now, self.leader_epoch, origin, batches);
        self.advance_high_watermark();
        outcome
    }

    /// With the local replica alone in sync, what is in the log is committed.
    fn advance_high_watermark(&mut self) {
        debug_assert!(self.high_watermark <= self.log.log_end_offset(), "committed is never cut");
        self.high_watermark = self.log.log_end_offset();
        self.log.acknowledge(self.high_watermark);
    }

    /// Whether the sender of a request speaks of the same leadership (KIP-320).
    pub fn check_leader_epoch(&self, given: i32) -> Result<(), ReplicaError> {
        let current = self.leader_epoch;
        match given {
            NO_EPOCH => Ok(()),
            _ if given < current => Err(ReplicaError::FencedLeaderEpoch { given, current }),
            _ if given > current => Err(ReplicaError::UnknownLeaderEpoch { given, current }),
            _ => Ok(()),
        }
    }

    /// Reads for a Fetch request.
    pub fn read(&mut self, request: &ReadRequest) -> Result<ReadAnswer, ReplicaError> {
        self.check_leader_epoch(request.current_leader_epoch)?;
        if let Some(broker) = request.follower {
            // There is one replica, this one.
            let said_epoch = request.current_leader_epoch != NO_EPOCH;
            return Err(ReplicaError::NotAFollower { broker, said_epoch });
        }
        let (up_to, log_start_offset) = (self.up_to(), self.log.log_start_offset());
        if let Some(diverging) = self.diverging(request)? {
            let found = Err(diverging);
            return Ok(ReadAnswer { up_to, log_start_offset, found, aborted: Vec::new() });
        }
        let bound = up_to.for_reader(request.reader);
        let slice = self
            .log
            .read(request.offset, request.max_bytes, request.min_one_batch, bound)
            .map_err(read_error)?;
        let aborted = match (request.reader, &slice) {
            (Reader::Committed, Some(slice)) => self.log.aborted_in(slice)?,
            _ => Vec::new(),
        };
        Ok(ReadAnswer { up_to, log_start_offset, found: Ok(slice), aborted })
    }

    /// Where the reader's log left this one, if it says what it has.
    fn diverging(&self, request: &ReadRequest) -> Result<Option<Diverging>, ReplicaError> {
        if request.last_fetched_epoch < 0 {
            return Ok(None);
        }
        let end = self.log.end_offset_for_epoch(request.last_fetched_epoch);
        let end = end.filter(|_| request.offset >= self.log.log_start_offset());
        let Some(EpochEnd { epoch, end_offset }) = end else {
            return Err(self.out_of_range(request.offset, self.log.log_end_offset()));
        };
        let parted = epoch < request.last_fetched_epoch || end_offset < request.offset;
        Ok(parted.then_some(Diverging { epoch, end_offset }))
    }

    /// Looks an offset up for a ListOffsets request; `None` when there is no such record (yet).
    pub fn list_offset(
        &mut self,
        query: OffsetQuery,
        reader: Reader,
        current_leader_epoch: i32,
    ) -> Result<Option<ListedOffset>, ReplicaError> {
        self.check_leader_epoch(current_leader_epoch)?;
        let bound = self.up_to().for_reader(reader);
        if query == OffsetQuery::Latest {
            self.check_reign_committed(reader)?;
            let leader_epoch = self.leader_epoch;
            return Ok(Some(ListedOffset { offset: bound, timestamp: -1, leader_epoch }));
        }
        let Some(found) = self.log.offset_for(query).map_err(read_error)? else { return Ok(None) };
        if query != OffsetQuery::Earliest && found.offset >= bound {
            self.check_reign_committed(reader)?;
            return Ok(None);
        }
        let leader_epoch = found.leader_epoch.unwrap_or(NO_EPOCH);
        let (offset, timestamp) = (found.offset, found.timestamp);
        Ok(Some(ListedOffset { offset, timestamp, leader_epoch }))
    }

    fn check_reign_committed(&self, reader: Reader) -> Result<(), ReplicaError> {
        let high_watermark = self.high_watermark;
        if reader != Reader::Replica && high_watermark < self.epoch_start_offset {
            return Err(ReplicaError::OffsetNotAvailable { high_watermark });
        }
        Ok(())
    }

    /// Where an epoch ended (OffsetForLeaderEpoch); `None` when it is above all known ones.
    pub fn end_offset_for_epoch(
        &self,
        current_leader_epoch: i32,
        epoch: i32,
    ) -> Result<Option<EpochEnd>, ReplicaError> {
        self.check_leader_epoch(current_leader_epoch)?;
        Ok(self.log.end_offset_for_epoch(epoch))
    }

    /// Deletes the records below an offset, −1 for everything committed (DeleteRecords).
    pub fn delete_records(&mut self, before: i64) -> Result<DeletedRecords, ReplicaError> {
        let high_watermark = self.high_watermark;
        let before = if before == UP_TO_HIGH_WATERMARK { high_watermark } else { before };
        if !(0..=high_watermark).contains(&before) {
            return Err(self.out_of_range(before, high_watermark));
        }
        let moved = self.log.delete_records(before)?;
        Ok(DeletedRecords { low_watermark: self.log.log_start_offset(), moved })
    }

    fn out_of_range(&self, offset: i64, up_to: i64) -> ReplicaError {
        let log_start_offset = self.log.log_start_offset();
        ReplicaError::OffsetOutOfRange { offset, log_start_offset, up_to }
    }
}

fn read_error(error: ReadError) -> ReplicaError {
    match error {
        ReadError::OffsetOutOfRange { offset, log_start_offset, log_end_offset } => {
            ReplicaError::OffsetOutOfRange { offset, log_start_offset, up_to: log_end_offset }
        }
        ReadError::Io(error) => ReplicaError::Storage(error),
    }
}

#[cfg(test)]
#[path = "replica_tests.rs"]
mod tests;

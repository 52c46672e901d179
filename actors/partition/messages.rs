//! What a partition is told and asked.

use std::sync::Weak;

use bytes::Bytes;
use kabuki_log::{Appended, EpochEnd, OffsetQuery};
use kabuki_records::validate::InvalidBatch;
use kabuki_replication::{
    CommittedUpTo, DeletedRecords, Diverging, ListedOffset, Reader, ReplicaError,
};

use super::subscription::Subscription;
use crate::network::FileSlice;
use crate::supervision::Reply;

/// Append one partition's records of a produce request.
#[derive(Debug)]
pub(crate) struct Append {
    /// The records field as it came.
    pub(crate) records: Bytes,
    /// Version of the produce request, which gates codecs.
    pub(crate) produce_version: i16,
    /// Only there; a client does not say.
    pub(crate) expected: Option<Expected>,
    /// Where the answer goes.
    pub(crate) reply: Reply<AppendAnswer>,
}

/// Where a coordinator's records are to go, or nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expected {
    /// The partition is led by this epoch.
    pub(crate) leader_epoch: i32,
    /// The log ends here. A write whose outcome nobody knew, and which comes late, is kept out by it.
    pub(crate) base_offset: i64,
}

/// What an append came to.
pub(crate) type AppendAnswer = Result<Appended, RefusedAppend>;

/// An append that did not happen.
#[derive(Debug)]
pub(crate) struct RefusedAppend {
    /// The reason.
    pub(crate) why: AppendFailure,
    /// The first offset of the log, −1 when it was handed over to be closed.
    pub(crate) log_start_offset: i64,
}

/// Why nothing was appended.
#[derive(Debug)]
pub(crate) enum AppendFailure {
    /// The records are not what they should be.
    Invalid(InvalidBatch),
    /// The log refused or could not take them.
    Log(kabuki_log::AppendError),
    /// The log dir has failed (KAFKA_STORAGE_ERROR).
    Offline,
    /// The partition is led by another epoch than the sender knows (FENCED_LEADER_EPOCH).
    Fenced,
    /// The log ends elsewhere than the sender knows.
    OtherEnd,
}

/// Say that there is more than a read found.
#[derive(Debug)]
pub(crate) struct Watch {
    /// Where to say it, once.
    pub(crate) subscription: Weak<Subscription>,
    /// What the partition is called there.
    pub(crate) place: u64,
    /// Only if the read finds fewer bytes than this.
    pub(crate) below_bytes: usize,
}

/// Read from an offset.
#[derive(Debug)]
pub(crate) struct Read {
    /// First offset wanted.
    pub(crate) offset: i64,
    /// At most so many bytes, except that the first batch comes whole.
    pub(crate) bytes_max: usize,
    /// Leader epoch that the reader believes in; −1 when it does not say.
    pub(crate) current_leader_epoch: i32,
    /// Epoch of the last record that the reader has; −1 when it does not say.
    pub(crate) last_fetched_epoch: i32,
    /// Who reads: how far it may see.
    pub(crate) reader: Reader,
    /// The broker that says it follows this partition.
    pub(crate) follower: Option<i32>,
    /// Identifies the reader (its connection).
    pub(crate) reader_id: u64,
    /// Whom to tell once there is more.
    pub(crate) watch: Option<Watch>,
    /// Where the answer goes.
    pub(crate) reply: Reply<ReadAnswer>,
}

/// What a read came to.
pub(crate) type ReadAnswer = Result<ReadData, Refusal>;

/// The state of the partition, and a slice of its log.
#[derive(Debug)]
pub(crate) struct ReadData {
    /// How far one may read.
    pub(crate) up_to: CommittedUpTo,
    /// The first offset.
    pub(crate) log_start_offset: i64,
    /// Bytes of whole batches; the last may be cut.
    pub(crate) slice: Option<FileSlice>,
    /// Bytes of the first batch.
    pub(crate) first_batch_bytes: usize,
    /// The reader's log has left the leader's: it must cut back to where this epoch ends.
    pub(crate) diverging: Option<Diverging>,
    /// What a reader of decided transactions passes over in the slice.
    pub(crate) aborted: Vec<kabuki_log::AbortedTransaction>,
}

/// Why a partition did not answer a question about its log.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The log was handed over to be closed (NOT_LEADER_OR_FOLLOWER).
    Closed,
    /// The log dir has failed (KAFKA_STORAGE_ERROR).
    Offline,
    /// The replica's own reason.
    Replica(ReplicaError),
    /// The topic is compacted and nothing else: its records are not deleted by offset (POLICY_VIOLATION).
    Compacted,
}

/// Look an offset up.
#[derive(Debug)]
pub(crate) struct LookUp {
    /// By what; `None` asks for what this log never has (offsets in tiered storage), and still says whether the
    /// requester knows the leader.
    pub(crate) query: Option<OffsetQuery>,
    /// Leader epoch that the requester believes in; −1 when it does not say.
    pub(crate) current_leader_epoch: i32,
    /// Who asks: which end "latest" means.
    pub(crate) reader: Reader,
    /// Where the answer goes.
    pub(crate) reply: Reply<OffsetAnswer>,
}

/// The offset, `None` when no record is as late as that; or why not.
pub(crate) type OffsetAnswer = Result<Option<ListedOffset>, Refusal>;

/// Say where a leader epoch ended.
#[derive(Debug)]
pub(crate) struct FindEpochEnd {
    /// Which epoch.
    pub(crate) epoch: i32,
    /// Leader epoch that the requester believes in; −1 when it does not say.
    pub(crate) current_leader_epoch: i32,
    /// Where the answer goes.
    pub(crate) reply: Reply<EpochEndAnswer>,
}

/// The largest epoch at or below the one asked for, and where it ended; `None` when the epoch is not known here.
pub(crate) type EpochEndAnswer = Result<Option<EpochEnd>, Refusal>;

/// Delete the records below an offset.
#[derive(Debug)]
pub(crate) struct DeleteRecords {
    /// The first offset to keep; −1 deletes all that is committed.
    pub(crate) before: i64,
    /// Where the answer goes.
    pub(crate) reply: Reply<DeleteAnswer>,
}

/// The low watermark: the first offset that any replica has left.
pub(crate) type DeleteAnswer = Result<DeletedRecords, Refusal>;

/// Say how much room the log takes.
#[derive(Debug)]
pub(crate) struct Measure {
    /// Where the answer goes.
    pub(crate) reply: Reply<Measured>,
}

/// The room that a log takes; `None` when it is not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measured(pub(crate) Option<LogSize>);

/// The room that a log takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LogSize {
    /// Bytes of all segments, without their indexes.
    pub(crate) bytes: u64,
    /// Records that the log lacks up to the high watermark; a leader's lacks none.
    pub(crate) offset_lag: i64,
}

/// Say which producers are remembered.
#[derive(Debug)]
pub(crate) struct ListProducers {
    /// Where the answer goes.
    pub(crate) reply: Reply<ProducersAnswer>,
}

/// The producers, by id.
pub(crate) type ProducersAnswer = Result<Vec<ActiveProducer>, Refusal>;

/// What is remembered of one producer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ActiveProducer {
    /// Its id.
    pub(crate) id: i64,
    /// The newest epoch seen.
    pub(crate) epoch: i16,
    /// Sequence number of its last record, −1 for none.
    pub(crate) last_sequence: i32,
    /// Timestamp of its last batch or marker in milliseconds.
    pub(crate) last_timestamp: i64,
    /// Epoch of the coordinator that ended its last transaction, −1 for none.
    pub(crate) coordinator_epoch: i32,
    /// First offset of its open transaction.
    pub(crate) transaction_start: Option<i64>,
}

/// The topic's configuration or the leader epoch changed: look at the seed.
#[derive(Debug)]
pub(crate) struct Reconfigured;

/// Time has passed: whatever is due now and then.
#[derive(Debug)]
pub(crate) struct Tick;

//! What goes into a log and what comes out of it: inputs, answers, errors.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use kabuki_records::batch::BatchHead;

use crate::dir::LogFile;

/// The time, given to every operation that needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Now {
    /// Milliseconds since the epoch.
    pub wall_ms: i64,
}

impl Now {
    /// So many milliseconds since the epoch.
    pub fn at(wall_ms: i64) -> Self {
        Self { wall_ms }
    }
}

/// The topic's and the broker's settings that a log follows. Each can change while the log is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogOptions {
    /// `segment.bytes`: a segment is rolled before it would exceed this.
    pub segment_bytes: u32,
    /// `segment.ms`: a segment whose first batch is older than this is rolled at the next append.
    pub segment_ms: i64,
    /// `segment.jitter.ms`: at most so much is taken off `segment_ms`, differently per segment.
    pub segment_jitter_ms: i64,
    /// Seed of the jitter, so that logs created together do not roll together.
    pub jitter_seed: u64,
    /// `segment.index.bytes`: a segment whose index is full is rolled.
    pub segment_index_bytes: u32,
    /// `index.interval.bytes`: about one index entry per so many bytes of log.
    pub index_interval_bytes: u32,
    /// Whether `cleanup.policy` contains `delete`: retention by time and size applies.
    pub delete: bool,
    /// `retention.ms`; negative means without limit.
    pub retention_ms: i64,
    /// `retention.bytes`; negative means without limit.
    pub retention_bytes: i64,
    /// `producer.id.expiration.ms`: producers idle for longer are forgotten.
    pub producer_id_expiration_ms: i64,
}

impl Default for LogOptions {
    /// Apache Kafka 4.3.1's defaults.
    fn default() -> Self {
        Self {
            segment_bytes: 1 << 30,
            segment_ms: 7 * 24 * 3600 * 1000,
            segment_jitter_ms: 0,
            jitter_seed: 0,
            segment_index_bytes: 10 << 20,
            index_interval_bytes: 4096,
            delete: true,
            retention_ms: 7 * 24 * 3600 * 1000,
            retention_bytes: -1,
            producer_id_expiration_ms: 24 * 3600 * 1000,
        }
    }
}

/// How much of what is on disk an opening log may believe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trust {
    /// The process ended without the clean-shutdown marker: everything from the segment of the recovery point
    /// on is read and its CRCs are checked.
    #[default]
    RecoveryPoint,
    /// The clean-shutdown marker was there: files are whole.
    CleanShutdown,
    /// The writer died within a living process, so what it wrote is in the page cache: only what follows the
    /// last index entry of the last segment is checked.
    LastIndexEntry,
}

/// What the log dir's checkpoints say of a log that is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recovery {
    /// How much may be believed.
    pub trust: Trust,
    /// From `recovery-point-offset-checkpoint`: everything below was synced. 0 when unknown.
    pub recovery_point: i64,
    /// From `log-start-offset-checkpoint`. 0 when unknown.
    pub log_start_offset: i64,
}

/// What opening a log found and did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecoveryReport {
    /// Segments whose batches were read and checked.
    pub segments_recovered: usize,
    /// Bytes that were read and checked.
    pub bytes_checked: u64,
    /// Bytes cut off behind the last whole batch.
    pub bytes_truncated: u64,
    /// Segments dropped because they followed a damaged one.
    pub segments_dropped: usize,
    /// Whether a producer snapshot was used, and the offset it stands at.
    pub producer_snapshot: Option<i64>,
    /// Files renamed to `.deleted` that are to be removed.
    pub removals: Vec<crate::Removal>,
}

/// A segment that is about to be read and checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecoveryProgress {
    /// Base offset of the segment.
    pub base_offset: i64,
    /// Its bytes.
    pub bytes: u64,
}

/// Why a log could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file system said no.
    #[error("cannot open log {name}: {source}")]
    Io {
        /// The partition's directory name.
        name: String,
        /// What the file system said.
        source: io::Error,
    },
}

/// Who appends, which decides what is checked of a producer's sequence numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A client's produce request: epoch and sequence are checked, duplicates are recognized.
    Client,
    /// A coordinator of this broker: the epoch is checked, sequence numbers are absent.
    Coordinator,
    /// Batches that a leader has already checked, or this broker's own metadata.
    Replication,
}

/// One validated batch on its way into the log.
#[derive(Debug, Clone)]
pub struct AppendBatch {
    /// The head as it is to be written; base offset and partition leader epoch are set by the log.
    pub head: BatchHead,
    /// The whole batch, head included, as it came. Never changed: a new head is written before the rest.
    pub bytes: Bytes,
    /// `head` differs from the head in `bytes` beyond the first 16 bytes (log append time): all 61 are written.
    pub changed_head: bool,
}

impl AppendBatch {
    /// A batch whose head stays as it is in `bytes`; `None` when there are not 61 bytes.
    pub fn new(bytes: Bytes) -> Option<Self> {
        let head = BatchHead::read(&bytes)?;
        Some(Self { head, bytes, changed_head: false })
    }
}

/// Where a batch came to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Offset of the first record.
    pub base_offset: i64,
    /// Offset of the last record.
    pub last_offset: i64,
    /// The time for the produce response: the broker's with log append time, −1 with create time; for a
    /// duplicate the timestamp of the batch that is already there.
    pub log_append_time: i64,
    /// The log's first offset after the append.
    pub log_start_offset: i64,
    /// Nothing was written: the producer had sent this batch before, and this is where it stands.
    pub duplicate: bool,
}

/// Why a batch was not appended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The batch is larger than a segment may be (RECORD_LIST_TOO_LARGE).
    #[error("batch of {size} bytes exceeds the segment size of {segment_bytes}")]
    TooLarge {
        /// Bytes of the batch.
        size: usize,
        /// `segment.bytes`.
        segment_bytes: u32,
    },
    /// The batch's length field does not fit its bytes, or it has no offsets (CORRUPT_MESSAGE).
    #[error("malformed batch")]
    Malformed,
    /// Neither the next sequence number nor a known batch (OUT_OF_ORDER_SEQUENCE_NUMBER).
    #[error("producer {producer_id} sent sequence {sequence} after {last_sequence}")]
    OutOfOrderSequence {
        /// The producer.
        producer_id: i64,
        /// First sequence number of the batch.
        sequence: i32,
        /// The last one appended, −1 for none.
        last_sequence: i32,
    },
    /// An epoch below the last one seen of this producer (INVALID_PRODUCER_EPOCH).
    #[error("producer {producer_id} has epoch {epoch}, the log has seen {current}")]
    InvalidProducerEpoch {
        /// The producer.
        producer_id: i64,
        /// Epoch of the batch.
        epoch: i16,
        /// The newest epoch.
        current: i16,
    },
    /// A plain batch amid the producer's transaction, or a malformed marker (INVALID_TXN_STATE).
    #[error("producer {producer_id} wrote outside of its open transaction")]
    InvalidTransactionState {
        /// The producer.
        producer_id: i64,
    },
    /// A transaction marker of an older coordinator (TRANSACTION_COORDINATOR_FENCED).
    #[error("transaction marker of coordinator epoch {epoch}, the log has seen {current}")]
    CoordinatorFenced {
        /// Epoch of the marker.
        epoch: i32,
        /// The newest epoch.
        current: i32,
    },
    /// A batch with given offsets that starts below the end of the log.
    #[error("batch at offset {base_offset} is below the log end {log_end_offset}")]
    UnexpectedOffset {
        /// Where the batch wants to stand.
        base_offset: i64,
        /// Where the log ends.
        log_end_offset: i64,
    },
    /// The file system said no (KAFKA_STORAGE_ERROR). Nothing of the batch is in the log, unless
    /// [`Log::is_broken`](crate::Log::is_broken) says so.
    #[error("cannot write to the log: {message}")]
    Storage {
        /// What the file system said.
        message: String,
        /// It is not the disk's failure ([`is_exhaustion`](crate::is_exhaustion)): the log is to be opened again.
        exhausted: bool,
    },
}

/// What an append of several batches came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendOutcome {
    /// One answer per batch, in order.
    pub results: Vec<Result<Appended, AppendError>>,
    /// A segment was rolled: a flush of the sealed one is due (Kafka schedules one at once).
    pub rolled: bool,
}

/// A stretch of one segment's file: whole batches, but the last may be cut by the size limit, as in Kafka.
#[derive(Debug, Clone)]
pub struct ReadSlice {
    /// The file; this handle keeps its bytes readable after the segment is deleted.
    pub file: Arc<dyn LogFile>,
    /// Where the slice begins in the file.
    pub position: u64,
    /// Bytes of the slice, at least one.
    pub length: usize,
    /// It was written so recently that it is in memory.
    pub is_recent: bool,
    /// Bytes of the first batch. A caller that must shorten the slice further keeps
    /// at least these when it owes one batch.
    pub first_batch_length: usize,
    /// Offset that was asked for.
    pub offset: i64,
    /// Base offset of the segment.
    pub segment_base_offset: i64,
}

/// Why a read was refused.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Outside of the log (OFFSET_OUT_OF_RANGE).
    #[error("offset {offset} is outside of [{log_start_offset}, {log_end_offset}]")]
    OffsetOutOfRange {
        /// What was asked for.
        offset: i64,
        /// First offset of the log.
        log_start_offset: i64,
        /// Where the log ends.
        log_end_offset: i64,
    },
    /// The file system said no, or a file is not what it was (KAFKA_STORAGE_ERROR).
    #[error("cannot read the log: {0}")]
    Io(#[from] io::Error),
}

/// What to look an offset up by, as in a ListOffsets request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OffsetQuery {
    /// −1: the end of the log.
    Latest,
    /// −2: the first offset.
    Earliest,
    /// −3: the record with the largest timestamp.
    MaxTimestamp,
    /// The first record with this timestamp (milliseconds) or a later one.
    At(i64),
}

/// An offset found by timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundOffset {
    /// The offset.
    pub offset: i64,
    /// The record's timestamp in milliseconds; −1 for the log's start and end.
    pub timestamp: i64,
    /// Leader epoch of the batch; `None` when unknown.
    pub leader_epoch: Option<i32>,
}

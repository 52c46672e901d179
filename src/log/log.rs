//! The log of one partition.

use std::io;
use std::sync::Arc;

use crate::dir::Dir;
use crate::flush::{FlushPlan, Flushed};
use crate::leader_epochs::{EpochEnd, LeaderEpochs};
use crate::removal::Removal;
use crate::types::*;

/// The log of one partition. Offsets: `log_start_offset` ≤ `recovery_point` ≤ `log_end_offset`, where the start
/// may also be ahead of the recovery point after records were deleted.
#[derive(Debug)]
pub struct Log {
    name: String,
    dir: Arc<dyn Dir>,
    options: LogOptions,
    epochs: LeaderEpochs,
    log_start_offset: i64,
    log_end_offset: i64,
    recovery_point: i64,
    broken: bool,
}

impl Log {
    /// Opens (or begins) the log in a partition's directory, which must exist. `name` is for messages.
    ///
    /// What was torn by a crash is cut off, missing or damaged indexes are rebuilt, leftovers of interrupted
    /// deletions and compactions are dealt with as in Kafka. Blocks: not for a thread that serves requests.
    pub fn open(
        dir: Arc<dyn Dir>,
        name: &str,
        options: LogOptions,
        recovery: Recovery,
        now: Now,
    ) -> Result<(Self, RecoveryReport), OpenError> {
        let _ = (dir, options, recovery, now);
        Err(OpenError::Io { name: name.to_owned(), source: io::ErrorKind::Unsupported.into() })
    }

    /// Appends batches, each answered on its own, all written with one system call per segment touched.
    ///
    /// Offsets follow the log's end; `leader_epoch` is stamped on each batch. Segments are rolled before a
    /// batch that would not fit, or when their time has come.
    pub fn append(
        &mut self,
        now: Now,
        leader_epoch: i32,
        origin: Origin,
        batches: &[AppendBatch],
    ) -> AppendOutcome {
        let _ = (now, leader_epoch, origin, batches);
        AppendOutcome { results: Vec::new(), rolled: false }
    }

    /// Appends batches as they are, with the offsets and leader epochs of their heads: for a log whose offsets
    /// are given by someone else.
    pub fn append_as_is(&mut self, now: Now, batches: &[AppendBatch]) -> AppendOutcome {
        let _ = (now, batches);
        AppendOutcome { results: Vec::new(), rolled: false }
    }

    /// The batches from the one that holds `offset` on, out of one segment.
    ///
    /// At most `max_bytes`; with `min_one_batch` the first batch comes whole, however large. Only batches below
    /// `upper_bound` (the high watermark, say) are given; from there on, and at the log's end, the slice is
    /// empty. The first batch may begin before `offset`: clients skip what they did not ask for.
    pub fn read(
        &mut self,
        offset: i64,
        max_bytes: usize,
        min_one_batch: bool,
        upper_bound: i64,
    ) -> Result<ReadSlice, ReadError> {
        let _ = (max_bytes, min_one_batch, upper_bound);
        Err(ReadError::OffsetOutOfRange {
            offset,
            log_start_offset: self.log_start_offset,
            log_end_offset: self.log_end_offset,
        })
    }

    /// The offset for a timestamp; `None` when no record is as late as that. May read and decompress one batch.
    pub fn offset_for(&mut self, query: OffsetQuery) -> Result<Option<FoundOffset>, ReadError> {
        let _ = query;
        Ok(None)
    }

    /// The partition's directory name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The partition's directory.
    pub fn dir(&self) -> &Arc<dyn Dir> {
        &self.dir
    }

    /// The settings in force.
    pub fn options(&self) -> &LogOptions {
        &self.options
    }

    /// Puts new settings in force; segments already written stay as they are.
    pub fn set_options(&mut self, options: LogOptions) {
        self.options = options;
    }

    /// First offset that may be read.
    pub fn log_start_offset(&self) -> i64 {
        self.log_start_offset
    }

    /// The offset that the next record gets (LEO).
    pub fn log_end_offset(&self) -> i64 {
        self.log_end_offset
    }

    /// Everything below is synced; for `recovery-point-offset-checkpoint`.
    pub fn recovery_point(&self) -> i64 {
        self.recovery_point
    }

    /// Records that a power loss could still take.
    pub fn unflushed_records(&self) -> i64 {
        self.log_end_offset - self.recovery_point
    }

    /// Bytes of all segments.
    pub fn size_bytes(&self) -> u64 {
        0
    }

    /// Files and memory no longer agree after a failed write: drop this log and open it anew.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// First offset of the oldest transaction that is not yet decided. The last stable offset is this or the
    /// high watermark, whichever is smaller.
    pub fn first_unstable_offset(&self) -> Option<i64> {
        None
    }

    /// Which leader epoch began where.
    pub fn leader_epochs(&self) -> &LeaderEpochs {
        &self.epochs
    }

    /// Notes that this broker leads the partition from the log's end on.
    pub fn assign_leader_epoch(&mut self, epoch: i32) {
        self.epochs.assign(epoch, self.log_end_offset);
    }

    /// Where a leader epoch ended (OffsetForLeaderEpoch); `None` when it is above all known ones.
    pub fn end_offset_for_epoch(&self, epoch: i32) -> Option<EpochEnd> {
        self.epochs.end_offset_for(epoch, self.log_end_offset)
    }

    /// Moves the first offset up (DeleteRecords). Returns false when it was already there. The caller has
    /// checked it against the high watermark; beyond the log's end it is `InvalidInput`.
    pub fn delete_records(&mut self, log_start_offset: i64) -> io::Result<bool> {
        let _ = log_start_offset;
        Ok(false)
    }

    /// Deletes the segments that retention by time, by size or by log start offset allows, none of them at or
    /// beyond the high watermark. The last segment is rolled first when it is among them.
    pub fn delete_old_segments(
        &mut self,
        now: Now,
        high_watermark: i64,
    ) -> io::Result<Vec<Removal>> {
        let _ = (now, high_watermark);
        Ok(Vec::new())
    }

    /// Cuts the log so that it ends at or before `offset` (at a batch's begin).
    pub fn truncate_to(&mut self, now: Now, offset: i64) -> io::Result<Vec<Removal>> {
        let _ = (now, offset);
        Ok(Vec::new())
    }

    /// Drops everything; the log starts and ends at `offset`.
    pub fn truncate_fully_and_start_at(
        &mut self,
        now: Now,
        offset: i64,
    ) -> io::Result<Vec<Removal>> {
        let _ = (now, offset);
        Ok(Vec::new())
    }

    /// Seals the last segment and begins a new one at the log's end; false when the last is empty.
    pub fn roll(&mut self, now: Now) -> io::Result<bool> {
        let _ = now;
        Ok(false)
    }

    /// What to sync so that everything up to the log's end survives a power loss; `None` when nothing is due.
    pub fn flush_plan(&self) -> Option<FlushPlan> {
        None
    }

    /// Hears that a plan of this log ran: the recovery point moves up.
    pub fn flushed(&mut self, flushed: Flushed) {
        let _ = flushed;
    }

    /// Forgets producers that were idle for `producer_id_expiration_ms`; returns how many. Call it every few
    /// minutes (Kafka: `producer.id.expiration.check.interval.ms`, 10 minutes).
    pub fn expire_producers(&mut self, now: Now) -> usize {
        let _ = now;
        0
    }

    /// Writes the producers' snapshot and the leader epochs, completes and syncs every file. Afterwards the log
    /// counts as cleanly shut down. Blocks.
    pub fn close(&mut self) -> io::Result<()> {
        Ok(())
    }
}

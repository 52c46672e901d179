//! The log of one partition.

mod aborted;
mod append;
mod flushing;
mod open;
mod producer_state;
mod read;
mod retention;
mod timestamps;
mod truncate;

use std::io;
use std::sync::Arc;

use crate::dir::Dir;
use crate::leader_epochs::{EpochEnd, LeaderEpochs};
use crate::names::SNAPSHOT_SUFFIX;
use crate::producers::{Producer, Producers};
use crate::removal::Removal;
use crate::segment::{Files, SUFFIXES, Segment};
use crate::types::*;

pub use aborted::AbortedTransaction;

/// The log of one partition.
///
/// `recovery_point` ≤ `log_end_offset`, `log_start_offset` ≤ `log_end_offset`; segments are in rising order of
/// their base offsets, never none, and only the last one is appended to.
#[derive(Debug)]
pub struct Log {
    name: String,
    dir: Arc<dyn Dir>,
    options: LogOptions,
    segments: Vec<Segment>,
    epochs: LeaderEpochs,
    producers: Producers,
    /// Offsets of the producers' snapshots on disk, in rising order.
    snapshots: Vec<i64>,
    /// The offset of the last producer snapshot that was written or found.
    snapshot_offset: i64,
    /// Bytes appended since that snapshot.
    bytes_since_snapshot: u64,
    /// Base offset of the oldest segment that was completed and not synced since.
    unsynced_from: i64,
    /// Snapshots that were written but not synced.
    unsynced_snapshots: Vec<i64>,
    log_start_offset: i64,
    log_end_offset: i64,
    recovery_point: i64,
    changes: ChangeCounts,
    /// The log's end, and what had changed, when the files were last as an orderly end leaves them.
    closed_at: Option<(i64, ChangeCounts)>,
    /// Names were removed that must not come back: an opening syncs the directory before it ends.
    removed_names: bool,
    broken: bool,
}

/// What has changed since when: lets a finished flush say what it covered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct ChangeCounts {
    truncations: u64,
    dir: u64,
    dir_synced: u64,
    epochs: u64,
    epochs_stored: u64,
}

impl Log {
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
        self.segments.iter().map(|it| it.size).sum()
    }

    /// How many segments there are.
    pub fn segment_count(&self) -> usize {
        self.segments.len()
    }

    /// Files and memory no longer agree after a failed write: drop this log and open it anew.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// Which leader epoch began where.
    pub fn leader_epochs(&self) -> &LeaderEpochs {
        &self.epochs
    }

    /// Notes that this broker leads the partition from the log's end on. An epoch without records need not be
    /// stored: whoever opens the log, Kafka too, forgets it.
    pub fn assign_leader_epoch(&mut self, epoch: i32) {
        self.epochs.assign(epoch, self.log_end_offset);
    }

    /// Notes the epoch of a batch.
    fn note_epoch(&mut self, epoch: i32, base_offset: i64) {
        let is_new = self.epochs.assign(epoch, base_offset);
        let begins_here = self.epochs.latest().is_some_and(|it| it.start_offset == base_offset);
        self.changes.epochs += u64::from(is_new || begins_here);
    }

    /// Where a leader epoch ended (OffsetForLeaderEpoch); `None` when it is above all known ones.
    pub fn end_offset_for_epoch(&self, epoch: i32) -> Option<EpochEnd> {
        self.epochs.end_offset_for(epoch, self.log_end_offset)
    }

    /// First offset of the oldest transaction that is not yet decided. The last stable offset is this or the
    /// high watermark, whichever is smaller.
    pub fn first_unstable_offset(&self) -> Option<i64> {
        self.producers.first_unstable_offset().map(|it| it.max(self.log_start_offset))
    }

    /// Hears where the high watermark stands: transactions decided below it are stable.
    pub fn acknowledge(&mut self, high_watermark: i64) {
        self.producers.acknowledge(high_watermark);
    }

    /// What is known of each producer, by producer id.
    pub fn producers(&self) -> impl ExactSizeIterator<Item = (i64, &Producer)> {
        self.producers.iter()
    }

    /// Forgets producers that were idle for `producer_id_expiration_ms`; returns how many. Call it every few
    /// minutes (Kafka: `producer.id.expiration.check.interval.ms`, 10 minutes).
    pub fn expire_producers(&mut self, now: Now) -> usize {
        self.producers.expire(now.wall_ms, self.options.producer_id_expiration_ms)
    }

    /// Seals the last segment and begins a new one at the log's end; false when the last is empty.
    pub fn roll(&mut self, now: Now) -> io::Result<bool> {
        if self.active().size == 0 {
            return Ok(false);
        }
        self.roll_at(self.log_end_offset, now)?;
        Ok(true)
    }

    /// Seals the last segment and begins one at `base_offset`, which is the log's end or beyond.
    fn roll_at(&mut self, base_offset: i64, now: Now) -> io::Result<()> {
        let active = self.active_mut();
        if active.size == 0 && active.base_offset == base_offset {
            return Ok(());
        }
        active.seal()?;
        self.unsynced_from = self.unsynced_from.min(self.active().base_offset);
        self.take_snapshot(base_offset)?;
        let segment = Segment::create(&self.dir, base_offset, now)?;
        self.changes.dir += 1;
        self.active_mut().close_files();
        self.segments.push(segment);
        Ok(())
    }

    fn active(&self) -> &Segment {
        self.segments.last().expect("a log has at least one segment")
    }

    fn active_mut(&mut self) -> &mut Segment {
        self.segments.last_mut().expect("a log has at least one segment")
    }

    /// A sealed segment's files are closed again after use that is not a reader's.
    fn close_if_sealed(&mut self, at: usize) {
        if at + 1 < self.segments.len() {
            self.segments[at].close_files();
        }
    }

    /// Opens a segment for a reader. Before a sealed one is opened the others are closed, so that a log keeps
    /// few descriptors and mappings however many segments are read.
    fn open_for_reader(&mut self, at: usize) -> io::Result<&mut Files> {
        if !self.segments[at].is_open() {
            self.close_other_sealed(at);
        }
        let is_read_again = self.is_read_again(at);
        let files = self.segments[at].files()?;
        if is_read_again {
            files.index.map();
        }
        Ok(files)
    }

    /// Whether a segment is sealed and still open for a reader: only then its indexes are worth being mapped.
    /// Where readers of several segments take turns, each closes what the other opened, and to map and unmap
    /// costs more than a few reads.
    fn is_read_again(&self, at: usize) -> bool {
        at + 1 < self.segments.len() && self.segments[at].is_open()
    }

    fn close_other_sealed(&mut self, at: usize) {
        let others = (0..self.segments.len()).filter(|it| *it != at);
        others.for_each(|it| self.close_if_sealed(it));
    }

    /// Closes every file until it is needed again. Whoever reads a slice keeps its file.
    pub fn close_files(&mut self) {
        self.segments.iter_mut().for_each(Segment::close_files);
    }

    /// The segment that holds an offset, by its place among the segments; the first when all begin behind it.
    fn segment_of(&self, offset: i64) -> usize {
        self.segments.partition_point(|it| it.base_offset <= offset).saturating_sub(1)
    }

    /// Renames the files of segments to `.deleted`, snapshots included.
    fn rename_to_deleted(&mut self, base_offsets: &[i64]) -> io::Result<Removal> {
        let mut names = Vec::new();
        for base_offset in base_offsets {
            for suffix in SUFFIXES {
                let name = crate::names::segment_file(*base_offset, suffix);
                let deleted = format!("{name}{}", crate::names::DELETED_SUFFIX);
                match self.dir.rename(&name, &deleted) {
                    Ok(()) => names.push(deleted),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
            self.snapshots.retain(|it| it != base_offset);
            self.unsynced_snapshots.retain(|it| it != base_offset);
        }
        self.changes.dir += 1;
        self.removed_names = true;
        Ok(Removal::new(self.dir.clone(), names))
    }

    fn snapshot_name(offset: i64) -> String {
        crate::names::segment_file(offset, SNAPSHOT_SUFFIX)
    }
}

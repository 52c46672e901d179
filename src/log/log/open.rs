//! Opening a log: leftovers, segments, recovery.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use super::{ChangeCounts, Log};
use crate::dir::{Dir, Entry, EntryKind, remove_if_exists};
use crate::leader_epochs::LeaderEpochs;
use crate::leftovers;
use crate::names::*;
use crate::producers::Producers;
use crate::scan::{Located, SCAN_CHUNK, ScanError, Scanner};
use crate::segment::Segment;
use crate::types::*;

/// Batches whose index entries are written together while a segment is recovered.
const NOTED_TOGETHER: usize = 4096;

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
        Self::open_with_progress(dir, name, options, recovery, now, &mut |_| {})
    }

    /// Like [`Log::open`], and tells of every segment that is recovered before its bytes are read.
    pub fn open_with_progress(
        dir: Arc<dyn Dir>,
        name: &str,
        options: LogOptions,
        recovery: Recovery,
        now: Now,
        progress: &mut dyn FnMut(RecoveryProgress),
    ) -> Result<(Self, RecoveryReport), OpenError> {
        let failed = |source| OpenError::Io { name: name.to_owned(), source };
        let log = Self::begin(dir, name, options, now).map_err(failed)?;
        Opening {
            log,
            recovery,
            now,
            report: RecoveryReport::default(),
            progress,
            recovered_from: None,
        }
        .run()
        .map_err(failed)
    }

    /// The log with the segments that are on disk, none of them looked into.
    fn begin(dir: Arc<dyn Dir>, name: &str, options: LogOptions, now: Now) -> io::Result<Self> {
        leftovers::settle(dir.as_ref())?;
        let segments = segments_on_disk(&dir, now)?;
        Ok(Self {
            name: name.to_owned(),
            dir,
            options,
            segments,
            epochs: LeaderEpochs::default(),
            producers: Producers::default(),
            snapshot_offset: 0,
            bytes_since_snapshot: 0,
            unsynced_from: i64::MAX,
            unsynced_snapshots: Vec::new(),
            log_start_offset: 0,
            log_end_offset: 0,
            recovery_point: 0,
            changes: ChangeCounts::default(),
            broken: false,
        })
    }
}

/// The segments of a directory, in order; index files without a segment are removed.
fn segments_on_disk(dir: &Arc<dyn Dir>, now: Now) -> io::Result<Vec<Segment>> {
    let mut segments = Vec::new();
    let entries = dir.list()?;
    for (name, size) in entries.iter().filter_map(file_of) {
        if let (true, Some(base_offset)) = (name.ends_with(LOG_SUFFIX), offset_of(name)) {
            segments.push(Segment::known(dir, base_offset, size, now));
        }
    }
    segments.sort_by_key(|it| it.base_offset);
    let known: BTreeSet<i64> = segments.iter().map(|it| it.base_offset).collect();
    for (name, _) in entries.iter().filter_map(file_of) {
        let is_index =
            [INDEX_SUFFIX, TIME_INDEX_SUFFIX, TXN_INDEX_SUFFIX].iter().any(|it| name.ends_with(it));
        if is_index && offset_of(name).is_some_and(|it| !known.contains(&it)) {
            remove_if_exists(dir.as_ref(), name)?;
        }
    }
    Ok(segments)
}

fn file_of(entry: &Entry) -> Option<(&str, u64)> {
    match entry.kind {
        EntryKind::File(size) => Some((&entry.name, size)),
        EntryKind::Dir => None,
    }
}

/// A log on its way to being open.
struct Opening<'a> {
    log: Log,
    recovery: Recovery,
    now: Now,
    report: RecoveryReport,
    progress: &'a mut dyn FnMut(RecoveryProgress),
    /// Base offset of the first segment that was read anew.
    recovered_from: Option<i64>,
}

impl Opening<'_> {
    fn run(mut self) -> io::Result<(Log, RecoveryReport)> {
        self.load_epochs()?;
        self.recover_segments()?;
        self.settle_end()?;
        self.settle_start()?;
        self.complete_epochs()?;
        self.rebuild_producers()?;
        self.sync_recovered()?;
        for at in 0..self.log.segments.len() {
            self.log.close_if_sealed(at);
        }
        Ok((self.log, self.report))
    }

    /// Without a readable epoch file everything is read, so that the epochs are known again.
    fn load_epochs(&mut self) -> io::Result<()> {
        match LeaderEpochs::load(self.log.dir.as_ref())? {
            Ok(epochs) => self.log.epochs = epochs,
            Err(error) => {
                tracing::warn!(log = self.log.name, %error, "leader epochs are read from the log");
                self.recovery.trust = Trust::RecoveryPoint;
                self.recovery.recovery_point = 0;
                self.log.changes.epochs += 1;
            }
        }
        Ok(())
    }

    fn recover_segments(&mut self) -> io::Result<()> {
        let unflushed = match self.recovery.trust {
            Trust::RecoveryPoint if !self.log.segments.is_empty() => {
                self.log.segment_of(self.recovery.recovery_point)
            }
            _ => self.log.segments.len(),
        };
        for at in 0..unflushed {
            if !self.has_sane_indexes(at)? {
                self.recover_segment(at)?;
            }
            if at + 1 == unflushed && unflushed < self.log.segments.len() {
                self.complete_time_index(at)?;
            }
            self.log.close_if_sealed(at);
        }
        for at in unflushed..self.log.segments.len() {
            let truncated = self.recover_segment(at)?;
            self.log.close_if_sealed(at);
            if truncated > 0 {
                return self.drop_segments(at + 1);
            }
        }
        Ok(())
    }

    /// The last segment whose batches are all synced: what its time index was completed with when it got a
    /// successor may not be.
    fn complete_time_index(&mut self, at: usize) -> io::Result<()> {
        let segment = &mut self.log.segments[at];
        segment.reread_max_timestamp()?;
        segment.seal()
    }

    fn has_sane_indexes(&mut self, at: usize) -> io::Result<bool> {
        match self.log.segments[at].files() {
            Ok(_) => Ok(true),
            Err(error)
                if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) =>
            {
                let base_offset = self.log.segments[at].base_offset;
                tracing::warn!(log = self.log.name, base_offset, %error, "index is rebuilt");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Reads and checks every batch, rebuilds the indexes, cuts off what is no batch. Returns the bytes cut.
    fn recover_segment(&mut self, at: usize) -> io::Result<u64> {
        let segment = &mut self.log.segments[at];
        let (base_offset, size) = (segment.base_offset, segment.size);
        (self.progress)(RecoveryProgress { base_offset, bytes: size });
        self.recovered_from =
            Some(self.recovered_from.map_or(base_offset, |it| it.min(base_offset)));
        segment.size = 0;
        segment.reset_indexes()?;
        let file = segment.files()?.log.clone();
        let mut scanner = Scanner::new(file.as_ref(), 0, size, SCAN_CHUNK);
        let mut expected = base_offset;
        let mut found = Vec::new();
        while let Some(batch) = next_valid(&mut scanner, base_offset, expected)? {
            expected = batch.head.next_offset();
            found.push(batch);
            if found.len() == NOTED_TOGETHER {
                self.note(at, &mut found)?;
            }
        }
        self.note(at, &mut found)?;
        let segment = &mut self.log.segments[at];
        let truncated = size - segment.size;
        if truncated > 0 {
            file.set_len(segment.size)?;
            file.sync()?;
        }
        segment.seal()?;
        self.report.segments_recovered += 1;
        self.report.bytes_checked += size;
        self.report.bytes_truncated += truncated;
        Ok(truncated)
    }

    fn note(&mut self, at: usize, found: &mut Vec<Located>) -> io::Result<()> {
        self.log.segments[at].note(&self.log.options, found.drain(..))
    }

    fn assign_epoch(&mut self, batch: &Located) {
        let epoch = batch.head.partition_leader_epoch;
        if self.log.epochs.latest().is_none_or(|it| epoch > it.epoch) {
            self.log.note_epoch(epoch, batch.head.base_offset);
        }
    }

    /// Segments behind a damaged one cannot be reached: they go.
    fn drop_segments(&mut self, from: usize) -> io::Result<()> {
        let dropped: Vec<i64> = self.log.segments.drain(from..).map(|it| it.base_offset).collect();
        if !dropped.is_empty() {
            tracing::warn!(log = self.log.name, count = dropped.len(), "segments dropped");
            self.report.segments_dropped += dropped.len();
            self.report.removals.push(self.log.rename_to_deleted(&dropped)?);
        }
        Ok(())
    }

    /// Finds the log's end, checking what follows the last index entry.
    fn settle_end(&mut self) -> io::Result<()> {
        if let Some(last) = self.log.segments.len().checked_sub(1) {
            self.log.log_end_offset = match self.check_tail(last)? {
                Some(end) => end,
                None => {
                    self.recover_segment(last)?;
                    self.log.segments[last].next_offset()?
                }
            };
        }
        if self.log.log_end_offset < self.recovery.log_start_offset {
            self.log.epochs.clear();
            self.drop_segments(0)?;
        }
        if self.log.segments.is_empty() {
            let start = self.recovery.log_start_offset;
            self.log.segments.push(Segment::create(&self.log.dir, start, self.now)?);
            self.log.changes.dir += 1;
            self.log.log_end_offset = start;
        }
        let known = match self.recovery.trust {
            Trust::CleanShutdown if self.report.bytes_truncated == 0 => self.log.log_end_offset,
            _ => self.recovery.recovery_point,
        };
        self.log.recovery_point = known.clamp(0, self.log.log_end_offset);
        Ok(())
    }

    /// The offset behind the last whole batch, cutting off what follows it; `None` when the indexes do not fit
    /// the file.
    fn check_tail(&mut self, at: usize) -> io::Result<Option<i64>> {
        let segment = &mut self.log.segments[at];
        let (base_offset, size) = (segment.base_offset, segment.size);
        let from = u64::from(segment.files()?.index.last_position());
        let file = segment.files()?.log.clone();
        let mut scanner = Scanner::new(file.as_ref(), from, size, SCAN_CHUNK);
        let (mut expected, mut end) = (base_offset, from);
        while let Some(batch) = next_valid(&mut scanner, base_offset, expected)? {
            (expected, end) = (batch.head.next_offset(), batch.end());
        }
        if end == from && from > 0 {
            return Ok(None);
        }
        if end < size {
            self.report.bytes_truncated += size - end;
            segment.size = end;
            segment.truncate_to(expected, self.now)?;
            file.set_len(end)?;
            file.sync()?;
        }
        segment.reread_max_timestamp()?;
        Ok(Some(expected))
    }

    fn settle_start(&mut self) -> io::Result<()> {
        let first = self.log.segments[0].base_offset;
        self.log.log_start_offset = self.recovery.log_start_offset.max(first);
        let (start, end) = (self.log.log_start_offset, self.log.log_end_offset);
        let cut = self.log.epochs.truncate_from_end(end);
        if self.log.epochs.truncate_from_start(start) || cut {
            self.log.changes.epochs += 1;
        }
        Ok(())
    }

    /// Epochs are stored with a flush, so that the file may lack those that begin at or behind the recovery point;
    /// the last batch tells.
    fn complete_epochs(&mut self) -> io::Result<()> {
        let Some(at) = self.log.segments.iter().rposition(|it| it.size > 0) else { return Ok(()) };
        let Some(batch) = self.log.segments[at].last_batch()? else { return Ok(()) };
        let latest = self.log.epochs.latest();
        if latest.is_some_and(|it| it.epoch >= batch.head.partition_leader_epoch) {
            return Ok(());
        }
        let known = latest.map_or(0, |it| it.start_offset).max(self.recovery.recovery_point);
        self.read_epochs(known.max(self.log.log_start_offset))
    }

    /// Finds where epochs begin by halving: along the log they only rise.
    fn read_epochs(&mut self, from: i64) -> io::Result<()> {
        let mut next = self.batch_at(from)?;
        while let Some(batch) = next {
            let epoch = batch.head.partition_leader_epoch;
            self.assign_epoch(&batch);
            let (mut low, mut high) = (batch.head.next_offset(), self.log.log_end_offset);
            while low < high {
                match self.batch_at(low + (high - low) / 2)? {
                    Some(it) if it.head.partition_leader_epoch <= epoch => {
                        low = it.head.next_offset()
                    }
                    Some(it) if it.head.base_offset < high => high = it.head.base_offset.max(low),
                    // Nothing is left between the middle and what is known to be too late.
                    _ => high = low + (high - low) / 2,
                }
            }
            next = self.batch_at(low)?;
        }
        Ok(())
    }

    /// The batch that holds an offset, or the next one.
    fn batch_at(&mut self, offset: i64) -> io::Result<Option<Located>> {
        for at in self.log.segment_of(offset)..self.log.segments.len() {
            if let Some(batch) = self.log.segments[at].find(offset)? {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    fn rebuild_producers(&mut self) -> io::Result<()> {
        // Aborted transactions of segments that were read anew are found again by replaying them whole.
        let snapshot_max = self.recovered_from.unwrap_or(i64::MAX);
        let now_ms = self.now.wall_ms;
        self.report.producer_snapshot = self.log.rebuild_producers(snapshot_max, now_ms)?;
        self.log.remove_stray_snapshots()?;
        // What was cut off must not come back under records that are appended now.
        self.log.dir.sync()
    }
}

impl Opening<'_> {
    /// Rebuilt indexes stand below the recovery point where the next segment begins at it: no flush would sync
    /// them, and no recovery rebuild them once more.
    fn sync_recovered(&mut self) -> io::Result<()> {
        let Some(from) = self.recovered_from else { return Ok(()) };
        for segment in self.log.segments.iter_mut().filter(|it| it.base_offset >= from) {
            segment.index_files()?.iter().try_for_each(|it| it.sync())?;
        }
        self.log.dir.sync()
    }
}

/// The next batch if it is whole and in its place; `None` at the end, and at the first byte that is no batch.
fn next_valid(
    scanner: &mut Scanner<'_>,
    base_offset: i64,
    expected: i64,
) -> io::Result<Option<Located>> {
    let batch = match scanner.next() {
        Ok(Some(batch)) => batch,
        Ok(None) | Err(ScanError::Damaged { .. }) => return Ok(None),
        Err(ScanError::Io(error)) => return Err(error),
    };
    let in_place = batch.head.base_offset >= expected
        && batch.head.last_offset() - base_offset <= i64::from(i32::MAX);
    Ok((in_place && scanner.is_whole(&batch)?).then_some(batch))
}

//! Opening a log: leftovers, segments, recovery.

mod epochs;
mod segments;

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use super::{ChangeCounts, Log};
use crate::dir::{Dir, Entry, EntryKind, remove_if_exists};
use crate::leader_epochs::LeaderEpochs;
use crate::leftovers;
use crate::names::*;
use crate::producers::Producers;
use crate::segment::Segment;
use crate::types::*;

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
            replays_checked: false,
        }
        .run()
        .map_err(failed)
    }

    /// The log with the segments that are on disk, none of them looked into.
    fn begin(dir: Arc<dyn Dir>, name: &str, options: LogOptions, now: Now) -> io::Result<Self> {
        let mut entries = dir.list()?;
        let has_leftovers = leftovers::settle(dir.as_ref(), &entries)?;
        if has_leftovers {
            entries = dir.list()?;
        }
        let segments = segments_on_disk(&dir, &entries, now)?;
        Ok(Self {
            removed_names: has_leftovers,
            snapshots: snapshots_on_disk(&entries),
            segments,
            ..Self::in_empty_dir(dir, name, options)
        })
    }

    /// A log in a directory that was just made and holds nothing: nothing needs to be read.
    pub fn create(dir: Arc<dyn Dir>, name: &str, options: LogOptions, now: Now) -> Self {
        let segments = vec![Segment::planned(&dir, 0, now)];
        let closed_at = Some((0, ChangeCounts::default()));
        Self { segments, closed_at, ..Self::in_empty_dir(dir, name, options) }
    }

    /// Not whole: it has no segment yet.
    fn in_empty_dir(dir: Arc<dyn Dir>, name: &str, options: LogOptions) -> Self {
        Self {
            name: name.to_owned(),
            dir,
            options,
            segments: Vec::new(),
            epochs: LeaderEpochs::default(),
            producers: Producers::default(),
            snapshots: Vec::new(),
            snapshot_offset: 0,
            bytes_since_snapshot: 0,
            unsynced_from: i64::MAX,
            unsynced_snapshots: Vec::new(),
            log_start_offset: 0,
            log_end_offset: 0,
            recovery_point: 0,
            changes: ChangeCounts::default(),
            closed_at: None,
            removed_names: false,
            broken: false,
        }
    }
}

/// The offsets of the producers' snapshots, in rising order.
fn snapshots_on_disk(entries: &[Entry]) -> Vec<i64> {
    let names = entries.iter().filter(|it| it.name.ends_with(SNAPSHOT_SUFFIX));
    let mut offsets: Vec<i64> = names.filter_map(|it| offset_of(&it.name)).collect();
    offsets.sort_unstable();
    offsets
}

/// The segments of a directory, in order; index files without a segment are removed. Of a last segment without a
/// batch nothing needs to be read: its files are made anew with the first one.
fn segments_on_disk(dir: &Arc<dyn Dir>, entries: &[Entry], now: Now) -> io::Result<Vec<Segment>> {
    let mut segments = Vec::new();
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
    if let Some(last) = segments.last_mut().filter(|it| it.size == 0) {
        *last = Segment::planned(dir, last.base_offset, now);
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
    /// Everything behind the recovery point is checked, batch by batch: leader epochs and the producers' state are built
    /// on the way. Else what is needed for them is read afterwards.
    replays_checked: bool,
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
        self.log.close_files();
        if self.is_whole() {
            self.log.closed_at = Some((self.log.log_end_offset, self.log.changes));
        }
        Ok((self.log, self.report))
    }

    /// Whether the files are as an orderly end leaves them: then closing the log again has nothing to do.
    fn is_whole(&self) -> bool {
        let log = &self.log;
        let is_empty = log.segments.len() == 1 && log.active().is_planned();
        let is_clean =
            self.recovery.trust == Trust::CleanShutdown && log.unsynced_snapshots.is_empty();
        is_empty || (is_clean && self.recovered_from.is_none() && self.report.bytes_truncated == 0)
    }

    /// Finds the log's end, checking what follows the last index entry.
    fn settle_end(&mut self) -> io::Result<()> {
        if let Some(last) = self.log.segments.len().checked_sub(1) {
            self.log.log_end_offset = match self.check_tail(last)? {
                Some(end) => end,
                None => {
                    self.replays_checked = false;
                    self.recover_segment(last, segments::NOTHING_IS_SYNCED)?;
                    self.log.segments[last].next_offset()?
                }
            };
        }
        if self.log.log_end_offset < self.recovery.log_start_offset {
            self.log.epochs.clear();
            self.replays_checked = false;
            self.drop_segments(0)?;
        }
        if self.log.segments.is_empty() {
            let start = self.recovery.log_start_offset;
            let first = self.first_segment(start)?;
            self.log.segments.push(first);
            self.log.log_end_offset = start;
        }
        let known = match self.recovery.trust {
            Trust::CleanShutdown if self.report.bytes_truncated == 0 => self.log.log_end_offset,
            _ => self.recovery.recovery_point,
        };
        self.log.recovery_point = known.clamp(0, self.log.log_end_offset);
        Ok(())
    }

    /// A log that begins at 0 may do without files; another one would forget where it begins.
    fn first_segment(&mut self, start: i64) -> io::Result<Segment> {
        if start == 0 {
            return Ok(Segment::planned(&self.log.dir, start, self.now));
        }
        self.log.changes.dir += 1;
        Segment::create(&self.log.dir, start, self.now)
    }

    fn settle_start(&mut self) -> io::Result<()> {
        self.log.log_start_offset = self.start_offset();
        let (start, end) = (self.log.log_start_offset, self.log.log_end_offset);
        let cut = self.log.epochs.truncate_from_end(end);
        if self.log.epochs.truncate_from_start(start) || cut {
            self.log.changes.epochs += 1;
        }
        Ok(())
    }

    fn start_offset(&self) -> i64 {
        self.recovery.log_start_offset.max(self.log.segments[0].base_offset)
    }

    /// Before the first batch from an offset on is checked, at the end of what is known of a segment: the producers' state
    /// as it was there.
    fn rebuild_producers_before(&mut self, from: i64, at: usize) -> io::Result<()> {
        self.log.log_start_offset = self.start_offset();
        let now_ms = self.now.wall_ms;
        self.report.producer_snapshot = self.log.rebuild_producers_through(at, from, now_ms)?;
        Ok(())
    }

    fn rebuild_producers(&mut self) -> io::Result<()> {
        match self.replays_checked && self.recovered_from.is_some() {
            true => self.log.producers_rebuilt()?,
            false => {
                // Aborted transactions of segments that were read anew are found again by replaying them whole.
                let snapshot_max = self.recovered_from.unwrap_or(i64::MAX);
                let now_ms = self.now.wall_ms;
                self.report.producer_snapshot = self.log.rebuild_producers(snapshot_max, now_ms)?;
            }
        }
        self.log.remove_stray_snapshots()?;
        // What was cut off must not come back under records that are appended now.
        if std::mem::take(&mut self.log.removed_names) {
            self.log.dir.sync()?;
        }
        Ok(())
    }
}

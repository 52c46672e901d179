//! One segment: a file of batches, its offset index, its time index, its index of aborted transactions.

use std::io;
use std::sync::Arc;

use kabuki_records::batch::NO_TIMESTAMP;

use crate::dir::{Dir, LogFile, Open, open_if_exists, remove_if_exists};
use crate::index::{OffsetIndex, TimeIndex, TimestampOffset, are_full};
use crate::names::*;
use crate::scan::{LOOKUP_CHUNK, Located, SCAN_CHUNK, ScanError, Scanner};
use crate::types::{LogOptions, Now};

/// The suffixes of all files that belong to a segment.
pub(crate) const SUFFIXES: [&str; 5] =
    [LOG_SUFFIX, INDEX_SUFFIX, TIME_INDEX_SUFFIX, TXN_INDEX_SUFFIX, SNAPSHOT_SUFFIX];

/// Of what was written since the files were opened, so much from the end on counts as recent: who reads along is not
/// further behind, and files are not open for long without being used.
const RECENT_BYTES: u64 = 8 << 20;

/// Entries of the offset index after which both indexes are written: a quarter of a megabyte of batches at the default
/// `index.interval.bytes`, and one write in a hundred instead of one in two where batches are large.
const INDEX_ENTRIES_PENDING_MAX: usize = 64;

/// A segment. Its files are opened when they are first needed.
#[derive(Debug)]
pub(crate) struct Segment {
    dir: Arc<dyn Dir>,
    pub(crate) base_offset: i64,
    /// Bytes of the batches.
    pub(crate) size: u64,
    files: Option<Box<Files>>,
    /// Its files are still to be made.
    is_planned: bool,
    /// The largest timestamp, with the last offset of its batch; `None` until it was asked for.
    max_timestamp: Option<TimestampOffset>,
    /// Timestamp of the first batch, which the segment's age is counted from; `None` until it was asked for.
    first_timestamp: Option<i64>,
    /// When this process opened or created the segment: counts where batches have no timestamps.
    created_ms: i64,
    bytes_since_index_entry: u64,
    /// Whether there is an index of aborted transactions; `None` until it was asked for.
    pub(crate) has_aborted: Option<bool>,
}

/// The open files of a segment.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) log: Arc<dyn LogFile>,
    pub(crate) index: OffsetIndex,
    pub(crate) time_index: TimeIndex,
    /// Where in the batches' file the first stands that was written since the files were opened.
    written_from: Option<u64>,
}

/// What an append asks a segment to take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Incoming {
    pub(crate) size: u64,
    pub(crate) max_timestamp: i64,
    pub(crate) last_offset: i64,
}

impl Files {
    /// Writes the entries that the indexes keep in memory. The time index comes first: it must know of every batch before
    /// the last one in the offset index, also when the process ends between the two.
    fn write_indexes(&mut self) -> io::Result<()> {
        self.time_index.write()?;
        self.index.write()
    }
}

impl Segment {
    /// A new, empty segment. What stood under its names is gone.
    pub(crate) fn create(dir: &Arc<dyn Dir>, base_offset: i64, now: Now) -> io::Result<Self> {
        let mut segment = Self::planned(dir, base_offset, now);
        segment.files()?;
        Ok(segment)
    }

    /// The same without files until they are needed.
    pub(crate) fn planned(dir: &Arc<dyn Dir>, base_offset: i64, now: Now) -> Self {
        Self { is_planned: true, ..Self::known(dir, base_offset, 0, now) }
    }

    /// A segment that is on disk with so many bytes.
    pub(crate) fn known(dir: &Arc<dyn Dir>, base_offset: i64, size: u64, now: Now) -> Self {
        Self {
            dir: dir.clone(),
            base_offset,
            size,
            files: None,
            is_planned: false,
            max_timestamp: None,
            first_timestamp: None,
            created_ms: now.wall_ms,
            bytes_since_index_entry: 0,
            has_aborted: None,
        }
    }

    /// Opens the files; an index that cannot be one is an `InvalidData` error, a missing one `NotFound`.
    pub(crate) fn files(&mut self) -> io::Result<&mut Files> {
        let files = match self.files.take() {
            Some(files) => files,
            None if self.is_planned => Box::new(self.make_files()?),
            None => Box::new(self.open_files()?),
        };
        self.is_planned = false;
        Ok(self.files.insert(files))
    }

    fn make_files(&self) -> io::Result<Files> {
        remove_if_exists(self.dir.as_ref(), &self.file_name(TXN_INDEX_SUFFIX))?;
        let make = |suffix| self.dir.open(&self.file_name(suffix), Open::Truncated);
        // The batches' file comes last: where it is missing there is no segment, whatever failed.
        let index = OffsetIndex::empty(make(INDEX_SUFFIX)?, self.base_offset);
        let time_index = TimeIndex::empty(make(TIME_INDEX_SUFFIX)?, self.base_offset);
        Ok(Files { log: make(LOG_SUFFIX)?, index, time_index, written_from: None })
    }

    fn open_files(&self) -> io::Result<Files> {
        let open = |suffix| self.dir.open(&self.file_name(suffix), Open::Existing);
        let corrupt = || io::Error::new(io::ErrorKind::InvalidData, "corrupt index");
        let index = OffsetIndex::open(open(INDEX_SUFFIX)?, self.base_offset, self.size)?;
        let time_index = TimeIndex::open(open(TIME_INDEX_SUFFIX)?, self.base_offset)?;
        Ok(Files {
            log: open(LOG_SUFFIX)?,
            index: index.ok_or_else(corrupt)?,
            time_index: time_index.ok_or_else(corrupt)?,
            written_from: None,
        })
    }

    /// Takes the segment for an empty one, whose batches are to be noted again.
    pub(crate) fn reset_indexes(&mut self) -> io::Result<()> {
        self.files = None;
        self.size = 0;
        for suffix in [INDEX_SUFFIX, TIME_INDEX_SUFFIX] {
            self.dir.open(&self.file_name(suffix), Open::Truncated)?;
        }
        remove_if_exists(self.dir.as_ref(), &self.file_name(TXN_INDEX_SUFFIX))?;
        self.max_timestamp = None;
        self.first_timestamp = None;
        self.bytes_since_index_entry = 0;
        self.has_aborted = None;
        self.files().map(|_| ())
    }

    pub(crate) fn file_name(&self, suffix: &str) -> String {
        segment_file(self.base_offset, suffix)
    }

    /// Whether its files are still to be made.
    pub(crate) fn is_planned(&self) -> bool {
        self.is_planned
    }

    /// Whether the files are open.
    pub(crate) fn is_open(&self) -> bool {
        self.files.is_some()
    }

    /// Closes the files until they are needed again. They stay open where the indexes cannot be written.
    pub(crate) fn close_files(&mut self) {
        if self.files.as_mut().is_some_and(|files| files.write_indexes().is_ok()) {
            self.files = None;
        }
    }

    /// Whether a new segment must begin before this batch.
    pub(crate) fn must_roll(
        &mut self,
        options: &LogOptions,
        now: Now,
        batch: Incoming,
    ) -> io::Result<bool> {
        if batch.last_offset - self.base_offset > i64::from(i32::MAX) {
            return Ok(true);
        }
        if self.size == 0 {
            return Ok(false);
        }
        let limit = options.segment_ms - self.jitter(options);
        if self.size + batch.size > u64::from(options.segment_bytes)
            || self.waited(now, batch.max_timestamp)? > limit
        {
            return Ok(true);
        }
        let files = self.files()?;
        Ok(are_full(files.index.count(), files.time_index.count(), options.segment_index_bytes))
    }

    /// What this segment's `segment.ms` is shortened by.
    fn jitter(&self, options: &LogOptions) -> i64 {
        let most = options.segment_jitter_ms.min(options.segment_ms);
        match u64::try_from(most) {
            Ok(most) if most > 0 => {
                let mixed = crate::sim::mix(options.jitter_seed ^ self.base_offset as u64);
                (mixed % most) as i64
            }
            _ => 0,
        }
    }

    /// How long the segment has been filling: by its batches' timestamps, or by the clock without any.
    fn waited(&mut self, now: Now, timestamp: i64) -> io::Result<i64> {
        Ok(match self.first_timestamp()? {
            first if first >= 0 => timestamp.saturating_sub(first),
            _ => now.wall_ms.saturating_sub(self.created_ms),
        })
    }

    fn first_timestamp(&mut self) -> io::Result<i64> {
        if let Some(known) = self.first_timestamp {
            return Ok(known);
        }
        let size = self.size;
        let first = Scanner::new(self.files()?.log.as_ref(), 0, size, LOOKUP_CHUNK).next()?;
        let Some(first) = first else { return Ok(NO_TIMESTAMP) };
        self.first_timestamp = Some(first.head.max_timestamp);
        Ok(first.head.max_timestamp)
    }

    /// The largest timestamp, and the last offset of the batch that has it.
    pub(crate) fn max_timestamp(&mut self) -> io::Result<TimestampOffset> {
        if let Some(known) = self.max_timestamp {
            return Ok(known);
        }
        let last = match self.size {
            0 => TimestampOffset { timestamp: NO_TIMESTAMP, offset: self.base_offset },
            _ => self.files()?.time_index.last(),
        };
        self.max_timestamp = Some(last);
        Ok(last)
    }

    /// What retention counts a segment's age from: its largest timestamp, or when it was last written.
    pub(crate) fn largest_timestamp(&mut self) -> io::Result<i64> {
        match self.max_timestamp()?.timestamp {
            timestamp if timestamp >= 0 => Ok(timestamp),
            _ => self.files()?.log.modified_ms(),
        }
    }

    /// The first batch that ends at or after `offset`; `None` when all end before it.
    pub(crate) fn find(&mut self, offset: i64) -> io::Result<Option<Located>> {
        if self.size == 0 {
            return Ok(None);
        }
        let from = self.files()?.index.lookup(offset)?;
        match self.find_from(offset, from.into()) {
            // An index that points astray is passed over; the batches tell.
            Err(ScanError::Damaged { .. }) if from > 0 => Ok(self.find_from(offset, 0)?),
            found => Ok(found?),
        }
    }

    fn find_from(&mut self, offset: i64, position: u64) -> Result<Option<Located>, ScanError> {
        let size = self.size;
        let log = self.files()?.log.as_ref();
        let mut scanner = Scanner::new(log, position, size, LOOKUP_CHUNK);
        while let Some(batch) = scanner.next()? {
            if batch.head.last_offset() >= offset {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// Walks over the batches from a position on.
    pub(crate) fn scanner(&mut self, position: u64) -> io::Result<Scanner<'_>> {
        let size = self.size;
        Ok(Scanner::new(self.files()?.log.as_ref(), position, size, SCAN_CHUNK))
    }

    /// Notes batches that were just written from `position` on.
    pub(crate) fn note(
        &mut self,
        options: &LogOptions,
        batches: impl Iterator<Item = Located>,
    ) -> io::Result<()> {
        let (interval, from) = (u64::from(options.index_interval_bytes), self.size);
        let mut largest = self.max_timestamp()?;
        let (mut offsets, mut times) = (Vec::new(), Vec::new());
        for batch in batches {
            if batch.position == 0 {
                self.first_timestamp = Some(batch.head.max_timestamp);
            }
            if batch.head.max_timestamp > largest.timestamp {
                let (timestamp, offset) = (batch.head.max_timestamp, batch.head.last_offset());
                largest = TimestampOffset { timestamp, offset };
            }
            if self.bytes_since_index_entry > interval {
                offsets.push((batch.head.last_offset(), batch.position as u32));
                times.push(largest);
                self.bytes_since_index_entry = 0;
            }
            self.bytes_since_index_entry += batch.size as u64;
            self.size = batch.end();
        }
        self.max_timestamp = Some(largest);
        let files = self.files()?;
        files.written_from.get_or_insert(from);
        files.index.append(&offsets);
        files.time_index.append(&times);
        match files.index.pending() >= INDEX_ENTRIES_PENDING_MAX {
            true => files.write_indexes(),
            false => Ok(()),
        }
    }

    /// Whether what stands from `position` on was written so recently that it is in memory.
    pub(crate) fn is_recent(&self, position: u64) -> bool {
        let written_from = self.files.as_ref().and_then(|it| it.written_from);
        written_from
            .is_some_and(|from| position >= from.max(self.size.saturating_sub(RECENT_BYTES)))
    }

    /// Completes the time index, as is due before a segment gets a successor or is closed.
    pub(crate) fn seal(&mut self) -> io::Result<()> {
        if self.size == 0 {
            return Ok(());
        }
        let largest = self.max_timestamp()?;
        let files = self.files()?;
        files.time_index.append(&[largest]);
        files.write_indexes()
    }

    /// The last batch.
    pub(crate) fn last_batch(&mut self) -> io::Result<Option<Located>> {
        if self.size == 0 {
            return Ok(None);
        }
        let from = self.files()?.index.last_position();
        let mut scanner = self.scanner(from.into())?;
        let mut last = None;
        while let Some(batch) = scanner.next()? {
            last = Some(batch);
        }
        Ok(last)
    }

    /// The offset after the last batch.
    pub(crate) fn next_offset(&mut self) -> io::Result<i64> {
        Ok(self.last_batch()?.map_or(self.base_offset, |it| it.head.next_offset()))
    }

    /// Cuts the segment so that it ends at or before `offset`.
    pub(crate) fn truncate_to(&mut self, offset: i64, now: Now) -> io::Result<()> {
        let found = self.find(offset)?;
        let files = self.files()?;
        files.index.truncate_to(offset)?;
        files.time_index.truncate_to(offset)?;
        if let Some(batch) = found {
            files.log.set_len(batch.position)?;
            self.size = batch.position;
        }
        if self.size == 0 {
            self.created_ms = now.wall_ms;
            self.first_timestamp = None;
        }
        self.bytes_since_index_entry = 0;
        self.reread_max_timestamp()
    }

    /// Takes the segment for one that ends at `offset`: what stands behind in the file is to be noted again. False, and
    /// the indexes cannot be relied upon, where no batch ends there.
    pub(crate) fn forget_from(&mut self, offset: i64) -> io::Result<bool> {
        let size = self.size;
        let end = self.find(offset)?.map_or(size, |it| it.position);
        let files = self.files()?;
        files.index.truncate_to(offset)?;
        files.time_index.truncate_to(offset)?;
        if !(files.index.rises_to_its_end()? && files.time_index.rises_to_its_end()?) {
            return Ok(false);
        }
        self.size = end;
        let last = self.last_batch();
        if last.as_ref().is_ok_and(|it| it.is_some_and(|it| it.head.next_offset() == offset)) {
            self.bytes_since_index_entry = 0;
            return self.reread_max_timestamp().map(|()| true);
        }
        self.size = size;
        last.map(|_| false)
    }

    /// Finds the largest timestamp again: that of the time index, or a later one behind the last indexed batch.
    /// Both indexes grow together, so that the time index knows of every batch before that one.
    pub(crate) fn reread_max_timestamp(&mut self) -> io::Result<()> {
        let files = self.files()?;
        let mut largest = files.time_index.last();
        let from = files.index.last_position();
        let mut scanner = self.scanner(from.into())?;
        while let Some(batch) = scanner.next()? {
            if batch.head.max_timestamp > largest.timestamp {
                let (timestamp, offset) = (batch.head.max_timestamp, batch.head.last_offset());
                largest = TimestampOffset { timestamp, offset };
            }
        }
        self.max_timestamp = Some(largest);
        Ok(())
    }

    /// The files to sync so that the segment survives a power loss.
    pub(crate) fn files_to_sync(&mut self) -> io::Result<Vec<Arc<dyn LogFile>>> {
        if self.is_planned {
            return Ok(Vec::new());
        }
        let mut files = self.index_files()?;
        files.push(self.files()?.log.clone());
        Ok(files)
    }

    /// The files that could be made again from the batches.
    pub(crate) fn index_files(&mut self) -> io::Result<Vec<Arc<dyn LogFile>>> {
        if self.is_planned {
            return Ok(Vec::new());
        }
        let name = self.file_name(TXN_INDEX_SUFFIX);
        let txn_index = open_if_exists(self.dir.as_ref(), &name)?;
        let files = self.files()?;
        let (index, time_index) = (files.index.file()?.clone(), files.time_index.file()?.clone());
        Ok([index, time_index].into_iter().chain(txn_index).collect())
    }
}

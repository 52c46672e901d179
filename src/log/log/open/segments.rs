//! Segments of a log that is opened: what is believed, what is read anew, what is cut off.

use std::io;

use super::Opening;
use crate::dir::LogFile;
use crate::scan::{Located, SCAN_CHUNK, ScanError, Scanner};
use crate::types::{RecoveryProgress, Trust};

/// Batches whose index entries are written together while a segment is recovered.
const NOTED_TOGETHER: usize = 4096;

/// A recovery point that is below all offsets.
pub(super) const NOTHING_IS_SYNCED: i64 = 0;

impl Opening<'_> {
    pub(super) fn recover_segments(&mut self) -> io::Result<()> {
        let unflushed = match self.recovery.trust {
            Trust::RecoveryPoint if !self.log.segments.is_empty() => {
                self.log.segment_of(self.recovery.recovery_point)
            }
            _ => self.log.segments.len(),
        };
        for at in 0..unflushed {
            if !self.has_sane_indexes(at)? {
                self.recover_segment(at, NOTHING_IS_SYNCED)?;
            }
            if at + 1 == unflushed && unflushed < self.log.segments.len() {
                self.complete_time_index(at)?;
            }
            self.log.close_if_sealed(at);
        }
        // From here on every segment is read to its end, one after the other.
        self.replays_checked = self.recovered_from.is_none();
        for at in unflushed..self.log.segments.len() {
            let truncated = self.recover_segment(at, self.recovery.recovery_point)?;
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
        segment.seal()?;
        self.log.unsynced_from = segment.base_offset;
        Ok(())
    }

    fn has_sane_indexes(&mut self, at: usize) -> io::Result<bool> {
        if self.log.segments[at].is_planned() {
            return Ok(true);
        }
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

    /// Reads and checks every batch from the recovery point on, makes their index entries anew, cuts off what is no
    /// batch. Returns the bytes cut.
    pub(super) fn recover_segment(&mut self, at: usize, recovery_point: i64) -> io::Result<u64> {
        let (base_offset, size) = (self.log.segments[at].base_offset, self.log.segments[at].size);
        if self.log.segments[at].is_planned() {
            return Ok(0);
        }
        let from = match self.keep_synced(at, recovery_point)? {
            true => recovery_point,
            false => {
                self.log.segments[at].reset_indexes()?;
                base_offset
            }
        };
        let unread = size - self.log.segments[at].size;
        if unread == 0 {
            if at + 1 < self.log.segments.len() {
                self.complete_time_index(at)?;
            }
            return Ok(0);
        }
        (self.progress)(RecoveryProgress { base_offset, bytes: unread });
        if self.replays_checked && self.recovered_from.is_none() {
            self.rebuild_producers_before(from, at)?;
        }
        let earlier = self.recovered_from.unwrap_or(from);
        self.recovered_from = Some(earlier.min(from));
        self.read_on(at, from, size)?;
        let segment = &mut self.log.segments[at];
        let truncated = size - segment.size;
        if truncated > 0 {
            let file = &segment.files()?.log;
            file.set_len(size - truncated)?;
            file.sync()?;
        }
        segment.seal()?;
        self.report.segments_recovered += 1;
        self.report.bytes_checked += unread;
        self.report.bytes_truncated += truncated;
        Ok(truncated)
    }

    /// Takes a segment for one that ends at the recovery point: what stands before it is synced, and so are its index
    /// entries. False where it cannot be told what that is: then all of the segment must be read.
    fn keep_synced(&mut self, at: usize, recovery_point: i64) -> io::Result<bool> {
        if recovery_point <= self.log.segments[at].base_offset || !self.has_sane_indexes(at)? {
            return Ok(false);
        }
        match self.log.segments[at].forget_from(recovery_point) {
            Ok(true) => self.log.forget_aborted_from(at, recovery_point).map(|()| true),
            Err(error) if error.kind() != io::ErrorKind::InvalidData => Err(error),
            Ok(false) | Err(_) => Ok(false),
        }
    }

    /// Notes the batches behind the known ones of a segment, whose file has so many bytes, from an offset on, as far as
    /// they are whole and in their places.
    fn read_on(&mut self, at: usize, offset: i64, file_size: u64) -> io::Result<()> {
        let segment = &mut self.log.segments[at];
        let base_offset = segment.base_offset;
        let file = segment.files()?.log.clone();
        let mut scanner = Scanner::new(file.as_ref(), segment.size, file_size, SCAN_CHUNK);
        let mut expected = offset;
        let mut found = Vec::new();
        while let Some(batch) = next_valid(&mut scanner, base_offset, expected)? {
            expected = batch.head.next_offset();
            if self.replays_checked {
                self.replay(file.as_ref(), &batch)?;
            }
            found.push(batch);
            if found.len() == NOTED_TOGETHER {
                self.note(at, &mut found)?;
            }
        }
        self.note(at, &mut found)
    }

    /// Takes over what a batch says of its leader and of its producer.
    fn replay(&mut self, file: &dyn LogFile, batch: &Located) -> io::Result<()> {
        self.assign_epoch(batch);
        match batch.head.next_offset() > self.log.log_start_offset {
            true => self.log.replay(file, batch),
            false => Ok(()),
        }
    }

    fn note(&mut self, at: usize, found: &mut Vec<Located>) -> io::Result<()> {
        self.log.segments[at].note(&self.log.options, found.drain(..))
    }

    /// Segments behind a damaged one cannot be reached: they go.
    pub(super) fn drop_segments(&mut self, from: usize) -> io::Result<()> {
        let dropped: Vec<i64> = self.log.segments.drain(from..).map(|it| it.base_offset).collect();
        if !dropped.is_empty() {
            tracing::warn!(log = self.log.name, count = dropped.len(), "segments dropped");
            self.report.segments_dropped += dropped.len();
            self.report.removals.push(self.log.rename_to_deleted(&dropped)?);
        }
        Ok(())
    }

    /// The offset behind the last whole batch, cutting off what follows it; `None` when the indexes do not fit
    /// the file.
    pub(super) fn check_tail(&mut self, at: usize) -> io::Result<Option<i64>> {
        let segment = &mut self.log.segments[at];
        let (base_offset, size) = (segment.base_offset, segment.size);
        if segment.is_planned() {
            return Ok(Some(base_offset));
        }
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

    /// Syncs rebuilt indexes of what stands below the recovery point: no flush would, and no recovery rebuild them once
    /// more. The others can wait for the next flush, since after a crash before it they are rebuilt again.
    pub(super) fn sync_recovered(&mut self) -> io::Result<()> {
        let Some(from) = self.recovered_from else { return Ok(()) };
        self.log.changes.dir += 1;
        if from >= self.log.recovery_point {
            return Ok(());
        }
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

//! Truncation at either end.

use std::io;

use super::Log;
use crate::dir::replace_small;
use crate::leader_epochs;
use crate::removal::Removal;
use crate::segment::Segment;
use crate::types::Now;

impl Log {
    /// Moves the first offset up (DeleteRecords). Returns false when it was already there. The caller has
    /// checked it against the high watermark; beyond the log's end it is `InvalidInput`.
    pub fn delete_records(&mut self, log_start_offset: i64) -> io::Result<bool> {
        if log_start_offset > self.log_end_offset {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        if log_start_offset <= self.log_start_offset {
            return Ok(false);
        }
        self.log_start_offset = log_start_offset;
        if self.epochs.truncate_from_start(log_start_offset) {
            self.changes.epochs += 1;
        }
        Ok(true)
    }

    /// Cuts the log so that it ends at or before `offset` (at a batch's begin). Nothing happens when it ends
    /// there already.
    pub fn truncate_to(&mut self, now: Now, offset: i64) -> io::Result<Vec<Removal>> {
        if offset < 0 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        if offset >= self.log_end_offset {
            self.truncate_epochs();
            return Ok(Vec::new());
        }
        if offset < self.segments[0].base_offset {
            return self.truncate_fully_and_start_at(now, offset);
        }
        self.broken = true;
        let removals = self.cut_segments(now, offset)?;
        self.log_start_offset = self.log_start_offset.min(self.log_end_offset);
        self.after_truncation(now)?;
        Ok(removals)
    }

    fn cut_segments(&mut self, now: Now, offset: i64) -> io::Result<Vec<Removal>> {
        let last = self.segment_of(offset);
        let dropped: Vec<i64> = self.segments.drain(last + 1..).map(|it| it.base_offset).collect();
        let removal = self.rename_to_deleted(&dropped)?;
        self.dir.sync()?;
        let active = self.active_mut();
        active.truncate_to(offset, now)?;
        // What is cut off must not come back, after a power loss, behind what is appended now.
        active.files()?.log.sync()?;
        self.log_end_offset = self.active_mut().next_offset()?;
        Ok(if dropped.is_empty() { Vec::new() } else { vec![removal] })
    }

    /// Drops everything; the log starts and ends at `offset`.
    pub fn truncate_fully_and_start_at(
        &mut self,
        now: Now,
        offset: i64,
    ) -> io::Result<Vec<Removal>> {
        if offset < 0 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.broken = true;
        self.segments.iter_mut().for_each(|it| it.close_files());
        let dropped: Vec<i64> = self.segments.iter().map(|it| it.base_offset).collect();
        let removal = self.rename_to_deleted(&dropped)?;
        self.segments = vec![Segment::create(&self.dir, offset, now)?];
        self.dir.sync()?;
        self.log_start_offset = offset;
        self.log_end_offset = offset;
        self.after_truncation(now)?;
        Ok(vec![removal])
    }

    /// Brings what depends on the records down to the new end. A log that fails on the way is broken.
    fn after_truncation(&mut self, now: Now) -> io::Result<()> {
        self.changes.truncations += 1;
        self.changes.dir += 1;
        self.recovery_point = self.recovery_point.min(self.log_end_offset);
        self.truncate_epochs();
        // Stale epochs on disk would give wrong names to what is appended next.
        replace_small(self.dir.as_ref(), leader_epochs::FILE, &self.epochs.to_bytes())?;
        self.changes.epochs_stored = self.changes.epochs;
        self.rebuild_producers(self.log_end_offset, now.wall_ms)?;
        self.broken = false;
        Ok(())
    }

    fn truncate_epochs(&mut self) {
        if self.epochs.truncate_from_end(self.log_end_offset) {
            self.changes.epochs += 1;
        }
    }
}

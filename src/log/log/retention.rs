//! Deleting what is too old, too much, or below the log's start.

use std::io;

use super::Log;
use crate::removal::Removal;
use crate::types::Now;

/// Why segments are deleted, in the order in which Kafka looks.
#[derive(Clone, Copy)]
enum Reason {
    LogStart,
    Size,
    Time,
}

impl Log {
    /// Deletes the segments that retention by time, by size or by log start offset allows, none of them at or
    /// beyond the high watermark. The last segment is rolled first when it is among them. The log's start moves
    /// up to the first segment that is left.
    pub fn delete_old_segments(
        &mut self,
        now: Now,
        high_watermark: i64,
    ) -> io::Result<Vec<Removal>> {
        let reasons: &[Reason] = match self.options.delete {
            true => &[Reason::LogStart, Reason::Size, Reason::Time],
            false => &[Reason::LogStart],
        };
        let mut removals = Vec::new();
        for reason in reasons {
            let count = self.deletable(*reason, now, high_watermark)?;
            if count > 0 {
                removals.push(self.delete_first_segments(count, now)?);
            }
        }
        Ok(removals)
    }

    /// How many segments, from the oldest on, may go for this reason.
    fn deletable(&mut self, reason: Reason, now: Now, high_watermark: i64) -> io::Result<usize> {
        let retention = u64::try_from(self.options.retention_bytes).ok();
        let mut surplus = retention.map_or(0, |it| self.size_bytes().saturating_sub(it));
        let mut count = 0;
        for at in 0..self.segments.len() {
            let next = self.segments.get(at + 1).map(|it| it.base_offset);
            let end_offset = next.unwrap_or(self.log_end_offset);
            let is_last_and_empty = next.is_none() && self.segments[at].size == 0;
            if end_offset > high_watermark || is_last_and_empty {
                break;
            }
            let size = self.segments[at].size;
            let goes = match reason {
                Reason::LogStart => next.is_some_and(|it| it <= self.log_start_offset),
                Reason::Size => retention.is_some() && surplus >= size,
                Reason::Time => self.is_too_old(at, now)?,
            };
            if !goes {
                break;
            }
            surplus = surplus.saturating_sub(size);
            count += 1;
        }
        Ok(count)
    }

    fn is_too_old(&mut self, at: usize, now: Now) -> io::Result<bool> {
        let retention_ms = self.options.retention_ms;
        if retention_ms < 0 {
            return Ok(false);
        }
        let largest = self.segments[at].largest_timestamp()?;
        self.close_if_sealed(at);
        Ok(now.wall_ms.saturating_sub(largest) > retention_ms)
    }

    fn delete_first_segments(&mut self, count: usize, now: Now) -> io::Result<Removal> {
        if count == self.segments.len() {
            self.roll_at(self.log_end_offset, now)?;
        }
        // Should it fail on the way, then only the directory knows which segments are left.
        self.broken = true;
        let dropped: Vec<i64> = self.segments.drain(..count).map(|it| it.base_offset).collect();
        let removal = self.rename_to_deleted(&dropped)?;
        self.broken = false;
        let start = self.segments[0].base_offset;
        self.delete_records(start.min(self.log_end_offset))?;
        Ok(removal)
    }
}

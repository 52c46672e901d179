//! Reading from an offset on.

use super::Log;
use crate::scan::Located;
use crate::types::{ReadError, ReadSlice};

impl Log {
    /// The batches from the one that holds `offset` on, out of one segment.
    ///
    /// At most `max_bytes` (the last batch may be cut by that, as in Kafka); with `min_one_batch` the first
    /// batch comes whole, however large. Only batches below `upper_bound` (the high watermark, say) are given;
    /// from there on, and at the log's end, there is none, and no file is touched. The first batch may begin
    /// before `offset`: clients skip what they did not ask for.
    pub fn read(
        &mut self,
        offset: i64,
        max_bytes: usize,
        min_one_batch: bool,
        upper_bound: i64,
    ) -> Result<Option<ReadSlice>, ReadError> {
        if offset < self.log_start_offset || offset > self.log_end_offset {
            return Err(self.out_of_range(offset));
        }
        let upper_bound = upper_bound.min(self.log_end_offset);
        if offset >= upper_bound {
            return Ok(None);
        }
        // Compaction may have left a segment without what follows the offset.
        for at in self.segment_of(offset)..self.segments.len() {
            if self.segments[at].size == 0 {
                continue;
            }
            self.open_for_reader(at)?;
            if let Some(first) = self.segments[at].find(offset)? {
                return self.slice(at, offset, first, max_bytes, min_one_batch, upper_bound);
            }
        }
        Ok(None)
    }

    fn slice(
        &mut self,
        at: usize,
        offset: i64,
        first: Located,
        max_bytes: usize,
        min_one_batch: bool,
        upper_bound: i64,
    ) -> Result<Option<ReadSlice>, ReadError> {
        let end = self.end_position(at, upper_bound)?;
        let available = usize::try_from(end.saturating_sub(first.position)).unwrap_or(usize::MAX);
        let wanted = if min_one_batch { max_bytes.max(first.size) } else { max_bytes };
        let length = wanted.min(available);
        let segment = &mut self.segments[at];
        let is_recent = segment.is_recent(first.position);
        let slice = ReadSlice {
            file: segment.files()?.log.clone(),
            position: first.position,
            length,
            is_recent,
            first_batch_length: first.size,
            offset,
            segment_base_offset: segment.base_offset,
        };
        Ok((length > 0).then_some(slice))
    }

    /// Where in a segment's file the first batch at or beyond an offset begins.
    fn end_position(&mut self, at: usize, upper_bound: i64) -> Result<u64, ReadError> {
        let next = self.segments.get(at + 1).map_or(self.log_end_offset, |it| it.base_offset);
        let segment = &mut self.segments[at];
        if upper_bound >= next {
            return Ok(segment.size);
        }
        Ok(segment.find(upper_bound)?.map_or(segment.size, |it| it.position))
    }

    pub(super) fn out_of_range(&self, offset: i64) -> ReadError {
        ReadError::OffsetOutOfRange {
            offset,
            log_start_offset: self.log_start_offset,
            log_end_offset: self.log_end_offset,
        }
    }
}

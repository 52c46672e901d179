//! Reading from an offset on.

use super::Log;
use crate::scan::Located;
use crate::types::{ReadError, ReadSlice};

impl Log {
    /// The batches from the one that holds `offset` on, out of one segment.
    ///
    /// At most `max_bytes` (the last batch may be cut by that, as in Kafka); with `min_one_batch` the first
    /// batch comes whole, however large. Only batches below `upper_bound` (the high watermark, say) are given;
    /// from there on, and at the log's end, the slice is empty. The first batch may begin before `offset`:
    /// clients skip what they did not ask for.
    pub fn read(
        &mut self,
        offset: i64,
        max_bytes: usize,
        min_one_batch: bool,
        upper_bound: i64,
    ) -> Result<ReadSlice, ReadError> {
        if offset < self.log_start_offset || offset > self.log_end_offset {
            return Err(self.out_of_range(offset));
        }
        let upper_bound = upper_bound.min(self.log_end_offset);
        let mut at = self.segment_of(offset);
        self.open_for_reader(at)?;
        if offset >= upper_bound {
            return self.empty_slice(at, offset);
        }
        loop {
            if let Some(first) = self.segments[at].find(offset)? {
                return self.slice(at, offset, first, max_bytes, min_one_batch, upper_bound);
            }
            // Compaction may have left a segment without what follows the offset.
            if at + 1 == self.segments.len() {
                return self.empty_slice(at, offset);
            }
            at += 1;
            self.open_for_reader(at)?;
        }
    }

    fn slice(
        &mut self,
        at: usize,
        offset: i64,
        first: Located,
        max_bytes: usize,
        min_one_batch: bool,
        upper_bound: i64,
    ) -> Result<ReadSlice, ReadError> {
        let end = self.end_position(at, upper_bound)?;
        let available = usize::try_from(end.saturating_sub(first.position)).unwrap_or(usize::MAX);
        let wanted = if min_one_batch { max_bytes.max(first.size) } else { max_bytes };
        let mut slice = self.empty_slice(at, offset)?;
        slice.position = first.position;
        slice.length = wanted.min(available);
        slice.first_batch_length = if slice.length > 0 { first.size } else { 0 };
        Ok(slice)
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

    fn empty_slice(&mut self, at: usize, offset: i64) -> Result<ReadSlice, ReadError> {
        let segment = &mut self.segments[at];
        Ok(ReadSlice {
            file: segment.files()?.log.clone(),
            position: segment.size,
            length: 0,
            first_batch_length: 0,
            offset,
            segment_base_offset: segment.base_offset,
        })
    }

    pub(super) fn out_of_range(&self, offset: i64) -> ReadError {
        ReadError::OffsetOutOfRange {
            offset,
            log_start_offset: self.log_start_offset,
            log_end_offset: self.log_end_offset,
        }
    }
}

//! Looking offsets up by timestamp.

use std::io;

use kabuki_records::batch::{BatchHead, HEAD, MAGIC_V2, NO_TIMESTAMP};
use kabuki_records::codec::Codec;
use kabuki_records::reader::RecordStream;

use super::Log;
use crate::dir::LogFile;
use crate::old_format;
use crate::scan::{Located, SCAN_CHUNK, Scanner};
use crate::types::{FoundOffset, OffsetQuery, ReadError};

/// Most bytes that one batch may decompress to: as much as a batch of the format can describe.
const DECOMPRESSED_BYTES_MAX: usize = i32::MAX as usize;

impl Log {
    /// The offset for a timestamp; `None` when no record is as late as that. May read and decompress one batch.
    pub fn offset_for(&mut self, query: OffsetQuery) -> Result<Option<FoundOffset>, ReadError> {
        match query {
            OffsetQuery::Earliest => Ok(Some(self.earliest())),
            OffsetQuery::Latest => Ok(Some(FoundOffset {
                offset: self.log_end_offset,
                timestamp: NO_TIMESTAMP,
                leader_epoch: self.epochs.latest().map(|it| it.epoch),
            })),
            OffsetQuery::MaxTimestamp => self.latest_record(),
            OffsetQuery::At(timestamp) => self.first_record_at(timestamp),
        }
    }

    fn earliest(&self) -> FoundOffset {
        let offset = self.log_start_offset;
        let epoch = self.epochs.earliest().filter(|it| it.start_offset <= offset);
        FoundOffset { offset, timestamp: NO_TIMESTAMP, leader_epoch: epoch.map(|it| it.epoch) }
    }

    /// The places of the segments that batches are in.
    fn with_batches(&self) -> Vec<usize> {
        (0..self.segments.len()).filter(|at| self.segments[*at].size > 0).collect()
    }

    /// The first record with the largest timestamp.
    fn latest_record(&mut self) -> Result<Option<FoundOffset>, ReadError> {
        let mut latest = None;
        for at in self.with_batches() {
            let it = self.segments[at].max_timestamp()?;
            self.close_if_sealed(at);
            if latest.is_none_or(|(_, known)| it.timestamp > known) {
                latest = Some((at, it.timestamp));
            }
        }
        let Some((at, timestamp)) = latest else { return Ok(None) };
        let offset = self.segments[at].max_timestamp()?.offset;
        let from = self.open_for_reader(at)?.index.lookup(offset)?;
        // Records may say that they have no timestamp; those of the first format cannot say anything.
        let passes = |it: &BatchHead| it.max_timestamp == timestamp && it.magic > 0;
        // Kafka looks at no log start here either.
        self.search(at, from.into(), passes, timestamp, 0)
    }

    fn first_record_at(&mut self, timestamp: i64) -> Result<Option<FoundOffset>, ReadError> {
        for at in self.with_batches() {
            let segment = &mut self.segments[at];
            if segment.largest_timestamp()? < timestamp {
                self.close_if_sealed(at);
                continue;
            }
            let (start, is_read_again) = (self.log_start_offset, self.is_read_again(at));
            self.close_other_sealed(at);
            let files = self.open_for_reader(at)?;
            if is_read_again {
                files.time_index.map();
            }
            let indexed = files.time_index.lookup(timestamp)?.map_or(0, |it| it.offset);
            let from = files.index.lookup(indexed.max(start))?;
            let passes = |it: &BatchHead| it.max_timestamp >= timestamp;
            let found = self.search(at, from.into(), passes, timestamp, start)?;
            // Kafka stops here even if the only such records are below the log's start, and finds nothing.
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The first record from `offset_min` on with at least this timestamp, in a segment's batches from a
    /// position on, of those that pass.
    fn search(
        &mut self,
        at: usize,
        position: u64,
        passes: impl Fn(&BatchHead) -> bool,
        timestamp: i64,
        offset_min: i64,
    ) -> Result<Option<FoundOffset>, ReadError> {
        let size = self.segments[at].size;
        let file = self.segments[at].files()?.log.clone();
        let mut scanner = Scanner::new(file.as_ref(), position, size, SCAN_CHUNK);
        while let Some(batch) = scanner.next().map_err(io::Error::from)? {
            if passes(&batch.head)
                && let Some(found) = first_in_batch(file.as_ref(), &batch, timestamp, offset_min)?
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

/// The first record of a batch with at least this timestamp and offset.
fn first_in_batch(
    file: &dyn LogFile,
    batch: &Located,
    timestamp: i64,
    offset_min: i64,
) -> io::Result<Option<FoundOffset>> {
    let damaged = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
    let head = &batch.head;
    let mut bytes = vec![0; batch.size];
    file.read_exact_at(&mut bytes, batch.position)?;
    if head.magic < MAGIC_V2 {
        return old_format::first_record(&bytes, DECOMPRESSED_BYTES_MAX, timestamp, offset_min)
            .map_err(damaged);
    }
    first_in_records(head, &bytes[HEAD..], timestamp, offset_min).map_err(damaged)
}

/// The same in the records of a batch as they are stored; the error says what is wrong.
fn first_in_records(
    head: &BatchHead,
    stored: &[u8],
    timestamp: i64,
    offset_min: i64,
) -> Result<Option<FoundOffset>, String> {
    let codec = Codec::from_id(head.codec_id()).map_err(|it| it.to_string())?;
    let mut records = RecordStream::new(codec, stored, head.record_count, DECOMPRESSED_BYTES_MAX)
        .map_err(|it| it.to_string())?;
    while let Some(record) = records.next_record() {
        let record = record.map_err(|it| it.to_string())?;
        let found = FoundOffset {
            offset: head.base_offset.saturating_add(record.offset_delta.into()),
            timestamp: match head.is_log_append_time() {
                true => head.max_timestamp,
                false => head.base_timestamp.wrapping_add(record.timestamp_delta),
            },
            leader_epoch: Some(head.partition_leader_epoch).filter(|it| *it >= 0),
        };
        if found.timestamp >= timestamp && found.offset >= offset_min {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

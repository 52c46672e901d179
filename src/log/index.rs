//! Sparse indexes: files of fixed-size entries in rising order, read by binary search, written at the end.
//!
//! New entries are kept in memory and written some at a time. What a crash takes with it is made again from the batches: a
//! log is only taken for synced up to where its indexes were written.
//!
//! Writes are `pwrite`s: a store into a mapping would be a signal on a full disk. Reads are `pread`s as long as
//! the index grows; a sealed one may be mapped. A file holds exactly its entries (Kafka allots ahead and trims at
//! the end; both read either form after a clean stop).

mod entries;

use std::io;
use std::sync::Arc;

use kabuki_records::batch::NO_TIMESTAMP;

use self::entries::Entries;
use crate::dir::LogFile;

/// Bytes of an entry of the offset index: relative offset, position.
const OFFSET_ENTRY: usize = 8;
/// Bytes of an entry of the time index: timestamp, relative offset.
const TIME_ENTRY: usize = 12;

/// Where batches stand: an entry holds a batch's last offset (less the segment's base) and its position.
#[derive(Debug)]
pub(crate) struct OffsetIndex {
    entries: Entries<OFFSET_ENTRY>,
    base_offset: i64,
    last: Option<(i64, u32)>,
}

impl OffsetIndex {
    /// An index without entries, in an empty file.
    pub(crate) fn empty(file: Arc<dyn LogFile>, base_offset: i64) -> Self {
        Self { entries: Entries::empty(file), base_offset, last: None }
    }

    /// `None` when the file cannot be an index of a segment with so many bytes.
    pub(crate) fn open(
        file: Arc<dyn LogFile>,
        base_offset: i64,
        log_bytes: u64,
    ) -> io::Result<Option<Self>> {
        let Some(entries) = Entries::open(file)? else { return Ok(None) };
        let mut index = Self { entries, base_offset, last: None };
        index.last = index.read_last()?;
        let sane = index.last.is_none_or(|(offset, position)| {
            offset >= base_offset && u64::from(position) < log_bytes && position > 0
        });
        Ok(sane.then_some(index))
    }

    fn read_last(&self) -> io::Result<Option<(i64, u32)>> {
        Ok(self.entries.last()?.map(|it| parse_offset(&it, self.base_offset)))
    }

    /// The position to look for an offset from: that of the last indexed batch that ends at or before it.
    pub(crate) fn lookup(&self, offset: i64) -> io::Result<u32> {
        if let Some((last_offset, position)) = self.last
            && offset >= last_offset
        {
            return Ok(position);
        }
        let is_before = |it: &[u8; OFFSET_ENTRY]| parse_offset(it, self.base_offset).0 <= offset;
        let (_, found) = self.entries.partition_point(is_before)?;
        Ok(found.map_or(0, |it| parse_offset(&it, self.base_offset).1))
    }

    /// The last offset of the first indexed batch that begins at or behind a position; `None` when there is none.
    pub(crate) fn offset_at_or_behind(&self, position: u64) -> io::Result<Option<i64>> {
        if self.last.is_none_or(|it| u64::from(it.1) < position) {
            return Ok(None);
        }
        let is_before =
            |it: &[u8; OFFSET_ENTRY]| u64::from(parse_offset(it, self.base_offset).1) < position;
        let (before, _) = self.entries.partition_point(is_before)?;
        let found = self.entries.read(before)?;
        Ok(Some(parse_offset(&found, self.base_offset).0))
    }

    /// Position of the last indexed batch; 0 when there is none.
    pub(crate) fn last_position(&self) -> u32 {
        self.last.map_or(0, |it| it.1)
    }

    /// Appends entries (last offset, position) in order.
    pub(crate) fn append(&mut self, entries: &[(i64, u32)]) {
        self.entries.append(entries.iter().map(|it| offset_entry(*it, self.base_offset)));
        self.last = entries.last().copied().or(self.last);
    }

    /// Entries that are not in the file yet.
    pub(crate) fn pending(&self) -> usize {
        self.entries.pending()
    }

    /// Writes them.
    pub(crate) fn write(&mut self) -> io::Result<()> {
        self.entries.write()
    }

    /// Drops the entries of batches that end at or after `offset`.
    pub(crate) fn truncate_to(&mut self, offset: i64) -> io::Result<()> {
        let is_kept = |it: &[u8; OFFSET_ENTRY]| parse_offset(it, self.base_offset).0 < offset;
        let (kept, _) = self.entries.partition_point(is_kept)?;
        self.entries.truncate(kept)?;
        self.last = self.read_last()?;
        Ok(())
    }

    /// Whether the last entry lies behind the one before: where a power loss tore the file there may be zeros.
    pub(crate) fn rises_to_its_end(&self) -> io::Result<bool> {
        let Some(last) = self.last else { return Ok(true) };
        let before = match self.entries.count().checked_sub(2) {
            Some(slot) => parse_offset(&self.entries.read(slot)?, self.base_offset),
            None => (self.base_offset - 1, 0),
        };
        Ok(last.0 > before.0 && last.1 > before.1)
    }

    /// Keeps the entries in memory until the next change; for an index that none is expected of.
    pub(crate) fn map(&mut self) {
        self.entries.map();
    }

    pub(crate) fn count(&self) -> u32 {
        self.entries.count()
    }

    /// The file, with all entries in it.
    pub(crate) fn file(&mut self) -> io::Result<&Arc<dyn LogFile>> {
        self.entries.file()
    }
}

fn offset_entry((offset, position): (i64, u32), base_offset: i64) -> [u8; OFFSET_ENTRY] {
    let mut entry = [0; OFFSET_ENTRY];
    entry[..4].copy_from_slice(&((offset - base_offset) as i32).to_be_bytes());
    entry[4..].copy_from_slice(&position.to_be_bytes());
    entry
}

fn parse_offset(entry: &[u8; OFFSET_ENTRY], base_offset: i64) -> (i64, u32) {
    let [a, b, c, d, e, f, g, h] = *entry;
    let relative = i32::from_be_bytes([a, b, c, d]);
    (base_offset.saturating_add(relative.into()), u32::from_be_bytes([e, f, g, h]))
}

/// A timestamp and the last offset of the batch that carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimestampOffset {
    pub(crate) timestamp: i64,
    pub(crate) offset: i64,
}

/// The largest timestamp so far, now and then: an entry says that no batch up to its offset is later.
#[derive(Debug)]
pub(crate) struct TimeIndex {
    entries: Entries<TIME_ENTRY>,
    base_offset: i64,
    last: Option<TimestampOffset>,
}

impl TimeIndex {
    /// An index without entries, in an empty file.
    pub(crate) fn empty(file: Arc<dyn LogFile>, base_offset: i64) -> Self {
        Self { entries: Entries::empty(file), base_offset, last: None }
    }

    /// `None` when the file cannot be an index of this segment.
    pub(crate) fn open(file: Arc<dyn LogFile>, base_offset: i64) -> io::Result<Option<Self>> {
        let Some(entries) = Entries::open(file)? else { return Ok(None) };
        let mut index = Self { entries, base_offset, last: None };
        index.last = index.read_last()?;
        let sane = match index.last {
            Some(last) => {
                let first = parse_time(&index.entries.read(0)?, base_offset);
                last.timestamp >= first.timestamp && last.offset >= base_offset
            }
            None => true,
        };
        Ok(sane.then_some(index))
    }

    fn read_last(&self) -> io::Result<Option<TimestampOffset>> {
        Ok(self.entries.last()?.map(|it| parse_time(&it, self.base_offset)))
    }

    /// The last entry; before the first one, "no timestamp" at the segment's base offset.
    pub(crate) fn last(&self) -> TimestampOffset {
        let none = TimestampOffset { timestamp: NO_TIMESTAMP, offset: self.base_offset };
        self.last.unwrap_or(none)
    }

    /// The last entry whose timestamp is at most this one.
    pub(crate) fn lookup(&self, timestamp: i64) -> io::Result<Option<TimestampOffset>> {
        let is_before =
            |it: &[u8; TIME_ENTRY]| parse_time(it, self.base_offset).timestamp <= timestamp;
        let (_, found) = self.entries.partition_point(is_before)?;
        Ok(found.map(|it| parse_time(&it, self.base_offset)))
    }

    /// Appends those entries that are later than the last one.
    pub(crate) fn append(&mut self, entries: &[TimestampOffset]) {
        for entry in entries.iter().filter(|it| it.timestamp > NO_TIMESTAMP) {
            if entry.timestamp > self.last().timestamp {
                self.entries.append([time_entry(*entry, self.base_offset)].into_iter());
                self.last = Some(*entry);
            }
        }
    }

    /// Writes the entries that are not in the file yet.
    pub(crate) fn write(&mut self) -> io::Result<()> {
        self.entries.write()
    }

    /// Drops the entries of batches that end at or after `offset`.
    pub(crate) fn truncate_to(&mut self, offset: i64) -> io::Result<()> {
        let is_kept = |it: &[u8; TIME_ENTRY]| parse_time(it, self.base_offset).offset < offset;
        let (kept, _) = self.entries.partition_point(is_kept)?;
        self.entries.truncate(kept)?;
        self.last = self.read_last()?;
        Ok(())
    }

    /// Whether the last entry lies behind the one before: where a power loss tore the file there may be zeros.
    pub(crate) fn rises_to_its_end(&self) -> io::Result<bool> {
        let Some(last) = self.last else { return Ok(true) };
        let before = match self.entries.count().checked_sub(2) {
            Some(slot) => parse_time(&self.entries.read(slot)?, self.base_offset),
            None => TimestampOffset { timestamp: 0, offset: self.base_offset - 1 },
        };
        Ok(last.timestamp > before.timestamp && last.offset > before.offset)
    }

    /// Keeps the entries in memory until the next change; for an index that none is expected of.
    pub(crate) fn map(&mut self) {
        self.entries.map();
    }

    pub(crate) fn count(&self) -> u32 {
        self.entries.count()
    }

    /// The file, with all entries in it.
    pub(crate) fn file(&mut self) -> io::Result<&Arc<dyn LogFile>> {
        self.entries.file()
    }
}

fn time_entry(entry: TimestampOffset, base_offset: i64) -> [u8; TIME_ENTRY] {
    let mut bytes = [0; TIME_ENTRY];
    bytes[..8].copy_from_slice(&entry.timestamp.to_be_bytes());
    bytes[8..].copy_from_slice(&((entry.offset - base_offset) as i32).to_be_bytes());
    bytes
}

fn parse_time(entry: &[u8; TIME_ENTRY], base_offset: i64) -> TimestampOffset {
    let (timestamp, relative) = entry.split_at(8);
    let timestamp = timestamp.try_into().map(i64::from_be_bytes).unwrap_or(NO_TIMESTAMP);
    let relative = relative.try_into().map(i32::from_be_bytes).unwrap_or(0);
    TimestampOffset { timestamp, offset: base_offset.saturating_add(relative.into()) }
}

/// Whether another entry may be added to both indexes of a segment; the time index keeps one slot for the
/// entry that is written when the segment is sealed.
pub(crate) fn are_full(offsets: u32, times: u32, index_bytes: u32) -> bool {
    offsets >= index_bytes / OFFSET_ENTRY as u32
        || times >= (index_bytes / TIME_ENTRY as u32).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dir::{Dir, Open};
    use crate::real::RealDir;
    use crate::sim::SimDisk;

    fn file() -> Arc<dyn LogFile> {
        SimDisk::new(1).root().open("index", Open::OrCreate).expect("created")
    }

    /// An empty file that can be mapped; its name is gone with the temporary directory.
    fn real_file() -> Arc<dyn LogFile> {
        let home = tempfile::tempdir().expect("a temporary directory");
        let dir = RealDir::open(home.path()).expect("it exists");
        dir.open("index", Open::OrCreate).expect("created")
    }

    /// Offsets from 100 on, with gaps, at positions that rise.
    fn offset_entries(gaps: &[u8]) -> Vec<(i64, u32)> {
        let mut entry = (100, 0);
        let mut next = |gap: &u8| {
            entry = (entry.0 + 1 + i64::from(*gap), entry.1 + 50);
            entry
        };
        gaps.iter().map(&mut next).collect()
    }

    proptest! {
        #[test]
        fn every_offset_is_looked_up_as_in_a_list(
            gaps in prop::collection::vec(0u8..4, 0..1_500),
            cut in 0i64..4_000,
        ) {
            let mut entries = offset_entries(&gaps);
            let opened = OffsetIndex::open(file(), 100, 0).expect("readable");
            let mut index = opened.expect("an empty file is an index");
            for chunk in entries.chunks(7) {
                index.append(chunk);
                if chunk.len() < 7 || chunk[0].1 % 3 == 0 {
                    index.write().expect("written");
                }
            }
            for round in 0..2 {
                for offset in (99..4_200).step_by(13) {
                    let known = entries.iter().rev().find(|it| it.0 <= offset);
                    prop_assert_eq!(index.lookup(offset).expect("readable"), known.map_or(0, |it| it.1));
                }
                if round == 0 {
                    index.truncate_to(100 + cut).expect("cut");
                    entries.retain(|it| it.0 < 100 + cut);
                    prop_assert_eq!(index.count() as usize, entries.len());
                }
            }
            let bytes = entries.last().map_or(0, |it| it.1) + 1;
            let file = index.file().expect("written").clone();
            let opened = OffsetIndex::open(file, 100, bytes.into());
            prop_assert_eq!(opened.expect("readable").map(|it| it.last), Some(index.last));
        }

        #[test]
        fn every_timestamp_is_looked_up_as_in_a_list(steps in prop::collection::vec(0i64..5, 0..1_200)) {
            let mut index = TimeIndex::open(file(), 7).expect("readable").expect("an index");
            let (mut entries, mut timestamp) = (Vec::new(), 1_000);
            for (number, step) in steps.iter().enumerate() {
                timestamp += step;
                let entry = TimestampOffset { timestamp, offset: 7 + number as i64 };
                index.append(&[entry]);
                if number % 40 == 0 {
                    index.write().expect("written");
                }
                // Only a later timestamp makes an entry.
                if *step > 0 || entries.is_empty() {
                    entries.push(entry);
                }
            }
            for timestamp in (990..timestamp + 20).step_by(7) {
                let known = entries.iter().rev().find(|it| it.timestamp <= timestamp);
                prop_assert_eq!(index.lookup(timestamp).expect("readable"), known.copied());
            }
        }
    }

    #[test]
    fn a_mapped_index_answers_as_an_unmapped_one_before_and_after_changes() {
        let open =
            |file| OffsetIndex::open(file, 100, u64::MAX).expect("readable").expect("an index");
        let (mut mapped, mut unmapped) = (open(real_file()), open(file()));
        let entries = offset_entries(&[1; 3_000]);
        for (part, cut) in entries.chunks(1_000).zip([900, 1_700, 5_000]) {
            for index in [&mut mapped, &mut unmapped] {
                index.append(part);
                assert!(!index.entries.is_mapped(), "dropped before the write");
                index.map();
                assert!(!index.entries.is_mapped(), "the file has not all entries");
                index.write().expect("written");
                index.map();
            }
            assert!(mapped.entries.is_mapped() && !unmapped.entries.is_mapped());
            let same = |offset| mapped.lookup(offset).ok() == unmapped.lookup(offset).ok();
            assert!((90..6_200).all(same));
            for index in [&mut mapped, &mut unmapped] {
                index.truncate_to(100 + cut).expect("cut");
                assert!(!index.entries.is_mapped(), "dropped before the cut");
            }
            assert_eq!((mapped.last, mapped.count()), (unmapped.last, unmapped.count()));
        }
    }

    #[test]
    fn files_that_are_no_index_are_refused() {
        let with = |bytes: &[u8]| {
            let file = file();
            file.write_all_at(bytes, 0).expect("written");
            file
        };
        let is_index =
            |bytes: &[u8]| OffsetIndex::open(with(bytes), 0, 100).expect("readable").is_some();
        assert!(is_index(&[0, 0, 0, 1, 0, 0, 0, 99]));
        assert!(!is_index(&[0, 0, 0, 1, 0, 0, 0, 100]), "beyond the batches");
        assert!(!is_index(&[0xff, 0, 0, 1, 0, 0, 0, 9]), "below the base");
        assert!(!is_index(&[0; 7]));
        let later = [0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1];
        let earlier = [0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 2];
        let falling = [later, earlier].concat();
        assert!(TimeIndex::open(with(&falling), 0).expect("readable").is_none());
    }
}

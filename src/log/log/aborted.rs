//! The index of aborted transactions of each segment: what a reader of decided transactions must pass over.

use std::io;
use std::sync::Arc;

use super::Log;
use crate::dir::{LogFile, Open};
use crate::names::TXN_INDEX_SUFFIX;
use crate::producers::CompletedTransaction;
use crate::types::ReadSlice;

/// Version of an entry.
const VERSION: i16 = 0;
/// Bytes of an entry: version, producer id, first offset, last offset, last stable offset.
const ENTRY: usize = 34;
/// Entries read at once: 4 KiB.
const PAGE_ENTRIES: u64 = 120;

/// A transaction that was aborted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbortedTransaction {
    /// Its producer.
    pub producer_id: i64,
    /// Offset of its first record.
    pub first_offset: i64,
    /// Offset of the marker that ends it.
    pub last_offset: i64,
    /// Where the first transaction that was still open then began: no later entry is of records below.
    pub last_stable_offset: i64,
}

impl AbortedTransaction {
    fn to_bytes(self) -> Vec<u8> {
        let mut entry = Vec::with_capacity(ENTRY);
        entry.extend(VERSION.to_be_bytes());
        let fields =
            [self.producer_id, self.first_offset, self.last_offset, self.last_stable_offset];
        entry.extend(fields.iter().flat_map(|it| it.to_be_bytes()));
        entry
    }

    fn parse(entry: &[u8; ENTRY]) -> Self {
        let (fields, _) = entry[size_of::<i16>()..].as_chunks();
        let field = |at: usize| i64::from_be_bytes(fields[at]);
        Self {
            producer_id: field(0),
            first_offset: field(1),
            last_offset: field(2),
            last_stable_offset: field(3),
        }
    }
}

impl Log {
    /// Notes an aborted transaction in the index of the segment that its marker is in, if it is not there yet.
    pub(super) fn append_aborted(
        &mut self,
        completed: &CompletedTransaction,
        last_stable_offset: i64,
    ) -> io::Result<()> {
        let at = self.segment_of(completed.last_offset);
        let name = self.segments[at].file_name(TXN_INDEX_SUFFIX);
        let is_new = !self.dir.exists(&name)?;
        let entries = Entries::new(self.dir.open(&name, Open::OrCreate)?)?;
        self.segments[at].has_aborted = Some(true);
        // On a replay most are already there.
        if entries.last()?.is_some_and(|last| last.last_offset >= completed.last_offset) {
            return Ok(());
        }
        let aborted = AbortedTransaction {
            producer_id: completed.producer_id,
            first_offset: completed.first_offset,
            last_offset: completed.last_offset,
            last_stable_offset,
        };
        entries.push(aborted)?;
        self.changes.dir += u64::from(is_new);
        Ok(())
    }

    /// The aborted transactions that may have records in a slice that was just read, in the order of their ends.
    ///
    /// Of the indexes only the pages are read that can matter. As in Kafka there is no bound of how many are found, each of
    /// which has a marker in the log, nor of how many are passed over: any number may have ended while one that began in the
    /// slice was still open.
    pub fn aborted_in(&mut self, slice: &ReadSlice) -> io::Result<Vec<AbortedTransaction>> {
        let mut found = Vec::new();
        let from = self.segment_of(slice.segment_base_offset);
        let upper_bound = self.offset_behind(from, slice.position + slice.length as u64)?;
        for at in from..self.segments.len() {
            let Some(entries) = self.aborted_of(at)? else { continue };
            let mut next = entries.page_of(slice.offset)?;
            while next < entries.count {
                let page = entries.page(next)?;
                next += page.len() as u64;
                for aborted in page {
                    if aborted.last_offset >= slice.offset && aborted.first_offset < upper_bound {
                        found.push(aborted);
                    }
                    if aborted.last_stable_offset >= upper_bound {
                        return Ok(found);
                    }
                }
            }
        }
        Ok(found)
    }

    /// An offset above all that stands before a position of a segment's file, from its sparse index.
    fn offset_behind(&mut self, at: usize, position: u64) -> io::Result<i64> {
        let next = self.segments.get(at + 1).map_or(self.log_end_offset, |it| it.base_offset);
        Ok(self.segments[at].files()?.index.offset_at_or_behind(position)?.unwrap_or(next))
    }

    /// Removes the transactions that end at or behind an offset from the index of a segment.
    pub(super) fn forget_aborted_from(&mut self, at: usize, offset: i64) -> io::Result<()> {
        let Some(entries) = self.aborted_of(at)? else { return Ok(()) };
        let mut kept = 0;
        while kept < entries.count {
            let page = entries.page(kept)?;
            let before = page.iter().take_while(|it| it.last_offset < offset).count();
            kept += before as u64;
            if before < page.len() {
                break;
            }
        }
        entries.file.set_len(kept * ENTRY as u64)
    }

    /// A segment's index; whether it has one is asked of the file system once.
    fn aborted_of(&mut self, at: usize) -> io::Result<Option<Entries>> {
        let name = self.segments[at].file_name(TXN_INDEX_SUFFIX);
        let has_aborted = match self.segments[at].has_aborted {
            Some(known) => known,
            None => self.dir.exists(&name)?,
        };
        self.segments[at].has_aborted = Some(has_aborted);
        match has_aborted {
            true => Entries::new(self.dir.open(&name, Open::Existing)?).map(Some),
            false => Ok(None),
        }
    }
}

/// The entries of an index file. Their last offsets rise: neither Kafka nor this log adds one that does not lie behind the
/// others.
struct Entries {
    file: Arc<dyn LogFile>,
    count: u64,
}

impl Entries {
    /// A torn last entry does not count, and is written over.
    fn new(file: Arc<dyn LogFile>) -> io::Result<Self> {
        let count = file.len()? / ENTRY as u64;
        Ok(Self { file, count })
    }

    fn read(&self, first: u64, count: u64) -> io::Result<Vec<AbortedTransaction>> {
        let mut bytes = vec![0; count as usize * ENTRY];
        self.file.read_exact_at(&mut bytes, first * ENTRY as u64)?;
        Ok(bytes.as_chunks().0.iter().map(AbortedTransaction::parse).collect())
    }

    /// So many entries from this one on as are read at once.
    fn page(&self, first: u64) -> io::Result<Vec<AbortedTransaction>> {
        self.read(first, PAGE_ENTRIES.min(self.count - first))
    }

    fn last(&self) -> io::Result<Option<AbortedTransaction>> {
        let Some(last) = self.count.checked_sub(1) else { return Ok(None) };
        Ok(self.read(last, 1)?.pop())
    }

    /// The first entry of a page that holds, or lies before, the first transaction that ends at or behind an offset.
    fn page_of(&self, offset: i64) -> io::Result<u64> {
        let (mut low, mut high) = (0, self.count);
        while high - low > PAGE_ENTRIES {
            let middle = low + (high - low) / 2;
            match self.read(middle, 1)?.iter().all(|it| it.last_offset < offset) {
                true => low = middle,
                false => high = middle,
            }
        }
        Ok(low)
    }

    fn push(&self, aborted: AbortedTransaction) -> io::Result<()> {
        self.file.write_all_at(&aborted.to_bytes(), self.count * ENTRY as u64)
    }
}

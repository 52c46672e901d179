//! The index of aborted transactions of each segment: what a reader of decided transactions must pass over.

use std::io;

use super::Log;
use crate::dir::{LogFile, Open, read_small};
use crate::names::TXN_INDEX_SUFFIX;
use crate::producers::CompletedTransaction;
use crate::types::ReadSlice;

/// Version of an entry.
const VERSION: i16 = 0;
/// Bytes of an entry: version, producer id, first offset, last offset, last stable offset.
const ENTRY: usize = 34;

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
        let file = self.dir.open(&name, Open::OrCreate)?;
        self.segments[at].has_aborted = Some(true);
        // On a replay most are already there; a torn last entry is written over.
        let len = file.len()? / ENTRY as u64 * ENTRY as u64;
        if last_aborted(file.as_ref(), len)? >= completed.last_offset {
            return Ok(());
        }
        let aborted = AbortedTransaction {
            producer_id: completed.producer_id,
            first_offset: completed.first_offset,
            last_offset: completed.last_offset,
            last_stable_offset,
        };
        file.write_all_at(&aborted.to_bytes(), len)?;
        self.changes.dir += u64::from(is_new);
        Ok(())
    }

    /// The aborted transactions that may have records in a slice that was just read, in the order of their ends.
    pub fn aborted_in(&mut self, slice: &ReadSlice) -> io::Result<Vec<AbortedTransaction>> {
        let mut found = Vec::new();
        if slice.length == 0 {
            return Ok(found);
        }
        let from = self.segment_of(slice.segment_base_offset);
        let upper_bound = self.offset_behind(from, slice.position + slice.length as u64)?;
        for at in from..self.segments.len() {
            for aborted in self.aborted_of(at)? {
                if aborted.last_offset >= slice.offset && aborted.first_offset < upper_bound {
                    found.push(aborted);
                }
                if aborted.last_stable_offset >= upper_bound {
                    return Ok(found);
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

    /// What a segment's index says; whether it has one is asked of the file system once.
    fn aborted_of(&mut self, at: usize) -> io::Result<Vec<AbortedTransaction>> {
        let name = self.segments[at].file_name(TXN_INDEX_SUFFIX);
        let has_aborted = match self.segments[at].has_aborted {
            Some(known) => known,
            None => self.dir.exists(&name)?,
        };
        self.segments[at].has_aborted = Some(has_aborted);
        if !has_aborted {
            return Ok(Vec::new());
        }
        let bytes = read_small(self.dir.as_ref(), &name)?.unwrap_or_default();
        Ok(bytes.as_chunks().0.iter().map(AbortedTransaction::parse).collect())
    }
}

/// Offset of the marker that the last entry tells of.
fn last_aborted(file: &dyn LogFile, len: u64) -> io::Result<i64> {
    let Some(position) = len.checked_sub(ENTRY as u64) else { return Ok(-1) };
    let mut entry = [0; ENTRY];
    file.read_exact_at(&mut entry, position)?;
    Ok(AbortedTransaction::parse(&entry).last_offset)
}

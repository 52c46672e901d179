//! The entries of an index file, whatever is in them.

use std::io;
use std::sync::Arc;

use crate::dir::LogFile;
use crate::mapping::Mapping;

/// Entries read at once at the end of a search.
const PAGE_ENTRIES: u32 = 340;

/// The entries of an index file.
#[derive(Debug)]
pub(super) struct Entries<const N: usize> {
    file: Arc<dyn LogFile>,
    /// Entries that are in the file.
    written: u32,
    /// The entries behind them, which are not yet.
    pending: Vec<[u8; N]>,
    /// The entries of the file in memory, until the next change.
    mapping: Option<Mapping>,
}

impl<const N: usize> Entries<N> {
    pub(super) fn empty(file: Arc<dyn LogFile>) -> Self {
        Self { file, written: 0, pending: Vec::new(), mapping: None }
    }

    /// `None` when the file's length is not that of whole entries.
    pub(super) fn open(file: Arc<dyn LogFile>) -> io::Result<Option<Self>> {
        let len = file.len()?;
        let count = u32::try_from(len / N as u64).ok().filter(|_| len % N as u64 == 0);
        Ok(count.map(|written| Self { written, ..Self::empty(file) }))
    }

    pub(super) fn count(&self) -> u32 {
        self.written + self.pending.len() as u32
    }

    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// The file, with all entries in it.
    pub(super) fn file(&mut self) -> io::Result<&Arc<dyn LogFile>> {
        self.write()?;
        Ok(&self.file)
    }

    /// Writes what is not in the file yet.
    pub(super) fn write(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let end = u64::from(self.written) * N as u64;
        self.mapping = None;
        self.file.write_all_at(self.pending.as_flattened(), end)?;
        self.written += self.pending.len() as u32;
        self.pending.clear();
        Ok(())
    }

    pub(super) fn read(&self, slot: u32) -> io::Result<[u8; N]> {
        if let Some(pending) = slot.checked_sub(self.written) {
            let entry = self.pending.get(pending as usize).copied();
            return entry.ok_or_else(|| io::ErrorKind::UnexpectedEof.into());
        }
        let mut entry = [0; N];
        self.file.read_exact_at(&mut entry, u64::from(slot) * N as u64)?;
        Ok(entry)
    }

    /// The entries of these slots.
    fn read_page(&self, low: u32, high: u32) -> io::Result<Vec<[u8; N]>> {
        let in_file = high.min(self.written).saturating_sub(low);
        let mut page = vec![[0; N]; in_file as usize];
        self.file.read_exact_at(page.as_flattened_mut(), u64::from(low) * N as u64)?;
        let pending = |slot: u32| slot.saturating_sub(self.written) as usize;
        page.extend_from_slice(&self.pending[pending(low)..pending(high)]);
        Ok(page)
    }

    pub(super) fn last(&self) -> io::Result<Option<[u8; N]>> {
        self.count().checked_sub(1).map(|slot| self.read(slot)).transpose()
    }

    /// Maps the file where that is possible; else it is read on as before.
    pub(super) fn map(&mut self) {
        if self.mapping.is_none() && self.pending.is_empty() {
            let mapping = self.file.map().ok().flatten();
            self.mapping = mapping.filter(|it| it.bytes().len() == self.written as usize * N);
        }
    }

    #[cfg(test)]
    pub(super) fn is_mapped(&self) -> bool {
        self.mapping.is_some()
    }

    fn mapped(&self) -> Option<&[[u8; N]]> {
        self.mapping.as_ref().map(|it| it.bytes().as_chunks().0)
    }

    /// Adds entries; they are in the file after the next [`Entries::write`].
    pub(super) fn append(&mut self, entries: impl Iterator<Item = [u8; N]>) {
        self.pending.extend(entries);
        if !self.pending.is_empty() {
            self.mapping = None;
        }
    }

    pub(super) fn truncate(&mut self, count: u32) -> io::Result<()> {
        if count < self.written {
            self.mapping = None;
            self.file.set_len(u64::from(count) * N as u64)?;
            self.written = count;
        }
        self.pending.truncate((count - self.written) as usize);
        Ok(())
    }

    /// How many entries, from the first on, satisfy the predicate (they come first), and the last of them.
    pub(super) fn partition_point(
        &self,
        is_before: impl Fn(&[u8; N]) -> bool,
    ) -> io::Result<(u32, Option<[u8; N]>)> {
        if let Some(entries) = self.mapped() {
            return Ok(count_and_last(0, entries, is_before));
        }
        // What is looked for is mostly near the end, so the last page is tried first.
        let (mut low, mut high) = (0, self.count());
        let mut middle = high.saturating_sub(PAGE_ENTRIES);
        while high - low > PAGE_ENTRIES {
            match is_before(&self.read(middle)?) {
                true => low = middle,
                false => high = middle,
            }
            middle = low + (high - low) / 2;
        }
        // The page begins with an entry that passes, unless it is the first of the index.
        Ok(count_and_last(low, &self.read_page(low, high)?, is_before))
    }
}

/// How many entries satisfy the predicate, with so many before these, and the last of them.
fn count_and_last<const N: usize>(
    before: u32,
    entries: &[[u8; N]],
    is_before: impl Fn(&[u8; N]) -> bool,
) -> (u32, Option<[u8; N]>) {
    let count = entries.partition_point(is_before);
    (before + count as u32, count.checked_sub(1).map(|it| entries[it]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dir::{Dir, Open};
    use crate::real::RealDir;
    use crate::sim::Random;

    /// An index in a file whose name is gone with the temporary directory.
    fn entries_of(bytes: &[u8]) -> Entries<8> {
        let home = tempfile::tempdir().expect("a temporary directory");
        let dir = RealDir::open(home.path()).expect("it exists");
        let file = dir.open("index", Open::OrCreate).expect("created");
        file.write_all_at(bytes, 0).expect("written");
        Entries::open(file).expect("readable").expect("whole entries")
    }

    #[test]
    fn noise_is_searched_without_a_panic() {
        let mut random = Random::new(7);
        for count in (1..5_000).step_by(249) {
            let noise: Vec<u8> = (0..count * 8).map(|_| random.any() as u8).collect();
            let mut entries = entries_of(&noise);
            let is_before = |it: &[u8; 8]| it[0] < 128;
            let (found, _) = entries.partition_point(is_before).expect("readable");
            entries.map();
            let (found_mapped, _) = entries.partition_point(is_before).expect("readable");
            assert!(entries.is_mapped() && found.max(found_mapped) <= count);
        }
    }

    #[test]
    fn what_is_not_written_yet_is_read_and_cut_as_if_it_were() {
        let entry = |number: u64| number.to_be_bytes();
        let mut entries = entries_of((0..500).map(entry).collect::<Vec<_>>().as_flattened());
        entries.append((500..900).map(entry));
        assert_eq!((entries.count(), entries.pending()), (900, 400));
        for sought in [0, 1, 499, 500, 501, 899, 900] {
            let (count, last) = entries.partition_point(|it| *it < entry(sought)).expect("read");
            assert_eq!(u64::from(count), sought);
            assert_eq!(last, sought.checked_sub(1).map(entry));
        }
        entries.truncate(700).expect("cut");
        assert_eq!(entries.last().expect("read"), Some(entry(699)));
        assert_eq!(entries.file.len().expect("a length"), 500 * 8);
        entries.truncate(300).expect("cut");
        assert_eq!((entries.count(), entries.pending()), (300, 0));
        entries.append((300..310).map(entry));
        assert_eq!(entries.file().expect("written").len().expect("a length"), 310 * 8);
        assert!(entries.read(310).is_err());
    }

    #[test]
    fn what_is_empty_or_not_as_long_as_known_is_not_mapped() {
        let mut entries = entries_of(&[]);
        entries.map();
        assert!(!entries.is_mapped());
        entries.file.write_all_at(&[1; 8], 0).expect("written");
        entries.map();
        assert!(!entries.is_mapped());
    }
}

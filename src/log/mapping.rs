//! Read-only mappings of index files that nothing is appended to any more.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use memmap2::{Mmap, MmapOptions};

/// Most mappings of the process: half of what Linux grants by default (`vm.max_map_count`, 65,530). The rest is
/// for the memory allocator and the stacks of threads, which cannot do without; an index can.
const MAPPINGS_MAX: usize = 32_768;

/// How many mappings there are.
static MAPPINGS: AtomicUsize = AtomicUsize::new(0);

/// The bytes of a file that is not written, read without a system call.
///
/// Only this crate reads them, as only it can tell that the file stays as it is. A page that the disk fails to
/// deliver is a signal here (SIGBUS), not an error.
#[derive(Debug)]
pub struct Mapping {
    bytes: Mmap,
    _place: Place,
}

impl Mapping {
    /// Maps a whole file; `None` when it is empty, or when there are too many mappings already.
    ///
    /// Until this is dropped the file must be neither written nor cut.
    pub(crate) fn of(file: &File) -> io::Result<Option<Self>> {
        let len = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        let Some(place) = Place::take().filter(|_| len > 0) else { return Ok(None) };
        // SAFETY: the bytes neither change nor go while they are borrowed. Within this process a partition has
        // one `Log`; the index that holds the mapping is the only one to write and cut its file, and drops the
        // mapping before (`Entries::change`); files are emptied by name only when their index is dropped. The
        // lock on the log dir keeps other processes out. Renaming and removing a file leave its bytes.
        let bytes = unsafe { MmapOptions::new().len(len).map(file) }?;
        Ok(Some(Self { bytes, _place: place }))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// One of the mappings that there may be.
#[derive(Debug)]
struct Place;

impl Place {
    fn take() -> Option<Self> {
        let more = |count: usize| (count < MAPPINGS_MAX).then_some(count + 1);
        MAPPINGS.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok().map(|_| Self)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        MAPPINGS.fetch_sub(1, Ordering::Relaxed);
    }
}

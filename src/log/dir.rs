//! Files stand behind two small traits, so that the log runs over a real disk or over a simulated one.
//!
//! Both are used as trait objects: a virtual call costs a nanosecond beside a system call. Everything here may
//! block; who calls it decides on which thread.

use std::fmt::Debug;
use std::io::{self, IoSlice};
use std::ops::Range;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use crate::mapping::Mapping;

/// How to open a file of a [`Dir`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// An existing file; `NotFound` when there is none.
    Existing,
    /// An existing file, or a new empty one.
    OrCreate,
    /// A new empty file; what stood under the name is gone.
    Truncated,
}

/// One entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name inside the directory.
    pub name: String,
    /// What stands under the name.
    pub kind: EntryKind,
}

/// What a directory's entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A file of so many bytes.
    File(u64),
    /// A directory.
    Dir,
}

/// The volume that a directory is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Volume {
    /// Bytes of it.
    pub total_bytes: u64,
    /// Bytes of it that this process may still fill.
    pub usable_bytes: u64,
}

/// A directory. Names are plain names without a path separator.
pub trait Dir: Debug + Send + Sync {
    /// Opens a file for reading and writing.
    fn open(&self, name: &str, how: Open) -> io::Result<Arc<dyn LogFile>>;

    /// All entries, sorted by name.
    fn list(&self) -> io::Result<Vec<Entry>>;

    /// Whether a file or directory of this name exists.
    fn exists(&self, name: &str) -> io::Result<bool>;

    /// Renames a file or a directory inside this directory; an existing file of the new name is replaced.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file. Open handles keep reading it.
    fn remove_file(&self, name: &str) -> io::Result<()>;

    /// Opens an existing subdirectory.
    fn subdir(&self, name: &str) -> io::Result<Arc<dyn Dir>>;

    /// Creates a subdirectory, which is empty; `AlreadyExists` when something has this name.
    fn create_new_dir(&self, name: &str) -> io::Result<Arc<dyn Dir>>;

    /// Creates a subdirectory (no error when it exists) and opens it.
    fn create_dir(&self, name: &str) -> io::Result<Arc<dyn Dir>> {
        match self.create_new_dir(name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => self.subdir(name),
            created => created,
        }
    }

    /// Removes a subdirectory and everything in it.
    fn remove_dir_all(&self, name: &str) -> io::Result<()>;

    /// Makes created, renamed and removed names survive a power loss.
    fn sync(&self) -> io::Result<()>;

    /// Takes the exclusive lock on a file of this name; it is held until the returned value is dropped.
    /// The error kind is `WouldBlock` when another process (or another handle) holds it.
    fn lock(&self, name: &str) -> io::Result<Box<dyn Send + Sync>>;

    /// The size of the volume that the directory is on; `Unsupported` where there is none.
    fn volume(&self) -> io::Result<Volume> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Where the directory is, for messages to people.
    fn describe(&self) -> String;
}

/// An open file, shared by everyone who reads it; positions are given with each call.
pub trait LogFile: Debug + Send + Sync {
    /// Reads up to `buffer.len()` bytes at `offset`; fewer only at the end of the file.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Like [`LogFile::read_at`], but a disk is not waited for: `WouldBlock` where bytes are not in memory. Where the system
    /// cannot tell, it reads.
    fn read_cached_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.read_at(buffer, offset)
    }

    /// Whether a stretch can be read without waiting for a disk, as far as samples of it tell.
    fn is_cached(&self, _stretch: Range<u64>) -> io::Result<bool> {
        Ok(true)
    }

    /// Has a stretch read into memory by the system, as far as the file goes. Blocks until it is there.
    fn warm(&self, _stretch: Range<u64>) -> io::Result<()> {
        Ok(())
    }

    /// Writes all buffers one after the other from `offset` on, with as few system calls as possible.
    fn write_vectored_at(&self, buffers: &mut [IoSlice<'_>], offset: u64) -> io::Result<()>;

    /// Bytes of the file.
    fn len(&self) -> io::Result<u64>;

    /// Whether the file has no bytes.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Cuts or (with zeros) extends the file.
    fn set_len(&self, len: u64) -> io::Result<()>;

    /// Makes the bytes and the length survive a power loss.
    fn sync(&self) -> io::Result<()>;

    /// When the file was last written, in milliseconds since the epoch.
    fn modified_ms(&self) -> io::Result<i64>;

    /// The descriptor to `sendfile` from; `None` for a simulated file.
    fn as_fd(&self) -> Option<BorrowedFd<'_>>;

    /// The file in memory, to be read there; `None` where that is not possible (a simulated file, an empty
    /// one) and it must be read as any other. Drop the mapping before the file is written or cut.
    fn map(&self) -> io::Result<Option<Mapping>> {
        Ok(None)
    }

    /// Writes all of `bytes` at `offset`.
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write_vectored_at(&mut [IoSlice::new(bytes)], offset)
    }

    /// Reads exactly `buffer.len()` bytes at `offset`; `UnexpectedEof` when the file is shorter.
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        match self.read_at(buffer, offset)? {
            read if read == buffer.len() => Ok(()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// Opens a file; `None` when there is no such file.
pub fn open_if_exists(dir: &dyn Dir, name: &str) -> io::Result<Option<Arc<dyn LogFile>>> {
    match dir.open(name, Open::Existing) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Largest file that [`read_small`] reads; our text files and snapshots are far below.
const SMALL_FILE_BYTES_MAX: u64 = 256 << 20;

/// The whole content of a small file, or `None` when there is no such file.
pub fn read_small(dir: &dyn Dir, name: &str) -> io::Result<Option<Vec<u8>>> {
    let Some(file) = open_if_exists(dir, name)? else { return Ok(None) };
    let len = file.len()?;
    if len > SMALL_FILE_BYTES_MAX {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{name} is {len} bytes long"),
        ));
    }
    let mut bytes = vec![0; len as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(Some(bytes))
}

/// Replaces a small file so that after a power loss either the old or the new content is found, whole.
pub fn replace_small(dir: &dyn Dir, name: &str, bytes: &[u8]) -> io::Result<()> {
    let temporary = format!("{name}.tmp");
    let file = dir.open(&temporary, Open::Truncated)?;
    file.write_all_at(bytes, 0)?;
    file.sync()?;
    dir.rename(&temporary, name)?;
    dir.sync()
}

/// Whether an error is not the disk's: the process, or the system, has no more files to open or no memory.
pub fn is_exhaustion(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let errno = error.raw_os_error().map(Errno::from_raw_os_error);
    errno.is_some_and(|errno| [Errno::MFILE, Errno::NFILE, Errno::NOMEM].contains(&errno))
}

/// Removes a file; no error when it is already gone.
pub fn remove_if_exists(dir: &dyn Dir, name: &str) -> io::Result<()> {
    match dir.remove_file(name) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

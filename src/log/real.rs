//! Directories and files of a real disk.

use std::collections::BTreeSet;
use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, IoSlice, IoSliceMut};
use std::num::NonZeroU64;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use rustix::fs::{Advice, FlockOperation, fadvise, fcntl_lock, fdatasync, fsync, statvfs};
use rustix::io::{Errno, ReadWriteFlags, preadv2};

use crate::dir::{Dir, Entry, EntryKind, LogFile, Open, Volume};
use crate::mapping::Mapping;

/// Most buffers that one system call takes (Linux' IOV_MAX).
const VECTORS_MAX: usize = 1024;
/// How far apart the bytes are that tell whether a stretch is in memory: what Linux reads ahead by default.
const SAMPLES_EVERY: usize = 128 << 10;

/// A directory of the disk, known by its path.
#[derive(Debug, Clone)]
pub struct RealDir {
    path: PathBuf,
}

impl RealDir {
    /// An existing directory.
    pub fn open(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        if !fs::metadata(&path)?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self { path })
    }

    /// A directory, created with its parents when missing.
    pub fn create(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        fs::create_dir_all(&path)?;
        Self::open(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What stands under a name; `None` when it is gone meanwhile. Of directories the listing tells enough.
    fn kind_of(&self, name: &str, listed: FileType) -> io::Result<Option<EntryKind>> {
        if listed.is_dir() {
            return Ok(Some(EntryKind::Dir));
        }
        match fs::metadata(self.path.join(name)) {
            Ok(metadata) if metadata.is_dir() => Ok(Some(EntryKind::Dir)),
            Ok(metadata) => Ok(Some(EntryKind::File(metadata.len()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Dir for RealDir {
    fn open(&self, name: &str, how: Open) -> io::Result<Arc<dyn LogFile>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        match how {
            Open::Existing => {}
            Open::OrCreate => _ = options.create(true),
            Open::Truncated => _ = options.create(true).truncate(true),
        }
        let file = options.open(self.path.join(name))?;
        OPEN_FILES.fetch_add(1, Relaxed);
        Ok(Arc::new(RealFile { file }))
    }

    fn list(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            // A name that is no UTF-8 is none of ours.
            let Ok(name) = entry.file_name().into_string() else { continue };
            if let Some(kind) = self.kind_of(&name, entry.file_type()?)? {
                entries.push(Entry { name, kind });
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        self.path.join(name).try_exists()
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove_file(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    fn subdir(&self, name: &str) -> io::Result<Arc<dyn Dir>> {
        Ok(Arc::new(Self::open(self.path.join(name))?))
    }

    fn create_new_dir(&self, name: &str) -> io::Result<Arc<dyn Dir>> {
        let path = self.path.join(name);
        fs::create_dir(&path)?;
        Ok(Arc::new(Self { path }))
    }

    fn remove_dir_all(&self, name: &str) -> io::Result<()> {
        fs::remove_dir_all(self.path.join(name))
    }

    fn sync(&self) -> io::Result<()> {
        Ok(fsync(File::open(&self.path)?)?)
    }

    fn lock(&self, name: &str) -> io::Result<Box<dyn Send + Sync>> {
        Ok(Box::new(FileLock::take(&self.path.join(name))?))
    }

    fn volume(&self) -> io::Result<Volume> {
        let volume = statvfs(&self.path)?;
        Ok(Volume {
            total_bytes: volume.f_blocks.saturating_mul(volume.f_frsize),
            usable_bytes: volume.f_bavail.saturating_mul(volume.f_frsize),
        })
    }

    fn describe(&self) -> String {
        self.path.display().to_string()
    }
}

/// How many files of directories this process has open.
static OPEN_FILES: AtomicUsize = AtomicUsize::new(0);

/// How many files that were opened through a [`RealDir`] are open in this process.
pub fn open_files() -> usize {
    OPEN_FILES.load(Relaxed)
}

/// A file of the disk.
#[derive(Debug)]
struct RealFile {
    file: File,
}

impl Drop for RealFile {
    fn drop(&mut self) {
        OPEN_FILES.fetch_sub(1, Relaxed);
    }
}

impl RealFile {
    /// Reads what is in memory.
    fn read_now(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        loop {
            let mut buffers = [IoSliceMut::new(buffer)];
            match preadv2(&self.file, &mut buffers, offset, ReadWriteFlags::NOWAIT) {
                // The file system, or the system, is not able to.
                Err(Errno::OPNOTSUPP | Errno::NOSYS) => return self.file.read_at(buffer, offset),
                Err(Errno::INTR) => {}
                read => return Ok(read?),
            }
        }
    }
}

/// Positions of a stretch, its last one included, of which each stands for those around it.
fn samples(stretch: Range<u64>) -> impl Iterator<Item = u64> {
    stretch.clone().step_by(SAMPLES_EVERY).chain(stretch.last())
}

impl LogFile for RealFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read_at(&mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    fn read_cached_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read_now(&mut buffer[filled..], offset + filled as u64)? {
                0 => break,
                read => filled += read,
            }
        }
        Ok(filled)
    }

    fn is_cached(&self, stretch: Range<u64>) -> io::Result<bool> {
        for position in samples(stretch) {
            match self.read_now(&mut [0], position) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                read => _ = read?,
            }
        }
        Ok(true)
    }

    fn warm(&self, stretch: Range<u64>) -> io::Result<()> {
        let Some(length) = NonZeroU64::new(stretch.end.saturating_sub(stretch.start)) else {
            return Ok(());
        };
        // Only advice: the system may take less of it than this. Reading waits for what it took, and for the rest.
        let _ = fadvise(&self.file, stretch.start, Some(length), Advice::WillNeed);
        samples(stretch).try_for_each(|position| self.read_at(&mut [0], position).map(|_| ()))
    }

    fn write_vectored_at(&self, buffers: &mut [IoSlice<'_>], offset: u64) -> io::Result<()> {
        let (mut buffers, mut offset) = (buffers, offset);
        // Buffers that are already written, or empty, must not be taken for a full disk.
        IoSlice::advance_slices(&mut buffers, 0);
        while !buffers.is_empty() {
            let batch = &buffers[..buffers.len().min(VECTORS_MAX)];
            match rustix::io::pwritev(&self.file, batch, offset) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    offset += written as u64;
                    IoSlice::advance_slices(&mut buffers, written);
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    fn sync(&self) -> io::Result<()> {
        Ok(fdatasync(&self.file)?)
    }

    fn modified_ms(&self) -> io::Result<i64> {
        let modified = self.file.metadata()?.modified()?;
        let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.file.as_fd())
    }

    fn map(&self) -> io::Result<Option<Mapping>> {
        Mapping::of(&self.file)
    }
}

/// Files this process holds locks on, by device and inode. POSIX record locks (which Kafka takes, so that we
/// must) belong to the process: a second lock would be granted, and closing any handle would drop the first.
static LOCKED: Mutex<BTreeSet<(u64, u64)>> = Mutex::new(BTreeSet::new());

/// An exclusive lock on a file, against other processes and against this one.
struct FileLock {
    _file: File,
    identity: (u64, u64),
}

impl FileLock {
    fn take(path: &Path) -> io::Result<Self> {
        let mut locked = LOCKED.lock().unwrap_or_else(PoisonError::into_inner);
        if fs::metadata(path).is_ok_and(|it| locked.contains(&(it.dev(), it.ino()))) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive).map_err(lock_error)?;
        let metadata = file.metadata()?;
        let identity = (metadata.dev(), metadata.ino());
        locked.insert(identity);
        Ok(Self { _file: file, identity })
    }
}

/// A lock held elsewhere is reported as EAGAIN or EACCES, as the system likes.
fn lock_error(error: Errno) -> io::Error {
    match error {
        Errno::AGAIN | Errno::ACCESS => io::ErrorKind::WouldBlock.into(),
        other => other.into(),
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        let mut locked = LOCKED.lock().unwrap_or_else(PoisonError::into_inner);
        locked.remove(&self.identity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dir::{read_small, replace_small};

    /// `EXT4_SUPER_MAGIC` of Linux.
    const EXT4: rustix::fs::FsWord = 0xef53;

    #[test]
    fn vectored_writes_of_any_number_of_buffers() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let dir = RealDir::open(home.path()).expect("it exists");
        let file = dir.open("f", Open::OrCreate).expect("created");
        let bytes: Vec<[u8; 3]> = (0..3000u16).map(|it| [it as u8, (it >> 8) as u8, 0]).collect();
        let mut buffers: Vec<IoSlice<'_>> = bytes.iter().map(|it| IoSlice::new(it)).collect();
        buffers.insert(0, IoSlice::new(&[]));
        file.write_vectored_at(&mut buffers, 2).expect("written");
        let mut read = vec![0; 9002];
        file.read_exact_at(&mut read, 0).expect("read");
        assert_eq!(&read[2..], bytes.concat());
        assert_eq!(file.read_at(&mut [0; 8], 9000).expect("read"), 2);
        assert!(file.read_exact_at(&mut [0; 8], 9000).is_err());
    }

    #[test]
    fn what_is_not_in_memory_is_warmed() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let dir = RealDir::open(home.path()).expect("it exists");
        let file = dir.open("f", Open::OrCreate).expect("created");
        let bytes: Vec<u8> = (0..SAMPLES_EVERY * 3 + 5).map(|it| (it / 7) as u8).collect();
        let stretch = 1..bytes.len() as u64;
        file.write_all_at(&bytes, 0).expect("written");
        assert!(file.is_cached(stretch.clone()).expect("asked"));
        file.sync().expect("synced");
        let descriptor = file.as_fd().expect("a real file");
        fadvise(descriptor, 0, None, Advice::DontNeed).expect("advice is taken");
        // Where a file system keeps everything in memory, this is all there is to see.
        let is_kept = file.is_cached(stretch.clone()).expect("asked");
        file.warm(stretch.clone()).expect("read");
        assert!(file.is_cached(stretch).expect("asked"));
        let mut read = vec![0; bytes.len() + 1];
        assert_eq!(file.read_cached_at(&mut read, 0).expect("warm"), bytes.len());
        assert_eq!(read[..bytes.len()], bytes);
        let kind = rustix::fs::fstatfs(descriptor).expect("a file system").f_type;
        assert!(!is_kept || kind != EXT4, "ext4 forgets what it is told to");
    }

    #[test]
    fn samples_are_taken_at_both_ends() {
        let every = SAMPLES_EVERY as u64;
        let taken = |stretch| samples(stretch).collect::<Vec<_>>();
        assert_eq!(taken(5..6), [5, 5]);
        assert_eq!(taken(5..5 + every), [5, 4 + every]);
        assert_eq!(taken(5..6 + every), [5, 5 + every, 5 + every]);
        assert_eq!(taken(7..7), [0; 0]);
    }

    #[test]
    fn a_volume_has_a_size() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let volume = RealDir::open(home.path()).expect("it exists").volume().expect("measured");
        assert!(volume.usable_bytes <= volume.total_bytes && volume.total_bytes > 0);
    }

    #[test]
    fn small_files_are_replaced_whole() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let dir = RealDir::create(home.path().join("a/b")).expect("created");
        assert_eq!(read_small(&dir, "f").expect("readable"), None);
        replace_small(&dir, "f", b"one").expect("written");
        replace_small(&dir, "f", b"two").expect("written");
        assert_eq!(read_small(&dir, "f").expect("readable").as_deref(), Some(&b"two"[..]));
        assert_eq!(dir.list().expect("listed").len(), 1);
    }

    #[test]
    fn a_lock_is_held_until_it_is_dropped() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let dir = RealDir::open(home.path()).expect("it exists");
        let first = dir.lock(".lock").expect("free");
        let second = dir.lock(".lock").err().expect("held");
        assert_eq!(second.kind(), io::ErrorKind::WouldBlock);
        drop(first);
        assert!(dir.lock(".lock").is_ok());
    }
}

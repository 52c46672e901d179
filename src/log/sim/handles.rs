//! Directories and files of a simulated disk.

use std::fmt::{self, Debug};
use std::io::{self, IoSlice};
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use super::SimDisk;
use super::nodes::{Change, DirNode, FileNode, Naming, Node};
use crate::dir::{Dir, Entry, EntryKind, LogFile, Open};

/// A directory of a simulated disk.
pub(super) struct SimDir {
    pub(super) disk: SimDisk,
    pub(super) id: u64,
    pub(super) path: String,
}

impl Debug for SimDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SimDir {}", self.path)
    }
}

impl SimDir {
    fn at(&self, id: u64, name: &str) -> Self {
        Self { disk: self.disk.clone(), id, path: format!("{}{name}/", self.path) }
    }
}

impl Dir for SimDir {
    fn open(&self, name: &str, how: Open) -> io::Result<Arc<dyn LogFile>> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        let id = match (state.lookup(self.id, name), how) {
            (Ok(id), Open::Truncated) => {
                state.begin_step()?;
                state.file(id)?.change(Change::SetLen(0));
                id
            }
            (Ok(id), _) => id,
            (Err(error), Open::Existing) => return Err(error),
            (Err(_), _) => state.add(self.id, name, Node::File(FileNode::default()))?,
        };
        state.file(id)?;
        Ok(Arc::new(SimFile { disk: self.disk.clone(), id }))
    }

    fn list(&self) -> io::Result<Vec<Entry>> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        let names = state.dir(self.id)?.names.clone();
        let entry = |(name, id)| {
            let kind = match &state.nodes[&id] {
                Node::File(file) => EntryKind::File(file.bytes.len() as u64),
                Node::Dir(_) => EntryKind::Dir,
            };
            Entry { name, kind }
        };
        Ok(names.into_iter().map(entry).collect())
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        Ok(state.lookup(self.id, name).is_ok())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        state.lookup(self.id, from)?;
        state.begin_step()?;
        state.dir(self.id)?.change(Naming::Rename(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn remove_file(&self, name: &str) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        state.lookup(self.id, name)?;
        state.begin_step()?;
        state.dir(self.id)?.change(Naming::Remove(name.to_owned()));
        Ok(())
    }

    fn subdir(&self, name: &str) -> io::Result<Arc<dyn Dir>> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        let id = state.lookup(self.id, name)?;
        state.dir(id)?;
        Ok(Arc::new(self.at(id, name)))
    }

    fn create_new_dir(&self, name: &str) -> io::Result<Arc<dyn Dir>> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        if state.lookup(self.id, name).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let id = state.add(self.id, name, Node::Dir(DirNode::default()))?;
        Ok(Arc::new(self.at(id, name)))
    }

    fn remove_dir_all(&self, name: &str) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        let id = state.lookup(self.id, name)?;
        state.begin_step()?;
        let dir = state.dir(self.id)?;
        dir.change(Naming::Remove(name.to_owned()));
        dir.sync();
        state.forget(id);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.begin_step()?;
        state.dir(self.id)?.sync();
        Ok(())
    }

    fn lock(&self, name: &str) -> io::Result<Box<dyn Send + Sync>> {
        self.open(name, Open::OrCreate)?;
        let mut state = self.disk.lock();
        let id = state.lookup(self.id, name)?;
        let file = state.file(id)?;
        if std::mem::replace(&mut file.locked, true) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Box::new(SimLock { disk: self.disk.clone(), id }))
    }

    fn describe(&self) -> String {
        self.path.clone()
    }
}

struct SimLock {
    disk: SimDisk,
    id: u64,
}

impl Drop for SimLock {
    fn drop(&mut self) {
        if let Ok(file) = self.disk.lock().file(self.id) {
            file.locked = false;
        }
    }
}

struct SimFile {
    disk: SimDisk,
    id: u64,
}

impl Debug for SimFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SimFile {}", self.id)
    }
}

impl LogFile for SimFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        let bytes = &state.file(self.id)?.bytes;
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let read = buffer.len().min(bytes.len() - from);
        buffer[..read].copy_from_slice(&bytes[from..from + read]);
        state.bytes_read += read as u64;
        Ok(read)
    }

    fn write_vectored_at(&self, buffers: &mut [IoSlice<'_>], offset: u64) -> io::Result<()> {
        let data = buffers.iter().flat_map(|it| it.iter().copied()).collect();
        self.disk.lock().write(self.id, data, offset as usize)
    }

    fn len(&self) -> io::Result<u64> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        Ok(state.file(self.id)?.bytes.len() as u64)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.begin_step()?;
        state.file(self.id)?.change(Change::SetLen(len as usize));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.begin_step()?;
        state.file(self.id)?.sync();
        Ok(())
    }

    fn modified_ms(&self) -> io::Result<i64> {
        Ok(0)
    }

    fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

//! The floor's files, one per partition, and where their bytes lie.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;

use kabuki_records::batch::BatchHead;
use kabuki_wire::Uuid;
use kabuki_wire::fetch_response::RecordsSlice;
use tokio::sync::Notify;

use crate::error::{Error, Result};

/// All partitions that were written to.
#[derive(Debug)]
pub(crate) struct Partitions {
    dir: PathBuf,
    open: RefCell<HashMap<(Uuid, i32), Rc<Partition>>>,
    /// Told whenever something was appended.
    pub(crate) grown: Notify,
}

/// A file of batches of one size.
#[derive(Debug)]
pub(crate) struct Partition {
    file: Rc<File>,
    path: PathBuf,
    bytes: Cell<u64>,
    /// Bytes and records of each batch, known from the first.
    batch: Cell<(u64, u64)>,
}

/// Bytes of a file, to be sent.
#[derive(Debug, Clone)]
pub(crate) struct FileSlice {
    /// The file.
    pub(crate) file: Rc<File>,
    /// Where they begin.
    pub(crate) position: u64,
    /// How many.
    pub(crate) length: usize,
}

impl RecordsSlice for FileSlice {
    fn length(&self) -> usize {
        self.length
    }
}

impl Partitions {
    /// Files in `dir`.
    pub(crate) fn new(dir: PathBuf) -> Self {
        Self { dir, open: RefCell::default(), grown: Notify::new() }
    }

    /// A partition that was written to.
    pub(crate) fn find(&self, topic: Uuid, index: i32) -> Option<Rc<Partition>> {
        self.open.borrow().get(&(topic, index)).cloned()
    }

    /// Appends a batch, or several of one size.
    pub(crate) fn append(&self, topic: Uuid, index: i32, batches: &[u8]) -> Result<()> {
        let partition = match self.find(topic, index) {
            Some(partition) => partition,
            None => self.create(topic, index, batches)?,
        };
        (&*partition.file).write_all(batches).map_err(Error::io("appending"))?;
        partition.bytes.set(partition.bytes.get() + batches.len() as u64);
        self.grown.notify_waiters();
        Ok(())
    }

    /// Removes a topic's files.
    pub(crate) fn remove(&self, topic: Uuid) {
        self.open.borrow_mut().retain(|(id, _), partition| {
            let is_kept = *id != topic;
            if !is_kept {
                let _ = fs::remove_file(&partition.path);
            }
            is_kept
        });
    }

    fn create(&self, topic: Uuid, index: i32, batches: &[u8]) -> Result<Rc<Partition>> {
        let head = BatchHead::read(batches).filter(|head| head.size().is_some());
        let head = head.ok_or_else(|| Error::Failed("no batch was sent".to_owned()))?;
        let path = self.dir.join(format!("{topic}-{index}"));
        let file = OpenOptions::new().create(true).append(true).read(true).open(&path);
        let batch = (head.size().unwrap_or(1) as u64, head.record_count.max(1) as u64);
        let partition = Rc::new(Partition {
            file: Rc::new(file.map_err(Error::io("creating a file"))?),
            path,
            bytes: Cell::new(0),
            batch: Cell::new(batch),
        });
        self.open.borrow_mut().insert((topic, index), partition.clone());
        Ok(partition)
    }
}

impl Partition {
    /// The offset after the last record.
    pub(crate) fn end(&self) -> i64 {
        let (bytes, records) = self.batch.get();
        (self.bytes.get() / bytes * records) as i64
    }

    /// Whole batches from `offset` on, at most `bytes_max` of them, but one at least; `None` where nothing is there.
    pub(crate) fn slice(&self, offset: i64, bytes_max: usize) -> Option<FileSlice> {
        let (batch, records) = self.batch.get();
        let position = offset.max(0) as u64 / records * batch;
        let left = self.bytes.get().saturating_sub(position);
        let length = left.min((bytes_max as u64 / batch).max(1) * batch) as usize;
        (length > 0).then(|| FileSlice { file: self.file.clone(), position, length })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Batch;

    #[test]
    fn slices_are_whole_batches_from_an_offset_on() {
        let dir = tempfile::tempdir().expect("a directory");
        let partitions = Partitions::new(dir.path().to_owned());
        let batch = Batch::plain(3, 100).encode().expect("a batch");
        let id = Uuid::from_u128(1);
        for _ in 0..4 {
            partitions.append(id, 0, &batch).expect("appended");
        }
        let partition = partitions.find(id, 0).expect("written to");
        let slice = |offset, bytes_max| {
            let slice = partition.slice(offset, bytes_max);
            slice.map(|slice| (slice.position, slice.length))
        };
        let size = batch.len();
        assert_eq!(partition.end(), 12);
        assert_eq!(slice(0, 3 * size - 1), Some((0, 2 * size)));
        assert_eq!(slice(9, 10 * size), Some((3 * size as u64, size)));
        assert_eq!(slice(0, 1), Some((0, size)));
        assert_eq!(slice(12, 1000), None);
        partitions.remove(id);
        assert!(partitions.find(id, 0).is_none());
        assert_eq!(fs::read_dir(dir.path()).expect("a directory").count(), 0);
    }
}

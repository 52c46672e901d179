//! Reading the row of batches in a segment's file: heads, sizes, checksums.

use std::io;

use kabuki_records::batch::{ATTRIBUTES_OFFSET, BatchHead, HEAD, LOG_OVERHEAD, MAGIC_V2};

use crate::dir::LogFile;
use crate::old_format;

/// Bytes read at once when a whole segment is read: large enough that system calls do not count.
pub(crate) const SCAN_CHUNK: usize = 256 << 10;
/// Bytes read at once when a batch is looked for behind an index entry: index entries are 4 KiB apart.
pub(crate) const LOOKUP_CHUNK: usize = 8 << 10;

/// A batch and where it stands in its file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Located {
    /// Position of its first byte.
    pub(crate) position: u64,
    /// Bytes of the whole batch; they are within the file.
    pub(crate) size: usize,
    pub(crate) head: BatchHead,
}

impl Located {
    pub(crate) fn end(&self) -> u64 {
        self.position + self.size as u64
    }
}

/// Why the next bytes are no batch.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScanError {
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Torn, overwritten or never a batch.
    #[error("no batch at position {position}")]
    Damaged { position: u64 },
}

impl From<ScanError> for io::Error {
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::Io(error) => error,
            damaged => io::Error::new(io::ErrorKind::InvalidData, damaged.to_string()),
        }
    }
}

/// Walks over the batches of a file from a position on.
pub(crate) struct Scanner<'a> {
    file: &'a dyn LogFile,
    position: u64,
    end: u64,
    buffer: Vec<u8>,
    buffer_position: u64,
    chunk: usize,
}

impl<'a> Scanner<'a> {
    /// From `position` (where a batch begins) to `end`; reads `chunk` bytes at once.
    pub(crate) fn new(file: &'a dyn LogFile, position: u64, end: u64, chunk: usize) -> Self {
        Self { file, position, end, buffer: Vec::new(), buffer_position: position, chunk }
    }

    /// The next batch, by its head alone; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Located>, ScanError> {
        if self.position >= self.end {
            return Ok(None);
        }
        let position = self.position;
        let located = locate(position, self.bytes(position, HEAD)?);
        let located = located.filter(|it| it.end() <= self.end);
        let located = located.ok_or(ScanError::Damaged { position })?;
        self.position = located.end();
        Ok(Some(located))
    }

    /// Whether the batch's bytes have the checksum its head says.
    pub(crate) fn is_whole(&mut self, batch: &Located) -> io::Result<bool> {
        if batch.head.magic < MAGIC_V2 {
            let mut bytes = vec![0; batch.size];
            let read = self.file.read_at(&mut bytes, batch.position)?;
            return Ok(read == batch.size && old_format::is_whole(&bytes));
        }
        let mut at = batch.position + ATTRIBUTES_OFFSET as u64;
        let mut crc = 0;
        while at < batch.end() {
            let wanted = usize::try_from(batch.end() - at).unwrap_or(usize::MAX).min(self.chunk);
            let bytes = self.bytes(at, wanted)?;
            if bytes.is_empty() {
                return Ok(false);
            }
            crc = crc32c::crc32c_append(crc, bytes);
            at += bytes.len() as u64;
        }
        Ok(crc == batch.head.crc)
    }

    /// Up to `len` bytes at a position; fewer at the end or where the buffer ends, but all 61 of a head.
    fn bytes(&mut self, position: u64, len: usize) -> io::Result<&[u8]> {
        let behind = self.buffer_position + self.buffer.len() as u64;
        let least = (len.min(HEAD) as u64).min(self.end.saturating_sub(position));
        if position < self.buffer_position || position + least > behind {
            self.fill(position)?;
        }
        let from = (position - self.buffer_position) as usize;
        let to = (from + len).min(self.buffer.len());
        Ok(&self.buffer[from.min(to)..to])
    }

    fn fill(&mut self, position: u64) -> io::Result<()> {
        let left = usize::try_from(self.end.saturating_sub(position)).unwrap_or(usize::MAX);
        self.buffer.resize(left.min(self.chunk), 0);
        let read = self.file.read_at(&mut self.buffer, position)?;
        self.buffer.truncate(read);
        self.buffer_position = position;
        Ok(())
    }
}

/// The batch that begins with these bytes, if it can be one at all.
fn locate(position: u64, bytes: &[u8]) -> Option<Located> {
    let head = match BatchHead::read(bytes).filter(|it| it.magic == MAGIC_V2) {
        Some(head) => head,
        None => old_format::read_head(bytes)?,
    };
    let size = match head.magic {
        MAGIC_V2 => head.size()?,
        _ => usize::try_from(head.length).ok()? + LOG_OVERHEAD,
    };
    let sane = head.base_offset >= 0
        && head.last_offset_delta >= 0
        && head.base_offset.checked_add(i64::from(head.last_offset_delta) + 1).is_some();
    sane.then_some(Located { position, size, head })
}

//! Making a log survive a power loss, away from the thread that appends to it.

use std::io;
use std::sync::Arc;

use crate::dir::{Dir, LogFile, replace_small};
use crate::leader_epochs;

/// What has to be synced so that everything below an offset survives a power loss. Made by
/// [`Log::flush_plan`](crate::Log::flush_plan), run anywhere, reported back by
/// [`Log::flushed`](crate::Log::flushed).
#[derive(Debug)]
pub struct FlushPlan {
    pub(crate) dir: Arc<dyn Dir>,
    pub(crate) files: Vec<Arc<dyn LogFile>>,
    pub(crate) leader_epochs: Option<Vec<u8>>,
    pub(crate) sync_dir: bool,
    pub(crate) flushed: Flushed,
}

/// The proof that a [`FlushPlan`] ran to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flushed {
    pub(crate) up_to: i64,
    /// Counts truncations: what was synced before one says nothing about what came after it.
    pub(crate) truncations: u64,
    /// How many times names had changed in the directory when the plan was made.
    pub(crate) dir_changes: u64,
    /// How many times leader epochs had changed when the plan was made.
    pub(crate) epoch_changes: u64,
    /// Snapshots up to here were synced.
    pub(crate) snapshot_offset: i64,
}

impl FlushPlan {
    /// Everything below this offset will be safe.
    pub fn up_to(&self) -> i64 {
        self.flushed.up_to
    }

    /// Syncs. Blocks, perhaps for long. After an error the log must not be believed to be safe: the kernel may
    /// have dropped the pages, so that a second sync proves nothing. Its dir counts as failed.
    pub fn run(self) -> io::Result<Flushed> {
        self.files.iter().try_for_each(|file| file.sync())?;
        match &self.leader_epochs {
            Some(bytes) => replace_small(self.dir.as_ref(), leader_epochs::FILE, bytes)?,
            None if self.sync_dir => self.dir.sync()?,
            None => {}
        }
        Ok(self.flushed)
    }
}

//! Removing files: renamed at once by the log's owner, unlinked later by whoever has time.

use std::io;
use std::sync::Arc;

use crate::dir::{Dir, remove_if_exists};

/// Files that are already renamed to `.deleted` and wait to be unlinked. Kafka does so `file.delete.delay.ms`
/// later; slices that are still being sent keep their file alive in any case.
#[derive(Debug, Clone)]
pub struct Removal {
    dir: Arc<dyn Dir>,
    names: Vec<String>,
}

impl Removal {
    pub(crate) fn new(dir: Arc<dyn Dir>, names: Vec<String>) -> Self {
        Self { dir, names }
    }

    /// Unlinks the files. Blocks; those already gone are no error.
    pub fn run(self) -> io::Result<()> {
        self.names.iter().try_for_each(|name| remove_if_exists(self.dir.as_ref(), name))
    }

    /// The files' names in the partition's directory.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

impl PartialEq for Removal {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

impl Eq for Removal {}

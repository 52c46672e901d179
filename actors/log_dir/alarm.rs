//! What follows when a log dir fails: the others go on, or nothing does.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use crate::controller::{Controller, LogDirFailed};
use crate::exit::ExitDoor;
use crate::supervision::Handle;

/// Hears of log dirs that fail; one for all of them.
pub(crate) struct Alarm {
    exit: ExitDoor,
    controller: Handle<Controller>,
    /// Where the metadata log lives: without it nothing goes on.
    metadata_dir: PathBuf,
    /// Log dirs that were opened and have not failed.
    online: AtomicUsize,
}

impl Alarm {
    pub(crate) fn new(
        exit: ExitDoor,
        controller: Handle<Controller>,
        metadata_dir: PathBuf,
    ) -> Self {
        Self { exit, controller, metadata_dir, online: AtomicUsize::new(0) }
    }

    /// One more dir is used.
    pub(super) fn watch(&self) {
        self.online.fetch_add(1, SeqCst);
    }

    /// A dir has failed, of which nobody was told before.
    pub(super) fn raise(&self, dir: &Path) {
        let was_last = self.online.fetch_sub(1, SeqCst) == 1;
        if dir == self.metadata_dir {
            self.exit.fatal(format!("log dir {} with the metadata log has failed", dir.display()));
        } else if was_last {
            self.exit.fatal("all log dirs have failed".to_owned());
        } else {
            self.controller.tell(LogDirFailed);
        }
    }
}

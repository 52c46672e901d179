//! Flushing and closing.

use std::io;
use std::sync::Arc;

use super::Log;
use crate::dir::{LogFile, Open, open_if_exists, replace_small};
use crate::flush::{FlushPlan, Flushed};
use crate::{leader_epochs, partition_metadata};

impl Log {
    /// What to sync so that everything up to the log's end survives a power loss; `None` when nothing is due.
    pub fn flush_plan(&mut self) -> io::Result<Option<FlushPlan>> {
        let changes = self.changes;
        let stored = changes.epochs == changes.epochs_stored && changes.dir == changes.dir_synced;
        if self.recovery_point >= self.log_end_offset && stored {
            return Ok(None);
        }
        let epochs_changed = changes.epochs > changes.epochs_stored;
        Ok(Some(FlushPlan {
            dir: self.dir.clone(),
            files: self.files_to_sync()?,
            leader_epochs: epochs_changed.then(|| self.epochs.to_bytes()),
            sync_dir: changes.dir > changes.dir_synced,
            flushed: Flushed {
                up_to: self.log_end_offset,
                truncations: changes.truncations,
                dir_changes: changes.dir,
                epoch_changes: changes.epochs,
                snapshot_offset: self.snapshot_offset,
            },
        }))
    }

    fn files_to_sync(&mut self) -> io::Result<Vec<Arc<dyn LogFile>>> {
        let mut files = Vec::new();
        let first = self.segment_of(self.recovery_point.min(self.unsynced_from));
        for at in first..self.segments.len() {
            files.extend(self.segments[at].files_to_sync()?);
            self.close_if_sealed(at);
        }
        // Records that are safe need a directory that says whose they are.
        if self.changes.dir_synced == 0 {
            files.extend(open_if_exists(self.dir.as_ref(), partition_metadata::FILE)?);
        }
        for offset in &self.unsynced_snapshots {
            files.push(self.dir.open(&Self::snapshot_name(*offset), Open::Existing)?);
        }
        Ok(files)
    }

    /// Hears that a plan of this log ran: the recovery point moves up. A plan from before a truncation says
    /// nothing about what stands there now, and is ignored.
    pub fn flushed(&mut self, flushed: Flushed) {
        if flushed.truncations != self.changes.truncations {
            return;
        }
        self.recovery_point = self.recovery_point.max(flushed.up_to);
        if flushed.dir_changes == self.changes.dir {
            self.unsynced_from = i64::MAX;
        }
        self.changes.dir_synced = self.changes.dir_synced.max(flushed.dir_changes);
        self.changes.epochs_stored = self.changes.epochs_stored.max(flushed.epoch_changes);
        self.unsynced_snapshots.retain(|it| *it > flushed.snapshot_offset);
    }

    /// Writes the producers' snapshot and the leader epochs, completes and syncs every file. Afterwards the log
    /// counts as cleanly shut down. Blocks.
    pub fn close(&mut self) -> io::Result<()> {
        if self.broken {
            return Err(io::Error::other(format!("{} failed and must be recovered", self.name)));
        }
        if self.closed_at == Some((self.log_end_offset, self.changes)) {
            return Ok(());
        }
        self.active_mut().seal()?;
        self.take_snapshot(self.log_end_offset)?;
        if let Some(plan) = self.flush_plan()? {
            let flushed = plan.run()?;
            self.flushed(flushed);
        }
        for file in self.active_mut().files_to_sync()? {
            file.sync()?;
        }
        replace_small(self.dir.as_ref(), leader_epochs::FILE, &self.epochs.to_bytes())?;
        self.changes.epochs_stored = self.changes.epochs;
        self.close_files();
        self.closed_at = Some((self.log_end_offset, self.changes));
        Ok(())
    }
}

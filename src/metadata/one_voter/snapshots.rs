//! Writing snapshots, and forgetting what they make superfluous.

use kabuki_log::{Dir, Now};

use crate::log_format::{Snapshot, SnapshotId, encode_snapshot};
use crate::metadata_log::MetadataLogError;

use super::OneVoterLog;
use super::files::{self, KRAFT_VERSION_WITH_VOTERS};

/// Snapshots that are kept: the newest, and the one before, should the newest be unreadable.
const SNAPSHOTS_KEPT: usize = 2;

impl OneVoterLog {
    /// Writes a snapshot of everything committed, and deletes older snapshots and the segments below them. `None` when
    /// there is one already, or nothing to write yet. Blocks.
    pub fn snapshot(&mut self, now: Now) -> Result<Option<SnapshotId>, MetadataLogError> {
        if self.replay.in_transaction() || self.failed {
            return Ok(None);
        }
        let position = self.image().position();
        let id = SnapshotId { end_offset: position.offset + 1, epoch: position.epoch };
        let dir = self.log.dir().clone();
        if position.offset < 0 || files::latest_snapshot(dir.as_ref())? == Some(id) {
            return Ok(None);
        }
        let snapshot = Snapshot {
            last_contained_log_timestamp: self.last_timestamp_ms,
            kraft_version: self.voters.as_ref().map(|_| KRAFT_VERSION_WITH_VOTERS),
            voters: self.voters.clone(),
            records: self.image().to_records(),
        };
        let version = self.image().metadata_version();
        let bytes = encode_snapshot(&snapshot, id.epoch, version, now.wall_ms)?;
        files::write_whole(dir.as_ref(), &id.to_string(), &bytes)?;
        self.bytes_since_snapshot = 0;
        self.last_snapshot_ms = now.wall_ms;
        self.forget(dir.as_ref(), now)?;
        Ok(Some(id))
    }

    /// The log then begins where the oldest snapshot that is left ends, as Kafka wants it.
    fn forget(&mut self, dir: &dyn Dir, now: Now) -> Result<(), MetadataLogError> {
        let mut ids = files::snapshots(dir)?;
        let kept = ids.split_off(ids.len().saturating_sub(SNAPSHOTS_KEPT));
        let Some(oldest) = kept.first() else { return Ok(()) };
        self.log.delete_records(oldest.end_offset)?;
        for removal in self.log.delete_old_segments(now, self.log.log_end_offset())? {
            removal.run()?;
        }
        Ok(ids.iter().try_for_each(|id| dir.remove_file(&id.to_string()))?)
    }
}

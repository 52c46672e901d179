//! Opening: the newest snapshot, what follows it in the log, and then a new epoch.

use std::sync::Arc;

use kabuki_log::{Dir, Log, LogOptions, Now, Recovery, Trust, partition_metadata};
use kabuki_records::control::LeaderChange;
use kabuki_records::reader::Batches;

use crate::features;
use crate::generated::AbortTransactionRecord;
use crate::image::{ClusterImage, LogPosition};
use crate::log_format::{
    BATCH_BYTES_MAX, ControlRecord, METADATA_LOG_DIR, METADATA_TOPIC_ID, QuorumState, Snapshot,
    SnapshotId, Stamp, StaticVoter, decode_batch, encode_control,
};
use crate::metadata_log::MetadataLogError;
use crate::replay::Replay;

use super::files::{self, EMPTY, KRAFT_VERSION_WITH_VOTERS};
use super::{OneVoterLog, OneVoterOptions};

/// Bytes that are read at once during replay.
const READ_BYTES: usize = 1 << 20;

impl OneVoterLog {
    /// Opens the log in a log dir, a new one if there is none, replays it, and begins a new epoch. Blocks.
    ///
    /// Refused: a log whose voters are others than this node alone.
    pub fn open(
        log_dir: &Arc<dyn Dir>,
        options: OneVoterOptions,
        now: Now,
    ) -> Result<Self, MetadataLogError> {
        files::format(log_dir.as_ref(), &options, now.wall_ms)?;
        files::remove_partial(log_dir.as_ref())?;
        let dir = log_dir.create_dir(METADATA_LOG_DIR)?;
        files::remove_partial(dir.as_ref())?;
        if partition_metadata::load(dir.as_ref())?.is_none() {
            partition_metadata::store(dir.as_ref(), METADATA_TOPIC_ID)?;
        }
        let mut this = Self::replayed(&dir, options, now)?;
        this.begin_epoch(dir.as_ref(), now)?;
        this.settle(log_dir.as_ref(), now)?;
        Ok(this)
    }

    /// The log with its image, before the new epoch.
    fn replayed(
        dir: &Arc<dyn Dir>,
        options: OneVoterOptions,
        now: Now,
    ) -> Result<Self, MetadataLogError> {
        let log_options = LogOptions {
            segment_bytes: options.segment_bytes,
            delete: false,
            ..LogOptions::default()
        };
        // As in Kafka the whole log is checked at each start: it is read anyway, and must not be wrong.
        let recovery = Recovery { trust: Trust::RecoveryPoint, ..Recovery::default() };
        let (log, report) = Log::open(dir.clone(), METADATA_LOG_DIR, log_options, recovery, now)?;
        report.removals.into_iter().try_for_each(|removal| removal.run())?;
        let replay = Replay::new(ClusterImage::empty(&options.cluster_id));
        let mut this = Self {
            options,
            log,
            replay,
            epoch: 0,
            voters: None,
            last_timestamp_ms: 0,
            bytes_since_snapshot: 0,
            last_snapshot_ms: now.wall_ms,
            failed: false,
        };
        if let Some(id) = files::latest_snapshot(dir.as_ref())? {
            this.load(id, files::read_snapshot(dir.as_ref(), id)?, now)?;
        }
        this.replay_log()?;
        Ok(this)
    }

    fn load(
        &mut self,
        id: SnapshotId,
        snapshot: Snapshot,
        now: Now,
    ) -> Result<(), MetadataLogError> {
        if id.end_offset > self.log.log_end_offset() {
            let removals = self.log.truncate_fully_and_start_at(now, id.end_offset)?;
            removals.into_iter().try_for_each(|removal| removal.run())?;
        }
        if snapshot.kraft_version.unwrap_or(0) >= KRAFT_VERSION_WITH_VOTERS {
            self.voters = snapshot.voters;
        }
        self.last_timestamp_ms = snapshot.last_contained_log_timestamp;
        if id != EMPTY {
            let position = LogPosition { offset: id.end_offset - 1, epoch: id.epoch };
            self.replay.push(position, &snapshot.records)?;
        }
        Ok(())
    }

    /// Follows the log from the image's position on.
    fn replay_log(&mut self) -> Result<(), MetadataLogError> {
        let mut offset = self.replay.image().position().offset + 1;
        offset = offset.max(self.log.log_start_offset());
        while offset < self.log.log_end_offset() {
            let bytes = self.read(offset)?;
            for batch in Batches::new(&bytes) {
                let batch = batch.map_err(crate::log_format::FormatError::from)?;
                let decoded = decode_batch(batch)?;
                if decoded.last_offset >= offset {
                    offset = decoded.last_offset + 1;
                    self.bytes_since_snapshot += batch.len() as u64;
                    self.take_in_batch(decoded)?;
                }
            }
        }
        Ok(())
    }

    /// At least one whole batch from `offset` on.
    fn read(&mut self, offset: i64) -> Result<Vec<u8>, MetadataLogError> {
        const _: () = assert!(READ_BYTES <= BATCH_BYTES_MAX);
        let Some(slice) = self.log.read(offset, READ_BYTES, true, i64::MAX)? else {
            return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
        };
        let mut bytes = vec![0; slice.length];
        slice.file.read_exact_at(&mut bytes, slice.position)?;
        Ok(bytes)
    }

    /// Makes this node the leader of an epoch that was never used: first in `quorum-state`, then in the log.
    fn begin_epoch(&mut self, dir: &dyn Dir, now: Now) -> Result<(), MetadataLogError> {
        self.check_voters()?;
        let state = files::read_quorum_state(dir)?;
        let logged = self.log.leader_epochs().latest().map_or(0, |it| it.epoch);
        let last = state.map_or(0, |it| it.leader_epoch).max(logged);
        let last = last.max(self.image().position().epoch);
        self.epoch = last.checked_add(1).ok_or_else(files::epochs_exhausted)?;
        let node_id = self.options.node_id;
        let static_voters = self.voters.is_none().then(|| vec![StaticVoter(node_id)]);
        let state = QuorumState {
            leader_id: Some(node_id),
            leader_epoch: self.epoch,
            voted: None,
            static_voters,
        };
        files::write_quorum_state(dir, &state)?;
        let stamp =
            Stamp { base_offset: self.next_offset(), epoch: self.epoch, now_ms: now.wall_ms };
        let batch = encode_control(stamp, &self.first_records())?;
        self.write(now, std::slice::from_ref(&batch))?;
        self.take_in(&[batch]).map(drop)
    }

    /// The control records that begin the epoch; a new log begins with the voters of its first snapshot too.
    fn first_records(&self) -> Vec<ControlRecord> {
        let node_id = self.options.node_id;
        let mut records = vec![ControlRecord::LeaderChange(LeaderChange {
            version: 0,
            leader_id: node_id,
            voters: vec![node_id],
            granting_voters: vec![node_id],
        })];
        if let (0, Some(voters)) = (self.next_offset(), &self.voters) {
            records.extend(files::voters_in_the_log(voters.clone()));
        }
        records
    }

    fn check_voters(&self) -> Result<(), MetadataLogError> {
        let node_id = self.options.node_id;
        let Some(voters) = &self.voters else { return Ok(()) };
        let ids: Vec<i32> = voters.voters.iter().map(|voter| voter.id).collect();
        let directory = voters.voters.first().map(|voter| voter.directory_id);
        if ids == [node_id] && directory == Some(self.options.directory_id) {
            return Ok(());
        }
        Err(MetadataLogError::OtherVoters { node_id, voters: ids })
    }

    /// What a controller does first: it drops a group that its predecessor did not finish, and sets up a new cluster.
    fn settle(&mut self, log_dir: &dyn Dir, now: Now) -> Result<(), MetadataLogError> {
        if self.replay.in_transaction() {
            self.propose(now, &[AbortTransactionRecord::default().into()])?;
        }
        if self.image().metadata_version() == 0 {
            let records = files::read_bootstrap(log_dir)?;
            let minimum = self.options.min_insync_replicas;
            let bootstrap = features::bootstrap(self.image(), &records, minimum);
            self.propose(now, &bootstrap.records)?;
        }
        Ok(())
    }
}

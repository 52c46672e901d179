//! The metadata log of a quorum of one voter, over files in Kafka's formats.
//!
//! Appended and synced is committed. The epoch rises at each start: it is written to `quorum-state` first, and then
//! the log hears of it with a leader-change record, before anything else.

mod files;
mod opening;
mod snapshots;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use bytes::Bytes;
use kabuki_log::{AppendBatch, Log, Now, Origin};
use kabuki_records::control::{Endpoint, Voters};
use uuid::Uuid;

use crate::generated::MetadataRecord;
use crate::image::{ClusterImage, Delta, LogPosition};
use crate::log_format::{
    Content, ControlRecord, DecodedBatch, Stamp, decode_batch, encode_control, encode_group,
};
use crate::metadata_log::{MetadataLog, MetadataLogError};
use crate::replay::Replay;

pub use files::format;

/// What the log must know of its node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneVoterOptions {
    /// `node.id`.
    pub node_id: i32,
    /// The cluster's id, from `meta.properties`.
    pub cluster_id: String,
    /// The id of the metadata log's log dir, from its `meta.properties`.
    pub directory_id: Uuid,
    /// Where the controller would be reached; stands in the voters record of a new log. May be empty only if no other
    /// controller will ever read the log: Kafka's refuses a voter without an endpoint.
    pub controller_endpoints: Vec<Endpoint>,
    /// The feature levels of a new cluster (see [`crate::features::base_levels`]).
    pub feature_levels: BTreeMap<String, i16>,
    /// `min.insync.replicas` of the broker's configuration, which a new cluster with eligible leaders writes down.
    pub min_insync_replicas: i32,
    /// `metadata.log.segment.bytes`.
    pub segment_bytes: u32,
    /// `metadata.log.max.record.bytes.between.snapshots`.
    pub bytes_between_snapshots: u64,
    /// `metadata.log.max.snapshot.interval.ms`: after it the next record makes a snapshot too; `None` for never.
    pub ms_between_snapshots: Option<u64>,
}

impl OneVoterOptions {
    /// Kafka's defaults for a node.
    pub fn new(node_id: i32, cluster_id: &str, directory_id: Uuid) -> Self {
        Self {
            node_id,
            cluster_id: cluster_id.to_owned(),
            directory_id,
            controller_endpoints: Vec::new(),
            feature_levels: crate::features::base_levels(),
            min_insync_replicas: 1,
            segment_bytes: 1 << 30,
            bytes_between_snapshots: 20 << 20,
            ms_between_snapshots: Some(3_600_000),
        }
    }
}

/// The metadata log of a quorum of one.
#[derive(Debug)]
pub struct OneVoterLog {
    options: OneVoterOptions,
    log: Log,
    replay: Replay,
    epoch: i32,
    /// The voters in the log; `None` with `kraft.version` 0, whose voters stand in the configuration.
    voters: Option<Voters>,
    /// When the last batch was appended, in milliseconds.
    last_timestamp_ms: i64,
    /// Bytes appended since the last snapshot.
    bytes_since_snapshot: u64,
    /// When the last snapshot was written, or the log was opened, in milliseconds.
    last_snapshot_ms: i64,
    /// A proposal failed: whether it counts is unknown.
    failed: bool,
}

impl OneVoterLog {
    /// What the cluster looks like now.
    pub fn image(&self) -> &ClusterImage {
        self.replay.image()
    }

    /// The epoch that began when the log was opened.
    pub fn epoch(&self) -> i32 {
        self.epoch
    }

    /// The offset that the next proposed record gets: the epoch of a broker that registers now.
    pub fn next_offset(&self) -> i64 {
        self.log.log_end_offset()
    }

    /// The quorum's voters, where the log keeps them (`kraft.version` 1).
    pub fn voters(&self) -> Option<&Voters> {
        self.voters.as_ref()
    }

    /// The finalized `kraft.version`, which stands in no metadata record; Kafka shows it among the features.
    pub fn kraft_version(&self) -> i16 {
        i16::from(self.voters.is_some())
    }

    /// Appends and syncs records as one group; they are committed when this returns. Blocks. Says what changed.
    ///
    /// After an error nothing can be proposed any more, and the process must not go on as if the group did not exist:
    /// it may be found in the log when that is opened again.
    pub fn propose(
        &mut self,
        now: Now,
        records: &[MetadataRecord],
    ) -> Result<Delta, MetadataLogError> {
        if self.failed {
            return Err(MetadataLogError::Failed);
        }
        if records.is_empty() {
            return Ok(Delta::default());
        }
        let stamp =
            Stamp { base_offset: self.next_offset(), epoch: self.epoch, now_ms: now.wall_ms };
        // What cannot be encoded was never written: the log goes on.
        let batches = encode_group(stamp, self.writing_version(records), records)?;
        let committed = self.write(now, &batches).and_then(|()| self.take_in(&batches));
        self.failed = committed.is_err();
        let delta = committed?;
        if self.is_snapshot_due(now) {
            self.snapshot(now)?;
        }
        Ok(delta)
    }

    fn is_snapshot_due(&self, now: Now) -> bool {
        let age_ms = now.wall_ms.saturating_sub(self.last_snapshot_ms);
        let is_old = |limit: u64| u64::try_from(age_ms).is_ok_and(|age| age >= limit);
        self.bytes_since_snapshot >= self.options.bytes_between_snapshots
            || self.options.ms_between_snapshots.is_some_and(is_old)
    }

    /// Moves the voters from the configuration into the log (`kraft.version` 1). Nothing when they are there. Blocks.
    /// After an error nothing can be proposed any more.
    pub fn raise_kraft_version(&mut self, now: Now) -> Result<(), MetadataLogError> {
        if self.failed {
            return Err(MetadataLogError::Failed);
        }
        if self.voters.is_some() {
            return Ok(());
        }
        let stamp =
            Stamp { base_offset: self.next_offset(), epoch: self.epoch, now_ms: now.wall_ms };
        let records = files::voters_in_the_log(files::only_voter(&self.options));
        let batches = [encode_control(stamp, &records)?];
        let committed = self.write(now, &batches).and_then(|()| self.take_in(&batches));
        self.failed = committed.is_err();
        committed.map(drop)
    }

    /// The level that records are written for: the image's, or that of the bootstrap records themselves.
    fn writing_version(&self, records: &[MetadataRecord]) -> i16 {
        let version = self.image().metadata_version();
        let bootstrap = records.iter().find_map(|record| match record {
            MetadataRecord::FeatureLevel(it) if it.name == crate::features::METADATA_VERSION => {
                Some(it.feature_level)
            }
            _ => None,
        });
        if version > 0 { version } else { bootstrap.unwrap_or(version) }
    }

    /// Writes and syncs whole batches.
    fn write(&mut self, now: Now, batches: &[Bytes]) -> Result<(), MetadataLogError> {
        let batches: Vec<_> = batches.iter().cloned().filter_map(AppendBatch::new).collect();
        self.bytes_since_snapshot += batches.iter().map(|it| it.bytes.len() as u64).sum::<u64>();
        let outcome = self.log.append(now, self.epoch, Origin::Replication, &batches);
        outcome.results.into_iter().try_for_each(|result| result.map(drop))?;
        self.sync()
    }

    fn sync(&mut self) -> Result<(), MetadataLogError> {
        if let Some(plan) = self.log.flush_plan()? {
            let flushed = plan.run()?;
            self.log.flushed(flushed);
        }
        Ok(())
    }

    fn take_in(&mut self, batches: &[Bytes]) -> Result<Delta, MetadataLogError> {
        let mut delta = Delta::default();
        for batch in batches {
            delta.merge(self.take_in_batch(decode_batch(batch)?)?);
        }
        Ok(delta)
    }

    /// Follows a committed batch, a new one or one that is replayed.
    fn take_in_batch(&mut self, batch: DecodedBatch) -> Result<Delta, MetadataLogError> {
        let position = LogPosition { offset: batch.last_offset, epoch: batch.epoch };
        self.last_timestamp_ms = batch.timestamp_ms;
        match batch.content {
            Content::Records(records) => Ok(self.replay.push(position, &records)?),
            Content::Control(records) => {
                for record in records {
                    if let ControlRecord::Voters(voters) = record {
                        self.voters = Some(voters);
                    }
                }
                self.replay.pass(position);
                Ok(Delta::default())
            }
        }
    }

    /// Closes the log cleanly. Blocks.
    pub fn close(&mut self) -> Result<(), MetadataLogError> {
        self.failed = true;
        Ok(self.log.close()?)
    }
}

impl MetadataLog for OneVoterLog {
    fn image(&self) -> &ClusterImage {
        self.image()
    }

    fn epoch(&self) -> i32 {
        self.epoch()
    }

    fn next_offset(&self) -> i64 {
        self.next_offset()
    }

    fn propose(&mut self, now: Now, records: &[MetadataRecord]) -> Result<Delta, MetadataLogError> {
        self.propose(now, records)
    }

    fn hear(&mut self) -> Result<Delta, MetadataLogError> {
        Ok(Delta::default())
    }
}

//! The small files beside the log.

use std::io;

use kabuki_log::Dir;
use kabuki_log::dir::{Open, read_small, replace_small};
use kabuki_records::control::{KRaftVersion, Voter, Voters};

use crate::features::{LATEST_METADATA_VERSION, METADATA_VERSION, bootstrap_records};
use crate::generated::MetadataRecord;
use crate::log_format::{
    BOOTSTRAP_FILE, ControlRecord, FormatError, METADATA_LOG_DIR, PARTIAL_SNAPSHOT_SUFFIX,
    QUORUM_STATE_FILE, QuorumState, Snapshot, SnapshotId, decode_snapshot, encode_snapshot,
};
use crate::metadata_log::MetadataLogError;

use super::OneVoterOptions;

/// The snapshot that stands for nothing, from which a new log takes its first voters.
pub(super) const EMPTY: SnapshotId = SnapshotId { end_offset: 0, epoch: 0 };
/// The version of the quorum's protocol that keeps voters in the log (KIP-853).
pub(super) const KRAFT_VERSION_WITH_VOTERS: i16 = 1;

/// Prepares an empty log dir for a new cluster, as `kafka-storage format --standalone` does: `bootstrap.checkpoint`
/// with the feature levels, and the first snapshot with this node as the only voter. What is there stays.
pub fn format(
    log_dir: &dyn Dir,
    options: &OneVoterOptions,
    now_ms: i64,
) -> Result<(), MetadataLogError> {
    if !log_dir.exists(BOOTSTRAP_FILE)? {
        let records = bootstrap_records(&options.feature_levels)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error.to_string()))?;
        let level = options.feature_levels.get(METADATA_VERSION).copied();
        let snapshot = Snapshot { records, ..Snapshot::default() };
        let version = level.unwrap_or(LATEST_METADATA_VERSION);
        let bytes = encode_snapshot(&snapshot, 0, version, now_ms)?;
        write_whole(log_dir, BOOTSTRAP_FILE, &bytes)?;
    }
    let metadata_dir = log_dir.create_dir(METADATA_LOG_DIR)?;
    if latest_snapshot(metadata_dir.as_ref())?.is_none() && !has_segments(metadata_dir.as_ref())? {
        let snapshot = Snapshot {
            last_contained_log_timestamp: now_ms,
            kraft_version: Some(KRAFT_VERSION_WITH_VOTERS),
            voters: Some(only_voter(options)),
            records: Vec::new(),
        };
        let bytes = encode_snapshot(&snapshot, EMPTY.epoch, 0, now_ms)?;
        write_whole(metadata_dir.as_ref(), &EMPTY.to_string(), &bytes)?;
    }
    Ok(log_dir.sync()?)
}

pub(super) fn only_voter(options: &OneVoterOptions) -> Voters {
    let voter = Voter {
        id: options.node_id,
        directory_id: options.directory_id,
        endpoints: options.controller_endpoints.clone(),
        kraft_version_min: 0,
        kraft_version_max: KRAFT_VERSION_WITH_VOTERS,
    };
    Voters { version: 0, voters: vec![voter] }
}

/// The control records from which on the voters stand in the log.
pub(super) fn voters_in_the_log(voters: Voters) -> [ControlRecord; 2] {
    let kraft_version = KRAFT_VERSION_WITH_VOTERS;
    let version = ControlRecord::KRaftVersion(KRaftVersion { version: 0, kraft_version });
    [version, ControlRecord::Voters(voters)]
}

/// The records of `bootstrap.checkpoint`.
pub(super) fn read_bootstrap(log_dir: &dyn Dir) -> Result<Vec<MetadataRecord>, MetadataLogError> {
    let bytes = read_existing(log_dir, BOOTSTRAP_FILE)?;
    Ok(decode_snapshot(&bytes)?.records)
}

/// Replaces the file so that it is whole or not there under its name.
pub(super) fn write_whole(dir: &dyn Dir, name: &str, bytes: &[u8]) -> io::Result<()> {
    let partial = format!("{name}{PARTIAL_SNAPSHOT_SUFFIX}");
    let file = dir.open(&partial, Open::Truncated)?;
    file.write_all_at(bytes, 0)?;
    file.sync()?;
    dir.rename(&partial, name)?;
    dir.sync()
}

/// All snapshots, the oldest first.
pub(super) fn snapshots(dir: &dyn Dir) -> io::Result<Vec<SnapshotId>> {
    let entries = dir.list()?;
    let mut ids: Vec<_> = entries.iter().filter_map(|it| SnapshotId::parse(&it.name)).collect();
    ids.sort_unstable();
    Ok(ids)
}

pub(super) fn latest_snapshot(dir: &dyn Dir) -> io::Result<Option<SnapshotId>> {
    Ok(snapshots(dir)?.pop())
}

pub(super) fn read_snapshot(dir: &dyn Dir, id: SnapshotId) -> Result<Snapshot, MetadataLogError> {
    let bytes = read_existing(dir, &id.to_string())?;
    Ok(decode_snapshot(&bytes)?)
}

fn read_existing(dir: &dyn Dir, name: &str) -> io::Result<Vec<u8>> {
    let missing = || io::Error::new(io::ErrorKind::NotFound, format!("{name} is missing"));
    read_small(dir, name)?.ok_or_else(missing)
}

/// Removes what an interrupted write left.
pub(super) fn remove_partial(dir: &dyn Dir) -> io::Result<()> {
    let is_partial = |name: &str| {
        name.strip_suffix(PARTIAL_SNAPSHOT_SUFFIX)
            .is_some_and(|it| it == BOOTSTRAP_FILE || SnapshotId::parse(it).is_some())
    };
    let entries = dir.list()?;
    entries.iter().filter(|it| is_partial(&it.name)).try_for_each(|it| dir.remove_file(&it.name))
}

fn has_segments(dir: &dyn Dir) -> io::Result<bool> {
    Ok(dir.list()?.iter().any(|entry| entry.name.ends_with(".log")))
}

pub(super) fn read_quorum_state(dir: &dyn Dir) -> Result<Option<QuorumState>, MetadataLogError> {
    let Some(bytes) = read_small(dir, QUORUM_STATE_FILE)? else { return Ok(None) };
    Ok(Some(QuorumState::parse(&bytes)?))
}

pub(super) fn write_quorum_state(dir: &dyn Dir, state: &QuorumState) -> io::Result<()> {
    replace_small(dir, QUORUM_STATE_FILE, state.to_text().as_bytes())
}

/// An epoch that cannot rise any further, or a file of another shape.
pub(super) fn epochs_exhausted() -> FormatError {
    FormatError::QuorumState("no epoch is left".to_owned())
}

//! Snapshots (KIP-630), and `bootstrap.checkpoint`, which has the same form.

use std::fmt;

use kabuki_records::control::{KRaftVersion, SnapshotFooter, SnapshotHeader, Voters};
use kabuki_records::reader::Batches;

use crate::generated::MetadataRecord;

use super::FormatError;
use super::batches::{Content, ControlRecord, Stamp, decode_batch, encode_control, encode_plain};

/// The file with the feature levels of a new cluster, in the log dir itself.
pub const BOOTSTRAP_FILE: &str = "bootstrap.checkpoint";
/// Suffix of a snapshot that is being written; Kafka removes such files at its start.
pub const PARTIAL_SNAPSHOT_SUFFIX: &str = ".part";
const SUFFIX: &str = ".checkpoint";
/// Digits of the offset and of the epoch in a snapshot's name.
const OFFSET_DIGITS: usize = 20;
const EPOCH_DIGITS: usize = 10;

/// Which prefix of the log a snapshot stands for; orders snapshots from old to new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SnapshotId {
    /// It stands for every record below this offset.
    pub end_offset: i64,
    /// Epoch of the last of them.
    pub epoch: i32,
}

impl fmt::Display for SnapshotId {
    /// The file's name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { end_offset, epoch } = self;
        write!(f, "{end_offset:0OFFSET_DIGITS$}-{epoch:0EPOCH_DIGITS$}{SUFFIX}")
    }
}

impl SnapshotId {
    /// Reads a file's name; `None` for other files.
    pub fn parse(name: &str) -> Option<Self> {
        let (offset, epoch) = name.strip_suffix(SUFFIX)?.split_once('-')?;
        let digits = |text: &str, count| {
            text.len() == count && text.bytes().all(|digit| digit.is_ascii_digit())
        };
        if !digits(offset, OFFSET_DIGITS) || !digits(epoch, EPOCH_DIGITS) {
            return None;
        }
        Some(Self { end_offset: offset.parse().ok()?, epoch: epoch.parse().ok()? })
    }
}

/// What a snapshot holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// When the last record that it stands for was appended, in milliseconds; 0 when there is none.
    pub last_contained_log_timestamp: i64,
    /// Version of the quorum's protocol; `None` says 0.
    pub kraft_version: Option<i16>,
    /// The quorum's voters, if the protocol keeps them in the log.
    pub voters: Option<Voters>,
    /// The records that give the image.
    pub records: Vec<MetadataRecord>,
}

/// A snapshot's bytes: header, records, footer. `epoch` is that of its id. Offsets within a snapshot count from 0.
pub fn encode_snapshot(
    snapshot: &Snapshot,
    epoch: i32,
    metadata_version: i16,
    now_ms: i64,
) -> Result<Vec<u8>, FormatError> {
    let mut stamp = Stamp { base_offset: 0, epoch, now_ms };
    let head = header(snapshot);
    let mut bytes = encode_control(stamp, &head)?.to_vec();
    stamp.base_offset += head.len() as i64;
    for batch in encode_plain(stamp, metadata_version, &snapshot.records)? {
        bytes.extend_from_slice(&batch);
    }
    stamp.base_offset += snapshot.records.len() as i64;
    let footer = ControlRecord::SnapshotFooter(SnapshotFooter::default());
    bytes.extend_from_slice(&encode_control(stamp, &[footer])?);
    Ok(bytes)
}

fn header(snapshot: &Snapshot) -> Vec<ControlRecord> {
    let mut records = vec![ControlRecord::SnapshotHeader(SnapshotHeader {
        version: 0,
        last_contained_log_timestamp: snapshot.last_contained_log_timestamp,
    })];
    if let Some(kraft_version) = snapshot.kraft_version {
        records.push(ControlRecord::KRaftVersion(KRaftVersion { version: 0, kraft_version }));
    }
    records.extend(snapshot.voters.clone().map(ControlRecord::Voters));
    records
}

/// Reads a snapshot, whole: it begins with a header and ends with a footer.
pub fn decode_snapshot(bytes: &[u8]) -> Result<Snapshot, FormatError> {
    let mut reading = Reading::default();
    let mut read = 0;
    for batch in Batches::new(bytes) {
        let batch = batch?;
        read += batch.len();
        match decode_batch(batch)?.content {
            Content::Records(records) => reading.records(records)?,
            Content::Control(records) => {
                records.into_iter().try_for_each(|record| reading.control(record))?;
            }
        }
    }
    match (reading.ended, read == bytes.len()) {
        (true, true) => Ok(reading.snapshot),
        _ => Err(FormatError::IncompleteSnapshot),
    }
}

#[derive(Default)]
struct Reading {
    snapshot: Snapshot,
    begun: bool,
    ended: bool,
}

impl Reading {
    fn records(&mut self, records: Vec<MetadataRecord>) -> Result<(), FormatError> {
        self.check_inside()?;
        self.snapshot.records.extend(records);
        Ok(())
    }

    fn control(&mut self, record: ControlRecord) -> Result<(), FormatError> {
        if let ControlRecord::SnapshotHeader(header) = &record {
            if self.begun {
                return Err(FormatError::IncompleteSnapshot);
            }
            self.begun = true;
            self.snapshot.last_contained_log_timestamp = header.last_contained_log_timestamp;
        }
        self.check_inside()?;
        match record {
            ControlRecord::KRaftVersion(it) => self.snapshot.kraft_version = Some(it.kraft_version),
            ControlRecord::Voters(voters) => self.snapshot.voters = Some(voters),
            ControlRecord::SnapshotFooter(_) => self.ended = true,
            _ => {}
        }
        Ok(())
    }

    fn check_inside(&self) -> Result<(), FormatError> {
        match self.begun && !self.ended {
            true => Ok(()),
            false => Err(FormatError::IncompleteSnapshot),
        }
    }
}

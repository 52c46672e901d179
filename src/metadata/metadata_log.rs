//! The metadata log, whoever keeps it: records are proposed in groups, and count once they are committed.

use kabuki_log::Now;
use thiserror::Error;

use crate::generated::MetadataRecord;
use crate::image::{ClusterImage, Delta, LogPosition};
use crate::log_format::FormatError;
use crate::replay::{Replay, ReplayError};

/// The log of the cluster's metadata, as its controller sees it, with the image that its committed records make.
pub trait MetadataLog {
    /// What the cluster looks like after everything that is committed and was heard of.
    fn image(&self) -> &ClusterImage;

    /// The epoch in which this node leads; it rises whenever a leader begins.
    fn epoch(&self) -> i32;

    /// The offset that the next proposed record gets.
    fn next_offset(&self) -> i64;

    /// Proposes records as one group: all of them count, or none. Returns what became visible by the time this
    /// returns: of a quorum of one the group itself, of others perhaps nothing yet. After an error nothing more may be
    /// proposed: whether the group will count is unknown.
    fn propose(&mut self, now: Now, records: &[MetadataRecord]) -> Result<Delta, MetadataLogError>;

    /// Hears what else was committed since, and what that changed.
    fn hear(&mut self) -> Result<Delta, MetadataLogError>;
}

/// Why the metadata log cannot go on. All of these are fatal to the controller.
#[derive(Debug, Error)]
pub enum MetadataLogError {
    /// A record or a file is not what it should be.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// Committed records do not fit together.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The log cannot be opened.
    #[error(transparent)]
    Open(#[from] kabuki_log::OpenError),
    /// The log cannot be read.
    #[error("metadata log: {0}")]
    Read(#[from] kabuki_log::ReadError),
    /// The log cannot be appended to.
    #[error("metadata log: {0}")]
    Append(#[from] kabuki_log::AppendError),
    /// The file system said no.
    #[error("metadata log: {0}")]
    Io(#[from] std::io::Error),
    /// The log belongs to a quorum that this node cannot lead alone.
    #[error(
        "the metadata log belongs to the voters {voters:?}, and node {node_id} alone is none of their quorum"
    )]
    OtherVoters {
        /// This node.
        node_id: i32,
        /// The voters in the log.
        voters: Vec<i32>,
    },
    /// An earlier proposal failed.
    #[error("the metadata log failed before and must be opened anew")]
    Failed,
}

/// A metadata log in memory, for tests and simulations: what is proposed is committed at once.
#[derive(Debug, Clone)]
pub struct MemoryLog {
    replay: Replay,
    epoch: i32,
    next_offset: i64,
    records: Vec<MetadataRecord>,
}

impl MemoryLog {
    /// An empty log in epoch 1.
    pub fn new(cluster_id: &str) -> Self {
        let replay = Replay::new(ClusterImage::empty(cluster_id));
        Self { replay, epoch: 1, next_offset: 0, records: Vec::new() }
    }

    /// Everything that was proposed.
    pub fn records(&self) -> &[MetadataRecord] {
        &self.records
    }

    /// Begins a new epoch, as a restart does.
    pub fn begin_epoch(&mut self) {
        self.epoch += 1;
    }
}

impl MetadataLog for MemoryLog {
    fn image(&self) -> &ClusterImage {
        self.replay.image()
    }

    fn epoch(&self) -> i32 {
        self.epoch
    }

    fn next_offset(&self) -> i64 {
        self.next_offset
    }

    fn propose(&mut self, _: Now, records: &[MetadataRecord]) -> Result<Delta, MetadataLogError> {
        self.next_offset += records.len() as i64;
        self.records.extend_from_slice(records);
        let position = LogPosition { offset: self.next_offset - 1, epoch: self.epoch };
        Ok(self.replay.push(position, records)?)
    }

    fn hear(&mut self) -> Result<Delta, MetadataLogError> {
        Ok(Delta::default())
    }
}

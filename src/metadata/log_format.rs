//! The bytes of the metadata log: records as batches, snapshots, and the quorum's own small files.
//!
//! ```text
//! __cluster_metadata-0/00000000000000000000.log         batches of records, and control batches
//! __cluster_metadata-0/<offset>-<epoch>.checkpoint      a snapshot: everything below the offset
//! __cluster_metadata-0/quorum-state                     who leads in which epoch
//! bootstrap.checkpoint                                  feature levels that a new cluster starts with
//! ```

mod batches;
mod quorum_state;
mod snapshot;
#[cfg(test)]
mod tests;

use kabuki_records::builder::BuildError;
use kabuki_records::control::ControlRecordError;
use kabuki_records::reader::ReadError;
use thiserror::Error;
use uuid::Uuid;

use crate::generated::{DecodeError, EncodeError};

pub use batches::{
    BATCH_BYTES_MAX, Content, ControlRecord, DecodedBatch, GROUP_BYTES_MAX, Stamp, decode_batch,
    encode_control, encode_group,
};
pub use quorum_state::{QUORUM_STATE_FILE, QuorumState, StaticVoter};
pub use snapshot::{
    BOOTSTRAP_FILE, PARTIAL_SNAPSHOT_SUFFIX, Snapshot, SnapshotId, decode_snapshot, encode_snapshot,
};

/// The directory of the metadata log.
pub const METADATA_LOG_DIR: &str = "__cluster_metadata-0";
/// The id of the metadata log's topic.
pub const METADATA_TOPIC_ID: Uuid = Uuid::from_u128(1);

/// Why bytes are no metadata log, or records cannot be written into it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FormatError {
    /// The bytes are no batch, or its records do not open.
    #[error("metadata log: {0}")]
    Batch(#[from] ReadError),
    /// A batch's CRC does not fit its bytes.
    #[error("metadata log: the batch at offset {0} is damaged")]
    Damaged(i64),
    /// A record cannot be read.
    #[error("metadata log: record at offset {offset}: {source}")]
    Record {
        /// Its offset.
        offset: i64,
        /// What is wrong.
        source: DecodeError,
    },
    /// A record has no value.
    #[error("metadata log: the record at offset {0} has no value")]
    NoValue(i64),
    /// A control record cannot be read.
    #[error("metadata log: control record at offset {offset}: {source}")]
    Control {
        /// Its offset.
        offset: i64,
        /// What is wrong.
        source: ControlRecordError,
    },
    /// A record cannot be written.
    #[error("a {record} cannot be written: {source}")]
    Encode {
        /// The record's type.
        record: &'static str,
        /// What is wrong.
        source: EncodeError,
    },
    /// A batch cannot be written.
    #[error("a batch of metadata records cannot be written: {0}")]
    Build(#[from] BuildError),
    /// One record is larger than a batch may be.
    #[error("a {record} of {size} bytes is larger than a batch may be")]
    RecordTooLarge {
        /// The record's type.
        record: &'static str,
        /// Its bytes.
        size: usize,
    },
    /// A group is larger than may be written at once.
    #[error("a group of metadata records is larger than {GROUP_BYTES_MAX} bytes")]
    GroupTooLarge,
    /// The cluster's `metadata.version` knows no groups of several batches.
    #[error("a group of metadata records needs several batches, which metadata.version {0} lacks")]
    NoTransactions(i16),
    /// A snapshot without its first or last control record, or with batches after it.
    #[error("a snapshot is not whole")]
    IncompleteSnapshot,
    /// `quorum-state` is not what Kafka writes.
    #[error("quorum-state: {0}")]
    QuorumState(String),
}

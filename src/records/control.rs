//! Control records: what brokers and controllers write into a log for themselves.
//!
//! A batch with the control bit holds them instead of a user's records. The key says the type; the value is
//! a small message in Kafka's schema of that type. Clients skip them. A key or value of a later version is read
//! as version 0, as Kafka does.

mod quorum;
mod schema;

pub use quorum::{
    Endpoint, KRaftVersion, LeaderChange, SnapshotFooter, SnapshotHeader, Voter, Voters,
};
use thiserror::Error;

/// The version of the key's schema and of transaction markers.
const VERSION: i16 = 0;
/// Bytes of a control record's key: version and type.
pub const KEY_BYTES: usize = 4;

/// Why bytes are no control record.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ControlRecordError {
    /// The key or the value is missing or ends within a field.
    #[error("control record ends prematurely")]
    Truncated,
    /// Versions are never negative.
    #[error("control record has the invalid version {0}")]
    InvalidVersion(i16),
    /// A length or count that cannot be.
    #[error("control record has the impossible length {0}")]
    InvalidLength(i64),
    /// A string that is not UTF-8.
    #[error("control record has a string that is not UTF-8")]
    InvalidText,
}

/// The type of a control record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ControlRecordType {
    /// A transaction was aborted (0).
    Abort,
    /// A transaction was committed (1).
    Commit,
    /// A new leader of the metadata quorum begins its epoch (2).
    LeaderChange,
    /// A snapshot begins (3).
    SnapshotHeader,
    /// A snapshot ends (4).
    SnapshotFooter,
    /// The version of the quorum's protocol (5).
    KRaftVersion,
    /// The voters of the quorum (6).
    KRaftVoters,
    /// A type of a later version of Kafka.
    Unknown(i16),
}

impl ControlRecordType {
    /// The number that stands in the key.
    pub const fn id(self) -> i16 {
        match self {
            Self::Abort => 0,
            Self::Commit => 1,
            Self::LeaderChange => 2,
            Self::SnapshotHeader => 3,
            Self::SnapshotFooter => 4,
            Self::KRaftVersion => 5,
            Self::KRaftVoters => 6,
            Self::Unknown(id) => id,
        }
    }

    /// The type of a number.
    pub const fn from_id(id: i16) -> Self {
        match id {
            0 => Self::Abort,
            1 => Self::Commit,
            2 => Self::LeaderChange,
            3 => Self::SnapshotHeader,
            4 => Self::SnapshotFooter,
            5 => Self::KRaftVersion,
            6 => Self::KRaftVoters,
            other => Self::Unknown(other),
        }
    }

    /// The key of a record of this type.
    pub fn key(self) -> [u8; KEY_BYTES] {
        let [v0, v1] = VERSION.to_be_bytes();
        let [t0, t1] = self.id().to_be_bytes();
        [v0, v1, t0, t1]
    }

    /// The type that a record's key names.
    pub fn from_key(key: Option<&[u8]>) -> Result<Self, ControlRecordError> {
        let mut fields = schema::Fields::new(key);
        check_version(fields.i16()?)?;
        Ok(Self::from_id(fields.i16()?))
    }
}

/// The end of a transaction in a partition that took part; the key says whether it was committed or aborted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndTransactionMarker {
    /// Committed, or else aborted.
    pub committed: bool,
    /// Epoch of the transaction coordinator that wrote it: markers of older ones are refused.
    pub coordinator_epoch: i32,
}

impl EndTransactionMarker {
    /// The record's key.
    pub fn key(&self) -> [u8; KEY_BYTES] {
        let commit_or_abort =
            if self.committed { ControlRecordType::Commit } else { ControlRecordType::Abort };
        commit_or_abort.key()
    }

    /// The record's value.
    pub fn value(&self) -> Vec<u8> {
        let mut out = schema::Writer::default();
        out.i16(VERSION).i32(self.coordinator_epoch);
        out.into_bytes()
    }

    /// Reads key and value; `None` when the record is of another type.
    pub fn read(
        key: Option<&[u8]>,
        value: Option<&[u8]>,
    ) -> Result<Option<Self>, ControlRecordError> {
        let committed = match ControlRecordType::from_key(key)? {
            ControlRecordType::Commit => true,
            ControlRecordType::Abort => false,
            _ => return Ok(None),
        };
        let mut fields = schema::Fields::new(value);
        check_version(fields.i16()?)?;
        Ok(Some(Self { committed, coordinator_epoch: fields.i32()? }))
    }
}

fn check_version(version: i16) -> Result<(), ControlRecordError> {
    if version < 0 { Err(ControlRecordError::InvalidVersion(version)) } else { Ok(()) }
}

#[cfg(test)]
mod tests;

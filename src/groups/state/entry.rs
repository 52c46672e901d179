//! What stands in the log of a group coordinator.

use bytes::{Bytes, BytesMut};
use kabuki_coordination::Effects;
use kabuki_metadata::generated::{DecodeError, EncodeError};

use crate::records::GroupRecord;

/// Bytes of a record in a batch beside its key and value, at most: lengths, deltas and attributes.
const RECORD_HEAD_BYTES_MAX: usize = 32;
/// Bytes of an offset commit beside its texts, at most: types, lengths, numbers, the topic's id.
const COMMIT_BYTES_MAX: usize = 96;

/// One entry. Only plain records are written here; what belongs to transactions comes from other coordinators.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A record that counts at once.
    Record(GroupRecord),
    /// A record of a transaction that is not decided here.
    InTransaction {
        /// Whose.
        producer_id: i64,
        /// What counts if the transaction is committed.
        record: GroupRecord,
    },
    /// The end of a producer's transaction.
    TransactionEnded {
        /// Whose.
        producer_id: i64,
        /// Whether what it wrote counts.
        committed: bool,
    },
}

impl Entry {
    /// Appends key and value, as they stand in a batch, to `key` and `value`; false for a tombstone.
    ///
    /// # Errors
    ///
    /// A text is too long.
    ///
    /// # Panics
    ///
    /// The entry belongs to a transaction: none of those is written.
    pub fn write(&self, key: &mut BytesMut, value: &mut BytesMut) -> Result<bool, EncodeError> {
        match self {
            Self::Record(record) => record.write(key, value),
            _ => unreachable!("transactions are written by their own coordinators"),
        }
    }

    /// A record of a batch without a transaction, or of one of a producer's transaction.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn decode(
        key: &Bytes,
        value: Option<&Bytes>,
        producer_id: Option<i64>,
    ) -> Result<Self, DecodeError> {
        let record = GroupRecord::decode(key, value)?;
        Ok(match producer_id {
            Some(producer_id) => Self::InTransaction { producer_id, record },
            None => Self::Record(record),
        })
    }

    /// At most how many bytes it takes in a batch.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Record(record) | Self::InTransaction { record, .. } => Self::size_of(record),
            Self::TransactionEnded { .. } => RECORD_HEAD_BYTES_MAX,
        }
    }

    /// The same of a record alone.
    pub(crate) fn size_of(record: &GroupRecord) -> usize {
        let bytes = match record {
            GroupRecord::OffsetCommit(key, value) => {
                let metadata = value.as_ref().map_or(0, |value| value.metadata.len());
                COMMIT_BYTES_MAX + key.group.len() + key.topic.len() + metadata
            }
            // What cannot be encoded fits nowhere.
            other => other.encode().map_or(usize::MAX / 2, |(key, value)| {
                key.len() + value.map_or(0, |value| value.len())
            }),
        };
        bytes + RECORD_HEAD_BYTES_MAX
    }
}

/// Whether these records may be written beside those that were proposed before: together with them if they are written as a
/// whole, each for itself if they are divisible. To be asked before anything is applied: see [`Effects::bytes_max`].
pub(crate) fn fit<A>(effects: &Effects<GroupRecord, A>, records: &[GroupRecord]) -> bool {
    let bytes_max = effects.bytes_max;
    if effects.divisible {
        return records.iter().all(|record| Entry::size_of(record) <= bytes_max);
    }
    if records.is_empty() {
        return true;
    }
    let all = effects.records.iter().chain(records);
    // What cannot be encoded counts as much as there is.
    all.map(Entry::size_of).fold(0, usize::saturating_add) <= bytes_max
}

//! Why a batch is refused.

use thiserror::Error;

use crate::codec::{Codec, CodecError};
use crate::reader::ReadError;
use crate::record::RecordFormatError;

/// Records that are named in a refusal at most: enough for any ordinary batch, and an answer well below 1 MiB.
/// (Kafka names every one; clients treat a record that is not named as refused with its batch.)
pub const RECORD_ERRORS_MAX: usize = 10_000;

/// The kind of a refusal; each stands for one error code of Kafka's protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvalidKind {
    /// CORRUPT_MESSAGE (2): wrong CRC, an impossible length or message format.
    CorruptMessage,
    /// MESSAGE_TOO_LARGE (10): larger than `max.message.bytes`, as it came or after compressing it anew. Also when the
    /// records decompress to more than the bound, so that clients split the batch.
    MessageTooLarge,
    /// INVALID_TIMESTAMP (32): a record's timestamp is out of range, or the producer set log append time.
    InvalidTimestamp,
    /// UNSUPPORTED_FOR_MESSAGE_FORMAT (43): kept for logs of an old format; Kafka 4.3.1 answers INVALID_RECORD
    /// to batches of magic 0 and 1, and so does [`super::validate`].
    UnsupportedForMessageFormat,
    /// UNSUPPORTED_COMPRESSION_TYPE (76): zstd in a Produce request below version 7.
    UnsupportedCompressionType,
    /// INVALID_RECORD (87): no batch, more than one, counts or records that contradict each other, a control batch, a
    /// missing key.
    InvalidRecord,
    /// UNKNOWN_SERVER_ERROR (−1): what Kafka fails on without a word of its own: an unknown codec,
    /// data that does not decompress, compressed records with wrong offsets.
    Unreadable,
}

/// One record that is at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordError {
    /// Index of the record in its batch.
    pub batch_index: i32,
    /// What is wrong with it.
    pub message: String,
}

/// A refused batch.
///
/// Kafka sends the message to the client only when it names records; otherwise it goes to the log.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct InvalidBatch {
    /// Which error the client gets.
    pub kind: InvalidKind,
    /// What is wrong, for people.
    pub message: String,
    /// The records at fault, at most [`RECORD_ERRORS_MAX`] of them; for Produce answers of version 8 and later.
    pub record_errors: Vec<RecordError>,
}

impl InvalidBatch {
    pub(super) fn new(kind: InvalidKind, message: impl ToString) -> Self {
        Self { kind, message: message.to_string(), record_errors: Vec::new() }
    }

    pub(super) fn corrupt(message: impl ToString) -> Self {
        Self::new(InvalidKind::CorruptMessage, message)
    }

    pub(super) fn record(message: impl ToString) -> Self {
        Self::new(InvalidKind::InvalidRecord, message)
    }

    /// Why the records of a batch with this codec cannot be read. A length of an uncompressed record that is no number of
    /// 32 bits is an error that Kafka has no word for; every other one is an invalid record.
    pub(super) fn of_records(codec: Codec, error: impl Into<ReadError>) -> Self {
        match error.into() {
            ReadError::Format(error @ RecordFormatError::LengthTooLong) if codec == Codec::None => {
                Self::unreadable(error)
            }
            error => error.into(),
        }
    }

    pub(super) fn unreadable(message: impl ToString) -> Self {
        Self::new(InvalidKind::Unreadable, message)
    }
}

impl From<ReadError> for InvalidBatch {
    fn from(error: ReadError) -> Self {
        let kind = match &error {
            ReadError::NoBatch | ReadError::Format(_) => InvalidKind::InvalidRecord,
            ReadError::Codec(CodecError::TooLarge { .. }) => InvalidKind::MessageTooLarge,
            ReadError::Codec(_) => InvalidKind::Unreadable,
        };
        Self::new(kind, error)
    }
}

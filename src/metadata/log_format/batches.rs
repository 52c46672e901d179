//! Batches of metadata records and of control records.

use bytes::{Bytes, BytesMut};
use kabuki_records::batch::HEAD;
use kabuki_records::builder::BatchBuilder;
use kabuki_records::control::{
    ControlRecordError, ControlRecordType, KRaftVersion, LeaderChange, SnapshotFooter,
    SnapshotHeader, Voters,
};
use kabuki_records::crc;
use kabuki_records::reader::OpenBatch;
use kabuki_records::record::Record;

use crate::features::{METADATA_TRANSACTIONS_SINCE, record_version};
use crate::generated::{BeginTransactionRecord, EndTransactionRecord, MetadataRecord};

use super::FormatError;

/// Bytes of one batch at most, as in Kafka, which reads no larger ones from another voter.
pub const BATCH_BYTES_MAX: usize = 8 << 20;
/// Bytes of one group at most: what the controller may have to hold in memory at once.
pub const GROUP_BYTES_MAX: usize = 256 << 20;
/// Bytes that a record needs in a batch beside its value, at most: five varints, attributes, no key, no headers.
const RECORD_OVERHEAD_MAX: usize = 32;

/// What is stamped on every batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Offset of the first record.
    pub base_offset: i64,
    /// Epoch of the controller that writes it.
    pub epoch: i32,
    /// The time in milliseconds.
    pub now_ms: i64,
}

/// A batch of the metadata log, opened.
#[derive(Debug, Clone, PartialEq)]
pub struct DecodedBatch {
    /// Offset of its first record.
    pub base_offset: i64,
    /// Offset of its last record.
    pub last_offset: i64,
    /// Epoch of the controller that wrote it.
    pub epoch: i32,
    /// When, in milliseconds.
    pub timestamp_ms: i64,
    /// What it holds.
    pub content: Content,
}

/// What a batch holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Metadata records.
    Records(Vec<MetadataRecord>),
    /// Control records.
    Control(Vec<ControlRecord>),
}

/// A control record of the metadata log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ControlRecord {
    /// A controller begins its epoch.
    LeaderChange(LeaderChange),
    /// The version of the quorum's protocol.
    KRaftVersion(KRaftVersion),
    /// The quorum's voters.
    Voters(Voters),
    /// A snapshot begins.
    SnapshotHeader(SnapshotHeader),
    /// A snapshot ends.
    SnapshotFooter(SnapshotFooter),
    /// A type that concerns nobody here.
    Other(ControlRecordType),
}

/// Encodes one group of records, which counts wholly or not at all. Usually that is one batch; a group that does not
/// fit becomes several within a metadata transaction (KIP-868), whose marks take two offsets more.
///
/// Each record is written in the version of the cluster's `metadata_version`.
pub fn encode_group(
    stamp: Stamp,
    metadata_version: i16,
    records: &[MetadataRecord],
) -> Result<Vec<Bytes>, FormatError> {
    let values = encode_values(metadata_version, records)?;
    let batches = split(&values);
    if batches.len() <= 1 {
        return encode_batches(stamp, batches.into_iter());
    }
    if metadata_version < METADATA_TRANSACTIONS_SINCE {
        return Err(FormatError::NoTransactions(metadata_version));
    }
    let begin = encode_values(metadata_version, &[BeginTransactionRecord::default().into()])?;
    let end = encode_values(metadata_version, &[EndTransactionRecord::default().into()])?;
    let marked = std::iter::once(&begin[..]).chain(batches).chain(std::iter::once(&end[..]));
    encode_batches(stamp, marked)
}

/// Encodes records into batches without the marks of a transaction: what a snapshot holds.
pub(super) fn encode_plain(
    stamp: Stamp,
    metadata_version: i16,
    records: &[MetadataRecord],
) -> Result<Vec<Bytes>, FormatError> {
    let values = encode_values(metadata_version, records)?;
    encode_batches(stamp, split(&values).into_iter())
}

/// Encodes control records into one batch.
pub fn encode_control(stamp: Stamp, records: &[ControlRecord]) -> Result<Bytes, FormatError> {
    let mut builder = builder(stamp).control();
    for record in records {
        let (kind, value) = record.encode();
        builder.push(stamp.now_ms, Some(&kind.key()), Some(&value), &[]);
    }
    Ok(builder.build()?)
}

fn builder(stamp: Stamp) -> BatchBuilder {
    BatchBuilder::new().base_offset(stamp.base_offset).leader_epoch(stamp.epoch)
}

fn encode_values(
    metadata_version: i16,
    records: &[MetadataRecord],
) -> Result<Vec<Bytes>, FormatError> {
    let mut total = 0;
    let mut values = Vec::with_capacity(records.len());
    for record in records {
        let name = record.name();
        let mut value = BytesMut::new();
        record
            .encode_framed(record_version(metadata_version, record), &mut value)
            .map_err(|source| FormatError::Encode { record: name, source })?;
        if HEAD + RECORD_OVERHEAD_MAX + value.len() > BATCH_BYTES_MAX {
            return Err(FormatError::RecordTooLarge { record: name, size: value.len() });
        }
        total += value.len();
        if total > GROUP_BYTES_MAX {
            return Err(FormatError::GroupTooLarge);
        }
        values.push(value.freeze());
    }
    Ok(values)
}

/// Cuts values into rows that fit into a batch each.
fn split(values: &[Bytes]) -> Vec<&[Bytes]> {
    let (mut rows, mut begin, mut size) = (Vec::new(), 0, HEAD);
    for (at, value) in values.iter().enumerate() {
        let record = value.len() + RECORD_OVERHEAD_MAX;
        if size + record > BATCH_BYTES_MAX {
            rows.push(&values[begin..at]);
            (begin, size) = (at, HEAD);
        }
        size += record;
    }
    if begin < values.len() {
        rows.push(&values[begin..]);
    }
    rows
}

fn encode_batches<'v>(
    mut stamp: Stamp,
    rows: impl Iterator<Item = &'v [Bytes]>,
) -> Result<Vec<Bytes>, FormatError> {
    let mut batches = Vec::new();
    for row in rows {
        let mut builder = builder(stamp);
        for value in row {
            builder.push(stamp.now_ms, None, Some(value), &[]);
        }
        stamp.base_offset += row.len() as i64;
        batches.push(builder.build()?);
    }
    Ok(batches)
}

/// Opens the batch that is exactly `batch`, and checks it.
pub fn decode_batch(batch: &[u8]) -> Result<DecodedBatch, FormatError> {
    let open = OpenBatch::open(batch, GROUP_BYTES_MAX)?;
    let head = *open.head();
    if !crc::is_intact(batch) {
        return Err(FormatError::Damaged(head.base_offset));
    }
    let content = match head.is_control() {
        true => Content::Control(read_all(&open, read_control)?),
        false => Content::Records(read_all(&open, read_record)?),
    };
    Ok(DecodedBatch {
        base_offset: head.base_offset,
        last_offset: head.last_offset(),
        epoch: head.partition_leader_epoch,
        timestamp_ms: head.max_timestamp,
        content,
    })
}

fn read_all<T>(
    batch: &OpenBatch<'_>,
    read: impl Fn(&Record<'_>, i64) -> Result<T, FormatError>,
) -> Result<Vec<T>, FormatError> {
    let mut all = Vec::new();
    for record in batch.records() {
        let record = record.map_err(kabuki_records::reader::ReadError::from)?;
        all.push(read(&record, batch.offset_of(&record))?);
    }
    Ok(all)
}

fn read_record(record: &Record<'_>, offset: i64) -> Result<MetadataRecord, FormatError> {
    let value = record.value.ok_or(FormatError::NoValue(offset))?;
    let (record, _version) = MetadataRecord::decode_framed(value)
        .map_err(|source| FormatError::Record { offset, source })?;
    Ok(record)
}

fn read_control(record: &Record<'_>, offset: i64) -> Result<ControlRecord, FormatError> {
    ControlRecord::decode(record.key, record.value)
        .map_err(|source| FormatError::Control { offset, source })
}

impl ControlRecord {
    fn encode(&self) -> (ControlRecordType, Vec<u8>) {
        match self {
            Self::LeaderChange(it) => (ControlRecordType::LeaderChange, it.value()),
            Self::KRaftVersion(it) => (ControlRecordType::KRaftVersion, it.value()),
            Self::Voters(it) => (ControlRecordType::KRaftVoters, it.value()),
            Self::SnapshotHeader(it) => (ControlRecordType::SnapshotHeader, it.value()),
            Self::SnapshotFooter(it) => (ControlRecordType::SnapshotFooter, it.value()),
            Self::Other(kind) => (*kind, Vec::new()),
        }
    }

    fn decode(key: Option<&[u8]>, value: Option<&[u8]>) -> Result<Self, ControlRecordError> {
        Ok(match ControlRecordType::from_key(key)? {
            ControlRecordType::LeaderChange => Self::LeaderChange(LeaderChange::read(value)?),
            ControlRecordType::KRaftVersion => Self::KRaftVersion(KRaftVersion::read(value)?),
            ControlRecordType::KRaftVoters => Self::Voters(Voters::read(value)?),
            ControlRecordType::SnapshotHeader => Self::SnapshotHeader(SnapshotHeader::read(value)?),
            ControlRecordType::SnapshotFooter => Self::SnapshotFooter(SnapshotFooter::read(value)?),
            other => Self::Other(other),
        })
    }
}

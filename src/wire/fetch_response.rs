//! The plan of a fetch response: encoded bytes and slices of records in the order in which they go out.
//!
//! Records need not be in memory: they may be slices of files, sent without passing through this process. So the frame is
//! not one buffer but a list of parts, and its length, which stands at its very front, is added up before anything is
//! sent. [`FetchResponse::plan`] writes versions 4 to 18 of the response to a Fetch request, byte for byte as the message
//! crate would if it had the records in one buffer.

use bytes::{BufMut, Bytes, BytesMut};

use crate::error::WireError;
use crate::frame::LENGTH_PREFIX_BYTES;
use crate::header::encode_response_header;
use crate::{ApiKey, StrBytes, Uuid};

/// The first version with a top-level error and a session id (KIP-227).
const VERSION_SESSIONS: i16 = 7;
/// The first version with the log start offset.
const VERSION_LOG_START: i16 = 5;
/// The first version with the preferred read replica (KIP-392).
const VERSION_READ_REPLICA: i16 = 11;
/// The first version in the flexible encoding, with diverging epoch, current leader and snapshot id as tagged fields.
const VERSION_FLEXIBLE: i16 = 12;
/// The first version that names topics by their ids (KIP-516).
const VERSION_TOPIC_IDS: i16 = 13;
/// The first version with the endpoints of leaders (KIP-951).
const VERSION_NODE_ENDPOINTS: i16 = 16;

/// What a partition without aborted transactions takes, rounded up; a topic and the response itself take no more.
const HEAD_BYTES_EXPECTED: usize = 64;

/// A slice of records of which the length is known: bytes in memory, or a range of a file.
pub trait RecordsSlice {
    /// Length in bytes. The sender must send exactly as many.
    fn length(&self) -> usize;
}

impl RecordsSlice for Bytes {
    fn length(&self) -> usize {
        self.len()
    }
}

/// One thing to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<T> {
    /// Encoded bytes of the frame.
    Bytes(Bytes),
    /// Records, never empty.
    Records(T),
}

/// A frame as a list of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchPlan<T> {
    /// What to send, in order; the first part begins with the length prefix.
    pub parts: Vec<Part<T>>,
    /// Length of all parts together in bytes, the prefix included.
    pub length: usize,
}

/// The response to a Fetch request.
#[derive(Debug, Clone)]
pub struct FetchResponse<T> {
    /// How long the client's quota made it wait, in milliseconds.
    pub throttle_time_ms: i32,
    /// An error of the whole request, 0 for none; left out below version 7.
    pub error_code: i16,
    /// The fetch session, 0 for none; left out below version 7.
    pub session_id: i32,
    /// Topics in the order of the request.
    pub topics: Vec<FetchTopic<T>>,
    /// Where the leaders named in the partitions can be reached; left out below version 16.
    pub node_endpoints: Vec<NodeEndpoint>,
}

/// A topic of a fetch response.
#[derive(Debug, Clone)]
pub struct FetchTopic<T> {
    /// The topic's name, which versions up to 12 carry.
    pub name: StrBytes,
    /// The topic's id, which versions from 13 carry.
    pub id: Uuid,
    /// Partitions in the order of the request.
    pub partitions: Vec<FetchPartition<T>>,
}

/// A partition of a fetch response. The default is that of an error: offsets -1, no records.
#[derive(Debug, Clone)]
pub struct FetchPartition<T> {
    /// The partition's number.
    pub index: i32,
    /// The partition's error, 0 for none.
    pub error_code: i16,
    /// The high watermark.
    pub high_watermark: i64,
    /// The last stable offset, -1 where unknown.
    pub last_stable_offset: i64,
    /// The first offset of the log, -1 where unknown; left out below version 5.
    pub log_start_offset: i64,
    /// Where the fetcher's log departs from this one; left out below version 12.
    pub diverging_epoch: Option<EpochEndOffset>,
    /// The leader, where the fetcher asked another broker; left out below version 12.
    pub current_leader: Option<LeaderIdAndEpoch>,
    /// The snapshot to fetch instead of records; left out below version 12.
    pub snapshot_id: Option<EpochEndOffset>,
    /// The transactions aborted in the range of the records; `None` (null) for a read of uncommitted records.
    pub aborted_transactions: Option<Vec<AbortedTransaction>>,
    /// The replica to fetch from instead, -1 for none; left out below version 11.
    pub preferred_read_replica: i32,
    /// The records; `None` goes out as zero bytes of records, as Kafka sends them, not as null.
    pub records: Option<T>,
}

impl<T> Default for FetchPartition<T> {
    fn default() -> Self {
        Self {
            index: 0,
            error_code: 0,
            high_watermark: -1,
            last_stable_offset: -1,
            log_start_offset: -1,
            diverging_epoch: None,
            current_leader: None,
            snapshot_id: None,
            aborted_transactions: None,
            preferred_read_replica: -1,
            records: None,
        }
    }
}

/// An offset at the end of an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochEndOffset {
    /// The leader epoch.
    pub epoch: i32,
    /// The offset after the epoch's last record.
    pub end_offset: i64,
}

/// The leader of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaderIdAndEpoch {
    /// The leader's broker id, -1 where unknown.
    pub leader_id: i32,
    /// The newest leader epoch known.
    pub leader_epoch: i32,
}

/// A transaction whose records a reader of committed records skips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbortedTransaction {
    /// The producer of the transaction.
    pub producer_id: i64,
    /// The transaction's first offset in this partition.
    pub first_offset: i64,
}

/// Where a broker can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeEndpoint {
    /// The broker's id.
    pub node_id: i32,
    /// Its host.
    pub host: StrBytes,
    /// Its port.
    pub port: i32,
    /// Its rack.
    pub rack: Option<StrBytes>,
}

impl<T: RecordsSlice> FetchResponse<T> {
    /// The frame that answers a request of `version` with this response.
    ///
    /// # Errors
    /// The version does not exist, or the frame would be longer than a signed 32-bit number can tell.
    pub fn plan(self, version: i16, correlation_id: i32) -> Result<FetchPlan<T>, WireError> {
        let api = ApiKey::Fetch;
        if !api.versions().contains(version) {
            return Err(WireError::UnsupportedVersion { api, version });
        }
        let mut writer = Writer::new(version, self.heads_bytes_expected());
        encode_response_header(api, version, correlation_id, &mut writer.heads);
        writer.response(self);
        writer.finish()
    }

    /// About how many bytes the response takes beside its records; what is missing costs a copy, no more.
    fn heads_bytes_expected(&self) -> usize {
        let partitions: usize = self.topics.iter().map(|topic| topic.partitions.len()).sum();
        HEAD_BYTES_EXPECTED * (1 + self.topics.len() + partitions)
    }
}

/// Writes all encoded bytes into one buffer and remembers where records go between them.
struct Writer<T> {
    heads: BytesMut,
    /// Slices of records, each with the number of encoded bytes before it.
    records: Vec<(usize, T)>,
    records_length: usize,
    version: i16,
    flexible: bool,
}

impl<T: RecordsSlice> Writer<T> {
    fn new(version: i16, heads_bytes_expected: usize) -> Self {
        let mut heads = BytesMut::with_capacity(heads_bytes_expected);
        heads.put_bytes(0, LENGTH_PREFIX_BYTES);
        let flexible = version >= VERSION_FLEXIBLE;
        Self { heads, records: Vec::new(), records_length: 0, version, flexible }
    }

    fn response(&mut self, response: FetchResponse<T>) {
        self.heads.put_i32(response.throttle_time_ms);
        if self.version >= VERSION_SESSIONS {
            self.heads.put_i16(response.error_code);
            self.heads.put_i32(response.session_id);
        }
        self.count(Some(response.topics.len()));
        for topic in response.topics {
            self.topic(topic);
        }
        let mut tags = Tags::default();
        if self.version >= VERSION_NODE_ENDPOINTS && !response.node_endpoints.is_empty() {
            tags.add(0, |value| put_node_endpoints(value, &response.node_endpoints));
        }
        self.tagged(tags);
    }

    fn topic(&mut self, topic: FetchTopic<T>) {
        if self.version >= VERSION_TOPIC_IDS {
            self.heads.put_slice(topic.id.as_bytes());
        } else {
            self.string(&topic.name);
        }
        self.count(Some(topic.partitions.len()));
        for partition in topic.partitions {
            self.partition(partition);
        }
        self.tagged(Tags::default());
    }

    fn partition(&mut self, partition: FetchPartition<T>) {
        self.heads.put_i32(partition.index);
        self.heads.put_i16(partition.error_code);
        self.heads.put_i64(partition.high_watermark);
        self.heads.put_i64(partition.last_stable_offset);
        if self.version >= VERSION_LOG_START {
            self.heads.put_i64(partition.log_start_offset);
        }
        self.aborted_transactions(partition.aborted_transactions.as_deref());
        if self.version >= VERSION_READ_REPLICA {
            self.heads.put_i32(partition.preferred_read_replica);
        }
        let tags = partition_tags(&partition);
        self.records(partition.records);
        self.tagged(tags);
    }

    fn aborted_transactions(&mut self, transactions: Option<&[AbortedTransaction]>) {
        self.count(transactions.map(<[_]>::len));
        for transaction in transactions.unwrap_or_default() {
            self.heads.put_i64(transaction.producer_id);
            self.heads.put_i64(transaction.first_offset);
            self.tagged(Tags::default());
        }
    }

    fn records(&mut self, records: Option<T>) {
        let length = records.as_ref().map_or(0, T::length);
        self.count(Some(length));
        if let Some(records) = records.filter(|_| length > 0) {
            self.records.push((self.heads.len(), records));
            self.records_length = self.records_length.saturating_add(length);
        }
    }

    /// A count or the length of records. One that does not fit makes the frame too long, which [`Self::finish`] finds.
    fn count(&mut self, count: Option<usize>) {
        if self.flexible {
            put_varint(&mut self.heads, count.map_or(0, |count| (count as u32).wrapping_add(1)));
        } else {
            self.heads.put_i32(count.map_or(-1, |count| count as i32));
        }
    }

    /// A topic's name, which is no longer than 249 bytes.
    fn string(&mut self, text: &str) {
        if self.flexible {
            put_compact_string(&mut self.heads, text);
        } else {
            self.heads.put_i16(text.len() as i16);
            self.heads.put_slice(text.as_bytes());
        }
    }

    fn tagged(&mut self, tags: Tags) {
        if self.flexible {
            put_varint(&mut self.heads, tags.count);
            self.heads.put_slice(&tags.fields);
        }
    }

    fn finish(mut self) -> Result<FetchPlan<T>, WireError> {
        let length = self.heads.len().saturating_add(self.records_length);
        let announced = i32::try_from(length - LENGTH_PREFIX_BYTES)
            .map_err(|_| WireError::FrameTooLarge(length))?;
        self.heads[..LENGTH_PREFIX_BYTES].copy_from_slice(&announced.to_be_bytes());
        Ok(FetchPlan { parts: interleave(self.heads, self.records), length })
    }
}

/// Cuts the encoded bytes where records belong.
fn interleave<T>(mut heads: BytesMut, records: Vec<(usize, T)>) -> Vec<Part<T>> {
    let mut parts = Vec::with_capacity(2 * records.len() + 1);
    let mut cut_off = 0;
    for (position, slice) in records {
        parts.push(Part::Bytes(heads.split_to(position - cut_off).freeze()));
        parts.push(Part::Records(slice));
        cut_off = position;
    }
    if !heads.is_empty() {
        parts.push(Part::Bytes(heads.freeze()));
    }
    parts
}

/// Tagged fields of one struct, encoded.
#[derive(Default)]
struct Tags {
    count: u32,
    fields: Vec<u8>,
}

impl Tags {
    /// Fields must be added in the order of their numbers.
    fn add(&mut self, tag: u32, write_value: impl FnOnce(&mut Vec<u8>)) {
        let mut value = Vec::new();
        write_value(&mut value);
        put_varint(&mut self.fields, tag);
        put_varint(&mut self.fields, value.len() as u32);
        self.fields.extend_from_slice(&value);
        self.count += 1;
    }
}

/// The tagged fields of a partition; each of them ends with an empty list of tagged fields of its own.
fn partition_tags<T>(partition: &FetchPartition<T>) -> Tags {
    let mut tags = Tags::default();
    if let Some(diverging) = partition.diverging_epoch {
        tags.add(0, |value| {
            value.put_i32(diverging.epoch);
            value.put_i64(diverging.end_offset);
            value.put_u8(0);
        });
    }
    if let Some(leader) = partition.current_leader {
        tags.add(1, |value| {
            value.put_i32(leader.leader_id);
            value.put_i32(leader.leader_epoch);
            value.put_u8(0);
        });
    }
    if let Some(snapshot) = partition.snapshot_id {
        tags.add(2, |value| {
            value.put_i64(snapshot.end_offset);
            value.put_i32(snapshot.epoch);
            value.put_u8(0);
        });
    }
    tags
}

fn put_node_endpoints(out: &mut Vec<u8>, endpoints: &[NodeEndpoint]) {
    put_varint(out, endpoints.len() as u32 + 1);
    for endpoint in endpoints {
        out.put_i32(endpoint.node_id);
        put_compact_string(out, &endpoint.host);
        out.put_i32(endpoint.port);
        match &endpoint.rack {
            Some(rack) => put_compact_string(out, rack),
            None => put_varint(out, 0),
        }
        out.put_u8(0);
    }
}

fn put_compact_string(out: &mut impl BufMut, text: &str) {
    put_varint(out, text.len() as u32 + 1);
    out.put_slice(text.as_bytes());
}

fn put_varint(out: &mut impl BufMut, mut value: u32) {
    while value >= 0x80 {
        out.put_u8(value as u8 | 0x80);
        value >>= 7;
    }
    out.put_u8(value as u8);
}

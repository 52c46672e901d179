//! Batches, and the requests that carry them, made before the clock runs.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::{Bytes, BytesMut};
use kabuki_records::builder::BatchBuilder;
use kabuki_records::codec::Codec;
use kabuki_wire::messages::ProduceRequest;
use kabuki_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kabuki_wire::{StrBytes, Uuid, encode_request};

use crate::error::Result;

/// Bytes of a record's key, where it has one.
const KEY_BYTES: usize = 12;
/// Text as it stands in events: half of it repeats, so that codecs have something to do.
const WORDS: [&str; 16] = [
    "\"order\":",
    "\"customer\":",
    "\"status\":",
    "\"paid\"",
    "\"shipped\"",
    "\"amount\":",
    "true",
    "false",
    "null",
    "\"city\":",
    "\"Lisbon\"",
    "\"Osaka\"",
    "\"Quito\"",
    "{",
    "}",
    ",",
];

/// What every batch of a load looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Batch {
    /// Records in it.
    pub(crate) records: u32,
    /// Bytes of each value.
    pub(crate) value_bytes: usize,
    /// Whether records have keys.
    pub(crate) is_keyed: bool,
    /// How the producer compresses.
    pub(crate) codec: Codec,
}

impl Batch {
    /// Records without keys, not compressed.
    pub(crate) const fn plain(records: u32, value_bytes: usize) -> Self {
        Self { records, value_bytes, is_keyed: false, codec: Codec::None }
    }

    /// Bytes of keys and values.
    pub(crate) fn payload_bytes(&self) -> u64 {
        let key_bytes = if self.is_keyed { KEY_BYTES } else { 0 };
        u64::from(self.records) * (self.value_bytes + key_bytes) as u64
    }

    /// The batch. It is always the same one: the floor finds offsets by the size of the batches.
    pub(crate) fn encode(&self) -> Result<Bytes> {
        let mut words = Words(SEED);
        let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let mut builder = BatchBuilder::new().codec(self.codec, None);
        for _ in 0..self.records {
            let key = format!("{:0KEY_BYTES$}", words.next() % 1_000_000);
            let key = self.is_keyed.then_some(key.as_bytes());
            builder.push(now_ms as i64, key, Some(&words.text(self.value_bytes)), &[]);
        }
        Ok(builder.build()?)
    }
}

/// Any but 0 will do.
const SEED: u64 = 1;

/// A stream of words and numbers, the same for the same seed.
struct Words(u64);

impl Words {
    /// Marsaglia's xorshift.
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn text(&mut self, bytes: usize) -> Vec<u8> {
        let mut text = Vec::with_capacity(bytes + 16);
        while text.len() < bytes {
            let chosen = self.next();
            match chosen % 2 {
                0 => text.extend_from_slice(WORDS[(chosen >> 8) as usize % WORDS.len()].as_bytes()),
                _ => text.extend_from_slice((chosen >> 32).to_string().as_bytes()),
            }
        }
        text.truncate(bytes);
        text
    }
}

/// A Produce request (acks 1) with one batch for each of several partitions.
pub(crate) fn produce_frame(
    version: i16,
    topic: Uuid,
    batches: Vec<(i32, Bytes)>,
) -> Result<BytesMut> {
    let partition = |(index, records): (i32, Bytes)| {
        PartitionProduceData::default().with_index(index).with_records(Some(records))
    };
    let data = TopicProduceData::default()
        .with_topic_id(topic)
        .with_partition_data(batches.into_iter().map(partition).collect());
    let request =
        ProduceRequest::default().with_acks(1).with_timeout_ms(30_000).with_topic_data(vec![data]);
    Ok(encode_request(version, 0, &StrBytes::from_static_str("peers"), &request)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kabuki_records::batch::BatchHead;
    use kabuki_records::crc;
    use kabuki_records::reader::OpenBatch;
    use kabuki_wire::{ApiKey, RequestHeader, decode_request};

    #[test]
    fn a_batch_holds_what_it_says() {
        for codec in [Codec::None, Codec::Lz4, Codec::Zstd] {
            let shape = Batch { records: 8, value_bytes: 100, is_keyed: true, codec };
            let batch = shape.encode().expect("a batch");
            assert!(crc::is_intact(&batch));
            let open = OpenBatch::open(&batch, 1 << 20).expect("a whole batch");
            let sizes = open.records().map(|record| {
                let record = record.expect("a record");
                (record.key.map_or(0, <[u8]>::len), record.value.map_or(0, <[u8]>::len))
            });
            let sizes: Vec<_> = sizes.collect();
            assert_eq!(sizes, [(KEY_BYTES, 100); 8]);
            assert_eq!(shape.payload_bytes(), 8 * (100 + KEY_BYTES as u64));
        }
    }

    #[test]
    fn codecs_have_something_to_do_and_not_too_little() {
        let plain = Batch::plain(100, 100);
        let packed = Batch { codec: Codec::Zstd, ..plain };
        let bytes = |shape: Batch| shape.encode().expect("a batch").len() as f64;
        let ratio = bytes(packed) / bytes(plain);
        assert!((0.2..0.8).contains(&ratio), "{ratio}");
    }

    #[test]
    fn a_request_carries_each_batch_to_its_partition() {
        let batch = Batch::plain(3, 10).encode().expect("a batch");
        let id = Uuid::from_u128(9);
        let frame = produce_frame(13, id, vec![(4, batch.clone()), (5, batch)]).expect("a frame");
        let mut body = frame.freeze().slice(4..);
        let header = RequestHeader::decode(&mut body).expect("a header");
        assert_eq!((header.api, header.version), (ApiKey::Produce, 13));
        let request: ProduceRequest = decode_request(&mut body, 13).expect("a request");
        assert_eq!((request.acks, request.topic_data[0].topic_id), (1, id));
        for (partition, index) in request.topic_data[0].partition_data.iter().zip([4, 5]) {
            let head = BatchHead::read(partition.records.as_deref().expect("records"));
            assert_eq!((partition.index, head.expect("a head").record_count), (index, 3));
        }
    }
}

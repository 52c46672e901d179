use proptest::prelude::*;

use super::*;
use crate::java_vectors::{self as java, bytes};
use crate::reader::OpenBatch;

/// The records of the Java client's batches.
fn batch_of_four(codec: Codec) -> Bytes {
    let headers =
        [Header { key: b"trace", value: Some(b"abc") }, Header { key: b"empty", value: None }];
    let mut batch = BatchBuilder::new().codec(codec, None);
    batch
        .push(1_700_000_000_000, Some(b"key-1"), Some(b"value-1"), &headers)
        .push(1_700_000_000_005, None, Some(b"value-2 value-2 value-2 value-2"), &[])
        .push(1_699_999_999_990, Some(b"key-3"), None, &[])
        .push(1_700_000_000_002, Some(b""), Some(b""), &[]);
    batch.build().expect("builds")
}

#[test]
fn writes_what_the_java_client_writes() {
    assert_eq!(batch_of_four(Codec::None), bytes(java::BATCH_NONE));
    // Snappy of the C++ library makes the same of so few bytes; the other codecs' bytes differ by library.
    assert_eq!(batch_of_four(Codec::Snappy), bytes(java::BATCH_SNAPPY));
}

#[test]
fn writes_producer_state_and_log_append_time_as_the_java_client() {
    let mut batch = BatchBuilder::new()
        .base_offset(77)
        .leader_epoch(9)
        .producer(4001, 3, i32::MAX - 1)
        .transactional()
        .log_append_time(1_700_000_000_123);
    batch
        .push(1_700_000_000_000, Some(b"a"), Some(b"1"), &[])
        .push(1_700_000_000_001, Some(b"b"), Some(b"2"), &[])
        .push(1_700_000_000_001, Some(b"c"), Some(b"3"), &[]);
    assert_eq!(batch.build().expect("builds"), bytes(java::BATCH_TRANSACTIONAL));
}

#[test]
fn writes_control_batches_as_the_java_broker() {
    let marker = crate::control::EndTransactionMarker { committed: true, coordinator_epoch: 12 };
    let mut batch = BatchBuilder::new()
        .base_offset(5)
        .leader_epoch(8)
        .producer(4001, 3, NO_SEQUENCE)
        .transactional()
        .control();
    batch.push(1_700_000_000_000, Some(&marker.key()), Some(&marker.value()), &[]);
    assert_eq!(batch.build().expect("builds"), bytes(java::MARKER_COMMIT));
}

#[test]
fn a_batch_needs_a_record() {
    assert_eq!(BatchBuilder::new().build(), Err(BuildError::Empty));
}

#[test]
fn gaps_are_kept() {
    let mut batch = BatchBuilder::new().base_offset(100);
    batch.push_with_delta(3, 10, None, None, [].into_iter());
    batch.push_with_delta(7, 20, None, None, [].into_iter());
    let batch = batch.build().expect("builds");
    let batch = OpenBatch::open(&batch, 0).expect("opens");
    let offsets: Vec<_> =
        batch.records().map(|record| batch.offset_of(&record.expect("reads"))).collect();
    assert_eq!(offsets, [103, 107]);
    assert_eq!(batch.head().last_offset(), 107);
}

#[test]
fn records_over_the_limit_are_refused_without_being_written() {
    let value = vec![0; 1 << 20];
    let mut out = Vec::new();
    let record = RecordToWrite {
        timestamp_delta: 0,
        offset_delta: 0,
        key: None,
        value: Some(&value),
        headers: [].into_iter(),
    };
    assert!(!record.write_within(&mut out, 1 << 20));
    assert!(out.is_empty());
}

type Parts = (i64, Option<Vec<u8>>, Option<Vec<u8>>, Vec<(Vec<u8>, Option<Vec<u8>>)>);

fn any_parts() -> impl Strategy<Value = Vec<Parts>> {
    let blob = || prop::collection::vec(any::<u8>(), 0..200);
    let nullable = move || prop::option::of(blob());
    let headers = prop::collection::vec((blob(), nullable()), 0..4);
    prop::collection::vec((-1i64..i64::MAX, nullable(), nullable(), headers), 1..30)
}

proptest! {
    #[test]
    fn every_record_comes_back(
        parts in any_parts(),
        codec in prop::sample::select(Codec::ALL.to_vec()),
        base_offset in 0i64..1 << 40,
    ) {
        let mut builder = BatchBuilder::new().codec(codec, None).base_offset(base_offset);
        for (timestamp, key, value, headers) in &parts {
            let headers: Vec<_> = headers
                .iter()
                .map(|(key, value)| Header { key, value: value.as_deref() })
                .collect();
            builder.push(*timestamp, key.as_deref(), value.as_deref(), &headers);
        }
        let batch = builder.build().expect("builds");
        prop_assert!(crc::is_intact(&batch));
        let batch = OpenBatch::open(&batch, 1 << 20).expect("opens");
        let latest = parts.iter().map(|part| part.0).max();
        prop_assert_eq!(Some(batch.head().max_timestamp), latest);
        let mut read = Vec::new();
        for (at, record) in batch.records().enumerate() {
            let record = record.expect("reads");
            prop_assert_eq!(batch.offset_of(&record), base_offset + at as i64);
            let headers = record.headers.iter();
            let headers = headers.map(|h| (h.key.to_vec(), h.value.map(<[u8]>::to_vec))).collect();
            let (key, value) = (record.key.map(<[u8]>::to_vec), record.value.map(<[u8]>::to_vec));
            read.push((batch.timestamp_of(&record), key, value, headers));
        }
        prop_assert_eq!(read, parts);
    }
}

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::builder::BatchBuilder;
use crate::java_vectors::{self as java, bytes, text};

const LIMIT: usize = 1 << 20;

fn batch(codec: Codec, values: &[&[u8]]) -> Bytes {
    let mut builder = BatchBuilder::new().codec(codec, None);
    for (at, value) in values.iter().enumerate() {
        builder.push(at as i64, None, Some(value), &[]);
    }
    builder.build().expect("builds")
}

/// Offset, timestamp, key and value of each record.
fn contents(batch: &[u8]) -> Vec<(i64, i64, Option<String>, Option<String>)> {
    let batch = OpenBatch::open(batch, LIMIT).expect("opens");
    let text = |bytes: Option<&[u8]>| bytes.map(|b| String::from_utf8_lossy(b).into_owned());
    let read = |record: Record<'_>| {
        let (offset, timestamp) = (batch.offset_of(&record), batch.timestamp_of(&record));
        (offset, timestamp, text(record.key), text(record.value))
    };
    batch.records().map(|record| read(record.expect("reads"))).collect()
}

#[test]
fn reads_the_java_clients_batches() {
    let all =
        [java::BATCH_NONE, java::BATCH_GZIP, java::BATCH_SNAPPY, java::BATCH_LZ4, java::BATCH_ZSTD];
    for (codec, digits) in Codec::ALL.iter().zip(all) {
        let batch = bytes(digits);
        assert_eq!(BatchHead::read(&batch).expect("a head").codec_id(), codec.id());
        assert!(crate::crc::is_intact(&batch));
        let some = |text: &str| Some(text.to_owned());
        let expected = [
            (0, 1_700_000_000_000, some("key-1"), some("value-1")),
            (1, 1_700_000_000_005, None, some("value-2 value-2 value-2 value-2")),
            (2, 1_699_999_999_990, some("key-3"), None),
            (3, 1_700_000_000_002, some(""), some("")),
        ];
        assert_eq!(contents(&batch), expected, "{codec}");
    }
}

#[test]
fn log_append_time_counts_for_every_record() {
    let timestamps: Vec<_> =
        contents(&bytes(java::BATCH_TRANSACTIONAL)).iter().map(|record| record.1).collect();
    assert_eq!(timestamps, [1_700_000_000_123; 3]);
}

#[test]
fn uncompressed_records_are_borrowed() {
    let batch = batch(Codec::None, &[b"value"]);
    let open = OpenBatch::open(&batch, 0).expect("opens");
    assert!(matches!(open.records, Cow::Borrowed(_)));
}

#[test]
fn cuts_batches_apart_and_stops_at_a_torn_one() {
    let (first, second) = (batch(Codec::None, &[b"a"]), batch(Codec::Gzip, &[b"b", b"c"]));
    let both = [&first[..], &second[..]].concat();
    for end in 0..=both.len() {
        let whole: Vec<_> = Batches::new(&both[..end]).map(|b| b.expect("a batch")).collect();
        let fit = usize::from(end >= first.len()) + usize::from(end >= both.len());
        assert_eq!(whole, [&first[..], &second[..]][..fit], "{end}");
    }
}

#[test]
fn an_impossible_length_or_format_ends_the_row() {
    let mut short = batch(Codec::None, &[b"a"]).to_vec();
    short[8..12].copy_from_slice(&48i32.to_be_bytes());
    let mut old = batch(Codec::None, &[b"a"]).to_vec();
    old[MAGIC_OFFSET] = 1;
    for bytes in [short, old] {
        assert_eq!(Batches::new(&bytes).collect::<Vec<_>>(), [Err(ReadError::NoBatch)]);
        assert!(matches!(OpenBatch::open(&bytes, LIMIT), Err(ReadError::NoBatch)));
    }
}

#[test]
fn opening_a_bomb_stops_at_the_limit() {
    let value = vec![0; 4 * LIMIT];
    let bomb = batch(Codec::Zstd, &[&value]);
    let error = OpenBatch::open(&bomb, LIMIT).expect_err("too large");
    assert_eq!(error, ReadError::Codec(CodecError::TooLarge { limit_bytes: LIMIT }));
}

fn stream(batch: &[u8], count: i32) -> RecordStream<'_> {
    let codec = Codec::from_id(BatchHead::read(batch).expect("a head").codec_id());
    RecordStream::new(codec.expect("a codec"), &batch[HEAD..], count, LIMIT).expect("begins")
}

#[test]
fn streaming_yields_the_same_records() {
    let (small, large) = (text(10), text(150_000));
    let values: Vec<&[u8]> = [&small[..], &large[..]].repeat(3);
    for codec in Codec::ALL {
        let batch = batch(codec, &values);
        let open = OpenBatch::open(&batch, LIMIT).expect("opens");
        let mut stream = stream(&batch, open.head().record_count);
        for record in open.records() {
            let streamed = stream.next_record().expect("as many records").expect("reads");
            assert_eq!(streamed, record.expect("reads"), "{codec}");
        }
        assert!(stream.next_record().is_none());
    }
}

#[test]
fn streaming_holds_one_piece_not_the_whole() {
    let value = text(1_000);
    let batch = batch(Codec::Lz4, &[&value[..]; 900]);
    let mut stream = stream(&batch, 900);
    while stream.next_record().is_some() {
        assert!(stream.buffer.len() <= 2 * 64 * 1024, "{}", stream.buffer.len());
    }
}

#[test]
fn streaming_notices_surplus_and_missing_records() {
    for codec in Codec::ALL {
        let batch = batch(codec, &[b"a", b"b"]);
        let mut too_few = stream(&batch, 1);
        let surplus = ReadError::Format(RecordFormatError::SurplusAfterRecords);
        assert_eq!(too_few.next_record(), Some(Err(surplus)));
        assert_eq!(too_few.next_record(), None);
        let mut too_many = stream(&batch, 3);
        assert!(too_many.next_record().is_some_and(|record| record.is_ok()));
        assert!(too_many.next_record().is_some_and(|record| record.is_ok()));
        let missing = ReadError::Format(RecordFormatError::Truncated);
        assert_eq!(too_many.next_record(), Some(Err(missing)));
    }
}

proptest! {
    #[test]
    fn noise_never_panics(bytes: Vec<u8>) {
        for batch in Batches::new(&bytes).flatten() {
            let _ = OpenBatch::open(batch, LIMIT);
        }
    }

    #[test]
    fn garbled_batches_never_panic(
        codec in prop::sample::select(Codec::ALL.to_vec()),
        at: prop::sample::Index,
        value: u8,
    ) {
        let mut bytes = batch(codec, &[&text(100), b"b"]).to_vec();
        let at = at.index(bytes.len());
        bytes[at] = value;
        if let Ok(open) = OpenBatch::open(&bytes, LIMIT) {
            let records = open.records().filter_map(Result::ok);
            prop_assert!(records.count() <= bytes.len() + LIMIT);
        }
    }
}

use proptest::prelude::*;

use super::*;
use crate::builder::BatchBuilder;
use crate::java_vectors::{self as java, bytes};
use crate::reader::{LatestTimestamp, OpenBatch};
use crate::record::Header;

const NOW: i64 = 1_700_000_000_100;

/// Three records, the second with the largest timestamp, as a client sends them.
fn builder() -> BatchBuilder {
    let headers = [Header { key: b"h", value: Some(b"v") }];
    let mut batch = BatchBuilder::new();
    batch
        .push(NOW - 50, Some(b"k0"), Some(b"v0"), &headers)
        .push(NOW - 10, Some(b"k1"), None, &[])
        .push(NOW - 20, Some(b"k2"), Some(&[b'v'; 500]), &[]);
    batch
}

fn plain() -> Bytes {
    builder().build().expect("builds")
}

fn with_codec(codec: Codec) -> Bytes {
    builder().codec(codec, None).build().expect("builds")
}

/// The same batch with a head changed by `change`, and a CRC that fits.
fn with_head(batch: &Bytes, change: impl FnOnce(&mut BatchHead)) -> Bytes {
    let mut head = BatchHead::read(batch).expect("a head");
    change(&mut head);
    let head = crc::seal(head, &batch[HEAD..]);
    [&head.to_bytes()[..], &batch[HEAD..]].concat().into()
}

fn rules() -> ValidationRules {
    ValidationRules::default()
}

fn accept(batch: &Bytes, rules: &ValidationRules) -> ValidBatch {
    let valid = validate(batch, rules, NOW).expect("valid");
    let written = written(&valid);
    assert!(crc::is_intact(&written));
    assert_eq!(valid.head_changed, written[..HEAD] != valid.bytes[..HEAD]);
    valid
}

/// What the log writes: the head, and the bytes behind it.
fn written(valid: &ValidBatch) -> Vec<u8> {
    [&valid.head.to_bytes()[..], &valid.bytes[HEAD..]].concat()
}

fn refuse(batch: &Bytes, rules: &ValidationRules) -> InvalidBatch {
    validate(batch, rules, NOW).expect_err("invalid")
}

fn refused_as(batch: &Bytes, rules: &ValidationRules) -> InvalidKind {
    refuse(batch, rules).kind
}

#[test]
fn a_good_batch_stays_a_slice_of_the_input() {
    for codec in Codec::ALL {
        let input = with_codec(codec);
        let valid = accept(&input, &rules());
        assert_eq!(valid.bytes.as_ptr(), input.as_ptr(), "{codec}");
        assert_eq!(valid.bytes, input);
        assert_eq!((valid.head_changed, valid.rebuilt), (false, false));
        assert_eq!((valid.max_timestamp, valid.max_timestamp_offset_delta), (NOW - 10, Some(1)));
        assert_eq!(valid.log_append_time, NO_TIMESTAMP);
    }
}

#[test]
fn the_java_clients_batches_are_valid() {
    let all =
        [java::BATCH_NONE, java::BATCH_GZIP, java::BATCH_SNAPPY, java::BATCH_LZ4, java::BATCH_ZSTD];
    for digits in all {
        assert!(!accept(&bytes(digits).into(), &rules()).head_changed);
    }
}

#[test]
fn a_torn_batch_behind_the_first_is_cut_off() {
    let batch = plain();
    for surplus in [1, 11, batch.len() - 1] {
        let input = Bytes::from([&batch[..], &batch[..surplus]].concat());
        assert_eq!(accept(&input, &rules()).bytes, batch);
    }
}

#[test]
fn there_must_be_exactly_one_batch() {
    let batch = plain();
    for end in [0, 11, 16, 17, 60, batch.len() - 1] {
        assert_eq!(refused_as(&batch.slice(..end), &rules()), InvalidKind::InvalidRecord, "{end}");
    }
    let two = Bytes::from([&batch[..], &batch[..]].concat());
    assert_eq!(refused_as(&two, &rules()), InvalidKind::InvalidRecord);
}

#[test]
fn impossible_lengths_and_formats_are_corrupt() {
    let garbled = |at: usize, value: u8| {
        let mut bytes = plain().to_vec();
        bytes[at] = value;
        refused_as(&bytes.into(), &rules())
    };
    assert_eq!(garbled(8, 0xff), InvalidKind::CorruptMessage);
    assert_eq!(garbled(16, 3), InvalidKind::CorruptMessage);
    assert_eq!(garbled(16, 0), InvalidKind::InvalidRecord);
    assert_eq!(garbled(16, 1), InvalidKind::InvalidRecord);
    let longest = with_length(&plain(), i32::MAX);
    assert_eq!(refused_as(&longest, &rules()), InvalidKind::Unreadable);
    let shorter_than_a_head = with_length(&plain(), 14);
    assert_eq!(refused_as(&shorter_than_a_head.slice(..26), &rules()), InvalidKind::CorruptMessage);
}

fn with_length(batch: &Bytes, length: i32) -> Bytes {
    let mut bytes = batch.to_vec();
    bytes[8..12].copy_from_slice(&length.to_be_bytes());
    bytes.into()
}

#[test]
fn the_crc_must_fit() {
    let mut bytes = plain().to_vec();
    *bytes.last_mut().expect("not empty") ^= 1;
    assert_eq!(refused_as(&bytes.into(), &rules()), InvalidKind::CorruptMessage);
}

#[test]
fn a_batch_may_be_as_large_as_the_topic_allows() {
    let batch = plain();
    let rules = |message_bytes_max| ValidationRules { message_bytes_max, ..rules() };
    accept(&batch, &rules(batch.len()));
    assert_eq!(refused_as(&batch, &rules(batch.len() - 1)), InvalidKind::MessageTooLarge);
}

#[test]
fn the_limit_holds_for_what_is_stored() {
    // Fits compressed, not as the topic wants it.
    let message_bytes_max = plain().len() - 1;
    let compression = TargetCompression::Codec(Codec::None, None);
    let rules = ValidationRules { message_bytes_max, compression, ..rules() };
    assert_eq!(refused_as(&with_codec(Codec::Gzip), &rules), InvalidKind::MessageTooLarge);
}

#[test]
fn clients_begin_at_offset_0() {
    let batch = with_head(&plain(), |head| head.base_offset = 1);
    assert_eq!(refused_as(&batch, &rules()), InvalidKind::InvalidRecord);
    accept(&batch, &ValidationRules { origin: Origin::Coordinator, ..rules() });
}

#[test]
fn counts_must_agree() {
    for (last_offset_delta, record_count) in
        [(2, 2), (1, 3), (-1, 0), (-1, 3), (i32::MAX, i32::MIN)]
    {
        let batch = with_head(&plain(), |head| {
            head.last_offset_delta = last_offset_delta;
            head.record_count = record_count;
        });
        assert_eq!(refused_as(&batch, &rules()), InvalidKind::InvalidRecord);
    }
}

#[test]
fn as_many_records_must_follow_as_announced() {
    for codec in Codec::ALL {
        for count in [1, 2, 4, i32::MAX] {
            let batch = with_head(&with_codec(codec), |head| {
                head.last_offset_delta = count - 1;
                head.record_count = count;
            });
            let kind = refused_as(&batch, &rules());
            assert_eq!(kind, InvalidKind::InvalidRecord, "{codec} {count}");
        }
    }
}

#[test]
fn only_brokers_write_control_records() {
    let batch = builder().producer(1, 0, -1).transactional().control().build().expect("builds");
    assert_eq!(refused_as(&batch, &rules()), InvalidKind::InvalidRecord);
    let compression = TargetCompression::Codec(Codec::Gzip, None);
    let origin = Origin::Coordinator;
    let valid = accept(&batch, &ValidationRules { origin, compression, ..rules() });
    assert!(!valid.rebuilt);
}

#[test]
fn a_producer_id_needs_a_sequence() {
    let batch = builder().producer(7, 0, -1).build().expect("builds");
    assert_eq!(refused_as(&batch, &rules()), InvalidKind::InvalidRecord);
    accept(&builder().producer(7, 0, 0).build().expect("builds"), &rules());
}

#[test]
fn zstd_needs_a_current_client() {
    let rules = ValidationRules { zstd_allowed: false, ..rules() };
    let kind = refused_as(&with_codec(Codec::Zstd), &rules);
    assert_eq!(kind, InvalidKind::UnsupportedCompressionType);
    accept(&with_codec(Codec::Lz4), &rules);
}

#[test]
fn unknown_codecs_and_garbled_blocks_are_unreadable() {
    for codec_id in 5..8 {
        let batch = with_head(&plain(), |head| head.attributes = codec_id);
        assert_eq!(refused_as(&batch, &rules()), InvalidKind::Unreadable);
    }
    for codec in 1..5 {
        let batch = with_head(&plain(), |head| head.attributes = codec);
        assert_eq!(refused_as(&batch, &rules()), InvalidKind::Unreadable, "{codec}");
    }
}

#[test]
fn a_length_that_is_no_number_is_unreadable_where_it_is_not_compressed() {
    let batch = |codec: Codec| {
        let stored = crate::codec::compress(codec, None, &[0xff; 6]).expect("compressible");
        let head = BatchHead::read(&plain()).expect("a head");
        let head = BatchHead {
            attributes: codec.id(),
            last_offset_delta: 0,
            record_count: 1,
            length: (HEAD - crate::batch::LOG_OVERHEAD + stored.len()) as i32,
            ..head
        };
        let mut bytes = head.to_bytes().to_vec();
        bytes.extend_from_slice(&stored);
        with_head(&bytes.into(), |_| {})
    };
    assert_eq!(refused_as(&batch(Codec::None), &rules()), InvalidKind::Unreadable);
    assert_eq!(refused_as(&batch(Codec::Gzip), &rules()), InvalidKind::InvalidRecord);
}

#[test]
fn what_a_batch_begins_with_can_be_asked_alone() {
    let first = first_batch(&plain()).expect("no error").expect("a batch");
    assert!(!first.is_transactional);
    let transactional =
        with_head(&plain(), |head| head.attributes |= crate::batch::TRANSACTIONAL_MASK);
    assert!(first_batch(&transactional).expect("no error").expect("a batch").is_transactional);
    assert_eq!(first_batch(&plain()[..40]), Ok(None), "not complete");
    assert!(first_batch(&with_length(&plain(), 3)).is_err());
}

#[test]
fn compacted_topics_need_keys() {
    let rules = ValidationRules { compacted: true, ..rules() };
    accept(&plain(), &rules);
    for codec in Codec::ALL {
        let mut batch = builder().codec(codec, None);
        batch.push(NOW, None, None, &[]).push(NOW, Some(b""), None, &[]);
        batch.push(NOW + (1 << 40), None, None, &[]);
        let refused = refuse(&batch.build().expect("builds"), &rules);
        assert_eq!(refused.kind, InvalidKind::InvalidRecord);
        let indexes: Vec<_> = refused.record_errors.iter().map(|e| e.batch_index).collect();
        assert_eq!(indexes, [3, 5], "{codec}");
    }
}

#[test]
fn timestamps_must_be_near_the_clock() {
    let rules =
        ValidationRules { timestamp_before_max_ms: 50, timestamp_after_max_ms: 5, ..rules() };
    accept(&plain(), &rules);
    for timestamp in [NOW - 51, NOW + 6, i64::MIN, i64::MAX] {
        let mut batch = builder();
        let batch = {
            batch.push(timestamp, None, None, &[]);
            batch.build().expect("builds")
        };
        let refused = refuse(&batch, &rules);
        assert_eq!(refused.kind, InvalidKind::InvalidTimestamp, "{timestamp}");
        assert_eq!(refused.record_errors[0].batch_index, 3);
    }
    let mut without = builder();
    without.push(NO_TIMESTAMP, None, None, &[]);
    accept(&without.build().expect("builds"), &rules);
}

#[test]
fn a_timestamp_error_outweighs_a_missing_key() {
    let rules = ValidationRules { compacted: true, timestamp_after_max_ms: 0, ..rules() };
    let mut batch = builder();
    batch.push(NOW, None, None, &[]).push(NOW + 1, Some(b"k"), None, &[]);
    let refused = refuse(&batch.build().expect("builds"), &rules);
    assert_eq!(refused.kind, InvalidKind::InvalidTimestamp);
    assert_eq!(refused.record_errors.len(), 2);
}

#[test]
fn records_at_fault_are_counted_but_not_all_named() {
    let mut batch = BatchBuilder::new().codec(Codec::Zstd, None);
    for _ in 0..RECORD_ERRORS_MAX + 5 {
        batch.push(NOW, None, None, &[]);
    }
    let rules = ValidationRules { compacted: true, ..rules() };
    let refused = refuse(&batch.build().expect("builds"), &rules);
    assert_eq!(refused.record_errors.len(), RECORD_ERRORS_MAX);
    assert!(refused.message.starts_with("10005 records"), "{}", refused.message);
}

#[test]
fn a_wrong_max_timestamp_is_put_right() {
    for codec in Codec::ALL {
        let input = with_head(&with_codec(codec), |head| head.max_timestamp = 5);
        let valid = accept(&input, &rules());
        assert_eq!((valid.head_changed, valid.head.max_timestamp), (true, NOW - 10));
        assert_eq!(written(&valid), with_codec(codec), "{codec}");
    }
}

#[test]
fn log_append_time_changes_the_head_alone() {
    let rules = ValidationRules { timestamp_type: TimestampType::LogAppendTime, ..rules() };
    for codec in Codec::ALL {
        let input = with_codec(codec);
        let valid = accept(&input, &rules);
        assert_eq!(valid.bytes.as_ptr(), input.as_ptr());
        assert!(valid.head_changed && valid.head.is_log_append_time());
        assert_eq!((valid.max_timestamp, valid.max_timestamp_offset_delta), (NOW, Some(0)));
        assert_eq!(valid.log_append_time, NOW);
        let written = written(&valid);
        let open = OpenBatch::open(&written, 1 << 20).expect("opens");
        let timestamps = open.records().map(|record| open.timestamp_of(&record.expect("reads")));
        assert!(timestamps.eq([NOW; 3]), "{codec}");
    }
}

#[test]
fn log_append_time_ignores_the_producers_timestamps() {
    let mut batch = builder();
    batch.push(i64::MAX, None, None, &[]);
    let timestamp_type = TimestampType::LogAppendTime;
    accept(&batch.build().expect("builds"), &ValidationRules { timestamp_type, ..rules() });
}

#[test]
fn producers_may_not_set_log_append_time() {
    let batch = builder().log_append_time(NOW).build().expect("builds");
    let timestamp_type = TimestampType::LogAppendTime;
    let refused = refuse(&batch, &ValidationRules { timestamp_type, ..rules() });
    assert_eq!((refused.kind, refused.record_errors.len()), (InvalidKind::InvalidTimestamp, 3));
    // With create time Kafka clears the bit where the timestamp is in range.
    let valid = accept(&batch, &rules());
    assert!(valid.head_changed && !valid.head.is_log_append_time());
    assert_eq!(valid.max_timestamp, NOW);
}

#[test]
fn unknown_attribute_bits_stay_unless_the_head_changes() {
    let input = with_head(&plain(), |head| head.attributes |= 0x4080);
    assert_eq!(accept(&input, &rules()).head.attributes, 0x4080);
    let input = with_head(&input, |head| head.max_timestamp = 0);
    assert_eq!(accept(&input, &rules()).head.attributes, 0);
}

#[test]
fn batches_get_the_topics_codec() {
    for from in Codec::ALL {
        for to in Codec::ALL {
            let batch = builder().codec(from, None).producer(9, 1, 5).transactional();
            let batch = batch.build().expect("builds");
            let compression = TargetCompression::Codec(to, None);
            let valid = accept(&batch, &ValidationRules { compression, ..rules() });
            assert_eq!((valid.rebuilt, valid.head.codec_id()), (from != to, to.id()));
            assert_eq!(valid.max_timestamp_offset_delta, Some(1));
            let expected = builder().codec(to, None).producer(9, 1, 5).transactional();
            assert_eq!(valid.bytes, expected.build().expect("builds"), "{from} to {to}");
        }
    }
}

#[test]
fn recompressed_batches_get_log_append_time_too() {
    let compression = TargetCompression::Codec(Codec::Zstd, Some(1));
    let timestamp_type = TimestampType::LogAppendTime;
    let valid = accept(&plain(), &ValidationRules { compression, timestamp_type, ..rules() });
    assert!(valid.head.is_log_append_time() && valid.rebuilt);
    assert_eq!((valid.max_timestamp, valid.log_append_time), (NOW, NOW));
}

#[test]
fn a_batch_that_kafka_could_not_rebuild_is_unreadable() {
    let compression = TargetCompression::Codec(Codec::Gzip, None);
    let rules = ValidationRules { compression, ..rules() };
    let without_epoch = builder().producer(9, -1, 5).build().expect("builds");
    let without_id = builder().transactional().build().expect("builds");
    let mut negative = builder();
    negative.push(-2, None, None, &[]);
    for batch in [without_epoch, without_id, negative.build().expect("builds")] {
        assert_eq!(refused_as(&batch, &rules), InvalidKind::Unreadable);
    }
}

fn with_gaps(codec: Codec) -> Bytes {
    let mut batch = BatchBuilder::new().codec(codec, None);
    batch.push_with_delta(1, NOW, Some(b"a"), None, [].into_iter());
    batch.push_with_delta(1, NOW, Some(b"b"), None, [].into_iter());
    batch.build().expect("builds")
}

#[test]
fn uncompressed_records_are_numbered_anew() {
    let valid = accept(&with_gaps(Codec::None), &rules());
    assert!(valid.rebuilt);
    let open = OpenBatch::open(&valid.bytes, 0).expect("opens");
    let read: Vec<_> = open.records().map(|record| record.expect("reads")).collect();
    assert_eq!((read[0].offset_delta, read[0].key), (0, Some(&b"a"[..])));
    assert_eq!((read[1].offset_delta, read[1].key), (1, Some(&b"b"[..])));
}

#[test]
fn compressed_records_must_be_numbered_well_unless_recompressed() {
    assert_eq!(refused_as(&with_gaps(Codec::Gzip), &rules()), InvalidKind::Unreadable);
    let compression = TargetCompression::Codec(Codec::Lz4, None);
    accept(&with_gaps(Codec::Gzip), &ValidationRules { compression, ..rules() });
}

#[test]
fn bombs_are_refused_at_the_bound() {
    let decompressed_bytes_max = 1 << 20;
    let value = vec![0; 2 << 20];
    for codec in Codec::ALL.into_iter().skip(1) {
        let mut batch = BatchBuilder::new().codec(codec, None);
        batch.push(NOW, None, Some(&value), &[]);
        let batch = batch.build().expect("builds");
        let rules = ValidationRules { decompressed_bytes_max, ..rules() };
        assert_eq!(refused_as(&batch, &rules), InvalidKind::MessageTooLarge, "{codec}");
    }
}

#[test]
fn settings_are_read_as_kafka_names_them() {
    let read = |name| TargetCompression::from_config(name, Some(4));
    assert_eq!(read("producer"), Some(TargetCompression::Producer));
    assert_eq!(read("uncompressed"), Some(TargetCompression::Codec(Codec::None, None)));
    assert_eq!(read("ZSTD"), Some(TargetCompression::Codec(Codec::Zstd, Some(4))));
    assert_eq!((read("none"), read("bzip2")), (None, None));
}

#[test]
fn the_first_of_several_largest_timestamps_counts() {
    let mut latest = LatestTimestamp::NONE;
    for (timestamp, delta) in [(-1, 0), (7, 1), (7, 2), (3, 3)] {
        latest.see(timestamp, delta);
    }
    assert_eq!(latest, LatestTimestamp { timestamp: 7, offset_delta: Some(1) });
}

fn any_rules() -> impl Strategy<Value = ValidationRules> {
    let compression = prop_oneof![
        Just(TargetCompression::Producer),
        prop::sample::select(Codec::ALL.to_vec()).prop_map(|c| TargetCompression::Codec(c, None)),
    ];
    let types = prop::sample::select(vec![TimestampType::CreateTime, TimestampType::LogAppendTime]);
    (compression, types, any::<bool>(), any::<bool>()).prop_map(
        |(compression, timestamp_type, compacted, zstd_allowed)| ValidationRules {
            compression,
            timestamp_type,
            compacted,
            zstd_allowed,
            decompressed_bytes_max: 1 << 20,
            ..rules()
        },
    )
}

proptest! {
    #[test]
    fn noise_never_panics(noise: Vec<u8>, rules in any_rules()) {
        let _ = validate(&noise.into(), &rules, NOW);
    }

    /// Bytes change behind a CRC that is made to fit, so that the later checks see them.
    #[test]
    fn garbled_batches_are_refused_or_readable(
        codec in prop::sample::select(Codec::ALL.to_vec()),
        rules in any_rules(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        end: prop::sample::Index,
    ) {
        let mut bytes = with_codec(codec).to_vec();
        for (at, value) in changes {
            let at = 12 + at.index(bytes.len() - 12);
            bytes[at] = value;
        }
        if end.index(4) == 0 {
            bytes.truncate(end.index(bytes.len()));
        }
        if bytes.len() > HEAD {
            let length = (bytes.len() - 12) as i32;
            bytes[8..12].copy_from_slice(&length.to_be_bytes());
            let crc = crc32c::crc32c(&bytes[21..]);
            bytes[17..21].copy_from_slice(&crc.to_be_bytes());
        }
        if let Ok(valid) = validate(&bytes.into(), &rules, NOW) {
            let written = written(&valid);
            prop_assert!(crc::is_intact(&written));
            let open = OpenBatch::open(&written, 1 << 20).expect("valid batches open");
            let deltas: Result<Vec<_>, _> =
                open.records().map(|record| record.map(|record| record.offset_delta)).collect();
            let expected: Vec<_> = (0..=valid.head.last_offset_delta).collect();
            prop_assert_eq!(deltas, Ok(expected));
        }
    }
}

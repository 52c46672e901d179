//! Records against bytes that Apache Kafka 4.3.1 itself wrote, and against damage.

mod kafka;

use proptest::prelude::*;

use self::kafka::{ID, offset_key, written_by_kafka, written_by_older_versions};
use super::*;

fn from_hex(text: &str) -> Bytes {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("hex"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hex")).collect()
}

#[test]
fn records_are_written_and_read_as_kafka_does() {
    for (record, key, value) in written_by_kafka() {
        let (key, value) = (from_hex(key), value.map(from_hex));
        assert_eq!(record.encode(), Ok((key.clone(), value.clone())), "{record:?}");
        assert_eq!(GroupRecord::decode(&key, value.as_ref()), Ok(record));
    }
}

#[test]
fn what_older_versions_wrote_is_read() {
    for (record, key, value) in written_by_older_versions() {
        let value = value.map(from_hex);
        assert_eq!(GroupRecord::decode(&from_hex(key), value.as_ref()), Ok(record));
    }
}

#[test]
fn a_commit_that_expires_leaves_out_what_its_version_lacks() {
    let value = OffsetCommitValue {
        offset: 42,
        leader_epoch: 7,
        metadata: "m".to_owned(),
        commit_timestamp: 1_700_000_000_000,
        expire_timestamp: 1_700_000_005_000,
        topic_id: ID,
        ..Default::default()
    };
    let (_, bytes) = GroupRecord::OffsetCommit(offset_key(3), Some(value)).encode().expect("valid");
    let kafka = "0001000000000000002a00016d0000018bcfe568000000018bcfe57b88";
    assert_eq!(bytes, Some(from_hex(kafka)));
}

#[test]
fn every_truncation_is_an_error() {
    for (record, key, value) in written_by_kafka() {
        let (key, value) = (from_hex(key), value.map(from_hex));
        if matches!(record, GroupRecord::Other { .. }) {
            continue;
        }
        for length in 0..key.len() {
            assert!(GroupRecord::decode(&key.slice(..length), value.as_ref()).is_err());
        }
        let Some(value) = value else { continue };
        for length in 0..value.len() {
            assert!(GroupRecord::decode(&key, Some(&value.slice(..length))).is_err());
        }
    }
}

#[test]
fn values_of_versions_to_come_are_errors() {
    let (key, value) = (from_hex("000100016700066f726465727300000003"), from_hex("0005000000"));
    let unsupported = DecodeError::UnsupportedVersion { record: "OffsetCommitValue", version: 5 };
    assert_eq!(GroupRecord::decode(&key, Some(&value)), Err(unsupported));
}

proptest! {
    #[test]
    fn damaged_records_give_a_record_or_an_error(
        which in any::<prop::sample::Index>(),
        in_key in any::<bool>(),
        position in any::<prop::sample::Index>(),
        damage in prop::collection::vec(any::<u8>(), 1..6),
    ) {
        let all = [written_by_kafka(), written_by_older_versions()].concat();
        let (_, key, value) = &all[which.index(all.len())];
        let (mut key, mut value) = (from_hex(key).to_vec(), value.map(|value| from_hex(value).to_vec()));
        let damaged = match &mut value {
            Some(value) if !in_key => value,
            _ => &mut key,
        };
        let from = position.index(damaged.len());
        let until = damaged.len().min(from + damage.len());
        damaged[from..until].copy_from_slice(&damage[..until - from]);
        let _ = GroupRecord::decode(&key.into(), value.map(Bytes::from).as_ref());
    }

    #[test]
    fn any_bytes_give_a_record_or_an_error(
        api_key in 0i16..24,
        version in -1i16..6,
        key in prop::collection::vec(any::<u8>(), 0..80),
        value in prop::option::of(prop::collection::vec(any::<u8>(), 0..200)),
    ) {
        let framed = |head: i16, rest: Vec<u8>| Bytes::from([&head.to_be_bytes(), &rest[..]].concat());
        let value = value.map(|value| framed(version, value));
        let _ = GroupRecord::decode(&framed(api_key, key), value.as_ref());
    }
}

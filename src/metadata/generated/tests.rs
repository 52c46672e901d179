//! The generated codecs against bytes that Apache Kafka 4.3.1 itself wrote, and against damage.

use super::*;
use bytes::{Bytes, BytesMut};
use uuid::Uuid;

const ID: Uuid = Uuid::from_u128(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);

/// Records beside the framed bytes that Kafka's serializer makes of them.
fn written_by_kafka() -> Vec<(MetadataRecord, i16, &'static str)> {
    let partition = PartitionRecord {
        partition_id: 3,
        topic_id: ID,
        replicas: vec![1, 2],
        isr: vec![1],
        leader: 1,
        leader_epoch: 7,
        partition_epoch: 9,
        ..Default::default()
    };
    vec![
        (
            TopicRecord { name: "orders".to_owned(), topic_id: ID, ..Default::default() }.into(),
            0,
            "010200076f72646572730102030405060708090a0b0c0d0e0f1000",
        ),
        (
            PartitionRecord { leader_recovery_state: 1, ..partition.clone() }.into(),
            0,
            "010300000000030102030405060708090a0b0c0d0e0f100300000001000000020200000001010100000001\
             000000070000000901000101",
        ),
        (
            PartitionRecord {
                directories: vec![ID, Uuid::nil()],
                eligible_leader_replicas: Some(vec![]),
                last_known_elr: Some(vec![2]),
                ..partition
            }
            .into(),
            2,
            "010302000000030102030405060708090a0b0c0d0e0f100300000001000000020200000001010100000001\
             0000000700000009030102030405060708090a0b0c0d0e0f10000000000000000000000000000000000201\
             010102050200000002",
        ),
        (register_broker().into(), 4, REGISTER_BROKER),
        (
            PartitionChangeRecord {
                partition_id: 3,
                topic_id: ID,
                isr: Some(vec![1, 2]),
                leader: 2,
                ..Default::default()
            }
            .into(),
            0,
            "010500000000030102030405060708090a0b0c0d0e0f10020009030000000100000002010400000002",
        ),
        (
            ClientQuotaRecord {
                entity: vec![client_quota_record::EntityData {
                    entity_type: "user".to_owned(),
                    entity_name: None,
                    unknown_tags: vec![],
                }],
                key: "producer_byte_rate".to_owned(),
                value: 1_048_576.5,
                ..Default::default()
            }
            .into(),
            0,
            "010e0002057573657200001370726f64756365725f627974655f7261746541300000800000000000",
        ),
        (
            BeginTransactionRecord { name: Some("b".to_owned()), ..Default::default() }.into(),
            0,
            "0117000100020262",
        ),
        (
            BrokerRegistrationChangeRecord {
                broker_id: 1,
                broker_epoch: 2,
                fenced: -1,
                in_controlled_shutdown: 1,
                ..Default::default()
            }
            .into(),
            1,
            "011101000000010000000000000002020001ff010101",
        ),
        (NoOpRecord::default().into(), 0, "01140000"),
    ]
}

const REGISTER_BROKER: &str = "01000400000001000102030405060708090a0b0c0d0e0f100000000000000005020a504c\
     41494e544558540268ffff00000001000100020011020102030405060708090a0b0c0d0e0f10010101";

fn register_broker() -> RegisterBrokerRecord {
    RegisterBrokerRecord {
        broker_id: 1,
        incarnation_id: ID,
        broker_epoch: 5,
        end_points: vec![register_broker_record::BrokerEndpoint {
            name: "PLAINTEXT".to_owned(),
            host: "h".to_owned(),
            port: 65535,
            ..Default::default()
        }],
        rack: None,
        log_dirs: vec![ID],
        cordoned_log_dirs: Some(vec![]),
        ..Default::default()
    }
}

fn from_hex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("hex"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hex")).collect()
}

#[test]
fn records_are_written_and_read_as_kafka_does() {
    for (record, version, hex) in written_by_kafka() {
        let mut written = BytesMut::new();
        record.encode_framed(version, &mut written).expect("a valid record");
        assert_eq!(written, from_hex(hex), "{}", record.name());
        assert_eq!(MetadataRecord::decode_framed(&written), Ok((record, version)));
    }
}

#[test]
fn every_truncation_is_an_error() {
    for (_, _, hex) in written_by_kafka() {
        let bytes = from_hex(hex);
        for length in 0..bytes.len() {
            assert!(MetadataRecord::decode_framed(&bytes[..length]).is_err());
        }
    }
}

#[test]
fn every_changed_byte_gives_a_record_or_an_error() {
    for (_, _, hex) in written_by_kafka() {
        let bytes = from_hex(hex);
        for position in 0..bytes.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut changed = bytes.clone();
                changed[position] = value;
                let _ = MetadataRecord::decode_framed(&changed);
            }
        }
    }
}

#[test]
fn bytes_after_the_last_field_are_refused() {
    assert_eq!(
        MetadataRecord::decode_framed(&from_hex("0114000000")),
        Err(DecodeError::TrailingBytes(1))
    );
}

#[test]
fn unknown_tagged_fields_survive() {
    let framed = from_hex("01140001630178");
    let (record, version) = MetadataRecord::decode_framed(&framed).expect("a record");
    let tag = RawTag { tag: 99, data: Bytes::from_static(b"x") };
    assert_eq!(record, NoOpRecord { unknown_tags: vec![tag] }.into());
    let mut written = BytesMut::new();
    record.encode_framed(version, &mut written).expect("a valid record");
    assert_eq!(written, framed);
}

#[test]
fn a_field_that_the_version_lacks_is_not_lost_silently() {
    let record = register_broker();
    let refused = record.encode(2, &mut BytesMut::new());
    assert!(matches!(refused, Err(EncodeError::FieldNotInVersion { field: "log_dirs", .. })));
}

#[test]
fn types_versions_and_frames_of_the_future_are_refused() {
    let decode = |hex| MetadataRecord::decode_framed(&from_hex(hex)).map(|_| ());
    assert_eq!(decode("016300"), Err(DecodeError::UnknownRecordType(99)));
    assert_eq!(decode("02140000"), Err(DecodeError::FrameVersion(2)));
    assert!(matches!(decode("01140100"), Err(DecodeError::UnsupportedVersion { version: 1, .. })));
    assert_eq!(decode("018080044000"), Err(DecodeError::FrameNumber(65536)));
}

#[test]
fn control_records_carry_their_version_field() {
    let record = KRaftVersionRecord { kraft_version: 1, ..Default::default() };
    let mut written = BytesMut::new();
    record.encode(0, &mut written).expect("a valid record");
    assert_eq!(&written[..], [0, 0, 0, 1, 0]);
    assert_eq!(KRaftVersionRecord::decode(0, &mut &written[..]), Ok(record));
}

use bytes::Bytes;
use kabuki_records::control::{Endpoint, KRaftVersion, LeaderChange, Voter, Voters};
use proptest::prelude::*;

use super::*;
use crate::features::LATEST_METADATA_VERSION;
use crate::generated::{
    BrokerRegistrationChangeRecord, ConfigRecord, MetadataRecord, NoOpRecord, TopicRecord,
};

const STAMP: Stamp = Stamp { base_offset: 40, epoch: 3, now_ms: 1_700_000_000_000 };

fn topic(name: &str) -> MetadataRecord {
    let topic_id = Uuid::from_u128(name.len() as u128 + 500);
    TopicRecord { name: name.to_owned(), topic_id, unknown_tags: vec![] }.into()
}

fn config(value: &str) -> MetadataRecord {
    ConfigRecord {
        resource_type: 2,
        resource_name: "t".to_owned(),
        name: "k".to_owned(),
        value: Some(value.to_owned()),
        unknown_tags: vec![],
    }
    .into()
}

fn records_of(batches: &[Bytes]) -> Vec<MetadataRecord> {
    let contents = batches.iter().map(|batch| decode_batch(batch).expect("just written").content);
    contents
        .flat_map(|content| match content {
            Content::Records(records) => records,
            Content::Control(_) => panic!("records were written"),
        })
        .collect()
}

#[test]
fn a_group_is_one_batch_with_an_offset_per_record() {
    let records = [topic("a"), config("v"), NoOpRecord::default().into()];
    let batches = encode_group(STAMP, LATEST_METADATA_VERSION, &records).expect("small");
    assert_eq!(batches.len(), 1);
    let batch = decode_batch(&batches[0]).expect("just written");
    assert_eq!((batch.base_offset, batch.last_offset, batch.epoch), (40, 42, 3));
    assert_eq!(batch.timestamp_ms, STAMP.now_ms);
    assert_eq!(batch.content, Content::Records(records.to_vec()));
}

#[test]
fn bytes_are_those_that_kafka_writes() {
    // From a log of Apache Kafka 4.3.1: the broker registration change at offset 13.
    let record = BrokerRegistrationChangeRecord {
        broker_id: 1,
        broker_epoch: 11,
        fenced: -1,
        ..Default::default()
    };
    let batches = encode_group(STAMP, LATEST_METADATA_VERSION, &[record.into()]).expect("small");
    let value: &[u8] = &[1, 17, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 11, 1, 0, 1, 0xff];
    assert_eq!(value.len(), 19, "valueSize of that record");
    assert!(batches[0].windows(value.len()).any(|window| window == value));
}

#[test]
fn a_group_that_is_too_large_for_a_batch_becomes_a_transaction() {
    let records: Vec<_> = (0..5).map(|_| config(&"x".repeat(2 << 20))).collect();
    let batches = encode_group(STAMP, LATEST_METADATA_VERSION, &records).expect("five batches");
    assert!(batches.iter().all(|batch| batch.len() <= BATCH_BYTES_MAX));
    let read = records_of(&batches);
    assert_eq!(read.len(), 7);
    assert!(matches!(read[0], MetadataRecord::BeginTransaction(_)));
    assert!(matches!(read[6], MetadataRecord::EndTransaction(_)));
    assert_eq!(read[1..6], records);
    let mut next = STAMP.base_offset;
    for batch in &batches {
        let batch = decode_batch(batch).expect("just written");
        assert_eq!(batch.base_offset, next, "offsets are dense");
        next = batch.last_offset + 1;
    }
    let error = encode_group(STAMP, 8, &records).expect_err("before transactions");
    assert_eq!(error, FormatError::NoTransactions(8));
}

#[test]
fn a_record_larger_than_a_batch_is_refused() {
    let record = config(&"x".repeat(BATCH_BYTES_MAX));
    let error = encode_group(STAMP, LATEST_METADATA_VERSION, &[record]).expect_err("too large");
    assert!(matches!(error, FormatError::RecordTooLarge { .. }));
}

fn voters() -> Voters {
    let endpoint =
        Endpoint { name: "CONTROLLER".to_owned(), host: "localhost".to_owned(), port: 9093 };
    let voter = Voter {
        id: 1,
        directory_id: Uuid::from_u128(77),
        endpoints: vec![endpoint],
        kraft_version_min: 0,
        kraft_version_max: 1,
    };
    Voters { version: 0, voters: vec![voter] }
}

#[test]
fn control_records_are_read_as_written() {
    let leader =
        LeaderChange { version: 0, leader_id: 1, voters: vec![1], granting_voters: vec![1] };
    let records = vec![
        ControlRecord::LeaderChange(leader),
        ControlRecord::KRaftVersion(KRaftVersion { version: 0, kraft_version: 1 }),
        ControlRecord::Voters(voters()),
    ];
    let batch = encode_control(STAMP, &records).expect("small");
    let batch = decode_batch(&batch).expect("just written");
    assert_eq!(batch.content, Content::Control(records));
    assert_eq!((batch.base_offset, batch.last_offset), (40, 42));
}

fn snapshot() -> Snapshot {
    Snapshot {
        last_contained_log_timestamp: 12,
        kraft_version: Some(1),
        voters: Some(voters()),
        records: vec![topic("a"), config("v")],
    }
}

#[test]
fn a_snapshot_is_read_as_written() {
    for snapshot in [snapshot(), Snapshot::default()] {
        let bytes = encode_snapshot(&snapshot, 2, LATEST_METADATA_VERSION, 99).expect("small");
        assert_eq!(decode_snapshot(&bytes), Ok(snapshot));
    }
}

#[test]
fn a_snapshot_that_is_not_whole_is_refused() {
    let bytes = encode_snapshot(&snapshot(), 2, LATEST_METADATA_VERSION, 99).expect("small");
    for length in 0..bytes.len() {
        assert!(decode_snapshot(&bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
    }
    let twice = [&bytes[..], &bytes[..]].concat();
    assert_eq!(decode_snapshot(&twice), Err(FormatError::IncompleteSnapshot));
}

#[test]
fn snapshot_names_are_kafkas() {
    let id = SnapshotId { end_offset: 1234, epoch: 5 };
    let name = "00000000000000001234-0000000005.checkpoint";
    assert_eq!(id.to_string(), name);
    assert_eq!(SnapshotId::parse(name), Some(id));
    for other in [
        BOOTSTRAP_FILE,
        "1-2.checkpoint",
        "00000000000000001234-0000000005.checkpoint.part",
        "0000000000000000123x-0000000005.checkpoint",
        "99999999999999999999-0000000005.checkpoint",
    ] {
        assert_eq!(SnapshotId::parse(other), None, "{other}");
    }
}

#[test]
fn quorum_states_of_both_versions_are_read_as_kafka_writes_them() {
    let dynamic = r#"{"leaderId":1,"leaderEpoch":3,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}"#;
    let state = QuorumState::parse(dynamic.as_bytes()).expect("written by Kafka");
    let expected =
        QuorumState { leader_id: Some(1), leader_epoch: 3, voted: None, static_voters: None };
    assert_eq!(state, expected);
    let fixed = r#"{"clusterId":"","leaderId":-1,"leaderEpoch":1,"votedId":2,"appliedOffset":0,"currentVoters":[{"voterId":1},{"voterId":2}],"data_version":0}"#;
    let state = QuorumState::parse(fixed.as_bytes()).expect("written by Kafka");
    let voters = vec![StaticVoter(1), StaticVoter(2)];
    assert_eq!((state.leader_id, state.voted), (None, Some((2, Uuid::nil()))));
    assert_eq!(state.static_voters, Some(voters));
}

#[test]
fn quorum_states_are_read_as_written() {
    let voted = Some((3, Uuid::from_u128(9)));
    for state in [
        QuorumState { leader_id: None, leader_epoch: 0, voted, static_voters: None },
        QuorumState {
            leader_id: Some(1),
            leader_epoch: i32::MAX,
            voted: None,
            static_voters: Some(vec![StaticVoter(1)]),
        },
    ] {
        assert_eq!(QuorumState::parse(state.to_text().as_bytes()), Ok(state));
    }
}

#[test]
fn quorum_states_of_another_shape_are_refused() {
    for text in [
        "",
        "[]",
        "{}",
        r#"{"data_version":2,"leaderId":1,"leaderEpoch":1,"votedId":-1}"#,
        r#"{"data_version":1,"leaderId":1,"leaderEpoch":1,"votedId":-1}"#,
        r#"{"data_version":0,"leaderId":1,"leaderEpoch":1,"votedId":-1,"currentVoters":[1]}"#,
        r#"{"data_version":1,"leaderId":4294967296,"leaderEpoch":1,"votedId":-1}"#,
    ] {
        assert!(QuorumState::parse(text.as_bytes()).is_err(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_bytes_are_an_error_or_records_but_never_a_panic(
        at in 0_usize..400,
        byte: u8,
        cut in 0_usize..400,
    ) {
        let mut bytes =
            encode_snapshot(&snapshot(), 2, LATEST_METADATA_VERSION, 99).expect("small");
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = decode_snapshot(&bytes);
        let _ = decode_batch(&bytes[..cut % bytes.len()]);
        let _ = decode_batch(&bytes[cut % bytes.len()..]);
    }
}

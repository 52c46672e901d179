use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::java_vectors::{self as java, bytes};
use crate::reader::OpenBatch;

fn voters() -> Voters {
    let endpoint = Endpoint { name: "CONTROLLER".into(), host: "localhost".into(), port: 40_093 };
    let voter = Voter {
        id: 1,
        directory_id: Uuid::from_u128(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10),
        endpoints: vec![endpoint],
        kraft_version_min: 0,
        kraft_version_max: 1,
    };
    Voters { version: 0, voters: vec![voter] }
}

#[test]
fn types_are_kafkas() {
    for id in -1..9 {
        assert_eq!(ControlRecordType::from_id(id).id(), id);
    }
    assert_eq!(ControlRecordType::KRaftVoters.key(), [0, 0, 0, 6]);
    let of_later_version = [0, 1, 0, 2, 9, 9];
    let read = ControlRecordType::from_key(Some(&of_later_version));
    assert_eq!(read, Ok(ControlRecordType::LeaderChange));
}

#[test]
fn keys_without_type_or_with_a_negative_version_are_refused() {
    assert_eq!(ControlRecordType::from_key(None), Err(ControlRecordError::Truncated));
    assert_eq!(ControlRecordType::from_key(Some(&[0, 0, 0])), Err(ControlRecordError::Truncated));
    let negative = ControlRecordType::from_key(Some(&[0xff, 0xff, 0, 0]));
    assert_eq!(negative, Err(ControlRecordError::InvalidVersion(-1)));
}

#[test]
fn transaction_markers_are_the_java_brokers() {
    for (digits, committed) in [(java::MARKER_COMMIT, true), (java::MARKER_ABORT, false)] {
        let batch = bytes(digits);
        let batch = OpenBatch::open(&batch, 0).expect("opens");
        assert!(batch.head().is_control() && batch.head().is_transactional());
        let record = batch.records().next().expect("one record").expect("reads");
        let marker = EndTransactionMarker { committed, coordinator_epoch: 12 };
        assert_eq!(EndTransactionMarker::read(record.key, record.value), Ok(Some(marker)));
        assert_eq!(record.key, Some(&marker.key()[..]));
        assert_eq!(record.value, Some(&marker.value()[..]));
    }
}

#[test]
fn other_records_are_no_transaction_markers() {
    let key = ControlRecordType::LeaderChange.key();
    assert_eq!(EndTransactionMarker::read(Some(&key), None), Ok(None));
}

#[test]
fn quorum_records_are_the_java_controllers() {
    let leader =
        LeaderChange { version: 0, leader_id: 1, voters: vec![1, 300], granting_voters: vec![1] };
    let header = SnapshotHeader { version: 0, last_contained_log_timestamp: 1_700_000_000_000 };
    let footer = SnapshotFooter { version: 0 };
    let kraft = KRaftVersion { version: 0, kraft_version: 1 };
    assert_eq!(leader.value(), bytes(java::VALUE_LEADER));
    assert_eq!(header.value(), bytes(java::VALUE_HEADER));
    assert_eq!(footer.value(), bytes(java::VALUE_FOOTER));
    assert_eq!(kraft.value(), bytes(java::VALUE_KRAFT));
    assert_eq!(voters().value(), bytes(java::VALUE_VOTERS));
    assert_eq!(LeaderChange::read(Some(&leader.value())), Ok(leader));
    assert_eq!(SnapshotHeader::read(Some(&header.value())), Ok(header));
    assert_eq!(SnapshotFooter::read(Some(&footer.value())), Ok(footer));
    assert_eq!(KRaftVersion::read(Some(&kraft.value())), Ok(kraft));
    assert_eq!(Voters::read(Some(&voters().value())), Ok(voters()));
}

#[test]
fn tagged_fields_of_later_versions_are_passed_over() {
    let with_tag = [0, 0, 1, 7, 2, 0xaa, 0xbb];
    assert_eq!(SnapshotFooter::read(Some(&with_tag)), Ok(SnapshotFooter { version: 0 }));
    let torn_tag = SnapshotFooter::read(Some(&with_tag[..6]));
    assert_eq!(torn_tag, Err(ControlRecordError::Truncated));
}

#[test]
fn counts_larger_than_the_message_are_refused() {
    // 2³²−2 voters.
    let value = [0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f];
    let refused = Voters::read(Some(&value));
    assert_eq!(refused, Err(ControlRecordError::InvalidLength(0xffff_fffe)));
}

#[test]
fn truncated_values_are_errors() {
    let value = voters().value();
    assert!((0..value.len()).all(|end| Voters::read(Some(&value[..end])).is_err()));
}

proptest! {
    #[test]
    fn noise_never_panics(value: Vec<u8>) {
        let value = Some(&value[..]);
        let _ = (LeaderChange::read(value), SnapshotHeader::read(value), Voters::read(value));
        let _ = (SnapshotFooter::read(value), KRaftVersion::read(value));
        let _ = EndTransactionMarker::read(value, value);
    }
}

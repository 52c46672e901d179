use kabuki_log::sim::SimDisk;
use kabuki_log::{LogOptions, Recovery};
use kabuki_records::builder::BatchBuilder;

use super::*;

fn replica() -> Replica {
    let dir = SimDisk::new(1).root();
    let opened =
        Log::open(dir, "topic-0", LogOptions::default(), Recovery::default(), Now::at(1_000));
    Replica::lead(opened.expect("an empty directory opens").0, 5)
}

fn batch(builder: BatchBuilder, records: i64) -> AppendBatch {
    let mut builder = builder;
    for at in 0..records {
        builder.push(1_000 + at, None, Some(b"value"), &[]);
    }
    AppendBatch::new(builder.build().expect("small")).expect("a batch")
}

fn append(replica: &mut Replica, batch: AppendBatch) {
    let outcome = replica.append(Now::at(1_000), Origin::Client, &[batch]);
    outcome.results[0].as_ref().expect("appended");
}

fn request(offset: i64, reader: Reader) -> ReadRequest {
    ReadRequest {
        offset,
        max_bytes: 1_000_000,
        min_one_batch: true,
        reader,
        follower: None,
        current_leader_epoch: -1,
        last_fetched_epoch: -1,
    }
}

#[test]
fn what_the_only_replica_has_is_committed() {
    let mut replica = replica();
    append(&mut replica, batch(BatchBuilder::new(), 3));
    let up_to = CommittedUpTo { log_end_offset: 3, high_watermark: 3, last_stable_offset: 3 };
    assert_eq!(replica.up_to(), up_to);
    let answer = replica.read(&request(1, Reader::Uncommitted)).expect("readable");
    assert!(answer.found.is_ok_and(|it| it.is_some()));
    let at_the_end = replica.read(&request(3, Reader::Uncommitted)).expect("readable");
    assert!(at_the_end.found.is_ok_and(|it| it.is_none()));
}

#[test]
fn an_open_transaction_holds_committed_readers_back() {
    let mut replica = replica();
    append(&mut replica, batch(BatchBuilder::new(), 2));
    append(&mut replica, batch(BatchBuilder::new().producer(7, 0, 0).transactional(), 2));
    append(&mut replica, batch(BatchBuilder::new(), 2));
    assert_eq!(replica.up_to().high_watermark, 6);
    assert_eq!(replica.up_to().last_stable_offset, 2);
    let committed = replica.read(&request(2, Reader::Committed)).expect("readable");
    assert!(committed.found.is_ok_and(|it| it.is_none()));
    let latest = replica.list_offset(OffsetQuery::Latest, Reader::Committed, 5);
    assert_eq!(latest.expect("known").map(|it| it.offset), Some(2));
    let later = replica.list_offset(OffsetQuery::MaxTimestamp, Reader::Committed, 5);
    assert_eq!(later.expect("known").map(|it| it.offset), Some(1));
}

#[test]
fn requests_of_another_leadership_are_refused() {
    let mut replica = replica();
    let mut asks = |current_leader_epoch| {
        replica.read(&ReadRequest { current_leader_epoch, ..request(0, Reader::Uncommitted) })
    };
    assert!(asks(5).is_ok());
    assert!(asks(-1).is_ok());
    assert!(matches!(asks(4), Err(ReplicaError::FencedLeaderEpoch { given: 4, current: 5 })));
    assert!(matches!(asks(6), Err(ReplicaError::UnknownLeaderEpoch { given: 6, current: 5 })));
    assert!(replica.set_leader_epoch(6));
    assert!(!replica.set_leader_epoch(6));
    assert!(replica.end_offset_for_epoch(5, 5).is_err());
}

#[test]
fn a_reader_that_went_another_way_hears_where_it_left() {
    let mut replica = replica();
    append(&mut replica, batch(BatchBuilder::new(), 4));
    replica.set_leader_epoch(8);
    append(&mut replica, batch(BatchBuilder::new(), 4));
    let mut asks = |offset, last_fetched_epoch| {
        let request = ReadRequest { last_fetched_epoch, ..request(offset, Reader::Replica) };
        replica.read(&request).map(|it| it.found.map(|slice| slice.map(|it| it.offset)))
    };
    assert!(matches!(asks(4, 5), Ok(Ok(Some(4)))));
    assert!(matches!(asks(8, 8), Ok(Ok(None))));
    let parted = Diverging { epoch: 5, end_offset: 4 };
    assert!(matches!(asks(6, 5), Ok(Err(it)) if it == parted));
    assert!(matches!(asks(6, 7), Ok(Err(it)) if it == parted));
    assert!(matches!(asks(6, 9), Err(ReplicaError::OffsetOutOfRange { .. })));
}

#[test]
fn offsets_are_listed_by_timestamp() {
    let mut replica = replica();
    append(&mut replica, batch(BatchBuilder::new(), 4));
    let mut list = |query| {
        let found = replica.list_offset(query, Reader::Uncommitted, -1).expect("readable");
        found.map(|it| (it.offset, it.timestamp, it.leader_epoch))
    };
    assert_eq!(list(OffsetQuery::Earliest), Some((0, -1, 5)));
    assert_eq!(list(OffsetQuery::Latest), Some((4, -1, 5)));
    assert_eq!(list(OffsetQuery::At(1_002)), Some((2, 1_002, 5)));
    assert_eq!(list(OffsetQuery::At(1_004)), None);
    assert_eq!(list(OffsetQuery::MaxTimestamp), Some((3, 1_003, 5)));
}

#[test]
fn records_are_deleted_up_to_the_high_watermark_and_not_beyond() {
    let mut replica = replica();
    append(&mut replica, batch(BatchBuilder::new(), 4));
    let deleted = |low_watermark, moved| DeletedRecords { low_watermark, moved };
    assert_eq!(replica.delete_records(2).expect("in range"), deleted(2, true));
    assert_eq!(replica.delete_records(1).expect("in range"), deleted(2, false));
    assert!(matches!(replica.delete_records(5), Err(ReplicaError::OffsetOutOfRange { .. })));
    assert!(matches!(replica.delete_records(-2), Err(ReplicaError::OffsetOutOfRange { .. })));
    assert_eq!(replica.delete_records(-1).expect("everything"), deleted(4, true));
    let refused = replica.read(&request(3, Reader::Uncommitted));
    assert!(matches!(refused, Err(ReplicaError::OffsetOutOfRange { offset: 3, .. })));
}

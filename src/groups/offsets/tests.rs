//! Decisions by example; histories at random are in [`histories`].

mod histories;

use uuid::Uuid;

use super::types::{NO_EPOCH, NONE};
use super::*;
use crate::error::GroupError;
use crate::records::GroupRecord;

const ID: Uuid = Uuid::from_u128(1);
const OTHER_ID: Uuid = Uuid::from_u128(2);
const DAY_MS: u64 = 24 * 3_600_000;

fn topic<P>(name: &str, id: Uuid, partitions: Vec<P>) -> Topic<P> {
    Topic { name: name.to_owned(), id, partitions }
}

fn to_commit(partition: i32, offset: i64) -> CommitPartition {
    CommitPartition { partition, offset, leader_epoch: NO_EPOCH, metadata: None }
}

fn request(topics: Vec<Topic<CommitPartition>>) -> CommitRequest {
    CommitRequest { group: "g".to_owned(), retention_ms: None, topics }
}

fn ok(partition: i32) -> PartitionOutcome {
    PartitionOutcome { partition, error: None }
}

fn refused(partition: i32, error: GroupError) -> PartitionOutcome {
    PartitionOutcome { partition, error: Some(error) }
}

fn apply_all(offsets: &mut Offsets, records: &[GroupRecord], producer: Option<i64>) {
    for record in records {
        let GroupRecord::OffsetCommit(key, value) = record else { panic!("not mine: {record:?}") };
        offsets.apply(key, value.as_ref(), producer);
    }
}

/// Commits `offset` for a partition of topic "t" (id `ID`) in group "g" at `now_ms`.
fn commit_one(
    offsets: &mut Offsets,
    now_ms: i64,
    partition: i32,
    offset: i64,
    producer: Option<i64>,
) {
    let mut records = Vec::new();
    let request = request(vec![topic("t", ID, vec![to_commit(partition, offset)])]);
    commit(request, now_ms, 4_096, |_, _, _| Ok(()), &mut records).expect("allowed");
    apply_all(offsets, &records, producer);
}

/// The one partition of topic "t" in group "g": offset and error.
fn fetch_one(offsets: &Offsets, id: Uuid, stable: bool) -> (i64, Option<GroupError>) {
    let answer = offsets.fetch("g", vec![topic("t", id, vec![0])], stable);
    (answer[0].partitions[0].offset, answer[0].partitions[0].error)
}

/// Partitions of the tombstones among the records.
fn deleted(records: &[GroupRecord]) -> Vec<(String, i32)> {
    let tombstone = |record: &GroupRecord| match record {
        GroupRecord::OffsetCommit(key, None) => (key.topic.clone(), key.partition),
        other => panic!("no tombstone: {other:?}"),
    };
    records.iter().map(tombstone).collect()
}

#[test]
fn a_commit_is_kept_with_all_that_the_client_said() {
    let mut records = Vec::new();
    let partition = CommitPartition {
        partition: 3,
        offset: 42,
        leader_epoch: 7,
        metadata: Some("note".to_owned()),
    };
    let request = request(vec![topic("t", ID, vec![partition])]);
    let answer = commit(request, 1_000, 4_096, |_, _, _| Ok(()), &mut records);
    assert_eq!(answer, Ok(vec![topic("t", ID, vec![ok(3)])]));

    let mut offsets = Offsets::default();
    apply_all(&mut offsets, &records, None);
    let expected = CommittedOffset {
        offset: 42,
        commit_timestamp_ms: 1_000,
        expire_timestamp_ms: NONE,
        topic_id: ID,
        metadata: "note".into(),
        leader_epoch: 7,
    };
    assert_eq!(offsets.get("g", "t", 3), Some(&expected));
}

#[test]
fn metadata_that_is_too_long_refuses_its_partition_only() {
    let mut records = Vec::new();
    let with = |partition, metadata: &str| CommitPartition {
        metadata: Some(metadata.to_owned()),
        ..to_commit(partition, 1)
    };
    // Four UTF-16 units each of "\u{e9}", which are eight bytes, and of the two rockets.
    let fits =
        [with(0, "1234"), with(1, "\u{e9}\u{e9}\u{e9}\u{e9}"), with(2, "\u{1f680}\u{1f680}")];
    let partitions = [&fits[..], &[with(3, "12345")]].concat();
    let answer = commit(
        request(vec![topic("t", ID, partitions)]),
        0,
        4,
        |_, _, partition| {
            assert_ne!(partition, 3, "asked for a partition that is refused anyway");
            Ok(())
        },
        &mut records,
    );
    let too_large = refused(3, GroupError::OffsetMetadataTooLarge);
    assert_eq!(answer, Ok(vec![topic("t", ID, vec![ok(0), ok(1), ok(2), too_large])]));
    assert_eq!(records.len(), 3);
}

#[test]
fn a_stale_member_writes_nothing() {
    let mut records = Vec::new();
    let topics = vec![topic("t", ID, vec![to_commit(0, 1), to_commit(1, 1)])];
    let verdict = |name: &str, id, partition| {
        assert_eq!((name, id), ("t", ID));
        if partition == 1 { Err(GroupError::StaleMemberEpoch) } else { Ok(()) }
    };
    let answer = commit(request(topics), 0, 4_096, verdict, &mut records);
    assert_eq!((answer, records), (Err(GroupError::StaleMemberEpoch), vec![]));
}

#[test]
fn a_retention_of_the_request_becomes_an_expire_timestamp() {
    for (retention_ms, expires) in [(Some(500), 1_500), (None, NONE), (Some(i64::MAX), i64::MAX)] {
        let mut records = Vec::new();
        let topics = vec![topic("t", Uuid::nil(), vec![to_commit(0, 1)])];
        let request = CommitRequest { retention_ms, ..request(topics) };
        commit(request, 1_000, 4_096, |_, _, _| Ok(()), &mut records).expect("allowed");
        let GroupRecord::OffsetCommit(_, Some(value)) = &records[0] else { panic!("no commit") };
        assert_eq!(value.expire_timestamp, expires);
    }
}

#[test]
fn what_is_not_committed_is_fetched_without_an_error() {
    let mut offsets = Offsets::default();
    commit_one(&mut offsets, 0, 0, 5, None);
    let answer = offsets.fetch(
        "g",
        vec![topic("t", Uuid::nil(), vec![1, 0]), topic("u", Uuid::nil(), vec![0])],
        true,
    );
    let absent = |partition| FetchedOffset {
        partition,
        offset: -1,
        leader_epoch: -1,
        metadata: String::new(),
        error: None,
    };
    let found = FetchedOffset { offset: 5, ..absent(0) };
    let expected = vec![
        topic("t", Uuid::nil(), vec![absent(1), found.clone()]),
        topic("u", Uuid::nil(), vec![absent(0)]),
    ];
    assert_eq!(answer, expected);
    assert_eq!(offsets.fetch_all("g", true), vec![topic("t", Uuid::nil(), vec![found])]);
    assert_eq!(offsets.fetch_all("another", true), vec![]);
}

#[test]
fn an_offset_of_another_topic_of_that_name_is_not_fetched() {
    let mut offsets = Offsets::default();
    commit_one(&mut offsets, 0, 0, 5, None);
    assert_eq!(fetch_one(&offsets, ID, false), (5, None));
    assert_eq!(fetch_one(&offsets, Uuid::nil(), false), (5, None));
    assert_eq!(fetch_one(&offsets, OTHER_ID, false), (-1, None));
}

#[test]
fn a_transaction_counts_once_it_is_committed() {
    let unstable = (-1, Some(GroupError::UnstableOffsetCommit));
    let mut offsets = Offsets::default();
    commit_one(&mut offsets, 0, 0, 5, None);
    commit_one(&mut offsets, 0, 0, 9, Some(77));
    assert_eq!(fetch_one(&offsets, ID, false), (5, None));
    assert_eq!(fetch_one(&offsets, OTHER_ID, true), unstable);
    assert_eq!(offsets.fetch_all("g", true)[0].partitions[0].error, unstable.1);

    let mut aborted = offsets.clone();
    aborted.end_transaction(77, false);
    assert_eq!(fetch_one(&aborted, ID, true), (5, None));
    offsets.end_transaction(78, true);
    assert_eq!(fetch_one(&offsets, ID, true), unstable);
    offsets.end_transaction(77, true);
    assert_eq!(fetch_one(&offsets, ID, true), (9, None));
}

#[test]
fn the_newest_record_counts_not_the_newest_decision() {
    let mut offsets = Offsets::default();
    commit_one(&mut offsets, 0, 0, 5, Some(1));
    commit_one(&mut offsets, 0, 0, 6, Some(2));
    commit_one(&mut offsets, 0, 0, 7, Some(3));
    offsets.end_transaction(2, true);
    offsets.end_transaction(1, true);
    assert_eq!(fetch_one(&offsets, ID, false), (6, None));
    commit_one(&mut offsets, 0, 0, 8, None);
    offsets.end_transaction(3, true);
    assert_eq!(fetch_one(&offsets, ID, true), (8, None));
}

#[test]
fn a_tombstone_takes_pending_commits_away() {
    let mut offsets = Offsets::default();
    commit_one(&mut offsets, 0, 0, 5, Some(1));
    let mut records = Vec::new();
    offsets.delete_group("g", &mut records);
    apply_all(&mut offsets, &records, None);
    assert!(!offsets.has_group("g"));
    offsets.end_transaction(1, true);
    assert!(!offsets.has_group("g") && offsets.names().is_empty());
}

#[test]
fn deleting_spares_topics_that_are_read() {
    let mut offsets = Offsets::default();
    commit_one(&mut offsets, 0, 0, 5, None);
    commit_one(&mut offsets, 0, 1, 5, Some(1));
    let ask = || vec![topic("t", Uuid::nil(), vec![0, 1, 2])];

    let mut records = Vec::new();
    let answer = offsets.delete("g", ask(), |name| name == "t", &mut records);
    let spared = |partition| refused(partition, GroupError::GroupSubscribedToTopic);
    assert_eq!(answer, vec![topic("t", Uuid::nil(), vec![spared(0), spared(1), spared(2)])]);
    assert_eq!(records, vec![]);

    let answer = offsets.delete("g", ask(), |_| false, &mut records);
    assert_eq!(answer, vec![topic("t", Uuid::nil(), vec![ok(0), ok(1), ok(2)])]);
    assert_eq!(deleted(&records), [("t".to_owned(), 0), ("t".to_owned(), 1)]);
}

#[test]
fn a_deleted_topic_takes_its_offsets_along() {
    let mut offsets = Offsets::default();
    commit_one(&mut offsets, 0, 0, 5, None);
    commit_one(&mut offsets, 0, 1, 5, Some(1));
    commit_one(&mut offsets, 0, 1, 6, Some(2));
    let mut records = Vec::new();
    offsets.delete_topics(&[("t".to_owned(), OTHER_ID), ("u".to_owned(), ID)], &mut records);
    assert_eq!(records, vec![]);
    offsets.delete_topics(&[("t".to_owned(), ID)], &mut records);
    assert_eq!(deleted(&records), [("t".to_owned(), 0), ("t".to_owned(), 1)]);
}

#[test]
fn offsets_expire_when_their_retention_has_passed() {
    let week = 7 * DAY_MS;
    let mut offsets = Offsets::default();
    commit_one(&mut offsets, 1_000, 0, 5, None);
    commit_one(&mut offsets, 2_000, 1, 5, None);
    let expire = |now_ms: i64, start, subscribed: bool| {
        let mut records = Vec::new();
        let gone = offsets.expire("g", now_ms, week, start, |_| subscribed, &mut records);
        (gone, records.len())
    };
    let (by_commit, age) = (Some(RetentionStart::Commit), week as i64);
    assert_eq!(expire(999 + age, by_commit, false), (false, 0));
    assert_eq!(expire(1_000 + age, by_commit, false), (false, 1));
    assert_eq!(expire(2_000 + age, by_commit, false), (true, 2));
    assert_eq!(expire(2_000 + age, by_commit, true), (false, 0));
    assert_eq!(expire(i64::MAX, None, false), (false, 0));
    let since = Some(RetentionStart::EmptySince(5_000));
    assert_eq!(expire(4_999 + age, since, false), (false, 0));
    assert_eq!(expire(5_000 + age, since, false), (true, 2));
    assert!(offsets.expire("another", 0, week, None, |_| false, &mut Vec::new()));
}

#[test]
fn a_pending_commit_holds_its_partition_and_its_group() {
    let mut offsets = Offsets::default();
    commit_one(&mut offsets, 0, 0, 5, None);
    commit_one(&mut offsets, 0, 1, 5, None);
    commit_one(&mut offsets, 0, 1, 6, Some(1));
    let mut records = Vec::new();
    let start = Some(RetentionStart::Commit);
    assert!(!offsets.expire("g", i64::MAX, DAY_MS, start, |_| false, &mut records));
    assert_eq!(deleted(&records), [("t".to_owned(), 0)]);

    let mut only_pending = Offsets::default();
    commit_one(&mut only_pending, 0, 0, 5, Some(1));
    assert!(!only_pending.expire("g", i64::MAX, DAY_MS, start, |_| false, &mut records));
}

#[test]
fn an_expire_timestamp_stands_above_the_retention() {
    let mut records = Vec::new();
    let topics = vec![topic("t", ID, vec![to_commit(0, 1)])];
    let request = CommitRequest { retention_ms: Some(10), ..request(topics) };
    commit(request, 1_000, 4_096, |_, _, _| Ok(()), &mut records).expect("allowed");
    let mut offsets = Offsets::default();
    apply_all(&mut offsets, &records, None);
    let start = Some(RetentionStart::EmptySince(0));
    assert!(!offsets.expire("g", 1_009, 0, start, |_| false, &mut Vec::new()));
    assert!(offsets.expire("g", 1_010, u64::MAX, start, |_| false, &mut Vec::new()));
}

#[test]
fn a_committed_offset_is_small() {
    assert!(size_of::<CommittedOffset>() <= 64);
}

//! Commits, fetches and deletions of offsets.

use kabuki_coordination::bugs::any;

use super::*;

fn refused(error: GroupError) -> Answer {
    Answer::Committed(Err(error))
}

fn of_member(group: &str, id: &str, generation: i32) -> CommitAsk {
    let generation_or_epoch = generation;
    CommitAsk { member_id: id.to_owned(), generation_or_epoch, ..commit(group, "t", 7) }
}

#[test]
fn a_commit_makes_a_simple_group_which_is_there_after_a_replay() {
    let mut scene = Scene::new();
    assert!(!any());
    scene.commit("g", "t", 5);
    for _ in 0..2 {
        assert_eq!(scene.state_of("g"), Some("Empty"));
        assert_eq!(scene.committed("g", "t"), 5);
        assert_eq!(scene.list(&[], &[]), ["g"]);
        assert_eq!(scene.log.len(), 1);
        scene.reload();
    }
}

#[test]
fn a_commit_without_a_group_may_name_a_group_of_no_letters() {
    let mut scene = Scene::new();
    scene.commit("", "t", 5);
    assert_eq!(scene.committed("", "t"), 5);
}

#[test]
fn members_of_a_group_that_is_not_there_commit_nothing() {
    let mut scene = Scene::new();
    let ask = of_member("none", "somebody", 1);
    let old = CommitAsk { version: 8, ..of_member("none", "somebody", 1) };
    assert_eq!(scene.ask(Request::Commit(ask)), refused(GroupError::GroupIdNotFound));
    assert_eq!(scene.ask(Request::Commit(old)), refused(GroupError::IllegalGeneration));
    assert!(scene.state.is_empty());
}

#[test]
fn only_members_of_the_generation_commit_while_there_are_members() {
    let mut scene = Scene::new();
    let id = scene.stable("g");
    for (id, generation, error) in [
        (id.as_str(), 0, GroupError::IllegalGeneration),
        (id.as_str(), 2, GroupError::IllegalGeneration),
        ("somebody", 1, GroupError::UnknownMemberId),
        ("", -1, GroupError::UnknownMemberId),
    ] {
        let ask = Request::Commit(of_member("g", id, generation));
        assert_eq!(scene.ask(ask), refused(error), "{id} {generation}");
    }
    assert_eq!(scene.committed("g", "t"), -1);
    let done = Answer::Committed(Ok(vec![of("t", vec![done(0)])]));
    assert_eq!(scene.ask(Request::Commit(of_member("g", &id, 1))), done);
    assert_eq!(scene.committed("g", "t"), 7);
}

#[test]
fn a_commit_is_a_sign_of_life() {
    let mut scene = Scene::new();
    let id = scene.stable("g");
    scene.pass(9_000);
    scene.ask(Request::Commit(of_member("g", &id, 1)));
    scene.pass(9_000);
    assert_eq!(scene.heartbeat("g", &id, 1), None);
}

#[test]
fn a_commit_that_does_not_fit_is_refused_and_nothing_of_it_is_done() {
    let mut scene = Scene::new();
    scene.bytes_max = 1_000;
    let mut ask = commit("g", "t", 1);
    ask.commit.topics = vec![of("t", (0..10).map(|partition| at(partition, 1)).collect())];
    assert_eq!(scene.ask(Request::Commit(ask)), refused(GroupError::UnknownServerError));
    assert!(scene.log.is_empty() && scene.state.is_empty());
    let asked = Request::Fetch(fetch("g", None));
    assert_eq!(scene.ask(asked), Answer::Fetched(Ok(Vec::new())));
    // A few at a time fit.
    scene.commit("g", "t", 1);
}

#[test]
fn records_take_no_more_bytes_than_they_are_said_to() {
    let mut scene = Scene::new();
    scene.stable("group");
    let mut ask = commit("g", "topic", i64::MAX);
    ask.commit.retention_ms = Some(i64::MAX);
    ask.commit.topics[0].partitions[0].metadata = Some("ü".repeat(200));
    scene.ask(Request::Commit(ask));
    scene.ask(Request::Delete(vec!["g".to_owned()]));
    for entry in &scene.log {
        let Entry::Record(record) = entry else { panic!("{entry:?}") };
        let (key, value) = record.encode().expect("it can be written");
        // Lengths of key and value are numbers of up to five bytes each; deltas take up to ten and five.
        let bytes = key.len() + value.map_or(0, |value| value.len()) + 1 + 10 + 5 + 5 + 5 + 1;
        assert!(bytes <= GroupState::size_of(entry), "{bytes}: {entry:?}");
    }
}

#[test]
fn long_metadata_refuses_its_partition_alone() {
    let mut scene = Scene::new();
    let mut ask = commit("g", "t", 1);
    let long = CommitPartition { metadata: Some("m".repeat(4_097)), ..at(1, 1) };
    ask.commit.topics[0].partitions.push(long);
    let too_long =
        PartitionOutcome { partition: 1, error: Some(GroupError::OffsetMetadataTooLarge) };
    let outcome = Answer::Committed(Ok(vec![of("t", vec![done(0), too_long])]));
    assert_eq!(scene.ask(Request::Commit(ask)), outcome);
    assert_eq!(scene.log.len(), 1);
}

#[test]
fn all_that_a_group_committed_is_fetched_and_nothing_of_another() {
    let mut scene = Scene::new();
    scene.commit("g", "a", 1);
    scene.commit("g", "b", 2);
    scene.commit("other", "a", 3);
    let all = scene.ask(Request::Fetch(fetch("g", None)));
    let expected = vec![of("a", vec![found(0, 1)]), of("b", vec![found(0, 2)])];
    assert_eq!(all, Answer::Fetched(Ok(expected)));
    assert_eq!(scene.committed("none", "a"), -1);
}

#[test]
fn a_transaction_counts_when_it_is_committed_and_makes_a_group_before() {
    let mut scene = Scene::new();
    let mut writer = Scene::new();
    writer.commit("g", "t", 9);
    let Entry::Record(record) = writer.log[0].clone() else { panic!("a plain record") };
    scene.log = vec![Entry::InTransaction { producer_id: 4, record }];
    scene.reload();
    assert_eq!(scene.state_of("g"), Some("Empty"));
    assert_eq!(scene.committed("g", "t"), -1);
    let mut stable = fetch("g", Some(vec![of("t", vec![0])]));
    stable.require_stable = true;
    match scene.ask(Request::Fetch(stable)) {
        Answer::Fetched(Ok(topics)) => {
            let error = topics[0].partitions[0].error;
            assert_eq!(error, Some(GroupError::UnstableOffsetCommit));
        }
        other => panic!("{other:?}"),
    }
    scene.log.push(Entry::TransactionEnded { producer_id: 4, committed: true });
    scene.reload();
    assert_eq!(scene.committed("g", "t"), 9);
}

#[test]
fn deleted_offsets_stay_deleted() {
    let mut scene = Scene::new();
    scene.commit("g", "t", 1);
    scene.commit("g", "u", 2);
    let topics = vec![of("t", vec![0, 1])];
    let deleted = scene.ask(Request::DeleteOffsets { group: "g".to_owned(), topics });
    assert_eq!(deleted, Answer::OffsetsDeleted(Ok(vec![of("t", vec![done(0), done(1)])])));
    for _ in 0..2 {
        assert_eq!((scene.committed("g", "t"), scene.committed("g", "u")), (-1, 2));
        assert_eq!(scene.log.len(), 3, "there is a tombstone of what was there alone");
        scene.reload();
    }
}

#[test]
fn offsets_that_members_read_are_not_deleted() {
    let mut scene = Scene::new();
    scene.commit("g", "read", 1);
    scene.commit("g", "t", 1);
    scene.stable("g");
    let topics = vec![of("read", vec![0]), of("t", vec![0])];
    let reads = PartitionOutcome { partition: 0, error: Some(GroupError::GroupSubscribedToTopic) };
    assert_eq!(
        scene.ask(Request::DeleteOffsets { group: "g".to_owned(), topics }),
        Answer::OffsetsDeleted(Ok(vec![of("read", vec![reads]), of("t", vec![done(0)])]))
    );
    assert_eq!((scene.committed("g", "read"), scene.committed("g", "t")), (1, -1));
}

#[test]
fn offsets_of_members_of_another_kind_are_not_deleted_at_all() {
    let mut scene = Scene::new();
    let other_kind =
        JoinRequest { version: 3, protocol_type: "connect".to_owned(), ..join("g", "") };
    scene.send(Request::Join(other_kind));
    for (group, error) in [
        ("g", GroupError::NonEmptyGroup),
        ("none", GroupError::GroupIdNotFound),
        ("", GroupError::InvalidGroupId),
    ] {
        let topics = vec![of("t", vec![0])];
        let answer = scene.ask(Request::DeleteOffsets { group: group.to_owned(), topics });
        assert_eq!(answer, Answer::OffsetsDeleted(Err(error)), "{group}");
    }
}

//! Members that go, and groups that end.

use super::world::*;
use crate::consumer::{DescribedTopic, GroupState, HeartbeatRequest};
use crate::error::GroupError;
use crate::generated::{ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue};
use crate::records::GroupRecord;

#[test]
fn who_leaves_moves_the_group_and_the_others_follow() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    world.ask(&join("b", &["foo"]));
    let done = world.ask(&beat("a", -1));
    assert_eq!(done.kinds(), ["-current", "-target", "-member", "epoch"]);
    assert_eq!((done.ok().member_epoch, &done.ok().assignment), (-1, &None));
    assert_eq!(world.group.state(), GroupState::Assigning);
    world.ask(&beat("b", 3));
    assert_eq!(world.seen("b").2, [0, 1, 2, 3, 4, 5]);
    world.check_replay();
}

#[test]
fn who_is_not_heard_of_is_fenced() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    world.pass(44_999);
    assert!(world.tick().is_empty());
    world.ask(&beat("a", 2));
    world.pass(44_999);
    assert!(world.tick().is_empty());
    world.pass(1);
    assert_eq!(
        world.tick().iter().map(kind).collect::<Vec<_>>(),
        ["-current", "-target", "-member", "epoch"]
    );
    assert_eq!(world.group.state(), GroupState::Empty);
    assert_eq!(world.group.next_deadline_ms(), None);
    assert_eq!(world.ask(&beat("a", 2)).error(), GroupError::UnknownMemberId);
    world.check_replay();
}

#[test]
fn only_an_empty_group_is_deleted() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    assert_eq!(world.group.validate_delete(), Err(GroupError::NonEmptyGroup));
    world.ask(&beat("a", -1));
    assert_eq!(world.group.validate_delete(), Ok(()));
    let (deleted, effects) = world.with(|group, cx| group.delete(cx));
    assert_eq!(deleted, Ok(()));
    let kinds: Vec<_> = effects.records.iter().map(kind).collect();
    assert_eq!(kinds, ["-target-epoch", "-partitions", "-epoch"]);
    assert!(!world.group.is_present());
    world.check_replay();
    assert_eq!(world.ask(&join("a", &["foo"])).ok().member_epoch, 2, "a new group begins anew");
}

#[test]
fn tombstones_of_a_whole_group_come_in_kafkas_order() {
    let mut world = World::new();
    let by_pattern =
        HeartbeatRequest { subscribed_topic_regex: Some("ba.".to_owned()), ..join("b", &[]) };
    world.ask(&join("a", &["foo"]));
    world.ask(&by_pattern);
    world.ask(&beat("b", 3));
    let (deleted, effects) = world.with(|group, cx| group.delete(cx));
    assert_eq!(deleted, Ok(()));
    let kinds: Vec<_> = effects.records.iter().map(kind).collect();
    let expected = [
        "-current",
        "-current",
        "-target",
        "-target",
        "-target-epoch",
        "-member",
        "-member",
        "-pattern",
        "-partitions",
        "-epoch",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(world.group.next_deadline_ms(), None);
    world.check_replay();
}

#[test]
fn what_kafka_wrote_of_partitions_before_4_1_is_taken_out() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    let key = ConsumerGroupPartitionMetadataKey { group_id: "g".to_owned() };
    let value = ConsumerGroupPartitionMetadataValue::default();
    let old = GroupRecord::ConsumerGroupPartitionMetadata(key, Some(value));
    world.log.push(old.clone());
    world.group.apply(&old);
    world.group.topics_changed(&["foo".to_owned()].into(), false);
    assert_eq!(world.ask(&beat("a", 2)).kinds(), ["-partitions"]);
    world.check_replay();
}

#[test]
fn a_group_is_described_with_the_names_of_its_topics() {
    let mut world = World::new();
    world.ask(&HeartbeatRequest { rack_id: Some("r".to_owned()), ..join("a", &["foo"]) });
    world.ask(&join("b", &["foo"]));
    world.ask(&beat("a", 2));
    let group = world.group.describe(&world.settings, &world.topics);
    assert_eq!((group.state, group.epoch, group.assignment_epoch), (GroupState::Reconciling, 3, 3));
    assert_eq!(group.state.to_string(), "Reconciling");
    let a = &group.members[0];
    let topic = |partitions: Vec<i32>| {
        vec![DescribedTopic { topic_id: FOO, topic_name: "foo".to_owned(), partitions }]
    };
    assert_eq!((a.member_id.as_str(), a.member_epoch, a.member_type), ("a", 2, 1));
    assert_eq!((a.rack_id.as_deref(), a.subscribed_topic_regex.as_deref()), (Some("r"), Some("")));
    assert_eq!(a.assignment, topic((0..6).collect()), "with what is to be given up");
    assert_eq!(a.target_assignment, topic(vec![0, 1, 2]));
    world.topics.remove("foo");
    let group = world.group.describe(&world.settings, &world.topics);
    assert!(
        group.members[0].assignment.is_empty() && group.members[0].target_assignment.is_empty()
    );
}

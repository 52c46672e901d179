//! From what members have to what they shall have.

use super::world::*;
use crate::consumer::{HeartbeatRequest, MemberState, Partitions};
use crate::error::GroupError;
use crate::generated::ConsumerGroupCurrentMemberAssignmentKey;
use crate::generated::ConsumerGroupCurrentMemberAssignmentValue;
use crate::records::GroupRecord;

#[test]
fn a_partition_is_given_up_before_it_is_given_on() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    let done = world.ask(&join("b", &["foo"]));
    assert_eq!(done.kinds(), ["member", "epoch", "target", "target", "target-epoch", "current"]);
    assert_eq!(world.seen("b"), (MemberState::UnreleasedPartitions, 3, vec![]));

    let done = world.ask(&beat("a", 2));
    assert_eq!(done.ok().assignment, Some(Partitions::from([(FOO, vec![0, 1, 2])])));
    assert_eq!(world.seen("a"), (MemberState::UnrevokedPartitions, 2, vec![0, 1, 2]));
    assert!(world.ask(&owns("a", 2, &[0, 1, 2, 3])).records.is_empty(), "3 is still there");
    assert_eq!(world.ask(&beat("b", 3)).kinds(), ["current"], "its epoch before is 3 now");
    assert!(world.ask(&beat("b", 3)).records.is_empty(), "nothing is free");

    let done = world.ask(&owns("a", 2, &[0, 1, 2]));
    assert_eq!((done.ok().member_epoch, &done.ok().assignment), (3, &None));
    assert_eq!(world.seen("a"), (MemberState::Stable, 3, vec![0, 1, 2]));
    let done = world.ask(&beat("b", 3));
    assert_eq!(done.ok().assignment, Some(Partitions::from([(FOO, vec![3, 4, 5])])));
    assert_eq!(world.seen("b"), (MemberState::Stable, 3, vec![3, 4, 5]));
    world.check_replay();
}

#[test]
fn what_a_member_no_longer_reads_is_taken_from_it_at_once() {
    let mut world = World::new();
    world.settings.consumer.assignment_interval_ms = 60_000;
    world.ask(&join("m", &["foo", "bar"]));
    let only = |names: &[&str], owned: Option<Partitions>| HeartbeatRequest {
        subscribed_topic_names: Some(names.iter().map(|it| (*it).to_owned()).collect()),
        topic_partitions: owned,
        ..beat("m", 2)
    };
    let done = world.ask(&only(&["foo"], None));
    assert_eq!(done.kinds(), ["member", "epoch", "current"]);
    assert_eq!(done.ok().assignment, Some(Partitions::from([(FOO, (0..6).collect())])));
    let member = world.group.member("m").unwrap();
    assert_eq!(member.state, MemberState::UnrevokedPartitions);
    assert!(member.pending_revocation.contains_key(&BAR));

    let done = world.ask(&only(&[], Some(Partitions::from([(FOO, vec![0]), (BAR, vec![1])]))));
    assert_eq!(done.ok().assignment, Some(Partitions::new()));
    let member = world.group.member("m").unwrap();
    assert_eq!(member.pending_revocation.len(), 2);
    let done = world.ask(&only(&[], Some(Partitions::new())));
    assert_eq!(done.ok().member_epoch, 2);
    assert_eq!(world.seen("m"), (MemberState::Stable, 2, vec![]));
    world.check_replay();
}

#[test]
fn who_gives_nothing_up_in_time_is_fenced() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    world.ask(&join("b", &["foo"]));
    world.ask(&beat("a", 2));
    world.pass(4_999);
    assert!(world.tick().is_empty());
    world.ask(&beat("a", 2));
    world.pass(1);
    assert_eq!(world.tick().len(), 4);
    assert_eq!(world.ask(&beat("a", 2)).error(), GroupError::UnknownMemberId);
    world.ask(&beat("b", 3));
    assert_eq!(world.seen("b"), (MemberState::Stable, 4, vec![0, 1, 2, 3, 4, 5]));
    world.check_replay();
}

#[test]
fn who_gives_up_in_time_is_not_fenced() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    world.ask(&join("b", &["foo"]));
    world.ask(&beat("a", 2));
    world.ask(&owns("a", 2, &[0, 1, 2]));
    world.pass(5_000);
    assert!(world.tick().is_empty());
}

#[test]
fn deadlines_begin_anew_after_a_replay() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    world.ask(&join("b", &["foo"]));
    world.ask(&beat("a", 2));
    world.group = world.replayed();
    assert_eq!(world.group.next_deadline_ms(), None);
    world.pass(100_000);
    world.with(|group, cx| group.loaded(cx));
    assert!(world.tick().is_empty());
    world.pass(5_000);
    assert_eq!(world.tick().len(), 4, "a has a rebalance timeout");
    world.pass(39_999);
    assert!(world.tick().is_empty());
    world.pass(1);
    assert_eq!(world.tick().len(), 4, "b has a session timeout");
    assert!(world.group.is_empty() && world.group.next_deadline_ms().is_none());
}

#[test]
fn a_member_in_an_unknown_state_starts_over() {
    let mut world = World::new();
    world.ask(&join("m", &["foo"]));
    let key = ConsumerGroupCurrentMemberAssignmentKey {
        group_id: "g".to_owned(),
        member_id: "m".to_owned(),
    };
    let value = ConsumerGroupCurrentMemberAssignmentValue {
        member_epoch: 2,
        previous_member_epoch: 0,
        state: 9,
        ..Default::default()
    };
    world.group.apply(&GroupRecord::ConsumerGroupCurrentMemberAssignment(key, Some(value)));
    assert_eq!(world.ask(&beat("m", 2)).error(), GroupError::FencedMemberEpoch);
    assert_eq!(world.ask(&join("m", &["foo"])).ok().member_epoch, 2);
    assert_eq!(world.seen("m"), (MemberState::Stable, 2, vec![0, 1, 2, 3, 4, 5]));
}

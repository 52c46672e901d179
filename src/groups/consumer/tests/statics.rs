//! Static members (KIP-345).

use super::world::*;
use crate::consumer::{HeartbeatRequest, MemberState, Partitions};
use crate::error::GroupError;

fn fixed(request: HeartbeatRequest) -> HeartbeatRequest {
    HeartbeatRequest { instance_id: Some("i".to_owned()), ..request }
}

#[test]
fn a_static_member_comes_back_to_what_it_had() {
    let mut world = World::new();
    world.ask(&fixed(join("a", &["foo"])));
    world.ask(&join("other", &["bar"]));
    let done = world.ask(&fixed(beat("a", -2)));
    assert_eq!(done.kinds(), ["current"]);
    assert_eq!((done.ok().member_epoch, done.ok().heartbeat_interval_ms), (-2, 0));
    let epoch = world.group.epoch();

    let done = world.ask(&fixed(join("b", &["foo"])));
    let replaced = ["-current", "-target", "-member", "member", "target", "current", "current"];
    assert_eq!(done.kinds(), replaced);
    assert_eq!(world.group.epoch(), epoch, "nobody else moves");
    assert_eq!(done.ok().assignment, Some(Partitions::from([(FOO, (0..6).collect())])));
    assert_eq!(world.seen("b"), (MemberState::Stable, epoch, vec![0, 1, 2, 3, 4, 5]));
    assert_eq!(world.ask(&fixed(beat("a", 2))).error(), GroupError::FencedInstanceId);
    assert_eq!(world.ask(&beat("a", 2)).error(), GroupError::UnknownMemberId);
    world.check_replay();
}

#[test]
fn a_static_member_that_reads_other_topics_when_it_is_back_moves_the_group() {
    let mut world = World::new();
    world.ask(&fixed(join("a", &["foo"])));
    world.ask(&fixed(beat("a", -2)));
    let done = world.ask(&fixed(join("b", &["foo", "bar"])));
    assert_eq!(
        done.ok().assignment,
        Some(Partitions::from([(FOO, (0..6).collect()), (BAR, vec![0, 1, 2])]))
    );
    assert_eq!(world.seen("b").1, 3);
    world.check_replay();
}

#[test]
fn an_instance_id_that_is_in_use_is_not_given_away() {
    let mut world = World::new();
    world.ask(&fixed(join("a", &["foo"])));
    assert_eq!(world.ask(&fixed(join("b", &["foo"]))).error(), GroupError::UnreleasedInstanceId);
    assert_eq!(world.ask(&fixed(beat("b", 2))).error(), GroupError::FencedInstanceId);
    assert_eq!(world.ask(&fixed(beat("b", -1))).error(), GroupError::FencedInstanceId);
    assert_eq!(world.ask(&fixed(beat("b", -2))).error(), GroupError::FencedInstanceId);
    let unknown = HeartbeatRequest { instance_id: Some("j".to_owned()), ..beat("a", 2) };
    assert_eq!(world.ask(&unknown).error(), GroupError::UnknownMemberId);
    let joins_again = world.ask(&fixed(join("a", &["foo"])));
    assert_eq!(joins_again.error(), GroupError::UnreleasedInstanceId, "as with Kafka");
}

#[test]
fn a_static_member_may_come_back_under_its_own_name() {
    let mut world = World::new();
    world.ask(&fixed(join("a", &["foo"])));
    world.ask(&fixed(beat("a", -2)));
    let done = world.ask(&fixed(join("a", &["foo"])));
    assert_eq!(done.ok().member_epoch, 2);
    assert_eq!(world.seen("a"), (MemberState::Stable, 2, vec![0, 1, 2, 3, 4, 5]));
    assert!(world.ask(&fixed(beat("a", 2))).records.is_empty());
    world.check_replay();
}

#[test]
fn a_static_member_that_is_away_for_too_long_is_fenced() {
    let mut world = World::new();
    world.ask(&fixed(join("a", &["foo"])));
    world.pass(20_000);
    world.ask(&fixed(beat("a", -2)));
    world.pass(25_000);
    assert_eq!(world.tick().len(), 4);
    assert!(world.group.is_empty());
    assert_eq!(world.ask(&fixed(join("b", &["foo"]))).ok().member_epoch, 4);
    world.check_replay();
}

#[test]
fn a_replacement_that_is_refused_leaves_no_trace() {
    let mut world = World::new();
    world.ask(&fixed(join("a", &["foo"])));
    world.ask(&fixed(beat("a", -2)));
    let bad = HeartbeatRequest {
        subscribed_topic_regex: Some("(".to_owned()),
        ..fixed(join("b", &["foo"]))
    };
    assert_eq!(world.ask(&bad).error(), GroupError::InvalidRegularExpression);
    assert!(world.group.member("a").is_some() && world.group.member("b").is_none());
}

#[test]
fn a_static_member_leaves_for_good() {
    let mut world = World::new();
    world.ask(&fixed(join("a", &["foo"])));
    let done = world.ask(&fixed(beat("a", -1)));
    assert_eq!(done.kinds(), ["-current", "-target", "-member", "epoch"]);
    assert_eq!((done.ok().member_id.as_str(), done.ok().member_epoch), ("a", -1));
    world.ask(&fixed(join("b", &["foo"])));
    world.check_replay();
}

#[test]
fn an_instance_id_that_was_given_up_for_another_is_free() {
    let mut world = World::new();
    world.ask(&fixed(join("a", &["foo"])));
    world.ask(&HeartbeatRequest { instance_id: Some("j".to_owned()), ..join("a", &["foo"]) });
    assert_eq!(world.ask(&fixed(join("b", &["foo"]))).ok().member_id, "b");
    world.check_replay();
}

//! Subscriptions by pattern.

use super::world::*;
use crate::consumer::{HeartbeatRequest, Partitions};
use crate::error::GroupError;

fn by(pattern: &str, request: HeartbeatRequest) -> HeartbeatRequest {
    HeartbeatRequest { subscribed_topic_regex: Some(pattern.to_owned()), ..request }
}

fn join_by(pattern: &str, member: &str) -> HeartbeatRequest {
    by(pattern, HeartbeatRequest { subscribed_topic_names: None, ..join(member, &[]) })
}

#[test]
fn a_pattern_is_resolved_and_assigned_with_the_next_heartbeat() {
    let mut world = World::new();
    let done = world.ask(&join_by("fo+", "a"));
    assert_eq!(done.kinds(), ["member", "current", "pattern", "epoch"]);
    assert_eq!((done.ok().member_epoch, &done.ok().assignment), (1, &Some(Partitions::new())));
    assert!(world.group.is_subscribed_to("foo") && !world.group.is_subscribed_to("bar"));
    let done = world.ask(&beat("a", 1));
    assert_eq!(done.kinds(), ["target", "target-epoch", "current"]);
    assert_eq!(done.ok().assignment, Some(Partitions::from([(FOO, (0..6).collect())])));
    world.check_replay();
}

#[test]
fn a_second_member_with_the_same_pattern_is_assigned_at_once() {
    let mut world = World::new();
    world.ask(&join_by("fo+", "a"));
    let done = world.ask(&join_by("fo+", "b"));
    assert_eq!(done.kinds(), ["member", "epoch", "target", "target", "target-epoch", "current"]);
    assert_eq!(world.group.epoch(), 3);
}

#[test]
fn a_pattern_that_is_none_is_refused() {
    let mut world = World::new();
    assert_eq!(world.ask(&join_by("fo(", "a")).error(), GroupError::InvalidRegularExpression);
    assert!(!world.group.is_present());
}

#[test]
fn new_topics_are_found_after_ten_seconds_at_most() {
    let mut world = World::new();
    world.ask(&join_by(".*", "a"));
    world.ask(&beat("a", 1));
    world.topics.put("new", 3, 1);
    world.group.topics_changed(&["new".to_owned()].into(), true);
    world.pass(10_000);
    assert!(world.ask(&beat("a", 2)).records.is_empty(), "too early");
    world.pass(1);
    assert_eq!(world.ask(&beat("a", 2)).kinds(), ["pattern", "epoch"]);
    let done = world.ask(&beat("a", 2));
    assert_eq!(done.kinds(), ["target", "target-epoch", "current"]);
    assert!(world.group.is_subscribed_to("new"));
    world.pass(20_000);
    assert!(world.ask(&beat("a", 3)).records.is_empty(), "nothing new");
    world.check_replay();
}

#[test]
fn patterns_are_resolved_again_from_time_to_time() {
    let mut world = World::new();
    world.group.configure(None);
    world.ask(&join_by("foo|late", "a"));
    world.ask(&beat("a", 1));
    world.topics.put("late", 3, 1);
    for _ in 0..15 {
        world.pass(40_000);
        assert!(world.ask(&beat("a", 2)).records.is_empty());
    }
    world.pass(1);
    assert_eq!(world.ask(&beat("a", 2)).kinds(), ["pattern", "epoch"]);
}

#[test]
fn the_last_member_of_a_pattern_takes_it_away() {
    let mut world = World::new();
    world.ask(&join_by("fo+", "a"));
    world.ask(&join_by("fo+", "b"));
    world.pass(10_001);
    let done = world.ask(&by("ba.", beat("b", 3)));
    assert_eq!(done.kinds(), ["member", "current", "pattern", "pattern", "epoch"]);
    let left = world.ask(&beat("b", -1));
    assert_eq!(left.kinds(), ["-current", "-target", "-member", "-pattern", "epoch"]);
    assert!(!world.group.is_subscribed_to("bar") && world.group.is_subscribed_to("foo"));
    let epoch = world.group.member("a").unwrap().epoch;
    let done = world.ask(&by("", beat("a", epoch)));
    assert_eq!(done.kinds()[..3], ["member", "-pattern", "epoch"]);
    assert!(!world.group.is_subscribed_to("foo"));
    world.check_replay();
}

#[test]
fn names_and_a_pattern_are_read_together() {
    let mut world = World::new();
    world.ask(&by("ba.", join("a", &["foo"])));
    world.ask(&beat("a", 2));
    let member = world.group.member("a").unwrap();
    assert_eq!(member.assigned.keys().copied().collect::<Vec<_>>(), [FOO, BAR]);
    world.check_replay();
}

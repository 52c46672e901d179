//! Turns whose records do not fit into a batch.

use super::world::*;
use crate::consumer::HeartbeatRequest;
use crate::error::GroupError;
use crate::records::GroupRecord;
use crate::state::Entry;

/// Less than any record takes.
const NO_ROOM: usize = 10;

fn size(records: &[GroupRecord]) -> usize {
    records.iter().map(Entry::size_of).sum()
}

/// Three members that share `foo`.
fn world_of_three() -> World {
    let mut world = World::new();
    for member in ["a", "b", "c"] {
        world.ask(&join(member, &["foo"]));
    }
    world
}

#[test]
fn a_member_that_does_not_fit_does_not_join() {
    let mut world = World::new();
    world.bytes_max = NO_ROOM;
    let refused = world.ask(&join("a", &["foo"]));
    assert_eq!(refused.error(), GroupError::UnknownServerError);
    assert!(!world.group.is_present());
    assert_eq!(world.group.next_deadline_ms(), None);

    world.bytes_max = usize::MAX;
    let records = world.ask(&join("a", &["foo"])).records;
    let mut exact = World::new();
    exact.bytes_max = size(&records) - 1;
    assert_eq!(exact.ask(&join("a", &["foo"])).error(), GroupError::UnknownServerError);
    exact.bytes_max += 1;
    assert_eq!(exact.ask(&join("a", &["foo"])).records, records, "it fits to the byte");
}

/// A text in the key of a record has 32,767 bytes at most.
#[test]
fn a_member_that_cannot_be_written_down_does_not_join() {
    let mut world = World::new();
    world.bytes_max = 1024 * 1024;
    let request = join(&"m".repeat(40_000), &["foo"]);
    assert_eq!(world.ask(&request).error(), GroupError::UnknownServerError);
    assert!(!world.group.is_present());
}

#[test]
fn a_heartbeat_without_news_needs_no_room() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    world.bytes_max = 0;
    assert!(world.ask(&beat("a", 2)).records.is_empty());
}

#[test]
fn a_member_that_is_refused_for_want_of_room_is_alive() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    world.pass(44_999);
    world.bytes_max = NO_ROOM;
    assert_eq!(world.ask(&join("a", &["bar"])).error(), GroupError::UnknownServerError);
    world.bytes_max = usize::MAX;
    world.pass(44_999);
    assert!(world.tick().is_empty());
    world.pass(1);
    assert_eq!(world.tick().len(), 4);
    world.check_replay();
}

#[test]
fn who_may_not_leave_for_want_of_room_stays_for_its_session() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    let deadline = world.group.next_deadline_ms();
    world.pass(1_000);
    world.bytes_max = NO_ROOM;
    assert_eq!(world.ask(&beat("a", -1)).error(), GroupError::UnknownServerError);
    assert_eq!(world.group.next_deadline_ms(), deadline);
}

#[test]
fn who_cannot_be_fenced_for_want_of_room_is_fenced_later() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    world.pass(45_000);
    world.bytes_max = NO_ROOM;
    assert!(world.tick().is_empty());
    assert_eq!(world.group.next_deadline_ms(), Some(world.now.monotonic_ms + 500));
    assert!(world.group.member("a").is_some());
    world.pass(500);
    assert!(world.tick().is_empty());

    world.bytes_max = usize::MAX;
    world.pass(499);
    assert!(world.tick().is_empty());
    world.pass(1);
    assert_eq!(world.tick().len(), 4);
    assert_eq!(world.group.next_deadline_ms(), None);
    world.check_replay();
}

#[test]
fn who_comes_back_before_it_could_be_fenced_is_not() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    world.pass(45_000);
    world.bytes_max = NO_ROOM;
    world.tick();
    assert_eq!(world.ask(&beat("a", 2)).ok().member_epoch, 2);
    world.bytes_max = usize::MAX;
    world.pass(44_999);
    assert!(world.tick().is_empty());
}

#[test]
fn members_that_are_fenced_together_need_no_room_together() {
    let mut world = world_of_three();
    world.pass(45_000);
    let mut one = world_of_three();
    one.pass(45_000);
    let records = one.with(|group, cx| group.tick(cx)).1.records;
    assert_eq!(records.len(), 4, "one member a turn");
    world.bytes_max = size(&records);
    assert_eq!(world.tick().len(), 12);
    assert!(world.group.is_empty());
    world.check_replay();
}

#[test]
fn a_group_whose_end_does_not_fit_is_not_deleted() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    world.ask(&beat("a", -1));
    world.bytes_max = NO_ROOM;
    let (deleted, effects) = world.with(|group, cx| group.delete(cx));
    assert_eq!((deleted, effects.records), (Err(GroupError::UnknownServerError), vec![]));
    world.check_replay();
    assert!(world.group.is_present());
}

/// What patterns match may be much more than what a member says.
#[test]
fn patterns_that_do_not_fit_wait_and_the_heartbeat_goes_on() {
    let mut world = World::new();
    world.topics.put(&"f".repeat(200), 3, 1);
    let by_pattern = HeartbeatRequest {
        subscribed_topic_names: None,
        subscribed_topic_regex: Some("f.*".to_owned()),
        ..join("a", &[])
    };
    world.bytes_max = 400;
    let done = world.ask(&by_pattern);
    assert_eq!(done.kinds(), ["member", "current"]);
    assert_eq!(done.ok().member_epoch, 1);
    world.check_replay();

    // With every heartbeat is too often.
    world.bytes_max = usize::MAX;
    world.pass(9_999);
    assert!(world.ask(&beat("a", 1)).records.is_empty());
    world.pass(1);
    assert_eq!(world.ask(&beat("a", 1)).kinds(), ["pattern", "epoch"]);
    assert_eq!(world.ask(&beat("a", 1)).kinds(), ["target", "target-epoch", "current"]);
    world.check_replay();
}

#[test]
fn patterns_that_do_not_fit_stay_as_they_were_resolved() {
    let mut world = World::new();
    let by_pattern = HeartbeatRequest {
        subscribed_topic_names: None,
        subscribed_topic_regex: Some("f.*".to_owned()),
        ..join("a", &[])
    };
    world.ask(&by_pattern);
    world.ask(&beat("a", 1));
    let long = "f".repeat(200);
    world.topics.put(&long, 3, 1);
    world.group.topics_changed(&[long.clone()].into(), true);
    world.bytes_max = 200;
    for _ in 0..3 {
        world.pass(10_001);
        assert!(world.ask(&beat("a", 2)).records.is_empty());
    }
    assert!(!world.group.is_subscribed_to(&long));
    world.bytes_max = usize::MAX;
    world.pass(10_001);
    assert_eq!(world.ask(&beat("a", 2)).kinds(), ["pattern", "epoch"]);
    assert!(world.group.is_subscribed_to(&long));
    world.check_replay();
}

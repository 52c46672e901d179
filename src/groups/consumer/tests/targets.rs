//! Joining, epochs and targets.

use kabuki_coordination::Basis;

use super::world::*;
use crate::consumer::{GroupState, HeartbeatRequest, MemberState, Partitions};
use crate::error::GroupError;
use crate::settings::ConsumerSettings;

#[test]
fn a_first_member_gets_everything() {
    let mut world = World::new();
    let done = world.ask(&join("m", &["foo", "gone"]));
    assert_eq!(done.kinds(), ["member", "epoch", "target", "target-epoch", "current"]);
    let answer = done.ok();
    assert_eq!((answer.member_id.as_str(), answer.member_epoch), ("m", 2));
    assert_eq!(answer.heartbeat_interval_ms, 5_000);
    assert_eq!(answer.assignment, Some(Partitions::from([(FOO, (0..6).collect())])));
    assert_eq!(world.group.state(), GroupState::Stable);
    world.check_replay();
}

#[test]
fn a_heartbeat_without_news_costs_no_record_and_waits_for_nothing() {
    let mut world = World::new();
    world.ask(&join("m", &["foo"]));
    let done = world.ask(&beat("m", 2));
    assert_eq!((done.records.len(), done.basis), (0, Basis::Nothing));
    assert_eq!((done.ok().member_epoch, &done.ok().assignment), (2, &None));
}

#[test]
fn a_full_request_is_told_the_assignment_again() {
    let mut world = World::new();
    world.ask(&join("m", &["foo"]));
    let full = HeartbeatRequest { member_epoch: 2, ..join("m", &["foo"]) };
    let done = world.ask(&full);
    assert_eq!((done.records.len(), done.basis), (0, Basis::Everything));
    assert!(done.ok().assignment.is_some());
    let done = world.ask(&join("m", &["foo"]));
    assert!(done.records.is_empty() && done.ok().assignment.is_some(), "joining again");
}

#[test]
fn a_lost_answer_may_be_asked_for_again() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    world.ask(&join("b", &["foo"]));
    world.ask(&beat("a", 2));
    assert_eq!(world.seen("a"), (MemberState::UnrevokedPartitions, 2, vec![0, 1, 2]));
    let done = world.ask(&owns("a", 2, &[0, 1, 2]));
    assert_eq!(done.ok().member_epoch, 3);
    let again = world.ask(&owns("a", 2, &[0, 1, 2]));
    assert_eq!(again.ok().member_epoch, 3);
    assert_eq!(again.basis, Basis::Everything, "the member does not know this epoch yet");
    assert_eq!(world.ask(&beat("a", 2)).error(), GroupError::FencedMemberEpoch);
    assert_eq!(world.ask(&owns("a", 2, &[0, 5])).error(), GroupError::FencedMemberEpoch);
    assert_eq!(world.ask(&owns("a", 1, &[0])).error(), GroupError::FencedMemberEpoch);
    assert_eq!(world.ask(&beat("a", 4)).error(), GroupError::FencedMemberEpoch);
}

#[test]
fn who_is_not_in_the_group_is_told_so() {
    let mut world = World::new();
    assert_eq!(world.ask(&beat("m", 1)).error(), GroupError::GroupIdNotFound);
    assert_eq!(world.ask(&beat("m", -1)).error(), GroupError::GroupIdNotFound);
    assert!(!world.group.is_present());
    world.ask(&join("m", &["foo"]));
    assert_eq!(world.ask(&beat("n", 1)).error(), GroupError::UnknownMemberId);
    assert_eq!(world.ask(&beat("n", -1)).error(), GroupError::UnknownMemberId);
}

#[test]
fn the_coordinator_names_members_of_version_zero() {
    let mut world = World::new();
    let request = HeartbeatRequest { api_version: 0, ..join("", &["foo"]) };
    let name = world.ask(&request).ok().member_id.clone();
    assert_eq!(name.len(), 22);
    assert!(world.group.member(&name).is_some());
}

#[test]
fn a_full_group_takes_no_more_members() {
    let mut world = World::new();
    world.settings.consumer_max_size = 1;
    world.ask(&join("a", &["foo"]));
    assert_eq!(world.ask(&join("b", &["foo"])).error(), GroupError::GroupMaxSizeReached);
    assert_eq!(world.ask(&join("a", &["bar"])).ok().member_epoch, 3);
}

#[test]
fn the_group_epoch_grows_with_what_is_read_and_not_with_the_rest() {
    let mut world = World::new();
    world.ask(&join("m", &["foo"]));
    let moved = HeartbeatRequest { client_host: "/10.0.0.1".to_owned(), ..beat("m", 2) };
    assert_eq!(world.ask(&moved).kinds(), ["member"]);
    assert_eq!(world.group.epoch(), 2);
    let other = HeartbeatRequest {
        subscribed_topic_names: Some(vec!["bar".to_owned(), "bar".to_owned()]),
        ..beat("m", 2)
    };
    assert_eq!(world.ask(&other).kinds(), ["member", "epoch", "target", "target-epoch", "current"]);
    assert_eq!(world.group.epoch(), 3);
    world.check_replay();
}

/// A rule of Kafka's, with the records that its `GroupMetadataManager` writes for the same steps: a member that joins and
/// reads nothing is no reason for a new epoch, so that how all subscribe is not looked at anew either. If a target is due
/// then, as it is after a member has left, it is made as if the new member read what all others do. The next change of
/// the group ends it.
#[test]
fn a_member_that_joins_and_reads_nothing_spoils_a_target_that_is_due() {
    // Somebody else is the first: the new one has a share, which it cannot take.
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    world.ask(&join("b", &["foo"]));
    world.ask(&beat("b", -1));
    let done = world.ask(&join("c", &[]));
    assert_eq!(done.kinds(), ["member", "target", "target-epoch", "current"]);
    assert_eq!(done.ok().assignment, Some(Partitions::new()));
    world.ask(&owns("a", 2, &[0, 1, 2]));
    assert_eq!(world.seen("a"), (MemberState::Stable, 4, vec![0, 1, 2]));
    assert_eq!(world.group.state(), GroupState::Stable);
    let done = world.ask(&join("d", &["foo"]));
    assert_eq!(done.kinds(), ["member", "epoch", "target", "target", "target-epoch", "current"]);
    assert_eq!(world.seen("d"), (MemberState::Stable, 5, vec![3, 4, 5]));

    // The new one is the first, and what it reads is taken for what is read: nobody has anything.
    let mut world = World::new();
    world.ask(&join("b", &["foo"]));
    world.ask(&join("c", &["foo"]));
    world.ask(&beat("c", -1));
    let done = world.ask(&join("a", &[]));
    assert_eq!(done.kinds(), ["member", "target", "target", "target-epoch", "current"]);
    world.ask(&beat("b", 2));
    world.ask(&owns("b", 2, &[]));
    assert_eq!(world.seen("b"), (MemberState::Stable, 4, vec![]));
    assert_eq!(world.group.state(), GroupState::Stable);
    world.ask(&join("d", &["foo"]));
    world.ask(&owns("b", 4, &[]));
    assert_eq!(world.seen("b"), (MemberState::Stable, 5, vec![0, 2, 4]));
    assert_eq!(world.seen("d"), (MemberState::Stable, 5, vec![1, 3, 5]));
}

#[test]
fn members_learn_of_topics_with_their_next_heartbeats() {
    let mut world = World::new();
    world.ask(&join("m", &["foo"]));
    world.topics.put("foo", 1, 8);
    assert!(world.ask(&beat("m", 2)).records.is_empty(), "nobody said so");
    world.group.topics_changed(&["bar".to_owned()].into(), false);
    assert!(world.ask(&beat("m", 2)).records.is_empty(), "of a topic that is not read");
    world.group.topics_changed(&["foo".to_owned()].into(), false);
    let done = world.ask(&beat("m", 2));
    assert_eq!(done.kinds(), ["epoch", "target", "target-epoch", "current"]);
    assert_eq!(done.ok().assignment, Some(Partitions::from([(FOO, (0..8).collect())])));
}

#[test]
fn a_deleted_topic_is_given_up() {
    let mut world = World::new();
    world.ask(&join("m", &["foo", "bar"]));
    world.topics.remove("foo");
    world.group.topics_changed(&["foo".to_owned()].into(), false);
    let done = world.ask(&beat("m", 2));
    assert_eq!(world.seen("m"), (MemberState::UnrevokedPartitions, 2, vec![]));
    assert_eq!(done.ok().assignment, Some(Partitions::from([(BAR, vec![0, 1, 2])])));
    let bar = Partitions::from([(BAR, vec![0, 1, 2])]);
    let acked = HeartbeatRequest { topic_partitions: Some(bar), ..beat("m", 2) };
    assert_eq!(world.ask(&acked).ok().member_epoch, 3);
}

#[test]
fn assignments_keep_their_distance() {
    let mut world = World::new();
    world.settings.consumer.assignment_interval_ms = 1_000;
    world.ask(&join("a", &["foo"]));
    let done = world.ask(&join("b", &["foo"]));
    assert_eq!(done.kinds(), ["member", "epoch", "current"]);
    assert_eq!((done.ok().member_epoch, world.group.state()), (2, GroupState::Assigning));
    world.pass(999);
    assert!(world.ask(&beat("b", 2)).records.is_empty());
    world.pass(1);
    let done = world.ask(&beat("b", 2));
    assert_eq!(done.kinds(), ["target", "target", "target-epoch", "current"]);
    assert_eq!(world.group.state(), GroupState::Reconciling);
    world.check_replay();
}

#[test]
fn a_group_has_settings_of_its_own() {
    let mut world = World::new();
    world.group.configure(Some(ConsumerSettings {
        session_timeout_ms: 50_000,
        heartbeat_interval_ms: 3_000,
        assignment_interval_ms: 7,
    }));
    assert_eq!(world.ask(&join("m", &["foo"])).ok().heartbeat_interval_ms, 3_000);
    assert_eq!(world.group.next_deadline_ms(), Some(51_000));
}

#[test]
fn most_members_decide_on_the_assignor() {
    let mut world = World::new();
    let wants = |member: &str, assignor: &str| HeartbeatRequest {
        server_assignor: Some(assignor.to_owned()),
        ..join(member, &["foo"])
    };
    let assignor = |world: &World| world.group.describe(&world.settings, &world.topics).assignor;
    assert_eq!(assignor(&world), "uniform");
    world.ask(&wants("a", "range"));
    assert_eq!(assignor(&world), "range");
    world.ask(&wants("b", "uniform"));
    assert_eq!(assignor(&world), "uniform", "the last in order of as many");
    world.ask(&wants("c", "range"));
    assert_eq!(assignor(&world), "range");
    world.ask(&beat("a", -1));
    world.ask(&beat("c", -1));
    assert_eq!(assignor(&world), "uniform");
}

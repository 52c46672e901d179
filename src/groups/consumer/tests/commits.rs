//! Who may commit and fetch offsets.

use uuid::Uuid;

use super::world::*;
use crate::error::GroupError;

const VERSION: i16 = 10;

/// Two members of `foo`: `a` has 0 to 2 since epoch 2 and is at epoch 3, `b` has 3 to 5 since epoch 3.
fn two_members() -> World {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    world.ask(&join("b", &["foo"]));
    world.ask(&beat("a", 2));
    world.ask(&owns("a", 2, &[0, 1, 2]));
    world.ask(&beat("b", 3));
    world
}

#[test]
fn a_commit_counts_for_what_its_member_has_had_since() {
    let world = two_members();
    let commit = |member: &str, epoch: i32, topic: Uuid, partition: i32| {
        world
            .group
            .validate_commit(member, None, epoch, false, VERSION)?
            .partition(topic, partition)
    };
    assert_eq!(commit("a", 3, FOO, 0), Ok(()));
    assert_eq!(commit("a", 3, FOO, 5), Ok(()), "at its own epoch a member may commit anything");
    assert_eq!(commit("a", 2, FOO, 0), Ok(()));
    assert_eq!(commit("a", 2, FOO, 3), Err(GroupError::StaleMemberEpoch));
    assert_eq!(commit("a", 1, FOO, 0), Err(GroupError::StaleMemberEpoch));
    assert_eq!(commit("a", 2, Uuid::nil(), 0), Err(GroupError::StaleMemberEpoch));
    assert_eq!(commit("b", 2, FOO, 3), Err(GroupError::StaleMemberEpoch));
    assert_eq!(commit("a", 4, FOO, 0), Err(GroupError::StaleMemberEpoch));
    assert_eq!(commit("c", 3, FOO, 0), Err(GroupError::UnknownMemberId));
    assert_eq!(commit("", -1, FOO, 0), Err(GroupError::UnknownMemberId));
}

#[test]
fn what_is_to_be_given_up_may_still_be_committed() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    world.ask(&join("b", &["foo"]));
    world.ask(&beat("a", 2));
    let member = world.group.member("a").unwrap();
    assert_eq!(member.assignment_epoch(FOO, 5), Some(2));
}

#[test]
fn versions_and_transactions_have_rules_of_their_own() {
    let mut world = two_members();
    let commit = |world: &World, member: &str, epoch: i32, transactional: bool, version: i16| {
        world.group.validate_commit(member, None, epoch, transactional, version).map(|_| ())
    };
    assert_eq!(commit(&world, "a", 3, false, 8), Err(GroupError::UnsupportedVersion));
    assert_eq!(commit(&world, "a", 3, true, 3), Ok(()));
    assert_eq!(commit(&world, "", -1, true, 3), Ok(()));
    world.ask(&beat("a", -1));
    world.ask(&beat("b", -1));
    assert_eq!(commit(&world, "", -1, false, 8), Ok(()), "nobody is in the group");
}

#[test]
fn offsets_are_fetched_at_the_members_epoch() {
    let world = two_members();
    assert_eq!(world.group.validate_fetch(None, -1), Ok(()));
    assert_eq!(world.group.validate_fetch(Some("a"), 3), Ok(()));
    assert_eq!(world.group.validate_fetch(Some("a"), 2), Err(GroupError::StaleMemberEpoch));
    assert_eq!(world.group.validate_fetch(Some("c"), 2), Err(GroupError::UnknownMemberId));
    assert_eq!(world.group.validate_fetch(None, 2), Err(GroupError::UnknownMemberId));
}

//! What is written down, and read again.

use super::*;
use crate::generated::GroupMetadataValue;
use crate::generated::group_metadata_value::MemberMetadata;

fn reload(world: &mut World) {
    let group = ClassicGroup::replay("g", world.last_record());
    world.group = Some(group);
    world.turn(|group, cx| group.as_mut().expect("a group").loaded(cx));
}

#[test]
fn a_stable_group_goes_on_after_a_replay() {
    let (mut world, ids) = World::stable(2);
    let before = world.group().clone();
    world.pass(5_000);
    reload(&mut world);
    assert_eq!(world.state(), ClassicGroupState::Stable);
    assert_eq!(world.group().record(), before.record());
    assert_eq!(world.group().leader_id(), Some(ids[0].as_str()));
    assert_eq!(world.heartbeat(&ids[1], 1), None);
    let ticket = world.sync(sync(&ids[1], 1));
    assert_eq!(world.synced(ticket).assignment, Bytes::from(format!("of {}", ids[1])));
    world.pass(SESSION_MS as u64 - 1);
    assert_eq!(world.group().members().len(), 2, "sessions began with the load");
    world.pass(1);
    assert_eq!(world.group().members().len(), 0);
}

#[test]
fn only_the_chosen_protocol_is_known_after_a_replay() {
    let (mut world, ids) = World::stable(2);
    reload(&mut world);
    let ticket = world.join(join(&ids[1]));
    assert!(world.is_waiting(ticket), "it knows more than the record says: news");
    let mut world_of_one = World::stable(2).0;
    reload(&mut world_of_one);
    let ids: Vec<_> = world_of_one.group().members().map(|member| member.id.clone()).collect();
    let follower = ids.iter().find(|id| !world_of_one.group().is_leader(id)).expect("a follower");
    let ticket =
        world_of_one.join(JoinRequest { protocols: protocols(&["range"]), ..join(follower) });
    assert_eq!(world_of_one.joined(ticket).generation_id, 1);
}

#[test]
fn an_empty_group_keeps_generation_and_type() {
    let (mut world, ids) = World::stable(1);
    world.leave(vec![leaving(&ids[0])]);
    let before = world.group().clone();
    reload(&mut world);
    assert_eq!(world.group().record(), before.record());
    assert_eq!(world.state(), ClassicGroupState::Empty);
    let ticket = world.join(old_join());
    world.pass(3_000);
    assert_eq!(world.joined(ticket).generation_id, 3);
}

#[test]
fn a_group_that_is_too_large_after_a_load_rebalances() {
    let (mut world, ids) = World::stable(3);
    world.settings.max_size = 2;
    reload(&mut world);
    assert_eq!(world.state(), ClassicGroupState::PreparingRebalance);
    let tickets: Vec<_> = ids
        .iter()
        .map(|id| world.join(JoinRequest { protocols: protocols(&["range"]), ..join(id) }))
        .collect();
    assert_eq!(world.join_error(tickets[2]), Some(GroupError::GroupMaxSizeReached));
    world.pass(REBALANCE_MS as u64);
    assert_eq!(world.joined(tickets[0]).generation_id, 2);
    assert_eq!(world.group().members().len(), 2);
}

#[test]
fn records_of_old_versions_have_their_gaps_filled() {
    let value = GroupMetadataValue {
        protocol_type: "consumer".to_owned(),
        generation: 7,
        protocol: Some("range".to_owned()),
        leader: Some("m".to_owned()),
        current_state_timestamp: -1,
        members: vec![MemberMetadata {
            member_id: "m".to_owned(),
            rebalance_timeout: -1,
            session_timeout: 30_000,
            subscription: subscription(&["t"]),
            ..Default::default()
        }],
        unknown_tags: Vec::new(),
    };
    let group = ClassicGroup::replay("g", &value);
    assert_eq!(group.members().next().map(|it| it.rebalance_timeout_ms), Some(30_000));
    assert_eq!(group.state_since_ms, None);
    assert!(group.is_subscribed_to("t") && !group.is_subscribed_to("u"));
}

#[test]
fn records_that_contradict_themselves_do_no_harm() {
    let member = |id: &str, name: Option<&str>| MemberMetadata {
        member_id: id.to_owned(),
        group_instance_id: name.map(str::to_owned),
        session_timeout: -1,
        ..Default::default()
    };
    let value = GroupMetadataValue {
        generation: i32::MAX,
        protocol: None,
        leader: Some("nobody".to_owned()),
        members: vec![member("a", Some("n")), member("a", None), member("b", Some("n"))],
        ..Default::default()
    };
    let mut world = World::new();
    world.group = Some(ClassicGroup::replay("g", &value));
    world.turn(|group, cx| group.as_mut().expect("a group").loaded(cx));
    assert_eq!(world.group().members().len(), 1);
    assert_eq!(world.group().leader_id(), Some("a"));
    world.pass(1_000);
    assert_eq!(
        (world.state(), world.group().generation_id()),
        (ClassicGroupState::Empty, i32::MIN)
    );
}

#[test]
fn closing_answers_everybody_that_waits() {
    let (mut world, ids) = World::stable(2);
    let joining = world.join(join(&ids[0]));
    world.turn(|group, cx| group.as_mut().expect("a group").close(cx, GroupError::NotCoordinator));
    assert_eq!(world.join_error(joining), Some(GroupError::NotCoordinator));
    assert_eq!(world.joined(joining).member_id, ids[0]);

    let (mut world, ids) = World::joined_group(2);
    let leader = world.group().leader_id().expect("a leader").to_owned();
    let follower = ids.into_iter().find(|id| *id != leader).expect("a follower");
    let syncing = world.sync(sync(&follower, 1));
    world.turn(|group, cx| group.as_mut().expect("a group").close(cx, GroupError::NotCoordinator));
    assert_eq!(world.synced(syncing).error, Some(GroupError::NotCoordinator));
    assert_eq!(world.state(), ClassicGroupState::Dead);
}

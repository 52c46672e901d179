//! Static members (KIP-345, KIP-814).

use super::*;

/// Two static members, `a` and `b`, in a stable group of generation 1: their ids, the leader's first.
fn stable() -> (World, Vec<(String, String)>) {
    let mut world = World::new();
    let tickets = ["a", "b"].map(|name| (name.to_owned(), world.join(static_join(name))));
    world.pass(6_000);
    let mut ids = tickets.map(|(name, ticket)| (name, world.joined(ticket).member_id)).to_vec();
    let leader = world.group().leader_id().expect("a leader").to_owned();
    ids.sort_by_key(|(_, id)| *id != leader);
    let assignments: Vec<_> =
        ids.iter().map(|(name, id)| (id.clone(), Bytes::from(name.clone()))).collect();
    for (_, id) in &ids {
        world.sync(SyncRequest { assignments: assignments.clone(), ..sync(id, 1) });
    }
    assert_eq!(world.state(), ClassicGroupState::Stable);
    (world, ids)
}

#[test]
fn a_static_member_that_comes_back_takes_its_place_without_a_rebalance() {
    let (mut world, ids) = stable();
    let (name, old_id) = &ids[1];
    let records = world.records.len();
    let ticket = world.join(static_join(name));
    let answer = world.joined(ticket);
    assert_eq!((answer.error, answer.generation_id), (None, 1));
    assert_eq!((answer.leader.as_str(), answer.members.len()), (ids[0].1.as_str(), 0));
    assert!(!answer.skip_assignment);
    assert_eq!(world.basis(ticket), Basis::Everything);
    assert_ne!(answer.member_id, *old_id);
    assert_eq!(world.state(), ClassicGroupState::Stable);
    assert_eq!(world.records.len(), records + 1);
    let member = world.last_record().members.iter().find(|it| it.member_id == answer.member_id);
    let member = member.expect("the new id is written down");
    assert_eq!(member.group_instance_id.as_deref(), Some(name.as_str()));
    assert_eq!(&member.assignment[..], name.as_bytes());
    let ticket = world.sync(sync(&answer.member_id, 1));
    assert_eq!(&world.synced(ticket).assignment[..], name.as_bytes());
    assert_eq!(world.group().static_member_id(name), Some(answer.member_id.as_str()));

    // The old id is fenced wherever it says its name, and unknown where it does not.
    assert_eq!(world.heartbeat(old_id, 1), Some(GroupError::UnknownMemberId));
    let request = SyncRequest { group_instance_id: Some(name.clone()), ..sync(old_id, 1) };
    let ticket = world.sync(request);
    assert_eq!(world.synced(ticket).error, Some(GroupError::FencedInstanceId));
    let ticket = world.join(JoinRequest { member_id: old_id.clone(), ..static_join(name) });
    assert_eq!(world.join_error(ticket), Some(GroupError::FencedInstanceId));
}

#[test]
fn a_leader_that_comes_back_skips_the_assignment_since_version_9() {
    let (mut world, ids) = stable();
    let ticket = world.join(static_join(&ids[0].0));
    let answer = world.joined(ticket);
    assert!(answer.skip_assignment);
    assert_eq!((&answer.leader, answer.members.len()), (&answer.member_id, 2));
    assert_eq!(world.last_record().leader.as_deref(), Some(answer.member_id.as_str()));
}

#[test]
fn before_version_9_a_leader_that_comes_back_takes_itself_for_a_follower() {
    let (mut world, ids) = stable();
    let (name, old_id) = &ids[0];
    let ticket = world.join(JoinRequest { version: 8, ..static_join(name) });
    let answer = world.joined(ticket);
    assert_eq!((&answer.leader, answer.members.len()), (old_id, 0));
    assert!(!answer.skip_assignment);
    assert_eq!(world.group().leader_id(), Some(answer.member_id.as_str()));
}

#[test]
fn a_static_member_that_changes_the_choice_of_protocol_makes_the_group_rebalance() {
    let mut world = World::new();
    let both =
        |name| JoinRequest { protocols: protocols(&["range", "sticky"]), ..static_join(name) };
    let tickets = [world.join(both("a")), world.join(both("b"))];
    world.pass(6_000);
    let ids = tickets.map(|ticket| world.joined(ticket).member_id);
    for _ in 0..2 {
        for id in &ids {
            world.sync(sync(id, 1));
        }
    }
    assert_eq!(world.state(), ClassicGroupState::Stable);
    let only = JoinRequest { protocols: protocols(&["sticky"]), ..static_join("b") };
    let ticket = world.join(only);
    assert!(world.is_waiting(ticket));
    assert_eq!(world.state(), ClassicGroupState::PreparingRebalance);
    let other = world.join(JoinRequest { member_id: ids[0].clone(), ..both("a") });
    assert_eq!(world.joined(other).protocol_name.as_deref(), Some("sticky"));
    assert_eq!(world.joined(ticket).generation_id, 2);
}

#[test]
fn a_duplicate_of_a_static_member_is_fenced_while_it_waits() {
    let mut world = World::new();
    let first = world.join(static_join("a"));
    let second = world.join(static_join("a"));
    let fenced = world.joined(first);
    assert_eq!(fenced.error, Some(GroupError::FencedInstanceId));
    assert!(fenced.member_id.starts_with("a-"));
    assert!(world.is_waiting(second));
    world.pass(6_000);
    let id = world.joined(second).member_id;
    let other = world.join(static_join("b"));
    let back = world.join(JoinRequest { member_id: id.clone(), ..static_join("a") });
    let other = world.joined(other).member_id;
    assert_eq!(world.joined(back).generation_id, 2);

    // In SyncGroup, too: and since the leader was told of the old id, all join again.
    let follower = [(&id, "a"), (&other, "b")]
        .into_iter()
        .find(|(id, _)| world.group().leader_id() != Some(id.as_str()));
    let (follower, name) = follower.expect("a follower");
    let waiting = world.sync(sync(follower, 2));
    let third = world.join(static_join(name));
    assert_eq!(world.synced(waiting).error, Some(GroupError::FencedInstanceId));
    assert!(world.is_waiting(third));
    assert_eq!(world.state(), ClassicGroupState::PreparingRebalance);
}

#[test]
fn absent_static_members_stay_until_their_session_is_over() {
    let (mut world, ids) = stable();
    let patient = JoinRequest {
        session_timeout_ms: 200_000,
        member_id: ids[1].1.clone(),
        protocols: protocols(&["range"]),
        ..static_join(&ids[1].0)
    };
    let follower = world.join(patient);
    let leader = world.join(JoinRequest { member_id: ids[0].1.clone(), ..static_join(&ids[0].0) });
    assert_eq!(world.joined(follower).generation_id, 2);
    for (_, id) in &ids {
        world.sync(sync(id, 2));
    }
    assert_eq!(world.joined(leader).generation_id, 2);
    let again = world.join(JoinRequest { member_id: ids[0].1.clone(), ..static_join(&ids[0].0) });
    world.pass(REBALANCE_MS as u64);
    let answer = world.joined(again);
    assert_eq!((answer.generation_id, answer.members.len()), (3, 2), "the absent one counts");
}

#[test]
fn an_absent_static_leader_hands_over_to_one_that_has_joined() {
    let (mut world, ids) = stable();
    let changed = JoinRequest {
        member_id: ids[1].1.clone(),
        protocols: protocols(&["range"]),
        ..static_join(&ids[1].0)
    };
    let ticket = world.join(changed);
    while world.is_waiting(ticket) {
        world.heartbeat(&ids[0].1, 1);
        world.pass(5_000);
    }
    let answer = world.joined(ticket);
    assert_eq!((answer.generation_id, &answer.leader), (2, &ids[1].1));
    assert_eq!(answer.members.len(), 2);
}

#[test]
fn a_rebalance_to_which_nobody_comes_is_put_off_until_the_sessions_are_over() {
    let (mut world, ids) = stable();
    world.join(old_join());
    // The only one that came gives up; the static members send heartbeats, and do not join.
    for round in 0..30 {
        world.pass(5_000);
        for (_, id) in &ids {
            let expected = Some(GroupError::RebalanceInProgress);
            assert_eq!(world.heartbeat(id, world.group().generation_id()), expected);
        }
        if round == 0 {
            let is_new = |member: &&Member| !member.is_static();
            let new = world.group().members().find(is_new).map(|member| member.id.clone());
            world.leave(vec![leaving(&new.expect("a new member"))]);
        }
    }
    assert_eq!(world.state(), ClassicGroupState::PreparingRebalance);
    assert_eq!(world.group().generation_id(), 1);
    world.pass(SESSION_MS as u64);
    assert_eq!((world.state(), world.group().generation_id()), (ClassicGroupState::Empty, 2));
}

#[test]
fn a_static_member_that_returns_before_it_has_synced_still_has_to() {
    let mut world = World::new();
    let tickets = ["a", "b"].map(|name| (name, world.join(static_join(name))));
    world.pass(6_000);
    let leader = world.group().leader_id().expect("a leader").to_owned();
    world.sync(sync(&leader, 1));
    let is_follower = |(_, ticket): &(&str, Ticket)| world.joined(*ticket).member_id != leader;
    let (name, _) = tickets.into_iter().find(is_follower).expect("a follower");
    let ticket = world.join(static_join(name));
    let id = world.joined(ticket).member_id;
    assert!(world.group().pending_sync.contains(&id));
    world.sync(sync(&id, 1));
    assert_eq!(world.group().timers.get(&TimerKey::Sync), None);
}

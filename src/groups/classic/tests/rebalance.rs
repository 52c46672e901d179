//! Time: delays, sessions, members that do not come.

use super::*;

#[test]
fn the_first_rebalance_waits_longer_while_members_come() {
    let mut world = World::new();
    let first = world.join(old_join());
    world.pass(2_000);
    let second = world.join(old_join());
    world.pass(1_000);
    assert!(world.is_waiting(first), "a member came: 3 s more");
    world.pass(2_999);
    assert!(world.is_waiting(first));
    world.pass(1);
    assert_eq!(world.joined(first).generation_id, 1);
    assert_eq!(world.joined(second).generation_id, 1);
}

#[test]
fn the_first_rebalance_waits_no_longer_than_the_rebalance_timeout() {
    let mut world = World::new();
    let first = world.join(JoinRequest { rebalance_timeout_ms: 7_000, ..old_join() });
    let mut waited = 0;
    while world.is_waiting(first) {
        world.pass(500);
        waited += 500;
        if waited < 7_000 {
            world.join(JoinRequest { rebalance_timeout_ms: 7_000, ..old_join() });
        }
    }
    assert_eq!(waited, 7_000, "3 s, 3 s and 1 s");
}

#[test]
fn the_first_rebalance_does_not_wait_for_pending_ids_nor_end_with_the_last_that_leaves() {
    let mut world = World::new();
    world.join(join(""));
    let first = world.join(old_join());
    world.pass(3_000);
    let id = world.joined(first).member_id;
    assert_eq!(world.group().generation_id(), 1);

    // Everybody leaves before it has ended: it ends with nobody.
    let (mut world, _) = (World::new(), id);
    let ticket = world.join(old_join());
    let id = world.group().members().next().map(|member| member.id.clone()).expect("a member");
    world.leave(vec![leaving(&id)]);
    assert_eq!(world.join_error(ticket), Some(GroupError::UnknownMemberId));
    assert_eq!(world.joined(ticket).member_id, "");
    assert_eq!(world.state(), ClassicGroupState::PreparingRebalance);
    world.pass(3_000);
    assert_eq!((world.state(), world.group().generation_id()), (ClassicGroupState::Empty, 1));
    assert_eq!(world.last_record().generation, 1);
    assert_eq!(world.last_record().protocol_type, "consumer");
    assert_eq!(world.last_record().protocol, None);
}

#[test]
fn later_rebalances_end_as_soon_as_all_have_joined_and_wait_for_pending_ids() {
    let (mut world, ids) = World::stable(2);
    let pending = world.join(join(""));
    let pending = world.joined(pending).member_id;
    let tickets = [world.join(join(&ids[0])), world.join(join(&ids[1]))];
    assert!(world.is_waiting(tickets[0]), "one id has not joined");
    let last = world.join(join(&pending));
    for ticket in tickets.into_iter().chain([last]) {
        assert_eq!(world.joined(ticket).generation_id, 2);
    }
}

#[test]
fn a_pending_id_that_is_forgotten_ends_the_rebalance() {
    let (mut world, ids) = World::stable(1);
    world.join(join(""));
    let ticket = world.join(join(&ids[0]));
    world.pass(SESSION_MS as u64 - 1);
    assert!(world.is_waiting(ticket));
    world.pass(1);
    assert_eq!(world.joined(ticket).generation_id, 2);
}

#[test]
fn dynamic_members_that_do_not_join_again_are_out() {
    let (mut world, ids) = World::stable(3);
    let ticket = world.join(JoinRequest { protocols: protocols(&["range"]), ..join(&ids[1]) });
    // Heartbeats keep the others alive: they are out by the rebalance timeout.
    for _ in 0..REBALANCE_MS / 5_000 - 1 {
        world.pass(5_000);
        for id in [&ids[0], &ids[2]] {
            assert_eq!(world.heartbeat(id, 1), Some(GroupError::RebalanceInProgress));
        }
    }
    assert!(world.is_waiting(ticket));
    world.pass(5_000);
    let answer = world.joined(ticket);
    assert_eq!((answer.generation_id, answer.members.len()), (2, 1));
    assert_eq!(answer.leader, ids[1], "the leader is another one");
    assert_eq!(world.heartbeat(&ids[0], 2), Some(GroupError::UnknownMemberId));
}

#[test]
fn a_member_that_is_not_heard_of_is_out_and_the_rest_rebalances() {
    let (mut world, ids) = World::stable(2);
    world.pass(SESSION_MS as u64 / 2);
    assert_eq!(world.heartbeat(&ids[1], 1), None);
    world.pass(SESSION_MS as u64 / 2);
    assert_eq!(world.state(), ClassicGroupState::PreparingRebalance);
    assert_eq!(world.group().leader_id(), Some(ids[1].as_str()));
    assert_eq!(world.heartbeat(&ids[1], 1), Some(GroupError::RebalanceInProgress));
    assert_eq!(world.heartbeat(&ids[0], 1), Some(GroupError::UnknownMemberId));
    let ticket = world.join(join(&ids[1]));
    assert_eq!(world.joined(ticket).generation_id, 2);
}

#[test]
fn the_last_session_that_ends_leaves_an_empty_generation_in_the_log() {
    let (mut world, _) = World::stable(1);
    world.pass(SESSION_MS as u64);
    assert_eq!((world.state(), world.group().generation_id()), (ClassicGroupState::Empty, 2));
    let record = world.last_record();
    assert_eq!((record.generation, record.members.len()), (2, 0));
    assert_eq!((&record.protocol, &record.leader), (&None, &None));
    assert_eq!(record.protocol_type, "consumer");
    assert_eq!(record.current_state_timestamp, world.now.wall_ms);
    assert_eq!(world.group().next_deadline_ms(), None);
}

#[test]
fn nobody_is_expected_to_send_heartbeats_while_it_waits() {
    let (mut world, ids) = World::stable(2);
    let ticket = world.join(join(&ids[0]));
    for _ in 0..5 {
        world.pass(5_000);
        world.heartbeat(&ids[1], 1);
    }
    assert!(world.is_waiting(ticket), "25 s, and a session of 10 s");
    world.join(join(&ids[1]));
    assert_eq!(world.joined(ticket).generation_id, 2);
    // The same while it waits for the leader's decision.
    let follower = world.sync(sync(&ids[1], 2));
    for _ in 0..4 {
        world.pass(5_000);
        assert_eq!(world.heartbeat(&ids[0], 2), None);
    }
    assert!(world.is_waiting(follower));
    world.sync(sync(&ids[0], 2));
    assert_eq!(world.synced(follower).error, None);
    assert_eq!(world.state(), ClassicGroupState::Stable);
    world.heartbeat(&ids[0], 2);
    world.pass(SESSION_MS as u64);
    assert_eq!(world.group().members().len(), 0, "sessions run again");
}

#[test]
fn a_new_member_may_wait_five_minutes() {
    let (mut world, ids) = World::stable(1);
    let patient = JoinRequest { rebalance_timeout_ms: 600_000, ..join(&ids[0]) };
    world.join(patient.clone());
    world.sync(sync(&ids[0], 2));
    let ticket = world.join(old_join());
    for _ in 0..59 {
        world.pass(5_000);
        world.heartbeat(&ids[0], 2);
    }
    assert!(world.is_waiting(ticket));
    world.pass(5_000);
    let answer = world.joined(ticket);
    assert_eq!((answer.error, answer.member_id.as_str()), (Some(GroupError::UnknownMemberId), ""));
}

#[test]
fn members_that_do_not_sync_in_time_are_out() {
    let (mut world, ids) = World::joined_group(3);
    let leader = world.group().leader_id().expect("a leader").to_owned();
    let followers: Vec<_> = ids.iter().filter(|id| **id != leader).cloned().collect();
    let waiting = world.sync(sync(&followers[0], 1));
    for _ in 0..REBALANCE_MS / 5_000 - 1 {
        world.pass(5_000);
        for id in &ids {
            world.heartbeat(id, 1);
        }
    }
    assert!(world.is_waiting(waiting));
    world.pass(5_000);
    assert_eq!(world.synced(waiting).error, Some(GroupError::RebalanceInProgress));
    assert_eq!(world.state(), ClassicGroupState::PreparingRebalance);
    let left: Vec<_> = world.group().members().map(|member| member.id.clone()).collect();
    assert_eq!(left, vec![followers[0].clone()]);
    assert_eq!(world.group().leader_id(), Some(followers[0].as_str()));
}

#[test]
fn members_that_do_not_sync_are_out_also_when_the_leader_has_synced() {
    let (mut world, ids) = World::joined_group(2);
    let leader = world.group().leader_id().expect("a leader").to_owned();
    world.sync(sync(&leader, 1));
    assert_eq!(world.state(), ClassicGroupState::Stable);
    for _ in 0..REBALANCE_MS / 5_000 {
        for id in &ids {
            assert_eq!(world.heartbeat(id, 1), None);
        }
        world.pass(5_000);
    }
    assert_eq!(world.heartbeat(&leader, 1), Some(GroupError::RebalanceInProgress));
    assert_eq!(world.group().members().len(), 1);
}

#[test]
fn heartbeats_in_every_state() {
    let (mut world, ids) = World::joined_group(1);
    assert_eq!(world.heartbeat(&ids[0], 1), None, "between join and sync");
    assert_eq!(world.heartbeat(&ids[0], 0), Some(GroupError::IllegalGeneration));
    assert_eq!(world.heartbeat("nobody", 1), Some(GroupError::UnknownMemberId));
    world.sync(sync(&ids[0], 1));
    assert_eq!(world.heartbeat(&ids[0], 1), None);
    world.join(join(""));
    let pending = world.group().pending.first().cloned().expect("an id");
    assert_eq!(world.heartbeat(&pending, 1), Some(GroupError::UnknownMemberId));
    world.join(join(&ids[0]));
    assert_eq!(world.heartbeat(&ids[0], 1), Some(GroupError::RebalanceInProgress));
    world.leave(vec![leaving(&pending), leaving(&ids[0])]);
    assert_eq!(world.state(), ClassicGroupState::Empty);
    assert_eq!(world.heartbeat(&ids[0], 2), Some(GroupError::UnknownMemberId));
    let ticket = world.ticket();
    let request = HeartbeatRequest {
        group_id: String::new(),
        generation_id: 1,
        member_id: ids[0].clone(),
        group_instance_id: None,
    };
    world.turn(|group, cx| group.as_mut().expect("a group").heartbeat(cx, ticket, &request));
    let refused = HeartbeatAnswer { error: Some(GroupError::InvalidGroupId) };
    assert_eq!(world.answer(ticket), Answer::Heartbeat(refused));
    assert_eq!(world.basis(ticket), Basis::Nothing);
}

#[test]
fn timeouts_of_nothing_end_and_do_not_spin() {
    let mut world = World::without_delay();
    let ticket = world.join(JoinRequest { rebalance_timeout_ms: -5, ..static_join("a") });
    world.pass(0);
    let id = world.joined(ticket).member_id;
    assert_eq!(world.state(), ClassicGroupState::Empty, "it had no time to sync");
    assert_eq!(world.heartbeat(&id, 1), Some(GroupError::UnknownMemberId));
}

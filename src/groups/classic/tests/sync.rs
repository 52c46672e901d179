//! SyncGroup.

use super::*;

#[test]
fn followers_wait_for_the_leader_and_all_get_what_it_decides_once_that_is_written() {
    let (mut world, ids) = World::joined_group(3);
    let leader = world.group().leader_id().expect("a leader").to_owned();
    let followers: Vec<_> = ids.iter().filter(|id| **id != leader).cloned().collect();
    let before = world.sync(sync(&followers[0], 1));
    assert!(world.is_waiting(before));
    let records = world.records.len();
    let of_leader = world.sync(SyncRequest {
        protocol_name: Some("range".to_owned()),
        assignments: vec![
            (leader.clone(), Bytes::from_static(b"l")),
            (followers[0].clone(), Bytes::from_static(b"f")),
            ("nobody".to_owned(), Bytes::from_static(b"n")),
        ],
        ..sync(&leader, 1)
    });
    assert_eq!(world.state(), ClassicGroupState::Stable);
    let forgotten = world.sync(sync(&followers[1], 1));
    for (ticket, assignment) in [(before, "f"), (of_leader, "l"), (forgotten, "")] {
        let answer = world.synced(ticket);
        assert_eq!((answer.error, &answer.assignment[..]), (None, assignment.as_bytes()));
        assert_eq!(answer.protocol_type.as_deref(), Some("consumer"));
        assert_eq!(answer.protocol_name.as_deref(), Some("range"));
        assert_eq!(world.basis(ticket), Basis::Everything);
    }
    assert_eq!(world.records.len(), records + 1);
    let record = world.last_record();
    assert_eq!((record.generation, record.protocol.as_deref()), (1, Some("range")));
    assert_eq!((record.leader.as_deref(), record.members.len()), (Some(leader.as_str()), 3));
    for member in &record.members {
        assert_eq!(member.subscription, subscription(&["topic"]));
        assert_eq!((member.session_timeout, member.rebalance_timeout), (SESSION_MS, REBALANCE_MS));
        assert_eq!((&*member.client_id, &*member.client_host), ("client", "/127.0.0.1"));
    }
    assert_eq!(world.group().timers.get(&TimerKey::Sync), None, "all have synced");
}

#[test]
fn an_assignment_that_no_batch_can_hold_is_refused_and_all_join_again() {
    let (mut world, ids) = World::joined_group(2);
    let leader = world.group().leader_id().expect("a leader").to_owned();
    let follower = ids.iter().find(|id| **id != leader).expect("another").clone();
    let waits = world.sync(sync(&follower, 1));
    let records = world.records.len();
    world.bytes_max = 10_000;
    let too_much = vec![(leader.clone(), Bytes::from(vec![0; 10_000]))];
    let decides = world.sync(SyncRequest { assignments: too_much, ..sync(&leader, 1) });
    for ticket in [waits, decides] {
        assert_eq!(world.synced(ticket).error, Some(GroupError::UnknownServerError));
    }
    assert_eq!(world.records.len(), records, "nothing is written");
    assert_eq!(world.state(), ClassicGroupState::PreparingRebalance);
    assert!(world.group().members().all(|member| member.assignment.is_empty()));
}

#[test]
fn what_does_not_fit_is_refused_at_once() {
    let (mut world, ids) = World::joined_group(1);
    let good = sync(&ids[0], 1);
    let name = |name: &str| Some(name.to_owned());
    let cases = [
        (SyncRequest { group_id: String::new(), ..good.clone() }, GroupError::InvalidGroupId),
        (SyncRequest { member_id: "x".to_owned(), ..good.clone() }, GroupError::UnknownMemberId),
        (SyncRequest { group_instance_id: name("x"), ..good.clone() }, GroupError::UnknownMemberId),
        (SyncRequest { generation_id: 2, ..good.clone() }, GroupError::IllegalGeneration),
        (
            SyncRequest { protocol_type: name("connect"), ..good.clone() },
            GroupError::InconsistentGroupProtocol,
        ),
        (
            SyncRequest { protocol_name: name("roundrobin"), ..good.clone() },
            GroupError::InconsistentGroupProtocol,
        ),
    ];
    for (request, error) in cases {
        let ticket = world.sync(request);
        assert_eq!(world.synced(ticket), SyncAnswer::refusal(error));
        assert_eq!(world.basis(ticket), Basis::Nothing);
    }
    let ticket = world.sync(SyncRequest { protocol_type: None, ..good });
    assert_eq!(world.synced(ticket).error, None);
}

#[test]
fn in_a_rebalance_and_in_an_empty_group_nobody_syncs() {
    let (mut world, ids) = World::stable(2);
    world.join(join(&ids[0]));
    let ticket = world.sync(sync(&ids[1], 1));
    assert_eq!(world.synced(ticket).error, Some(GroupError::RebalanceInProgress));
    world.leave(ids.iter().map(|id| leaving(id)).collect());
    assert_eq!(world.state(), ClassicGroupState::Empty);
    let ticket = world.sync(sync(&ids[1], 2));
    assert_eq!(world.synced(ticket).error, Some(GroupError::UnknownMemberId));
}

#[test]
fn a_rebalance_sends_those_who_wait_back_to_join() {
    let (mut world, ids) = World::joined_group(2);
    let leader = world.group().leader_id().expect("a leader").to_owned();
    let follower = ids.iter().find(|id| **id != leader).expect("a follower").clone();
    let waiting = world.sync(sync(&follower, 1));
    world.join(old_join());
    assert_eq!(world.synced(waiting), SyncAnswer::refusal(GroupError::RebalanceInProgress));
    assert_eq!(world.basis(waiting), Basis::Nothing);
    let late = world.sync(sync(&leader, 1));
    assert_eq!(world.synced(late).error, Some(GroupError::RebalanceInProgress));
}

#[test]
fn a_second_sync_takes_the_place_of_one_that_waits() {
    let (mut world, ids) = World::joined_group(2);
    let leader = world.group().leader_id().expect("a leader").to_owned();
    let follower = ids.iter().find(|id| **id != leader).expect("a follower").clone();
    let first = world.sync(sync(&follower, 1));
    let second = world.sync(sync(&follower, 1));
    assert_eq!(world.synced(first).error, Some(GroupError::RebalanceInProgress));
    world.sync(sync(&leader, 1));
    assert_eq!(world.synced(second).error, None);
}

#[test]
fn a_member_that_leaves_or_dies_while_it_waits_to_sync_is_answered() {
    let (mut world, ids) = World::joined_group(2);
    let leader = world.group().leader_id().expect("a leader").to_owned();
    let follower = ids.iter().find(|id| **id != leader).expect("a follower").clone();
    let waiting = world.sync(sync(&follower, 1));
    world.leave(vec![leaving(&follower)]);
    assert_eq!(world.synced(waiting).error, Some(GroupError::UnknownMemberId));
}

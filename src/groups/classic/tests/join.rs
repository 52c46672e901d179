//! Who may join, and how.

use super::*;

#[test]
fn what_is_wrong_by_itself_is_refused_before_any_group() {
    let mut world = World::new();
    let no_group = world.join(JoinRequest { group_id: String::new(), ..join("m") });
    assert_eq!(world.join_error(no_group), Some(GroupError::InvalidGroupId));
    assert_eq!(world.joined(no_group).member_id, "m");
    for session_timeout_ms in [-1, 5_999, 1_800_001] {
        let ticket = world.join(JoinRequest { session_timeout_ms, ..join("") });
        assert_eq!(world.join_error(ticket), Some(GroupError::InvalidSessionTimeout));
        assert_eq!(world.basis(ticket), Basis::Nothing);
    }
    assert_eq!((&world.group, world.records.len()), (&None, 0));
    for session_timeout_ms in [6_000, 1_800_000] {
        let ticket = world.join(JoinRequest { session_timeout_ms, ..join("") });
        assert_eq!(world.join_error(ticket), Some(GroupError::MemberIdRequired));
    }
}

#[test]
fn an_id_does_not_found_a_group() {
    let mut world = World::new();
    let ticket = world.join(join("m"));
    assert_eq!(world.join_error(ticket), Some(GroupError::UnknownMemberId));
    assert_eq!(world.joined(ticket).member_id, "m");
    assert!(world.group.is_none());
}

#[test]
fn a_group_is_written_down_when_it_is_founded_even_by_a_member_that_is_refused() {
    let mut world = World::new();
    let ticket = world.join(JoinRequest { protocols: Vec::new(), ..join("") });
    assert_eq!(world.join_error(ticket), Some(GroupError::InconsistentGroupProtocol));
    let record = world.last_record();
    assert_eq!((record.protocol_type.as_str(), record.generation), ("", 0));
    assert_eq!((&record.protocol, &record.leader), (&None, &None));
    assert!(record.members.is_empty());
    assert_eq!(record.current_state_timestamp, 1_700_000_000_000);
    world.join(join(""));
    assert_eq!(world.records.len(), 1, "once");
}

#[test]
fn a_new_member_is_given_an_id_first_since_version_4() {
    let mut world = World::without_delay();
    let ticket = world.join(JoinRequest { version: 4, ..join("") });
    let answer = world.joined(ticket);
    assert_eq!(answer.error, Some(GroupError::MemberIdRequired));
    let (client, uuid) = answer.member_id.split_at("client-".len());
    assert_eq!((client, uuid.len()), ("client-", 36));
    assert_eq!(Uuid::parse_str(uuid).map(|uuid| uuid.get_version_num()), Ok(4));
    assert!(world.group().is_pending(&answer.member_id));
    assert_eq!(world.group().members().len(), 0);

    let ticket = world.join(JoinRequest { version: 4, ..join(&answer.member_id) });
    world.pass(0);
    let joined = world.joined(ticket);
    assert_eq!((joined.error, joined.generation_id), (None, 1));
    assert_eq!((&joined.leader, &joined.member_id), (&answer.member_id, &answer.member_id));
    assert!(!world.group().is_pending(&answer.member_id));
}

#[test]
fn a_new_member_joins_at_once_before_version_4_and_when_it_is_static() {
    for request in [old_join(), JoinRequest { version: 5, ..static_join("name") }] {
        let prefix = request.group_instance_id.as_deref().unwrap_or("client").to_owned();
        let mut world = World::without_delay();
        let ticket = world.join(request);
        world.pass(0);
        let joined = world.joined(ticket);
        assert_eq!(joined.error, None);
        assert!(joined.member_id.starts_with(&format!("{prefix}-")), "{}", joined.member_id);
        assert_eq!(joined.members.len(), 1);
        assert_eq!(joined.members[0].metadata, subscription(&["topic"]));
        assert_eq!(world.basis(ticket), Basis::Everything);
    }
}

#[test]
fn version_0_has_the_session_timeout_for_a_rebalance_timeout() {
    let mut world = World::new();
    world.join(JoinRequest { version: 0, rebalance_timeout_ms: -1, ..join("") });
    let timeouts = |member: &Member| (member.session_timeout_ms, member.rebalance_timeout_ms);
    assert_eq!(world.group().members().map(timeouts).next(), Some((SESSION_MS, SESSION_MS)));
}

#[test]
fn a_pending_id_is_forgotten_after_its_session() {
    let mut world = World::new();
    let ticket = world.join(join(""));
    let id = world.joined(ticket).member_id;
    world.pass(SESSION_MS as u64 - 1);
    assert!(world.group().is_pending(&id));
    world.pass(1);
    assert!(!world.group().is_pending(&id));
    let ticket = world.join(join(&id));
    assert_eq!(world.join_error(ticket), Some(GroupError::UnknownMemberId));
    assert_eq!(world.state(), ClassicGroupState::Empty);
}

#[test]
fn a_pending_id_has_no_name() {
    let mut world = World::new();
    let ticket = world.join(join(""));
    let id = world.joined(ticket).member_id;
    let ticket = world.join(JoinRequest { member_id: id, ..static_join("name") });
    assert_eq!(world.join_error(ticket), Some(GroupError::UnknownServerError));
    assert_eq!(world.joined(ticket).member_id, "");
}

#[test]
fn members_have_one_type_and_a_protocol_in_common() {
    let mut world = World::new();
    let first = world.join(JoinRequest { protocols: protocols(&["a", "b"]), ..old_join() });
    let of = |names: &[&str]| JoinRequest { protocols: protocols(names), ..old_join() };
    let connect = JoinRequest { protocol_type: "connect".to_owned(), ..of(&["a"]) };
    for refused in [of(&["c"]), of(&[]), connect] {
        let ticket = world.join(refused);
        assert_eq!(world.join_error(ticket), Some(GroupError::InconsistentGroupProtocol));
    }
    let second = world.join(of(&["c", "b"]));
    let third = world.join(of(&["a"]));
    assert_eq!(world.join_error(third), Some(GroupError::InconsistentGroupProtocol), "only b left");
    world.pass(60_000);
    assert_eq!(world.joined(first).protocol_name.as_deref(), Some("b"));
    assert_eq!(world.joined(second).protocol_name.as_deref(), Some("b"));
    assert_eq!(world.joined(second).protocol_type.as_deref(), Some("consumer"));
}

#[test]
fn the_type_of_an_empty_group_is_that_of_the_next_member() {
    let (mut world, ids) = World::stable(1);
    world.leave(vec![leaving(&ids[0])]);
    assert_eq!(world.group().protocol_type(), Some("consumer"));
    world.join(JoinRequest { protocol_type: "connect".to_owned(), ..old_join() });
    assert_eq!(world.group().protocol_type(), Some("connect"));
}

#[test]
fn most_votes_win_and_ties_go_as_in_a_java_hash_map() {
    let chosen = |votes: &[&[&str]]| {
        let mut world = World::new();
        for names in votes {
            world.join(JoinRequest { protocols: protocols(names), ..old_join() });
        }
        world.pass(6_000);
        world.group().protocol_name().map(str::to_owned).expect("a protocol")
    };
    let range: &[&str] = &["range", "roundrobin", "sticky", "range"];
    let robin: &[&str] = &["roundrobin", "range", "sticky"];
    let sticky: &[&str] = &["sticky", "range", "roundrobin"];
    assert_eq!(chosen(&[range, robin, robin]), "roundrobin");
    // Buckets of 16: sticky 8, range 9, roundrobin 10.
    assert_eq!(chosen(&[range, robin]), "range");
    assert_eq!(chosen(&[robin, range, sticky]), "sticky");
}

#[test]
fn the_size_of_a_group_is_limited_in_every_state() {
    let mut world = World::new();
    world.settings.max_size = 2;
    let pending = world.join(join(""));
    let pending = world.joined(pending).member_id;
    let first = world.join(old_join());
    let second = world.join(old_join());
    let third = world.join(old_join());
    assert_eq!(world.join_error(third), Some(GroupError::GroupMaxSizeReached), "two wait");
    assert_eq!(world.joined(third).member_id, "");
    let known = world.join(join(&pending));
    assert_eq!(world.join_error(known), Some(GroupError::GroupMaxSizeReached));
    assert!(!world.group().is_pending(&pending), "a refused id is forgotten");
    world.pass(6_000);
    let ids = [first, second].map(|ticket| world.joined(ticket).member_id);
    let fourth = world.join(old_join());
    assert_eq!(world.join_error(fourth), Some(GroupError::GroupMaxSizeReached), "two members");
    let again = world.join(join(&ids[0]));
    assert_eq!(world.join_error(again), None, "members are let in");

    // A rebalance lets in as many as come first.
    world.settings.max_size = 1;
    world.heartbeat(&ids[0], 1);
    let mut other = join(&ids[0]);
    other.protocols.pop();
    let back = world.join(other);
    let late = world.join(join(&ids[1]));
    assert_eq!(world.join_error(late), Some(GroupError::GroupMaxSizeReached));
    assert!(world.is_waiting(back), "as in Kafka, nobody looks whether all are there now");
    world.pass(REBALANCE_MS as u64);
    assert_eq!(world.joined(back).generation_id, 2);
    assert_eq!(world.group().members().len(), 1);
}

#[test]
fn pending_ids_do_not_count_for_the_size() {
    let mut world = World::new();
    world.settings.max_size = 1;
    for _ in 0..3 {
        let ticket = world.join(join(""));
        assert_eq!(world.join_error(ticket), Some(GroupError::MemberIdRequired));
    }
}

#[test]
fn a_dead_group_sends_members_elsewhere() {
    let (mut world, ids) = World::stable(1);
    world.turn(|group, cx| group.as_mut().expect("a group").close(cx, GroupError::NotCoordinator));
    for id in ["", &ids[0]] {
        let ticket = world.join(join(id));
        assert_eq!(world.join_error(ticket), Some(GroupError::CoordinatorNotAvailable));
        assert_eq!(world.joined(ticket).member_id, id);
    }
    let ticket = world.sync(sync(&ids[0], 1));
    assert_eq!(world.synced(ticket).error, Some(GroupError::CoordinatorNotAvailable));
    assert_eq!(world.heartbeat(&ids[0], 1), Some(GroupError::CoordinatorNotAvailable));
    let answer = world.leave(vec![leaving(&ids[0])]);
    assert_eq!(answer, LeaveAnswer::refusal(GroupError::CoordinatorNotAvailable));
    assert_eq!(world.group().next_deadline_ms(), None);
}

#[test]
fn a_member_that_lost_its_answer_hears_it_again_before_the_group_is_stable() {
    let (mut world, ids) = World::joined_group(2);
    let leader = world.group().leader_id().expect("a leader").to_owned();
    for id in &ids {
        let ticket = world.join(join(id));
        let answer = world.joined(ticket);
        assert_eq!((answer.error, answer.generation_id), (None, 1));
        assert_eq!(answer.members.len(), if *id == leader { 2 } else { 0 });
    }
    assert_eq!(world.state(), ClassicGroupState::CompletingRebalance);
    let changed = world.join(JoinRequest { protocols: protocols(&["range"]), ..join(&ids[0]) });
    assert!(world.is_waiting(changed));
    assert_eq!(world.state(), ClassicGroupState::PreparingRebalance);
}

#[test]
fn in_a_stable_group_a_follower_without_news_goes_on_and_the_leader_rebalances() {
    let (mut world, ids) = World::stable(2);
    let follower = world.join(join(&ids[1]));
    let answer = world.joined(follower);
    assert_eq!((answer.error, answer.generation_id), (None, 1));
    assert_eq!((answer.leader.as_str(), answer.members.len()), (ids[0].as_str(), 0));
    assert_eq!(world.basis(follower), Basis::Everything);
    assert_eq!(world.state(), ClassicGroupState::Stable);

    let leader = world.join(join(&ids[0]));
    assert!(world.is_waiting(leader));
    assert_eq!(world.state(), ClassicGroupState::PreparingRebalance);
    let follower = world.join(join(&ids[1]));
    assert_eq!(world.joined(follower).generation_id, 2);
    assert_eq!(world.joined(leader).members.len(), 2);
}

#[test]
fn in_a_stable_group_a_follower_with_news_rebalances() {
    let (mut world, ids) = World::stable(2);
    let mut request = join(&ids[1]);
    request.protocols[0].metadata = subscription(&["other"]);
    let ticket = world.join(request);
    assert!(world.is_waiting(ticket));
    assert_eq!(world.state(), ClassicGroupState::PreparingRebalance);
}

#[test]
fn a_second_join_takes_the_place_of_one_that_waits() {
    let (mut world, ids) = World::stable(2);
    let first = world.join(join(&ids[0]));
    let second = world.join(join(&ids[0]));
    assert_eq!(world.join_error(first), Some(GroupError::RebalanceInProgress));
    assert_eq!(world.joined(first).member_id, ids[0]);
    assert!(world.is_waiting(second));
    world.join(join(&ids[1]));
    assert_eq!(world.joined(second).generation_id, 2);
}

#[test]
fn an_unknown_id_is_refused_in_every_state() {
    let mut worlds = vec![World::joined_group(1).0, World::stable(1).0];
    let mut preparing = World::stable(2).0;
    let leader = preparing.group().leader_id().expect("a leader").to_owned();
    preparing.join(join(&leader));
    worlds.push(preparing);
    let (mut empty, ids) = World::stable(1);
    empty.leave(vec![leaving(&ids[0])]);
    worlds.push(empty);
    for mut world in worlds {
        let ticket = world.join(join("nobody"));
        assert_eq!(world.join_error(ticket), Some(GroupError::UnknownMemberId));
        assert_eq!(world.joined(ticket).member_id, "nobody");
    }
}

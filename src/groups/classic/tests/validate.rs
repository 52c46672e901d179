//! What others ask of a group.

use super::*;

fn preparing() -> (World, Vec<String>) {
    let (mut world, ids) = World::stable(2);
    world.join(join(&ids[0]));
    (world, ids)
}

fn empty() -> World {
    let (mut world, ids) = World::stable(1);
    world.leave(vec![leaving(&ids[0])]);
    world
}

fn dead() -> World {
    let mut world = empty();
    world.turn(|group, cx| group.as_mut().expect("a group").close(cx, GroupError::NotCoordinator));
    world
}

#[test]
fn commits_of_nobody_are_for_empty_groups() {
    let commit =
        |world: &World, transactional| world.group().validate_commit("", None, -1, transactional);
    assert_eq!(commit(&empty(), false), Ok(()));
    assert_eq!(commit(&empty(), true), Ok(()));
    assert_eq!(empty().group().validate_commit("any", None, -1, false), Ok(()));
    for world in [World::stable(1).0, World::joined_group(1).0, preparing().0] {
        assert_eq!(commit(&world, false), Err(GroupError::UnknownMemberId));
        assert_eq!(commit(&world, true), Ok(()));
    }
    assert_eq!(commit(&dead(), false), Err(GroupError::CoordinatorNotAvailable));
}

#[test]
fn commits_of_members_are_for_their_generation() {
    let (world, ids) = World::stable(1);
    let group = world.group();
    assert_eq!(group.validate_commit(&ids[0], None, 1, false), Ok(()));
    for generation in [-1, 0, 2] {
        let answer = group.validate_commit(&ids[0], None, generation, false);
        assert_eq!(answer, Err(GroupError::IllegalGeneration));
    }
    let unknown = Err(GroupError::UnknownMemberId);
    assert_eq!(group.validate_commit("x", None, 1, false), unknown);
    assert_eq!(group.validate_commit(&ids[0], Some("x"), 1, false), unknown);
    assert_eq!(empty().group().validate_commit("x", None, 2, false), unknown);
    let (world, ids) = preparing();
    assert_eq!(world.group().validate_commit(&ids[0], None, 1, false), Ok(()));
}

#[test]
fn commits_between_join_and_sync_are_to_wait_unless_transactional() {
    let (world, ids) = World::joined_group(1);
    let answer = world.group().validate_commit(&ids[0], None, 1, false);
    assert_eq!(answer, Err(GroupError::RebalanceInProgress));
    assert_eq!(world.group().validate_commit(&ids[0], None, 1, true), Ok(()));
}

#[test]
fn commits_of_a_fenced_static_member_are_refused() {
    let mut world = World::new();
    let ticket = world.join(static_join("a"));
    world.pass(3_000);
    let id = world.joined(ticket).member_id;
    world.sync(sync(&id, 1));
    assert_eq!(world.group().validate_commit(&id, Some("a"), 1, false), Ok(()));
    let answer = world.group().validate_commit("a-old", Some("a"), 1, false);
    assert_eq!(answer, Err(GroupError::FencedInstanceId));
}

#[test]
fn fetching_and_deleting_by_state() {
    let (dead, empty) = (dead(), empty());
    let not_found = Err(GroupError::GroupIdNotFound);
    assert_eq!(dead.group().validate_fetch(), not_found);
    assert_eq!(dead.group().validate_delete(), not_found);
    assert_eq!(dead.group().validate_offset_delete(), not_found);
    assert_eq!(empty.group().validate_delete(), Ok(()));
    assert_eq!(empty.group().validate_offset_delete(), Ok(()));
    for world in [World::stable(1).0, World::joined_group(1).0, preparing().0] {
        assert_eq!(world.group().validate_fetch(), Ok(()));
        assert_eq!(world.group().validate_delete(), Err(GroupError::NonEmptyGroup));
        assert_eq!(world.group().validate_offset_delete(), Ok(()), "consumers: topic by topic");
    }
    let mut connect = World::new();
    connect.join(JoinRequest { protocol_type: "connect".to_owned(), ..old_join() });
    assert_eq!(connect.group().validate_offset_delete(), Err(GroupError::NonEmptyGroup));
}

#[test]
fn topics_are_those_of_all_members_under_the_chosen_protocol() {
    let mut world = World::new();
    let of = |topics: &[&str]| JoinRequest {
        protocols: vec![Protocol { name: "range".to_owned(), metadata: subscription(topics) }],
        ..old_join()
    };
    world.join(of(&["a", "b"]));
    assert_eq!(world.group().subscribed_topics(), None);
    assert!(world.group().is_subscribed_to("x"), "not known yet: it may be any");
    world.join(of(&["b", "c"]));
    world.pass(6_000);
    let topics = ["a", "b", "c"].map(str::to_owned).into();
    assert_eq!(world.group().subscribed_topics(), Some(&topics));
    assert!(!world.group().is_subscribed_to("x"));

    let mut world = World::new();
    let rubbish = Bytes::from_static(b"?");
    world.join(JoinRequest {
        protocols: vec![Protocol { name: "range".to_owned(), metadata: rubbish }],
        ..old_join()
    });
    world.pass(3_000);
    assert_eq!(world.group().subscribed_topics(), None);
    assert!(world.group().is_subscribed_to("x"));

    let mut connect = World::new();
    connect.join(JoinRequest { protocol_type: "connect".to_owned(), ..old_join() });
    connect.pass(3_000);
    assert_eq!(connect.group().subscribed_topics(), None);
    assert!(!connect.group().is_subscribed_to("x"));
    assert_eq!(empty().group().subscribed_topics(), Some(&BTreeSet::new()));
}

#[test]
fn offsets_expire_by_state() {
    let new = ClassicGroup::new("g", Now { monotonic_ms: 0, wall_ms: 5 });
    assert_eq!(new.expiry_basis(), Some(ExpiryBasis::Commit), "a simple group");
    assert!(new.is_simple());
    let empty = empty();
    assert_eq!(empty.group().expiry_basis(), Some(ExpiryBasis::Since(empty.now.wall_ms)));
    assert!(!empty.group().is_simple());
    assert_eq!(World::stable(1).0.group().expiry_basis(), Some(ExpiryBasis::Commit));
    assert_eq!(World::joined_group(1).0.group().expiry_basis(), None);
    assert_eq!(preparing().0.group().expiry_basis(), None);
    assert_eq!(dead().group().expiry_basis(), None);
}

#[test]
fn a_description_shows_metadata_of_stable_groups_alone() {
    let (world, _) = World::stable(2);
    let described = world.group().describe();
    assert_eq!((described.state, &*described.protocol_type), ("Stable", "consumer"));
    assert_eq!((&*described.protocol_data, described.members.len()), ("range", 2));
    for member in &described.members {
        assert_eq!(member.metadata, subscription(&["topic"]));
        assert_eq!(member.assignment, Bytes::from(format!("of {}", member.member_id)));
        assert_eq!((&*member.client_id, &*member.client_host), ("client", "/127.0.0.1"));
    }
    let described = preparing().0.group().describe();
    assert_eq!((described.state, &*described.protocol_data), ("PreparingRebalance", ""));
    assert!(described.members.iter().all(|member| member.metadata.is_empty()));
    let names = [
        (ClassicGroupState::Empty, "Empty"),
        (ClassicGroupState::CompletingRebalance, "CompletingRebalance"),
        (ClassicGroupState::Dead, "Dead"),
    ];
    for (state, name) in names {
        assert_eq!(state.name(), name);
    }
}

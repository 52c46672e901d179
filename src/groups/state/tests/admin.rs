//! ListGroups, DescribeGroups, DeleteGroups.

use super::*;

fn delete(scene: &mut Scene, groups: &[&str]) -> Vec<Option<GroupError>> {
    let ids: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
    match scene.ask(Request::Delete(ids.clone())) {
        Answer::Deleted(outcomes) => {
            assert!(outcomes.iter().map(|(id, _)| id).eq(&ids), "in the order of the request");
            outcomes.into_iter().map(|(_, error)| error).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn groups_are_listed_by_state_and_type() {
    let mut scene = Scene::new();
    scene.commit("empty", "t", 1);
    scene.stable("stable");
    scene.send(Request::Join(JoinRequest { version: 3, ..join("joining", "") }));
    assert_eq!(scene.list(&[], &[]), ["empty", "joining", "stable"]);
    assert_eq!(scene.list(&["Empty"], &[]), ["empty"]);
    assert_eq!(scene.list(&["PREPARINGREBALANCE", "stable"], &[]), ["joining", "stable"]);
    assert_eq!(scene.list(&[" Stable "], &[]), ["stable"], "names of states are trimmed");
    assert_eq!(scene.list(&["NoSuchState"], &[]), [""; 0]);
    assert_eq!(scene.list(&[], &["Classic"]), ["empty", "joining", "stable"]);
    assert_eq!(scene.list(&[], &["consumer"]), [""; 0]);
    assert_eq!(scene.list(&[], &[" classic"]), [""; 0], "names of types are not");
    assert_eq!(scene.list(&["Stable"], &["consumer", "classic"]), ["stable"]);
}

#[test]
fn a_list_tells_of_each_group_what_it_is() {
    let mut scene = Scene::new();
    scene.commit("empty", "t", 1);
    scene.stable("stable");
    let listed = |id: &str, protocol_type: &str, state| ListedGroup {
        id: id.to_owned(),
        protocol_type: protocol_type.to_owned(),
        state,
        group_type: "classic",
    };
    let all = vec![listed("empty", "", "Empty"), listed("stable", "consumer", "Stable")];
    assert_eq!(scene.ask(Request::List(ListAsk::default())), Answer::Listed(all));
}

#[test]
fn groups_are_described_in_the_order_of_the_request() {
    let mut scene = Scene::new();
    let id = scene.stable("g");
    scene.commit("simple", "t", 1);
    let ids = ["simple", "none", "g"].map(str::to_owned).to_vec();
    let Answer::Described(described) = scene.ask(Request::Describe(ids)) else { panic!("no") };
    let simple = described[0].described.as_ref().expect("it is there");
    assert_eq!((simple.state, simple.members.len()), ("Empty", 0));
    assert_eq!(described[1].described, Err("Group none not found.".to_owned()));
    let group = described[2].described.as_ref().expect("it is there");
    assert_eq!((group.state, group.protocol_data.as_str()), ("Stable", "range"));
    assert_eq!((&group.members[0].member_id, &group.members[0].assignment[..]), (&id, &b"all"[..]));
}

#[test]
fn a_deleted_group_is_gone_with_its_offsets() {
    let mut scene = Scene::new();
    scene.commit("g", "t", 1);
    scene.commit("g", "u", 1);
    scene.commit("other", "t", 2);
    assert_eq!(delete(&mut scene, &["g"]), [None]);
    for _ in 0..2 {
        assert_eq!(scene.list(&[], &[]), ["other"]);
        assert_eq!((scene.committed("g", "t"), scene.committed("other", "t")), (-1, 2));
        assert_eq!(scene.log.len(), 6);
        scene.reload();
    }
    assert_eq!(delete(&mut scene, &["g"]), [Some(GroupError::GroupIdNotFound)]);
}

#[test]
fn a_group_with_members_is_not_deleted() {
    let mut scene = Scene::new();
    let id = scene.stable("g");
    scene.commit("simple", "t", 1);
    let outcomes = delete(&mut scene, &["g", "none", "simple"]);
    let errors = [Some(GroupError::NonEmptyGroup), Some(GroupError::GroupIdNotFound), None];
    assert_eq!(outcomes, errors);
    assert_eq!(scene.heartbeat("g", &id, 1), None);
    scene.leave("g", &id);
    assert_eq!(delete(&mut scene, &["g"]), [None]);
    scene.reload();
    assert!(scene.state.is_empty());
}

#[test]
fn a_group_that_is_named_twice_is_deleted_once() {
    let mut scene = Scene::new();
    scene.commit("g", "t", 1);
    assert_eq!(delete(&mut scene, &["g", "g"]), [None, Some(GroupError::GroupIdNotFound)]);
    assert_eq!(scene.log.len(), 3);
}

/// An id that was given out and has not joined yet keeps no group.
#[test]
fn an_id_that_has_not_joined_goes_with_its_group() {
    let mut scene = Scene::new();
    let ticket = scene.send(Request::Join(join("g", "")));
    let given = scene.joined(ticket);
    assert_eq!(given.error, Some(GroupError::MemberIdRequired));
    assert_eq!(delete(&mut scene, &["g"]), [None]);
    let ticket = scene.send(Request::Join(join("g", &given.member_id)));
    assert_eq!(scene.joined(ticket).error, Some(GroupError::UnknownMemberId));
    scene.reload();
    assert!(scene.state.is_empty());
}

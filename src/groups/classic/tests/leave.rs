//! LeaveGroup.

use super::*;

fn errors(answer: &LeaveAnswer) -> Vec<Option<GroupError>> {
    answer.members.iter().map(|member| member.error).collect()
}

#[test]
fn each_member_leaves_or_is_told_why_not() {
    let (mut world, ids) = World::stable(2);
    let static_ticket = world.join(static_join("name"));
    let pending = world.join(join(""));
    let pending = world.joined(pending).member_id;
    let named = |member_id: &str, name: &str| LeavingMember {
        group_instance_id: Some(name.to_owned()),
        ..leaving(member_id)
    };
    let answer = world.leave(vec![
        leaving("nobody"),
        leaving(""),
        named("", "other"),
        named(&ids[0], "name"),
        named(&ids[0], "other"),
        leaving(&pending),
        named("", "name"),
        leaving(&ids[0]),
        leaving(&ids[0]),
    ]);
    let unknown = Some(GroupError::UnknownMemberId);
    let fenced = Some(GroupError::FencedInstanceId);
    assert_eq!(
        errors(&answer),
        [unknown, unknown, unknown, fenced, unknown, None, None, None, unknown]
    );
    assert_eq!(answer.error, None);
    assert_eq!(answer.members[6].member_id, "", "as it was asked for");
    assert_eq!(answer.members[6].group_instance_id.as_deref(), Some("name"));
    assert_eq!(answer.error_before_version_3(), unknown);
    assert_eq!(world.join_error(static_ticket), unknown, "it waited, and is to join anew");
    assert_eq!(world.group().members().len(), 1);
    assert_eq!(world.group().leader_id(), Some(ids[1].as_str()));
    assert_eq!(world.state(), ClassicGroupState::PreparingRebalance);
}

#[test]
fn the_last_that_leaves_makes_the_group_empty_and_the_answer_waits_for_the_record() {
    let (mut world, ids) = World::stable(1);
    let ticket = world.ticket();
    let request = LeaveRequest { group_id: "g".to_owned(), members: vec![leaving(&ids[0])] };
    world.turn(|group, cx| group.as_mut().expect("a group").leave(cx, ticket, &request));
    assert_eq!(world.basis(ticket), Basis::Everything);
    assert_eq!(world.state(), ClassicGroupState::Empty);
    assert_eq!((world.last_record().generation, world.last_record().members.len()), (2, 0));
    assert_eq!(world.group().next_deadline_ms(), None);
}

#[test]
fn a_leave_that_changes_nothing_is_answered_at_once() {
    let (mut world, _) = World::stable(1);
    let ticket = world.ticket();
    let members = vec![leaving("nobody")];
    let mut request = LeaveRequest { group_id: "g".to_owned(), members };
    world.turn(|group, cx| group.as_mut().expect("a group").leave(cx, ticket, &request));
    assert_eq!(world.basis(ticket), Basis::Nothing);
    assert_eq!(world.answer(ticket), Answer::Leave(LeaveAnswer::unknown_group(&request)));
    assert_eq!(world.state(), ClassicGroupState::Stable);
    request.group_id.clear();
    let ticket = world.ticket();
    world.turn(|group, cx| group.as_mut().expect("a group").leave(cx, ticket, &request));
    let refusal = LeaveAnswer::refusal(GroupError::InvalidGroupId);
    assert_eq!(refusal.error_before_version_3(), Some(GroupError::InvalidGroupId));
    assert_eq!(world.answer(ticket), Answer::Leave(refusal));
}

#[test]
fn the_last_that_is_waited_for_ends_the_rebalance_by_leaving() {
    let (mut world, ids) = World::stable(2);
    let ticket = world.join(join(&ids[0]));
    world.leave(vec![leaving(&ids[1])]);
    assert_eq!(world.joined(ticket).generation_id, 2);
}

#[test]
fn a_pending_id_that_leaves_a_stable_group_makes_it_rebalance() {
    let (mut world, ids) = World::stable(1);
    let pending = world.join(join(""));
    let pending = world.joined(pending).member_id;
    assert_eq!(errors(&world.leave(vec![leaving(&pending)])), [None]);
    assert_eq!(world.state(), ClassicGroupState::PreparingRebalance);
    assert_eq!(world.heartbeat(&ids[0], 1), Some(GroupError::RebalanceInProgress));
}

#[test]
fn a_pending_id_may_leave_an_empty_group() {
    let mut world = World::new();
    let pending = world.join(join(""));
    let pending = world.joined(pending).member_id;
    assert_eq!(errors(&world.leave(vec![leaving(&pending)])), [None]);
    assert_eq!(world.state(), ClassicGroupState::Empty);
    assert_eq!(world.group().next_deadline_ms(), None);
}

//! What members are told of their group, and of groups that are not there.

use kabuki_coordination::Basis;

use super::*;
use crate::classic::{HeartbeatAnswer, LeaveAnswer, SyncAnswer};

fn classic(answer: impl Into<classic::Answer>) -> Answer {
    Answer::Classic(answer.into())
}

impl From<HeartbeatAnswer> for classic::Answer {
    fn from(answer: HeartbeatAnswer) -> Self {
        Self::Heartbeat(answer)
    }
}

impl From<SyncAnswer> for classic::Answer {
    fn from(answer: SyncAnswer) -> Self {
        Self::Sync(answer)
    }
}

impl From<LeaveAnswer> for classic::Answer {
    fn from(answer: LeaveAnswer) -> Self {
        Self::Leave(answer)
    }
}

fn leave(group: &str, id: &str) -> LeaveRequest {
    let member = LeavingMember { member_id: id.to_owned(), group_instance_id: None, reason: None };
    LeaveRequest { group_id: group.to_owned(), members: vec![member] }
}

#[test]
fn nobody_is_a_member_of_a_group_that_is_not_there() {
    for (group, error) in [("none", GroupError::UnknownMemberId), ("", GroupError::InvalidGroupId)]
    {
        let mut scene = Scene::new();
        let ticket = scene.send(Request::Join(join(group, "somebody")));
        assert_eq!(scene.joined(ticket), JoinAnswer::refusal("somebody", error));
        let refused = classic(HeartbeatAnswer { error: Some(error) });
        assert_eq!(scene.ask(Request::Heartbeat(heartbeat(group, "somebody", 1))), refused);
        let refused = classic(SyncAnswer::refusal(error));
        assert_eq!(scene.ask(Request::Sync(sync(group, "somebody", 1))), refused);
        assert!(scene.state.is_empty() && scene.log.is_empty());
    }
}

#[test]
fn whoever_leaves_a_group_that_is_not_there_is_told_so_by_member() {
    let mut scene = Scene::new();
    let request = leave("none", "somebody");
    let answer = LeaveAnswer::unknown_group(&request);
    assert_eq!(answer.members[0].error, Some(GroupError::UnknownMemberId));
    assert_eq!(scene.ask(Request::Leave(request)), classic(answer));
    let refused = classic(LeaveAnswer::refusal(GroupError::InvalidGroupId));
    assert_eq!(scene.ask(Request::Leave(leave("", "somebody"))), refused);
}

#[test]
fn what_is_said_of_a_group_that_is_not_there_depends_on_nothing() {
    let mut scene = Scene::new();
    let mut effects = Effects::default();
    let request = Request::Heartbeat(heartbeat("none", "somebody", 1));
    scene.state.handle(scene.now, Ticket(1), request, &mut effects);
    assert_eq!(effects.answers[0].basis, Basis::Nothing);
}

#[test]
fn the_first_member_founds_a_group_and_is_stable_with_its_share() {
    let mut scene = Scene::new();
    let id = scene.stable("g");
    assert_eq!(scene.heartbeat("g", &id, 1), None);
    assert_eq!(scene.state.len(), 1);
    // Founded, and assigned.
    assert_eq!(scene.log.len(), 2);
}

#[test]
fn members_stay_when_the_state_is_made_again() {
    let mut scene = Scene::new();
    let id = scene.stable("g");
    // Just before its session ends its coordinator is lost: the session begins anew.
    scene.pass(9_999);
    scene.reload();
    scene.pass(9_999);
    assert_eq!(scene.heartbeat("g", &id, 1), None);
    scene.pass(10_000);
    assert_eq!(scene.heartbeat("g", &id, 1), Some(GroupError::UnknownMemberId));
    assert_eq!(scene.state_of("g"), Some("Empty"));
    scene.reload();
    assert_eq!(scene.state_of("g"), Some("Empty"));
}

#[test]
fn groups_have_deadlines_of_their_own() {
    let mut scene = Scene::new();
    let first = scene.stable("a");
    scene.pass(5_000);
    let second = scene.stable("b");
    scene.pass(5_000);
    assert_eq!(scene.heartbeat("a", &first, 1), Some(GroupError::UnknownMemberId));
    assert_eq!(scene.heartbeat("b", &second, 1), None);
}

#[test]
fn a_simple_group_may_be_joined() {
    let mut scene = Scene::new();
    scene.commit("g", "t", 5);
    let id = scene.stable("g");
    assert_eq!(scene.committed("g", "t"), 5);
    scene.reload();
    assert_eq!(scene.heartbeat("g", &id, 1), None);
    assert_eq!(scene.committed("g", "t"), 5);
}

/// A leader that assigns more than a batch holds is refused as by Apache Kafka (MESSAGE_TOO_LARGE is answered as
/// UNKNOWN_SERVER_ERROR), and all are to join again. Nothing else in the partition is touched.
#[test]
fn an_assignment_that_does_not_fit_is_refused_and_all_join_again() {
    let mut scene = Scene::new();
    scene.bytes_max = 1_000;
    let other = scene.stable("other");
    let ticket = scene.send(Request::Join(JoinRequest { version: 3, ..join("g", "") }));
    scene.pass(0);
    let id = scene.joined(ticket).member_id;
    let written = scene.log.len();
    let too_large = SyncRequest {
        assignments: vec![(id.clone(), Bytes::from(vec![0; 1_000]))],
        ..sync("g", &id, 1)
    };
    let refused = classic(SyncAnswer::refusal(GroupError::UnknownServerError));
    assert_eq!(scene.ask(Request::Sync(too_large.clone())), refused);
    assert_eq!(scene.log.len(), written);
    assert_eq!(scene.state_of("g"), Some("PreparingRebalance"));
    assert_eq!(scene.heartbeat("g", &id, 1), Some(GroupError::RebalanceInProgress));
    assert_eq!(scene.heartbeat("other", &other, 1), None);
    // With less it gets on.
    let ticket = scene.send(Request::Join(join("g", &id)));
    assert_eq!(scene.joined(ticket).generation_id, 2);
    let fits = SyncRequest {
        generation_id: 2,
        assignments: vec![(id.clone(), Bytes::from_static(b"all"))],
        ..too_large
    };
    scene.ask(Request::Sync(fits));
    assert_eq!(scene.state_of("g"), Some("Stable"));
}

/// A member's id holds its client id, and a text in a record has 32,767 bytes at most.
#[test]
fn a_member_that_cannot_be_written_down_does_not_get_its_share() {
    let mut scene = Scene::new();
    scene.bytes_max = 1024 * 1024;
    let request = JoinRequest { version: 3, client_id: "c".repeat(32_760), ..join("g", "") };
    let ticket = scene.send(Request::Join(request));
    scene.pass(0);
    let id = scene.joined(ticket).member_id;
    let refused = classic(SyncAnswer::refusal(GroupError::UnknownServerError));
    assert_eq!(scene.ask(Request::Sync(sync("g", &id, 1))), refused);
    scene.reload();
    assert_eq!(scene.state_of("g"), Some("Empty"));
}

#[test]
fn a_static_member_that_comes_back_too_large_does_not_replace_the_old_one() {
    let mut scene = Scene::new();
    let named = || JoinRequest { group_instance_id: Some("name".to_owned()), ..join("g", "") };
    let ticket = scene.send(Request::Join(named()));
    scene.pass(0);
    let id = scene.joined(ticket).member_id;
    scene.send(Request::Sync(sync("g", &id, 1)));
    let written = scene.log.len();
    scene.bytes_max = 1_000;
    let mut large = named();
    large.protocols[0].metadata = Bytes::from(vec![0; 1_000]);
    let ticket = scene.send(Request::Join(large));
    assert_eq!(scene.joined(ticket), JoinAnswer::refusal("", GroupError::UnknownServerError));
    assert_eq!(scene.log.len(), written);
    assert_eq!(scene.heartbeat("g", &id, 1), None);
    assert_eq!(scene.state_of("g"), Some("Stable"));
}

use kabuki_wire::messages::join_group_response::JoinGroupResponseMember;

use super::*;
use crate::group::GroupProtocol;

fn options() -> GroupOptions {
    GroupOptions::new("g", vec!["t".to_owned()], GroupProtocol::Classic)
}

fn joined(member: &str, leader: &str) -> JoinGroupResponse {
    JoinGroupResponse::default()
        .with_generation_id(4)
        .with_leader(text(leader))
        .with_member_id(text(member))
}

fn refused(error: ResponseError) -> JoinGroupResponse {
    JoinGroupResponse::default().with_error_code(error.code()).with_member_id(text("given"))
}

#[test]
fn a_new_member_asks_again_with_the_id_that_it_is_given() {
    let mut member = ClassicMember::new();
    assert_eq!(member.join_request(&options(), 9).member_id, text(""));
    assert_eq!(member.joined(&refused(ResponseError::MemberIdRequired)), Ok(Joined::Again));
    assert_eq!(member.join_request(&options(), 9).member_id, text("given"));
    assert_eq!(member.joined(&refused(ResponseError::UnknownMemberId)), Ok(Joined::Again));
    assert_eq!(member.join_request(&options(), 9).member_id, text(""), "it was given up");
}

#[test]
fn what_cannot_be_healed_is_an_error() {
    let mut member = ClassicMember::new();
    let full = member.joined(&refused(ResponseError::GroupMaxSizeReached));
    assert_eq!(full, Err(ResponseError::GroupMaxSizeReached.into()));
}

#[test]
fn the_leader_is_told_what_all_members_read() {
    let mut member = ClassicMember::new();
    let other = JoinGroupResponseMember::default()
        .with_member_id(text("other"))
        .with_metadata(write_subscription(&["a".to_owned()]));
    let odd = JoinGroupResponseMember::default().with_member_id(text("odd"));
    let answer = joined("m", "m").with_members(vec![other, odd]);
    let Ok(Joined::Leads(members)) = member.joined(&answer) else { panic!("it leads") };
    assert_eq!(members[0].topics, ["a"]);
    assert!(members[1].topics.is_empty(), "nonsense gets nothing");
    let assignment = Assignment::from([("a".to_owned(), [0].into())]);
    let assignments = BTreeMap::from([("other".to_owned(), assignment)]);
    let request = member.sync_request(&options(), &assignments, 5);
    assert_eq!((request.generation_id, request.assignments.len()), (4, 1));
    assert_eq!(request.protocol_name, Some(ASSIGNOR));
    let skips = joined("m", "m").with_skip_assignment(true);
    assert_eq!(member.joined(&skips), Ok(Joined::Follows), "the coordinator keeps what it has");
    assert_eq!(member.joined(&joined("m", "other")), Ok(Joined::Follows));
}

#[test]
fn an_answer_to_sync_group_says_what_the_member_has_or_that_it_is_late() {
    let mut member = ClassicMember::new();
    assert_eq!(member.joined(&joined("m", "other")), Ok(Joined::Follows));
    let assignment = Assignment::from([("t".to_owned(), [1, 2].into())]);
    let answer = SyncGroupResponse::default().with_assignment(write_assignment(&assignment));
    assert_eq!(member.synced(&answer), Ok(Some(assignment)));
    let late = ResponseError::RebalanceInProgress.code();
    assert_eq!(member.synced(&SyncGroupResponse::default().with_error_code(late)), Ok(None));
    let nonsense = SyncGroupResponse::default().with_assignment(vec![0].into());
    assert!(member.synced(&nonsense).is_err());
}

#[test]
fn a_heartbeat_tells_of_a_rebalance_and_of_a_member_that_was_given_up() {
    let mut member = ClassicMember::new();
    assert_eq!(member.joined(&joined("m", "other")), Ok(Joined::Follows));
    assert_eq!(member.heard(0), Ok(Heard::Fine));
    assert_eq!(member.heard(ResponseError::RebalanceInProgress.code()), Ok(Heard::Rebalance));
    assert_eq!(member.membership(&options()).member_id, "m", "it joins again under its id");
    assert_eq!(member.heard(ResponseError::UnknownMemberId.code()), Ok(Heard::Lost));
    assert_eq!(member.membership(&options()).epoch, -1);
    let fenced = member.heard(ResponseError::FencedInstanceId.code());
    assert_eq!(fenced, Err(ResponseError::FencedInstanceId.into()));
}

#[test]
fn members_that_come_back_do_not_leave_and_their_id_is_told_where_it_can_be() {
    let mut member = ClassicMember::new();
    assert_eq!(member.leave_request(&options(), 5), None, "it is no member yet");
    assert_eq!(member.joined(&joined("m", "other")), Ok(Joined::Follows));
    let request = member.leave_request(&options(), 5).expect("it is a member");
    assert_eq!(request.members[0].member_id, text("m"));
    assert_eq!(member.leave_request(&options(), 2).expect("too").member_id, text("m"));
    let lasting = GroupOptions { instance_id: Some("i".to_owned()), ..options() };
    assert_eq!(member.leave_request(&lasting, 5), None);
    assert_eq!(member.heartbeat_request(&lasting, 3).group_instance_id, Some(text("i")));
    assert_eq!(member.heartbeat_request(&lasting, 2).group_instance_id, None);
}

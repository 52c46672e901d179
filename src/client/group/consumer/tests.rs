use kabuki_wire::messages::consumer_group_heartbeat_response as response;

use super::*;
use crate::group::GroupProtocol;

const A: Uuid = Uuid::from_u128(1);
const B: Uuid = Uuid::from_u128(2);

fn options() -> GroupOptions {
    GroupOptions::new("g", vec!["a".to_owned(), "b".to_owned()], GroupProtocol::Consumer)
}

fn names() -> BTreeMap<Uuid, String> {
    BTreeMap::from([(A, "a".to_owned()), (B, "b".to_owned())])
}

fn set(partitions: &[(&str, i32)]) -> BTreeSet<TopicPartition> {
    partitions.iter().map(|(topic, partition)| ((*topic).to_owned(), *partition)).collect()
}

fn answer(epoch: i32, assigned: Option<&[(Uuid, &[i32])]>) -> ConsumerGroupHeartbeatResponse {
    let topic = |(id, partitions): &(Uuid, &[i32])| {
        response::TopicPartitions::default().with_topic_id(*id).with_partitions(partitions.to_vec())
    };
    let assignment = assigned.map(|topics| {
        let topics = topics.iter().map(topic).collect();
        response::Assignment::default().with_topic_partitions(topics)
    });
    ConsumerGroupHeartbeatResponse::default().with_member_epoch(epoch).with_assignment(assignment)
}

/// A member that has joined and reads partitions 0 and 1 of topic a.
fn settled() -> ConsumerMember {
    let mut member = ConsumerMember::new("m".to_owned());
    assert_eq!(member.heard(&answer(1, Some(&[(A, &[0, 1])]))), Ok(Next::Nothing));
    assert_eq!(member.reconcile(&names()), Next::Assigned(set(&[("a", 0), ("a", 1)])));
    assert!(member.has_news());
    assert_eq!(member.heard(&answer(1, None)), Ok(Next::Nothing));
    assert!(!member.has_news());
    member
}

#[test]
fn it_tells_everything_when_it_joins_and_afterwards_what_is_new() {
    let member = ConsumerMember::new("m".to_owned());
    let request = member.heartbeat_request(&options(), 1);
    assert_eq!((request.member_epoch, request.member_id), (0, text("m")));
    assert_eq!(request.subscribed_topic_names, Some(vec![topic_name("a"), topic_name("b")]));
    assert_eq!((request.topic_partitions, request.rebalance_timeout_ms), (Some(vec![]), 300_000));
    assert_eq!(member.heartbeat_request(&options(), 0).member_id, text(""), "it will be given one");
    let request = settled().heartbeat_request(&options(), 1);
    assert_eq!((request.member_epoch, request.rebalance_timeout_ms), (1, -1));
    assert_eq!((request.subscribed_topic_names, request.topic_partitions), (None, None));
}

#[test]
fn the_id_that_an_old_coordinator_gives_is_kept() {
    let mut member = ConsumerMember::new("m".to_owned());
    let given = answer(1, None).with_member_id(Some(text("given")));
    assert_eq!(member.heard(&given), Ok(Next::Nothing));
    assert_eq!(member.membership(&options()).member_id, "given");
}

#[test]
fn partitions_are_given_up_before_others_are_taken() {
    let mut member = settled();
    assert_eq!(member.heard(&answer(2, Some(&[(A, &[1]), (B, &[0])]))), Ok(Next::Nothing));
    assert_eq!(member.reconcile(&names()), Next::Release(set(&[("a", 0)])));
    assert!(!member.has_news(), "the coordinator hears of it when it is done");
    assert_eq!(member.reconcile(&names()), Next::Assigned(set(&[("a", 1), ("b", 0)])));
    let request = member.heartbeat_request(&options(), 1);
    assert_eq!((request.member_epoch, request.topic_partitions.map(|it| it.len())), (2, Some(2)));
    assert_eq!(member.heard(&answer(2, None)), Ok(Next::Nothing));
    assert_eq!(member.reconcile(&names()), Next::Nothing);
}

#[test]
fn a_target_that_changes_while_partitions_are_given_up_is_followed() {
    let mut member = settled();
    assert_eq!(member.heard(&answer(2, Some(&[(A, &[1])]))), Ok(Next::Nothing));
    assert_eq!(member.reconcile(&names()), Next::Release(set(&[("a", 0)])));
    assert_eq!(member.heard(&answer(3, Some(&[]))), Ok(Next::Nothing));
    assert_eq!(member.reconcile(&names()), Next::Release(set(&[("a", 0), ("a", 1)])));
    assert_eq!(member.reconcile(&names()), Next::Assigned(set(&[])));
}

#[test]
fn an_assignment_that_is_what_the_member_has_is_no_news() {
    let mut member = settled();
    assert_eq!(member.heard(&answer(2, Some(&[(A, &[0, 1])]))), Ok(Next::Nothing));
    assert_eq!(member.reconcile(&names()), Next::Nothing);
    let mut new = ConsumerMember::new("m".to_owned());
    assert_eq!(new.heard(&answer(1, Some(&[]))), Ok(Next::Nothing));
    assert_eq!(new.reconcile(&names()), Next::Assigned(set(&[])), "nothing is an assignment, too");
}

#[test]
fn topics_wait_until_their_names_are_known() {
    let mut member = settled();
    assert_eq!(member.heard(&answer(2, Some(&[(A, &[0, 1]), (B, &[0])]))), Ok(Next::Nothing));
    let known = BTreeMap::from([(A, "a".to_owned())]);
    assert_eq!(member.target_ids(), [A, B]);
    assert_eq!(member.reconcile(&known), Next::Nothing);
    let all = Next::Assigned(set(&[("a", 0), ("a", 1), ("b", 0)]));
    assert_eq!(member.reconcile(&names()), all);
    assert!(member.target_ids().is_empty());
}

#[test]
fn a_member_that_is_fenced_joins_anew_under_its_id() {
    for error in [ResponseError::FencedMemberEpoch, ResponseError::UnknownMemberId] {
        let mut member = settled();
        let fenced = ConsumerGroupHeartbeatResponse::default().with_error_code(error.code());
        assert_eq!(member.heard(&fenced), Ok(Next::Lost));
        let request = member.heartbeat_request(&options(), 1);
        assert_eq!((request.member_epoch, request.member_id), (0, text("m")));
        assert_eq!(request.topic_partitions, Some(vec![]));
    }
    let full = ResponseError::GroupMaxSizeReached;
    let refused = ConsumerGroupHeartbeatResponse::default().with_error_code(full.code());
    assert_eq!(settled().heard(&refused), Err(full.into()));
}

#[test]
fn what_an_answer_may_have_missed_is_told_again() {
    let mut member = settled();
    member.tell_again();
    assert!(member.heartbeat_request(&options(), 1).topic_partitions.is_some());
}

#[test]
fn a_member_leaves_for_good_or_until_it_comes_back() {
    assert_eq!(ConsumerMember::new("m".to_owned()).leave_request(&options()), None);
    let epoch = |options: &GroupOptions| {
        settled().leave_request(options).map(|request| request.member_epoch)
    };
    assert_eq!(epoch(&options()), Some(-1));
    let lasting = GroupOptions { instance_id: Some("i".to_owned()), ..options() };
    assert_eq!(epoch(&lasting), Some(-2));
}

use bytes::Bytes;
use kabuki_wire::messages::consumer_group_heartbeat_response as beat;
use kabuki_wire::messages::join_group_response::JoinGroupResponseMember;
use kabuki_wire::messages::*;
use kabuki_wire::{ApiKey, RequestHeader, decode_request};

use super::*;
use crate::client::text;
use crate::coordinator::tests::{Asked, TOPIC_ID, apis, cluster, request};
use crate::fake_broker::{Reaction, answer};
use crate::group::subscription::{write_assignment, write_subscription};

const SERVED: [(ApiKey, i16, i16); 7] = [
    (ApiKey::FindCoordinator, 0, 6),
    (ApiKey::JoinGroup, 0, 9),
    (ApiKey::SyncGroup, 0, 5),
    (ApiKey::Heartbeat, 0, 4),
    (ApiKey::LeaveGroup, 0, 5),
    (ApiKey::OffsetCommit, 2, 9),
    (ApiKey::ConsumerGroupHeartbeat, 0, 1),
];

fn options(protocol: GroupProtocol) -> GroupOptions {
    let options = GroupOptions::new("g", vec!["t".to_owned()], protocol);
    GroupOptions { heartbeat_interval: Duration::ZERO, ..options }
}

fn set(partitions: &[i32]) -> BTreeSet<TopicPartition> {
    partitions.iter().map(|&partition| ("t".to_owned(), partition)).collect()
}

async fn start(
    protocol: GroupProtocol,
    react: impl FnMut(usize, &RequestHeader, Bytes) -> Reaction + Send + 'static,
) -> (Client, GroupConsumer, Asked) {
    let (config, asked) = cluster(&SERVED, react);
    let client = Client::connect(config).await.expect("it answers");
    (client, GroupConsumer::new(options(protocol)), asked)
}

/// A coordinator whose only member, `m`, leads, and which starts a rebalance with the second heartbeat.
fn classic(header: &RequestHeader, mut body: Bytes, heartbeats: &mut usize) -> Reaction {
    match header.api {
        ApiKey::JoinGroup => {
            let asked: JoinGroupRequest = decode_request(&mut body, header.version).expect("whole");
            let response = JoinGroupResponse::default().with_member_id(text("m"));
            if asked.member_id.is_empty() {
                let code = ResponseError::MemberIdRequired.code();
                let response = response.with_error_code(code).with_protocol_name(Some(text("")));
                return answer::<JoinGroupRequest>(header, &response);
            }
            let member = JoinGroupResponseMember::default()
                .with_member_id(text("m"))
                .with_metadata(write_subscription(&["t".to_owned()]));
            let response = response
                .with_generation_id(1)
                .with_leader(text("m"))
                .with_protocol_name(Some(text("range")))
                .with_members(vec![member]);
            answer::<JoinGroupRequest>(header, &response)
        }
        ApiKey::SyncGroup => {
            let asked: SyncGroupRequest = decode_request(&mut body, header.version).expect("whole");
            let own = asked.assignments.first().map(|it| it.assignment.clone());
            let response = SyncGroupResponse::default()
                .with_protocol_type(Some(text("consumer")))
                .with_protocol_name(Some(text("range")))
                .with_assignment(own.unwrap_or_else(|| write_assignment(&Assignment::new())));
            answer::<SyncGroupRequest>(header, &response)
        }
        ApiKey::Heartbeat => {
            *heartbeats += 1;
            let in_rebalance = ResponseError::RebalanceInProgress.code();
            let code = if *heartbeats == 2 { in_rebalance } else { 0 };
            let response = HeartbeatResponse::default().with_error_code(code);
            answer::<HeartbeatRequest>(header, &response)
        }
        ApiKey::OffsetCommit => {
            answer::<OffsetCommitRequest>(header, &OffsetCommitResponse::default())
        }
        ApiKey::LeaveGroup => answer::<LeaveGroupRequest>(header, &LeaveGroupResponse::default()),
        _ => Reaction::Close,
    }
}

#[tokio::test]
async fn a_classic_member_joins_leads_gives_up_joins_again_and_leaves() {
    let mut heartbeats = 0;
    let react = move |_, header: &RequestHeader, body| classic(header, body, &mut heartbeats);
    let (mut client, mut member, asked) = start(GroupProtocol::Classic, react).await;
    let mut events = vec![];
    for _ in 0..4 {
        events.push(member.poll(&mut client).await.expect("an answer"));
    }
    let all = set(&[0, 1, 2]);
    let expected = [
        GroupEvent::Assigned(all.clone()),
        GroupEvent::Unchanged,
        GroupEvent::Release(all.clone()),
        GroupEvent::Assigned(all),
    ];
    assert_eq!(events, expected);
    let offsets = BTreeMap::from([(("t".to_owned(), 0), 5)]);
    member.commit(&mut client, &offsets).await.expect("an answer");
    member.leave(&mut client).await.expect("an answer");
    let expected = [
        ApiKey::FindCoordinator,
        ApiKey::JoinGroup,
        ApiKey::JoinGroup,
        ApiKey::SyncGroup,
        ApiKey::Heartbeat,
        ApiKey::Heartbeat,
        ApiKey::JoinGroup,
        ApiKey::SyncGroup,
        ApiKey::OffsetCommit,
        ApiKey::LeaveGroup,
    ];
    assert_eq!(apis(&asked), expected);
    let commit: OffsetCommitRequest = request(&asked, 8);
    assert_eq!((commit.member_id, commit.generation_id_or_member_epoch), (text("m"), 1));
    assert_eq!(commit.topics[0].partitions[0].committed_offset, 5);
}

#[tokio::test]
async fn a_coordinator_that_is_not_ready_is_asked_later() {
    let mut heartbeats = 0;
    let react = move |number, header: &RequestHeader, body| match number {
        0 => {
            let code = ResponseError::NotCoordinator.code();
            let response = JoinGroupResponse::default()
                .with_error_code(code)
                .with_protocol_name(Some(text("")));
            answer::<JoinGroupRequest>(header, &response)
        }
        1 => Reaction::Close,
        _ => classic(header, body, &mut heartbeats),
    };
    let (mut client, mut member, asked) = start(GroupProtocol::Classic, react).await;
    loop {
        match member.poll(&mut client).await.expect("patience") {
            GroupEvent::Unchanged => tokio::time::sleep(member.until_due()).await,
            event => break assert_eq!(event, GroupEvent::Assigned(set(&[0, 1, 2]))),
        }
    }
    let lookups = apis(&asked).into_iter().filter(|api| *api == ApiKey::FindCoordinator);
    assert_eq!(lookups.count(), 3, "at first, after it had moved, after it was lost");
}

#[tokio::test]
async fn a_group_that_is_full_is_an_error() {
    let react = |_, header: &RequestHeader, _| {
        let code = ResponseError::GroupMaxSizeReached.code();
        let response =
            JoinGroupResponse::default().with_error_code(code).with_protocol_name(Some(text("")));
        answer::<JoinGroupRequest>(header, &response)
    };
    let (mut client, mut member, _) = start(GroupProtocol::Classic, react).await;
    let error = member.poll(&mut client).await.expect_err("it is full");
    assert_eq!(error.to_string(), "group 'g': GROUP_MAX_SIZE_REACHED");
}

/// A coordinator that takes a partition away with the third heartbeat and forgets the member with the fifth.
fn consumer(number: usize, header: &RequestHeader) -> Reaction {
    let assigned = |partitions: &[i32]| {
        let topic = beat::TopicPartitions::default()
            .with_topic_id(TOPIC_ID)
            .with_partitions(partitions.to_vec());
        Some(beat::Assignment::default().with_topic_partitions(vec![topic]))
    };
    let response = ConsumerGroupHeartbeatResponse::default().with_member_epoch(number as i32 + 1);
    let response = match number {
        0 => response.with_assignment(assigned(&[0, 1])),
        2 => response.with_assignment(assigned(&[1])),
        4 => response.with_error_code(ResponseError::FencedMemberEpoch.code()),
        _ => response,
    };
    answer::<ConsumerGroupHeartbeatRequest>(header, &response)
}

#[tokio::test]
async fn a_member_of_the_consumer_protocol_follows_the_coordinator() {
    let react = |number, header: &RequestHeader, _| consumer(number, header);
    let (mut client, mut member, asked) = start(GroupProtocol::Consumer, react).await;
    let mut events = vec![];
    while events.last() != Some(&GroupEvent::Lost) {
        match member.poll(&mut client).await.expect("an answer") {
            GroupEvent::Unchanged => {}
            event => events.push(event),
        }
    }
    let expected = [
        GroupEvent::Assigned(set(&[0, 1])),
        GroupEvent::Release(set(&[0])),
        GroupEvent::Assigned(set(&[1])),
        GroupEvent::Lost,
    ];
    assert_eq!(events, expected);
    // The coordinator's lookup comes first.
    let told: ConsumerGroupHeartbeatRequest = request(&asked, 4);
    let told = told.topic_partitions.expect("what is owned is news");
    assert_eq!((told[0].topic_id, told[0].partitions.as_slice()), (TOPIC_ID, [1].as_slice()));
}

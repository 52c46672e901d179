//! What groups survive: their coordinator is killed, the broker is killed; and how soon members are asked to come again.

use kabuki_client::NewTopic;
use kabuki_wire::messages::join_group_request::JoinGroupRequestProtocol;
use kabuki_wire::messages::offset_commit::{
    OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use kabuki_wire::messages::offset_fetch::{OffsetFetchRequestGroup, OffsetFetchRequestTopics};
use kabuki_wire::messages::sync_group_request::SyncGroupRequestAssignment;
use kabuki_wire::messages::{
    ConsumerGroupHeartbeatRequest, FindCoordinatorRequest, GroupId, HeartbeatRequest,
    JoinGroupRequest, JoinGroupResponse, OffsetCommitRequest, OffsetFetchRequest, SyncGroupRequest,
    TopicName,
};
use kabuki_wire::{Request, ResponseError, StrBytes};

use super::raw::Raw;
use super::server::{Place, Server, wait_until};

/// One partition, so that every group has the same coordinator.
const ONE_COORDINATOR: &str = "offsets.topic.num.partitions=1";
const NO_DELAY: &str = "group.initial.rebalance.delay.ms=0";
const CHAOS: &str = "kabuki.chaos.enabled=true";
const COORDINATOR: &str = "group-coordinator-0";
const COMMIT_VERSION: i16 = 8;
const FETCH_VERSION: i16 = 8;
const JOIN_VERSION: i16 = 5;
const SYNC_VERSION: i16 = 3;
const HEARTBEAT_VERSION: i16 = 3;
const CONSUMER_HEARTBEAT_VERSION: i16 = 1;

fn text(it: &str) -> StrBytes {
    StrBytes::from_string(it.to_owned())
}

fn topic() -> TopicName {
    TopicName(text("t"))
}

/// A client that asks one thing after the other.
struct Asking(Raw);

impl Asking {
    fn of(server: &Server) -> Self {
        Self(Raw::connect(server.bootstrap()))
    }

    fn ask<R: Request>(&mut self, version: i16, request: &R) -> R::Response {
        self.0.send(version, 1, request);
        self.0.next_response::<R>(version).expect("an answer").1
    }

    /// Commits for a group that has no members, and asks again as long as it is told to.
    fn commit(&mut self, group: &str, offset: i64) {
        let partition = OffsetCommitRequestPartition::default().with_committed_offset(offset);
        let topics = vec![OffsetCommitRequestTopic {
            name: topic(),
            partitions: vec![partition],
            ..Default::default()
        }];
        let group_id = GroupId(text(group));
        let request = OffsetCommitRequest { group_id, topics, ..Default::default() };
        wait_until("the offset is committed", || {
            let response = self.ask(COMMIT_VERSION, &request);
            is_done(response.topics[0].partitions[0].error_code)
        });
    }

    fn committed(&mut self, group: &str) -> i64 {
        let topics = vec![OffsetFetchRequestTopics {
            name: topic(),
            partition_indexes: vec![0],
            ..Default::default()
        }];
        let group_id = GroupId(text(group));
        let group =
            OffsetFetchRequestGroup { group_id, topics: Some(topics), ..Default::default() };
        let request = OffsetFetchRequest { groups: vec![group], ..Default::default() };
        let mut committed = -1;
        wait_until("the offset is fetched", || {
            let response = self.ask(FETCH_VERSION, &request);
            let group = &response.groups[0];
            if is_done(group.error_code) {
                committed = group.topics[0].partitions[0].committed_offset;
            }
            group.error_code == 0
        });
        committed
    }

    /// Joins as the only member, and takes everything. A coordinator that is found may still read its log.
    fn join(&mut self, group: &str) -> (i32, StrBytes) {
        let protocol = JoinGroupRequestProtocol::default().with_name(text("range"));
        let mut join = JoinGroupRequest::default()
            .with_group_id(GroupId(text(group)))
            .with_protocol_type(text("consumer"))
            .with_protocols(vec![protocol])
            .with_session_timeout_ms(30_000)
            .with_rebalance_timeout_ms(30_000);
        let mut joined = JoinGroupResponse::default();
        wait_until("the coordinator listens", || {
            joined = self.ask(JOIN_VERSION, &join);
            joined.error_code == ResponseError::MemberIdRequired.code()
                || is_done(joined.error_code)
        });
        assert_eq!(joined.error_code, ResponseError::MemberIdRequired.code());
        join.member_id = joined.member_id.clone();
        joined = self.ask(JOIN_VERSION, &join);
        assert_eq!((joined.error_code, joined.members.len()), (0, 1));
        let assignment =
            SyncGroupRequestAssignment::default().with_member_id(joined.member_id.clone());
        let sync = SyncGroupRequest::default()
            .with_group_id(GroupId(text(group)))
            .with_generation_id(joined.generation_id)
            .with_member_id(joined.member_id.clone())
            .with_assignments(vec![assignment]);
        assert_eq!(self.ask(SYNC_VERSION, &sync).error_code, 0);
        (joined.generation_id, joined.member_id)
    }

    fn heartbeat(&mut self, group: &str, generation: i32, member: &StrBytes) -> i16 {
        let heartbeat = HeartbeatRequest::default()
            .with_group_id(GroupId(text(group)))
            .with_generation_id(generation)
            .with_member_id(member.clone());
        self.ask(HEARTBEAT_VERSION, &heartbeat).error_code
    }
}

/// A member of the consumer protocol joins.
fn consumer_join(group: &str, topics: Vec<TopicName>) -> ConsumerGroupHeartbeatRequest {
    ConsumerGroupHeartbeatRequest::default()
        .with_group_id(GroupId(text(group)))
        .with_member_id(text("m"))
        .with_rebalance_timeout_ms(30_000)
        .with_subscribed_topic_names(Some(topics))
        .with_topic_partitions(Some(vec![]))
}

impl Asking {
    /// A member of the consumer protocol joins; when it is to come again, in milliseconds, and what it is told then.
    fn join_consumers(&mut self, group: &str) -> [i32; 2] {
        let mut request = consumer_join(group, vec![topic()]);
        let mut told_ms = [0; 2];
        for interval_ms in &mut told_ms {
            wait_until("a heartbeat is answered", || {
                let answer = self.ask(CONSUMER_HEARTBEAT_VERSION, &request);
                request.member_epoch = answer.member_epoch;
                *interval_ms = answer.heartbeat_interval_ms;
                is_done(answer.error_code)
            });
        }
        told_ms
    }
}

/// Done, or to be asked again; every other error is a fault.
fn is_done(code: i16) -> bool {
    let error = ResponseError::try_from_code(code).filter(|_| code != 0);
    assert!(error.is_none_or(|error| error.is_retriable()), "{error:?}");
    error.is_none()
}

/// A broker with a topic, and with a coordinator.
fn broker(place: &mut Place) -> Server {
    broker_with(place, &[NO_DELAY, CHAOS])
}

fn broker_with(place: &mut Place, overrides: &[&str]) -> Server {
    let server = place.start_with(&[&[ONE_COORDINATOR], overrides].concat());
    server.client().create(NewTopic::new("t"));
    let mut client = Asking::of(&server);
    let find = FindCoordinatorRequest::default().with_key(text("g"));
    wait_until("there is a coordinator", || is_done(client.ask(1, &find).error_code));
    server
}

#[test]
fn no_commit_is_lost_when_its_coordinator_is_killed() {
    let mut place = Place::new();
    let server = broker(&mut place);
    let mut client = Asking::of(&server);
    for round in 0..20 {
        for group in ["a", "b", "c"] {
            client.commit(group, round);
        }
        if round % 4 == 3 {
            server.kill_actor(COORDINATOR);
        }
        for group in ["a", "b", "c"] {
            assert_eq!(client.committed(group), round, "group {group}");
        }
    }
    server.stop();
}

#[test]
fn members_that_keep_sending_heartbeats_outlive_their_coordinator() {
    let mut place = Place::new();
    let server = broker(&mut place);
    let mut client = Asking::of(&server);
    let (generation, member) = client.join("g");
    for _ in 0..3 {
        server.kill_actor(COORDINATOR);
        client.commit("other", 1);
        wait_until("a heartbeat is answered", || {
            is_done(client.heartbeat("g", generation, &member))
        });
    }
    assert_eq!(client.heartbeat("g", generation, &member), 0);
    let stale = client.heartbeat("g", generation - 1, &member);
    assert_eq!(stale, ResponseError::IllegalGeneration.code());
    server.stop();
}

#[test]
fn groups_and_commits_outlive_the_broker() {
    let mut place = Place::new();
    let server = broker(&mut place);
    let mut client = Asking::of(&server);
    let (generation, member) = client.join("g");
    client.commit("other", 7);
    server.kill();
    let server = place.start_with(&[ONE_COORDINATOR, NO_DELAY, CHAOS]);
    let mut client = Asking::of(&server);
    assert_eq!(client.committed("other"), 7);
    assert_eq!(client.heartbeat("g", generation, &member), 0);
    server.stop();
}

#[test]
fn members_are_asked_to_come_sooner_while_something_is_to_come() {
    const SOONER: &str = "kabuki.group.consumer.rebalance.heartbeat.interval.ms";
    for (set, expected) in [
        (None, [1_000, 5_000]),
        (Some("300"), [300, 5_000]),
        (Some("60000"), [5_000, 5_000]),
        (Some("0"), [5_000, 5_000]),
    ] {
        let mut place = Place::new();
        let own = set.map(|ms| format!("{SOONER}={ms}"));
        let server = broker_with(&mut place, own.as_deref().as_slice());
        assert_eq!(Asking::of(&server).join_consumers("g"), expected, "{set:?}");
        server.stop();
    }
}

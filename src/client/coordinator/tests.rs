//! What a client does about coordinators that move, load, are old, or do not know a group.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use kabuki_wire::messages::consumer_group_describe_response as consumer;
use kabuki_wire::messages::delete_groups_response::DeletableGroupResult;
use kabuki_wire::messages::describe_groups_response as classic;
use kabuki_wire::messages::list_groups_response::ListedGroup;
use kabuki_wire::messages::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use kabuki_wire::messages::offset_fetch as fetched;
use kabuki_wire::messages::*;
use kabuki_wire::{ApiKey, RequestHeader, ResponseError, StrBytes, Uuid, decode_request};

use super::*;
use crate::fake_broker::{self, Reaction, answer, impatient, serving};
use crate::{ClientConfig, GroupFilter, GroupState, GroupType};

/// What the fake broker was asked, beside versions and metadata.
pub(crate) type Asked = Arc<Mutex<Vec<(RequestHeader, Bytes)>>>;

/// The id of the topic `t`, which has three partitions.
pub(crate) const TOPIC_ID: Uuid = Uuid::from_u128(7);

const API_VERSIONS: (ApiKey, i16, i16) = (ApiKey::ApiVersions, 0, 4);
const METADATA: (ApiKey, i16, i16) = (ApiKey::Metadata, 0, 13);

/// A cluster of one broker, which coordinates every group, with the topic `t`; answers other requests by the number of
/// those that came before.
pub(crate) fn cluster(
    served: &[(ApiKey, i16, i16)],
    mut react: impl FnMut(usize, &RequestHeader, Bytes) -> Reaction + Send + 'static,
) -> (ClientConfig, Asked) {
    let served: Vec<_> = [API_VERSIONS, METADATA].iter().chain(served).copied().collect();
    let asked = Asked::default();
    let seen = asked.clone();
    let address = fake_broker::start(move |header, body, port| match header.api {
        ApiKey::ApiVersions => answer::<ApiVersionsRequest>(&header, &serving(&served)),
        ApiKey::Metadata => answer::<MetadataRequest>(&header, &metadata(port)),
        api => {
            let number = {
                let mut seen = seen.lock().expect("no test panics while it holds this");
                seen.push((header.clone(), body.clone()));
                let others = seen.iter().filter(|(it, _)| it.api != ApiKey::FindCoordinator);
                others.count().saturating_sub(1)
            };
            match api {
                ApiKey::FindCoordinator => found(&header, body, port),
                _ => react(number, &header, body),
            }
        }
    });
    let mut config = ClientConfig::new(&address);
    config.connection = impatient();
    config.retry_backoff = Duration::from_millis(1);
    (config, asked)
}

fn metadata(port: u16) -> MetadataResponse {
    let broker = MetadataResponseBroker::default()
        .with_node_id(1.into())
        .with_host(StrBytes::from_static_str("127.0.0.1"))
        .with_port(i32::from(port));
    let partition = |index| {
        MetadataResponsePartition::default().with_partition_index(index).with_leader_id(1.into())
    };
    let topic = MetadataResponseTopic::default()
        .with_name(Some(topic("t")))
        .with_topic_id(TOPIC_ID)
        .with_partitions((0..3).map(partition).collect());
    MetadataResponse::default().with_brokers(vec![broker]).with_topics(vec![topic])
}

fn topic(name: &str) -> TopicName {
    TopicName(text(name))
}

fn found(header: &RequestHeader, mut body: Bytes, port: u16) -> Reaction {
    let request: FindCoordinatorRequest = decode_request(&mut body, header.version).expect("whole");
    let host = StrBytes::from_static_str("127.0.0.1");
    let response = if header.version < SEVERAL_KEYS {
        FindCoordinatorResponse::default()
            .with_node_id(1.into())
            .with_host(host)
            .with_port(i32::from(port))
    } else {
        let coordinator = |key: &StrBytes| {
            Coordinator::default()
                .with_key(key.clone())
                .with_node_id(1.into())
                .with_host(host.clone())
                .with_port(i32::from(port))
        };
        let coordinators = request.coordinator_keys.iter().map(coordinator).collect();
        FindCoordinatorResponse::default().with_coordinators(coordinators)
    };
    answer::<FindCoordinatorRequest>(header, &response)
}

/// The APIs that were asked, in their order.
pub(crate) fn apis(asked: &Asked) -> Vec<ApiKey> {
    let asked = asked.lock().expect("no test panics while it holds this");
    asked.iter().map(|(header, _)| header.api).collect()
}

/// A request that was made, by its place.
pub(crate) fn request<R: Request>(asked: &Asked, place: usize) -> R {
    let asked = asked.lock().expect("no test panics while it holds this");
    let (header, mut body) = asked[place].clone();
    decode_request(&mut body, header.version).expect("the client writes what can be read")
}

fn code(error: Option<ResponseError>) -> i16 {
    error.map_or(0, |error| error.code())
}

fn deleted(
    header: &RequestHeader,
    mut body: Bytes,
    error: impl Fn(&str) -> Option<ResponseError>,
) -> Reaction {
    let request: DeleteGroupsRequest = decode_request(&mut body, header.version).expect("whole");
    let result = |group: &GroupId| {
        let error_code = code(error(group));
        DeletableGroupResult::default().with_group_id(group.clone()).with_error_code(error_code)
    };
    let results = request.groups_names.iter().map(result).collect();
    answer::<DeleteGroupsRequest>(header, &DeleteGroupsResponse::default().with_results(results))
}

const FIND: (ApiKey, i16, i16) = (ApiKey::FindCoordinator, 0, 6);
const DELETE: (ApiKey, i16, i16) = (ApiKey::DeleteGroups, 0, 2);

#[tokio::test]
async fn a_coordinator_that_has_moved_is_looked_up_again_and_one_that_loads_is_asked_again() {
    let (config, asked) = cluster(&[FIND, DELETE], |number, header, body| {
        deleted(header, body, |group| match number {
            0 if group == "moved" => Some(ResponseError::NotCoordinator),
            1 => Some(ResponseError::CoordinatorLoadInProgress),
            _ => None,
        })
    });
    let mut client = Client::connect(config).await.expect("it answers");
    let outcomes = client.delete_groups(&["moved", "here"]).await.expect("deleted at last");
    assert_eq!(outcomes, [("moved".to_owned(), Ok(())), ("here".to_owned(), Ok(()))]);
    let expected = [
        ApiKey::FindCoordinator,
        ApiKey::DeleteGroups,
        ApiKey::FindCoordinator,
        ApiKey::DeleteGroups,
        ApiKey::DeleteGroups,
    ];
    assert_eq!(apis(&asked), expected);
    let first: DeleteGroupsRequest = request(&asked, 1);
    assert_eq!(first.groups_names.len(), 2, "both at once");
    let again: FindCoordinatorRequest = request(&asked, 2);
    assert_eq!(again.coordinator_keys, [text("moved")]);
    let last: DeleteGroupsRequest = request(&asked, 4);
    assert_eq!(last.groups_names, [group_id("moved")], "what is done is not asked again");
}

#[tokio::test]
async fn a_group_s_own_error_is_its_outcome() {
    let (config, _) = cluster(&[FIND, DELETE], |_, header, body| {
        deleted(header, body, |group| (group == "busy").then_some(ResponseError::NonEmptyGroup))
    });
    let mut client = Client::connect(config).await.expect("it answers");
    let outcomes = client.delete_groups(&["busy", "idle"]).await.expect("an answer");
    let refused = Err(ResponseError::NonEmptyGroup.into());
    assert_eq!(outcomes, [("busy".to_owned(), refused), ("idle".to_owned(), Ok(()))]);
}

#[tokio::test]
async fn a_connection_that_breaks_is_made_again() {
    let (config, _) = cluster(&[FIND, DELETE], |number, header, body| match number {
        0 => Reaction::Close,
        1 => Reaction::Nothing,
        _ => deleted(header, body, |_| None),
    });
    let mut client = Client::connect(config).await.expect("it answers");
    let outcomes = client.delete_groups(&["g"]).await.expect("deleted at last");
    assert_eq!(outcomes, [("g".to_owned(), Ok(()))]);
}

#[tokio::test]
async fn patience_with_a_coordinator_ends() {
    let (mut config, _) = cluster(&[FIND, DELETE], |_, header, body| {
        deleted(header, body, |_| Some(ResponseError::CoordinatorNotAvailable))
    });
    config.api_timeout = Duration::from_millis(20);
    let mut client = Client::connect(config).await.expect("it answers");
    let error = client.delete_groups(&["g"]).await.expect_err("never available");
    assert_eq!(error.to_string(), "group 'g': COORDINATOR_NOT_AVAILABLE");
}

fn described(header: &RequestHeader) -> Reaction {
    if header.api == ApiKey::ConsumerGroupDescribe {
        let new = consumer::DescribedGroup::default()
            .with_group_id(group_id("new"))
            .with_group_state(text("Stable"))
            .with_group_epoch(3)
            .with_assignment_epoch(2)
            .with_assignor_name(text("uniform"))
            .with_members(vec![consumer::Member::default().with_member_type(1)]);
        let not_found = ResponseError::GroupIdNotFound.code();
        let others = ["old", "none"].map(|group| {
            consumer::DescribedGroup::default()
                .with_group_id(group_id(group))
                .with_error_code(not_found)
        });
        let groups = [new].into_iter().chain(others).collect();
        let response = ConsumerGroupDescribeResponse::default().with_groups(groups);
        return answer::<ConsumerGroupDescribeRequest>(header, &response);
    }
    let group = |group: &str, state: &str| {
        classic::DescribedGroup::default()
            .with_group_id(group_id(group))
            .with_group_state(text(state))
            .with_protocol_type(text(if state == "Dead" { "" } else { "consumer" }))
    };
    let groups = vec![group("old", "Empty"), group("none", "Dead"), group("new", "Empty")];
    let response = DescribeGroupsResponse::default().with_groups(groups);
    answer::<DescribeGroupsRequest>(header, &response)
}

#[tokio::test]
async fn groups_that_are_not_of_the_consumer_protocol_are_described_as_classic_ones() {
    let served = [FIND, (ApiKey::ConsumerGroupDescribe, 0, 1), (ApiKey::DescribeGroups, 0, 5)];
    let (config, asked) = cluster(&served, |_, header, _| described(header));
    let mut client = Client::connect(config).await.expect("it answers");
    let groups = client.describe_groups(&["old", "new", "none"]).await.expect("an answer");
    let groups: BTreeMap<String, _> = groups.into_iter().collect();
    let new = groups["new"].as_ref().expect("it exists");
    assert_eq!((new.kind, new.state), (GroupType::Consumer, GroupState::Stable));
    assert_eq!((new.group_epoch, new.target_epoch), (Some(3), Some(2)));
    assert_eq!(new.members[0].is_upgraded, Some(true));
    assert_eq!(new.coordinator.as_ref().map(|broker| broker.id), Some(1));
    let old = groups["old"].as_ref().expect("it exists");
    assert_eq!((old.kind, old.state), (GroupType::Classic, GroupState::Empty));
    let none = groups["none"].as_ref().expect_err("it does not exist");
    assert_eq!(none.error, ResponseError::GroupIdNotFound);
    let second: DescribeGroupsRequest = request(&asked, 2);
    assert_eq!(second.groups, [group_id("none"), group_id("old")]);
}

#[tokio::test]
async fn brokers_without_the_consumer_protocol_have_classic_groups() {
    let served = [FIND, (ApiKey::DescribeGroups, 0, 5)];
    let (config, _) = cluster(&served, |_, header, _| described(header));
    let mut client = Client::connect(config).await.expect("it answers");
    let groups = client.describe_groups(&["old"]).await.expect("an answer");
    assert_eq!(groups[0].1.as_ref().map(|group| group.kind), Ok(GroupType::Classic));
}

fn committed(header: &RequestHeader, mut body: Bytes) -> Reaction {
    let request: OffsetFetchRequest = decode_request(&mut body, header.version).expect("whole");
    if header.version < 8 {
        let partition = |index, offset| {
            fetched::OffsetFetchResponsePartition::default()
                .with_partition_index(index)
                .with_committed_offset(offset)
                .with_committed_leader_epoch(-1)
        };
        let topic = fetched::OffsetFetchResponseTopic::default()
            .with_name(topic("t"))
            .with_partitions(vec![partition(0, 5), partition(1, -1)]);
        let response =
            OffsetFetchResponse { topics: vec![topic], ..OffsetFetchResponse::default() };
        return answer::<OffsetFetchRequest>(header, &response);
    }
    let group = |group: &fetched::OffsetFetchRequestGroup| {
        let partition = fetched::OffsetFetchResponsePartitions::default()
            .with_committed_offset(6)
            .with_committed_leader_epoch(2);
        let topic = fetched::OffsetFetchResponseTopics {
            name: topic("t"),
            partitions: vec![partition],
            ..fetched::OffsetFetchResponseTopics::default()
        };
        fetched::OffsetFetchResponseGroup {
            group_id: group.group_id.clone(),
            topics: vec![topic],
            ..fetched::OffsetFetchResponseGroup::default()
        }
    };
    let groups = request.groups.iter().map(group).collect();
    let response = OffsetFetchResponse { groups, ..OffsetFetchResponse::default() };
    answer::<OffsetFetchRequest>(header, &response)
}

#[tokio::test]
async fn several_groups_are_asked_for_at_once_or_by_old_brokers_one_by_one() {
    for (version_max, requests) in [(10, 1), (7, 2)] {
        let served = [FIND, (ApiKey::OffsetFetch, 1, version_max)];
        let (config, asked) = cluster(&served, |_, header, body| committed(header, body));
        let mut client = Client::connect(config).await.expect("it answers");
        let groups = client.committed_offsets(&["a", "b"]).await.expect("an answer");
        assert_eq!(groups.len(), 2);
        let offsets = groups[1].1.as_ref().expect("they may be read");
        assert_eq!(offsets.len(), 1, "partitions without an offset are left out");
        let offset = &offsets[&("t".to_owned(), 0)];
        let expected = if version_max >= 8 { (6, Some(2)) } else { (5, None) };
        assert_eq!((offset.offset, offset.leader_epoch), expected);
        let fetches = apis(&asked).into_iter().filter(|api| *api == ApiKey::OffsetFetch);
        assert_eq!(fetches.count(), requests);
    }
}

#[tokio::test]
async fn old_brokers_find_one_coordinator_at_a_time() {
    let served = [(ApiKey::FindCoordinator, 0, 3), DELETE];
    let (config, asked) = cluster(&served, |_, header, body| deleted(header, body, |_| None));
    let mut client = Client::connect(config).await.expect("it answers");
    assert_eq!(client.coordinator_of("a").await.expect("found").id, 1);
    assert_eq!(client.delete_groups(&["a", "b"]).await.expect("deleted").len(), 2);
    let last: FindCoordinatorRequest = request(&asked, 1);
    assert_eq!(last.key, text("b"), "what is known is not asked again");
}

#[tokio::test]
async fn lists_can_be_filtered_where_the_broker_can() {
    let listed = |header: &RequestHeader| {
        let group = ListedGroup::default().with_group_id(group_id("g"));
        let group = if header.version < 5 {
            group
        } else {
            group.with_group_state(text("Reconciling")).with_group_type(text("consumer"))
        };
        answer::<ListGroupsRequest>(header, &ListGroupsResponse::default().with_groups(vec![group]))
    };
    let filter = GroupFilter { states: vec![], types: vec![GroupType::Consumer] };
    for (version_max, is_able) in [(5, true), (4, false)] {
        let served = [(ApiKey::ListGroups, 0, version_max)];
        let (config, _) = cluster(&served, move |_, header, _| listed(header));
        let mut client = Client::connect(config).await.expect("it answers");
        match client.list_groups(&filter).await {
            Ok(groups) => {
                assert!(is_able);
                assert_eq!(groups[0].state, GroupState::Reconciling);
                assert_eq!(groups[0].kind, GroupType::Consumer);
            }
            Err(error) => assert!(matches!(error, ClientError::Unsupported { .. }) && !is_able),
        }
    }
}

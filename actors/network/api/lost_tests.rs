//! Every reply token dropped once, API by API: nobody is there to answer, and the client is told to ask again.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Sender, channel};

use bytes::Bytes;
use kabuki_config::{LoadRequest, Settings};
use kabuki_log::Recovery;
use kabuki_metadata::features::GROUP_VERSION;
use kabuki_metadata::generated::FeatureLevelRecord;
use kabuki_wire::messages::create_partitions_request::CreatePartitionsTopic;
use kabuki_wire::messages::create_topics_request::CreatableTopic;
use kabuki_wire::messages::incremental_alter_configs_request::AlterConfigsResource;
use kabuki_wire::messages::*;
use kabuki_wire::{ApiKey, Request as WireRequest, RequestHeader, ResponseError, StrBytes};

use super::test_images::{LISTENER, apply, id_of, with_topics};
use super::{Env, Request, Step};
use crate::answer::Answer;
use crate::context::BrokerContext;
use crate::exit::ExitDoor;
use crate::group_coordinator::GROUP_OFFSETS_TOPIC;
use crate::network::homing::Homing;
use crate::network::listener::ListenerInfo;
use crate::network::outbox::Piece;
use crate::network::registry;
use crate::partition::PartitionSeed;
use crate::supervision::{Handle, Latch, ReplyStage, ReturnAddress, Ticket};
use crate::view::View;

/// Passes on what comes back.
struct Desk(Sender<(Ticket, Answer)>);

impl ReturnAddress for Desk {
    fn deliver(&self, ticket: Ticket, answer: Answer) {
        self.0.send((ticket, answer)).expect("the test listens");
    }
}

/// A broker of which no actor lives: every handle leads nowhere.
fn deserted() -> (Arc<BrokerContext>, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a temporary dir");
    let overrides = vec![format!("log.dirs={}", dir.path().display())];
    let loaded = Settings::load(LoadRequest { file: None, env: Vec::new(), overrides })
        .expect("the profile with another dir");
    let (exit, _) = ExitDoor::new();
    let context = crate::process::make_context(loaded, crate::loggers::Loggers::unheard(), &exit)
        .expect("an empty dir");
    let image = with_topics(&[("orders", 1), (GROUP_OFFSETS_TOPIC, 1)]);
    let group_version = FeatureLevelRecord {
        name: GROUP_VERSION.to_owned(),
        feature_level: 1,
        unknown_tags: Vec::new(),
    };
    let mut view = View::new(1, Arc::new(apply(&image, &[group_version.into()])));
    for topic in ["orders", GROUP_OFFSETS_TOPIC] {
        view.add(Arc::new(PartitionSeed::new(
            context.clone(),
            topic.into(),
            id_of(topic),
            0,
            0,
            context.log_dirs[0].clone(),
            Handle::new(context.tree.counters()),
            Arc::new(context.live().config.topics.defaults.clone()),
            0,
            Recovery::default(),
            Latch::new(|| {}),
        )));
    }
    context.view.store(Arc::new(view));
    (context, dir)
}

/// What a handler and what follows it came to.
fn ask<R: WireRequest>(version: i16, asked: &R) -> R::Response {
    let (context, _dir) = deserted();
    let api = ApiKey::try_from(R::KEY).expect("a key of Kafka's");
    let listener = Arc::new(ListenerInfo {
        name: LISTENER.to_owned(),
        bound: ([127, 0, 0, 1], 9092).into(),
        advertised: None,
    });
    let (sender, answers) = channel();
    let returns: Arc<dyn ReturnAddress> = Arc::new(Desk(sender));
    let session_owner = Arc::default();
    let mut env = Env {
        context: &context,
        listener: &listener,
        connection_id: 1,
        peer: [127, 0, 0, 1].into(),
        session_owner: &session_owner,
        homing: &mut Homing::default(),
        returns: &returns,
        slot: 0,
    };
    let header = RequestHeader {
        api,
        version,
        correlation_id: 7,
        client_id: StrBytes::from_static_str("t"),
    };
    let mut frame = kabuki_wire::encode_request(version, 7, &header.client_id, asked)
        .expect("a request that fits its version")
        .freeze();
    let _length = frame.split_to(4);
    let header = RequestHeader::decode(&mut frame).expect("its own header");
    let handler = registry::find(api).expect("served").handler;
    let request = Request { header: &header, body: frame, decoded_bytes: &Cell::default() };
    let step = handler(request, &mut env).expect("well-formed");
    let Step::Later(mut waiting) = step else { panic!("{api:?} asked nobody") };
    let (mut lost, mut response) = (0, None);
    while response.is_none() {
        let (ticket, answer) = answers.recv().expect("every token is dropped");
        match answer {
            Answer::Lost { stage: ReplyStage::BeforeHandOver, poisonous: false } => lost += 1,
            // A disk is there although no actor is.
            Answer::Volume(_) => {}
            answer => panic!("{api:?}: {answer:?}"),
        }
        response = waiting.answered(ticket.part, answer, &mut env);
    }
    assert!(lost > 0, "{api:?}: every token was dropped");
    assert!(answers.try_recv().is_err(), "{api:?} answered before its last token");
    let Some(Step::Now(pieces)) = response else { panic!("{api:?} did not answer") };
    let counted = context.traffic.api(R::KEY).map(|api| api.errors.load(Relaxed));
    assert_eq!(counted, Some(1), "{api:?}: its error is counted");
    decode::<R>(api, version, pieces)
}

fn decode<R: WireRequest>(api: ApiKey, version: i16, pieces: Vec<Piece>) -> R::Response {
    let mut frame = Vec::new();
    for piece in pieces {
        let Piece::Bytes(bytes) = piece else { panic!("{api:?} answered with a file") };
        frame.extend_from_slice(&bytes);
    }
    let mut body = Bytes::from(frame).split_off(4);
    let id =
        kabuki_wire::header::decode_response_header(api, version, &mut body).expect("a header");
    assert_eq!(id, 7);
    kabuki_wire::decode_response::<R>(&mut body, version).expect("our own response")
}

fn is_retriable(code: i16) -> bool {
    ResponseError::try_from_code(code).is_some_and(|error| error.is_retriable())
}

fn orders() -> TopicName {
    TopicName(StrBytes::from_static_str("orders"))
}

#[test]
fn produce() {
    use kabuki_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
    let mut batch = kabuki_records::builder::BatchBuilder::new();
    batch.push(0, None, Some(b"value"), &[]);
    let records = batch.build().expect("a small batch");
    let partition = PartitionProduceData::default().with_records(Some(records));
    let topic =
        TopicProduceData::default().with_name(orders()).with_partition_data(vec![partition]);
    let asked = ProduceRequest::default().with_acks(1).with_topic_data(vec![topic]);
    let response = ask(9, &asked);
    assert!(is_retriable(response.responses[0].partition_responses[0].error_code));
}

#[test]
fn fetch() {
    use kabuki_wire::messages::fetch_request::{FetchPartition, FetchTopic};
    let partition = FetchPartition::default().with_partition_max_bytes(100);
    let topic = FetchTopic::default().with_topic(orders()).with_partitions(vec![partition]);
    let asked = FetchRequest::default()
        .with_max_wait_ms(1000)
        .with_min_bytes(1)
        .with_max_bytes(100)
        .with_topics(vec![topic]);
    let response = ask(11, &asked);
    assert!(is_retriable(response.responses[0].partitions[0].error_code));
}

#[test]
fn list_offsets() {
    use kabuki_wire::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
    let partition = ListOffsetsPartition::default().with_timestamp(-1);
    let topic = ListOffsetsTopic::default().with_name(orders()).with_partitions(vec![partition]);
    let response = ask(7, &ListOffsetsRequest::default().with_topics(vec![topic]));
    assert!(is_retriable(response.topics[0].partitions[0].error_code));
}

#[test]
fn offset_for_leader_epoch() {
    use kabuki_wire::messages::offset_for_leader_epoch_request::{
        OffsetForLeaderPartition, OffsetForLeaderTopic,
    };
    let partition = OffsetForLeaderPartition::default();
    let topic =
        OffsetForLeaderTopic::default().with_topic(orders()).with_partitions(vec![partition]);
    let response = ask(4, &OffsetForLeaderEpochRequest::default().with_topics(vec![topic]));
    assert!(is_retriable(response.topics[0].partitions[0].error_code));
}

#[test]
fn delete_records() {
    use kabuki_wire::messages::delete_records_request::{
        DeleteRecordsPartition, DeleteRecordsTopic,
    };
    let partition = DeleteRecordsPartition::default().with_offset(1);
    let topic = DeleteRecordsTopic::default().with_name(orders()).with_partitions(vec![partition]);
    let response = ask(2, &DeleteRecordsRequest::default().with_topics(vec![topic]));
    assert!(is_retriable(response.topics[0].partitions[0].error_code));
}

#[test]
fn describe_log_dirs() {
    let response = ask(3, &DescribeLogDirsRequest::default().with_topics(None));
    assert!(is_retriable(response.error_code));
    assert!(response.results.is_empty());
}

#[test]
fn describe_producers() {
    use kabuki_wire::messages::describe_producers_request::TopicRequest;
    let topic = TopicRequest::default().with_name(orders()).with_partition_indexes(vec![0]);
    let response = ask(0, &DescribeProducersRequest::default().with_topics(vec![topic]));
    assert!(is_retriable(response.topics[0].partitions[0].error_code));
}

#[test]
fn init_producer_id() {
    let asked = InitProducerIdRequest::default().with_transactional_id(None);
    assert!(is_retriable(ask(4, &asked).error_code));
}

#[test]
fn create_topics() {
    let topic = CreatableTopic::default()
        .with_name(TopicName(StrBytes::from_static_str("new")))
        .with_num_partitions(1)
        .with_replication_factor(1);
    let response = ask(7, &CreateTopicsRequest::default().with_topics(vec![topic]));
    assert!(is_retriable(response.topics[0].error_code));
}

#[test]
fn delete_topics() {
    let asked = DeleteTopicsRequest::default().with_topic_names(vec![orders()]);
    assert!(is_retriable(ask(5, &asked).responses[0].error_code));
}

#[test]
fn create_partitions() {
    let topic =
        CreatePartitionsTopic::default().with_name(orders()).with_count(2).with_assignments(None);
    let response = ask(3, &CreatePartitionsRequest::default().with_topics(vec![topic]));
    assert!(is_retriable(response.results[0].error_code));
}

#[test]
fn alter_configs() {
    use kabuki_wire::messages::alter_configs_request::AlterConfigsResource;
    let resource =
        AlterConfigsResource::default().with_resource_type(2).with_resource_name(orders().0);
    let response = ask(2, &AlterConfigsRequest::default().with_resources(vec![resource]));
    assert!(is_retriable(response.responses[0].error_code));
}

#[test]
fn incremental_alter_configs() {
    let resource =
        AlterConfigsResource::default().with_resource_type(2).with_resource_name(orders().0);
    let response =
        ask(1, &IncrementalAlterConfigsRequest::default().with_resources(vec![resource]));
    assert!(is_retriable(response.responses[0].error_code));
}

#[test]
fn update_features() {
    assert!(is_retriable(ask(2, &UpdateFeaturesRequest::default()).error_code));
}

#[test]
fn unregister_broker() {
    assert!(is_retriable(ask(0, &UnregisterBrokerRequest::default()).error_code));
}

fn group() -> GroupId {
    GroupId(StrBytes::from_static_str("g"))
}

#[test]
fn join_group() {
    let asked = JoinGroupRequest::default().with_group_id(group()).with_session_timeout_ms(10_000);
    assert!(is_retriable(ask(9, &asked).error_code));
}

#[test]
fn sync_group() {
    let text = |it| Some(StrBytes::from_static_str(it));
    let asked = SyncGroupRequest::default()
        .with_group_id(group())
        .with_protocol_type(text("consumer"))
        .with_protocol_name(text("range"));
    assert!(is_retriable(ask(5, &asked).error_code));
}

#[test]
fn heartbeat() {
    let asked = HeartbeatRequest::default().with_group_id(group());
    assert!(is_retriable(ask(4, &asked).error_code));
}

#[test]
fn leave_group() {
    let asked = LeaveGroupRequest::default().with_group_id(group());
    assert!(is_retriable(ask(5, &asked).error_code));
}

#[test]
fn consumer_group_heartbeat() {
    let asked = ConsumerGroupHeartbeatRequest::default()
        .with_group_id(group())
        .with_member_id(StrBytes::from_static_str("m"))
        .with_member_epoch(1);
    assert!(is_retriable(ask(1, &asked).error_code));
}

#[test]
fn offset_commit() {
    use kabuki_wire::messages::offset_commit::{
        OffsetCommitRequestPartition, OffsetCommitRequestTopic,
    };
    let topic = OffsetCommitRequestTopic {
        topic_id: id_of("orders"),
        partitions: vec![OffsetCommitRequestPartition::default()],
        ..Default::default()
    };
    let asked =
        OffsetCommitRequest { group_id: group(), topics: vec![topic], ..Default::default() };
    let response = ask(10, &asked);
    assert!(is_retriable(response.topics[0].partitions[0].error_code));
}

#[test]
fn offset_fetch() {
    use kabuki_wire::messages::offset_fetch::OffsetFetchRequestGroup;
    let asked = OffsetFetchRequestGroup { group_id: group(), ..Default::default() };
    let response = ask(10, &OffsetFetchRequest { groups: vec![asked], ..Default::default() });
    assert!(is_retriable(response.groups[0].error_code));
}

#[test]
fn offset_delete() {
    use kabuki_wire::messages::offset_delete_request::OffsetDeleteRequestTopic;
    let topic = OffsetDeleteRequestTopic::default().with_name(orders());
    let asked = OffsetDeleteRequest::default().with_group_id(group()).with_topics(vec![topic]);
    assert!(is_retriable(ask(0, &asked).error_code));
}

#[test]
fn list_groups() {
    assert!(is_retriable(ask(5, &ListGroupsRequest::default()).error_code));
}

#[test]
fn describe_groups() {
    let asked = DescribeGroupsRequest::default().with_groups(vec![group()]);
    assert!(is_retriable(ask(6, &asked).groups[0].error_code));
}

#[test]
fn consumer_group_describe() {
    let asked = ConsumerGroupDescribeRequest::default().with_group_ids(vec![group()]);
    assert!(is_retriable(ask(1, &asked).groups[0].error_code));
}

#[test]
fn delete_groups() {
    let asked = DeleteGroupsRequest::default().with_groups_names(vec![group()]);
    assert!(is_retriable(ask(2, &asked).results[0].error_code));
}

#[test]
fn no_api_that_asks_another_actor_is_missing_here() {
    use ApiKey::*;
    let tested = [
        Produce,
        Fetch,
        ListOffsets,
        OffsetForLeaderEpoch,
        DeleteRecords,
        DescribeLogDirs,
        DescribeProducers,
        InitProducerId,
        CreateTopics,
        DeleteTopics,
        CreatePartitions,
        AlterConfigs,
        IncrementalAlterConfigs,
        UpdateFeatures,
        UnregisterBroker,
        JoinGroup,
        SyncGroup,
        Heartbeat,
        LeaveGroup,
        ConsumerGroupHeartbeat,
        OffsetCommit,
        OffsetFetch,
        OffsetDelete,
        ListGroups,
        DescribeGroups,
        ConsumerGroupDescribe,
        DeleteGroups,
    ];
    let ask_nobody = [
        Metadata,
        FindCoordinator,
        ApiVersions,
        DescribeConfigs,
        ListConfigResources,
        DescribeCluster,
        DescribeTopicPartitions,
    ];
    for api in registry::APIS {
        assert!(tested.contains(&api.key) || ask_nobody.contains(&api.key), "{:?}", api.key);
    }
}

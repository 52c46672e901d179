//! What a client does about answers that are not the wanted ones.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use kabuki_wire::messages::create_topics_response::CreatableTopicResult;
use kabuki_wire::messages::metadata_response::{MetadataResponseBroker, MetadataResponsePartition};
use kabuki_wire::messages::produce_response::{PartitionProduceResponse, TopicProduceResponse};
use kabuki_wire::messages::{
    ApiVersionsRequest, CreateTopicsRequest, CreateTopicsResponse, InitProducerIdRequest,
    InitProducerIdResponse, ProduceRequest, ProduceResponse,
};
use kabuki_wire::{RequestHeader, Uuid, decode_request};

use super::*;
use crate::fake_broker::{self, Reaction, answer, impatient, serving};
use crate::{NewRecord, NewTopic, Producer, ProducerOptions};

/// What the fake broker was asked, beside versions and metadata.
type Asked = Arc<Mutex<Vec<(RequestHeader, Bytes)>>>;

const TOPIC_ID: Uuid = Uuid::from_u128(7);

/// A cluster of one broker with the topic `t`, that answers other requests by their number.
fn cluster(
    mut react: impl FnMut(usize, &RequestHeader) -> Reaction + Send + 'static,
) -> (ClientConfig, Asked) {
    let asked = Asked::default();
    let seen = asked.clone();
    let address = fake_broker::start(move |header, body, port| match header.api {
        ApiKey::ApiVersions => answer::<ApiVersionsRequest>(&header, &serving(&SERVED)),
        ApiKey::Metadata => answer::<MetadataRequest>(&header, &metadata(port, &header, body)),
        ApiKey::InitProducerId => {
            let response = InitProducerIdResponse::default().with_producer_id(5.into());
            answer::<InitProducerIdRequest>(&header, &response)
        }
        _ => {
            let mut seen = seen.lock().expect("no test panics while it holds this");
            seen.push((header.clone(), body));
            react(seen.len() - 1, &header)
        }
    });
    let mut config = ClientConfig::new(&address);
    config.connection = impatient();
    config.retry_backoff = Duration::from_millis(1);
    config.unknown_topic_wait = Duration::from_millis(20);
    (config, asked)
}

const SERVED: [(ApiKey, i16, i16); 5] = [
    (ApiKey::ApiVersions, 0, 4),
    (ApiKey::Metadata, 0, 13),
    (ApiKey::Produce, 3, 13),
    (ApiKey::CreateTopics, 2, 7),
    (ApiKey::InitProducerId, 0, 5),
];

fn metadata(port: u16, header: &RequestHeader, mut body: Bytes) -> MetadataResponse {
    let request: MetadataRequest = decode_request(&mut body, header.version).expect("a request");
    let names = request.topics.unwrap_or_default().into_iter().filter_map(|topic| topic.name);
    let topic = |name: TopicName| {
        let found = MetadataResponseTopic::default().with_name(Some(name.clone()));
        if name.as_str() != "t" {
            return found.with_error_code(ResponseError::UnknownTopicOrPartition.code());
        }
        let partition = MetadataResponsePartition::default().with_leader_id(1.into());
        found.with_topic_id(TOPIC_ID).with_partitions(vec![partition])
    };
    let broker = MetadataResponseBroker::default()
        .with_node_id(1.into())
        .with_host(StrBytes::from_static_str("127.0.0.1"))
        .with_port(i32::from(port));
    MetadataResponse::default()
        .with_brokers(vec![broker])
        .with_controller_id(1.into())
        .with_topics(names.map(topic).collect())
}

fn produced(header: &RequestHeader, error: Option<ResponseError>) -> Reaction {
    let partition = PartitionProduceResponse::default()
        .with_base_offset(40)
        .with_error_code(error.map_or(0, |error| error.code()));
    let topic = TopicProduceResponse::default()
        .with_topic_id(TOPIC_ID)
        .with_partition_responses(vec![partition]);
    answer::<ProduceRequest>(header, &ProduceResponse::default().with_responses(vec![topic]))
}

async fn produce(config: ClientConfig) -> Result<Vec<crate::Placed>, ClientError> {
    let mut client = Client::connect(config).await.expect("it answers");
    let timeout = Duration::from_millis(1);
    let mut producer = Producer::new(ProducerOptions { timeout, ..ProducerOptions::default() });
    let records = [NewRecord::of_value("a"), NewRecord::of_value("b")];
    producer.send(&mut client, "t", &records, 0).await
}

#[tokio::test]
async fn a_batch_is_sent_again_byte_by_byte_until_it_is_written() {
    let (config, asked) = cluster(|number, header| match number {
        0 => produced(header, Some(ResponseError::NotLeaderOrFollower)),
        1 => Reaction::Close,
        2 => Reaction::Nothing,
        _ => produced(header, None),
    });
    let placed = produce(config).await.expect("written at last");
    assert_eq!(placed.iter().map(|placed| placed.offset).collect::<Vec<_>>(), [40, 41]);
    let asked = asked.lock().expect("no test panics while it holds this");
    assert_eq!(asked.len(), 4);
    assert!(
        asked.iter().all(|(_, body)| *body == asked[0].1),
        "same producer, same sequence numbers"
    );
}

#[tokio::test]
async fn what_asking_again_does_not_heal_is_returned_at_once() {
    let (config, asked) =
        cluster(|_, header| produced(header, Some(ResponseError::MessageTooLarge)));
    let refused = produce(config).await.expect_err("the broker refuses");
    assert_eq!(refused.code(), Some(ResponseError::MessageTooLarge));
    assert_eq!(refused.to_string(), "t-0: MESSAGE_TOO_LARGE");
    assert_eq!(asked.lock().expect("no test panics while it holds this").len(), 1);
}

#[tokio::test]
async fn a_batch_that_the_log_has_already_counts_as_written() {
    let (config, _) =
        cluster(|_, header| produced(header, Some(ResponseError::DuplicateSequenceNumber)));
    let placed = produce(config).await.expect("an earlier attempt has written it");
    assert_eq!(placed[0].offset, -1, "nobody knows where");
}

#[tokio::test]
async fn patience_ends() {
    let (mut config, _) =
        cluster(|_, header| produced(header, Some(ResponseError::NotEnoughReplicas)));
    config.api_timeout = Duration::from_millis(50);
    let refused = produce(config).await.expect_err("never enough replicas");
    assert_eq!(refused.code(), Some(ResponseError::NotEnoughReplicas));
}

#[tokio::test]
async fn the_controller_is_asked_again_when_it_has_moved() {
    let (config, asked) = cluster(|number, header| {
        let code = if number == 0 { ResponseError::NotController.code() } else { 0 };
        let topic = CreatableTopicResult::default().with_error_code(code);
        answer::<CreateTopicsRequest>(
            header,
            &CreateTopicsResponse::default().with_topics(vec![topic]),
        )
    });
    let mut client = Client::connect(config).await.expect("it answers");
    let outcomes = client.create_topics(&[NewTopic::new("new")], false).await.expect("created");
    assert_eq!(outcomes[0].1, Ok(()));
    assert_eq!(asked.lock().expect("no test panics while it holds this").len(), 2);
}

#[tokio::test]
async fn a_topic_that_nobody_knows_is_given_up_soon() {
    let (config, _) = cluster(|_, _| Reaction::Close);
    let mut client = Client::connect(config).await.expect("it answers");
    let unknown = client.topic("other").await.expect_err("there is none");
    assert_eq!(unknown.to_string(), "topic 'other': UNKNOWN_TOPIC_OR_PARTITION");
    let missing = client.topic("t").await.expect("it exists").partition(3).map(drop);
    assert!(matches!(missing, Err(ClientError::NoPartition { partition: 3, .. })));
}

#[tokio::test]
async fn a_cluster_that_is_not_there_is_named() {
    let unreachable = Client::connect(ClientConfig::new("127.0.0.1:1, 127.0.0.1:2")).await;
    let error = unreachable.expect_err("nobody listens there").to_string();
    assert!(error.starts_with("no broker answers at 127.0.0.1:1,127.0.0.1:2: "), "{error}");
    let nowhere = Client::connect(ClientConfig::new(" , ")).await;
    assert!(matches!(nowhere, Err(ClientError::NoBroker { .. })));
}

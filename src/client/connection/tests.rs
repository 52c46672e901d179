use bytes::{BufMut, BytesMut};
use kabuki_wire::messages::{ApiVersionsRequest, MetadataRequest, MetadataResponse};
use kabuki_wire::{ApiKey, RequestHeader, ResponseError};

use super::*;
use crate::fake_broker::{self, Reaction, answer, answer_in, impatient, serving};

const SERVED: [(ApiKey, i16, i16); 2] = [(ApiKey::ApiVersions, 0, 4), (ApiKey::Metadata, 0, 12)];

/// A broker that reacts to everything but ApiVersions by `react`.
fn broker(mut react: impl FnMut(RequestHeader) -> Reaction + Send + 'static) -> String {
    fake_broker::start(move |header, _, _| match header.api {
        ApiKey::ApiVersions => answer::<ApiVersionsRequest>(&header, &serving(&SERVED)),
        _ => react(header),
    })
}

fn metadata(header: &RequestHeader) -> Reaction {
    let id = header.correlation_id.to_string();
    let response = MetadataResponse::default().with_cluster_id(Some(id.into()));
    answer::<MetadataRequest>(header, &response)
}

fn asked() -> MetadataRequest {
    MetadataRequest::default()
}

#[tokio::test]
async fn versions_are_agreed_with_a_broker_of_today() {
    let address = broker(|header| metadata(&header));
    let mut connection = Connection::connect(&address, &impatient()).await.expect("it answers");
    assert_eq!(connection.version_of::<MetadataRequest>(i16::MAX).ok(), Some(12));
    assert!(connection.request(&asked()).await.is_ok());
    let unsupported = connection.request(&kabuki_wire::messages::FetchRequest::default()).await;
    assert!(matches!(unsupported, Err(ClientError::Unsupported { api: ApiKey::Fetch, .. })));
}

/// Until Kafka 2.3 the answer said nothing but that the version is unknown; since then (KIP-511) it names the known ones.
#[tokio::test]
async fn versions_are_agreed_with_brokers_that_do_not_know_the_newest_api_versions() {
    for known in [&[][..], &[(ApiKey::ApiVersions, 0, 2)]] {
        let address = fake_broker::start(move |header, _, _| match header.version {
            0..=2 => answer::<ApiVersionsRequest>(&header, &serving(&SERVED)),
            _ => {
                let code = ResponseError::UnsupportedVersion.code();
                answer_in::<ApiVersionsRequest>(&header, 0, &serving(known).with_error_code(code))
            }
        });
        let connection = Connection::connect(&address, &impatient()).await.expect("it answers");
        assert_eq!(connection.versions().range(ApiKey::Metadata), Some((0, 12)));
    }
}

#[tokio::test]
async fn requests_may_be_under_way_together_and_answers_may_be_given_up() {
    let address = broker(|header| metadata(&header));
    let mut connection = Connection::connect(&address, &impatient()).await.expect("it answers");
    let mut pending = vec![];
    for _ in 0..5 {
        pending.push(connection.send(&asked(), 12, Duration::ZERO).await.expect("sent"));
    }
    let late = pending.remove(2);
    for pending in [pending.remove(0), late] {
        let expected = pending.correlation_id.to_string();
        let response = connection.receive(pending).await.expect("answered");
        assert_eq!(response.cluster_id.as_deref(), Some(expected.as_str()));
    }
    let given_up = connection.receive(pending.remove(0)).await;
    assert!(matches!(given_up, Err(ClientError::NotDue { .. })));
    assert!(connection.request(&asked()).await.is_ok(), "the rest is skipped");
}

#[tokio::test]
async fn more_than_a_socket_holds_can_be_under_way() {
    // The broker answers each request before it reads the next, and answers are large.
    let large = "x".repeat(30_000);
    let address = broker(move |header| {
        let broker = |id: i32| {
            kabuki_wire::messages::metadata_response::MetadataResponseBroker::default()
                .with_node_id(id.into())
                .with_host(large.clone().into())
        };
        let response = MetadataResponse::default().with_brokers((0..20).map(broker).collect());
        answer::<MetadataRequest>(&header, &response)
    });
    let mut connection = Connection::connect(&address, &impatient()).await.expect("it answers");
    let name = kabuki_wire::messages::TopicName("y".repeat(30_000).into());
    let topic = kabuki_wire::messages::metadata_request::MetadataRequestTopic::default()
        .with_name(Some(name));
    let request = asked().with_topics(Some(vec![topic; 20]));
    let mut last = None;
    for _ in 0..IN_FLIGHT_MAX {
        last = Some(connection.send(&request, 12, Duration::ZERO).await.expect("sent"));
    }
    let one_more = connection.send(&request, 12, Duration::ZERO).await;
    assert!(matches!(one_more, Err(ClientError::TooManyInFlight { max: IN_FLIGHT_MAX, .. })));
    let response = connection.receive(last.expect("some were sent")).await.expect("answered");
    assert_eq!(response.brokers.len(), 20);
}

async fn outcome_of(react: impl FnMut(RequestHeader) -> Reaction + Send + 'static) -> ClientError {
    let address = broker(react);
    let mut connection = Connection::connect(&address, &impatient()).await.expect("it answers");
    let error = connection.request(&asked()).await.expect_err("no good answer");
    assert!(connection.is_broken());
    let later = connection.request(&asked()).await;
    assert!(matches!(later, Err(ClientError::Closed { .. })), "a broken connection stays so");
    error
}

#[tokio::test]
async fn a_connection_that_is_lost_or_makes_no_sense_is_given_up() {
    let bytes = |bytes: &[u8]| Reaction::Send(BytesMut::from(bytes));
    assert!(matches!(outcome_of(|_| Reaction::Close).await, ClientError::Closed { .. }));
    assert!(matches!(outcome_of(|_| Reaction::Nothing).await, ClientError::Timeout { .. }));
    let negative = outcome_of(move |_| bytes(&[0xff; 4])).await;
    assert!(matches!(negative, ClientError::Frame { .. }));
    let huge = outcome_of(move |_| bytes(&i32::MAX.to_be_bytes())).await;
    assert!(matches!(huge, ClientError::Frame { .. }));
    let short = outcome_of(move |_| bytes(&[0, 0, 0, 1, 0])).await;
    assert!(matches!(short, ClientError::Wire(_)));
    let other = outcome_of(|mut header| {
        header.correlation_id += 1;
        metadata(&header)
    });
    assert!(matches!(other.await, ClientError::Correlation { .. }));
}

#[tokio::test]
async fn an_answer_that_cannot_be_decoded_leaves_the_connection_of_use() {
    let mut is_first = true;
    let address = broker(move |header| {
        if !std::mem::take(&mut is_first) {
            return metadata(&header);
        }
        let mut frame = BytesMut::new();
        frame.put_i32(4 + 1 + 4);
        frame.put_i32(header.correlation_id);
        frame.put_slice(&[0, 0xff, 0xff, 0xff, 0xff]);
        Reaction::Send(frame)
    });
    let mut connection = Connection::connect(&address, &impatient()).await.expect("it answers");
    let garbled = connection.request(&asked()).await;
    assert!(matches!(garbled, Err(ClientError::Wire(_))));
    assert!(connection.request(&asked()).await.is_ok());
}

#[tokio::test]
async fn an_operation_that_is_dropped_half_way_breaks_the_connection() {
    let address = broker(|_| Reaction::Nothing);
    let config = ConnectionConfig::default();
    let mut connection = Connection::connect(&address, &config).await.expect("it answers");
    let dropped = timeout(Duration::from_millis(20), connection.request(&asked())).await;
    assert!(dropped.is_err());
    assert!(connection.is_broken());
}

#[tokio::test]
async fn nobody_there_is_an_error_of_connecting() {
    let refused = Connection::connect("127.0.0.1:1", &impatient()).await;
    assert!(matches!(refused, Err(ClientError::Connect { .. })));
}

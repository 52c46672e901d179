//! What the wire format costs: requests in, responses out. `cargo bench --bench wire`.

use std::time::Duration;

use bytes::Bytes;
use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use kabuki_records::builder::BatchBuilder;
use kabuki_wire::fetch_response::{
    FetchPartition as FetchedPartition, FetchResponse, FetchTopic as FetchedTopic,
};
use kabuki_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use kabuki_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kabuki_wire::messages::produce_response::{PartitionProduceResponse, TopicProduceResponse};
use kabuki_wire::messages::{FetchRequest, ProduceRequest, ProduceResponse};
use kabuki_wire::{
    ApiKey, Request, RequestHeader, StrBytes, Uuid, encode_request, encode_response,
};

/// Partitions of one topic in a request.
const PARTITIONS: [i32; 2] = [1, 100];
const TOPIC: Uuid = Uuid::from_u128(7);

fn records() -> Bytes {
    let mut batch = BatchBuilder::new();
    batch.push(0, None, Some(&[7; 1000]), &[]);
    batch.build().expect("a small batch")
}

fn produce_request(partitions: i32) -> ProduceRequest {
    let records = records();
    let data = |index| {
        PartitionProduceData::default().with_index(index).with_records(Some(records.clone()))
    };
    let topic = TopicProduceData::default()
        .with_topic_id(TOPIC)
        .with_partition_data((0..partitions).map(data).collect());
    ProduceRequest::default().with_topic_data(vec![topic])
}

fn produce_response(partitions: i32) -> ProduceResponse {
    let outcome = |index| PartitionProduceResponse::default().with_index(index);
    let topic = TopicProduceResponse::default()
        .with_topic_id(TOPIC)
        .with_partition_responses((0..partitions).map(outcome).collect());
    ProduceResponse::default().with_responses(vec![topic])
}

fn fetch_request(partitions: i32) -> FetchRequest {
    let wanted = |index| FetchPartition::default().with_partition(index);
    let topic = FetchTopic::default()
        .with_topic_id(TOPIC)
        .with_partitions((0..partitions).map(wanted).collect());
    FetchRequest::default().with_topics(vec![topic])
}

fn fetch_response(partitions: i32) -> FetchResponse<Bytes> {
    let records = records();
    let fetched =
        |index| FetchedPartition { index, records: Some(records.clone()), ..Default::default() };
    let topic = FetchedTopic {
        name: StrBytes::default(),
        id: TOPIC,
        partitions: (0..partitions).map(fetched).collect(),
    };
    FetchResponse {
        throttle_time_ms: 0,
        error_code: 0,
        session_id: 0,
        topics: vec![topic],
        node_endpoints: vec![],
    }
}

fn newest(api: ApiKey) -> i16 {
    api.stable_version_max()
}

/// From a whole frame to the message, as for every request: its header, the walk over its shape, the decoder.
fn decode<R: Request>(c: &mut Criterion, name: &str, request: fn(i32) -> R) {
    let api = ApiKey::try_from(R::KEY).expect("a key of Kafka's");
    let mut group = c.benchmark_group(format!("decode a {name} request, partitions"));
    for partitions in PARTITIONS {
        let client_id = StrBytes::from_static_str("bench");
        let frame = encode_request(newest(api), 1, &client_id, &request(partitions));
        let frame = frame.expect("a request of this version").freeze().slice(4..);
        group.bench_function(BenchmarkId::from_parameter(partitions), |b| {
            b.iter(|| {
                let mut body = frame.clone();
                let header = RequestHeader::decode(&mut body).expect("a header");
                kabuki_wire::decode_request::<R>(&mut body, header.version).expect("a request")
            });
        });
    }
    group.finish();
}

fn requests(c: &mut Criterion) {
    decode(c, "produce", produce_request);
    decode(c, "fetch", fetch_request);
}

fn responses(c: &mut Criterion) {
    let mut group = c.benchmark_group("encode a response, partitions");
    for partitions in PARTITIONS {
        let produced = produce_response(partitions);
        group.bench_function(BenchmarkId::new("produce", partitions), |b| {
            b.iter(|| encode_response(ApiKey::Produce, newest(ApiKey::Produce), 1, &produced));
        });
        let fetched = fetch_response(partitions);
        group.bench_function(BenchmarkId::new("fetch", partitions), |b| {
            b.iter_batched(
                || fetched.clone(),
                |fetched| fetched.plan(newest(ApiKey::Fetch), 1),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .measurement_time(Duration::from_secs(1))
        .warm_up_time(Duration::from_millis(300));
    targets = requests, responses
}
criterion_main!(benches);

//! The requests that clients send most, each with the same answer every time.

use bytes::Bytes;
use kabuki_records::builder::BatchBuilder;
use kabuki_records::codec::Codec;
use kabuki_wire::messages::create_topics_request::CreatableTopic;
use kabuki_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use kabuki_wire::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kabuki_wire::messages::metadata_request::MetadataRequestTopic;
use kabuki_wire::messages::offset_commit::{
    OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use kabuki_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kabuki_wire::messages::{
    ApiVersionsRequest, BrokerId, CreateTopicsRequest, FetchRequest, FindCoordinatorRequest,
    GroupId, ListOffsetsRequest, MetadataRequest, OffsetCommitRequest, ProduceRequest, TopicName,
};
use kabuki_wire::{StrBytes, Uuid};

use crate::connection::Connection;

/// Sends one request and checks its answer.
pub(crate) type Path = Box<dyn FnMut(&mut Connection)>;

/// Makes what a path needs, a topic of this name for example.
type Preparation = fn(&mut Connection, &'static str) -> Path;

/// Every path, by the name under which its figures are kept. The one with many partitions is the last: they are looked
/// after by the second, which would count among the costs of the others.
pub(crate) const ALL: [(&str, Preparation); 11] = [
    ("api-versions", |_, _| api_versions()),
    ("metadata", metadata),
    ("list-offsets", list_offsets),
    ("produce-1-record", |broker, topic| produce(broker, topic, batch(1, 100, Codec::None))),
    ("produce-16-kib", |broker, topic| produce(broker, topic, batch(16, 1024, Codec::None))),
    ("produce-16-kib-lz4", |broker, topic| produce(broker, topic, batch(16, 1024, Codec::Lz4))),
    ("produce-16-kib-zstd", |broker, topic| produce(broker, topic, batch(16, 1024, Codec::Zstd))),
    ("fetch-1-record", |broker, topic| fetch_records(broker, topic, batch(1, 100, Codec::None))),
    ("fetch-64-kib", |broker, topic| fetch_records(broker, topic, batch(64, 1024, Codec::None))),
    ("commit-4-offsets", commit),
    ("fetch-idle-session", fetch_nothing),
];

/// Partitions that a group commits for.
const COMMITTED_PARTITIONS: i32 = 4;
/// Partitions of the session that waits in vain.
const IDLE_PARTITIONS: i32 = 200;
/// Enough for every answer here.
const FETCH_BYTES_MAX: i32 = 1 << 20;
/// The offset of the next record, as a time to ask for.
const LATEST: i64 = -1;

fn name(topic: &'static str) -> TopicName {
    TopicName(StrBytes::from_static_str(topic))
}

fn create(broker: &mut Connection, topic: &'static str, partitions: i32) -> Uuid {
    let wanted = CreatableTopic::default()
        .with_name(name(topic))
        .with_num_partitions(partitions)
        .with_replication_factor(1);
    let request = CreateTopicsRequest::default().with_topics(vec![wanted]).with_timeout_ms(60_000);
    let created = &broker.ask(&request).topics[0];
    assert_eq!(created.error_code, 0, "{topic}");
    created.topic_id
}

fn batch(records: usize, record_bytes: usize, codec: Codec) -> Bytes {
    let mut batch = BatchBuilder::new().codec(codec, None);
    for number in 0..records {
        batch.push(1_700_000_000_000, None, Some(text(number, record_bytes).as_bytes()), &[]);
    }
    batch.build().expect("a small batch")
}

/// Some text, which compresses as text does.
fn text(number: usize, bytes: usize) -> String {
    let words = (0..bytes).map(|word| (word * 7919 + number * 104_729) % 10_007);
    let mut text: String = words.map(|word| format!("{word} ")).collect();
    text.truncate(bytes);
    text
}

fn api_versions() -> Path {
    let request = ApiVersionsRequest::default()
        .with_client_software_name(StrBytes::from_static_str("counts"))
        .with_client_software_version(StrBytes::from_static_str("1"));
    Box::new(move |broker| assert_eq!(broker.ask(&request).error_code, 0))
}

fn metadata(broker: &mut Connection, topic: &'static str) -> Path {
    create(broker, topic, 1);
    let wanted = MetadataRequestTopic::default().with_name(Some(name(topic)));
    let request = MetadataRequest::default().with_topics(Some(vec![wanted]));
    Box::new(move |broker| assert_eq!(broker.ask(&request).topics[0].error_code, 0))
}

fn list_offsets(broker: &mut Connection, topic: &'static str) -> Path {
    create(broker, topic, 1);
    let partition = ListOffsetsPartition::default().with_timestamp(LATEST);
    let wanted =
        ListOffsetsTopic::default().with_name(name(topic)).with_partitions(vec![partition]);
    let request =
        ListOffsetsRequest::default().with_replica_id(BrokerId(-1)).with_topics(vec![wanted]);
    Box::new(move |broker| {
        assert_eq!(broker.ask(&request).topics[0].partitions[0].error_code, 0);
    })
}

fn produce(broker: &mut Connection, topic: &'static str, records: Bytes) -> Path {
    produce_to(create(broker, topic, 1), records)
}

fn produce_to(topic: Uuid, records: Bytes) -> Path {
    let partition = PartitionProduceData::default().with_records(Some(records));
    let data =
        TopicProduceData::default().with_topic_id(topic).with_partition_data(vec![partition]);
    let request =
        ProduceRequest::default().with_acks(1).with_timeout_ms(60_000).with_topic_data(vec![data]);
    Box::new(move |broker| {
        let response = broker.ask(&request);
        assert_eq!(response.responses[0].partition_responses[0].error_code, 0);
    })
}

/// A fetch of these partitions from their beginning.
fn fetch(topic: Uuid, partitions: i32) -> FetchRequest {
    let partition = |index| {
        FetchPartition::default().with_partition(index).with_partition_max_bytes(FETCH_BYTES_MAX)
    };
    let wanted = FetchTopic::default()
        .with_topic_id(topic)
        .with_partitions((0..partitions).map(partition).collect());
    FetchRequest::default()
        .with_max_wait_ms(60_000)
        .with_min_bytes(1)
        .with_max_bytes(FETCH_BYTES_MAX)
        .with_topics(vec![wanted])
}

/// Without a session, so that the same records come again.
fn fetch_records(broker: &mut Connection, topic: &'static str, records: Bytes) -> Path {
    let topic = create(broker, topic, 1);
    produce_to(topic, records)(broker);
    let request = fetch(topic, 1).with_session_epoch(-1);
    Box::new(move |broker| {
        let response = broker.ask(&request);
        let records = response.responses[0].partitions[0].records.as_ref();
        assert!(records.is_some_and(|records| !records.is_empty()));
    })
}

/// A group without members commits for four partitions.
fn commit(broker: &mut Connection, topic: &'static str) -> Path {
    let topic_id = create(broker, topic, COMMITTED_PARTITIONS);
    let group = StrBytes::from_static_str(topic);
    let partition = |index| {
        OffsetCommitRequestPartition::default()
            .with_partition_index(index)
            .with_committed_offset(1)
            .with_committed_metadata(Some(StrBytes::default()))
    };
    let topic = OffsetCommitRequestTopic {
        name: name(topic),
        topic_id,
        partitions: (0..COMMITTED_PARTITIONS).map(partition).collect(),
        ..Default::default()
    };
    let group_id = GroupId(group.clone());
    let request = OffsetCommitRequest { group_id, topics: vec![topic], ..Default::default() };
    let error = |broker: &mut Connection| {
        broker.ask(&request).topics[0].partitions.iter().map(|it| it.error_code).max()
    };
    // The coordinator comes with the first question for it.
    let find = FindCoordinatorRequest::default().with_coordinator_keys(vec![group]);
    while broker.ask(&find).coordinators[0].error_code != 0 || error(broker) != Some(0) {}
    Box::new(move |broker| {
        let partitions = &broker.ask(&request).topics[0].partitions;
        assert!(partitions.iter().all(|partition| partition.error_code == 0));
    })
}

/// Goes on with a session whose partitions are all read to the end, waiting for as short a time as there is.
fn fetch_nothing(broker: &mut Connection, topic: &'static str) -> Path {
    let topic = create(broker, topic, IDLE_PARTITIONS);
    let begin = fetch(topic, IDLE_PARTITIONS).with_session_epoch(0).with_max_wait_ms(1);
    let begun = broker.ask(&begin);
    assert_ne!(begun.session_id, 0);
    let mut request = FetchRequest::default()
        .with_max_wait_ms(1)
        .with_min_bytes(1)
        .with_max_bytes(FETCH_BYTES_MAX)
        .with_session_id(begun.session_id)
        .with_session_epoch(0);
    Box::new(move |broker| {
        request.session_epoch += 1;
        let response = broker.ask(&request);
        assert!(response.error_code == 0 && response.responses.is_empty());
    })
}

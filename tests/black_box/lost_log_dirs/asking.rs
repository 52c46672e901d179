//! What clients ask about the topic `t`, in one request each, and nothing is asked again.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use kabuki_client::Target;
use kabuki_records::builder::BatchBuilder;
use kabuki_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use kabuki_wire::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kabuki_wire::messages::metadata_response::MetadataResponsePartition;
use kabuki_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kabuki_wire::messages::{
    BrokerId, DescribeLogDirsRequest, FetchRequest, ListOffsetsRequest, MetadataRequest,
    ProduceRequest, TopicName,
};
use kabuki_wire::{Request, StrBytes};

use super::TestClient;

fn topic_name() -> TopicName {
    TopicName(StrBytes::from_static_str("t"))
}

fn ask<R: Request>(client: &mut TestClient, request: &R, version: i16) -> R::Response {
    let response = client.run(async |client| {
        let connection = client.connection(Target::Any).await.expect("a connection");
        let pending = connection.send(request, version, Duration::ZERO).await.expect("sent");
        connection.receive::<R>(pending).await
    });
    response.expect("an answer")
}

/// Writes one record; its offset, or the error code.
pub(super) fn produce(client: &mut TestClient, partition: i32) -> Result<i64, i16> {
    let mut batch = BatchBuilder::new();
    batch.push(1000, None, Some(&[7; 500]), &[]);
    let records: Bytes = batch.build().expect("a record");
    let data = PartitionProduceData::default().with_index(partition).with_records(Some(records));
    let topic = TopicProduceData::default().with_name(topic_name()).with_partition_data(vec![data]);
    let request =
        ProduceRequest::default().with_acks(-1).with_timeout_ms(1000).with_topic_data(vec![topic]);
    let response = ask(client, &request, 9);
    let response = &response.responses[0].partition_responses[0];
    if response.error_code == 0 { Ok(response.base_offset) } else { Err(response.error_code) }
}

/// The error code of a fetch at the end of a partition, which waits for a minute if it may.
pub(super) fn fetch(client: &mut TestClient, partition: i32, offset: i64, version: i16) -> i16 {
    let wanted = FetchPartition::default()
        .with_partition(partition)
        .with_fetch_offset(offset)
        .with_partition_max_bytes(1000);
    let topic = FetchTopic::default().with_topic(topic_name()).with_partitions(vec![wanted]);
    let request = FetchRequest::default()
        .with_replica_id(BrokerId(-1))
        .with_max_wait_ms(60_000)
        .with_min_bytes(1)
        .with_max_bytes(1000)
        .with_session_epoch(-1)
        .with_topics(vec![topic]);
    ask(client, &request, version).responses[0].partitions[0].error_code
}

pub(super) fn list_latest(client: &mut TestClient, partition: i32) -> (i16, i64) {
    let wanted = ListOffsetsPartition::default().with_partition_index(partition).with_timestamp(-1);
    let topic = ListOffsetsTopic::default().with_name(topic_name()).with_partitions(vec![wanted]);
    let request =
        ListOffsetsRequest::default().with_replica_id(BrokerId(-1)).with_topics(vec![topic]);
    let response = ask(client, &request, 7);
    let partition = &response.topics[0].partitions[0];
    (partition.error_code, partition.offset)
}

/// The topic's partitions by number, as a client is told.
pub(super) fn metadata(client: &mut TestClient) -> BTreeMap<i32, MetadataResponsePartition> {
    let request = MetadataRequest::default().with_topics(None);
    let response = ask(client, &request, 12);
    let topic = response.topics.into_iter().find(|topic| topic.name == Some(topic_name()));
    let partitions = topic.expect("it was created").partitions;
    partitions.into_iter().map(|partition| (partition.partition_index, partition)).collect()
}

/// Error codes of the log dirs.
pub(super) fn dir_errors(client: &mut TestClient) -> Vec<(PathBuf, i16)> {
    let request = DescribeLogDirsRequest::default().with_topics(None);
    let response = client.run(async |client| client.ask(Target::Any, &request).await);
    let dirs = response.expect("an answer").results.into_iter();
    dirs.map(|dir| (dir.log_dir.as_str().into(), dir.error_code)).collect()
}

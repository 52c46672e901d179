//! What administrators ask of the log dirs: to forget records, what takes room, who writes.

use std::fs;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use kabuki_client::{NewRecord, NewTopic, OffsetSpec, Producer, ProducerOptions, Target};
use kabuki_records::builder::BatchBuilder;
use kabuki_wire::messages::delete_records_request::{DeleteRecordsPartition, DeleteRecordsTopic};
use kabuki_wire::messages::describe_producers_request::TopicRequest;
use kabuki_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kabuki_wire::messages::{
    DeleteRecordsRequest, DescribeLogDirsRequest, DescribeProducersRequest, ProduceRequest,
    TopicName,
};
use kabuki_wire::{ResponseError, StrBytes};

use super::server::{Place, TestClient, wait_until};

fn named(topic: &str) -> TopicName {
    TopicName(StrBytes::from_string(topic.to_owned()))
}

fn send(client: &mut TestClient, topic: &str, records: usize) {
    let options = ProducerOptions { batch_bytes_max: 2000, ..ProducerOptions::default() };
    let mut producer = Producer::new(options);
    let record = |number| NewRecord::of_key_value("key", format!("value {number}"));
    let records: Vec<_> = (0..records).map(record).collect();
    let sent = client.run(async |client| producer.send(client, topic, &records, 0).await);
    sent.expect("written");
}

/// Deletes the records of partition 0 below an offset; gives the low watermark.
fn delete(client: &mut TestClient, topic: &str, before: i64) -> Result<i64, Option<ResponseError>> {
    let partition = DeleteRecordsPartition::default().with_partition_index(0).with_offset(before);
    let topic =
        DeleteRecordsTopic::default().with_name(named(topic)).with_partitions(vec![partition]);
    let request = DeleteRecordsRequest::default().with_topics(vec![topic]).with_timeout_ms(1000);
    let response = client.run(async |client| client.ask(Target::Any, &request).await);
    let response = response.expect("an answer");
    let result = &response.topics[0].partitions[0];
    match result.error_code {
        0 => Ok(result.low_watermark),
        code => Err(ResponseError::try_from_code(code)),
    }
}

/// First and next offset of partition 0.
fn bounds(client: &mut TestClient, topic: &str) -> (Option<i64>, Option<i64>) {
    let wanted = [(topic, 0, OffsetSpec::Earliest), (topic, 0, OffsetSpec::Latest)];
    let listed = client.run(async |client| client.list_offsets(&wanted).await).expect("offsets");
    (listed[0].offset, listed[1].offset)
}

fn has_line(path: &Path, line: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text.lines().any(|found| found == line))
}

#[test]
fn deleted_records_stay_deleted_after_a_kill_and_after_a_stop() {
    let mut place = Place::new();
    let server = place.start_with(&["log.flush.start.offset.checkpoint.interval.ms=1"]);
    let mut client = server.client();
    client.create(NewTopic::new("t"));
    send(&mut client, "t", 300);
    assert_eq!(delete(&mut client, "t", 120), Ok(120));
    assert_eq!(delete(&mut client, "t", 100), Ok(120), "what is gone does not come back");
    assert_eq!(delete(&mut client, "t", 301), Err(Some(ResponseError::OffsetOutOfRange)));
    let checkpoint = place.data().join("log-start-offset-checkpoint");
    wait_until("the checkpoint", || has_line(&checkpoint, "t 0 120"));

    server.kill();
    let server = place.start();
    let mut client = server.client();
    assert_eq!(bounds(&mut client, "t"), (Some(120), Some(300)));
    assert_eq!(client.run(async |client| read_from(client, 120).await), 120..300);
    assert_eq!(delete(&mut client, "t", -1), Ok(300), "all that is committed");

    server.stop();
    let server = place.start();
    assert_eq!(bounds(&mut server.client(), "t"), (Some(300), Some(300)));
    server.stop();
}

/// The offsets of the records that are there.
async fn read_from(client: &mut kabuki_client::Client, offset: i64) -> std::ops::Range<i64> {
    let mut from = kabuki_client::FetchFrom { topic: "t".to_owned(), partition: 0, offset };
    let mut offsets = vec![];
    while offsets.last() != Some(&299) {
        let fetched = client.fetch(std::slice::from_ref(&from), &Default::default()).await;
        for partition in fetched.expect("records") {
            from.offset = partition.next_offset;
            offsets.extend(partition.records.iter().map(|record| record.offset));
        }
    }
    assert!(offsets.windows(2).all(|two| two[0] + 1 == two[1]));
    offsets[0]..offsets[offsets.len() - 1] + 1
}

#[test]
fn segments_below_the_deleted_offset_go() {
    let mut place = Place::new();
    let server = place.start_with(&["log.retention.check.interval.ms=1"]);
    let mut client = server.client();
    client.create(NewTopic::new("t").with_config("internal.segment.bytes", "4000"));
    send(&mut client, "t", 300);
    let first = place.data().join("t-0/00000000000000000000.log");
    assert!(first.exists());
    assert_eq!(delete(&mut client, "t", -1), Ok(300));
    wait_until("the first segment is deleted", || !first.exists());
    server.stop();
}

#[test]
fn only_what_is_kept_for_ever_by_key_is_not_deleted() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    for (topic, policy, expected) in [
        ("compact", "compact", Err(Some(ResponseError::PolicyViolation))),
        ("both", "compact,delete", Ok(3)),
        ("delete", "delete", Ok(3)),
    ] {
        client.create(NewTopic::new(topic).with_config("cleanup.policy", policy));
        send(&mut client, topic, 3);
        assert_eq!(delete(&mut client, topic, 3), expected, "{topic}");
    }
    assert_eq!(delete(&mut client, "nosuch", 0), Err(Some(ResponseError::UnknownTopicOrPartition)));
    server.stop();
}

#[test]
fn every_log_dir_tells_what_is_in_it() {
    let mut place = Place::new();
    let (one, other) = (place.data(), place.data().with_file_name("data2"));
    let dirs = format!("log.dirs={},{}", one.display(), other.display());
    let server = place.start_with(&[&dirs]);
    let mut client = server.client();
    client.create(NewTopic::new("t").with_partitions(4));
    // Partitions without records have no files yet.
    let records: Vec<_> = (0..4)
        .map(|it| NewRecord { partition: Some(it), ..NewRecord::of_value("value") })
        .collect();
    let mut producer = Producer::new(ProducerOptions::default());
    let sent = client.run(async |client| producer.send(client, "t", &records, 0).await);
    sent.expect("written");
    let request = DescribeLogDirsRequest::default().with_topics(None);
    let response = client.run(async |client| client.ask(Target::Any, &request).await);
    let response = response.expect("an answer");
    assert_eq!(response.error_code, 0);
    let found = response.results.iter().map(|dir| dir.log_dir.as_str());
    assert!(found.eq([&one, &other].map(|dir| dir.to_str().expect("UTF-8"))));
    for dir in &response.results {
        assert!(dir.usable_bytes <= dir.total_bytes && dir.usable_bytes > 0);
        assert_eq!(dir.topics[0].partitions.len(), 2, "{dir:?}");
        for partition in &dir.topics[0].partitions {
            let files = Path::new(dir.log_dir.as_str());
            let files = files.join(format!("t-{}", partition.partition_index));
            let log = fs::metadata(files.join("00000000000000000000.log")).expect("its log");
            assert_eq!(partition.partition_size as u64, log.len());
        }
    }
    server.stop();
}

#[test]
fn cordoned_log_dirs_take_no_new_replicas() {
    let mut place = Place::new();
    let (one, other) = (place.data(), place.data().with_file_name("data2"));
    let dirs = format!("log.dirs={},{}", one.display(), other.display());
    let cordoned = format!("cordoned.log.dirs={}", one.display());
    let server = place.start_with(&[&dirs, &cordoned]);
    let mut client = server.client();
    client.create(NewTopic::new("t").with_partitions(3));
    let holds = |dir: &Path| (0..3).filter(|it| dir.join(format!("t-{it}")).exists()).count();
    assert_eq!((holds(&one), holds(&other)), (0, 3));
    server.stop();

    let server = place.start_with(&[&dirs, "cordoned.log.dirs=*"]);
    let mut client = server.client();
    let new = [NewTopic::new("u")];
    let outcomes = client.run(async |client| client.create_topics(&new, false).await);
    let refusal = outcomes.expect("an answer").remove(0).1.map_err(|refusal| refusal.error);
    assert_eq!(refusal, Err(ResponseError::InvalidReplicationFactor));
    let request = DescribeLogDirsRequest::default().with_topics(None);
    let response = client.run(async |client| client.ask(Target::Any, &request).await);
    assert!(response.expect("an answer").results.iter().all(|dir| dir.is_cordoned));
    server.stop();
}

#[test]
fn producers_are_described_as_they_were_last_heard_of() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    client.create(NewTopic::new("t"));
    for (producer_id, epoch, sequence) in [(7, 2, 0), (3, 0, 0), (7, 2, 2)] {
        produce(&mut client, idempotent(producer_id, epoch, sequence));
    }
    let topic = TopicRequest::default().with_name(named("t")).with_partition_indexes(vec![0, 1]);
    let request = DescribeProducersRequest::default().with_topics(vec![topic]);
    let response = client.run(async |client| client.ask(Target::Any, &request).await);
    let partitions = &response.expect("an answer").topics[0].partitions;
    let producers = partitions[0].active_producers.iter();
    let described = producers.map(|it| (it.producer_id.0, it.producer_epoch, it.last_sequence));
    assert!(described.eq([(3, 0, 1), (7, 2, 3)]));
    assert_eq!(partitions[0].active_producers[0].last_timestamp, 1000);
    assert_eq!(partitions[0].active_producers[0].current_txn_start_offset, -1);
    let unknown = ResponseError::UnknownTopicOrPartition.code();
    assert_eq!(partitions[1].error_code, unknown);
    server.stop();
}

/// A batch of two records.
fn idempotent(producer_id: i64, epoch: i16, sequence: i32) -> Bytes {
    let mut batch = BatchBuilder::new().producer(producer_id, epoch, sequence);
    for _ in 0..2 {
        batch.push(1000, None, Some(b"value"), &[]);
    }
    batch.build().expect("two records")
}

fn produce(client: &mut TestClient, records: Bytes) {
    let partition = PartitionProduceData::default().with_records(Some(records));
    let topic =
        TopicProduceData::default().with_name(named("t")).with_partition_data(vec![partition]);
    let request =
        ProduceRequest::default().with_acks(-1).with_timeout_ms(1000).with_topic_data(vec![topic]);
    let response = client.run(async |client| {
        let connection = client.connection(Target::Any).await.expect("a connection");
        let pending = connection.send(&request, 9, Duration::ZERO).await.expect("sent");
        connection.receive::<ProduceRequest>(pending).await
    });
    assert_eq!(response.expect("an answer").responses[0].partition_responses[0].error_code, 0);
}

//! Records that are not in memory: what is read from the disk is answered like anything else, and in order.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use kabuki_client::NewTopic;
use kabuki_records::builder::BatchBuilder;
use kabuki_records::reader::Batches;
use kabuki_wire::StrBytes;
use kabuki_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use kabuki_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kabuki_wire::messages::{FetchRequest, MetadataRequest, ProduceRequest, TopicName};
use rustix::fs::{Advice, fadvise};

use super::raw::{Raw, no_topics};
use super::server::{Place, Server};

const PRODUCE: i16 = 8;
const FETCH: i16 = 11;
const METADATA: i16 = 9;
/// One record each; small slices are read, large ones are sent from the file.
const BATCH_BYTES: [usize; 4] = [900_000, 5_000, 40_000, 200];
const BATCHES: usize = 60;

fn topic_name() -> TopicName {
    TopicName(StrBytes::from_static_str("cold"))
}

fn batch(number: usize) -> Bytes {
    let mut batch = BatchBuilder::new();
    let value: Vec<u8> =
        (0..BATCH_BYTES[number % BATCH_BYTES.len()]).map(|at| (at * (number + 1)) as u8).collect();
    batch.push(1000, None, Some(&value), &[]);
    batch.build().expect("records")
}

fn produce(records: Bytes) -> ProduceRequest {
    let data = PartitionProduceData::default().with_records(Some(records));
    let topic = TopicProduceData::default().with_name(topic_name()).with_partition_data(vec![data]);
    ProduceRequest::default().with_acks(1).with_timeout_ms(30_000).with_topic_data(vec![topic])
}

fn fetch(from: usize, bytes_max: i32) -> FetchRequest {
    let wanted = FetchPartition::default()
        .with_fetch_offset(from as i64)
        .with_partition_max_bytes(bytes_max);
    let topic = FetchTopic::default().with_topic(topic_name()).with_partitions(vec![wanted]);
    FetchRequest::default().with_max_bytes(i32::MAX).with_topics(vec![topic])
}

/// A broker that has written the batches before its start, so that it knows nothing of what is in memory.
fn server(place: &mut Place) -> Server {
    let server = place.start();
    server.client().create(NewTopic::new("cold"));
    let mut raw = Raw::connect(server.bootstrap());
    for number in 0..BATCHES {
        raw.send(PRODUCE, number as i32, &produce(batch(number)));
        let (_, response) = raw.next_response::<ProduceRequest>(PRODUCE).expect("an answer");
        assert_eq!(response.responses[0].partition_responses[0].base_offset, number as i64);
    }
    server.stop();
    place.start()
}

fn log_file(place: &Place) -> PathBuf {
    place.data().join("cold-0/00000000000000000000.log")
}

/// Where a file system keeps everything in memory this does nothing.
fn drop_cached(path: &Path) {
    let file = File::open(path).expect("a file");
    file.sync_data().expect("written");
    fadvise(&file, 0, None, Advice::DontNeed).expect("advice is taken");
}

#[test]
fn cold_records_are_answered_whole_and_in_the_order_of_the_requests() {
    let mut place = Place::new();
    let server = server(&mut place);
    let path = log_file(&place);
    let stored = fs::read(&path).expect("batches");
    let sizes = Batches::new(&stored).map(|batch| batch.expect("whole").len());
    let positions: Vec<_> =
        sizes.scan(0, |end, size| Some(std::mem::replace(end, *end + size))).collect();
    assert_eq!(positions.len(), BATCHES);
    let mut raw = Raw::connect(server.bootstrap());
    // One batch after the other, then as a consumer reads, then back and forth.
    for (stride, bytes_max) in [(1, 1), (1, 1 << 20), (37, 3 << 20)] {
        let from = |number: usize| number * stride % BATCHES;
        drop_cached(&path);
        for number in 0..BATCHES {
            raw.send(FETCH, number as i32, &fetch(from(number), bytes_max));
            raw.send(METADATA, -1, &no_topics());
        }
        for number in 0..BATCHES {
            let (id, response) = raw.next_response::<FetchRequest>(FETCH).expect("an answer");
            assert_eq!(id, number as i32);
            let told = &response.responses[0].partitions[0];
            let records = told.records.as_ref().expect("records");
            let position = positions[from(number)];
            let first = positions.get(from(number) + 1).unwrap_or(&stored.len()) - position;
            let length = first.max(bytes_max as usize).min(stored.len() - position);
            assert_eq!((told.error_code, records.len()), (0, length), "fetch of {}", from(number));
            assert!(records[..] == stored[position..position + length], "{}", from(number));
            assert_eq!(raw.next_response::<MetadataRequest>(METADATA).expect("an answer").0, -1);
        }
    }
    server.stop();
}

#[test]
fn a_connection_may_end_while_its_records_are_read() {
    let mut place = Place::new();
    let server = server(&mut place);
    let path = log_file(&place);
    let idle = server.connections();
    for number in 0..BATCHES {
        drop_cached(&path);
        let mut raw = Raw::connect(server.bootstrap());
        raw.send(FETCH, 1, &fetch(number, 1 << 20));
    }
    super::server::wait_until("connections end", || server.connections() <= idle);
    // What is deleted meanwhile is sent all the same, or the partition is gone.
    drop_cached(&path);
    let mut raw = Raw::connect(server.bootstrap());
    raw.send(FETCH, 1, &fetch(0, 1 << 20));
    let mut client = server.client();
    client.run(async |client| client.delete_topics(&["cold"]).await).expect("deleted");
    let (_, response) = raw.next_response::<FetchRequest>(FETCH).expect("an answer");
    let told = &response.responses[0].partitions[0];
    assert!(told.error_code != 0 || told.records.as_ref().is_some_and(|it| it.len() == 1 << 20));
    server.stop();
}

//! That many partitions are cheap.

use kabuki_client::{NewRecord, NewTopic, Producer, ProducerOptions};
use kabuki_wire::ResponseError;
use kabuki_wire::messages::ProduceRequest;

use super::pipelining::{PRODUCE, produce};
use super::raw::Raw;
use super::server::{Place, TestClient, wait_until};

const PARTITIONS: i32 = 400;

/// Files of its dir that an idle broker has open at most, and its sockets.
const OPEN_WHEN_IDLE: usize = 60;

/// Writes a record to every partition.
fn fill(client: &mut TestClient) {
    let mut producer = Producer::new(ProducerOptions::default());
    let records: Vec<_> = (0..PARTITIONS)
        .map(|partition| NewRecord {
            partition: Some(partition),
            ..NewRecord::of_key_value("key", "value")
        })
        .collect();
    let sent = client.run(async |client| producer.send(client, "many", &records, 0).await);
    sent.expect("written");
}

fn assert_each_has(client: &mut TestClient, count: usize) {
    for partition in 0..PARTITIONS {
        assert_eq!(client.read_all("many", partition).len(), count, "partition {partition}");
    }
}

#[test]
fn partitions_without_records_have_no_file_open_and_outlive_every_end() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    client.create(NewTopic::new("many").with_partitions(PARTITIONS));
    server.stop();
    for is_killed in [false, true] {
        let server = place.start();
        assert!(server.descriptors() < OPEN_WHEN_IDLE, "{} descriptors", server.descriptors());
        assert_each_has(&mut server.client(), 0);
        assert!(server.descriptors() < OPEN_WHEN_IDLE, "{} descriptors", server.descriptors());
        if is_killed { server.kill() } else { server.stop() }
    }
    let server = place.start();
    let mut client = server.client();
    fill(&mut client);
    assert_each_has(&mut client, 1);
    server.stop();
    let server = place.start();
    assert!(server.descriptors() < OPEN_WHEN_IDLE, "{} descriptors", server.descriptors());
    assert_each_has(&mut server.client(), 1);
}

#[test]
fn more_partitions_are_used_than_files_may_be_open() {
    let mut place = Place::new();
    let server = place.start_with_files(300);
    let mut client = server.client();
    client.create(NewTopic::new("many").with_partitions(PARTITIONS));
    for count in 1..4 {
        fill(&mut client);
        assert_each_has(&mut client, count);
    }
    assert!(server.descriptors() < 300);
    server.stop();
    let server = place.start_with_files(300);
    assert_each_has(&mut server.client(), 3);
    server.kill();
    let server = place.start_with_files(300);
    assert_each_has(&mut server.client(), 3);
}

/// The disk is not to blame: its log dir stays, and whoever tries again later finds everything as it should be.
#[test]
fn without_a_file_left_to_open_the_broker_goes_on() {
    const FILES: u32 = 200;
    let mut place = Place::new();
    let server = place.start_with_files(FILES);
    let mut client = server.client();
    client.create(NewTopic::new("many").with_partitions(PARTITIONS));
    let mut asking = Raw::connect(server.bootstrap());
    assert!(asking.is_served());
    // The system accepts more connections than the broker has descriptors for.
    let idle: Vec<_> = (0..FILES).map(|_| Raw::connect(server.bootstrap())).collect();
    wait_until("no file is left", || server.descriptors() + 2 >= FILES as usize);
    for partition in 0..20 {
        asking.send(PRODUCE, partition, &produce("many", 1, &[(partition, 0, 1)]));
        let (_, answer) = asking.next_response::<ProduceRequest>(PRODUCE).expect("an answer");
        let error = answer.responses[0].partition_responses[0].error_code;
        let (storage, moved) =
            (ResponseError::KafkaStorageError, ResponseError::NotLeaderOrFollower);
        assert!([0, storage.code(), moved.code()].contains(&error), "{error}");
    }
    drop(idle);
    fill(&mut client);
    for partition in 20..PARTITIONS {
        assert_eq!(client.read_all("many", partition).len(), 1, "partition {partition}");
    }
    assert!(!place.log().contains("goes offline"), "{}", place.log());
    server.stop();
}

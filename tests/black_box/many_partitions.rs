//! That many partitions are cheap.

use kabuki_client::{NewRecord, NewTopic, Producer, ProducerOptions};

use super::server::{Place, TestClient};

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

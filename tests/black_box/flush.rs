//! `flush.messages` and `flush.ms`: what was written is synced without waiting for more to be written.

use std::fs;

use kabuki_client::{NewRecord, NewTopic, Producer, ProducerOptions};

use super::server::{Place, TestClient, wait_until};

const RECORDS: usize = 300;

/// Many small batches one after the other: the last ones come in while earlier ones are being synced.
fn send(client: &mut TestClient, topic: &str) {
    let mut producer = Producer::new(ProducerOptions::default());
    for number in 0..RECORDS {
        let record = [NewRecord::of_key_value("key", format!("value {number}"))];
        let sent = client.run(async |client| producer.send(client, topic, &record, 0).await);
        sent.expect("written");
    }
}

/// Waits until the checkpoint says that all records of the topic are synced. A file cannot be awaited, only looked at.
fn wait_until_synced(place: &Place, topic: &str) {
    let expected = format!("{topic} 0 {RECORDS}");
    let path = place.data().join("recovery-point-offset-checkpoint");
    wait_until("all records are synced", || {
        let checkpoint = fs::read_to_string(&path).unwrap_or_default();
        checkpoint.lines().any(|line| line == expected)
    });
}

#[test]
fn what_comes_in_during_a_sync_is_synced_too() {
    let mut place = Place::new();
    let server = place.start_with(&["log.flush.offset.checkpoint.interval.ms=1000"]);
    let mut client = server.client();
    for (topic, key, value) in [("counted", "flush.messages", "1"), ("timed", "flush.ms", "1")] {
        client.create(NewTopic::new(topic).with_config(key, value));
        send(&mut client, topic);
        wait_until_synced(&place, topic);
    }
    server.stop();
}

//! What a kill under load leaves.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use kabuki_client::{NewRecord, NewTopic, Producer, ProducerOptions};

use super::server::{Place, TestClient};

const TOPIC: &str = "killed";
const PARTITIONS: i32 = 3;
/// Kills in one run; where each falls is a matter of the machine's mood.
const KILLS: usize = 6;
/// Confirmed sends between a start and the next kill.
const SENDS_BETWEEN: usize = 25;

/// A record's number, and where the broker said that it is.
type Confirmed = (u64, (i32, i64));

/// Sends numbered records, some at a time, until nobody listens; tells what was confirmed. Lives through restarts: the
/// client asks again until somebody answers.
fn send_forever(bootstrap: String, confirmed: &Sender<Vec<Confirmed>>) {
    let mut client = TestClient::connect(&bootstrap);
    let mut producer =
        Producer::new(ProducerOptions { batch_bytes_max: 1000, ..ProducerOptions::default() });
    for round in 0.. {
        let numbers = round * 20..(round + 1) * 20_u64;
        let record =
            |number: u64| NewRecord::of_key_value(format!("{}", number % 7), format!("{number}"));
        let records: Vec<_> = numbers.clone().map(record).collect();
        let sent = client.run(async |client| producer.send(client, TOPIC, &records, 0).await);
        let placed = sent.expect("a broker comes back within the client's patience");
        let placed = placed.into_iter().map(|placed| (placed.partition, placed.offset));
        if confirmed.send(numbers.zip(placed).collect()).is_err() {
            return;
        }
    }
}

fn wait_for_sends(confirmed: &Receiver<Vec<Confirmed>>, all: &mut BTreeMap<u64, (i32, i64)>) {
    for _ in 0..SENDS_BETWEEN {
        all.extend(confirmed.recv().expect("the producer lives"));
    }
}

#[test]
fn after_kills_under_load_every_confirmed_record_is_there_once_and_in_order() {
    let mut place = Place::new();
    let mut server = place.start();
    server.client().create(NewTopic::new(TOPIC).with_partitions(PARTITIONS));
    let (sender, confirmed) = channel();
    let bootstrap = server.bootstrap().to_owned();
    let producer = thread::spawn(move || send_forever(bootstrap, &sender));
    let mut all = BTreeMap::new();
    for _ in 0..KILLS {
        wait_for_sends(&confirmed, &mut all);
        server.kill();
        server = place.start();
        check(&mut server.client(), &all);
    }
    wait_for_sends(&confirmed, &mut all);
    drop(confirmed);
    producer.join().expect("the producer ends when nobody listens");
    check(&mut server.client(), &all);
    server.stop();
}

/// Every confirmed record lies where the broker said, none is there twice, and numbers rise within a key.
fn check(client: &mut TestClient, confirmed: &BTreeMap<u64, (i32, i64)>) {
    let mut found: BTreeMap<u64, (i32, i64)> = BTreeMap::new();
    for partition in 0..PARTITIONS {
        let mut last_of_key: BTreeMap<u64, u64> = BTreeMap::new();
        for (next, record) in (0..).zip(client.read_all(TOPIC, partition)) {
            assert_eq!(record.offset, next, "offsets have no gaps");
            let value = record.value.as_deref().and_then(|value| str::from_utf8(value).ok());
            let number: u64 = value.and_then(|value| value.parse().ok()).expect("a number");
            let earlier = found.insert(number, (partition, record.offset));
            assert_eq!(earlier, None, "record {number} is there twice");
            let before = last_of_key.insert(number % 7, number);
            assert!(before.is_none_or(|before| before < number), "{number} comes after {before:?}");
        }
    }
    for (number, place) in confirmed {
        assert_eq!(found.get(number), Some(place), "record {number}");
    }
}

//! What a restart keeps.

use kabuki_client::{
    Acks, ConfigSource, NewRecord, NewTopic, Producer, ProducerOptions, RecordHeader,
};
use kabuki_records::codec::Codec;

use super::server::{Place, TestClient};

const TIMESTAMP: i64 = 1_700_000_000_000;

fn record(number: usize) -> NewRecord {
    let header = RecordHeader { key: "number".into(), value: Some(number.to_string().into()) };
    NewRecord {
        timestamp: Some(TIMESTAMP + number as i64),
        headers: vec![header],
        ..NewRecord::of_key_value(format!("key {}", number % 17), format!("value {number}"))
    }
}

fn send(client: &mut TestClient, topic: &str, codec: Codec, records: &[NewRecord]) {
    let options = ProducerOptions {
        codec,
        acks: Acks::All,
        batch_bytes_max: 5000,
        ..ProducerOptions::default()
    };
    let mut producer = Producer::new(options);
    let sent = client.run(async |client| producer.send(client, topic, records, 0).await);
    sent.expect("written");
}

#[test]
fn a_restart_keeps_topics_records_and_offsets() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    client.create(NewTopic::new("kept").with_partitions(3).with_config("retention.ms", "-1"));
    client.create(NewTopic::new("deleted"));
    for codec in Codec::ALL {
        let records: Vec<_> = (0..200).map(record).collect();
        send(&mut client, "kept", codec, &records);
    }
    let before: Vec<_> = (0..3).map(|partition| client.read_all("kept", partition)).collect();
    let topic = client.run(async |client| client.topic("kept").await).expect("it exists");
    let deleted = client.run(async |client| client.delete_topics(&["deleted"]).await);
    assert_eq!(deleted.expect("an answer")[0].1, Ok(()));
    assert_eq!(before.iter().map(Vec::len).sum::<usize>(), 1000);

    server.stop();
    let server = place.start();
    let mut client = server.client();
    let after: Vec<_> = (0..3).map(|partition| client.read_all("kept", partition)).collect();
    assert_eq!(after, before);
    let names = client.run(async |client| client.topics().await).expect("topics");
    assert_eq!(names.iter().map(|topic| topic.name.as_str()).collect::<Vec<_>>(), ["kept"]);
    assert_eq!(names[0].id, topic.id);
    let configs = client
        .run(async |client| client.describe_topic_configs(&["kept"]).await)
        .expect("an answer");
    let configs = configs[0].1.as_ref().expect("the topic exists");
    let retention =
        configs.iter().find(|entry| entry.name == "retention.ms").expect("every topic has it");
    assert_eq!((retention.value.as_deref(), retention.source), (Some("-1"), ConfigSource::Topic));

    send(&mut client, "kept", Codec::None, &[record(0)]);
    let total: usize = (0..3).map(|partition| client.read_all("kept", partition).len()).sum();
    assert_eq!(total, 1001);
    server.stop();
}

#[test]
fn many_restarts_one_after_the_other_lose_nothing() {
    let mut place = Place::new();
    for round in 0..5_usize {
        let server = place.start();
        let mut client = server.client();
        if round == 0 {
            client.create(NewTopic::new("t").with_partitions(1));
        }
        send(&mut client, "t", Codec::Lz4, &[record(round)]);
        let values: Vec<_> =
            client.read_all("t", 0).into_iter().map(|record| record.value).collect();
        assert_eq!(values, (0..=round).map(|number| record(number).value).collect::<Vec<_>>());
        if round % 2 == 0 { server.stop() } else { server.kill() }
    }
}

/// The names of the partitions' directories in a log dir.
fn partition_dirs(dir: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).expect("a log dir");
    let names = entries.map(|entry| entry.expect("readable").file_name().into_string());
    let mut names: Vec<_> = names.map(|name| name.expect("plain")).collect();
    names.retain(|name| dir.join(name).is_dir() && !name.starts_with("__"));
    names.sort();
    names
}

#[test]
fn a_directory_of_no_partition_is_put_aside_and_kept() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    for topic in ["first", "second"] {
        client.create(NewTopic::new(topic).with_partitions(1));
        send(&mut client, topic, Codec::None, &[record(1), record(2)]);
    }
    server.stop();
    // As if "gone" had been deleted, and "second" made again, when a process died before it renamed their directories.
    let data = place.data();
    let copy = |from: &str, to: &str| {
        let to = data.join(to);
        std::fs::create_dir_all(&to).expect("made");
        for file in std::fs::read_dir(data.join(from)).expect("a directory") {
            let file = file.expect("readable");
            std::fs::copy(file.path(), to.join(file.file_name())).expect("copied");
        }
    };
    copy("first-0", "gone-0");
    copy("first-0", "second-0");

    let server = place.start();
    let mut client = server.client();
    assert_eq!(client.read_all("first", 0).len(), 2);
    assert_eq!(client.read_all("second", 0).len(), 0, "the records are another topic's");
    client.create(NewTopic::new("gone").with_partitions(1));
    send(&mut client, "gone", Codec::None, &[record(1)]);
    assert_eq!(client.read_all("gone", 0).len(), 1);
    server.stop();
    let names = partition_dirs(&data);
    let strays: Vec<_> = names.iter().filter(|name| name.ends_with("-stray")).collect();
    assert_eq!(strays.len(), 2, "{names:?}");
    assert!(strays[0].starts_with("gone-0.") && strays[1].starts_with("second-0."), "{names:?}");
    assert!(data.join(strays[0]).join("00000000000000000000.log").exists());
}

#[test]
fn partitions_spread_over_log_dirs_and_stay_where_they_are() {
    let mut place = Place::new();
    let dirs: Vec<_> = (0..3).map(|number| place.data().join(number.to_string())).collect();
    let texts: Vec<_> = dirs.iter().map(|dir| dir.to_str().expect("plain")).collect();
    let overrides = format!("log.dirs={}", texts.join(","));
    let server = place.start_with(&[&overrides]);
    let mut client = server.client();
    client.create(NewTopic::new("spread").with_partitions(6));
    let records: Vec<_> = (0..60).map(record).collect();
    send(&mut client, "spread", Codec::None, &records);
    server.kill();
    let before: Vec<_> = dirs.iter().map(|dir| partition_dirs(dir)).collect();
    assert_eq!(before.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2], "{before:?}");

    let server = place.start_with(&[&overrides]);
    let mut client = server.client();
    let total: usize = (0..6).map(|index| client.read_all("spread", index).len()).sum();
    assert_eq!(total, 60);
    server.stop();
    assert_eq!(dirs.iter().map(|dir| partition_dirs(dir)).collect::<Vec<_>>(), before);
}

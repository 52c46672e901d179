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

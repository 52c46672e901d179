//! The client against a real broker, Kabuki or Apache Kafka from 2.1 on:
//!
//! ```text
//! KABUKI_CLIENT_BOOTSTRAP=127.0.0.1:9092 cargo test -p kabuki-client --test live -- --ignored
//! ```

use std::future::Future;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kabuki_client::{
    Acks, Client, ClientConfig, ClientError, ConfigChange, ConfigSource, FetchFrom, FetchOptions,
    FetchedRecord, NewRecord, NewTopic, OffsetSpec, Producer, ProducerOptions, RecordHeader,
    Target,
};
use kabuki_records::codec::Codec;
use kabuki_wire::{ApiKey, ResponseError};

const TIMESTAMP: i64 = 1_700_000_000_000;

fn run<F: Future<Output = ()>>(test: impl FnOnce(Client, String) -> F) {
    let bootstrap =
        std::env::var("KABUKI_CLIENT_BOOTSTRAP").expect("KABUKI_CLIENT_BOOTSTRAP names a broker");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let config = ClientConfig::new(&bootstrap);
        let client = Client::connect(config).await.expect("the broker answers");
        test(client, unique_name()).await;
    });
}

/// Whether the broker is new enough for a version of an API.
async fn serves(client: &mut Client, api: ApiKey, version: i16) -> bool {
    let connection = client.connection(Target::Any).await.expect("the broker answers");
    connection.versions().range(api).is_some_and(|(_, highest)| highest >= version)
}

/// Topics outlive a run: names must not repeat.
fn unique_name() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    format!("live-{}", since.as_nanos())
}

async fn create(client: &mut Client, topic: NewTopic) {
    for (name, outcome) in client.create_topics(&[topic], false).await.expect("an answer") {
        outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

async fn read_all(client: &mut Client, topic: &str, partition: i32) -> Vec<FetchedRecord> {
    let listed = client.list_offsets(&[(topic, partition, OffsetSpec::Latest)]).await;
    let end = listed.expect("the end")[0].offset.expect("every partition has an end");
    let mut records = vec![];
    let mut from = FetchFrom { topic: topic.to_owned(), partition, offset: 0 };
    while from.offset < end {
        let fetched = client.fetch(std::slice::from_ref(&from), &FetchOptions::default()).await;
        for partition in fetched.expect("records") {
            from.offset = partition.next_offset;
            records.extend(partition.records);
        }
    }
    records
}

#[test]
#[ignore = "needs a broker"]
fn records_come_back_as_they_were_sent_in_every_codec_and_acks() {
    run(async |mut client, topic| {
        create(&mut client, NewTopic::new(&topic).with_partitions(1)).await;
        let mut sent = vec![];
        for codec in Codec::ALL {
            for acks in [Acks::None, Acks::Leader, Acks::All] {
                let options = ProducerOptions {
                    codec,
                    acks,
                    batch_bytes_max: 500,
                    ..ProducerOptions::default()
                };
                let records: Vec<_> = (0..20).map(|number| numbered(codec, number)).collect();
                let mut producer = Producer::new(options);
                let placed =
                    producer.send(&mut client, &topic, &records, 0).await.expect("written");
                let first = if acks == Acks::None { -1 } else { sent.len() as i64 };
                assert_eq!(placed[0].offset, first, "{codec} {acks:?}");
                sent.extend(records);
                wait_for_end(&mut client, &topic, sent.len() as i64).await;
            }
        }
        let read = read_all(&mut client, &topic, 0).await;
        assert_eq!(read.len(), sent.len());
        for (offset, (record, sent)) in read.into_iter().zip(sent).enumerate() {
            assert_eq!(record.offset, offset as i64);
            assert_eq!(Some(record.timestamp), sent.timestamp);
            assert_eq!(
                (record.key, record.value, record.headers),
                (sent.key, sent.value, sent.headers)
            );
        }
    });
}

fn numbered(codec: Codec, number: i64) -> NewRecord {
    let header = |value: Option<&'static str>| RecordHeader {
        key: "h".into(),
        value: value.map(Into::into),
    };
    NewRecord {
        partition: None,
        timestamp: Some(TIMESTAMP + number),
        key: (number % 2 == 0).then(|| format!("key {number}").into()),
        value: (number % 3 != 0).then(|| format!("{codec} {number}").into()),
        headers: vec![header(None), header(Some("v"))],
    }
}

/// With acks 0 the records arrive some time after they were sent.
async fn wait_for_end(client: &mut Client, topic: &str, end: i64) {
    loop {
        let listed = client.list_offsets(&[(topic, 0, OffsetSpec::Latest)]).await.expect("the end");
        if listed[0].offset == Some(end) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[test]
#[ignore = "needs a broker"]
fn offsets_are_found_by_time() {
    run(async |mut client, topic| {
        create(&mut client, NewTopic::new(&topic).with_partitions(2)).await;
        let at = |timestamp: i64| NewRecord {
            partition: Some(0),
            timestamp: Some(TIMESTAMP + timestamp),
            ..NewRecord::of_value("v")
        };
        let mut producer = Producer::new(ProducerOptions::default());
        let records = [at(0), at(100), at(200), at(150)];
        producer.send(&mut client, &topic, &records, 0).await.expect("written");
        let wanted = [
            (topic.as_str(), 0, OffsetSpec::Earliest),
            (topic.as_str(), 0, OffsetSpec::Latest),
            (topic.as_str(), 0, OffsetSpec::AtOrAfter(TIMESTAMP + 1)),
            (topic.as_str(), 0, OffsetSpec::AtOrAfter(TIMESTAMP + 1000)),
        ];
        let listed = client.list_offsets(&wanted).await.expect("offsets");
        let offsets: Vec<_> = listed.iter().map(|one| one.offset).collect();
        assert_eq!(offsets, [Some(0), Some(4), Some(1), None]);
        assert_eq!(listed[2].timestamp, Some(TIMESTAMP + 100));

        let latest = |partition| (topic.as_str(), partition, OffsetSpec::MaxTimestamp);
        let listed = client.list_offsets(&[latest(0), latest(1)]).await;
        if serves(&mut client, ApiKey::ListOffsets, 7).await {
            let offsets: Vec<_> = listed.expect("offsets").iter().map(|one| one.offset).collect();
            assert_eq!(offsets, [Some(2), None]);
        } else {
            assert!(matches!(
                listed,
                Err(ClientError::Unsupported { api: ApiKey::ListOffsets, .. })
            ));
        }
    });
}

#[test]
#[ignore = "needs a broker"]
fn topics_are_created_described_changed_and_deleted() {
    run(async |mut client, topic| {
        let new = NewTopic::new(&topic).with_partitions(2).with_config("retention.ms", "1000");
        create(&mut client, new.clone()).await;
        let again = client.create_topics(&[new], false).await.expect("an answer");
        assert_eq!(
            again[0].1.as_ref().expect_err("it exists").error,
            ResponseError::TopicAlreadyExists
        );

        let described =
            client.describe_topics(&[&topic, "no-such-topic"]).await.expect("an answer");
        let found =
            |name: &str| described.iter().find(|one| one.0 == name).expect("described").1.clone();
        assert_eq!(found(&topic).expect("it exists").partitions.len(), 2);
        let unknown = found("no-such-topic").expect_err("it does not exist");
        assert_eq!(unknown.error, ResponseError::UnknownTopicOrPartition);

        let change = |value: Option<&str>| {
            [ConfigChange { name: "retention.ms".to_owned(), value: value.map(str::to_owned) }]
        };
        assert_eq!(retention(&mut client, &topic).await, ("1000".to_owned(), ConfigSource::Topic));
        if serves(&mut client, ApiKey::IncrementalAlterConfigs, 0).await {
            let altered = client.alter_topic_configs(&topic, &change(Some("2000"))).await;
            assert_eq!(altered.expect("an answer")[0].1, Ok(()));
            let altered = client.alter_topic_configs(&topic, &change(None)).await;
            assert_eq!(altered.expect("an answer")[0].1, Ok(()));
            assert_eq!(retention(&mut client, &topic).await.1, ConfigSource::Default);
        }

        let grown = client.create_partitions(&topic, 5, None).await.expect("an answer");
        assert_eq!(grown[0].1, Ok(()));
        assert_eq!(client.topic(&topic).await.expect("it exists").partitions.len(), 5);
        assert!(client.topics().await.expect("topics").iter().any(|one| one.name == topic));

        let deleted = client.delete_topics(&[&topic]).await.expect("an answer");
        assert_eq!(deleted[0].1, Ok(()));
        let gone = wait_until_gone(&mut client, &topic).await;
        assert_eq!(gone.code(), Some(ResponseError::UnknownTopicOrPartition));
    });
}

/// A broker may know a topic some moments longer than the controller.
async fn wait_until_gone(client: &mut Client, topic: &str) -> ClientError {
    loop {
        client.forget_topic(topic);
        if let Err(error) = client.topic(topic).await {
            return error;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn retention(client: &mut Client, topic: &str) -> (String, ConfigSource) {
    let described = client.describe_topic_configs(&[topic]).await.expect("an answer");
    let entries = described[0].1.clone().expect("the topic exists");
    let entry =
        entries.into_iter().find(|entry| entry.name == "retention.ms").expect("every topic has it");
    (entry.value.expect("it is no secret"), entry.source)
}

#[test]
#[ignore = "needs a broker"]
fn keyed_records_of_many_batches_keep_their_order_in_each_partition() {
    run(async |mut client, topic| {
        create(&mut client, NewTopic::new(&topic).with_partitions(4)).await;
        let record =
            |number: i32| NewRecord::of_key_value(format!("{}", number % 50), format!("{number}"));
        let records: Vec<_> = (0..5000).map(record).collect();
        let options = ProducerOptions { batch_bytes_max: 2000, ..ProducerOptions::default() };
        let mut producer = Producer::new(options);
        let placed =
            producer.send(&mut client, &topic, &records, TIMESTAMP).await.expect("written");
        let mut count = 0;
        for partition in 0..4 {
            let read = read_all(&mut client, &topic, partition).await;
            count += read.len();
            let number = |record: &FetchedRecord| -> usize {
                let value = record.value.as_deref().expect("a value");
                str::from_utf8(value).ok().and_then(|text| text.parse().ok()).expect("a number")
            };
            assert!(read.is_sorted_by_key(number));
            for record in &read {
                let place = placed[number(record)];
                assert_eq!((place.partition, place.offset), (partition, record.offset));
            }
        }
        assert_eq!(count, records.len());
    });
}

#[test]
#[ignore = "needs a broker"]
fn a_fetch_beyond_the_end_or_of_a_missing_partition_is_refused() {
    run(async |mut client, topic| {
        create(&mut client, NewTopic::new(&topic).with_partitions(1)).await;
        let from = |partition, offset| [FetchFrom { topic: topic.clone(), partition, offset }];
        let options =
            FetchOptions { max_wait: Duration::from_millis(10), ..FetchOptions::default() };
        let beyond =
            client.fetch(&from(0, 100), &options).await.expect_err("there is no such offset");
        assert_eq!(beyond.code(), Some(ResponseError::OffsetOutOfRange));
        let missing = client.fetch(&from(1, 0), &options).await;
        assert!(matches!(missing, Err(ClientError::NoPartition { partition: 1, .. })));
        let empty = client.fetch(&from(0, 0), &options).await.expect("nothing yet");
        assert_eq!((empty[0].records.len(), empty[0].next_offset), (0, 0));
    });
}

//! Configuration at run time: what is set counts at once, and after a restart.

use std::fs;
use std::path::PathBuf;

use kabuki_client::{
    ConfigChange, ConfigEntry, ConfigKind, ConfigResource, ConfigSource, NewRecord, NewTopic,
    OffsetSpec, Producer, ProducerOptions,
};
use kabuki_wire::ResponseError;

use super::server::{Place, TestClient, wait_until};

/// Where a batch keeps the low byte of its attributes; its lowest three bits name the codec.
const ATTRIBUTES_AT: usize = 22;
const LZ4: u8 = 3;

fn all_brokers() -> ConfigResource {
    ConfigResource::new(ConfigKind::Broker, "")
}

fn this_broker() -> ConfigResource {
    ConfigResource::new(ConfigKind::Broker, "1")
}

fn topic(name: &str) -> ConfigResource {
    ConfigResource::new(ConfigKind::Topic, name)
}

fn change(
    client: &mut TestClient,
    resource: &ConfigResource,
    name: &str,
    value: Option<&str>,
) -> Result<(), ResponseError> {
    let change = ConfigChange { name: name.to_owned(), value: value.map(str::to_owned) };
    let altered = client.run(async |client| client.alter_configs(resource, &[change]).await);
    let (_, outcome) = altered.expect("an answer").remove(0);
    outcome.map_err(|refused| refused.error)
}

fn set(client: &mut TestClient, resource: &ConfigResource, name: &str, value: &str) {
    change(client, resource, name, Some(value)).expect("accepted");
}

fn delete(client: &mut TestClient, resource: &ConfigResource, name: &str) {
    change(client, resource, name, None).expect("accepted");
}

/// The value of a key, and where it comes from.
fn described(
    client: &mut TestClient,
    resource: &ConfigResource,
    name: &str,
) -> (String, ConfigSource) {
    let entries = client.run(async |client| client.describe_configs(resource).await);
    let entries: Vec<ConfigEntry> = entries.expect("an answer").expect("it is there");
    let entry = entries.into_iter().find(|entry| entry.name == name).expect("it has such a key");
    (entry.value.unwrap_or_default(), entry.source)
}

fn send(client: &mut TestClient, topic: &str, record: NewRecord) -> Result<(), ()> {
    let options = ProducerOptions { batch_bytes_max: 1, ..ProducerOptions::default() };
    let sent = client.run(async |client| {
        Producer::new(options).send(client, topic, &[record], 0).await.map(drop)
    });
    sent.map_err(drop)
}

fn of_size(bytes: usize) -> NewRecord {
    NewRecord::of_key_value("key", "v".repeat(bytes))
}

fn dir(place: &Place, topic: &str) -> PathBuf {
    place.data().join(format!("{topic}-0"))
}

fn segments(place: &Place, topic: &str) -> usize {
    let files = fs::read_dir(dir(place, topic)).expect("the partition's dir");
    let names = files.map(|file| file.expect("a file").file_name().into_string().expect("text"));
    names.filter(|name| name.ends_with(".log")).count()
}

#[test]
fn the_limit_of_messages_follows_the_broker_until_a_topic_has_its_own() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    client.create(NewTopic::new("plain").with_partitions(1));
    client.create(NewTopic::new("own").with_partitions(1).with_config("max.message.bytes", "9000"));
    assert_eq!(send(&mut client, "plain", of_size(5000)), Ok(()));
    set(&mut client, &all_brokers(), "message.max.bytes", "1000");
    assert_eq!(send(&mut client, "plain", of_size(5000)), Err(()));
    assert_eq!(send(&mut client, "own", of_size(5000)), Ok(()));
    set(&mut client, &this_broker(), "message.max.bytes", "7000");
    assert_eq!(send(&mut client, "plain", of_size(5000)), Ok(()));
    let found = described(&mut client, &topic("plain"), "max.message.bytes");
    assert_eq!(found, ("7000".to_owned(), ConfigSource::DynamicBroker));

    delete(&mut client, &topic("own"), "max.message.bytes");
    let found = described(&mut client, &topic("own"), "max.message.bytes");
    assert_eq!(found, ("7000".to_owned(), ConfigSource::DynamicBroker));
    assert_eq!(send(&mut client, "own", of_size(8000)), Err(()));
    delete(&mut client, &this_broker(), "message.max.bytes");
    delete(&mut client, &all_brokers(), "message.max.bytes");
    assert_eq!(send(&mut client, "own", of_size(8000)), Ok(()));
    let found = described(&mut client, &this_broker(), "message.max.bytes");
    assert_eq!(found, ("1048588".to_owned(), ConfigSource::Default));
    server.stop();
}

#[test]
fn what_batches_become_follows_the_broker() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    client.create(NewTopic::new("t").with_partitions(1));
    set(&mut client, &all_brokers(), "compression.type", "lz4");
    set(&mut client, &all_brokers(), "log.message.timestamp.type", "LogAppendTime");
    let record = NewRecord { timestamp: Some(1), ..of_size(5000) };
    assert_eq!(send(&mut client, "t", record), Ok(()));
    let read = client.read_all("t", 0);
    assert!(read[0].is_log_append_time && read[0].timestamp > 1);
    let written = fs::read(dir(&place, "t").join("00000000000000000000.log")).expect("a segment");
    assert_eq!(written[ATTRIBUTES_AT] & 7, LZ4);
    server.stop();
}

#[test]
fn segments_and_what_is_kept_of_them_follow_the_broker() {
    let mut place = Place::new();
    let server = place.start_with(&["log.retention.check.interval.ms=1000"]);
    let mut client = server.client();
    client.create(NewTopic::new("t").with_partitions(1));
    let fill = |client: &mut TestClient| {
        (0..4).for_each(|_| assert_eq!(send(client, "t", of_size(400_000)), Ok(())));
    };
    fill(&mut client);
    assert_eq!(segments(&place, "t"), 1);
    set(&mut client, &all_brokers(), "log.segment.bytes", "1048576");
    fill(&mut client);
    assert!(segments(&place, "t") > 1);
    set(&mut client, &all_brokers(), "log.retention.bytes", "1");
    wait_until("records are deleted", || earliest(&mut client) > 0);
    server.stop();
}

fn earliest(client: &mut TestClient) -> i64 {
    let listed =
        client.run(async |client| client.list_offsets(&[("t", 0, OffsetSpec::Earliest)]).await);
    listed.expect("offsets")[0].offset.expect("every partition begins somewhere")
}

#[test]
fn records_that_are_too_old_go_by_the_time_of_the_broker() {
    let mut place = Place::new();
    let server = place.start_with(&["log.retention.check.interval.ms=1000"]);
    let mut client = server.client();
    client.create(NewTopic::new("t").with_partitions(1));
    let old = NewRecord { timestamp: Some(1), ..of_size(10) };
    set(&mut client, &all_brokers(), "log.retention.ms", "-1");
    assert_eq!(send(&mut client, "t", old), Ok(()));
    assert_eq!(earliest(&mut client), 0);
    set(&mut client, &this_broker(), "log.retention.ms", "3600000");
    wait_until("records are deleted", || earliest(&mut client) > 0);
    server.stop();
}

#[test]
fn what_was_set_outlives_stops_and_kills() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    client.create(NewTopic::new("t").with_partitions(1));
    set(&mut client, &all_brokers(), "message.max.bytes", "1000");
    set(&mut client, &this_broker(), "min.insync.replicas", "2");
    server.kill();
    for stops_cleanly in [true, false] {
        let server = place.start_with(&["message.max.bytes=500000"]);
        let mut client = server.client();
        assert_eq!(send(&mut client, "t", of_size(5000)), Err(()));
        let found = described(&mut client, &this_broker(), "message.max.bytes");
        assert_eq!(found, ("1000".to_owned(), ConfigSource::DynamicDefaultBroker));
        let found = described(&mut client, &topic("t"), "min.insync.replicas");
        assert_eq!(found, ("2".to_owned(), ConfigSource::DynamicBroker));
        if stops_cleanly { server.stop() } else { server.kill() }
    }
}

#[test]
fn what_takes_a_restart_is_refused() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    let cases = [
        (this_broker(), "num.partitions", "3"),
        (all_brokers(), "listeners", "PLAINTEXT://:9092"),
        (this_broker(), "message.max.bytes", "-1"),
    ];
    for (resource, name, value) in cases {
        let refused = change(&mut client, &resource, name, Some(value));
        assert_eq!(refused, Err(ResponseError::InvalidRequest), "{name}");
    }
    let refused = change(&mut client, &topic("none"), "max.message.bytes", Some("1000"));
    assert_eq!(refused, Err(ResponseError::UnknownTopicOrPartition));
    server.stop();
}

#[test]
fn log_levels_count_at_once_and_until_the_restart() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    let logger = ConfigResource::new(ConfigKind::BrokerLogger, "1");
    let log = place.data().with_file_name("log");
    let says = |what: &str| fs::read_to_string(&log).expect("the log").contains(what);
    let quiet = ("ERROR".to_owned(), ConfigSource::BrokerLogger);
    let usual = ("INFO".to_owned(), ConfigSource::BrokerLogger);

    // What is not obeyed is said as a warning, before the answer comes.
    set(&mut client, &logger, "kabuki_actors", "ERROR");
    assert_eq!(described(&mut client, &logger, "kabuki_actors::live"), quiet);
    assert_eq!(described(&mut client, &logger, "root"), usual);
    set(&mut client, &this_broker(), "num.io.threads", "4");
    assert!(!says("num.io.threads"));
    delete(&mut client, &logger, "kabuki_actors");
    set(&mut client, &this_broker(), "background.threads", "5");
    assert!(says("background.threads"));

    let refused = change(&mut client, &logger, "no.such.logger", Some("INFO"));
    assert_eq!(refused, Err(ResponseError::InvalidConfig));
    set(&mut client, &logger, "root", "ERROR");
    server.stop();
    let server = place.start();
    assert_eq!(described(&mut server.client(), &logger, "root"), usual);
    server.stop();
}

#[test]
fn groups_and_subscriptions_keep_what_is_set() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    client.create(NewTopic::new("t"));
    let group = ConfigResource::new(ConfigKind::Group, "g");
    let metrics = ConfigResource::new(ConfigKind::ClientMetrics, "m");
    set(&mut client, &group, "share.delivery.count.limit", "6");
    set(&mut client, &metrics, "interval.ms", "1000");
    server.kill();
    let server = place.start();
    let mut client = server.client();
    let found = described(&mut client, &group, "share.delivery.count.limit");
    assert_eq!(found, ("6".to_owned(), ConfigSource::Group));
    let found = described(&mut client, &group, "consumer.session.timeout.ms");
    assert_eq!(found, ("45000".to_owned(), ConfigSource::Default));
    let found = described(&mut client, &metrics, "interval.ms");
    assert_eq!(found, ("1000".to_owned(), ConfigSource::ClientMetrics));

    let listed = client.run(async |client| client.list_config_resources(&[]).await);
    let mut listed = listed.expect("an answer");
    listed.sort();
    let broker_logger = ConfigResource::new(ConfigKind::BrokerLogger, "1");
    assert_eq!(listed, [topic("t"), this_broker(), broker_logger, metrics, group]);
    server.stop();
}

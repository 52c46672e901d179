//! What an administrator asks of the cluster: features, who belongs to it, topics by id, producer ids.

use std::collections::BTreeSet;

use kabuki_client::{NewRecord, NewTopic, Producer, ProducerOptions, Target};
use kabuki_wire::messages::create_topics_request::CreatableTopic;
use kabuki_wire::messages::delete_topics_request::DeleteTopicState;
use kabuki_wire::messages::update_features_request::FeatureUpdateKey;
use kabuki_wire::messages::*;
use kabuki_wire::{Request, ResponseError, StrBytes};

use super::server::{Place, TestClient};

/// Producer ids that one block holds: so many may be lost with a kill.
const PRODUCER_IDS_PER_BLOCK: i64 = 1000;

fn ask<R: Request>(client: &mut TestClient, request: &R) -> R::Response {
    client.run(async |client| client.ask(Target::Any, request).await).expect("an answer")
}

fn text(text: &str) -> StrBytes {
    StrBytes::from_string(text.to_owned())
}

fn topic_name(name: &str) -> TopicName {
    TopicName(text(name))
}

/// Name and level of every finalized feature, and the epoch of them all.
fn finalized(client: &mut TestClient) -> (Vec<(String, i16)>, i64) {
    let request = ApiVersionsRequest::default()
        .with_client_software_name(text("test"))
        .with_client_software_version(text("1"));
    let answer = ask(client, &request);
    let levels = answer.finalized_features.iter();
    let levels = levels.map(|feature| (feature.name.to_string(), feature.max_version_level));
    (levels.collect(), answer.finalized_features_epoch)
}

fn update_feature(client: &mut TestClient, name: &str, level: i16) -> i16 {
    let update = FeatureUpdateKey::default().with_feature(text(name)).with_max_version_level(level);
    let request = UpdateFeaturesRequest::default().with_feature_updates(vec![update]);
    ask(client, &request).error_code
}

#[test]
fn features_that_are_served_are_finalized_and_updates_show_at_once_and_after_a_restart() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    let (levels, epoch) = finalized(&mut client);
    assert!(levels.contains(&("metadata.version".to_owned(), 30)), "{levels:?}");
    assert!(levels.contains(&("kraft.version".to_owned(), 1)), "{levels:?}");
    let refused = ResponseError::InvalidUpdateVersion.code();
    for (name, level) in [("metadata.version", 31), ("metadata.version", 29), ("no.version", 1)] {
        assert_eq!(update_feature(&mut client, name, level), refused, "{name} {level}");
    }
    assert_eq!(finalized(&mut client), (levels.clone(), epoch), "nothing has happened");
    assert_eq!(update_feature(&mut client, "metadata.version", 30), 0);
    let (after, epoch_after) = finalized(&mut client);
    assert_eq!(after, levels);
    assert!(epoch_after > epoch, "{epoch_after} follows {epoch}");
    server.stop();
    let server = place.start();
    assert_eq!(finalized(&mut server.client()).0, levels);
    server.stop();
}

fn unregister(client: &mut TestClient, broker: i32) -> i16 {
    ask(client, &UnregisterBrokerRequest::default().with_broker_id(BrokerId(broker))).error_code
}

/// The leader of a topic's first partition, and how many brokers there are.
fn leader_and_brokers(client: &mut TestClient, topic: &str) -> (i32, usize) {
    let wanted = metadata_request::MetadataRequestTopic::default();
    let wanted = wanted.with_name(Some(topic_name(topic)));
    let request = MetadataRequest::default().with_topics(Some(vec![wanted]));
    let answer = ask(client, &request);
    (answer.topics[0].partitions[0].leader_id.0, answer.brokers.len())
}

#[test]
fn a_broker_that_is_taken_out_serves_nothing_until_it_is_started_anew() {
    let mut place = Place::new();
    let server = place.start_with(&["kabuki.chaos.enabled=true"]);
    let mut client = server.client();
    client.create(NewTopic::new("t").with_partitions(1));
    let record = [NewRecord::of_value("before")];
    let mut producer = Producer::new(ProducerOptions::default());
    client.run(async |client| producer.send(client, "t", &record, 0).await).expect("written");
    assert_eq!(unregister(&mut client, 7), ResponseError::BrokerIdNotRegistered.code());
    assert_eq!(unregister(&mut client, 1), 0);
    assert_eq!(leader_and_brokers(&mut client, "t"), (-1, 0));
    assert_eq!(unregister(&mut client, 1), ResponseError::BrokerIdNotRegistered.code());
    let topic = CreatableTopic::default().with_name(topic_name("new")).with_num_partitions(1);
    let topic = topic.with_replication_factor(1);
    let request = CreateTopicsRequest::default().with_topics(vec![topic]).with_timeout_ms(10_000);
    let refused = ResponseError::InvalidReplicationFactor.code();
    assert_eq!(ask(&mut client, &request).topics[0].error_code, refused);
    server.stop();
    let server = place.start();
    let mut client = server.client();
    assert_eq!(leader_and_brokers(&mut client, "t"), (1, 1));
    assert_eq!(client.read_all("t", 0).len(), 1);
    server.stop();
}

#[test]
fn a_request_whose_time_is_over_changes_nothing() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    let timed_out = ResponseError::RequestTimedOut.code();
    for timeout_ms in [0, -1] {
        let topic = CreatableTopic::default().with_name(topic_name("late"));
        let topic = topic.with_num_partitions(1).with_replication_factor(1);
        let request = CreateTopicsRequest::default().with_topics(vec![topic]);
        let answer = ask(&mut client, &request.with_timeout_ms(timeout_ms));
        assert_eq!(
            (answer.topics[0].error_code, &answer.topics[0].error_message),
            (timed_out, &None)
        );
    }
    let topics = client.run(async |client| client.topics().await).expect("an answer");
    assert!(topics.is_empty());
    server.stop();
}

#[test]
fn topics_are_deleted_by_their_ids() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    client.create(NewTopic::new("a"));
    client.create(NewTopic::new("b"));
    let topic = client.run(async |client| client.topic("a").await).expect("created");
    let by_id = DeleteTopicState::default().with_name(None).with_topic_id(topic.id);
    let by_name = DeleteTopicState::default().with_name(Some(topic_name("b")));
    let request = DeleteTopicsRequest::default()
        .with_topics(vec![by_id, by_name.clone(), by_name])
        .with_timeout_ms(10_000);
    let answer = ask(&mut client, &request);
    let mut answers: Vec<_> = answer
        .responses
        .iter()
        .map(|it| (it.name.as_ref().map(|name| name.to_string()), it.error_code))
        .collect();
    answers.sort();
    let repeated = ResponseError::InvalidRequest.code();
    assert_eq!(answers, [(Some("a".to_owned()), 0), (Some("b".to_owned()), repeated)]);
    server.stop();
}

/// A new producer id, asked for until the broker has one.
fn producer_id(client: &mut TestClient) -> i64 {
    let request = InitProducerIdRequest::default().with_transactional_id(None);
    loop {
        let answer = ask(client, &request);
        match ResponseError::try_from_code(answer.error_code) {
            None => return answer.producer_id.0,
            Some(error) => assert!(error.is_retriable(), "{error:?}"),
        }
    }
}

#[test]
fn no_producer_id_is_given_twice_whatever_ends_the_broker() {
    let mut place = Place::new();
    let mut seen = BTreeSet::new();
    let mut last = -1;
    for round in 0..8 {
        let server = place.start();
        let mut clients = [server.client(), server.client()];
        for number in 0..20 {
            let id = producer_id(&mut clients[number % 2]);
            assert!(seen.insert(id), "{id} was given before");
            assert!(id > last, "{id} follows {last}");
            last = id;
        }
        assert!(last < (round + 1) * PRODUCER_IDS_PER_BLOCK, "one block a life: {last}");
        if round % 4 == 3 { server.stop() } else { server.kill() }
    }
}

#[test]
fn blocks_of_producer_ids_follow_one_another() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    let ids: Vec<i64> = (0..PRODUCER_IDS_PER_BLOCK + 5).map(|_| producer_id(&mut client)).collect();
    assert_eq!(ids, (0..PRODUCER_IDS_PER_BLOCK + 5).collect::<Vec<_>>());
    server.stop();
}

use super::*;
use crate::chance::Seeded;
use crate::controller::test_cluster::{self, AnyConfigs};

type Results = Decision<Named<CreatedTopic>>;

fn create(image: &ClusterImage, topics: Vec<NewTopic>) -> Results {
    let request = CreateTopics { topics, validate_only: false };
    let chance = &mut Seeded::new(11);
    create_topics(image, &request, &Settings::default(), &AnyConfigs, chance)
}

fn refusal(image: &ClusterImage, topic: NewTopic) -> ErrorKind {
    let decision = create(image, vec![topic]);
    assert!(decision.records.is_empty());
    assert_eq!(decision.results.len(), 1);
    decision.results[0].1.as_ref().expect_err("refused").kind
}

fn with_config(name: &str, key: &str, value: Option<&str>) -> NewTopic {
    let configs = vec![(key.to_owned(), value.map(str::to_owned))];
    NewTopic { configs, ..NewTopic::new(name, 1, 1) }
}

fn assigned(assignments: &[(i32, &[i32])]) -> NewTopic {
    let assignments = assignments.iter().map(|(number, ids)| (*number, ids.to_vec())).collect();
    NewTopic { assignments, ..NewTopic::new("t", -1, -1) }
}

#[test]
fn a_topic_is_created_with_overrides_before_partitions() {
    let image = test_cluster::of_brokers(&[1]);
    let topic = NewTopic { partitions: 2, ..with_config("t", "retention.ms", Some("5")) };
    let decision = create(&image, vec![topic]);
    let names: Vec<_> = decision.records.iter().map(MetadataRecord::name).collect();
    assert_eq!(names, ["TopicRecord", "ConfigRecord", "PartitionRecord", "PartitionRecord"]);
    let created = decision.results[0].1.as_ref().expect("created");
    assert_eq!((created.partitions, created.replication_factor), (2, 1));
    let after = test_cluster::after(&image, &decision.records);
    let topic = after.topics().by_id(created.topic_id).expect("found by id");
    assert_eq!((&*topic.name, topic.partitions.len()), ("t", 2));
    let partition = &topic.partitions[&1];
    assert_eq!((partition.leader, partition.leader_epoch, partition.partition_epoch), (1, 0, 0));
    assert_eq!(partition.directories, [test_cluster::directory(1)]);
    assert_eq!(after.configs().of_topic("t")["retention.ms"], "5");
}

#[test]
fn minus_one_means_the_brokers_defaults() {
    let image = test_cluster::of_brokers(&[1, 2, 3]);
    let settings =
        Settings { default_partitions: 4, default_replication_factor: 3, ..Settings::default() };
    let request = CreateTopics { topics: vec![NewTopic::new("t", -1, -1)], validate_only: false };
    let chance = &mut Seeded::new(1);
    let decision = create_topics(&image, &request, &settings, &AnyConfigs, chance);
    let created = decision.results[0].1.as_ref().expect("created");
    assert_eq!((created.partitions, created.replication_factor), (4, 3));
    assert_eq!(decision.records.len(), 5);
}

#[test]
fn counts_are_checked_the_replication_factor_first() {
    let image = test_cluster::of_brokers(&[1]);
    let kind = |partitions, factor| refusal(&image, NewTopic::new("t", partitions, factor));
    for (partitions, factor) in [(1, 0), (1, -2), (0, 0), (1, 2), (1, i16::MAX)] {
        assert_eq!(kind(partitions, factor), ErrorKind::InvalidReplicationFactor);
    }
    for partitions in [0, -2, i32::MIN] {
        assert_eq!(kind(partitions, 1), ErrorKind::InvalidPartitions);
    }
}

#[test]
fn too_many_partitions_refuse_the_whole_request() {
    let image = test_cluster::of_brokers(&[1]);
    assert_eq!(refusal(&image, NewTopic::new("t", i32::MAX, 1)), ErrorKind::PolicyViolation);
    // With the topic's own record that is one too many.
    assert_eq!(refusal(&image, NewTopic::new("t", 10_000, 1)), ErrorKind::PolicyViolation);
    assert_eq!(create(&image, vec![NewTopic::new("t", 9_999, 1)]).records.len(), 10_000);
    let decision = create(&image, vec![NewTopic::new("t", 6_000, 1), NewTopic::new("u", 6_000, 1)]);
    let kinds = decision.results.iter().map(|(_, result)| result.as_ref().map_err(|e| e.kind));
    assert!(kinds.into_iter().all(|kind| kind == Err(ErrorKind::PolicyViolation)));
}

#[test]
fn names_are_checked_against_rules_and_topics() {
    let image = test_cluster::with_topics(&["a.b"]);
    let kind = |name| refusal(&image, NewTopic::new(name, 1, 1));
    assert_eq!(kind("a.b"), ErrorKind::TopicAlreadyExists);
    assert_eq!(kind("a_b"), ErrorKind::InvalidTopic);
    assert_eq!(kind(""), ErrorKind::InvalidTopic);
    assert_eq!(kind(CLUSTER_METADATA_TOPIC), ErrorKind::InvalidRequest);
}

#[test]
fn topics_of_one_request_are_not_compared_for_collisions() {
    let image = test_cluster::of_brokers(&[1]);
    let decision = create(&image, vec![NewTopic::new("x.y", 1, 1), NewTopic::new("x_y", 1, 1)]);
    assert!(decision.results.iter().all(|(_, result)| result.is_ok()));
}

#[test]
fn a_name_that_comes_twice_is_refused_and_others_are_created() {
    let image = test_cluster::of_brokers(&[1]);
    let names = ["d", "t", "d", "d"];
    let decision = create(&image, names.map(|name| NewTopic::new(name, 1, 1)).to_vec());
    let results: Vec<_> = decision
        .results
        .iter()
        .map(|(name, result)| (name.as_str(), result.as_ref().err().map(|error| error.kind)))
        .collect();
    assert_eq!(results, [("t", None), ("d", Some(ErrorKind::InvalidRequest))]);
    assert_eq!(decision.records.len(), 2);
}

#[test]
fn overrides_are_checked() {
    let image = test_cluster::of_brokers(&[1]);
    let long = "x".repeat(40_000);
    for (key, value) in
        [("k", Some("bad")), ("unknown", Some("1")), ("k", None), ("k", Some(long.as_str()))]
    {
        assert_eq!(refusal(&image, with_config("t", key, value)), ErrorKind::InvalidConfig);
    }
}

#[test]
fn manual_assignments_are_taken_or_refused() {
    let image = test_cluster::of_brokers(&[1, 2]);
    let wrong: [&[(i32, &[i32])]; 7] = [
        &[(0, &[1]), (2, &[1])],
        &[(1, &[1])],
        &[(0, &[7])],
        &[(0, &[1, 1])],
        &[(0, &[])],
        &[(0, &[1]), (1, &[1, 2])],
        &[(0, &[1]), (0, &[2])],
    ];
    for assignments in wrong {
        let kind = refusal(&image, assigned(assignments));
        assert_eq!(kind, ErrorKind::InvalidReplicaAssignment, "{assignments:?}");
    }
    for contradiction in [
        NewTopic { partitions: 1, ..assigned(&[(0, &[1])]) },
        NewTopic { replication_factor: 1, ..assigned(&[(0, &[1])]) },
    ] {
        assert_eq!(refusal(&image, contradiction), ErrorKind::InvalidRequest);
    }
    let decision = create(&image, vec![assigned(&[(1, &[2, 1]), (0, &[1, 2])])]);
    let after = test_cluster::after(&image, &decision.records);
    let topic = after.topics().by_name("t").expect("created");
    assert_eq!(topic.partitions[&1].replicas, [2, 1]);
    assert_eq!(topic.partitions[&1].leader, 2);
}

#[test]
fn fenced_brokers_are_out_of_sync_from_the_start() {
    let image = test_cluster::fenced(&test_cluster::of_brokers(&[1, 2]), 2);
    let decision = create(&image, vec![assigned(&[(0, &[2, 1])])]);
    let after = test_cluster::after(&image, &decision.records);
    let partition = &after.topics().by_name("t").expect("created").partitions[&0];
    assert_eq!((partition.leader, &partition.isr), (1, &vec![1]));
    let kind = refusal(&image, assigned(&[(0, &[2])]));
    assert_eq!(kind, ErrorKind::InvalidReplicaAssignment);
}

#[test]
fn validating_creates_nothing() {
    let image = test_cluster::of_brokers(&[1]);
    let request = CreateTopics { topics: vec![NewTopic::new("t", 1, 1)], validate_only: true };
    let chance = &mut Seeded::new(1);
    let decision = create_topics(&image, &request, &Settings::default(), &AnyConfigs, chance);
    assert!(decision.results[0].1.is_ok() && decision.records.is_empty());
}

#[test]
fn a_request_of_nothing_but_repeated_and_forbidden_names_asks_nothing() {
    let asks = |names: &[&str]| {
        let topics = names.iter().map(|name| NewTopic::new(name, 1, 1)).collect();
        CreateTopics { topics, validate_only: false }.asks_the_cluster()
    };
    assert!(asks(&["a", "b", "b"]));
    assert!(!asks(&["b", "b", "__cluster_metadata"]));
    assert!(!asks(&[]));
}

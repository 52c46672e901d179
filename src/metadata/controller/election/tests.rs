use super::*;
use crate::chance::Seeded;
use crate::controller::{CreateTopics, NewTopic, create_topics, test_cluster};
use crate::generated::MetadataRecord;
use crate::image::{ConfigResource, configs_record, feature_level};

const SETTINGS: Settings = Settings {
    node_id: 1,
    default_partitions: 1,
    default_replication_factor: 1,
    min_insync_replicas: 1,
    unclean_leader_election: false,
    delete_topics: true,
};

/// Three brokers and topic `t`, partition 0 on 1, 2, 3, led by 1.
fn cluster(elr: bool) -> ClusterImage {
    let image = test_cluster::of_brokers(&[1, 2, 3]);
    let topic = NewTopic { assignments: vec![(0, vec![1, 2, 3])], ..NewTopic::new("t", -1, -1) };
    let request = CreateTopics { topics: vec![topic], validate_only: false };
    let chance = &mut Seeded::new(5);
    let rules = &test_cluster::AnyConfigs;
    let mut records = create_topics(&image, &request, &SETTINGS, rules, chance).records;
    records.push(feature_level(ELR_VERSION, i16::from(elr)));
    test_cluster::after(&image, &records)
}

fn with_override(image: &ClusterImage, key: &str, value: &str) -> ClusterImage {
    let record = configs_record(&ConfigResource::topic("t"), key, Some(value));
    test_cluster::after(image, &[record.into()])
}

/// Lets the event happen to partitions and broker.
fn happen(image: &ClusterImage, event: Event) -> ClusterImage {
    let records = changes(image, &SETTINGS, event);
    let mut records: Vec<MetadataRecord> = records.into_iter().map(MetadataRecord::from).collect();
    let (id, fenced) = match event {
        Event::Leaves(id) | Event::LostData(id) => (id, true),
        Event::Returns(id) => (id, false),
    };
    let broker = BrokerImage { fenced, ..image.brokers()[&id].clone() };
    records.push(broker.to_record().into());
    test_cluster::after(image, &records)
}

fn partition(image: &ClusterImage) -> &PartitionImage {
    &image.topics().by_name("t").expect("created").partitions[&0]
}

fn state(image: &ClusterImage) -> (i32, &[i32], &[i32], &[i32]) {
    let it = partition(image);
    (it.leader, &it.isr, &it.elr, &it.last_known_elr)
}

#[test]
fn a_leader_that_leaves_is_followed_by_the_next_in_sync_replica() {
    let image = happen(&cluster(false), Event::Leaves(1));
    assert_eq!(state(&image), (2, &[2, 3][..], &[][..], &[][..]));
    assert_eq!((partition(&image).leader_epoch, partition(&image).partition_epoch), (1, 1));
}

#[test]
fn a_follower_that_leaves_does_not_raise_the_leader_epoch() {
    let image = happen(&cluster(false), Event::Leaves(3));
    assert_eq!(state(&image), (1, &[1, 2][..], &[][..], &[][..]));
    assert_eq!((partition(&image).leader_epoch, partition(&image).partition_epoch), (0, 1));
}

#[test]
fn without_eligible_leaders_the_last_one_stays_in_sync_and_alone_may_return() {
    let mut image = cluster(false);
    for id in [3, 2, 1] {
        image = happen(&image, Event::Leaves(id));
    }
    assert_eq!(state(&image), (NO_LEADER, &[1][..], &[][..], &[][..]));
    let image = happen(&image, Event::Returns(2));
    assert_eq!(partition(&image).leader, NO_LEADER);
    let image = happen(&image, Event::Returns(1));
    assert_eq!(state(&image), (1, &[1][..], &[][..], &[][..]));
    assert_eq!(partition(&image).leader_epoch, 2);
    assert_eq!(partition(&image).leader_recovery_state, LeaderRecoveryState::Recovered);
}

#[test]
fn who_leaves_below_the_minimum_stays_eligible() {
    let mut image = with_override(&cluster(true), "min.insync.replicas", "2");
    image = happen(&image, Event::Leaves(3));
    assert_eq!(state(&image), (1, &[1, 2][..], &[][..], &[][..]));
    image = happen(&image, Event::Leaves(1));
    assert_eq!(state(&image), (2, &[2][..], &[1][..], &[][..]));
    image = happen(&image, Event::Leaves(2));
    assert_eq!(state(&image), (NO_LEADER, &[][..], &[1, 2][..], &[2][..]));
    // An eligible one leads, and is in sync alone.
    image = happen(&image, Event::Returns(1));
    assert_eq!(state(&image), (1, &[1][..], &[2][..], &[][..]));
    assert_eq!(partition(&image).leader_recovery_state, LeaderRecoveryState::Recovered);
}

#[test]
fn who_lost_data_is_not_eligible_but_leads_again_if_it_led_last() {
    let mut image = cluster(true);
    for id in [3, 2] {
        image = happen(&image, Event::Leaves(id));
    }
    image = happen(&image, Event::LostData(1));
    assert_eq!(state(&image), (NO_LEADER, &[][..], &[][..], &[1][..]));
    let waiting = happen(&image, Event::Returns(2));
    assert_eq!(partition(&waiting).leader, NO_LEADER);
    image = happen(&image, Event::Returns(1));
    assert_eq!(state(&image), (1, &[1][..], &[][..], &[][..]));
    assert_eq!(partition(&image).leader_recovery_state, LeaderRecoveryState::Recovering);
}

#[test]
fn anyone_leads_where_the_topic_allows_it() {
    let mut image = with_override(&cluster(false), "unclean.leader.election.enable", "true");
    for id in [3, 2, 1] {
        image = happen(&image, Event::Leaves(id));
    }
    image = happen(&image, Event::Returns(3));
    assert_eq!(state(&image), (3, &[3][..], &[][..], &[][..]));
    assert_eq!(partition(&image).leader_recovery_state, LeaderRecoveryState::Recovering);
}

#[test]
fn partitions_that_nothing_concerns_do_not_change() {
    let image = cluster(true);
    assert!(changes(&image, &SETTINGS, Event::Returns(1)).is_empty());
    let without = happen(&image, Event::Leaves(2));
    assert!(changes(&without, &SETTINGS, Event::Leaves(2)).is_empty());
}

use super::*;
use crate::chance::Seeded;
use crate::controller::test_cluster::{self, registration};
use crate::controller::{AssignedReplica, assign_directories, place_replicas};
use crate::generated::FeatureLevelRecord;
use crate::image::{NO_LEADER, PartitionImage};

const SETTINGS: Settings = Settings {
    node_id: 1,
    default_partitions: 1,
    default_replication_factor: 1,
    min_insync_replicas: 1,
    unclean_leader_election: false,
    delete_topics: true,
};

fn leader_and_epoch(image: &ClusterImage) -> (i32, i32) {
    let partition = &image.topics().by_name("t").expect("created").partitions[&0];
    (partition.leader, partition.leader_epoch)
}

fn register(image: &ClusterImage, registration: &BrokerRegistration) -> (ClusterImage, i64) {
    let next = test_cluster::next_offset(image);
    let decision = register_broker(image, registration, next, &SETTINGS).expect("accepted");
    (test_cluster::after(image, &decision.records), decision.results[0])
}

#[test]
fn a_broker_registers_fenced_with_the_offset_as_its_epoch() {
    let image = test_cluster::of_brokers(&[]);
    let next = test_cluster::next_offset(&image);
    let (image, epoch) = register(&image, &registration(1, 9, Some("r")));
    let broker = &image.brokers()[&1];
    assert_eq!((epoch, broker.epoch), (next, next));
    assert!(broker.fenced && !broker.is_active());
    assert_eq!(
        broker.endpoint("PLAINTEXT").map(|it| (it.host.as_str(), it.port)),
        Some(("host1", 9092))
    );
    assert_eq!(broker.rack.as_deref(), Some("r"));
    let unfenced = unfence_broker(&image, 1, epoch, &SETTINGS).expect("registered");
    let image = test_cluster::after(&image, &unfenced.records);
    assert!(image.brokers()[&1].is_active());
    assert!(unfence_broker(&image, 1, epoch, &SETTINGS).expect("registered").records.is_empty());
}

#[test]
fn every_start_raises_the_leader_epochs_of_the_brokers_partitions() {
    let mut image = test_cluster::with_topics(&["t"]);
    assert_eq!(leader_and_epoch(&image), (1, 0));
    for start in 1..4 {
        let (registered, epoch) = register(&image, &registration(1, 0x6000 + start, None));
        assert_eq!(leader_and_epoch(&registered).0, NO_LEADER);
        let unfenced = unfence_broker(&registered, 1, epoch, &SETTINGS).expect("registered");
        image = test_cluster::after(&registered, &unfenced.records);
        assert_eq!(leader_and_epoch(&image), (1, 2 * start as i32));
    }
}

#[test]
fn a_clean_stop_and_start_raise_the_leader_epoch_as_in_kafka() {
    let image = test_cluster::with_topics(&["t"]);
    let epoch = image.brokers()[&1].epoch;
    let decision = start_controlled_shutdown(&image, 1, epoch, &SETTINGS).expect("registered");
    let image = test_cluster::after(&image, &decision.records);
    assert_eq!(leader_and_epoch(&image), (NO_LEADER, 1));
    let again = start_controlled_shutdown(&image, 1, epoch, &SETTINGS).expect("registered");
    assert!(again.records.is_empty());
    let decision = fence_broker(&image, 1, epoch, &SETTINGS).expect("registered");
    let image = test_cluster::after(&image, &decision.records);
    let clean = BrokerRegistration { previous_epoch: epoch, ..registration(1, 7, None) };
    let (image, epoch) = register(&image, &clean);
    let unfenced = unfence_broker(&image, 1, epoch, &SETTINGS).expect("registered");
    let image = test_cluster::after(&image, &unfenced.records);
    assert_eq!(leader_and_epoch(&image), (1, 2));
}

#[test]
fn the_same_incarnation_keeps_its_epoch_and_its_partitions() {
    let image = test_cluster::with_topics(&["t"]);
    let epoch = image.brokers()[&1].epoch;
    let moved = Endpoint { port: 1, ..registration(1, 0, None).endpoints[0].clone() };
    let same = BrokerRegistration { endpoints: vec![moved], ..registration(1, 0x5001, None) };
    let (image, again) = register(&image, &same);
    assert_eq!(again, epoch);
    assert_eq!(leader_and_epoch(&image), (1, 0));
    let broker = &image.brokers()[&1];
    assert_eq!((broker.fenced, broker.endpoints[0].port), (false, 1));
}

#[test]
fn malformed_registrations_are_refused() {
    let image = test_cluster::of_brokers(&[2]);
    let good = registration(1, 9, None);
    let twice = |it: &Endpoint| vec![it.clone(), it.clone()];
    let dir = test_cluster::directory(1);
    let wrong = [
        BrokerRegistration { endpoints: vec![], ..good.clone() },
        BrokerRegistration { endpoints: twice(&good.endpoints[0]), ..good.clone() },
        BrokerRegistration { log_dirs: vec![], ..good.clone() },
        BrokerRegistration { log_dirs: vec![dir, dir], ..good.clone() },
        BrokerRegistration { log_dirs: vec![Uuid::nil()], ..good.clone() },
        BrokerRegistration { log_dirs: vec![test_cluster::directory(2)], ..good },
    ];
    for registration in wrong {
        let error = register_broker(&image, &registration, 5, &SETTINGS).expect_err("refused");
        assert_eq!(error.kind, ErrorKind::InvalidRegistration);
    }
}

#[test]
fn only_the_present_incarnation_is_obeyed() {
    let image = test_cluster::of_brokers(&[1]);
    let epoch = image.brokers()[&1].epoch;
    for decide in [unfence_broker, fence_broker, start_controlled_shutdown] {
        let kind = |id, epoch| decide(&image, id, epoch, &SETTINGS).map_err(|error| error.kind);
        assert_eq!(kind(1, epoch - 1), Err(ErrorKind::StaleBrokerEpoch));
        assert_eq!(kind(3, epoch), Err(ErrorKind::BrokerIdNotRegistered));
    }
}

#[test]
fn a_controller_registers_in_a_record_that_is_kept() {
    let image = test_cluster::of_brokers(&[]);
    let own = registration(1, 9, None);
    let record = register_controller(&ControllerRegistration {
        id: 1,
        incarnation_id: own.incarnation_id,
        endpoints: own.endpoints,
        features: vec![("metadata.version".to_owned(), FeatureRange { min: 7, max: 30 })],
    });
    let image = test_cluster::after(&image, &[record]);
    let kept = image.kept().controller(1).expect("kept");
    assert_eq!(kept.features[0].max_supported_version, 30);
}

#[test]
fn a_broker_that_is_taken_out_leads_nothing_and_leads_again_when_it_registers_anew() {
    let image = test_cluster::with_topics(&["t"]);
    assert_eq!(leader_and_epoch(&image), (1, 0));
    let decision = unregister_broker(&image, 1, &SETTINGS).expect("registered");
    assert!(matches!(decision.records.last(), Some(MetadataRecord::UnregisterBroker(_))));
    let gone = test_cluster::after(&image, &decision.records);
    assert!(gone.brokers().is_empty());
    assert_eq!(leader_and_epoch(&gone).0, NO_LEADER);
    let (back, epoch) = register(&gone, &registration(1, 0x6001, None));
    let unfenced = unfence_broker(&back, 1, epoch, &SETTINGS).expect("registered");
    let back = test_cluster::after(&back, &unfenced.records);
    assert_eq!(leader_and_epoch(&back).0, 1);
    let error = unregister_broker(&gone, 1, &SETTINGS).expect_err("it is out");
    assert_eq!(error.kind, ErrorKind::BrokerIdNotRegistered);
}

#[test]
fn a_broker_whose_log_directories_are_all_cordoned_takes_no_new_replicas() {
    let image = test_cluster::with_topics(&["t"]);
    let epoch = image.brokers()[&1].epoch;
    let cordon = |image: &ClusterImage, dirs: &[Uuid]| {
        let decision = cordon_log_dirs(image, 1, epoch, dirs).expect("registered");
        let image = test_cluster::after(image, &decision.records);
        assert_eq!(cordon_log_dirs(&image, 1, epoch, dirs), Ok(Decision::default()));
        image
    };
    let place = |image: &ClusterImage| {
        let placed = place_replicas(image, 1, 1, &mut Seeded::new(1));
        placed.map_err(|error| error.kind)
    };
    let cordoned = cordon(&image, &[test_cluster::directory(1)]);
    assert_eq!(place(&cordoned), Err(ErrorKind::InvalidReplicationFactor));
    assert_eq!(leader_and_epoch(&cordoned), leader_and_epoch(&image));
    assert_eq!(place(&cordon(&cordoned, &[])), Ok(vec![vec![1]]));
    let stale = cordon_log_dirs(&image, 1, epoch + 1, &[]).map_err(|error| error.kind);
    assert_eq!(stale, Err(ErrorKind::StaleBrokerEpoch));
}

/// Broker 1 with two log directories, and a topic `t` of two partitions, one in each.
fn with_a_partition_in_each_of_two_dirs(elr: bool) -> (ClusterImage, i64, [Uuid; 2]) {
    let dirs = [test_cluster::directory(1), test_cluster::directory(2)];
    let two = BrokerRegistration { log_dirs: dirs.to_vec(), ..registration(1, 0x7000, None) };
    let image = test_cluster::of_brokers(&[]);
    let level = FeatureLevelRecord {
        name: ELR_VERSION.to_owned(),
        feature_level: i16::from(elr),
        ..Default::default()
    };
    let (image, epoch) = register(&test_cluster::after(&image, &[level.into()]), &two);
    let unfenced = unfence_broker(&image, 1, epoch, &SETTINGS).expect("registered");
    let image = test_cluster::after(&image, &unfenced.records);
    let image = test_cluster::add_topics(&image, &["t"], 2, 1);
    let topic_id = image.topics().by_name("t").expect("created").id;
    let replica =
        |at: usize| AssignedReplica { topic_id, partition: at as i32, directory: dirs[at] };
    let records = assign_directories(&image, 1, &[replica(0), replica(1)]);
    (test_cluster::after(&image, &records), epoch, dirs)
}

fn partition(image: &ClusterImage, number: i32) -> PartitionImage {
    (*image.topics().by_name("t").expect("created").partitions[&number]).clone()
}

/// As Apache Kafka's controller writes it.
#[test]
fn a_failed_log_directory_takes_the_leaders_of_its_partitions_and_no_others() {
    for elr in [false, true] {
        let (image, epoch, dirs) = with_a_partition_in_each_of_two_dirs(elr);
        let decision = lose_log_dirs(&image, 1, epoch, &[dirs[1]], &SETTINGS).expect("registered");
        let records = decision.records;
        assert_eq!(records.len(), 2);
        let MetadataRecord::BrokerRegistrationChange(changed) = &records[1] else {
            panic!("{records:?}")
        };
        assert_eq!((changed.fenced, &changed.log_dirs), (0, &vec![dirs[0]]));
        let after = test_cluster::after(&image, &records);
        assert_eq!(partition(&after, 0), partition(&image, 0));
        let lost = partition(&after, 1);
        assert_eq!((lost.leader, lost.leader_epoch), (NO_LEADER, 1));
        // Without eligible leaders the last in-sync replica stays, so that it can lead again.
        let (isr, eligible) = if elr { (vec![], vec![1]) } else { (vec![1], vec![]) };
        assert_eq!((lost.isr, lost.elr), (isr, eligible));
        let again = lose_log_dirs(&after, 1, epoch, &[dirs[1]], &SETTINGS);
        assert_eq!(again, Ok(Decision::default()), "it is lost once");
        let stale = lose_log_dirs(&image, 1, epoch + 1, &dirs, &SETTINGS);
        assert_eq!(stale.map_err(|error| error.kind), Err(ErrorKind::StaleBrokerEpoch));
    }
}

#[test]
fn what_is_in_a_failed_log_directory_is_led_again_once_the_directory_is_back() {
    let (image, epoch, dirs) = with_a_partition_in_each_of_two_dirs(false);
    let decision = lose_log_dirs(&image, 1, epoch, &[dirs[1]], &SETTINGS).expect("registered");
    let mut image = test_cluster::after(&image, &decision.records);
    for (start, log_dirs, leader) in [(1, vec![dirs[0]], NO_LEADER), (2, dirs.to_vec(), 1)] {
        let back = BrokerRegistration { log_dirs, ..registration(1, 0x7000 + start, None) };
        let (registered, epoch) = register(&image, &back);
        let unfenced = unfence_broker(&registered, 1, epoch, &SETTINGS).expect("registered");
        image = test_cluster::after(&registered, &unfenced.records);
        assert_eq!(partition(&image, 0).leader, 1);
        let returned = partition(&image, 1);
        assert_eq!((returned.leader, returned.leader_epoch), (leader, start as i32));
    }
}

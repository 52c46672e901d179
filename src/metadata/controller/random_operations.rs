//! Random operations: whatever is decided fits the image, and replaying the records gives the same image.

use kabuki_log::Now;
use proptest::prelude::*;

use super::test_cluster::{AnyConfigs, directory, registration};
use super::*;
use crate::chance::{Chance, Seeded, below};
use crate::features;
use crate::image::{LogPosition, NO_LEADER};
use crate::log_format::{Stamp, decode_batch, encode_group};
use crate::metadata_log::{MemoryLog, MetadataLog};
use crate::replay::Replay;

/// Names of which some collide and some are wrong.
const NAMES: [&str; 8] = ["a", "b", "c.d", "c_d", "e", "..", "", "f"];
const BROKERS: [i32; 3] = [1, 2, 3];
const NOW: Now = Now { wall_ms: 0 };

/// Decides and commits one random operation.
fn step(log: &mut MemoryLog, chance: &mut Seeded) {
    let settings = Settings::default();
    let name = NAMES[below(chance, NAMES.len())].to_owned();
    let broker = BROKERS[below(chance, BROKERS.len())];
    let image = log.image().clone();
    let epoch = image.broker(broker).map_or(-1, |broker| broker.epoch);
    let records = match below(chance, 12) {
        0 | 1 => {
            let (partitions, factor) = (below(chance, 4) as i32 - 1, below(chance, 5) as i16 - 1);
            let topics = vec![NewTopic::new(&name, partitions, factor)];
            let request = CreateTopics { topics, validate_only: false };
            create_topics(&image, &request, &settings, &AnyConfigs, chance).records
        }
        2 => {
            let topic = TopicToDelete { name: Some(name), id: uuid::Uuid::nil() };
            delete_topics(&image, &[topic], &settings).records
        }
        3 => {
            let count = below(chance, 6) as i32;
            let topic = PartitionsToAdd { topic: name, count, assignments: None };
            create_partitions(&image, &[topic], false, chance).records
        }
        4 => {
            let value = ["1", "2", "bad"][below(chance, 3)].to_owned();
            let key = ["min.insync.replicas", "list"][below(chance, 2)].to_owned();
            let change =
                IncrementalChange { key, operation: IncrementalOperation::Set, value: Some(value) };
            let resources = vec![(ConfigResource::topic(&name), vec![change])];
            let request = IncrementalAlterConfigs { resources, validate_only: false };
            incremental_alter_configs(&image, &request, &AnyConfigs).records
        }
        5 | 6 => {
            let incarnation = chance.bits();
            let mut registration = BrokerRegistration {
                previous_epoch: if below(chance, 2) == 0 { epoch } else { -1 },
                ..registration(broker, incarnation, None)
            };
            if below(chance, 2) == 0 {
                registration.log_dirs.push(second_directory(broker));
            }
            register_broker(&image, &registration, log.next_offset(), &settings)
                .map_or_else(|_| vec![], |decision| decision.records)
        }
        7 => records(unfence_broker(&image, broker, epoch, &settings)),
        8 => records(fence_broker(&image, broker, epoch, &settings)),
        9 => records(start_controlled_shutdown(&image, broker, epoch, &settings)),
        10 => records(lose_log_dirs(&image, broker, epoch, &[second_directory(broker)], &settings)),
        _ => allocate_producer_ids(&image, broker, epoch)
            .map_or_else(|_| vec![], |decision| decision.records),
    };
    log.propose(NOW, &records).expect("a decision fits the image it was made from");
}

/// A log directory that a broker may register with beside its first.
fn second_directory(broker: i32) -> uuid::Uuid {
    directory(broker + 100)
}

fn records(decision: Result<Decision<()>, AdminError>) -> Vec<MetadataRecord> {
    decision.map_or_else(|_| vec![], |decision| decision.records)
}

fn new_cluster(elr: bool) -> MemoryLog {
    let mut log = MemoryLog::new("test");
    let mut levels = features::base_levels();
    levels.insert(features::ELR_VERSION.to_owned(), i16::from(elr));
    let records = features::bootstrap_records(&levels).expect("known levels");
    let bootstrap = features::bootstrap(log.image(), &records, 1);
    log.propose(NOW, &bootstrap.records).expect("an empty cluster");
    log
}

/// What holds in every image that the controller's decisions lead to.
fn check(image: &ClusterImage) {
    for topic in image.topics().iter() {
        assert_eq!(image.topics().by_id(topic.id).map(|found| &found.name), Some(&topic.name));
        assert!(topic.partitions.keys().copied().eq(0..topic.partition_count()), "no gaps");
        for partition in topic.partitions.values() {
            check_partition(image, partition);
        }
    }
    for (resource, _) in image.configs().iter() {
        let is_topic = resource.kind == crate::image::ResourceType::TOPIC;
        assert!(!is_topic || image.topics().by_name(&resource.name).is_some());
    }
}

fn check_partition(image: &ClusterImage, partition: &crate::image::PartitionImage) {
    let is_replica = |id: &i32| partition.replicas.contains(id);
    assert!(partition.isr.iter().all(is_replica) && partition.elr.iter().all(is_replica));
    assert!(!partition.isr.iter().any(|id| partition.elr.contains(id)), "{partition:?}");
    assert!(partition.leader_epoch <= partition.partition_epoch);
    if partition.leader != NO_LEADER {
        assert!(partition.isr.contains(&partition.leader), "{partition:?}");
        assert!(image.broker(partition.leader).is_some_and(|broker| broker.is_active()));
        assert!(partition.last_known_elr.is_empty(), "{partition:?}");
    }
}

/// Encodes, decodes and replays.
fn replayed(records: &[MetadataRecord], mut replay: Replay, from: i64) -> ClusterImage {
    let stamp = Stamp { base_offset: from, epoch: 1, now_ms: 0 };
    let batches = encode_group(stamp, features::LATEST_METADATA_VERSION, records).expect("small");
    for batch in batches {
        let batch = decode_batch(&batch).expect("just written");
        let position = LogPosition { offset: batch.last_offset, epoch: batch.epoch };
        let crate::log_format::Content::Records(records) = batch.content else { continue };
        replay.push(position, &records).expect("it was committed");
    }
    replay.image().clone()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn replay_and_snapshots_give_the_image_that_decisions_led_to(
        seed: u64,
        steps in 1_usize..120,
        snapshot_at in 0_usize..120,
        elr: bool,
    ) {
        let mut chance = Seeded::new(seed);
        let mut log = new_cluster(elr);
        let mut snapshot = None;
        for number in 0..steps {
            if number == snapshot_at {
                snapshot = Some((log.image().clone(), log.records().len()));
            }
            step(&mut log, &mut chance);
            check(log.image());
        }
        let empty = || Replay::new(ClusterImage::empty("test"));
        prop_assert_eq!(&replayed(log.records(), empty(), 0), log.image());
        if let Some((image, at)) = snapshot {
            let mut replay = empty();
            replay.push(image.position(), &image.to_records()).expect("a whole image");
            prop_assert_eq!(replay.image(), &image);
            let tail = replayed(&log.records()[at..], replay, at as i64);
            prop_assert_eq!(&tail, log.image());
        }
    }
}

use std::sync::Arc;

use kabuki_log::Dir;
use kabuki_log::dir::read_small;
use kabuki_log::sim::{Faults, SimDisk};

use super::*;
use crate::chance::Seeded;
use crate::controller::test_cluster::{AnyConfigs, registration};
use crate::controller::{
    CreateTopics, NewTopic, Settings, create_topics, register_broker, unfence_broker,
};
use crate::features::{LATEST_METADATA_VERSION, METADATA_VERSION};
use crate::generated::{BeginTransactionRecord, ConfigRecord};
use crate::log_format::{
    BOOTSTRAP_FILE, METADATA_LOG_DIR, QUORUM_STATE_FILE, QuorumState, Snapshot, SnapshotId,
    encode_snapshot,
};

const NOW: Now = Now { wall_ms: 1_700_000_000_000 };

fn options() -> OneVoterOptions {
    let endpoint =
        Endpoint { name: "CONTROLLER".to_owned(), host: "localhost".to_owned(), port: 9093 };
    OneVoterOptions {
        controller_endpoints: vec![endpoint],
        ..OneVoterOptions::new(1, "4L6g3nShT-eMCtK--X86sw", Uuid::from_u128(0x77))
    }
}

fn open(disk: &SimDisk) -> OneVoterLog {
    try_open(disk).expect("opens")
}

fn try_open(disk: &SimDisk) -> Result<OneVoterLog, MetadataLogError> {
    OneVoterLog::open(&disk.root(), options(), NOW)
}

fn metadata_dir(disk: &SimDisk) -> Arc<dyn Dir> {
    disk.root().subdir(METADATA_LOG_DIR).expect("made when opened")
}

fn join(log: &mut OneVoterLog) -> Result<(), MetadataLogError> {
    let settings = Settings::default();
    let incarnation = 0x900 + log.epoch() as u128;
    let decision = register_broker(
        log.image(),
        &registration(1, incarnation, None),
        log.next_offset(),
        &settings,
    )
    .expect("a correct registration");
    log.propose(NOW, &decision.records)?;
    let unfenced =
        unfence_broker(log.image(), 1, decision.results[0], &settings).expect("registered");
    log.propose(NOW, &unfenced.records).map(drop)
}

fn create(log: &mut OneVoterLog, name: &str) -> Result<Delta, MetadataLogError> {
    let request = CreateTopics { topics: vec![NewTopic::new(name, 2, 1)], validate_only: false };
    let chance = &mut Seeded::new(log.next_offset() as u64);
    let decision = create_topics(log.image(), &request, &Settings::default(), &AnyConfigs, chance);
    log.propose(NOW, &decision.records)
}

fn names(image: &ClusterImage) -> Vec<String> {
    image.topics().iter().map(|topic| topic.name.to_string()).collect()
}

fn config(value: &str) -> MetadataRecord {
    ConfigRecord {
        resource_type: 4,
        resource_name: String::new(),
        name: "k".to_owned(),
        value: Some(value.to_owned()),
        unknown_tags: vec![],
    }
    .into()
}

#[test]
fn a_new_log_is_formatted_set_up_and_led() {
    let disk = SimDisk::new(1);
    let log = open(&disk);
    assert_eq!(log.epoch(), 1);
    assert_eq!(log.image().feature(METADATA_VERSION), LATEST_METADATA_VERSION);
    assert_eq!(log.image().features().len(), 2);
    // Leader change, protocol version and voters; begin, two levels, end.
    assert_eq!(log.next_offset(), 7);
    assert_eq!(log.image().position(), LogPosition { offset: 6, epoch: 1 });
    assert_eq!(log.voters().map(|voters| voters.voters[0].id), Some(1));
    assert!(disk.root().exists(BOOTSTRAP_FILE).expect("a working disk"));
    let state = read_small(metadata_dir(&disk).as_ref(), QUORUM_STATE_FILE).expect("working");
    let state = QuorumState::parse(&state.expect("written")).expect("well-formed");
    assert_eq!((state.leader_id, state.leader_epoch, state.static_voters), (Some(1), 1, None));
}

#[test]
fn what_is_committed_is_there_after_a_restart_and_the_epoch_rises() {
    let disk = SimDisk::new(1);
    let mut log = open(&disk);
    join(&mut log).expect("working");
    let delta = create(&mut log, "t").expect("working");
    assert_eq!((delta.topics_created.len(), delta.partitions_added.len()), (1, 2));
    let before = log.image().clone();
    log.close().expect("working");
    assert!(matches!(log.propose(NOW, &[config("v")]), Err(MetadataLogError::Failed)));
    let log = open(&disk);
    assert_eq!(log.epoch(), 2);
    assert_eq!(log.image().topics(), before.topics());
    assert_eq!(log.image().brokers(), before.brokers());
    // The leader change of the new epoch moved the position.
    assert_eq!(log.image().position().offset, before.position().offset + 1);
}

#[test]
fn each_start_raises_the_leader_epochs_of_partitions() {
    let disk = SimDisk::new(1);
    let mut log = open(&disk);
    join(&mut log).expect("working");
    create(&mut log, "t").expect("working");
    let mut last = -1;
    for _ in 0..3 {
        let mut log = open(&disk);
        join(&mut log).expect("working");
        let epoch = log.image().topics().by_name("t").expect("there").partitions[&0].leader_epoch;
        assert!(epoch > last);
        last = epoch;
    }
}

/// Opens, joins, creates topics with numbers as names and says how many creations returned.
fn work(disk: &SimDisk) -> usize {
    let run = |done: &mut usize| {
        let mut log = try_open(disk)?;
        join(&mut log)?;
        for number in 0..6 {
            if log.image().topics().by_name(&number.to_string()).is_none() {
                create(&mut log, &number.to_string())?;
            }
            *done = number + 1;
            log.snapshot(NOW)?;
        }
        Ok::<_, MetadataLogError>(())
    };
    let mut done = 0;
    let _ = run(&mut done);
    done
}

#[test]
fn a_crash_at_any_step_loses_nothing_that_was_answered_and_never_reuses_an_epoch() {
    for step in 1.. {
        let disk = SimDisk::new(step);
        disk.set_faults(Faults { crash_at_step: Some(step), ..Faults::default() });
        let done = work(&disk);
        if !disk.has_crashed() {
            assert!(step > 50, "there was something to crash in");
            break;
        }
        let disk = disk.crash();
        let first = open(&disk);
        let names = names(first.image());
        assert!(
            names.len() >= done,
            "step {step}: {done} topics were created, {names:?} are there"
        );
        assert!(names.len() <= done + 1, "step {step}");
        let second = open(&disk);
        assert!(second.epoch() > first.epoch());
        assert_eq!(second.image().topics(), first.image().topics());
        assert_eq!(work(&disk), 6, "step {step}: the log goes on");
    }
}

#[test]
fn a_failed_write_ends_the_log() {
    let disk = SimDisk::new(3);
    let mut log = open(&disk);
    join(&mut log).expect("working");
    disk.set_faults(Faults { fail_at_step: Some(disk.step() + 1), ..Faults::default() });
    assert!(create(&mut log, "t").is_err());
    assert!(log.image().topics().is_empty());
    assert!(matches!(create(&mut log, "t"), Err(MetadataLogError::Failed)));
}

#[test]
fn a_snapshot_and_what_follows_it_give_the_same_image_as_everything() {
    let disk = SimDisk::new(1);
    let mut log = open(&disk);
    join(&mut log).expect("working");
    for (number, name) in ["a", "b", "c", "d"].iter().enumerate() {
        create(&mut log, name).expect("working");
        if number % 2 == 0 {
            let id = log.snapshot(NOW).expect("working").expect("something new");
            assert_eq!(id, SnapshotId { end_offset: log.next_offset(), epoch: 1 });
            assert_eq!(log.snapshot(NOW).expect("working"), None, "nothing new");
        }
    }
    assert_eq!(files::snapshots(metadata_dir(&disk).as_ref()).expect("working").len(), 2);
    let before = log.image().clone();
    drop(log);
    let log = open(&disk);
    assert_eq!(log.image().topics(), before.topics());
    assert_eq!(log.image().to_records(), before.to_records());
}

#[test]
fn segments_below_the_oldest_snapshot_go() {
    let disk = SimDisk::new(1);
    let small =
        || OneVoterOptions { segment_bytes: 4096, bytes_between_snapshots: 8192, ..options() };
    let mut log = OneVoterLog::open(&disk.root(), small(), NOW).expect("opens");
    for number in 0..200 {
        log.propose(NOW, &[config(&format!("{number}{}", "x".repeat(200)))]).expect("working");
    }
    let before = log.image().clone();
    assert!(log.log.log_start_offset() > 0);
    let size: u64 = log.log.size_bytes();
    assert!(size < 40_000, "{size} bytes are left");
    drop(log);
    let log = OneVoterLog::open(&disk.root(), small(), NOW).expect("opens");
    assert_eq!(log.image().to_records(), before.to_records());
}

#[test]
fn after_some_time_the_next_record_makes_a_snapshot() {
    let disk = SimDisk::new(1);
    let hourly = OneVoterOptions { ms_between_snapshots: Some(1000), ..options() };
    let mut log = OneVoterLog::open(&disk.root(), hourly, NOW).expect("opens");
    let mut snapshots_after = |ms, name| {
        log.propose(Now::at(NOW.wall_ms + ms), &[config(name)]).expect("working");
        files::snapshots(metadata_dir(&disk).as_ref()).expect("working").len()
    };
    let before = snapshots_after(999, "a");
    assert_eq!(snapshots_after(1000, "b"), before + 1);
    assert_eq!(snapshots_after(1999, "c"), before + 1, "it counts from the last one");
    assert_eq!(snapshots_after(-5000, "d"), before + 1, "a clock that goes back makes none");
}

#[test]
fn a_group_that_a_crash_cut_short_does_not_count() {
    let disk = SimDisk::new(1);
    let mut log = open(&disk);
    // What a predecessor left that died between the batches of a large group.
    let begin = BeginTransactionRecord::default().into();
    log.propose(NOW, &[begin, config("lost")]).expect("working");
    assert!(log.replay.in_transaction());
    drop(log);
    let mut log = open(&disk);
    assert!(!log.replay.in_transaction());
    assert_eq!(log.image().configs().iter().count(), 0);
    log.propose(NOW, &[config("new")]).expect("working");
    drop(log);
    let log = open(&disk);
    assert_eq!(log.image().configs().iter().count(), 1);
}

#[test]
fn a_group_of_several_batches_counts_as_one() {
    let disk = SimDisk::new(1);
    let mut log = open(&disk);
    let large: Vec<_> = (0..5).map(|_| config(&"x".repeat(2 << 20))).collect();
    let delta = log.propose(NOW, &large).expect("working");
    assert_eq!(delta.configs_changed.len(), 1);
    let before = log.image().clone();
    drop(log);
    assert_eq!(open(&disk).image().configs(), before.configs());
}

#[test]
fn a_log_of_other_voters_is_refused() {
    let disk = SimDisk::new(1);
    drop(open(&disk));
    let root = disk.root();
    for other in [
        OneVoterOptions { node_id: 2, ..options() },
        OneVoterOptions { directory_id: Uuid::from_u128(0x78), ..options() },
    ] {
        let error = OneVoterLog::open(&root, other, NOW).expect_err("another voter");
        assert!(matches!(error, MetadataLogError::OtherVoters { .. }), "{error}");
    }
}

#[test]
fn levels_that_nobody_has_are_refused() {
    let disk = SimDisk::new(1);
    let feature_levels = [("metadata.version".to_owned(), 99)].into();
    let options = OneVoterOptions { feature_levels, ..options() };
    assert!(OneVoterLog::open(&disk.root(), options, NOW).is_err());
}

/// A log whose voters stand in the configuration, as `kafka-storage format` makes it for `controller.quorum.voters`.
fn with_static_voters() -> SimDisk {
    let disk = SimDisk::new(1);
    let dir = disk.root().create_dir(METADATA_LOG_DIR).expect("an empty disk");
    let id = SnapshotId { end_offset: 0, epoch: 0 };
    let bytes = encode_snapshot(&Snapshot::default(), 0, 0, NOW.wall_ms).expect("empty");
    files::write_whole(dir.as_ref(), &id.to_string(), &bytes).expect("room");
    disk
}

#[test]
fn the_voters_move_into_the_log_once() {
    let disk = with_static_voters();
    let mut log = open(&disk);
    assert_eq!((log.kraft_version(), log.voters()), (0, None));
    join(&mut log).expect("registers");
    let before = log.next_offset();
    log.raise_kraft_version(NOW).expect("moves");
    log.raise_kraft_version(NOW).expect("has nothing to do");
    assert_eq!((log.kraft_version(), log.next_offset()), (1, before + 2));
    create(&mut log, "t").expect("goes on");
    log.close().expect("closes");
    let mut log = open(&disk);
    assert_eq!(log.kraft_version(), 1);
    assert_eq!(
        log.voters().map(|voters| voters.voters[0].directory_id),
        Some(Uuid::from_u128(0x77))
    );
    assert_eq!(names(log.image()), ["t"]);
    log.snapshot(NOW).expect("has room").expect("something to write");
    log.close().expect("closes");
    assert_eq!(open(&disk).kraft_version(), 1);
}

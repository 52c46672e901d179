//! Partitions are made without waiting for the disk: what a power loss leaves of them is made whole again.

use kabuki_log::dir::Open;
use kabuki_log::sim::{Faults, SimDisk};
use kabuki_log::*;
use uuid::Uuid;

use crate::support::*;
use crate::world::read_all;

const ID: Uuid = Uuid::from_u128(5);

/// Disks that lose power at every step of this; more were run once.
const SEEDS: u64 = 20;

/// Makes two partitions and fills the first; says how many of its records are safe.
fn work(disk: &SimDisk) -> std::io::Result<i64> {
    let log_dir = LogDir::open(disk.root()).map_err(std::io::Error::other)?;
    log_dir.open_partition("other", 0, ID)?;
    let PartitionDir { dir, is_new } = log_dir.open_partition("orders", 0, ID)?;
    assert!(is_new);
    let mut log = Log::create(dir, "orders-0", LogOptions::default(), NOW);
    append(&mut log, batch(&[1])).map_err(std::io::Error::other)?;
    let plan = log.flush_plan()?.expect("due");
    log.flushed(log_dir.flush(plan)?);
    Ok(log.recovery_point())
}

/// Opens both partitions after a crash; says how many records are in the first.
fn found_after(disk: &SimDisk) -> i64 {
    let log_dir = LogDir::open(disk.root()).expect("free");
    for topic in ["other", "orders"] {
        let PartitionDir { dir, .. } = log_dir.open_partition(topic, 0, ID).expect("made whole");
        assert_eq!(partition_metadata::load(dir.as_ref()).expect("readable"), Some(ID));
    }
    let dir = log_dir.open_partition("orders", 0, ID).expect("there").dir;
    let mut log = open(&dir, LogOptions::default());
    assert_eq!(read_all(&mut log).len() as i64, log.log_end_offset());
    log.log_end_offset()
}

fn crashes(seed: u64) {
    println!("seed {seed}");
    let steps = {
        let disk = SimDisk::new(seed);
        work(&disk).expect("no faults");
        disk.step()
    };
    for step in 1..=steps + 1 {
        let disk = SimDisk::new(seed * 100 + step);
        disk.set_faults(Faults { crash_at_step: Some(step), ..Faults::default() });
        let safe = work(&disk).unwrap_or(0);
        assert!(found_after(&disk.crash()) >= safe, "step {step}");
        assert!(found_after(&disk.kill()) >= safe, "step {step}");
    }
}

#[test]
fn a_power_loss_amid_the_making_of_a_partition_leaves_one_that_opens() {
    (0..SEEDS).for_each(crashes);
}

#[test]
fn one_seed() {
    crashes(1);
}

#[test]
fn a_directory_that_says_whose_it_is_with_its_records() {
    let disk = SimDisk::new(1);
    work(&disk).expect("no faults");
    for _ in 0..20 {
        let dir = disk.crash().root().subdir("orders-0").expect("its name was synced");
        assert_eq!(partition_metadata::load(dir.as_ref()).expect("readable"), Some(ID));
    }
}

#[test]
fn a_directory_that_a_killed_process_made_is_safe_with_the_first_flush() {
    for seed in 0..SEEDS {
        let disk = SimDisk::new(seed);
        let log_dir = LogDir::open(disk.root()).expect("free");
        log_dir.open_partition("orders", 0, ID).expect("made");
        let disk = disk.kill();
        let log_dir = LogDir::open(disk.root()).expect("free");
        let PartitionDir { dir, is_new } = log_dir.open_partition("orders", 0, ID).expect("there");
        assert!(!is_new);
        let mut log = open(&dir, LogOptions::default());
        append(&mut log, batch(&[1])).expect("appended");
        let plan = log.flush_plan().expect("planned").expect("due");
        log_dir.flush(plan).expect("synced");
        assert_eq!(found_after(&disk.crash()), 1, "seed {seed}");
    }
}

#[test]
fn a_directory_of_another_topic_is_refused() {
    let disk = SimDisk::new(1);
    let log_dir = LogDir::open(disk.root()).expect("free");
    let made = log_dir.open_partition("orders", 0, ID).expect("made");
    let refused = log_dir.open_partition("orders", 0, Uuid::from_u128(6)).expect_err("refused");
    assert_eq!(refused.kind(), std::io::ErrorKind::InvalidData);
    let file = made.dir.open(partition_metadata::FILE, Open::Truncated).expect("opened");
    file.write_all_at(b"version: 0\ntop", 0).expect("torn");
    let again = log_dir.open_partition("orders", 0, ID).expect("written anew");
    assert!(!again.is_new);
    assert_eq!(partition_metadata::load(again.dir.as_ref()).expect("readable"), Some(ID));
}

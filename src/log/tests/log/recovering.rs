//! What is recovered after a killed process: the same as if the log had lived on, read once.

use std::sync::Arc;

use kabuki_log::dir::read_small;
use kabuki_log::sim::{Random, SimDisk};
use kabuki_log::*;
use kabuki_records::builder::BatchBuilder;

use crate::support::*;
use crate::world::partition_dir;

const PRODUCER: i64 = 7;

/// A log with the sequence number of its producer's next batch, and whether a transaction of it is open.
struct Writer {
    log: Log,
    sequence: i32,
    in_transaction: bool,
}

impl Writer {
    fn act(&mut self, choice: u64) {
        match choice {
            0 => flush(&mut self.log),
            1 => _ = self.log.roll(NOW).expect("rolled"),
            2 => self.log.snapshot_producers().expect("written"),
            3 => _ = append(&mut self.log, batch(&[1])).expect("appended"),
            4..8 => self.send(),
            _ => self.end_transaction(choice == 8),
        }
    }

    fn send(&mut self) {
        append(&mut self.log, written(PRODUCER, self.sequence)).expect("appended");
        (self.sequence, self.in_transaction) = (self.sequence + 2, true);
    }

    fn end_transaction(&mut self, commit: bool) {
        if std::mem::take(&mut self.in_transaction) {
            let end = marker(PRODUCER, commit);
            append_as(&mut self.log, Origin::Coordinator, end).expect("appended");
            self.log.acknowledge(self.log.log_end_offset());
        }
    }
}

fn flush(log: &mut Log) {
    if let Some(plan) = log.flush_plan().expect("planned") {
        log.flushed(plan.run().expect("synced"));
    }
}

/// What a snapshot keeps of each producer: of its batches where the last one ends, and the time of what came last.
fn producers(log: &Log) -> Vec<impl PartialEq + std::fmt::Debug> {
    let kept = |(id, it): (i64, &Producer)| {
        let last_offset = it.last_batch().map(|it| it.last_offset);
        let transaction = (it.transaction_first_offset, it.coordinator_epoch);
        (id, it.epoch, it.last_sequence(), last_offset, it.last_timestamp, transaction)
    };
    log.producers().map(kept).collect()
}

/// The files of a kind, by name.
fn files(dir: &Arc<dyn Dir>, suffix: &str) -> Vec<(String, Vec<u8>)> {
    let read = |name: &str| read_small(dir.as_ref(), name).expect("readable").expect("listed");
    names(dir, suffix).into_iter().map(|name| (name.clone(), read(&name))).collect()
}

fn killed_and_recovered(seed: u64) {
    println!("seed {seed}");
    let (disk, mut random) = (SimDisk::new(seed), Random::new(seed));
    let dir = partition_dir(&disk);
    let options =
        LogOptions { segment_bytes: 900, index_interval_bytes: 100, ..LogOptions::default() };
    let log = open(&dir, options.clone());
    let mut writer = Writer { log, sequence: 0, in_transaction: false };
    for _ in 0..random.below(60) {
        writer.act(random.below(10));
    }
    let Writer { mut log, .. } = writer;
    let after = partition_dir(&disk.kill());
    let recovery = Recovery { recovery_point: log.recovery_point(), ..Recovery::default() };
    let (mut recovered, _) = open_at(&after, options.clone(), recovery);
    recovered.acknowledge(log.log_end_offset());
    assert_eq!(producers(&recovered), producers(&log));
    assert_eq!(recovered.first_unstable_offset(), log.first_unstable_offset());
    for log in [&mut log, &mut recovered] {
        log.close().expect("closed");
    }
    for suffix in [".log", ".txnindex"] {
        assert!(files(&after, suffix) == files(&dir, suffix), "{suffix}");
    }
    let (reopened, report) = open_at(&after, options, clean());
    assert_eq!(producers(&reopened), producers(&log));
    assert_eq!((report.bytes_checked, report.bytes_truncated), (0, 0));
}

#[test]
fn a_recovered_log_is_as_if_it_had_lived_on() {
    (0..300).for_each(killed_and_recovered);
}

#[test]
fn one_seed_of_recoveries() {
    killed_and_recovered(1);
}

#[test]
fn what_is_checked_is_read_once_and_waits_for_the_next_sync() {
    let disk = SimDisk::new(1);
    let mut log = open(&partition_dir(&disk), LogOptions::default());
    for number in 0..200 {
        let builder = BatchBuilder::new().producer(PRODUCER, 0, number * 100);
        append(&mut log, batch_of(builder, &[1; 100])).expect("appended");
    }
    let last = || batch_of(BatchBuilder::new().producer(PRODUCER, 0, 19_900), &[1; 100]);
    let size = log.size_bytes();
    let disk = disk.kill();
    let dir = partition_dir(&disk);
    let (mut log, report) = open_at(&dir, LogOptions::default(), Recovery::default());
    assert_eq!(report.bytes_checked, size);
    assert!(disk.bytes_read() < size * 5 / 4, "{} of {size} bytes read", disk.bytes_read());
    assert!(names(&dir, ".snapshot").is_empty(), "a crash makes nothing of it");
    assert!(append(&mut log, last()).is_ok_and(|it| it.duplicate));
    flush(&mut log);
    let recovery = Recovery { recovery_point: log.recovery_point(), ..Recovery::default() };
    let (mut log, report) = open_at(&partition_dir(&disk.crash()), LogOptions::default(), recovery);
    assert_eq!((report.bytes_checked, log.log_end_offset()), (0, 20_000));
    assert!(append(&mut log, last()).is_ok_and(|it| it.duplicate));
}

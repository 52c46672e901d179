//! A log that nobody uses costs nothing: no file, no step of the disk.

use kabuki_log::sim::SimDisk;
use kabuki_log::*;

use crate::support::*;
use crate::world::{NAME, partition_dir, read_all};

/// What readers ask of the end of a log.
fn ask_at_the_end(log: &mut Log) {
    let end = log.log_end_offset();
    assert!(log.read(end, 1_000, true, i64::MAX).expect("within the log").is_none());
    for query in [OffsetQuery::Earliest, OffsetQuery::Latest] {
        assert_eq!(log.offset_for(query).expect("readable").map(|it| it.offset), Some(end));
    }
}

#[test]
fn a_log_without_records_has_no_files() {
    let disk = SimDisk::new(1);
    let dir = partition_dir(&disk);
    let before = disk.step();
    let new = Log::create(dir.clone(), NAME, LogOptions::default(), NOW);
    let found = [Trust::CleanShutdown, Trust::RecoveryPoint, Trust::LastIndexEntry]
        .map(|trust| open_at(&dir, LogOptions::default(), Recovery { trust, ..clean() }).0);
    for mut log in [new].into_iter().chain(found) {
        log.assign_leader_epoch(3);
        ask_at_the_end(&mut log);
        for query in [OffsetQuery::MaxTimestamp, OffsetQuery::At(0)] {
            assert_eq!(log.offset_for(query).expect("readable"), None);
        }
        assert!(!log.roll(NOW).expect("nothing to roll"));
        assert!(log.delete_old_segments(Now::at(i64::MAX), 0).expect("nothing to do").is_empty());
        assert!(log.flush_plan().expect("planned").is_none());
        log.close().expect("closed");
        assert_eq!((log.log_start_offset(), log.log_end_offset()), (0, 0));
        assert_eq!(log.leader_epochs().latest(), Some(EpochStart { epoch: 3, start_offset: 0 }));
    }
    assert_eq!(disk.step(), before, "nothing was changed on disk");
    assert!(names(&dir, "").is_empty());
}

#[test]
fn the_first_record_makes_the_files_and_the_first_flush_makes_them_safe() {
    let disk = SimDisk::new(1);
    let dir = partition_dir(&disk);
    disk.root().sync().expect("synced");
    let mut log = Log::create(dir.clone(), NAME, LogOptions::default(), NOW);
    log.assign_leader_epoch(3);
    log.append(NOW, 3, Origin::Client, &[batch(&[1])]);
    assert_eq!(names(&dir, "").len(), 3);
    let plan = log.flush_plan().expect("planned").expect("due");
    log.flushed(plan.run().expect("synced"));
    assert!(log.flush_plan().expect("planned").is_none());
    let dir = partition_dir(&disk.crash());
    let recovery = Recovery { trust: Trust::RecoveryPoint, recovery_point: 1, ..clean() };
    let (mut log, _) = open_at(&dir, LogOptions::default(), recovery);
    assert_eq!(read_all(&mut log).len(), 1);
    assert_eq!(log.leader_epochs().latest(), Some(EpochStart { epoch: 3, start_offset: 0 }));
}

#[test]
fn a_log_that_was_left_whole_is_opened_and_closed_without_a_change() {
    let disk = SimDisk::new(1);
    let dir = partition_dir(&disk);
    let mut log = open(&dir, LogOptions { segment_bytes: 200, ..LogOptions::default() });
    (0..7).for_each(|it| _ = append(&mut log, sent(it * 2)).expect("appended"));
    log.close().expect("closed");
    let before = disk.step();
    log.close().expect("closed again");
    let (mut log, _) = open_at(&dir, LogOptions::default(), clean());
    log.assign_leader_epoch(9);
    assert!(log.read(14, 1_000, true, i64::MAX).expect("within the log").is_none());
    log.close().expect("closed");
    assert_eq!(disk.step(), before, "nothing was changed on disk");
    append(&mut log, sent(14)).expect("appended");
    log.close().expect("closed");
    let (mut log, report) = open_at(&dir, LogOptions::default(), clean());
    assert_eq!((report.producer_snapshot, log.log_end_offset()), (Some(16), 16));
    assert!(append(&mut log, sent(14)).is_ok_and(|it| it.duplicate));
}

#[test]
fn files_that_were_given_back_are_opened_again_when_they_are_needed() {
    let (_, mut log) = log_of_four_segments(LogOptions::default());
    for round in 1..4 {
        log.close_files();
        append(&mut log, batch(&[round])).expect("appended");
        log.close_files();
        assert_eq!(read_all(&mut log).len(), 8 + round as usize);
        log.close_files();
        assert!(log.offset_for(OffsetQuery::At(1_000)).expect("readable").is_some());
    }
}

#[test]
fn of_a_log_that_rests_next_to_nothing_is_read_after_a_crash() {
    let disk = SimDisk::new(1);
    let dir = partition_dir(&disk);
    disk.root().sync().expect("synced");
    let mut log = open(&dir, LogOptions::default());
    for _ in 0..200 {
        append(&mut log, batch(&[1; 100])).expect("appended");
    }
    append(&mut log, sent(0)).expect("appended");
    log.snapshot_producers().expect("written");
    let plan = log.flush_plan().expect("planned").expect("due");
    log.flushed(plan.run().expect("synced"));
    assert!(log.size_bytes() > 200_000);
    // Power is lost amid the next append.
    append(&mut log, sent(2)).expect("appended");
    let disk = disk.crash();
    let recovery = Recovery { recovery_point: log.recovery_point(), ..Recovery::default() };
    let (mut log, report) = open_at(&partition_dir(&disk), LogOptions::default(), recovery);
    assert!(disk.bytes_read() < 20_000, "{} bytes read", disk.bytes_read());
    assert!(report.bytes_checked < 500 && report.producer_snapshot.is_some());
    assert!(append(&mut log, sent(0)).is_ok_and(|it| it.duplicate));
    assert!(read_all(&mut log).len() >= 201);
}

//! Opening what is on disk, one behaviour at a time.

use std::sync::Arc;

use kabuki_log::dir::{Open, read_small};
use kabuki_log::sim::SimDisk;
use kabuki_log::*;
use kabuki_records::builder::BatchBuilder;
use kabuki_records::reader::Batches;

use crate::support::*;
use crate::world::{NAME, read_all};

#[test]
fn producers_are_known_after_every_kind_of_reopening() {
    for trust in [Trust::CleanShutdown, Trust::RecoveryPoint, Trust::LastIndexEntry] {
        let dir = new_dir();
        let mut log = open(&dir, LogOptions::default());
        append(&mut log, sent(0)).expect("appended");
        append(&mut log, sent(2)).expect("appended");
        if trust == Trust::CleanShutdown {
            log.close().expect("closed");
        }
        let (mut log, report) =
            open_at(&dir, LogOptions::default(), Recovery { trust, ..Recovery::default() });
        assert_eq!(report.producer_snapshot.is_some(), trust == Trust::CleanShutdown);
        assert!(append(&mut log, sent(2)).is_ok_and(|it| it.duplicate && it.base_offset == 2));
        assert!(append(&mut log, sent(6)).is_err());
        assert!(append(&mut log, sent(4)).is_ok_and(|it| !it.duplicate));
    }
}

#[test]
fn a_damaged_snapshot_is_left_aside() {
    let dir = new_dir();
    let mut log = open(&dir, LogOptions::default());
    append(&mut log, sent(0)).expect("appended");
    log.close().expect("closed");
    let snapshot = names(&dir, ".snapshot").remove(0);
    let file = dir.open(&snapshot, Open::Existing).expect("it exists");
    file.write_all_at(&[0xff], 20).expect("written");
    let (mut log, report) = open_at(&dir, LogOptions::default(), clean());
    assert_eq!(report.producer_snapshot, None);
    assert!(append(&mut log, sent(0)).is_ok_and(|it| it.duplicate));
}

#[test]
fn missing_and_damaged_indexes_are_rebuilt_as_they_were() {
    let dir = new_dir();
    let options = LogOptions { index_interval_bytes: 100, ..LogOptions::default() };
    let mut log = open(&dir, options.clone());
    (0..50).for_each(|it| _ = append(&mut log, batch(&[it])).expect("appended"));
    log.close().expect("closed");
    let read = |suffix: &str| {
        let name = format!("00000000000000000000{suffix}");
        read_small(dir.as_ref(), &name).expect("readable").expect("it exists")
    };
    let (index, time_index) = (read(".index"), read(".timeindex"));
    dir.remove_file("00000000000000000000.index").expect("removed");
    let file = dir.open("00000000000000000000.timeindex", Open::Truncated).expect("opened");
    file.write_all_at(&[0xff; 13], 0).expect("written");
    let (log, report) = open_at(&dir, options, clean());
    assert_eq!((report.segments_recovered, report.bytes_truncated), (1, 0));
    assert_eq!((read(".index"), read(".timeindex")), (index, time_index));
    assert_eq!(log.log_end_offset(), 50);
}

#[test]
fn a_torn_tail_is_cut_off() {
    for trust in [Trust::RecoveryPoint, Trust::LastIndexEntry] {
        let dir = new_dir();
        let mut log = open(&dir, LogOptions::default());
        append(&mut log, batch(&[1])).expect("appended");
        let size = log.size_bytes();
        append(&mut log, batch(&[2])).expect("appended");
        let file = dir.open("00000000000000000000.log", Open::Existing).expect("opened");
        file.write_all_at(&[0xff], size + 70).expect("written");
        let (mut log, report) =
            open_at(&dir, LogOptions::default(), Recovery { trust, ..Recovery::default() });
        assert_eq!(report.bytes_truncated, size);
        assert_eq!((log.log_end_offset(), log.size_bytes()), (1, size));
        append(&mut log, batch(&[3])).expect("appended");
        assert_eq!(read_all(&mut log).len(), 2);
    }
}

#[test]
fn leftovers_are_settled() {
    let dir = new_dir();
    let mut log = open(&dir, LogOptions { segment_bytes: 200, ..LogOptions::default() });
    (0..8).for_each(|it| _ = append(&mut log, batch(&[it])).expect("appended"));
    log.close().expect("closed");
    // A compaction of the first two segments that was interrupted before the old ones were removed.
    let first = bytes_at(&mut log, 0);
    let third = bytes_at(&mut log, 3);
    let put = |name: &str, bytes: &[u8]| {
        dir.open(name, Open::Truncated).and_then(|it| it.write_all_at(bytes, 0)).expect("written");
    };
    let both: Vec<u8> = [Batches::new(&first), Batches::new(&third)]
        .into_iter()
        .flat_map(|mut it| it.next().expect("one").expect("whole").to_vec())
        .collect();
    put("00000000000000000000.log.swap", &both);
    put("00000000000000000000.index.swap", &[]);
    put("00000000000000000000.timeindex.swap", &[]);
    put("00000000000000000006.log.cleaned", b"half");
    put("00000000000000000099.log.deleted", b"gone");
    put("00000000000000000055.index", b"orphan!!");
    let mut log = open(&dir, LogOptions::default());
    for suffix in [".swap", ".cleaned", ".deleted", "55.index"] {
        assert!(names(&dir, suffix).is_empty(), "{suffix}");
    }
    let offsets: Vec<i64> = read_all(&mut log).iter().map(|it| it.base_offset).collect();
    assert_eq!(offsets, [0, 3, 4, 5, 6, 7]);
}

#[test]
fn a_log_whose_end_is_below_its_start_begins_anew_there() {
    let (dir, mut log) = log_of_four_segments(LogOptions::default());
    log.close().expect("closed");
    let recovery = Recovery { log_start_offset: 20, ..clean() };
    let (log, report) = open_at(&dir, LogOptions::default(), recovery);
    assert_eq!((log.log_start_offset(), log.log_end_offset()), (20, 20));
    assert_eq!(report.segments_dropped, 4);
}

#[test]
fn the_recovery_point_limits_what_is_read_after_a_crash() {
    let (dir, mut log) = log_of_four_segments(LogOptions::default());
    let recovery = Recovery { recovery_point: 5, ..Recovery::default() };
    let size = log.size_bytes();
    log.close().expect("closed");
    let mut seen = Vec::new();
    let opened = Log::open_with_progress(
        dir,
        NAME,
        LogOptions::default(),
        recovery,
        NOW,
        &mut |it: RecoveryProgress| seen.push(it.base_offset),
    );
    let (log, report) = opened.expect("the log opens");
    assert_eq!(seen, [4, 6]);
    // Two batches to a segment: the second of the third one, and both of the last.
    assert_eq!((report.segments_recovered, report.bytes_checked), (2, size * 3 / 8));
    assert_eq!(log.recovery_point(), 5);
}

#[test]
fn leader_epochs_survive_with_the_flush_and_without() {
    for flush in [true, false] {
        let dir = new_dir();
        let mut log = open(&dir, LogOptions::default());
        for epoch in [1, 1, 4] {
            log.append(NOW, epoch, Origin::Client, &[batch(&[1])]);
        }
        if flush {
            let plan = log.flush_plan().expect("planned").expect("due");
            log.flushed(plan.run().expect("synced"));
        }
        let recovery = Recovery { trust: Trust::LastIndexEntry, ..Recovery::default() };
        let (mut log, _) = open_at(&dir, LogOptions::default(), recovery);
        assert_eq!(log.end_offset_for_epoch(1), Some(EpochEnd { epoch: 1, end_offset: 2 }));
        assert_eq!(log.end_offset_for_epoch(4), Some(EpochEnd { epoch: 4, end_offset: 3 }));
        log.assign_leader_epoch(6);
        assert_eq!(log.leader_epochs().latest(), Some(EpochStart { epoch: 6, start_offset: 3 }));
    }
}

#[test]
fn aborted_transactions_are_indexed_and_found_again() {
    let dir = new_dir();
    let mut log = open(&dir, LogOptions::default());
    let open_one = batch_of(BatchBuilder::new().producer(7, 0, 0).transactional(), &[1, 2]);
    append(&mut log, batch(&[1])).expect("appended");
    append(&mut log, open_one).expect("appended");
    assert_eq!(log.first_unstable_offset(), Some(1));
    append_as(&mut log, Origin::Coordinator, marker(7, false)).expect("appended");
    assert_eq!(log.first_unstable_offset(), Some(1));
    log.acknowledge(4);
    assert_eq!(log.first_unstable_offset(), None);
    let read = || read_small(dir.as_ref(), "00000000000000000000.txnindex").expect("readable");
    let index = read().expect("it exists");
    let longs = |at: usize| i64::from_be_bytes(index[at..at + 8].try_into().expect("8 bytes"));
    assert_eq!(index.len(), 34);
    assert_eq!([longs(2), longs(10), longs(18), longs(26)], [7, 1, 3, 4]);
    open(&dir, LogOptions::default());
    assert_eq!(read(), Some(index.clone()), "read anew from the batches");
    open_at(&dir, LogOptions::default(), clean());
    assert_eq!(read(), Some(index), "and not twice");
}

#[test]
fn a_marker_in_the_way_of_a_replay_breaks_nothing() {
    let mut log = open(&new_dir(), LogOptions::default());
    append_as(&mut log, Origin::Coordinator, marker(7, true)).expect("without a transaction");
    let mut strange = BatchBuilder::new().base_offset(1).control();
    strange.push(5, Some(&[0, 0, 0, 2]), Some(&[0, 0]), &[]);
    let strange = AppendBatch::new(strange.build().expect("small")).expect("a batch");
    let outcome = log.append_as_is(NOW, &[strange]);
    assert!(outcome.results[0].is_ok());
    assert_eq!(log.log_end_offset(), 2);
}

#[test]
fn a_log_dir_is_locked_marked_and_remembered() {
    let disk = SimDisk::new(1);
    let log_dir = LogDir::open(disk.root()).expect("free");
    assert!(matches!(LogDir::open(disk.root()), Err(LogDirError::Locked { .. })));
    assert_eq!(log_dir.take_clean_shutdown().expect("readable"), None);
    log_dir.mark_clean_shutdown(9).expect("written");
    assert_eq!(log_dir.take_clean_shutdown().expect("readable"), Some(9));
    assert_eq!(log_dir.take_clean_shutdown().expect("readable"), None);
    let id = uuid::Uuid::from_u128(5);
    let dir = log_dir.open_partition("orders", 3, id).expect("created").dir;
    assert_eq!(partition_metadata::load(dir.as_ref()).expect("readable"), Some(id));
    assert_eq!(log_dir.partitions().expect("listed"), [("orders".to_owned(), 3)]);
    let deleted = log_dir.delete_partition("orders", 3, id).expect("renamed");
    assert!(log_dir.partitions().expect("listed").is_empty());
    assert_eq!(log_dir.deleted_partitions().expect("listed"), [deleted]);
    drop(log_dir);
    assert!(LogDir::open(disk.root()).is_ok());
}

/// A message of format 1: offset, length, CRC-32, magic, attributes, timestamp, no key, a value.
fn old_message(offset: i64, timestamp: i64) -> Vec<u8> {
    let mut covered = vec![1, 0];
    covered.extend(timestamp.to_be_bytes());
    covered.extend((-1i32).to_be_bytes());
    covered.extend(3i32.to_be_bytes());
    covered.extend(b"old");
    let mut message = offset.to_be_bytes().to_vec();
    message.extend((covered.len() as i32 + 4).to_be_bytes());
    message.extend(crc32(&covered).to_be_bytes());
    message.extend(covered);
    message
}

/// The checksum of old formats, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let byte = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    };
    !bytes.iter().fold(!0, byte)
}

#[test]
fn a_log_of_old_messages_is_kept_read_and_extended() {
    for trust in [Trust::CleanShutdown, Trust::RecoveryPoint] {
        let dir = new_dir();
        let messages: Vec<u8> = (0..3).flat_map(|it| old_message(it, 1_000 + it)).collect();
        let file = dir.open("00000000000000000000.log", Open::OrCreate).expect("created");
        file.write_all_at(&messages, 0).expect("written");
        file.write_all_at(&old_message(3, 1_003)[..20], messages.len() as u64).expect("torn");
        let (mut log, report) =
            open_at(&dir, LogOptions::default(), Recovery { trust, ..Recovery::default() });
        assert_eq!((log.log_end_offset(), report.bytes_truncated), (3, 20));
        append(&mut log, batch(&[1_003])).expect("appended");
        let slice = log.read(1, 1_000, true, i64::MAX).expect("within the log").expect("records");
        assert_eq!(slice.first_batch_length, old_message(1, 0).len());
        assert_eq!(slice.position as usize, old_message(0, 0).len());
        let found = |log: &mut Log, timestamp| {
            let found = log.offset_for(OffsetQuery::At(timestamp)).expect("readable");
            found.map(|it| (it.offset, it.timestamp, it.leader_epoch))
        };
        assert_eq!(found(&mut log, 1_002), Some((2, 1_002, None)));
        assert_eq!(found(&mut log, 1_003), Some((3, 1_003, Some(0))));
    }
}

#[test]
fn a_real_disk_keeps_the_same_promises() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let root = Arc::new(RealDir::open(home.path()).expect("it exists"));
    let log_dir = LogDir::open(root.clone()).expect("free");
    assert!(matches!(LogDir::open(root), Err(LogDirError::Locked { .. })));
    let dir = log_dir.open_partition("orders", 0, uuid::Uuid::from_u128(5)).expect("created").dir;
    let options = LogOptions { segment_bytes: 200, ..LogOptions::default() };
    let mut log = open(&dir, options.clone());
    (0..8).for_each(|it| _ = append(&mut log, batch(&[it])).expect("appended"));
    let slice = log.read(3, 1, true, i64::MAX).expect("within the log").expect("records");
    assert!(slice.file.as_fd().is_some());
    log.close().expect("closed");
    let (mut log, report) = open_at(&dir, options.clone(), clean());
    assert_eq!((report.segments_recovered, log.recovery_point()), (0, 8));
    assert_eq!(read_all(&mut log).len(), 8);
    log.truncate_to(NOW, 5)
        .expect("truncated")
        .into_iter()
        .try_for_each(Removal::run)
        .expect("removed");
    let (mut log, report) = open_at(&dir, options, Recovery::default());
    assert_eq!((report.bytes_truncated, log.log_end_offset()), (0, 5));
    assert_eq!(read_all(&mut log).len(), 5);
    assert!(names(&dir, ".deleted").is_empty());
}

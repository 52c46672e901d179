//! Behaviours one by one.

use std::sync::Arc;

use bytes::Bytes;
use kabuki_log::dir::{Open, read_small};
use kabuki_log::sim::SimDisk;
use kabuki_log::*;
use kabuki_records::batch::BatchHead;
use kabuki_records::builder::BatchBuilder;
use kabuki_records::reader::{Batches, OpenBatch};

use crate::world::{NAME, partition_dir, read_all};

const NOW: Now = Now { wall_ms: 1_000_000 };

fn open(dir: &Arc<dyn Dir>, options: LogOptions) -> Log {
    open_at(dir, options, Recovery::default()).0
}

fn open_at(dir: &Arc<dyn Dir>, options: LogOptions, recovery: Recovery) -> (Log, RecoveryReport) {
    Log::open(dir.clone(), NAME, options, recovery, NOW).expect("the log opens")
}

fn clean() -> Recovery {
    Recovery { trust: Trust::CleanShutdown, ..Recovery::default() }
}

fn new_dir() -> Arc<dyn Dir> {
    partition_dir(&SimDisk::new(1))
}

fn batch_of(mut builder: BatchBuilder, timestamps: &[i64]) -> AppendBatch {
    for timestamp in timestamps {
        builder.push(*timestamp, None, Some(b"value"), &[]);
    }
    AppendBatch::new(builder.build().expect("small")).expect("a batch")
}

fn batch(timestamps: &[i64]) -> AppendBatch {
    batch_of(BatchBuilder::new(), timestamps)
}

fn append(log: &mut Log, batch: AppendBatch) -> Result<Appended, AppendError> {
    append_as(log, Origin::Client, batch)
}

fn append_as(log: &mut Log, origin: Origin, batch: AppendBatch) -> Result<Appended, AppendError> {
    log.append(NOW, 0, origin, &[batch]).results.remove(0)
}

fn names(dir: &Arc<dyn Dir>, suffix: &str) -> Vec<String> {
    let names = dir.list().expect("listed").into_iter().map(|it| it.name);
    names.filter(|it| it.ends_with(suffix)).collect()
}

fn bytes_at(log: &mut Log, offset: i64) -> Vec<u8> {
    let slice = log.read(offset, 1, true, i64::MAX).expect("within the log");
    let mut bytes = vec![0; slice.length];
    slice.file.read_exact_at(&mut bytes, slice.position).expect("the slice is in its file");
    bytes
}

#[test]
fn the_bytes_of_a_batch_are_kept_but_for_offset_and_epoch() {
    let mut log = open(&new_dir(), LogOptions::default());
    append(&mut log, batch(&[1, 2])).expect("appended");
    let sent = batch(&[3]);
    let outcome = log.append(NOW, 7, Origin::Client, std::slice::from_ref(&sent));
    assert_eq!(outcome.results[0].as_ref().map(|it| (it.base_offset, it.last_offset)), Ok((2, 2)));
    let stored = bytes_at(&mut log, 2);
    assert_eq!(stored[16..], sent.bytes[16..]);
    let head = BatchHead::read(&stored).expect("a head");
    assert_eq!((head.base_offset, head.partition_leader_epoch), (2, 7));
}

#[test]
fn a_changed_head_replaces_all_of_it() {
    let mut log = open(&new_dir(), LogOptions::default());
    let mut sent = batch(&[1, 2]);
    let stamped = batch_of(BatchBuilder::new().log_append_time(5_000), &[1, 2]);
    sent.head = stamped.head;
    sent.changed_head = true;
    let appended = append(&mut log, sent).expect("appended");
    assert_eq!(appended.log_append_time, 5_000);
    let stored = bytes_at(&mut log, 0);
    assert!(OpenBatch::open(&stored, 1_000).is_ok());
    assert_eq!(BatchHead::read(&stored).map(|it| it.max_timestamp), Some(5_000));
    let found = log.offset_for(OffsetQuery::At(5_000)).expect("readable").expect("found");
    assert_eq!((found.offset, found.timestamp), (0, 5_000));
}

#[test]
fn batches_that_cannot_be_are_refused_alone() {
    let options = LogOptions { segment_bytes: 200, ..LogOptions::default() };
    let mut log = open(&new_dir(), options);
    let mut torn = batch(&[1]);
    torn.bytes = torn.bytes.slice(..torn.bytes.len() - 1);
    let large = batch(&[0; 30]);
    let size = large.bytes.len();
    let outcome = log.append(NOW, 0, Origin::Client, &[batch(&[1]), torn, large, batch(&[2])]);
    assert_eq!(outcome.results[0].as_ref().map(|it| it.base_offset), Ok(0));
    assert_eq!(outcome.results[1], Err(AppendError::Malformed));
    assert_eq!(outcome.results[2], Err(AppendError::TooLarge { size, segment_bytes: 200 }));
    assert_eq!(outcome.results[3].as_ref().map(|it| it.base_offset), Ok(1));
}

#[test]
fn a_segment_is_rolled_by_size_within_one_call() {
    let dir = new_dir();
    let options = LogOptions { segment_bytes: 200, ..LogOptions::default() };
    let mut log = open(&dir, options);
    let batches: Vec<AppendBatch> = (0..7).map(|it| batch(&[it])).collect();
    let outcome = log.append(NOW, 0, Origin::Client, &batches);
    assert!(outcome.rolled && outcome.results.iter().all(Result::is_ok));
    assert_eq!(log.segment_count(), 4);
    assert_eq!(names(&dir, ".log").len(), 4);
    assert_eq!(read_all(&mut log).len(), 7);
}

#[test]
fn a_segment_is_rolled_by_the_time_between_its_batches() {
    let options = LogOptions { segment_ms: 1_000, ..LogOptions::default() };
    let mut log = open(&new_dir(), options);
    append(&mut log, batch(&[5_000])).expect("appended");
    append(&mut log, batch(&[6_000])).expect("appended");
    assert_eq!(log.segment_count(), 1);
    append(&mut log, batch(&[6_001])).expect("appended");
    assert_eq!(log.segment_count(), 2);
}

#[test]
fn without_timestamps_the_clock_rolls_a_segment() {
    let options = LogOptions { segment_ms: 1_000, ..LogOptions::default() };
    let mut log = open(&new_dir(), options);
    append(&mut log, batch(&[-1])).expect("appended");
    let later = Now::at(NOW.wall_ms + 1_001);
    assert!(log.append(later, 0, Origin::Client, &[batch(&[-1])]).rolled);
}

#[test]
fn jitter_rolls_earlier_and_each_segment_at_its_own_time() {
    let with_seed = |jitter_seed| {
        let options = LogOptions {
            segment_ms: 1_000,
            segment_jitter_ms: 900,
            jitter_seed,
            ..LogOptions::default()
        };
        let mut log = open(&new_dir(), options);
        (0..1_000).for_each(|it| _ = append(&mut log, batch(&[it * 10])).expect("appended"));
        log.segment_count()
    };
    let counts: Vec<usize> = (0..4).map(with_seed).collect();
    assert!(counts.iter().all(|it| (11..100).contains(it)), "{counts:?}");
    assert!(counts.iter().any(|it| *it != counts[0]), "{counts:?}");
}

#[test]
fn a_full_index_rolls_a_segment() {
    let options =
        LogOptions { index_interval_bytes: 1, segment_index_bytes: 24, ..LogOptions::default() };
    let mut log = open(&new_dir(), options);
    (0..8).for_each(|it| _ = append(&mut log, batch(&[it])).expect("appended"));
    assert!(log.segment_count() > 1);
    assert_eq!(read_all(&mut log).len(), 8);
}

#[test]
fn offsets_too_far_from_the_base_roll_a_segment() {
    let mut log = open(&new_dir(), LogOptions::default());
    let at = |offset| batch_of(BatchBuilder::new().base_offset(offset).leader_epoch(1), &[1]);
    let far = i64::from(i32::MAX) + 1;
    let outcome = log.append_as_is(NOW, &[at(0), at(10), at(far)]);
    assert!(outcome.rolled && outcome.results.iter().all(Result::is_ok));
    assert_eq!(log.segment_count(), 2);
    let refused = log.append_as_is(NOW, &[at(far)]).results.remove(0);
    let expected = AppendError::UnexpectedOffset { base_offset: far, log_end_offset: far + 1 };
    assert_eq!(refused, Err(expected));
    assert_eq!(read_all(&mut log).len(), 3);
    let gap = log.read(5, 1, true, i64::MAX).expect("within the log");
    assert_eq!(gap.first_batch_length, at(10).bytes.len());
}

fn sent(sequence: i32) -> AppendBatch {
    batch_of(BatchBuilder::new().producer(7, 0, sequence), &[1, 2])
}

#[test]
fn a_repeated_batch_is_answered_with_its_first_place() {
    let mut log = open(&new_dir(), LogOptions::default());
    append(&mut log, batch(&[1])).expect("appended");
    let outcome = log.append(NOW, 0, Origin::Client, &[sent(0), sent(2), sent(0)]);
    let again = outcome.results[2].as_ref().expect("answered");
    assert!(again.duplicate);
    assert_eq!((again.base_offset, again.last_offset, again.log_append_time), (1, 2, 2));
    assert_eq!(log.log_end_offset(), 5);
}

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
fn idle_producers_are_forgotten() {
    let mut log = open(&new_dir(), LogOptions::default());
    append(&mut log, sent(0)).expect("appended");
    assert_eq!(log.expire_producers(Now::at(1_000)), 0);
    assert_eq!(log.expire_producers(Now::at(2 + 24 * 3600 * 1000)), 1);
    assert!(append(&mut log, sent(9)).is_ok(), "unknown again: any sequence");
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

fn log_of_four_segments(options: LogOptions) -> (Arc<dyn Dir>, Log) {
    let dir = new_dir();
    let mut log = open(&dir, LogOptions { segment_bytes: 200, ..options });
    (0..8).for_each(|it| _ = append(&mut log, batch(&[it * 1_000])).expect("appended"));
    assert_eq!(log.segment_count(), 4);
    (dir, log)
}

#[test]
fn segments_too_old_are_deleted_and_the_last_is_rolled() {
    let options = LogOptions { retention_ms: 2_500, ..LogOptions::default() };
    let (dir, mut log) = log_of_four_segments(options);
    let deleted = |log: &mut Log, now| log.delete_old_segments(Now::at(now), 8).expect("deleted");
    assert!(deleted(&mut log, 3_500).is_empty());
    let slice = log.read(0, 1_000, true, 8).expect("within the log");
    let removals = deleted(&mut log, 6_000);
    assert_eq!((log.log_start_offset(), log.segment_count()), (4, 2));
    assert_eq!(names(&dir, ".deleted").len(), removals[0].names().len());
    removals.into_iter().try_for_each(Removal::run).expect("removed");
    assert!(names(&dir, ".deleted").is_empty());
    let mut bytes = vec![0; slice.length];
    assert!(slice.file.read_exact_at(&mut bytes, slice.position).is_ok(), "still readable");
    deleted(&mut log, 100_000);
    assert_eq!((log.log_start_offset(), log.log_end_offset(), log.segment_count()), (8, 8, 1));
}

#[test]
fn nothing_at_or_beyond_the_high_watermark_is_deleted() {
    let options = LogOptions { retention_ms: 1, ..LogOptions::default() };
    let (_, mut log) = log_of_four_segments(options);
    log.delete_old_segments(Now::at(100_000), 5).expect("deleted");
    assert_eq!(log.log_start_offset(), 4);
}

#[test]
fn segments_beyond_the_size_are_deleted() {
    let (_, mut log) = log_of_four_segments(LogOptions::default());
    let size = log.size_bytes();
    let with = |bytes: u64| LogOptions {
        retention_bytes: bytes as i64,
        segment_bytes: 200,
        ..LogOptions::default()
    };
    log.set_options(with(size - size / 4 + 1));
    log.delete_old_segments(Now::at(0), 8).expect("deleted");
    assert_eq!(log.segment_count(), 4, "one byte too few");
    log.set_options(with(size / 2));
    log.delete_old_segments(Now::at(0), 8).expect("deleted");
    assert_eq!((log.segment_count(), log.log_start_offset()), (2, 4));
}

#[test]
fn a_compacted_log_keeps_what_is_not_below_its_start() {
    let options = LogOptions { delete: false, retention_ms: 1, ..LogOptions::default() };
    let (_, mut log) = log_of_four_segments(options);
    log.delete_records(3).expect("in range");
    log.delete_old_segments(Now::at(100_000), 8).expect("deleted");
    assert_eq!((log.segment_count(), log.log_start_offset()), (3, 3));
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
fn a_flush_from_before_a_truncation_proves_nothing() {
    let (_, mut log) = log_of_four_segments(LogOptions::default());
    let plan = log.flush_plan().expect("planned").expect("due");
    assert_eq!(plan.up_to(), 8);
    log.truncate_to(NOW, 3).expect("truncated");
    append(&mut log, batch(&[1])).expect("appended");
    log.flushed(plan.run().expect("synced"));
    assert_eq!(log.recovery_point(), 0);
    let plan = log.flush_plan().expect("planned").expect("due");
    log.flushed(plan.run().expect("synced"));
    assert_eq!((log.recovery_point(), log.unflushed_records()), (4, 0));
    assert!(log.flush_plan().expect("planned").is_none());
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
    assert_eq!((report.segments_recovered, report.bytes_checked), (2, size / 2));
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

/// The control batch that ends a transaction: key (version, type), value (version, coordinator epoch).
fn marker(commit: bool) -> AppendBatch {
    let key = [0, 0, 0, u8::from(commit)];
    let mut builder = BatchBuilder::new().producer(7, 0, -1).transactional().control();
    builder.push(5, Some(&key), Some(&[0, 0, 0, 0, 0, 3]), &[]);
    AppendBatch::new(builder.build().expect("small")).expect("a batch")
}

#[test]
fn aborted_transactions_are_indexed_and_found_again() {
    let dir = new_dir();
    let mut log = open(&dir, LogOptions::default());
    let open_one = batch_of(BatchBuilder::new().producer(7, 0, 0).transactional(), &[1, 2]);
    append(&mut log, batch(&[1])).expect("appended");
    append(&mut log, open_one).expect("appended");
    assert_eq!(log.first_unstable_offset(), Some(1));
    append_as(&mut log, Origin::Coordinator, marker(false)).expect("appended");
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
    append_as(&mut log, Origin::Coordinator, marker(true)).expect("without a transaction");
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
    let dir = log_dir.create_partition("orders", 3, id).expect("created");
    assert_eq!(partition_metadata::load(dir.as_ref()).expect("readable"), Some(id));
    assert_eq!(log_dir.partitions().expect("listed"), [("orders".to_owned(), 3)]);
    let deleted = log_dir.delete_partition("orders", 3, id).expect("renamed");
    assert!(log_dir.partitions().expect("listed").is_empty());
    assert_eq!(log_dir.deleted_partitions().expect("listed"), [deleted]);
    drop(log_dir);
    assert!(LogDir::open(disk.root()).is_ok());
}

#[test]
fn bytes_given_are_never_changed() {
    let mut log = open(&new_dir(), LogOptions::default());
    let sent = batch(&[1]);
    let before = Bytes::copy_from_slice(&sent.bytes);
    append(&mut log, batch(&[0])).expect("appended");
    append(&mut log, sent.clone()).expect("appended");
    assert_eq!(sent.bytes, before);
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
        let slice = log.read(1, 1_000, true, i64::MAX).expect("within the log");
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

//! Appending and rolling, one behaviour at a time.

use bytes::Bytes;
use kabuki_log::*;
use kabuki_records::batch::BatchHead;
use kabuki_records::builder::BatchBuilder;
use kabuki_records::reader::OpenBatch;

use crate::support::*;
use crate::world::read_all;

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
fn what_was_written_just_now_is_recent() {
    const RECENT_BYTES: usize = 8 << 20;
    let dir = new_dir();
    let mut log = open(&dir, LogOptions::default());
    append(&mut log, batch(&[1])).expect("appended");
    log.close().expect("closed");
    let mut log = open_at(&dir, LogOptions::default(), clean()).0;
    let is_recent = |log: &mut Log, offset| {
        log.read(offset, 1, true, i64::MAX).expect("within the log").expect("records").is_recent
    };
    assert!(!is_recent(&mut log, 0), "another process wrote it");
    let large = batch(&[0; 50_000]);
    let count = RECENT_BYTES / large.bytes.len();
    (0..=count).for_each(|_| _ = append(&mut log, large.clone()).expect("appended"));
    assert!(!is_recent(&mut log, 0) && !is_recent(&mut log, 1), "far behind");
    let last = log.log_end_offset() - 1;
    assert!(is_recent(&mut log, 50_001) && is_recent(&mut log, last));
    log.close_files();
    assert!(!is_recent(&mut log, 50_001), "who knows how long ago");
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
    let gap = log.read(5, 1, true, i64::MAX).expect("within the log").expect("records");
    assert_eq!(gap.first_batch_length, at(10).bytes.len());
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
fn idle_producers_are_forgotten() {
    let mut log = open(&new_dir(), LogOptions::default());
    append(&mut log, sent(0)).expect("appended");
    assert_eq!(log.expire_producers(Now::at(1_000)), 0);
    assert_eq!(log.expire_producers(Now::at(2 + 24 * 3600 * 1000)), 1);
    assert!(append(&mut log, sent(9)).is_ok(), "unknown again: any sequence");
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

#[test]
fn the_latest_of_records_without_timestamps_is_the_first() {
    let mut log = open(&new_dir(), LogOptions::default());
    assert_eq!(log.offset_for(OffsetQuery::MaxTimestamp).expect("readable"), None);
    append(&mut log, batch(&[-1, -1])).expect("appended");
    let found = log.offset_for(OffsetQuery::MaxTimestamp).expect("readable").expect("found");
    assert_eq!((found.offset, found.timestamp), (0, -1));
    append(&mut log, batch(&[5])).expect("appended");
    let found = log.offset_for(OffsetQuery::MaxTimestamp).expect("readable").expect("found");
    assert_eq!((found.offset, found.timestamp), (2, 5));
}

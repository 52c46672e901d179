//! Deleting, truncating and flushing, one behaviour at a time.

use kabuki_log::*;

use crate::support::*;

#[test]
fn segments_too_old_are_deleted_and_the_last_is_rolled() {
    let options = LogOptions { retention_ms: 2_500, ..LogOptions::default() };
    let (dir, mut log) = log_of_four_segments(options);
    let deleted = |log: &mut Log, now| log.delete_old_segments(Now::at(now), 8).expect("deleted");
    assert!(deleted(&mut log, 3_500).is_empty());
    let slice = log.read(0, 1_000, true, 8).expect("within the log").expect("records");
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

//! Sealed indexes of a real disk are mapped; nobody can tell but by the speed.

use std::sync::Arc;

use kabuki_log::*;

use crate::support::*;

/// What a log answers, offset by offset and timestamp by timestamp.
#[derive(Debug, PartialEq)]
struct Answers {
    bounds: (i64, i64, usize),
    /// Position, length and segment of each read.
    reads: Vec<Option<(u64, usize, i64)>>,
    timestamps: Vec<Option<FoundOffset>>,
}

/// A log of three sealed segments with dozens of index entries each, and a last one.
fn log_of_long_segments(dir: &Arc<dyn Dir>) -> Log {
    let options =
        LogOptions { segment_bytes: 6_000, index_interval_bytes: 100, ..LogOptions::default() };
    let mut log = open(dir, options);
    while log.segment_count() < 4 {
        let timestamp = log.log_end_offset() * 10;
        append(&mut log, batch(&[timestamp])).expect("appended");
    }
    log
}

/// Asks in an order that goes from segment to segment and back.
fn answers(log: &mut Log) -> Answers {
    let (start, end) = (log.log_start_offset(), log.log_end_offset());
    let offsets = (start..end).chain((start..end).rev().step_by(7));
    let reads = offsets.map(|offset| {
        let slice = log.read(offset, 500, true, offset + 3).expect("within the log");
        slice.map(|it| (it.position, it.length, it.segment_base_offset))
    });
    let reads = reads.collect();
    let times = (start * 10 - 5..end * 10 + 5).step_by(13);
    let found = times.map(|it| log.offset_for(OffsetQuery::At(it)).expect("readable"));
    let timestamps = found.collect();
    Answers { bounds: (start, end, log.segment_count()), reads, timestamps }
}

/// Runs the same on both disks and compares what they answer after each step.
fn on_both_disks(steps: &[fn(&mut Log)]) {
    let home = tempfile::tempdir().expect("a temporary directory");
    let real: Arc<dyn Dir> = Arc::new(RealDir::open(home.path()).expect("it exists"));
    let mut logs = [log_of_long_segments(&real), log_of_long_segments(&new_dir())];
    for (number, step) in steps.iter().enumerate() {
        logs.iter_mut().for_each(step);
        let [real, simulated] = logs.each_mut().map(answers);
        assert_eq!(real, simulated, "after step {number}");
    }
}

#[test]
fn reads_over_several_segments_answer_as_those_of_a_simulated_disk() {
    on_both_disks(&[|_| {}, |log| assert!(log.roll(NOW).expect("rolled")), |_| {}]);
}

#[test]
fn segments_are_truncated_and_grow_while_their_index_was_in_use() {
    on_both_disks(&[
        |log| {
            read_amid_second_segment(log);
            let amid = second_segment(log) + 25;
            log.truncate_to(NOW, amid).expect("truncated");
        },
        |log| {
            // The segment was sealed and mapped, and is now the one that is appended to.
            (0..100).for_each(|it| _ = append(log, batch(&[it])).expect("appended"));
        },
        |log| {
            read_amid_second_segment(log);
            let removals = log.truncate_fully_and_start_at(NOW, 5).expect("truncated");
            removals.into_iter().try_for_each(Removal::run).expect("removed");
            (0..300).for_each(|it| _ = append(log, batch(&[it])).expect("appended"));
        },
    ]);
}

#[test]
fn segments_are_deleted_while_their_index_was_in_use() {
    on_both_disks(&[
        |log| {
            let amid = second_segment(log) + 1;
            for offset in [3, 4] {
                log.read(offset, 500, true, i64::MAX).expect("within the log");
            }
            log.delete_records(amid).expect("in range");
            let end = log.log_end_offset();
            let removals = log.delete_old_segments(NOW, end).expect("deleted");
            assert!(!removals.is_empty());
            removals.into_iter().try_for_each(Removal::run).expect("removed");
        },
        |log| {
            read_amid_second_segment(log);
            log.close().expect("closed");
        },
    ]);
}

#[test]
fn damaged_indexes_do_no_harm() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let dir: Arc<dyn Dir> = Arc::new(RealDir::open(home.path()).expect("it exists"));
    let mut log = log_of_long_segments(&dir);
    for suffix in [".index", ".timeindex"] {
        let name = names(&dir, suffix).remove(0);
        let file = dir.open(&name, dir::Open::Existing).expect("there");
        // The last entry stays: only that one is looked at when the file is opened.
        let len = file.len().expect("known") as usize - 12;
        let noise: Vec<u8> = (0..len).map(|it| (it * 37 % 251) as u8).collect();
        file.write_all_at(&noise, 0).expect("written");
    }
    for offset in 0..log.log_end_offset() {
        _ = log.read(offset, 500, true, i64::MAX);
        _ = log.offset_for(OffsetQuery::At(offset * 10));
    }
}

/// Base offset of the log's second segment.
fn second_segment(log: &mut Log) -> i64 {
    let base = |log: &mut Log, offset| {
        log.read(offset, 1, true, i64::MAX)
            .expect("within the log")
            .map(|it| it.segment_base_offset)
    };
    let first = base(log, log.log_start_offset());
    let mut offsets = log.log_start_offset()..log.log_end_offset();
    offsets.find(|it| base(log, *it) > first).expect("there are several")
}

fn read_amid_second_segment(log: &mut Log) {
    let amid = second_segment(log) + 20;
    // What is read once only is not mapped.
    for _ in 0..2 {
        log.read(amid, 500, true, i64::MAX).expect("within the log");
        log.offset_for(OffsetQuery::At(amid * 10)).expect("readable");
    }
}

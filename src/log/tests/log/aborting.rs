//! What a reader of decided transactions is told to pass over.

use kabuki_log::sim::SimDisk;
use kabuki_log::*;

use crate::support::*;
use crate::world::partition_dir;

/// Producers and first offsets of the transactions to pass over in so many bytes from an offset on.
fn told(log: &mut Log, offset: i64, max_bytes: usize) -> Vec<(i64, i64)> {
    let slice = log.read(offset, max_bytes, true, i64::MAX).expect("within the log");
    let aborted = slice.map(|it| log.aborted_in(&it).expect("readable")).unwrap_or_default();
    aborted.into_iter().map(|it| (it.producer_id, it.first_offset)).collect()
}

/// 0..2 of producer 7, aborted at 2; 3..5 of 8 and 5..7 of 9, of which 9 is aborted at 7 and 8 at 10, with plain
/// records before; an index entry per batch, and so many bytes to a segment.
fn log_of_transactions(segment_bytes: u32) -> Log {
    let options = LogOptions { segment_bytes, index_interval_bytes: 0, ..LogOptions::default() };
    let mut log = open(&new_dir(), options);
    let mut add = |batch, origin| {
        append_as(&mut log, origin, batch).expect("appended");
        log.acknowledge(log.log_end_offset());
    };
    add(written(7, 0), Origin::Client);
    add(marker(7, false), Origin::Coordinator);
    add(written(8, 0), Origin::Client);
    add(written(9, 0), Origin::Client);
    add(marker(9, false), Origin::Coordinator);
    add(batch(&[1, 2]), Origin::Client);
    add(marker(8, false), Origin::Coordinator);
    add(written(7, 2), Origin::Client);
    add(marker(7, true), Origin::Coordinator);
    log
}

#[test]
fn a_reader_is_told_of_the_aborted_transactions_in_its_slice() {
    for segment_bytes in [1 << 20, 200] {
        let mut log = log_of_transactions(segment_bytes);
        assert_eq!(told(&mut log, 0, 1), [(7, 0)], "{segment_bytes}");
        assert!(told(&mut log, 4, 1).contains(&(8, 3)), "its marker stands far behind");
        assert!(!told(&mut log, 4, 1).contains(&(7, 0)), "it ended before");
        assert_eq!(told(&mut log, 11, 1 << 20), [], "that one was committed");
        assert_eq!(told(&mut log, 14, 1 << 20), [], "nothing to read");
    }
    let mut log = log_of_transactions(1 << 20);
    assert_eq!(told(&mut log, 0, 1 << 20), [(7, 0), (9, 5), (8, 3)]);
}

#[test]
fn a_log_without_aborted_transactions_tells_of_none() {
    let (_, mut log) = log_of_four_segments(LogOptions::default());
    assert_eq!(told(&mut log, 0, 1 << 20), []);
    assert_eq!(told(&mut log, 7, 1 << 20), []);
}

/// The index is larger by far than what one reader needs of it.
#[test]
fn of_the_index_only_what_matters_is_read() {
    const TRANSACTIONS: i64 = 2_000;
    const RECORDS: i64 = 3;
    let disk = SimDisk::new(1);
    let options = LogOptions { index_interval_bytes: 0, ..LogOptions::default() };
    let mut log = open(&partition_dir(&disk), options);
    for transaction in 0..TRANSACTIONS {
        for (batch, origin) in [
            (written(7, 2 * transaction as i32), Origin::Client),
            (marker(7, false), Origin::Coordinator),
        ] {
            append_as(&mut log, origin, batch).expect("appended");
        }
        log.acknowledge(log.log_end_offset());
    }
    for first in [0, 1, 119, 120, 121, 1_000, TRANSACTIONS - 1] {
        let slice =
            log.read(first * RECORDS, 1, true, i64::MAX).expect("within the log").expect("records");
        let before = disk.bytes_read();
        let aborted = log.aborted_in(&slice).expect("readable");
        let read = disk.bytes_read() - before;
        assert_eq!(aborted.len(), 1, "transaction {first}");
        assert!(read < 16 << 10, "{read} bytes read for transaction {first}");
    }
    let all: Vec<_> = (0..TRANSACTIONS).map(|it| (7, it * RECORDS)).collect();
    assert_eq!(told(&mut log, 0, 1 << 20), all);
}

//! Short words for what the examples do.

use std::sync::Arc;

use kabuki_log::sim::SimDisk;
use kabuki_log::*;
use kabuki_records::builder::BatchBuilder;

use crate::world::{NAME, partition_dir};

pub(crate) const NOW: Now = Now { wall_ms: 1_000_000 };

pub(crate) fn open(dir: &Arc<dyn Dir>, options: LogOptions) -> Log {
    open_at(dir, options, Recovery::default()).0
}

pub(crate) fn open_at(
    dir: &Arc<dyn Dir>,
    options: LogOptions,
    recovery: Recovery,
) -> (Log, RecoveryReport) {
    Log::open(dir.clone(), NAME, options, recovery, NOW).expect("the log opens")
}

pub(crate) fn clean() -> Recovery {
    Recovery { trust: Trust::CleanShutdown, ..Recovery::default() }
}

pub(crate) fn new_dir() -> Arc<dyn Dir> {
    partition_dir(&SimDisk::new(1))
}

pub(crate) fn batch_of(mut builder: BatchBuilder, timestamps: &[i64]) -> AppendBatch {
    for timestamp in timestamps {
        builder.push(*timestamp, None, Some(b"value"), &[]);
    }
    AppendBatch::new(builder.build().expect("small")).expect("a batch")
}

pub(crate) fn batch(timestamps: &[i64]) -> AppendBatch {
    batch_of(BatchBuilder::new(), timestamps)
}

pub(crate) fn append(log: &mut Log, batch: AppendBatch) -> Result<Appended, AppendError> {
    append_as(log, Origin::Client, batch)
}

pub(crate) fn append_as(
    log: &mut Log,
    origin: Origin,
    batch: AppendBatch,
) -> Result<Appended, AppendError> {
    log.append(NOW, 0, origin, &[batch]).results.remove(0)
}

pub(crate) fn names(dir: &Arc<dyn Dir>, suffix: &str) -> Vec<String> {
    let names = dir.list().expect("listed").into_iter().map(|it| it.name);
    names.filter(|it| it.ends_with(suffix)).collect()
}

pub(crate) fn bytes_at(log: &mut Log, offset: i64) -> Vec<u8> {
    let slice = log.read(offset, 1, true, i64::MAX).expect("within the log").expect("records");
    let mut bytes = vec![0; slice.length];
    slice.file.read_exact_at(&mut bytes, slice.position).expect("the slice is in its file");
    bytes
}

pub(crate) fn sent(sequence: i32) -> AppendBatch {
    batch_of(BatchBuilder::new().producer(7, 0, sequence), &[1, 2])
}

pub(crate) fn log_of_four_segments(options: LogOptions) -> (Arc<dyn Dir>, Log) {
    let dir = new_dir();
    let mut log = open(&dir, LogOptions { segment_bytes: 200, ..options });
    (0..8).for_each(|it| _ = append(&mut log, batch(&[it * 1_000])).expect("appended"));
    assert_eq!(log.segment_count(), 4);
    (dir, log)
}

/// The marker that ends the transaction of a producer.
pub(crate) fn marker(producer: i64, commit: bool) -> AppendBatch {
    let key = [0, 0, 0, u8::from(commit)];
    let mut builder = BatchBuilder::new().producer(producer, 0, -1).transactional().control();
    builder.push(5, Some(&key), Some(&[0, 0, 0, 0, 0, 3]), &[]);
    AppendBatch::new(builder.build().expect("small")).expect("a batch")
}

/// Two records of a transaction, from a sequence on.
pub(crate) fn written(producer: i64, sequence: i32) -> AppendBatch {
    batch_of(BatchBuilder::new().producer(producer, 0, sequence).transactional(), &[1, 2])
}

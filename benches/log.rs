//! What appending to a log and finding in it cost, on the file system of the temporary directory:
//! `cargo bench --bench log`. Recovery, and far larger logs: `src/log/examples/measure.rs`.

use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use kabuki_log::{AppendBatch, Dir, Log, LogOptions, Now, Origin, RealDir, Recovery};
use kabuki_records::builder::BatchBuilder;
use tempfile::TempDir;

/// The time of every record and of the broker's clock.
const NOW_MS: i64 = 1_700_000_000_000;
/// A log that has grown to this is emptied.
const LOG_BYTES_MAX: u64 = 256 << 20;
/// Batches of the log that is read.
const BATCHES: i64 = 100_000;
/// A step between offsets that are read one after the other, so that they are here and there.
const STRIDE: i64 = 7_919;

/// A log in a directory of its own, with an entry in the index for at least so many bytes.
fn log(home: &TempDir, index_interval_bytes: u32) -> Log {
    let home = RealDir::open(home.path()).expect("a directory");
    let dir = home.create_dir("bench-0").expect("a writable directory");
    let options = LogOptions { index_interval_bytes, ..LogOptions::default() };
    let opened = Log::open(dir, "bench-0", options, Recovery::default(), Now::at(NOW_MS));
    opened.expect("an empty log opens").0
}

fn batch(value_bytes: usize) -> AppendBatch {
    let mut batch = BatchBuilder::new();
    batch.push(NOW_MS, None, Some(&vec![7; value_bytes]), &[]);
    AppendBatch::new(batch.build().expect("a small batch")).expect("a whole batch")
}

fn append(log: &mut Log, batches: &[AppendBatch]) {
    let outcome = log.append(Now::at(NOW_MS), 0, Origin::Client, batches);
    assert!(outcome.results.iter().all(Result::is_ok));
}

/// The time that so many appends take, without that of emptying the log now and then.
fn time_of_appends(log: &mut Log, batches: &[AppendBatch], appends: u64) -> Duration {
    let mut spent = Duration::ZERO;
    for _ in 0..appends {
        if log.size_bytes() > LOG_BYTES_MAX {
            log.truncate_to(Now::at(NOW_MS), 0).expect("a log that can be cut");
        }
        let begun = Instant::now();
        append(log, batches);
        spent += begun.elapsed();
    }
    spent
}

fn appends(c: &mut Criterion) {
    let mut group = c.benchmark_group("append");
    for (what, batches) in
        [("a small batch", vec![batch(100)]), ("512 KiB", vec![batch(16_000); 32])]
    {
        let bytes: usize = batches.iter().map(|batch| batch.bytes.len()).sum();
        group.throughput(Throughput::Bytes(bytes as u64));
        for (index, interval_bytes) in [("no index entry", u32::MAX), ("an entry each", 0)] {
            let home = TempDir::new().expect("a temporary directory");
            let mut log = log(&home, interval_bytes);
            group.bench_function(format!("{what}, {index}"), |b| {
                b.iter_custom(|appends| time_of_appends(&mut log, &batches, appends));
            });
        }
    }
    group.finish();
}

fn reads(c: &mut Criterion) {
    let mut group = c.benchmark_group("read 16 KiB");
    let home = TempDir::new().expect("a temporary directory");
    let mut log = log(&home, LogOptions::default().index_interval_bytes);
    append(&mut log, &vec![batch(100); BATCHES as usize]);
    let mut offset = 0;
    for place in ["the last segment", "a sealed segment"] {
        group.bench_function(format!("find it in {place}"), |b| {
            b.iter(|| {
                offset = (offset + STRIDE) % BATCHES;
                log.read(offset, 16 << 10, true, i64::MAX).expect("an offset of the log")
            });
        });
        log.roll(Now::at(NOW_MS)).expect("a new segment");
    }
    let found = log.read(0, 16 << 10, true, i64::MAX).expect("an offset of the log");
    let slice = found.expect("there are records");
    group.bench_function("copy it from the file", |b| {
        b.iter_batched_ref(
            || vec![0; slice.length],
            |bytes| slice.file.read_exact_at(bytes, slice.position).expect("a file"),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .measurement_time(Duration::from_secs(1))
        .warm_up_time(Duration::from_millis(300));
    targets = appends, reads
}
criterion_main!(benches);

//! What the log costs where it lies on a disk: appending, finding what to read, opening.
//!
//! `cargo bench --bench log`. Files are below the target directory; the page cache takes the writes.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kabuki_log::{
    AppendBatch, Dir, Log, LogOptions, Now, OffsetQuery, Origin, RealDir, Recovery, Trust,
};
use kabuki_records::builder::BatchBuilder;
use tempfile::TempDir;

/// Bytes of the one record of a batch: small, and about what a producer's default gives.
const VALUE_BYTES: [usize; 2] = [100, 16_000];
/// Batches written with one call: alone, and what a busy partition finds in its mailbox.
const GROUPS: [usize; 2] = [1, 64];
/// What is in a log that is read or opened.
const LOG_BYTES: usize = 64 << 20;
const NAME: &str = "measured-0";

/// A directory for one log, removed when dropped.
struct Home {
    _dir: TempDir,
    home: RealDir,
}

impl Home {
    fn new() -> Self {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let dir = tempfile::tempdir_in(target).expect("a directory");
        let home = RealDir::create(dir.path()).expect("a directory");
        home.create_dir(NAME).expect("a directory");
        Self { _dir: dir, home }
    }

    fn open(&self, trust: Trust) -> Log {
        let dir = self.home.create_dir(NAME).expect("a directory");
        let recovery = Recovery { trust, ..Recovery::default() };
        Log::open(dir, NAME, LogOptions::default(), recovery, Now::at(1)).expect("a log").0
    }

    fn filled(value_bytes: usize) -> Self {
        let home = Self::new();
        let mut log = home.open(Trust::RecoveryPoint);
        let batches = vec![batch(value_bytes); 64];
        for _ in 0..LOG_BYTES / (64 * value_bytes) {
            log.append(Now::at(1), 0, Origin::Client, &batches);
        }
        home
    }
}

fn batch(value_bytes: usize) -> AppendBatch {
    let mut builder = BatchBuilder::new();
    builder.push(1, None, Some(&vec![7; value_bytes]), &[]);
    AppendBatch::new(builder.build().expect("one record")).expect("a batch")
}

/// Time per call, each sample into a log of its own.
fn appends(c: &mut Criterion) {
    let mut group = c.benchmark_group("append");
    for value_bytes in VALUE_BYTES {
        for count in GROUPS {
            let batches = vec![batch(value_bytes); count];
            group.throughput(Throughput::Bytes((value_bytes * count) as u64));
            let id = BenchmarkId::new(format!("{value_bytes} B"), format!("{count} a call"));
            group.bench_function(id, |b| b.iter_custom(|calls| append(&batches, calls)));
        }
    }
    group.finish();
}

fn append(batches: &[AppendBatch], calls: u64) -> Duration {
    let home = Home::new();
    let mut log = home.open(Trust::RecoveryPoint);
    let began = Instant::now();
    for _ in 0..calls {
        black_box(log.append(Now::at(1), 0, Origin::Client, batches));
    }
    began.elapsed()
}

/// Where the bytes from an offset on lie; they are not read.
fn reads(c: &mut Criterion) {
    for value_bytes in VALUE_BYTES {
        let mut group = c.benchmark_group(format!("find for a read, {value_bytes} B"));
        let home = Home::filled(value_bytes);
        let mut log = home.open(Trust::LastIndexEntry);
        let end = log.log_end_offset();
        for segment in ["last", "sealed"] {
            for (what, step) in [("in a row", 1), ("here and there", 7_919)] {
                let mut offset = 0;
                group.bench_function(BenchmarkId::new(what, segment), |b| {
                    b.iter(|| {
                        offset = (offset + step) % end;
                        log.read(offset, 1 << 20, true, i64::MAX).expect("an offset of the log")
                    });
                });
            }
            group.bench_function(BenchmarkId::new("by timestamp", segment), |b| {
                b.iter(|| log.offset_for(OffsetQuery::At(1)).expect("an index"));
            });
            log.roll(Now::at(1)).expect("a new segment");
        }
        log.append(Now::at(1), 0, Origin::Client, &[batch(value_bytes)]);
        log.roll(Now::at(1)).expect("a new segment");
        // Each of two readers closes what the other opened.
        group.bench_function("two sealed segments in turn", |b| {
            b.iter(|| {
                for offset in [0, end] {
                    log.read(offset, 1 << 20, true, i64::MAX).expect("an offset of the log");
                }
            });
        });
        group.finish();
    }
}

/// After an end that was not clean: everything is looked through, or what no index entry stands for.
fn opens(c: &mut Criterion) {
    let mut group = c.benchmark_group("open 64 MiB");
    group.throughput(Throughput::Bytes(LOG_BYTES as u64)).sample_size(20);
    let home = Home::filled(16_000);
    for trust in [Trust::RecoveryPoint, Trust::LastIndexEntry] {
        group.bench_function(format!("{trust:?}"), |b| b.iter(|| home.open(trust)));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .measurement_time(Duration::from_secs(2))
        .warm_up_time(Duration::from_millis(500));
    targets = appends, reads, opens
}
criterion_main!(benches);

//! What checking a produced batch costs, codec by codec: `cargo bench --bench records`.

use std::time::Duration;

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kabuki_records::builder::BatchBuilder;
use kabuki_records::codec::Codec;
use kabuki_records::crc;
use kabuki_records::validate::{ValidationRules, validate};

/// The time of the records, and the broker's.
const NOW_MS: i64 = 1_700_000_000_000;
/// Bytes of a record's value.
const VALUE_BYTES: usize = 100;

/// A batch whose values compress as numbers in text do.
fn batch(records: usize, codec: Codec) -> Bytes {
    let mut batch = BatchBuilder::new().codec(codec, None);
    for record in 0..records {
        let words = (0..VALUE_BYTES).map(|word| format!("{} ", (word + record) * 7919 % 10_007));
        let value: String = words.collect();
        batch.push(NOW_MS, None, Some(&value.as_bytes()[..VALUE_BYTES]), &[]);
    }
    batch.build().expect("a batch of some records")
}

fn validation(c: &mut Criterion) {
    let rules = ValidationRules::default();
    for records in [1, 1000] {
        let mut group = c.benchmark_group(format!("validate a batch of {records}"));
        group.throughput(Throughput::Elements(records as u64));
        for codec in Codec::ALL {
            let batch = batch(records, codec);
            group.bench_function(format!("{codec:?}"), |b| {
                b.iter(|| validate(&batch, &rules, NOW_MS).expect("a valid batch"));
            });
        }
        group.finish();
    }
}

fn checksum(c: &mut Criterion) {
    let mut group = c.benchmark_group("crc32c of a batch of");
    for records in [1, 1000] {
        let batch = batch(records, Codec::None);
        group.throughput(Throughput::Bytes(batch.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(records), |b| {
            b.iter(|| assert!(crc::is_intact(&batch)));
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .measurement_time(Duration::from_secs(1))
        .warm_up_time(Duration::from_millis(300));
    targets = validation, checksum
}
criterion_main!(benches);

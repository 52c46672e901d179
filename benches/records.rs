//! What a broker does with the records of a batch: checking it as it comes, compressing it anew.
//!
//! `cargo bench --bench records`.

use std::hint::black_box;
use std::time::Duration;

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kabuki_records::builder::BatchBuilder;
use kabuki_records::codec::{Codec, compress, decompress};
use kabuki_records::validate::{ValidationRules, validate};

const CODECS: [Codec; 5] = [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];
/// Records and bytes of a value: few large ones, many small ones, one alone.
const SHAPES: [(u32, usize); 3] = [(16, 1024), (1000, 100), (1, 100)];
const NOW_MS: i64 = 1_700_000_000_000;

/// Text of which about half repeats.
fn text(bytes: usize, seed: u32) -> Vec<u8> {
    let mut state = seed | 1;
    let mut text = Vec::with_capacity(bytes + 40);
    while text.len() < bytes {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.extend_from_slice(format!("\"order\":{},\"state\":\"paid\",", state >> 8).as_bytes());
    }
    text.truncate(bytes);
    text
}

fn batch(records: u32, value_bytes: usize, codec: Codec) -> Bytes {
    let mut builder = BatchBuilder::new().codec(codec, None);
    for number in 0..records {
        builder.push(NOW_MS, Some(b"key"), Some(&text(value_bytes, number)), &[]);
    }
    builder.build().expect("records that fit")
}

/// All checks of a Produce request's batch, decompression included.
fn checks(c: &mut Criterion) {
    let mut group = c.benchmark_group("check a batch");
    let rules = ValidationRules::default();
    for (records, value_bytes) in SHAPES {
        for codec in CODECS {
            let batch = batch(records, value_bytes, codec);
            let name = format!("{records} of {value_bytes} B, {}", codec.name());
            group.throughput(Throughput::Bytes(u64::from(records) * value_bytes as u64));
            group.bench_function(name, |b| {
                b.iter(|| validate(black_box(&batch), &rules, NOW_MS).expect("a valid batch"));
            });
        }
    }
    group.finish();
}

/// Blocks of the size of a producer's batch.
fn codecs(c: &mut Criterion) {
    let plain = text(100_000, 7);
    for codec in CODECS.into_iter().filter(|codec| *codec != Codec::None) {
        let mut group = c.benchmark_group(format!("100 kB, {}", codec.name()));
        group.throughput(Throughput::Bytes(plain.len() as u64));
        let packed = compress(codec, None, &plain).expect("it compresses");
        group.bench_function(BenchmarkId::from_parameter("compress"), |b| {
            b.iter(|| compress(codec, None, black_box(&plain)).expect("it compresses"));
        });
        group.bench_function(BenchmarkId::from_parameter("decompress"), |b| {
            b.iter(|| decompress(codec, black_box(&packed), 1 << 20).expect("it decompresses"));
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .measurement_time(Duration::from_secs(2))
        .warm_up_time(Duration::from_millis(500));
    targets = checks, codecs
}
criterion_main!(benches);

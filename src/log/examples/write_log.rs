//! Writes a partition's log of every kind of batch into a directory, for other programs to read:
//! `cargo run -p kabuki-log --example write_log -- DIRECTORY`.

use std::sync::Arc;

use kabuki_log::sim::Random;
use kabuki_log::{AppendBatch, Log, LogDir, LogOptions, Now, Origin, RealDir, Recovery};
use kabuki_records::builder::BatchBuilder;
use kabuki_records::codec::Codec;
use uuid::Uuid;

/// Batches in the log.
const BATCHES: u64 = 2_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which directory?")?;
    let log_dir = LogDir::open(Arc::new(RealDir::create(path)?))?;
    let dir = log_dir.open_partition("written", 0, Uuid::from_u128(42))?.dir;
    let options = LogOptions { segment_bytes: 100_000, ..LogOptions::default() };
    let now = Now::at(1_700_000_000_000);
    let (mut log, _) = Log::open(dir, "written-0", options, Recovery::default(), now)?;
    let mut random = Random::new(1);
    let mut sequence = 0;
    for number in 0..BATCHES {
        let (batch, records) = batch(number, sequence, now, &mut random)?;
        sequence += if number.is_multiple_of(2) { records } else { 0 };
        let epoch = (number / 700) as i32;
        for result in log.append(now, epoch, Origin::Client, &[batch]).results {
            result?;
        }
    }
    log.close()?;
    log_dir.mark_clean_shutdown(-1)?;
    println!("{} segments, {} records", log.segment_count(), log.log_end_offset());
    Ok(())
}

/// A batch of every codec in turn; every other one of an idempotent producer.
fn batch(
    number: u64,
    sequence: i32,
    now: Now,
    random: &mut Random,
) -> Result<(AppendBatch, i32), Box<dyn std::error::Error>> {
    let codecs = [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];
    let mut builder = BatchBuilder::new().codec(codecs[number as usize % codecs.len()], None);
    if number.is_multiple_of(2) {
        builder = builder.producer(7, 0, sequence);
    }
    let records = 1 + random.below(5) as i32;
    for _ in 0..records {
        let timestamp = now.wall_ms + number as i64 * 10 - random.below(30) as i64;
        builder.push(timestamp, Some(b"key"), Some(format!("value {number}").as_bytes()), &[]);
    }
    Ok((AppendBatch::new(builder.build()?).ok_or("not a batch")?, records))
}

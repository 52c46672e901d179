//! What appending, reading and recovering cost on this machine:
//! `cargo run --release -p kabuki-log --example measure -- DIRECTORY`.
#![expect(clippy::disallowed_methods, reason = "measures time")]

use std::time::Instant;

use kabuki_log::{
    AppendBatch, Dir, Log, LogOptions, Now, OffsetQuery, Origin, RealDir, Recovery, Trust,
};
use kabuki_records::builder::BatchBuilder;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let path = std::env::args().nth(1).ok_or("which directory?")?;
    let home = RealDir::create(path)?;
    for (value_bytes, group, total) in
        [(100, 1, 64 << 20), (100, 64, 64 << 20), (16_000, 1, 1 << 30), (16_000, 64, 1 << 30)]
    {
        measure(&home, value_bytes, group, total)?;
    }
    Ok(())
}

/// Appends `total` bytes in groups of batches, reads them, recovers them.
fn measure(home: &RealDir, value_bytes: usize, group: usize, total: u64) -> Result<(), Failure> {
    let name = "measured-0";
    let dir = home.create_dir(name)?;
    let open = |trust| {
        let recovery = Recovery { trust, ..Recovery::default() };
        Log::open(dir.clone(), name, LogOptions::default(), recovery, Now::at(1))
    };
    let (mut log, _) = open(Trust::RecoveryPoint)?;
    let batches = vec![batch(value_bytes)?; group];
    let count = total / batches[0].bytes.len() as u64;
    let begin = Instant::now();
    for _ in 0..count / group as u64 {
        log.append(Now::at(1), 0, Origin::Client, &batches);
    }
    let spent = begin.elapsed();
    println!(
        "batches of {} bytes, {group} a call: append {:.2} µs a batch, {:.0} MB/s",
        batches[0].bytes.len(),
        spent.as_secs_f64() * 1e6 / count as f64,
        total as f64 / 1e6 / spent.as_secs_f64()
    );
    println!("  in the last segment");
    reads(&mut log)?;
    log.roll(Now::at(1))?;
    println!("  in a sealed segment");
    reads(&mut log)?;
    log.append(Now::at(1), 0, Origin::Client, &batches);
    log.roll(Now::at(1))?;
    reads_in_turn(&mut log)?;
    drop(log);
    for trust in [Trust::RecoveryPoint, Trust::LastIndexEntry] {
        let begin = Instant::now();
        let (_, report) = open(trust)?;
        let spent = begin.elapsed().as_secs_f64();
        let speed = report.bytes_checked as f64 / 1e6 / spent;
        println!("  open, {trust:?}: {:.1} ms, {speed:.0} MB/s checked", spent * 1e3);
    }
    Ok(home.remove_dir_all(name)?)
}

fn reads(log: &mut Log) -> Result<(), Failure> {
    const READS: i64 = 100_000;
    let end = log.log_end_offset();
    for (what, step) in [("in a row", 1), ("here and there", 7_919)] {
        let begin = Instant::now();
        for number in 0..READS {
            log.read((number * step) % end, 1 << 20, true, i64::MAX)?;
        }
        let spent = begin.elapsed().as_secs_f64();
        println!("    find for a read {what}: {:.2} µs", spent * 1e6 / READS as f64);
    }
    const QUERIES: u32 = 10_000;
    let begin = Instant::now();
    for _ in 0..QUERIES {
        log.offset_for(OffsetQuery::At(1))?;
    }
    let spent = begin.elapsed().as_secs_f64();
    println!("    find by timestamp: {:.2} µs", spent * 1e6 / f64::from(QUERIES));
    Ok(())
}

/// Two readers in two sealed segments, each of which closes what the other opened.
fn reads_in_turn(log: &mut Log) -> Result<(), Failure> {
    const READS: i64 = 20_000;
    let last = log.log_end_offset() - 1;
    let begin = Instant::now();
    for number in 0..READS {
        log.read((number * 7_919) % last, 1 << 20, true, i64::MAX)?;
        log.read(last, 1 << 20, true, i64::MAX)?;
    }
    let spent = begin.elapsed().as_secs_f64();
    println!(
        "  find for a read in two sealed segments in turn: {:.2} µs",
        spent * 5e5 / READS as f64
    );
    Ok(())
}

fn batch(value_bytes: usize) -> Result<AppendBatch, Failure> {
    let mut builder = BatchBuilder::new();
    builder.push(1, None, Some(&vec![7; value_bytes]), &[]);
    Ok(AppendBatch::new(builder.build()?).ok_or("not a batch")?)
}

//! Opens a log that another program left, reads all of it, appends to it, and leaves it in order:
//! `cargo run -p kabuki-log --example extend_log -- LOG_DIR TOPIC PARTITION`.
//! The clean-shutdown mark and the checkpoints of the log dir are heeded, as a broker would.

use std::sync::Arc;

use kabuki_log::log_dir::{LOG_START_OFFSETS, RECOVERY_POINTS};
use kabuki_log::names::partition_dir;
use kabuki_log::{AppendBatch, Log, LogDir, LogOptions, Now, Origin, RealDir, Recovery, Trust};
use kabuki_records::builder::BatchBuilder;
use kabuki_records::reader::{Batches, OpenBatch};

type Failure = Box<dyn std::error::Error>;

/// Batches to append.
const BATCHES: u64 = 1_000;
/// More than any batch decompresses to here.
const DECOMPRESSED_BYTES_MAX: usize = 64 << 20;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(topic), Some(partition)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("which log dir, topic and partition?".into());
    };
    let partition = partition.parse()?;
    let log_dir = LogDir::open(Arc::new(RealDir::open(path)?))?;
    let epoch = log_dir.take_clean_shutdown()?;
    let offset_in = |name| -> Result<i64, Failure> {
        Ok(log_dir.load_checkpoint(name)?.get(&topic, partition).unwrap_or(0))
    };
    let recovery = Recovery {
        trust: if epoch.is_some() { Trust::CleanShutdown } else { Trust::RecoveryPoint },
        recovery_point: offset_in(RECOVERY_POINTS)?,
        log_start_offset: offset_in(LOG_START_OFFSETS)?,
    };
    println!("{recovery:?}");
    let name = partition_dir(&topic, partition);
    let dir = log_dir.dir().subdir(&name)?;
    let options = LogOptions { segment_bytes: 1 << 20, ..LogOptions::default() };
    let (mut log, report) = Log::open(dir, &name, options, recovery, Now::at(1_700_000_000_000))?;
    println!("{report:?}");
    println!("{} records in {} segments", count(&mut log)?, log.segment_count());
    println!("{:?}, {} producers", log.leader_epochs().entries(), log.producers().len());
    extend(&mut log)?;
    log.close()?;
    let mut points = log_dir.load_checkpoint(RECOVERY_POINTS)?;
    points.offsets.insert((topic, partition), log.recovery_point());
    log_dir.store_checkpoint(RECOVERY_POINTS, &points)?;
    log_dir.mark_clean_shutdown(epoch.unwrap_or(-1))?;
    println!("extended to {}", log.log_end_offset());
    Ok(())
}

/// Reads every record.
fn count(log: &mut Log) -> Result<i64, Failure> {
    let (mut offset, mut records) = (log.log_start_offset(), 0);
    while offset < log.log_end_offset() {
        let slice = log.read(offset, 1 << 20, true, i64::MAX)?.ok_or("nothing to read")?;
        let mut bytes = vec![0; slice.length];
        slice.file.read_exact_at(&mut bytes, slice.position)?;
        for batch in Batches::new(&bytes) {
            let batch = OpenBatch::open(batch?, DECOMPRESSED_BYTES_MAX)?;
            for record in batch.records() {
                record?;
                records += 1;
            }
            offset = batch.head().next_offset();
        }
    }
    Ok(records)
}

fn extend(log: &mut Log) -> Result<(), Failure> {
    let epoch = log.leader_epochs().latest().map_or(0, |it| it.epoch);
    for number in 0..BATCHES {
        let mut builder = BatchBuilder::new();
        let value = format!("appended {number}");
        builder.push(1_700_000_000_000, Some(b"key"), Some(value.as_bytes()), &[]);
        let batch = AppendBatch::new(builder.build()?).ok_or("not a batch")?;
        for result in
            log.append(Now::at(1_700_000_000_000), epoch, Origin::Client, &[batch]).results
        {
            result?;
        }
    }
    Ok(())
}

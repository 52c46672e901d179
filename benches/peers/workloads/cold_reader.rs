//! What one reader of old records, from the disk, does to the latency of the others.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use rustix::fs::{Advice, fadvise};

use super::{Stage, produce_16x1k};
use crate::error::{Error, Result};
use crate::load::{Consumer, Course, Rate, StreamLoad, Topic};
use crate::measure::metrics::{P99, THROUGHPUT, UNDISTURBED_P99};
use crate::measure::{Figures, Watch};

pub(super) const WHAT: &str = "end-to-end while a consumer reads 4 GB (quick: 1 GB) that are not in the page cache; throughput: that consumer's";

const PER_SECOND: u32 = 1000;

pub(super) async fn run(stage: &Stage<'_>) -> Result<Figures> {
    let old = Topic::create(stage.server, 1).await?;
    let bytes = stage.scale.of(4_000_000_000, 1_000_000_000, 64_000_000);
    let filled = produce_16x1k::LOAD.fill(stage.server, &old, bytes).await?;
    let seconds = stage.scale.of(20, 4, 1);
    let undisturbed = stream(stage, seconds * u64::from(PER_SECOND), None).await?;
    drop_cached(stage.server.data())?;
    let mut figures = stream(stage, u64::MAX, Some((&old, filled.records))).await?;
    if let Some(p99) = undisturbed.get(P99) {
        figures.set(UNDISTURBED_P99, p99);
    }
    old.delete(stage.server).await?;
    Ok(figures)
}

/// Runs a stream: to its end, or until a reader has read its records.
async fn stream(stage: &Stage<'_>, records: u64, reader: Option<(&Topic, u64)>) -> Result<Figures> {
    let topic = Topic::create(stage.server, 1).await?;
    let rate = Rate { per_second: PER_SECOND, records };
    let stream = StreamLoad::open(stage.server, &topic, rate).await?;
    let reading = reader.map(|(old, records)| {
        let (address, old) = (stage.server.address().to_owned(), old.clone());
        let course = stream.course();
        // A thread of its own, so that the stream is not kept waiting by this side's work on what is read.
        std::thread::spawn(move || read_in_its_own_time(&address, &old, records, &course))
    });
    let watch = Watch::begin(stage.server.process())?;
    let streamed = stream.run().await?;
    let mut figures = watch.end()?.resources();
    streamed.end_to_end.write_to(&mut figures);
    if let Some(reading) = reading {
        figures.set(THROUGHPUT, reading.join().expect("a reader does not panic")?);
    }
    topic.delete(stage.server).await?;
    Ok(figures)
}

/// Reads all records, ends the stream, and tells the throughput in MB/s.
fn read_in_its_own_time(
    address: &str,
    topic: &Topic,
    records: u64,
    stream: &Arc<Course>,
) -> Result<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Error::io("starting a reader"))?;
    let outcome = runtime.block_on(read(address, topic, records));
    stream.stop();
    outcome
}

async fn read(address: &str, topic: &Topic, records: u64) -> Result<f64> {
    let mut consumer = Consumer::open(address, topic, 0..1).await?;
    let began = Instant::now();
    let mut read = 0;
    while read < records {
        read += consumer.poll().await?.records;
    }
    let batch = produce_16x1k::LOAD.batch;
    let bytes = read / u64::from(batch.records) * batch.payload_bytes();
    Ok(bytes as f64 / 1e6 / began.elapsed().as_secs_f64())
}

/// Writes out every file below `dir` and lets the kernel forget its pages.
fn drop_cached(dir: &Path) -> Result<()> {
    let what = || Error::io(format!("dropping {} from the page cache", dir.display()));
    for entry in fs::read_dir(dir).map_err(what())? {
        let path = entry.map_err(what())?.path();
        if path.is_dir() {
            drop_cached(&path)?;
            continue;
        }
        // Files come and go under a running broker.
        let Ok(file) = File::open(&path) else { continue };
        file.sync_data().map_err(what())?;
        fadvise(&file, 0, None, Advice::DontNeed).map_err(|errno| what()(errno.into()))?;
    }
    Ok(())
}

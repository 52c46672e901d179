//! librdkafka's consumer, with its defaults: kcat reads a topic from the page cache to its end.

use std::process::Stdio;
use std::time::Instant;

use tokio::process::Command;

use super::{Stage, produce_1000x100};
use crate::error::{Error, Result};
use crate::load::Topic;
use crate::measure::metrics::{CPU_PER_GB, GENERATOR_CORES, THROUGHPUT};
use crate::measure::{Figures, Process, Watch};

pub(super) const WHAT: &str = "kcat (librdkafka at its defaults) reads records of 100 B from the page cache, 16 partitions; generator CPU: kcat's";

/// Printed for each record, so that they can be counted.
const FORMAT: &str = "\n";

pub(super) async fn run(stage: &Stage<'_>) -> Result<Figures> {
    let topic = Topic::create(stage.server, produce_1000x100::LOAD.partitions).await?;
    let bytes = stage.scale.cached_bytes();
    let filled = produce_1000x100::LOAD.fill(stage.server, &topic, bytes).await?;
    let watch = Watch::begin(stage.server.process())?;
    let (began, client_before) = (Instant::now(), Process::own().children_cpu()?);
    let read = consume(stage, &topic).await?;
    let seconds = began.elapsed().as_secs_f64();
    let client = Process::own().children_cpu()?.since(client_before);
    let spent = watch.end()?;
    if read != filled.records {
        let written = filled.records;
        return Err(Error::Failed(format!("{written} records written, kcat read {read}")));
    }
    topic.delete(stage.server).await?;
    let gigabytes = filled.payload_bytes as f64 / 1e9;
    let mut figures = spent.resources();
    figures.set(GENERATOR_CORES, client.total() / spent.seconds);
    figures.set(CPU_PER_GB, spent.broker.total() / gigabytes);
    figures.set(THROUGHPUT, gigabytes * 1e3 / seconds);
    Ok(figures)
}

async fn consume(stage: &Stage<'_>, topic: &Topic) -> Result<u64> {
    let mut command = Command::new("kcat");
    command.args(["-C", "-q", "-e", "-o", "beginning", "-f", FORMAT, "-t", &topic.name]);
    command.args(["-b", stage.server.address()]).stderr(Stdio::null()).kill_on_drop(true);
    let output = command.output().await.map_err(Error::io("kcat"))?;
    Ok(output.stdout.len() as u64)
}

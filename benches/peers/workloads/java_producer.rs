//! Kafka's own producer, with its defaults: what its users see, of which the client may be the bottleneck.

use tokio::process::Command;

use super::Stage;
use crate::error::{Error, Result};
use crate::load::Topic;
use crate::measure::metrics::{CPU_PER_GB, GENERATOR_CORES, P50, P99, P999, THROUGHPUT};
use crate::measure::{Figures, Process, Watch};

pub(super) const WHAT: &str = "Kafka's ProducerPerformance at its defaults (idempotent, acks=all): records of 1,000 bytes into 4 \
     partitions; generator CPU: the client's; latency is measured by the client, in ms";

const RECORD_BYTES: u64 = 1000;
const TOOL: &str = "org.apache.kafka.tools.ProducerPerformance";

pub(super) async fn run(stage: &Stage<'_>) -> Result<Figures> {
    let topic = Topic::create(stage.server, 4).await?;
    let records: u64 = stage.scale.of(1_000_000, 300_000, 50_000);
    let watch = Watch::begin(stage.server.process())?;
    let client_before = Process::own().children_cpu()?;
    let printed = produce(stage, &topic, records).await?;
    let client = Process::own().children_cpu()?.since(client_before);
    let spent = watch.end()?;
    let told = Told::of(&printed).ok_or_else(|| Error::Failed(format!("{TOOL}: {printed}")))?;
    let read = crate::load::count_records(stage.server, &topic).await?;
    if read != records {
        return Err(Error::Failed(format!("{TOOL} sent {records} records, {read} read back")));
    }
    topic.delete(stage.server).await?;
    let mut figures = spent.resources();
    figures.set(GENERATOR_CORES, client.total() / spent.seconds);
    figures.set(CPU_PER_GB, spent.broker.total() / (records * RECORD_BYTES) as f64 * 1e9);
    figures.set(THROUGHPUT, told.records_per_second * RECORD_BYTES as f64 / 1e6);
    for (metric, ms) in [(P50, told.p50_ms), (P99, told.p99_ms), (P999, told.p999_ms)] {
        figures.set(metric, ms);
    }
    Ok(figures)
}

async fn produce(stage: &Stage<'_>, topic: &Topic, records: u64) -> Result<String> {
    let mut command = Command::from(stage.programs.kafka_tool(TOOL)?);
    command.args(["--topic", &topic.name, "--num-records", &records.to_string()]);
    command.args(["--record-size", &RECORD_BYTES.to_string(), "--throughput", "-1"]);
    command.args(["--bootstrap-server", stage.server.address()]).kill_on_drop(true);
    let output = command.output().await.map_err(Error::io(TOOL))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What the tool says at its end.
#[derive(Debug, PartialEq)]
struct Told {
    records_per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    p999_ms: f64,
}

impl Told {
    /// Reads `N records sent, N records/sec (N MB/sec), N ms avg latency, N ms max latency, N ms 50th, …`, the last line.
    fn of(printed: &str) -> Option<Self> {
        let last = printed.lines().rfind(|line| line.contains("records sent"))?;
        let before = |what: &str| last.split(what).next()?.rsplit([' ', ',']).next()?.parse().ok();
        Some(Self {
            records_per_second: before(" records/sec")?,
            p50_ms: before(" ms 50th")?,
            p99_ms: before(" ms 99th")?,
            p999_ms: before(" ms 99.9th")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_tells() {
        let printed = "5 records sent, 1.0 records/sec (0.00 MB/sec), 1.0 ms avg latency, 2.0 ms max latency.\n\
             300000 records sent, 61236.4 records/sec (58.40 MB/sec), 411.95 ms avg latency, 900.00 ms max latency, \
             400 ms 50th, 800 ms 95th, 880 ms 99th, 899 ms 99.9th.\n";
        let expected =
            Told { records_per_second: 61236.4, p50_ms: 400.0, p99_ms: 880.0, p999_ms: 899.0 };
        assert_eq!(Told::of(printed), Some(expected));
        assert_eq!(Told::of("Exception in thread"), None);
    }
}

//! One consumer reads from the page cache: mostly `sendfile`.

use std::time::Instant;

use tokio::task::JoinSet;

use super::{Stage, produce_16x1k};
use crate::error::Result;
use crate::load::{Consumer, ProduceLoad, Topic};
use crate::measure::{Done, Figures, Watch};

pub(super) const WHAT: &str =
    "fetch from the page cache, 1 connection, 1 partition, 1 MiB an answer";

pub(super) async fn run(stage: &Stage<'_>) -> Result<Figures> {
    measure(stage, produce_16x1k::LOAD, 1).await
}

/// Writes a topic, and lets consumers, each with partitions of its own, read it again and again.
pub(super) async fn measure(
    stage: &Stage<'_>,
    filling: ProduceLoad,
    consumers: i32,
) -> Result<Figures> {
    let topic = Topic::create(stage.server, filling.partitions).await?;
    filling.fill(stage.server, &topic, stage.scale.cached_bytes()).await?;
    let share = topic.partitions / consumers;
    let mut ready = vec![];
    for number in 0..consumers {
        let partitions = number * share..(number + 1) * share;
        ready.push(Consumer::open(stage.server.address(), &topic, partitions).await?);
    }
    let watch = Watch::begin(stage.server.process())?;
    let deadline = Instant::now() + stage.scale.time();
    let mut running = JoinSet::new();
    let payload_bytes = filling.batch.payload_bytes() / u64::from(filling.batch.records);
    ready.into_iter().for_each(|consumer| {
        running.spawn(read_until(deadline, consumer, payload_bytes));
    });
    let mut done = Done::default();
    while let Some(finished) = running.join_next().await {
        done.add(&finished.expect("a consumer does not panic")?);
    }
    let figures = watch.end()?.figures(&done);
    topic.delete(stage.server).await?;
    Ok(figures)
}

async fn read_until(deadline: Instant, mut consumer: Consumer, payload_bytes: u64) -> Result<Done> {
    let mut done = Done::default();
    while Instant::now() < deadline {
        let asked = Instant::now();
        let fetched = consumer.poll().await?;
        done.latencies.record(asked.elapsed());
        done.requests += 1;
        done.records += fetched.records;
        done.payload_bytes += fetched.records * payload_bytes;
        if consumer.is_at_end() {
            consumer.rewind();
        }
    }
    Ok(done)
}

//! Consumers that wait: what a broker does while nothing happens.

use std::time::Instant;

use tokio::task::JoinSet;

use super::Stage;
use crate::error::Result;
use crate::load::{SessionConsumer, Topic, WAIT_MAX};
use crate::measure::metrics::SESSIONS;
use crate::measure::{Done, Figures, Watch};

pub(super) const WHAT: &str = "1,000 consumers wait (500 ms at a time, with fetch sessions) at the same 1,000 idle \
     partitions; latency: how late the answers are";

pub(super) async fn run(stage: &Stage<'_>) -> Result<Figures> {
    let topic = Topic::create(stage.server, stage.scale.of(1000, 1000, 100)).await?;
    let mut consumers = JoinSet::new();
    for _ in 0..stage.scale.of(1000, 1000, 100) {
        let mut consumer = SessionConsumer::open(stage.server.address(), &topic).await?;
        consumers.spawn(async move {
            // The first begins the session, the second is the first that it is good for.
            consumer.poll().await?;
            consumer.poll().await.map(|()| consumer)
        });
    }
    let mut waiting = vec![];
    while let Some(consumer) = consumers.join_next().await {
        waiting.push(consumer.expect("a consumer does not panic")?);
    }
    let sessions = waiting.iter().filter(|consumer| consumer.has_session()).count();
    let mut figures = watch(stage, waiting).await?;
    figures.set(SESSIONS, sessions as f64);
    topic.delete(stage.server).await?;
    Ok(figures)
}

async fn watch(stage: &Stage<'_>, waiting: Vec<SessionConsumer>) -> Result<Figures> {
    let watch = Watch::begin(stage.server.process())?;
    let deadline = Instant::now() + stage.scale.idle_time();
    let mut running = JoinSet::new();
    waiting.into_iter().for_each(|consumer| {
        running.spawn(wait_until(deadline, consumer));
    });
    let (mut done, mut consumers) = (Done::default(), vec![]);
    while let Some(finished) = running.join_next().await {
        let (waited, consumer) = finished.expect("a consumer does not panic")?;
        done.add(&waited);
        consumers.push(consumer);
    }
    let spent = watch.end()?;
    for consumer in consumers {
        consumer.close().await?;
    }
    let mut figures = spent.idle_figures();
    spent.write_requests(done.requests, &mut figures);
    done.latencies.write_to(&mut figures);
    Ok(figures)
}

async fn wait_until(
    deadline: Instant,
    mut consumer: SessionConsumer,
) -> Result<(Done, SessionConsumer)> {
    let mut done = Done::default();
    while Instant::now() < deadline {
        let asked = Instant::now();
        consumer.poll().await?;
        done.latencies.record(asked.elapsed().saturating_sub(WAIT_MAX));
        done.requests += 1;
    }
    Ok((done, consumer))
}

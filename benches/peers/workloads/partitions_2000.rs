//! Two thousand partitions: creation, and starting again, after a clean end and after `kill -9` with data to look through.

use std::time::Instant;

use super::{Workshop, start};
use crate::error::Result;
use crate::load::{Batch, ProduceLoad, Topic};
use crate::measure::Figures;
use crate::measure::metrics::{CLEAN_RESTART, CRASH_RESTART, CREATION, STOP};

pub(super) const WHAT: &str = "2,000 partitions: created in one request, idle, stopped and started; then 9 GB (quick: 1 GB) \
     written to them, kill -9, started";

const FILLING: ProduceLoad = ProduceLoad {
    connections: 2,
    partitions: 2000,
    partitions_per_request: 10,
    in_flight: 2,
    batch: Batch::plain(16, 1024),
};

pub(super) async fn run(workshop: &Workshop<'_>) -> Result<Figures> {
    let home = workshop.home()?;
    let server = home.start(&[]).await?;
    let asked = Instant::now();
    let topics = [Topic::create(&server, FILLING.partitions).await?];
    let created_in = asked.elapsed();
    let mut figures = start::idle(workshop, &server).await?;
    figures.set(CREATION, created_in.as_secs_f64());
    figures.set(STOP, server.stop().await?.as_secs_f64());
    let server = home.start(&topics).await?;
    figures.set(CLEAN_RESTART, server.ready_after().as_secs_f64());
    let bytes = workshop.scale.of(9_000_000_000, 1_000_000_000, 0);
    FILLING.fill(&server, &topics[0], bytes).await?;
    server.kill();
    let server = home.start(&topics).await?;
    figures.set(CRASH_RESTART, server.ready_after().as_secs_f64());
    server.stop().await?;
    Ok(figures)
}

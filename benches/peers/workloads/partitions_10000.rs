//! Ten thousand partitions that nobody uses.

use std::time::Instant;

use super::{Workshop, start};
use crate::error::Result;
use crate::load::Topic;
use crate::measure::Figures;
use crate::measure::metrics::{CLEAN_RESTART, CREATION, STOP};

pub(super) const WHAT: &str =
    "10,000 idle partitions in 5 topics: creation, memory, CPU, stopped and started";

const TOPICS: usize = 5;
const PARTITIONS: i32 = 2000;

pub(super) async fn run(workshop: &Workshop<'_>) -> Result<Figures> {
    let home = workshop.home()?;
    let server = home.start(&[]).await?;
    let asked = Instant::now();
    let mut topics = vec![];
    for _ in 0..TOPICS {
        topics.push(Topic::create(&server, PARTITIONS).await?);
    }
    let created_in = asked.elapsed();
    let mut figures = start::idle(workshop, &server).await?;
    figures.set(CREATION, created_in.as_secs_f64());
    figures.set(STOP, server.stop().await?.as_secs_f64());
    let server = home.start(&topics).await?;
    figures.set(CLEAN_RESTART, server.ready_after().as_secs_f64());
    server.stop().await?;
    Ok(figures)
}

//! How soon groups are there again after a crash.

use std::time::{Duration, Instant};

use super::Workshop;
use crate::error::Result;
use crate::load::{CommitLoad, await_coordinators};
use crate::measure::Figures;
use crate::measure::metrics::{CRASH_RESTART, GROUPS_BACK};

pub(super) const WHAT: &str = "1,000,000 offsets committed (1,000 groups, 10 partitions, 100 times; quick: 10 times), kill -9, \
     started, until every group tells its offsets, which are checked";

const LOAD: CommitLoad = CommitLoad { groups: 1000, partitions: 10 };
/// Writing ends by number, not by time.
const WRITTEN_WITHIN: Duration = Duration::from_secs(3600);

pub(super) async fn run(workshop: &Workshop<'_>) -> Result<Figures> {
    let home = workshop.home()?;
    let server = home.start(&[]).await?;
    let committers = LOAD.open(&server).await?;
    let committed = committers.run(WRITTEN_WITHIN, workshop.scale.of(100, 10, 0)).await?;
    server.kill();
    let server = home.start(std::slice::from_ref(&committed.topic)).await?;
    let ready = Instant::now();
    await_coordinators(&server, &committed.topic, &committed.groups).await?;
    let back = ready.elapsed();
    let ready = server.ready_after();
    committed.check(&server).await?;
    server.stop().await?;
    let mut figures = Figures::default();
    figures.set(CRASH_RESTART, ready.as_secs_f64());
    figures.set(GROUPS_BACK, (ready + back).as_secs_f64());
    Ok(figures)
}

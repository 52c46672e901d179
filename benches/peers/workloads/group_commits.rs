//! Groups that commit offsets as fast as they are answered.

use super::Stage;
use crate::error::Result;
use crate::load::CommitLoad;
use crate::measure::metrics::OFFSETS;
use crate::measure::{Figures, Watch};

pub(super) const WHAT: &str = "200 groups commit the offsets of 4 partitions a request, 1 in flight each, with the default \
     group.coordinator.append.linger.ms; the last commit of every group is read back";

const LOAD: CommitLoad = CommitLoad { groups: 200, partitions: 4 };

pub(super) async fn run(stage: &Stage<'_>) -> Result<Figures> {
    let committers = LOAD.open(stage.server).await?;
    let watch = Watch::begin(stage.server.process())?;
    let committed = committers.run(stage.scale.time(), u64::MAX).await?;
    let spent = watch.end()?;
    committed.check(stage.server).await?;
    let mut figures = spent.resources();
    let requests = committed.done.requests;
    spent.write_requests(requests, &mut figures);
    figures.set(OFFSETS, requests as f64 * f64::from(LOAD.partitions) / spent.seconds);
    committed.done.latencies.write_to(&mut figures);
    committed.delete(stage.server).await?;
    Ok(figures)
}

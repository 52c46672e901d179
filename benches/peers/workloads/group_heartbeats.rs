//! Many groups in which nothing happens.

use super::Stage;
use crate::error::Result;
use crate::load::HeartbeatLoad;
use crate::measure::{Figures, Watch};

pub(super) const WHAT: &str = "1,000 groups of 3 members of the classic protocol, each with a heartbeat every 3 s, evenly spread; \
     nobody may be thrown out; latency: from when a heartbeat is due";

pub(super) async fn run(stage: &Stage<'_>) -> Result<Figures> {
    let load = HeartbeatLoad { groups: stage.scale.of(1000, 1000, 100), members: 3 };
    let mut groups = load.open(stage.server).await?;
    let watch = Watch::begin(stage.server.process())?;
    let done = groups.beat(stage.scale.of(6, 3, 1)).await?;
    let spent = watch.end()?;
    groups.end(stage.server).await?;
    let mut figures = spent.idle_figures();
    spent.write_requests(done.requests, &mut figures);
    done.latencies.write_to(&mut figures);
    Ok(figures)
}

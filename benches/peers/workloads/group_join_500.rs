//! A large group that begins all at once.

use super::Stage;
use crate::error::Result;
use crate::load::JoinLoad;
use crate::measure::metrics::{AT_ONE_EPOCH, CONVERGED, CPU};
use crate::measure::{Figures, Watch};

pub(super) const WHAT: &str = "500 members of one group of the consumer protocol (KIP-848) join at once and share 1,000 partitions, \
     with heartbeats when the Java consumer sends them, the server at its defaults";

pub(super) async fn run(stage: &Stage<'_>) -> Result<Figures> {
    let (members, partitions) = stage.scale.of((500, 1000), (500, 1000), (50, 100));
    let mut joiners = JoinLoad { members, partitions }.open(stage.server).await?;
    let watch = Watch::begin(stage.server.process())?;
    let settled = joiners.join().await?;
    let spent = watch.end()?;
    joiners.check(stage.server).await?;
    joiners.end(stage.server).await?;
    let mut figures = spent.resources();
    figures.set(CONVERGED, settled.assigned.as_secs_f64());
    figures.set(AT_ONE_EPOCH, settled.at_one_epoch.as_secs_f64());
    figures.set(CPU, spent.broker.total());
    Ok(figures)
}

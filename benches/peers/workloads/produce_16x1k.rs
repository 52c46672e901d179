//! One producer with large values: mostly bytes.

use super::Stage;
use crate::error::Result;
use crate::load::{Batch, ProduceLoad};
use crate::measure::Figures;

pub(super) const WHAT: &str =
    "produce 16 records of 1 KiB a batch, 1 connection, 5 in flight, acks=1";

/// Also what other workloads fill a topic of one partition with.
pub(super) const LOAD: ProduceLoad = ProduceLoad {
    connections: 1,
    partitions: 1,
    partitions_per_request: 1,
    in_flight: 5,
    batch: Batch::plain(16, 1024),
};

pub(super) async fn run(stage: &Stage<'_>) -> Result<Figures> {
    LOAD.measure(stage.server, stage.scale.limits()).await
}

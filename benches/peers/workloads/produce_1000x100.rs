//! A few producers with large batches of small records: mostly checks of records.

use super::Stage;
use crate::error::Result;
use crate::load::{Batch, ProduceLoad};
use crate::measure::Figures;

pub(super) const WHAT: &str =
    "produce 1000 records of 100 B a batch, 4 connections, 16 partitions, 5 in flight, acks=1";

/// Also what other workloads fill a topic of several partitions with.
pub(super) const LOAD: ProduceLoad = ProduceLoad {
    connections: 4,
    partitions: 16,
    partitions_per_request: 1,
    in_flight: 5,
    batch: Batch::plain(1000, 100),
};

pub(super) async fn run(stage: &Stage<'_>) -> Result<Figures> {
    LOAD.measure(stage.server, stage.scale.limits()).await
}

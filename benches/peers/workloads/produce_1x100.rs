//! Many producers with one small record each: nothing but requests.

use super::Stage;
use crate::error::Result;
use crate::load::{Batch, ProduceLoad};
use crate::measure::Figures;

pub(super) const WHAT: &str =
    "produce 1 record of 100 B a batch, 16 connections, 16 partitions, 1 in flight, acks=1";

const LOAD: ProduceLoad = ProduceLoad {
    connections: 16,
    partitions: 16,
    partitions_per_request: 1,
    in_flight: 1,
    batch: Batch::plain(1, 100),
};

pub(super) async fn run(stage: &Stage<'_>) -> Result<Figures> {
    LOAD.measure(stage.server, stage.scale.limits()).await
}

//! Several consumers of several partitions each read from the page cache.

use super::{Stage, fetch_cached, produce_1000x100};
use crate::error::Result;
use crate::measure::Figures;

pub(super) const WHAT: &str =
    "fetch from the page cache, 4 connections, 16 partitions, up to 4 MiB an answer";

pub(super) async fn run(stage: &Stage<'_>) -> Result<Figures> {
    fetch_cached::measure(stage, produce_1000x100::LOAD, 4).await
}

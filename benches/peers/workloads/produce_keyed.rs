//! Many producers that spread small batches of keyed records over many partitions, as keyed producers with a short linger do.

use kabuki_records::codec::Codec;

use super::Stage;
use crate::error::Result;
use crate::load::{Batch, ProduceLoad};
use crate::measure::Figures;

pub(super) const WHAT: &str = "produce 8 keyed records of 100 B a batch, 10 batches a request, 100 connections, \
     100 partitions, 1 in flight, acks=1";
pub(super) const WHAT_LZ4: &str = "as produce-keyed, compressed with lz4";
pub(super) const WHAT_ZSTD: &str = "as produce-keyed, compressed with zstd";

pub(super) async fn run(stage: &Stage<'_>, codec: Codec) -> Result<Figures> {
    let load = ProduceLoad {
        connections: 100,
        partitions: 100,
        partitions_per_request: 10,
        in_flight: 1,
        batch: Batch { records: 8, value_bytes: 100, is_keyed: true, codec },
    };
    load.measure(stage.server, stage.scale.limits()).await
}

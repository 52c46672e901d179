//! How long a record takes from its producer to its consumer while there is little to do.

use super::Stage;
use crate::error::Result;
use crate::load::{Rate, StreamLoad, Topic};
use crate::measure::{Figures, Watch};

pub(super) const WHAT: &str =
    "from producer to consumer, 1,000 records of 100 B a second, open loop, acks=1";

const PER_SECOND: u32 = 1000;

pub(super) async fn run(stage: &Stage<'_>) -> Result<Figures> {
    let topic = Topic::create(stage.server, 1).await?;
    let seconds = stage.scale.of(30, 8, 2);
    let rate = Rate { per_second: PER_SECOND, records: seconds * u64::from(PER_SECOND) };
    let stream = StreamLoad::open(stage.server, &topic, rate).await?;
    let watch = Watch::begin(stage.server.process())?;
    let streamed = stream.run().await?;
    let spent = watch.end()?;
    let mut figures = spent.resources();
    streamed.end_to_end.write_to(&mut figures);
    spent.write_requests(streamed.requests, &mut figures);
    topic.delete(stage.server).await?;
    Ok(figures)
}

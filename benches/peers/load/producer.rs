//! Producers that send as fast as they are answered.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use kabuki_wire::messages::ProduceRequest;
use kabuki_wire::{ApiKey, decode_response};
use tokio::task::JoinSet;

use super::batch::{Batch, produce_frame};
use super::connection::{Receiver, Sender, open, version_of};
use super::topic::Topic;
use crate::error::{Error, Result};
use crate::measure::{Done, Figures, Watch};
use crate::server::Server;

/// A load of producers that wait for answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProduceLoad {
    /// Connections, each a producer.
    pub(crate) connections: usize,
    /// Partitions of the topic; every producer writes to all of them in turn.
    pub(crate) partitions: i32,
    /// Partitions that one request carries a batch for; a divisor of `partitions`.
    pub(crate) partitions_per_request: i32,
    /// Requests that a producer has under way at most.
    pub(crate) in_flight: usize,
    /// What each batch looks like.
    pub(crate) batch: Batch,
}

/// When a load has run long enough: whichever comes first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// On the clock.
    pub(crate) time: Duration,
    /// Bytes of keys and values, of all connections together: what the disk is spared.
    pub(crate) payload_bytes: u64,
}

impl ProduceLoad {
    /// Runs the load on a topic of its own, reads everything back, and counts it.
    pub(crate) async fn measure(&self, server: &Server, limits: Limits) -> Result<Figures> {
        let topic = Topic::create(server, self.partitions).await?;
        let (done, figures) = self.watch(server, &topic, limits).await?;
        let read = super::count_records(server, &topic).await?;
        if read != done.records {
            let acknowledged = done.records;
            let text = format!("{acknowledged} records were acknowledged, {read} read back");
            return Err(Error::Failed(text));
        }
        topic.delete(server).await?;
        Ok(figures)
    }

    /// Writes at least `payload_bytes` for others to read.
    pub(crate) async fn fill(
        &self,
        server: &Server,
        topic: &Topic,
        payload_bytes: u64,
    ) -> Result<Done> {
        let limits = Limits { time: Duration::from_secs(3600), payload_bytes };
        Ok(self.watch(server, topic, limits).await?.0)
    }

    async fn watch(
        &self,
        server: &Server,
        topic: &Topic,
        limits: Limits,
    ) -> Result<(Done, Figures)> {
        let version = version_of::<ProduceRequest>(server.address()).await?;
        let share = limits.payload_bytes.div_ceil(self.connections as u64);
        let mut producers = vec![];
        for number in 0..self.connections {
            let (sender, receiver) = open(server.address()).await?;
            let frames = self.frames(version, topic, number)?;
            let load = *self;
            producers.push(Producer {
                load,
                version,
                sender,
                receiver,
                frames,
                sent: VecDeque::new(),
            });
        }
        let watch = Watch::begin(server.process())?;
        let deadline = Instant::now() + limits.time;
        let mut running = JoinSet::new();
        for producer in producers {
            running.spawn(producer.run(deadline, share));
        }
        let mut done = Done::default();
        while let Some(finished) = running.join_next().await {
            done.add(&finished.expect("a producer does not panic")?);
        }
        let figures = watch.end()?.figures(&done);
        Ok((done, figures))
    }

    /// The requests of one producer, which begin at another partition than those of the next.
    fn frames(&self, version: i16, topic: &Topic, producer: usize) -> Result<Vec<BytesMut>> {
        let batch = self.batch.encode()?;
        let requests = self.partitions / self.partitions_per_request;
        let first = producer as i32 % requests;
        let frame = |number: i32| {
            let from = (first + number) % requests * self.partitions_per_request;
            let batches = from..from + self.partitions_per_request;
            produce_frame(version, topic.id, batches.map(|index| (index, batch.clone())).collect())
        };
        (0..requests).map(frame).collect()
    }

    fn payload_bytes_per_request(&self) -> u64 {
        self.batch.payload_bytes() * self.partitions_per_request as u64
    }
}

/// One connection.
struct Producer {
    load: ProduceLoad,
    version: i16,
    sender: Sender,
    receiver: Receiver,
    frames: Vec<BytesMut>,
    /// When the requests under way were sent, oldest first.
    sent: VecDeque<Instant>,
}

impl Producer {
    async fn run(mut self, deadline: Instant, payload_bytes_max: u64) -> Result<Done> {
        let mut done = Done::default();
        let requests_max = payload_bytes_max.div_ceil(self.load.payload_bytes_per_request());
        for number in 0..requests_max {
            if Instant::now() >= deadline {
                break;
            }
            if self.sent.len() == self.load.in_flight {
                self.take_answer(&mut done).await?;
            }
            let turn = number as usize % self.frames.len();
            self.sent.push_back(Instant::now());
            self.sender.send(&mut self.frames[turn]).await?;
        }
        while !self.sent.is_empty() {
            self.take_answer(&mut done).await?;
        }
        Ok(done)
    }

    async fn take_answer(&mut self, done: &mut Done) -> Result<()> {
        let body = self.receiver.response(ApiKey::Produce, self.version).await?;
        let sent = self.sent.pop_front().expect("an answer belongs to a request");
        done.latencies.record(sent.elapsed());
        check_produced(body, self.version)?;
        done.requests += 1;
        done.records +=
            u64::from(self.load.batch.records) * self.load.partitions_per_request as u64;
        done.payload_bytes += self.load.payload_bytes_per_request();
        Ok(())
    }
}

/// `Err` unless every partition took its batch.
pub(super) fn check_produced(mut body: Bytes, version: i16) -> Result<()> {
    let response = decode_response::<ProduceRequest>(&mut body, version)?;
    let partitions = response.responses.iter().flat_map(|topic| &topic.partition_responses);
    partitions.into_iter().try_for_each(|partition| Error::check("Produce", partition.error_code))
}

//! Records from a producer to a consumer at a fixed rate, and how long each was on its way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use bytes::BytesMut;
use kabuki_wire::ApiKey;
use kabuki_wire::messages::ProduceRequest;

use super::batch::{Batch, produce_frame};
use super::connection::{Receiver, Sender, open, version_of};
use super::consumer::Consumer;
use super::pacer::{Pacer, Schedule};
use super::producer::check_produced;
use super::topic::Topic;
use crate::error::Result;
use crate::measure::Latencies;
use crate::server::Server;

/// One record, alone in its batch and its request.
const RECORD: Batch = Batch::plain(1, 100);

/// How fast and how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    /// Records per second.
    pub(crate) per_second: u32,
    /// Records in all, if nobody stops the stream before.
    pub(crate) records: u64,
}

/// How far a stream is, for those that are part of it, and for who wants to end it.
#[derive(Debug, Default)]
pub(crate) struct Course {
    is_stopped: AtomicBool,
    sent: AtomicU64,
    is_sent: AtomicBool,
}

impl Course {
    /// Lets the stream end early: what was sent until now still arrives.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    /// Whether so many are all that were sent and ever will be.
    fn is_complete(&self, count: u64) -> bool {
        self.is_sent.load(Ordering::Relaxed) && count >= self.sent.load(Ordering::Relaxed)
    }
}

/// A stream that is ready to begin.
#[derive(Debug)]
pub(crate) struct StreamLoad {
    sender: Sender,
    receiver: Receiver,
    consumer: Consumer,
    version: i16,
    frame: BytesMut,
    rate: Rate,
    course: Arc<Course>,
}

/// What came of a stream.
#[derive(Debug)]
pub(crate) struct Streamed {
    /// Of each record, from when it was due to be sent until the consumer had it.
    pub(crate) end_to_end: Latencies,
    /// Requests answered, of the producer and of the consumer.
    pub(crate) requests: u64,
}

impl StreamLoad {
    /// Connects a producer and a consumer to an empty topic of one partition.
    pub(crate) async fn open(server: &Server, topic: &Topic, rate: Rate) -> Result<Self> {
        let version = version_of::<ProduceRequest>(server.address()).await?;
        let (sender, receiver) = open(server.address()).await?;
        let consumer = Consumer::open(server.address(), topic, 0..1).await?;
        let frame = produce_frame(version, topic.id, vec![(0, RECORD.encode()?)])?;
        let course = Arc::default();
        Ok(Self { sender, receiver, consumer, version, frame, rate, course })
    }

    /// How far it is.
    pub(crate) fn course(&self) -> Arc<Course> {
        self.course.clone()
    }

    /// Runs it to its end: until the consumer has every record.
    pub(crate) async fn run(self) -> Result<Streamed> {
        let pacer = Pacer::begin(self.rate.per_second)?;
        let schedule = pacer.schedule();
        let Self { sender, receiver, consumer, version, frame, rate, course } = self;
        let (_sender, (), streamed) = tokio::try_join!(
            send(sender, frame, pacer, rate.records, &course),
            take_answers(receiver, version, &course),
            consume(consumer, schedule, &course),
        )?;
        Ok(streamed)
    }
}

/// Sends every record when it is due, however many answers are open. The end is told right after a record was sent, before
/// its answer can come: who waits for one learns it then. Gives the sender back, for dropping it closes the connection.
async fn send(
    mut sender: Sender,
    mut frame: BytesMut,
    mut pacer: Pacer,
    records: u64,
    course: &Course,
) -> Result<Sender> {
    let mut sent = 0;
    while sent < records && !course.is_stopped.load(Ordering::Relaxed) {
        let due = pacer.due_after(sent).await?.min(records);
        while sent < due {
            sender.send(&mut frame).await?;
            sent += 1;
        }
        course.sent.store(sent, Ordering::Relaxed);
    }
    course.is_sent.store(true, Ordering::Relaxed);
    Ok(sender)
}

async fn take_answers(mut receiver: Receiver, version: i16, course: &Course) -> Result<()> {
    let mut answers = 0;
    while !course.is_complete(answers) {
        check_produced(receiver.response(ApiKey::Produce, version).await?, version)?;
        answers += 1;
    }
    Ok(())
}

/// Records come in order, so that the n-th received is the n-th that was due.
async fn consume(mut consumer: Consumer, schedule: Schedule, course: &Course) -> Result<Streamed> {
    let mut end_to_end = Latencies::default();
    let (mut received, mut polls) = (0, 0);
    while !course.is_complete(received) {
        let fetched = consumer.poll().await?;
        let now = Instant::now();
        for number in received..received + fetched.records {
            end_to_end.record(schedule.lateness(number, now));
        }
        received += fetched.records;
        polls += 1;
    }
    Ok(Streamed { end_to_end, requests: received + polls })
}

//! A consumer with a fetch session: it names its partitions once, and then asks for news.

use kabuki_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use kabuki_wire::messages::{FetchRequest, FetchResponse};

use super::caller::Caller;
use super::connection::version_of;
use super::consumer::{BYTES_MAX, PARTITION_BYTES_MAX, WAIT_MAX};
use super::topic::Topic;
use crate::error::{Error, Result};

/// In place of an epoch: the session is of no more use.
const FINAL_EPOCH: i32 = -1;

/// Waits at the beginning of all partitions of an empty topic.
#[derive(Debug)]
pub(crate) struct SessionConsumer {
    caller: Caller,
    version: i16,
    topic: Topic,
    /// 0 while the broker has not given one.
    session: i32,
    epoch: i32,
}

impl SessionConsumer {
    /// Connects.
    pub(crate) async fn open(address: &str, topic: &Topic) -> Result<Self> {
        let version = version_of::<FetchRequest>(address).await?;
        let caller = Caller::open(address).await?;
        Ok(Self { caller, version, topic: topic.clone(), session: 0, epoch: 0 })
    }

    /// Whether the broker keeps the list of partitions.
    pub(crate) fn has_session(&self) -> bool {
        self.session != 0
    }

    /// Asks once, and waits for the answer.
    pub(crate) async fn poll(&mut self) -> Result<()> {
        let topics = if self.has_session() { vec![] } else { vec![self.every_partition()] };
        let response = self.ask(self.epoch, WAIT_MAX.as_millis() as i32, topics).await?;
        self.session = response.session_id;
        self.epoch = if self.has_session() { self.epoch + 1 } else { 0 };
        Ok(())
    }

    /// Gives the session back.
    pub(crate) async fn close(mut self) -> Result<()> {
        self.ask(FINAL_EPOCH, 0, vec![]).await.map(drop)
    }

    async fn ask(
        &mut self,
        epoch: i32,
        max_wait_ms: i32,
        topics: Vec<FetchTopic>,
    ) -> Result<FetchResponse> {
        let request = FetchRequest::default()
            .with_max_wait_ms(max_wait_ms)
            .with_min_bytes(1)
            .with_max_bytes(BYTES_MAX)
            .with_session_id(self.session)
            .with_session_epoch(epoch)
            .with_topics(topics);
        let response = self.caller.ask(self.version, &request).await?;
        Error::check("Fetch", response.error_code)?;
        Ok(response)
    }

    fn every_partition(&self) -> FetchTopic {
        let partition = |index| {
            FetchPartition::default()
                .with_partition(index)
                .with_partition_max_bytes(PARTITION_BYTES_MAX)
        };
        let partitions = (0..self.topic.partitions).map(partition).collect();
        FetchTopic::default().with_topic_id(self.topic.id).with_partitions(partitions)
    }
}

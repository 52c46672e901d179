//! A consumer with a fetch session: it names its partitions once, and then asks for news.

use kabuki_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use kabuki_wire::messages::{FetchRequest, FetchResponse};
use kabuki_wire::{ApiKey, StrBytes, decode_response, encode_request};

use super::connection::{Receiver, Sender, open, version_of};
use super::consumer::{BYTES_MAX, PARTITION_BYTES_MAX, WAIT_MAX};
use super::topic::Topic;
use crate::error::{Error, Result};

/// In place of an epoch: the session is of no more use.
const FINAL_EPOCH: i32 = -1;

/// Waits at the beginning of all partitions of an empty topic.
#[derive(Debug)]
pub(crate) struct SessionConsumer {
    sender: Sender,
    receiver: Receiver,
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
        let (sender, receiver) = open(address).await?;
        let topic = topic.clone();
        Ok(Self { sender, receiver, version, topic, session: 0, epoch: 0 })
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
        let client_id = StrBytes::from_static_str("peers");
        let mut frame = encode_request(self.version, 0, &client_id, &request)?;
        self.sender.send(&mut frame).await?;
        let mut body = self.receiver.response(ApiKey::Fetch, self.version).await?;
        let response = decode_response::<FetchRequest>(&mut body, self.version)?;
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

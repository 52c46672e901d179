//! A consumer: asks for more from where it stands, and counts what comes.

use std::time::Duration;

use bytes::Bytes;
use kabuki_records::batch::BatchHead;
use kabuki_records::reader::Batches;
use kabuki_wire::messages::FetchRequest;
use kabuki_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use kabuki_wire::messages::fetch_response::PartitionData;
use kabuki_wire::{ApiKey, StrBytes, Uuid, decode_response, encode_request};

use super::connection::{Receiver, Sender, open, version_of};
use super::topic::Topic;
use crate::error::{Error, Result};
use crate::server::Server;

/// The Java consumer's `fetch.max.bytes`.
pub(super) const BYTES_MAX: i32 = 50 << 20;
/// The Java consumer's `max.partition.fetch.bytes`.
pub(super) const PARTITION_BYTES_MAX: i32 = 1 << 20;
/// The Java consumer's `fetch.max.wait.ms`.
pub(crate) const WAIT_MAX: Duration = Duration::from_millis(500);

/// Reads some partitions of a topic over a connection of its own, one request at a time, with the Java consumer's
/// defaults and without a fetch session.
#[derive(Debug)]
pub(crate) struct Consumer {
    sender: Sender,
    receiver: Receiver,
    version: i16,
    topic: Uuid,
    positions: Vec<Position>,
}

#[derive(Debug, Clone, Copy)]
struct Position {
    partition: i32,
    /// The next offset wanted.
    offset: i64,
    /// The high watermark as last heard.
    end: i64,
}

/// What one answer brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Fetched {
    /// Records of whole batches.
    pub(crate) records: u64,
    /// Bytes of batches, as they are stored.
    pub(crate) bytes: u64,
}

impl Consumer {
    /// Connects; reads from the beginning.
    pub(crate) async fn open(
        address: &str,
        topic: &Topic,
        partitions: impl Iterator<Item = i32>,
    ) -> Result<Self> {
        let version = version_of::<FetchRequest>(address).await?;
        let (sender, receiver) = open(address).await?;
        let position = |partition| Position { partition, offset: 0, end: i64::MAX };
        let positions = partitions.map(position).collect();
        Ok(Self { sender, receiver, version, topic: topic.id, positions })
    }

    /// Asks once and takes the answer, which may be empty after [`WAIT_MAX`].
    pub(crate) async fn poll(&mut self) -> Result<Fetched> {
        let mut frame =
            encode_request(self.version, 0, &StrBytes::from_static_str("peers"), &self.request())?;
        self.sender.send(&mut frame).await?;
        let body = self.receiver.response(ApiKey::Fetch, self.version).await?;
        self.take(body)
    }

    /// Whether everything was read that was there at the last answers.
    pub(crate) fn is_at_end(&self) -> bool {
        self.positions.iter().all(|position| position.offset >= position.end)
    }

    /// Begins from the beginning.
    pub(crate) fn rewind(&mut self) {
        self.positions.iter_mut().for_each(|position| position.offset = 0);
    }

    fn request(&self) -> FetchRequest {
        let partition = |position: &Position| {
            FetchPartition::default()
                .with_partition(position.partition)
                .with_fetch_offset(position.offset)
                .with_partition_max_bytes(PARTITION_BYTES_MAX)
        };
        let partitions = self.positions.iter().map(partition).collect();
        let topic = FetchTopic::default().with_topic_id(self.topic).with_partitions(partitions);
        FetchRequest::default()
            .with_max_wait_ms(WAIT_MAX.as_millis() as i32)
            .with_min_bytes(1)
            .with_max_bytes(BYTES_MAX)
            .with_topics(vec![topic])
    }

    fn take(&mut self, mut body: Bytes) -> Result<Fetched> {
        let response = decode_response::<FetchRequest>(&mut body, self.version)?;
        Error::check("Fetch", response.error_code)?;
        let mut fetched = Fetched::default();
        for data in response.responses.iter().flat_map(|topic| &topic.partitions) {
            Error::check("Fetch", data.error_code)?;
            self.take_partition(data, &mut fetched)?;
        }
        Ok(fetched)
    }

    fn take_partition(&mut self, data: &PartitionData, fetched: &mut Fetched) -> Result<()> {
        let asked = |position: &&mut Position| position.partition == data.partition_index;
        let unasked = || Error::Failed("a partition that was not asked for".to_owned());
        let position = self.positions.iter_mut().find(asked).ok_or_else(unasked)?;
        let new = count(data.records.as_deref().unwrap_or_default())?;
        position.end = data.high_watermark;
        position.offset += new.records as i64;
        fetched.records += new.records;
        fetched.bytes += new.bytes;
        Ok(())
    }
}

/// Counts the records of whole batches by their heads.
fn count(batches: &[u8]) -> Result<Fetched> {
    let mut fetched = Fetched::default();
    for batch in Batches::new(batches) {
        let batch = batch?;
        let head = BatchHead::read(batch).expect("a whole batch has a head");
        fetched.records += head.record_count as u64;
        fetched.bytes += batch.len() as u64;
    }
    Ok(fetched)
}

/// Reads a whole topic and counts its records.
pub(crate) async fn count_records(server: &Server, topic: &Topic) -> Result<u64> {
    let mut consumer = Consumer::open(server.address(), topic, 0..topic.partitions).await?;
    let mut records = 0;
    while !consumer.is_at_end() {
        records += consumer.poll().await?.records;
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Batch;

    #[test]
    fn records_of_whole_batches_count() {
        let batch = Batch::plain(3, 10).encode().expect("a batch");
        let whole = [&batch[..], &batch[..]].concat();
        let cut = &whole[..whole.len() - 1];
        let bytes = |batches: usize| (batches * batch.len()) as u64;
        assert_eq!(count(&whole).expect("batches"), Fetched { records: 6, bytes: bytes(2) });
        assert_eq!(count(cut).expect("batches"), Fetched { records: 3, bytes: bytes(1) });
    }
}

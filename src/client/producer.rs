//! Records to batches, batches to leaders.

mod batches;
mod sending;

use std::collections::BTreeMap;
use std::time::Duration;

use kabuki_records::codec::Codec;
use kabuki_wire::messages::InitProducerIdRequest;

use crate::client::{Client, Target};
use crate::error::{BrokerError, ClientError};
use crate::partitioner::Partitioner;
use crate::record::NewRecord;
use crate::retries::Retries;
use batches::{Batch, into_batches};

/// Bytes of records in one batch before compression. Brokers take batches up to `message.max.bytes`, by default
/// 1048588; half of it leaves room for data that grows when compressed.
const BATCH_BYTES_MAX: usize = 512 * 1024;

/// Whose confirmation a produce request waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acks {
    /// Nobody's: the broker does not even answer.
    None,
    /// The leader's.
    Leader,
    /// That of all in-sync replicas.
    All,
}

impl Acks {
    /// What stands for it in requests.
    pub fn number(self) -> i16 {
        match self {
            Self::None => 0,
            Self::Leader => 1,
            Self::All => -1,
        }
    }
}

/// How a producer sends.
#[derive(Debug, Clone)]
pub struct ProducerOptions {
    /// Whose confirmation to wait for.
    pub acks: Acks,
    /// How batches are compressed.
    pub codec: Codec,
    /// The codec's level; `None` is its default.
    pub level: Option<i32>,
    /// Retries write nothing twice. Needs `Acks::All`; with others it has no effect.
    pub idempotent: bool,
    /// Bytes of records in one batch, before compression. A larger record has a batch of its own.
    pub batch_bytes_max: usize,
    /// How long a leader waits for its replicas.
    pub timeout: Duration,
}

impl Default for ProducerOptions {
    /// As the Java client: idempotent, confirmed by all, not compressed.
    fn default() -> Self {
        Self {
            acks: Acks::All,
            codec: Codec::None,
            level: None,
            idempotent: true,
            batch_bytes_max: BATCH_BYTES_MAX,
            timeout: Duration::from_secs(30),
        }
    }
}

/// Where a record was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The partition.
    pub partition: i32,
    /// The offset; −1 when no answer was waited for (`Acks::None`).
    pub offset: i64,
}

/// An idempotent producer's identity, and how far it has counted.
#[derive(Debug, Clone)]
struct Identity {
    id: i64,
    epoch: i16,
    /// The next sequence number by topic and partition.
    sequences: BTreeMap<(String, i32), i32>,
}

/// Sends records through a [`Client`].
///
/// Kept between calls are the producer id with its sequence numbers, and the partition whose turn it is for records
/// without keys.
#[derive(Debug)]
pub struct Producer {
    options: ProducerOptions,
    partitioner: Partitioner,
    identity: Option<Identity>,
}

impl Producer {
    /// A producer that has no producer id yet: it asks for one with its first records.
    pub fn new(options: ProducerOptions) -> Self {
        Self { options, partitioner: Partitioner::new(), identity: None }
    }

    /// Sends records to a topic and waits until they are confirmed; tells where each was written, in their order.
    ///
    /// Records of one partition are written in their order. The topic is created where the broker does that.
    /// `now_ms` is the timestamp of records that have none.
    ///
    /// # Errors
    /// The first batch that could not be written; others may have been, or may be in doubt. An idempotent producer
    /// begins anew under another id after that.
    pub async fn send(
        &mut self,
        client: &mut Client,
        topic: &str,
        records: &[NewRecord],
        now_ms: i64,
    ) -> Result<Vec<Placed>, ClientError> {
        if self.is_idempotent() && self.identity.is_none() {
            self.identity = Some(init_identity(client).await?);
        }
        let known = client.topic_or_created(topic).await?;
        let batches =
            into_batches(records, &known, self.options.batch_bytes_max, &mut self.partitioner)?;
        let mut placed = vec![Placed { partition: -1, offset: -1 }; records.len()];
        let sent = self.send_batches(client, topic, records, batches, now_ms, &mut placed).await;
        if sent.is_err() {
            self.identity = None;
        }
        sent.map(|()| placed)
    }

    fn is_idempotent(&self) -> bool {
        self.options.idempotent && self.options.acks == Acks::All
    }

    /// Sends batches in rounds of one per partition: so order holds whatever is tried again.
    async fn send_batches(
        &mut self,
        client: &mut Client,
        topic: &str,
        records: &[NewRecord],
        mut batches: Vec<Batch>,
        now_ms: i64,
        placed: &mut [Placed],
    ) -> Result<(), ClientError> {
        while !batches.is_empty() {
            let (round, later) = batches::next_round(batches);
            batches = later;
            let mut encoded = Vec::with_capacity(round.len());
            for batch in &round {
                encoded.push((batch.partition, self.encode(topic, records, batch, now_ms)?));
            }
            let offsets = self.send_round(client, topic, encoded).await?;
            for batch in round {
                let base_offset = offsets.get(&batch.partition).copied().unwrap_or(-1);
                batch.place(base_offset, placed);
            }
        }
        Ok(())
    }

    /// Builds the bytes of a batch, and counts its records where the producer is idempotent.
    fn encode(
        &mut self,
        topic: &str,
        records: &[NewRecord],
        batch: &Batch,
        now_ms: i64,
    ) -> Result<bytes::Bytes, ClientError> {
        let identity = self.identity.as_mut().map(|identity| {
            let key = (topic.to_owned(), batch.partition);
            let next = identity.sequences.entry(key).or_insert(0);
            let first = *next;
            // Sequence numbers wrap from 2³¹−1 to 0.
            *next = kabuki_records::batch::add_to_sequence(first, batch.records.len() as i32);
            (identity.id, identity.epoch, first)
        });
        let records = batch.records.iter().map(|&place| &records[place]);
        batches::encode(records, &self.options, identity, now_ms)
    }
}

/// Asks for a producer id; any broker gives one to a producer without transactions.
async fn init_identity(client: &mut Client) -> Result<Identity, ClientError> {
    let mut retries = Retries::new(&client.config);
    let request = InitProducerIdRequest::default()
        .with_transactional_id(None)
        .with_transaction_timeout_ms(i32::MAX)
        .with_producer_id((-1).into())
        .with_producer_epoch(-1);
    loop {
        let answer = client.ask(Target::Any, &request).await;
        let checked = answer.and_then(|response| {
            BrokerError::check(response.error_code, None)
                .map_err(|error| ClientError::broker("producer id", error))?;
            Ok(response)
        });
        match checked {
            Ok(response) => {
                let (id, epoch) = (response.producer_id.0, response.producer_epoch);
                return Ok(Identity { id, epoch, sequences: BTreeMap::new() });
            }
            Err(error) => retries.after(error).await?,
        }
    }
}

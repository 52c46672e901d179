//! One batch per partition to the leaders, again until each is written.

use std::collections::BTreeMap;

use bytes::Bytes;
use kabuki_wire::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kabuki_wire::messages::{ProduceRequest, ProduceResponse};
use kabuki_wire::{ApiKey, ResponseError, Uuid};

use super::{Acks, Producer};
use crate::client::{Client, Target, partition_what, topic_name};
use crate::error::{BrokerError, ClientError};
use crate::retries::{Decisive, Retries};

/// From this version on topics are named by their ids (KIP-516).
const FIRST_VERSION_BY_ID: i16 = 13;

/// A partition and the bytes of a batch for it.
type Encoded = (i32, Bytes);

impl Producer {
    /// Sends one batch per partition, and those that fail again; gives the base offsets by partition.
    pub(super) async fn send_round(
        &self,
        client: &mut Client,
        topic: &str,
        batches: Vec<Encoded>,
    ) -> Result<BTreeMap<i32, i64>, ClientError> {
        let mut retries = Retries::new(&client.config);
        let mut written = BTreeMap::new();
        let mut open = batches;
        loop {
            let Err(error) = self.send_once(client, topic, &mut open, &mut written).await else {
                return Ok(written);
            };
            client.forget_topic(topic);
            if error.is_connection_lost() {
                // Where the leader went is asked of the others.
                let _ = client.refresh().await;
            }
            retries.after(error).await?;
        }
    }

    /// One attempt: what is written moves from `open` to `written`. The error is that of something still open.
    async fn send_once(
        &self,
        client: &mut Client,
        topic: &str,
        open: &mut Vec<Encoded>,
        written: &mut BTreeMap<i32, i64>,
    ) -> Result<(), ClientError> {
        let id = client.topic(topic).await?.id;
        let by_leader = client.by_leader(open, |(partition, _)| (topic, *partition)).await?;
        if self.options.acks == Acks::None {
            return self.send_unanswered(client, topic, id, by_leader).await;
        }
        let version_max = if id.is_nil() { FIRST_VERSION_BY_ID - 1 } else { i16::MAX };
        let make = |batches: &Vec<Encoded>| {
            let batches = batches.clone();
            move |version| self.request(topic, id, &batches, version)
        };
        let requests = by_leader.iter().map(|(leader, batches)| (*leader, make(batches))).collect();
        let answers = client.ask_each(requests, version_max, self.options.timeout).await;
        let mut decisive = Decisive::default();
        for (batches, answer) in by_leader.into_values().zip(answers) {
            match answer {
                Ok(response) => take_answers(topic, &batches, &response, written, &mut decisive),
                Err(error) => decisive.note(error),
            }
        }
        open.retain(|(partition, _)| !written.contains_key(partition));
        decisive.into_result()
    }

    async fn send_unanswered(
        &self,
        client: &mut Client,
        topic: &str,
        id: Uuid,
        by_leader: BTreeMap<i32, Vec<Encoded>>,
    ) -> Result<(), ClientError> {
        let version_max = if id.is_nil() { FIRST_VERSION_BY_ID - 1 } else { i16::MAX };
        for (leader, batches) in by_leader {
            let connection = client.connection(Target::Broker(leader)).await?;
            let version = connection.version_of::<ProduceRequest>(version_max)?;
            let request = self.request(topic, id, &batches, version);
            connection.send_unanswered(&request, version).await?;
        }
        Ok(())
    }

    fn request(&self, topic: &str, id: Uuid, batches: &[Encoded], version: i16) -> ProduceRequest {
        let partition = |(index, records): &Encoded| {
            PartitionProduceData::default().with_index(*index).with_records(Some(records.clone()))
        };
        let data = TopicProduceData::default()
            .with_partition_data(batches.iter().map(partition).collect());
        let data = if version < FIRST_VERSION_BY_ID {
            data.with_name(topic_name(topic))
        } else {
            data.with_topic_id(id)
        };
        ProduceRequest::default()
            .with_transactional_id(None)
            .with_acks(self.options.acks.number())
            .with_timeout_ms(i32::try_from(self.options.timeout.as_millis()).unwrap_or(i32::MAX))
            .with_topic_data(vec![data])
    }
}

fn take_answers(
    topic: &str,
    batches: &[Encoded],
    response: &ProduceResponse,
    written: &mut BTreeMap<i32, i64>,
    decisive: &mut Decisive,
) {
    for (partition, _) in batches {
        let outcome = base_offset(topic, *partition, response);
        let outcome = outcome.or_else(|error| if_written_already(&error).ok_or(error));
        match outcome {
            Ok(offset) => _ = written.insert(*partition, offset),
            Err(error) => decisive.note(error),
        }
    }
}

/// Where a batch begins, by an answer to a request about one topic.
fn base_offset(
    topic: &str,
    partition: i32,
    response: &ProduceResponse,
) -> Result<i64, ClientError> {
    let what = || partition_what(topic, partition);
    let answer = response
        .responses
        .iter()
        .flat_map(|topic| &topic.partition_responses)
        .find(|answer| answer.index == partition)
        .ok_or_else(|| ClientError::Incomplete { api: ApiKey::Produce, what: what() })?;
    BrokerError::check(answer.error_code, answer.error_message.as_deref())
        .map_err(|error| ClientError::broker(what(), error))?;
    Ok(answer.base_offset)
}

/// A batch may be refused because an earlier attempt has written it, so long ago that the broker does not know where.
fn if_written_already(error: &ClientError) -> Option<i64> {
    (error.code() == Some(ResponseError::DuplicateSequenceNumber)).then_some(-1)
}

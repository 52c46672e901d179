//! Offsets by time.

use std::collections::BTreeMap;
use std::time::Duration;

use kabuki_wire::ApiKey;
use kabuki_wire::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kabuki_wire::messages::{ListOffsetsRequest, ListOffsetsResponse};

use crate::client::{Client, Target, partition_what, topic_name};
use crate::error::{BrokerError, ClientError};
use crate::retries::{Decisive, Retries};

/// Which offset of a partition is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OffsetSpec {
    /// The first that is still there.
    Earliest,
    /// The one that the next record gets (the high watermark).
    Latest,
    /// That of the record with the largest timestamp (KIP-734, brokers from 3.0 on).
    MaxTimestamp,
    /// That of the first record at or after this time, in milliseconds since the epoch.
    AtOrAfter(i64),
}

impl OffsetSpec {
    /// What stands for it in requests.
    fn timestamp(self) -> i64 {
        match self {
            Self::Latest => -1,
            Self::Earliest => -2,
            Self::MaxTimestamp => -3,
            Self::AtOrAfter(timestamp) => timestamp,
        }
    }

    fn version_min(self) -> i16 {
        if self == Self::MaxTimestamp { 7 } else { 1 }
    }
}

/// An offset that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedOffset {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The offset; `None` when no record is that late, or the partition is empty.
    pub offset: Option<i64>,
    /// The timestamp of the record in milliseconds; `None` for earliest and latest.
    pub timestamp: Option<i64>,
}

type Wanted = (String, i32, OffsetSpec);
/// What is wanted, and its place among all that is.
type Question = (usize, Wanted);

impl Client {
    /// Asks the leaders for offsets; the answers come in the order of the questions.
    pub async fn list_offsets(
        &mut self,
        wanted: &[(&str, i32, OffsetSpec)],
    ) -> Result<Vec<ListedOffset>, ClientError> {
        let mut retries = Retries::new(&self.config);
        let mut found = BTreeMap::new();
        let owned = |(topic, partition, spec): &(&str, i32, OffsetSpec)| {
            ((*topic).to_owned(), *partition, *spec)
        };
        let mut open: Vec<Question> = wanted.iter().map(owned).enumerate().collect();
        while !open.is_empty() {
            if let Err(error) = self.list_offsets_once(&mut open, &mut found).await {
                open.iter().for_each(|(_, (topic, ..))| self.forget_topic(topic));
                retries.after(error).await?;
            }
        }
        Ok(found.into_values().collect())
    }

    /// One attempt: what is answered moves from `open` to `found`. The error is that of something still open.
    async fn list_offsets_once(
        &mut self,
        open: &mut Vec<Question>,
        found: &mut BTreeMap<usize, ListedOffset>,
    ) -> Result<(), ClientError> {
        let by_leader =
            self.by_leader(open, |(_, (topic, partition, _))| (topic, *partition)).await?;
        let mut decisive = Decisive::default();
        for (leader, asked) in by_leader {
            for round in rounds(asked) {
                match self.ask_list_offsets(leader, &round).await {
                    Ok(response) => take_answers(round, &response, found, &mut decisive),
                    Err(error) => decisive.note(error),
                }
            }
        }
        open.retain(|(place, _)| !found.contains_key(place));
        decisive.into_result()
    }

    /// Groups `items` by the broker that leads their partition.
    pub(crate) async fn by_leader<'a, T: Clone>(
        &mut self,
        items: &'a [T],
        partition_of: impl Fn(&'a T) -> (&'a str, i32),
    ) -> Result<BTreeMap<i32, Vec<T>>, ClientError> {
        let mut by_leader: BTreeMap<i32, Vec<T>> = BTreeMap::new();
        for item in items {
            let (topic, partition) = partition_of(item);
            let leader = self.leader_of(topic, partition).await?;
            by_leader.entry(leader).or_default().push(item.clone());
        }
        Ok(by_leader)
    }

    /// The broker that leads a partition.
    pub(crate) async fn leader_of(
        &mut self,
        topic: &str,
        partition: i32,
    ) -> Result<i32, ClientError> {
        let known = self.topic(topic).await?;
        let leader = known.partition(partition)?.leader;
        leader.ok_or_else(|| ClientError::NoLeader(partition_what(topic, partition)))
    }

    async fn ask_list_offsets(
        &mut self,
        leader: i32,
        asked: &[Question],
    ) -> Result<ListOffsetsResponse, ClientError> {
        let version_min = asked.iter().map(|(_, (.., spec))| spec.version_min()).max();
        let connection = self.connection(Target::Broker(leader)).await?;
        let version = connection.version_of::<ListOffsetsRequest>(i16::MAX)?;
        if Some(version) < version_min {
            let address = connection.address().to_owned();
            return Err(ClientError::Unsupported { api: ApiKey::ListOffsets, address });
        }
        let pending = connection.send(&request(asked), version, Duration::ZERO).await?;
        connection.receive(pending).await
    }
}

/// Requests of which none names a partition twice.
fn rounds(asked: Vec<Question>) -> Vec<Vec<Question>> {
    let mut rounds: Vec<Vec<Question>> = vec![];
    let mut times: BTreeMap<(String, i32), usize> = BTreeMap::new();
    for question in asked {
        let (topic, partition, _) = &question.1;
        let round = times.entry((topic.clone(), *partition)).or_insert(0);
        if rounds.len() == *round {
            rounds.push(vec![]);
        }
        rounds[*round].push(question);
        *round += 1;
    }
    rounds
}

fn take_answers(
    asked: Vec<Question>,
    response: &ListOffsetsResponse,
    found: &mut BTreeMap<usize, ListedOffset>,
    decisive: &mut Decisive,
) {
    for (place, wanted) in asked {
        match answer_to(&wanted, response) {
            Ok(listed) => drop(found.insert(place, listed)),
            Err(error) => decisive.note(error),
        }
    }
}

fn request(asked: &[Question]) -> ListOffsetsRequest {
    let mut topics: BTreeMap<&str, Vec<ListOffsetsPartition>> = BTreeMap::new();
    for (_, (topic, partition, spec)) in asked {
        let partition = ListOffsetsPartition::default()
            .with_partition_index(*partition)
            .with_current_leader_epoch(-1)
            .with_timestamp(spec.timestamp());
        topics.entry(topic).or_default().push(partition);
    }
    let topic = |(name, partitions)| {
        ListOffsetsTopic::default().with_name(topic_name(name)).with_partitions(partitions)
    };
    ListOffsetsRequest::default()
        .with_replica_id((-1).into())
        .with_topics(topics.into_iter().map(topic).collect())
}

fn answer_to(wanted: &Wanted, response: &ListOffsetsResponse) -> Result<ListedOffset, ClientError> {
    let (topic, partition, _) = wanted;
    let what = || partition_what(topic, *partition);
    let topics = response.topics.iter().filter(|found| found.name.as_str() == topic);
    let answer = topics
        .flat_map(|found| &found.partitions)
        .find(|found| found.partition_index == *partition)
        .ok_or_else(|| ClientError::Incomplete { api: ApiKey::ListOffsets, what: what() })?;
    BrokerError::check(answer.error_code, None)
        .map_err(|error| ClientError::broker(what(), error))?;
    Ok(ListedOffset {
        topic: topic.clone(),
        partition: *partition,
        offset: (answer.offset >= 0).then_some(answer.offset),
        timestamp: (answer.timestamp >= 0).then_some(answer.timestamp),
    })
}

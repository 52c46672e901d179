//! Reading records from partitions, without sessions.

mod records;

use std::collections::BTreeMap;
use std::time::Duration;

use kabuki_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use kabuki_wire::messages::fetch_response::PartitionData;
use kabuki_wire::messages::{FetchRequest, FetchResponse};
use kabuki_wire::{ApiKey, Uuid};

use crate::client::{Client, partition_what, topic_name};
use crate::error::{BrokerError, ClientError};
use crate::record::FetchedRecord;
use crate::retries::{Decisive, Retries};

/// From this version on topics are named by their ids (KIP-516).
const FIRST_VERSION_BY_ID: i16 = 13;

/// How much to fetch and how long to wait for it.
#[derive(Debug, Clone)]
pub struct FetchOptions {
    /// How long a broker waits for `min_bytes`.
    pub max_wait: Duration,
    /// Bytes worth answering for.
    pub min_bytes: i32,
    /// Bytes of one answer; the first batch comes even if it is larger.
    pub max_bytes: i32,
    /// Bytes of one partition in an answer.
    pub partition_max_bytes: i32,
}

impl Default for FetchOptions {
    /// The Java consumer's defaults.
    fn default() -> Self {
        Self {
            max_wait: Duration::from_millis(500),
            min_bytes: 1,
            max_bytes: 50 * 1024 * 1024,
            partition_max_bytes: 1024 * 1024,
        }
    }
}

/// Where to read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchFrom {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The first offset wanted.
    pub offset: i64,
}

/// What a partition's leader gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedPartition {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// Users' records from the wanted offset on; transaction markers and the like are passed over. Records of
    /// transactions that are open or were aborted are among them.
    pub records: Vec<FetchedRecord>,
    /// Where to read on.
    pub next_offset: i64,
    /// The end of what consumers may read.
    pub high_watermark: i64,
    /// The first offset that is still there; −1 when the broker did not say.
    pub log_start_offset: i64,
}

/// What a leader was asked for, and its answer.
type LeaderAnswer = (Vec<FetchFrom>, Result<FetchResponse, ClientError>);

impl Client {
    /// Fetches from the leaders of several partitions of existing topics. Partitions of which nothing came are in the
    /// answer too, those whose leader is changing may be missing.
    ///
    /// # Errors
    /// A partition's error that asking again does not heal, for example OFFSET_OUT_OF_RANGE; or no leader answered for as
    /// long as the client tries.
    pub async fn fetch(
        &mut self,
        wanted: &[FetchFrom],
        options: &FetchOptions,
    ) -> Result<Vec<FetchedPartition>, ClientError> {
        let mut retries = Retries::new(&self.config);
        loop {
            match self.fetch_once(wanted, options).await {
                Ok(fetched) => return Ok(fetched),
                Err(error) => {
                    wanted.iter().for_each(|from| self.forget_topic(&from.topic));
                    retries.after(error).await?;
                }
            }
        }
    }

    /// One attempt. Errors that another attempt may heal are given only when nothing else is there to give.
    async fn fetch_once(
        &mut self,
        wanted: &[FetchFrom],
        options: &FetchOptions,
    ) -> Result<Vec<FetchedPartition>, ClientError> {
        let ids = self.topic_ids(wanted).await?;
        let mut fetched = vec![];
        let mut decisive = Decisive::default();
        for (from, answer) in self.ask_leaders(wanted, &ids, options).await? {
            match answer {
                Ok(response) => take_all(&from, &ids, &response, &mut fetched, &mut decisive),
                Err(error) => decisive.note(error),
            }
        }
        match decisive.into_result() {
            Err(error) if fetched.is_empty() || !error.is_retriable() => Err(error),
            Err(_) => {
                // Some leader has changed: who leads is asked again before the next fetch.
                wanted.iter().for_each(|from| self.forget_topic(&from.topic));
                Ok(fetched)
            }
            Ok(()) => Ok(fetched),
        }
    }

    /// Asks every leader at once for the partitions that it leads.
    async fn ask_leaders(
        &mut self,
        wanted: &[FetchFrom],
        ids: &BTreeMap<String, Uuid>,
        options: &FetchOptions,
    ) -> Result<Vec<LeaderAnswer>, ClientError> {
        let by_leader = self.by_leader(wanted, |from| (&from.topic, from.partition)).await?;
        let all_have_ids = ids.values().all(|id| !id.is_nil());
        let version_max = if all_have_ids { i16::MAX } else { FIRST_VERSION_BY_ID - 1 };
        let make = |from: &Vec<FetchFrom>| {
            let from = from.clone();
            move |version| request(&from, ids, options, version)
        };
        let requests = by_leader.iter().map(|(leader, from)| (*leader, make(from))).collect();
        let answers = self.ask_each(requests, version_max, options.max_wait).await;
        Ok(by_leader.into_values().zip(answers).collect())
    }

    async fn topic_ids(
        &mut self,
        wanted: &[FetchFrom],
    ) -> Result<BTreeMap<String, Uuid>, ClientError> {
        let mut ids = BTreeMap::new();
        for from in wanted {
            if !ids.contains_key(&from.topic) {
                ids.insert(from.topic.clone(), self.topic(&from.topic).await?.id);
            }
        }
        Ok(ids)
    }
}

fn take_all(
    wanted: &[FetchFrom],
    ids: &BTreeMap<String, Uuid>,
    response: &FetchResponse,
    fetched: &mut Vec<FetchedPartition>,
    decisive: &mut Decisive,
) {
    for from in wanted {
        match take(from, ids, response) {
            Ok(partition) => fetched.push(partition),
            Err(error) => decisive.note(error),
        }
    }
}

fn request(
    wanted: &[FetchFrom],
    ids: &BTreeMap<String, Uuid>,
    options: &FetchOptions,
    version: i16,
) -> FetchRequest {
    let mut topics: BTreeMap<&str, Vec<FetchPartition>> = BTreeMap::new();
    for from in wanted {
        let partition = FetchPartition::default()
            .with_partition(from.partition)
            .with_fetch_offset(from.offset)
            .with_partition_max_bytes(options.partition_max_bytes);
        topics.entry(&from.topic).or_default().push(partition);
    }
    let topic = |(name, partitions): (&str, _)| {
        let topic = FetchTopic::default().with_partitions(partitions);
        if version < FIRST_VERSION_BY_ID {
            return topic.with_topic(topic_name(name));
        }
        topic.with_topic_id(ids.get(name).copied().unwrap_or_default())
    };
    FetchRequest::default()
        .with_max_wait_ms(i32::try_from(options.max_wait.as_millis()).unwrap_or(i32::MAX))
        .with_min_bytes(options.min_bytes)
        .with_max_bytes(options.max_bytes)
        .with_topics(topics.into_iter().map(topic).collect())
}

/// Takes a partition out of an answer.
fn take(
    from: &FetchFrom,
    ids: &BTreeMap<String, Uuid>,
    response: &FetchResponse,
) -> Result<FetchedPartition, ClientError> {
    let what = || partition_what(&from.topic, from.partition);
    let of_broker = |error| ClientError::broker(what(), error);
    BrokerError::check(response.error_code, None).map_err(of_broker)?;
    let id = ids.get(&from.topic).copied().unwrap_or_default();
    let topics = response.responses.iter().filter(|topic| {
        topic.topic.as_str() == from.topic || (!id.is_nil() && topic.topic_id == id)
    });
    let data = topics
        .flat_map(|topic| &topic.partitions)
        .find(|data| data.partition_index == from.partition)
        .ok_or_else(|| ClientError::Incomplete { api: ApiKey::Fetch, what: what() })?;
    BrokerError::check(data.error_code, None).map_err(of_broker)?;
    partition(from, data)
}

fn partition(from: &FetchFrom, data: &PartitionData) -> Result<FetchedPartition, ClientError> {
    let mut fetched = FetchedPartition {
        topic: from.topic.clone(),
        partition: from.partition,
        records: vec![],
        next_offset: from.offset,
        high_watermark: data.high_watermark,
        log_start_offset: data.log_start_offset,
    };
    let unreadable = |source| {
        let partition = partition_what(&from.topic, from.partition);
        ClientError::Read { what: format!("{partition} from offset {}", from.offset), source }
    };
    let records = data.records.as_deref().unwrap_or_default();
    records::read(records, &mut fetched).map_err(unreadable)?;
    Ok(fetched)
}

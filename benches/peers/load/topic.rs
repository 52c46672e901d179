//! Topics of a load, and waiting until they can be used.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use kabuki_client::{Connection, ConnectionConfig};
use kabuki_wire::messages::create_topics_request::CreatableTopic;
use kabuki_wire::messages::delete_topics_request::DeleteTopicState;
use kabuki_wire::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kabuki_wire::messages::{
    CreateTopicsRequest, DeleteTopicsRequest, ListOffsetsRequest, MetadataRequest, TopicName,
};
use kabuki_wire::{StrBytes, Uuid};

use crate::error::{Error, Result};
use crate::server::{Peer, Server};

/// Kafka takes at most 10,000 metadata records in one request.
const PARTITIONS_MAX: i32 = 2000;
/// How long a broker may take: a broker that recovers gigabytes answers only afterwards.
const READY_WITHIN: Duration = Duration::from_secs(180);
/// Between two questions for leaders.
const PAUSE: Duration = Duration::from_millis(5);
/// Kafka takes its time over thousands of files.
const CHANGE_TIMEOUT: Duration = Duration::from_secs(120);

/// A topic that was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Topic {
    /// Its name, which no other topic of this process has.
    pub(crate) name: String,
    /// Its id.
    pub(crate) id: Uuid,
    /// How many partitions it has.
    pub(crate) partitions: i32,
}

impl Topic {
    /// Creates a topic and waits until all its partitions have a leader.
    pub(crate) async fn create(server: &Server, partitions: i32) -> Result<Self> {
        debug_assert!(partitions <= PARTITIONS_MAX);
        static CREATED: AtomicU32 = AtomicU32::new(0);
        let name = format!("peers-{}", CREATED.fetch_add(1, Ordering::Relaxed));
        let asked = CreatableTopic::default()
            .with_name(topic_name(&name))
            .with_num_partitions(partitions)
            .with_replication_factor(1);
        let request = CreateTopicsRequest::default()
            .with_topics(vec![asked])
            .with_timeout_ms(CHANGE_TIMEOUT.as_millis() as i32);
        let mut connection = connect(server.address()).await?;
        let answer = connection.request(&request).await?;
        let created = answer.topics.first();
        let created = created.ok_or_else(|| Error::Failed(format!("no answer about {name}")))?;
        Error::check("CreateTopics", created.error_code)?;
        let topic = Self { name, id: created.topic_id, partitions };
        let deadline = Instant::now() + READY_WITHIN;
        while let Err(error) =
            ask_ready(server.peer(), &mut connection, std::slice::from_ref(&topic)).await
        {
            give_up(error, deadline, &connection)?;
            tokio::time::sleep(PAUSE).await;
        }
        Ok(topic)
    }

    /// Deletes it.
    pub(crate) async fn delete(self, server: &Server) -> Result<()> {
        let state = DeleteTopicState::default().with_name(Some(topic_name(&self.name)));
        let request = DeleteTopicsRequest::default()
            .with_topics(vec![state])
            .with_timeout_ms(CHANGE_TIMEOUT.as_millis() as i32);
        let answer = connect(server.address()).await?.request(&request).await?;
        let codes = answer.responses.iter().map(|topic| topic.error_code);
        codes.into_iter().try_for_each(|code| Error::check("DeleteTopics", code))
    }
}

/// Waits until the server that was just started at `address` is in service and answers for every partition of `topics`.
pub(crate) async fn await_ready(peer: Peer, address: &str, topics: &[Topic]) -> Result<()> {
    let deadline = Instant::now() + READY_WITHIN;
    loop {
        let asked = async { ask_ready(peer, &mut connect(address).await?, topics).await };
        match asked.await {
            Ok(()) => return Ok(()),
            Err(error) if Instant::now() >= deadline => return Err(error),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// The error, once asking again is of no use: time is over, or the server is gone.
fn give_up(error: Error, deadline: Instant, connection: &Connection) -> Result<()> {
    let is_over = Instant::now() >= deadline || connection.is_broken();
    if is_over { Err(error) } else { Ok(()) }
}

/// `Err` unless the server is in service and leads every partition.
async fn ask_ready(peer: Peer, connection: &mut Connection, topics: &[Topic]) -> Result<()> {
    if peer == Peer::Floor {
        return Ok(());
    }
    let metadata = MetadataRequest::default().with_topics(Some(vec![]));
    if connection.request(&metadata).await?.brokers.is_empty() {
        return Err(Error::Failed("a broker knows no broker".to_owned()));
    }
    let answer = connection.request(&ask_ends(topics)).await?;
    let partitions = answer.topics.iter().flat_map(|topic| &topic.partitions);
    let mut codes = partitions.map(|partition| partition.error_code);
    codes.try_for_each(|code| Error::check("ListOffsets", code))
}

fn ask_ends(topics: &[Topic]) -> ListOffsetsRequest {
    let partition =
        |index| ListOffsetsPartition::default().with_partition_index(index).with_timestamp(LATEST);
    let topic = |topic: &Topic| {
        ListOffsetsTopic::default()
            .with_name(topic_name(&topic.name))
            .with_partitions((0..topic.partitions).map(partition).collect())
    };
    ListOffsetsRequest::default()
        .with_replica_id((-1).into())
        .with_topics(topics.iter().map(topic).collect())
}

/// Stands for the end of a partition.
const LATEST: i64 = -1;

/// A connection for what a load asks before and after.
pub(super) async fn connect(address: &str) -> Result<Connection> {
    let config = ConnectionConfig { request_timeout: CHANGE_TIMEOUT, ..Default::default() };
    Ok(Connection::connect(address, &config).await?)
}

/// The name, as requests have it.
pub(super) fn topic_name(name: &str) -> TopicName {
    TopicName(StrBytes::from_string(name.to_owned()))
}

//! Topics in detail.

use kabuki_wire::messages::describe_topic_partitions_request::{Cursor, TopicRequest};
use kabuki_wire::messages::describe_topic_partitions_response::{
    DescribeTopicPartitionsResponsePartition, DescribeTopicPartitionsResponseTopic,
};
use kabuki_wire::messages::{DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse};
use kabuki_wire::{ApiKey, Uuid};

use crate::client::{Client, Target, topic_name};
use crate::cluster::{Topic, numbers};
use crate::error::{BrokerError, ClientError};
use crate::retries::Retries;

/// Partitions that one answer describes: Kafka's `max.request.partition.size.limit`.
const PARTITIONS_MAX: i32 = 2000;

/// A partition in detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionState {
    /// Its number.
    pub index: i32,
    /// The broker that leads it, where there is one.
    pub leader: Option<i32>,
    /// The brokers that hold it.
    pub replicas: Vec<i32>,
    /// Those of them that are in sync.
    pub isr: Vec<i32>,
    /// Eligible leader replicas (KIP-966); `None` when the broker is too old to say.
    pub eligible_leaders: Option<Vec<i32>>,
    /// The last known of them; `None` when the broker is too old to say.
    pub last_known_eligible_leaders: Option<Vec<i32>>,
}

/// A topic in detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicDescription {
    /// Its name.
    pub name: String,
    /// Its id; all zeros when the broker is too old to have ids (before 2.8).
    pub id: Uuid,
    /// Whether it belongs to Kafka itself.
    pub is_internal: bool,
    /// Its partitions, by their numbers.
    pub partitions: Vec<PartitionState>,
}

/// What is known of each topic that was named.
type Described = Vec<(String, Result<TopicDescription, BrokerError>)>;

impl Client {
    /// Describes topics, or says of each why not.
    pub async fn describe_topics(&mut self, names: &[&str]) -> Result<Described, ClientError> {
        let mut retries = Retries::new(&self.config);
        loop {
            match self.describe_topics_once(names).await {
                Ok(described) => return Ok(described),
                Err(error) => retries.after(error).await?,
            }
        }
    }

    async fn describe_topics_once(&mut self, names: &[&str]) -> Result<Described, ClientError> {
        let connection = self.connection(Target::Any).await?;
        if connection.versions().range(ApiKey::DescribeTopicPartitions).is_some() {
            return self.describe_by_pages(names).await;
        }
        let topics = self.metadata_of(names).await?;
        Ok(topics.into_iter().map(|(name, topic)| (name, topic.map(of_metadata))).collect())
    }

    /// An answer may break off within a topic; the next goes on from there.
    async fn describe_by_pages(&mut self, names: &[&str]) -> Result<Described, ClientError> {
        let mut described: Described = vec![];
        let mut cursor = None;
        loop {
            let answer = self.describe_page(names, cursor.take()).await?;
            for topic in &answer.topics {
                let (name, page) = of_page(topic);
                match (described.last_mut(), page) {
                    (Some((last, Ok(begun))), Ok(page)) if *last == name => {
                        begun.partitions.extend(page.partitions)
                    }
                    (_, page) => described.push((name, page)),
                }
            }
            let Some(next) = answer.next_cursor else { return Ok(described) };
            cursor = Some(
                Cursor::default()
                    .with_topic_name(next.topic_name)
                    .with_partition_index(next.partition_index),
            );
        }
    }

    async fn describe_page(
        &mut self,
        names: &[&str],
        cursor: Option<Cursor>,
    ) -> Result<DescribeTopicPartitionsResponse, ClientError> {
        let topic = |name: &&str| TopicRequest::default().with_name(topic_name(name));
        let request = DescribeTopicPartitionsRequest::default()
            .with_topics(names.iter().map(topic).collect())
            .with_response_partition_limit(PARTITIONS_MAX)
            .with_cursor(cursor);
        self.ask(Target::Any, &request).await
    }
}

fn of_metadata(topic: Topic) -> TopicDescription {
    let partition = |partition: crate::cluster::Partition| PartitionState {
        index: partition.index,
        leader: partition.leader,
        replicas: partition.replicas,
        isr: partition.isr,
        eligible_leaders: None,
        last_known_eligible_leaders: None,
    };
    let partitions = topic.partitions.into_iter().map(partition).collect();
    TopicDescription { name: topic.name, id: topic.id, is_internal: topic.is_internal, partitions }
}

fn of_page(
    topic: &DescribeTopicPartitionsResponseTopic,
) -> (String, Result<TopicDescription, BrokerError>) {
    let name = topic.name.as_ref().map(|name| name.to_string()).unwrap_or_default();
    let checked = BrokerError::check(topic.error_code, None).map(|()| TopicDescription {
        name: name.clone(),
        id: topic.topic_id,
        is_internal: topic.is_internal,
        partitions: topic.partitions.iter().map(partition_of_page).collect(),
    });
    (name, checked)
}

fn partition_of_page(partition: &DescribeTopicPartitionsResponsePartition) -> PartitionState {
    PartitionState {
        index: partition.partition_index,
        leader: (partition.leader_id.0 >= 0).then_some(partition.leader_id.0),
        replicas: numbers(&partition.replica_nodes),
        isr: numbers(&partition.isr_nodes),
        eligible_leaders: partition.eligible_leader_replicas.as_deref().map(numbers),
        last_known_eligible_leaders: partition.last_known_elr.as_deref().map(numbers),
    }
}

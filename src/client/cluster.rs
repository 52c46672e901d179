//! What a client knows of the cluster: brokers, topics and who leads which partition.

use std::collections::BTreeMap;
use std::sync::Arc;

use kabuki_wire::messages::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use kabuki_wire::messages::{BrokerId, MetadataResponse};
use kabuki_wire::{ResponseError, Uuid};

use crate::error::{BrokerError, ClientError};

/// A broker's address, on the listener over which it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broker {
    /// The node id.
    pub id: i32,
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: i32,
    /// The rack, where it has one.
    pub rack: Option<String>,
}

impl Broker {
    /// `host:port`, with brackets around an IPv6 address.
    pub fn address(&self) -> String {
        let is_ipv6 = self.host.contains(':') && !self.host.starts_with('[');
        let host = if is_ipv6 { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{host}:{}", self.port)
    }
}

/// One partition of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// Its number.
    pub index: i32,
    /// The broker that leads it, where there is one.
    pub leader: Option<i32>,
    /// How often leadership has changed; −1 when the broker is too old to say.
    pub leader_epoch: i32,
    /// The brokers that hold it.
    pub replicas: Vec<i32>,
    /// Those of them that have all its records.
    pub isr: Vec<i32>,
    /// Those of them that are down.
    pub offline_replicas: Vec<i32>,
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Its id; all zeros when the broker is too old to have ids (before 2.8).
    pub id: Uuid,
    /// Whether it belongs to Kafka itself.
    pub is_internal: bool,
    /// Its partitions, by their numbers.
    pub partitions: Vec<Partition>,
}

impl Topic {
    /// A partition by its number.
    pub fn partition(&self, index: i32) -> Result<&Partition, ClientError> {
        let found = self.partitions.iter().find(|partition| partition.index == index);
        let missing = || ClientError::NoPartition { topic: self.name.clone(), partition: index };
        found.ok_or_else(missing)
    }
}

/// What the brokers last said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cluster {
    /// The cluster's id.
    pub cluster_id: Option<String>,
    /// The broker that takes requests for the controller.
    pub controller: Option<i32>,
    /// The brokers that are alive, by their ids.
    pub brokers: BTreeMap<i32, Broker>,
    /// The topics that were asked for, by their names.
    pub topics: BTreeMap<String, Arc<Topic>>,
}

impl Cluster {
    /// Takes in an answer: brokers are replaced, topics added or replaced, those that are gone dropped.
    pub(crate) fn update(&mut self, response: &MetadataResponse) {
        self.cluster_id = response.cluster_id.as_ref().map(|id| id.to_string());
        self.controller = known_id(response.controller_id);
        self.brokers =
            response.brokers.iter().map(|broker| (broker.node_id.0, broker_of(broker))).collect();
        for topic in &response.topics {
            let Some(name) = topic.name.as_ref() else { continue };
            match topic_of(topic) {
                Ok(topic) => self.topics.insert(topic.name.clone(), Arc::new(topic)),
                Err(_) => self.topics.remove(name.as_str()),
            };
        }
    }
}

/// An id of which −1 means none.
fn known_id(id: BrokerId) -> Option<i32> {
    (id.0 >= 0).then_some(id.0)
}

fn broker_of(broker: &MetadataResponseBroker) -> Broker {
    Broker {
        id: broker.node_id.0,
        host: broker.host.to_string(),
        port: broker.port,
        rack: broker.rack.as_ref().map(|rack| rack.to_string()),
    }
}

/// A topic of an answer, or the error that stands in its place.
pub(crate) fn topic_of(topic: &MetadataResponseTopic) -> Result<Topic, BrokerError> {
    match ResponseError::try_from_code(topic.error_code) {
        // A topic of which partitions lack a leader still has the others.
        Some(ResponseError::LeaderNotAvailable) if !topic.partitions.is_empty() => {}
        _ => BrokerError::check(topic.error_code, None)?,
    }
    let mut partitions: Vec<_> = topic.partitions.iter().map(partition_of).collect();
    partitions.sort_by_key(|partition| partition.index);
    Ok(Topic {
        name: topic.name.as_ref().map(|name| name.to_string()).unwrap_or_default(),
        id: topic.topic_id,
        is_internal: topic.is_internal,
        partitions,
    })
}

fn partition_of(partition: &MetadataResponsePartition) -> Partition {
    Partition {
        index: partition.partition_index,
        leader: known_id(partition.leader_id),
        leader_epoch: partition.leader_epoch,
        replicas: numbers(&partition.replica_nodes),
        isr: numbers(&partition.isr_nodes),
        offline_replicas: numbers(&partition.offline_replicas),
    }
}

pub(crate) fn numbers(ids: &[BrokerId]) -> Vec<i32> {
    ids.iter().map(|id| id.0).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use kabuki_wire::StrBytes;
    use kabuki_wire::messages::TopicName;

    /// A topic of that many partitions, all led by broker 1.
    pub(crate) fn topic_of(partition_count: i32) -> Topic {
        let partition = |index| Partition {
            index,
            leader: Some(1),
            leader_epoch: 0,
            replicas: vec![1],
            isr: vec![1],
            offline_replicas: vec![],
        };
        let partitions = (0..partition_count).map(partition).collect();
        Topic { name: "t".to_owned(), id: Uuid::nil(), is_internal: false, partitions }
    }

    fn answer(name: &'static str, error_code: i16) -> MetadataResponse {
        let topic = MetadataResponseTopic::default()
            .with_name(Some(TopicName(StrBytes::from_static_str(name))))
            .with_error_code(error_code);
        MetadataResponse::default().with_topics(vec![topic])
    }

    #[test]
    fn a_topic_that_is_gone_is_forgotten() {
        let mut cluster = Cluster::default();
        cluster.update(&answer("t", 0));
        cluster.update(&answer("other", 0));
        assert_eq!(cluster.topics.len(), 2);
        cluster.update(&answer("t", ResponseError::UnknownTopicOrPartition.code()));
        assert_eq!(cluster.topics.keys().collect::<Vec<_>>(), ["other"]);
    }

    #[test]
    fn an_ipv6_host_gets_brackets() {
        let broker = |host: &str| Broker { id: 1, host: host.to_owned(), port: 9092, rack: None };
        assert_eq!(broker("::1").address(), "[::1]:9092");
        assert_eq!(broker("localhost").address(), "localhost:9092");
    }
}

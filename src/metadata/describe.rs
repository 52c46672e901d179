//! What the describing APIs (Metadata, DescribeTopicPartitions, DescribeCluster) read from an image, as a client sees
//! it through one listener.

use uuid::Uuid;

use crate::controller::is_internal;
use crate::image::{BrokerImage, ClusterImage, Endpoint, NO_LEADER, PartitionImage, TopicImage};

/// Why a partition has no leader that a client could reach; the answer's error code for the partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaderProblem {
    /// LEADER_NOT_AVAILABLE: there is none, or it is not registered.
    NotAvailable,
    /// LISTENER_NOT_FOUND: it does not have the listener that the request came in on.
    ListenerNotFound,
}

/// A partition as a client sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionState<'i> {
    /// The partition's number.
    pub number: i32,
    /// Why it cannot be used now, if so.
    pub problem: Option<LeaderProblem>,
    /// The leader; −1 when there is none to name.
    pub leader: i32,
    /// The leader's epoch.
    pub leader_epoch: i32,
    /// All replicas, the preferred leader first.
    pub replicas: &'i [i32],
    /// Replicas in sync.
    pub isr: &'i [i32],
    /// Eligible leaders out of sync.
    pub elr: &'i [i32],
    /// With neither: who led last.
    pub last_known_elr: &'i [i32],
    /// Replicas whose broker is not there, is fenced, lacks the listener, or lost the log directory.
    pub offline_replicas: Vec<i32>,
}

/// Brokers that clients may use, by id, with their address on a listener: neither fenced nor without the listener.
pub fn alive_brokers<'i>(
    image: &'i ClusterImage,
    listener: &'i str,
) -> impl Iterator<Item = (&'i BrokerImage, &'i Endpoint)> {
    brokers(image, listener).filter(|(broker, _)| !broker.fenced)
}

/// All registered brokers that have the listener, fenced ones too (DescribeCluster shows them when asked, KIP-1073).
pub fn brokers<'i>(
    image: &'i ClusterImage,
    listener: &'i str,
) -> impl Iterator<Item = (&'i BrokerImage, &'i Endpoint)> {
    image.brokers().values().filter_map(move |broker| Some((broker, broker.endpoint(listener)?)))
}

/// The broker to which clients are told to send what is for the controller: any that is alive forwards it, so Kafka
/// draws one. `choice` is that draw. −1 when no broker is alive.
pub fn controller_for_clients(image: &ClusterImage, choice: usize) -> i32 {
    let alive: Vec<i32> =
        image.brokers().values().filter(|broker| !broker.fenced).map(|broker| broker.id).collect();
    if alive.is_empty() { -1 } else { alive[choice % alive.len()] }
}

/// Whether the topic holds Kafka's own state.
pub fn topic_is_internal(topic: &TopicImage) -> bool {
    is_internal(&topic.name)
}

/// The partitions of a topic from number `first` on, as they look through a listener.
pub fn partitions<'i>(
    image: &'i ClusterImage,
    topic: &'i TopicImage,
    listener: &'i str,
    first: i32,
) -> impl Iterator<Item = PartitionState<'i>> {
    let from_first = topic.partitions.range(first..);
    from_first.map(move |(&number, partition)| describe(image, number, partition, listener))
}

fn describe<'i>(
    image: &ClusterImage,
    number: i32,
    partition: &'i PartitionImage,
    listener: &str,
) -> PartitionState<'i> {
    let problem = leader_problem(image, partition.leader, listener);
    let is_offline = |id: &i32| is_offline(image, partition, *id, listener);
    PartitionState {
        number,
        problem,
        // A leader that the client cannot reach through this listener is still named to nobody.
        leader: if problem.is_some() { NO_LEADER } else { partition.leader },
        leader_epoch: partition.leader_epoch,
        replicas: &partition.replicas,
        isr: &partition.isr,
        elr: &partition.elr,
        last_known_elr: &partition.last_known_elr,
        offline_replicas: partition.replicas.iter().copied().filter(is_offline).collect(),
    }
}

fn leader_problem(image: &ClusterImage, leader: i32, listener: &str) -> Option<LeaderProblem> {
    match image.broker(leader) {
        None => Some(LeaderProblem::NotAvailable),
        Some(broker) if broker.endpoint(listener).is_none() => {
            Some(LeaderProblem::ListenerNotFound)
        }
        Some(_) => None,
    }
}

fn is_offline(image: &ClusterImage, partition: &PartitionImage, id: i32, listener: &str) -> bool {
    let Some(broker) = image.broker(id) else { return true };
    let lost_directory = partition.directory_of(id).is_some_and(|dir| !broker.has_online_dir(dir));
    broker.fenced || broker.endpoint(listener).is_none() || lost_directory
}

/// A replica that a broker holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalReplica<'i> {
    /// Its topic.
    pub topic: &'i TopicImage,
    /// Its partition's number.
    pub number: i32,
    /// Its partition.
    pub partition: &'i PartitionImage,
    /// The log directory it was assigned to, which may be one of the reserved ids.
    pub directory: Uuid,
}

/// Every replica of a broker, by topic name and number.
pub fn replicas_of(image: &ClusterImage, broker: i32) -> impl Iterator<Item = LocalReplica<'_>> {
    image.topics().iter().flat_map(move |topic| {
        topic.partitions.keys().filter_map(move |&number| local_replica(topic, number, broker))
    })
}

/// The replica that a broker holds of one partition, if it holds one.
pub fn local_replica(topic: &TopicImage, number: i32, broker: i32) -> Option<LocalReplica<'_>> {
    let partition = topic.partitions.get(&number)?;
    let directory = partition.directory_of(broker)?;
    Some(LocalReplica { topic, number, partition, directory })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller::test_cluster;

    fn states(image: &ClusterImage, listener: &'static str) -> Vec<(i32, Option<LeaderProblem>)> {
        let topic = image.topics().by_name("t").expect("created");
        let states = partitions(image, topic, listener, 0);
        states.map(|state| (state.leader, state.problem)).collect()
    }

    #[test]
    fn a_partition_is_seen_with_its_leader() {
        let image = test_cluster::add_topics(&test_cluster::of_brokers(&[1]), &["t"], 2, 1);
        assert_eq!(states(&image, "PLAINTEXT"), [(1, None), (1, None)]);
        let topic = image.topics().by_name("t").expect("created");
        let second: Vec<_> = partitions(&image, topic, "PLAINTEXT", 1).collect();
        assert_eq!((second.len(), second[0].number, second[0].replicas), (1, 1, &[1][..]));
        assert!(second[0].offline_replicas.is_empty());
    }

    #[test]
    fn a_leader_without_the_listener_is_not_named() {
        let image = test_cluster::with_topics(&["t"]);
        assert_eq!(states(&image, "OTHER"), [(NO_LEADER, Some(LeaderProblem::ListenerNotFound))]);
        assert_eq!(alive_brokers(&image, "OTHER").count(), 0);
        assert_eq!(controller_for_clients(&image, 5), 1);
    }

    #[test]
    fn a_fenced_broker_is_offline_and_hidden() {
        let image = test_cluster::fenced(&test_cluster::with_topics(&["t"]), 1);
        assert_eq!(states(&image, "PLAINTEXT"), [(NO_LEADER, Some(LeaderProblem::NotAvailable))]);
        let topic = image.topics().by_name("t").expect("created");
        let offline = partitions(&image, topic, "PLAINTEXT", 0).next().expect("one partition");
        assert_eq!(offline.offline_replicas, [1]);
        assert_eq!(alive_brokers(&image, "PLAINTEXT").count(), 0);
        assert_eq!(brokers(&image, "PLAINTEXT").count(), 1);
        assert_eq!(controller_for_clients(&image, 0), -1);
    }

    #[test]
    fn replicas_of_a_broker_are_found() {
        let image = test_cluster::add_topics(&test_cluster::of_brokers(&[1, 2]), &["a", "b"], 4, 1);
        let count = |broker| replicas_of(&image, broker).count();
        assert_eq!((count(1), count(2), count(3)), (4, 4, 0));
    }
}

//! New partitions: of new topics, and of topics that grow.

use uuid::Uuid;

use crate::chance::Chance;
use crate::directories;
use crate::error::{AdminError, ErrorKind};
use crate::generated::{MetadataRecord, PartitionRecord};
use crate::image::{BrokerImage, ClusterImage, PartitionImage, TopicImage};

use super::placement::place_replicas;
use super::topics::repeated_names;
use super::{Decision, Named, RECORDS_PER_REQUEST_MAX};

/// One topic of a CreatePartitions request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionsToAdd {
    /// The topic's name.
    pub topic: String,
    /// How many partitions it is to have in all.
    pub count: i32,
    /// The brokers of each new partition; `None`: the controller chooses.
    pub assignments: Option<Vec<Vec<i32>>>,
}

/// Whether any topic is left to be looked up once a CreatePartitions request was compared with itself.
pub fn growth_asks_the_cluster(topics: &[PartitionsToAdd]) -> bool {
    let repeated = repeated_names(topics.iter().map(|topic| topic.topic.as_str()));
    topics.iter().any(|topic| !repeated.contains(topic.topic.as_str()))
}

/// Decides a CreatePartitions request: topics grow, they never shrink. One answer per distinct name, names that came
/// more than once (INVALID_REQUEST) first.
///
/// Refusals of a topic: UNKNOWN_TOPIC_OR_PARTITION; INVALID_PARTITIONS when it has as many already, or more;
/// INVALID_REPLICA_ASSIGNMENT; INVALID_REPLICATION_FACTOR when brokers are missing for the topic's replication
/// factor; UNKNOWN_SERVER_ERROR where the request's new partitions become more than 10,000, and for each topic that grows
/// after that one. (Kafka has no better word, and creates those up to the limit nevertheless; nothing is created here.)
pub fn create_partitions(
    image: &ClusterImage,
    topics: &[PartitionsToAdd],
    validate_only: bool,
    chance: &mut dyn Chance,
) -> Decision<Named<()>> {
    let repeated = repeated_names(topics.iter().map(|topic| topic.topic.as_str()));
    let twice = |name: &&str| {
        let message = "the topic name comes more than once";
        (name.to_string(), Err(AdminError::new(ErrorKind::InvalidRequest, message)))
    };
    let results = repeated.iter().map(twice).collect();
    let mut decision = Decision { results, records: Vec::new() };
    let mut room = RECORDS_PER_REQUEST_MAX;
    for topic in topics.iter().filter(|topic| !repeated.contains(topic.topic.as_str())) {
        let result = grow(image, topic, room, chance).map(|records| {
            room -= records.len();
            decision.records.extend(records);
        });
        if result.as_ref().is_err_and(|error| error.kind == ErrorKind::UnknownServerError) {
            room = 0;
        }
        decision.results.push((topic.topic.clone(), result));
    }
    decision.validate_only(validate_only)
}

fn grow(
    image: &ClusterImage,
    request: &PartitionsToAdd,
    room: usize,
    chance: &mut dyn Chance,
) -> Result<Vec<MetadataRecord>, AdminError> {
    let unknown = || AdminError::new(ErrorKind::UnknownTopicOrPartition, "");
    let topic = image.topics().by_name(&request.topic).ok_or_else(unknown)?;
    let additional = additional_partitions(topic, request)?;
    if additional > room {
        return Err(AdminError::new(ErrorKind::UnknownServerError, ""));
    }
    let factor = topic.partitions.values().next().map_or(1, |partition| partition.replicas.len());
    let replicas = match &request.assignments {
        None => place_replicas(image, additional, factor, chance)?,
        Some(assignments) => {
            assignments.iter().try_for_each(|it| check_assignment(image, it, Some(factor)))?;
            assignments.clone()
        }
    };
    let numbers = topic.partition_count()..;
    let records = numbers.zip(&replicas).map(|(number, replicas)| {
        new_partition(image, topic.id, number, replicas).map(MetadataRecord::from)
    });
    records.collect()
}

fn additional_partitions(
    topic: &TopicImage,
    request: &PartitionsToAdd,
) -> Result<usize, AdminError> {
    let have = topic.partition_count();
    let refuse = |kind, why: String| Err(AdminError::new(kind, why));
    if request.count <= have {
        let why = format!(
            "topic '{}' has {have} partitions, {} would be no increase",
            topic.name, request.count
        );
        return refuse(ErrorKind::InvalidPartitions, why);
    }
    let additional = usize::try_from(request.count - have).unwrap_or(usize::MAX);
    match &request.assignments {
        Some(assignments) if assignments.len() != additional => {
            let given = assignments.len();
            let why = format!("{additional} partitions are added and {given} are assigned");
            refuse(ErrorKind::InvalidReplicaAssignment, why)
        }
        _ => Ok(additional),
    }
}

/// Whether brokers can be the replicas of a partition (INVALID_REPLICA_ASSIGNMENT): some, all registered, none twice,
/// and as many as the topic's other partitions have.
pub(super) fn check_assignment(
    image: &ClusterImage,
    replicas: &[i32],
    factor: Option<usize>,
) -> Result<(), AdminError> {
    let refuse = |why: String| Err(AdminError::new(ErrorKind::InvalidReplicaAssignment, why));
    if replicas.is_empty() {
        return refuse("a manual assignment names no broker".to_owned());
    }
    for (at, id) in replicas.iter().enumerate() {
        if image.broker(*id).is_none() {
            return refuse(format!("broker {id} of a manual assignment is not registered"));
        }
        if replicas[..at].contains(id) {
            return refuse(format!("a manual assignment names broker {id} more than once"));
        }
    }
    match factor {
        Some(factor) if factor != replicas.len() => refuse(format!(
            "a manual assignment has {} replicas, other partitions have {factor}",
            replicas.len()
        )),
        _ => Ok(()),
    }
}

/// The record of a new partition: its active replicas are in sync, and the first of them leads, in epoch 0.
/// Refused when no replica is active.
pub(super) fn new_partition(
    image: &ClusterImage,
    topic_id: Uuid,
    number: i32,
    replicas: &[i32],
) -> Result<PartitionRecord, AdminError> {
    let is_active = |id: &i32| image.broker(*id).is_some_and(BrokerImage::is_active);
    let isr: Vec<i32> = replicas.iter().copied().filter(is_active).collect();
    let Some(&leader) = isr.first() else {
        let message = format!("no broker of partition {number} is active");
        return Err(AdminError::new(ErrorKind::InvalidReplicationFactor, message));
    };
    let directory = |id| image.broker(id).map_or(&[][..], |broker| broker.log_dirs.as_slice());
    let partition = PartitionImage {
        replicas: replicas.to_vec(),
        directories: replicas
            .iter()
            .map(|&id| directories::for_new_replica(directory(id)))
            .collect(),
        isr,
        leader,
        ..PartitionImage::default()
    };
    Ok(partition.to_record(topic_id, number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Seeded;
    use crate::controller::test_cluster;

    fn decide(image: &ClusterImage, topics: &[PartitionsToAdd]) -> Decision<Named<()>> {
        create_partitions(image, topics, false, &mut Seeded::new(3))
    }

    fn to(topic: &str, count: i32) -> PartitionsToAdd {
        PartitionsToAdd { topic: topic.to_owned(), count, assignments: None }
    }

    fn assigned(topic: &str, count: i32, assignments: &[&[i32]]) -> PartitionsToAdd {
        let assignments = assignments.iter().map(|replicas| replicas.to_vec()).collect();
        PartitionsToAdd { assignments: Some(assignments), ..to(topic, count) }
    }

    fn refusal(image: &ClusterImage, topic: PartitionsToAdd) -> ErrorKind {
        let decision = decide(image, &[topic]);
        assert!(decision.records.is_empty());
        decision.results[0].1.as_ref().expect_err("refused").kind
    }

    #[test]
    fn a_topic_grows_and_keeps_what_it_has() {
        let image = test_cluster::with_topics(&["t"]);
        let decision = decide(&image, &[to("t", 4)]);
        assert_eq!(decision.results, [("t".to_owned(), Ok(()))]);
        let after = test_cluster::after(&image, &decision.records);
        let topic = after.topics().by_name("t").expect("it was there before");
        assert_eq!(topic.partitions.keys().copied().collect::<Vec<_>>(), [0, 1, 2, 3]);
        let new = &topic.partitions[&3];
        assert_eq!((new.leader, new.leader_epoch, new.partition_epoch), (1, 0, 0));
        assert_eq!((&new.isr, &new.directories), (&vec![1], &vec![test_cluster::directory(1)]));
    }

    #[test]
    fn a_topic_never_shrinks_or_stays() {
        let image = test_cluster::with_topics(&["t"]);
        for count in [1, 0, -5] {
            assert_eq!(refusal(&image, to("t", count)), ErrorKind::InvalidPartitions);
        }
        assert_eq!(refusal(&image, to("no", 5)), ErrorKind::UnknownTopicOrPartition);
    }

    #[test]
    fn too_many_new_partitions_are_refused_and_whatever_grows_after_them() {
        let image = test_cluster::with_topics(&["t", "u", "v"]);
        let decision = decide(&image, &[to("t", 9_999), to("u", 10), to("v", 2), to("no", 2)]);
        let codes: Vec<_> = decision.results.iter().map(|(_, result)| result.clone()).collect();
        let codes = codes.iter().map(|result| result.as_ref().err().map(AdminError::code));
        assert_eq!(codes.collect::<Vec<_>>(), [None, Some(-1), Some(-1), Some(3)]);
        assert_eq!(decision.records.len(), 9_998);
        assert_eq!(refusal(&image, to("t", i32::MAX)), ErrorKind::UnknownServerError);
    }

    #[test]
    fn manual_assignments_are_checked() {
        let image = test_cluster::with_topics(&["t"]);
        let wrong: [&[&[i32]]; 5] = [&[&[1]], &[&[1], &[]], &[&[1], &[9]], &[&[1], &[1, 1]], &[]];
        for assignments in wrong {
            let kind = refusal(&image, assigned("t", 3, assignments));
            assert_eq!(kind, ErrorKind::InvalidReplicaAssignment, "{assignments:?}");
        }
        let decision = decide(&image, &[assigned("t", 3, &[&[1], &[1]])]);
        assert_eq!(decision.records.len(), 2);
    }

    #[test]
    fn a_name_that_comes_twice_is_refused_once() {
        let image = test_cluster::with_topics(&["t", "u"]);
        let decision = decide(&image, &[to("t", 2), to("u", 2), to("t", 3)]);
        let kinds: Vec<_> = decision
            .results
            .iter()
            .map(|(name, result)| (name.as_str(), result.as_ref().err().map(|error| error.kind)))
            .collect();
        assert_eq!(kinds, [("t", Some(ErrorKind::InvalidRequest)), ("u", None)]);
        assert_eq!(decision.records.len(), 1);
    }

    #[test]
    fn asking_only_changes_nothing() {
        let image = test_cluster::with_topics(&["t"]);
        let decision = create_partitions(&image, &[to("t", 2)], true, &mut Seeded::new(3));
        assert_eq!(decision, Decision { results: vec![("t".to_owned(), Ok(()))], records: vec![] });
    }
}

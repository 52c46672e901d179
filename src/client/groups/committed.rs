//! The offsets that groups have committed.

use std::collections::{BTreeMap, BTreeSet};

use kabuki_wire::ResponseError;
use kabuki_wire::messages::offset_commit::{
    OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use kabuki_wire::messages::offset_delete_request::{
    OffsetDeleteRequestPartition, OffsetDeleteRequestTopic,
};
use kabuki_wire::messages::offset_fetch::{
    OffsetFetchRequestGroup, OffsetFetchRequestTopic, OffsetFetchRequestTopics,
};
use kabuki_wire::messages::{
    OffsetCommitRequest, OffsetCommitResponse, OffsetDeleteRequest, OffsetDeleteResponse,
    OffsetFetchRequest, OffsetFetchResponse,
};

use super::{GroupOutcomes, TopicPartition};
use crate::client::{Client, text, topic_name};
use crate::coordinator::{CoordinatorApi, group_id, is_passing};
use crate::error::{BrokerError, ClientError};
use crate::group::Membership;

/// From the version after these on topics are named by ids only, of which a deleted topic has none: as Kafka's admin
/// client, this one stays with names.
const BY_NAME_MAX: i16 = 9;
/// From this version on OffsetFetch takes several groups (KIP-709).
const SEVERAL_GROUPS: i16 = 8;
/// From this version on OffsetFetch can be told to wait for open transactions (KIP-447).
const STABLE: i16 = 7;
/// From this version on OffsetFetch without topics means all.
const ALL_TOPICS: i16 = 2;
/// From this version on OffsetCommit knows members with an id of their own (KIP-345).
const INSTANCES: i16 = 7;
/// An offset that a group has committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedOffset {
    /// Where to read on.
    pub offset: i64,
    /// The epoch of the leader from which the record before was read, where that is known.
    pub leader_epoch: Option<i32>,
    /// What was committed along with it.
    pub metadata: String,
}

/// What came of each partition.
pub type PartitionOutcomes = BTreeMap<TopicPartition, Result<(), BrokerError>>;

type Committed = BTreeMap<TopicPartition, CommittedOffset>;
/// Partitions by topics.
type Wanted<'a> = BTreeMap<&'a str, Vec<i32>>;

impl Client {
    /// All offsets that these groups have committed. A group that does not exist has committed none.
    pub async fn committed_offsets(
        &mut self,
        groups: &[&str],
    ) -> Result<GroupOutcomes<Committed>, ClientError> {
        self.ask_committed(groups, None, false).await
    }

    /// The offsets that a group has committed for these partitions; those without one are left out. Waits for
    /// transactions that are about to commit some.
    pub async fn committed_offsets_of(
        &mut self,
        group: &str,
        partitions: &BTreeSet<TopicPartition>,
    ) -> Result<Result<Committed, BrokerError>, ClientError> {
        let mut wanted = Wanted::new();
        for (topic, partition) in partitions {
            wanted.entry(topic).or_default().push(*partition);
        }
        let mut outcomes = self.ask_committed(&[group], Some(&wanted), true).await?;
        Ok(outcomes.pop().map_or_else(|| Ok(Committed::new()), |(_, outcome)| outcome))
    }

    async fn ask_committed(
        &mut self,
        groups: &[&str],
        wanted: Option<&Wanted<'_>>,
        is_stable: bool,
    ) -> Result<GroupOutcomes<Committed>, ClientError> {
        let api = CoordinatorApi {
            version_max: BY_NAME_MAX,
            several_groups: SEVERAL_GROUPS,
            make: |groups: &[String], version| fetch_request(groups, wanted, is_stable, version),
            answer: fetched,
        };
        self.ask_coordinators::<OffsetFetchRequest, _, _, _>(groups, &api).await
    }

    /// Commits offsets for a group: as one of its members, or from outside while it has none.
    pub async fn commit_offsets(
        &mut self,
        group: &str,
        offsets: &BTreeMap<TopicPartition, i64>,
        member: Option<&Membership>,
    ) -> Result<PartitionOutcomes, ClientError> {
        let api = CoordinatorApi {
            version_max: BY_NAME_MAX,
            several_groups: i16::MAX,
            make: |groups: &[String], version| commit_request(groups, offsets, member, version),
            answer: committed,
        };
        let outcomes =
            self.ask_coordinators::<OffsetCommitRequest, _, _, _>(&[group], &api).await?;
        let outcome = outcomes.into_iter().next().map(|(_, outcome)| outcome);
        Ok(outcome.unwrap_or_else(|| Ok(BTreeMap::new())).unwrap_or_else(|error| {
            offsets.keys().map(|place| (place.clone(), Err(error.clone()))).collect()
        }))
    }

    /// Deletes the offsets that a group has committed for these partitions.
    pub async fn delete_offsets(
        &mut self,
        group: &str,
        partitions: &BTreeSet<TopicPartition>,
    ) -> Result<Result<PartitionOutcomes, BrokerError>, ClientError> {
        let api = CoordinatorApi {
            version_max: i16::MAX,
            several_groups: i16::MAX,
            make: |groups: &[String], _| delete_request(groups, partitions),
            answer: deleted,
        };
        let outcomes =
            self.ask_coordinators::<OffsetDeleteRequest, _, _, _>(&[group], &api).await?;
        let outcome = outcomes.into_iter().next().map(|(_, outcome)| outcome);
        Ok(outcome.unwrap_or_else(|| Ok(BTreeMap::new())))
    }
}

fn fetch_request(
    groups: &[String],
    wanted: Option<&Wanted<'_>>,
    is_stable: bool,
    version: i16,
) -> OffsetFetchRequest {
    let require_stable = is_stable && version >= STABLE;
    if version >= SEVERAL_GROUPS {
        let topic = |(name, partitions): (&&str, &Vec<i32>)| OffsetFetchRequestTopics {
            name: topic_name(name),
            partition_indexes: partitions.clone(),
            ..OffsetFetchRequestTopics::default()
        };
        let topics = wanted.map(|wanted| wanted.iter().map(topic).collect::<Vec<_>>());
        let group = |group: &String| OffsetFetchRequestGroup {
            group_id: group_id(group),
            topics: topics.clone(),
            ..OffsetFetchRequestGroup::default()
        };
        let groups = groups.iter().map(group).collect();
        return OffsetFetchRequest { groups, require_stable, ..OffsetFetchRequest::default() };
    }
    let topic = |(name, partitions): (&&str, &Vec<i32>)| {
        OffsetFetchRequestTopic::default()
            .with_name(topic_name(name))
            .with_partition_indexes(partitions.clone())
    };
    let topics = wanted.map(|wanted| wanted.iter().map(topic).collect());
    let none = (version < ALL_TOPICS).then(Vec::new);
    OffsetFetchRequest {
        group_id: groups.first().map(|group| group_id(group)).unwrap_or_default(),
        topics: topics.or(none),
        require_stable,
        ..OffsetFetchRequest::default()
    }
}

/// One partition of an answer, whatever the version.
struct Fetched<'a> {
    topic: &'a str,
    partition: i32,
    offset: i64,
    leader_epoch: i32,
    metadata: Option<&'a str>,
    error_code: i16,
}

fn fetched(group: &str, response: &OffsetFetchResponse) -> Result<Committed, BrokerError> {
    // Old versions answer for one group, without naming it.
    let Some(found) = response.groups.iter().find(|found| found.group_id.as_str() == group) else {
        BrokerError::check(response.error_code, None)?;
        let partitions = response.topics.iter().flat_map(|topic| {
            topic.partitions.iter().map(|it| Fetched {
                topic: &topic.name,
                partition: it.partition_index,
                offset: it.committed_offset,
                leader_epoch: it.committed_leader_epoch,
                metadata: it.metadata.as_deref(),
                error_code: it.error_code,
            })
        });
        return all_committed(partitions);
    };
    BrokerError::check(found.error_code, None)?;
    let partitions = found.topics.iter().flat_map(|topic| {
        topic.partitions.iter().map(|it| Fetched {
            topic: &topic.name,
            partition: it.partition_index,
            offset: it.committed_offset,
            leader_epoch: it.committed_leader_epoch,
            metadata: it.metadata.as_deref(),
            error_code: it.error_code,
        })
    });
    all_committed(partitions)
}

/// The partitions that have an offset; those of topics that are gone have none.
fn all_committed<'a>(
    partitions: impl Iterator<Item = Fetched<'a>>,
) -> Result<Committed, BrokerError> {
    let mut committed = Committed::new();
    for it in partitions {
        match BrokerError::check(it.error_code, None) {
            Err(error) if error.error == ResponseError::UnknownTopicOrPartition => continue,
            other => other?,
        }
        if it.offset >= 0 {
            let offset = CommittedOffset {
                offset: it.offset,
                leader_epoch: (it.leader_epoch >= 0).then_some(it.leader_epoch),
                metadata: it.metadata.unwrap_or_default().to_owned(),
            };
            committed.insert((it.topic.to_owned(), it.partition), offset);
        }
    }
    Ok(committed)
}

fn commit_request(
    groups: &[String],
    offsets: &BTreeMap<TopicPartition, i64>,
    member: Option<&Membership>,
    version: i16,
) -> OffsetCommitRequest {
    let mut topics: BTreeMap<&str, Vec<OffsetCommitRequestPartition>> = BTreeMap::new();
    for ((topic, partition), offset) in offsets {
        let partition = OffsetCommitRequestPartition::default()
            .with_partition_index(*partition)
            .with_committed_offset(*offset)
            .with_committed_metadata(Some(text("")));
        topics.entry(topic).or_default().push(partition);
    }
    let topic = |(name, partitions)| OffsetCommitRequestTopic {
        name: topic_name(name),
        partitions,
        ..OffsetCommitRequestTopic::default()
    };
    let request = OffsetCommitRequest {
        group_id: groups.first().map(|group| group_id(group)).unwrap_or_default(),
        generation_id_or_member_epoch: -1,
        // Only versions up to 4 carry it: −1 leaves it to the broker.
        retention_time_ms: -1,
        topics: topics.into_iter().map(topic).collect(),
        ..OffsetCommitRequest::default()
    };
    let Some(member) = member else { return request };
    let instance = member.instance_id.as_deref().filter(|_| version >= INSTANCES);
    OffsetCommitRequest {
        generation_id_or_member_epoch: member.epoch,
        member_id: text(&member.member_id),
        group_instance_id: instance.map(text),
        ..request
    }
}

fn committed(_: &str, response: &OffsetCommitResponse) -> Result<PartitionOutcomes, BrokerError> {
    let partitions = response.topics.iter().flat_map(|topic| {
        topic.partitions.iter().map(|it| (&*topic.name, it.partition_index, it.error_code))
    });
    outcomes(partitions)
}

fn delete_request(groups: &[String], partitions: &BTreeSet<TopicPartition>) -> OffsetDeleteRequest {
    let mut topics: BTreeMap<&str, Vec<OffsetDeleteRequestPartition>> = BTreeMap::new();
    for (topic, partition) in partitions {
        let partition = OffsetDeleteRequestPartition::default().with_partition_index(*partition);
        topics.entry(topic).or_default().push(partition);
    }
    let topic = |(name, partitions)| {
        OffsetDeleteRequestTopic::default().with_name(topic_name(name)).with_partitions(partitions)
    };
    let group = groups.first().map(|group| group_id(group)).unwrap_or_default();
    let topics = topics.into_iter().map(topic).collect();
    OffsetDeleteRequest::default().with_group_id(group).with_topics(topics)
}

fn deleted(_: &str, response: &OffsetDeleteResponse) -> Result<PartitionOutcomes, BrokerError> {
    BrokerError::check(response.error_code, None)?;
    let partitions = response.topics.iter().flat_map(|topic| {
        topic.partitions.iter().map(|it| (&*topic.name, it.partition_index, it.error_code))
    });
    outcomes(partitions)
}

/// What came of each partition; an error of the coordinator's state is one of the whole request.
fn outcomes<'a>(
    partitions: impl Iterator<Item = (&'a kabuki_wire::StrBytes, i32, i16)>,
) -> Result<PartitionOutcomes, BrokerError> {
    let mut outcomes = PartitionOutcomes::new();
    for (topic, partition, error_code) in partitions {
        match BrokerError::check(error_code, None) {
            Err(error) if is_passing(error.error) => return Err(error),
            outcome => drop(outcomes.insert((topic.to_string(), partition), outcome)),
        }
    }
    Ok(outcomes)
}

//! How far a group is behind.

use std::collections::{BTreeMap, BTreeSet};

use kabuki_client::{
    Client, CommittedOffset, GroupDescription, GroupMember, OffsetSpec, TopicPartition,
};

use crate::error::{CliError, words_of};

/// A partition, as a group sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lag {
    pub(super) topic: String,
    pub(super) partition: i32,
    /// What is committed.
    pub(super) committed: Option<CommittedOffset>,
    /// The end of the partition; `None` where no leader could be asked.
    pub(super) end: Option<i64>,
    /// Who reads it.
    pub(super) reader: Option<Reader>,
}

/// The member that reads a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reader {
    pub(super) id: String,
    pub(super) host: String,
    pub(super) client_id: String,
}

impl Lag {
    /// Records between the committed offset and the end.
    pub(super) fn records(&self) -> Option<i64> {
        Some(self.end? - self.committed.as_ref()?.offset)
    }
}

/// Every partition that a member reads or for which an offset is committed: members with most partitions first, then
/// the partitions that nobody reads.
pub(super) async fn of_group(
    client: &mut Client,
    group: &GroupDescription,
) -> Result<Vec<Lag>, CliError> {
    let mut outcomes = client.committed_offsets(&[&group.id]).await?;
    let committed = outcomes.pop().map_or_else(|| Ok(BTreeMap::new()), |(_, outcome)| outcome);
    let committed = committed.map_err(|error| {
        CliError::Failed(format!("offsets of group '{}': {}", group.id, words_of(&error)))
    })?;
    let places = places(group, committed.keys());
    let ends = ends(client, places.iter().map(|(place, _)| place)).await?;
    Ok(places
        .into_iter()
        .map(|((topic, partition), reader)| {
            let place = (topic, partition);
            let (committed, end) = (committed.get(&place).cloned(), ends.get(&place).copied());
            Lag { topic: place.0, partition: place.1, committed, end, reader }
        })
        .collect())
}

/// The partitions in the order in which they are shown, each with its reader.
fn places<'a>(
    group: &GroupDescription,
    committed: impl Iterator<Item = &'a TopicPartition>,
) -> Vec<(TopicPartition, Option<Reader>)> {
    let size = |member: &GroupMember| member.assignment.values().map(BTreeSet::len).sum::<usize>();
    let mut members: Vec<&GroupMember> = group.members.iter().collect();
    members.sort_by_key(|member| std::cmp::Reverse(size(member)));
    let mut places = vec![];
    for member in members {
        let reader = Reader {
            id: member.id.clone(),
            host: member.host.clone(),
            client_id: member.client_id.clone(),
        };
        for (topic, partitions) in &member.assignment {
            let of_topic = partitions.iter().map(|&partition| (topic.clone(), partition));
            places.extend(of_topic.map(|place| (place, Some(reader.clone()))));
        }
    }
    let read: BTreeSet<TopicPartition> = places.iter().map(|(place, _)| place.clone()).collect();
    places.extend(committed.filter(|place| !read.contains(*place)).map(|it| (it.clone(), None)));
    places
}

/// The ends of those partitions that have a leader.
async fn ends<'a>(
    client: &mut Client,
    places: impl Iterator<Item = &'a TopicPartition>,
) -> Result<BTreeMap<TopicPartition, i64>, CliError> {
    let places: BTreeSet<&TopicPartition> = places.collect();
    let topics: BTreeSet<&str> = places.iter().map(|(topic, _)| topic.as_str()).collect();
    let topics: Vec<&str> = topics.into_iter().collect();
    if topics.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut led = BTreeSet::new();
    for (name, topic) in client.describe_topics(&topics).await? {
        let partitions = topic.map(|topic| topic.partitions).unwrap_or_default();
        let with_leader = partitions.iter().filter(|partition| partition.leader.is_some());
        led.extend(with_leader.map(|partition| (name.clone(), partition.index)));
    }
    let wanted: Vec<(&str, i32, OffsetSpec)> = places
        .into_iter()
        .filter(|place| led.contains(*place))
        .map(|(topic, partition)| (topic.as_str(), *partition, OffsetSpec::Latest))
        .collect();
    let listed = client.list_offsets(&wanted).await?;
    Ok(listed.into_iter().filter_map(|it| Some(((it.topic, it.partition), it.offset?))).collect())
}

#[cfg(test)]
mod tests {
    use kabuki_client::{Assignment, GroupState, GroupType};

    use super::*;

    fn member(id: &str, partitions: &[i32]) -> GroupMember {
        let partitions: BTreeSet<i32> = partitions.iter().copied().collect();
        GroupMember {
            id: id.to_owned(),
            instance_id: None,
            client_id: "c".to_owned(),
            host: "/h".to_owned(),
            epoch: None,
            assignment: Assignment::from([("t".to_owned(), partitions)]),
            target: None,
            is_upgraded: None,
        }
    }

    #[test]
    fn who_reads_most_comes_first_and_what_nobody_reads_last() {
        let group = GroupDescription {
            id: "g".to_owned(),
            kind: GroupType::Classic,
            state: GroupState::Stable,
            coordinator: None,
            assignor: String::new(),
            group_epoch: None,
            target_epoch: None,
            members: vec![member("one", &[3]), member("two", &[1, 2])],
        };
        let committed = [("t".to_owned(), 0), ("t".to_owned(), 1)];
        let shown = places(&group, committed.iter());
        let shown: Vec<_> = shown
            .iter()
            .map(|((_, partition), reader)| (*partition, reader.as_ref().map(|it| it.id.as_str())))
            .collect();
        assert_eq!(shown, [(1, Some("two")), (2, Some("two")), (3, Some("one")), (0, None)]);
    }

    #[test]
    fn a_lag_needs_both_offsets() {
        let committed = CommittedOffset { offset: 7, leader_epoch: None, metadata: String::new() };
        let lag = |committed, end| {
            Lag { topic: "t".to_owned(), partition: 0, committed, end, reader: None }.records()
        };
        assert_eq!(lag(Some(committed.clone()), Some(10)), Some(3));
        assert_eq!((lag(None, Some(10)), lag(Some(committed), None)), (None, None));
    }
}

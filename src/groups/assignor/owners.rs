//! Who owns what: the table that every assignor fills.

use std::collections::BTreeMap;
use std::ops::Range;

use uuid::Uuid;

use super::{Assignment, GroupSpec, PartitionCounts};

/// The owner of every partition of the topics that a group is subscribed to.
///
/// Members are their places in the group. All partitions are numbered through: topic by topic in ascending order of
/// ids, within a topic in Kafka's order.
pub(super) struct Owners {
    topics: Vec<(Uuid, Range<usize>)>,
    owners: Vec<Option<usize>>,
}

impl Owners {
    /// A table without owners of those of `topics` that exist. They must be ascending and each there once.
    pub(super) fn new(topics: impl Iterator<Item = Uuid>, counts: &dyn PartitionCounts) -> Self {
        let mut end = 0;
        let mut known = Vec::new();
        for topic in topics {
            let Some(partitions) = counts.partitions(topic) else { continue };
            let first = end;
            end += usize::try_from(partitions).unwrap_or(0);
            known.push((topic, first..end));
        }
        debug_assert!(known.is_sorted_by(|one, next| one.0 < next.0));
        Self { topics: known, owners: vec![None; end] }
    }

    /// The topics with the numbers of their partitions.
    pub(super) fn topics(&self) -> &[(Uuid, Range<usize>)] {
        &self.topics
    }

    /// Lets every member keep what it has of the topics that it is subscribed to, and returns what each keeps.
    pub(super) fn keep_assigned(&mut self, group: &GroupSpec<'_>) -> Vec<Vec<usize>> {
        let mut kept = vec![Vec::new(); group.members.len()];
        for (place, member) in group.members.iter().enumerate() {
            for (topic, partitions) in member.assigned {
                if !member.topics.contains(topic) {
                    continue;
                }
                let Some(numbers) = self.numbers_of(*topic) else { continue };
                for partition in partitions.iter().filter_map(|it| usize::try_from(*it).ok()) {
                    let number = numbers.start.saturating_add(partition);
                    if numbers.contains(&number) && self.owners[number].is_none() {
                        self.owners[number] = Some(place);
                        kept[place].push(number);
                    }
                }
            }
        }
        kept
    }

    /// All partitions.
    pub(super) fn all(&self) -> Range<usize> {
        0..self.owners.len()
    }

    /// The owner of a partition.
    pub(super) fn owner(&self, partition: usize) -> Option<usize> {
        self.owners[partition]
    }

    /// Gives a partition to a member.
    pub(super) fn give(&mut self, partition: usize, member: usize) {
        self.owners[partition] = Some(member);
    }

    /// The same by members.
    pub(super) fn into_assignment(self, group: &GroupSpec<'_>) -> Assignment {
        let mut owned: Vec<Vec<(Uuid, Vec<i32>)>> = vec![Vec::new(); group.members.len()];
        for (topic, numbers) in self.topics {
            for (partition, owner) in (0..).zip(&self.owners[numbers]) {
                let Some(owner) = *owner else { continue };
                match owned[owner].last_mut().filter(|(last, _)| *last == topic) {
                    Some((_, partitions)) => partitions.push(partition),
                    None => owned[owner].push((topic, vec![partition])),
                }
            }
        }
        let by_topic = |owned: Vec<(Uuid, Vec<i32>)>| -> BTreeMap<_, _> {
            owned
                .into_iter()
                .map(|(topic, of_topic)| (topic, of_topic.into_iter().collect()))
                .collect()
        };
        let members = group.members.iter().zip(owned);
        members.map(|(member, owned)| (member.member_id.to_owned(), by_topic(owned))).collect()
    }

    fn numbers_of(&self, topic: Uuid) -> Option<Range<usize>> {
        let place = self.topics.binary_search_by_key(&topic, |known| known.0).ok()?;
        Some(self.topics[place].1.clone())
    }
}

//! How far a member has read its partitions.

use std::collections::{BTreeMap, BTreeSet};

use kabuki_client::{Client, FetchFrom, OffsetSpec, TopicPartition};

use super::super::begin::{self, Begin};
use crate::error::CliError;

/// Where a partition is read on, and what the group knows of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Position {
    next: i64,
    /// What is committed, as far as it is known here.
    committed: Option<i64>,
}

/// The partitions of a member; those of which nothing was read yet have no position.
#[derive(Debug, Default)]
pub(super) struct Positions {
    partitions: BTreeMap<TopicPartition, Option<Position>>,
    /// How many partitions are passed over before the first that is fetched: each has its turn to be first.
    turn: usize,
}

impl Positions {
    /// These are the partitions now; positions of those that stay are kept.
    pub(super) fn set(&mut self, partitions: &BTreeSet<TopicPartition>) {
        let mut before = std::mem::take(&mut self.partitions);
        let position = |place: &TopicPartition| (place.clone(), before.remove(place).flatten());
        self.partitions = partitions.iter().map(position).collect();
    }

    pub(super) fn drop(&mut self, partitions: &BTreeSet<TopicPartition>) {
        self.partitions.retain(|place, _| !partitions.contains(place));
    }

    pub(super) fn not_begun(&self) -> BTreeSet<TopicPartition> {
        let new = self.partitions.iter().filter(|(_, position)| position.is_none());
        new.map(|(place, _)| place.clone()).collect()
    }

    /// Reads on from these offsets, which count as not committed: a group is seen to be at the beginning, too.
    pub(super) fn begin(&mut self, offsets: BTreeMap<TopicPartition, i64>) {
        for (place, next) in offsets {
            if let Some(position) = self.partitions.get_mut(&place) {
                *position = Some(Position { next, committed: None });
            }
        }
    }

    pub(super) fn advance(&mut self, place: TopicPartition, next: i64) {
        if let Some(Some(position)) = self.partitions.get_mut(&place) {
            position.next = next;
        }
    }

    pub(super) fn to_commit(&self) -> BTreeMap<TopicPartition, i64> {
        let changed = self.partitions.iter().filter_map(|(place, position)| {
            let position = position.filter(|it| it.committed != Some(it.next))?;
            Some((place.clone(), position.next))
        });
        changed.collect()
    }

    pub(super) fn committed(&mut self, place: &TopicPartition, offset: i64) {
        if let Some(Some(position)) = self.partitions.get_mut(place) {
            position.committed = Some(offset);
        }
    }

    /// Whether every partition was read up to these offsets.
    pub(super) fn are_at(&self, ends: &BTreeMap<TopicPartition, i64>) -> bool {
        self.partitions.iter().all(|(place, position)| {
            let end = ends.get(place).copied().unwrap_or(i64::MAX);
            position.is_some_and(|position| position.next >= end)
        })
    }

    /// Where to fetch: partitions that have begun and are not at their ends.
    pub(super) fn to_fetch(&self, ends: &BTreeMap<TopicPartition, i64>) -> Vec<FetchFrom> {
        let open = self.partitions.iter().filter_map(|(place, position)| {
            let offset = (*position)?.next;
            let is_open = ends.get(place).is_none_or(|end| offset < *end);
            let (topic, partition) = place.clone();
            is_open.then_some(FetchFrom { topic, partition, offset })
        });
        let mut open: Vec<_> = open.collect();
        if !open.is_empty() {
            let turn = self.turn % open.len();
            open.rotate_left(turn);
        }
        open
    }

    pub(super) fn give_turns(&mut self) {
        self.turn = self.turn.wrapping_add(1);
    }
}

/// The ends of partitions.
pub(super) async fn ends(
    client: &mut Client,
    partitions: &BTreeSet<TopicPartition>,
) -> Result<BTreeMap<TopicPartition, i64>, CliError> {
    list(client, partitions, OffsetSpec::Latest).await
}

/// Where to begin in partitions for which nothing is committed.
pub(super) async fn first(
    client: &mut Client,
    begin: &Begin,
    partitions: &BTreeSet<TopicPartition>,
) -> Result<BTreeMap<TopicPartition, i64>, CliError> {
    let mut by_topic: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for (topic, partition) in partitions {
        by_topic.entry(topic).or_default().push(*partition);
    }
    let mut first = BTreeMap::new();
    for (topic, partitions) in by_topic {
        let offsets = begin.offsets(client, topic, &partitions).await?;
        first
            .extend(offsets.into_iter().map(|(partition, it)| ((topic.to_owned(), partition), it)));
    }
    Ok(first)
}

/// The partitions whose position is before the first record or after the end.
pub(super) async fn out_of_range(
    client: &mut Client,
    positions: &Positions,
) -> Result<BTreeSet<TopicPartition>, CliError> {
    let partitions = positions.partitions.keys().cloned().collect();
    let earliest = list(client, &partitions, OffsetSpec::Earliest).await?;
    let latest = list(client, &partitions, OffsetSpec::Latest).await?;
    let is_out = |(place, position): (&TopicPartition, &Option<Position>)| {
        let next = (*position)?.next;
        let is_before = earliest.get(place).is_some_and(|earliest| next < *earliest);
        let is_after = latest.get(place).is_some_and(|latest| next > *latest);
        (is_before || is_after).then(|| place.clone())
    };
    Ok(positions.partitions.iter().filter_map(is_out).collect())
}

async fn list(
    client: &mut Client,
    partitions: &BTreeSet<TopicPartition>,
    spec: OffsetSpec,
) -> Result<BTreeMap<TopicPartition, i64>, CliError> {
    let mut by_topic: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for (topic, partition) in partitions {
        by_topic.entry(topic).or_default().push(*partition);
    }
    let mut listed = BTreeMap::new();
    for (topic, partitions) in by_topic {
        let offsets = begin::list(client, topic, &partitions, spec).await?;
        listed
            .extend(offsets.into_iter().map(|(partition, it)| ((topic.to_owned(), partition), it)));
    }
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(partition: i32) -> TopicPartition {
        ("t".to_owned(), partition)
    }

    fn reading(offsets: &[(i32, i64)]) -> Positions {
        let mut positions = Positions::default();
        positions.set(&offsets.iter().map(|(partition, _)| place(*partition)).collect());
        positions.begin(offsets.iter().map(|(partition, at)| (place(*partition), *at)).collect());
        positions
    }

    #[test]
    fn partitions_that_stay_keep_their_positions() {
        let mut positions = reading(&[(0, 5), (1, 7)]);
        positions.set(&BTreeSet::from([place(1), place(2)]));
        assert_eq!(positions.not_begun(), BTreeSet::from([place(2)]));
        assert_eq!(positions.to_commit(), BTreeMap::from([(place(1), 7)]));
        positions.drop(&BTreeSet::from([place(1)]));
        assert!(positions.to_commit().is_empty());
    }

    #[test]
    fn only_what_is_news_is_committed() {
        let mut positions = reading(&[(0, 5), (1, 7)]);
        positions.committed(&place(0), 5);
        positions.committed(&place(1), 7);
        assert!(positions.to_commit().is_empty());
        positions.advance(place(1), 9);
        assert_eq!(positions.to_commit(), BTreeMap::from([(place(1), 9)]));
    }

    #[test]
    fn partitions_at_their_ends_are_not_fetched_and_each_has_its_turn() {
        let mut positions = reading(&[(0, 5), (1, 7), (2, 0)]);
        let ends = BTreeMap::from([(place(0), 5), (place(1), 9), (place(2), 1)]);
        let fetched = |positions: &Positions| -> Vec<i32> {
            positions.to_fetch(&ends).iter().map(|from| from.partition).collect()
        };
        assert_eq!(fetched(&positions), [1, 2]);
        positions.give_turns();
        assert_eq!(fetched(&positions), [2, 1]);
        assert!(!positions.are_at(&ends));
        positions.advance(place(1), 9);
        positions.advance(place(2), 1);
        assert!(positions.are_at(&ends) && fetched(&positions).is_empty());
    }
}

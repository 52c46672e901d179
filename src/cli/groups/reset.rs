//! Where `kabuki groups reset-offsets` sets offsets to.

pub(super) mod csv;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use kabuki_client::{Client, CommittedOffset, OffsetSpec, TopicPartition};

use super::partitions::{Partitions, expand};
use super::say;
use crate::error::{CliError, words_of};

/// New offsets by partitions.
pub(super) type NewOffsets = BTreeMap<TopicPartition, i64>;

/// Where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Destination {
    Earliest,
    Latest,
    /// What is committed, or else the end.
    Current,
    Offset(i64),
    /// The first record at or after this time, in milliseconds since the epoch.
    AtOrAfter(i64),
    /// The first record younger than so many milliseconds.
    Ago(i64),
    ShiftBy(i64),
    /// What a file says.
    File(PathBuf),
    /// What the file said, by groups.
    Given(BTreeMap<String, NewOffsets>),
}

impl Destination {
    /// Reads the file, where there is one: lines without a group are for the only group that was named.
    pub(super) fn with_file_of(&self, groups: &[String]) -> Result<Self, CliError> {
        let Self::File(path) = self else { return Ok(self.clone()) };
        let text = fs::read_to_string(path)
            .map_err(|source| CliError::File { path: path.clone(), source })?;
        let only = match groups {
            [only] => Some(only.as_str()),
            _ => None,
        };
        csv::read(&text, only)
            .map(Self::Given)
            .map_err(|what| CliError::Usage(format!("{}: {what}", path.display())))
    }
}

/// The new offsets of a group. `topics` names the partitions; where it is empty, those with a committed offset are
/// meant.
pub(super) async fn plan(
    client: &mut Client,
    group: &str,
    topics: &[Partitions],
    to: &Destination,
) -> Result<NewOffsets, CliError> {
    if let Destination::Given(by_group) = to {
        let given = by_group.get(group).ok_or_else(|| {
            CliError::Failed(format!("Error: No reset plan for group {group} found"))
        })?;
        return within_range(client, given).await;
    }
    let committed = committed(client, group).await?;
    let partitions = match topics.is_empty() {
        true => committed.keys().cloned().collect(),
        false => named(client, topics).await?,
    };
    match to {
        Destination::Earliest => list(client, &partitions, OffsetSpec::Earliest).await,
        Destination::Latest => list(client, &partitions, OffsetSpec::Latest).await,
        Destination::Offset(offset) => {
            let wanted = partitions.into_iter().map(|place| (place, *offset)).collect();
            within_range(client, &wanted).await
        }
        Destination::AtOrAfter(time) => at_or_after(client, &partitions, *time).await,
        Destination::Ago(milliseconds) => {
            let time = now().saturating_sub(*milliseconds).max(0);
            at_or_after(client, &partitions, time).await
        }
        Destination::ShiftBy(count) => {
            within_range(client, &shifted(&partitions, &committed, *count)?).await
        }
        Destination::Current => {
            let is_missing = |place: &&TopicPartition| !committed.contains_key(*place);
            let missing = partitions.iter().filter(is_missing).cloned().collect();
            let mut offsets = list(client, &missing, OffsetSpec::Latest).await?;
            let known = partitions.iter().filter_map(|place| Some((place, committed.get(place)?)));
            offsets.extend(known.map(|(place, committed)| (place.clone(), committed.offset)));
            Ok(offsets)
        }
        Destination::File(_) | Destination::Given(_) => Ok(NewOffsets::new()),
    }
}

async fn named(
    client: &mut Client,
    topics: &[Partitions],
) -> Result<BTreeSet<TopicPartition>, CliError> {
    let (partitions, unknown) = expand(client, topics).await?;
    match unknown.first() {
        Some((topic, error)) => {
            Err(CliError::Failed(format!("Error: topic '{topic}': {}", words_of(error))))
        }
        None => Ok(partitions),
    }
}

async fn committed(
    client: &mut Client,
    group: &str,
) -> Result<BTreeMap<TopicPartition, CommittedOffset>, CliError> {
    let mut outcomes = client.committed_offsets(&[group]).await?;
    let outcome = outcomes.pop().map_or_else(|| Ok(BTreeMap::new()), |(_, outcome)| outcome);
    outcome.map_err(|error| {
        CliError::Failed(format!("Error: offsets of group '{group}': {}", words_of(&error)))
    })
}

fn shifted(
    partitions: &BTreeSet<TopicPartition>,
    committed: &BTreeMap<TopicPartition, CommittedOffset>,
    count: i64,
) -> Result<NewOffsets, CliError> {
    let shift = |place: &TopicPartition| match committed.get(place) {
        Some(committed) => Ok((place.clone(), committed.offset.saturating_add(count))),
        None => Err(CliError::Failed(format!(
            "Error: Cannot shift offset for partition {}-{} since there is no current committed offset",
            place.0, place.1
        ))),
    };
    partitions.iter().map(shift).collect()
}

/// One offset of each partition; those that have none are left out.
async fn list(
    client: &mut Client,
    partitions: &BTreeSet<TopicPartition>,
    spec: OffsetSpec,
) -> Result<NewOffsets, CliError> {
    let wanted: Vec<_> =
        partitions.iter().map(|(topic, partition)| (topic.as_str(), *partition, spec)).collect();
    let listed = client.list_offsets(&wanted).await?;
    Ok(listed.into_iter().filter_map(|it| Some(((it.topic, it.partition), it.offset?))).collect())
}

/// Where no record is that late, the next one will be.
async fn at_or_after(
    client: &mut Client,
    partitions: &BTreeSet<TopicPartition>,
    time: i64,
) -> Result<NewOffsets, CliError> {
    let mut offsets = list(client, partitions, OffsetSpec::AtOrAfter(time)).await?;
    let is_missing = |place: &&TopicPartition| !offsets.contains_key(*place);
    let missing: BTreeSet<_> = partitions.iter().filter(is_missing).cloned().collect();
    for (topic, partition) in &missing {
        say(&format!(
            "Warn: Partition {partition} from topic {topic} is empty. Falling back to latest known offset."
        ));
    }
    offsets.extend(list(client, &missing, OffsetSpec::Latest).await?);
    Ok(offsets)
}

/// Offsets before the first record or after the end become these.
async fn within_range(client: &mut Client, wanted: &NewOffsets) -> Result<NewOffsets, CliError> {
    let partitions: BTreeSet<_> = wanted.keys().cloned().collect();
    let first = list(client, &partitions, OffsetSpec::Earliest).await?;
    let end = list(client, &partitions, OffsetSpec::Latest).await?;
    let (offsets, warnings) = clamped(wanted, &first, &end);
    warnings.iter().for_each(|warning| say(warning));
    Ok(offsets)
}

fn clamped(wanted: &NewOffsets, first: &NewOffsets, end: &NewOffsets) -> (NewOffsets, Vec<String>) {
    let mut warnings = vec![];
    let mut clamp = |(place, &offset): (&TopicPartition, &i64)| {
        let (first, end) = (first.get(place).copied(), end.get(place).copied());
        let (bound, words) = match (first, end) {
            (_, Some(end)) if offset > end => (end, "higher than latest"),
            (Some(first), _) if offset < first => (first, "lower than earliest"),
            _ => return (place.clone(), offset),
        };
        warnings.push(format!(
            "New offset ({offset}) is {words} offset for topic partition {}-{}. Value will be set to {bound}",
            place.0, place.1
        ));
        (place.clone(), bound)
    };
    let offsets = wanted.iter().map(&mut clamp).collect();
    (offsets, warnings)
}

/// Milliseconds since the epoch.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(offsets: &[(i32, i64)]) -> NewOffsets {
        offsets.iter().map(|(partition, offset)| (("t".to_owned(), *partition), *offset)).collect()
    }

    #[test]
    fn offsets_stay_within_the_log() {
        let wanted = offsets(&[(0, 5), (1, 50), (2, 1), (3, -7)]);
        let first = offsets(&[(0, 2), (1, 2), (2, 2), (3, 0)]);
        let end = offsets(&[(0, 10), (1, 10), (2, 10), (3, 0)]);
        let (clamped, warnings) = clamped(&wanted, &first, &end);
        assert_eq!(clamped, offsets(&[(0, 5), (1, 10), (2, 2), (3, 0)]));
        assert_eq!(warnings.len(), 3);
        assert_eq!(
            warnings[0],
            "New offset (50) is higher than latest offset for topic partition t-1. Value will be set to 10"
        );
    }

    #[test]
    fn what_is_not_committed_cannot_be_shifted() {
        let partitions = BTreeSet::from([("t".to_owned(), 0)]);
        let offset = CommittedOffset { offset: 7, leader_epoch: None, metadata: String::new() };
        let committed = BTreeMap::from([(("t".to_owned(), 0), offset)]);
        assert_eq!(shifted(&partitions, &committed, -3).ok(), Some(offsets(&[(0, 4)])));
        let missing = shifted(&partitions, &BTreeMap::new(), 1);
        assert!(matches!(missing, Err(CliError::Failed(text)) if text.contains("partition t-0 ")));
    }
}

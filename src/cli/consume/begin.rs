//! Where reading begins.

use std::collections::BTreeMap;

use clap::Args;
use kabuki_client::{Client, OffsetSpec};

use crate::error::CliError;
use crate::times::timestamp;

/// Where reading begins: at the end, if nothing else is said.
#[derive(Debug, Args)]
pub(super) struct Begin {
    /// Begin with the first record that is still there
    #[arg(long, conflicts_with_all = ["offset", "from_timestamp"])]
    from_beginning: bool,
    /// Begin at this offset: a number, a number before the end (-5), 'earliest' or 'latest'
    #[arg(short, long, value_name = "OFFSET", allow_hyphen_values = true, value_parser = position)]
    offset: Option<Position>,
    /// Begin with the first record at or after this time: milliseconds since 1970, or 2026-01-31T08:00:00Z
    #[arg(long, value_name = "TIME", conflicts_with = "offset", value_parser = timestamp)]
    from_timestamp: Option<i64>,
}

/// A place in every partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    Earliest,
    Latest,
    At(i64),
    BeforeEnd(i64),
}

fn position(text: &str) -> Result<Position, String> {
    match text {
        "earliest" | "beginning" => Ok(Position::Earliest),
        "latest" | "end" => Ok(Position::Latest),
        number => match number.parse::<i64>() {
            Ok(offset @ 0..) => Ok(Position::At(offset)),
            Ok(back) => Ok(Position::BeforeEnd(back.saturating_neg())),
            Err(_) => Err("must be a number, 'earliest' or 'latest'".to_owned()),
        },
    }
}

impl Begin {
    fn position(&self) -> Position {
        if self.from_beginning {
            Position::Earliest
        } else {
            self.offset.unwrap_or(Position::Latest)
        }
    }

    /// The first offset to be read of each partition.
    pub(super) async fn offsets(
        &self,
        client: &mut Client,
        topic: &str,
        partitions: &[i32],
    ) -> Result<BTreeMap<i32, i64>, CliError> {
        if let Some(timestamp) = self.from_timestamp {
            // Where no record is that late, the next one will be.
            let mut offsets = list(client, topic, partitions, OffsetSpec::Latest).await?;
            offsets
                .extend(list(client, topic, partitions, OffsetSpec::AtOrAfter(timestamp)).await?);
            return Ok(offsets);
        }
        match self.position() {
            Position::Earliest => list(client, topic, partitions, OffsetSpec::Earliest).await,
            Position::Latest => list(client, topic, partitions, OffsetSpec::Latest).await,
            Position::At(offset) => {
                Ok(partitions.iter().map(|&partition| (partition, offset)).collect())
            }
            Position::BeforeEnd(back) => {
                let earliest = list(client, topic, partitions, OffsetSpec::Earliest).await?;
                let mut offsets = list(client, topic, partitions, OffsetSpec::Latest).await?;
                for (partition, offset) in &mut offsets {
                    *offset = (*offset - back).max(earliest.get(partition).copied().unwrap_or(0));
                }
                Ok(offsets)
            }
        }
    }
}

/// An offset of each partition; those that have none are left out.
pub(super) async fn list(
    client: &mut Client,
    topic: &str,
    partitions: &[i32],
    spec: OffsetSpec,
) -> Result<BTreeMap<i32, i64>, CliError> {
    let wanted: Vec<_> = partitions.iter().map(|&partition| (topic, partition, spec)).collect();
    let listed = client.list_offsets(&wanted).await?;
    Ok(listed.iter().filter_map(|one| Some((one.partition, one.offset?))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_from_the_beginning_or_from_the_end() {
        assert_eq!(position("12"), Ok(Position::At(12)));
        assert_eq!(position("-5"), Ok(Position::BeforeEnd(5)));
        assert_eq!(position("latest"), Ok(Position::Latest));
        assert!(position("middle").is_err());
    }
}

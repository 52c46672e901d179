//! `kabuki groups reset-offsets`.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use kabuki_client::{Client, GroupState, TopicPartition};
use kabuki_wire::ResponseError;

use super::partitions::Partitions;
use super::reset::{Destination, NewOffsets, csv, plan};
use super::say;
use super::selection::Selection;
use super::table::{self, Column};
use crate::broker::BrokerArgs;
use crate::error::{CliError, words_of};
use crate::times::{duration, timestamp};

/// Set the offsets from which groups read on
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ResetOffsets {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    scope: Scope,
    #[command(flatten)]
    to: To,
    /// Only show the new offsets. What happens without --execute
    #[arg(long, conflicts_with = "execute")]
    dry_run: bool,
    /// Commit the new offsets
    #[arg(long)]
    execute: bool,
    /// Print lines for --from-file in place of a table: topic,partition,offset, with the group in front if there are several
    #[arg(long)]
    export: bool,
}

/// Which partitions.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Scope {
    /// A topic, or some of its partitions; may be repeated
    #[arg(long = "topic", value_name = "TOPIC[:N,…]")]
    topics: Vec<Partitions>,
    /// Every partition for which the group has committed an offset
    #[arg(long)]
    all_topics: bool,
    /// The partitions and offsets in a file, as --export writes it
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,
}

/// Where to.
#[derive(Debug, Args)]
#[group(required = false, multiple = false)]
struct To {
    /// The first record that is still there
    #[arg(long)]
    to_earliest: bool,
    /// The end
    #[arg(long)]
    to_latest: bool,
    /// What is committed now; the end, where nothing is
    #[arg(long)]
    to_current: bool,
    /// This offset
    #[arg(long, value_name = "OFFSET", allow_negative_numbers = true)]
    to_offset: Option<i64>,
    /// The first record at or after this time: 2026-01-31T08:00:00.000, in UTC unless it says otherwise
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    to_datetime: Option<i64>,
    /// The first record that is younger than this: PnDTnHnMnS, for example PT36H
    #[arg(long, value_name = "DURATION", value_parser = duration, allow_hyphen_values = true)]
    by_duration: Option<i64>,
    /// So many records after what is committed now; before, if negative
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true)]
    shift_by: Option<i64>,
}

const EXAMPLES: &str = "\
Examples:
  kabuki groups reset-offsets billing --topic orders --to-earliest               shows what would change
  kabuki groups reset-offsets billing --topic orders --to-earliest --execute
  kabuki groups reset-offsets billing --topic orders:0,1 --to-offset 1200 --execute
  kabuki groups reset-offsets billing --all-topics --to-datetime 2026-01-31T08:00:00.000 --execute
  kabuki groups reset-offsets billing --all-topics --by-duration PT36H --execute
  kabuki groups reset-offsets billing --all-topics --shift-by -10 --execute
  kabuki groups reset-offsets billing --all-topics --to-current --export > offsets.csv
  kabuki groups reset-offsets billing --from-file offsets.csv --execute

The group must be inactive: stop its members first. Offsets before the first record or after the end are set to these.";

const COLUMNS: [Column; 4] = [
    Column::growing("GROUP", 15),
    Column::growing("TOPIC", 15),
    Column::fixed("PARTITION", 10),
    Column::last("NEW-OFFSET"),
];

impl ResetOffsets {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let to = self.destination()?;
        let mut session = super::open(broker)?;
        let (reset, failed) = session.wait(async |client| {
            let ids = self.selection.ids(client).await?;
            let to = to.with_file_of(&ids)?;
            let mut reset = vec![];
            let mut failed = vec![];
            for group in ids {
                match self.reset(client, &group, &to).await {
                    Ok(offsets) => reset.push((group, offsets)),
                    Err(CliError::Failed(text)) => failed.push(text),
                    Err(other) => return Err(other),
                }
            }
            Ok((reset, failed))
        })?;
        self.print(&reset, reset.len() + failed.len() > 1)?;
        if !self.execute && !self.dry_run && !reset.is_empty() {
            say("Nothing is changed yet: --execute commits these offsets.");
        }
        if failed.is_empty() { Ok(()) } else { Err(CliError::Failed(failed.join("\n"))) }
    }

    fn destination(&self) -> Result<Destination, CliError> {
        let to = &self.to;
        let given = [
            to.to_earliest.then_some(Destination::Earliest),
            to.to_latest.then_some(Destination::Latest),
            to.to_current.then_some(Destination::Current),
            to.to_offset.map(Destination::Offset),
            to.to_datetime.map(Destination::AtOrAfter),
            to.by_duration.map(Destination::Ago),
            to.shift_by.map(Destination::ShiftBy),
            self.scope.from_file.clone().map(Destination::File),
        ];
        let mut given = given.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(to), None) => Ok(to),
            (None, _) => Err(CliError::Usage(
                "where to? One of --to-earliest, --to-latest, --to-current, --to-offset, --to-datetime, --by-duration, \
                 --shift-by, --from-file is needed"
                    .to_owned(),
            )),
            (Some(_), Some(_)) => Err(CliError::Usage(
                "--from-file says where to: it goes with none of the others".to_owned(),
            )),
        }
    }

    /// Finds the new offsets of a group and commits them, if that is wanted.
    async fn reset(
        &self,
        client: &mut Client,
        group: &str,
        to: &Destination,
    ) -> Result<NewOffsets, CliError> {
        check_inactive(client, group).await?;
        let offsets = plan(client, group, &self.scope.topics, to).await?;
        if self.execute {
            commit(client, group, &offsets).await?;
        }
        Ok(offsets)
    }

    fn print(&self, reset: &[(String, NewOffsets)], are_several: bool) -> Result<(), CliError> {
        let mut out = BufWriter::new(std::io::stdout().lock());
        if self.export {
            for (group, offsets) in reset {
                write!(out, "{}", csv::write(are_several.then_some(group.as_str()), offsets))?;
            }
        } else if !reset.is_empty() {
            let row = |group: &str, ((topic, partition), offset): (&TopicPartition, &i64)| {
                vec![group.to_owned(), topic.clone(), partition.to_string(), offset.to_string()]
            };
            let rows = reset
                .iter()
                .flat_map(|(group, offsets)| offsets.iter().map(move |entry| row(group, entry)));
            writeln!(out)?;
            table::write(&COLUMNS, &rows.collect::<Vec<_>>(), &mut out)?;
        }
        Ok(out.flush()?)
    }
}

/// A group that does not exist is as inactive as one without members.
async fn check_inactive(client: &mut Client, group: &str) -> Result<(), CliError> {
    let described = client.describe_groups(&[group]).await?.pop().map(|(_, described)| described);
    let state = match described {
        None => GroupState::Unknown,
        Some(Ok(described)) => described.state,
        Some(Err(error)) if error.error == ResponseError::GroupIdNotFound => GroupState::Dead,
        Some(Err(error)) => return Err(CliError::Failed(format!("Error: {}", words_of(&error)))),
    };
    match state {
        GroupState::Empty | GroupState::Dead => Ok(()),
        state => Err(CliError::Failed(format!(
            "Error: Assignments can only be reset if the group '{group}' is inactive, but the current state is {state}."
        ))),
    }
}

async fn commit(client: &mut Client, group: &str, offsets: &NewOffsets) -> Result<(), CliError> {
    if offsets.is_empty() {
        return Ok(());
    }
    let outcomes = client.commit_offsets(group, offsets, None).await?;
    let refused = outcomes.iter().filter_map(|((topic, partition), outcome)| {
        let words = words_of(outcome.as_ref().err()?);
        Some(format!("Error: group '{group}', {topic}-{partition}: {words}"))
    });
    let refused: Vec<_> = refused.collect();
    if refused.is_empty() { Ok(()) } else { Err(CliError::Failed(refused.join("\n"))) }
}

//! `kabuki groups delete-offsets`.

use std::io::{BufWriter, Write};

use clap::Args;
use kabuki_client::{BrokerError, PartitionOutcomes};

use super::partitions::{Partitions, expand};
use super::table::{self, Column, MISSING};
use crate::broker::BrokerArgs;
use crate::error::{CliError, words_of};

/// Forget the offsets that a group has committed for topics or partitions
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DeleteOffsets {
    /// The group
    #[arg(value_name = "GROUP", required_unless_present = "group_flag")]
    group: Option<String>,
    /// The same, as Kafka's tool takes it
    #[arg(long = "group", value_name = "GROUP", conflicts_with = "group")]
    group_flag: Option<String>,
    /// A topic, or some of its partitions; may be repeated
    #[arg(long = "topic", value_name = "TOPIC[:N,…]", required = true)]
    topics: Vec<Partitions>,
}

const EXAMPLES: &str = "\
Examples:
  kabuki groups delete-offsets billing --topic orders
  kabuki groups delete-offsets billing --topic orders:0,1 --topic returns

Topics that a member of the group reads are left alone.";

const COLUMNS: [Column; 3] =
    [Column::growing("TOPIC", 15), Column::fixed("PARTITION", 10), Column::fixed("STATUS", 15)];

/// What came of each partition, and the topics that do not exist.
struct Outcome {
    partitions: PartitionOutcomes,
    unknown: Vec<(String, BrokerError)>,
}

impl DeleteOffsets {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let group = self.group.as_deref().or(self.group_flag.as_deref()).unwrap_or_default();
        let mut session = super::open(broker)?;
        let outcome = session.wait(async |client| {
            let (partitions, unknown) = expand(client, &self.topics).await?;
            let deleted = client.delete_offsets(group, &partitions).await?;
            let partitions = deleted.map_err(|error| refused(group, &error))?;
            Ok::<_, CliError>(Outcome { partitions, unknown })
        })?;
        let failed = outcome.partitions.values().filter(|one| one.is_err()).count();
        let is_done = failed + outcome.unknown.len() == 0;
        let mut out = BufWriter::new(std::io::stdout().lock());
        if is_done {
            writeln!(out, "Request succeeded for deleting offsets from group {group}.")?;
        }
        writeln!(out)?;
        table::write(&COLUMNS, &rows(&outcome), &mut out)?;
        out.flush()?;
        match is_done {
            true => Ok(()),
            false => Err(CliError::Failed(
                "Error: Encountered some partition-level error, see the details.".to_owned(),
            )),
        }
    }
}

fn refused(group: &str, error: &BrokerError) -> CliError {
    CliError::Failed(format!("Error: offsets of group '{group}': {}", words_of(error)))
}

fn rows(outcome: &Outcome) -> Vec<Vec<String>> {
    let partition = |((topic, partition), outcome): (&(String, i32), &Result<(), BrokerError>)| {
        let status = match outcome {
            Ok(()) => "Successful".to_owned(),
            Err(error) => format!("Error: {}", words_of(error)),
        };
        vec![topic.clone(), partition.to_string(), status]
    };
    let unknown = |(topic, error): &(String, BrokerError)| {
        vec![topic.clone(), MISSING.to_owned(), format!("Error: {}", words_of(error))]
    };
    let mut rows: Vec<_> = outcome.partitions.iter().map(partition).collect();
    rows.extend(outcome.unknown.iter().map(unknown));
    rows
}

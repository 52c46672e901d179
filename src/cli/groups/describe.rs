//! `kabuki groups describe`.

mod json;
mod lag;
mod rows;

use std::io::{BufWriter, Write};

use clap::Args;
use kabuki_client::{Client, GroupDescription, GroupState};

use super::say;
use super::selection::Selection;
use super::table;
use crate::broker::BrokerArgs;
use crate::error::{CliError, words_of};
use lag::Lag;

/// Show how far groups are behind, their members, or their state
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Describe {
    #[command(flatten)]
    selection: Selection,
    /// Show partitions: committed offset, end, lag, who reads it. What is shown if nothing else is asked for
    #[arg(long, group = "what")]
    offsets: bool,
    /// Show members
    #[arg(long, group = "what")]
    members: bool,
    /// Show coordinator, assignor, state and the number of members
    #[arg(long, group = "what")]
    state: bool,
    /// Show more: leader epochs, assignments, epochs
    #[arg(long)]
    verbose: bool,
    /// Everything of a group as a JSON object, one per line
    #[arg(long, conflicts_with_all = ["what", "verbose"])]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  kabuki groups describe billing
  kabuki groups describe billing shipping --members --verbose
  kabuki groups describe --all --state
  kabuki groups describe billing --json | jq '[.offsets[].lag] | add'

The lag is what stands between the committed offset and the end of the partition; '-' is unknown.";

impl Describe {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let mut session = super::open(broker)?;
        let mut out = BufWriter::new(std::io::stdout().lock());
        let failed = session.wait(async |client| {
            let ids = self.selection.ids(client).await?;
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let mut failed = None;
            for (_, described) in client.describe_groups(&ids).await? {
                match described {
                    Ok(group) => self.describe(client, &group, &mut out).await?,
                    Err(error) => failed = Some(words_of(&error)),
                }
            }
            Ok::<_, CliError>(failed)
        })?;
        out.flush()?;
        match failed {
            None => Ok(()),
            Some(words) => Err(CliError::Failed(format!(
                "Error: Executing consumer group command failed due to {words}"
            ))),
        }
    }

    async fn describe(
        &self,
        client: &mut Client,
        group: &GroupDescription,
        out: &mut impl Write,
    ) -> Result<(), CliError> {
        if self.json {
            let lags = lag::of_group(client, group).await?;
            return Ok(json::write(group, &lags, out)?);
        }
        // The order of the two streams is that of a reader's eye.
        out.flush()?;
        say_state(group);
        if self.state {
            let columns = rows::state_columns(self.verbose);
            return write(&columns, &[rows::state(group, self.verbose)], out);
        }
        if self.members {
            let shown = rows::MemberRows::of(group, self.verbose);
            return write(&shown.columns, &shown.rows, out);
        }
        let lags = lag::of_group(client, group).await?;
        if lags.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> =
            lags.iter().map(|lag: &Lag| rows::lag(group, lag, self.verbose)).collect();
        write(&rows::lag_columns(self.verbose), &rows, out)
    }
}

fn say_state(group: &GroupDescription) {
    match group.state {
        GroupState::Empty => {
            say(&format!("\nConsumer group '{}' has no active members.", group.id))
        }
        GroupState::PreparingRebalance
        | GroupState::CompletingRebalance
        | GroupState::Assigning
        | GroupState::Reconciling => {
            say(&format!("\nWarning: Consumer group '{}' is rebalancing.", group.id));
        }
        GroupState::Stable | GroupState::Dead | GroupState::NotReady | GroupState::Unknown => {}
    }
}

fn write(
    columns: &[table::Column],
    rows: &[Vec<String>],
    out: &mut impl Write,
) -> Result<(), CliError> {
    writeln!(out)?;
    Ok(table::write(columns, rows, out)?)
}

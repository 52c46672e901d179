//! `kabuki groups …`: rules and output lines are those of Kafka's `kafka-consumer-groups.sh`.

mod delete;
mod delete_offsets;
mod describe;
mod list;
mod partitions;
mod reset;
mod reset_offsets;
mod selection;
mod table;

use clap::{Args, Subcommand};

use crate::broker::{BrokerArgs, Session};
use crate::error::CliError;

/// List, describe and delete consumer groups, and reset or delete their offsets
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Groups {
    #[command(flatten)]
    broker: BrokerArgs,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  kabuki groups list --state
  kabuki groups describe billing                              lag, partition by partition
  kabuki groups describe billing --members --verbose
  kabuki groups reset-offsets billing --topic orders --to-earliest              shows what would change
  kabuki groups reset-offsets billing --topic orders --to-earliest --execute
  kabuki groups delete-offsets billing --topic orders
  kabuki groups delete billing

Rules and output lines are those of Kafka's kafka-consumer-groups.sh: what that tool calls
`--describe --group billing` is `describe billing` here, or `describe --group billing`.";

#[derive(Debug, Subcommand)]
enum Command {
    List(list::List),
    Describe(describe::Describe),
    Delete(delete::Delete),
    ResetOffsets(reset_offsets::ResetOffsets),
    DeleteOffsets(delete_offsets::DeleteOffsets),
}

impl Groups {
    pub(crate) fn run(self) -> Result<(), CliError> {
        match &self.command {
            Command::List(list) => list.run(&self.broker),
            Command::Describe(describe) => describe.run(&self.broker),
            Command::Delete(delete) => delete.run(&self.broker),
            Command::ResetOffsets(reset) => reset.run(&self.broker),
            Command::DeleteOffsets(delete) => delete.run(&self.broker),
        }
    }
}

fn open(broker: &BrokerArgs) -> Result<Session, CliError> {
    Session::open(broker, "kabuki-groups")
}

/// Says something beside the results.
fn say(text: &str) {
    // Nobody may be listening there.
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{text}\n"));
}

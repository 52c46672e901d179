//! `kabuki features …`: flags and output lines are those of Kafka's `kafka-features.sh`.

mod change;
mod describe;
mod level;

use clap::{Args, Subcommand};

use crate::broker::{BrokerArgs, Session};
use crate::error::CliError;

/// Show, raise and lower the levels of the cluster's features
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Features {
    #[command(flatten)]
    broker: BrokerArgs,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  kabuki features describe
  kabuki features upgrade --feature metadata.version=4.3-IV0
  kabuki features downgrade --feature metadata.version=29 --dry-run

Flags and output lines are those of Kafka's kafka-features.sh.";

#[derive(Debug, Subcommand)]
enum Command {
    Describe(describe::Describe),
    Upgrade(change::Upgrade),
    Downgrade(change::Downgrade),
}

impl Features {
    pub(crate) fn run(self) -> Result<(), CliError> {
        match &self.command {
            Command::Describe(describe) => describe.run(&self.broker),
            Command::Upgrade(upgrade) => upgrade.run(&self.broker),
            Command::Downgrade(downgrade) => downgrade.run(&self.broker),
        }
    }
}

fn open(broker: &BrokerArgs) -> Result<Session, CliError> {
    Session::open(broker, "kabuki-features")
}

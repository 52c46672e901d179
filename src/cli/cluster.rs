//! `kabuki cluster …`: what Kafka's `kafka-cluster.sh` does.

mod describe;
mod unregister;

use clap::{Args, Subcommand};

use crate::broker::{BrokerArgs, Session};
use crate::error::CliError;

/// Show the cluster, take brokers out of it
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Cluster {
    #[command(flatten)]
    broker: BrokerArgs,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  kabuki cluster describe
  kabuki cluster unregister 3

Output lines are those of Kafka's kafka-cluster.sh: `describe` is `cluster-id` and `list-endpoints` in one.";

#[derive(Debug, Subcommand)]
enum Command {
    Describe(describe::Describe),
    Unregister(unregister::Unregister),
}

impl Cluster {
    pub(crate) fn run(self) -> Result<(), CliError> {
        match &self.command {
            Command::Describe(describe) => describe.run(&self.broker),
            Command::Unregister(unregister) => unregister.run(&self.broker),
        }
    }
}

fn open(broker: &BrokerArgs) -> Result<Session, CliError> {
    Session::open(broker, "kabuki-cluster")
}

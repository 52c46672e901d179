//! `kabuki configs …`: what Kafka's `kafka-configs.sh` does.

mod alter;
mod describe;
mod entity;
mod list;

use clap::{Args, Subcommand};

use crate::broker::{BrokerArgs, Session};
use crate::error::CliError;

/// Show and change the configuration of topics, brokers, loggers and the like while they run
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Configs {
    #[command(flatten)]
    broker: BrokerArgs,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  kabuki configs describe topic orders              what is set on the topic
  kabuki configs describe topic orders --all        every key, with its default
  kabuki configs alter topic orders --set retention.ms=3600000 --delete segment.ms
  kabuki configs alter brokers --set message.max.bytes=2000000
  kabuki configs alter broker 1 --set num.io.threads=4
  kabuki configs alter broker-logger 1 --set kabuki_actors::network=DEBUG
  kabuki configs list

What can be configured is named as kafka-configs.sh names it: topics, brokers, broker-loggers, client-metrics, groups;
each may stand in the singular. `brokers` without an id are all of them.";

#[derive(Debug, Subcommand)]
enum Command {
    Describe(describe::Describe),
    Alter(alter::Alter),
    List(list::List),
}

impl Configs {
    pub(crate) fn run(self) -> Result<(), CliError> {
        match &self.command {
            Command::Describe(describe) => describe.run(&self.broker),
            Command::Alter(alter) => alter.run(&self.broker),
            Command::List(list) => list.run(&self.broker),
        }
    }
}

fn open(broker: &BrokerArgs) -> Result<Session, CliError> {
    Session::open(broker, "kabuki-configs")
}

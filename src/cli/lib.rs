//! The command line: one file per command.
//!
//! Commands that talk to a broker do so through `kabuki-client` and work against any broker with a PLAINTEXT listener;
//! `start` alone runs one. Results go to standard output, everything else to standard error.
//!
//! Exit codes: 0 done, 1 failed, 2 what was asked for makes no sense (arguments, configuration), 130 ended by a second
//! ctrl-C.

mod broker;
mod cluster;
mod configs;
mod consume;
mod error;
mod features;
mod groups;
mod instance;
mod json;
mod log_dirs;
mod produce;
mod producers;
mod start;
mod stop;
mod times;
mod topics;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use error::CliError;

/// A Kafka broker in which every moving part is an actor, and the tools to use one.
#[derive(Debug, Parser)]
#[command(name = "kabuki", version, after_help = EXAMPLES)]
struct Kabuki {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  kabuki start                                  a broker on 127.0.0.1:9092, data in ./kabuki-data
  kabuki topics create orders --partitions 3
  echo hello | kabuki produce orders
  kabuki consume orders --from-beginning
  kabuki groups describe billing                who reads what, and how far behind
  kabuki configs describe topic orders --all
  kabuki stop

`kabuki help COMMAND` shows more, with examples.";

#[derive(Debug, Subcommand)]
enum Command {
    Start(start::Start),
    Stop(stop::Stop),
    Topics(topics::Topics),
    Configs(configs::Configs),
    Produce(produce::Produce),
    Consume(consume::Consume),
    Groups(groups::Groups),
    Features(features::Features),
    Cluster(cluster::Cluster),
    LogDirs(log_dirs::LogDirs),
    Producers(producers::Producers),
}

/// Parses the arguments of this process, does what they ask, and returns the exit code.
pub fn run() -> ExitCode {
    let kabuki = match Kabuki::try_parse() {
        Ok(kabuki) => kabuki,
        Err(help_or_error) => {
            // The reader of a help text may be gone; that is no failure.
            let _ = help_or_error.print();
            return ExitCode::from(help_or_error.exit_code() as u8);
        }
    };
    let outcome = match kabuki.command {
        Command::Start(start) => start.run(),
        Command::Stop(stop) => stop.run(),
        Command::Topics(topics) => topics.run(),
        Command::Configs(configs) => configs.run(),
        Command::Produce(produce) => produce.run(),
        Command::Consume(consume) => consume.run(),
        Command::Groups(groups) => groups.run(),
        Command::Features(features) => features.run(),
        Command::Cluster(cluster) => cluster.run(),
        Command::LogDirs(log_dirs) => log_dirs.run(),
        Command::Producers(producers) => producers.run(),
    };
    outcome.map_or_else(CliError::report, |()| ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        super::Kabuki::command().debug_assert();
    }
}

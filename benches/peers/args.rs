//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::server::Peer;

/// Measures Kabuki beside Apache Kafka 4.3.1 and beside a null server, with the same load
#[derive(Debug, Parser)]
#[command(name = "peers", args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) measure: Measure,
}

const EXAMPLES: &str = "\
Examples:
  benches/peers/run --quick
  benches/peers/run --only produce-16x1k --only end-to-end --peer kabuki --peer floor
  benches/peers/run --runs 7 --out docs/performance
  benches/peers/run report docs/performance/results.json --out docs/performance
  benches/peers/run compare before.json after.json

--list names the workloads.";

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Measure {
    /// Shorter loads and a single run: under ten minutes in all
    #[arg(long)]
    pub(crate) quick: bool,
    /// Measure only this workload; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Vec<String>,
    /// Measure only this server; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) peer: Vec<Peer>,
    /// Runs of each workload, interleaved [default: 5, with --quick 1]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) runs: Option<u32>,
    /// Write results.json, README.md and the pictures into this directory
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Name the workloads and end
    #[arg(long)]
    pub(crate) list: bool,
}

/// What else can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the tables of a results.json, and with --out write pictures anew
    Report {
        /// The file
        results: PathBuf,
        /// Where to write the table and the pictures
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Print what has changed between two results.json
    Compare {
        /// The older file
        before: PathBuf,
        /// The newer file
        after: PathBuf,
    },
    /// Serve as the null server
    #[command(hide = true)]
    Floor {
        #[arg(long)]
        port: u16,
        #[arg(long)]
        dir: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}

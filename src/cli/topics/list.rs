//! `kabuki topics list`.

use std::io::Write;

use clap::Args;

use super::selection::Selection;
use crate::broker::BrokerArgs;
use crate::error::CliError;

/// List the names of topics
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct List {
    #[command(flatten)]
    selection: Selection,
    /// Leave out Kafka's own topics
    #[arg(long)]
    exclude_internal: bool,
}

const EXAMPLES: &str = "\
Examples:
  kabuki topics list
  kabuki topics list 'orders.*' --exclude-internal";

impl List {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let mut session = super::open(broker)?;
        let names = session
            .wait(async |client| self.selection.names(client, self.exclude_internal, true).await)?;
        Ok(writeln!(std::io::stdout(), "{}", names.join("\n"))?)
    }
}

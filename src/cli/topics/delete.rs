//! `kabuki topics delete`.

use clap::Args;

use super::selection::Selection;
use crate::broker::BrokerArgs;
use crate::error::CliError;

/// Delete topics with all their records
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Delete {
    #[command(flatten)]
    selection: Selection,
    /// Do not fail if the topic does not exist
    #[arg(long)]
    if_exists: bool,
}

const EXAMPLES: &str = "\
Examples:
  kabuki topics delete orders
  kabuki topics delete 'test-.*' --if-exists";

impl Delete {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        self.selection.required()?;
        let mut session = super::open(broker)?;
        session.wait(async |client| {
            let names = self.selection.names(client, false, self.if_exists).await?;
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            if names.is_empty() {
                Ok(())
            } else {
                super::check(client.delete_topics(&names).await?)
            }
        })
    }
}

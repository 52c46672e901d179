//! `kabuki groups delete`.

use std::io::Write;

use clap::Args;

use super::selection::Selection;
use crate::broker::BrokerArgs;
use crate::error::{CliError, words_of};

/// Delete groups without members, with their offsets
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Delete {
    #[command(flatten)]
    selection: Selection,
}

const EXAMPLES: &str = "\
Examples:
  kabuki groups delete billing
  kabuki groups delete billing shipping

A group that has members is left alone: stop them first.";

impl Delete {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let mut session = super::open(broker)?;
        let outcomes = session.wait(async |client| {
            let ids = self.selection.ids(client).await?;
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            Ok::<_, CliError>(client.delete_groups(&ids).await?)
        })?;
        let deleted = outcomes.iter().filter(|(_, outcome)| outcome.is_ok());
        let deleted: Vec<_> = deleted.map(|(group, _)| format!("'{group}'")).collect();
        let deleted = deleted.join(", ");
        let failed = outcomes.iter().filter_map(|(group, outcome)| {
            let words = words_of(outcome.as_ref().err()?);
            Some(format!("* Group '{group}' could not be deleted due to: {words}"))
        });
        let failed: Vec<_> = failed.collect();
        let mut out = std::io::stdout();
        if failed.is_empty() {
            let line = format!("Deletion of requested consumer groups ({deleted}) was successful.");
            return Ok(writeln!(out, "{line}")?);
        }
        if !deleted.is_empty() {
            writeln!(out, "These consumer groups were deleted successfully: {deleted}")?;
        }
        let failed = failed.join("\n");
        Err(CliError::Failed(format!("Error: Deletion of some consumer groups failed:\n{failed}")))
    }
}

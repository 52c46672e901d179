//! `kabuki configs alter`.

use clap::Args;
use kabuki_client::ConfigChange;

use super::entity::Entity;
use crate::broker::BrokerArgs;
use crate::error::{CliError, words_of};

/// Set keys, or have them go back to their defaults
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Alter {
    #[command(flatten)]
    entity: Entity,
    /// Set a key; may be repeated
    #[arg(long, alias = "add-config", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Take away what was set; may be repeated
    #[arg(long, alias = "delete-config", value_name = "KEY")]
    delete: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  kabuki configs alter topic orders --set retention.ms=3600000 --set cleanup.policy=compact,delete
  kabuki configs alter brokers --delete message.max.bytes
  kabuki configs alter broker-logger 1 --set root=WARN

All changes are made, or none.";

impl Alter {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let resource = self.entity.resource()?;
        let changes = self.changes()?;
        let mut session = super::open(broker)?;
        let outcomes =
            session.wait(async |client| client.alter_configs(&resource, &changes).await)?;
        let refused = outcomes.into_iter().find_map(|(_, outcome)| outcome.err());
        refused.map_or(Ok(()), |error| Err(CliError::Failed(words_of(&error))))
    }

    fn changes(&self) -> Result<Vec<ConfigChange>, CliError> {
        if self.set.is_empty() && self.delete.is_empty() {
            let usage = "nothing to change: --set KEY=VALUE or --delete KEY";
            return Err(CliError::Usage(usage.to_owned()));
        }
        let set = self.set.iter().map(|text| match text.split_once('=') {
            Some((name, value)) => {
                Ok(ConfigChange { name: name.trim().to_owned(), value: Some(value.to_owned()) })
            }
            None => Err(CliError::Usage(format!("'{text}' is not KEY=VALUE"))),
        });
        let delete = self.delete.iter();
        let delete = delete.map(|name| Ok(ConfigChange { name: name.to_owned(), value: None }));
        set.chain(delete).collect()
    }
}

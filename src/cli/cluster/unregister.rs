//! `kabuki cluster unregister`.

use std::io::Write;

use clap::Args;

use crate::broker::BrokerArgs;
use crate::error::{CliError, words_of};

/// Take a broker out of the cluster
///
/// Meant for one that will not come back. A broker that lives is of no use until it is started anew.
#[derive(Debug, Args)]
pub(super) struct Unregister {
    /// The broker's id
    id: i32,
}

impl Unregister {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let id = self.id;
        let mut session = super::open(broker)?;
        let outcome = session.wait(async |client| client.unregister_broker(id).await)?;
        outcome.map_err(|refused| CliError::Failed(words_of(&refused)))?;
        Ok(writeln!(std::io::stdout(), "Broker {id} is no longer registered.")?)
    }
}

//! `kabuki topics alter`.

use clap::Args;

use super::selection::Selection;
use crate::broker::BrokerArgs;
use crate::error::CliError;

/// Give topics more partitions
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Alter {
    #[command(flatten)]
    selection: Selection,
    /// How many partitions there are to be; more than there are
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true)]
    partitions: i32,
    /// The brokers of each partition, those that exist included: BROKER:BROKER,BROKER:BROKER
    #[arg(long, value_name = "BROKERS")]
    replica_assignment: Option<String>,
    /// Do not fail if the topic does not exist
    #[arg(long)]
    if_exists: bool,
}

const EXAMPLES: &str = "\
Examples:
  kabuki topics alter orders --partitions 12

Records with a key go to another partition afterwards: their number decides. Partitions cannot be taken away.";

impl Alter {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        self.selection.required()?;
        let assignment = self.replica_assignment.as_deref().map(super::assignment).transpose()?;
        let mut session = super::open(broker)?;
        session.wait(async |client| {
            for name in self.selection.names(client, false, self.if_exists).await? {
                let existing = client.topic(&name).await?.partitions.len();
                // The first brokers named are those of partitions that exist.
                let added = assignment.as_ref().map(|all| all.get(existing..).unwrap_or_default());
                super::check(client.create_partitions(&name, self.partitions, added).await?)?;
            }
            Ok(())
        })
    }
}

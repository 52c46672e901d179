//! `kabuki configs list`.

use std::io::{BufWriter, Write};

use clap::Args;

use super::entity::Kind;
use crate::broker::BrokerArgs;
use crate::error::CliError;

/// List what can be described and changed: a line each, kind and name
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct List {
    /// Only these kinds
    #[arg(value_enum)]
    kinds: Vec<Kind>,
}

const EXAMPLES: &str = "\
Examples:
  kabuki configs list
  kabuki configs list topics groups

Topics and brokers are listed whether something is set on them or not, groups and client-metrics when it is.";

impl List {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let kinds: Vec<_> = self.kinds.iter().map(|kind| kind.config_kind()).collect();
        let mut session = super::open(broker)?;
        let mut listed = session.wait(async |client| client.list_config_resources(&kinds).await)?;
        listed.sort();
        let mut out = BufWriter::new(std::io::stdout().lock());
        for resource in listed {
            writeln!(out, "{}\t{}", Kind::name_of(resource.kind), resource.name)?;
        }
        Ok(out.flush()?)
    }
}

//! `kabuki features upgrade` and `downgrade`.

use std::io::Write;

use clap::Args;
use kabuki_client::FeatureChange;

use super::level;
use crate::broker::BrokerArgs;
use crate::error::{CliError, words_of};

/// What both have.
#[derive(Debug, Args)]
struct Change {
    /// FEATURE=LEVEL; may be given several times
    #[arg(long = "feature", value_name = "FEATURE=LEVEL", required = true)]
    features: Vec<String>,
    /// Only say whether it would succeed
    #[arg(long)]
    dry_run: bool,
}

/// Raise levels, all that are named or none
#[derive(Debug, Args)]
pub(super) struct Upgrade {
    #[command(flatten)]
    change: Change,
}

/// Lower levels, all that are named or none
#[derive(Debug, Args)]
pub(super) struct Downgrade {
    #[command(flatten)]
    change: Change,
    /// Even if something is lost
    #[arg(long, name = "unsafe")]
    is_unsafe: bool,
}

impl Upgrade {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        self.change.run(broker, "upgrade", FeatureChange::Upgrade)
    }
}

impl Downgrade {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let kind = match self.is_unsafe {
            true => FeatureChange::UnsafeDowngrade,
            false => FeatureChange::SafeDowngrade,
        };
        self.change.run(broker, "downgrade", kind)
    }
}

impl Change {
    fn run(&self, broker: &BrokerArgs, verb: &str, kind: FeatureChange) -> Result<(), CliError> {
        let levels = self.features.iter().map(|text| level::parse(text));
        let mut levels: Vec<(String, i16)> = levels.collect::<Result<_, _>>()?;
        levels.sort();
        let mut session = super::open(broker)?;
        let outcome = session
            .wait(async |client| client.update_features(&levels, kind, self.dry_run).await)?;
        match outcome {
            Ok(()) => Ok(write!(std::io::stdout(), "{}", self.done(verb, &levels))?),
            Err(refused) => Err(CliError::Failed(failed(verb, &levels, &words_of(&refused)))),
        }
    }

    fn done(&self, verb: &str, levels: &[(String, i16)]) -> String {
        let what = if self.dry_run { "can be" } else { "was" };
        levels.iter().map(|(name, level)| format!("{name} {what} {verb}d to {level}.\n")).collect()
    }
}

fn failed(verb: &str, levels: &[(String, i16)], why: &str) -> String {
    let line =
        |(name, level): &(String, i16)| format!("Could not {verb} {name} to {level}. {why}\n");
    let lines: String = levels.iter().map(line).collect();
    format!("{lines}{count} out of {count} operation(s) failed.", count = levels.len())
}

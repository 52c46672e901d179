//! `kabuki features describe`.

use std::io::Write;

use clap::Args;
use kabuki_client::{FeatureState, Features};

use super::level;
use crate::broker::BrokerArgs;
use crate::error::CliError;

/// Show the levels that are supported and finalized
#[derive(Debug, Args)]
pub(super) struct Describe {}

impl Describe {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let mut session = super::open(broker)?;
        let features = session.wait(async |client| client.features().await)?;
        Ok(write!(std::io::stdout(), "{}", lines(&features))?)
    }
}

/// A line for each feature. Who is not supported has the range 0 to 0.
fn lines(features: &Features) -> String {
    let epoch = features.epoch.map_or("-".to_owned(), |epoch| epoch.to_string());
    let line = |(name, state): (&String, &FeatureState)| {
        let (min, max) = state.supported.unwrap_or_default();
        let [min, max, finalized] =
            [min, max, state.finalized].map(|level| level::shown(name, level));
        format!(
            "Feature: {name:<42}SupportedMinVersion: {min:<17}SupportedMaxVersion: {max:<17}\
             FinalizedVersionLevel: {finalized:<17}Epoch: {epoch}\n"
        )
    };
    features.by_name.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line that Apache Kafka's tool prints.
    #[test]
    fn lines_are_those_of_kafkas_tool() {
        let state = FeatureState { supported: Some((7, 30)), finalized: 30 };
        let by_name = [("metadata.version".to_owned(), state)].into();
        let features = Features { by_name, epoch: Some(13) };
        let expected = "Feature: metadata.version                          \
                        SupportedMinVersion: 3.3-IV3          SupportedMaxVersion: 4.3-IV0          \
                        FinalizedVersionLevel: 4.3-IV0          Epoch: 13\n";
        assert_eq!(lines(&features), expected);
    }
}

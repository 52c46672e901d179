//! Which topics a command is about.

use clap::Args;
use kabuki_client::Client;
use regex_lite::Regex;

use crate::error::CliError;

/// A topic or several.
#[derive(Debug, Args)]
pub(super) struct Selection {
    /// A name, several with commas between, or a regular expression
    #[arg(value_name = "TOPIC", conflicts_with = "topic_flag")]
    topic: Option<String>,
    /// The same, as Kafka's tool takes it
    #[arg(long = "topic", value_name = "TOPIC")]
    topic_flag: Option<String>,
}

impl Selection {
    /// What was given, if anything.
    pub(super) fn pattern(&self) -> Option<&str> {
        self.topic.as_deref().or(self.topic_flag.as_deref())
    }

    /// What was given.
    pub(super) fn required(&self) -> Result<&str, CliError> {
        self.pattern().ok_or_else(|| {
            CliError::Usage("a topic is required: TOPIC or --topic TOPIC".to_owned())
        })
    }

    /// The names of the topics that exist and fit, sorted; all, where none was given. When none fits, that is an error
    /// unless `may_be_missing`.
    pub(super) async fn names(
        &self,
        client: &mut Client,
        exclude_internal: bool,
        may_be_missing: bool,
    ) -> Result<Vec<String>, CliError> {
        let fits = self.pattern().map(expression).transpose()?;
        let topics = client.topics().await?;
        let is_wanted = |topic: &kabuki_client::Topic| {
            fits.as_ref().is_none_or(|fits| fits.is_match(&topic.name))
                && !(exclude_internal && topic.is_internal)
        };
        let names: Vec<_> = topics.into_iter().filter(is_wanted).map(|topic| topic.name).collect();
        match self.pattern() {
            Some(pattern) if names.is_empty() && !may_be_missing => {
                Err(CliError::Failed(format!("Topic '{pattern}' does not exist as expected")))
            }
            _ => Ok(names),
        }
    }
}

/// A list of names or expressions, as Kafka's tools read it: commas mean "or", blanks and outer quotes mean nothing.
fn expression(pattern: &str) -> Result<Regex, CliError> {
    let alternatives = pattern.trim().replace(',', "|").replace(' ', "");
    let alternatives = alternatives.trim_matches(['"', '\'']);
    Regex::new(&format!("^(?:{alternatives})$"))
        .map_err(|error| CliError::Usage(format!("'{pattern}' is no regular expression: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_whole_names() {
        let fits =
            |pattern: &str, name: &str| expression(pattern).expect("an expression").is_match(name);
        assert!(
            fits("orders", "orders") && !fits("orders", "orders-2") && !fits("orders", "my-orders")
        );
        assert!(fits("a, b", "b") && fits("a|b", "a") && !fits("a,b", "ab"));
        assert!(fits("'order.*'", "orders") && fits(".*", "anything"));
        assert!(expression("(").is_err());
    }
}

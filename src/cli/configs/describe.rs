//! `kabuki configs describe`.

use std::io::{BufWriter, Write};

use clap::Args;
use kabuki_actors::loggers::doc_of;
use kabuki_client::{ConfigEntry, ConfigSource};

use super::entity::Entity;
use crate::broker::BrokerArgs;
use crate::error::{CliError, words_of};

/// Show keys with their values, where these come from, and what the keys are for
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Describe {
    #[command(flatten)]
    entity: Entity,
    /// Show every key, not only what was set at run time
    #[arg(long)]
    all: bool,
}

const EXAMPLES: &str = "\
Examples:
  kabuki configs describe topic orders
  kabuki configs describe brokers
  kabuki configs describe broker 1 --all
  kabuki configs describe broker-logger 1";

impl Describe {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let resource = self.entity.resource()?;
        let mut session = super::open(broker)?;
        let described = session.wait(async |client| client.describe_configs(&resource).await)?;
        let mut entries = described.map_err(|error| CliError::Failed(words_of(&error)))?;
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let mut out = BufWriter::new(std::io::stdout().lock());
        for entry in entries.iter().filter(|entry| self.all || is_dynamic(entry.source)) {
            print(entry, &mut out)?;
        }
        Ok(out.flush()?)
    }
}

/// Was it set while brokers ran?
fn is_dynamic(source: ConfigSource) -> bool {
    !matches!(source, ConfigSource::StaticBroker | ConfigSource::Default)
}

fn print(entry: &ConfigEntry, out: &mut impl Write) -> std::io::Result<()> {
    let value = match (&entry.value, entry.is_sensitive) {
        (_, true) => "(not shown)",
        (Some(value), _) => value,
        (None, _) => "(none)",
    };
    let read_only = if entry.is_read_only { ", takes a restart" } else { "" };
    writeln!(out, "{}={value} ({}{read_only})", entry.name, words(entry.source))?;
    let of_logger = (entry.source == ConfigSource::BrokerLogger).then(|| doc_of(&entry.name));
    let doc = of_logger.flatten().or(entry.documentation.as_deref());
    match doc.filter(|doc| !doc.is_empty()) {
        Some(doc) => writeln!(out, "    {doc}"),
        None => Ok(()),
    }
}

fn words(source: ConfigSource) -> String {
    let words = match source {
        ConfigSource::Topic => "set on the topic",
        ConfigSource::DynamicBroker => "set on the broker",
        ConfigSource::DynamicDefaultBroker => "set on all brokers",
        ConfigSource::StaticBroker => "from the broker's start",
        ConfigSource::Default => "default",
        ConfigSource::BrokerLogger => "log level",
        ConfigSource::ClientMetrics => "set on the subscription",
        ConfigSource::Group => "set on the group",
        ConfigSource::Other(number) => return format!("source {number}"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(entry: &ConfigEntry) -> String {
        let mut out = Vec::new();
        print(entry, &mut out).expect("memory takes everything");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_key_has_its_value_its_source_and_its_doc() {
        let entry = ConfigEntry {
            name: "num.io.threads".to_owned(),
            value: Some("8".to_owned()),
            source: ConfigSource::Default,
            is_sensitive: false,
            is_read_only: false,
            documentation: Some("Threads.".to_owned()),
        };
        assert_eq!(lines(&entry), "num.io.threads=8 (default)\n    Threads.\n");
        let secret = ConfigEntry { value: None, is_sensitive: true, documentation: None, ..entry };
        assert_eq!(lines(&secret), "num.io.threads=(not shown) (default)\n");
        let fixed = ConfigEntry { is_sensitive: false, is_read_only: true, ..secret };
        assert_eq!(lines(&fixed), "num.io.threads=(none) (default, takes a restart)\n");
    }
}

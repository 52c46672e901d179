//! `kabuki topics create`.

use std::io::Write;

use clap::Args;
use kabuki_client::NewTopic;
use kabuki_wire::ResponseError;

use crate::broker::BrokerArgs;
use crate::error::CliError;

/// Create a topic
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Create {
    /// The name: letters, digits, '.', '_' and '-'
    #[arg(
        value_name = "TOPIC",
        required_unless_present = "topic_flag",
        conflicts_with = "topic_flag"
    )]
    topic: Option<String>,
    /// The same, as Kafka's tool takes it
    #[arg(long = "topic", value_name = "TOPIC")]
    topic_flag: Option<String>,
    /// How many partitions; the broker's num.partitions by default
    #[arg(
        long,
        value_name = "COUNT",
        conflicts_with = "replica_assignment",
        allow_negative_numbers = true
    )]
    partitions: Option<i32>,
    /// How many replicas each has; the broker's default.replication.factor by default
    #[arg(
        long,
        value_name = "COUNT",
        conflicts_with = "replica_assignment",
        allow_negative_numbers = true
    )]
    replication_factor: Option<i32>,
    /// The brokers of each partition: BROKER:BROKER,BROKER:BROKER
    #[arg(long, value_name = "BROKERS")]
    replica_assignment: Option<String>,
    /// A configuration of the topic; may be repeated
    #[arg(long = "config", value_name = "KEY=VALUE")]
    configs: Vec<String>,
    /// Do not fail if the topic exists
    #[arg(long)]
    if_not_exists: bool,
}

const EXAMPLES: &str = "\
Examples:
  kabuki topics create orders
  kabuki topics create orders --partitions 12 --config cleanup.policy=compact
  kabuki topics create --topic orders --if-not-exists";

/// Metric names had no other characters; Kafka's tool warns.
const COLLISION_WARNING: &str = "WARNING: Due to limitations in metric names, topics with a period ('.') or \
underscore ('_') could collide. To avoid issues it is best to use either, but not both.";

impl Create {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let new = self.new_topic()?;
        let mut out = std::io::stdout();
        if new.name.contains(['.', '_']) {
            writeln!(out, "{COLLISION_WARNING}")?;
        }
        let mut session = super::open(broker)?;
        let outcomes = session
            .wait(async |client| client.create_topics(std::slice::from_ref(&new), false).await)?;
        let exists = |outcome: &(String, Result<(), kabuki_client::BrokerError>)| matches!(&outcome.1, Err(error) if error.error == ResponseError::TopicAlreadyExists);
        if self.if_not_exists && outcomes.iter().any(exists) {
            return Ok(());
        }
        super::check(outcomes)?;
        Ok(writeln!(out, "Created topic {}.", new.name)?)
    }

    fn new_topic(&self) -> Result<NewTopic, CliError> {
        let name = self
            .topic
            .as_ref()
            .or(self.topic_flag.as_ref())
            .expect("the parser requires one of them");
        if self.partitions.is_some_and(|count| count < 1) {
            return Err(failed("The partitions must be greater than 0"));
        }
        let replication_factor = match self.replication_factor.map(i16::try_from) {
            Some(Ok(factor @ 1..)) => Some(factor),
            Some(_) => {
                return Err(failed("The replication factor must be between 1 and 32767 inclusive"));
            }
            None => None,
        };
        Ok(NewTopic {
            name: name.clone(),
            partitions: self.partitions,
            replication_factor,
            assignment: self.replica_assignment.as_deref().map_or(Ok(vec![]), super::assignment)?,
            configs: self
                .configs
                .iter()
                .map(|config| key_and_value(config))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn key_and_value(config: &str) -> Result<(String, String), CliError> {
    let parts = config.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
    let (key, value) = parts.filter(|(key, value)| !key.is_empty() && !value.is_empty()).ok_or_else(|| {
        failed("requirement failed: Invalid topic config: all configs to be added must be in the format \"key=val\".")
    })?;
    Ok((key.to_owned(), value.to_owned()))
}

fn failed(text: &str) -> CliError {
    CliError::Failed(text.to_owned())
}

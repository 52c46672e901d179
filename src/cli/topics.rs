//! `kabuki topics …`: flags and output lines are those of Kafka's `kafka-topics.sh`.

mod alter;
mod create;
mod delete;
mod delete_records;
mod describe;
mod list;
mod selection;

use clap::{Args, Subcommand};
use kabuki_client::BrokerError;

use crate::broker::{BrokerArgs, Session};
use crate::error::{CliError, words_of};

/// Create, list, describe, grow and delete topics, and delete their records
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Topics {
    #[command(flatten)]
    broker: BrokerArgs,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  kabuki topics create orders --partitions 3 --config retention.ms=3600000
  kabuki topics list
  kabuki topics describe orders
  kabuki topics alter orders --partitions 6
  kabuki topics delete orders
  kabuki topics delete-records orders --before 1000

Flags and output lines are those of Kafka's kafka-topics.sh: what that tool calls `--create --topic orders`
is `create orders` here, or `create --topic orders`.";

#[derive(Debug, Subcommand)]
enum Command {
    Create(create::Create),
    List(list::List),
    Describe(describe::Describe),
    Alter(alter::Alter),
    Delete(delete::Delete),
    DeleteRecords(delete_records::DeleteRecords),
}

impl Topics {
    pub(crate) fn run(self) -> Result<(), CliError> {
        match &self.command {
            Command::Create(create) => create.run(&self.broker),
            Command::List(list) => list.run(&self.broker),
            Command::Describe(describe) => describe.run(&self.broker),
            Command::Alter(alter) => alter.run(&self.broker),
            Command::Delete(delete) => delete.run(&self.broker),
            Command::DeleteRecords(delete) => delete.run(&self.broker),
        }
        .map_err(as_topic_command)
    }
}

fn open(broker: &BrokerArgs) -> Result<Session, CliError> {
    Session::open(broker, "kabuki-topics")
}

/// Kafka's words before everything that goes wrong.
fn as_topic_command(error: CliError) -> CliError {
    match error {
        CliError::Failed(text) => {
            CliError::Failed(format!("Error while executing topic command : {text}"))
        }
        other => other,
    }
}

/// The first refusal among what came of several topics.
fn check(outcomes: Vec<(String, Result<(), BrokerError>)>) -> Result<(), CliError> {
    let refused = outcomes.into_iter().find_map(|(_, outcome)| outcome.err());
    refused.map_or(Ok(()), |error| Err(CliError::Failed(words_of(&error))))
}

/// Reads `1:2,3:1`: for each partition its brokers.
fn assignment(text: &str) -> Result<Vec<Vec<i32>>, CliError> {
    let invalid = || {
        CliError::Usage(format!(
            "'{text}' is no replica assignment: expected BROKER:BROKER,BROKER:BROKER"
        ))
    };
    let brokers =
        |part: &str| part.split(':').map(|id| id.trim().parse().ok()).collect::<Option<Vec<i32>>>();
    let partitions: Option<Vec<_>> = text.split(',').map(brokers).collect();
    let partitions = partitions.ok_or_else(invalid)?;
    for (partition, brokers) in partitions.iter().enumerate() {
        let is_twice = |place: usize| brokers[..place].contains(&brokers[place]);
        if let Some(place) = (0..brokers.len()).find(|&place| is_twice(place)) {
            let text = format!(
                "Partition replica lists may not contain duplicate entries: {}",
                brokers[place]
            );
            return Err(CliError::Failed(text));
        }
        if brokers.len() != partitions[0].len() {
            let text =
                format!("Partition {partition} has different replication factor: {brokers:?}");
            return Err(CliError::Failed(text));
        }
    }
    Ok(partitions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replica_assignment_names_the_brokers_of_each_partition() {
        assert_eq!(assignment("1:2, 3:1").ok(), Some(vec![vec![1, 2], vec![3, 1]]));
        assert!(matches!(assignment("1:x"), Err(CliError::Usage(_))));
        assert!(
            matches!(assignment("1:1"), Err(CliError::Failed(text)) if text.ends_with("duplicate entries: 1"))
        );
        assert!(
            matches!(assignment("1:2,3"), Err(CliError::Failed(text)) if text.contains("Partition 1 has"))
        );
    }
}

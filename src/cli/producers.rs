//! `kabuki producers …`: what Kafka's `kafka-transactions.sh describe-producers` shows, in its lines.

use std::io::{BufWriter, Write};

use clap::{Args, Subcommand};
use kabuki_client::{BrokerError, Client, ClientError, Target};
use kabuki_wire::StrBytes;
use kabuki_wire::messages::describe_producers_request::TopicRequest;
use kabuki_wire::messages::describe_producers_response::{PartitionResponse, ProducerState};
use kabuki_wire::messages::{DescribeProducersRequest, TopicName};

use crate::broker::{BrokerArgs, Session};
use crate::error::{CliError, words_of};

/// Show the producers that partitions remember
#[derive(Debug, Args)]
pub(crate) struct Producers {
    #[command(flatten)]
    broker: BrokerArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Describe(Describe),
}

/// Show the idempotent and transactional producers of a partition
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
struct Describe {
    /// The topic
    topic: String,
    /// The partition
    #[arg(long)]
    partition: i32,
    /// Ask this broker rather than the partition's leader
    #[arg(long, value_name = "ID")]
    broker_id: Option<i32>,
}

const EXAMPLES: &str = "\
Examples:
  kabuki producers describe orders --partition 0";

const COLUMNS: [&str; 6] = [
    "ProducerId",
    "ProducerEpoch",
    "LatestCoordinatorEpoch",
    "LastSequence",
    "LastTimestamp",
    "CurrentTransactionStartOffset",
];

impl Producers {
    pub(crate) fn run(self) -> Result<(), CliError> {
        let mut session = Session::open(&self.broker, "kabuki-producers")?;
        let Command::Describe(describe) = &self.command;
        let partition = session.wait(async |client| describe.ask(client).await)?;
        BrokerError::check(partition.error_code, partition.error_message.as_deref())
            .map_err(|error| CliError::Failed(words_of(&error)))?;
        let mut out = BufWriter::new(std::io::stdout().lock());
        writeln!(out, "{}", line(COLUMNS.map(str::to_owned)))?;
        for producer in &partition.active_producers {
            writeln!(out, "{}", line(cells(producer)))?;
        }
        Ok(out.flush()?)
    }
}

impl Describe {
    async fn ask(&self, client: &mut Client) -> Result<PartitionResponse, CliError> {
        let broker = match self.broker_id {
            Some(id) => id,
            None => self.leader(client).await?,
        };
        let topic = TopicRequest::default()
            .with_name(TopicName(StrBytes::from_string(self.topic.clone())))
            .with_partition_indexes(vec![self.partition]);
        let request = DescribeProducersRequest::default().with_topics(vec![topic]);
        let response = client.ask(Target::Broker(broker), &request).await?;
        let mut partitions = response.topics.into_iter().flat_map(|topic| topic.partitions);
        partitions.next().ok_or_else(|| CliError::Failed("the broker left it out".to_owned()))
    }

    async fn leader(&self, client: &mut Client) -> Result<i32, ClientError> {
        let topic = client.topic(&self.topic).await?;
        let leader = topic.partition(self.partition)?.leader;
        leader.ok_or_else(|| ClientError::NoLeader(format!("{}-{}", self.topic, self.partition)))
    }
}

fn cells(producer: &ProducerState) -> [String; 6] {
    let start = producer.current_txn_start_offset;
    [
        producer.producer_id.0.to_string(),
        producer.producer_epoch.to_string(),
        producer.coordinator_epoch.to_string(),
        producer.last_sequence.to_string(),
        producer.last_timestamp.to_string(),
        if start < 0 { "None".to_owned() } else { start.to_string() },
    ]
}

/// Cells as wide as their headings at least, each with a tab behind.
fn line(cells: [String; 6]) -> String {
    let widths = COLUMNS.map(str::len);
    cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}\t")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_kafkas_tool() {
        let producer = ProducerState::default()
            .with_producer_id(2000.into())
            .with_producer_epoch(1)
            .with_coordinator_epoch(-1)
            .with_last_sequence(2)
            .with_last_timestamp(1_700_000_000_000);
        assert_eq!(
            line(cells(&producer)),
            "2000      \t1            \t-1                    \t2           \t1700000000000\tNone                         \t"
        );
    }
}

//! `kabuki log-dirs …`: flags and output lines are those of Kafka's `kafka-log-dirs.sh`.

use std::io::Write;

use clap::{Args, Subcommand};
use kabuki_client::{BrokerError, Client, Target};
use kabuki_wire::messages::DescribeLogDirsRequest;
use kabuki_wire::messages::describe_log_dirs::{DescribeLogDirsResult, DescribeLogDirsTopic};
use serde::Serialize;

use crate::broker::{BrokerArgs, Session};
use crate::error::{CliError, words_of};

/// Show the log dirs of brokers
#[derive(Debug, Args)]
pub(crate) struct LogDirs {
    #[command(flatten)]
    broker: BrokerArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Describe(Describe),
}

/// Show what is in the log dirs, as JSON
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
struct Describe {
    /// Only these topics, comma separated
    #[arg(long, value_name = "TOPIC,…", value_delimiter = ',')]
    topic_list: Vec<String>,
    /// Only these brokers, comma separated
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    broker_list: Vec<i32>,
}

const EXAMPLES: &str = "\
Examples:
  kabuki log-dirs describe
  kabuki log-dirs describe --topic-list orders,payments
  kabuki log-dirs describe --broker-list 1 | tail -1 | jq '.brokers[].logDirs[].logDir'";

/// Version of the JSON.
const FORMAT_VERSION: u32 = 1;

impl LogDirs {
    pub(crate) fn run(self) -> Result<(), CliError> {
        let mut session = Session::open(&self.broker, "kabuki-log-dirs")?;
        let Command::Describe(describe) = &self.command;
        session.wait(async |client| describe.run(client).await)
    }
}

impl Describe {
    async fn run(&self, client: &mut Client) -> Result<(), CliError> {
        let ids = self.brokers(client)?;
        let mut out = std::io::stdout();
        writeln!(out, "Querying brokers for log directories information")?;
        let mut brokers = Vec::new();
        for broker in &ids {
            brokers.push(self.describe(client, *broker).await?);
        }
        let ids: Vec<_> = ids.iter().map(i32::to_string).collect();
        writeln!(out, "Received log directory information from brokers {}", ids.join(","))?;
        let described = Described { brokers, version: FORMAT_VERSION };
        let text = serde_json::to_string(&described).map_err(std::io::Error::from)?;
        Ok(writeln!(out, "{text}")?)
    }

    fn brokers(&self, client: &Client) -> Result<Vec<i32>, CliError> {
        let known: Vec<i32> = client.cluster().brokers.keys().copied().collect();
        if self.broker_list.is_empty() {
            return Ok(known);
        }
        match self.broker_list.iter().find(|id| !known.contains(id)) {
            Some(id) => Err(CliError::Failed(format!("there is no broker {id}"))),
            None => Ok(self.broker_list.clone()),
        }
    }

    async fn describe(&self, client: &mut Client, broker: i32) -> Result<OfBroker, CliError> {
        let request = DescribeLogDirsRequest::default().with_topics(None);
        let response = client.ask(Target::Broker(broker), &request).await?;
        BrokerError::check(response.error_code, None)
            .map_err(|error| CliError::Failed(format!("broker {broker}: {}", words_of(&error))))?;
        let log_dirs = response.results.iter().map(|dir| self.of_dir(dir));
        Ok(OfBroker { broker, log_dirs: log_dirs.collect() })
    }

    fn of_dir(&self, dir: &DescribeLogDirsResult) -> OfDir {
        let is_wanted = |topic: &&DescribeLogDirsTopic| {
            self.topic_list.is_empty() || self.topic_list.iter().any(|it| **it == **topic.name)
        };
        let partitions = dir.topics.iter().filter(is_wanted).flat_map(of_topic);
        OfDir {
            partitions: partitions.collect(),
            error: BrokerError::check(dir.error_code, None).err().map(|error| error.name()),
            log_dir: dir.log_dir.to_string(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Described {
    brokers: Vec<OfBroker>,
    version: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OfBroker {
    broker: i32,
    log_dirs: Vec<OfDir>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OfDir {
    partitions: Vec<OfPartition>,
    error: Option<String>,
    log_dir: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OfPartition {
    partition: String,
    size: i64,
    offset_lag: i64,
    is_future: bool,
}

fn of_topic(topic: &DescribeLogDirsTopic) -> impl Iterator<Item = OfPartition> {
    topic.partitions.iter().map(|it| OfPartition {
        partition: format!("{}-{}", *topic.name, it.partition_index),
        size: it.partition_size,
        offset_lag: it.offset_lag,
        is_future: it.is_future_key,
    })
}

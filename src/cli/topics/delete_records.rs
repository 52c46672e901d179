//! `kabuki topics delete-records`: output lines and the file of offsets are those of Kafka's `kafka-delete-records.sh`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use kabuki_client::{BrokerError, Client, ClientError, Target};
use kabuki_wire::messages::delete_records_request::{DeleteRecordsPartition, DeleteRecordsTopic};
use kabuki_wire::messages::{DeleteRecordsRequest, TopicName};
use kabuki_wire::{ResponseError, StrBytes};
use serde::Deserialize;

use crate::broker::BrokerArgs;
use crate::error::{CliError, words_of};

/// Delete the oldest records of a topic's partitions
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DeleteRecords {
    /// The topic
    #[arg(value_name = "TOPIC", required_unless_present = "offset_json_file")]
    topic: Option<String>,
    /// The first offset to keep, or 'end' to keep nothing
    #[arg(long, value_name = "OFFSET", value_parser = offset, requires = "topic", required_unless_present = "offset_json_file", allow_negative_numbers = true)]
    before: Option<i64>,
    /// Only these partitions, comma separated
    #[arg(long, value_name = "N,…", value_delimiter = ',', requires = "topic")]
    partition: Vec<i32>,
    /// Partitions and offsets in a file, as Kafka's tool takes them
    #[arg(long, value_name = "FILE", conflicts_with = "topic")]
    offset_json_file: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  kabuki topics delete-records orders --before 1000 --partition 0
  kabuki topics delete-records orders --before end
  kabuki topics delete-records --offset-json-file offsets.json

A file of offsets:
  {\"partitions\": [{\"topic\": \"orders\", \"partition\": 0, \"offset\": 1000}], \"version\": 1}";

/// Everything that is committed.
const END: i64 = -1;
/// How long a broker may take until other replicas have followed.
const TIMEOUT_MS: i32 = 30_000;

/// Topic and partition.
type Place = (String, i32);

impl DeleteRecords {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let from_file = self.offset_json_file.as_ref().map(read_offsets).transpose()?;
        let mut session = super::open(broker)?;
        let results = session.wait(async |client| {
            let offsets = match from_file {
                Some(offsets) => offsets,
                None => self.offsets(client).await?,
            };
            Ok::<_, CliError>(delete(client, &offsets).await?)
        })?;
        report(&results)
    }

    /// The wanted partitions of the topic, each with the one offset.
    async fn offsets(&self, client: &mut Client) -> Result<BTreeMap<Place, i64>, CliError> {
        let (name, before) = (self.topic.clone().unwrap_or_default(), self.before.unwrap_or(END));
        let partitions = match self.partition.is_empty() {
            true => client.topic(&name).await?.partitions.iter().map(|it| it.index).collect(),
            false => self.partition.clone(),
        };
        Ok(partitions.into_iter().map(|index| ((name.clone(), index), before)).collect())
    }
}

fn offset(text: &str) -> Result<i64, String> {
    match text {
        "end" => Ok(END),
        _ => text.parse().map_err(|_| "must be an offset or 'end'".to_owned()),
    }
}

/// What Kafka's tool reads.
#[derive(Debug, Deserialize)]
struct Offsets {
    partitions: Vec<OffsetOf>,
}

#[derive(Debug, Deserialize)]
struct OffsetOf {
    topic: String,
    partition: i32,
    offset: i64,
}

fn read_offsets(path: &PathBuf) -> Result<BTreeMap<Place, i64>, CliError> {
    let text =
        fs::read_to_string(path).map_err(|source| CliError::File { path: path.clone(), source })?;
    parse_offsets(&text).map_err(|what| CliError::Usage(format!("{}: {what}", path.display())))
}

fn parse_offsets(text: &str) -> Result<BTreeMap<Place, i64>, String> {
    let read: Offsets = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut offsets = BTreeMap::new();
    for OffsetOf { topic, partition, offset } in read.partitions {
        let name = format!("{topic}-{partition}");
        if offsets.insert((topic, partition), offset).is_some() {
            return Err(format!("duplicate topic partition: {name}"));
        }
    }
    Ok(offsets)
}

/// What came of each partition: the low watermark.
type Results = Vec<(Place, Result<i64, BrokerError>)>;

/// Asks the leader of each partition.
async fn delete(
    client: &mut Client,
    offsets: &BTreeMap<Place, i64>,
) -> Result<Results, ClientError> {
    let mut by_leader: BTreeMap<i32, BTreeMap<&str, Vec<DeleteRecordsPartition>>> = BTreeMap::new();
    let mut results = Results::new();
    for ((topic, index), before) in offsets {
        let leader = client.topic(topic).await?.partition(*index).map(|it| it.leader);
        let Ok(Some(leader)) = leader else {
            let unknown = ResponseError::UnknownTopicOrPartition;
            results.push(((topic.clone(), *index), Err(unknown.into())));
            continue;
        };
        let partition =
            DeleteRecordsPartition::default().with_partition_index(*index).with_offset(*before);
        by_leader.entry(leader).or_default().entry(topic).or_default().push(partition);
    }
    for (leader, topics) in by_leader {
        results.extend(ask(client, leader, topics).await?);
    }
    results.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(results)
}

async fn ask(
    client: &mut Client,
    leader: i32,
    topics: BTreeMap<&str, Vec<DeleteRecordsPartition>>,
) -> Result<Results, ClientError> {
    let topics = topics.into_iter().map(|(name, partitions)| {
        let name = TopicName(StrBytes::from_string(name.to_owned()));
        DeleteRecordsTopic::default().with_name(name).with_partitions(partitions)
    });
    let request =
        DeleteRecordsRequest::default().with_topics(topics.collect()).with_timeout_ms(TIMEOUT_MS);
    let response = client.ask(Target::Broker(leader), &request).await?;
    let results = response.topics.iter().flat_map(|topic| {
        topic.partitions.iter().map(|it| {
            let checked = BrokerError::check(it.error_code, None);
            ((topic.name.to_string(), it.partition_index), checked.map(|()| it.low_watermark))
        })
    });
    Ok(results.collect())
}

fn report(results: &Results) -> Result<(), CliError> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for ((topic, index), result) in results {
        match result {
            Ok(low) => writeln!(out, "partition: {topic}-{index}\tlow_watermark: {low}")?,
            Err(error) => writeln!(out, "partition: {topic}-{index}\terror: {}", words_of(error))?,
        }
    }
    out.flush()?;
    match results.iter().filter(|(_, result)| result.is_err()).count() {
        0 => Ok(()),
        failed => Err(CliError::Failed(format!("records of {failed} partitions were not deleted"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_offsets_is_read_as_kafkas_tool_does() {
        let text = r#"{"partitions":[{"topic":"a","partition":1,"offset":-1}],"version":1}"#;
        assert_eq!(parse_offsets(text), Ok(BTreeMap::from([(("a".to_owned(), 1), END)])));
        let twice = r#"{"partitions":[{"topic":"a","partition":1,"offset":1},{"topic":"a","partition":1,"offset":2}]}"#;
        assert_eq!(parse_offsets(twice), Err("duplicate topic partition: a-1".to_owned()));
        assert!(parse_offsets("{}").is_err());
    }

    #[test]
    fn an_offset_may_be_the_end() {
        assert_eq!((offset("end"), offset("7")), (Ok(END), Ok(7)));
        assert!(offset("x").is_err());
    }
}

//! `kabuki topics describe`.

use std::io::{BufWriter, Write};

use clap::Args;
use kabuki_client::{
    BrokerError, Client, ConfigEntry, ConfigSource, PartitionState, TopicDescription,
};
use kabuki_records::kafka_id;
use kabuki_wire::ResponseError;

use super::selection::Selection;
use crate::broker::BrokerArgs;
use crate::error::{CliError, words_of};

/// Show topics and their partitions: leaders, replicas, configuration
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Describe {
    #[command(flatten)]
    selection: Selection,
    /// Leave out Kafka's own topics
    #[arg(long)]
    exclude_internal: bool,
    /// Do not fail if the topic does not exist
    #[arg(long)]
    if_exists: bool,
    /// Only topics that have a configuration of their own, without their partitions
    #[arg(long)]
    topics_with_overrides: bool,
    /// Only partitions of which a replica is not in sync
    #[arg(long, group = "partitions_only", conflicts_with = "topics_with_overrides")]
    under_replicated_partitions: bool,
    /// Only partitions without a leader
    #[arg(long, group = "partitions_only", conflicts_with = "topics_with_overrides")]
    unavailable_partitions: bool,
    /// Only partitions with fewer replicas in sync than min.insync.replicas
    #[arg(long, group = "partitions_only", conflicts_with = "topics_with_overrides")]
    under_min_isr_partitions: bool,
    /// Only partitions with as many replicas in sync as min.insync.replicas
    #[arg(long, group = "partitions_only", conflicts_with = "topics_with_overrides")]
    at_min_isr_partitions: bool,
}

const EXAMPLES: &str = "\
Examples:
  kabuki topics describe
  kabuki topics describe orders
  kabuki topics describe --under-replicated-partitions";

/// Names in one request: keeps answers small.
const TOPICS_PER_REQUEST: usize = 500;

impl Describe {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let mut session = super::open(broker)?;
        let mut out = BufWriter::new(std::io::stdout().lock());
        session.wait(async |client| {
            let names = self.selection.names(client, self.exclude_internal, self.if_exists).await?;
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            for names in names.chunks(TOPICS_PER_REQUEST) {
                self.describe(client, names, &mut out).await?;
            }
            Ok::<_, CliError>(())
        })?;
        Ok(out.flush()?)
    }

    async fn describe(
        &self,
        client: &mut Client,
        names: &[&str],
        out: &mut impl Write,
    ) -> Result<(), CliError> {
        let topics = client.describe_topics(names).await?;
        let mut configs = client.describe_topic_configs(names).await?;
        for (name, topic) in topics {
            let Some(topic) = unless_deleted(topic)? else { continue };
            let place = configs.iter().position(|(found, _)| *found == name);
            let entries = match place {
                Some(place) => unless_deleted(configs.swap_remove(place).1)?,
                None => None,
            };
            self.print(&topic, &entries.unwrap_or_default(), out)?;
        }
        Ok(())
    }

    fn print(
        &self,
        topic: &TopicDescription,
        configs: &[ConfigEntry],
        out: &mut impl Write,
    ) -> Result<(), CliError> {
        let is_own = |entry: &&ConfigEntry| entry.source != ConfigSource::Default;
        let overrides: Vec<_> = configs.iter().filter(is_own).map(config_text).collect();
        if self.prints_topics() && (!self.topics_with_overrides || !overrides.is_empty()) {
            writeln!(out, "{}", topic_line(topic, &overrides))?;
        }
        if !self.topics_with_overrides {
            let min_isr = min_insync_replicas(configs);
            for partition in
                topic.partitions.iter().filter(|partition| self.is_wanted(partition, min_isr))
            {
                writeln!(out, "{}", partition_line(&topic.name, partition))?;
            }
        }
        Ok(())
    }

    fn prints_topics(&self) -> bool {
        !(self.under_replicated_partitions
            || self.unavailable_partitions
            || self.under_min_isr_partitions
            || self.at_min_isr_partitions)
    }

    fn is_wanted(&self, partition: &PartitionState, min_isr: usize) -> bool {
        let (replicas, isr) = (partition.replicas.len(), partition.isr.len());
        self.prints_topics()
            || (self.under_replicated_partitions && isr < replicas)
            || (self.unavailable_partitions && partition.leader.is_none())
            || (self.under_min_isr_partitions && isr < min_isr)
            || (self.at_min_isr_partitions && isr == min_isr)
    }
}

/// A topic may be gone since its name was read.
fn unless_deleted<T>(described: Result<T, BrokerError>) -> Result<Option<T>, CliError> {
    match described {
        Ok(described) => Ok(Some(described)),
        Err(error) if error.error == ResponseError::UnknownTopicOrPartition => Ok(None),
        Err(error) => Err(CliError::Failed(words_of(&error))),
    }
}

fn min_insync_replicas(configs: &[ConfigEntry]) -> usize {
    let entry = configs.iter().find(|entry| entry.name == "min.insync.replicas");
    entry.and_then(|entry| entry.value.as_ref()?.parse().ok()).unwrap_or(1)
}

fn config_text(entry: &ConfigEntry) -> String {
    format!("{}={}", entry.name, entry.value.as_deref().unwrap_or("null"))
}

fn topic_line(topic: &TopicDescription, overrides: &[String]) -> String {
    let replication_factor =
        topic.partitions.first().map_or(0, |partition| partition.replicas.len());
    format!(
        "Topic: {}\tTopicId: {}\tPartitionCount: {}\tReplicationFactor: {}\tConfigs: {}",
        topic.name,
        kafka_id::to_text(topic.id),
        topic.partitions.len(),
        replication_factor,
        overrides.join(","),
    )
}

fn partition_line(topic: &str, partition: &PartitionState) -> String {
    let of_elr = |ids: &Option<Vec<i32>>| ids.as_deref().map_or("N/A".to_owned(), joined);
    format!(
        "\tTopic: {topic}\tPartition: {}\tLeader: {}\tReplicas: {}\tIsr: {}\tElr: {}\tLastKnownElr: {}",
        partition.index,
        partition.leader.map_or("none".to_owned(), |leader| leader.to_string()),
        joined(&partition.replicas),
        joined(&partition.isr),
        of_elr(&partition.eligible_leaders),
        of_elr(&partition.last_known_eligible_leaders),
    )
}

fn joined(ids: &[i32]) -> String {
    ids.iter().map(i32::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition() -> PartitionState {
        PartitionState {
            index: 0,
            leader: Some(1),
            replicas: vec![1, 2],
            isr: vec![1],
            eligible_leaders: Some(vec![]),
            last_known_eligible_leaders: None,
        }
    }

    #[test]
    fn lines_are_those_of_kafkas_tool() {
        let topic = TopicDescription {
            name: "a".to_owned(),
            id: kafka_id::from_text("vKU5IPtXSg-bKEtsZlenNw").expect("an id"),
            is_internal: false,
            partitions: vec![partition()],
        };
        assert_eq!(
            topic_line(&topic, &["retention.ms=1".to_owned(), "cleanup.policy=compact".to_owned()]),
            "Topic: a\tTopicId: vKU5IPtXSg-bKEtsZlenNw\tPartitionCount: 1\tReplicationFactor: 2\t\
             Configs: retention.ms=1,cleanup.policy=compact"
        );
        assert_eq!(
            partition_line("a", &partition()),
            "\tTopic: a\tPartition: 0\tLeader: 1\tReplicas: 1,2\tIsr: 1\tElr: \tLastKnownElr: N/A"
        );
        let leaderless = PartitionState { leader: None, ..partition() };
        assert!(partition_line("a", &leaderless).contains("\tLeader: none\t"));
    }
}

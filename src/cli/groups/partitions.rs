//! Partitions as arguments: `TOPIC` or `TOPIC:0,1,2`.

use std::collections::BTreeSet;
use std::str::FromStr;

use kabuki_client::{BrokerError, Client, TopicPartition};

use crate::error::CliError;

/// A topic, or some of its partitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Partitions {
    pub(super) topic: String,
    /// All, where none is named.
    partitions: Vec<i32>,
}

impl FromStr for Partitions {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let invalid = || format!("'{text}' is not TOPIC or TOPIC:PARTITION,…");
        let (topic, partitions) = match text.split_once(':') {
            None => (text, vec![]),
            Some((topic, numbers)) => {
                let number =
                    |number: &str| number.trim().parse().ok().filter(|number| *number >= 0);
                let numbers: Option<Vec<i32>> = numbers.split(',').map(number).collect();
                (topic, numbers.ok_or_else(invalid)?)
            }
        };
        if topic.is_empty() {
            return Err(invalid());
        }
        Ok(Self { topic: topic.to_owned(), partitions })
    }
}

/// The partitions that are named, those of whole topics by what the cluster says; and the topics that it does not know.
pub(super) async fn expand(
    client: &mut Client,
    wanted: &[Partitions],
) -> Result<(BTreeSet<TopicPartition>, Vec<(String, BrokerError)>), CliError> {
    let mut expanded = BTreeSet::new();
    let mut unknown = vec![];
    for one in wanted {
        expanded.extend(one.partitions.iter().map(|&partition| (one.topic.clone(), partition)));
    }
    let whole: BTreeSet<&str> =
        wanted.iter().filter(|it| it.partitions.is_empty()).map(|it| it.topic.as_str()).collect();
    if whole.is_empty() {
        return Ok((expanded, unknown));
    }
    let names: Vec<&str> = whole.into_iter().collect();
    for (name, topic) in client.describe_topics(&names).await? {
        match topic {
            Ok(topic) => {
                let partitions = topic.partitions.iter();
                expanded.extend(partitions.map(|partition| (name.clone(), partition.index)));
            }
            Err(error) => unknown.push((name, error)),
        }
    }
    Ok((expanded, unknown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_may_be_meant_in_part() {
        let parsed = |text: &str| text.parse::<Partitions>();
        let part = |partitions| Partitions { topic: "a".to_owned(), partitions };
        assert_eq!(parsed("a"), Ok(part(vec![])));
        assert_eq!(parsed("a:0, 2"), Ok(part(vec![0, 2])));
        for wrong in ["", ":1", "a:", "a:x", "a:-1", "a:1:2"] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }
}

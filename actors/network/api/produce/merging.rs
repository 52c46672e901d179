//! A request that names a topic or a partition twice: Kafka answers each once.

use std::collections::BTreeMap;

use bytes::Bytes;
use kabuki_wire::messages::TopicName;
use kabuki_wire::messages::produce_request::TopicProduceData;
use kabuki_wire::{ResponseError, Uuid};

/// A topic of the request, once.
pub(super) struct AskedTopic<T> {
    pub(super) name: TopicName,
    pub(super) id: Uuid,
    /// What is known of the topic.
    pub(super) found: T,
    pub(super) partitions: Vec<AskedPartition>,
}

/// A partition of the request, once.
pub(super) struct AskedPartition {
    pub(super) index: i32,
    /// What is to be appended: the last records for this partition with which nothing is wrong so far.
    pub(super) records: Option<Bytes>,
    /// What was wrong with other records for it. The client is told this, whatever becomes of `records`.
    pub(super) refusal: Option<ResponseError>,
}

/// Puts topics and partitions together, in the order in which they come first. `find` looks for a topic, once; `check` says
/// what is wrong with the records of a partition. Topics without partitions are left out.
pub(super) fn merge<T>(
    topics: Vec<TopicProduceData>,
    find: impl Fn(&TopicName, Uuid) -> T,
    check: impl Fn(&T, i32, &Bytes) -> Result<(), ResponseError>,
) -> Vec<AskedTopic<T>> {
    let mut merged: Vec<AskedTopic<T>> = Vec::with_capacity(topics.len());
    let mut places = BTreeMap::new();
    for topic in topics.into_iter().filter(|topic| !topic.partition_data.is_empty()) {
        let (name, id) = (topic.name, topic.topic_id);
        let (at, partitions) = places.entry((id, name.clone())).or_insert_with(|| {
            let found = find(&name, id);
            let partitions = Vec::with_capacity(topic.partition_data.len());
            merged.push(AskedTopic { name, id, found, partitions });
            (merged.len() - 1, BTreeMap::new())
        });
        let AskedTopic { found, partitions: asked, .. } = &mut merged[*at];
        for data in topic.partition_data {
            let place = *partitions.entry(data.index).or_insert_with(|| {
                asked.push(AskedPartition { index: data.index, records: None, refusal: None });
                asked.len() - 1
            });
            let records = data.records.unwrap_or_default();
            match check(found, data.index, &records) {
                Ok(()) => asked[place].records = Some(records),
                Err(error) => asked[place].refusal = Some(error),
            }
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use kabuki_wire::StrBytes;
    use kabuki_wire::messages::produce_request::PartitionProduceData;

    use super::*;

    fn topic(name: &'static str, partitions: &[(i32, &'static str)]) -> TopicProduceData {
        let data = partitions.iter().map(|&(index, records)| {
            let records = Some(Bytes::from_static(records.as_bytes()));
            PartitionProduceData::default().with_index(index).with_records(records)
        });
        TopicProduceData::default()
            .with_name(TopicName(StrBytes::from_static_str(name)))
            .with_partition_data(data.collect())
    }

    #[test]
    fn the_last_good_records_count_and_every_refusal_is_told() {
        let request = vec![
            topic("a", &[(0, "1"), (1, "bad"), (0, "2")]),
            topic("b", &[]),
            topic("c", &[(0, "3")]),
            topic("a", &[(1, "4"), (2, "5"), (0, "bad")]),
        ];
        let check = |_: &(), _, records: &Bytes| match &records[..] {
            b"bad" => Err(ResponseError::InvalidRecord),
            _ => Ok(()),
        };
        let merged = merge(request, |_, _| (), check);
        let told: Vec<_> = merged
            .iter()
            .flat_map(|topic| topic.partitions.iter().map(|it| (topic.name.0.as_str(), it)))
            .map(|(name, it)| (name, it.index, it.records.as_deref(), it.refusal.is_some()))
            .collect();
        let expected = [
            ("a", 0, Some(&b"2"[..]), true),
            ("a", 1, Some(b"4"), true),
            ("a", 2, Some(b"5"), false),
            ("c", 0, Some(b"3"), false),
        ];
        assert_eq!(told, expected);
    }
}

//! The hash of the topics that a group reads: when it changes, the group is assigned anew.
//!
//! It is Kafka's, bit by bit (`Utils.computeTopicHash` and `computeGroupHash`, XXH3 with 64 bits over little-endian fields), so
//! that a group that moves between brokers of both kinds is not rebalanced for it.

use twox_hash::XxHash3_64;

use crate::topics::{TopicInfo, Topics};

/// What Kafka would count up if it hashed other things.
const FORMAT: u8 = 0;

/// The hash of all these topics; those that do not exist are passed over, and without any it is 0. Names come in ascending order.
pub(super) fn of_group<'a>(names: impl Iterator<Item = &'a str>, topics: &dyn Topics) -> i64 {
    let mut input = Vec::new();
    for name in names {
        if let Some(topic) = topics.by_name(name) {
            input.extend(of_topic(name, topic, topics).to_le_bytes());
        }
    }
    if input.is_empty() { 0 } else { hash(&input) }
}

fn of_topic(name: &str, topic: TopicInfo, topics: &dyn Topics) -> i64 {
    let mut input = vec![FORMAT];
    let (high, low) = topic.id.as_u64_pair();
    input.extend(high.to_le_bytes());
    input.extend(low.to_le_bytes());
    put_text(&mut input, name);
    input.extend(topic.partitions.to_le_bytes());
    for partition in 0..topic.partitions {
        input.extend(partition.to_le_bytes());
        for rack in topics.racks(topic.id, partition) {
            input.extend(length(&rack).to_le_bytes());
            put_text(&mut input, &rack);
        }
    }
    hash(&input)
}

/// A text is its UTF-16 units, and then how many they are.
fn put_text(input: &mut Vec<u8>, text: &str) {
    for unit in text.encode_utf16() {
        input.extend(unit.to_le_bytes());
    }
    input.extend(length(text).to_le_bytes());
}

fn length(text: &str) -> i32 {
    i32::try_from(text.encode_utf16().count()).unwrap_or(i32::MAX)
}

fn hash(input: &[u8]) -> i64 {
    i64::from_le_bytes(XxHash3_64::oneshot(input).to_le_bytes())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::*;

    /// Topics by name, with the racks of each partition.
    struct Known(BTreeMap<&'static str, (Uuid, Vec<Vec<&'static str>>)>);

    impl Topics for Known {
        fn by_name(&self, name: &str) -> Option<TopicInfo> {
            let (id, partitions) = self.0.get(name)?;
            Some(TopicInfo { id: *id, partitions: i32::try_from(partitions.len()).unwrap() })
        }

        fn name_of(&self, id: Uuid) -> Option<&str> {
            self.0.iter().find(|(_, topic)| topic.0 == id).map(|(name, _)| *name)
        }

        fn each_name(&self, visit: &mut dyn FnMut(&str)) {
            self.0.keys().for_each(|name| visit(name));
        }

        fn racks(&self, id: Uuid, partition: i32) -> Vec<String> {
            let (_, partitions) = self.0.values().find(|topic| topic.0 == id).unwrap();
            partitions[partition as usize].iter().map(|rack| (*rack).to_owned()).collect()
        }
    }

    /// The numbers are what Kafka 4.3.1 gives for these topics, with hash4j 0.22.
    #[test]
    fn hashes_are_those_of_kafka() {
        let topics = Known(BTreeMap::from([
            (
                "orders",
                (
                    Uuid::from_u64_pair(0x0123_4567_89ab_cdef, 0x8edc_ba98_7654_3210),
                    vec![vec![]; 3],
                ),
            ),
            (
                "payments-é",
                (Uuid::from_u64_pair(1, 2), vec![vec!["rack-a", "rack-b"], vec!["rack-c"]]),
            ),
            ("many", (Uuid::from_u64_pair(7, 8), vec![vec![]; 300])),
        ]));
        let topic = |name: &str| of_topic(name, topics.by_name(name).unwrap(), &topics);
        assert_eq!(topic("orders"), -4_737_687_771_124_103_619);
        assert_eq!(topic("payments-é"), -9_149_385_431_192_631_827);
        assert_eq!(topic("many"), -3_398_494_316_102_836_534);
        let group = |names: &[&'static str]| of_group(names.iter().copied(), &topics);
        assert_eq!(group(&["orders", "payments-é"]), -4_789_016_631_818_128_007);
        assert_eq!(group(&["gone", "many"]), 5_850_739_608_520_903_666);
        assert_eq!(group(&["gone"]), 0);
    }
}

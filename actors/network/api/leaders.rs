//! Who leads a partition and where, for clients that asked the wrong broker or know an old leader (KIP-951).

use std::collections::BTreeSet;

use kabuki_metadata::describe;
use kabuki_metadata::image::{BrokerImage, ClusterImage, Endpoint, NO_LEADER, TopicImage};

/// A partition's leader and its epoch; both −1 where the partition is not known.
pub(super) fn current_leader(topic: Option<&TopicImage>, partition: i32) -> (i32, i32) {
    let partition = topic.and_then(|topic| topic.partitions.get(&partition));
    partition.map_or((NO_LEADER, -1), |it| (it.leader, it.leader_epoch))
}

/// Those of the leaders that are alive, with their address on a listener, each once.
pub(super) fn endpoints<'i>(
    image: &'i ClusterImage,
    listener: &'i str,
    leaders: impl IntoIterator<Item = i32>,
) -> Vec<(&'i BrokerImage, &'i Endpoint)> {
    let leaders: BTreeSet<i32> = leaders.into_iter().collect();
    if leaders.is_empty() {
        return Vec::new();
    }
    describe::alive_brokers(image, listener)
        .filter(|(broker, _)| leaders.contains(&broker.id))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::test_images::{LISTENER, apply, id_of, partition, with_topics};
    use super::*;

    #[test]
    fn leaders_that_are_not_alive_have_no_endpoint() {
        let image = with_topics(&[("orders", 1)]);
        let image = apply(&image, &[partition(id_of("orders"), 1, 2, &[2])]);
        let topic = image.topics().by_name("orders").map(|it| &**it);
        assert_eq!(current_leader(topic, 0).0, 1);
        assert_eq!(current_leader(topic, 1).0, 2);
        assert_eq!(current_leader(topic, 7), (-1, -1));
        assert_eq!(current_leader(None, 0), (-1, -1));
        let found = endpoints(&image, LISTENER, [2, 1, 1, -1]);
        assert_eq!(found.iter().map(|(broker, _)| broker.id).collect::<Vec<_>>(), [1]);
        assert!(endpoints(&image, "OTHER", [1]).is_empty());
    }
}

//! Which partition a record goes to.

use std::hash::{BuildHasher, RandomState};

use crate::cluster::Topic;
use crate::error::ClientError;
use crate::murmur2::murmur2;
use crate::record::NewRecord;

/// Spreads records as Kafka's Java client does: by the record's own choice, else by the hash of its key, else all to one
/// partition until a batch is full (KIP-480), then to the next that has a leader.
#[derive(Debug, Clone)]
pub(crate) struct Partitioner {
    /// Counts the batches without keys; begins anywhere, so that many short-lived producers spread too.
    turn: usize,
}

impl Partitioner {
    pub(crate) fn new() -> Self {
        Self { turn: RandomState::new().hash_one(0) as usize }
    }

    /// The partition of a record.
    pub(crate) fn place(&self, record: &NewRecord, topic: &Topic) -> Result<i32, ClientError> {
        match (record.partition, &record.key) {
            (Some(partition), _) => topic.partition(partition).map(|found| found.index),
            (None, Some(key)) => Ok(by_key(key, topic.partitions.len())),
            (None, None) => Ok(self.sticky(topic)),
        }
    }

    /// Moves records without keys on to another partition.
    pub(crate) fn next_batch(&mut self) {
        self.turn = self.turn.wrapping_add(1);
    }

    fn sticky(&self, topic: &Topic) -> i32 {
        let led = || topic.partitions.iter().filter(|partition| partition.leader.is_some());
        match led().count() {
            0 => 0,
            count => led().nth(self.turn % count).map_or(0, |partition| partition.index),
        }
    }
}

/// The partition of a key: the hash without its sign, by the number of partitions, led or not.
fn by_key(key: &[u8], partition_count: usize) -> i32 {
    let positive = murmur2(key) & 0x7fff_ffff;
    // A topic has at least one partition and less than 2³¹.
    positive.checked_rem(partition_count as u32).unwrap_or(0) as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::topic_of;

    #[test]
    fn keys_go_where_the_java_client_puts_them() {
        assert_eq!(by_key(b"foobar", 10), (-790_332_482 & 0x7fff_ffff) % 10);
        assert_eq!(by_key(b"21", 1), 0);
    }

    #[test]
    fn records_without_keys_stay_together_and_move_on_with_the_batch() {
        let topic = topic_of(3);
        let mut partitioner = Partitioner { turn: 0 };
        let record = NewRecord::of_value("v");
        let place = |partitioner: &Partitioner| {
            partitioner.place(&record, &topic).expect("a topic with leaders")
        };
        assert_eq!((place(&partitioner), place(&partitioner)), (0, 0));
        partitioner.next_batch();
        assert_eq!(place(&partitioner), 1);
    }

    #[test]
    fn a_partition_without_a_leader_is_passed_over() {
        let mut topic = topic_of(3);
        topic.partitions[1].leader = None;
        let partitioner = Partitioner { turn: 1 };
        let place = partitioner.place(&NewRecord::of_value("v"), &topic);
        assert_eq!(place.expect("a topic with leaders"), 2);
    }

    #[test]
    fn a_records_own_choice_must_exist() {
        let record = NewRecord { partition: Some(3), ..NewRecord::of_value("v") };
        let placed = Partitioner::new().place(&record, &topic_of(3));
        assert!(matches!(placed, Err(ClientError::NoPartition { partition: 3, .. })));
    }
}

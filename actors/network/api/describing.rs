//! What the APIs that describe the cluster share: Metadata, DescribeCluster, DescribeTopicPartitions.

use kabuki_metadata::controller::check_topic_name;
use kabuki_wire::messages::{BrokerId, TopicName};
use kabuki_wire::{ResponseError, StrBytes};

/// What may be done with a topic where nobody restricts it, as Kafka 4.3.1 says it: a bit for each operation's number
/// (3 read, 4 write, 5 create, 6 delete, 7 alter, 8 describe, 10 describe its configuration, 11 alter it).
pub(super) const TOPIC_OPERATIONS: i32 = bits([3, 4, 5, 6, 7, 8, 10, 11]);
/// The same of the cluster (5 create, 7 alter, 8 describe, 9 act as a broker, 10 describe its configuration, 11 alter
/// it, 12 write idempotently).
pub(super) const CLUSTER_OPERATIONS: i32 = bits([5, 7, 8, 9, 10, 11, 12]);
/// Stands for "nobody asked" in place of operations.
pub(super) const NO_OPERATIONS: i32 = i32::MIN;

const fn bits<const N: usize>(operations: [u32; N]) -> i32 {
    let mut bits = 0;
    let mut at = 0;
    while at < N {
        bits |= 1 << operations[at];
        at += 1;
    }
    bits
}

/// Operations, if they are asked for.
pub(super) fn operations_if(asked: bool, operations: i32) -> i32 {
    if asked { operations } else { NO_OPERATIONS }
}

/// Broker ids, as messages carry them.
pub(super) fn broker_ids(ids: &[i32]) -> Vec<BrokerId> {
    ids.iter().copied().map(BrokerId).collect()
}

/// A topic's name, as messages carry it.
pub(super) fn topic_name(name: &str) -> TopicName {
    TopicName(StrBytes::from_string(name.to_owned()))
}

/// The error of a name that no topic has.
pub(super) fn nonexistent(name: &str) -> ResponseError {
    match check_topic_name(name) {
        Ok(()) => ResponseError::UnknownTopicOrPartition,
        Err(_) => ResponseError::InvalidTopicException,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers that Apache Kafka 4.3.1 answers without an authorizer.
    #[test]
    fn unrestricted_operations_are_those_of_kafka() {
        assert_eq!((TOPIC_OPERATIONS, CLUSTER_OPERATIONS), (3576, 8096));
        assert_eq!(operations_if(false, TOPIC_OPERATIONS), -2_147_483_648);
    }

    #[test]
    fn names_that_no_topic_can_have_are_told_apart() {
        assert_eq!(nonexistent("a"), ResponseError::UnknownTopicOrPartition);
        assert_eq!(nonexistent("a b"), ResponseError::InvalidTopicException);
        assert_eq!(nonexistent(""), ResponseError::InvalidTopicException);
    }
}

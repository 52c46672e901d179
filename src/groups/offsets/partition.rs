//! Which partition of `__consumer_offsets` a group belongs to.

/// The partition of `__consumer_offsets`, of `partitions`, that a group's records are in: Java's hash of the id as a
/// string, over UTF-16 units, and Kafka's absolute value of it, which is 0 for the smallest number.
pub fn group_partition(group: &str, partitions: i32) -> i32 {
    let hash = group
        .encode_utf16()
        .fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)));
    // The topic has at least one partition; without any there is nothing to divide by.
    hash.checked_abs().unwrap_or(0).checked_rem(partitions).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_where_kafka_looks_for_them() {
        // By String.hashCode and Utils.abs of Apache Kafka 4.3.1. The last but one hashes to the smallest i32.
        let known = [
            ("g", 3),
            ("orders-app", 5),
            ("gr\u{fc}ppe", 12),
            ("\u{65e5}\u{672c}", 47),
            ("\u{1f680} rocket", 21),
            ("polygenelubricants", 0),
            ("", 0),
        ];
        for (group, partition) in known {
            assert_eq!(group_partition(group, 50), partition, "{group}");
        }
    }

    #[test]
    fn a_hash_below_zero_gives_a_partition() {
        assert_eq!(group_partition("gr\u{fc}ppe", i32::MAX), 1_233_264_812);
        assert_eq!(group_partition("polygenelubricants", i32::MAX), 0);
        assert_eq!(group_partition("g", 0), 0);
    }
}

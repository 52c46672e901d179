//! `range`: the members in a fixed order divide each topic into ranges. Topics with equally many partitions and the
//! same subscribers are co-partitioned: who has a partition of one has the same of the others.

use std::cmp::Ordering;

use super::owners::Owners;
use super::{Assignment, GroupSpec, MemberSpec, PartitionCounts, subscribers};

/// Kafka's `RangeAssignor`. What members have had so far does not matter.
pub(super) fn assign(group: &GroupSpec<'_>, counts: &dyn PartitionCounts) -> Assignment {
    let mut order: Vec<usize> = (0..group.members.len()).collect();
    order.sort_by(|one, other| member_order(&group.members[*one], &group.members[*other]));
    let subscribers = subscribers(group, &order);
    let mut owners = Owners::new(subscribers.keys().copied(), counts);

    for (topic, mut partitions) in owners.topics().to_vec() {
        let Some(subscribers) = subscribers.get(&topic) else { continue };
        let share = partitions.len() / subscribers.len();
        let over = partitions.len() % subscribers.len();
        for (turn, member) in subscribers.iter().enumerate() {
            let share = share + usize::from(turn < over);
            for partition in partitions.by_ref().take(share) {
                owners.give(partition, *member);
            }
        }
    }
    owners.into_assignment(group)
}

/// Static members first, by instance id, so that they have the same ranges when they come back; then the others, by
/// member id.
fn member_order(one: &MemberSpec<'_>, other: &MemberSpec<'_>) -> Ordering {
    let order = match (one.instance_id, other.instance_id) {
        (Some(one), Some(other)) => java_order(one, other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    order.then_with(|| java_order(one.member_id, other.member_id))
}

/// What Kafka compares strings by: UTF-16 code units. Beyond the basic plane this is not the order of UTF-8.
fn java_order(one: &str, other: &str) -> Ordering {
    one.encode_utf16().cmp(other.encode_utf16())
}

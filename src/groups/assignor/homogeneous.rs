//! `uniform` where all members subscribe to the same topics: as many partitions for each as for any other, give or
//! take one, and as few moved as that allows.

use super::owners::Owners;
use super::{Assignment, GroupSpec, PartitionCounts};

/// Kafka's `UniformHomogeneousAssignmentBuilder`: linear in members and partitions.
pub(super) fn assign(group: &GroupSpec<'_>, counts: &dyn PartitionCounts) -> Assignment {
    let topics = group.members.first().into_iter().flat_map(|member| member.topics);
    let mut owners = Owners::new(topics.copied(), counts);
    let kept = owners.keep_assigned(group);
    let mut free: Vec<usize> =
        owners.all().filter(|partition| owners.owner(*partition).is_none()).collect();
    let room = revoke(&kept, owners.all().len(), &mut free);

    let mut free = free.into_iter();
    for (member, room) in room.into_iter().enumerate() {
        for partition in free.by_ref().take(room) {
            owners.give(partition, member);
        }
    }
    debug_assert_eq!(free.len(), 0, "quotas sum to the number of partitions");
    owners.into_assignment(group)
}

/// Takes from members what exceeds their quotas, puts it behind what is free, and returns how much room each has.
///
/// When the partitions cannot be divided evenly, some members get one more. A member that does not need it to keep what
/// it has leaves it to later ones, as long as there are enough of these to take all that is over.
fn revoke(kept: &[Vec<usize>], partitions: usize, free: &mut Vec<usize>) -> Vec<usize> {
    let members = kept.len();
    let quota = partitions.checked_div(members).unwrap_or(0);
    let mut over = partitions.checked_rem(members).unwrap_or(0);
    let mut room = Vec::with_capacity(members);
    for (member, kept) in kept.iter().enumerate() {
        let takes_more = over > 0 && (kept.len() > quota || members - member == over);
        let quota = quota + usize::from(takes_more);
        over -= usize::from(takes_more);
        free.extend(kept.iter().skip(quota));
        room.push(quota.saturating_sub(kept.len()));
    }
    room
}

//! The assignors of the broker (KIP-848): which member owns which partition.
//!
//! ```text
//! GroupSpec ▶ uniform ─┬─ homogeneous      all members subscribe to the same topics
//!                      └─ heterogeneous    they do not
//!           ▶ range                        the n-th member takes the n-th range of every topic
//! ```
//!
//! Assignments are those of Apache Kafka 4.3.1 (`UniformAssignor`, `RangeAssignor`). Racks are not looked at: Kafka
//! took rack-awareness out of both with KIP-1101.
//!
//! Where Kafka walks a hash table, the order here is ascending, so that equal groups get equal assignments. With
//! `range` nothing depends on it. With `uniform` two things do, and there a broker of Kafka may decide otherwise:
//!
//! * members: which of several equally loaded ones gets a partition, or gives one up;
//! * in a homogeneous group, topics and partitions: which of its partitions a member with too many gives up, and in
//!   which order free ones are handed out. Sizes, and how many partitions move, are Kafka's.
//!
//! A partition that several members have, or that its topic does not have, cannot come out of an assignor. Should a
//! group bring one, the first member keeps the former and the latter is dropped.

mod balancer;
mod heterogeneous;
mod homogeneous;
mod owners;
mod range;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

/// A member, as an assignor sees it.
#[derive(Debug, Clone, Copy)]
pub struct MemberSpec<'a> {
    /// Its id, unique in the group.
    pub member_id: &'a str,
    /// Its `group.instance.id` (KIP-345), unique in the group.
    pub instance_id: Option<&'a str>,
    /// Its `client.rack`. Neither assignor looks at it.
    pub rack: Option<&'a str>,
    /// The topics it is subscribed to. Those that do not exist are passed over.
    pub topics: &'a BTreeSet<Uuid>,
    /// Its target assignment so far.
    pub assigned: &'a BTreeMap<Uuid, BTreeSet<i32>>,
}

/// A group, as an assignor sees it.
#[derive(Debug, Clone)]
pub struct GroupSpec<'a> {
    /// The members, in ascending order of their ids.
    pub members: Vec<MemberSpec<'a>>,
    /// All members are subscribed to the same topics.
    pub homogeneous: bool,
}

/// What each member shall own, by member id, topic and partition. Every member is in it; no topic is without partitions.
pub type Assignment = BTreeMap<String, BTreeMap<Uuid, BTreeSet<i32>>>;

/// How many partitions topics have, in one cluster image.
pub trait PartitionCounts {
    /// The number of partitions of a topic, `None` if there is no such topic.
    fn partitions(&self, topic: Uuid) -> Option<i32>;
}

/// There is no assignor of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no assignor named {0}")]
pub struct UnknownAssignor(pub String);

/// Computes the target assignment of a group with the assignor `uniform` or `range`.
///
/// # Errors
///
/// [`UnknownAssignor`] for any other name.
pub fn assign(
    name: &str,
    group: &GroupSpec<'_>,
    counts: &dyn PartitionCounts,
) -> Result<Assignment, UnknownAssignor> {
    match name {
        "uniform" if group.homogeneous => Ok(homogeneous::assign(group, counts)),
        "uniform" => Ok(heterogeneous::assign(group, counts)),
        "range" => Ok(range::assign(group, counts)),
        _ => Err(UnknownAssignor(name.to_owned())),
    }
}

/// The subscribers of each topic, as places in the group, in the given order of all members.
fn subscribers(group: &GroupSpec<'_>, order: &[usize]) -> BTreeMap<Uuid, Vec<usize>> {
    if group.homogeneous {
        let topics = group.members.first().into_iter().flat_map(|member| member.topics);
        return topics.map(|topic| (*topic, order.to_vec())).collect();
    }
    let mut subscribers: BTreeMap<Uuid, Vec<usize>> = BTreeMap::new();
    for &member in order {
        for topic in group.members[member].topics {
            subscribers.entry(*topic).or_default().push(member);
        }
    }
    subscribers
}

//! Groups to try the assignors on, and what any assignment of theirs must satisfy.

mod examples;
mod kafka;
mod properties;

use super::*;

/// A group with the topics of its cluster.
#[derive(Debug, Clone, Default)]
struct Group {
    members: BTreeMap<String, Member>,
    counts: Counts,
}

#[derive(Debug, Clone, Default)]
struct Member {
    instance: Option<String>,
    topics: BTreeSet<Uuid>,
    assigned: BTreeMap<Uuid, BTreeSet<i32>>,
}

#[derive(Debug, Clone, Default)]
struct Counts(BTreeMap<Uuid, i32>);

impl PartitionCounts for Counts {
    fn partitions(&self, topic: Uuid) -> Option<i32> {
        self.0.get(&topic).copied()
    }
}

/// A topic id that is easy to read.
fn id(topic: u128) -> Uuid {
    Uuid::from_u128(topic)
}

fn ids(topics: &[u128]) -> BTreeSet<Uuid> {
    topics.iter().copied().map(id).collect()
}

impl Group {
    /// A group without members in a cluster of these topics and numbers of partitions.
    fn new(topics: &[(u128, i32)]) -> Self {
        let counts = topics.iter().map(|(topic, partitions)| (id(*topic), *partitions)).collect();
        Self { members: BTreeMap::new(), counts: Counts(counts) }
    }

    fn join(&mut self, member: &str, topics: &[u128]) -> &mut Member {
        let joined = Member { topics: ids(topics), ..Member::default() };
        self.members.entry(member.to_owned()).insert_entry(joined).into_mut()
    }

    fn is_homogeneous(&self) -> bool {
        let mut members = self.members.values();
        members.next().is_none_or(|first| members.all(|it| it.topics == first.topics))
    }

    fn assign_as(&self, name: &str, homogeneous: bool) -> Assignment {
        let members = self.members.iter().map(|(member_id, member)| MemberSpec {
            member_id,
            instance_id: member.instance.as_deref(),
            rack: None,
            topics: &member.topics,
            assigned: &member.assigned,
        });
        let spec = GroupSpec { members: members.collect(), homogeneous };
        assign(name, &spec, &self.counts).expect("one of the two assignors")
    }

    fn assign(&self, name: &str) -> Assignment {
        self.assign_as(name, self.is_homogeneous())
    }

    /// Makes an assignment the target, and returns how many partitions have come to a member.
    fn adopt(&mut self, assignment: Assignment) -> usize {
        let mut moved = 0;
        for (member, assigned) in assignment {
            let member = self.members.get_mut(&member).expect("a member");
            let before: BTreeSet<_> = partitions(&member.assigned).collect();
            moved += partitions(&assigned).filter(|it| !before.contains(it)).count();
            member.assigned = assigned;
        }
        moved
    }

    fn rebalance(&mut self, name: &str) -> usize {
        self.adopt(self.assign(name))
    }

    fn sizes(&self) -> Vec<usize> {
        self.members.values().map(|member| partitions(&member.assigned).count()).collect()
    }

    /// Fails unless the targets give every partition of a topic that has subscribers to one of these, and nothing else.
    fn check_complete(&self) {
        let mut owned = BTreeSet::new();
        for (name, member) in &self.members {
            for (topic, partition) in partitions(&member.assigned) {
                assert!(member.topics.contains(&topic), "{name} is not subscribed to {topic}");
                assert!(owned.insert((topic, partition)), "{topic}-{partition} has two owners");
            }
            assert!(
                member.assigned.values().all(|it| !it.is_empty()),
                "a topic without partitions"
            );
        }
        let subscribed: BTreeSet<_> = self.members.values().flat_map(|it| &it.topics).collect();
        let expected = self.counts.0.iter().filter(|(topic, _)| subscribed.contains(topic));
        let expected = expected.flat_map(|(topic, n)| (0..*n).map(|partition| (*topic, partition)));
        assert_eq!(owned, expected.collect());
    }

    /// Fails if a member could give a partition to another subscriber of its topic and still not have less than that
    /// one had.
    fn check_level(&self) {
        let sizes: BTreeMap<_, _> = self.members.keys().zip(self.sizes()).collect();
        for (giver, has) in &self.members {
            for topic in has.assigned.keys() {
                let subscribers = self.members.iter().filter(|(_, it)| it.topics.contains(topic));
                for (taker, _) in subscribers {
                    assert!(
                        sizes[giver] <= sizes[taker] + 1,
                        "{giver} could give {topic} to {taker}"
                    );
                }
            }
        }
    }
}

fn partitions(assigned: &BTreeMap<Uuid, BTreeSet<i32>>) -> impl Iterator<Item = (Uuid, i32)> {
    assigned.iter().flat_map(|(topic, of_topic)| of_topic.iter().map(|it| (*topic, *it)))
}

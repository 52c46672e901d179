//! What holds for any group.

use std::ops::Range;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// A step in the life of a group.
#[derive(Debug, Clone)]
enum Step {
    /// A member comes, subscribed to the topics whose bits are set.
    Join(u8),
    Leave(Index),
    Resubscribe(Index, u8),
    /// A topic grows.
    Grow(Index, i32),
    /// A topic is deleted.
    Delete(Index),
}

const TOPICS: Range<u128> = 0..6;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => any::<u8>().prop_map(Step::Join),
        2 => any::<Index>().prop_map(Step::Leave),
        1 => (any::<Index>(), any::<u8>()).prop_map(|(who, topics)| Step::Resubscribe(who, topics)),
        1 => (any::<Index>(), 1..5).prop_map(|(topic, by)| Step::Grow(topic, by)),
        1 => any::<Index>().prop_map(Step::Delete),
    ];
    vec(step, 1..25)
}

/// A cluster of topics with these numbers of partitions.
fn cluster(partitions: &[i32]) -> Group {
    Group::new(&TOPICS.zip(partitions.iter().copied()).collect::<Vec<_>>())
}

fn chosen(bits: u8) -> Vec<u128> {
    TOPICS.filter(|topic| bits & (1 << topic) != 0).collect()
}

fn partition_counts() -> impl Strategy<Value = Vec<i32>> {
    vec(0..12, TOPICS.count())
}

impl Group {
    /// A homogeneous group stays so: who comes subscribes to what all do.
    fn take(&mut self, step: &Step, number: usize, homogeneous: bool) {
        let names: Vec<String> = self.members.keys().cloned().collect();
        match step {
            Step::Join(topics) => {
                let all = self.members.values().next().map(|first| first.topics.clone());
                let joined = self.join(&format!("m{number}"), &chosen(*topics));
                if let Some(all) = all.filter(|_| homogeneous) {
                    joined.topics = all;
                }
            }
            _ if names.is_empty() => {}
            Step::Leave(who) => {
                self.members.remove(who.get(&names));
            }
            Step::Resubscribe(who, topics) => {
                let topics: BTreeSet<Uuid> = chosen(*topics).into_iter().map(id).collect();
                for name in names.iter().filter(|name| homogeneous || *name == who.get(&names)) {
                    self.members.get_mut(name).expect("a member").topics = topics.clone();
                }
            }
            Step::Grow(topic, by) => {
                let topic = id(topic.index(TOPICS.count()) as u128);
                self.counts.0.entry(topic).and_modify(|partitions| *partitions += by);
            }
            Step::Delete(topic) => {
                self.counts.0.remove(&id(topic.index(TOPICS.count()) as u128));
            }
        }
    }
}

proptest! {
    #[test]
    fn homogeneous_uniform_is_complete_even_and_sticky(
        partitions in partition_counts(), steps in steps(),
    ) {
        let mut group = cluster(&partitions);
        for (number, step) in steps.iter().enumerate() {
            group.take(step, number, true);
            let before = group.clone();
            let moved = group.rebalance("uniform");
            group.check_complete();
            let sizes = group.sizes();
            let (least, most) = (sizes.iter().min(), sizes.iter().max());
            prop_assert!(least.zip(most).is_none_or(|(least, most)| most - least <= 1));
            // What must move: partitions without an owner, and what some must give up so that others have enough.
            let total: usize = sizes.iter().sum();
            prop_assert_eq!(moved, total - before.most_that_can_stay(total));
            prop_assert_eq!(group.rebalance("uniform"), 0);
        }
    }

    #[test]
    fn when_a_member_leaves_a_homogeneous_group_only_its_partitions_move(
        partitions in partition_counts(), members in 2_usize..12, who: Index,
    ) {
        let mut group = cluster(&partitions);
        for member in 0..members {
            group.join(&format!("m{member}"), &chosen(0b11_1111));
            group.rebalance("uniform");
        }
        let names: Vec<String> = group.members.keys().cloned().collect();
        let gone = group.members.remove(who.get(&names)).expect("a member");
        let orphans = super::partitions(&gone.assigned).count();
        prop_assert_eq!(group.rebalance("uniform"), orphans);
    }

    #[test]
    fn heterogeneous_uniform_is_complete_level_and_sticky(
        partitions in partition_counts(), steps in steps(),
    ) {
        let mut group = cluster(&partitions);
        for (number, step) in steps.iter().enumerate() {
            group.take(step, number, false);
            let assignment = group.assign_as("uniform", false);
            group.adopt(assignment);
            group.check_complete();
            group.check_level();
            let again = group.assign_as("uniform", false);
            prop_assert_eq!(group.adopt(again), 0);
        }
    }

    #[test]
    fn the_heterogeneous_way_divides_a_homogeneous_group_as_evenly(
        partitions in partition_counts(), steps in steps(),
    ) {
        let mut group = cluster(&partitions);
        for (number, step) in steps.iter().enumerate() {
            group.take(step, number, true);
            let assignment = group.assign_as("uniform", false);
            group.adopt(assignment);
            let mut sizes = group.sizes();
            let mut others = group.clone();
            others.rebalance("uniform");
            let mut other_sizes = others.sizes();
            sizes.sort_unstable();
            other_sizes.sort_unstable();
            prop_assert_eq!(sizes, other_sizes);
        }
    }

    #[test]
    fn range_is_complete_contiguous_and_knows_no_past(
        partitions in partition_counts(), steps in steps(),
    ) {
        let mut group = cluster(&partitions);
        for (number, step) in steps.iter().enumerate() {
            group.take(step, number, false);
            group.rebalance("range");
            group.check_complete();
            for (topic, count) in &group.counts.0 {
                let ranges: Vec<Vec<i32>> = group.ranges(*topic);
                let joined: Vec<i32> = ranges.concat();
                let expected = if ranges.is_empty() { 0 } else { *count };
                prop_assert_eq!(joined, (0..expected).collect::<Vec<_>>());
                let sizes: Vec<usize> = ranges.iter().map(Vec::len).collect();
                prop_assert!(sizes.is_sorted_by(|one, next| one >= next));
                prop_assert!(sizes.iter().max().unwrap_or(&0) - sizes.iter().min().unwrap_or(&0) <= 1);
            }
            let mut fresh = group.clone();
            fresh.members.values_mut().for_each(|member| member.assigned.clear());
            prop_assert_eq!(fresh.assign("range"), group.assign("range"));
            prop_assert_eq!(group.assign_as("range", false), group.assign("range"));
        }
    }

    #[test]
    fn range_is_co_partitioned(count in 1_i32..20, steps in steps()) {
        let mut group = cluster(&[count; 6]);
        for (number, step) in steps.iter().enumerate() {
            if !matches!(step, Step::Grow(..) | Step::Delete(_)) {
                group.take(step, number, true);
            }
            group.rebalance("range");
            for member in group.members.values() {
                prop_assert!(member.assigned.values().all(|it| Some(it) == member.assigned.values().next()));
            }
        }
    }
}

impl Group {
    /// How many partitions can stay where they are in a homogeneous group when all have equally many, give or take one.
    fn most_that_can_stay(&self, total: usize) -> usize {
        let (share, over) = (total / self.members.len().max(1), total % self.members.len().max(1));
        let has = |member: &Member| {
            let exists =
                |topic: &Uuid| self.counts.0.contains_key(topic) && member.topics.contains(topic);
            partitions(&member.assigned).filter(|(topic, _)| exists(topic)).count()
        };
        let stay: usize = self.members.values().map(|member| has(member).min(share)).sum();
        let with_more = self.members.values().filter(|member| has(member) > share).count();
        stay + with_more.min(over)
    }

    /// What each subscriber of a topic has of it, in the order of member ids.
    fn ranges(&self, topic: Uuid) -> Vec<Vec<i32>> {
        let subscribers = self.members.iter().filter(|(_, it)| it.topics.contains(&topic));
        let of_topic = |member: &Member| -> Vec<i32> {
            member.assigned.get(&topic).into_iter().flatten().copied().collect()
        };
        subscribers.map(|(_, member)| of_topic(member)).collect()
    }
}

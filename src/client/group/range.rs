//! The range assignor: topic by topic, each member that reads it gets as many neighbouring partitions as the others.

use std::collections::BTreeMap;

use crate::groups::Assignment;

/// A member that is to be given partitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscriber {
    pub(crate) member_id: String,
    /// The id under which it comes back, if it has one.
    pub(crate) instance_id: Option<String>,
    pub(crate) topics: Vec<String>,
}

impl Subscriber {
    /// Kafka's order: members that come back first, by their lasting ids, then the others by their ids.
    fn place(&self) -> (bool, &str) {
        match &self.instance_id {
            Some(id) => (false, id),
            None => (true, &self.member_id),
        }
    }
}

/// What each member gets, by the members' ids; topics without partitions are left out. Racks are not considered.
pub(crate) fn assign(
    members: &[Subscriber],
    partition_counts: &BTreeMap<String, i32>,
) -> BTreeMap<String, Assignment> {
    let mut assigned: BTreeMap<String, Assignment> =
        members.iter().map(|member| (member.member_id.clone(), Assignment::new())).collect();
    for (topic, &count) in partition_counts {
        let mut readers: Vec<&Subscriber> =
            members.iter().filter(|member| member.topics.contains(topic)).collect();
        readers.sort_by(|one, other| one.place().cmp(&other.place()));
        let (Ok(number), true) = (i32::try_from(readers.len()), count > 0) else { continue };
        let mut next = 0;
        for (place, reader) in (0..).zip(readers) {
            let share = count / number + i32::from(place < count % number);
            if share > 0 {
                let of_member = assigned.entry(reader.member_id.clone()).or_default();
                of_member.insert(topic.clone(), (next..next + share).collect());
            }
            next += share;
        }
    }
    assigned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: &str, instance: Option<&str>, topics: &[&str]) -> Subscriber {
        Subscriber {
            member_id: id.to_owned(),
            instance_id: instance.map(str::to_owned),
            topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        }
    }

    fn counts(counts: &[(&str, i32)]) -> BTreeMap<String, i32> {
        counts.iter().map(|(topic, count)| ((*topic).to_owned(), *count)).collect()
    }

    fn of(assigned: &BTreeMap<String, Assignment>, member: &str) -> Vec<(String, Vec<i32>)> {
        let topics = assigned[member].iter();
        topics.map(|(name, these)| (name.clone(), these.iter().copied().collect())).collect()
    }

    #[test]
    fn the_first_members_get_what_is_over_in_every_topic() {
        let members = [member("m2", None, &["a", "b"]), member("m1", None, &["a", "b"])];
        let assigned = assign(&members, &counts(&[("a", 3), ("b", 3)]));
        assert_eq!(
            of(&assigned, "m1"),
            [("a".to_owned(), vec![0, 1]), ("b".to_owned(), vec![0, 1])]
        );
        assert_eq!(of(&assigned, "m2"), [("a".to_owned(), vec![2]), ("b".to_owned(), vec![2])]);
    }

    #[test]
    fn only_those_that_read_a_topic_get_its_partitions() {
        let members = [member("m1", None, &["a"]), member("m2", None, &["b", "gone"])];
        let assigned = assign(&members, &counts(&[("a", 2), ("b", 1)]));
        assert_eq!(of(&assigned, "m1"), [("a".to_owned(), vec![0, 1])]);
        assert_eq!(of(&assigned, "m2"), [("b".to_owned(), vec![0])]);
    }

    #[test]
    fn members_that_come_back_are_first_and_some_may_get_nothing() {
        let members = [member("a", None, &["t"]), member("z", Some("i"), &["t"])];
        let assigned = assign(&members, &counts(&[("t", 1)]));
        assert_eq!(of(&assigned, "z"), [("t".to_owned(), vec![0])]);
        assert!(assigned["a"].is_empty());
    }
}

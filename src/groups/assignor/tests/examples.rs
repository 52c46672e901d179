//! By example.

use super::*;

/// What a member owns, as pairs of topic and partition.
fn owned(assignment: &Assignment, member: &str) -> Vec<(u128, i32)> {
    partitions(&assignment[member]).map(|(topic, partition)| (topic.as_u128(), partition)).collect()
}

#[test]
fn an_unknown_assignor_is_refused() {
    let nobody = GroupSpec { members: Vec::new(), homogeneous: true };
    let refused = assign("sticky", &nobody, &Counts::default());
    assert_eq!(refused, Err(UnknownAssignor("sticky".to_owned())));
}

#[test]
fn an_empty_group_has_an_empty_assignment() {
    for name in ["uniform", "range"] {
        for homogeneous in [true, false] {
            assert!(Group::new(&[(1, 3)]).assign_as(name, homogeneous).is_empty());
        }
    }
}

#[test]
fn members_without_topics_get_nothing_and_are_named() {
    let mut group = Group::new(&[(1, 3)]);
    group.join("a", &[]);
    group.join("b", &[]).assigned = targets(&[(1, &[0, 1])]);
    for name in ["uniform", "range"] {
        for homogeneous in [true, false] {
            let assignment = group.assign_as(name, homogeneous);
            assert_eq!(assignment.keys().collect::<Vec<_>>(), ["a", "b"]);
            assert!(assignment.values().all(BTreeMap::is_empty));
        }
    }
}

#[test]
fn a_topic_that_does_not_exist_is_passed_over() {
    let mut group = Group::new(&[(1, 1)]);
    group.join("a", &[1, 9]).assigned = targets(&[(9, &[0])]);
    for name in ["uniform", "range"] {
        for homogeneous in [true, false] {
            assert_eq!(owned(&group.assign_as(name, homogeneous), "a"), [(1, 0)]);
        }
    }
}

#[test]
fn targets_that_no_assignor_made_are_put_right() {
    let mut group = Group::new(&[(1, 4)]);
    group.join("a", &[1]).assigned = targets(&[(1, &[0, 7, -1, i32::MAX])]);
    group.join("b", &[1]).assigned = targets(&[(1, &[0, 1])]);
    for homogeneous in [true, false] {
        let assignment = group.assign_as("uniform", homogeneous);
        assert_eq!(owned(&assignment, "a"), [(1, 0), (1, 2)]);
        assert_eq!(owned(&assignment, "b"), [(1, 1), (1, 3)]);
    }
}

#[test]
fn range_gives_the_same_ranges_of_all_topics() {
    let mut group = Group::new(&[(1, 3), (2, 3)]);
    group.join("c0", &[1, 2]);
    group.join("c1", &[1, 2]);
    let assignment = group.assign("range");
    assert_eq!(owned(&assignment, "c0"), [(1, 0), (1, 1), (2, 0), (2, 1)]);
    assert_eq!(owned(&assignment, "c1"), [(1, 2), (2, 2)]);
}

#[test]
fn range_leaves_later_members_without_when_partitions_run_out() {
    let mut group = Group::new(&[(1, 2)]);
    for member in ["a", "b", "c"] {
        group.join(member, &[1]);
    }
    let assignment = group.assign("range");
    assert_eq!(owned(&assignment, "b"), [(1, 1)]);
    assert_eq!(owned(&assignment, "c"), []);
}

#[test]
fn range_divides_a_topic_among_its_own_subscribers() {
    let mut group = Group::new(&[(1, 3), (2, 2)]);
    group.join("a", &[1, 2]);
    group.join("b", &[1]);
    group.join("c", &[2]);
    let assignment = group.assign("range");
    assert_eq!(owned(&assignment, "a"), [(1, 0), (1, 1), (2, 0)]);
    assert_eq!(owned(&assignment, "b"), [(1, 2)]);
    assert_eq!(owned(&assignment, "c"), [(2, 1)]);
}

#[test]
fn range_serves_static_members_first_in_the_order_of_java() {
    let mut group = Group::new(&[(1, 4)]);
    group.join("a", &[1]);
    // U+FF21 and U+1F600: UTF-8 has the former first, UTF-16 the latter, which begins with the unit D83D.
    group.join("b", &[1]).instance = Some("\u{ff21}".to_owned());
    group.join("c", &[1]).instance = Some("\u{1f600}".to_owned());
    group.join("d", &[1]).instance = Some("i".to_owned());
    let assignment = group.assign("range");
    for (partition, member) in (0..).zip(["d", "c", "b", "a"]) {
        assert_eq!(owned(&assignment, member), [(1, partition)]);
    }
}

#[test]
fn uniform_fills_members_one_after_another() {
    let mut group = Group::new(&[(1, 3), (2, 2)]);
    group.join("a", &[1, 2]);
    group.join("b", &[1, 2]);
    let assignment = group.assign("uniform");
    // The last members have the partitions that are over.
    assert_eq!(owned(&assignment, "a"), [(1, 0), (1, 1)]);
    assert_eq!(owned(&assignment, "b"), [(1, 2), (2, 0), (2, 1)]);
}

#[test]
fn uniform_gives_a_new_member_only_what_others_have_too_much_of() {
    let mut group = Group::new(&[(1, 6)]);
    group.join("a", &[1]).assigned = targets(&[(1, &[0, 2, 4])]);
    group.join("b", &[1]).assigned = targets(&[(1, &[1, 3, 5])]);
    group.join("c", &[1]);
    let assignment = group.assign("uniform");
    assert_eq!(owned(&assignment, "a"), [(1, 0), (1, 2)]);
    assert_eq!(owned(&assignment, "b"), [(1, 1), (1, 3)]);
    assert_eq!(owned(&assignment, "c"), [(1, 4), (1, 5)]);
}

#[test]
fn uniform_leaves_the_partition_that_is_over_with_the_member_that_has_it() {
    let mut group = Group::new(&[(1, 3)]);
    group.join("a", &[1]).assigned = targets(&[(1, &[0])]);
    group.join("b", &[1]).assigned = targets(&[(1, &[1, 2])]);
    assert_eq!(group.rebalance("uniform"), 0);
}

#[test]
fn uniform_takes_away_what_is_no_longer_subscribed_to() {
    let mut group = Group::new(&[(1, 2), (2, 2)]);
    group.join("a", &[2]).assigned = targets(&[(1, &[0]), (2, &[0])]);
    group.join("b", &[2]).assigned = targets(&[(1, &[1]), (2, &[1])]);
    let assignment = group.assign("uniform");
    assert_eq!(owned(&assignment, "a"), [(2, 0)]);
    assert_eq!(owned(&assignment, "b"), [(2, 1)]);
}

#[test]
fn uniform_gives_topics_with_few_subscribers_away_first() {
    let mut group = Group::new(&[(1, 4), (2, 4)]);
    group.join("a", &[1]);
    group.join("b", &[1, 2]);
    let assignment = group.assign("uniform");
    // Topic 2 has one subscriber; topic 1 then makes up for it.
    assert_eq!(owned(&assignment, "a"), [(1, 0), (1, 1), (1, 2), (1, 3)]);
    assert_eq!(owned(&assignment, "b"), [(2, 0), (2, 1), (2, 2), (2, 3)]);
}

/// Where subscriptions overlap, loads are level topic by topic, not over the whole group: b could take from c and give
/// to a, but no single move within a topic makes anything more equal.
#[test]
fn uniform_levels_each_topic_by_itself() {
    let mut group = Group::new(&[(1, 15), (2, 15)]);
    group.join("a", &[1]).assigned = targets(&[(1, &[0, 1, 2, 3, 4, 5, 6, 7, 8])]);
    group.join("b", &[1, 2]).assigned =
        targets(&[(1, &[9, 10, 11, 12, 13, 14]), (2, &[11, 12, 13, 14])]);
    group.join("c", &[2]).assigned = targets(&[(2, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])]);
    assert_eq!(group.rebalance("uniform"), 0);
    assert_eq!(group.sizes(), [9, 10, 11]);
}

#[test]
fn topics_alike_are_given_in_the_order_of_signed_halves() {
    let high = 1 << 127;
    let mut group = Group::new(&[(1, 1), (high, 1)]);
    group.join("a", &[1, high]);
    group.join("b", &[1, high]);
    // As a signed number, the id with the highest bit is the smaller one.
    let assignment = group.assign_as("uniform", false);
    assert_eq!(owned(&assignment, "a"), [(high, 0)]);
    assert_eq!(owned(&assignment, "b"), [(1, 0)]);
}

fn targets(assigned: &[(u128, &[i32])]) -> BTreeMap<Uuid, BTreeSet<i32>> {
    let topics = assigned.iter();
    topics.map(|(topic, of_topic)| (id(*topic), of_topic.iter().copied().collect())).collect()
}

//! Against assignments that Apache Kafka 4.3.1 made.
//!
//! `kafka_vectors.txt` was printed by a Java program on Kafka's own jars: it calls `UniformAssignor` and `RangeAssignor`
//! with groups drawn from `java.util.Random`, takes each result for the next target, then changes something (a member
//! comes or goes, subscribes to something else, a topic grows) and calls again. One line for each call:
//!
//! ```text
//! how | assignor | same or mixed subscriptions | topic=partitions,… | member/instance/topics/before/after | …
//! ```
//!
//! Topics are ids in hexadecimal digits, `before` and `after` are `topic:partition.partition;…`. `exact` groups were
//! given to Kafka in sorted maps, and with ids whose hash order is ascending: everything must be equal. `hashed` ones
//! have random ids, and for `range` and homogeneous groups hash tables, as a broker of Kafka has: there a homogeneous
//! `uniform` assignment must have the same sizes and move as many partitions.

use super::*;

fn parse_partitions(text: &str) -> BTreeMap<Uuid, BTreeSet<i32>> {
    let topics = text.split(';').filter(|it| !it.is_empty()).map(|it| {
        let (topic, partitions) = it.split_once(':').expect("topic:partitions");
        (parse_id(topic), partitions.split('.').map(|it| it.parse().expect("a number")).collect())
    });
    topics.collect()
}

fn parse_id(text: &str) -> Uuid {
    id(u128::from_str_radix(text, 16).expect("hexadecimal digits"))
}

fn parse_members(parts: &[&str]) -> (BTreeMap<String, Member>, Assignment) {
    let members = parts.iter().map(|part| {
        let [name, instance, topics, before, after] = part.split('/').collect::<Vec<_>>()[..]
        else {
            panic!("not a member: {part}")
        };
        let member = Member {
            instance: (!instance.is_empty()).then(|| instance.to_owned()),
            topics: topics.split(',').filter(|it| !it.is_empty()).map(parse_id).collect(),
            assigned: parse_partitions(before),
        };
        ((name.to_owned(), member), (name.to_owned(), parse_partitions(after)))
    });
    members.unzip()
}

fn check(line: &str) {
    let parts: Vec<&str> = line.split('|').collect();
    let [how, name, subscriptions, counts, ref members @ ..] = parts[..] else {
        panic!("not a call: {line}")
    };
    let counts = counts.split(',').map(|it| {
        let (topic, partitions) = it.split_once('=').expect("topic=partitions");
        (parse_id(topic), partitions.parse().expect("a number"))
    });
    let counts = Counts(counts.collect());
    let (members, kafkas) = parse_members(members);
    let homogeneous = subscriptions == "same";

    let mut group = Group { members, counts };
    let ours = group.assign_as(name, homogeneous);
    if how == "hashed" && name == "uniform" && homogeneous {
        let mut kafkas_group = group.clone();
        assert_eq!(group.adopt(ours), kafkas_group.adopt(kafkas), "partitions moved: {line}");
        let sorted = |group: &Group| {
            let mut sizes = group.sizes();
            sizes.sort_unstable();
            sizes
        };
        assert_eq!(sorted(&group), sorted(&kafkas_group), "{line}");
    } else {
        assert_eq!(ours, kafkas, "{line}");
    }
    if homogeneous == group.is_homogeneous() {
        group.rebalance(name);
        group.check_complete();
    }
}

#[test]
fn assignments_are_those_of_kafka() {
    let lines = include_str!("kafka_vectors.txt").lines();
    assert!(lines.map(check).count() > 100, "vectors are missing");
}

//! What Apache Kafka did, step by step.
//!
//! `kafka_4_3_1.trace` was taken down from Kafka's `GroupMetadataManager`, which was asked by chance: what it was asked, each
//! record that it wrote, and what it answered. The group here must write the same records and give the same answers.
//!
//! | Line | Meaning |
//! |---|---|
//! | `settings` | a new group: the interval between assignments |
//! | `topic` | a topic as it is from now on: name, id, partitions (0: it is gone), whether it is new |
//! | `pass` | so many milliseconds pass, and what is due happens |
//! | `beat` | a heartbeat: member, epoch, instance, rack, rebalance timeout, names, pattern, partitions, host |
//! | `delete` | the group is deleted |
//! | `>` | a record; those of targets and of patterns that follow each other are in order |
//! | `=`, `!` | the answer; the error's number |
//! | `state` | the group: state, epoch, assignment epoch, assignor |

use std::collections::BTreeMap;
use std::fmt::Write;

use uuid::Uuid;

use super::world::*;
use crate::consumer::{HeartbeatRequest, Partitions};
use crate::generated::consumer_group_current_member_assignment_value::TopicPartitions;
use crate::records::GroupRecord;

const TRACE: &str = include_str!("kafka_4_3_1.trace");

#[test]
fn each_step_is_that_of_kafka() {
    follow(TRACE);
}

/// Plays a trace, and stops where it differs.
fn follow(trace: &str) {
    let mut world = None;
    let mut lines = trace.lines().enumerate().peekable();
    while let Some((at, line)) = lines.next() {
        let mut expected = Vec::new();
        while let Some((_, line)) = lines.next_if(|(_, line)| line.starts_with(['>', '=', '!'])) {
            expected.push(line.to_owned());
        }
        let fields: Vec<&str> = line.split('\t').collect();
        if fields[0] == "settings" {
            world = Some(new_world(fields[1].parse().unwrap()));
            continue;
        }
        let world = world.as_mut().expect("the first line makes a group");
        let done = step(world, &fields);
        assert_eq!(done, expected, "line {}: {line}", at + 1);
        world.check_follower();
    }
}

fn new_world(assignment_interval_ms: u64) -> World {
    let mut world = World::new();
    world.topics.put("baz", 3, 4);
    world.settings.consumer_assignors = vec!["range".to_owned(), "uniform".to_owned()];
    world.settings.consumer.assignment_interval_ms = assignment_interval_ms;
    world.settings.consumer_max_size = 8;
    // Kafka tells everybody the same interval.
    world.settings.rebalance_heartbeat_interval_ms = None;
    world
}

/// Does what a line says, and tells it as the trace does.
fn step(world: &mut World, fields: &[&str]) -> Vec<String> {
    match *fields {
        ["topic", name, id, partitions, created] => {
            match partitions.parse().unwrap() {
                0 => world.topics.remove(name),
                partitions => world.topics.put(name, id.parse().unwrap(), partitions),
            }
            world.group.topics_changed(&[name.to_owned()].into(), created == "true");
            Vec::new()
        }
        ["pass", ms] => {
            world.pass(ms.parse().unwrap());
            told(&world.tick())
        }
        ["delete"] => told(&world.with(|group, cx| group.delete(cx)).1.records),
        ["state", "none"] => {
            assert!(!world.group.is_present());
            Vec::new()
        }
        ["state", ref expected @ ..] => {
            let group = world.group.describe(&world.settings, &world.topics);
            let (state, epoch) = (group.state.to_string(), group.epoch.to_string());
            let found = [&state, &epoch, &group.assignment_epoch.to_string(), &group.assignor];
            assert_eq!(found.map(String::as_str), *expected);
            Vec::new()
        }
        ["beat", ref fields @ ..] => {
            let done = world.ask(&request(fields));
            let mut out = told(&done.records);
            out.push(match done.answer {
                Err(refusal) => format!("! {}", refusal.error.code()),
                Ok(answer) => format!(
                    "= {} {} {} {}",
                    answer.member_id,
                    answer.member_epoch,
                    answer.heartbeat_interval_ms,
                    answer.assignment.map_or("~".to_owned(), |it| format!("[{}]", numbers(&it)))
                ),
            });
            out
        }
        _ => panic!("no line of a trace: {fields:?}"),
    }
}

fn request(fields: &[&str]) -> HeartbeatRequest {
    let [member, epoch, instance, rack, rebalance, names, pattern, owned, host] = fields else {
        panic!("no heartbeat: {fields:?}")
    };
    let said = |field: &str| (field != "~").then(|| field.to_owned());
    let inner = |field: &str| said(field).map(|field| field[1..field.len() - 1].to_owned());
    let list = |text: String, by: char| -> Vec<String> {
        text.split(by).filter(|it| !it.is_empty()).map(str::to_owned).collect()
    };
    let owned = inner(owned).map(|text| -> Partitions {
        let topic = |text: String| {
            let (id, partitions) = text.split_once(':').unwrap();
            let partitions = partitions.split(',').map(|it| it.parse().unwrap()).collect();
            (Uuid::from_u128(id.parse().unwrap()), partitions)
        };
        list(text, ';').into_iter().map(topic).collect()
    });
    HeartbeatRequest {
        instance_id: said(instance),
        rack_id: said(rack),
        rebalance_timeout_ms: rebalance.parse().unwrap(),
        subscribed_topic_names: inner(names).map(|text| list(text, ',')),
        subscribed_topic_regex: inner(pattern),
        topic_partitions: owned,
        client_host: format!("/10.0.0.{host}"),
        ..beat(member, epoch.parse().unwrap())
    }
}

/// Records as the trace has them.
fn told(records: &[GroupRecord]) -> Vec<String> {
    records.iter().map(|record| format!("> {}", text(record))).collect()
}

fn text(record: &GroupRecord) -> String {
    let option = |text: &Option<String>| text.clone().unwrap_or_else(|| "~".to_owned());
    match record {
        GroupRecord::ConsumerGroupMetadata(_, Some(it)) => {
            format!("epoch {} {}", it.epoch, it.metadata_hash)
        }
        GroupRecord::ConsumerGroupMemberMetadata(key, Some(it)) => format!(
            "member {} {} {} {} {} [{}] <{}> {} {}",
            key.member_id,
            option(&it.instance_id),
            option(&it.rack_id),
            it.client_id,
            it.client_host,
            it.subscribed_topic_names.join(","),
            option(&it.subscribed_topic_regex),
            it.rebalance_timeout_ms,
            option(&it.server_assignor)
        ),
        GroupRecord::ConsumerGroupTargetAssignmentMetadata(_, Some(it)) => {
            format!("target-epoch {} {}", it.assignment_epoch, it.assignment_timestamp)
        }
        GroupRecord::ConsumerGroupTargetAssignmentMember(key, Some(it)) => {
            let topics = it.topic_partitions.iter();
            let topics = topics.map(|topic| (topic.topic_id, topic.partitions.clone())).collect();
            format!("target {} {}", key.member_id, numbers(&topics))
        }
        GroupRecord::ConsumerGroupCurrentMemberAssignment(key, Some(it)) => format!(
            "current {} {} {} {} [{}] [{}]",
            key.member_id,
            it.member_epoch,
            it.previous_member_epoch,
            it.state,
            owned(&it.assigned_partitions),
            owned(&it.partitions_pending_revocation)
        ),
        GroupRecord::ConsumerGroupRegularExpression(key, Some(it)) => {
            format!("pattern {} [{}] {}", key.regular_expression, it.topics.join(","), it.timestamp)
        }
        GroupRecord::ConsumerGroupMemberMetadata(key, None) => format!("-member {}", key.member_id),
        GroupRecord::ConsumerGroupTargetAssignmentMember(key, None) => {
            format!("-target {}", key.member_id)
        }
        GroupRecord::ConsumerGroupCurrentMemberAssignment(key, None) => {
            format!("-current {}", key.member_id)
        }
        GroupRecord::ConsumerGroupRegularExpression(key, None) => {
            format!("-pattern {}", key.regular_expression)
        }
        other => kind(other),
    }
}

fn numbers(partitions: &Partitions) -> String {
    let of = |(topic, numbers): (&Uuid, &Vec<i32>)| {
        let numbers: Vec<_> = numbers.iter().map(i32::to_string).collect();
        format!("{}:{}", topic.as_u128(), numbers.join(","))
    };
    partitions.iter().map(of).collect::<Vec<_>>().join(";")
}

fn owned(topics: &[TopicPartitions]) -> String {
    let topics: BTreeMap<_, _> = topics.iter().map(|topic| (topic.topic_id, topic)).collect();
    let mut out = String::new();
    for (id, topic) in topics {
        let before = if out.is_empty() { "" } else { ";" };
        write!(out, "{before}{}:", id.as_u128()).unwrap();
        let epochs = topic.assignment_epochs.as_ref().unwrap();
        for (at, (partition, epoch)) in topic.partitions.iter().zip(epochs).enumerate() {
            let before = if at == 0 { "" } else { "," };
            write!(out, "{before}{partition}@{epoch}").unwrap();
        }
    }
    out
}

//! How long a consumer group takes for heartbeats without news, and for 500 members that join over 1,000 partitions:
//! `cargo run --release -p kabuki-groups --example measure_consumer_group`.
#![expect(clippy::disallowed_methods, reason = "a measurement looks at the clock")]

use std::time::{Duration, Instant};

use kabuki_coordination::{Effects, Now, Ticket};
use kabuki_groups::consumer::{Answer, ConsumerGroup, GroupState, HeartbeatRequest, Partitions};
use kabuki_groups::{Cx, Settings, TopicInfo, Topics};
use kabuki_metadata::chance::Seeded;
use uuid::Uuid;

const MEMBERS: usize = 500;
const PARTITIONS: i32 = 1_000;
const BEATS: u32 = 1_000;
const TOPIC: TopicInfo = TopicInfo { id: Uuid::from_u128(1), partitions: PARTITIONS };

struct OneTopic;

impl Topics for OneTopic {
    fn by_name(&self, name: &str) -> Option<TopicInfo> {
        (name == "topic").then_some(TOPIC)
    }

    fn name_of(&self, id: Uuid) -> Option<&str> {
        (id == TOPIC.id).then_some("topic")
    }

    fn each_name(&self, visit: &mut dyn FnMut(&str)) {
        visit("topic");
    }

    fn racks(&self, _: Uuid, _: i32) -> Vec<String> {
        Vec::new()
    }
}

struct Client {
    id: String,
    epoch: i32,
    owns: Partitions,
}

fn main() {
    for interval_ms in [0, 1_000] {
        join(interval_ms);
    }
}

/// All members join, and ask round by round until the group is at rest.
fn join(interval_ms: u64) {
    let mut settings = Settings::default();
    settings.consumer.assignment_interval_ms = interval_ms;
    let mut group = ConsumerGroup::new("g");
    let mut clients: Vec<Client> = (0..MEMBERS)
        .map(|at| Client { id: format!("m{at:03}"), epoch: 0, owns: Partitions::new() })
        .collect();
    let begin = Instant::now();
    let mut rounds = 0;
    let mut longest = Duration::ZERO;
    let mut records = 0;
    loop {
        for client in &mut clients {
            let begin = Instant::now();
            records += beat(&mut group, &settings, client, rounds);
            longest = longest.max(begin.elapsed());
        }
        rounds += 1;
        if group.state() == GroupState::Stable {
            break;
        }
    }
    println!(
        "interval {interval_ms} ms: {MEMBERS} members at rest after {rounds} rounds, {records} records, {:?} in all, {longest:?} at most",
        begin.elapsed()
    );
    let begin = Instant::now();
    for _ in 0..BEATS {
        beat(&mut group, &settings, &mut clients[0], rounds);
    }
    println!("    a heartbeat without news: {:?}", begin.elapsed() / BEATS);
}

fn beat(group: &mut ConsumerGroup, settings: &Settings, client: &mut Client, round: u64) -> usize {
    let joins = client.epoch == 0;
    let request = HeartbeatRequest {
        api_version: 1,
        group_id: "g".to_owned(),
        member_id: client.id.clone(),
        member_epoch: client.epoch,
        rebalance_timeout_ms: if joins { 300_000 } else { -1 },
        subscribed_topic_names: joins.then(|| vec!["topic".to_owned()]),
        topic_partitions: Some(client.owns.clone()),
        ..HeartbeatRequest::default()
    };
    let mut effects = Effects::default();
    let ms = 1_000 * round;
    let mut cx = Cx {
        now: Now { monotonic_ms: ms, wall_ms: 1_700_000_000_000 + i64::try_from(ms).unwrap_or(0) },
        chance: &mut Seeded::new(1),
        settings,
        topics: &OneTopic,
        effects: &mut effects,
    };
    group.heartbeat(&mut cx, Ticket(0), &request);
    for answered in effects.answers {
        let Answer::Heartbeat(answer) = answered.answer;
        let answer = answer.expect("the member is in the group");
        client.epoch = answer.member_epoch;
        client.owns = answer.assignment.unwrap_or_else(|| std::mem::take(&mut client.owns));
    }
    effects.records.len()
}

//! Members that come, go, crash and lag, by a seed.
//!
//! Each client does what the Java client does: it takes what it is given, gives up what it shall not have any more, says so,
//! joins again when it is fenced, and may miss an answer and ask again. A partition is a client's from the answer with which
//! it got it until it gives it up or is fenced.

use std::collections::{BTreeMap, BTreeSet};

use kabuki_metadata::chance::{Chance, Seeded, below};
use uuid::Uuid;

use super::world::*;
use crate::consumer::{GroupState, HeartbeatRequest, Partitions};
use crate::error::GroupError;

const STEPS: usize = 400;
const CLIENTS: usize = 6;
const NAMES: [&str; 4] = ["foo", "bar", "baz", "gone"];

/// A client, as it sees itself.
#[derive(Debug, Clone)]
struct Client {
    member_id: String,
    epoch: i32,
    instance_id: Option<String>,
    reads: Vec<String>,
    pattern: String,
    /// What it has.
    owns: BTreeSet<(Uuid, i32)>,
    /// What it was told it may have.
    assigned: BTreeSet<(Uuid, i32)>,
    /// Something changed that it has not said.
    says_all: bool,
    alive: bool,
}

struct Simulation {
    world: World,
    chance: Seeded,
    clients: Vec<Client>,
    named: u64,
}

impl Simulation {
    fn new(seed: u64) -> Self {
        let mut world = World::new();
        world.topics.put("baz", 3, 4);
        let mut chance = Seeded::new(seed);
        world.settings.consumer.assignment_interval_ms = [0, 1_000][below(&mut chance, 2)];
        let clients = (0..CLIENTS).map(|at| Client {
            member_id: String::new(),
            epoch: 0,
            instance_id: (at < 2).then(|| format!("i{at}")),
            reads: vec!["foo".to_owned()],
            pattern: String::new(),
            owns: BTreeSet::new(),
            assigned: BTreeSet::new(),
            says_all: true,
            alive: false,
        });
        Self { world, clients: clients.collect(), chance, named: 0 }
    }

    fn one_in(&mut self, bound: usize) -> bool {
        below(&mut self.chance, bound) == 0
    }

    fn request(&self, at: usize) -> HeartbeatRequest {
        let client = &self.clients[at];
        let mut owned = Partitions::new();
        for (topic, partition) in &client.owns {
            owned.entry(*topic).or_default().push(*partition);
        }
        let all = client.epoch == 0 || client.says_all;
        HeartbeatRequest {
            instance_id: client.instance_id.clone(),
            rebalance_timeout_ms: if all { 20_000 } else { -1 },
            subscribed_topic_names: all.then(|| client.reads.clone()),
            subscribed_topic_regex: all.then(|| client.pattern.clone()),
            topic_partitions: Some(owned),
            ..beat(&client.member_id, client.epoch)
        }
    }

    /// A client asks; the answer may get lost.
    fn beat(&mut self, at: usize, lost: bool) {
        let request = self.request(at);
        let done = self.world.ask(&request);
        let client = &mut self.clients[at];
        match done.answer {
            _ if lost => client.says_all = true,
            Ok(answer) => {
                client.says_all = false;
                client.epoch = answer.member_epoch;
                if let Some(assignment) = answer.assignment {
                    client.assigned = pairs(&assignment);
                }
                client.owns.retain(|it| client.assigned.contains(it));
                client.owns.extend(&client.assigned);
            }
            Err(refusal) => {
                let expected = [
                    GroupError::FencedMemberEpoch,
                    GroupError::UnknownMemberId,
                    GroupError::UnreleasedInstanceId,
                    GroupError::FencedInstanceId,
                ];
                assert!(expected.contains(&refusal.error), "{refusal}");
                client.owns.clear();
                client.assigned.clear();
                client.epoch = 0;
                client.alive = refusal.error != GroupError::FencedInstanceId;
            }
        }
    }

    fn start(&mut self, at: usize) {
        self.named += 1;
        let name = format!("m{}", self.named);
        let client = &mut self.clients[at];
        client.member_id = name;
        client.epoch = 0;
        client.owns.clear();
        client.assigned.clear();
        client.says_all = true;
        client.alive = true;
    }

    fn leave(&mut self, at: usize) {
        let client = &mut self.clients[at];
        client.owns.clear();
        client.alive = false;
        let mut request = self.request(at);
        let away = request.instance_id.is_some() && self.one_in(2);
        request.member_epoch = if away { -2 } else { -1 };
        let _ = self.world.ask(&request);
    }

    fn change_reading(&mut self, at: usize) {
        let names = (0..below(&mut self.chance, 4))
            .map(|_| NAMES[below(&mut self.chance, NAMES.len())].to_owned());
        self.clients[at].reads = names.collect();
        self.clients[at].pattern = ["", "", "ba.", ".*"][below(&mut self.chance, 4)].to_owned();
        self.clients[at].says_all = true;
    }

    fn change_topics(&mut self) {
        let partitions = 4 + i32::try_from(below(&mut self.chance, 6)).unwrap();
        let created = match below(&mut self.chance, 3) {
            0 => {
                self.world.topics.put("foo", 1, partitions.max(6));
                false
            }
            1 => {
                self.world.topics.remove("baz");
                false
            }
            _ => {
                let id = 3 + self.chance.bits() % 1_000;
                self.world.topics.put("baz", id, partitions);
                true
            }
        };
        let changed = BTreeSet::from(["foo".to_owned(), "baz".to_owned()]);
        self.world.group.topics_changed(&changed, created);
    }

    fn step(&mut self) {
        let at = below(&mut self.chance, CLIENTS);
        let alive = self.clients[at].alive;
        match below(&mut self.chance, 20) {
            0 if alive => self.leave(at),
            1 if alive => self.clients[at].alive = false,
            2 | 3 if alive => self.change_reading(at),
            4 => self.change_topics(),
            5 => {
                let far = [100, 3_000, 12_000][below(&mut self.chance, 3)];
                self.world.pass(far);
            }
            6 => self.restart_coordinator(),
            _ if alive => {
                let lost = self.one_in(8);
                self.beat(at, lost);
            }
            _ if self.one_in(3) => self.start(at),
            _ => {}
        }
        self.world.tick();
        self.check();
    }

    /// A coordinator that is gone, and one that has read the log.
    fn restart_coordinator(&mut self) {
        self.world.check_replay();
        self.world.group = self.world.replayed();
        self.world.with(|group, cx| group.loaded(cx));
    }

    /// No partition is with two members, in the group nor among the clients that the group has not fenced.
    fn check(&self) {
        let mut owners = BTreeMap::new();
        for member in self.world.group.members() {
            for owned in [&member.assigned, &member.pending_revocation] {
                for (topic, partitions) in owned.iter() {
                    for partition in partitions.keys() {
                        let other = owners.insert((*topic, *partition), &member.id);
                        assert_eq!(other, None, "{topic}-{partition} is also with {}", member.id);
                    }
                }
            }
        }
        let mut owners = BTreeMap::new();
        for client in self.clients.iter().filter(|client| client.alive) {
            if self.world.group.member(&client.member_id).is_none() {
                continue;
            }
            for partition in &client.owns {
                let other = owners.insert(*partition, &client.member_id);
                assert_eq!(other, None, "{partition:?} is also with {}", client.member_id);
            }
        }
        self.world.check_follower();
    }

    /// Lets the members come to rest, and sees that everything that is read has an owner.
    fn come_to_rest(&mut self) {
        for client in &mut self.clients {
            client.says_all = true;
        }
        for _ in 0..40 {
            self.world.pass(3_000);
            for at in 0..CLIENTS {
                if self.clients[at].alive {
                    self.beat(at, false);
                }
            }
            self.world.tick();
            self.check();
        }
        self.world.check_replay();
        let group = &self.world.group;
        let expected = if group.is_empty() { GroupState::Empty } else { GroupState::Stable };
        assert_eq!(group.state(), expected);
        for client in self.clients.iter().filter(|client| client.alive) {
            let member = group.member(&client.member_id).expect("the client is a member");
            assert_eq!(member.epoch, client.epoch);
            let has: BTreeSet<_> = (member.assigned.iter())
                .flat_map(|(topic, partitions)| partitions.keys().map(|it| (*topic, *it)))
                .collect();
            assert_eq!(has, client.owns, "{client:?}");
        }
        let described = group.describe(&self.world.settings, &self.world.topics);
        for member in &described.members {
            assert_eq!(member.assignment, member.target_assignment);
        }
        let assigned: BTreeSet<_> = (described.members.iter())
            .flat_map(|member| &member.assignment)
            .flat_map(|topic| topic.partitions.iter().map(|it| (topic.topic_name.clone(), *it)))
            .collect();
        let mut read = BTreeSet::new();
        for name in group.subscribed_topics() {
            if let Some(topic) = crate::topics::Topics::by_name(&self.world.topics, name) {
                read.extend((0..topic.partitions).map(|it| (name.to_owned(), it)));
            }
        }
        assert_eq!(assigned, read, "everything that is read is assigned");
    }
}

fn pairs(partitions: &Partitions) -> BTreeSet<(Uuid, i32)> {
    partitions.iter().flat_map(|(topic, numbers)| numbers.iter().map(|it| (*topic, *it))).collect()
}

fn run(seed: u64) {
    let mut simulation = Simulation::new(seed);
    for _ in 0..STEPS {
        simulation.step();
    }
    simulation.come_to_rest();
}

/// The place for a seed that failed.
#[test]
fn one_seed() {
    run(1);
}

/// The same seeds each time: among very many there are some that end in a weakness of Kafka's own, which is kept (the
/// list of what is left in `docs/status.md` names them).
#[test]
fn a_partition_has_one_owner_and_members_come_to_rest() {
    for seed in 0..60 {
        println!("seed {seed}");
        run(seed);
    }
}

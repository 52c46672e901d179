//! Members that come, go, crash and lag, by a seed.
//!
//! Each client does what the Java client does: it takes what it is given, gives up what it shall not have any more, says so,
//! joins again when it is fenced, and may miss an answer and ask again. A partition is a client's from the answer with which
//! it got it until it gives it up or is fenced.
//!
//! In some runs there is little room in a batch now and then, and what does not fit is refused: whatever is done or not, who
//! only follows the log knows the same. Whoever is refused starts over.
//!
//! Once all have come to rest everything that is read has an owner. Kafka has one exception, which lasts until the next
//! rebalance: a target that was made as a member joined that reads nothing
//! (`targets::a_member_that_joins_and_reads_nothing_spoils_a_target_that_is_due`).

use std::collections::{BTreeMap, BTreeSet};

use kabuki_metadata::chance::{Chance, Seeded, below};
use proptest::prelude::*;
use uuid::Uuid;

use super::world::*;
use crate::consumer::{GroupState, HeartbeatRequest, Partitions};
use crate::error::GroupError;
use crate::topics::Topics;

const STEPS: usize = 400;
const CLIENTS: usize = 6;
const NAMES: [&str; 4] = ["foo", "bar", "baz", "gone"];
/// Most turns take less.
const BATCH_BYTES: usize = 1_200;

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

impl Client {
    /// One that is not there yet, and will read `foo`.
    fn new(instance_id: Option<String>) -> Self {
        Self {
            member_id: String::new(),
            epoch: 0,
            instance_id,
            reads: vec!["foo".to_owned()],
            pattern: String::new(),
            owns: BTreeSet::new(),
            assigned: BTreeSet::new(),
            says_all: true,
            alive: false,
        }
    }
}

/// How much room there is in a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    Enough,
    /// Now and then too little.
    Scarce,
}

struct Simulation {
    world: World,
    room: Room,
    chance: Seeded,
    clients: Vec<Client>,
    named: u64,
    /// Requests that were refused for want of room.
    refused: usize,
    /// The assignment epoch of the last target that was made as a member joined that reads nothing.
    spoilt_at: Option<i32>,
}

impl Simulation {
    fn new(seed: u64, room: Room) -> Self {
        let mut world = World::new();
        world.topics.put("baz", 3, 4);
        let mut chance = Seeded::new(seed);
        world.settings.consumer.assignment_interval_ms = [0, 1_000][below(&mut chance, 2)];
        let clients = (0..CLIENTS).map(|at| Client::new((at < 2).then(|| format!("i{at}"))));
        Self {
            world,
            room,
            clients: clients.collect(),
            chance,
            named: 0,
            refused: 0,
            spoilt_at: None,
        }
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
        let members_before = self.world.group.members().count();
        let done = self.world.ask(&request);
        let has_grown = self.world.group.members().count() > members_before;
        self.note_spoilt_target(&request, &done, has_grown);
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
                    GroupError::UnknownServerError,
                ];
                assert!(expected.contains(&refusal.error), "{refusal}");
                self.refused += usize::from(refusal.error == GroupError::UnknownServerError);
                client.owns.clear();
                client.assigned.clear();
                client.epoch = 0;
                client.alive = refusal.error != GroupError::FencedInstanceId;
            }
        }
    }

    /// A new member that reads nothing is no reason for a new epoch, and may come as a target is due.
    fn note_spoilt_target(&mut self, request: &HeartbeatRequest, done: &Done, has_grown: bool) {
        let reads_nothing = request.subscribed_topic_names.as_ref().is_some_and(Vec::is_empty)
            && request.subscribed_topic_regex.as_deref() == Some("");
        let is_target_made = done.kinds().iter().any(|kind| kind == "target-epoch");
        if has_grown && reads_nothing && is_target_made {
            self.spoilt_at = Some(self.world.group.hard.assignment_epoch);
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
        let is_short = self.room == Room::Scarce && self.one_in(4);
        self.world.bytes_max =
            if is_short { below(&mut self.chance, BATCH_BYTES) } else { usize::MAX };
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

    /// Lets the members come to rest; once more after another one has joined, if the last target was spoilt.
    fn come_to_rest(&mut self) {
        self.world.bytes_max = usize::MAX;
        self.let_all_beat();
        if self.spoilt_at == Some(self.world.group.hard.assignment_epoch)
            && self.assigned() != self.read()
        {
            self.clients.push(Client::new(None));
            self.start(CLIENTS);
            self.let_all_beat();
        }
        self.check_rest();
    }

    fn let_all_beat(&mut self) {
        for client in &mut self.clients {
            client.says_all = true;
        }
        for _ in 0..40 {
            self.world.pass(3_000);
            for at in 0..self.clients.len() {
                if self.clients[at].alive {
                    self.beat(at, false);
                }
            }
            self.world.tick();
            self.check();
        }
    }

    /// Members and clients agree, and everything that is read has an owner.
    fn check_rest(&self) {
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
        assert_eq!(self.assigned(), self.read(), "everything that is read is assigned");
    }

    /// The partitions that members have.
    fn assigned(&self) -> BTreeSet<(Uuid, i32)> {
        let owned = self.world.group.members().flat_map(|member| member.assigned.iter());
        owned.flat_map(|(topic, partitions)| partitions.keys().map(|it| (*topic, *it))).collect()
    }

    /// The partitions that there are of what members read.
    fn read(&self) -> BTreeSet<(Uuid, i32)> {
        let topics = self.world.group.subscribed_topics();
        let topics = topics.filter_map(|name| self.world.topics.by_name(name));
        topics.flat_map(|topic| (0..topic.partitions).map(move |it| (topic.id, it))).collect()
    }
}

fn pairs(partitions: &Partitions) -> BTreeSet<(Uuid, i32)> {
    partitions.iter().flat_map(|(topic, numbers)| numbers.iter().map(|it| (*topic, *it))).collect()
}

/// How many requests were refused for want of room.
fn run(seed: u64, room: Room) -> usize {
    let mut simulation = Simulation::new(seed, room);
    for _ in 0..STEPS {
        simulation.step();
    }
    simulation.come_to_rest();
    simulation.refused
}

/// The place for a seed that failed.
#[test]
fn one_seed() {
    run(1, Room::Enough);
}

/// The same seeds each time.
#[test]
fn a_partition_has_one_owner_and_members_come_to_rest() {
    let mut refused = 0;
    for seed in 0..60 {
        println!("seed {seed}");
        assert_eq!(run(seed, Room::Enough), 0);
        refused += run(seed, Room::Scarce);
    }
    assert!(refused > 200, "{refused} were refused for want of room");
}

/// Seeds of old failures: their ends are Kafka's exceptions.
#[test]
fn seeds_that_failed() {
    for seed in [3_050_912_932_367_931_463, 12_368_531_513_385_733_826] {
        run(seed, Room::Enough);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]
    /// Other seeds each time; one that fails is told.
    #[test]
    fn members_come_to_rest_whatever_the_seed(seed: u64) {
        run(seed, Room::Enough);
        run(seed, Room::Scarce);
    }
}

//! Clients that join, sync, leave, fall silent and come back as chance has it, and what must hold all the same.

use std::collections::BTreeMap;

use kabuki_metadata::chance::below;

use super::*;

const CLIENTS: usize = 6;
const STEPS: usize = 400;

/// What holds of a group after each turn.
pub(in super::super) fn check(group: &ClassicGroup) {
    let members = &group.members;
    let awaiting = members.iter().filter(|member| member.is_awaiting_join()).count();
    assert_eq!(members.awaiting_join(), awaiting);
    for member in members.iter() {
        if let Some(name) = &member.group_instance_id {
            assert_eq!(members.static_id(name), Some(member.id.as_str()));
        }
        for protocol in &member.protocols {
            let knows = |member: &Member| member.metadata(Some(&protocol.name)).is_some();
            assert_eq!(members.all_support(&protocol.name), members.iter().all(knows));
        }
        assert!(!group.pending.contains(&member.id), "a member is not pending");
    }
    assert_eq!(group.leader_id.is_some(), !members.is_empty());
    assert!(group.leader_id.iter().chain(&group.pending_sync).all(|id| members.contains(id)));
    let waits_for_sync = members.iter().any(|member| member.sync_ticket.is_some());
    let state = group.state;
    assert!(awaiting == 0 || state == ClassicGroupState::PreparingRebalance, "{state:?}");
    assert!(!waits_for_sync || state == ClassicGroupState::CompletingRebalance, "{state:?}");
    if state == ClassicGroupState::Empty {
        assert!(members.is_empty());
    }
    let joins = state == ClassicGroupState::PreparingRebalance;
    assert_eq!(group.timers.get(&TimerKey::Join).is_some(), joins);
    if members.iter().next().is_some_and(|_| state == ClassicGroupState::CompletingRebalance) {
        assert_eq!(group.timers.get(&TimerKey::Sync).is_some(), !group.pending_sync.is_empty());
    }
}

/// A client, which believes what it was told last.
struct Client {
    name: Option<String>,
    version: i16,
    member_id: String,
    generation_id: i32,
    leads: bool,
    next: Next,
}

/// What a client does next if it keeps to the rules.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    Join,
    Sync,
    Heartbeat,
}

/// Those who were told of one generation.
#[derive(Default)]
struct Generation {
    protocol: Option<String>,
    leader: Option<String>,
    members: Option<BTreeSet<String>>,
    told: BTreeSet<String>,
}

struct Simulation {
    world: World,
    chance: Seeded,
    clients: Vec<Client>,
    /// Who asked, of the tickets that are not answered.
    waiting: BTreeMap<Ticket, usize>,
    seen: usize,
    generations: BTreeMap<i32, Generation>,
    /// The name behind a member id, which stays when a static member comes back.
    identities: BTreeMap<String, String>,
    assignments: usize,
}

impl Simulation {
    fn new(seed: u64) -> Self {
        let mut chance = Seeded::new(seed);
        let client = |n: usize, chance: &mut Seeded| Client {
            name: (below(chance, 3) == 0).then(|| format!("static-{}", n % 4)),
            version: [0, 3, 5, 8, 9][below(chance, 5)],
            member_id: String::new(),
            generation_id: -1,
            leads: false,
            next: Next::Join,
        };
        let clients: Vec<_> = (0..CLIENTS).map(|n| client(n, &mut chance)).collect();
        let mut world = World::new();
        world.chance = Seeded::new(seed ^ 0xabcd);
        world.settings.initial_rebalance_delay_ms = [0, 500, 3_000][below(&mut chance, 3)];
        Self {
            world,
            chance,
            clients,
            waiting: BTreeMap::new(),
            seen: 0,
            generations: BTreeMap::new(),
            identities: BTreeMap::new(),
            assignments: 0,
        }
    }

    fn one_in(&mut self, n: usize) -> bool {
        below(&mut self.chance, n) == 0
    }

    fn step(&mut self) {
        let who = below(&mut self.chance, CLIENTS);
        match below(&mut self.chance, 100) {
            0..68 => self.keep_to_the_rules(who),
            68..73 => self.join(who),
            73..76 => self.sync(who),
            76..78 => self.leave(who),
            78..97 => {
                let ms = [0, 10, 500, 1_000, 4_000][below(&mut self.chance, 5)];
                self.world.pass(ms);
            }
            97 => self.world.pass(20_000),
            98 => self.reload(),
            _ => self.world.settings.max_size = [2, 4, 100][below(&mut self.chance, 3)],
        }
        self.look();
    }

    fn keep_to_the_rules(&mut self, who: usize) {
        if self.waiting.values().any(|waiting| *waiting == who) {
            return;
        }
        match self.clients[who].next {
            Next::Join => self.join(who),
            Next::Sync => self.sync(who),
            Next::Heartbeat => self.heartbeat(who),
        }
    }

    fn join(&mut self, who: usize) {
        if self.one_in(10) {
            self.clients[who].member_id.clear();
        }
        let mut names = ["range", "roundrobin", "sticky"].map(|name| vec![name]).concat();
        names.rotate_left(below(&mut self.chance, 3));
        names.truncate(if self.one_in(20) { 1 } else { 3 });
        if self.one_in(2) {
            names.sort();
        }
        let rebalance_timeout_ms = [50, 2_000, 30_000][below(&mut self.chance, 3)];
        let client = &self.clients[who];
        let ticket = self.world.join(JoinRequest {
            version: client.version,
            group_instance_id: client.name.clone(),
            protocols: protocols(&names),
            rebalance_timeout_ms,
            ..join(&client.member_id)
        });
        self.waiting.insert(ticket, who);
    }

    fn sync(&mut self, who: usize) {
        let Some(group) = &self.world.group else { return };
        let ids: Vec<_> = group.members().map(|member| member.id.clone()).collect();
        let client = &self.clients[who];
        let generation_id = client.generation_id;
        let assign = |id: &String| (id.clone(), Bytes::from(format!("{generation_id} {id}")));
        let ticket = self.world.sync(SyncRequest {
            group_instance_id: client.name.clone(),
            assignments: if client.leads { ids.iter().map(assign).collect() } else { Vec::new() },
            ..sync(&client.member_id, generation_id)
        });
        self.waiting.insert(ticket, who);
    }

    fn heartbeat(&mut self, who: usize) {
        if self.world.group.is_some() {
            let client = &self.clients[who];
            let error = self.world.heartbeat(&client.member_id.clone(), client.generation_id);
            if error == Some(GroupError::UnknownMemberId) {
                self.clients[who].member_id.clear();
            }
            if error.is_some() {
                self.clients[who].next = Next::Join;
            }
        }
    }

    fn leave(&mut self, who: usize) {
        if self.world.group.is_some() {
            let client = &self.clients[who];
            let member = LeavingMember {
                group_instance_id: client.name.clone(),
                ..leaving(&client.member_id)
            };
            self.world.leave(vec![member]);
        }
    }

    /// The state is thrown away, with whoever waits in it, and made again from the log.
    fn reload(&mut self) {
        let Some(record) = self.world.records.last() else { return };
        let (key, value) = record.encode().expect("it can be written");
        let read = GroupRecord::decode(&key, value.as_ref()).expect("it can be read");
        let GroupRecord::GroupMetadata(_, Some(value)) = read else { panic!("of another kind") };
        self.world.group = Some(ClassicGroup::replay("g", &value));
        self.world.turn(|group, cx| group.as_mut().expect("a group").loaded(cx));
        self.waiting.clear();
        self.clients.iter_mut().for_each(|client| client.next = Next::Join);
        // Generations that were never written down may be counted again.
        self.generations.retain(|id, _| *id <= value.generation);
    }

    /// Looks at everything that was answered since the last time.
    fn look(&mut self) {
        let answers = self.world.answers.split_off(self.seen);
        self.world.answers.extend(answers.iter().cloned());
        self.seen = self.world.answers.len();
        let mut joined = Vec::new();
        for Answered { ticket, basis, answer } in answers {
            let who = match answer {
                Answer::Heartbeat(_) | Answer::Leave(_) => continue,
                Answer::Join(_) | Answer::Sync(_) => self.waiting.remove(&ticket),
            };
            let who = who.unwrap_or_else(|| panic!("{ticket:?} is answered once more"));
            let client = &mut self.clients[who];
            let error = match &answer {
                Answer::Join(answer) => answer.error,
                Answer::Sync(answer) => answer.error,
                Answer::Heartbeat(_) | Answer::Leave(_) => None,
            };
            assert_eq!(basis == Basis::Nothing, error.is_some(), "{answer:?}");
            client.next = match &answer {
                _ if error.is_some() => Next::Join,
                Answer::Join(_) => Next::Sync,
                _ => Next::Heartbeat,
            };
            match (answer, error) {
                (Answer::Join(answer), None) => {
                    client.member_id.clone_from(&answer.member_id);
                    client.generation_id = answer.generation_id;
                    client.leads = !answer.members.is_empty();
                    let identity = client.name.as_ref().unwrap_or(&answer.member_id).clone();
                    self.identities.insert(answer.member_id.clone(), identity);
                    joined.push(answer);
                }
                (Answer::Join(answer), Some(GroupError::MemberIdRequired)) => {
                    client.member_id = answer.member_id;
                }
                (Answer::Sync(answer), None) => {
                    let members = &self.world.last_record().members;
                    let mut written = members.iter().filter(|it| it.member_id == client.member_id);
                    // Another client of the same name may have taken the id's place meanwhile.
                    if let Some(written) = written.next() {
                        assert_eq!(written.assignment, answer.assignment);
                    }
                    self.assignments += 1;
                }
                (_, Some(GroupError::UnknownMemberId | GroupError::FencedInstanceId)) => {
                    client.member_id.clear();
                }
                _ => {}
            }
        }
        for answer in joined {
            self.agree(&answer);
        }
        self.compare_with_the_log();
    }

    /// Everybody is told the same of a generation, and one is told of all.
    fn agree(&mut self, answer: &JoinAnswer) {
        let identity = |id: &String| self.identities.get(id).unwrap_or(id).clone();
        let generation = self.generations.entry(answer.generation_id).or_default();
        let protocol = generation
            .protocol
            .get_or_insert_with(|| answer.protocol_name.clone().expect("a protocol"));
        assert_eq!(Some(&*protocol), answer.protocol_name.as_ref());
        let leader = generation.leader.get_or_insert_with(|| identity(&answer.leader));
        assert_eq!(*leader, identity(&answer.leader), "one leader");
        generation.told.insert(identity(&answer.member_id));
        if !answer.members.is_empty() {
            assert_eq!(answer.leader, answer.member_id, "only the leader is told of all");
            let ids = answer.members.iter().map(|member| {
                member.group_instance_id.clone().unwrap_or_else(|| identity(&member.member_id))
            });
            let ids: BTreeSet<_> = ids.collect();
            assert_eq!(*generation.members.get_or_insert_with(|| ids.clone()), ids);
        }
    }

    fn compare_with_the_log(&self) {
        let Some(group) = &self.world.group else { return };
        let settled = [ClassicGroupState::Empty, ClassicGroupState::Stable];
        if settled.contains(&group.state) {
            let replayed = ClassicGroup::replay("g", self.world.last_record());
            assert_eq!(replayed.record(), group.record());
            assert_eq!(replayed.state, group.state);
            assert_eq!(
                replayed.subscribed_topics.clone().unwrap_or_default(),
                group.subscribed_topics.clone().unwrap_or_default()
            );
        }
        for (id, generation) in &self.generations {
            let members = generation.members.as_ref().expect("the leader was told");
            assert!(generation.told.is_subset(members), "generation {id}");
        }
    }

    /// Everybody falls silent: whoever waits is answered by time alone, and nobody is left.
    fn fall_silent(&mut self) {
        self.world.pass(3_600_000);
        self.look();
        assert_eq!(self.waiting.len(), 0, "everybody is answered");
        if let Some(group) = &self.world.group {
            assert_eq!(group.state, ClassicGroupState::Empty);
            assert_eq!(group.next_deadline_ms(), None);
        }
    }
}

/// Says which seed it was.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("seed {}", self.0);
        }
    }
}

/// How many SyncGroups had an assignment for an answer.
fn run(seed: u64) -> usize {
    let _seed = Seed(seed);
    let mut simulation = Simulation::new(seed);
    for _ in 0..STEPS {
        simulation.step();
    }
    simulation.fall_silent();
    simulation.assignments
}

#[test]
fn members_that_do_as_they_like() {
    let synced: usize = (0..150).map(run).sum();
    assert!(synced > 1_500, "the runs go somewhere: {synced}");
}

#[test]
fn one_seed() {
    run(1);
}

//! `uniform` where members subscribe to different topics: for every topic, the loads of its subscribers are levelled
//! as far as partitions of that topic can do it, and members keep what they have as long as that holds.

use std::cmp::Ordering;
use std::ops::Range;

use uuid::Uuid;

use super::balancer::Balancer;
use super::owners::Owners;
use super::{Assignment, GroupSpec, PartitionCounts, subscribers};

/// How often all topics are levelled, at most: Kafka's limit. Each pass halves the differences or does better; where
/// all subscribers of a topic have the same subscription, the first one removes them.
const PASSES_MAX: usize = 16;

/// Kafka's `UniformHeterogeneousAssignmentBuilder`.
pub(super) fn assign(group: &GroupSpec<'_>, counts: &dyn PartitionCounts) -> Assignment {
    let everyone: Vec<usize> = (0..group.members.len()).collect();
    let mut subscribers = subscribers(group, &everyone);
    let mut owners = Owners::new(subscribers.keys().copied(), counts);
    let kept = owners.keep_assigned(group);
    let loads = kept.iter().map(|kept| kept.len() as i64).collect();

    let known = owners.topics().iter().map(|(id, partitions)| Topic {
        id: *id,
        partitions: partitions.clone(),
        subscribers: subscribers.remove(id).unwrap_or_default(),
    });
    let mut topics: Vec<Topic> = known.collect();
    topics.sort_by(Topic::order);

    let mut levelling = Levelling { owners, loads, balancer: Balancer::default() };
    for topic in &topics {
        levelling.give_free(topic);
    }
    levelling.level_all(&topics);
    levelling.owners.into_assignment(group)
}

/// A topic that exists and has subscribers.
struct Topic {
    id: Uuid,
    /// The numbers of its partitions.
    partitions: Range<usize>,
    /// Ascending places in the group.
    subscribers: Vec<usize>,
}

impl Topic {
    /// The order in which topics are handed out: those with the most partitions per subscriber first, as they leave the
    /// least choice; then those with the fewest subscribers; then by id.
    fn order(&self, other: &Self) -> Ordering {
        let density = |it: &Self| it.partitions.len() as f64 / it.subscribers.len() as f64;
        density(other)
            .total_cmp(&density(self))
            .then_with(|| self.subscribers.len().cmp(&other.subscribers.len()))
            .then_with(|| kafka_order(self.id).cmp(&kafka_order(other.id)))
    }
}

/// What Kafka compares ids by: two signed halves.
fn kafka_order(id: Uuid) -> (i64, i64) {
    let (high, low) = id.as_u64_pair();
    (high.cast_signed(), low.cast_signed())
}

/// An assignment on its way to balance.
struct Levelling {
    owners: Owners,
    /// How many partitions each member has.
    loads: Vec<i64>,
    balancer: Balancer,
}

impl Levelling {
    /// Gives the partitions of a topic that nobody has to those of its subscribers that have the least.
    fn give_free(&mut self, topic: &Topic) {
        let owners = &self.owners;
        let free = topic.partitions.clone().filter(|partition| owners.owner(*partition).is_none());
        let free: Vec<usize> = free.collect();
        if free.is_empty() {
            return;
        }
        self.balancer.begin(&topic.subscribers, &self.loads);
        for partition in free {
            let taker = self.balancer.next_taker(&self.loads);
            self.loads[taker] += 1;
            self.owners.give(partition, taker);
        }
    }

    /// Levels topic after topic, round and round, until nothing has moved since the same topic's last turn.
    fn level_all(&mut self, topics: &[Topic]) {
        let mut held = vec![Vec::new(); self.loads.len()];
        let mut last_moved = None;
        for _ in 0..PASSES_MAX {
            // One subscriber has no choice.
            let shared = topics.iter().filter(|topic| topic.subscribers.len() > 1);
            for (turn, topic) in shared.enumerate() {
                if last_moved == Some(turn) {
                    return;
                }
                if self.level(topic, &mut held) || last_moved.is_none() {
                    last_moved = Some(turn);
                }
            }
        }
    }

    /// Moves partitions of a topic from the most to the least loaded of its subscribers, until their loads are level or
    /// those above have none of this topic left. Returns whether any has moved.
    ///
    /// `held` is a list for each member, to be used again and again.
    fn level(&mut self, topic: &Topic, held: &mut [Vec<usize>]) -> bool {
        let loads = || topic.subscribers.iter().map(|subscriber| self.loads[*subscriber]);
        if loads().max() <= loads().min().map(|least| least + 1) {
            return false;
        }
        self.balancer.begin(&topic.subscribers, &self.loads);
        for subscriber in &topic.subscribers {
            held[*subscriber].clear();
        }
        for partition in topic.partitions.clone() {
            if let Some(owner) = self.owners.owner(partition) {
                held[owner].push(partition);
            }
        }

        let mut moved = false;
        while !self.balancer.is_balanced() {
            let giver = self.balancer.next_giver(&self.loads, |member| !held[member].is_empty());
            let Some(giver) = giver else { break };
            let Some(partition) = held[giver].pop() else { break };
            let taker = self.balancer.next_taker(&self.loads);
            if self.balancer.is_balanced() {
                break;
            }
            self.loads[giver] -= 1;
            self.loads[taker] += 1;
            self.owners.give(partition, taker);
            moved = true;
        }
        moved
    }
}

//! Striped placement: replicas go round the racks, and within each rack round its brokers, so that both leaders and
//! replicas spread evenly. Unfenced brokers come first, and the first replica is always on one.

use std::collections::BTreeMap;

use crate::chance::{self, Chance};
use crate::error::{AdminError, ErrorKind};
use crate::image::{BrokerImage, ClusterImage};

/// Chooses the replicas of `partitions` new partitions, the preferred leader first.
///
/// INVALID_REPLICATION_FACTOR when there are fewer brokers than `replication_factor`, or all are fenced.
pub fn place_replicas(
    image: &ClusterImage,
    partitions: usize,
    replication_factor: usize,
    chance: &mut dyn Chance,
) -> Result<Vec<Vec<i32>>, AdminError> {
    let usable: Vec<_> = image.brokers().values().filter(|broker| has_room(broker)).collect();
    check(&usable, replication_factor)?;
    let mut racks = Racks::new(&usable, chance);
    Ok((0..partitions).map(|_| racks.next_partition(replication_factor, chance)).collect())
}

/// A broker whose directories are all cordoned takes no new replicas (KIP-1066).
fn has_room(broker: &BrokerImage) -> bool {
    let cordoned = broker.cordoned_log_dirs.as_deref().unwrap_or_default();
    broker.log_dirs.is_empty() || broker.log_dirs.iter().any(|dir| !cordoned.contains(dir))
}

fn check(usable: &[&BrokerImage], replication_factor: usize) -> Result<(), AdminError> {
    let refuse = |why: String| {
        let message = format!("cannot place {replication_factor} replicas of a partition: {why}");
        Err(AdminError::new(ErrorKind::InvalidReplicationFactor, message))
    };
    if replication_factor == 0 {
        return refuse("there must be at least one".to_owned());
    }
    if usable.iter().all(|broker| broker.fenced) {
        return refuse("every broker is fenced, or its log dirs are all cordoned".to_owned());
    }
    if replication_factor > usable.len() {
        return refuse(format!("only {} brokers are registered", usable.len()));
    }
    Ok(())
}

/// Brokers that are taken in turn, each once per partition, starting one further with every partition.
struct Ring {
    brokers: Vec<i32>,
    start: usize,
    taken: usize,
}

impl Ring {
    fn new(brokers: Vec<i32>, chance: &mut dyn Chance) -> Self {
        let start = if brokers.is_empty() { 0 } else { chance::below(chance, brokers.len()) };
        Self { brokers, start, taken: 0 }
    }

    fn take(&mut self) -> Option<i32> {
        if self.taken == self.brokers.len() {
            return None;
        }
        let broker = self.brokers[(self.start + self.taken) % self.brokers.len()];
        self.taken += 1;
        Some(broker)
    }

    fn next_partition(&mut self) {
        self.taken = 0;
        self.start = (self.start + 1) % self.brokers.len().max(1);
    }
}

struct Rack {
    unfenced: Ring,
    fenced: Ring,
}

struct Racks {
    racks: Vec<Rack>,
    /// The rack that the next partition begins with.
    start: usize,
    unfenced: usize,
    /// Partitions since the last shuffle.
    placed: usize,
}

impl Racks {
    fn new(brokers: &[&BrokerImage], chance: &mut dyn Chance) -> Self {
        let mut by_rack: BTreeMap<Option<&str>, (Vec<i32>, Vec<i32>)> = BTreeMap::new();
        for broker in brokers {
            let (unfenced, fenced) = by_rack.entry(broker.rack.as_deref()).or_default();
            if broker.fenced { fenced } else { unfenced }.push(broker.id);
        }
        let racks: Vec<Rack> = by_rack
            .into_values()
            .map(|(unfenced, fenced)| Rack {
                unfenced: Ring::new(unfenced, chance),
                fenced: Ring::new(fenced, chance),
            })
            .collect();
        let start = chance::below(chance, racks.len());
        let unfenced = brokers.iter().filter(|broker| !broker.fenced).count();
        Self { racks, start, unfenced, placed: 0 }
    }

    fn next_partition(&mut self, replication_factor: usize, chance: &mut dyn Chance) -> Vec<i32> {
        if self.placed == self.unfenced && self.unfenced > 1 {
            self.shuffle(chance);
        }
        let replicas = self.choose(replication_factor);
        for rack in &mut self.racks {
            rack.unfenced.next_partition();
            rack.fenced.next_partition();
        }
        self.start = (self.start + 1) % self.racks.len();
        self.placed += 1;
        replicas
    }

    /// The first replica comes from the first rack that has an unfenced broker; then every rack gives one in turn,
    /// beginning with the partition's first, but that one is passed over once, as it has given already.
    fn choose(&mut self, replication_factor: usize) -> Vec<i32> {
        let count = self.racks.len();
        let order: Vec<usize> = (0..count).map(|step| (self.start + step) % count).collect();
        let leader = order.iter().find_map(|&rack| Some((rack, self.racks[rack].unfenced.take()?)));
        let Some((leader_rack, leader)) = leader else { return Vec::new() };
        let mut replicas = vec![leader];
        let mut pass_over = Some(leader_rack);
        for &rack in order.iter().cycle().take(count * (replication_factor + 1)) {
            if replicas.len() == replication_factor {
                break;
            }
            if pass_over == Some(rack) {
                pass_over = None;
                continue;
            }
            let rack = &mut self.racks[rack];
            replicas.extend(rack.unfenced.take().or_else(|| rack.fenced.take()));
        }
        debug_assert_eq!(replicas.len(), replication_factor, "there are enough brokers");
        replicas
    }

    /// Once every broker has led one partition the order changes, so that the same replica sets do not come again.
    fn shuffle(&mut self, chance: &mut dyn Chance) {
        self.placed = 0;
        shuffle(&mut self.racks, chance);
        for rack in &mut self.racks {
            shuffle(&mut rack.unfenced.brokers, chance);
            shuffle(&mut rack.fenced.brokers, chance);
        }
    }
}

fn shuffle<T>(items: &mut [T], chance: &mut dyn Chance) {
    for last in (1..items.len()).rev() {
        items.swap(last, chance::below(chance, last + 1));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::chance::Seeded;
    use crate::controller::test_cluster;

    fn place(image: &ClusterImage, partitions: usize, factor: usize) -> Vec<Vec<i32>> {
        place_replicas(image, partitions, factor, &mut Seeded::new(1)).expect("enough brokers")
    }

    #[test]
    fn one_broker_gets_everything() {
        let image = test_cluster::of_brokers(&[1]);
        assert_eq!(place(&image, 3, 1), vec![vec![1]; 3]);
        let error = place_replicas(&image, 1, 2, &mut Seeded::new(1)).expect_err("one broker");
        assert_eq!(error.kind, ErrorKind::InvalidReplicationFactor);
    }

    #[test]
    fn leaders_and_replicas_spread_evenly_and_never_repeat_within_a_partition() {
        let image = test_cluster::of_brokers(&[1, 2, 3, 4, 5]);
        let placed = place(&image, 50, 3);
        for broker in 1..=5 {
            assert_eq!(placed.iter().filter(|replicas| replicas[0] == broker).count(), 10);
        }
        assert!(placed.iter().all(|replicas| BTreeSet::from_iter(replicas).len() == 3));
    }

    #[test]
    fn replicas_of_a_partition_stand_in_different_racks() {
        let image = test_cluster::of_racks(&[(1, "a"), (2, "a"), (3, "b"), (4, "b"), (5, "c")]);
        let rack = |broker: &i32| image.brokers()[broker].rack.clone();
        for replicas in place(&image, 20, 3) {
            assert_eq!(replicas.iter().map(rack).collect::<BTreeSet<_>>().len(), 3);
        }
    }

    #[test]
    fn fenced_brokers_never_lead_and_come_last() {
        let image = test_cluster::fenced(&test_cluster::of_brokers(&[1, 2, 3]), 2);
        assert!(place(&image, 20, 2).iter().all(|replicas| !replicas.contains(&2)));
        assert!(place(&image, 20, 3).iter().all(|replicas| replicas[2] == 2));
    }

    #[test]
    fn all_fenced_is_refused() {
        let image = test_cluster::fenced(&test_cluster::of_brokers(&[1]), 1);
        assert!(place_replicas(&image, 1, 1, &mut Seeded::new(1)).is_err());
    }
}

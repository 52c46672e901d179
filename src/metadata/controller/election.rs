//! Who leads and who is in sync when a broker comes or goes (ISR, and ELR as of KIP-966).

use crate::features::ELR_VERSION;
use crate::generated::PartitionChangeRecord;
use crate::image::{
    BrokerImage, ClusterImage, LEADER_UNCHANGED, LeaderRecoveryState, NO_LEADER, PartitionImage,
    TopicImage,
};

use super::Settings;

/// What happens to a broker, and with it to partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// It stops, or is no longer heard of: it leaves the in-sync sets, and may be eligible to lead again.
    Leaves(i32),
    /// It came back without having stopped cleanly: what it had not synced is gone, so it is not even eligible.
    LostData(i32),
    /// It can lead again: partitions without a leader may choose it.
    Returns(i32),
}

/// The changes of all partitions that `event` concerns.
pub(super) fn changes(
    image: &ClusterImage,
    settings: &Settings,
    event: Event,
) -> Vec<PartitionChangeRecord> {
    changes_among(image, settings, event, |_| true)
}

/// The changes of those of the partitions that `event` concerns.
pub(super) fn changes_among(
    image: &ClusterImage,
    settings: &Settings,
    event: Event,
    is_among: impl Fn(&PartitionImage) -> bool,
) -> Vec<PartitionChangeRecord> {
    let mut records = Vec::new();
    for topic in image.topics().iter() {
        // Looked up per topic, and only when one of its partitions is concerned.
        let mut rules = None;
        for (&number, partition) in &topic.partitions {
            if event.concerns(partition) && is_among(partition) {
                let rules = rules.get_or_insert_with(|| Rules::of(image, settings, topic));
                records.extend(change(image, event, rules, partition).map(|record| {
                    PartitionChangeRecord { topic_id: topic.id, partition_id: number, ..record }
                }));
            }
        }
    }
    records
}

/// What holds for all partitions of a topic.
struct Rules {
    elr: bool,
    min_insync_replicas: usize,
    unclean: bool,
}

impl Rules {
    fn of(image: &ClusterImage, settings: &Settings, topic: &TopicImage) -> Self {
        let minimum = settings.min_insync_replicas_of(image, &topic.name);
        Self {
            elr: image.feature(ELR_VERSION) > 0,
            min_insync_replicas: usize::try_from(minimum).unwrap_or(0),
            unclean: settings.unclean_leader_election_of(image, &topic.name),
        }
    }
}

impl Event {
    fn concerns(self, partition: &PartitionImage) -> bool {
        match self {
            Self::Leaves(id) => partition.isr.contains(&id),
            Self::LostData(id) => partition.isr.contains(&id) || partition.elr.contains(&id),
            Self::Returns(_) => partition.leader == NO_LEADER,
        }
    }

    fn takes_from_isr(self, replica: i32) -> bool {
        matches!(self, Self::Leaves(id) | Self::LostData(id) if id == replica)
    }

    fn can_lead(self, image: &ClusterImage, partition: &PartitionImage, replica: i32) -> bool {
        let Some(broker) = image.broker(replica) else { return false };
        let is_alive = match self {
            Self::Leaves(id) | Self::LostData(id) if id == replica => false,
            Self::Returns(id) if id == replica => true,
            _ => broker.is_active(),
        };
        is_alive && has_replica_online(broker, partition)
    }
}

fn has_replica_online(broker: &BrokerImage, partition: &PartitionImage) -> bool {
    partition.directory_of(broker.id).is_some_and(|directory| broker.has_online_dir(directory))
}

/// What a partition will look like, as far as it is decided.
struct Target {
    isr: Vec<i32>,
    elr: Vec<i32>,
    leader: i32,
    unclean: bool,
}

fn change(
    image: &ClusterImage,
    event: Event,
    rules: &Rules,
    partition: &PartitionImage,
) -> Option<PartitionChangeRecord> {
    let isr = partition.isr.iter().copied().filter(|id| !event.takes_from_isr(*id)).collect();
    let mut target = Target { elr: Vec::new(), isr, leader: partition.leader, unclean: false };
    if rules.elr && target.isr.len() < rules.min_insync_replicas.min(partition.replicas.len()) {
        target.elr = eligible(event, partition, &target.isr);
    }
    let can_lead = |replica| event.can_lead(image, partition, replica);
    target.elect(rules, partition, &can_lead);
    let record = target.record(rules, partition);
    let nothing = PartitionChangeRecord::default();
    (record != nothing).then_some(record)
}

/// Who left the in-sync set while it was below its minimum still holds everything committed, as nothing is committed
/// below the minimum, unless it lost data.
fn eligible(event: Event, partition: &PartitionImage, isr: &[i32]) -> Vec<i32> {
    let lost_data = |id: i32| matches!(event, Event::LostData(lost) if lost == id);
    let mut elr: Vec<i32> = partition.elr.iter().chain(&partition.isr).copied().collect();
    elr.retain(|id| !isr.contains(id) && !lost_data(*id));
    elr.sort_unstable();
    elr.dedup();
    elr
}

impl Target {
    /// The present leader if it can stay; else the first replica that is in sync, or with an empty in-sync set
    /// eligible; else who led last; else, where the topic allows it, anyone alive.
    fn elect(&mut self, rules: &Rules, partition: &PartitionImage, can_lead: &dyn Fn(i32) -> bool) {
        let candidates = if self.isr.is_empty() { &self.elr } else { &self.isr };
        let is_valid = |replica: i32| candidates.contains(&replica) && can_lead(replica);
        if is_valid(partition.leader) {
            return;
        }
        let replicas = || partition.replicas.iter().copied();
        let clean = replicas().find(|&replica| is_valid(replica));
        let last_known = || self.last_known_leader(rules, partition, can_lead);
        let anyone = || replicas().find(|&replica| rules.unclean && can_lead(replica));
        let unclean = || last_known().or_else(anyone);
        match clean {
            Some(leader) => self.lead_cleanly(leader),
            None => match unclean() {
                Some(leader) => self.lead_uncleanly(leader),
                None => self.leader = NO_LEADER,
            },
        }
    }

    fn last_known_leader(
        &self,
        rules: &Rules,
        partition: &PartitionImage,
        can_lead: &dyn Fn(i32) -> bool,
    ) -> Option<i32> {
        match partition.last_known_elr[..] {
            [last] if rules.elr && self.isr.is_empty() && self.elr.is_empty() => {
                can_lead(last).then_some(last)
            }
            _ => None,
        }
    }

    fn lead_cleanly(&mut self, leader: i32) {
        self.leader = leader;
        if self.elr.contains(&leader) {
            self.elr.retain(|&id| id != leader);
            self.isr = vec![leader];
        }
    }

    /// Records that only others had are lost: nobody else is in sync or eligible.
    fn lead_uncleanly(&mut self, leader: i32) {
        self.leader = leader;
        self.unclean = true;
        self.isr = vec![leader];
        self.elr.clear();
    }

    /// The record from `partition` to this, without its topic and number; the default record if nothing changes.
    fn record(&self, rules: &Rules, partition: &PartitionImage) -> PartitionChangeRecord {
        let mut record = PartitionChangeRecord::default();
        if self.leader != partition.leader {
            record.leader = self.leader;
        }
        if self.unclean && partition.leader_recovery_state == LeaderRecoveryState::Recovered {
            record.leader_recovery_state = LeaderRecoveryState::Recovering as i8;
        }
        if self.elr != partition.elr {
            record.eligible_leader_replicas = Some(self.elr.clone());
        }
        // Without eligible leaders the last in-sync replica stays in the set: it alone may lead again.
        let may_set_isr = rules.elr || !self.isr.is_empty();
        if may_set_isr && self.isr != partition.isr {
            record.isr = Some(self.isr.clone());
        }
        if rules.elr {
            record.last_known_elr = last_known_elr(&record, partition);
        }
        record
    }
}

/// Remembers the leader when the in-sync set becomes empty, and forgets it once there is a leader.
fn last_known_elr(record: &PartitionChangeRecord, partition: &PartitionImage) -> Option<Vec<i32>> {
    let becomes_empty = record.isr.as_ref().is_some_and(Vec::is_empty);
    if becomes_empty && partition.leader != NO_LEADER {
        let last = vec![partition.leader];
        return (partition.last_known_elr != last).then_some(last);
    }
    let leads = match record.leader {
        LEADER_UNCHANGED => partition.leader != NO_LEADER,
        leader => leader != NO_LEADER,
    };
    (leads && !partition.last_known_elr.is_empty()).then(Vec::new)
}

#[cfg(test)]
mod tests;

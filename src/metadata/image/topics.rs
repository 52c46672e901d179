//! Topics and their partitions.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::directories;
use crate::generated::{PartitionChangeRecord, PartitionRecord, TopicRecord};

use super::ImageError;
use super::shared_map::SharedMap;

/// Stands for "no leader".
pub const NO_LEADER: i32 = -1;
/// In a change record: the leader stays, and so does the leader epoch.
pub const LEADER_UNCHANGED: i32 = -2;

/// All topics, by name and by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TopicsImage {
    by_name: SharedMap<Arc<str>, Arc<TopicImage>>,
    names: SharedMap<Uuid, Arc<str>>,
}

/// One topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicImage {
    /// Its name.
    pub name: Arc<str>,
    /// Its id, which no other topic ever has.
    pub id: Uuid,
    /// Its partitions by number.
    pub partitions: BTreeMap<i32, Arc<PartitionImage>>,
}

/// One partition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartitionImage {
    /// Brokers that hold a replica, the preferred leader first.
    pub replicas: Vec<i32>,
    /// The log directory of each replica, in the same order.
    pub directories: Vec<Uuid>,
    /// Replicas in sync.
    pub isr: Vec<i32>,
    /// Replicas that a reassignment takes away.
    pub removing_replicas: Vec<i32>,
    /// Replicas that a reassignment adds.
    pub adding_replicas: Vec<i32>,
    /// Replicas out of sync that still hold everything committed (KIP-966).
    pub elr: Vec<i32>,
    /// With an empty ISR and ELR: who led last.
    pub last_known_elr: Vec<i32>,
    /// The leader, or [`NO_LEADER`].
    pub leader: i32,
    /// Whether the leader was elected although it may lack committed records.
    pub leader_recovery_state: LeaderRecoveryState,
    /// Rises with every choice of a leader.
    pub leader_epoch: i32,
    /// Rises with every change of the partition.
    pub partition_epoch: i32,
}

/// Whether a leader lost committed records and has not yet dealt with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LeaderRecoveryState {
    /// The ordinary state.
    #[default]
    Recovered,
    /// Elected uncleanly, and not done with what follows from it.
    Recovering,
}

impl TopicsImage {
    /// A topic by its name.
    pub fn by_name(&self, name: &str) -> Option<&Arc<TopicImage>> {
        self.by_name.get(name)
    }

    /// A topic by its id.
    pub fn by_id(&self, id: Uuid) -> Option<&Arc<TopicImage>> {
        self.by_name(self.names.get(&id)?)
    }

    /// A partition by topic id and number.
    pub fn partition(&self, id: Uuid, partition: i32) -> Option<&PartitionImage> {
        self.by_id(id)?.partitions.get(&partition).map(Arc::as_ref)
    }

    /// All topics, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<TopicImage>> {
        self.by_name.iter().map(|(_, topic)| topic)
    }

    /// The topics whose names are `name` or come after it.
    pub fn iter_from(&self, name: &str) -> impl Iterator<Item = &Arc<TopicImage>> {
        self.by_name.iter_from(name).map(|(_, topic)| topic)
    }

    /// How many topics there are.
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// There is no topic.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn create(&mut self, record: &TopicRecord) -> Result<(), ImageError> {
        let taken = self.by_name.get(record.name.as_str()).is_some()
            || self.names.get(&record.topic_id).is_some();
        if taken {
            return Err(ImageError::DuplicateTopic { name: record.name.clone() });
        }
        let name: Arc<str> = record.name.as_str().into();
        let topic =
            TopicImage { name: name.clone(), id: record.topic_id, partitions: BTreeMap::new() };
        self.names.insert(record.topic_id, name.clone());
        self.by_name.insert(name, Arc::new(topic));
        Ok(())
    }

    pub(super) fn remove(&mut self, id: Uuid) -> Option<Arc<TopicImage>> {
        let name = self.names.get(&id)?.clone();
        self.names.remove(&id);
        self.by_name.remove(&*name)
    }

    /// The topic, for change: a copy of it unless nobody else holds it.
    pub(super) fn get_mut(&mut self, id: Uuid) -> Option<&mut TopicImage> {
        let name = self.names.get(&id)?;
        self.by_name.get_mut(&**name).map(Arc::make_mut)
    }
}

impl TopicImage {
    /// The record that creates the topic without its partitions.
    pub fn to_record(&self) -> TopicRecord {
        TopicRecord { name: self.name.to_string(), topic_id: self.id, unknown_tags: Vec::new() }
    }

    /// How many partitions it has.
    pub fn partition_count(&self) -> i32 {
        i32::try_from(self.partitions.len()).unwrap_or(i32::MAX)
    }

    /// Sets a partition from its whole record; says whether it is new.
    pub(super) fn set_partition(&mut self, record: &PartitionRecord) -> Result<bool, ImageError> {
        let partition = PartitionImage::from_record(&self.name, record)?;
        Ok(self.partitions.insert(record.partition_id, Arc::new(partition)).is_none())
    }

    pub(super) fn change_partition(
        &mut self,
        change: &PartitionChangeRecord,
    ) -> Result<(), ImageError> {
        let partition = self.partitions.get_mut(&change.partition_id).ok_or_else(|| {
            ImageError::UnknownPartition {
                topic: self.name.to_string(),
                partition: change.partition_id,
            }
        })?;
        Arc::make_mut(partition).change(&self.name, change)
    }

    /// Forgets eligible leaders; says of which partitions there were any.
    pub(super) fn clear_elr(&mut self) -> Vec<i32> {
        let mut cleared = Vec::new();
        for (&number, partition) in &mut self.partitions {
            if !partition.elr.is_empty() || !partition.last_known_elr.is_empty() {
                let partition = Arc::make_mut(partition);
                partition.elr.clear();
                partition.last_known_elr.clear();
                cleared.push(number);
            }
        }
        cleared
    }
}

impl PartitionImage {
    fn from_record(topic: &str, record: &PartitionRecord) -> Result<Self, ImageError> {
        let image = Self {
            replicas: record.replicas.clone(),
            directories: directories_of(record),
            isr: record.isr.clone(),
            removing_replicas: record.removing_replicas.clone(),
            adding_replicas: record.adding_replicas.clone(),
            elr: record.eligible_leader_replicas.clone().unwrap_or_default(),
            last_known_elr: record.last_known_elr.clone().unwrap_or_default(),
            leader: record.leader,
            leader_recovery_state: recovery_state("PartitionRecord", record.leader_recovery_state)?,
            leader_epoch: record.leader_epoch,
            partition_epoch: record.partition_epoch,
        };
        image.check_directories(topic, record.partition_id)?;
        Ok(image)
    }

    /// The partition as one record, which says everything.
    pub fn to_record(&self, topic_id: Uuid, partition_id: i32) -> PartitionRecord {
        let unless_empty = |ids: &Vec<i32>| (!ids.is_empty()).then(|| ids.clone());
        PartitionRecord {
            partition_id,
            topic_id,
            replicas: self.replicas.clone(),
            isr: self.isr.clone(),
            removing_replicas: self.removing_replicas.clone(),
            adding_replicas: self.adding_replicas.clone(),
            leader: self.leader,
            leader_recovery_state: self.leader_recovery_state as i8,
            leader_epoch: self.leader_epoch,
            partition_epoch: self.partition_epoch,
            directories: self.directories.clone(),
            eligible_leader_replicas: unless_empty(&self.elr),
            last_known_elr: unless_empty(&self.last_known_elr),
            unknown_tags: Vec::new(),
        }
    }

    /// The log directory of a broker's replica.
    pub fn directory_of(&self, broker: i32) -> Option<Uuid> {
        let at = self.replicas.iter().position(|&replica| replica == broker)?;
        self.directories.get(at).copied()
    }

    fn change(&mut self, topic: &str, change: &PartitionChangeRecord) -> Result<(), ImageError> {
        replace(&mut self.replicas, change.replicas.as_ref());
        replace(&mut self.isr, change.isr.as_ref());
        replace(&mut self.removing_replicas, change.removing_replicas.as_ref());
        replace(&mut self.adding_replicas, change.adding_replicas.as_ref());
        replace(&mut self.elr, change.eligible_leader_replicas.as_ref());
        replace(&mut self.last_known_elr, change.last_known_elr.as_ref());
        self.change_directories(change);
        if change.leader != LEADER_UNCHANGED {
            self.leader = change.leader;
            self.leader_epoch = self.leader_epoch.saturating_add(1);
        }
        if change.leader_recovery_state != RECOVERY_STATE_UNCHANGED {
            self.leader_recovery_state =
                recovery_state("PartitionChangeRecord", change.leader_recovery_state)?;
        }
        self.partition_epoch = self.partition_epoch.saturating_add(1);
        self.check_directories(topic, change.partition_id)
    }

    /// Directories follow the replicas: without a word about them, new replicas have none assigned.
    fn change_directories(&mut self, change: &PartitionChangeRecord) {
        if let Some(directories) = &change.directories {
            self.directories.clone_from(directories);
        } else if change.replicas.is_some() {
            self.directories = vec![directories::UNASSIGNED; self.replicas.len()];
        }
    }

    fn check_directories(&self, topic: &str, partition: i32) -> Result<(), ImageError> {
        if self.directories.len() == self.replicas.len() {
            return Ok(());
        }
        Err(ImageError::DirectoryCount {
            topic: topic.to_owned(),
            partition,
            replicas: self.replicas.len(),
            directories: self.directories.len(),
        })
    }
}

/// In a change record: the recovery state stays.
const RECOVERY_STATE_UNCHANGED: i8 = -1;

fn replace(ids: &mut Vec<i32>, new: Option<&Vec<i32>>) {
    if let Some(new) = new {
        ids.clone_from(new);
    }
}

/// Records from before 3.7 name no directories.
fn directories_of(record: &PartitionRecord) -> Vec<Uuid> {
    if record.directories.is_empty() {
        return vec![directories::MIGRATING; record.replicas.len()];
    }
    record.directories.clone()
}

fn recovery_state(record: &'static str, value: i8) -> Result<LeaderRecoveryState, ImageError> {
    match value {
        0 => Ok(LeaderRecoveryState::Recovered),
        1 => Ok(LeaderRecoveryState::Recovering),
        value => Err(ImageError::UndefinedValue {
            record,
            field: "leader_recovery_state",
            value: value.into(),
        }),
    }
}

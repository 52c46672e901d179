//! What the cluster looks like after a prefix of the metadata log.
//!
//! A [`ClusterImage`] is immutable: its parts stand behind `Arc`, a clone copies a handful of pointers, and applying
//! records yields a new image that shares what did not change. [`Delta`] says what did.
//!
//! Invariants worth naming: every topic is found under its name and under its id; a topic's partitions are numbered
//! from 0 without gaps once its group of records is applied; overrides exist only for topics that exist; records
//! without a reader here are kept (see [`KeptRecords`]) and come back in a snapshot.

mod apply;
mod brokers;
mod configs;
mod delta;
mod kept;
mod shared_map;
mod snapshot;
#[cfg(test)]
mod tests;
mod topics;

use std::collections::BTreeMap;
use std::sync::Arc;

use thiserror::Error;
use uuid::Uuid;

pub use brokers::{BrokerImage, Endpoint, FeatureRange};
pub use configs::{ConfigResource, ConfigsImage, ResourceType};
pub use delta::Delta;
pub use kept::KeptRecords;
pub use topics::{
    LEADER_UNCHANGED, LeaderRecoveryState, NO_LEADER, PartitionImage, TopicImage, TopicsImage,
};

use crate::features::METADATA_VERSION;

pub(crate) use configs::record as configs_record;
pub(crate) use snapshot::feature_level;

/// The last record of the metadata log that an image contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogPosition {
    /// Offset of that record; −1 before the first.
    pub offset: i64,
    /// Epoch of the controller that wrote it.
    pub epoch: i32,
}

impl LogPosition {
    /// Before the first record.
    pub const START: Self = Self { offset: -1, epoch: 0 };
}

/// The state of the whole cluster at one position of the metadata log.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterImage {
    cluster_id: Arc<str>,
    position: LogPosition,
    features: Arc<BTreeMap<String, i16>>,
    brokers: Arc<BTreeMap<i32, BrokerImage>>,
    topics: TopicsImage,
    configs: ConfigsImage,
    producer_ids: ProducerIds,
    kept: KeptRecords,
}

/// How far the cluster's producer ids are handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ProducerIds {
    /// First id of the next block.
    pub next: i64,
    /// Broker that was given the last block.
    pub broker_id: i32,
    /// Epoch of that broker at the time.
    pub broker_epoch: i64,
    /// Whether any block was ever handed out.
    pub any: bool,
}

/// Why a record does not fit the image: the log was not written by a correct controller, or is not whole.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImageError {
    /// A record names a topic id that does not exist.
    #[error("{record} names topic id {id}, which does not exist")]
    UnknownTopicId {
        /// The record's type.
        record: &'static str,
        /// The id.
        id: Uuid,
    },
    /// A record names a partition that does not exist.
    #[error(
        "a partition change names partition {partition} of topic '{topic}', which does not exist"
    )]
    UnknownPartition {
        /// The topic's name.
        topic: String,
        /// The partition's number.
        partition: i32,
    },
    /// Two topics of one name or id.
    #[error("topic '{name}' is created although its name or id is taken")]
    DuplicateTopic {
        /// The topic's name.
        name: String,
    },
    /// A record names a broker that does not exist.
    #[error("{record} names broker {id}, which is not registered")]
    UnknownBroker {
        /// The record's type.
        record: &'static str,
        /// The broker's id.
        id: i32,
    },
    /// A record names an epoch that is not the broker's.
    #[error("{record} names epoch {epoch} of broker {id}, whose epoch is {current}")]
    WrongBrokerEpoch {
        /// The record's type.
        record: &'static str,
        /// The broker's id.
        id: i32,
        /// The epoch in the record.
        epoch: i64,
        /// The epoch of the registration.
        current: i64,
    },
    /// A field has a value that Kafka's schema does not define.
    #[error("{record} has the undefined value {value} in {field}")]
    UndefinedValue {
        /// The record's type.
        record: &'static str,
        /// The field's name.
        field: &'static str,
        /// The value.
        value: i64,
    },
    /// As many directories as replicas are needed.
    #[error(
        "partition {partition} of topic '{topic}' has {replicas} replicas and {directories} directories"
    )]
    DirectoryCount {
        /// The topic's name.
        topic: String,
        /// The partition's number.
        partition: i32,
        /// How many replicas it has.
        replicas: usize,
        /// How many directories.
        directories: usize,
    },
}

impl ClusterImage {
    /// The image before the first record.
    pub fn empty(cluster_id: &str) -> Self {
        Self {
            cluster_id: cluster_id.into(),
            position: LogPosition::START,
            features: Arc::default(),
            brokers: Arc::default(),
            topics: TopicsImage::default(),
            configs: ConfigsImage::default(),
            producer_ids: ProducerIds::default(),
            kept: KeptRecords::default(),
        }
    }

    /// The cluster's id, as `meta.properties` has it.
    pub fn cluster_id(&self) -> &str {
        &self.cluster_id
    }

    /// The last record contained.
    pub fn position(&self) -> LogPosition {
        self.position
    }

    /// Finalized feature levels by name; a feature that is not there has level 0.
    pub fn features(&self) -> &BTreeMap<String, i16> {
        &self.features
    }

    /// The finalized level of a feature, 0 when there is none.
    pub fn feature(&self, name: &str) -> i16 {
        self.features.get(name).copied().unwrap_or(0)
    }

    /// The finalized `metadata.version`, which decides how records are written; 0 before the bootstrap.
    pub fn metadata_version(&self) -> i16 {
        self.feature(METADATA_VERSION)
    }

    /// Registered brokers by id.
    pub fn brokers(&self) -> &BTreeMap<i32, BrokerImage> {
        &self.brokers
    }

    /// A registered broker.
    pub fn broker(&self, id: i32) -> Option<&BrokerImage> {
        self.brokers.get(&id)
    }

    /// All topics.
    pub fn topics(&self) -> &TopicsImage {
        &self.topics
    }

    /// Configuration overrides of all resources.
    pub fn configs(&self) -> &ConfigsImage {
        &self.configs
    }

    /// How far producer ids are handed out.
    pub fn producer_ids(&self) -> ProducerIds {
        self.producer_ids
    }

    /// Records that nothing here interprets yet.
    pub fn kept(&self) -> &KeptRecords {
        &self.kept
    }
}

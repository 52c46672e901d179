//! A small asynchronous Kafka client over plain TCP, for the command line, for tests and between brokers.
//!
//! ```text
//! Client ─▶ Cluster (brokers, topics, leaders: from Metadata)     client.rs, cluster.rs
//!    │        admin.rs, offsets.rs, fetch.rs, producer.rs: what can be asked
//!    │        coordinator.rs, groups.rs: groups and their offsets; group.rs: being a member
//!    └────▶ Connection, one per broker ─▶ socket                  connection.rs, versions.rs
//! ```
//!
//! [`Connection`] speaks to one broker: it agrees on versions, keeps responses in the order of the requests, and lets
//! several requests be under way. [`Client`] knows the cluster: it finds leaders and the controller, and asks again when
//! the answer says that asking again can help. [`Producer`] turns records into batches.
//!
//! It speaks to every broker with a PLAINTEXT listener from Apache Kafka 2.1 on. Everything runs within the caller's
//! futures: no tasks, no threads, no locks. A future that is dropped half-way leaves a connection that the next use
//! replaces.

mod admin;
mod client;
mod cluster;
mod config;
mod connection;
mod coordinator;
mod error;
#[cfg(test)]
mod fake_broker;
mod fetch;
mod group;
mod groups;
mod murmur2;
mod offsets;
mod partitioner;
mod producer;
mod record;
mod retries;
mod versions;

pub use admin::{
    ClusterDescription, ConfigChange, ConfigEntry, ConfigKind, ConfigResource, ConfigSource,
    FeatureChange, FeatureState, Features, Member, NewTopic, PartitionState, TopicDescription,
};
pub use client::{Client, Target};
pub use cluster::{Broker, Cluster, Partition, Topic};
pub use config::ClientConfig;
pub use connection::{Connection, ConnectionConfig, Pending};
pub use error::{BrokerError, ClientError, UnreadableRecords};
pub use fetch::{FetchFrom, FetchOptions, FetchedPartition};
pub use group::{GroupConsumer, GroupEvent, GroupOptions, GroupProtocol, Membership};
pub use groups::{
    Assignment, CommittedOffset, GroupDescription, GroupFilter, GroupListing, GroupMember,
    GroupOutcomes, GroupState, GroupType, PartitionOutcomes, TopicPartition,
};
pub use murmur2::murmur2;
pub use offsets::{ListedOffset, OffsetSpec};
pub use producer::{Acks, Placed, Producer, ProducerOptions};
pub use record::{FetchedRecord, NewRecord, RecordHeader};
pub use versions::BrokerVersions;

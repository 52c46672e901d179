//! Why the controller refuses something, in Kafka's error codes.

use thiserror::Error;

/// A refusal, as it goes into an answer: Kafka's code and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct AdminError {
    /// Which of Kafka's errors this is.
    pub kind: ErrorKind,
    /// What is wrong with which value. Empty where Kafka leaves the message out.
    pub message: String,
}

impl AdminError {
    /// An error with its sentence.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// The number that stands for the error on the wire.
    pub fn code(&self) -> i16 {
        self.kind.code()
    }
}

/// The errors of Kafka's protocol that the controller answers with. The discriminant is the code on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i16)]
pub enum ErrorKind {
    /// UNKNOWN_SERVER_ERROR: an invariant of the image does not hold, or Kafka has no better word.
    UnknownServerError = -1,
    /// UNKNOWN_TOPIC_OR_PARTITION: no topic has this name.
    UnknownTopicOrPartition = 3,
    /// REQUEST_TIMED_OUT: the client's time was over before the change was begun.
    RequestTimedOut = 7,
    /// INVALID_TOPIC_EXCEPTION: the name breaks a rule, or collides with a topic.
    InvalidTopic = 17,
    /// TOPIC_ALREADY_EXISTS.
    TopicAlreadyExists = 36,
    /// INVALID_PARTITIONS: a partition count that cannot be had.
    InvalidPartitions = 37,
    /// INVALID_REPLICATION_FACTOR: not positive, or more than there are brokers.
    InvalidReplicationFactor = 38,
    /// INVALID_REPLICA_ASSIGNMENT: a manual assignment breaks a rule.
    InvalidReplicaAssignment = 39,
    /// INVALID_CONFIG: a configuration value that does not pass its validator.
    InvalidConfig = 40,
    /// INVALID_REQUEST: the request contradicts itself.
    InvalidRequest = 42,
    /// POLICY_VIOLATION: too much for one request.
    PolicyViolation = 44,
    /// TOPIC_DELETION_DISABLED: `delete.topic.enable` is false.
    TopicDeletionDisabled = 73,
    /// STALE_BROKER_EPOCH: the broker has registered anew since.
    StaleBrokerEpoch = 77,
    /// INVALID_UPDATE_VERSION: a feature level that cannot be finalized.
    InvalidUpdateVersion = 95,
    /// UNKNOWN_TOPIC_ID: no topic has this id.
    UnknownTopicId = 100,
    /// BROKER_ID_NOT_REGISTERED.
    BrokerIdNotRegistered = 102,
    /// INCONSISTENT_CLUSTER_ID: the broker belongs to another cluster.
    InconsistentClusterId = 104,
    /// INVALID_REGISTRATION: a registration breaks a rule.
    InvalidRegistration = 119,
}

impl ErrorKind {
    /// The number that stands for the error on the wire.
    pub fn code(self) -> i16 {
        self as i16
    }
}

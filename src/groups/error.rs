//! Why a group refuses something, in Kafka's error codes.

use thiserror::Error;

/// The errors of Kafka's protocol that groups answer with. The discriminant is the code on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
#[error("{self:?}")]
#[repr(i16)]
pub enum GroupError {
    /// UNKNOWN_SERVER_ERROR: something that should not happen.
    UnknownServerError = -1,
    /// UNKNOWN_TOPIC_OR_PARTITION.
    UnknownTopicOrPartition = 3,
    /// OFFSET_METADATA_TOO_LARGE: more than `offset.metadata.max.bytes`.
    OffsetMetadataTooLarge = 12,
    /// COORDINATOR_LOAD_IN_PROGRESS.
    CoordinatorLoadInProgress = 14,
    /// COORDINATOR_NOT_AVAILABLE.
    CoordinatorNotAvailable = 15,
    /// NOT_COORDINATOR.
    NotCoordinator = 16,
    /// ILLEGAL_GENERATION: the member speaks of another generation than the group's.
    IllegalGeneration = 22,
    /// INCONSISTENT_GROUP_PROTOCOL: no protocol that all members know, or of another type.
    InconsistentGroupProtocol = 23,
    /// INVALID_GROUP_ID.
    InvalidGroupId = 24,
    /// UNKNOWN_MEMBER_ID.
    UnknownMemberId = 25,
    /// INVALID_SESSION_TIMEOUT: out of the broker's limits.
    InvalidSessionTimeout = 26,
    /// REBALANCE_IN_PROGRESS: the member is to join again.
    RebalanceInProgress = 27,
    /// INVALID_COMMIT_OFFSET_SIZE: the records would not fit into a batch.
    InvalidCommitOffsetSize = 28,
    /// GROUP_AUTHORIZATION_FAILED.
    GroupAuthorizationFailed = 30,
    /// INVALID_REQUEST: the request contradicts itself.
    InvalidRequest = 42,
    /// UNSUPPORTED_VERSION.
    UnsupportedVersion = 35,
    /// NON_EMPTY_GROUP: a group with members is not deleted.
    NonEmptyGroup = 68,
    /// GROUP_ID_NOT_FOUND.
    GroupIdNotFound = 69,
    /// MEMBER_ID_REQUIRED: the member is to join again with the id that it is given (KIP-394).
    MemberIdRequired = 79,
    /// GROUP_MAX_SIZE_REACHED.
    GroupMaxSizeReached = 81,
    /// FENCED_INSTANCE_ID: another member has taken the instance id over (KIP-345).
    FencedInstanceId = 82,
    /// GROUP_SUBSCRIBED_TO_TOPIC: offsets of a topic that members read are not deleted.
    GroupSubscribedToTopic = 86,
    /// UNSTABLE_OFFSET_COMMIT: a transaction's commit is not decided yet.
    UnstableOffsetCommit = 88,
    /// UNKNOWN_TOPIC_ID.
    UnknownTopicId = 100,
    /// FENCED_MEMBER_EPOCH (KIP-848): the member is to start over.
    FencedMemberEpoch = 110,
    /// UNRELEASED_INSTANCE_ID: another member holds the instance id.
    UnreleasedInstanceId = 111,
    /// UNSUPPORTED_ASSIGNOR: there is no server-side assignor of this name.
    UnsupportedAssignor = 112,
    /// STALE_MEMBER_EPOCH: the member is to ask again with its newest epoch.
    StaleMemberEpoch = 113,
    /// INVALID_REGULAR_EXPRESSION.
    InvalidRegularExpression = 128,
}

impl GroupError {
    /// The number that stands for the error on the wire.
    pub fn code(self) -> i16 {
        self as i16
    }
}

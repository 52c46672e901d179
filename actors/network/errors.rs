//! The one place where errors of the core become error codes of Kafka's protocol.

use kabuki_coordination::{AppendRefused, Refused};
use kabuki_log::AppendError;
use kabuki_records::validate::InvalidKind;
use kabuki_replication::ReplicaError;
use kabuki_wire::{ApiKey, ResponseError};

use crate::answer::Answer;
use crate::partition::{AppendFailure, Refusal};
use crate::supervision::ReplyStage;

/// No error.
pub(crate) const NONE: i16 = 0;
/// What Kafka says of errors that it has no word for.
pub(crate) const UNKNOWN_SERVER_ERROR: i16 = -1;

/// The code of a refused append.
pub(crate) fn of_append(failure: &AppendFailure) -> i16 {
    match failure {
        AppendFailure::Invalid(invalid) => of_invalid(invalid.kind),
        AppendFailure::Log(error) => of_log(error),
        AppendFailure::Offline => ResponseError::KafkaStorageError.code(),
        AppendFailure::Fenced | AppendFailure::OtherEnd => ResponseError::FencedLeaderEpoch.code(),
    }
}

/// The code of a batch that is not what it should be.
pub(crate) fn of_invalid(kind: InvalidKind) -> i16 {
    let error = match kind {
        InvalidKind::CorruptMessage => ResponseError::CorruptMessage,
        InvalidKind::MessageTooLarge => ResponseError::MessageTooLarge,
        InvalidKind::InvalidTimestamp => ResponseError::InvalidTimestamp,
        InvalidKind::UnsupportedForMessageFormat => ResponseError::UnsupportedForMessageFormat,
        InvalidKind::UnsupportedCompressionType => ResponseError::UnsupportedCompressionType,
        InvalidKind::InvalidRecord => ResponseError::InvalidRecord,
        InvalidKind::Unreadable => return UNKNOWN_SERVER_ERROR,
    };
    error.code()
}

/// Kafka's answer to these errors of an append does not say where the log begins.
pub(crate) fn is_ordinary_for_append(code: i16) -> bool {
    let error = ResponseError::try_from_code(code);
    error.is_some_and(|error| {
        use ResponseError::*;
        matches!(
            error,
            UnknownTopicOrPartition
                | NotLeaderOrFollower
                | MessageTooLarge
                | RecordListTooLarge
                | CorruptMessage
                | KafkaStorageError
        )
    })
}

fn of_log(error: &AppendError) -> i16 {
    let error = match error {
        AppendError::TooLarge { .. } => ResponseError::RecordListTooLarge,
        AppendError::Malformed => ResponseError::CorruptMessage,
        AppendError::OutOfOrderSequence { .. } => ResponseError::OutOfOrderSequenceNumber,
        AppendError::InvalidProducerEpoch { .. } => ResponseError::InvalidProducerEpoch,
        AppendError::InvalidTransactionState { .. } => ResponseError::InvalidTxnState,
        AppendError::CoordinatorFenced { .. } => ResponseError::TransactionCoordinatorFenced,
        AppendError::UnexpectedOffset { .. } => return UNKNOWN_SERVER_ERROR,
        AppendError::Storage { .. } => ResponseError::KafkaStorageError,
    };
    error.code()
}

/// The code of a read or a look-up that gave nothing.
pub(crate) fn of_refusal(refusal: &Refusal) -> i16 {
    let error = match refusal {
        Refusal::Closed => ResponseError::NotLeaderOrFollower,
        Refusal::Offline => ResponseError::KafkaStorageError,
        Refusal::Compacted => ResponseError::PolicyViolation,
        Refusal::Replica(error) => match error {
            ReplicaError::FencedLeaderEpoch { .. } => ResponseError::FencedLeaderEpoch,
            ReplicaError::UnknownLeaderEpoch { .. } => ResponseError::UnknownLeaderEpoch,
            ReplicaError::NotAFollower { said_epoch: true, .. } => {
                ResponseError::UnknownLeaderEpoch
            }
            ReplicaError::NotAFollower { said_epoch: false, .. } => {
                ResponseError::NotLeaderOrFollower
            }
            ReplicaError::OffsetOutOfRange { .. } => ResponseError::OffsetOutOfRange,
            ReplicaError::OffsetNotAvailable { .. } => ResponseError::OffsetNotAvailable,
            ReplicaError::Storage(_) => ResponseError::KafkaStorageError,
        },
    };
    error.code()
}

/// The code of a request that the shell of a coordinator refuses: those of Kafka 4.3.1.
pub(crate) fn of_refused(why: Refused) -> i16 {
    let error = match why {
        Refused::Loading => ResponseError::CoordinatorLoadInProgress,
        Refused::NotCoordinator => ResponseError::NotCoordinator,
        Refused::AppendFailed(
            AppendRefused::WrongEpoch | AppendRefused::OtherEnd | AppendRefused::Storage,
        ) => ResponseError::NotCoordinator,
        Refused::AppendFailed(_) | Refused::TimedOut | Refused::Busy => {
            ResponseError::CoordinatorNotAvailable
        }
        Refused::TooLarge => return UNKNOWN_SERVER_ERROR,
    };
    error.code()
}

/// What a client is told when the actor that should have answered died, by API and by how far the request had come.
/// Before hand-over asking again is safe. Afterwards the client is told what makes it ask again rather than believe.
pub(crate) fn of_lost(api: ApiKey, stage: ReplyStage) -> i16 {
    let error = match (api, stage) {
        (ApiKey::Produce | ApiKey::DeleteRecords, ReplyStage::OutcomeUnknown) => {
            ResponseError::RequestTimedOut
        }
        (
            ApiKey::Produce
            | ApiKey::Fetch
            | ApiKey::ListOffsets
            | ApiKey::OffsetForLeaderEpoch
            | ApiKey::DeleteRecords
            | ApiKey::DescribeProducers,
            _,
        ) => ResponseError::NotLeaderOrFollower,
        (
            ApiKey::FindCoordinator
            | ApiKey::JoinGroup
            | ApiKey::SyncGroup
            | ApiKey::Heartbeat
            | ApiKey::LeaveGroup
            | ApiKey::OffsetCommit
            | ApiKey::OffsetFetch
            | ApiKey::OffsetDelete
            | ApiKey::ListGroups
            | ApiKey::DescribeGroups
            | ApiKey::DeleteGroups
            | ApiKey::ConsumerGroupHeartbeat
            | ApiKey::ConsumerGroupDescribe,
            _,
        ) => ResponseError::CoordinatorNotAvailable,
        // At COORDINATOR_NOT_AVAILABLE an idempotent producer would look for a coordinator, and it has none.
        (ApiKey::InitProducerId, _) => ResponseError::CoordinatorLoadInProgress,
        _ => ResponseError::RequestTimedOut,
    };
    error.code()
}

/// The code where an answer was lost, or is one to another question, which does not happen.
pub(crate) fn of_no_answer(api: ApiKey, answer: &Answer) -> i16 {
    match answer {
        Answer::Lost { stage, .. } => of_lost(api, *stage),
        other => {
            tracing::error!(?api, ?other, "an answer to another question");
            UNKNOWN_SERVER_ERROR
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every key is tried, so that an API that is served one day is in the table already.
    #[test]
    fn whoever_lost_an_answer_is_told_to_ask_again() {
        for api in (0..i16::MAX).filter_map(ApiKey::from_number) {
            for stage in [ReplyStage::BeforeHandOver, ReplyStage::OutcomeUnknown] {
                let error = ResponseError::try_from_code(of_lost(api, stage));
                assert!(error.is_some_and(|it| it.is_retriable()), "{api:?} {stage:?}: {error:?}");
            }
        }
    }

    /// Once records are with the log nobody knows whether they are in it: the client is told just that.
    #[test]
    fn a_produce_request_that_was_handed_over_is_not_said_to_have_failed() {
        let unknown = of_lost(ApiKey::Produce, ReplyStage::OutcomeUnknown);
        assert_eq!(unknown, ResponseError::RequestTimedOut.code());
        let before = of_lost(ApiKey::Produce, ReplyStage::BeforeHandOver);
        assert_eq!(before, ResponseError::NotLeaderOrFollower.code());
    }
}

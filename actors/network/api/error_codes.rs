//! The error codes of every response, for the broker's figures. As in Kafka, one for each topic, partition or resource that
//! has one. A response that does not say them cannot be sent ([`super::Envelope::send`]), so that none is forgotten.

use kabuki_wire::messages::*;
use kabuki_wire::{Encodable, Message};

/// A response that says its error codes.
pub(crate) trait ErrorCodes: Encodable + Message {
    /// All of them, 0 where there is none.
    fn error_codes(&self) -> impl Iterator<Item = i16>;
}

macro_rules! error_codes {
    ($($response:ty: $it:ident => $codes:expr;)*) => {$(
        impl ErrorCodes for $response {
            fn error_codes(&self) -> impl Iterator<Item = i16> {
                let $it = self;
                $codes
            }
        }
    )*};
}

/// The codes of these things.
macro_rules! codes_of {
    ($things:expr) => {
        $things.iter().map(|it| it.error_code)
    };
}

/// The codes of the partitions of these topics.
macro_rules! codes_of_partitions {
    ($topics:expr) => {
        $topics.iter().flat_map(|topic| codes_of!(topic.partitions))
    };
}

error_codes! {
    ProduceResponse: it => it.responses.iter().flat_map(|topic| codes_of!(topic.partition_responses));
    ListOffsetsResponse: it => codes_of_partitions!(it.topics);
    MetadataResponse: it => {
        let topics = codes_of!(it.topics).chain(codes_of_partitions!(it.topics));
        topics.chain([it.error_code])
    };
    OffsetCommitResponse: it => codes_of_partitions!(it.topics);
    OffsetFetchResponse: it => {
        let older = codes_of_partitions!(it.topics).chain([it.error_code]);
        let groups = it.groups.iter().flat_map(|group| codes_of_partitions!(group.topics));
        older.chain(groups).chain(codes_of!(it.groups))
    };
    JoinGroupResponse: it => [it.error_code].into_iter();
    HeartbeatResponse: it => [it.error_code].into_iter();
    LeaveGroupResponse: it => codes_of!(it.members).chain([it.error_code]);
    SyncGroupResponse: it => [it.error_code].into_iter();
    DescribeGroupsResponse: it => codes_of!(it.groups);
    ListGroupsResponse: it => [it.error_code].into_iter();
    DeleteGroupsResponse: it => codes_of!(it.results);
    OffsetDeleteResponse: it => codes_of_partitions!(it.topics).chain([it.error_code]);
    ConsumerGroupHeartbeatResponse: it => [it.error_code].into_iter();
    ConsumerGroupDescribeResponse: it => codes_of!(it.groups);
    FindCoordinatorResponse: it => codes_of!(it.coordinators).chain([it.error_code]);
    ApiVersionsResponse: it => [it.error_code].into_iter();
    CreateTopicsResponse: it => codes_of!(it.topics);
    DeleteTopicsResponse: it => codes_of!(it.responses);
    DeleteRecordsResponse: it => codes_of_partitions!(it.topics);
    InitProducerIdResponse: it => [it.error_code].into_iter();
    OffsetForLeaderEpochResponse: it => codes_of_partitions!(it.topics);
    DescribeConfigsResponse: it => codes_of!(it.results);
    AlterConfigsResponse: it => codes_of!(it.responses);
    DescribeLogDirsResponse: it => codes_of!(it.results).chain([it.error_code]);
    CreatePartitionsResponse: it => codes_of!(it.results);
    IncrementalAlterConfigsResponse: it => codes_of!(it.responses);
    UpdateFeaturesResponse: it => codes_of!(it.results).chain([it.error_code]);
    DescribeClusterResponse: it => [it.error_code].into_iter();
    DescribeProducersResponse: it => codes_of_partitions!(it.topics);
    UnregisterBrokerResponse: it => [it.error_code].into_iter();
    ListConfigResourcesResponse: it => [it.error_code].into_iter();
    DescribeTopicPartitionsResponse: it => codes_of!(it.topics).chain(codes_of_partitions!(it.topics));
}

#[cfg(test)]
mod tests {
    use kabuki_wire::messages::find_coordinator_response::Coordinator;
    use kabuki_wire::messages::metadata_response::{
        MetadataResponsePartition, MetadataResponseTopic,
    };

    use super::*;

    fn sorted(response: &impl ErrorCodes) -> Vec<i16> {
        let mut codes: Vec<i16> = response.error_codes().collect();
        codes.sort_unstable();
        codes
    }

    #[test]
    fn every_level_of_a_response_counts() {
        let partitions = [5, 0].map(|it| MetadataResponsePartition::default().with_error_code(it));
        let known = MetadataResponseTopic::default().with_partitions(partitions.to_vec());
        let unknown = MetadataResponseTopic::default().with_error_code(3);
        let response = MetadataResponse::default().with_topics(vec![known, unknown]);
        assert_eq!(sorted(&response), [0, 0, 0, 3, 5]);
    }

    #[test]
    fn a_response_says_its_codes_in_every_form_that_its_versions_have() {
        let coordinators = [15, 42].map(|it| Coordinator::default().with_error_code(it));
        let several = FindCoordinatorResponse::default().with_coordinators(coordinators.to_vec());
        assert_eq!(sorted(&several), [0, 15, 42]);
        assert_eq!(sorted(&FindCoordinatorResponse::default().with_error_code(15)), [15]);
    }
}

//! Every API at once: decoding by number, for tests and for fuzz targets.

use bytes::Bytes;
use kafka_protocol::protocol::Request;

use crate::{ApiKey, RequestHeader, WireError, decode_request, decode_response, messages};

/// What can be done with an API's messages without naming their types.
pub(crate) struct Codec {
    /// Checks and decodes the body of a request in a version, and drops what came out.
    pub(crate) decode_request: fn(i16, Bytes) -> Result<(), WireError>,
    /// The same for the body of a response.
    pub(crate) decode_response: fn(i16, Bytes) -> Result<(), WireError>,
    /// What only tests ask for.
    #[cfg(test)]
    pub(crate) tested: crate::every_api::recoding::Recoding,
}

macro_rules! codecs {
    ($($request:ident)*) => {
        /// The codec of an API; `None` for the two of streams groups, which the message crate does not have.
        pub(crate) fn codec_of(api: ApiKey) -> Option<Codec> {
            match api as i16 {
                $(<messages::$request as Request>::KEY => Some(Codec {
                    decode_request: |version, mut body| {
                        decode_request::<messages::$request>(&mut body, version).map(drop)
                    },
                    decode_response: |version, mut body| {
                        decode_response::<messages::$request>(&mut body, version).map(drop)
                    },
                    #[cfg(test)]
                    tested: crate::every_api::recoding::recoding::<messages::$request>(),
                }),)*
                _ => None,
            }
        }
    };
}

codecs! {
    AddOffsetsToTxnRequest AddPartitionsToTxnRequest AddRaftVoterRequest AllocateProducerIdsRequest
    AlterClientQuotasRequest AlterConfigsRequest AlterPartitionReassignmentsRequest
    AlterPartitionRequest AlterReplicaLogDirsRequest AlterShareGroupOffsetsRequest
    AlterUserScramCredentialsRequest ApiVersionsRequest AssignReplicasToDirsRequest
    BeginQuorumEpochRequest BrokerHeartbeatRequest BrokerRegistrationRequest
    ConsumerGroupDescribeRequest ConsumerGroupHeartbeatRequest ControllerRegistrationRequest
    CreateAclsRequest CreateDelegationTokenRequest CreatePartitionsRequest CreateTopicsRequest
    DeleteAclsRequest DeleteGroupsRequest DeleteRecordsRequest DeleteShareGroupOffsetsRequest
    DeleteShareGroupStateRequest DeleteTopicsRequest DescribeAclsRequest
    DescribeClientQuotasRequest DescribeClusterRequest DescribeConfigsRequest
    DescribeDelegationTokenRequest DescribeGroupsRequest DescribeLogDirsRequest
    DescribeProducersRequest DescribeQuorumRequest DescribeShareGroupOffsetsRequest
    DescribeTopicPartitionsRequest DescribeTransactionsRequest DescribeUserScramCredentialsRequest
    ElectLeadersRequest EndQuorumEpochRequest EndTxnRequest EnvelopeRequest
    ExpireDelegationTokenRequest FetchRequest FetchSnapshotRequest FindCoordinatorRequest
    GetTelemetrySubscriptionsRequest HeartbeatRequest IncrementalAlterConfigsRequest
    InitProducerIdRequest InitializeShareGroupStateRequest JoinGroupRequest LeaveGroupRequest
    ListConfigResourcesRequest ListGroupsRequest ListOffsetsRequest
    ListPartitionReassignmentsRequest ListTransactionsRequest MetadataRequest OffsetCommitRequest
    OffsetDeleteRequest OffsetFetchRequest OffsetForLeaderEpochRequest ProduceRequest
    PushTelemetryRequest ReadShareGroupStateRequest ReadShareGroupStateSummaryRequest
    RemoveRaftVoterRequest RenewDelegationTokenRequest SaslAuthenticateRequest
    SaslHandshakeRequest ShareAcknowledgeRequest ShareFetchRequest ShareGroupDescribeRequest
    ShareGroupHeartbeatRequest SyncGroupRequest TxnOffsetCommitRequest UnregisterBrokerRequest
    UpdateFeaturesRequest UpdateRaftVoterRequest VoteRequest WriteShareGroupStateRequest
    WriteTxnMarkersRequest
}

/// The fuzzers' door to requests: the first byte chooses the API, the second the version, the rest is the body.
///
/// Every input must end in a decoded request or an error; the same bytes are also read as a whole frame.
pub fn fuzz_request(bytes: &[u8]) {
    let _ = RequestHeader::decode(&mut Bytes::copy_from_slice(bytes));
    if let Some((codec, version, body)) = chosen(bytes) {
        let _ = (codec.decode_request)(version, body);
    }
}

/// The fuzzers' door to responses; as [`fuzz_request`].
pub fn fuzz_response(bytes: &[u8]) {
    if let Some((codec, version, body)) = chosen(bytes) {
        let _ = (codec.decode_response)(version, body);
    }
}

fn chosen(bytes: &[u8]) -> Option<(Codec, i16, Bytes)> {
    let ([api, version], body) = bytes.split_first_chunk()?;
    let api = ApiKey::ALL[usize::from(*api) % ApiKey::ALL.len()];
    let versions = api.versions();
    let version = versions.low + i16::from(*version) % (versions.high - versions.low + 1);
    Some((codec_of(api)?, version, Bytes::copy_from_slice(body)))
}

//! The tables of shapes against the message crate: the same fields, in every API and version.

use bytes::Bytes;

use super::allocations::allocated_by;
use super::filler::random_message;
use super::recoding::{Recoded, Recoding};
use crate::dispatch::{Codec, codec_of};
use crate::shape::{Kind, MessageShape, StructShape};
use crate::versions::codec_version;
use crate::walker::walk;
use crate::{ApiKey, WireError};

/// Random messages of each API, version and direction.
const MESSAGES_EACH: u64 = 40;

/// One direction of one API in one version that both the shapes and the message crate have.
pub(super) struct Case {
    pub(super) api: ApiKey,
    pub(super) version: i16,
    pub(super) is_request: bool,
    pub(super) shape: &'static MessageShape,
    pub(super) codec: Codec,
}

impl Case {
    pub(super) fn decode(&self, body: Bytes) -> Result<(), WireError> {
        let Codec { decode_request, decode_response, .. } = self.codec;
        if self.is_request {
            decode_request(self.version, body)
        } else {
            decode_response(self.version, body)
        }
    }

    fn recode(&self, body: Bytes) -> Result<Recoded, WireError> {
        let Recoding { request, response, .. } = self.codec.tested;
        if self.is_request { request(self.version, body) } else { response(self.version, body) }
    }

    fn default(&self) -> Result<Recoded, WireError> {
        let Recoding { default_request, default_response, .. } = self.codec.tested;
        if self.is_request { default_request(self.version) } else { default_response(self.version) }
    }

    pub(super) fn seed(&self, number: u64) -> u64 {
        let place =
            (self.api as u64) << 16 | (self.version as u64) << 1 | u64::from(self.is_request);
        place << 32 | number
    }
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let direction = if self.is_request { "request" } else { "response" };
        write!(f, "{} {direction} version {}", self.api.name(), self.version)
    }
}

/// Every API, version and direction that can be decoded.
pub(super) fn every_case() -> impl Iterator<Item = Case> {
    every_shape().filter_map(|(api, version, is_request, shape)| {
        let codec = codec_of(api)?;
        let known = codec.tested.codec_versions.contains(codec_version(api, version));
        known.then_some(Case { api, version, is_request, shape, codec })
    })
}

/// Every API, version and direction of the tables.
pub(super) fn every_shape() -> impl Iterator<Item = (ApiKey, i16, bool, &'static MessageShape)> {
    ApiKey::ALL.into_iter().flat_map(|api| {
        api.versions().iter().flat_map(move |version| {
            let shape = api.shape();
            [(api, version, true, &shape.request), (api, version, false, &shape.response)]
        })
    })
}

/// Versions of Kafka's that bring fields which the message crate does not have.
const WITHOUT_CODEC: [(ApiKey, i16); 11] = [
    (ApiKey::InitProducerId, 6),
    (ApiKey::WriteTxnMarkers, 2),
    (ApiKey::BrokerHeartbeat, 2),
    (ApiKey::ShareFetch, 2),
    (ApiKey::ShareAcknowledge, 2),
    (ApiKey::AddRaftVoter, 1),
    (ApiKey::WriteShareGroupState, 1),
    (ApiKey::ReadShareGroupStateSummary, 1),
    (ApiKey::StreamsGroupHeartbeat, 0),
    (ApiKey::StreamsGroupDescribe, 0),
    (ApiKey::DescribeShareGroupOffsets, 1),
];

#[test]
fn all_versions_but_the_listed_ones_can_be_decoded() {
    for (api, version, ..) in every_shape() {
        let decodable = every_case().any(|case| (case.api, case.version) == (api, version));
        let listed = WITHOUT_CODEC.contains(&(api, version));
        assert_ne!(decodable, listed, "{} {version}", api.name());
    }
}

#[test]
fn default_messages_have_their_shape() {
    for case in every_case() {
        let default = case.default().unwrap_or_else(|error| panic!("{case}: {error}"));
        let walked = walk(case.shape, case.version, &default.bytes);
        let walked = walked.unwrap_or_else(|error| panic!("{case}: {error}"));
        assert_eq!(walked.used_bytes, default.bytes.len(), "{case}");
        let decoded = case.recode(default.bytes.clone().freeze());
        assert_eq!(decoded, Ok(default), "{case}");
    }
}

#[test]
fn random_messages_come_back_as_they_were() {
    for case in every_case() {
        for number in 0..MESSAGES_EACH {
            let (bytes, must_be_same) = random_message(case.shape, case.version, case.seed(number));
            let once = case.recode(bytes.clone().into());
            let once = once.unwrap_or_else(|error| panic!("{case}, {number}: {error}"));
            if must_be_same {
                assert_eq!(once.bytes, bytes, "{case}, {number}: {}", once.text);
            }
            let twice = case.recode(once.bytes.clone().freeze());
            assert_eq!(twice, Ok(once), "{case}, {number}");
        }
    }
}

#[test]
fn decoding_takes_no_more_memory_than_the_walk_says() {
    for case in every_case() {
        for number in 0..MESSAGES_EACH {
            let (bytes, _) = random_message(case.shape, case.version, case.seed(number));
            let body = Bytes::from(bytes);
            let walked = walk(case.shape, case.version, &body).expect("a valid message");
            // The first clone of a buffer makes it shared, once.
            let shared = body.clone();
            let (decoded, allocated) = allocated_by(|| case.decode(shared));
            assert_eq!(decoded, Ok(()), "{case}, {number}");
            let expected = walked.decoded_bytes;
            assert!(allocated <= expected, "{case}, {number}: {allocated} bytes, not {expected}");
        }
    }
}

#[test]
fn the_tables_know_how_large_decoded_messages_are() {
    for case in every_case() {
        let Recoding { request_size, response_size, .. } = case.codec.tested;
        let size = if case.is_request { request_size } else { response_size };
        assert!(case.shape.body.decoded_size >= size, "{case}");
    }
}

#[test]
fn every_element_of_an_array_takes_a_byte_at_least() {
    for (api, version, _, shape) in every_shape() {
        let flexible = shape.is_flexible(version);
        assert!(elements_take_bytes(shape.body, version, flexible), "{} {version}", api.name());
    }
}

fn elements_take_bytes(shape: &StructShape, version: i16, flexible: bool) -> bool {
    let of_version = shape.fields.iter().filter(|field| field.versions.contains(version));
    of_version.map(|field| field.kind).all(|kind| match kind {
        Kind::Struct(nested) => elements_take_bytes(nested, version, flexible),
        Kind::Array(Kind::Struct(element)) => {
            let some_field = element.fields.iter().any(|field| field.versions.contains(version));
            (flexible || some_field) && elements_take_bytes(element, version, flexible)
        }
        Kind::Array(Kind::Array(_)) => false,
        _ => true,
    })
}

//! The only door to the message decoder: a message is walked over first, then decoded.
//!
//! The decoder behind reserves memory for whatever count it reads; eight bytes can ask it for 300 GB, which aborts the
//! process. The walk refuses every message whose counts and lengths do not fit what is left of it, allocates nothing,
//! and adds up what decoding will take. So a broker reads a request in two steps: [`check_request`], charge
//! [`CheckedRequest::decoded_bytes`] to a budget, then [`CheckedRequest::decode`].
//!
//! Bytes after the end of a message are ignored, as Kafka ignores them.

use bytes::Bytes;
use kafka_protocol::protocol::{Decodable, Message, Request};

use crate::error::WireError;
use crate::shape::MessageShape;
use crate::versions::codec_version;
use crate::walker::{Walk, walk};
use crate::{ApiKey, ResponseError};

/// A request body that has the shape of its API and version.
#[derive(Debug, Clone)]
pub struct CheckedRequest {
    api: ApiKey,
    version: i16,
    body: Bytes,
    decoded_bytes: usize,
}

/// Walks over a request body; takes no memory and, for each byte, a bounded time.
///
/// # Errors
/// The version does not exist, or the body departs from its shape. Kafka closes the connection on both.
pub fn check_request(api: ApiKey, version: i16, body: Bytes) -> Result<CheckedRequest, WireError> {
    let walked = check(api, version, &api.shape().request, &body)?;
    Ok(CheckedRequest { api, version, body, decoded_bytes: walked.decoded_bytes })
}

impl CheckedRequest {
    /// The API of the request.
    pub fn api(&self) -> ApiKey {
        self.api
    }

    /// The version of the request.
    pub fn version(&self) -> i16 {
        self.version
    }

    /// Bytes of memory that decoding will take beside the body itself, of which strings and records stay slices. An
    /// upper bound: ordinary requests decode to two or three times their size, hostile ones (nothing but empty elements
    /// or unknown tagged fields) are charged up to some two hundred times theirs.
    pub fn decoded_bytes(&self) -> usize {
        self.decoded_bytes
    }

    /// Decodes the request.
    ///
    /// # Errors
    /// A string is not UTF-8, or the message crate lacks the version.
    ///
    /// # Panics
    /// `R` is not the request type of this API.
    pub fn decode<R: Request>(self) -> Result<R, WireError> {
        assert_eq!(self.api as i16, R::KEY, "the request type belongs to another API");
        decode_checked(self.api, self.version, self.body)
    }
}

/// Checks and decodes a request body in one step, for callers without a budget.
pub fn decode_request<R: Request>(body: &mut Bytes, version: i16) -> Result<R, WireError> {
    check_request(ApiKey::try_from(R::KEY)?, version, std::mem::take(body))?.decode()
}

/// Checks and decodes the body of the response to a request of type `R`.
///
/// A broker that does not know the version of an ApiVersions request answers in version 0 with UNSUPPORTED_VERSION;
/// such an answer is recognised and decoded as version 0.
///
/// # Errors
/// The version does not exist, the body departs from its shape, or a string is not UTF-8.
pub fn decode_response<R: Request>(
    body: &mut Bytes,
    version: i16,
) -> Result<R::Response, WireError> {
    let api = ApiKey::try_from(R::KEY)?;
    let body = std::mem::take(body);
    let refused = api == ApiKey::ApiVersions && error_code_at_front(&body) == Some(UNSUPPORTED);
    let version = if refused { 0 } else { version };
    check(api, version, &api.shape().response, &body)?;
    decode_checked(api, version, body)
}

const UNSUPPORTED: ResponseError = ResponseError::UnsupportedVersion;

/// The error code that ApiVersions responses begin with, in every version.
fn error_code_at_front(body: &[u8]) -> Option<ResponseError> {
    body.first_chunk().and_then(|code| ResponseError::try_from_code(i16::from_be_bytes(*code)))
}

fn check(api: ApiKey, version: i16, shape: &MessageShape, body: &[u8]) -> Result<Walk, WireError> {
    if !shape.versions.contains(version) {
        return Err(WireError::UnsupportedVersion { api, version });
    }
    walk(shape, version, body).map_err(|error| WireError::Malformed { api, version, error })
}

/// Decodes what has been walked over. Nothing else in the workspace calls the crate's decoder.
fn decode_checked<M: Decodable + Message>(
    api: ApiKey,
    version: i16,
    mut body: Bytes,
) -> Result<M, WireError> {
    let codec = codec_version(api, version);
    if codec < M::VERSIONS.min || codec > M::VERSIONS.max {
        return Err(WireError::UnsupportedVersion { api, version });
    }
    M::decode(&mut body, codec).map_err(|error| WireError::Undecodable {
        api,
        version,
        reason: error.to_string(),
    })
}

//! Messages to whole frames: length, header, body.

use bytes::{BufMut, BytesMut};
use kafka_protocol::protocol::{Encodable, Message, Request};

use crate::error::WireError;
use crate::frame::LENGTH_PREFIX_BYTES;
use crate::header::encode_response_header;
use crate::messages::ApiVersionsResponse;
use crate::messages::api_versions_response::ApiVersion;
use crate::versions::codec_version;
use crate::{ApiKey, RequestHeader, ResponseError, StrBytes};

/// A response header: the correlation id and, in version 1, an empty list of tagged fields.
const RESPONSE_HEADER_BYTES_MAX: usize = 4 + 1;

/// A request header without the client id's text: key, version, correlation id, length of the client id and, in version
/// 2, an empty list of tagged fields.
const REQUEST_HEADER_BYTES_MAX: usize = 2 + 2 + 4 + 2 + 1;

/// The frame of a response, ready to be sent.
///
/// # Errors
/// The message crate lacks the version, or a value does not fit it (a null where none is allowed, a string over 32767
/// bytes, a field of other versions that is not at its default).
pub fn encode_response<M: Encodable + Message>(
    api: ApiKey,
    version: i16,
    correlation_id: i32,
    response: &M,
) -> Result<BytesMut, WireError> {
    let body_bytes = encoded_bytes(api, version, response)?;
    let mut frame = new_frame(RESPONSE_HEADER_BYTES_MAX + body_bytes)?;
    encode_response_header(api, version, correlation_id, &mut frame);
    encode_body(api, version, response, &mut frame)?;
    finish_frame(frame)
}

/// The frame of a request, ready to be sent.
///
/// # Errors
/// As [`encode_response`].
pub fn encode_request<R: Request>(
    version: i16,
    correlation_id: i32,
    client_id: &StrBytes,
    request: &R,
) -> Result<BytesMut, WireError> {
    let api = ApiKey::try_from(R::KEY)?;
    let header = RequestHeader { api, version, correlation_id, client_id: client_id.clone() };
    let header_bytes_max = REQUEST_HEADER_BYTES_MAX + client_id.len();
    let mut frame = new_frame(header_bytes_max + encoded_bytes(api, version, request)?)?;
    header.encode(&mut frame);
    encode_body(api, version, request, &mut frame)?;
    finish_frame(frame)
}

/// The frame that answers an ApiVersions request of a version that the broker does not have: version 0,
/// UNSUPPORTED_VERSION, and the range of ApiVersions itself, so that the client can ask again (KIP-511).
pub fn encode_unsupported_api_versions(correlation_id: i32) -> BytesMut {
    let supported = ApiKey::ApiVersions.versions();
    let range = ApiVersion::default()
        .with_api_key(ApiKey::ApiVersions as i16)
        .with_min_version(supported.low)
        .with_max_version(supported.high);
    let response = ApiVersionsResponse::default()
        .with_error_code(ResponseError::UnsupportedVersion.code())
        .with_api_keys(vec![range]);
    encode_response(ApiKey::ApiVersions, 0, correlation_id, &response)
        .expect("version 0 carries an error and a range")
}

/// Checks that the message crate has the version, and gives the length of the body.
fn encoded_bytes<M: Encodable + Message>(
    api: ApiKey,
    version: i16,
    message: &M,
) -> Result<usize, WireError> {
    let codec = codec_version(api, version);
    if codec < M::VERSIONS.min || codec > M::VERSIONS.max || !api.versions().contains(version) {
        return Err(WireError::UnsupportedVersion { api, version });
    }
    message.compute_size(codec).map_err(|error| WireError::Unencodable {
        api,
        version,
        reason: error.to_string(),
    })
}

fn encode_body<M: Encodable>(
    api: ApiKey,
    version: i16,
    message: &M,
    frame: &mut BytesMut,
) -> Result<(), WireError> {
    let encoded = message.encode(frame, codec_version(api, version));
    encoded.map_err(|error| WireError::Unencodable { api, version, reason: error.to_string() })
}

/// An empty frame with room for `bytes_max` and the length prefix, which is filled in at the end.
fn new_frame(bytes_max: usize) -> Result<BytesMut, WireError> {
    if i32::try_from(bytes_max).is_err() {
        return Err(WireError::FrameTooLarge(bytes_max));
    }
    let mut frame = BytesMut::with_capacity(LENGTH_PREFIX_BYTES + bytes_max);
    frame.put_bytes(0, LENGTH_PREFIX_BYTES);
    Ok(frame)
}

fn finish_frame(mut frame: BytesMut) -> Result<BytesMut, WireError> {
    let length = frame.len() - LENGTH_PREFIX_BYTES;
    let prefix = i32::try_from(length).map_err(|_| WireError::FrameTooLarge(length))?;
    frame[..LENGTH_PREFIX_BYTES].copy_from_slice(&prefix.to_be_bytes());
    Ok(frame)
}

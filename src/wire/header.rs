//! Request and response headers.
//!
//! Apache Kafka 4.3.1 knows request headers 1 (client id) and 2 (client id, tagged fields); header 0 went with the
//! requests that used it. A response header is the correlation id, in version 1 followed by tagged fields.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::error::ShapeFault;
use crate::walker::Cursor;
use crate::{ApiKey, StrBytes, WireError};

/// What stands before every request body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHeader {
    /// The API asked for.
    pub api: ApiKey,
    /// The version of the request, and of the response that answers it. Not checked: any number may stand here.
    pub version: i16,
    /// Chosen by the client; the response repeats it.
    pub correlation_id: i32,
    /// The client's name for itself, empty where it gives none. What is not UTF-8 in it is replaced, as in Kafka.
    pub client_id: StrBytes,
}

impl RequestHeader {
    /// Takes the header off the front of a frame; the request body stays.
    ///
    /// # Errors
    /// An unknown API key, or a malformed header: Kafka closes the connection. A version that does not exist is no
    /// error here: an ApiVersions request in one is answered, see
    /// [`encode_unsupported_api_versions`](crate::encode_unsupported_api_versions).
    pub fn decode(frame: &mut Bytes) -> Result<Self, WireError> {
        let fixed: [u8; 8] = *frame.first_chunk().ok_or(WireError::TruncatedHeader)?;
        let [key_high, key_low, version_high, version_low, correlation_id @ ..] = fixed;
        let key = i16::from_be_bytes([key_high, key_low]);
        let api = ApiKey::from_number(key).ok_or(WireError::UnknownApi(key))?;
        let version = i16::from_be_bytes([version_high, version_low]);
        frame.advance(fixed.len());
        let client_id = take_client_id(frame)?;
        if api.request_header_version(version) >= 2 {
            skip_tagged_fields(frame)?;
        }
        Ok(Self { api, version, correlation_id: i32::from_be_bytes(correlation_id), client_id })
    }

    /// Appends the header. The client id must be at most 32767 bytes long, what is more is cut off.
    pub fn encode(&self, out: &mut BytesMut) {
        out.put_i16(self.api as i16);
        out.put_i16(self.version);
        out.put_i32(self.correlation_id);
        let client_id = &self.client_id.as_bytes()[..self.client_id.len().min(i16::MAX as usize)];
        out.put_i16(client_id.len() as i16);
        out.put_slice(client_id);
        if self.api.request_header_version(self.version) >= 2 {
            out.put_u8(0);
        }
    }
}

/// The client id keeps its two-byte length in every header version; any negative length stands for null.
fn take_client_id(frame: &mut Bytes) -> Result<StrBytes, WireError> {
    let length = i16::from_be_bytes(*frame.first_chunk().ok_or(WireError::TruncatedHeader)?);
    frame.advance(2);
    let Ok(length) = usize::try_from(length) else { return Ok(StrBytes::new()) };
    if length > frame.len() {
        return Err(WireError::TruncatedHeader);
    }
    let bytes = frame.split_to(length);
    let readable = StrBytes::from_utf8(bytes.clone());
    Ok(readable
        .unwrap_or_else(|_| StrBytes::from_string(String::from_utf8_lossy(&bytes).into_owned())))
}

fn skip_tagged_fields(frame: &mut Bytes) -> Result<(), WireError> {
    let mut cursor = Cursor::new(frame);
    let skipped = cursor.skip_tagged_fields();
    skipped.map_err(|fault| match fault {
        ShapeFault::Truncated => WireError::TruncatedHeader,
        other => WireError::MalformedHeader(other),
    })?;
    let used = cursor.offset();
    frame.advance(used);
    Ok(())
}

/// Appends the header of a response to a request of `version`.
pub fn encode_response_header(api: ApiKey, version: i16, correlation_id: i32, out: &mut BytesMut) {
    out.put_i32(correlation_id);
    if api.response_header_version(version) >= 1 {
        out.put_u8(0);
    }
}

/// Takes the header off the front of a response frame and gives the correlation id.
pub fn decode_response_header(
    api: ApiKey,
    version: i16,
    frame: &mut Bytes,
) -> Result<i32, WireError> {
    let correlation_id =
        i32::from_be_bytes(*frame.first_chunk().ok_or(WireError::TruncatedHeader)?);
    frame.advance(4);
    if api.response_header_version(version) >= 1 {
        skip_tagged_fields(frame)?;
    }
    Ok(correlation_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &'static [u8]) -> Result<(RequestHeader, Bytes), WireError> {
        let mut frame = Bytes::from_static(bytes);
        RequestHeader::decode(&mut frame).map(|header| (header, frame))
    }

    #[test]
    fn header_version_1_ends_with_the_client_id() {
        let (header, body) = decode(b"\0\x03\0\x08\0\0\0\x07\0\x02mebody").expect("a header");
        assert_eq!((header.api, header.version), (ApiKey::Metadata, 8));
        assert_eq!((header.correlation_id, header.client_id.as_str()), (7, "me"));
        assert_eq!(body, &b"body"[..]);
    }

    #[test]
    fn header_version_2_skips_tagged_fields() {
        let (header, body) =
            decode(b"\0\x03\0\x09\0\0\0\x07\xff\xff\x02\x05\x01a\x00\x00body").expect("a header");
        assert_eq!(header.client_id.as_str(), "");
        assert_eq!(body, &b"body"[..]);
    }

    #[test]
    fn a_header_reads_back_what_it_wrote() {
        for (api, version) in [(ApiKey::Metadata, 1), (ApiKey::Metadata, 13), (ApiKey::Produce, 9)]
        {
            let client_id = StrBytes::from_static_str("client");
            let header = RequestHeader { api, version, correlation_id: -5, client_id };
            let mut out = BytesMut::new();
            header.encode(&mut out);
            let mut frame = out.freeze();
            assert_eq!(RequestHeader::decode(&mut frame), Ok(header));
            assert!(frame.is_empty());
        }
    }

    #[test]
    fn a_client_id_that_is_not_utf8_is_made_readable() {
        let (header, _) = decode(b"\0\x03\0\x08\0\0\0\x07\0\x02a\xff").expect("a header");
        assert_eq!(header.client_id.as_str(), "a\u{fffd}");
    }

    #[test]
    fn a_version_of_the_future_still_has_a_header() {
        let (header, _) = decode(b"\0\x12\0\x63\0\0\0\x07\0\0\0").expect("a header");
        assert_eq!((header.api, header.version), (ApiKey::ApiVersions, 99));
    }

    #[test]
    fn malformed_headers_are_refused() {
        assert_eq!(decode(b""), Err(WireError::TruncatedHeader));
        assert_eq!(decode(b"\0\x04\0\0\0\0\0\x07\0\0"), Err(WireError::UnknownApi(4)));
        assert_eq!(decode(b"\0\x03\0\x08\0\0\0\x07\0\x02a"), Err(WireError::TruncatedHeader));
        let too_many = ShapeFault::TooMany { announced: u32::MAX, left: 0 };
        assert_eq!(
            decode(b"\0\x03\0\x09\0\0\0\x07\0\0\xff\xff\xff\xff\x0f"),
            Err(WireError::MalformedHeader(too_many))
        );
    }
}

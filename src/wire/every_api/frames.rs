//! Whole frames, in and out.

use bytes::{Buf, Bytes, BytesMut};

use crate::frame::split_frame;
use crate::header::decode_response_header;
use crate::messages::{
    ApiVersionsRequest, ListOffsetsRequest, ListOffsetsResponse, MetadataRequest, MetadataResponse,
    WriteTxnMarkersRequest,
};
use crate::{
    ApiKey, RequestHeader, ResponseError, StrBytes, WireError, check_request, decode_request,
    decode_response, encode_request, encode_response, encode_unsupported_api_versions,
};

fn only_frame(mut bytes: BytesMut) -> Bytes {
    let frame = split_frame(&mut bytes, usize::MAX).expect("a valid length").expect("whole");
    assert!(bytes.is_empty());
    frame
}

#[test]
fn a_request_frame_reads_back() {
    let client_id = StrBytes::from_static_str("client");
    for version in ApiKey::Metadata.versions().iter() {
        let request = MetadataRequest::default();
        let mut frame =
            only_frame(encode_request(version, 7, &client_id, &request).expect("encodes"));
        let header = RequestHeader::decode(&mut frame).expect("a header");
        let api = ApiKey::Metadata;
        let client_id = client_id.clone();
        assert_eq!(header, RequestHeader { api, version, correlation_id: 7, client_id });
        assert_eq!(decode_request(&mut frame, version), Ok(request));
    }
}

#[test]
fn a_response_frame_reads_back() {
    for version in ApiKey::Metadata.versions().iter() {
        let response = MetadataResponse::default();
        let frame = encode_response(ApiKey::Metadata, version, 7, &response).expect("encodes");
        let mut frame = only_frame(frame);
        assert_eq!(decode_response_header(ApiKey::Metadata, version, &mut frame), Ok(7));
        let decoded = decode_response::<MetadataRequest>(&mut frame, version);
        assert_eq!(decoded, Ok(response));
    }
}

#[test]
fn api_versions_of_an_unknown_version_is_answered_in_version_0() {
    let mut frame = only_frame(encode_unsupported_api_versions(9));
    assert_eq!(&frame[..], b"\0\0\0\x09\0\x23\0\0\0\x01\0\x12\0\0\0\x04");
    frame.advance(4);
    let response = decode_response::<ApiVersionsRequest>(&mut frame, 4).expect("an answer");
    assert_eq!(response.error_code, ResponseError::UnsupportedVersion.code());
    assert_eq!(response.api_keys[0].max_version, 4);
}

#[test]
fn list_offsets_11_is_spoken_through_10() {
    let request = ListOffsetsRequest::default();
    let client_id = StrBytes::new();
    let mut frame = only_frame(encode_request(11, 1, &client_id, &request).expect("encodes"));
    let header = RequestHeader::decode(&mut frame).expect("a header");
    assert_eq!(header.version, 11);
    assert_eq!(decode_request(&mut frame, 11), Ok(request));
    let response = ListOffsetsResponse::default();
    let frame = encode_response(ApiKey::ListOffsets, 11, 1, &response).expect("encodes");
    let mut body = only_frame(frame).slice(5..);
    assert_eq!(decode_response::<ListOffsetsRequest>(&mut body, 11), Ok(response));
}

#[test]
fn versions_without_a_codec_are_refused() {
    let api = ApiKey::Metadata;
    let refused = |api, version| Err(WireError::UnsupportedVersion { api, version });
    assert_eq!(decode_request::<MetadataRequest>(&mut Bytes::new(), 14), refused(api, 14));
    assert_eq!(decode_request::<MetadataRequest>(&mut Bytes::new(), -1), refused(api, -1));
    let api = ApiKey::WriteTxnMarkers;
    let body = Bytes::from_static(&[1, 0]);
    let checked = check_request(api, 2, body).expect("version 2 has a shape");
    let decoded = checked.decode::<WriteTxnMarkersRequest>();
    assert_eq!(decoded, Err(WireError::UnsupportedVersion { api, version: 2 }));
    let encoded = encode_request(2, 1, &StrBytes::new(), &WriteTxnMarkersRequest::default());
    assert_eq!(encoded, Err(WireError::UnsupportedVersion { api, version: 2 }));
}

#[test]
fn a_string_that_is_not_utf8_is_an_error() {
    let mut body = Bytes::from_static(&[0, 0, 0, 1, 0, 1, 0xff]);
    let decoded = decode_request::<MetadataRequest>(&mut body, 0);
    assert!(matches!(decoded, Err(WireError::Undecodable { api: ApiKey::Metadata, .. })));
}

#[test]
fn a_checked_request_tells_what_decoding_will_take() {
    let body = Bytes::from_static(&[0, 0, 0, 2, 0, 1, b'a', 0, 1, b'b']);
    let checked = check_request(ApiKey::Metadata, 0, body).expect("valid");
    let topics = 2 * size_of::<crate::messages::metadata_request::MetadataRequestTopic>();
    assert!(checked.decoded_bytes() >= size_of::<MetadataRequest>() + topics);
    let request: MetadataRequest = checked.decode().expect("valid");
    assert_eq!(request.topics.map(|topics| topics.len()), Some(2));
}

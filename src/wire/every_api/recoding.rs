//! Decoding and encoding again, for every type of message alike.

use std::fmt::Debug;

use bytes::{Bytes, BytesMut};
use kafka_protocol::protocol::{Encodable, Message, Request, VersionRange};

use crate::shape::Versions;
use crate::versions::codec_version;
use crate::{ApiKey, WireError, decode_request, decode_response};

/// A decoded message, as text to compare and as bytes again.
#[derive(Debug, PartialEq)]
pub(crate) struct Recoded {
    pub(crate) text: String,
    pub(crate) bytes: BytesMut,
}

/// What tests ask of one API's messages.
pub(crate) struct Recoding {
    pub(crate) codec_versions: Versions,
    pub(crate) request_size: usize,
    pub(crate) response_size: usize,
    pub(crate) request: fn(i16, Bytes) -> Result<Recoded, WireError>,
    pub(crate) response: fn(i16, Bytes) -> Result<Recoded, WireError>,
    pub(crate) default_request: fn(i16) -> Result<Recoded, WireError>,
    pub(crate) default_response: fn(i16) -> Result<Recoded, WireError>,
}

pub(crate) fn recoding<R: Request + Debug + Default>() -> Recoding
where
    R::Response: Debug + Default,
{
    let VersionRange { min, max } = R::VERSIONS;
    Recoding {
        codec_versions: Versions::new(min, max),
        request_size: size_of::<R>(),
        response_size: size_of::<R::Response>(),
        request: |version, mut body| recoded::<R, R>(version, decode_request(&mut body, version)?),
        response: |version, mut body| {
            recoded::<R, R::Response>(version, decode_response::<R>(&mut body, version)?)
        },
        default_request: |version| recoded::<R, R>(version, R::default()),
        default_response: |version| recoded::<R, R::Response>(version, Default::default()),
    }
}

fn recoded<R: Request, M: Encodable + Message + Debug>(
    version: i16,
    message: M,
) -> Result<Recoded, WireError> {
    let api = ApiKey::try_from(R::KEY)?;
    let mut bytes = BytesMut::new();
    message
        .encode(&mut bytes, codec_version(api, version))
        .map_err(|error| WireError::Unencodable { api, version, reason: error.to_string() })?;
    Ok(Recoded { text: format!("{message:?}"), bytes })
}

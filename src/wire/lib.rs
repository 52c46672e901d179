//! The Kafka wire protocol: frames, versions, safe decoding, the fetch-response plan.
//!
//! ```text
//! bytes ▶ FrameReader ▶ RequestHeader ▶ CheckedRequest (walked over its shape) ▶ decode::<R>() ▶ messages::R
//! messages::Response ▶ encode_response ▶ frame        FetchResponse<T> ▶ plan ▶ parts, of which some are files
//! ```
//!
//! A peer's bytes are hostile ground: the crate that decodes messages trusts every count it reads. So the only door to
//! its decoder is here ([`decode`]), behind a walk over the message's [`shape`] that allocates nothing and tells what
//! decoding will cost. The shapes are generated from the schemas of Apache Kafka 4.3.1 (`tests/interop/generator`).
//! Nobody else names that crate: its messages are re-exported as [`messages`].

mod api;
pub mod decode;
pub mod encode;
pub mod error;
pub mod fetch_response;
pub mod frame;
mod generated;
pub mod header;
mod own;
pub mod shape;
pub mod versions;
mod walker;

#[cfg(any(test, feature = "fuzz"))]
mod dispatch;
#[cfg(any(test, feature = "fuzz"))]
pub use dispatch::{fuzz_request, fuzz_response};
#[cfg(test)]
mod every_api;

pub use decode::{CheckedRequest, check_request, decode_request, decode_response};
pub use encode::{encode_request, encode_response, encode_unsupported_api_versions};
pub use error::{FrameError, ShapeError, WireError};
pub use generated::ApiKey;
pub use header::RequestHeader;

/// The requests and responses of every API, with their nested structs in modules of their own.
pub mod messages {
    pub use kafka_protocol::messages::*;

    pub use crate::own::describe_log_dirs::{
        self, DescribeLogDirsRequest, DescribeLogDirsResponse,
    };
    pub use crate::own::offset_commit::{self, OffsetCommitRequest, OffsetCommitResponse};
    pub use crate::own::offset_fetch::{self, OffsetFetchRequest, OffsetFetchResponse};
}

pub use kafka_protocol::error::ResponseError;
pub use kafka_protocol::protocol::{Encodable, Message, Request, StrBytes};
pub use uuid::Uuid;

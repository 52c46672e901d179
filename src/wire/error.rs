//! What can be wrong with bytes from a peer, and with messages to one.

use thiserror::Error;

use crate::ApiKey;

/// A length prefix that no frame can have. The connection is closed: what follows cannot be made sense of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FrameError {
    /// Kafka reads the length as a signed number.
    #[error("frame length {0} is negative")]
    Negative(i32),
    /// The peer announces more than the receiver takes (`socket.request.max.bytes` on a broker).
    #[error("frame of {length} bytes is larger than the allowed {max} bytes")]
    TooLarge {
        /// The announced length in bytes, without the prefix.
        length: usize,
        /// The largest length allowed, in bytes.
        max: usize,
    },
}

/// Where a message departs from its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("field {field} at byte {offset}: {fault}")]
pub struct ShapeError {
    /// Kafka's name of the field.
    pub field: &'static str,
    /// How far into the message body the fault lies, in bytes.
    pub offset: usize,
    /// What is wrong.
    pub fault: ShapeFault,
}

/// How a message departs from its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ShapeFault {
    /// The message ends within the field.
    #[error("the message ends here")]
    Truncated,
    /// The fifth byte of a varint says that a sixth follows.
    #[error("a varint is longer than five bytes")]
    MalformedVarint,
    /// A count or a length that the bytes left cannot hold.
    #[error("{announced} announced where {left} bytes are left")]
    TooMany {
        /// Elements of an array, or bytes of a string.
        announced: u32,
        /// Bytes left in the message.
        left: usize,
    },
    /// A count or a length below -1, which stands for null.
    #[error("length {0} is negative")]
    NegativeLength(i32),
    /// A string over Kafka's limit of 32767 bytes.
    #[error("a string of {0} bytes is longer than 32767 bytes")]
    StringTooLong(u32),
    /// Null, in a version in which the field cannot be null.
    #[error("null is not allowed here")]
    NullNotAllowed,
    /// The byte before a nullable struct is neither 1 (present) nor negative (null).
    #[error("{0} says neither that a struct is present nor that it is null")]
    StructMarker(i8),
    /// A tagged field that other versions have.
    #[error("tagged field {tag} does not exist in version {version}")]
    TagNotInVersion {
        /// The field's number.
        tag: u32,
        /// The version of the message.
        version: i16,
    },
    /// A tagged field whose value is shorter than its announced size.
    #[error("tagged field {tag} has {left} bytes after its value")]
    TagTooLong {
        /// The field's number.
        tag: u32,
        /// Bytes after the value.
        left: usize,
    },
}

/// Why a message cannot be decoded or encoded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WireError {
    /// The API key is none of Apache Kafka 4.3.1, or one of which no version is left.
    #[error("unknown api key {0}")]
    UnknownApi(i16),
    /// The version does not exist, or has no codec here.
    #[error("{} version {version} is not supported", api.name())]
    UnsupportedVersion {
        /// The API asked for.
        api: ApiKey,
        /// The version asked for.
        version: i16,
    },
    /// The frame ends within the request or response header.
    #[error("the frame ends within its header")]
    TruncatedHeader,
    /// The header's tagged fields or client id are malformed.
    #[error("malformed header: {0}")]
    MalformedHeader(ShapeFault),
    /// The body departs from its shape.
    #[error("malformed {} version {version}: {error}", api.name())]
    Malformed {
        /// The API of the message.
        api: ApiKey,
        /// The version of the message.
        version: i16,
        /// Where and how.
        error: ShapeError,
    },
    /// The body has the right shape, but a value in it is refused (a string that is not UTF-8).
    #[error("undecodable {} version {version}: {reason}", api.name())]
    Undecodable {
        /// The API of the message.
        api: ApiKey,
        /// The version of the message.
        version: i16,
        /// The decoder's own words.
        reason: String,
    },
    /// The message holds a value that this version cannot carry.
    #[error("{} version {version} cannot be encoded: {reason}", api.name())]
    Unencodable {
        /// The API of the message.
        api: ApiKey,
        /// The version of the message.
        version: i16,
        /// The encoder's own words.
        reason: String,
    },
    /// A frame's length must fit a signed 32-bit number.
    #[error("a frame of {0} bytes is too large to send")]
    FrameTooLarge(usize),
}

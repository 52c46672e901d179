//! What can go wrong between a client and its brokers.

use std::fmt;
use std::io;
use std::time::Duration;

use kabuki_records::builder::BuildError;
use kabuki_records::legacy::LegacyError;
use kabuki_records::reader::ReadError;
use kabuki_wire::{ApiKey, FrameError, ResponseError, WireError};
use thiserror::Error;

/// An error code in a broker's answer, with the broker's own words where it gave some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerError {
    /// The code.
    pub error: ResponseError,
    /// What the broker said about it.
    pub message: Option<String>,
}

impl BrokerError {
    /// `Err` unless the code is 0.
    pub fn check(code: i16, message: Option<&str>) -> Result<(), Self> {
        let message = message.filter(|text| !text.is_empty()).map(str::to_owned);
        match ResponseError::try_from_code(code) {
            Some(error) => Err(Self { error, message }),
            None => Ok(()),
        }
    }

    /// The error's name in Kafka's documentation, for example `UNKNOWN_TOPIC_OR_PARTITION`.
    pub fn name(&self) -> String {
        match self.error {
            ResponseError::Unknown(code) => format!("error code {code}"),
            error => upper_snake_case(&error.to_string()),
        }
    }
}

impl From<ResponseError> for BrokerError {
    fn from(error: ResponseError) -> Self {
        Self { error, message: None }
    }
}

impl std::error::Error for BrokerError {}

impl fmt::Display for BrokerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())?;
        self.message.as_ref().map_or(Ok(()), |message| write!(f, ": {message}"))
    }
}

fn upper_snake_case(camel_case: &str) -> String {
    let mut name = String::with_capacity(camel_case.len() + 8);
    for letter in camel_case.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

/// Why the bytes of an answer give no records.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnreadableRecords {
    /// They are no batch, or not what its codec writes.
    #[error(transparent)]
    Batch(#[from] ReadError),
    /// They are no message of the formats before batches.
    #[error(transparent)]
    Message(#[from] LegacyError),
    /// They are damaged.
    #[error("wrong CRC")]
    WrongCrc,
}

/// Why a request has no (good) answer.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The client was given no address to begin with.
    #[error("no bootstrap server is given")]
    NoBootstrapServer,
    /// None of the bootstrap servers answers; the last one's error is the source.
    #[error("no broker answers at {servers}: {last}")]
    NoBroker {
        /// The bootstrap servers, comma separated.
        servers: String,
        /// What the last one failed with.
        last: Box<ClientError>,
    },
    /// The TCP connection cannot be made.
    #[error("cannot connect to {address}: {source}")]
    Connect {
        /// Host and port.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// The connection broke.
    #[error("connection to {address} broke: {source}")]
    Io {
        /// Host and port.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// The broker closed the connection: it went away, or does not accept what it was sent.
    #[error("{address} closed the connection")]
    Closed {
        /// Host and port.
        address: String,
    },
    /// No answer in time.
    #[error("no answer from {address} within {} ms", after.as_millis())]
    Timeout {
        /// Host and port.
        address: String,
        /// How long was waited.
        after: Duration,
    },
    /// More requests under way on one connection than allowed.
    #[error("{max} requests are under way to {address} already")]
    TooManyInFlight {
        /// Host and port.
        address: String,
        /// The limit.
        max: usize,
    },
    /// A response was asked for whose turn is over, or that belongs to another connection.
    #[error("the response is not due on the connection to {address}")]
    NotDue {
        /// Host and port.
        address: String,
    },
    /// The broker answered a request that was not made.
    #[error("{address} answered request {got} where {expected} was due")]
    Correlation {
        /// Host and port.
        address: String,
        /// The correlation id that was due.
        expected: i32,
        /// The one that came.
        got: i32,
    },
    /// The broker has no version of the API that this client has.
    #[error("{address} does not support {} in a version that is needed here", api.name())]
    Unsupported {
        /// The API.
        api: ApiKey,
        /// Host and port.
        address: String,
    },
    /// A length prefix that cannot be.
    #[error("{address} sent what is no frame: {source}")]
    Frame {
        /// Host and port.
        address: String,
        /// What is wrong with it.
        source: FrameError,
    },
    /// A message cannot be encoded or decoded.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// An answer lacks what was asked for.
    #[error("the answer to {} says nothing of {what}", api.name())]
    Incomplete {
        /// The API.
        api: ApiKey,
        /// What is missing.
        what: String,
    },
    /// The broker refused.
    #[error("{what}: {source}")]
    Broker {
        /// What was asked for, for example a partition.
        what: String,
        /// The broker's answer.
        source: BrokerError,
    },
    /// The cluster has no broker that leads the partition or answers under this id, at the moment.
    #[error("{0} has no leader that can be reached")]
    NoLeader(String),
    /// The topic has no partition of this number.
    #[error("topic '{topic}' has no partition {partition}")]
    NoPartition {
        /// The topic.
        topic: String,
        /// The number.
        partition: i32,
    },
    /// Records do not make a batch.
    #[error("cannot make a batch: {0}")]
    Build(#[from] BuildError),
    /// What was fetched cannot be read.
    #[error("cannot read the records of {what}: {source}")]
    Read {
        /// The partition and offset.
        what: String,
        /// Why.
        source: UnreadableRecords,
    },
}

impl ClientError {
    pub(crate) fn broker(what: impl Into<String>, error: impl Into<BrokerError>) -> Self {
        Self::Broker { what: what.into(), source: error.into() }
    }

    /// Whether the same request may succeed later or elsewhere: the connection broke, or the broker says so.
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::Broker { source, .. } => source.error.is_retriable(),
            Self::NoBroker { last, .. } => last.is_retriable(),
            Self::NoLeader(_) => true,
            _ => self.is_connection_lost(),
        }
    }

    /// Whether the connection is of no more use.
    pub fn is_connection_lost(&self) -> bool {
        matches!(
            self,
            Self::Connect { .. }
                | Self::Io { .. }
                | Self::Closed { .. }
                | Self::Timeout { .. }
                | Self::Correlation { .. }
                | Self::Frame { .. }
        )
    }

    /// The error code, where a broker gave one.
    pub fn code(&self) -> Option<ResponseError> {
        match self {
            Self::Broker { source, .. } => Some(source.error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_reads_as_in_kafkas_documentation() {
        let refused = BrokerError::check(3, None).expect_err("3 is an error");
        assert_eq!(refused.to_string(), "UNKNOWN_TOPIC_OR_PARTITION");
        let refused = BrokerError::check(17, Some("too long")).expect_err("17 is an error");
        assert_eq!(refused.to_string(), "INVALID_TOPIC_EXCEPTION: too long");
        let refused = BrokerError::check(9999, Some("")).expect_err("9999 is an error");
        assert_eq!(refused.to_string(), "error code 9999");
        assert_eq!(BrokerError::check(0, Some("all is well")), Ok(()));
    }
}

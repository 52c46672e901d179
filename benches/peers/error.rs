//! What can go wrong while measuring. Every error ends the run: a figure of a failed load would be worth nothing.

use std::io;

use kabuki_client::ClientError;
use kabuki_records::builder::BuildError;
use kabuki_records::reader::ReadError;
use kabuki_wire::{FrameError, ResponseError, WireError};
use thiserror::Error;

/// Why there is no figure.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// The system refused.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        source: io::Error,
    },
    /// A broker did not do what it was asked to through the client.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A message cannot be encoded or decoded.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// A length prefix that cannot be.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// Records do not make a batch.
    #[error("cannot make a batch: {0}")]
    Build(#[from] BuildError),
    /// What was fetched is no row of batches.
    #[error("cannot read what was fetched: {0}")]
    Read(#[from] ReadError),
    /// A broker answered a request of the load with an error.
    #[error("{what} was answered with {error}")]
    Refused {
        /// The request.
        what: String,
        /// The broker's error.
        error: ResponseError,
    },
    /// Everything else, in words.
    #[error("{0}")]
    Failed(String),
}

impl Error {
    /// Says what was tried when the system refused.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    /// As [`Error::io`], for the errors of direct system calls.
    pub(crate) fn system(what: impl Into<String>) -> impl FnOnce(rustix::io::Errno) -> Self {
        let what = what.into();
        move |errno| Self::Io { what, source: errno.into() }
    }

    /// `Err` unless the code is 0.
    pub(crate) fn check(what: &str, code: i16) -> Result<()> {
        match ResponseError::try_from_code(code) {
            Some(error) => Err(Self::Refused { what: what.to_owned(), error }),
            None => Ok(()),
        }
    }
}

/// The outcome of everything here.
pub(crate) type Result<T> = std::result::Result<T, Error>;

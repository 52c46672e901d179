//! How commands fail.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use kabuki_actors::StartError;
use kabuki_client::{BrokerError, ClientError};
use kabuki_config::ConfigErrors;
use thiserror::Error;

/// What was asked for makes no sense.
const EXIT_USAGE: u8 = 2;

/// Why a command did not do what it was asked.
#[derive(Debug, Error)]
pub(crate) enum CliError {
    /// The arguments do not fit each other, or the input is not in the format that they name.
    #[error("{0}")]
    Usage(String),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// The broker does not start.
    #[error("kabuki does not start: {0}")]
    Start(#[from] StartError),
    /// The broker refused, or cannot be reached.
    #[error("{0}")]
    Client(#[from] ClientError),
    /// Reading the input or writing the output failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A file cannot be used.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Anything else.
    #[error("{0}")]
    Failed(String),
    /// A process that was started said why it ended, and with which exit code.
    #[error("{message}")]
    Child {
        /// What it said.
        message: String,
        /// Its exit code.
        code: u8,
    },
}

impl CliError {
    /// Says what is wrong, on standard error, and gives the exit code. A reader of the output that has seen enough
    /// (`| head`) is no failure.
    pub(crate) fn report(self) -> ExitCode {
        if matches!(&self, Self::Io(error) if error.kind() == io::ErrorKind::BrokenPipe) {
            return ExitCode::SUCCESS;
        }
        // Nobody may be listening there either.
        let _ = io::Write::write_fmt(&mut io::stderr(), format_args!("{self}\n"));
        ExitCode::from(self.exit_code())
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Config(_) => EXIT_USAGE,
            Self::Start(StartError::LogDir(_)) => EXIT_USAGE,
            Self::Child { code, .. } => *code,
            _ => 1,
        }
    }
}

/// What a broker said, or the error's name where it said nothing.
pub(crate) fn words_of(error: &BrokerError) -> String {
    error.message.clone().unwrap_or_else(|| error.name())
}

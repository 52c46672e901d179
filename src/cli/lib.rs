//! The command line.

use std::process::ExitCode;

/// Parses the arguments of this process, does what they ask, and returns the exit code.
pub fn run() -> ExitCode {
    ExitCode::SUCCESS
}

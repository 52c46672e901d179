//! The log: lines on standard error.

use std::io::{IsTerminal, stderr};

use kabuki_config::broker::{KabukiConfig, LogFormat};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use crate::error::CliError;

/// Sets the log up by `kabuki.log.format` and `kabuki.log.level`.
pub(super) fn start(config: &KabukiConfig) -> Result<(), CliError> {
    let filter = filter(&config.log_level).map_err(|error| {
        CliError::Usage(format!("kabuki.log.level = {}: {error}", config.log_level))
    })?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    let started: Result<(), TryInitError> = match config.log_format {
        LogFormat::Text => log.with_ansi(stderr().is_terminal()).finish().try_init(),
        LogFormat::Json => log.json().finish().try_init(),
    };
    started.map_err(|error| CliError::Failed(format!("the log cannot be set up: {error}")))
}

/// A level alone holds for Kabuki; the ops endpoint's HTTP server then speaks of its threads only when they fail.
fn filter(level: &str) -> Result<EnvFilter, ParseError> {
    let is_level_alone = !level.contains(['=', ',']);
    EnvFilter::try_new(if is_level_alone {
        format!("{level},actix_server=warn")
    } else {
        level.to_owned()
    })
}

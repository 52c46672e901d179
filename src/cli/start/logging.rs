//! The log: lines on standard error.

use std::io::{IsTerminal, stderr};

use kabuki_actors::loggers::{LogLevel, LogLevels, Loggers, ROOT};
use kabuki_config::broker::{KabukiConfig, LogFormat};
use tracing_subscriber::filter::{LevelFilter, ParseError, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{fmt, registry, reload};

use crate::error::CliError;

/// Sets the log up by `kabuki.log.format` and `kabuki.log.level`; its levels can be changed afterwards.
pub(super) fn start(config: &KabukiConfig) -> Result<Loggers, CliError> {
    let targets = targets(&config.log_level).map_err(|error| {
        CliError::Usage(format!("kabuki.log.level = {}: {error}", config.log_level))
    })?;
    let levels = levels(&targets);
    let (filter, handle) = reload::Layer::new(targets);
    let lines = fmt::layer().with_writer(stderr);
    let registry = registry().with(filter);
    let started: Result<(), TryInitError> = match config.log_format {
        LogFormat::Text => registry.with(lines.with_ansi(stderr().is_terminal())).try_init(),
        LogFormat::Json => registry.with(lines.json()).try_init(),
    };
    started.map_err(|error| CliError::Failed(format!("the log cannot be set up: {error}")))?;
    Ok(Loggers::new(levels, move |levels| {
        // It fails only when the log is gone, and with it the process.
        let _ = handle.reload(targets_of(levels));
    }))
}

/// A level alone holds for Kabuki; the ops endpoint's HTTP server then speaks of its threads only when they fail.
fn targets(level: &str) -> Result<Targets, ParseError> {
    let is_level_alone = !level.contains(['=', ',']);
    if is_level_alone { format!("{level},actix_server=warn").parse() } else { level.parse() }
}

fn levels(targets: &Targets) -> LogLevels {
    let root = targets.default_level().map_or(LogLevel::Off, level);
    let own = targets.iter().map(|(target, filter)| (target.to_owned(), level(filter)));
    own.chain([(ROOT.to_owned(), root)]).collect()
}

fn targets_of(levels: &LogLevels) -> Targets {
    let root = levels.get(ROOT).map_or(LevelFilter::INFO, |level| filter(*level));
    let own = levels.iter().filter(|(name, _)| *name != ROOT);
    Targets::new().with_default(root).with_targets(own.map(|(name, level)| (name, filter(*level))))
}

fn level(filter: LevelFilter) -> LogLevel {
    match filter {
        LevelFilter::OFF => LogLevel::Off,
        LevelFilter::ERROR => LogLevel::Error,
        LevelFilter::WARN => LogLevel::Warn,
        LevelFilter::INFO => LogLevel::Info,
        LevelFilter::DEBUG => LogLevel::Debug,
        LevelFilter::TRACE => LogLevel::Trace,
    }
}

fn filter(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Fatal | LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_and_written() {
        let alone = levels(&targets("debug").expect("a level"));
        assert_eq!((alone[ROOT], alone["actix_server"]), (LogLevel::Debug, LogLevel::Warn));
        let many = targets("warn,kabuki_log=trace,hyper=off").expect("directives");
        let expected =
            [("hyper", LogLevel::Off), ("kabuki_log", LogLevel::Trace), (ROOT, LogLevel::Warn)];
        let expected = expected.map(|(name, level)| (name.to_owned(), level));
        assert_eq!(levels(&many), expected.into());
        assert_eq!(levels(&targets_of(&levels(&many))), levels(&many));
        assert!(targets("loud,kabuki=x").is_err());
    }
}

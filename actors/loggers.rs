//! Levels of the log, part by part, changed while the broker runs (KIP-412). A restart forgets the changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kabuki_metadata::controller::{IncrementalChange, IncrementalOperation, unknown_operation};
use kabuki_metadata::image::ResourceType;
use kabuki_metadata::{AdminError, ErrorKind};

/// The name of what has no other logger.
pub const ROOT: &str = "root";

/// The loggers that are shown and can be set, sorted: where the lines of the log come from. A logger without a level of
/// its own has that of the longest name which its own begins with, or the root's.
pub const LOGGERS: [(&str, &str); 15] = [
    ("actix_server", "The HTTP server of the ops endpoint."),
    ("kabuki", "Everything of Kabuki's own."),
    ("kabuki_actors", "All actors."),
    ("kabuki_actors::complaints", "What clients do wrong."),
    ("kabuki_actors::controller", "Changes of the cluster."),
    ("kabuki_actors::live", "Configuration at run time."),
    ("kabuki_actors::network", "Connections and requests."),
    ("kabuki_actors::ops", "The ops endpoint."),
    ("kabuki_actors::partition", "Partitions."),
    ("kabuki_actors::process", "Starting and stopping."),
    ("kabuki_actors::retention", "What is removed from the disk."),
    ("kabuki_actors::supervision", "How actors end and come back."),
    ("kabuki_cli", "The command itself."),
    ("kabuki_log", "Logs on the disk."),
    (ROOT, "Everything that has no other logger."),
];

/// What comes from a logger, in a sentence.
pub fn doc_of(name: &str) -> Option<&'static str> {
    LOGGERS.iter().find(|(logger, _)| *logger == name).map(|(_, doc)| *doc)
}

/// Kafka's levels. There are no lines of level FATAL: it shows what ERROR shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Nothing. Only the start can ask for it.
    Off,
    /// See [`LogLevel`].
    Fatal,
    /// Errors.
    Error,
    /// And warnings.
    Warn,
    /// And what operators like to know.
    Info,
    /// And what helps to find faults.
    Debug,
    /// Everything.
    Trace,
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "OFF",
            Self::Fatal => "FATAL",
            Self::Error => "ERROR",
            Self::Warn => "WARN",
            Self::Info => "INFO",
            Self::Debug => "DEBUG",
            Self::Trace => "TRACE",
        })
    }
}

impl FromStr for LogLevel {
    type Err = ();

    /// Reads what a client may set: no other spelling, and not OFF.
    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::Fatal, Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];
        all.into_iter().find(|level| level.to_string() == text).ok_or(())
    }
}

/// The level of each logger that has one of its own; the root always has.
pub type LogLevels = BTreeMap<String, LogLevel>;

/// The loggers of this process.
pub struct Loggers {
    levels: Mutex<LogLevels>,
    apply: Box<dyn Fn(&LogLevels) + Send + Sync>,
}

impl Loggers {
    /// Loggers with these levels; `apply` has the log follow others.
    pub fn new(mut levels: LogLevels, apply: impl Fn(&LogLevels) + Send + Sync + 'static) -> Self {
        levels.entry(ROOT.to_owned()).or_insert(LogLevel::Info);
        Self { levels: Mutex::new(levels), apply: Box::new(apply) }
    }

    /// Loggers that nobody listens to.
    pub fn unheard() -> Self {
        Self::new(LogLevels::new(), |_| {})
    }

    fn levels(&self) -> MutexGuard<'_, LogLevels> {
        self.levels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All loggers with their levels, sorted by name.
    pub(crate) fn list(&self) -> Vec<(String, LogLevel)> {
        let levels = self.levels();
        let level = |name: String| {
            let level = level_of(&levels, &name);
            (name, level)
        };
        names(&levels).into_iter().map(level).collect()
    }

    /// Sets and takes away levels, all or none; changes nothing when it is only to validate.
    ///
    /// Refusals: a logger that there is not, a level that there is not (INVALID_CONFIG); taking the root's away, and
    /// anything but SET and DELETE (INVALID_REQUEST).
    pub(crate) fn alter(
        &self,
        changes: &[IncrementalChange],
        validate_only: bool,
    ) -> Result<(), AdminError> {
        let mut levels = self.levels();
        let known = names(&levels);
        let mut wanted = levels.clone();
        for change in changes {
            match new_level(change, &known)? {
                Some(level) => drop(wanted.insert(change.key.clone(), level)),
                None => drop(wanted.remove(&change.key)),
            }
        }
        if !validate_only {
            (self.apply)(&wanted);
            *levels = wanted;
        }
        Ok(())
    }
}

fn names(levels: &LogLevels) -> BTreeSet<String> {
    LOGGERS.iter().map(|(name, _)| (*name).to_owned()).chain(levels.keys().cloned()).collect()
}

fn level_of(levels: &LogLevels, name: &str) -> LogLevel {
    let others = levels.iter().filter(|(other, _)| *other != ROOT && name.starts_with(*other));
    let longest = others.max_by_key(|(other, _)| other.len()).filter(|_| name != ROOT);
    let level = longest.map(|(_, level)| *level).or_else(|| levels.get(ROOT).copied());
    level.unwrap_or(LogLevel::Info)
}

fn new_level(
    change: &IncrementalChange,
    known: &BTreeSet<String>,
) -> Result<Option<LogLevel>, AdminError> {
    let refuse = |kind, message: String| Err(AdminError::new(kind, message));
    let name = &change.key;
    match change.operation {
        IncrementalOperation::Unknown(number) => {
            Err(unknown_operation(ResourceType::BROKER_LOGGER, number))
        }
        IncrementalOperation::Append | IncrementalOperation::Subtract => {
            refuse(ErrorKind::InvalidRequest, "log levels are set and deleted only".to_owned())
        }
        _ if !known.contains(name) => {
            refuse(ErrorKind::InvalidConfig, format!("there is no logger {name}"))
        }
        IncrementalOperation::Delete if name == ROOT => {
            refuse(ErrorKind::InvalidRequest, "the root logger must have a level".to_owned())
        }
        IncrementalOperation::Delete => Ok(None),
        IncrementalOperation::Set => match change.value.as_deref().unwrap_or_default().parse() {
            Ok(level) => Ok(Some(level)),
            Err(()) => {
                let levels = "DEBUG, ERROR, FATAL, INFO, TRACE, WARN";
                refuse(
                    ErrorKind::InvalidConfig,
                    format!("the level of {name} must be one of {levels}"),
                )
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn change(operation: IncrementalOperation, name: &str, value: &str) -> IncrementalChange {
        IncrementalChange { key: name.to_owned(), operation, value: Some(value.to_owned()) }
    }

    fn set(name: &str, value: &str) -> IncrementalChange {
        change(IncrementalOperation::Set, name, value)
    }

    fn level(loggers: &Loggers, name: &str) -> String {
        let found = loggers.list().into_iter().find(|(found, _)| found == name);
        found.expect("it is listed").1.to_string()
    }

    #[test]
    fn a_logger_has_its_own_level_or_that_of_what_it_belongs_to() {
        assert!(LOGGERS.is_sorted_by(|a, b| a.0 < b.0));
        let applied = Arc::new(Mutex::new(LogLevels::new()));
        let heard = applied.clone();
        let start = LogLevels::from([("noisy".to_owned(), LogLevel::Off)]);
        let loggers = Loggers::new(start, move |levels| *heard.lock().unwrap() = levels.clone());
        assert_eq!(
            (level(&loggers, "noisy"), level(&loggers, ROOT)),
            ("OFF".into(), "INFO".into())
        );
        let changes = [set("kabuki_actors", "DEBUG"), set(ROOT, "WARN")];
        loggers.alter(&changes, true).expect("good");
        assert_eq!(level(&loggers, ROOT), "INFO", "only validated");
        loggers.alter(&changes, false).expect("good");
        assert_eq!(level(&loggers, "kabuki_actors::network"), "DEBUG");
        assert_eq!(level(&loggers, "kabuki_log"), "WARN");
        assert_eq!(applied.lock().unwrap().len(), 3);
        let delete = change(IncrementalOperation::Delete, "kabuki_actors", "");
        loggers.alter(&[delete], false).expect("good");
        assert_eq!(level(&loggers, "kabuki_actors::network"), "WARN");
    }

    #[test]
    fn what_kafka_refuses_is_refused_and_nothing_changes() {
        let loggers = Loggers::new(LogLevels::new(), |_| panic!("nothing changes"));
        let cases = [
            (set("nobody", "INFO"), ErrorKind::InvalidConfig),
            (set(ROOT, "info"), ErrorKind::InvalidConfig),
            (set(ROOT, "OFF"), ErrorKind::InvalidConfig),
            (change(IncrementalOperation::Delete, ROOT, ""), ErrorKind::InvalidRequest),
            (change(IncrementalOperation::Delete, "nobody", ""), ErrorKind::InvalidConfig),
            (change(IncrementalOperation::Append, ROOT, "INFO"), ErrorKind::InvalidRequest),
            (change(IncrementalOperation::Unknown(9), ROOT, ""), ErrorKind::UnknownServerError),
        ];
        for (change, kind) in cases {
            let changes = [set("kabuki", "TRACE"), change];
            let refused = loggers.alter(&changes, false).expect_err("refused");
            assert_eq!(refused.kind, kind, "{changes:?}");
        }
    }
}

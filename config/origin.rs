//! Where a value comes from.

use std::fmt;
use std::path::PathBuf;

/// The place a value was set at; the order of the variants is their strength, weakest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody set it: Kafka's default, or Kabuki's for its own keys.
    Default,
    /// The profile inside the program, read when no file is given.
    Profile {
        /// Line of the profile, from 1.
        line: usize,
    },
    /// The properties file.
    File {
        /// Path as given.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
    },
    /// An environment variable.
    Environment {
        /// Its whole name, e.g. `KAFKA_LOG_DIRS`.
        name: String,
    },
    /// `--override key=value` of the command line.
    Override,
    /// Set while the broker runs, by a client, for one broker or for all.
    Dynamic,
}

impl Origin {
    /// Weak layers have small numbers.
    pub(crate) fn layer(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::Profile { .. } | Self::File { .. } => 1,
            Self::Environment { .. } => 2,
            Self::Override => 3,
            Self::Dynamic => 4,
        }
    }

    /// One line of text that [`Origin::decode`] reads back: the `config` crate keeps origins as text.
    pub(crate) fn encode(&self) -> String {
        match self {
            Self::Default => "default".to_owned(),
            Self::Profile { line } => format!("profile {line}"),
            Self::File { path, line } => format!("file {line} {}", path.display()),
            Self::Environment { name } => format!("environment {name}"),
            Self::Override => "override".to_owned(),
            Self::Dynamic => "dynamic".to_owned(),
        }
    }

    /// Reads what [`Origin::encode`] wrote; anything else is taken for a default.
    pub(crate) fn decode(text: &str) -> Self {
        let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
        match kind {
            "profile" => Self::Profile { line: rest.parse().unwrap_or(0) },
            "file" => {
                let (line, path) = rest.split_once(' ').unwrap_or((rest, ""));
                Self::File { path: PathBuf::from(path), line: line.parse().unwrap_or(0) }
            }
            "environment" => Self::Environment { name: rest.to_owned() },
            "override" => Self::Override,
            "dynamic" => Self::Dynamic,
            _ => Self::Default,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Profile { line } => write!(f, "embedded profile, line {line}"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment { name } => write!(f, "environment {name}"),
            Self::Override => f.write_str("--override"),
            Self::Dynamic => f.write_str("set at run time"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_origins_read_back() {
        for origin in [
            Origin::Default,
            Origin::Profile { line: 3 },
            Origin::File { path: "a dir/kafka server.properties".into(), line: 12 },
            Origin::Environment { name: "KAFKA_LOG_DIRS".into() },
            Origin::Override,
            Origin::Dynamic,
        ] {
            assert_eq!(Origin::decode(&origin.encode()), origin);
        }
    }
}

//! What is wrong with a configuration, and what is merely worth a word.

use std::fmt;

use crate::origin::Origin;

/// What a problem is about; tests and callers tell problems apart by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// A file cannot be read, or is not in properties syntax; an override has no `=`.
    Source,
    /// A value does not satisfy its key's type or rule.
    Value,
    /// A key must be set.
    Missing,
    /// Values do not fit each other.
    Conflict,
    /// A key asks for protection that Kabuki does not give yet.
    Protection,
    /// A key asks for more nodes than this one.
    Cluster,
}

/// One thing that keeps the broker from starting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it is about.
    pub kind: ProblemKind,
    /// The key, or the file.
    pub key: String,
    /// The value as written; `None` when there is none, or it must not be shown.
    pub value: Option<String>,
    /// Where the value was set; `None` when it was not.
    pub origin: Option<Origin>,
    /// What is wrong, e.g. `must be a number from 1 to 17`.
    pub problem: String,
    /// What to do about it; may be empty.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_head(f, &self.key, self.value.as_deref(), self.origin.as_ref())?;
        write!(f, ": {}", self.problem)?;
        if !self.remedy.is_empty() {
            write!(f, "\n    {}", self.remedy)?;
        }
        Ok(())
    }
}

/// Everything that keeps the broker from starting; the process exits with code 2. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<Problem>);

impl std::error::Error for ConfigErrors {}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("the configuration cannot be used:")?,
            count => write!(f, "the configuration cannot be used, for {count} reasons:")?,
        }
        for problem in &self.0 {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

/// Something the operator should know; the broker starts all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The key, or the environment variable.
    pub key: String,
    /// The value as written; `None` when it must not be shown.
    pub value: Option<String>,
    /// Where it was set.
    pub origin: Option<Origin>,
    /// What to know, e.g. `is known, but not effective yet`.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_head(f, &self.key, self.value.as_deref(), self.origin.as_ref())?;
        write!(f, ": {}", self.message)
    }
}

/// `key = value (origin)`, as much of it as there is.
fn write_head(
    f: &mut fmt::Formatter<'_>,
    key: &str,
    value: Option<&str>,
    origin: Option<&Origin>,
) -> fmt::Result {
    f.write_str(key)?;
    if let Some(value) = value {
        write!(f, " = {value}")?;
    }
    match origin {
        Some(origin) => write!(f, " ({origin})"),
        None => Ok(()),
    }
}

//! Kafka's text checkpoints: a version, a count, and so many lines.

use std::collections::BTreeMap;
use std::io;

use crate::dir::{Dir, read_small, replace_small};

/// The only version there is.
const VERSION: &str = "0";

/// Why a checkpoint file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// A version other than 0.
    #[error("unknown version of a checkpoint file")]
    UnknownVersion,
    /// Not the lines that were promised, or a line of another shape.
    #[error("malformed checkpoint file")]
    Malformed,
}

/// The lines after version and count, checked against the count.
pub(crate) fn lines(bytes: &[u8]) -> Result<Vec<&str>, CheckpointError> {
    let text = str::from_utf8(bytes).map_err(|_| CheckpointError::Malformed)?;
    let mut lines = text.lines();
    let version = lines.next().ok_or(CheckpointError::Malformed)?;
    if version.trim() != VERSION {
        return Err(CheckpointError::UnknownVersion);
    }
    let count = lines.next().and_then(|it| it.trim().parse::<usize>().ok());
    let lines: Vec<&str> = lines.filter(|it| !it.is_empty()).collect();
    if count != Some(lines.len()) {
        return Err(CheckpointError::Malformed);
    }
    Ok(lines)
}

/// Version, count and lines as a file's bytes.
pub(crate) fn to_bytes(lines: impl ExactSizeIterator<Item = String>) -> Vec<u8> {
    let mut text = format!("{VERSION}\n{}\n", lines.len());
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    text.into_bytes()
}

/// An offset per partition, as the checkpoint files of a log dir hold it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OffsetCheckpoint {
    /// Offsets by topic and partition.
    pub offsets: BTreeMap<(String, i32), i64>,
}

impl OffsetCheckpoint {
    /// Reads the text form; each line is `topic partition offset`.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let mut offsets = BTreeMap::new();
        for line in lines(bytes)? {
            let mut words = line.split_whitespace();
            let (Some(topic), Some(partition), Some(offset), None) =
                (words.next(), words.next(), words.next(), words.next())
            else {
                return Err(CheckpointError::Malformed);
            };
            let partition = partition.parse().map_err(|_| CheckpointError::Malformed)?;
            let offset = offset.parse().map_err(|_| CheckpointError::Malformed)?;
            offsets.insert((topic.to_owned(), partition), offset);
        }
        Ok(Self { offsets })
    }

    /// The text form.
    pub fn to_bytes(&self) -> Vec<u8> {
        let line = |((topic, partition), offset): (&(String, i32), &i64)| {
            format!("{topic} {partition} {offset}")
        };
        to_bytes(self.offsets.iter().map(line))
    }

    /// Reads the file; a missing one is empty.
    pub fn load(dir: &dyn Dir, name: &str) -> io::Result<Result<Self, CheckpointError>> {
        Ok(match read_small(dir, name)? {
            Some(bytes) => Self::parse(&bytes),
            None => Ok(Self::default()),
        })
    }

    /// Replaces the file; blocks until it is safe.
    pub fn store(&self, dir: &dyn Dir, name: &str) -> io::Result<()> {
        replace_small(dir, name, &self.to_bytes())
    }

    /// The offset of a partition.
    pub fn get(&self, topic: &str, partition: i32) -> Option<i64> {
        self.offsets.get(&(topic.to_owned(), partition)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_back() {
        let mut checkpoint = OffsetCheckpoint::default();
        checkpoint.offsets.insert(("orders".into(), 1), 42);
        checkpoint.offsets.insert(("orders".into(), 0), 7);
        assert_eq!(checkpoint.to_bytes(), b"0\n2\norders 0 7\norders 1 42\n");
        assert_eq!(OffsetCheckpoint::parse(&checkpoint.to_bytes()), Ok(checkpoint));
    }

    #[test]
    fn damage_is_an_error() {
        let parse = OffsetCheckpoint::parse;
        assert_eq!(parse(b""), Err(CheckpointError::Malformed));
        assert_eq!(parse(b"1\n0\n"), Err(CheckpointError::UnknownVersion));
        assert_eq!(parse(b"0\n2\na 0 1\n"), Err(CheckpointError::Malformed));
        assert_eq!(parse(b"0\n1\na 0\n"), Err(CheckpointError::Malformed));
        assert_eq!(parse(b"0\n1\na 0 x\n"), Err(CheckpointError::Malformed));
        assert_eq!(parse(&[0xff, 0xfe]), Err(CheckpointError::Malformed));
    }
}

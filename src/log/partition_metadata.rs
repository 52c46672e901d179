//! `partition.metadata`: which topic id a partition's directory belongs to.

use std::io;

use kabuki_records::kafka_id;
use uuid::Uuid;

use crate::dir::{Dir, Open, read_small, replace_small};

/// The file's name in the partition's directory.
pub const FILE: &str = "partition.metadata";

/// The version of the file's form.
const VERSION: &str = "0";

/// The topic id of a partition's directory; `None` when the file is missing, or not whole: a power loss may leave
/// it so, see [`begin`]. Another version is an `InvalidData` error.
pub fn load(dir: &dyn Dir) -> io::Result<Option<Uuid>> {
    let Some(bytes) = read_small(dir, FILE)? else { return Ok(None) };
    match parse(&bytes) {
        Some((VERSION, topic_id)) => Ok(kafka_id::from_text(topic_id)),
        Some((version, _)) => {
            let what = format!("unknown version {version} of {FILE}");
            Err(io::Error::new(io::ErrorKind::InvalidData, what))
        }
        None => Ok(None),
    }
}

/// Writes the file into a directory without one; a power loss may take it, or a part of it. The first flush of the
/// log makes it safe.
pub(crate) fn begin(dir: &dyn Dir, topic_id: Uuid) -> io::Result<()> {
    dir.open(FILE, Open::Truncated)?.write_all_at(text(topic_id).as_bytes(), 0)
}

/// Writes the file; blocks until it is safe.
pub fn store(dir: &dyn Dir, topic_id: Uuid) -> io::Result<()> {
    replace_small(dir, FILE, text(topic_id).as_bytes())
}

fn text(topic_id: Uuid) -> String {
    format!("version: {VERSION}\ntopic_id: {}", kafka_id::to_text(topic_id))
}

/// Version and topic id.
fn parse(bytes: &[u8]) -> Option<(&str, &str)> {
    let mut lines = str::from_utf8(bytes).ok()?.lines();
    let version = lines.next()?.strip_prefix("version:")?.trim();
    let topic_id = lines.next()?.strip_prefix("topic_id:")?.trim();
    Some((version, topic_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::sim::SimDisk;

    const ID: Uuid = Uuid::from_u128(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);

    /// What is read where these bytes stand.
    fn read(bytes: &[u8]) -> io::Result<Option<Uuid>> {
        let dir = SimDisk::new(1).root();
        dir.open(FILE, Open::Truncated)?.write_all_at(bytes, 0)?;
        load(dir.as_ref())
    }

    #[test]
    fn what_is_written_is_read() {
        let root = SimDisk::new(1).root();
        assert_eq!(load(root.as_ref()).expect("readable"), None);
        begin(root.as_ref(), ID).expect("written");
        assert_eq!(load(root.as_ref()).expect("readable"), Some(ID));
        let bytes = read_small(root.as_ref(), FILE).expect("readable").expect("there");
        assert_eq!(bytes, b"version: 0\ntopic_id: AQIDBAUGBwgJCgsMDQ4PEA");
    }

    #[test]
    fn a_torn_file_counts_as_missing() {
        let whole = text(ID);
        for len in 0..whole.len() {
            assert_eq!(read(&whole.as_bytes()[..len]).expect("no error"), None, "{len} bytes");
            let zeros = [&whole.as_bytes()[..len], &vec![0; whole.len() - len][..]].concat();
            assert_eq!(read(&zeros).expect("no error"), None, "zeros from {len} on");
        }
    }

    #[test]
    fn another_version_is_an_error() {
        let error = read(b"version: 1\ntopic_id: AQIDBAUGBwgJCgsMDQ4PEA").expect_err("unknown");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}

//! `partition.metadata`: which topic id a partition's directory belongs to.

use std::io;

use kabuki_records::kafka_id;
use uuid::Uuid;

use crate::dir::{Dir, read_small, replace_small};

/// The file's name in the partition's directory.
pub const FILE: &str = "partition.metadata";

/// The topic id of a partition's directory; `None` when the file is missing. A file of another shape is an
/// `InvalidData` error.
pub fn load(dir: &dyn Dir) -> io::Result<Option<Uuid>> {
    let Some(bytes) = read_small(dir, FILE)? else { return Ok(None) };
    let malformed = || io::Error::new(io::ErrorKind::InvalidData, "malformed partition.metadata");
    parse(&bytes).map(Some).ok_or_else(malformed)
}

/// Writes the file; blocks until it is safe.
pub fn store(dir: &dyn Dir, topic_id: Uuid) -> io::Result<()> {
    let text = format!("version: 0\ntopic_id: {}", kafka_id::to_text(topic_id));
    replace_small(dir, FILE, text.as_bytes())
}

fn parse(bytes: &[u8]) -> Option<Uuid> {
    let mut lines = str::from_utf8(bytes).ok()?.lines();
    let version = lines.next()?.strip_prefix("version:")?.trim();
    let topic_id = lines.next()?.strip_prefix("topic_id:")?.trim();
    (version == "0").then(|| kafka_id::from_text(topic_id))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_known_shape_is_read() {
        let id = Uuid::from_u128(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);
        let text = format!("version: 0\ntopic_id: {}", kafka_id::to_text(id));
        assert_eq!(parse(text.as_bytes()), Some(id));
        assert_eq!(parse(b"version: 1\ntopic_id: AQIDBAUGBwgJCgsMDQ4PEA"), None);
        assert_eq!(parse(b"version: 0\n"), None);
    }
}

//! Names of files and directories, as Kafka writes them.

use uuid::Uuid;

/// Suffix of a segment's record batches.
pub const LOG_SUFFIX: &str = ".log";
/// Suffix of a segment's offset index.
pub const INDEX_SUFFIX: &str = ".index";
/// Suffix of a segment's time index.
pub const TIME_INDEX_SUFFIX: &str = ".timeindex";
/// Suffix of a segment's index of aborted transactions.
pub const TXN_INDEX_SUFFIX: &str = ".txnindex";
/// Suffix of a snapshot of the producers' state.
pub const SNAPSHOT_SUFFIX: &str = ".snapshot";
/// Suffix of a file that waits to be unlinked.
pub const DELETED_SUFFIX: &str = ".deleted";
/// Suffix of a file that compaction is still writing.
pub const CLEANED_SUFFIX: &str = ".cleaned";
/// Suffix of a file that compaction has written and that is to take its segment's place.
pub const SWAP_SUFFIX: &str = ".swap";
/// Suffix of a directory whose partition is deleted.
pub const DELETE_DIR_SUFFIX: &str = "-delete";
/// Suffix of a directory that will replace one in another log dir.
pub const FUTURE_DIR_SUFFIX: &str = "-future";
/// Suffix of a directory that belongs to no partition of this broker.
pub const STRAY_DIR_SUFFIX: &str = "-stray";
/// Longest file name that file systems take.
const FILE_NAME_BYTES_MAX: usize = 255;

/// The name of a segment's file: 20 digits and the suffix.
pub fn segment_file(base_offset: i64, suffix: &str) -> String {
    format!("{base_offset:020}{suffix}")
}

/// The offset in a name such as `00000000000000000042.log` or `…42.index.swap`.
pub fn offset_of(name: &str) -> Option<i64> {
    let digits = name.split('.').next()?;
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok())?
}

/// The directory of a partition.
pub fn partition_dir(topic: &str, partition: i32) -> String {
    format!("{topic}-{partition}")
}

/// Topic and partition of a partition's directory; `None` for anything else, deleted ones included.
pub fn parse_partition_dir(name: &str) -> Option<(&str, i32)> {
    if [DELETE_DIR_SUFFIX, FUTURE_DIR_SUFFIX, STRAY_DIR_SUFFIX].iter().any(|it| name.ends_with(it))
    {
        return None;
    }
    let (topic, partition) = name.rsplit_once('-')?;
    let plain = !partition.is_empty() && partition.bytes().all(|byte| byte.is_ascii_digit());
    let partition = plain.then(|| partition.parse().ok())??;
    (!topic.is_empty()).then_some((topic, partition))
}

/// The name a partition's directory takes when the partition is deleted: `topic-0.<32 hex digits>-delete`, the
/// topic cut where the whole would exceed 255 bytes.
pub fn deleted_partition_dir(topic: &str, partition: i32, unique: Uuid) -> String {
    unique_partition_dir(topic, partition, unique, DELETE_DIR_SUFFIX)
}

/// The name a partition's directory takes when no partition of this broker is its own: likewise, with `-stray`.
pub fn stray_partition_dir(topic: &str, partition: i32, unique: Uuid) -> String {
    unique_partition_dir(topic, partition, unique, STRAY_DIR_SUFFIX)
}

fn unique_partition_dir(topic: &str, partition: i32, unique: Uuid, suffix: &str) -> String {
    let suffix = format!("-{partition}.{}{suffix}", unique.simple());
    let kept = topic.len().min(FILE_NAME_BYTES_MAX - suffix.len());
    format!("{}{suffix}", topic.get(..kept).unwrap_or_default())
}

/// Whether a directory is that of a deleted partition and may be removed.
pub fn is_deleted_partition_dir(name: &str) -> bool {
    name.strip_suffix(DELETE_DIR_SUFFIX).and_then(|rest| rest.rsplit_once('.')).is_some_and(
        |(partition, unique)| {
            partition.contains('-')
                && unique.len() == 32
                && unique.bytes().all(|it| it.is_ascii_hexdigit())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_carry_twenty_digits() {
        assert_eq!(segment_file(42, LOG_SUFFIX), "00000000000000000042.log");
        assert_eq!(offset_of("00000000000000000042.timeindex.swap"), Some(42));
        assert_eq!(offset_of("leader-epoch-checkpoint"), None);
        assert_eq!(offset_of("99999999999999999999.log"), None);
    }

    #[test]
    fn partition_directories_are_told_from_others() {
        assert_eq!(parse_partition_dir("a-b-3"), Some(("a-b", 3)));
        assert_eq!(parse_partition_dir("a-"), None);
        assert_eq!(parse_partition_dir("-1"), None);
        assert_eq!(parse_partition_dir("a--1"), Some(("a-", 1)));
        assert_eq!(parse_partition_dir("lost+found"), None);
        assert_eq!(parse_partition_dir("a-99999999999"), None);
    }

    #[test]
    fn a_deleted_directory_has_a_name_of_its_own() {
        let name = deleted_partition_dir("orders", 3, Uuid::from_u128(10));
        assert_eq!(name, "orders-3.0000000000000000000000000000000a-delete");
        assert!(is_deleted_partition_dir(&name));
        assert_eq!(parse_partition_dir(&name), None);
        assert!(!is_deleted_partition_dir("my-delete"));
        let stray = stray_partition_dir("orders", 3, Uuid::from_u128(10));
        assert_eq!(stray, "orders-3.0000000000000000000000000000000a-stray");
        assert!(!is_deleted_partition_dir(&stray) && parse_partition_dir(&stray).is_none());
        let long = deleted_partition_dir(&"t".repeat(249), 123_456, Uuid::from_u128(10));
        assert_eq!(long.len(), 255);
    }
}

//! What belongs to a whole log dir: its lock, its identity, its checkpoints, the mark of a clean shutdown.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

use kabuki_records::kafka_id;
use uuid::Uuid;

use crate::checkpoint::OffsetCheckpoint;
use crate::dir::{Dir, EntryKind, Open, read_small, remove_if_exists, replace_small};
use crate::flush::{FlushPlan, Flushed};
use crate::names;
use crate::partition_metadata;

/// Offsets below which each log is synced.
pub const RECOVERY_POINTS: &str = "recovery-point-offset-checkpoint";
/// First offset of each log.
pub const LOG_START_OFFSETS: &str = "log-start-offset-checkpoint";
/// High watermark of each partition.
pub const HIGH_WATERMARKS: &str = "replication-offset-checkpoint";
/// Held by the process that uses the dir.
pub const LOCK: &str = ".lock";
/// Present only while no process uses the dir, after a clean end.
pub const CLEAN_SHUTDOWN: &str = ".kafka_cleanshutdown";
/// Cluster, node and identity of the dir.
pub const META_PROPERTIES: &str = "meta.properties";
/// The broker epoch in a clean-shutdown mark that does not know one.
pub const UNKNOWN_BROKER_EPOCH: i64 = -1;

/// Why a log dir cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LogDirError {
    /// Another process (or this one) uses the dir.
    #[error("log dir {dir} is used by another process: it holds the lock on {LOCK}")]
    Locked {
        /// The dir's path.
        dir: String,
    },
    /// `meta.properties` is not what it should be.
    #[error("{META_PROPERTIES} of log dir {dir}: {what}")]
    MetaProperties {
        /// The dir's path.
        dir: String,
        /// What is wrong.
        what: String,
    },
    /// The file system said no.
    #[error("log dir {dir}: {source}")]
    Io {
        /// The dir's path.
        dir: String,
        /// What the file system said.
        source: io::Error,
    },
}

impl LogDirError {
    fn io(dir: &dyn Dir, source: io::Error) -> Self {
        Self::Io { dir: dir.describe(), source }
    }
}

/// A log dir that this process holds the lock of.
pub struct LogDir {
    dir: Arc<dyn Dir>,
    _lock: Box<dyn Send + Sync>,
    /// How many times partitions were made here.
    made: AtomicU64,
    /// How many of these have names that survive a power loss.
    made_synced: Mutex<u64>,
}

/// The directory of a partition.
#[derive(Debug)]
pub struct PartitionDir {
    /// Where its files are.
    pub dir: Arc<dyn Dir>,
    /// It was just made: there are no files of a log.
    pub is_new: bool,
}

impl std::fmt::Debug for LogDir {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogDir").field("dir", &self.dir).finish_non_exhaustive()
    }
}

impl LogDir {
    /// Takes the dir's lock.
    pub fn open(dir: Arc<dyn Dir>) -> Result<Self, LogDirError> {
        match dir.lock(LOCK) {
            Ok(lock) => {
                // What an earlier process made counts for one that is not synced: it may have been killed before.
                let (made, made_synced) = (AtomicU64::new(1), Mutex::new(0));
                Ok(Self { dir, _lock: lock, made, made_synced })
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                Err(LogDirError::Locked { dir: dir.describe() })
            }
            Err(error) => Err(LogDirError::io(dir.as_ref(), error)),
        }
    }

    /// The directory.
    pub fn dir(&self) -> &Arc<dyn Dir> {
        &self.dir
    }

    /// Cluster, node and identity of the dir; `None` when it is not formatted yet.
    pub fn meta_properties(&self) -> Result<Option<MetaProperties>, LogDirError> {
        let dir = self.dir.as_ref();
        let bytes = read_small(dir, META_PROPERTIES).map_err(|it| LogDirError::io(dir, it))?;
        let wrong = |what| LogDirError::MetaProperties { dir: dir.describe(), what };
        bytes.map(|it| MetaProperties::parse(&it).map_err(wrong)).transpose()
    }

    /// Formats the dir.
    pub fn store_meta_properties(&self, properties: &MetaProperties) -> io::Result<()> {
        replace_small(self.dir.as_ref(), META_PROPERTIES, properties.to_text().as_bytes())
    }

    /// Whether the last process ended cleanly, and removes the mark: from now on a crash is a crash.
    /// Returns the broker epoch of the mark.
    pub fn take_clean_shutdown(&self) -> io::Result<Option<i64>> {
        let Some(bytes) = read_small(self.dir.as_ref(), CLEAN_SHUTDOWN)? else { return Ok(None) };
        remove_if_exists(self.dir.as_ref(), CLEAN_SHUTDOWN)?;
        self.dir.sync()?;
        Ok(Some(broker_epoch(&bytes).unwrap_or(UNKNOWN_BROKER_EPOCH)))
    }

    /// Marks a clean end. Only after every log is closed and the checkpoints are stored.
    pub fn mark_clean_shutdown(&self, broker_epoch: i64) -> io::Result<()> {
        let text = format!("{{\"version\":0,\"brokerEpoch\":{broker_epoch}}}");
        replace_small(self.dir.as_ref(), CLEAN_SHUTDOWN, text.as_bytes())
    }

    /// Reads one of the offset checkpoints ([`RECOVERY_POINTS`], [`LOG_START_OFFSETS`], [`HIGH_WATERMARKS`]).
    /// A damaged file counts as an empty one, as in Kafka: more is recovered then.
    pub fn load_checkpoint(&self, name: &str) -> io::Result<OffsetCheckpoint> {
        Ok(OffsetCheckpoint::load(self.dir.as_ref(), name)?.unwrap_or_else(|error| {
            tracing::warn!(file = name, dir = self.dir.describe(), %error, "checkpoint ignored");
            OffsetCheckpoint::default()
        }))
    }

    /// Replaces one of the offset checkpoints. Blocks until it is safe.
    pub fn store_checkpoint(&self, name: &str, checkpoint: &OffsetCheckpoint) -> io::Result<()> {
        checkpoint.store(self.dir.as_ref(), name)
    }

    /// Topic, partition of every hosted partition, in the order of their directories' names.
    pub fn partitions(&self) -> io::Result<Vec<(String, i32)>> {
        let entries = self.dir.list()?;
        let dirs = entries.iter().filter(|it| it.kind == EntryKind::Dir);
        let partitions = dirs.filter_map(|it| names::parse_partition_dir(&it.name));
        Ok(partitions.map(|(topic, partition)| (topic.to_owned(), partition)).collect())
    }

    /// Names of the directories of deleted partitions, to be removed with [`Dir::remove_dir_all`].
    pub fn deleted_partitions(&self) -> io::Result<Vec<String>> {
        let entries = self.dir.list()?.into_iter();
        let deleted = entries
            .filter(|it| it.kind == EntryKind::Dir && names::is_deleted_partition_dir(&it.name));
        Ok(deleted.map(|it| it.name).collect())
    }

    /// Opens the directory of a partition, and makes it first if need be. That of another topic is an
    /// `InvalidData` error.
    ///
    /// A new one may be lost to a power loss, or its `partition.metadata`, until the first [`LogDir::flush`]: there
    /// is nothing in it to lose, and who opens it again makes it again.
    pub fn open_partition(
        &self,
        topic: &str,
        partition: i32,
        topic_id: Uuid,
    ) -> io::Result<PartitionDir> {
        let name = names::partition_dir(topic, partition);
        match self.dir.create_new_dir(&name) {
            Ok(dir) => {
                self.made.fetch_add(1, SeqCst);
                partition_metadata::begin(dir.as_ref(), topic_id)?;
                Ok(PartitionDir { dir, is_new: true })
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let dir = self.dir.subdir(&name)?;
                check_topic_id(dir.as_ref(), topic_id)?;
                Ok(PartitionDir { dir, is_new: false })
            }
            Err(error) => Err(error),
        }
    }

    /// Makes the names of new partitions survive a power loss.
    pub fn sync_names(&self) -> io::Result<()> {
        let mut synced = self.made_synced.lock().unwrap_or_else(PoisonError::into_inner);
        let made = self.made.load(SeqCst);
        if made > *synced {
            self.dir.sync()?;
            *synced = made;
        }
        Ok(())
    }

    /// Runs the plan of a log in this dir: what was appended survives a power loss, and the directory that it is in.
    /// Blocks.
    pub fn flush(&self, plan: FlushPlan) -> io::Result<Flushed> {
        self.sync_names()?;
        plan.run()
    }

    /// Renames a partition's directory to a deleted one, so that a topic of the same name can be created at
    /// once. Its log must be closed or dropped. Returns the new name, to be removed with
    /// [`Dir::remove_dir_all`] when there is time.
    pub fn delete_partition(
        &self,
        topic: &str,
        partition: i32,
        unique: Uuid,
    ) -> io::Result<String> {
        self.rename_partition(
            topic,
            partition,
            names::deleted_partition_dir(topic, partition, unique),
        )
    }

    /// Renames a partition's directory that belongs to no partition of this broker: its records are kept for whoever
    /// looks after the dir, as in Kafka. Returns the new name.
    pub fn set_aside(&self, topic: &str, partition: i32, unique: Uuid) -> io::Result<String> {
        self.rename_partition(
            topic,
            partition,
            names::stray_partition_dir(topic, partition, unique),
        )
    }

    fn rename_partition(&self, topic: &str, partition: i32, name: String) -> io::Result<String> {
        self.dir.rename(&names::partition_dir(topic, partition), &name)?;
        self.dir.sync()?;
        Ok(name)
    }

    /// Whether the dir can still be written: creates, syncs and removes a file.
    pub fn probe(&self) -> io::Result<()> {
        const PROBE: &str = ".kabuki_probe";
        self.dir.open(PROBE, Open::Truncated)?.write_all_at(b"probe", 0)?;
        self.dir.remove_file(PROBE)
    }
}

/// Checks that a partition's directory belongs to a topic; where it does not say so (any more), it does.
fn check_topic_id(dir: &dyn Dir, expected: Uuid) -> io::Result<()> {
    match partition_metadata::load(dir)? {
        Some(found) if found == expected => Ok(()),
        None => partition_metadata::store(dir, expected),
        Some(found) => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!(
                "the directory belongs to another topic of this name (id {found}, expected {expected})"
            ),
        )),
    }
}

/// The broker epoch in a clean-shutdown mark; older Kafkas left the file empty.
fn broker_epoch(bytes: &[u8]) -> Option<i64> {
    let text = str::from_utf8(bytes).ok()?;
    let (_, after) = text.split_once("\"brokerEpoch\"")?;
    let value = after.trim_start().strip_prefix(':')?.trim_start();
    let end = value.find(|it: char| it != '-' && !it.is_ascii_digit()).unwrap_or(value.len());
    value[..end].parse().ok()
}

/// Cluster, node and identity of a log dir.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetaProperties {
    /// `cluster.id`, any text.
    pub cluster_id: String,
    /// `node.id`.
    pub node_id: i32,
    /// `directory.id`; absent in dirs of older Kafkas.
    pub directory_id: Option<Uuid>,
}

impl MetaProperties {
    /// Reads a Java properties file; unknown keys are skipped, `version=0` (with `broker.id`) is understood.
    /// The error says what is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let text = str::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())?;
        let value = |key: &str| properties(text).filter(|(it, _)| *it == key).last().map(|it| it.1);
        match value("version") {
            Some("0" | "1") => {}
            Some(other) => return Err(format!("unknown version {other}")),
            None => return Err("no version".to_owned()),
        }
        let node_id = value("node.id").or(value("broker.id")).ok_or("no node.id")?;
        let node_id = node_id.parse().map_err(|_| format!("malformed node.id {node_id}"))?;
        let directory_id = match value("directory.id") {
            Some(id) => {
                Some(kafka_id::from_text(id).ok_or(format!("malformed directory.id {id}"))?)
            }
            None => None,
        };
        let cluster_id = value("cluster.id").ok_or("no cluster.id")?.to_owned();
        Ok(Self { cluster_id, node_id, directory_id })
    }

    fn to_text(&self) -> String {
        let mut text = format!("cluster.id={}\n", self.cluster_id);
        if let Some(id) = self.directory_id {
            text += &format!("directory.id={}\n", kafka_id::to_text(id));
        }
        text + &format!("node.id={}\nversion=1\n", self.node_id)
    }
}

/// Keys and values of a Java properties file without escapes.
fn properties(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().map(str::trim).filter(|it| !it.starts_with(['#', '!']));
    lines.filter_map(|it| it.split_once(['=', ':'])).map(|(key, value)| (key.trim(), value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meta_properties_and_back() {
        let properties = MetaProperties {
            cluster_id: "4L6g3nShT-eMCtK--X86sw".into(),
            node_id: 3,
            directory_id: Some(Uuid::from_u128(77)),
        };
        assert_eq!(MetaProperties::parse(properties.to_text().as_bytes()), Ok(properties));
    }

    #[test]
    fn meta_properties_of_others_are_understood() {
        let parse = |text: &str| MetaProperties::parse(text.as_bytes());
        let old = parse("#comment\n broker.id = 1\nversion=0\ncluster.id=abc\nother=1\n");
        let expected = MetaProperties { cluster_id: "abc".into(), node_id: 1, directory_id: None };
        assert_eq!(old, Ok(expected));
        assert!(parse("version=2\nnode.id=1\ncluster.id=a").is_err());
        assert!(parse("version=1\nnode.id=x\ncluster.id=a").is_err());
        assert!(parse("version=1\nnode.id=1\n").is_err());
        assert!(parse("").is_err());
    }

    #[test]
    fn broker_epochs_of_clean_marks() {
        assert_eq!(broker_epoch(b"{\"version\":0,\"brokerEpoch\":42}"), Some(42));
        assert_eq!(broker_epoch(b"{ \"brokerEpoch\" : -1, \"version\" : 0 }"), Some(-1));
        assert_eq!(broker_epoch(b""), None);
        assert_eq!(broker_epoch(b"{\"brokerEpoch\":\"x\"}"), None);
    }
}

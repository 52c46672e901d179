//! Log dirs at the start: locked, formatted if empty, and checked to belong to this node and cluster.

use std::io;
use std::path::Path;
use std::sync::Arc;

use kabuki_config::BrokerConfig;
use kabuki_log::{Dir, LogDir, LogDirError, MetaProperties, RealDir};
use kabuki_records::kafka_id;
use uuid::Uuid;

use super::{StartError, pool};
use crate::controller::Controller;
use crate::exit::ExitDoor;
use crate::log_dir::{Alarm, LogDirectory};
use crate::supervision::{Counters, Handle, Pool};

/// Threads of one dir that sync, close and remove: one may be held up by a slow sync.
const WORKERS_PER_DIR: usize = 2;
/// Threads of one dir that read what is not in memory: so many reads are under way at once, and a disk has its choice.
const READERS_PER_DIR: usize = 4;
/// They give way to arbiters: who waits for a disk waits a little longer, the others do not notice (their p99 beside a reader
/// of cold records fell from 1.0 to 0.7 ms).
const READERS_NICE: i32 = 10;
/// What `meta.properties` of a dir is called in messages.
const META: &str = "meta.properties";

/// The log dirs of this process.
pub(super) struct LogDirs {
    pub(super) all: Vec<Arc<LogDirectory>>,
    pub(super) metadata: MetadataDir,
    pub(super) cluster_id: String,
}

/// Where the metadata log lives: one of the log dirs, or a dir of its own (`metadata.log.dir`).
pub(crate) struct MetadataDir {
    pub(crate) dir: Arc<dyn Dir>,
    /// `directory.id` of its `meta.properties`: who votes is told apart by it.
    pub(crate) id: Uuid,
    /// Holds the lock of a dir of its own.
    _own: Option<LogDir>,
}

struct Locked<'c> {
    path: &'c Path,
    files: LogDir,
    found: Option<MetaProperties>,
}

/// Why a log dir is not used.
enum Unusable {
    /// The disk does not do what it is asked: the others can do without.
    Disk(io::Error),
    /// Whoever configured the broker should know: it does not start.
    Mistake(StartError),
}

impl From<io::Error> for Unusable {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<LogDirError> for Unusable {
    fn from(error: LogDirError) -> Self {
        match error {
            LogDirError::Io { source, .. } => Self::Disk(source),
            mistake => Self::Mistake(StartError::LogDir(mistake.to_string())),
        }
    }
}

/// Locks every dir, and formats those that are new. As in Kafka a dir whose disk fails is left out, unless the metadata
/// log is in it or no other is left.
pub(super) fn open(
    config: &BrokerConfig,
    counters: &'static Counters,
    exit: &ExitDoor,
    controller: &Handle<Controller>,
) -> Result<LogDirs, StartError> {
    let metadata_path = &config.metadata_log.dir;
    let own = Some(metadata_path).filter(|dir| !config.log_dirs.contains(dir));
    let own = own.map(|path| lock(path).map_err(|error| needed(path, error))).transpose()?;
    let mut locked = Vec::new();
    for path in &config.log_dirs {
        locked.extend(unless_disk_fails(path, metadata_path, lock(path))?);
    }
    let cluster_id = cluster_id(config, locked.iter().chain(&own))?;
    check_metadata_dir(metadata_path, locked.iter().chain(&own))?;
    let alarm = Arc::new(Alarm::new(exit.clone(), controller.clone(), metadata_path.clone()));
    let mut all = Vec::new();
    for (index, Locked { path, files, found }) in locked.into_iter().enumerate() {
        let workers = pool(&format!("kabuki-dir{index}"), WORKERS_PER_DIR)?;
        let readers =
            Pool::start_nice(&format!("kabuki-reader{index}"), READERS_PER_DIR, READERS_NICE)
                .map_err(StartError::Thread)?;
        let retention = Handle::new(counters);
        let opened = directory_id(&files, found, config, &cluster_id).and_then(|id| {
            LogDirectory::open(
                path.to_owned(),
                id,
                files,
                workers,
                readers,
                retention,
                alarm.clone(),
            )
        });
        let opened = opened.map_err(Unusable::from);
        all.extend(unless_disk_fails(path, metadata_path, opened)?.map(Arc::new));
    }
    if all.is_empty() {
        return Err(StartError::LogDir("none of the log dirs can be used".to_owned()));
    }
    let metadata = metadata_dir(config, &all, own, &cluster_id)?;
    Ok(LogDirs { all, metadata, cluster_id })
}

/// What came of a dir; `None` when the broker starts without it.
fn unless_disk_fails<T>(
    path: &Path,
    metadata_path: &Path,
    outcome: Result<T, Unusable>,
) -> Result<Option<T>, StartError> {
    match outcome {
        Ok(usable) => Ok(Some(usable)),
        Err(Unusable::Disk(error)) if path != metadata_path => {
            let path = path.display();
            tracing::error!("log dir {path} cannot be used, what is in it is offline: {error}");
            Ok(None)
        }
        Err(error) => Err(needed(path, error)),
    }
}

/// Why the broker does not start: it cannot do without the dir.
fn needed(path: &Path, error: Unusable) -> StartError {
    match error {
        Unusable::Disk(error) => wrong(path, &error),
        Unusable::Mistake(error) => error,
    }
}

fn metadata_dir(
    config: &BrokerConfig,
    dirs: &[Arc<LogDirectory>],
    own: Option<Locked<'_>>,
    cluster_id: &str,
) -> Result<MetadataDir, StartError> {
    let path = &config.metadata_log.dir;
    let Some(Locked { files, found, .. }) = own else {
        let dir = dirs.iter().find(|dir| dir.path == *path).unwrap_or(&dirs[0]);
        return Ok(MetadataDir { dir: dir.files().dir().clone(), id: dir.id, _own: None });
    };
    let id =
        directory_id(&files, found, config, cluster_id).map_err(|error| wrong(path, &error))?;
    Ok(MetadataDir { dir: files.dir().clone(), id, _own: Some(files) })
}

/// The dir's own id; a dir without one is formatted.
fn directory_id(
    files: &LogDir,
    found: Option<MetaProperties>,
    config: &BrokerConfig,
    cluster_id: &str,
) -> io::Result<Uuid> {
    match found {
        Some(MetaProperties { directory_id: Some(id), .. }) => Ok(id),
        _ => format(files, config.node_id, cluster_id),
    }
}

fn wrong(path: &Path, error: &dyn std::fmt::Display) -> StartError {
    StartError::LogDir(format!("log dir {}: {error}", path.display()))
}

fn lock(path: &Path) -> Result<Locked<'_>, Unusable> {
    let dir: Arc<dyn Dir> = Arc::new(RealDir::create(path)?);
    let files = LogDir::open(dir)?;
    let found = files.meta_properties()?;
    Ok(Locked { path, files, found })
}

/// A metadata dir without anything beside others that have something was not mounted, or is another one than before: a
/// cluster that begins anew would know nothing of what is in the others.
fn check_metadata_dir<'c>(
    path: &Path,
    dirs: impl Iterator<Item = &'c Locked<'c>>,
) -> Result<(), StartError> {
    let (metadata, others): (Vec<_>, Vec<_>) = dirs.partition(|it| it.path == path);
    let is_new = metadata.iter().all(|it| it.found.is_none());
    match others.iter().find(|it| is_new && it.found.is_some()) {
        None => Ok(()),
        Some(other) => Err(wrong(
            path,
            &format!(
                "it has no {META}, but {} has: the metadata log should be here; see that its disk is mounted, or \
                 that metadata.log.dir and the first of log.dirs are as they were",
                other.path.display()
            ),
        )),
    }
}

/// The one cluster that all dirs and the configuration speak of.
fn cluster_id<'c>(
    config: &BrokerConfig,
    dirs: impl Iterator<Item = &'c Locked<'c>>,
) -> Result<String, StartError> {
    let mut cluster_id = config.cluster_id.clone();
    for Locked { path, found, .. } in dirs {
        let Some(found) = found else { continue };
        if found.node_id != config.node_id {
            return Err(wrong(
                path,
                &format!(
                    "its {META} says node.id={}, the configuration says node.id={}; \
                 point log.dirs at this node's own dir, or correct node.id",
                    found.node_id, config.node_id
                ),
            ));
        }
        match &cluster_id {
            Some(expected) if *expected != found.cluster_id => {
                return Err(wrong(
                    path,
                    &format!(
                        "its {META} says cluster.id={}, expected {expected}; \
                     all log dirs and CLUSTER_ID must belong to one cluster",
                        found.cluster_id
                    ),
                ));
            }
            _ => cluster_id = Some(found.cluster_id.clone()),
        }
    }
    Ok(cluster_id.unwrap_or_else(|| kafka_id::to_text(new_id())))
}

/// A random id whose text does not begin with a dash, so that it can stand on a command line.
fn new_id() -> Uuid {
    loop {
        let id = Uuid::new_v4();
        if !kafka_id::to_text(id).starts_with('-') {
            return id;
        }
    }
}

fn format(files: &LogDir, node_id: i32, cluster_id: &str) -> io::Result<Uuid> {
    let id = new_id();
    files.store_meta_properties(&MetaProperties {
        cluster_id: cluster_id.to_owned(),
        node_id,
        directory_id: Some(id),
    })?;
    Ok(id)
}

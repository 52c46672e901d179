//! A log dir: the identity it is formatted with, its lock, the threads that block on its disk, its checkpoints.

mod alarm;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use kabuki_log::checkpoint::OffsetCheckpoint;
use kabuki_log::log_dir::{HIGH_WATERMARKS, LOG_START_OFFSETS, RECOVERY_POINTS};
use kabuki_log::{LogDir, Recovery, Removal, Trust, Volume, is_exhaustion};
use uuid::Uuid;

pub(crate) use self::alarm::Alarm;
use crate::lock::lock;
use crate::retention::{RemoveDirectory, RemoveFiles, Retention};
use crate::supervision::{Handle, Pool, Reply};

/// What the checkpoints of a log dir say of one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Offsets {
    recovery_point: i64,
    log_start_offset: i64,
    high_watermark: i64,
}

/// The size of a dir's volume; `None` when the system does not tell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VolumeAnswer(pub(crate) Option<Volume>);

/// A log dir of this process, locked for its life.
pub(crate) struct LogDirectory {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// `directory.id` of its `meta.properties`.
    pub(crate) id: Uuid,
    /// Threads that sync, close and remove here.
    pub(crate) workers: Pool,
    /// Threads that read here what is not in memory; of their own, so that neither syncs nor reads wait for the others.
    pub(crate) readers: Pool,
    /// The actor that removes and checkpoints.
    pub(crate) retention: Handle<Retention>,
    files: LogDir,
    alarm: Arc<Alarm>,
    /// The disk has failed once: nothing here counts as whole any more, until the next start recovers it.
    failed: AtomicBool,
    /// All logs that were to be closed could be: an orderly end may say so.
    is_whole: AtomicBool,
    /// The epoch of the broker that ended here in order, and left everything whole; `None` after a crash.
    previous_broker_epoch: Option<i64>,
    offsets: Mutex<BTreeMap<(String, i32), Offsets>>,
    /// Who waits for the size of the volume. Where somebody does, one measurement is queued, which answers all of them.
    volume_asked: Mutex<Vec<Reply<VolumeAnswer>>>,
}

impl LogDirectory {
    /// A dir that is locked, formatted and checked. Takes the mark of a clean end away and reads the checkpoints.
    pub(crate) fn open(
        path: PathBuf,
        id: Uuid,
        files: LogDir,
        workers: Pool,
        readers: Pool,
        retention: Handle<Retention>,
        alarm: Arc<Alarm>,
    ) -> io::Result<Self> {
        let offsets = Mutex::new(load_checkpoints(&files)?);
        let previous_broker_epoch = files.take_clean_shutdown()?;
        alarm.watch();
        Ok(Self {
            path,
            id,
            workers,
            readers,
            retention,
            files,
            alarm,
            failed: AtomicBool::new(false),
            is_whole: AtomicBool::new(true),
            previous_broker_epoch,
            offsets,
            volume_asked: Mutex::default(),
        })
    }

    /// The epoch of the broker that ended here in order.
    pub(crate) fn previous_broker_epoch(&self) -> Option<i64> {
        self.previous_broker_epoch
    }

    /// How the first incarnation of a partition opens its log.
    pub(crate) fn first_recovery(&self, topic: &str, index: i32) -> Recovery {
        let trust = match self.previous_broker_epoch {
            Some(_) => Trust::CleanShutdown,
            None => Trust::RecoveryPoint,
        };
        Recovery { trust, ..self.noted(topic, index) }
    }

    /// Whether the partition was here when the process started, has come here since, or will come.
    pub(crate) fn holds(&self, topic: &str, index: i32) -> bool {
        self.offsets().contains_key(&(topic.to_owned(), index))
    }

    /// Counts a partition that will come here, so that the next one finds another dir.
    pub(crate) fn expect(&self, topic: &str, index: i32) {
        let nothing = Offsets { recovery_point: 0, log_start_offset: 0, high_watermark: 0 };
        self.offsets().entry((topic.to_owned(), index)).or_insert(nothing);
    }

    /// How many partitions are here.
    pub(crate) fn partition_count(&self) -> usize {
        self.offsets().len()
    }

    /// What is known of a partition's log, to open it with; `trust` is for the caller to raise.
    pub(crate) fn noted(&self, topic: &str, index: i32) -> Recovery {
        let offsets = self.offsets().get(&(topic.to_owned(), index)).copied();
        Recovery {
            trust: Trust::RecoveryPoint,
            recovery_point: offsets.map_or(0, |it| it.recovery_point),
            log_start_offset: offsets.map_or(0, |it| it.log_start_offset),
        }
    }

    /// Remembers offsets for the next checkpoint.
    pub(crate) fn note(
        &self,
        topic: &str,
        index: i32,
        recovery_point: i64,
        log_start_offset: i64,
        high_watermark: i64,
    ) {
        let noted = Offsets { recovery_point, log_start_offset, high_watermark };
        self.offsets().insert((topic.to_owned(), index), noted);
    }

    /// Renames the directory of a deleted partition, and has it removed after `delay`. Blocks.
    pub(crate) fn delete_partition(&self, topic: &str, index: i32, delay: Duration) {
        self.offsets().remove(&(topic.to_owned(), index));
        if self.is_offline() {
            return;
        }
        match self.files.delete_partition(topic, index, Uuid::new_v4()) {
            Ok(name) => self.retention.tell(RemoveDirectory { name, delay }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => self.failed_with(&format!("cannot rename {topic}-{index}"), &error),
        }
    }

    /// Renames the directories of partitions that are not this broker's, so that a topic of the same name can be here.
    /// `is_own` is asked with the id of the topic that a directory says it belongs to. Before anything is hosted. Blocks.
    pub(crate) fn set_strays_aside(&self, is_own: impl Fn(&str, i32, Option<Uuid>) -> bool) {
        if let Err(error) = self.try_to_set_strays_aside(is_own) {
            self.failed_with("cannot look through its partitions", &error);
        }
    }

    fn try_to_set_strays_aside(
        &self,
        is_own: impl Fn(&str, i32, Option<Uuid>) -> bool,
    ) -> io::Result<()> {
        for (topic, index) in self.files.partitions()? {
            let name = kabuki_log::names::partition_dir(&topic, index);
            let found = kabuki_log::partition_metadata::load(&*self.files.dir().subdir(&name)?)?;
            if !is_own(&topic, index, found) {
                let stray = self.files.set_aside(&topic, index, Uuid::new_v4())?;
                self.offsets().remove(&(topic, index));
                tracing::warn!(
                    dir = %self.path.display(),
                    "{name} belongs to no partition of this broker: kept as {stray}"
                );
            }
        }
        Ok(())
    }

    /// Has files removed after `delay`.
    pub(crate) fn remove_later(&self, removals: Vec<Removal>, delay: Duration) {
        if !removals.is_empty() {
            self.retention.tell(RemoveFiles { removals, delay });
        }
    }

    /// Writes the checkpoints of recovery points and high watermarks. Blocks.
    pub(crate) fn store_checkpoints(&self) -> io::Result<()> {
        self.store(RECOVERY_POINTS, |it| it.recovery_point)?;
        self.store(HIGH_WATERMARKS, |it| it.high_watermark)
    }

    /// Writes the checkpoint of log starts: what was deleted by then stays deleted after a crash. Blocks.
    pub(crate) fn store_log_starts(&self) -> io::Result<()> {
        self.store(LOG_START_OFFSETS, |it| it.log_start_offset)
    }

    fn store(&self, name: &str, value: fn(&Offsets) -> i64) -> io::Result<()> {
        let offsets = self.offsets().clone();
        let offsets = offsets.into_iter().map(|(key, it)| (key, value(&it))).collect();
        self.files.store_checkpoint(name, &OffsetCheckpoint { offsets })
    }

    /// The last words of an orderly end: checkpoints, then the mark, unless the disk has failed. Blocks.
    pub(crate) fn finish(&self, broker_epoch: i64) -> io::Result<()> {
        if self.is_offline() || !self.is_whole.load(SeqCst) {
            return Ok(());
        }
        self.store_checkpoints()?;
        self.store_log_starts()?;
        self.files.mark_clean_shutdown(broker_epoch)
    }

    /// Has the size of the dir's volume answered, from a thread that may block.
    pub(crate) fn measure_volume(self: &Arc<Self>, reply: Reply<VolumeAnswer>) {
        let mut asked = lock(&self.volume_asked);
        asked.push(reply);
        if asked.len() == 1 {
            let dir = self.clone();
            self.workers.submit(move || dir.answer_volume());
        }
    }

    /// Measures, and answers who asked before. Blocks.
    fn answer_volume(&self) {
        let asked = std::mem::take(&mut *lock(&self.volume_asked));
        let volume = self.files.dir().volume().inspect_err(|error| {
            tracing::error!(dir = %self.path.display(), %error, "cannot measure the volume");
        });
        let answer = VolumeAnswer(volume.ok());
        asked.into_iter().for_each(|reply| reply.send(answer));
    }

    /// The files of the dir.
    pub(crate) fn files(&self) -> &LogDir {
        &self.files
    }

    /// Whether the disk has failed: nothing here is read or written any more (KAFKA_STORAGE_ERROR).
    pub(crate) fn is_offline(&self) -> bool {
        self.failed.load(SeqCst)
    }

    /// The disk did not do what it was asked: nothing more can be promised of this dir, so it goes offline, and with it
    /// its partitions (or the process, if there is nothing to go on with). What was acknowledged is what was written; the
    /// next start recovers it.
    pub(crate) fn failed(&self, what: &dyn Display) {
        if !self.failed.swap(true, SeqCst) {
            tracing::error!("log dir {} failed and goes offline: {what}", self.path.display());
            self.alarm.raise(&self.path);
        }
    }

    /// Like [`LogDirectory::failed`], unless the error says nothing of the disk: a file is not what it should be, which is
    /// one partition's matter, or the process lacks files or memory, which whoever tries again may find.
    pub(crate) fn failed_with(&self, what: &str, error: &io::Error) {
        if error.kind() == io::ErrorKind::InvalidData || is_exhaustion(error) {
            tracing::error!(%error, "{what}");
        } else {
            self.failed(&format!("{what}: {error}"));
        }
    }

    /// A log of this dir could not be closed: like [`LogDirectory::failed_with`], and the dir is not left whole.
    pub(crate) fn left_open(&self, what: &str, error: &io::Error) {
        self.is_whole.store(false, SeqCst);
        self.failed_with(what, error);
    }

    fn offsets(&self) -> MutexGuard<'_, BTreeMap<(String, i32), Offsets>> {
        lock(&self.offsets)
    }
}

fn load_checkpoints(files: &LogDir) -> io::Result<BTreeMap<(String, i32), Offsets>> {
    let recovery_points = files.load_checkpoint(RECOVERY_POINTS)?;
    let log_starts = files.load_checkpoint(LOG_START_OFFSETS)?;
    let offsets = files.partitions()?.into_iter().map(|(topic, index)| {
        let of = |checkpoint: &OffsetCheckpoint| checkpoint.get(&topic, index).unwrap_or(0);
        let noted = Offsets {
            recovery_point: of(&recovery_points),
            log_start_offset: of(&log_starts),
            high_watermark: 0,
        };
        ((topic, index), noted)
    });
    Ok(offsets.collect())
}

//! What is removed and written now and then in a log dir.
//!
//! * Owns: the list of files and directories that wait for `file.delete.delay.ms`; the times of the checkpoints.
//! * Hears: what to remove, from partitions. All blocking work runs on the dir's workers.
//! * Lives on: the control arbiter; one per log dir. Restarts by looking for deleted directories again; segments
//!   renamed to `.deleted` are found when their partition opens next.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix::AsyncContext;
use kabuki_log::Removal;

use crate::context::BrokerContext;
use crate::log_dir::LogDirectory;
use crate::supervision::{Hear, Kind, OpenError, Opening, Play, Restart, StageContext};

/// Remove the directory of a deleted partition after a while.
pub(crate) struct RemoveDirectory {
    pub(crate) name: String,
    pub(crate) delay: Duration,
}

/// Remove files that are renamed already, after a while.
pub(crate) struct RemoveFiles {
    pub(crate) removals: Vec<Removal>,
    pub(crate) delay: Duration,
}

/// What the actor is made from.
pub(crate) struct RetentionSeed {
    pub(crate) context: Arc<BrokerContext>,
    pub(crate) dir: Arc<LogDirectory>,
}

/// The keeper of one log dir.
pub(crate) struct Retention {
    dir: Arc<LogDirectory>,
    /// How often recovery points and high watermarks are written.
    checkpoint_every: Duration,
    /// How often log starts are written.
    log_starts_every: Duration,
    leftovers: Vec<String>,
}

impl Restart for Retention {
    type Seed = RetentionSeed;

    fn open(seed: &RetentionSeed, _opening: Opening) -> Result<Self, OpenError> {
        let leftovers = match seed.dir.is_offline() {
            true => Ok(Vec::new()),
            false => seed.dir.files().deleted_partitions(),
        };
        let live = seed.context.live();
        let config = &live.config.log;
        Ok(Self {
            dir: seed.dir.clone(),
            checkpoint_every: interval(config.flush_offset_checkpoint_interval_ms),
            log_starts_every: interval(config.flush_start_offset_checkpoint_interval_ms),
            leftovers: leftovers.map_err(|error| OpenError(error.to_string()))?,
        })
    }
}

/// Checkpoints cost a sync each: not more often than this, whatever is configured.
const CHECKPOINT_EVERY_MIN: Duration = Duration::from_secs(1);

fn interval(configured_ms: u64) -> Duration {
    Duration::from_millis(configured_ms).max(CHECKPOINT_EVERY_MIN)
}

impl Play for Retention {
    const KIND: Kind = Kind::Retention;

    fn started(&mut self, ctx: &mut StageContext<Self>) {
        for name in std::mem::take(&mut self.leftovers) {
            self.remove_directory(name);
        }
        ctx.run_interval(self.checkpoint_every, |stage, _| {
            stage.player().checkpoint(LogDirectory::store_checkpoints);
        });
        ctx.run_interval(self.log_starts_every, |stage, _| {
            stage.player().checkpoint(LogDirectory::store_log_starts);
        });
    }
}

impl Retention {
    fn checkpoint(&self, store: fn(&LogDirectory) -> io::Result<()>) {
        if self.dir.is_offline() {
            return;
        }
        let dir = self.dir.clone();
        self.dir.workers.submit(move || {
            if let Err(error) = store(&dir) {
                dir.failed_with("cannot write a checkpoint", &error);
            }
        });
    }

    fn remove_directory(&self, name: String) {
        let dir = self.dir.clone();
        self.dir.workers.submit(move || {
            let removed = dir.files().dir().remove_dir_all(&name);
            complain(&name, removed);
        });
    }

    fn remove_files(&self, removals: Vec<Removal>) {
        self.dir.workers.submit(move || {
            for removal in removals {
                let names = removal.names().join(", ");
                complain(&names, removal.run());
            }
        });
    }
}

/// What cannot be removed costs room, nothing else.
fn complain(name: &str, removed: io::Result<()>) {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(name, %error, "cannot remove what was deleted");
        }
        _ => tracing::debug!(name, "removed"),
    }
}

impl Hear<RemoveDirectory> for Retention {
    fn hear(
        &mut self,
        RemoveDirectory { name, delay }: RemoveDirectory,
        ctx: &mut StageContext<Self>,
    ) {
        ctx.run_later(delay, move |stage, _| stage.player().remove_directory(name));
    }
}

impl Hear<RemoveFiles> for Retention {
    fn hear(&mut self, RemoveFiles { removals, delay }: RemoveFiles, ctx: &mut StageContext<Self>) {
        ctx.run_later(delay, move |stage, _| stage.player().remove_files(removals));
    }
}

//! What every actor of a broker can see: the configuration, the cluster as it is now, the figures, the doors.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use actix_rt::ArbiterHandle;
use arc_swap::{ArcSwap, Guard};
use uuid::Uuid;

use crate::complaints::Complaints;
use crate::controller::Controller;
use crate::exit::ExitDoor;
use crate::live::{Configuration, Live};
use crate::log_dir::LogDirectory;
use crate::loggers::Loggers;
use crate::network::{Admission, FetchSessions, ListenerInfo, MemoryBudget};
use crate::process::MetadataDir;
use crate::shard::Shard;
use crate::supervision::{Brood, Handle, Tree};
use crate::traffic::Traffic;
use crate::view::View;

/// An arbiter's shard, as others reach it.
#[derive(Clone)]
pub(crate) struct ShardRef {
    pub(crate) arbiter: ArbiterHandle,
    pub(crate) handle: Handle<Shard>,
    pub(crate) brood: Brood<Shard>,
    /// Connections that live there.
    pub(crate) connections: Arc<AtomicUsize>,
}

/// Shared by all actors of one broker. What changes is swapped whole.
pub(crate) struct BrokerContext {
    /// When the process began.
    pub(crate) begun: Instant,
    pub(crate) configuration: Configuration,
    pub(crate) loggers: Loggers,
    /// Kafka's text form of the cluster's id.
    pub(crate) cluster_id: String,
    /// The cluster as this broker knows it, and the partitions that it hosts.
    pub(crate) view: ArcSwap<View>,
    pub(crate) tree: Arc<Tree>,
    pub(crate) traffic: Arc<Traffic>,
    pub(crate) complaints: Complaints,
    pub(crate) exit: ExitDoor,
    pub(crate) controller: Handle<Controller>,
    /// Who may come in.
    pub(crate) admission: Arc<Admission>,
    /// Memory for requests and responses of all connections.
    pub(crate) memory_budget: Arc<MemoryBudget>,
    pub(crate) fetch_sessions: FetchSessions,
    /// Those that could be used at the start.
    pub(crate) log_dirs: Vec<Arc<LogDirectory>>,
    /// With more files of logs open than this, a partition gives its own back after each use.
    pub(crate) log_files_max: usize,
    /// Where `__cluster_metadata-0` lives.
    pub(crate) metadata_dir: MetadataDir,
    /// Set once, before any actor hears a message.
    pub(crate) shards: OnceLock<Vec<ShardRef>>,
    /// Set once, before any listener accepts.
    pub(crate) listeners: OnceLock<Vec<Arc<ListenerInfo>>>,
}

impl BrokerContext {
    /// The configuration that the broker follows now.
    pub(crate) fn live(&self) -> Guard<Arc<Live>> {
        self.configuration.live()
    }

    /// The log dirs that can be used now.
    pub(crate) fn online_log_dirs(&self) -> impl Iterator<Item = &Arc<LogDirectory>> {
        self.log_dirs.iter().filter(|dir| !dir.is_offline())
    }

    /// Whether any of the configured log dirs cannot be used now.
    pub(crate) fn lacks_log_dirs(&self) -> bool {
        self.online_log_dirs().count() < self.live().config.log_dirs.len()
    }

    /// The shard that hosts a partition: by hash, so that it never moves.
    pub(crate) fn shard_of(&self, topic_id: Uuid, partition: i32) -> usize {
        let (high, low) = topic_id.as_u64_pair();
        let mixed = (high ^ low.rotate_left(23)).wrapping_add(partition as u64);
        (mixed % self.shards().len() as u64) as usize
    }

    /// All shards.
    pub(crate) fn shards(&self) -> &[ShardRef] {
        self.shards.get().expect("the shards are made before anything else is")
    }

    /// The listeners that are bound.
    pub(crate) fn listeners(&self) -> &[Arc<ListenerInfo>] {
        self.listeners.get().expect("the listeners are bound before the cluster is told of them")
    }
}

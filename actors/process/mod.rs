//! A broker within a process: made part by part, ready, and ended part by part.
//!
//! Starting, in order: log dirs are locked and checked, listeners are bound (so that what is wrong is said at once),
//! threads start, the root and its shards come to life, then the ops endpoint, the controller with everything that the
//! metadata log says, and last the listeners' accept loops. Stopping is the reverse.

mod dashboard;
mod dirs;
mod sockets;
mod stop;
mod threads;

pub(crate) use dirs::MetadataDir;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use crossbeam_channel::{Receiver, bounded, select};
use kabuki_config::Loaded;
use kabuki_metadata::ClusterImage;
use rustix::process::{Resource, getrlimit, setrlimit};
use uuid::Uuid;

use self::threads::Threads;
use crate::broker::{Broker, ROOT, RootReport};
use crate::complaints::Complaints;
use crate::context::{BrokerContext, ShardRef};
use crate::controller::{Controller, ControllerSeed};
use crate::exit::{Exit, ExitDoor};
use crate::live::Configuration;
use crate::loggers::Loggers;
use crate::network::{
    Admission, FetchSessions, Listener, ListenerInfo, ListenerSeed, MemoryBudget,
};
use crate::ops::{Dashboard, Ops, OpsSeed};
use crate::retention::{Retention, RetentionSeed};
use crate::shard::{Shard, ShardSeed};
use crate::supervision::{
    Brood, Child, Counters, Handle, Kind, Latch, Pauses, Policy, Pool, Tree, install_panic_hook,
    start_root,
};
use crate::traffic::Traffic;
use crate::view::View;

/// How often a start that takes long says how far it is.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);

/// Why a broker does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A log dir cannot be used.
    #[error("{0}")]
    LogDir(String),
    /// A listener cannot be bound.
    #[error("listener {name} cannot be bound to {address}: {source}")]
    Bind {
        /// Name of the listener.
        name: String,
        /// Where it was to be bound.
        address: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system refused a thread.
    #[error("a thread cannot be started: {0}")]
    Thread(std::io::Error),
    /// A part failed before the broker was ready.
    #[error("{0}")]
    Part(String),
    /// A stop was asked for before the broker was ready.
    #[error("stopped before it was ready")]
    Stopped,
}

/// A broker that serves.
pub struct Running {
    context: Arc<BrokerContext>,
    threads: Threads,
    exits: Receiver<Exit>,
    ready: Arc<AtomicBool>,
    dashboard: Arc<Dashboard>,
    started_in: Duration,
}

/// Starts a broker; `exits` is the ear of the door that `exit` leads to. Returns when clients are served.
///
/// # Errors
/// Anything that keeps it from serving; everything started so far has ended then, or ends with the process.
pub fn start(
    loaded: Loaded,
    loggers: Loggers,
    exit: ExitDoor,
    exits: Receiver<Exit>,
) -> Result<Running, StartError> {
    let started = Instant::now();
    install_panic_hook();
    raise_open_files_limit();
    let context = make_context(loaded, loggers, &exit)?;
    let live = context.live();
    let bound = sockets::bind(&live.config)?;
    let threads = Threads::start(live.config.kabuki.arbiters, recovery_threads(&live.config))?;
    drop(live);
    let infos = bound.iter().map(|listener| listener.info.clone()).collect();
    let _ = context.listeners.set(infos);
    let ready = Arc::new(AtomicBool::new(false));
    let mut running = Running {
        dashboard: dashboard::of(&context, &ready, started),
        context,
        threads,
        exits,
        ready,
        started_in: Duration::ZERO,
    };
    running.start_tree(bound)?;
    running.started_in = started.elapsed();
    Ok(running)
}

/// What all actors share, before any of them lives; the log dirs are locked and checked.
pub(crate) fn make_context(
    loaded: Loaded,
    loggers: Loggers,
    exit: &ExitDoor,
) -> Result<Arc<BrokerContext>, StartError> {
    let counters = Counters::leak();
    let controller = Handle::new(counters);
    let dirs = dirs::open(&loaded.broker, counters, exit, &controller)?;
    let slots = loaded.broker.fetch.max_incremental_fetch_session_cache_slots;
    let kabuki = &loaded.broker.kabuki;
    let pauses = kabuki.chaos_turn_delay_max_ms.map(|max_ms| Pauses {
        max: Duration::from_millis(max_ms),
        seed: kabuki.chaos_seed as u64,
    });
    let network = &loaded.broker.network;
    let memory_budget = MemoryBudget::new(
        network.queued_max_request_bytes,
        network.queued_max_requests,
        kabuki.queued_max_response_bytes,
    );
    let (node_id, image) = (loaded.broker.node_id, ClusterImage::empty(&dirs.cluster_id));
    let image = Arc::new(image);
    let configuration = Configuration::new(loaded);
    Ok(Arc::new(BrokerContext {
        begun: Instant::now(),
        view: ArcSwap::from_pointee(View::new(node_id, image)),
        tree: Tree::new(counters, pauses),
        traffic: Arc::new(Traffic::default()),
        complaints: Complaints::default(),
        exit: exit.clone(),
        controller,
        admission: Admission::new(&configuration.live().config),
        memory_budget,
        fetch_sessions: FetchSessions::new(slots),
        cluster_id: dirs.cluster_id,
        log_dirs: dirs.all,
        log_files_max: (open_files_limit() / LOG_FILES_SHARE) as usize,
        metadata_dir: dirs.metadata,
        shards: OnceLock::new(),
        listeners: OnceLock::new(),
        configuration,
        loggers,
    }))
}

fn recovery_threads(config: &kabuki_config::BrokerConfig) -> usize {
    config.log.num_recovery_threads_per_data_dir as usize * config.log_dirs.len()
}

impl Running {
    /// The listeners, as `NAME://host:port` with the ports that they really have.
    pub fn listeners(&self) -> Vec<String> {
        let listeners = self.context.listeners().iter();
        listeners.map(|it| format!("{}://{}", it.name, it.bound)).collect()
    }

    /// The log dirs.
    pub fn log_dirs(&self) -> Vec<PathBuf> {
        self.context.log_dirs.iter().map(|dir| dir.path.clone()).collect()
    }

    /// Where the ops endpoint listens, if it does.
    pub fn ops_address(&self) -> Option<SocketAddr> {
        self.dashboard.address.get().copied()
    }

    /// How long it took to start.
    pub fn started_in(&self) -> Duration {
        self.started_in
    }

    /// Waits until somebody asks for the end.
    pub fn wait(&self) -> Exit {
        self.exits.recv().unwrap_or(Exit::Stop)
    }

    fn start_tree(&self, bound: Vec<sockets::Bound>) -> Result<(), StartError> {
        let context = &self.context;
        let tree = &context.tree;
        let root = Handle::new(tree.counters());
        let brood = Brood::new(ROOT, tree.clone(), root.clone(), self.threads.openers.clone());
        let report = RootReport { tree: tree.clone(), exit: context.exit.clone() };
        let broker = Broker { context: context.clone(), brood: brood.clone() };
        let control = &self.threads.control;
        start_root(ROOT, tree, control, &root, Arc::new(report), broker);
        self.start_shards(&brood);
        self.start_ops(&brood);
        self.start_keepers(&brood);
        self.start_controller(&brood)?;
        self.start_listeners(&brood, bound);
        self.ready.store(true, SeqCst);
        Ok(())
    }

    fn start_shards(&self, brood: &Brood<Broker>) {
        let (context, tree) = (&self.context, &self.context.tree);
        let shards: Vec<_> = (self.threads.data.iter().enumerate())
            .map(|(index, arbiter)| {
                let handle = Handle::new(tree.counters());
                let path = brood.path(&format!("shard-{index}"));
                let openers = self.threads.openers.clone();
                let shard_brood = Brood::new(path, tree.clone(), handle.clone(), openers);
                let arbiter = arbiter.clone();
                ShardRef { arbiter, handle, brood: shard_brood, connections: Arc::default() }
            })
            .collect();
        let _ = context.shards.set(shards);
        for (index, shard) in context.shards().iter().enumerate() {
            let seed = ShardSeed {
                index,
                context: context.clone(),
                arbiter: shard.arbiter.clone(),
                brood: shard.brood.clone(),
            };
            let handle = shard.handle.clone();
            let child = Child::<Shard> { arbiter: shard.arbiter.clone(), seed, handle };
            brood.add(&format!("shard-{index}"), child, Policy::VITAL);
        }
    }

    fn start_ops(&self, brood: &Brood<Broker>) {
        let Some(listener) = self.context.live().config.kabuki.ops_listener else { return };
        let child = Child::<Ops> {
            arbiter: self.threads.control.clone(),
            seed: OpsSeed { listener, dashboard: self.dashboard.clone() },
            handle: Handle::new(self.context.tree.counters()),
        };
        brood.add("ops", child, Policy::PATIENT);
    }

    fn start_keepers(&self, brood: &Brood<Broker>) {
        for (index, dir) in self.context.log_dirs.iter().enumerate() {
            let child = Child::<Retention> {
                arbiter: self.threads.control.clone(),
                seed: RetentionSeed { context: self.context.clone(), dir: dir.clone() },
                handle: dir.retention.clone(),
            };
            brood.add(&format!("retention-{index}"), child, Policy::PATIENT);
        }
    }

    /// Returns when the metadata log is replayed and every partition of it was opened.
    fn start_controller(&self, brood: &Brood<Broker>) -> Result<(), StartError> {
        let (opened, wait) = bounded(1);
        let latch = Latch::new(move || {
            let _ = opened.try_send(());
        });
        let seed = Arc::new(ControllerSeed {
            registered: AtomicBool::new(false),
            context: self.context.clone(),
            incarnation_id: Uuid::new_v4(),
            ready: Mutex::new(Some(latch)),
        });
        let child = Child::<Controller> {
            arbiter: self.threads.control.clone(),
            seed,
            handle: self.context.controller.clone(),
        };
        brood.add("controller", child, Policy::VITAL);
        loop {
            select! {
                recv(wait) -> _ => return Ok(()),
                recv(self.exits) -> exit => return Err(match exit {
                    Ok(Exit::Fatal(what)) => StartError::Part(what),
                    Ok(Exit::Stop) | Err(_) => StartError::Stopped,
                }),
                default(PROGRESS_EVERY) => self.say_progress(),
            }
        }
    }

    /// Opening many logs, or checking them after a crash, takes its time.
    fn say_progress(&self) {
        let open = self.context.tree.counters().of(Kind::Partition).alive.load(Relaxed);
        let all = self.context.view.load().hosted().count();
        tracing::info!("opening logs: {open} of {all} partitions");
    }

    fn start_listeners(&self, brood: &Brood<Broker>, bound: Vec<sockets::Bound>) {
        for sockets::Bound { info, socket } in bound {
            let name = listener_name(&info);
            let child = Child::<Listener> {
                arbiter: self.threads.control.clone(),
                seed: ListenerSeed { context: self.context.clone(), info, socket },
                handle: Handle::new(self.context.tree.counters()),
            };
            brood.add(&name, child, Policy::PATIENT);
        }
    }
}

fn listener_name(info: &ListenerInfo) -> String {
    format!("listener-{}", info.name)
}

/// Every partition that is read or written has its files open: as many as the system allows.
/// Of the files that the process may have open, logs keep this part; the rest is for connections.
const LOG_FILES_SHARE: u64 = 2;

fn open_files_limit() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

fn raise_open_files_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "cannot raise the limit of open files");
    }
}

/// For parts that need a pool of their own.
pub(crate) fn pool(name: &str, threads: usize) -> Result<Pool, StartError> {
    Pool::start(name, threads).map_err(StartError::Thread)
}

//! What the ops endpoint shows.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use crate::context::BrokerContext;
use crate::log_dir::LogDirectory;
use crate::ops::{Dashboard, LogDirState};

/// What the ops endpoint shows of a broker that starts.
pub(super) fn of(
    context: &Arc<BrokerContext>,
    ready: &Arc<AtomicBool>,
    started: Instant,
) -> Arc<Dashboard> {
    let ready = ready.clone();
    Arc::new(Dashboard {
        tree: context.tree.clone(),
        traffic: context.traffic.clone(),
        chaos_enabled: context.live().config.kabuki.chaos_enabled,
        started,
        is_ready: Box::new(move || ready.load(SeqCst)),
        log_dirs: Box::new(log_dir_states(context)),
        address: OnceLock::new(),
    })
}

/// Holds the dirs only, not the whole context.
fn log_dir_states(context: &BrokerContext) -> impl Fn() -> Vec<LogDirState> + use<> {
    let opened = |path: &PathBuf| context.log_dirs.iter().find(|dir| dir.path == *path).cloned();
    let configured = context.live().config.log_dirs.clone();
    let dirs: Vec<_> =
        configured.iter().map(|path| (path.display().to_string(), opened(path))).collect();
    move || {
        let state = |(path, dir): &(String, Option<Arc<LogDirectory>>)| LogDirState {
            path: path.clone(),
            offline: dir.as_ref().is_none_or(|dir| dir.is_offline()),
        };
        dirs.iter().map(state).collect()
    }
}

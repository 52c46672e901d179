//! The HTTP endpoint for people and monitoring: figures, the tree of actors, health, and the chaos door.
//!
//! ```text
//! GET  /                               a page that shows the tree and the main figures
//! GET  /actors                         the same as JSON                                    report.rs
//! GET  /metrics                        the same for Prometheus                             exposition.rs
//! GET  /health/live   /health/ready    200, or 503 while the broker does not serve
//! POST /actors/{path}/kill?how=panic   ends an actor (or how=stop), if kabuki.chaos.enabled
//! ```
//!
//! [`Ops`] owns the running server: actix-web with one worker thread, and its acceptor. Nothing here touches the
//! threads that serve clients: a request reads counters and the [`Tree`](crate::supervision::Tree).

mod apis;
mod exposition;
mod report;
mod server;

#[cfg(test)]
mod tests;

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use actix::fut::{ActorFutureExt as _, wrap_future};
use actix::{ActorContext as _, AsyncContext as _};
use serde::Serialize;

use crate::supervision::{
    Kind, Lease, OpenError, Opening, Play, Restart, Stage, StageContext, Tree,
};
use crate::traffic::Traffic;

/// What the endpoint shows, and where.
pub(crate) struct Dashboard {
    /// Every actor, and the figures by kind.
    pub(crate) tree: Arc<Tree>,
    /// The figures of the broker as a whole.
    pub(crate) traffic: Arc<Traffic>,
    /// Whether actors may be killed through the endpoint.
    pub(crate) chaos_enabled: bool,
    /// When the broker was started.
    pub(crate) started: Instant,
    /// Whether the broker serves clients now.
    pub(crate) is_ready: Box<dyn Fn() -> bool + Send + Sync>,
    /// The configured log dirs as they are now.
    pub(crate) log_dirs: Box<dyn Fn() -> Vec<LogDirState> + Send + Sync>,
    /// Where the endpoint really listens, once it does: with port 0 the system chooses, and restarts keep the choice.
    pub(crate) address: OnceLock<SocketAddr>,
}

/// A log dir of this moment.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct LogDirState {
    /// As it is configured.
    pub(crate) path: String,
    /// It could not be used at the start, or has failed since.
    pub(crate) offline: bool,
}

/// What every incarnation of [`Ops`] is made from.
pub(crate) struct OpsSeed {
    /// `kabuki.ops.listener`: loopback only, for there is no authentication.
    pub(crate) listener: SocketAddr,
    pub(crate) dashboard: Arc<Dashboard>,
}

/// The actor that owns the HTTP server.
///
/// * Owns: the listener, and the server as its one spawned item; both end with it.
/// * Hears: nothing but its supervisor and the chaos door.
/// * Lives on: the control arbiter, where starting a server may take its milliseconds.
/// * Restarts by: rebinding, to the address that it had.
pub(crate) struct Ops {
    dashboard: Arc<Dashboard>,
    /// The bound listener and the incarnation's lease, until the server takes them over in `started`.
    bound: Option<(TcpListener, Lease)>,
}

impl Play for Ops {
    const KIND: Kind = Kind::Ops;

    fn started(&mut self, ctx: &mut StageContext<Self>) {
        let Some((listener, lease)) = self.bound.take() else { return };
        let server = match server::serve(listener, self.dashboard.clone()) {
            Ok(server) => server,
            Err(error) => {
                tracing::error!(%error, "the ops endpoint cannot start");
                return ctx.stop();
            }
        };
        // Spawned items are the last thing of an actor to drop, after its guard has reported. The lease, dropped
        // after the server, keeps the next incarnation from binding the port before this one has let go of it.
        let running = async move {
            let _lease = lease;
            let mut server = server;
            (&mut server).await
        };
        ctx.spawn(wrap_future(running).map(|end, _: &mut Stage<Self>, ctx| {
            tracing::error!(?end, "the ops endpoint ended by itself");
            ctx.stop();
        }));
    }
}

impl Restart for Ops {
    type Seed = OpsSeed;

    fn open(seed: &OpsSeed, opening: Opening) -> Result<Self, OpenError> {
        let wanted = *seed.dashboard.address.get().unwrap_or(&seed.listener);
        if !wanted.ip().is_loopback() {
            return Err(OpenError(format!("{wanted} is not a loopback address")));
        }
        let listener = TcpListener::bind(wanted)
            .map_err(|error| OpenError(format!("cannot listen on {wanted}: {error}")))?;
        let address = listener
            .local_addr()
            .map_err(|error| OpenError(format!("cannot tell where {wanted} listens: {error}")))?;
        let address = seed.dashboard.address.get_or_init(|| address);
        tracing::info!("ops endpoint on http://{address}");
        Ok(Self { dashboard: seed.dashboard.clone(), bound: Some((listener, opening.lease)) })
    }
}

//! Accepts connections on one bound socket and hands each to an arbiter, in turn.
//!
//! * Owns: its registration with the reactor of the control arbiter. The socket itself outlives it, so that clients
//!   that come while it restarts wait in the backlog.
//! * Promises: no connection above the limits of `max.connections` and `max.connections.per.ip`.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use actix::{ActorContext, ActorFuture, AsyncContext};
use kabuki_config::broker::NetworkConfig;
use kabuki_config::listeners::Endpoint;
use tokio::net::{TcpListener, TcpStream};

use super::connection::{Connection, ConnectionSeed};
use crate::context::BrokerContext;
use crate::supervision::{Handle, Kind, OpenError, Opening, Play, Restart, Stage, StageContext};

/// Connections accepted before the arbiter's other actors have their turn.
const ACCEPTS_A_TURN: usize = 64;
/// Pause after the system refused to accept (no descriptors left, say), or while `max.connections` is reached.
const PAUSE: Duration = Duration::from_millis(50);

/// A bound listener, as answers speak of it.
#[derive(Debug)]
pub(crate) struct ListenerInfo {
    /// Upper-case name.
    pub(crate) name: String,
    /// Where it is bound.
    pub(crate) bound: SocketAddr,
    /// What clients are told; `None` when it is not advertised.
    pub(crate) advertised: Option<Endpoint>,
}

/// Counts connections against their limits.
#[derive(Clone, Default)]
pub(crate) struct Permits {
    open: Arc<Mutex<BTreeMap<IpAddr, u32>>>,
}

/// A connection's place within the limits, given back when it drops.
pub(crate) struct ConnectionPermit {
    permits: Permits,
    ip: IpAddr,
}

impl Permits {
    fn open(&self) -> MutexGuard<'_, BTreeMap<IpAddr, u32>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_full(&self, config: &NetworkConfig) -> bool {
        let open: u64 = self.open().values().map(|count| u64::from(*count)).sum();
        open >= u64::from(config.max_connections)
    }

    /// A place for one more connection from `ip`, unless it has as many as it may.
    fn take(&self, ip: IpAddr, config: &NetworkConfig) -> Option<ConnectionPermit> {
        let own = config.max_connections_per_ip_overrides.get(&ip.to_string());
        let limit = own.copied().unwrap_or(config.max_connections_per_ip);
        let mut open = self.open();
        let count = open.entry(ip).or_default();
        if *count >= limit {
            return None;
        }
        *count += 1;
        Some(ConnectionPermit { permits: self.clone(), ip })
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut open = self.permits.open();
        if let Some(count) = open.get_mut(&self.ip) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.ip);
            }
        }
    }
}

/// What a listener is made from.
pub(crate) struct ListenerSeed {
    pub(crate) context: Arc<BrokerContext>,
    pub(crate) info: Arc<ListenerInfo>,
    pub(crate) socket: std::net::TcpListener,
}

/// The accept loop of one listener.
pub(crate) struct Listener {
    context: Arc<BrokerContext>,
    info: Arc<ListenerInfo>,
    socket: Option<std::net::TcpListener>,
}

impl Restart for Listener {
    type Seed = ListenerSeed;

    fn open(seed: &ListenerSeed, _opening: Opening) -> Result<Self, OpenError> {
        let socket = seed.socket.try_clone().map_err(|error| OpenError(error.to_string()))?;
        Ok(Self { context: seed.context.clone(), info: seed.info.clone(), socket: Some(socket) })
    }
}

impl Play for Listener {
    const KIND: Kind = Kind::Listener;

    fn started(&mut self, ctx: &mut StageContext<Self>) {
        match self.socket.take().map(TcpListener::from_std) {
            Some(Ok(socket)) => {
                ctx.spawn(Accept { socket, pause: None });
            }
            Some(Err(error)) => {
                tracing::error!(listener = self.info.name, %error, "cannot listen");
                ctx.stop();
            }
            None => ctx.stop(),
        }
    }
}

impl Listener {
    /// Hands a new connection to an arbiter.
    fn welcome(&self, socket: TcpStream, peer: SocketAddr) {
        let live = self.context.live();
        let Some(permit) = self.context.permits.take(peer.ip(), &live.config.network) else {
            self.context.complaints.about(peer, "refused: max.connections.per.ip is reached");
            return;
        };
        let socket = match prepare(socket, &live.config.network) {
            Ok(socket) => socket,
            Err(error) => return tracing::debug!(%peer, %error, "lost a connection at once"),
        };
        let id = next_connection_id();
        let shards = self.context.shards();
        let shard = &shards[id as usize % shards.len()];
        let handle = Handle::new(self.context.tree.counters());
        let seed = ConnectionSeed {
            id,
            socket,
            peer,
            listener: self.info.clone(),
            context: self.context.clone(),
            handle: handle.clone(),
            permit,
        };
        let name = format!("connection-{id}");
        shard.brood.add_once(&name, &shard.arbiter, handle, move || Connection::new(seed));
    }
}

/// Unique within the process, over all brokers and listeners.
fn next_connection_id() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Relaxed) + 1
}

/// Sets the socket up and takes it off this arbiter's reactor.
fn prepare(socket: TcpStream, config: &NetworkConfig) -> io::Result<std::net::TcpStream> {
    socket.set_nodelay(true)?;
    let options = socket2::SockRef::from(&socket);
    if let Some(bytes) = config.socket_send_buffer_bytes {
        options.set_send_buffer_size(bytes as usize)?;
    }
    if let Some(bytes) = config.socket_receive_buffer_bytes {
        options.set_recv_buffer_size(bytes as usize)?;
    }
    socket.into_std()
}

/// The one future of a listener.
struct Accept {
    socket: TcpListener,
    pause: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Accept {
    fn pause(&mut self) {
        self.pause = Some(Box::pin(tokio::time::sleep(PAUSE)));
    }

    fn is_pausing(&mut self, cx: &mut Context<'_>) -> bool {
        let pausing = self.pause.as_mut().is_some_and(|pause| pause.as_mut().poll(cx).is_pending());
        if !pausing {
            self.pause = None;
        }
        pausing
    }
}

impl ActorFuture<Stage<Listener>> for Accept {
    type Output = ();

    fn poll(
        mut self: Pin<&mut Self>,
        stage: &mut Stage<Listener>,
        _ctx: &mut StageContext<Listener>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        let listener = stage.player();
        for _ in 0..ACCEPTS_A_TURN {
            if self.is_pausing(cx) {
                return Poll::Pending;
            }
            if listener.context.permits.is_full(&listener.context.live().config.network) {
                self.pause();
                continue;
            }
            match self.socket.poll_accept(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok((socket, peer))) => listener.welcome(socket, peer),
                Poll::Ready(Err(error)) => {
                    tracing::warn!(listener = listener.info.name, %error, "cannot accept");
                    self.pause();
                }
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

//! Accepts connections on one bound socket and hands each to an arbiter, in turn.
//!
//! * Owns: its registration with the reactor of the control arbiter. The socket itself outlives it, so that clients
//!   that come while it restarts wait in the backlog.
//! * Promises: no connection above the limits (see [`admission`](super::admission)). As in Kafka, a connection that has
//!   to wait for a place, or because connections come too fast, is accepted and held; those behind it wait in the
//!   backlog.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use actix::{ActorContext, ActorFuture, AsyncContext};
use kabuki_config::broker::NetworkConfig;
use kabuki_config::listeners::Endpoint;
use tokio::net::{TcpListener, TcpStream};

use super::admission::{Arrival, ConnectionPermit, Entry};
use super::connection::{Connection, ConnectionSeed};
use super::homing::Residence;
use crate::context::BrokerContext;
use crate::supervision::{Handle, Kind, OpenError, Opening, Play, Restart, Stage, StageContext};

/// Connections accepted before the arbiter's other actors have their turn.
const ACCEPTS_A_TURN: usize = 64;
/// Pause after the system refused to accept (no descriptors left, say).
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
                ctx.spawn(Accept::new(socket));
            }
            Some(Err(error)) => {
                tracing::error!(listener = self.info.name, %error, "cannot listen");
                ctx.stop();
            }
            None => ctx.stop(),
        }
    }
}

/// A connection that was accepted and is not in yet.
struct Held {
    socket: TcpStream,
    peer: SocketAddr,
    arrival: Arrival,
    /// There was no place for it when it was looked for.
    waited: bool,
}

impl Listener {
    /// Takes a new connection, and says how long it has to wait because connections come too fast.
    fn receive(&self, socket: TcpStream, peer: SocketAddr) -> (Held, Duration) {
        let delay = self.context.admission.arrived(&self.info);
        if !delay.is_zero() {
            self.context.traffic.connections.delayed_by_rate.fetch_add(1, Relaxed);
        }
        let arrival = Arrival {
            id: next_connection_id(),
            ip: peer.ip().to_canonical(),
            handle: Handle::new(self.context.tree.counters()),
        };
        (Held { socket, peer, arrival, waited: false }, delay)
    }

    /// Lets a connection in or closes it; gives it back when it has to wait for a place.
    fn admit(&self, held: Held, waker: &Waker) -> Option<Held> {
        let context = &self.context;
        match context.admission.enter(&self.info, &held.arrival, waker) {
            Entry::NoPlace => return Some(held),
            Entry::TooManyOfIp => {
                context.traffic.connections.refused_per_ip.fetch_add(1, Relaxed);
                context.complaints.about(held.peer, "refused: max.connections.per.ip is reached");
            }
            Entry::Admitted(permit) => self.welcome(held, permit),
        }
        None
    }

    /// Hands a new connection to an arbiter.
    fn welcome(&self, held: Held, permit: ConnectionPermit) {
        let Held { socket, peer, arrival: Arrival { id, handle, .. }, .. } = held;
        let socket = match prepare(socket, &self.context.live().config.network) {
            Ok(socket) => socket,
            Err(error) => return tracing::debug!(%peer, %error, "lost a connection at once"),
        };
        self.context.traffic.connections.accepted.fetch_add(1, Relaxed);
        let arbiter = id as usize % self.context.shards().len();
        let residence = Residence::new(arbiter, &self.context);
        let seed = ConnectionSeed {
            id,
            socket,
            peer,
            listener: self.info.clone(),
            context: self.context.clone(),
            handle: handle.clone(),
            permit,
            residence,
        };
        Residence::house(arbiter, &self.context, (id, handle), move || Connection::new(seed));
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
    options.set_keepalive(true)?;
    if let Some(bytes) = config.socket_send_buffer_bytes {
        options.set_send_buffer_size(bytes as usize)?;
    }
    socket.into_std()
}

/// The one future of a listener.
struct Accept {
    socket: TcpListener,
    /// The connection that waits; none behind it is accepted meanwhile.
    held: Option<Held>,
    pause: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Accept {
    fn new(socket: TcpListener) -> Self {
        Self { socket, held: None, pause: None }
    }

    fn pause(&mut self, time: Duration) {
        self.pause = Some(Box::pin(tokio::time::sleep(time)));
    }

    fn is_pausing(&mut self, cx: &mut Context<'_>) -> bool {
        let pausing = self.pause.as_mut().is_some_and(|pause| pause.as_mut().poll(cx).is_pending());
        if !pausing {
            self.pause = None;
        }
        pausing
    }

    /// The connection that waits, or the next one; `None` while there is none, or while it has to wait.
    fn next(&mut self, listener: &Listener, cx: &mut Context<'_>) -> Option<Held> {
        if self.is_pausing(cx) {
            return None;
        }
        if let Some(held) = self.held.take() {
            return Some(held);
        }
        match self.socket.poll_accept(cx) {
            Poll::Pending => None,
            Poll::Ready(Ok((socket, peer))) => {
                let (held, delay) = listener.receive(socket, peer);
                if delay.is_zero() {
                    return Some(held);
                }
                self.held = Some(held);
                self.pause(delay);
                self.next(listener, cx)
            }
            Poll::Ready(Err(error)) => {
                tracing::warn!(listener = listener.info.name, %error, "cannot accept");
                self.pause(PAUSE);
                self.next(listener, cx)
            }
        }
    }

    /// Keeps a connection until there is a place for it: of that the listener is told.
    fn hold(&mut self, mut held: Held, listener: &Listener) {
        if !std::mem::replace(&mut held.waited, true) {
            listener.context.traffic.connections.waited_for_place.fetch_add(1, Relaxed);
        }
        self.held = Some(held);
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
            let Some(held) = self.next(listener, cx) else { return Poll::Pending };
            if let Some(held) = listener.admit(held, cx.waker()) {
                self.hold(held, listener);
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

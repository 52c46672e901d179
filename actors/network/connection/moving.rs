//! How a connection moves to another arbiter.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use tokio::net::TcpStream;

use super::{Closing, Connection, register};
use crate::network::homing::Residence;
use crate::supervision::Handle;

impl Connection {
    /// Whether it is about to move: most of its requests go to another arbiter, and none is under way, so that no answer
    /// can miss it.
    pub(super) fn is_to_move(&mut self) -> bool {
        if self.closing != Closing::No || !self.owes_nothing() {
            return false;
        }
        let Some(arbiter) = self.homing.decide() else { return false };
        self.next_residence = self.residence.other(arbiter, &self.context);
        self.next_residence.is_some()
    }

    /// Goes to another arbiter with all it has.
    pub(super) fn move_to(mut self, residence: Residence) {
        let socket = match self.socket.take().map(TcpStream::into_std) {
            Some(Ok(socket)) => socket,
            Some(Err(error)) => {
                return tracing::warn!(peer = %self.peer, %error, "lost a connection that moved");
            }
            None => return,
        };
        let handle = Handle::new(self.context.tree.counters());
        self.returns = Arc::new(handle.clone());
        self.permit.moves_to(handle.clone());
        self.residence = residence;
        self.homing.moved();
        self.context.traffic.connections.moved.fetch_add(1, Relaxed);
        let (id, context) = (self.id, self.context.clone());
        let arbiter = self.residence.arbiter();
        Residence::house(arbiter, &context, (id, handle), move || self.arrive(socket));
    }

    /// Goes on where it has moved to.
    fn arrive(mut self, socket: std::net::TcpStream) -> Self {
        self.socket = register(socket, self.peer);
        if self.permit.gives_way() {
            self.closing = Closing::AtOnce;
        }
        self
    }
}

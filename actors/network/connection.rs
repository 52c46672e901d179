//! One client connection: cuts frames, hands requests to their APIs, writes responses in order.
//!
//! * Owns: the socket, the bytes under way, the reply slots, the fetch session.
//! * Hears: [`Replied`] from every actor that one of its requests asked.
//! * Lives on: any data arbiter at first; it moves to the one of the partitions that it uses most ([`Homing`]), between two
//!   requests. It is not restarted: the client reconnects.
//! * Mailbox bound: answers to its own requests, of which [`IN_FLIGHT_MAX`] can be open.
//!
//! All I/O is one spawned item, [`Drive`], which actix polls after every drained mailbox: an answer that fills a slot
//! is written in the same wake.

mod moving;

use std::cell::Cell;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix::{ActorFuture, AsyncContext};
use bytes::Bytes;
use kabuki_wire::RequestHeader;
use kabuki_wire::frame::{FrameReader, SHARED_BUFFER_BYTES};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;
use tokio_util::io::poll_read_buf;

use super::admission::ConnectionPermit;
use super::api::{Env, Request, Response, Step};
use super::budget::{Held, Share};
use super::fetch_session::SessionOwner;
use super::homing::{Homing, Residence};
use super::listener::ListenerInfo;
use super::outbox::{Left, Outbox};
use super::registry;
use super::slots::{Slot, SlotState, Slots};
use crate::answer::{Answer, Replied};
use crate::context::BrokerContext;
use crate::supervision::{Handle, Hear, Kind, Play, ReturnAddress, Stage, StageContext, Ticket};

/// Requests of one connection under way at once; beyond it the socket is not read. Clients have 5 by default.
const IN_FLIGHT_MAX: usize = 256;
/// Memory of requests under way at once, as frames and decoded; beyond it the socket is not read.
const IN_FLIGHT_BYTES_MAX: usize = 32 << 20;
/// Memory of responses that wait to be written; beyond it requests are not read. The system's own buffer for a socket
/// comes before it, and records on their way from file to socket are not in memory.
const OUTBOX_BYTES_MAX: usize = 256 << 10;
/// Memory of responses is charged to all connections in such steps, so that small ones cost nothing.
const RESPONSES_CHARGED_BY: usize = 16 << 10;
/// Silence after which a connection ends that goes on with a large request at the cost of others: they wait for memory.
const OVERDRAFT_SILENCE_MAX: Duration = Duration::from_secs(1);
/// Reads from the socket before the arbiter's other actors have their turn; each is bounded by the room it reads into.
const READS_A_TURN: usize = 8;
/// How long a client has at the broker's orderly end to take its last responses and to close.
const LINGER: Duration = Duration::from_millis(500);

impl ReturnAddress for Handle<Connection> {
    fn deliver(&self, ticket: Ticket, answer: Answer) {
        self.tell(Replied { ticket, answer });
    }
}

/// There are more connections than `max.connections` allows: this one is to end.
pub(crate) struct GiveWay;

/// What a connection is made of.
pub(crate) struct ConnectionSeed {
    pub(crate) id: u64,
    pub(crate) socket: std::net::TcpStream,
    pub(crate) peer: SocketAddr,
    pub(crate) listener: Arc<ListenerInfo>,
    pub(crate) context: Arc<BrokerContext>,
    pub(crate) handle: Handle<Connection>,
    pub(crate) permit: ConnectionPermit,
    /// Where it is to live.
    pub(crate) residence: Residence,
}

/// A client connection.
pub(crate) struct Connection {
    id: u64,
    /// `None` when the socket could not be registered with this arbiter.
    socket: Option<TcpStream>,
    peer: SocketAddr,
    listener: Arc<ListenerInfo>,
    context: Arc<BrokerContext>,
    returns: Arc<dyn ReturnAddress>,
    frames: FrameReader,
    slots: Slots,
    outbox: Outbox,
    /// What it has of the memory of all connections.
    share: Share,
    session_owner: Arc<SessionOwner>,
    /// No more requests are read; once the outbox is empty (or at once), the connection ends.
    closing: Closing,
    /// When bytes went in or out last.
    last_active: Instant,
    /// Counts this connection against `max.connections` for as long as it lives.
    permit: ConnectionPermit,
    /// Whose arbiters its requests go to.
    homing: Homing,
    /// The arbiter that it lives on.
    residence: Residence,
    /// Where it is about to move.
    next_residence: Option<Residence>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    No,
    AfterResponses,
    /// The broker ends in order: after the responses, the client closes first, or the time is up.
    Lingering(Option<Instant>),
    AtOnce,
}

impl Connection {
    /// Made on the arbiter that it lives on: a socket stays with the reactor that registered it.
    pub(crate) fn new(seed: ConnectionSeed) -> Self {
        let share = seed.context.memory_budget.share(seed.id);
        let frame_bytes_max = seed.context.live().config.network.socket_request_max_bytes;
        Self {
            id: seed.id,
            socket: register(seed.socket, seed.peer),
            peer: seed.peer,
            listener: seed.listener,
            context: seed.context,
            returns: Arc::new(seed.handle),
            frames: FrameReader::new(frame_bytes_max as usize),
            slots: Slots::default(),
            outbox: Outbox::default(),
            share,
            session_owner: Arc::default(),
            closing: Closing::No,
            last_active: Instant::now(),
            permit: seed.permit,
            homing: Homing::default(),
            residence: seed.residence,
            next_residence: None,
        }
    }

    fn env<'a>(&'a mut self, slot: u64) -> Env<'a> {
        Env {
            context: &self.context,
            listener: &self.listener,
            connection_id: self.id,
            peer: self.peer.ip().to_canonical(),
            session_owner: &self.session_owner,
            homing: &mut self.homing,
            returns: &self.returns,
            slot,
        }
    }

    /// Whether this connection's own limits allow another request.
    fn has_credit(&self) -> bool {
        self.closing == Closing::No
            && self.slots.len() < IN_FLIGHT_MAX
            && self.slots.request_bytes() < IN_FLIGHT_BYTES_MAX
            && self.response_bytes() < OUTBOX_BYTES_MAX
            && !self.slots.blocked()
    }

    /// Memory of responses that wait for their turn, or for the client.
    fn response_bytes(&self) -> usize {
        self.slots.response_bytes() + self.outbox.held_bytes()
    }

    /// Nothing is under way, and the client has taken all responses.
    fn owes_nothing(&self) -> bool {
        self.slots.len() == 0 && self.outbox.is_empty()
    }

    /// Whether the limits of all connections together allow another request: beyond them, one small one at a time.
    fn has_room(&self) -> bool {
        let is_modest = !self.frames.is_large() || self.share.has_overdraft();
        self.share.has_room() || (self.owes_nothing() && is_modest)
    }

    /// Whether the socket is not to be read because the broker holds too much; then `cx` is woken when it does not.
    fn waits_for_room(&mut self, cx: &mut Context<'_>) -> bool {
        if self.has_room() {
            return false;
        }
        self.share.wait(cx.waker());
        !(self.has_room() || (self.owes_nothing() && self.share.overdraw()))
    }

    /// Charges what this connection holds.
    fn charge(&mut self) {
        self.share.hold(Held {
            request_bytes: self.slots.request_bytes() + self.frames.large_frame_bytes(),
            requests: self.slots.queued(),
            response_bytes: self.response_bytes() / RESPONSES_CHARGED_BY * RESPONSES_CHARGED_BY,
        });
    }

    /// Handles the frames that are whole, as far as there is credit.
    fn handle_frames(&mut self) {
        while self.has_credit() && self.has_room() {
            match self.frames.next_frame() {
                Ok(Some(frame)) => self.handle_frame(frame),
                Ok(None) => return,
                Err(error) => self.close(&error),
            }
            self.charge();
        }
    }

    fn handle_frame(&mut self, frame: Bytes) {
        let traffic = &self.context.traffic;
        traffic.bytes_in.fetch_add(frame.len() as u64 + 4, Relaxed);
        // A small frame may be the last that keeps a shared buffer.
        let frame_bytes = frame.len().max(SHARED_BUFFER_BYTES);
        let mut body = frame;
        let header = match RequestHeader::decode(&mut body) {
            Ok(header) => header,
            Err(error) => return self.close(&error),
        };
        traffic.count_request(header.api as i16);
        let Some(api) = registry::find(header.api) else {
            return self.close(&format_args!("{:?} is not served", header.api));
        };
        if !api.serves(header.version) {
            return self.close(&format_args!("{:?} v{} is not served", header.api, header.version));
        }
        let slot = self.slots.next_number();
        let decoded_bytes = Cell::new(0);
        let request = Request { header: &header, body, decoded_bytes: &decoded_bytes };
        let step = (api.handler)(request, &mut self.env(slot));
        let step = match step {
            Ok(step) => step,
            Err(error) => {
                return self.close(&format_args!("{:?} v{}: {error}", header.api, header.version));
            }
        };
        let mut slot = Slot {
            header,
            since: Instant::now(),
            request_bytes: frame_bytes + decoded_bytes.get(),
            alone: api.alone,
            state: SlotState::Done(Vec::new()),
        };
        match step {
            Step::Later(request) => slot.state = SlotState::Waiting(request),
            Step::Now(response) => slot.state = SlotState::Done(response),
            Step::Silent => {}
            Step::Close(why) => self.close(&why),
        }
        self.slots.push(slot);
    }

    /// Closes after what is answered already has been written; says so once in the log.
    fn close(&mut self, why: &dyn std::fmt::Display) {
        if self.closing == Closing::No {
            self.context.traffic.connections.closed_bad_request.fetch_add(1, Relaxed);
            self.context.complaints.about(self.peer, format_args!("closing the connection: {why}"));
            self.closing = Closing::AfterResponses;
        }
    }

    /// Puts what came of an answer into its slot.
    fn settle(&mut self, number: u64, step: Step) {
        let state = match step {
            Step::Later(request) => SlotState::Waiting(request),
            Step::Now(response) => SlotState::Done(response),
            Step::Silent => SlotState::Done(Response::new()),
            Step::Close(why) => {
                self.close(&why);
                // As if it had been executed before the requests behind it were read.
                self.slots.end_with(number);
                SlotState::Done(Response::new())
            }
        };
        self.slots.set_state(number, state);
    }

    /// Takes the answer to a part of the request of a slot.
    fn take(&mut self, slot: u64, part: u32, answer: Answer) {
        if let Answer::Lost { poisonous: true, .. } = answer {
            self.close(&"one of its requests ended the actor that handled it");
        }
        self.advance(slot, Some((part, answer)));
    }

    /// Lets the request of a slot take an answer, or notice that its time is up.
    fn advance(&mut self, number: u64, answer: Option<(u32, Answer)>) {
        let Some(mut request) = self.slots.take_waiting(number) else { return };
        let mut env = self.env(number);
        let step = match answer {
            Some((part, answer)) => request.answered(part, answer, &mut env),
            None => request.expired(&mut env),
        };
        self.settle(number, step.unwrap_or(Step::Later(request)));
    }

    /// Who goes on at the cost of others does not wait for records: what there is has to do.
    fn expire(&mut self, now: Instant) {
        let overdraws = self.share.has_overdraft();
        for number in self.slots.expired(|deadline| overdraws || deadline <= now) {
            self.advance(number, None);
        }
    }

    /// Moves the responses whose turn it is to the outbox.
    fn fill_outbox(&mut self) {
        while let Some((slot, age)) = self.slots.pop_done() {
            self.share.end_overdraft();
            self.context.traffic.count_response(slot.header.api as i16, age);
            let SlotState::Done(pieces) = slot.state else { continue };
            pieces.into_iter().for_each(|piece| self.outbox.push(piece));
        }
    }

    /// The idle limit, or the time of a waiting request: when to wake without being told.
    fn next_deadline(&self) -> Option<Instant> {
        match self.closing {
            Closing::Lingering(Some(until)) => Some(until),
            _ => [self.idle_deadline(), self.slots.next_deadline()].into_iter().flatten().min(),
        }
    }

    /// When this connection ends if no byte goes in or out. As in Kafka, `connections.max.idle.ms` does not ask whether a
    /// request waits for its answer.
    fn idle_deadline(&self) -> Option<Instant> {
        let idle_ms = self.context.live().config.network.connections_max_idle_ms;
        let stalls = self.share.has_overdraft() && self.slots.len() == 0;
        let patience = stalls.then_some(OVERDRAFT_SILENCE_MAX);
        let limit = idle_ms.map(Duration::from_millis).into_iter().chain(patience).min()?;
        self.last_active.checked_add(limit)
    }

    fn is_idle(&self, now: Instant) -> bool {
        self.idle_deadline().is_some_and(|deadline| deadline <= now)
    }

    /// Bytes went in or out.
    fn note_activity(&mut self) {
        self.last_active = Instant::now();
        self.permit.touch(self.last_active);
    }

    /// Does everything that can be done now. Ready when the connection is over.
    fn drive(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(mut socket) = self.socket.take() else { return Poll::Ready(()) };
        let driven = self.drive_socket(&mut socket, cx);
        self.socket = Some(socket);
        driven.unwrap_or_else(|error| {
            tracing::debug!(peer = %self.peer, %error, "connection lost");
            Poll::Ready(())
        })
    }

    fn drive_socket(
        &mut self,
        socket: &mut TcpStream,
        cx: &mut Context<'_>,
    ) -> io::Result<Poll<()>> {
        self.share.look();
        let now = Instant::now();
        self.expire(now);
        if self.is_idle(now) {
            self.context.traffic.connections.closed_idle.fetch_add(1, Relaxed);
            tracing::debug!(peer = %self.peer, "closing an idle connection");
            return Ok(Poll::Ready(()));
        }
        if let Closing::Lingering(Some(until)) = self.closing {
            return linger(socket, until, cx);
        }
        for _ in 0..READS_A_TURN {
            self.handle_frames();
            self.fill_outbox();
            let left = self.write(socket, cx)?;
            self.charge();
            if self.is_over(left) {
                return self.end(socket, cx);
            }
            if self.is_to_move() {
                return Ok(Poll::Ready(()));
            }
            if left == Left::TurnOver {
                break;
            }
            if !self.has_credit() || self.waits_for_room(cx) {
                return Ok(Poll::Pending);
            }
            if !self.frames.has_frame() && !self.read(socket, cx)? {
                return Ok(Poll::Pending);
            }
        }
        cx.waker().wake_by_ref();
        Ok(Poll::Pending)
    }

    fn is_over(&self, left: Left) -> bool {
        match self.closing {
            Closing::No => false,
            Closing::AfterResponses | Closing::Lingering(_) => {
                left == Left::Nothing && !self.slots.is_answer_due()
            }
            Closing::AtOnce => true,
        }
    }

    /// Ends at once, or, at the broker's orderly end, says that nothing more comes and lets the client close. Were the
    /// socket closed while requests stand in it unread, the client's system would be told of a reset, and the client might
    /// never look at the responses that it has: it would send again what is in the log.
    fn end(&mut self, socket: &mut TcpStream, cx: &mut Context<'_>) -> io::Result<Poll<()>> {
        let Closing::Lingering(until) = &mut self.closing else { return Ok(Poll::Ready(())) };
        let until = *until.insert(Instant::now() + LINGER);
        match Pin::new(&mut *socket).poll_shutdown(cx)? {
            Poll::Ready(()) => linger(socket, until, cx),
            Poll::Pending => Ok(Poll::Pending),
        }
    }

    fn write(&mut self, socket: &TcpStream, cx: &mut Context<'_>) -> io::Result<Left> {
        if self.outbox.is_empty() {
            return Ok(Left::Nothing);
        }
        let written = self.outbox.write(socket, cx)?;
        if written.bytes > 0 {
            self.note_activity();
            self.context.traffic.bytes_out.fetch_add(written.bytes as u64, Relaxed);
        }
        Ok(written.left)
    }

    /// Reads once. False when the socket has nothing now; the task is woken when it has.
    fn read(&mut self, socket: &mut TcpStream, cx: &mut Context<'_>) -> io::Result<bool> {
        match poll_read_buf(Pin::new(socket), cx, self.frames.buffer()) {
            Poll::Pending => {
                self.frames.rest();
                Ok(false)
            }
            Poll::Ready(Ok(0)) => {
                // It may still want to hear what it has asked for; if it does not, writing says so.
                if self.closing == Closing::No {
                    self.closing = Closing::AfterResponses;
                }
                Ok(true)
            }
            Poll::Ready(read) => {
                read?;
                self.note_activity();
                self.charge();
                Ok(true)
            }
        }
    }
}

impl Play for Connection {
    const KIND: Kind = Kind::Connection;

    fn started(&mut self, ctx: &mut StageContext<Self>) {
        ctx.spawn(Drive { timer: Box::pin(tokio::time::sleep(Duration::ZERO)) });
    }

    fn retire(&mut self, _ctx: &mut StageContext<Self>) {
        if self.closing == Closing::No {
            self.closing = Closing::Lingering(None);
        }
    }
}

/// Makes a socket this arbiter's.
fn register(socket: std::net::TcpStream, peer: SocketAddr) -> Option<TcpStream> {
    let failed = |error: &io::Error| tracing::warn!(%peer, %error, "cannot use a connection");
    TcpStream::from_std(socket).inspect_err(failed).ok()
}

/// Reads and forgets until the client closes or the time is up.
fn linger(socket: &mut TcpStream, until: Instant, cx: &mut Context<'_>) -> io::Result<Poll<()>> {
    let mut scratch = [0; 8 << 10];
    for _ in 0..READS_A_TURN {
        let mut forgotten = ReadBuf::new(&mut scratch);
        if Instant::now() >= until {
            return Ok(Poll::Ready(()));
        }
        match Pin::new(&mut *socket).poll_read(cx, &mut forgotten)? {
            Poll::Pending => return Ok(Poll::Pending),
            Poll::Ready(()) if forgotten.filled().is_empty() => return Ok(Poll::Ready(())),
            Poll::Ready(()) => {}
        }
    }
    cx.waker().wake_by_ref();
    Ok(Poll::Pending)
}

impl Hear<Replied> for Connection {
    fn hear(&mut self, Replied { ticket, answer }: Replied, _ctx: &mut StageContext<Self>) {
        match answer {
            Answer::Together(answers) => {
                answers.into_iter().for_each(|(part, answer)| self.take(ticket.slot, part, answer));
            }
            answer => self.take(ticket.slot, ticket.part, answer),
        }
    }
}

impl Hear<GiveWay> for Connection {
    fn hear(&mut self, _: GiveWay, _ctx: &mut StageContext<Self>) {
        self.context.traffic.connections.gave_way.fetch_add(1, Relaxed);
        tracing::debug!(peer = %self.peer, "closing the connection that was idle for longest: max.connections");
        self.closing = Closing::AtOnce;
    }
}

/// The one future of a connection: reads, writes, and watches the clock.
struct Drive {
    timer: Pin<Box<Sleep>>,
}

impl Drive {
    /// Sets the timer to the connection's next deadline; true when that is already over.
    fn set_timer(&mut self, deadline: Option<Instant>, cx: &mut Context<'_>) -> bool {
        let Some(deadline) = deadline else { return false };
        let deadline = tokio::time::Instant::from_std(deadline);
        if self.timer.deadline() != deadline {
            self.timer.as_mut().reset(deadline);
        }
        self.timer.as_mut().poll(cx).is_ready()
    }
}

impl ActorFuture<Stage<Connection>> for Drive {
    type Output = ();

    fn poll(
        mut self: Pin<&mut Self>,
        stage: &mut Stage<Connection>,
        ctx: &mut StageContext<Connection>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        let connection = stage.player();
        if connection.drive(cx).is_ready() {
            let residence = connection.next_residence.take();
            if let Some(connection) = stage.leave(ctx)
                && let Some(residence) = residence
            {
                connection.move_to(residence);
            }
            return Poll::Ready(());
        }
        let deadline = connection.next_deadline();
        if self.set_timer(deadline, cx) {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

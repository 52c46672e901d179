//! The one shell of all coordinators: a state machine over the log of one partition.
//!
//! * Owns: the [`Shell`] with the state, the reply tokens of the requests that it has not answered, one timer.
//! * Hears: requests, from connections; what became of its appends and how far they are committed, from its partition;
//!   events, from the controller.
//! * Promises: what is answered is committed; a state that the log may not have is never answered from.
//! * Lives on: the arbiter of its partition. Restarts, also without dying, by replaying the partition's log.
//! * Mailbox bound: the credits of the connections.

mod loading;
mod writing;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use actix::{ActorContext, AsyncContext, SpawnHandle};
use bytes::BytesMut;
use kabuki_coordination::{Limits, Now, Out, Outbox, Refused, Shell, State, Ticket};
use kabuki_records::batch::BatchHead;

use self::loading::Loading;
use crate::answer::{Answer, Replied};
use crate::clock;
use crate::context::BrokerContext;
use crate::partition::{Expected, PartitionSeed};
use crate::supervision::{
    Handle, Hear, Kind, OpenError, Opening, Play, Reply, Restart, ReturnAddress, StageContext,
    Ticket as ReplyTicket, after_drain,
};

/// A state machine that is played by a [`Coordinator`].
pub(crate) trait Coordinated:
    State<
        Request: Send + Unpin,
        Answer: Send + Unpin,
        Event: Send + Unpin,
        Record: Send + Sync + Unpin,
    > + Send
    + Unpin
    + 'static
{
    /// What kind of actor it makes.
    const KIND: Kind;
    /// What requests are answered with.
    type Reply: Into<Answer> + 'static;

    /// The state of an empty log, in the world as it is now.
    fn fresh(context: &Arc<BrokerContext>) -> Self;
    /// How much is written at once, and when.
    fn limits(partition: &PartitionSeed) -> Limits;
    /// Appends key and value of a record, as they stand in a batch; false for one without a value.
    fn encode(
        record: &Self::Record,
        key: &mut BytesMut,
        value: &mut BytesMut,
    ) -> Result<bool, String>;
    /// A record of the log, from the batch with this head; `None` for what means nothing to this state.
    fn decode(head: &BatchHead, key: Option<&[u8]>, value: Option<&[u8]>) -> Option<Self::Record>;
    /// The codec of what is written.
    fn codec(context: &BrokerContext) -> kabuki_records::codec::Codec;
    /// The answer to a request.
    fn reply(outcome: Result<Self::Answer, Refused>) -> Self::Reply;
}

/// Ask a coordinator.
pub(crate) struct Ask<S: Coordinated> {
    /// What.
    pub(crate) request: S::Request,
    /// Where the answer goes.
    pub(crate) reply: Reply<S::Reply>,
}

/// Take note of something.
pub(crate) struct Note<S: Coordinated>(pub(crate) S::Event);

/// The records of the coordinator's partition are committed up to here.
#[derive(Debug)]
pub(crate) struct HighWatermark {
    /// As the leader of this epoch has it.
    pub(crate) epoch: i32,
    /// The first offset that is not committed.
    pub(crate) offset: i64,
}

/// The mailbox is empty: what was collected is written.
struct Drained;

/// An answer of the partition, to this incarnation or to an earlier one.
struct FromPartition {
    incarnation: u64,
    replied: Replied,
}

/// Where the partition's answers to one incarnation go.
struct Returns<S: Coordinated> {
    handle: Handle<Coordinator<S>>,
    incarnation: u64,
}

impl<S: Coordinated> ReturnAddress for Returns<S> {
    fn deliver(&self, ticket: ReplyTicket, answer: Answer) {
        let replied = Replied { ticket, answer };
        self.handle.tell(FromPartition { incarnation: self.incarnation, replied });
    }
}

/// The coordinator of what one led partition records.
pub(crate) struct Coordinator<S: Coordinated> {
    seed: Arc<CoordinatorSeed<S>>,
    incarnation: u64,
    shell: Shell<S>,
    /// Requests that are owed an answer.
    owed: BTreeMap<Ticket, Reply<S::Reply>>,
    next_ticket: u64,
    /// While the log is replayed.
    loading: Option<Loading>,
    returns: Arc<dyn ReturnAddress>,
    /// The one timer, and when it goes off.
    timer: Option<(u64, SpawnHandle)>,
    drain_awaited: bool,
    /// Number of the next question to the log.
    next_question: u64,
}

/// What survives all incarnations of a coordinator.
pub(crate) struct CoordinatorSeed<S: Coordinated> {
    /// The partition that it records in.
    pub(crate) partition: Arc<PartitionSeed>,
    /// Where others find it.
    pub(crate) handle: Handle<Coordinator<S>>,
}

impl<S: Coordinated> Restart for Coordinator<S> {
    type Seed = Arc<CoordinatorSeed<S>>;

    fn open(seed: &Self::Seed, opening: Opening) -> Result<Self, OpenError> {
        let incarnation = opening.incarnation;
        let returns = Returns { handle: seed.handle.clone(), incarnation };
        Ok(Self {
            incarnation,
            shell: Shell::new(S::limits(&seed.partition)),
            owed: BTreeMap::new(),
            next_ticket: 0,
            loading: None,
            returns: Arc::new(returns),
            timer: None,
            drain_awaited: false,
            next_question: 1,
            seed: seed.clone(),
        })
    }

    fn is_wanted(seed: &Self::Seed) -> bool {
        !seed.partition.is_over() && !seed.partition.dir.is_offline()
    }
}

impl<S: Coordinated> Coordinator<S> {
    fn context(&self) -> &Arc<BrokerContext> {
        &self.seed.partition.context
    }

    fn name(&self) -> &str {
        &self.seed.partition.name
    }

    fn now(&self) -> Now {
        let monotonic_ms = self.context().begun.elapsed().as_millis() as u64;
        Now { monotonic_ms, wall_ms: clock::wall_ms() }
    }

    fn leader_epoch(&self) -> i32 {
        self.seed.partition.leader_epoch.load(Relaxed)
    }

    /// Does one thing with the shell, and then all that comes of it.
    fn turn(
        &mut self,
        ctx: &mut StageContext<Self>,
        input: impl FnOnce(&mut Shell<S>, Now, &mut Outbox<S>),
    ) {
        let mut out = Outbox::<S>::default();
        let now = self.now();
        input(&mut self.shell, now, &mut out);
        for out in out {
            match out {
                Out::Write { id, epoch, base_offset, records } => {
                    let expected = Expected { leader_epoch: epoch, base_offset };
                    self.write(id, expected, &records, ctx);
                }
                Out::Answer { ticket, answer } => self.answer(ticket, Ok(answer)),
                Out::Refuse { ticket, why } => self.answer(ticket, Err(why)),
                Out::Reload { why } => {
                    tracing::warn!(coordinator = self.name(), %why, "replays its log");
                    self.load_later(ctx);
                }
            }
        }
        self.set_timer(ctx);
        self.await_drain(ctx);
    }

    fn answer(&mut self, ticket: Ticket, outcome: Result<S::Answer, Refused>) {
        match self.owed.remove(&ticket) {
            Some(reply) => reply.send(S::reply(outcome)),
            None => tracing::error!(coordinator = self.name(), ?ticket, "answered twice"),
        }
    }

    /// Goes off at the shell's next deadline. One that goes off too early does no harm.
    fn set_timer(&mut self, ctx: &mut StageContext<Self>) {
        let Some(deadline) = self.shell.next_deadline_ms() else { return };
        if let Some((set_for, timer)) = self.timer {
            if set_for <= deadline {
                return;
            }
            ctx.cancel_future(timer);
        }
        let pause = Duration::from_millis(deadline.saturating_sub(self.now().monotonic_ms));
        let timer = ctx.run_later(pause, |stage, ctx| {
            let this = stage.player();
            this.timer = None;
            this.turn(ctx, |shell, now, out| shell.tick(now, out));
        });
        self.timer = Some((deadline, timer));
    }

    /// Once the mailbox is empty, what was collected is written.
    fn await_drain(&mut self, ctx: &mut StageContext<Self>) {
        if self.shell.waits_to_be_drained() && !self.drain_awaited {
            self.drain_awaited = true;
            after_drain(ctx, Drained, self.context().tree.counters());
        }
    }
}

impl<S: Coordinated> Play for Coordinator<S> {
    const KIND: Kind = S::KIND;

    fn started(&mut self, ctx: &mut StageContext<Self>) {
        self.begin_loading(ctx);
    }

    /// The partition is not led here any more, or the broker ends.
    fn retire(&mut self, ctx: &mut StageContext<Self>) {
        self.turn(ctx, |shell, _, out| shell.resign(out));
        ctx.stop();
    }
}

impl<S: Coordinated> Hear<Ask<S>> for Coordinator<S> {
    fn hear(&mut self, Ask { request, reply }: Ask<S>, ctx: &mut StageContext<Self>) {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        self.owed.insert(ticket, reply);
        self.turn(ctx, |shell, now, out| shell.request(now, ticket, request, out));
    }
}

impl<S: Coordinated> Hear<Note<S>> for Coordinator<S> {
    fn hear(&mut self, Note(event): Note<S>, ctx: &mut StageContext<Self>) {
        self.shell.set_limits(S::limits(&self.seed.partition));
        self.turn(ctx, |shell, now, out| shell.note(now, event, out));
    }
}

impl<S: Coordinated> Hear<HighWatermark> for Coordinator<S> {
    fn hear(&mut self, message: HighWatermark, ctx: &mut StageContext<Self>) {
        let HighWatermark { epoch, offset } = message;
        self.turn(ctx, |shell, _, out| shell.high_watermark(epoch, offset, out));
    }
}

impl<S: Coordinated> Hear<Drained> for Coordinator<S> {
    fn hear(&mut self, _: Drained, ctx: &mut StageContext<Self>) {
        self.drain_awaited = false;
        self.turn(ctx, |shell, now, out| shell.drained(now, out));
    }
}

impl<S: Coordinated> Hear<FromPartition> for Coordinator<S> {
    fn hear(&mut self, message: FromPartition, ctx: &mut StageContext<Self>) {
        let FromPartition { incarnation, replied: Replied { ticket, answer } } = message;
        // Tickets begin anew with each incarnation.
        if incarnation != self.incarnation {
            return;
        }
        match ticket.part {
            writing::PART => self.written(ticket, answer, ctx),
            _ => self.heard_of_log(ticket, answer, ctx),
        }
    }
}

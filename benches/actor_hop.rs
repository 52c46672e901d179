//! What a message between actors costs: the figures that decide where things live and how they batch.
//!
//! `cargo bench --bench actor_hop`. The behaviours that belong to these costs are tests, in
//! `actors/supervision/what_actix_does.rs`.

#![expect(clippy::disallowed_methods, reason = "what the raw calls cost is what is measured here")]

use std::hint::black_box;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::{Duration, Instant};

use actix::fut;
use actix::prelude::*;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tokio::sync::oneshot;

/// Messages that one measured batch holds: about what a busy partition finds in its mailbox.
const BATCH: usize = 64;

// --- round trips: a request, and its reply by `do_send` ---

/// Answers each question at once.
struct Answerer;

impl Actor for Answerer {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(0);
    }
}

/// A question that carries its return address, shared by all questions of the asker.
#[derive(Message)]
#[rtype(result = "()")]
struct Ask(Arc<Recipient<Answered>>);

#[derive(Message)]
#[rtype(result = "()")]
struct Answered;

impl Handler<Ask> for Answerer {
    type Result = ();

    fn handle(&mut self, Ask(asker): Ask, _ctx: &mut Self::Context) {
        asker.do_send(Answered);
    }
}

/// Keeps a number of questions in flight until all are answered.
struct Asker {
    answerer: Addr<Answerer>,
    own: Option<Arc<Recipient<Answered>>>,
    to_ask: u64,
    to_hear: u64,
    began: Instant,
    done: Option<oneshot::Sender<Duration>>,
}

impl Asker {
    fn new(answerer: Addr<Answerer>) -> Self {
        Self { answerer, own: None, to_ask: 0, to_hear: 0, began: Instant::now(), done: None }
    }

    fn ask(&mut self) {
        if let (1.., Some(own)) = (self.to_ask, &self.own) {
            self.to_ask -= 1;
            self.answerer.do_send(Ask(own.clone()));
        }
    }
}

impl Actor for Asker {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(0);
        self.own = Some(Arc::new(ctx.address().recipient()));
    }
}

#[derive(Message)]
#[rtype(result = "()")]
struct Begin {
    rounds: u64,
    in_flight: u64,
    done: oneshot::Sender<Duration>,
}

impl Handler<Begin> for Asker {
    type Result = ();

    fn handle(&mut self, begin: Begin, _ctx: &mut Self::Context) {
        (self.to_ask, self.to_hear) = (begin.rounds, begin.rounds);
        self.done = Some(begin.done);
        self.began = Instant::now();
        (0..begin.in_flight).for_each(|_| self.ask());
    }
}

impl Handler<Answered> for Asker {
    type Result = ();

    fn handle(&mut self, _answered: Answered, _ctx: &mut Self::Context) {
        self.to_hear -= 1;
        self.ask();
        if self.to_hear == 0
            && let Some(done) = self.done.take()
        {
            let _ = done.send(self.began.elapsed());
        }
    }
}

/// The time that `rounds` questions take with `in_flight` of them on the way.
async fn round_trips(asker: &Addr<Asker>, rounds: u64, in_flight: u64) -> Duration {
    let (done, finished) = oneshot::channel();
    asker.do_send(Begin { rounds, in_flight, done });
    finished.await.expect("the asker lives")
}

fn hops(c: &mut Criterion) {
    let system = System::new();
    let here = system.block_on(async { Asker::new(Answerer.start()).start() });
    let (one, other) = system.block_on(async { (Arbiter::new(), Arbiter::new()) });
    let answerer = Answerer::start_in_arbiter(&other.handle(), |_| Answerer);
    let to = answerer.clone();
    let across = Asker::start_in_arbiter(&one.handle(), move |_| Asker::new(to));

    let mut group = c.benchmark_group("round trip");
    for (place, asker) in [("within one arbiter", &here), ("between two arbiters", &across)] {
        for in_flight in [1, 8, 64] {
            group.bench_function(BenchmarkId::new(place, in_flight), |b| {
                b.iter_custom(|rounds| system.block_on(round_trips(asker, rounds, in_flight)));
            });
        }
    }
    group.bench_function("send().await between two arbiters", |b| {
        b.iter_custom(|rounds| {
            system.block_on(async {
                let began = Instant::now();
                for _ in 0..rounds {
                    answerer.send(Nothing).await.expect("the answerer lives");
                }
                began.elapsed()
            })
        });
    });
    group.finish();
    one.stop();
    other.stop();
}

#[derive(Message)]
#[rtype(result = "()")]
struct Nothing;

impl Handler<Nothing> for Answerer {
    type Result = ();

    fn handle(&mut self, _nothing: Nothing, _ctx: &mut Self::Context) {}
}

// --- addresses ---

fn clones(c: &mut Criterion) {
    let system = System::new();
    let addr = system.block_on(async { Answerer.start() });
    let recipient = addr.clone().recipient::<Nothing>();
    let shared = Arc::new(addr.clone().recipient::<Nothing>());
    let mut group = c.benchmark_group("clone and drop");
    group.bench_function("Addr", |b| b.iter(|| black_box(addr.clone())));
    group.bench_function("Recipient", |b| b.iter(|| black_box(recipient.clone())));
    group.bench_function("Arc<Recipient>", |b| b.iter(|| black_box(shared.clone())));
    group.finish();
}

// --- batches and wakes ---

/// Collects appends as a partition does, in one of several ways.
struct Collector {
    batch: Vec<u64>,
    flushed: u64,
    way: Way,
}

#[derive(Clone, Copy)]
enum Way {
    /// Each append is written by itself.
    OneByOne,
    /// The first append of a drain asks for a flush after it.
    Notify,
    /// Like `Notify`, and the actor yields after so many messages.
    Yield(usize),
}

impl Actor for Collector {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(0);
    }
}

#[derive(Message)]
#[rtype(result = "()")]
struct Append(u64);

#[derive(Message)]
#[rtype(result = "()")]
struct Flush;

impl Handler<Append> for Collector {
    type Result = ();

    fn handle(&mut self, Append(value): Append, ctx: &mut Self::Context) {
        self.batch.push(value);
        match self.way {
            Way::OneByOne => self.flush(),
            _ if self.batch.len() == 1 => ctx.notify(Flush),
            Way::Yield(every) if self.batch.len().is_multiple_of(every) => {
                ctx.wait(fut::wrap_future(tokio::task::yield_now()));
            }
            _ => {}
        }
    }
}

impl Collector {
    fn flush(&mut self) {
        self.flushed += self.batch.drain(..).map(black_box).sum::<u64>();
    }
}

impl Handler<Flush> for Collector {
    type Result = ();

    fn handle(&mut self, _flush: Flush, _ctx: &mut Self::Context) {
        self.flush();
    }
}

/// How much was flushed, answered in the actor's turn.
#[derive(Message)]
#[rtype(result = "u64")]
struct Flushed;

impl Handler<Flushed> for Collector {
    type Result = u64;

    fn handle(&mut self, _flushed: Flushed, _ctx: &mut Self::Context) -> u64 {
        self.flushed
    }
}

fn batches(c: &mut Criterion) {
    let mut group = c.benchmark_group("batch of 64");
    group.throughput(Throughput::Elements(BATCH as u64));
    for (name, way) in [
        ("handled one by one", Way::OneByOne),
        ("flushed by notify", Way::Notify),
        ("yielding every 16", Way::Yield(16)),
        ("yielding every 2", Way::Yield(2)),
    ] {
        let system = System::new();
        let collector =
            system.block_on(async { Collector { batch: vec![], flushed: 0, way }.start() });
        group.bench_function(name, |b| {
            b.iter(|| {
                system.block_on(async {
                    (0..BATCH as u64).for_each(|value| collector.do_send(Append(value)));
                    collector.send(Flushed).await.expect("the collector lives")
                })
            });
        });
    }
    group.finish();
}

/// An item of an actor that is never ready, like a parked request would be.
struct Parked;

impl ActorFuture<Collector> for Parked {
    type Output = ();

    fn poll(
        self: Pin<&mut Self>,
        _collector: &mut Collector,
        _ctx: &mut Context<Collector>,
        _task: &mut TaskContext<'_>,
    ) -> Poll<()> {
        Poll::Pending
    }
}

fn wakes(c: &mut Criterion) {
    let mut group = c.benchmark_group("one message, by futures spawned in the actor");
    for parked in [0, 1, 100, 10_000] {
        let system = System::new();
        let collector = system.block_on(async {
            Collector::create(|ctx| {
                (0..parked).for_each(|_| {
                    ctx.spawn(Parked);
                });
                Collector { batch: vec![], flushed: 0, way: Way::OneByOne }
            })
        });
        group.bench_function(BenchmarkId::from_parameter(parked), |b| {
            b.iter(|| system.block_on(collector.send(Flushed)).expect("the collector lives"));
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .measurement_time(Duration::from_secs(2))
        .warm_up_time(Duration::from_millis(500));
    targets = hops, clones, batches, wakes
}
criterion_main!(benches);

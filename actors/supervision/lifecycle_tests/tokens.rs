//! Every question has one outcome, whatever becomes of the actor that it was put to, and of the one that put it.

use std::sync::Arc;
use std::time::Duration;

use actix::AsyncContext;

use super::TIRELESS;
use super::cast::{Do, Event, Script, Worker, handled};
use super::desk::{Blame, Desk, GUILTY, INNOCENT, Outcome};
use super::world::{Part, World};
use crate::answer::Answer;
use crate::supervision::{Counters, Handle, Reply, ReplyStage, ReturnAddress, Ticket, after_drain};

/// A worker that is dealing with `first` (not yet: it will when the sender drops) while `queued` waits behind it.
fn queue_behind(worker: &Part<Worker>, first: Do<Worker>, queued: Vec<Do<Worker>>) {
    let (block, release) = Do::block();
    worker.handle.tell(block);
    worker.handle.tell(first);
    queued.into_iter().for_each(|message| worker.handle.tell(message));
    drop(release);
}

fn answer(token: Reply<Answer>) -> Do<Worker> {
    Do::this(move |_, _| token.send(Answer::News))
}

fn keep(token: Reply<Answer>) -> Do<Worker> {
    Do::this(move |worker: &mut Worker, _| worker.pending.push(token))
}

#[test]
fn a_panic_in_a_requests_message_is_blamed_on_it_and_on_no_other() {
    let world = World::new();
    let desk = Desk::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    worker.handle.tell(keep(desk.token(1)));
    let guilty = Do::panic_holding(desk.token(2));
    queue_behind(&worker, guilty, vec![answer(desk.token(3)), keep(desk.token(4))]);
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);
    assert_eq!(desk.next_by_slot(), [(1, INNOCENT), (2, GUILTY), (3, INNOCENT), (4, INNOCENT)]);
    desk.end();
    world.end();
}

#[test]
fn the_outcome_of_what_was_handed_over_is_unknown() {
    let world = World::new();
    let desk = Desk::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    let [mut kept, mut in_hand] = [desk.token(1), desk.token(2)];
    worker.handle.tell(Do::this(move |worker: &mut Worker, _| {
        kept.handed_over();
        worker.pending.push(kept);
    }));
    worker.handle.tell(Do::this(move |_: &mut Worker, _| {
        in_hand.handed_over();
        panic!("on purpose: a message that panics after its hand-over");
    }));
    let unknown = |blame| Outcome::Lost(ReplyStage::OutcomeUnknown, blame);
    assert_eq!(desk.next_by_slot(), [(1, unknown(Blame::Nobody)), (2, unknown(Blame::ItsMessage))]);
    desk.end();
    world.end();
}

#[test]
fn for_a_panic_in_a_message_to_itself_nobody_is_to_blame() {
    let world = World::new();
    let desk = Desk::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    let counters: &'static Counters = world.tree.counters();
    worker.handle.tell(keep(desk.token(1)));
    worker.handle.tell(keep(desk.token(2)));
    worker.handle.tell(Do::this(move |_: &mut Worker, ctx| {
        let flush = Do::this(|worker: &mut Worker, _| {
            // As a flush does that writes for many at once: one token is in its hands, the other is not.
            let _in_hand = worker.pending.pop();
            panic!("on purpose: a flush that panics");
        });
        after_drain(ctx, flush, counters);
    }));
    assert_eq!(desk.next_by_slot(), [(1, INNOCENT), (2, INNOCENT)]);
    desk.end();
    world.end();
}

#[test]
fn for_a_panic_in_a_timer_nobody_is_to_blame() {
    let world = World::new();
    let desk = Desk::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    worker.handle.tell(keep(desk.token(1)));
    worker.handle.tell(keep(desk.token(2)));
    worker.handle.tell(Do::this(|_: &mut Worker, ctx| {
        ctx.run_later(Duration::ZERO, |stage, _| {
            let _in_hand = stage.player().pending.pop();
            panic!("on purpose: a tick that panics");
        });
    }));
    assert_eq!(desk.next_by_slot(), [(1, INNOCENT), (2, INNOCENT)]);
    desk.end();
    world.end();
}

#[test]
fn a_message_after_a_death_on_the_same_thread_is_blamed_as_ever() {
    let world = World::new();
    let desk = Desk::new();
    let worker = world.worker(Script::default(), TIRELESS);
    for (slot, incarnation) in (1..=5).enumerate() {
        worker.expect_life(incarnation);
        worker.handle.tell(Do::panic_holding(desk.token(slot as u64)));
        assert_eq!(desk.next(), (slot as u64, GUILTY));
        worker.expect([Event::Left(incarnation)]);
    }
    desk.end();
    world.end();
}

#[test]
fn a_token_that_an_actor_drops_in_order_is_lost_without_blame() {
    let world = World::new();
    let desk = Desk::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    let token = desk.token(1);
    worker.handle.tell(Do::this(move |_: &mut Worker, _| drop(token)));
    assert_eq!(desk.next(), (1, INNOCENT));
    handled(&worker.handle);
    desk.end();
    world.end();
}

#[test]
fn the_actor_dies_before_it_handles_the_request() {
    let world = World::new();
    let desk = Desk::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    queue_behind(&worker, Do::panic(), vec![answer(desk.token(1))]);
    assert_eq!(desk.next(), (1, INNOCENT));
    desk.end();
    world.end();
}

#[test]
fn the_actor_dies_while_it_handles_the_request() {
    let world = World::new();
    let desk = Desk::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    worker.handle.tell(Do::panic_holding(desk.token(1)));
    assert_eq!(desk.next(), (1, GUILTY));
    desk.end();
    world.end();
}

#[test]
fn the_actor_dies_after_it_handled_the_request_and_before_it_answered() {
    let world = World::new();
    let desk = Desk::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    worker.handle.tell(keep(desk.token(1)));
    handled(&worker.handle);
    worker.handle.tell(Do::<Worker>::panic());
    assert_eq!(desk.next(), (1, INNOCENT));
    desk.end();
    world.end();
}

#[test]
fn the_actor_dies_after_it_answered() {
    let world = World::new();
    let desk = Desk::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    let token = desk.token(1);
    worker.handle.tell(Do::this(move |_: &mut Worker, _| {
        token.send(Answer::News);
        panic!("on purpose: a message that panics after its answer");
    }));
    worker.expect([Event::Left(1)]);
    assert_eq!(desk.next(), (1, Outcome::Answered));
    desk.end();
    world.end();
}

/// Takes answers as a connection does: into its mailbox.
impl ReturnAddress for Handle<Worker> {
    fn deliver(&self, ticket: Ticket, answer: Answer) {
        let lost = matches!(answer, Answer::Lost { .. });
        self.tell(Do::this(move |worker: &mut Worker, _| {
            worker.noted = if lost { 0 } else { ticket.slot };
        }));
    }
}

#[test]
fn an_answer_to_a_requester_that_died_drops() {
    let world = World::new();
    let requester =
        world.only_worker("requester", |memory| Worker::new(super::cast::Life::only(memory), None));
    let worker = world.worker(Script::default(), TIRELESS);
    requester.expect([Event::Started(1)]);
    worker.expect_life(1);
    let returns: Arc<dyn ReturnAddress> = Arc::new(requester.handle.clone());
    let token = |slot| Reply::<Answer>::new(returns.clone(), Ticket { slot, part: 0 });

    worker.handle.tell(answer(token(7)));
    handled(&worker.handle);
    assert_eq!(super::cast::ask(&requester.handle, |requester| requester.noted), 7);

    for slot in 8..=10 {
        worker.handle.tell(keep(token(slot)));
    }
    handled(&worker.handle);
    requester.handle.tell(Do::<Worker>::panic());
    requester.expect([Event::Left(1)]);
    world.settle();
    assert!(!requester.handle.is_live());
    super::cast::ask(&worker.handle, |worker| worker.pending.remove(0)).send(Answer::News);
    worker.handle.tell(Do::<Worker>::panic());
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);
    world.end();
}

//! Panics in messages, and what follows: the next incarnation, from the seed.

use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix::{ActorContext, AsyncContext};
use crossbeam_channel::unbounded;

use super::cast::{Do, Event, Script, Worker, ask, handled};
use super::desk::{Desk, INNOCENT};
use super::world::World;
use super::{LONG, TIRELESS, WEARY};
use crate::supervision::{Counters, Handle, Kind, Report, State, after_drain};

fn a_panic_in_message(number: u64) {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    for _ in 1..number {
        worker.handle.tell(Do::this(|worker: &mut Worker, _| worker.noted += 1));
    }
    worker.handle.tell(Do::<Worker>::panic());
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);

    let incarnation = ask(&worker.handle, |worker| worker.life.incarnation);
    assert_eq!(incarnation, 2);
    let node = world.snapshot(&worker.path);
    assert_eq!((node.state, node.incarnation), (State::Running, 2));
    assert_eq!((node.panics, node.restarts), (1, 1));
    assert!(node.last_restart_micros.is_some());
    let error = node.last_error.expect("the panic is known");
    assert!(error.contains("on purpose") && error.contains("cast.rs"), "{error}");
    world.end();
}

#[test]
fn a_panic_in_the_first_message_leads_to_the_next_incarnation() {
    a_panic_in_message(1);
}

#[test]
fn a_panic_in_the_hundredth_message_leads_to_the_next_incarnation() {
    a_panic_in_message(100);
}

#[test]
fn an_actor_that_panics_in_every_message_comes_back_every_time() {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    for incarnation in 1..=50 {
        worker.expect_life(incarnation);
        worker.handle.tell(Do::<Worker>::panic());
        worker.expect([Event::Left(incarnation)]);
    }
    worker.expect_life(51);
    let node = world.snapshot(&worker.path);
    assert_eq!((node.panics, node.restarts, node.incarnation), (50, 50, 51));
    let counters = world.counters(Kind::Partition);
    let (panics, restarts) = (counters.panics.load(Relaxed), counters.restarts.load(Relaxed));
    assert_eq!((panics, restarts, counters.alive.load(Relaxed)), (50, 50, 1));
    world.end();
}

#[test]
fn a_panic_in_a_timer_of_its_own_leads_to_the_next_incarnation() {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    worker.handle.tell(Do::this(|_: &mut Worker, ctx| {
        ctx.run_later(Duration::ZERO, |_, _| panic!("on purpose: a timer that panics"));
    }));
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);
    world.end();
}

#[test]
fn a_panic_in_a_message_to_itself_leads_to_the_next_incarnation() {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    let counters: &'static Counters = world.tree.counters();
    worker.handle.tell(Do::this(move |_: &mut Worker, ctx| {
        after_drain(ctx, Do::<Worker>::panic(), counters);
    }));
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);
    world.end();
}

#[test]
fn a_panic_while_it_starts_leads_to_the_next_incarnation() {
    let world = World::new();
    let script = Script::start(|incarnation| {
        assert!(incarnation > 3, "on purpose: a start that panics");
    });
    let worker = world.worker(script, TIRELESS);
    for incarnation in 1..=3 {
        worker.expect([Event::Opening(incarnation), Event::Left(incarnation)]);
    }
    worker.expect_life(4);
    handled(&worker.handle);
    assert_eq!(world.snapshot(&worker.path).panics, 3);
    assert_eq!(world.counters(Kind::Partition).alive.load(Relaxed), 1);
    world.end();
}

#[test]
fn an_actor_that_stops_unasked_comes_back() {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    worker.handle.tell(Do::this(|_: &mut Worker, ctx| ctx.stop()));
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);
    let node = world.snapshot(&worker.path);
    assert_eq!((node.panics, node.restarts, node.last_error), (0, 1, None));
    world.end();
}

#[test]
fn the_next_incarnation_is_made_from_the_seed_not_from_the_memory_that_failed() {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    ask(&worker.handle, |worker| {
        worker.life.memory.saved.store(7, SeqCst);
        worker.noted = 8;
    });
    worker.handle.tell(Do::<Worker>::panic());
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);
    assert_eq!(ask(&worker.handle, |worker| worker.noted), 7);
    world.end();
}

#[test]
fn a_report_on_an_earlier_incarnation_is_ignored() {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    worker.handle.tell(Do::<Worker>::panic());
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);

    let node = world.tree.get(&worker.path).expect("it is in the tree");
    world.root.gone(&node, 1);
    drop(node);
    world.settle();
    worker.expect_nothing();
    let node = world.snapshot(&worker.path);
    assert_eq!((node.state, node.incarnation), (State::Running, 2));
    world.end();
}

#[test]
fn a_handle_forgets_who_is_gone_and_only_that_one() {
    let world = World::new();
    let worker = world.worker(Script::default(), WEARY);
    worker.expect_life(1);
    worker.handle.tell(Do::<Worker>::panic());
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);
    worker.handle.clear(1);
    handled(&worker.handle);
    worker.handle.tell(Do::<Worker>::panic());
    worker.expect([Event::Left(2)]);
    world.settle();
    assert!(format!("{:?}", worker.handle).contains("incarnation: None"), "{:?}", worker.handle);
    world.end();
}

#[test]
fn a_handle_leads_to_whoever_plays_the_part_now() {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    let others: [Handle<Worker>; 2] = [worker.handle.clone(), worker.handle.clone()];
    for incarnation in 1..=3 {
        worker.expect_life(incarnation);
        for handle in &others {
            assert!(handle.is_live());
            assert_eq!(ask(handle, |worker| worker.life.incarnation), incarnation);
        }
        others[0].tell(Do::<Worker>::panic());
        worker.expect([Event::Left(incarnation)]);
    }
    world.end();
}

#[test]
fn a_handle_leads_to_an_incarnation_from_its_first_moment_on() {
    let world = World::new();
    let handle = Arc::new(OnceLock::<Handle<Worker>>::new());
    let (says, said) = unbounded();
    let itself = handle.clone();
    let script = Script::start(move |incarnation| {
        if let Some(handle) = itself.get() {
            let says = says.clone();
            handle.tell(Do::this(move |worker: &mut Worker, _| {
                let _ = says.send((incarnation, worker.life.incarnation));
            }));
        }
    });
    let worker = world.worker(script, TIRELESS);
    worker.expect_life(1);
    handle.set(worker.handle.clone()).expect("it is set once");
    for incarnation in 2..100 {
        worker.handle.tell(Do::<Worker>::panic());
        worker.expect([Event::Left(incarnation - 1)]);
        worker.expect_life(incarnation);
        assert_eq!(said.recv_timeout(LONG), Ok((incarnation, incarnation)));
    }
    world.end();
}

#[test]
fn what_is_told_while_nobody_is_there_drops_and_its_token_answers() {
    let world = World::new();
    let desk = Desk::new();
    let worker = world.worker(Script::default(), WEARY);
    worker.expect_life(1);
    worker.handle.tell(Do::<Worker>::panic());
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);
    worker.handle.tell(Do::<Worker>::panic());
    worker.expect([Event::Left(2)]);
    world.settle();
    assert_eq!(world.state(&worker.path), State::Pausing);
    assert!(!worker.handle.is_live());

    let token = desk.token(1);
    worker.handle.tell(Do::this(move |_: &mut Worker, _| drop(token)));
    assert_eq!(desk.next(), (1, INNOCENT));
    desk.end();
    world.end();
}

//! Ends that are asked for: one actor's, in every state; all of them, in order; and the chaos door's.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use crossbeam_channel::bounded;

use super::cast::{Do, Event, Life, Script, Worker, ask, handled};
use super::desk::{Desk, INNOCENT};
use super::world::World;
use super::{LONG, TIRELESS, WEARY};
use crate::supervision::{How, KillError, Kind, OpenError, Report, State};

/// Waits until the worker has left the tree; its seed was told so once.
fn expect_removed(world: &World, worker: &super::world::Part<Worker>) {
    worker.expect([Event::Removed]);
    let left = world.tree.wait_until_none(Instant::now() + LONG, |kind| *kind == Kind::Partition);
    assert!(left.is_empty(), "{left:?}");
    assert!(world.tree.get(&worker.path).is_none());
    world.settle();
    worker.expect_nothing();
    assert!(!worker.handle.is_live());
}

#[test]
fn an_actor_that_runs_can_be_retired() {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    world.retire(&worker.path);
    worker.expect([Event::Left(1)]);
    expect_removed(&world, &worker);
    world.end();
}

#[test]
fn an_actor_that_opens_can_be_retired() {
    let world = World::new();
    let (open, closed) = bounded::<()>(0);
    let script = Script::open(move |_| {
        let _ = closed.recv();
        Ok(())
    });
    let worker = world.worker(script, TIRELESS);
    worker.expect([Event::Opening(1)]);
    world.retire(&worker.path);
    assert_eq!(world.state(&worker.path), State::Retiring);
    drop(open);
    worker.expect([Event::Left(1)]);
    expect_removed(&world, &worker);
    world.end();
}

#[test]
fn an_actor_whose_opening_fails_can_be_retired() {
    let world = World::new();
    let (open, closed) = bounded::<()>(0);
    let script = Script::open(move |_| {
        let _ = closed.recv();
        Err(OpenError("on purpose".to_owned()))
    });
    let worker = world.worker(script, TIRELESS);
    worker.expect([Event::Opening(1)]);
    world.retire(&worker.path);
    drop(open);
    expect_removed(&world, &worker);
    world.end();
}

#[test]
fn an_actor_that_pauses_can_be_retired() {
    let world = World::new();
    let worker = world.worker(Script::default(), WEARY);
    for incarnation in 1..=2 {
        worker.expect_life(incarnation);
        worker.handle.tell(Do::<Worker>::panic());
        worker.expect([Event::Left(incarnation)]);
    }
    world.settle();
    assert_eq!(world.state(&worker.path), State::Pausing);
    world.retire(&worker.path);
    expect_removed(&world, &worker);
    world.end();
}

#[test]
fn an_actor_that_is_dead_and_waits_for_its_jobs_can_be_retired() {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    let lease = ask(&worker.handle, |worker| worker.lease.clone());
    worker.handle.tell(Do::<Worker>::panic());
    worker.expect([Event::Left(1)]);
    world.retire(&worker.path);
    world.settle();
    worker.expect_nothing();
    drop(lease);
    expect_removed(&world, &worker);
    world.end();
}

#[test]
fn an_actor_can_be_retired_twice() {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    let (block, release) = Do::block();
    worker.handle.tell(block);
    let node = world.tree.get(&worker.path).expect("it is in the tree");
    world.tree.retire_one(&node);
    world.tree.retire_one(&node);
    drop(release);
    worker.expect([Event::Left(1)]);
    expect_removed(&world, &worker);
    world.tree.retire_one(&node);
    worker.expect_nothing();
    drop(node);
    world.end();
}

#[test]
fn a_late_report_on_who_was_retired_is_ignored() {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    let node = world.tree.get(&worker.path).expect("it is in the tree");
    world.tree.retire_one(&node);
    worker.expect([Event::Left(1), Event::Removed]);
    world.root.gone(&node, 1);
    world.settle();
    worker.expect_nothing();
    drop(node);
    world.end();
}

/// In the moment between its state and its address there is nobody to be asked.
#[test]
fn an_actor_can_be_retired_in_the_moment_that_it_begins_to_run() {
    let world = World::new();
    for round in 0..1000 {
        let name = format!("worker-{round}");
        let worker = world.worker_of(&world.brood, &name, Script::default(), TIRELESS);
        let node = world.tree.get(&worker.path).expect("it is in the tree");
        while node.state() != State::Running {
            std::hint::spin_loop();
        }
        world.tree.retire_one(&node);
        expect_end(&worker);
    }
    world.end();
}

fn expect_end(worker: &super::world::Part<Worker>) {
    let mut events = std::iter::from_fn(|| worker.events.recv_timeout(LONG).ok());
    assert!(events.any(|event| event == Event::Removed), "{} does not end", worker.name);
    let again = worker.events.try_iter().any(|event| event == Event::Removed);
    assert!(!again, "{} ended twice", worker.name);
}

/// Wherever the supervisor is in making an incarnation, and making it again: an end that is asked for comes.
#[test]
fn an_actor_can_be_retired_at_any_moment() {
    let world = World::new();
    for round in 0..300 {
        let name = format!("worker-{round}");
        let worker = world.worker_of(&world.brood, &name, Script::default(), TIRELESS);
        worker.expect([Event::Opening(1)]);
        if round % 2 == 1 {
            worker.expect([Event::Started(1)]);
            worker.handle.tell(Do::<Worker>::panic());
        }
        for _ in 0..round % 17 {
            std::thread::yield_now();
        }
        world.retire(&worker.path);
        expect_end(&worker);
    }
    world.end();
}

#[test]
fn what_an_actor_that_retires_has_not_handled_is_lost_without_blame() {
    let world = World::new();
    let desk = Desk::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    let token = desk.token(1);
    ask(&worker.handle, |worker| worker.pending.push(token));
    let (block, release) = Do::block();
    worker.handle.tell(block);
    world.retire(&worker.path);
    let late = desk.token(2);
    worker.handle.tell(Do::this(move |_: &mut Worker, _| drop(late)));
    drop(release);
    assert_eq!(desk.next_by_slot(), [(1, INNOCENT), (2, INNOCENT)]);
    desk.end();
    world.end();
}

#[test]
fn a_stop_in_order_leaves_nothing_alive() {
    let world = World::new();
    let team = world.team(Script::default(), TIRELESS);
    team.boss.expect_life(1);
    let below_the_boss: Vec<_> = (0..20)
        .map(|index| {
            let name = format!("worker-{index}");
            world.worker_of(&team.brood, &name, Script::default(), TIRELESS)
        })
        .collect();
    let only = world.only_worker("only", |memory| Worker::new(Life::only(memory), None));
    let worker = world.worker(Script::default(), TIRELESS);
    only.expect([Event::Started(1)]);
    worker.expect_life(1);
    below_the_boss.iter().for_each(|worker| worker.expect_life(1));
    assert_eq!(world.counters(Kind::Partition).alive.load(Relaxed), 22);
    assert_eq!(world.tree.snapshot().len(), 24);
    for dead in below_the_boss.iter().step_by(3) {
        dead.handle.tell(Do::<Worker>::panic());
    }
    drop(team);
    // Checks it all: actors, messages, threads, seeds.
    world.end();
}

#[test]
fn who_comes_while_its_kind_is_ending_ends_at_once() {
    let world = World::new();
    world.tree.retire(|kind| *kind == Kind::Partition);
    let worker = world.worker(Script::default(), TIRELESS);
    let only = world.only_worker("only", |memory| Worker::new(Life::only(memory), None));
    worker.expect([Event::Opening(1), Event::Left(1)]);
    expect_removed(&world, &worker);
    assert!(world.tree.get(&only.path).is_none());
    only.expect_nothing();
    world.end();
}

#[test]
fn waiting_for_an_end_ends_at_its_deadline_and_names_who_is_late() {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    let late = world.tree.wait_until_none(Instant::now(), |kind| *kind == Kind::Partition);
    assert_eq!(late, std::slice::from_ref(&worker.path));
    world.end();
}

#[test]
fn the_end_of_the_root_is_reported() {
    let world = World::new();
    let root_ends = world.root_ends.clone();
    handled(&world.root);
    world.tree.kill("root", How::Panic).expect("the root is in the tree");
    let end = root_ends.recv_timeout(LONG).expect("its end is reported");
    assert_eq!(end.incarnation, 1);
    assert!(end.panic.is_some_and(|panic| panic.contains("chaos door")));
    world.end();
}

#[test]
fn the_chaos_door_kills_both_ways() {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    world.tree.kill(&worker.path, How::Panic).expect("it is in the tree");
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);
    world.tree.kill(&worker.path, How::Stop).expect("it is in the tree");
    worker.expect([Event::Left(2)]);
    worker.expect_life(3);
    let node = world.snapshot(&worker.path);
    assert_eq!((node.panics, node.restarts), (1, 2));
    assert!(node.last_error.is_some_and(|error| error.contains("chaos door")));
    world.end();
}

#[test]
fn a_path_that_nobody_has_cannot_be_killed() {
    let world = World::new();
    for path in ["", "root/", "root/nobody", "/root", "ROOT"] {
        assert_eq!(world.tree.kill(path, How::Panic), Err(KillError::Unknown), "{path}");
    }
    handled(&world.root);
    world.end();
}

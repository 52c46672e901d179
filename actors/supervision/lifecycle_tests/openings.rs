//! Openings that fail, panic, or come too late.

use std::sync::atomic::Ordering::Relaxed;

use super::TIRELESS;
use super::cast::{Event, Life, Script, Worker, handled};
use super::world::World;
use crate::supervision::{How, KillError, Kind, OpenError, State};

fn fails_until(last: u64) -> Script {
    Script::open(move |incarnation| match incarnation <= last {
        true => Err(OpenError(format!("on purpose: opening {incarnation} failed"))),
        false => Ok(()),
    })
}

fn panics_until(last: u64) -> Script {
    Script::open(move |incarnation| {
        assert!(incarnation > last, "on purpose: opening {incarnation} panicked");
        Ok(())
    })
}

/// Comes to life after `failures` openings that failed, and says what the last of them said.
fn comes_after_failures(script: Script, failures: u64, expected: &str) {
    let world = World::new();
    let worker = world.worker(script, TIRELESS);
    for incarnation in 1..=failures {
        worker.expect([Event::Opening(incarnation)]);
    }
    worker.expect_life(failures + 1);
    handled(&worker.handle);
    let node = world.snapshot(&worker.path);
    assert_eq!((node.state, node.incarnation), (State::Running, failures + 1));
    // What was never there was not made again, and did not die.
    assert_eq!((node.restarts, node.panics), (0, 0));
    assert_eq!(world.counters(Kind::Partition).restarts.load(Relaxed), 0);
    let error = node.last_error.expect("why it could not be opened is known");
    assert!(error.contains(&format!("on purpose: opening {failures} {expected}")), "{error}");
    world.end();
}

#[test]
fn an_opening_that_fails_is_tried_again() {
    comes_after_failures(fails_until(1), 1, "failed");
}

#[test]
fn openings_that_fail_several_times_are_tried_again() {
    comes_after_failures(fails_until(9), 9, "failed");
}

#[test]
fn an_opening_that_panics_is_tried_again() {
    comes_after_failures(panics_until(1), 1, "panicked");
}

#[test]
fn openings_that_panic_several_times_are_tried_again() {
    comes_after_failures(panics_until(9), 9, "panicked");
}

#[test]
fn who_is_just_being_opened_cannot_be_killed_and_whoever_tries_is_told() {
    let world = World::new();
    let (go, gate) = std::sync::mpsc::channel();
    let gate = std::sync::Mutex::new(gate);
    let script = Script::open(move |_| {
        let gate = gate.lock().expect("one opening at a time");
        gate.recv().map_err(|_| OpenError("the test is over".to_owned()))
    });
    let worker = world.worker(script, TIRELESS);
    worker.expect([Event::Opening(1)]);
    let refused = world.tree.kill(&worker.path, How::Stop);
    assert_eq!(refused, Err(KillError::NotAlive(State::Opening)));
    go.send(()).expect("it waits");
    worker.expect([Event::Started(1)]);
    assert_eq!(world.tree.kill(&worker.path, How::Stop), Ok(()));
    go.send(()).expect("it comes again");
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);
    world.end();
}

#[test]
fn an_only_actor_that_cannot_be_made_leaves_the_tree() {
    let world = World::new();
    let worker = world.only_worker("only", |_| panic!("on purpose: it cannot be made"));
    world.settle();
    assert!(world.tree.get(&worker.path).is_none());
    assert!(!worker.handle.is_live());
    assert_eq!(world.counters(Kind::Partition).panics.load(Relaxed), 1);
    world.end();
}

#[test]
fn an_only_actor_that_dies_leaves_the_tree() {
    let world = World::new();
    let worker = world.only_worker("only", |memory| Worker::new(Life::only(memory), None));
    worker.expect([Event::Started(1)]);
    worker.handle.tell(super::cast::Do::<Worker>::panic());
    worker.expect([Event::Left(1)]);
    world.settle();
    assert!(world.tree.get(&worker.path).is_none());
    world.end();
}

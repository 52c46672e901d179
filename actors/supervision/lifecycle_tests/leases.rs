//! Jobs off the arbiter: the next incarnation waits for the last of them.

use crossbeam_channel::bounded;

use super::TIRELESS;
use super::cast::{Do, Event, Script, Worker, ask};
use super::world::{Opener, World};
use crate::supervision::Latch;

#[test]
fn a_job_that_outlives_its_actor_keeps_the_next_incarnation_waiting() {
    let world = World::new();
    let jobs = Opener::start("jobs");
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    let lease = ask(&worker.handle, |worker| worker.lease.clone()).expect("it was opened");
    let (release, released) = bounded::<()>(0);
    jobs.pool.submit(move || {
        let _ = released.recv();
        drop(lease);
    });
    worker.handle.tell(Do::<Worker>::panic());
    worker.expect([Event::Left(1)]);
    world.settle();
    worker.expect_nothing();
    assert!(!worker.handle.is_live());
    assert_eq!(world.snapshot(&worker.path).incarnation, 1);

    drop(release);
    worker.expect_life(2);
    jobs.end();
    world.end();
}

#[test]
fn a_job_that_panics_lets_go_of_its_lease() {
    let world = World::new();
    let jobs = Opener::start("jobs");
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    let lease = ask(&worker.handle, |worker| worker.lease.clone()).expect("it was opened");
    let (release, released) = bounded::<()>(0);
    jobs.pool.submit(move || {
        let _lease = lease;
        let _ = released.recv();
        panic!("on purpose: a job that panics");
    });
    worker.handle.tell(Do::<Worker>::panic());
    worker.expect([Event::Left(1)]);
    world.settle();
    worker.expect_nothing();

    drop(release);
    worker.expect_life(2);
    jobs.end();
    world.end();
}

#[test]
fn leases_on_one_incarnation_are_the_same_and_on_two_are_not() {
    let world = World::new();
    let worker = world.worker(Script::default(), TIRELESS);
    worker.expect_life(1);
    let [one, same] =
        [(), ()].map(|()| ask(&worker.handle, |it| it.lease.clone()).expect("opened"));
    assert!(one.is_same(&same));
    worker.handle.tell(Do::<Worker>::panic());
    worker.expect([Event::Left(1)]);
    drop(same);
    let node = world.tree.get(&worker.path).expect("it is in the tree");
    assert!(!node.is_gone(), "one lease is left");
    drop(one);
    worker.expect_life(2);
    drop(node);
    world.end();
}

#[test]
fn a_pool_survives_jobs_that_panic() {
    let jobs = Opener::start("jobs");
    for _ in 0..10 {
        jobs.pool.submit(|| panic!("on purpose: a job that panics"));
    }
    jobs.settle();
    jobs.end();
}

#[test]
fn a_pool_does_the_jobs_that_it_holds_when_it_is_let_go() {
    let jobs = Opener::start("jobs");
    let (done, results) = bounded(100);
    for number in 0..100 {
        let done = done.clone();
        jobs.pool.submit(move || done.send(number).expect("there is room for all"));
    }
    jobs.end();
    drop(done);
    assert!(results.iter().eq(0..100));
}

#[test]
fn a_latch_acts_when_the_last_of_many_lets_go_even_by_a_panic() {
    let jobs = Opener::start("jobs");
    let (acted, acts) = bounded(2);
    let latch = Latch::new(move || acted.send(()).expect("there is room for two"));
    for number in 0..10 {
        let latch = latch.clone();
        jobs.pool.submit(move || {
            let _latch = latch;
            assert!(number % 2 == 0, "on purpose: a job that panics");
        });
    }
    jobs.settle();
    assert!(acts.is_empty());
    let last = latch;
    jobs.pool.submit(move || {
        let _latch = last;
        panic!("on purpose: the last to let go");
    });
    jobs.settle();
    assert_eq!(acts.len(), 1);
    jobs.end();
}

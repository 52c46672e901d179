//! A supervisor dies, and comes back among children that went on, or did not.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, OnceLock, Weak};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::cast::{Boss, Do, Event, Script, Worker, ask, handled, try_ask};
use super::world::{Part, Team, World};
use super::{LONG, TIRELESS, WEARY};
use crate::supervision::{How, KillError, Kind, Node, Play, State};

/// A gate that is closed until the sender drops.
fn gate() -> (Sender<()>, Receiver<()>) {
    bounded(0)
}

/// A script that waits at a gate when it opens this incarnation.
fn waits_at(incarnation: u64, gate: Receiver<()>) -> Script {
    Script::open(move |it| {
        if it == incarnation {
            let _ = gate.recv();
        }
        Ok(())
    })
}

fn kill(part: &Part<impl Play>) {
    assert!(part.handle.die(How::Panic));
}

/// A boss, whose second incarnation waits at the gate, and a worker.
fn team_with_a_gate(world: &World, script: Script) -> (Team, Part<Worker>, Sender<()>) {
    let (open, closed) = gate();
    let team = world.team(waits_at(2, closed), TIRELESS);
    team.boss.expect_life(1);
    let worker = world.worker_of(&team.brood, "worker", script, TIRELESS);
    (team, worker, open)
}

/// The boss dies and its next incarnation waits at its gate: nobody hears reports now.
fn lose_the_boss(team: &Team) {
    kill(&team.boss);
    team.boss.expect([Event::Left(1), Event::Opening(2)]);
}

fn end(world: World, team: Team) {
    drop(team);
    world.end();
}

#[test]
fn a_child_that_runs_goes_on_without_its_supervisor() {
    let world = World::new();
    let (team, worker, open) = team_with_a_gate(&world, Script::default());
    worker.expect_life(1);
    ask(&worker.handle, |worker| worker.noted = 5);
    lose_the_boss(&team);
    assert_eq!(ask(&worker.handle, |worker| worker.noted), 5);
    drop(open);
    team.boss.expect([Event::Started(2)]);
    handled(&team.boss.handle);
    world.settle_openers();
    worker.expect_nothing();
    assert_eq!(ask(&worker.handle, |worker| worker.noted), 5);

    kill(&worker);
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);
    end(world, team);
}

#[test]
fn a_child_whose_reports_were_lost_is_made_again() {
    let world = World::new();
    let (team, worker, open) = team_with_a_gate(&world, Script::default());
    worker.expect_life(1);
    lose_the_boss(&team);
    kill(&worker);
    worker.expect([Event::Left(1)]);
    world.settle_workers();
    worker.expect_nothing();
    drop(open);
    team.boss.expect([Event::Started(2)]);
    worker.expect_life(2);
    end(world, team);
}

#[test]
fn a_child_whose_last_job_ends_while_nobody_listens_is_made_again() {
    let world = World::new();
    let (team, worker, open) = team_with_a_gate(&world, Script::default());
    worker.expect_life(1);
    let lease = ask(&worker.handle, |worker| worker.lease.clone());
    kill(&worker);
    worker.expect([Event::Left(1)]);
    world.settle_workers();
    handled(&team.boss.handle);
    lose_the_boss(&team);
    drop(lease);
    drop(open);
    team.boss.expect([Event::Started(2)]);
    worker.expect_life(2);
    end(world, team);
}

#[test]
fn a_child_whose_last_job_ends_after_its_supervisor_came_back_is_made_again() {
    let world = World::new();
    let (team, worker, open) = team_with_a_gate(&world, Script::default());
    worker.expect_life(1);
    let lease = ask(&worker.handle, |worker| worker.lease.clone());
    lose_the_boss(&team);
    kill(&worker);
    worker.expect([Event::Left(1)]);
    drop(open);
    team.boss.expect([Event::Started(2)]);
    handled(&team.boss.handle);
    world.settle_openers();
    worker.expect_nothing();
    drop(lease);
    worker.expect_life(2);
    end(world, team);
}

#[test]
fn a_child_that_pauses_is_opened_by_the_next_supervisor() {
    let world = World::new();
    let team = world.team(Script::default(), TIRELESS);
    team.boss.expect_life(1);
    let worker = world.worker_of(&team.brood, "worker", Script::default(), WEARY);
    for incarnation in 1..=2 {
        worker.expect_life(incarnation);
        kill(&worker);
        worker.expect([Event::Left(incarnation)]);
    }
    world.settle_workers();
    handled(&team.boss.handle);
    assert_eq!(world.state(&worker.path), State::Pausing);

    kill(&team.boss);
    team.boss.expect([Event::Left(1)]);
    team.boss.expect_life(2);
    worker.expect_life(3);
    world.settle_openers();
    handled(&team.boss.handle);
    worker.expect_nothing();
    end(world, team);
}

#[test]
fn a_child_that_opens_starts_under_the_next_supervisor() {
    let world = World::new();
    let (open_worker, closed) = gate();
    let (team, worker, open) = team_with_a_gate(&world, waits_at(1, closed));
    worker.expect([Event::Opening(1)]);
    lose_the_boss(&team);
    drop(open);
    team.boss.expect([Event::Started(2)]);
    worker.expect_nothing();
    drop(open_worker);
    worker.expect([Event::Started(1)]);
    handled(&worker.handle);
    end(world, team);
}

#[test]
fn a_child_that_was_opened_while_nobody_listened_is_opened_again() {
    let world = World::new();
    let (open_worker, closed) = gate();
    let (team, worker, open) = team_with_a_gate(&world, waits_at(1, closed));
    worker.expect([Event::Opening(1)]);
    lose_the_boss(&team);
    drop(open_worker);
    world.settle_openers();
    worker.expect([Event::Left(1)]);
    worker.expect_nothing();
    drop(open);
    team.boss.expect([Event::Started(2)]);
    worker.expect_life(2);
    end(world, team);
}

#[test]
fn a_child_that_was_opened_into_a_mailbox_that_died_is_opened_again() {
    let world = World::new();
    let team = world.team(Script::default(), TIRELESS);
    team.boss.expect_life(1);
    let (block, release) = Do::<Boss>::block();
    team.boss.handle.tell(block);
    kill(&team.boss);
    let worker = world.worker_of(&team.brood, "worker", Script::default(), TIRELESS);
    worker.expect([Event::Opening(1)]);
    world.settle_openers();
    drop(release);
    team.boss.expect([Event::Left(1)]);
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);
    end(world, team);
}

/// Whoever hears that it is gone may open its files.
#[test]
fn a_child_that_never_started_is_dropped_before_it_is_said_to_be_gone() {
    let world = World::new();
    let team = world.team(Script::default(), TIRELESS);
    team.boss.expect_life(1);
    let (block, release) = Do::<Boss>::block();
    team.boss.handle.tell(block);
    kill(&team.boss);
    let node = Arc::new(OnceLock::<Weak<Node>>::new());
    let (says, said) = bounded(1);
    let itself = node.clone();
    let script = Script::leave(move |_| {
        let node = itself.get().and_then(Weak::upgrade);
        let _ = says.try_send(node.map(|node| node.is_gone()));
    });
    let worker = world.worker_of(&team.brood, "worker", script, TIRELESS);
    let found = world.tree.get(&worker.path).expect("it is in the tree");
    node.set(Arc::downgrade(&found)).expect("it is set once");
    drop(found);
    worker.expect([Event::Opening(1)]);
    world.settle_openers();
    drop(release);
    assert_eq!(said.recv_timeout(LONG), Ok(Some(false)));
    worker.expect([Event::Left(1)]);
    worker.expect_life(2);
    end(world, team);
}

#[test]
fn a_child_that_was_retired_while_nobody_listened_leaves_the_tree() {
    let world = World::new();
    let (team, worker, open) = team_with_a_gate(&world, Script::default());
    worker.expect_life(1);
    lose_the_boss(&team);
    world.retire(&worker.path);
    worker.expect([Event::Left(1)]);
    world.settle_workers();
    worker.expect_nothing();
    drop(open);
    worker.expect([Event::Removed]);
    end(world, team);
}

#[test]
fn a_supervisor_that_gives_up_by_a_panic_is_replaced_as_any_other() {
    use crate::supervision::policy::PastBudget;
    let world = World::new();
    let team = world.team(Script::default(), TIRELESS);
    team.boss.expect_life(1);
    let policy =
        crate::supervision::Policy { budget: 1, past_budget: PastBudget::ExitProcess, ..TIRELESS };
    let worker = world.worker_of(&team.brood, "worker", Script::default(), policy);
    for incarnation in 1..=2 {
        worker.expect_life(incarnation);
        kill(&worker);
        worker.expect([Event::Left(incarnation)]);
    }
    team.boss.expect([Event::Left(1)]);
    team.boss.expect_life(2);
    worker.expect_life(3);
    end(world, team);
}

/// Its first look at its children, and their reports to it, leave no gap between them.
#[test]
fn a_supervisor_and_its_child_that_die_at_the_same_time_both_come_back() {
    let world = World::new();
    let team = world.team(Script::default(), TIRELESS);
    team.boss.expect_life(1);
    let worker = world.worker_of(&team.brood, "worker", Script::default(), TIRELESS);
    let mut worker_lives = worker.next_start();
    for incarnation in 1..300 {
        kill(&worker);
        kill(&team.boss);
        team.boss.expect([Event::Left(incarnation)]);
        team.boss.expect_life(incarnation + 1);
        // One that was opened for the supervisor that died does not start: the next one does.
        worker.expect([Event::Left(worker_lives)]);
        worker_lives = worker.next_start();
    }
    end(world, team);
}

/// The next number of a sequence that is the same in every run.
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

/// Between two lives there is nobody to kill, but who was there stays in the tree.
fn kill_if_alive(world: &World, path: &str, how: How) {
    let killed = world.tree.kill(path, how);
    assert!(matches!(killed, Ok(()) | Err(KillError::NotAlive(_))), "{killed:?}");
}

fn kills_at_random(mut seed: u64) {
    let world = World::new();
    let team = world.team(Script::default(), TIRELESS);
    let names = ["one", "two", "three"];
    let workers = names.map(|name| world.worker_of(&team.brood, name, Script::default(), TIRELESS));
    for _ in 0..300 {
        let choice = next(&mut seed);
        let how = if choice.is_multiple_of(2) { How::Panic } else { How::Stop };
        match choice / 2 % 6 {
            0 | 1 => kill_if_alive(&world, &team.boss.path, how),
            2 => drop(try_ask(&team.boss.handle, |_| ())),
            worker => {
                kill_if_alive(&world, &workers[worker as usize - 3].path, how);
            }
        }
    }
    let answers = |part: &Part<Worker>| try_ask(&part.handle, |it| it.life.incarnation);
    for worker in &workers {
        // Whoever answers after the last kill was heard goes on.
        while answers(worker).is_none() {
            std::thread::yield_now();
        }
    }
    while try_ask(&team.boss.handle, |_| ()).is_none() {
        std::thread::yield_now();
    }
    world.settle_openers();
    assert_eq!(world.counters(Kind::Partition).alive.load(Relaxed), 3, "seed {seed}");
    assert_eq!(world.counters(Kind::Shard).alive.load(Relaxed), 1);
    for worker in &workers {
        assert_eq!(answers(worker), Some(world.snapshot(&worker.path).incarnation));
    }
    drop(workers);
    end(world, team);
}

#[test]
fn every_child_lives_once_after_any_order_of_deaths() {
    for seed in 1..=8 {
        kills_at_random(seed);
    }
}

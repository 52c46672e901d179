//! Deaths beyond the budget.

use std::time::Duration;

use super::cast::{Event, Script, handled};
use super::world::World;
use super::{HOUR, LONG, TIRELESS};
use crate::supervision::policy::PastBudget;
use crate::supervision::{OpenError, Policy, State};

/// One restart at once; a second one within the budget would take an hour.
const SMALL: Policy = Policy { budget: 1, pause_first: HOUR, pause_max: HOUR, ..TIRELESS };

#[test]
fn the_patient_are_made_again_at_the_slow_rate_beyond_their_budget() {
    let world = World::new();
    let slow = PastBudget::RetryEvery(Duration::from_micros(1));
    let script = Script::open(|incarnation| match incarnation {
        ..20 => Err(OpenError("on purpose: not yet".to_owned())),
        _ => Ok(()),
    });
    let worker = world.worker(script, Policy { past_budget: slow, ..SMALL });
    for incarnation in 1..20 {
        worker.expect([Event::Opening(incarnation)]);
    }
    worker.expect_life(20);
    assert_eq!(world.snapshot(&worker.path).incarnation, 20);
    world.end();
}

#[test]
fn a_vital_actor_beyond_its_budget_is_given_up_once() {
    let world = World::new();
    let script = Script::open(|_| Err(OpenError("on purpose: never".to_owned())));
    let policy = Policy { past_budget: PastBudget::ExitProcess, ..SMALL };
    let worker = world.worker(script, policy);
    assert_eq!(world.gave_up.recv_timeout(LONG), Ok(worker.path.clone()));
    worker.expect([Event::Opening(1), Event::Opening(2)]);

    world.settle();
    handled(&world.root);
    worker.expect_nothing();
    assert!(world.gave_up.is_empty());
    assert_eq!(world.state(&worker.path), State::Pausing);
    world.end();
}

#[test]
fn a_first_death_costs_no_pause_and_a_second_one_does() {
    let world = World::new();
    let script = Script::open(|_| Err(OpenError("on purpose: never".to_owned())));
    let worker = world.worker(script, Policy { budget: 10, ..SMALL });
    worker.expect([Event::Opening(1), Event::Opening(2)]);
    world.settle();
    worker.expect_nothing();
    assert_eq!(world.state(&worker.path), State::Pausing);
    world.end();
}

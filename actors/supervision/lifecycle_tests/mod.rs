//! How actors live, die and come back, over a real actix system: each test has a [`World`](world::World) of its own and
//! ends it, which checks that nothing is left alive and that nobody ever played a part twice at once.
//!
//! Nothing sleeps and nothing is timed: tests wait for what they want to see. Pauses that must not end within a test
//! are an hour long.

mod budgets;
mod cast;
mod deaths;
mod desk;
mod ends;
mod leases;
mod openings;
mod supervisors;
mod tokens;
mod unwinding;
mod world;

use std::time::Duration;

use super::Policy;
use super::policy::PastBudget;

/// Only so that a broken test ends.
const LONG: Duration = Duration::from_secs(60);
/// A pause that does not end within a test.
const HOUR: Duration = Duration::from_secs(3600);

/// Restarts at once, always.
const TIRELESS: Policy = Policy {
    budget: usize::MAX,
    window: HOUR,
    pause_first: Duration::ZERO,
    pause_max: Duration::ZERO,
    past_budget: PastBudget::RetryEvery(Duration::ZERO),
};

/// Restarts at once after a first death; after a second one the pause outlasts the test.
const WEARY: Policy = Policy { pause_first: HOUR, pause_max: HOUR, ..TIRELESS };

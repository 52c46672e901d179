//! Groups under coordinators that fail: members and committers that do what clients do, while appends fail, leaders change
//! and brokers crash.
//!
//! * [`subject`]: a state, which is watched while it decides.
//! * [`clients`]: who asks what. [`consumer`]: what a member does next.
//! * [`generations`]: what members are told of a generation, and that it agrees.
//! * [`books`]: what was committed and deleted, and that fetches agree.
//! * [`scenario`]: the same requests in the same order, to fail each append of.

mod books;
mod clients;
mod consumer;
mod generations;
mod scenario;
mod subject;
mod tally;

use std::cell::RefCell;
use std::rc::Rc;

use kabuki_coordination::sim::{Plan, Report, Violation, fail_each_append, hunt, run};

use self::clients::Clients;
use self::subject::Subject;
use self::tally::Tally;
use crate::bugs;

/// How many seeds a run of the tests plays.
const SEEDS: std::ops::Range<u64> = 0..100;
/// How many seeds a bug has to be found in.
const HUNTED: std::ops::Range<u64> = 0..300;

fn play(seed: u64) -> Result<Report, Violation> {
    play_and_count(seed, &Rc::default())
}

fn play_and_count(seed: u64, tally: &Rc<RefCell<Tally>>) -> Result<Report, Violation> {
    run::<Subject, _>(Plan::new(seed), Clients::new(tally.clone()))
}

#[test]
fn nothing_is_found_by_any_seed() {
    let mut total = Report::default();
    let tally = Rc::default();
    for seed in SEEDS {
        match play_and_count(seed, &tally) {
            Ok(report) => total.add(&report),
            Err(violation) => panic!("{violation}"),
        }
    }
    println!("{total:?} {tally:?}");
    // All of it happened, and most requests were not in vain.
    assert!(total.answered > total.requests / 2, "{total:?}");
    let happened = [total.lost, total.refused, total.reloads, total.elections, total.crashes];
    assert!(happened.iter().all(|times| *times > 30), "{total:?}");
    assert!(tally.borrow().all_above(10), "{tally:?}");
}

/// To look at one seed that was found.
#[test]
fn one_seed() {
    assert_eq!(play(0).err(), None);
}

#[test]
fn a_seed_repeats_a_run() {
    assert_eq!(play(7), play(7));
}

#[test]
fn every_append_of_a_scenario_may_fail_in_every_way() {
    let undisturbed = Rc::<RefCell<Tally>>::default();
    let scenario = |tally: &Rc<RefCell<Tally>>| Clients::of(scenario::whole(), tally.clone());
    let faultless = kabuki_coordination::sim::Faults::Append(
        u64::MAX,
        kabuki_coordination::sim::Fault::Refused,
    );
    let plan = Plan { seed: 1, steps: 3_000, faults: faultless };
    run::<Subject, _>(plan, scenario(&undisturbed)).unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(undisturbed.borrow().goals, scenario::whole().len(), "the scenario has an end");
    let (total, runs) = fail_each_append::<Subject, _>(1, 1_500, || scenario(&Rc::default()))
        .unwrap_or_else(|violation| panic!("{violation}"));
    println!("{runs} runs: {total:?}");
    assert!(runs > 8 * 10 && total.reloads > 0, "{runs} runs: {total:?}");
}

#[test]
fn every_bug_is_found() {
    for bug in bugs::OF_GROUPS {
        let _planted = kabuki_coordination::bugs::plant(bug);
        let found = hunt(HUNTED, play);
        println!("{bug:?}: {found:?}");
        assert!(found.is_some(), "{bug:?} is not found");
    }
}

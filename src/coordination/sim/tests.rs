use super::counter::{Clients, Counters};
use super::*;
use crate::bugs;

/// How many seeds a run of the tests plays.
const SEEDS: std::ops::Range<u64> = 0..300;

fn play(seed: u64) -> Result<Report, Violation> {
    run::<Counters, _>(Plan::new(seed), Clients::default())
}

#[test]
fn nothing_is_found_by_any_seed() {
    let mut total = Report::default();
    for seed in SEEDS {
        match play(seed) {
            Ok(report) => total.add(&report),
            Err(violation) => panic!("{violation}"),
        }
    }
    println!("{total:?}");
    // All of it happened, and most requests were not in vain.
    let Report { requests, answered, refused, lost, .. } = total;
    assert_eq!(requests, answered + refused + lost);
    assert!(answered > requests / 4, "{total:?}");
    let happened = [lost, refused, total.reloads, total.elections, total.crashes, total.loads];
    assert!(happened.iter().all(|times| *times > 100), "{total:?}");
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
fn every_append_may_fail_in_every_way() {
    for seed in 0..3 {
        let (total, runs) = fail_each_append::<Counters, _>(seed, 400, Clients::default)
            .unwrap_or_else(|violation| panic!("{violation}"));
        println!("{runs} runs: {total:?}");
        assert!(runs > 8 * 10 && total.reloads > 0, "{runs} runs: {total:?}");
    }
}

#[test]
fn every_bug_is_found() {
    for bug in bugs::OF_THE_SHELL {
        let _planted = bugs::plant(bug);
        let found = hunt(SEEDS, play);
        println!("{bug:?}: {found:?}");
        assert!(found.is_some(), "{bug:?} is not found");
    }
}

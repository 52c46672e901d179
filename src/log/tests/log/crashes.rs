//! Histories that end at any step, by a power loss or by a killed process.

use kabuki_log::Trust;
use kabuki_log::sim::Faults;

use crate::world::World;

/// Histories per kind of fault; more were run once.
const SEEDS: u64 = 60;

/// Steps that a history may take before the machine stops.
const STEPS: u64 = 150;

/// One thing a broker does; false when the disk failed under it.
fn act(world: &mut World) -> bool {
    if world.random.below(5) == 0 {
        world.log.close_files();
    }
    match world.random.below(10) {
        0..6 => world.append(5).is_ok(),
        6 => world.flush().is_ok(),
        7 => world.log.snapshot_producers().is_ok() && world.flush().is_ok(),
        8 => world.log.roll(world.now).is_ok(),
        _ => world.delete_records().is_ok(),
    }
}

/// Works until the disk fails at a step, which it does sooner or later. Files that could not be closed stay open, and
/// nothing else comes of that.
fn work_until_failure(world: &mut World, faults: Faults) {
    world.disk.set_faults(faults);
    let has_failed = |world: &World| faults.fail_at_step.is_some_and(|at| world.disk.step() > at);
    while act(world) && !has_failed(world) {}
}

fn power_losses(seed: u64) {
    println!("seed {seed}");
    let mut world = World::new(seed);
    for _ in 0..4 {
        let step = world.disk.step() + 1 + world.random.below(STEPS);
        work_until_failure(&mut world, Faults { crash_at_step: Some(step), ..Faults::default() });
        let disk = world.disk.crash();
        world.reopen(disk, Trust::RecoveryPoint);
        world.accept_losses();
        world.check();
    }
}

#[test]
fn after_a_power_loss_what_was_flushed_is_there() {
    (0..SEEDS).for_each(power_losses);
}

#[test]
fn one_seed_of_power_losses() {
    power_losses(1);
}

fn kills(seed: u64) {
    println!("seed {seed}");
    let mut world = World::new(seed);
    for round in 0..4 {
        let step = world.disk.step() + 1 + world.random.below(STEPS);
        work_until_failure(&mut world, Faults { crash_at_step: Some(step), ..Faults::default() });
        let disk = world.disk.kill();
        // Whatever was acknowledged is written, flushed or not.
        let acknowledged = world.model.end;
        let trust = [Trust::RecoveryPoint, Trust::LastIndexEntry][round % 2];
        world.reopen(disk, trust);
        assert!(world.log.log_end_offset() >= acknowledged);
        world.forget_unacknowledged(acknowledged);
        world.check();
    }
}

#[test]
fn a_killed_process_loses_nothing_acknowledged() {
    (0..SEEDS).for_each(kills);
}

#[test]
fn one_seed_of_kills() {
    kills(1);
}

fn failures(seed: u64) {
    println!("seed {seed}");
    let mut world = World::new(seed);
    for _ in 0..6 {
        let step = world.disk.step() + 1 + world.random.below(60);
        work_until_failure(&mut world, Faults { fail_at_step: Some(step), ..Faults::default() });
        let acknowledged = world.model.end;
        if world.log.is_broken() || world.random.below(2) == 0 {
            let disk = world.disk.kill();
            world.reopen(disk, Trust::LastIndexEntry);
        }
        assert!(world.log.log_end_offset() >= acknowledged);
        world.forget_unacknowledged(acknowledged);
        world.check();
    }
}

#[test]
fn a_failed_operation_takes_nothing_with_it() {
    (0..SEEDS).for_each(failures);
}

#[test]
fn one_seed_of_failures() {
    failures(1);
}

fn full_disk(seed: u64) {
    println!("seed {seed}");
    let mut world = World::new(seed);
    work_until_failure(&mut world, Faults { capacity: Some(9_000), ..Faults::default() });
    let acknowledged = world.model.end;
    if world.log.is_broken() {
        world.disk.set_faults(Faults::default());
        let disk = world.disk.kill();
        world.reopen(disk, Trust::LastIndexEntry);
    }
    assert!(world.log.log_end_offset() >= acknowledged);
    world.forget_unacknowledged(acknowledged);
    world.check();
    world.disk.set_faults(Faults::default());
    world.append(5).expect("there is room again");
    world.check();
}

#[test]
fn a_full_disk_refuses_appends_until_there_is_room() {
    (0..SEEDS).for_each(full_disk);
}

#[test]
fn one_seed_of_full_disks() {
    full_disk(1);
}

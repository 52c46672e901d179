//! Random histories without faults: the log is always what the model says.

use kabuki_log::Trust;

use crate::world::World;

/// Histories; more were run once.
const SEEDS: u64 = 40;

fn run(seed: u64) {
    println!("seed {seed}");
    let mut world = World::new(seed);
    for _ in 0..60 {
        match world.random.below(21) {
            0..10 => world.append(6).expect("no faults"),
            10..12 => world.flush().expect("no faults"),
            12 => _ = world.log.roll(world.now).expect("no faults"),
            13 => world.truncate().expect("no faults"),
            14 => world.delete_records().expect("no faults"),
            15 => {
                world.log.close().expect("no faults");
                world.flushed = world.model.end;
                let disk = world.disk.kill();
                let report = world.reopen(disk, Trust::CleanShutdown);
                assert_eq!(report.segments_recovered, 0);
            }
            16 => _ = world.reopen(world.disk.kill(), Trust::LastIndexEntry),
            17 => _ = world.reopen(world.disk.kill(), Trust::RecoveryPoint),
            18 => world.log.close_files(),
            _ => world.check(),
        }
    }
    world.check();
}

#[test]
fn random_histories_match_the_model() {
    (0..SEEDS).for_each(run);
}

#[test]
fn one_seed() {
    run(1);
}

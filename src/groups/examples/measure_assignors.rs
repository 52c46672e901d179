//! How long the assignors take for a group of 500 members and 1,000 partitions:
//! `cargo run --release -p kabuki-groups --example measure_assignors`.
//!
//! Of each shape of group three moments are measured: nobody has anything yet, one more member joins, nothing changes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use kabuki_groups::assignor::{Assignment, GroupSpec, MemberSpec, PartitionCounts, assign};
use uuid::Uuid;

const MEMBERS: usize = 500;
const PARTITIONS: usize = 1_000;
const RUNS: usize = 101;

struct SameForAll(i32);

impl PartitionCounts for SameForAll {
    fn partitions(&self, _topic: Uuid) -> Option<i32> {
        Some(self.0)
    }
}

fn main() {
    for (name, mixed) in [("uniform", false), ("uniform", true), ("range", false), ("range", true)]
    {
        for topics in [1, 20, 100, 1_000] {
            if topics > 1 || !mixed {
                measure(name, topics, mixed);
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn measure(name: &str, topics: usize, mixed: bool) {
    let counts = SameForAll((PARTITIONS / topics) as i32);
    let ids: Vec<Uuid> = (1..=topics as u128).map(scattered).collect();
    // Mixed: each member is subscribed to half of the topics, a window that moves on from member to member.
    let window = |member: usize| {
        if mixed { member % topics..member % topics + topics / 2 } else { 0..topics }
    };
    let subscriptions: Vec<BTreeSet<Uuid>> =
        (0..MEMBERS).map(|member| window(member).map(|at| ids[at % topics]).collect()).collect();
    let names: Vec<String> = (1..=MEMBERS as u128)
        .map(|member| scattered(member).to_string())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let nothing = BTreeMap::new();
    let spec = |members: usize, target: &Assignment| {
        let begun = Instant::now();
        let members = (0..members).map(|member| MemberSpec {
            member_id: &names[member],
            instance_id: None,
            rack: None,
            topics: &subscriptions[member],
            assigned: target.get(&names[member]).unwrap_or(&nothing),
        });
        let spec = GroupSpec { members: members.collect(), homogeneous: !mixed };
        let assigned = assign(name, &spec, &counts).expect("one of the two");
        (begun.elapsed(), assigned)
    };

    let (_, before) = spec(MEMBERS - 1, &Assignment::new());
    let (_, after) = spec(MEMBERS, &before);
    let shape = if mixed { "mixed" } else { "same" };
    println!(
        "{name:8} {shape:6} {topics:5} topics: first {:>9.1?}  join {:>9.1?}  unchanged {:>9.1?}",
        median(|| spec(MEMBERS, &Assignment::new()).0),
        median(|| spec(MEMBERS, &before).0),
        median(|| spec(MEMBERS, &after).0),
    );
}

fn median(run: impl Fn() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| run()).collect();
    times.sort_unstable();
    times[RUNS / 2]
}

/// An id that looks random: neighbours are far apart.
fn scattered(number: u128) -> Uuid {
    Uuid::from_u128(number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
}

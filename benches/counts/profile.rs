//! What callgrind writes down.

use std::fs;
use std::path::Path;

/// The functions by which memory is allocated: those of the binary's allocator, and those of the C library.
const ALLOCATORS: &[&str] = &[
    "_rjem_malloc",
    "_rjem_calloc",
    "_rjem_realloc",
    "_rjem_mallocx",
    "_rjem_rallocx",
    "malloc",
    "calloc",
    "realloc",
    "posix_memalign",
    "aligned_alloc",
];

/// The function that reads a clock.
const CLOCK: &[&str] = &["clock_gettime"];

/// What was counted in some time, function by function.
pub(crate) struct Profile(String);

impl Profile {
    /// Reads callgrind's file.
    pub(crate) fn read(file: &Path) -> Self {
        Self(fs::read_to_string(file).expect("callgrind has written its profile"))
    }

    /// Leaves the profile in a directory.
    pub(crate) fn keep(&self, directory: &Path, name: &str) {
        fs::create_dir_all(directory).expect("a directory for profiles");
        fs::write(directory.join(name), &self.0).expect("a writable directory");
    }

    /// All functions of all threads together. A reading of the clock is a system call only within valgrind: elsewhere
    /// the kernel's page in the process answers it.
    pub(crate) fn totals(&self) -> [(&'static str, u64); 4] {
        let clock_readings = self.calls(CLOCK);
        [
            ("instructions", self.total("Ir")),
            ("system calls", self.total("sysCount").saturating_sub(clock_readings)),
            ("clock readings", clock_readings),
            ("allocations", self.calls(ALLOCATORS)),
        ]
    }

    /// The total of an event: `events:` names the columns of `totals:`.
    fn total(&self, event: &str) -> u64 {
        let columns = |key| {
            let line = self.0.lines().find_map(|line| line.strip_prefix(key));
            line.expect("a profile has events and totals").split(' ')
        };
        let mut totals = columns("events: ").zip(columns("totals: "));
        let (_, total) = totals.find(|(name, _)| *name == event).expect("an event asked for");
        total.parse().expect("a count")
    }

    /// How often these functions were called: `cfn=NAME@VERSION` and, some lines below, `calls=COUNT POSITION`.
    fn calls(&self, functions: &[&str]) -> u64 {
        let mut called = "";
        let mut sum = 0;
        for line in self.0.lines() {
            if let Some(function) = line.strip_prefix("cfn=") {
                called = function.split('@').next().unwrap_or(function);
            } else if let Some(calls) = line.strip_prefix("calls=")
                && functions.contains(&called)
            {
                let count = calls.split(' ').next().and_then(|count| count.parse::<u64>().ok());
                sum += count.expect("a count of calls");
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &str = "\
# callgrind format
events: Ir sysCount sysTime
summary: 950 12 33

fn=main
16 400
cfn=_rjem_malloc
calls=3 0
17 90
cfn=free
calls=2 0
18 40
cfn=clock_gettime@@GLIBC_2.17
calls=4 0
19 80 4 9
cfi=./malloc.c
cfn=realloc
calls=1 0
20 30

totals: 900 11 30
";

    #[test]
    fn totals_are_counted_over_all_functions() {
        let totals = Profile(PROFILE.to_owned()).totals();
        let expected =
            [("instructions", 900), ("system calls", 7), ("clock readings", 4), ("allocations", 4)];
        assert_eq!(totals, expected);
    }
}

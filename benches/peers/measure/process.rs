//! What the system knows of a process: its CPU time and its memory.

use std::fs;

use crate::error::{Error, Result};

/// A process, looked at from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Process {
    pid: u32,
}

/// CPU time in seconds, in steps of the system's tick (10 ms).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct CpuTime {
    /// Spent in the program.
    pub(crate) user: f64,
    /// Spent in the kernel for the program.
    pub(crate) system: f64,
}

impl CpuTime {
    /// What was spent since `earlier`.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self { user: self.user - earlier.user, system: self.system - earlier.system }
    }

    /// User and system together.
    pub(crate) fn total(self) -> f64 {
        self.user + self.system
    }
}

/// CPU time in seconds of everything on this machine, waiting not counted.
pub(super) fn machine_cpu() -> Result<f64> {
    let stat = fs::read_to_string("/proc/stat").map_err(Error::io("/proc/stat"))?;
    let unreadable = || Error::Failed("/proc/stat is not as expected".to_owned());
    machine_cpu_in(&stat, ticks_per_second()).ok_or_else(unreadable)
}

/// Resident memory in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    /// Now.
    pub(crate) resident: u64,
    /// The most since the process began, or since [`Process::reset_peak`].
    pub(crate) peak: u64,
}

impl Process {
    /// The process of this id.
    pub(crate) fn new(pid: u32) -> Self {
        Self { pid }
    }

    /// This process: the load generator.
    pub(crate) fn own() -> Self {
        Self::new(std::process::id())
    }

    /// CPU time of all its threads since it began, those that ended included.
    pub(crate) fn cpu(self) -> Result<CpuTime> {
        let cpu = cpu_at(OWN_TICKS, &self.read("stat")?, ticks_per_second());
        cpu.ok_or_else(|| self.unreadable("stat"))
    }

    /// CPU time of its children that have ended and were waited for.
    pub(crate) fn children_cpu(self) -> Result<CpuTime> {
        let cpu = cpu_at(CHILDREN_TICKS, &self.read("stat")?, ticks_per_second());
        cpu.ok_or_else(|| self.unreadable("stat"))
    }

    /// Its memory now.
    pub(crate) fn memory(self) -> Result<Memory> {
        memory_in(&self.read("status")?).ok_or_else(|| self.unreadable("status"))
    }

    /// Lets the peak begin anew at what is resident now.
    pub(crate) fn reset_peak(self) -> Result<()> {
        let path = format!("/proc/{}/clear_refs", self.pid);
        fs::write(&path, "5").map_err(Error::io(path))
    }

    fn read(self, file: &str) -> Result<String> {
        let path = format!("/proc/{}/{file}", self.pid);
        fs::read_to_string(&path).map_err(Error::io(path))
    }

    fn unreadable(self, file: &str) -> Error {
        Error::Failed(format!("/proc/{}/{file} is not as expected", self.pid))
    }
}

fn ticks_per_second() -> f64 {
    rustix::param::clock_ticks_per_second() as f64
}

/// Where in `/proc/PID/stat`, counted behind the name, a process's own CPU time stands: user, then system.
const OWN_TICKS: usize = 11;
/// Where that of its children stands.
const CHILDREN_TICKS: usize = 13;

/// Reads `/proc/PID/stat`. The command's name stands in brackets and may hold anything.
fn cpu_at(place: usize, stat: &str, ticks_per_second: f64) -> Option<CpuTime> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(place);
    let mut seconds = || Some(fields.next()?.parse::<f64>().ok()? / ticks_per_second);
    Some(CpuTime { user: seconds()?, system: seconds()? })
}

/// Reads `/proc/stat`: user, nice, system, idle, waiting for the disk, interrupts, soft interrupts.
fn machine_cpu_in(stat: &str, ticks_per_second: f64) -> Option<f64> {
    let fields = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace();
    let ticks: Vec<f64> = fields.take(7).map_while(|field| field.parse().ok()).collect();
    let [user, nice, system, _, _, interrupts, soft] = ticks[..] else { return None };
    Some((user + nice + system + interrupts + soft) / ticks_per_second)
}

/// Reads `/proc/PID/status`.
fn memory_in(status: &str) -> Option<Memory> {
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
    };
    Some(Memory { resident: bytes("VmRSS:")?, peak: bytes("VmHWM:")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_command_may_look_like_fields() {
        let stat = "7 (a) 1 2 (b) S 1 2 3 4 5 6 7 8 9 10 150 50 300 100 20 0 1";
        let cpu = |place| cpu_at(place, stat, 100.0);
        assert_eq!(cpu(OWN_TICKS), Some(CpuTime { user: 1.5, system: 0.5 }));
        assert_eq!(cpu(CHILDREN_TICKS), Some(CpuTime { user: 3.0, system: 1.0 }));
        assert_eq!(cpu_at(OWN_TICKS, "7 (a) S 1", 100.0), None);
    }

    #[test]
    fn waiting_is_no_cpu_time() {
        let stat = "cpu  100 10 50 9999 8888 20 20 7 0 0\ncpu0 1 1 1 1 1 1 1\n";
        assert_eq!(machine_cpu_in(stat, 100.0), Some(2.0));
        assert_eq!(machine_cpu_in("cpu0 1", 100.0), None);
    }

    #[test]
    fn memory_is_told_in_bytes() {
        let status = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
        assert_eq!(memory_in(status), Some(Memory { resident: 1 << 20, peak: 2 << 20 }));
        assert_eq!(memory_in("Name:\tx\n"), None);
    }

    #[test]
    fn the_own_process_can_be_looked_at() {
        let own = Process::own();
        assert!(own.memory().is_ok_and(|memory| memory.resident > 0));
        assert!(own.cpu().is_ok());
    }
}

//! What it was measured on.

use std::fmt;
use std::fs;
use std::thread::available_parallelism;

use rustix::system::{sysinfo, uname};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A machine, as far as figures depend on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Machine {
    /// Cores that this process may use.
    pub(crate) cores: usize,
    /// The processor as it names itself, and the kernel.
    pub(crate) processor: String,
    /// The kernel's name and version.
    pub(crate) kernel: String,
    /// Memory in bytes.
    pub(crate) memory_bytes: u64,
    /// Of runnable processes when the measurement began, in hundredths: other work disturbs.
    pub(crate) load_percent: u64,
}

impl Machine {
    /// This one.
    pub(crate) fn this() -> Result<Self> {
        let cores = available_parallelism().map_err(Error::io("counting cores"))?.get();
        let (names, info) = (uname(), sysinfo());
        let release = names.release().to_string_lossy();
        // Without what its builder added.
        let release = release.split('-').next().unwrap_or_default();
        let kernel = format!("{} {release}", names.sysname().to_string_lossy());
        let memory_bytes = info.totalram * u64::from(info.mem_unit);
        let load_percent = info.loads[0] * 100 / LOAD_UNIT;
        Ok(Self { cores, processor: processor(), kernel, memory_bytes, load_percent })
    }
}

/// The kernel tells loads in 65,536ths.
const LOAD_UNIT: u64 = 1 << 16;

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split_once(':')).map(|(_, name)| name.trim());
    name.unwrap_or(std::env::consts::ARCH).to_owned()
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cores, processor, kernel, .. } = self;
        let gigabytes = self.memory_bytes as f64 / 1e9;
        let load = self.load_percent as f64 / 100.0;
        write!(f, "{cores} cores ({processor}), {gigabytes:.0} GB of memory, {kernel}, ")?;
        write!(f, "load {load:.2} before")
    }
}

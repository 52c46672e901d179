//! `kabuki stop`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use kabuki_config::{LoadRequest, Settings};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::process::{PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::error::CliError;
use crate::instance::running_on;

/// Stop the broker that runs on a data dir, and wait until it is gone
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Stop {
    /// The broker's data dir, or the properties file that it was started with [default: ./kabuki-data]
    #[arg(long, value_name = "DIR|FILE")]
    data: Option<PathBuf>,
    /// How long to wait for the end
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    timeout: u64,
}

const EXAMPLES: &str = "\
Examples:
  kabuki stop
  kabuki stop --data /var/lib/kabuki
  kabuki stop --data server.properties";

impl Stop {
    pub(crate) fn run(self) -> Result<(), CliError> {
        let dir = self.dir()?;
        let nobody = || CliError::Failed(format!("no broker runs on {}", dir.display()));
        let pid = running_on(&dir)?.ok_or_else(nobody)?;
        let process = match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(process) => process,
            Err(Errno::SRCH) => return Err(nobody()),
            Err(error) => return Err(std::io::Error::from(error).into()),
        };
        // The file was read before the process was opened: only if a broker still holds the dir is it that process.
        running_on(&dir)?.filter(|now| *now == pid).ok_or_else(nobody)?;
        pidfd_send_signal(&process, Signal::TERM).map_err(std::io::Error::from)?;
        if !ends_within(&process, Duration::from_secs(self.timeout))? {
            let text =
                format!("process {} still runs after {} s", pid.as_raw_nonzero(), self.timeout);
            return Err(CliError::Failed(text));
        }
        Ok(())
    }

    fn dir(&self) -> Result<PathBuf, CliError> {
        match &self.data {
            Some(file) if file.is_file() => configured_dir(Some(file)),
            Some(dir) => Ok(dir.clone()),
            None => configured_dir(None),
        }
    }
}

/// The first log dir of the configuration that `start` would use.
fn configured_dir(file: Option<&Path>) -> Result<PathBuf, CliError> {
    let request = LoadRequest::of_process(file.map(Path::to_owned), vec![]);
    let loaded = Settings::load(request)?;
    Ok(loaded.broker.log_dirs.first().expect("the list of log dirs is never empty").clone())
}

/// Waits until a process is gone; `false` when it is still there after `wait`.
fn ends_within(process: &OwnedFd, wait: Duration) -> Result<bool, CliError> {
    let deadline = Instant::now() + wait;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let left =
            Timespec { tv_sec: left.as_secs() as i64, tv_nsec: i64::from(left.subsec_nanos()) };
        match poll(&mut [PollFd::new(process, PollFlags::IN)], Some(&left)) {
            Ok(ended) => return Ok(ended > 0),
            Err(Errno::INTR) => {}
            Err(error) => return Err(std::io::Error::from(error).into()),
        }
    }
}

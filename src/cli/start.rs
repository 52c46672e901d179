//! `kabuki start`: reads the configuration, runs the broker, ends it when asked to.

mod daemon;
mod logging;
mod signals;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use kabuki_actors::Running;
use kabuki_actors::exit::{Exit, ExitDoor};
use kabuki_actors::loggers::Loggers;
use kabuki_config::{LoadRequest, Loaded, Settings};

use crate::error::CliError;
use crate::instance::PidFiles;

/// Run a broker
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Start {
    /// A server.properties file; without one: one node on 127.0.0.1:9092 with its data in ./kabuki-data
    file: Option<PathBuf>,
    /// Run in the background: returns when the broker is ready
    #[arg(long)]
    daemon: bool,
    /// Set a configuration above file and environment; may be repeated
    #[arg(long = "override", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// This process is the one in the background.
    #[arg(long, hide = true, conflicts_with = "daemon")]
    detached: bool,
}

const EXAMPLES: &str = "\
Examples:
  kabuki start
  kabuki start server.properties --daemon
  kabuki start --override listeners=PLAINTEXT://127.0.0.1:19092 --override log.dirs=/tmp/kabuki
  KAFKA_NUM_PARTITIONS=3 kabuki start

Values come from the file, above it from the environment (KAFKA_NUM_PARTITIONS is num.partitions),
above both from --override. One line on standard output says when the broker is ready; the log
goes to standard error. SIGTERM and ctrl-C stop it cleanly, a second ctrl-C at once.";

impl Start {
    pub(crate) fn run(self) -> Result<(), CliError> {
        let loaded =
            Settings::load(LoadRequest::of_process(self.file.clone(), self.overrides.clone()))?;
        if self.daemon {
            return daemon::start(&loaded.broker.log_dirs[0]);
        }
        if self.detached {
            daemon::leave_session();
        }
        let loggers = logging::start(&loaded.broker.kabuki)?;
        serve(loaded, loggers)
    }
}

/// Runs the broker until somebody asks for its end.
fn serve(loaded: Loaded, loggers: Loggers) -> Result<(), CliError> {
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    let (door, ear) = ExitDoor::new();
    signals::lead_to(door.clone())?;
    let running = kabuki_actors::start(loaded, loggers, door, ear)?;
    let pid_files = PidFiles::write(&running.log_dirs());
    say_ready(&running);
    if let Exit::Fatal(what) = running.wait() {
        // As after a crash: what was acknowledged is written, and the next start recovers it. Ending part by part
        // would wait for parts that are lost.
        drop(pid_files);
        return Err(CliError::Failed(format!("kabuki cannot go on: {what}")));
    }
    let late = running.stop();
    drop(pid_files);
    match late.is_empty() {
        true => Ok(()),
        false => {
            Err(CliError::Failed(format!("some parts did not end in time: {}", late.join(", "))))
        }
    }
}

/// Prints the one line that scripts wait for. A reader that is gone does not end a broker.
fn say_ready(running: &Running) {
    let ready = ready_line(running);
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{ready}").and_then(|()| out.flush());
}

fn ready_line(running: &Running) -> String {
    let dirs: Vec<_> = running.log_dirs().iter().map(|dir| dir.display().to_string()).collect();
    let ops =
        running.ops_address().map_or(String::new(), |address| format!(", ops http://{address}"));
    format!(
        "kabuki is ready: {}, data in {}, {} ms{ops}",
        running.listeners().join(","),
        dirs.join(","),
        running.started_in().as_millis(),
    )
}

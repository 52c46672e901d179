//! Kabuki beside Apache Kafka, and both beside a floor: the same load on each, one after the other.
//!
//! ```text
//! rounds ─▶ server (Kafka, Kabuki, floor: a process each) ◀─ load ◀─ workloads (one file each)
//!    │         └─ measure: /proc/PID, the clock
//!    └────▶ report: results.json, tables of ratios, pictures
//! ```
//!
//! How to run it and how to read what it prints: `README.md` beside this file.

mod args;
mod error;
mod floor;
mod load;
mod measure;
mod progress;
mod report;
mod rounds;
mod server;
mod workloads;

use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;

use clap::Parser;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use tokio::signal::unix::{SignalKind, signal};

use self::args::{Arguments, Command, Measure};
use self::error::{Error, Result};
use self::progress::Progress;
use self::report::Results;
use self::rounds::Plan;

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peers: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    match arguments.command {
        Some(Command::Floor { port, dir }) => {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
            floor::serve(listener.map_err(Error::io("listening"))?, dir)
        }
        Some(Command::Report { results, out }) => {
            let results = Results::read(&results)?;
            out.map_or(Ok(()), |dir| results.publish(&dir))?;
            print!("{}", results.to_markdown());
            Ok(())
        }
        Some(Command::Compare { before, after }) => {
            print!("{}", Results::read(&after)?.compared_with(&Results::read(&before)?));
            Ok(())
        }
        None if arguments.measure.list => {
            workloads::ALL
                .iter()
                .for_each(|workload| println!("{:20} {}", workload.name, workload.what));
            Ok(())
        }
        None => measure(&arguments.measure),
    }
}

fn measure(measure: &Measure) -> Result<()> {
    allow_open_files()?;
    let plan = Plan::new(measure)?;
    let progress = Progress::begin(plan.steps());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Error::io("starting the load generator"))?;
    let results = runtime.block_on(async {
        tokio::select! {
            results = rounds::run(&plan, &progress) => results,
            error = interrupted() => Err(error),
        }
    })?;
    progress.end();
    measure.out.as_ref().map_or(Ok(()), |dir| results.publish(dir))?;
    print!("{}", results.to_markdown());
    results.succeeded()
}

/// Waits for SIGINT or SIGTERM. What runs is dropped then, and with it every server.
async fn interrupted() -> Error {
    let asked = async {
        let mut terminated = signal(SignalKind::terminate())?;
        let mut interrupted = signal(SignalKind::interrupt())?;
        tokio::select! { _ = terminated.recv() => {} _ = interrupted.recv() => {} }
        Ok(())
    };
    let outcome = asked.await.map_err(Error::io("waiting for signals"));
    outcome.err().unwrap_or_else(|| Error::Failed("interrupted".to_owned()))
}

/// Thousands of connections here, and several files for each of ten thousand partitions in the servers, which inherit the
/// limit: so many, or else as many as the system lets this process have.
fn allow_open_files() -> Result<()> {
    let raised = |limit| Rlimit { current: Some(limit), maximum: Some(limit) };
    if setrlimit(Resource::Nofile, raised(OPEN_FILES)).is_ok() {
        return Ok(());
    }
    let allowed = getrlimit(Resource::Nofile).maximum;
    let raised = Rlimit { current: allowed, maximum: allowed };
    setrlimit(Resource::Nofile, raised).map_err(Error::system("raising the number of open files"))
}

/// What packages of Kafka set for its service.
const OPEN_FILES: u64 = 100_000;

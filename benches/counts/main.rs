//! What a request costs the broker in instructions, system calls and allocations, held against the figures that are kept.
//!
//! `cargo run -p kabuki-counts` from a checkout whose release binary is built. README.md says what is counted, and how.
//!
//! ```text
//! main ─▶ paths (the requests) ─▶ Connection ─▶ Broker, under callgrind
//!    └──▶ Broker::take_profile ─▶ Profile ─▶ Figures (the table, the complaints)
//! ```

mod broker;
mod connection;
mod figures;
mod paths;
mod profile;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use self::broker::Broker;
use self::connection::Connection;
use self::figures::Figures;

/// Requests before anything is counted: buffers have their sizes, files and sessions are open.
const REQUESTS_TO_WARM_UP: u32 = 50;
/// Requests that are counted: enough for what happens only now and then, such as an entry in an index.
const REQUESTS: u32 = 500;
/// What is to be kept, or has grown, is counted so often; the least of each figure counts.
const ROUNDS_MAX: u32 = 3;

/// What to do about growth that is meant.
const RENEWAL: &str = "If that is worth it, `cargo run -p kabuki-counts -- --write` keeps the figures of now; the commit says why.";

/// Counts what a request costs, and fails where that has grown.
#[derive(Parser)]
struct Arguments {
    /// Keep what is counted now
    #[arg(long)]
    write: bool,
    /// The broker
    #[arg(long, default_value_os_t = in_workspace("target/release/kabuki"))]
    broker: PathBuf,
    /// Leave the profile of each path here, for callgrind_annotate
    #[arg(long, value_name = "DIRECTORY")]
    profiles: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let kept_file = in_workspace("benches/counts/kept.json");
    let kept = Figures::read(&kept_file);
    let mut now = count(&arguments);
    for _ in 1..ROUNDS_MAX {
        if arguments.write || !now.compared_with(&kept).complaints().is_empty() {
            now.lower_to(&count(&arguments));
        }
    }
    let comparison = now.compared_with(&kept);
    print!("{comparison}");
    if arguments.write {
        now.write(&kept_file);
        return ExitCode::SUCCESS;
    }
    let complaints = comparison.complaints();
    if complaints.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("\n{}\n{RENEWAL}", complaints.join("\n"));
    ExitCode::FAILURE
}

fn count(arguments: &Arguments) -> Figures {
    let mut figures = Figures::new();
    let mut broker = Broker::start(&arguments.broker);
    for (name, prepare) in paths::ALL {
        let mut connection = Connection::open(&broker.address);
        let mut path = prepare(&mut connection, name);
        (0..REQUESTS_TO_WARM_UP).for_each(|_| path(&mut connection));
        broker.take_profile();
        (0..REQUESTS).for_each(|_| path(&mut connection));
        let profile = broker.take_profile();
        figures.add(name, &profile, REQUESTS);
        if let Some(directory) = &arguments.profiles {
            profile.keep(directory, name);
        }
    }
    figures
}

fn in_workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

//! The servers that are measured: each a process of its own on loopback, with a directory of its own, ended by its own id.

mod programs;
mod properties;

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use clap::ValueEnum;
pub(crate) use programs::Programs;
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::load::{Topic, await_ready};
use crate::measure::Process;

/// How long a clean stop may take; Kafka writes out everything first.
const STOP_WITHIN: Duration = Duration::from_secs(180);
/// Between two looks whether a process has ended.
const PAUSE: Duration = Duration::from_millis(2);
/// Lines of a server's log that are shown when it does not start.
const LOG_LINES_SHOWN: usize = 20;

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Peer {
    /// Apache Kafka 4.3.1 with the JVM flags of its own start script.
    Kafka,
    /// The release binary.
    Kabuki,
    /// The null server.
    Floor,
}

impl Peer {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Kafka, Self::Kabuki, Self::Floor];

    /// As it stands in tables.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Kafka => "Apache Kafka",
            Self::Kabuki => "Kabuki",
            Self::Floor => "floor",
        }
    }
}

/// The directory and the port of a server, which it keeps when it is started again. Its files are emptied when dropped, and
/// removed at the end of the measurement: ext4 steps over each inode that was freed within the last minutes, so that what
/// one server left would be measured when the next one creates files.
#[derive(Debug)]
pub(crate) struct Home {
    peer: Peer,
    programs: Programs,
    dir: PathBuf,
    port: u16,
}

/// A server that is ready.
#[derive(Debug)]
pub(crate) struct Server {
    peer: Peer,
    address: String,
    data: PathBuf,
    child: Option<Child>,
    ready_after: Duration,
}

impl Home {
    /// A new, empty home; Kafka's storage is formatted.
    pub(crate) fn new(peer: Peer, programs: &Programs) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("server-").tempdir_in(programs.homes());
        let dir = dir.map_err(Error::io("making a directory"))?.keep();
        let [port, controller_port] = free_ports()?;
        let home = Self { peer, programs: programs.clone(), dir, port };
        fs::create_dir(home.data()).map_err(Error::io("making a directory"))?;
        let text = properties::properties(port, controller_port, &home.data());
        fs::write(home.properties(), text).map_err(Error::io("writing properties"))?;
        if peer == Peer::Kafka {
            home.run_to_its_end(programs.format_kafka(&home.properties())?)?;
        }
        Ok(home)
    }

    /// Starts the server and waits until it answers for every partition of `topics`.
    pub(crate) async fn start(&self, topics: &[Topic]) -> Result<Server> {
        let mut command = match self.peer {
            Peer::Kafka => self.programs.kafka(&self.properties())?,
            Peer::Kabuki => self.programs.kabuki(&self.properties()),
            Peer::Floor => self.programs.floor(self.port, &self.data()),
        };
        let address = format!("127.0.0.1:{}", self.port);
        let began = Instant::now();
        let child = self.with_log(&mut command)?.spawn().map_err(Error::io(self.peer.title()))?;
        let mut server = Server {
            peer: self.peer,
            address,
            data: self.data(),
            child: Some(child),
            ready_after: Duration::ZERO,
        };
        let address = server.address.clone();
        let outcome = tokio::select! {
            ready = await_ready(self.peer, &address, topics) => ready,
            () = server.ended() => Err(Error::Failed(format!("{} ended", self.peer.title()))),
        };
        server.ready_after = began.elapsed();
        outcome.map_err(|error| Error::Failed(format!("{error}\n{}", self.end_of_log())))?;
        Ok(server)
    }

    fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    fn properties(&self) -> PathBuf {
        self.dir.join("server.properties")
    }

    fn log(&self) -> PathBuf {
        self.dir.join("server.log")
    }

    fn with_log<'c>(&self, command: &'c mut Command) -> Result<&'c mut Command> {
        let log = File::options().create(true).append(true).open(self.log());
        let log = log.map_err(Error::io("opening a log"))?;
        let both = log.try_clone().map_err(Error::io("opening a log"))?;
        Ok(command.stdin(Stdio::null()).stdout(log).stderr(both))
    }

    fn run_to_its_end(&self, mut command: Command) -> Result<()> {
        let status = self.with_log(&mut command)?.status().map_err(Error::io("java"))?;
        match status.success() {
            true => Ok(()),
            false => Err(Error::Failed(format!("{status}\n{}", self.end_of_log()))),
        }
    }

    fn end_of_log(&self) -> String {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n")
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Err(error) = empty_files(&self.dir) {
            eprintln!("{} stays as it is: {error}", self.dir.display());
        }
    }
}

/// Gives the room of all files below a directory back.
fn empty_files(dir: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            empty_files(&entry.path())?;
        } else {
            File::options().write(true).truncate(true).open(entry.path())?;
        }
    }
    Ok(())
}

impl Server {
    /// A server that a test runs within its own process.
    #[cfg(test)]
    pub(crate) fn within_this_process(address: std::net::SocketAddr) -> Self {
        let address = address.to_string();
        let ready_after = Duration::ZERO;
        Self { peer: Peer::Floor, address, data: PathBuf::new(), child: None, ready_after }
    }

    /// Who it is.
    pub(crate) fn peer(&self) -> Peer {
        self.peer
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Where its files are.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// From its start until it answered.
    pub(crate) fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// The process.
    pub(crate) fn process(&self) -> Process {
        self.child.as_ref().map_or_else(Process::own, |child| Process::new(child.id()))
    }

    /// Ends it cleanly, and tells how long that took.
    pub(crate) async fn stop(mut self) -> Result<Duration> {
        let began = Instant::now();
        if let Some(child) = &self.child {
            let pid = Pid::from_child(child);
            kill_process(pid, Signal::TERM).map_err(Error::system("stopping a server"))?;
        }
        let ended = tokio::time::timeout(STOP_WITHIN, self.ended()).await;
        ended.map_err(|_| Error::Failed(format!("{} does not stop", self.peer.title())))?;
        Ok(began.elapsed())
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(self) {
        drop(self);
    }

    async fn ended(&mut self) {
        while let Some(child) = &mut self.child
            && matches!(child.try_wait(), Ok(None))
        {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Two ports that are free on loopback. They are held together, so that they differ.
fn free_ports() -> Result<[u16; 2]> {
    let hold = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(Error::io("a free port"));
    let held = [hold()?, hold()?];
    let port = |listener: &TcpListener| listener.local_addr().map(|address| address.port());
    let ports = [port(&held[0]), port(&held[1])];
    let [one, other] = ports.map(|port| port.map_err(Error::io("a free port")));
    Ok([one?, other?])
}

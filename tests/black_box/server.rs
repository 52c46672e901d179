//! The binary under test.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use kabuki_client::{
    Client, ClientConfig, FetchFrom, FetchOptions, FetchedRecord, NewTopic, OffsetSpec,
};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const BINARY: &str = env!("CARGO_BIN_EXE_kabuki");

/// The binary, with the environment of the tests less what would configure a broker.
pub(crate) fn kabuki() -> Command {
    kabuki_environment(Command::new(BINARY))
}

fn kabuki_environment(mut command: Command) -> Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("KAFKA_") || name == "CLUSTER_ID" {
            command.env_remove(name);
        }
    }
    command
}

/// Runs the binary to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    kabuki().args(arguments).stdin(Stdio::null()).output().expect("the binary runs")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// How long what must happen may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Looks at something of which nobody tells, until it is so.
#[expect(clippy::disallowed_methods, reason = "a process is looked at from outside")]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A place for one broker after the other.
pub(crate) struct Place {
    dir: TempDir,
    /// Set with the first start: a broker that is started again keeps its port.
    port: u16,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { dir: TempDir::new().expect("a temporary dir"), port: 0 }
    }

    /// Where the broker keeps its data.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// What the brokers here have said so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).expect("a log in text")
    }

    /// The arguments of a start.
    pub(crate) fn arguments(&self, overrides: &[&str]) -> Vec<String> {
        let own = [
            format!("listeners=PLAINTEXT://127.0.0.1:{}", self.port),
            format!("log.dirs={}", self.data().display()),
            "kabuki.ops.listener=http://127.0.0.1:0".to_owned(),
        ];
        let all = own.into_iter().chain(overrides.iter().map(|&one| one.to_owned()));
        let flags = all.flat_map(|one| ["--override".to_owned(), one]);
        ["start".to_owned()].into_iter().chain(flags).collect()
    }

    /// Starts a broker and waits until it is ready.
    pub(crate) fn start(&mut self) -> Server {
        self.start_with(&[])
    }

    pub(crate) fn start_with(&mut self, overrides: &[&str]) -> Server {
        self.start_as(kabuki(), overrides)
    }

    /// Starts a broker that may have so many files open, and waits until it is ready.
    pub(crate) fn start_with_files(&mut self, files_max: u32) -> Server {
        let mut shell = kabuki_environment(Command::new("sh"));
        let script = format!("ulimit -n {files_max} && exec \"$0\" \"$@\"");
        shell.args(["-c", &script, BINARY]);
        self.start_as(shell, &[])
    }

    fn start_as(&mut self, command: Command, overrides: &[&str]) -> Server {
        let arguments = self.arguments(overrides);
        let server = Server::start(command, arguments, &self.dir.path().join("log"));
        if let Some((_, port)) = server.listeners[0].rsplit_once(':') {
            self.port = port.parse().expect("the ready line names the port");
        }
        server
    }
}

/// A broker that is ready; killed when dropped.
pub(crate) struct Server {
    child: Child,
    /// The line that it printed.
    pub(crate) ready: String,
    /// `host:port` of each listener.
    pub(crate) listeners: Vec<String>,
}

impl Server {
    fn start(mut command: Command, arguments: Vec<String>, log: &Path) -> Self {
        let log_file = File::options().create(true).append(true).open(log).expect("a writable log");
        let mut child = command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log_file)
            .spawn()
            .expect("the binary runs");
        let mut ready = String::new();
        let output = child.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut ready).expect("text");
        let said = || fs::read_to_string(log).unwrap_or_default();
        assert!(ready.starts_with("kabuki is ready: "), "{ready}{}", said());
        let listeners = listeners_of(&ready);
        Self { child, ready, listeners }
    }

    /// `host:port` of the first listener.
    pub(crate) fn bootstrap(&self) -> &str {
        &self.listeners[0]
    }

    /// `host:port` of the ops endpoint.
    pub(crate) fn ops(&self) -> &str {
        self.ready.trim_end().rsplit_once("http://").expect("the ready line names it").1
    }

    /// What the ops endpoint answers: status and body.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.ask_ops("GET", path)
    }

    /// Kills the actor whose path ends so, by a panic; `kabuki.chaos.enabled` must allow it.
    pub(crate) fn kill_actor(&self, path_end: &str) {
        let (_, actors) = self.get("/actors");
        let actors: serde_json::Value = serde_json::from_str(&actors).expect("a report");
        let paths = actors["actors"].as_array().expect("actors").iter();
        let mut paths = paths.filter_map(|actor| actor["path"].as_str());
        let path = paths.find(|path| path.ends_with(path_end)).expect("an actor of this path");
        assert_eq!(self.ask_ops("POST", &format!("/actors/{path}/kill?how=panic")).0, 202);
    }

    fn ask_ops(&self, method: &str, path: &str) -> (u16, String) {
        let address = self.ops();
        let mut stream = TcpStream::connect(address).expect("the ops endpoint listens");
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer in text");
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status.expect("a status"), body.to_owned())
    }

    /// The metric of this name, with its labels as `/metrics` shows them.
    pub(crate) fn metric(&self, name: &str) -> u64 {
        self.metric_if_shown(name).unwrap_or_else(|| panic!("no metric {name}"))
    }

    /// The same; `None` while nothing was counted under labels that are shown once something is.
    fn metric_if_shown(&self, name: &str) -> Option<u64> {
        let (_, metrics) = self.get("/metrics");
        let mut lines = metrics.lines().filter_map(|line| line.rsplit_once(' '));
        let (_, value) = lines.find(|(found, _)| *found == name)?;
        Some(value.parse().expect("a number"))
    }

    /// Waits until a metric is shown and as it should be.
    pub(crate) fn wait_for_metric(&self, name: &str, is_so: impl Fn(u64) -> bool) {
        wait_until(name, || self.metric_if_shown(name).is_some_and(&is_so));
    }

    /// Connections of clients that live.
    pub(crate) fn connections(&self) -> u64 {
        self.metric("kabuki_actor_alive{kind=\"connection\"}")
    }

    /// Memory of the process in bytes, as far as it is resident.
    pub(crate) fn resident_bytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the process lives");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        kib.expect("a number of KiB") * 1024
    }

    /// Descriptors that the process has open.
    pub(crate) fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("the process lives").count()
    }

    /// A client of the first listener.
    pub(crate) fn client(&self) -> TestClient {
        TestClient::connect(self.bootstrap())
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("the process is there");
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("a child can be waited for")
    }

    /// How it ended, if it has.
    pub(crate) fn try_wait(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be waited for")
    }

    /// Stops it cleanly.
    pub(crate) fn stop(mut self) {
        self.signal(Signal::TERM);
        assert!(self.wait().success());
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the process is there");
        self.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `kabuki is ready: NAME://host:port,NAME://host:port, data in …`.
fn listeners_of(ready: &str) -> Vec<String> {
    let rest = ready.trim_start_matches("kabuki is ready: ");
    let (listeners, _) = rest.split_once(", data in ").expect("the ready line names the data dir");
    let address =
        |listener: &str| listener.split_once("://").expect("a listener has a name").1.to_owned();
    listeners.split(',').map(address).collect()
}

/// A client that waits.
pub(crate) struct TestClient {
    runtime: Runtime,
    client: Client,
}

impl TestClient {
    pub(crate) fn connect(bootstrap: &str) -> Self {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let connecting = Client::connect(ClientConfig::new(bootstrap));
        let client = runtime.block_on(connecting).expect("the broker answers");
        Self { runtime, client }
    }

    pub(crate) fn run<T>(&mut self, work: impl AsyncFnOnce(&mut Client) -> T) -> T {
        self.runtime.block_on(work(&mut self.client))
    }

    pub(crate) fn create(&mut self, topic: NewTopic) {
        let outcomes = self.run(async |client| client.create_topics(&[topic], false).await);
        for (name, outcome) in outcomes.expect("an answer") {
            outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    /// Everything in a partition.
    pub(crate) fn read_all(&mut self, topic: &str, partition: i32) -> Vec<FetchedRecord> {
        self.run(async |client| {
            let listed = client.list_offsets(&[(topic, partition, OffsetSpec::Latest)]).await;
            let end = listed.expect("offsets")[0].offset.expect("every partition has an end");
            let mut records = vec![];
            let mut from = FetchFrom { topic: topic.to_owned(), partition, offset: 0 };
            while from.offset < end {
                let fetched =
                    client.fetch(std::slice::from_ref(&from), &FetchOptions::default()).await;
                for partition in fetched.expect("records") {
                    from.offset = partition.next_offset;
                    records.extend(partition.records);
                }
            }
            records
        })
    }
}

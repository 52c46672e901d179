//! The broker, run by callgrind, which is asked between requests for what it has counted.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::profile::Profile;

/// Has the C library copy in loops of wide registers. Callgrind counts each byte of a `rep movsb` as an instruction, and
/// whether a buffer that grows is copied is a matter of luck.
const COPY_IN_LOOPS: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.cpu.x86_rep_movsb_threshold=1000000000:glibc.cpu.x86_rep_stosb_threshold=1000000000",
);

/// A broker that is ready; killed when dropped.
pub(crate) struct Broker {
    child: Child,
    /// `host:port` of its listener.
    pub(crate) address: String,
    /// Its data, callgrind's profiles, and the pipes over which callgrind is spoken to.
    dir: TempDir,
    profiles_taken: u32,
}

impl Broker {
    pub(crate) fn start(binary: &Path) -> Self {
        let dir = TempDir::new().expect("a temporary directory");
        let mut command = Command::new("valgrind");
        command
            .env(COPY_IN_LOOPS.0, COPY_IN_LOOPS.1)
            .args(["-q", "--tool=callgrind", "--collect-systime=yes", "--compress-strings=no"])
            .arg(format!("--callgrind-out-file={}", dir.path().join("profile").display()))
            .arg(pipes(&dir))
            .arg(binary)
            .arg("start");
        for setting in [
            "listeners=PLAINTEXT://127.0.0.1:0",
            "kabuki.ops.listener=",
            // All that a request does happens in one thread, but for what must not.
            "kabuki.arbiters=1",
            "offsets.topic.num.partitions=1",
            "offsets.topic.replication.factor=1",
            // Nothing is done by the clock, or as little as can be.
            "log.initial.task.delay.ms=3600000",
            "log.flush.offset.checkpoint.interval.ms=3600000",
            "log.flush.start.offset.checkpoint.interval.ms=3600000",
            &format!("log.dirs={}", dir.path().join("data").display()),
        ] {
            command.args(["--override", setting]);
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut child = child.expect("valgrind is installed");
        let mut ready = String::new();
        let output = child.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut ready).expect("text");
        let address = ready.split_once("://").and_then(|(_, rest)| rest.split_once(','));
        let address = address.expect("the broker says where it listens").0.to_owned();
        Self { child, address, dir, profiles_taken: 0 }
    }

    /// What was counted since the last time, or the start.
    pub(crate) fn take_profile(&mut self) -> Profile {
        let status = Command::new("vgdb")
            .arg("--max-invoke-ms=1")
            .arg(pipes(&self.dir))
            .arg(format!("--pid={}", self.child.id()))
            .arg("dump")
            .stderr(Stdio::null())
            .status();
        assert!(status.expect("vgdb comes with valgrind").success(), "callgrind does not answer");
        self.profiles_taken += 1;
        Profile::read(&self.dir.path().join(format!("profile.{}", self.profiles_taken)))
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pipes(dir: &TempDir) -> String {
    format!("--vgdb-prefix={}", dir.path().join("vgdb").display())
}

//! The programs that are measured, and how each is called.

use std::cell::OnceCell;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;

use tempfile::TempDir;

use super::Peer;
use crate::error::{Error, Result};

/// The flags of Kafka's own `kafka-server-start.sh` and `kafka-run-class.sh`: heap, then performance.
const JVM_FLAGS: [&str; 9] = [
    "-Xmx1G",
    "-Xms1G",
    "-server",
    "-XX:+UseG1GC",
    "-XX:MaxGCPauseMillis=20",
    "-XX:InitiatingHeapOccupancyPercent=35",
    "-XX:+ExplicitGCInvokesConcurrent",
    "-XX:MaxInlineLevel=15",
    "-Djava.awt.headless=true",
];
/// Any will do: there is one node.
const CLUSTER_ID: &str = "a2FidWtpLXBlZXJzLTQzMQ";

/// Where everything is.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    kabuki: PathBuf,
    own: PathBuf,
    interop_kafka: PathBuf,
    /// Kafka's jars, once something of Kafka was needed.
    class_path: Rc<OnceCell<String>>,
    /// Where results are written.
    pub(crate) work: PathBuf,
    /// Where servers have their homes: on the disk of the checkout, for a temporary directory may be memory. Removed at the end.
    homes: Rc<TempDir>,
}

impl Programs {
    /// Finds what `peers` need.
    pub(crate) fn find(peers: &[Peer]) -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = root.canonicalize().map_err(Error::io("the checkout"))?;
        let kabuki = env::var_os("KABUKI").map(PathBuf::from);
        let kabuki = kabuki.unwrap_or_else(|| root.join("target/release/kabuki"));
        if peers.contains(&Peer::Kabuki) && !kabuki.exists() {
            let text = format!("no binary at {}: cargo build --release", kabuki.display());
            return Err(Error::Failed(text));
        }
        let interop_kafka = root.join("tests/interop/kafka");
        let work = root.join("target/peers");
        fs::create_dir_all(&work).map_err(Error::io("making a directory"))?;
        let homes = tempfile::Builder::new().prefix("homes-").tempdir_in(&work);
        let homes = Rc::new(homes.map_err(Error::io("making a directory"))?);
        let own = env::current_exe().map_err(Error::io("this program"))?;
        Ok(Self { kabuki, own, interop_kafka, class_path: Rc::default(), work, homes })
    }

    pub(super) fn homes(&self) -> &Path {
        self.homes.path()
    }

    pub(super) fn kabuki(&self, properties: &Path) -> Command {
        let mut command = Command::new(&self.kabuki);
        command.arg("start").arg(properties);
        command
    }

    pub(super) fn kafka(&self, properties: &Path) -> Result<Command> {
        let logging = self.interop_kafka.join("log4j2.properties");
        let logging = format!("-Dlog4j2.configurationFile={}", logging.display());
        let mut command = self.java(&JVM_FLAGS)?;
        command.args([&logging, "kafka.Kafka"]).arg(properties);
        Ok(command)
    }

    /// One of Kafka's own tools.
    pub(crate) fn kafka_tool(&self, class: &str) -> Result<Command> {
        self.java(&[class])
    }

    pub(super) fn format_kafka(&self, properties: &Path) -> Result<Command> {
        let mut command = self.java(&["-XX:TieredStopAtLevel=1", "kafka.tools.StorageTool"])?;
        command.args(["format", "--cluster-id", CLUSTER_ID, "--config"]).arg(properties);
        Ok(command)
    }

    fn java(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = Command::new("java");
        command.arg("-cp").arg(self.class_path()?).args(arguments);
        Ok(command)
    }

    /// The jars that the interop suites use too, resolved with Maven once per checkout.
    fn class_path(&self) -> Result<&str> {
        if let Some(known) = self.class_path.get() {
            return Ok(known);
        }
        let script = self.interop_kafka.join("classpath.sh");
        let mut command = Command::new("bash");
        command.args(["-euc", r#"source "$0"; class_path"#]).arg(script).stderr(Stdio::inherit());
        let output = command.output().map_err(Error::io("resolving Kafka's jars"))?;
        if !output.status.success() {
            return Err(Error::Failed(format!("resolving Kafka's jars: {}", output.status)));
        }
        let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok(self.class_path.get_or_init(|| found))
    }

    pub(super) fn floor(&self, port: u16, dir: &Path) -> Command {
        let mut command = Command::new(&self.own);
        command.args(["floor", "--port", &port.to_string(), "--dir"]).arg(dir);
        command
    }
}

//! The programs that are measured, and how each is called.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
    /// Empty where Kafka is not measured.
    kafka_class_path: String,
    /// Where servers have their homes: on the disk of the checkout, for a temporary directory may be memory.
    pub(crate) work: PathBuf,
}

impl Programs {
    /// Finds what `peers` need; resolves Kafka's jars with Maven, once per checkout.
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
        let has_kafka = peers.contains(&Peer::Kafka);
        let kafka_class_path = if has_kafka { class_path(&interop_kafka)? } else { String::new() };
        let work = root.join("target/peers");
        fs::create_dir_all(&work).map_err(Error::io("making a directory"))?;
        let own = env::current_exe().map_err(Error::io("this program"))?;
        Ok(Self { kabuki, own, interop_kafka, kafka_class_path, work })
    }

    pub(super) fn kabuki(&self, properties: &Path) -> Command {
        let mut command = Command::new(&self.kabuki);
        command.arg("start").arg(properties);
        command
    }

    pub(super) fn kafka(&self, properties: &Path) -> Command {
        let logging = self.interop_kafka.join("log4j2.properties");
        let mut command = Command::new("java");
        command.args(JVM_FLAGS).arg("-cp").arg(&self.kafka_class_path);
        command.arg(format!("-Dlog4j2.configurationFile={}", logging.display()));
        command.arg("kafka.Kafka").arg(properties);
        command
    }

    pub(super) fn format_kafka(&self, properties: &Path) -> Command {
        let mut command = Command::new("java");
        command.args(["-XX:TieredStopAtLevel=1", "-cp"]).arg(&self.kafka_class_path);
        command.args(["kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER_ID, "--config"]);
        command.arg(properties);
        command
    }

    pub(super) fn floor(&self, port: u16, dir: &Path) -> Command {
        let mut command = Command::new(&self.own);
        command.args(["floor", "--port", &port.to_string(), "--dir"]).arg(dir);
        command
    }
}

/// The jars that the interop suites use too.
fn class_path(interop_kafka: &Path) -> Result<String> {
    let script = interop_kafka.join("classpath.sh");
    let mut command = Command::new("bash");
    command.args(["-euc", r#"source "$0"; class_path"#]).arg(script).stderr(Stdio::inherit());
    let output = command.output().map_err(Error::io("resolving Kafka's jars"))?;
    if !output.status.success() {
        return Err(Error::Failed(format!("resolving Kafka's jars: {}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

//! `kabuki cluster describe`.

use std::io::Write;

use clap::Args;
use kabuki_client::{ClusterDescription, Member};

use crate::broker::BrokerArgs;
use crate::error::CliError;

/// Show the cluster's id and its brokers
#[derive(Debug, Args)]
pub(super) struct Describe {
    /// Brokers too that are registered and not to be used
    #[arg(long)]
    include_fenced_brokers: bool,
}

/// The narrowest column of the table.
const COLUMN_MIN: usize = 10;

impl Describe {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let mut session = super::open(broker)?;
        let with_fenced = self.include_fenced_brokers;
        let cluster = session.wait(async |client| client.describe_cluster(with_fenced).await)?;
        Ok(write!(std::io::stdout(), "{}", text(&cluster))?)
    }
}

fn text(cluster: &ClusterDescription) -> String {
    let brokers = &cluster.brokers;
    let hosts = brokers.iter().map(|broker| broker.host.len());
    let racks = brokers.iter().map(|broker| rack(broker).len());
    let host_width = hosts.max().unwrap_or(0);
    let rack_width = racks.max().unwrap_or(0).max(COLUMN_MIN);
    let row = |[id, host, port, rack, state, kind]: [&str; 6]| {
        format!(
            "{id:<10} {host:<host_width$} {port:<10} {rack:<rack_width$} {state:<10} {kind:<15}\n"
        )
    };
    let heading = row(["ID", "HOST", "PORT", "RACK", "STATE", "ENDPOINT_TYPE"]);
    let rows = brokers.iter().map(|broker| {
        let state = if broker.is_fenced { "fenced" } else { "unfenced" };
        let (id, port) = (broker.id.to_string(), broker.port.to_string());
        row([&id, &broker.host, &port, rack(broker), state, "broker"])
    });
    format!("Cluster ID: {}\n{heading}{}", cluster.id, rows.collect::<String>())
}

fn rack(broker: &Member) -> &str {
    broker.rack.as_deref().unwrap_or("null")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that Apache Kafka's tool prints for `cluster-id` and `list-endpoints`.
    #[test]
    fn lines_are_those_of_kafkas_tool() {
        let member =
            Member { id: 1, host: "127.0.0.1".into(), port: 34457, rack: None, is_fenced: false };
        let cluster =
            ClusterDescription { id: "X".to_owned(), controller: Some(1), brokers: vec![member] };
        let expected = "Cluster ID: X\n\
            ID         HOST      PORT       RACK       STATE      ENDPOINT_TYPE  \n\
            1          127.0.0.1 34457      null       unfenced   broker         \n";
        assert_eq!(text(&cluster), expected);
    }
}

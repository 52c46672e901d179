//! Which broker a command talks to, and how it waits for the answers.

use clap::Args;
use kabuki_client::{Client, ClientConfig};
use tokio::runtime::{Builder, Runtime};

use crate::error::CliError;

/// Which broker to talk to.
#[derive(Debug, Clone, Args)]
pub(crate) struct BrokerArgs {
    /// Where to find the cluster: HOST:PORT of some of its brokers, comma separated
    #[arg(
        short = 'b',
        long,
        value_name = "HOST:PORT,…",
        default_value = "127.0.0.1:9092",
        global = true
    )]
    pub(crate) bootstrap_server: String,
}

/// A client, and the runtime in which it waits.
pub(crate) struct Session {
    runtime: Runtime,
    client: Client,
}

impl Session {
    /// Connects.
    pub(crate) fn open(args: &BrokerArgs, client_id: &str) -> Result<Self, CliError> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut config = ClientConfig::new(&args.bootstrap_server);
        config.connection.client_id = client_id.to_owned();
        let client = runtime.block_on(Client::connect(config))?;
        Ok(Self { runtime, client })
    }

    /// Waits for something that is done with the client.
    pub(crate) fn wait<T>(&mut self, work: impl AsyncFnOnce(&mut Client) -> T) -> T {
        self.runtime.block_on(work(&mut self.client))
    }
}

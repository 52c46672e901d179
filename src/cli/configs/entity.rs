//! What a command configures.

use clap::{Args, ValueEnum};
use kabuki_client::{ConfigKind, ConfigResource};

use crate::error::CliError;

/// A kind of thing that has a configuration, by the names of Kafka's tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// Topics, by name
    #[value(alias = "topic")]
    Topics,
    /// Brokers, by id; without one all of them
    #[value(alias = "broker")]
    Brokers,
    /// Log levels of a broker, by its id
    #[value(alias = "broker-logger")]
    BrokerLoggers,
    /// Subscriptions to client metrics, by name
    ClientMetrics,
    /// Groups, by id
    #[value(alias = "group")]
    Groups,
}

impl Kind {
    pub(super) fn config_kind(self) -> ConfigKind {
        match self {
            Self::Topics => ConfigKind::Topic,
            Self::Brokers => ConfigKind::Broker,
            Self::BrokerLoggers => ConfigKind::BrokerLogger,
            Self::ClientMetrics => ConfigKind::ClientMetrics,
            Self::Groups => ConfigKind::Group,
        }
    }

    /// What Kafka's tool calls it.
    pub(super) fn name_of(kind: ConfigKind) -> &'static str {
        match kind {
            ConfigKind::Topic => "topics",
            ConfigKind::Broker => "brokers",
            ConfigKind::BrokerLogger => "broker-loggers",
            ConfigKind::ClientMetrics => "client-metrics",
            ConfigKind::Group => "groups",
        }
    }
}

/// One thing that has a configuration.
#[derive(Debug, Args)]
pub(super) struct Entity {
    /// What kind of thing
    #[arg(value_enum)]
    kind: Kind,
    /// Its name or id; brokers without one are all of them
    name: Option<String>,
}

impl Entity {
    pub(super) fn resource(&self) -> Result<ConfigResource, CliError> {
        let kind = self.kind.config_kind();
        match (&self.name, kind) {
            (Some(name), _) => Ok(ConfigResource::new(kind, name)),
            (None, ConfigKind::Broker) => Ok(ConfigResource::new(kind, "")),
            (None, _) => {
                let kind = Kind::name_of(kind);
                Err(CliError::Usage(format!("one of the {kind} must be named")))
            }
        }
    }
}

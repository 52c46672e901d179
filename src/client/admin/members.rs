//! Who belongs to the cluster.

use kabuki_wire::messages::{BrokerId, DescribeClusterRequest, UnregisterBrokerRequest};

use crate::client::{Client, Target};
use crate::error::{BrokerError, ClientError};

/// A broker as the cluster knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its id.
    pub id: i32,
    /// Its host, on the listener that was asked.
    pub host: String,
    /// Its port there.
    pub port: i32,
    /// Its rack, if it has one.
    pub rack: Option<String>,
    /// Whether it is registered and not to be used (brokers before Kafka 4.0 are never told of).
    pub is_fenced: bool,
}

/// The cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterDescription {
    /// Its id.
    pub id: String,
    /// The broker that takes requests for the controller, where there is one.
    pub controller: Option<i32>,
    /// Its brokers, by their ids.
    pub brokers: Vec<Member>,
}

impl Client {
    /// Describes the cluster (from Kafka 2.8 on), fenced brokers included on request.
    pub async fn describe_cluster(
        &mut self,
        with_fenced: bool,
    ) -> Result<ClusterDescription, ClientError> {
        let request = DescribeClusterRequest::default().with_include_fenced_brokers(with_fenced);
        let connection = self.connection(Target::Any).await?;
        // Versions that cannot be asked for fenced brokers know none.
        let request = match connection.version_of::<DescribeClusterRequest>(i16::MAX)? {
            2.. => request,
            _ => DescribeClusterRequest::default(),
        };
        let response = self.ask(Target::Any, &request).await?;
        let checked = BrokerError::check(response.error_code, response.error_message.as_deref());
        checked.map_err(|refused| ClientError::broker("cluster", refused))?;
        let brokers = response.brokers.iter().map(|broker| Member {
            id: broker.broker_id.0,
            host: broker.host.to_string(),
            port: broker.port,
            rack: broker.rack.as_ref().map(|rack| rack.to_string()),
            is_fenced: broker.is_fenced,
        });
        let mut brokers: Vec<Member> = brokers.collect();
        brokers.sort_by_key(|broker| broker.id);
        let controller = response.controller_id.0;
        let controller = (controller >= 0).then_some(controller);
        Ok(ClusterDescription { id: response.cluster_id.to_string(), controller, brokers })
    }

    /// Takes a broker out of the cluster (from Kafka 2.8 on); one that lives is of no use until it is started anew.
    pub async fn unregister_broker(
        &mut self,
        id: i32,
    ) -> Result<Result<(), BrokerError>, ClientError> {
        let request = UnregisterBrokerRequest::default().with_broker_id(BrokerId(id));
        let response = self.ask(Target::Controller, &request).await?;
        Ok(BrokerError::check(response.error_code, response.error_message.as_deref()))
    }
}

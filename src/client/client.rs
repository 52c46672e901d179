//! A client of a whole cluster.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kabuki_wire::messages::metadata_request::MetadataRequestTopic;
use kabuki_wire::messages::metadata_response::MetadataResponseTopic;
use kabuki_wire::messages::{MetadataRequest, MetadataResponse, TopicName};
use kabuki_wire::{ApiKey, Request, ResponseError, StrBytes};

use crate::cluster::{Broker, Cluster, Topic, topic_of};
use crate::config::ClientConfig;
use crate::connection::{Connection, Pending};
use crate::error::{BrokerError, ClientError};
use crate::retries::Retries;

/// Who is to answer a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Any broker.
    Any,
    /// The broker that takes requests for the controller; any broker, where none is named.
    Controller,
    /// The broker with this id.
    Broker(i32),
}

/// Topics of a Metadata request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Topics<'a> {
    All,
    Named(&'a [&'a str]),
}

/// A client of the cluster that its bootstrap servers belong to.
///
/// It keeps one connection per broker that it has needed, and what the brokers last said about the topics that it has
/// used. Operations that find that knowledge wrong refresh it and try again, for `ClientConfig::api_timeout`.
#[derive(Debug)]
pub struct Client {
    pub(crate) config: ClientConfig,
    cluster: Cluster,
    /// By their addresses.
    connections: BTreeMap<String, Connection>,
    /// The brokers that coordinate groups, by the groups that were asked for.
    pub(crate) coordinators: BTreeMap<String, i32>,
}

impl Client {
    /// Connects to the first bootstrap server that answers and learns the cluster's brokers. Tries each server once.
    pub async fn connect(config: ClientConfig) -> Result<Self, ClientError> {
        let mut client = Self {
            config,
            cluster: Cluster::default(),
            connections: BTreeMap::new(),
            coordinators: BTreeMap::new(),
        };
        client.refresh().await?;
        Ok(client)
    }

    /// What the brokers last said.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Asks for the brokers and the controller.
    pub async fn refresh(&mut self) -> Result<(), ClientError> {
        self.ask_metadata(Topics::Named(&[]), false).await.map(drop)
    }

    /// All topics, by their names; those with an error are left out.
    pub async fn topics(&mut self) -> Result<Vec<Topic>, ClientError> {
        let mut retries = Retries::new(&self.config);
        loop {
            match self.ask_metadata(Topics::All, false).await {
                Ok(response) => {
                    let topics = response.topics.iter().filter_map(|topic| topic_of(topic).ok());
                    let mut topics: Vec<_> = topics.collect();
                    topics.sort_by(|one, other| one.name.cmp(&other.name));
                    return Ok(topics);
                }
                Err(error) => retries.after(error).await?,
            }
        }
    }

    /// A topic that exists, as last heard of. One that no broker knows is asked for again for
    /// `ClientConfig::unknown_topic_wait`.
    pub async fn topic(&mut self, name: &str) -> Result<Arc<Topic>, ClientError> {
        self.find_topic(name, false).await
    }

    /// The topic, which a broker with `auto.create.topics.enable` creates when it does not exist.
    pub async fn topic_or_created(&mut self, name: &str) -> Result<Arc<Topic>, ClientError> {
        self.find_topic(name, true).await
    }

    /// Forgets what is known of a topic, so that it is asked for at its next use.
    pub fn forget_topic(&mut self, name: &str) {
        self.cluster.topics.remove(name);
    }

    /// Sends a request in the highest version that both sides know and takes its response. Nothing is tried again.
    pub async fn ask<R: Request>(
        &mut self,
        target: Target,
        request: &R,
    ) -> Result<R::Response, ClientError> {
        self.connection(target).await?.request(request).await
    }

    /// A connection to the target: the one at hand, or a new one in its place if that is broken.
    pub async fn connection(&mut self, target: Target) -> Result<&mut Connection, ClientError> {
        self.connections.retain(|_, connection| !connection.is_broken());
        match target {
            Target::Any => self.any_connection().await,
            Target::Controller => match self.cluster.controller {
                Some(id) => self.connection_to(self.address_of(id)?).await,
                None => self.any_connection().await,
            },
            Target::Broker(id) => self.connection_to(self.address_of(id)?).await,
        }
    }

    /// Takes in a broker that something else than metadata told of, unless it is known already.
    pub(crate) fn know_broker(&mut self, broker: &Broker) {
        self.cluster.brokers.entry(broker.id).or_insert_with(|| broker.clone());
    }

    fn address_of(&self, broker: i32) -> Result<String, ClientError> {
        let known = self.cluster.brokers.get(&broker);
        known
            .map(|broker| broker.address())
            .ok_or_else(|| ClientError::NoLeader(format!("broker {broker}")))
    }

    async fn connection_to(&mut self, address: String) -> Result<&mut Connection, ClientError> {
        if !self.connections.contains_key(&address) {
            let connection = Connection::connect(&address, &self.config.connection).await?;
            self.connections.insert(address.clone(), connection);
        }
        Ok(self.connections.get_mut(&address).expect("it was there, or was just made"))
    }

    /// An open connection, or else one to the first known broker or bootstrap server that answers.
    async fn any_connection(&mut self) -> Result<&mut Connection, ClientError> {
        if let Some(address) = self.connections.keys().next().cloned() {
            return self.connection_to(address).await;
        }
        let known = self.cluster.brokers.values().map(|broker| broker.address());
        let candidates = known.chain(self.config.bootstrap_servers.iter().cloned());
        let mut last = ClientError::NoBootstrapServer;
        for address in candidates.collect::<Vec<_>>() {
            match self.connection_to(address.clone()).await.map(drop) {
                Ok(()) => return self.connection_to(address).await,
                Err(error) => last = error,
            }
        }
        let servers = self.config.bootstrap_servers.join(",");
        Err(ClientError::NoBroker { servers, last: Box::new(last) })
    }

    /// Asks any broker for metadata, once, and takes the answer in.
    async fn ask_metadata(
        &mut self,
        topics: Topics<'_>,
        may_create: bool,
    ) -> Result<MetadataResponse, ClientError> {
        let request = MetadataRequest::default()
            .with_topics(match topics {
                Topics::All => None,
                Topics::Named(names) => Some(names.iter().map(|name| requested(name)).collect()),
            })
            .with_allow_auto_topic_creation(may_create);
        let response = self.ask(Target::Any, &request).await?;
        self.cluster.update(&response);
        Ok(response)
    }

    async fn find_topic(
        &mut self,
        name: &str,
        may_create: bool,
    ) -> Result<Arc<Topic>, ClientError> {
        if let Some(topic) = self.cluster.topics.get(name) {
            return Ok(topic.clone());
        }
        let mut retries = Retries::new(&self.config);
        let mut unknown = Retries::new(&self.config).within(self.config.unknown_topic_wait);
        loop {
            let Err(error) = self.ask_topic(name, may_create).await else {
                return Ok(self.cluster.topics[name].clone());
            };
            let is_unknown = error.code() == Some(ResponseError::UnknownTopicOrPartition);
            let retries = if is_unknown && !may_create { &mut unknown } else { &mut retries };
            retries.after(error).await?;
        }
    }

    /// `Ok` when the topic is known afterwards.
    async fn ask_topic(&mut self, name: &str, may_create: bool) -> Result<(), ClientError> {
        let response = self.ask_metadata(Topics::Named(&[name]), may_create).await?;
        let is_asked = |topic: &&MetadataResponseTopic| {
            topic.name.as_ref().is_some_and(|found| found.as_str() == name)
        };
        let missing =
            || ClientError::Incomplete { api: ApiKey::Metadata, what: format!("topic '{name}'") };
        let topic = response.topics.iter().find(is_asked).ok_or_else(missing)?;
        topic_of(topic).map(drop).map_err(|error| ClientError::broker(topic_what(name), error))
    }

    /// Metadata of named topics: each topic, or its error.
    pub(crate) async fn metadata_of(
        &mut self,
        names: &[&str],
    ) -> Result<Vec<(String, Result<Topic, BrokerError>)>, ClientError> {
        let response = self.ask_metadata(Topics::Named(names), false).await?;
        let name = |topic: &MetadataResponseTopic| {
            topic.name.as_ref().map(|name| name.to_string()).unwrap_or_default()
        };
        Ok(response.topics.iter().map(|topic| (name(topic), topic_of(topic))).collect())
    }

    /// Asks several brokers at once, and gives their answers in the same order. Each request is made by a function of
    /// the version that it will be sent in, at most `version_max`.
    pub(crate) async fn ask_each<R: Request, F: FnOnce(i16) -> R>(
        &mut self,
        requests: Vec<(i32, F)>,
        version_max: i16,
        broker_waits: Duration,
    ) -> Vec<Result<R::Response, ClientError>> {
        let mut sent: Vec<(i32, Result<Pending<R>, ClientError>)> = Vec::new();
        for (broker, make) in requests {
            sent.push((broker, self.send(broker, make, version_max, broker_waits).await));
        }
        let mut answers = Vec::with_capacity(sent.len());
        for (broker, pending) in sent {
            answers.push(match pending {
                Ok(pending) => self.receive(broker, pending).await,
                Err(error) => Err(error),
            });
        }
        answers
    }

    async fn send<R: Request>(
        &mut self,
        broker: i32,
        make: impl FnOnce(i16) -> R,
        version_max: i16,
        broker_waits: Duration,
    ) -> Result<Pending<R>, ClientError> {
        let connection = self.connection(Target::Broker(broker)).await?;
        let version = connection.version_of::<R>(version_max)?;
        connection.send(&make(version), version, broker_waits).await
    }

    async fn receive<R: Request>(
        &mut self,
        broker: i32,
        pending: Pending<R>,
    ) -> Result<R::Response, ClientError> {
        let address = self.address_of(broker)?;
        let lost = || ClientError::Closed { address: address.clone() };
        self.connections.get_mut(&address).ok_or_else(lost)?.receive(pending).await
    }
}

fn requested(name: &str) -> MetadataRequestTopic {
    MetadataRequestTopic::default().with_name(Some(topic_name(name)))
}

/// A name as messages carry it.
pub(crate) fn topic_name(name: &str) -> TopicName {
    TopicName(text(name))
}

/// A text as messages carry it.
pub(crate) fn text(text: &str) -> StrBytes {
    StrBytes::from_string(text.to_owned())
}

/// How errors speak of a topic.
pub(crate) fn topic_what(name: &str) -> String {
    format!("topic '{name}'")
}

/// How errors speak of a partition: as directories are named.
pub(crate) fn partition_what(topic: &str, partition: i32) -> String {
    format!("{topic}-{partition}")
}

#[cfg(test)]
mod tests;

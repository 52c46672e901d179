//! Metadata: who the brokers are, and which of them leads which partition. Asking about a topic may create it.

use std::collections::BTreeSet;

use kabuki_metadata::ClusterImage;
use kabuki_metadata::controller::{CreateTopics, NewTopic, is_internal};
use kabuki_metadata::describe::{self, LeaderProblem, PartitionState};
use kabuki_metadata::image::TopicImage;
use kabuki_wire::messages::metadata_request::MetadataRequestTopic;
use kabuki_wire::messages::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use kabuki_wire::messages::{BrokerId, MetadataRequest, MetadataResponse, TopicName};
use kabuki_wire::{ResponseError, StrBytes, Uuid};

use super::describing::{
    CLUSTER_OPERATIONS, TOPIC_OPERATIONS, broker_ids, nonexistent, operations_if, topic_name,
};
use super::{Env, Refusal, Request, Step};
use crate::controller::AutoCreate;
use crate::network::errors;

/// The first version that tells a missing listener from a missing leader.
const LISTENER_NOT_FOUND_VERSION: i16 = 6;
/// The first version that can ask by topic id. (The two before have the field, but must not use it.)
const TOPIC_IDS_VERSION: i16 = 12;
/// The first and last version that can ask what may be done with the cluster.
const CLUSTER_OPERATIONS_VERSIONS: std::ops::RangeInclusive<i16> = 8..=10;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: MetadataRequest = request.decode()?;
    let response = match refusal(&asked, envelope.version) {
        Some(code) => refused(&asked, code),
        None => answer(&asked, envelope.version, env),
    };
    count_errors(&response, env);
    Ok(envelope.send(&response))
}

/// Null names where names are needed, and ids before their time.
fn refusal(asked: &MetadataRequest, version: i16) -> Option<i16> {
    let topics = asked.topics.as_deref()?;
    let is_nameless = |topic: &MetadataRequestTopic| topic.name.is_none();
    let has_id = |topic: &MetadataRequestTopic| !topic.topic_id.is_nil();
    if version < TOPIC_IDS_VERSION {
        let invalid = topics.iter().any(|topic| is_nameless(topic) || has_id(topic));
        return invalid.then_some(ResponseError::InvalidRequest.code());
    }
    // Kafka has no word for it either.
    let unasked = topics.iter().any(is_nameless) && !topics.iter().any(has_id);
    unasked.then_some(errors::UNKNOWN_SERVER_ERROR)
}

fn refused(asked: &MetadataRequest, code: i16) -> MetadataResponse {
    let topics = asked.topics.iter().flatten().map(|topic| {
        MetadataResponseTopic::default()
            .with_error_code(code)
            .with_name(Some(topic.name.clone().unwrap_or_default()))
            .with_topic_id(topic.topic_id)
    });
    MetadataResponse::default()
        .with_controller_id(BrokerId(-1))
        .with_topics(topics.collect())
        .with_error_code(code)
}

fn answer(asked: &MetadataRequest, version: i16, env: &Env<'_>) -> MetadataResponse {
    let view = env.context.view.load();
    let image = &*view.image;
    let listener = &env.listener.name;
    let with_operations = asked.include_topic_authorized_operations;
    let describer = Describer { image, listener, version, with_operations };
    let wanted = Wanted::of(asked, version);
    let topics = describer.topics(&wanted);
    create_missing(asked, &topics, env);
    let cluster_operations = asked.include_cluster_authorized_operations
        && CLUSTER_OPERATIONS_VERSIONS.contains(&version);
    MetadataResponse::default()
        .with_brokers(brokers(image, listener))
        .with_cluster_id(Some(StrBytes::from_string(env.context.cluster_id.clone())))
        .with_controller_id(BrokerId(describe::controller_for_clients(image, env.slot as usize)))
        .with_topics(topics)
        .with_cluster_authorized_operations(operations_if(cluster_operations, CLUSTER_OPERATIONS))
}

fn brokers(image: &ClusterImage, listener: &str) -> Vec<MetadataResponseBroker> {
    let brokers = describe::alive_brokers(image, listener).map(|(broker, endpoint)| {
        MetadataResponseBroker::default()
            .with_node_id(BrokerId(broker.id))
            .with_host(StrBytes::from_string(endpoint.host.clone()))
            .with_port(endpoint.port.into())
            .with_rack(broker.rack.clone().map(StrBytes::from_string))
    });
    brokers.collect()
}

/// The topics that a request is about, each once.
enum Wanted<'r> {
    All,
    Names(Vec<&'r TopicName>),
    Ids(Vec<Uuid>),
}

impl<'r> Wanted<'r> {
    /// As soon as one topic is asked for by id, names do not count.
    fn of(asked: &'r MetadataRequest, version: i16) -> Self {
        let topics = match &asked.topics {
            Some(topics) if version > 0 || !topics.is_empty() => topics,
            _ => return Self::All,
        };
        let mut seen = BTreeSet::new();
        let ids = topics.iter().map(|topic| topic.topic_id);
        let ids: Vec<Uuid> = ids.filter(|id| !id.is_nil() && seen.insert(*id)).collect();
        if !ids.is_empty() {
            return Self::Ids(ids);
        }
        let mut seen = BTreeSet::new();
        let names = topics.iter().filter_map(|topic| topic.name.as_ref());
        Self::Names(names.filter(|name| seen.insert(name.as_str())).collect())
    }
}

/// How the cluster looks to one request.
struct Describer<'a> {
    image: &'a ClusterImage,
    listener: &'a str,
    version: i16,
    with_operations: bool,
}

impl Describer<'_> {
    /// Topics that exist first, as Kafka has them; but ids that nobody has before all.
    fn topics(&self, wanted: &Wanted<'_>) -> Vec<MetadataResponseTopic> {
        let topics = self.image.topics();
        match wanted {
            Wanted::All => topics.iter().map(|topic| self.topic(topic)).collect(),
            Wanted::Names(names) => {
                let known = names.iter().filter_map(|name| topics.by_name(name));
                let known = known.map(|topic| self.topic(topic));
                let unknown = names.iter().filter(|name| topics.by_name(name).is_none());
                known.chain(unknown.map(|name| self.nonexistent(name))).collect()
            }
            Wanted::Ids(ids) => {
                let unknown = ids.iter().filter(|id| topics.by_id(**id).is_none());
                let known = ids.iter().filter_map(|id| topics.by_id(*id));
                let known = known.map(|topic| self.topic(topic));
                unknown.map(|id| unknown_id(*id)).chain(known).collect()
            }
        }
    }

    fn topic(&self, topic: &TopicImage) -> MetadataResponseTopic {
        let partitions = describe::partitions(self.image, topic, self.listener, 0);
        MetadataResponseTopic::default()
            .with_name(Some(topic_name(&topic.name)))
            .with_topic_id(topic.id)
            .with_is_internal(is_internal(&topic.name))
            .with_partitions(partitions.map(|state| self.partition(&state)).collect())
            .with_topic_authorized_operations(self.operations())
    }

    fn nonexistent(&self, name: &TopicName) -> MetadataResponseTopic {
        MetadataResponseTopic::default()
            .with_error_code(nonexistent(name).code())
            .with_name(Some(name.clone()))
            .with_is_internal(is_internal(name))
            .with_topic_authorized_operations(self.operations())
    }

    fn operations(&self) -> i32 {
        operations_if(self.with_operations, TOPIC_OPERATIONS)
    }

    fn partition(&self, state: &PartitionState<'_>) -> MetadataResponsePartition {
        let (replicas, isr) = (self.shown(state.replicas), self.shown(state.isr));
        let hidden = replicas.len() < state.replicas.len() || isr.len() < state.isr.len();
        MetadataResponsePartition::default()
            .with_error_code(self.partition_error(state, hidden))
            .with_partition_index(state.number)
            .with_leader_id(BrokerId(state.leader))
            .with_leader_epoch(state.leader_epoch)
            .with_replica_nodes(replicas)
            .with_isr_nodes(isr)
            .with_offline_replicas(broker_ids(&state.offline_replicas))
    }

    /// Version 0 knows no offline replicas: they are left out, and that is an error.
    fn shown(&self, replicas: &[i32]) -> Vec<BrokerId> {
        if self.version > 0 {
            return broker_ids(replicas);
        }
        let alive: BTreeSet<i32> = describe::alive_brokers(self.image, self.listener)
            .map(|(broker, _)| broker.id)
            .collect();
        replicas.iter().copied().filter(|id| alive.contains(id)).map(BrokerId).collect()
    }

    fn partition_error(&self, state: &PartitionState<'_>, hidden: bool) -> i16 {
        let error = match state.problem {
            Some(LeaderProblem::ListenerNotFound) if self.version >= LISTENER_NOT_FOUND_VERSION => {
                ResponseError::ListenerNotFound
            }
            Some(_) => ResponseError::LeaderNotAvailable,
            None if hidden => ResponseError::ReplicaNotAvailable,
            None => return errors::NONE,
        };
        error.code()
    }
}

fn unknown_id(id: Uuid) -> MetadataResponseTopic {
    MetadataResponseTopic::default()
        .with_error_code(ResponseError::UnknownTopicId.code())
        .with_name(None)
        .with_topic_id(id)
}

/// Has the controller create the topics that are asked for by name and do not exist. The client is not kept waiting: it
/// is told that they do not exist, and asks again. Kafka's own topics are left to their coordinators.
fn create_missing(asked: &MetadataRequest, topics: &[MetadataResponseTopic], env: &Env<'_>) {
    if !asked.allow_auto_topic_creation || !env.context.config.topics.auto_create_topics_enable {
        return;
    }
    let is_missing = |topic: &&MetadataResponseTopic| {
        topic.error_code == ResponseError::UnknownTopicOrPartition.code() && !topic.is_internal
    };
    let names = topics.iter().filter(is_missing).filter_map(|topic| topic.name.as_ref());
    // The controller's defaults.
    let topics: Vec<NewTopic> = names.map(|name| NewTopic::new(name, -1, -1)).collect();
    if !topics.is_empty() {
        env.context.controller.tell(AutoCreate(CreateTopics { topics, validate_only: false }));
    }
}

fn count_errors(response: &MetadataResponse, env: &Env<'_>) {
    let key = kabuki_wire::ApiKey::Metadata as i16;
    for topic in &response.topics {
        env.context.traffic.count_error(key, topic.error_code);
        let partitions = topic.partitions.iter();
        partitions.for_each(|it| env.context.traffic.count_error(key, it.error_code));
    }
}

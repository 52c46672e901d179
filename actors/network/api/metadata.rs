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
    Ok(envelope.send(&response, env))
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
    let live = env.context.live();
    if !asked.allow_auto_topic_creation || !live.config.topics.auto_create_topics_enable {
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

#[cfg(test)]
mod tests {
    use super::super::test_images::{self, LISTENER, id_of};
    use super::*;

    fn by_names(names: &[&str]) -> MetadataRequest {
        let topic = |name: &&str| MetadataRequestTopic::default().with_name(Some(topic_name(name)));
        MetadataRequest::default().with_topics(Some(names.iter().map(topic).collect()))
    }

    fn by_ids(ids: &[Uuid]) -> MetadataRequest {
        let topic = |id: &Uuid| MetadataRequestTopic::default().with_name(None).with_topic_id(*id);
        MetadataRequest::default().with_topics(Some(ids.iter().map(topic).collect()))
    }

    fn describe(
        image: &ClusterImage,
        asked: &MetadataRequest,
        version: i16,
        listener: &str,
    ) -> Vec<MetadataResponseTopic> {
        let describer = Describer { image, listener, version, with_operations: false };
        describer.topics(&Wanted::of(asked, version))
    }

    fn names_and_codes(topics: &[MetadataResponseTopic]) -> Vec<(Option<&str>, i16)> {
        topics
            .iter()
            .map(|topic| (topic.name.as_ref().map(|name| name.as_str()), topic.error_code))
            .collect()
    }

    #[test]
    fn no_topics_means_all_to_version_0_and_none_later() {
        let image = test_images::with_topics(&[("a", 1), ("b", 2)]);
        let nothing = by_names(&[]);
        assert_eq!(describe(&image, &nothing, 0, LISTENER).len(), 2);
        assert_eq!(describe(&image, &nothing, 1, LISTENER).len(), 0);
        let all = MetadataRequest::default().with_topics(None);
        assert_eq!(describe(&image, &all, 13, LISTENER).len(), 2);
    }

    #[test]
    fn each_topic_is_described_once_and_missing_ones_last() {
        let image = test_images::with_topics(&[("a", 1), ("__consumer_offsets", 1)]);
        let asked = by_names(&["no", "a", "b b", "a", "__consumer_offsets"]);
        let topics = describe(&image, &asked, 12, LISTENER);
        let expected =
            [(Some("a"), 0), (Some("__consumer_offsets"), 0), (Some("no"), 3), (Some("b b"), 17)];
        assert_eq!(names_and_codes(&topics), expected);
        let internal: Vec<bool> = topics.iter().map(|topic| topic.is_internal).collect();
        assert_eq!(internal, [false, true, false, false]);
    }

    #[test]
    fn ids_are_described_with_their_names_and_outdo_names() {
        let image = test_images::with_topics(&[("a", 1), ("b", 1)]);
        let unknown = Uuid::from_u128(9);
        let mut asked = by_ids(&[id_of("b"), unknown]);
        let by_name = MetadataRequestTopic::default().with_name(Some(topic_name("a")));
        asked.topics.get_or_insert_default().push(by_name);
        let topics = describe(&image, &asked, 12, LISTENER);
        assert_eq!(names_and_codes(&topics), [(None, 100), (Some("b"), 0)]);
        assert_eq!((topics[0].topic_id, topics[1].topic_id), (unknown, id_of("b")));
    }

    #[test]
    fn topics_without_a_name_are_refused_where_names_are_needed() {
        let (id, nil) = (Uuid::from_u128(9), Uuid::nil());
        assert_eq!(refusal(&by_names(&["a"]), 0), None);
        assert_eq!(refusal(&by_ids(&[id]), 10), Some(42));
        assert_eq!(refusal(&by_ids(&[nil]), 11), Some(42));
        assert_eq!(refusal(&by_ids(&[nil]), 12), Some(-1));
        assert_eq!(refusal(&by_ids(&[id, nil]), 12), None);
        let response = refused(&by_ids(&[nil]), -1);
        assert_eq!(names_and_codes(&response.topics), [(Some(""), -1)]);
        assert_eq!(response.controller_id, BrokerId(-1));
    }

    #[test]
    fn a_leader_without_the_listener_is_told_as_the_version_can() {
        let image = test_images::with_topics(&[("a", 1)]);
        let codes = [0, 5, 6, 13].map(|version| {
            let topics = describe(&image, &by_names(&["a"]), version, "OTHER");
            (topics[0].partitions[0].error_code, topics[0].partitions[0].leader_id.0)
        });
        assert_eq!(codes, [(5, -1), (5, -1), (72, -1), (72, -1)]);
    }

    #[test]
    fn version_0_leaves_offline_replicas_out() {
        let image = test_images::with_topics(&[("a", 0)]);
        let image =
            test_images::apply(&image, &[test_images::partition(id_of("a"), 0, 1, &[1, 2])]);
        let partition = |version| {
            describe(&image, &by_names(&["a"]), version, LISTENER)[0].partitions[0].clone()
        };
        let (old, new) = (partition(0), partition(5));
        assert_eq!((old.error_code, old.replica_nodes), (9, vec![BrokerId(1)]));
        assert_eq!((new.error_code, new.replica_nodes), (0, vec![BrokerId(1), BrokerId(2)]));
        assert_eq!(new.offline_replicas, [BrokerId(2)]);
    }

    #[test]
    fn fenced_brokers_are_not_shown() {
        let image = test_images::with_topics(&[]);
        let shown = brokers(&image, LISTENER);
        assert_eq!((shown.len(), shown[0].node_id, shown[0].port), (1, BrokerId(1), 9092));
        assert_eq!(shown[0].host.as_str(), "host1");
        assert!(brokers(&image, "OTHER").is_empty());
    }
}

//! Which partitions a fetch request wants: those it names, or those of its session.

use std::collections::BTreeMap;
use std::sync::Arc;

use kabuki_metadata::controller::TOPIC_NAME_LENGTH_MAX;
use kabuki_metadata::image::TopicImage;
use kabuki_replication::{FINAL_EPOCH, INITIAL_EPOCH, Reader};
use kabuki_wire::messages::{FetchRequest, TopicName};
use kabuki_wire::{ResponseError, StrBytes, Uuid};

use super::super::{Env, lookup};
use crate::network::fetch_session::{
    ActiveSession, Changes, PartitionKey, SessionError, TopicKey, Wanted,
};
use crate::partition::PartitionSeed;
use crate::view::View;

/// The first version that names topics by their ids.
pub(super) const TOPIC_ID_VERSION: i16 = 13;
/// The first version with sessions.
const SESSION_VERSION: i16 = 7;

/// How a fetch stands to sessions.
#[derive(Clone)]
pub(super) enum Kind {
    /// Every partition is named, and every partition is answered.
    Full {
        /// A session begins with this request.
        begins_session: bool,
    },
    /// The session knows what is wanted; only partitions with news are answered.
    Incremental(ActiveSession),
}

/// Reads the request, and moves its session on. Of a session's partitions those that may have something to tell `reader`,
/// each with its place.
pub(super) fn wanted(
    request: &FetchRequest,
    version: i16,
    reader: Reader,
    view: &View,
    env: &Env<'_>,
) -> Result<(Kind, Vec<(u64, Wanted)>), SessionError> {
    let (id, epoch) = match version {
        SESSION_VERSION.. => (request.session_id, request.session_epoch),
        _ => (0, FINAL_EPOCH),
    };
    let by_id = version >= TOPIC_ID_VERSION;
    let named = named(request, by_id, view);
    // Of no topic: not worth the memory of a session.
    let are_names = named.iter().all(|it| it.topic.len() <= TOPIC_NAME_LENGTH_MAX);
    let sessions = &env.context.fetch_sessions;
    if epoch == FINAL_EPOCH || epoch == INITIAL_EPOCH {
        if id != 0 {
            // As in Kafka, one that is not known is no error.
            sessions.end(env.session_owner, id)?;
        }
        let kind = Kind::Full { begins_session: epoch == INITIAL_EPOCH && are_names };
        return Ok((kind, (0..).zip(named).collect()));
    }
    if !are_names {
        return Err(SessionError::NotFound);
    }
    let forgotten = forgotten(request);
    let changes = Changes { named: named.clone(), forgotten, uses_topic_ids: by_id };
    match sessions.enter(env.session_owner, id, epoch, changes)? {
        // Nothing is left of the session: the request stands for itself.
        None => Ok((Kind::Full { begins_session: false }, (0..).zip(named).collect())),
        Some(session) => {
            let due = session.due(reader, |wanted| resolve(wanted, view));
            Ok((Kind::Incremental(session), due))
        }
    }
}

/// Remembers the name of a topic whose id has become known.
pub(super) fn resolve(wanted: &mut Wanted, view: &View) {
    if wanted.resolved.is_none() && wanted.topic_id != Uuid::nil() {
        wanted.resolved = name_of(wanted.topic_id, view);
    }
}

fn name_of(id: Uuid, view: &View) -> Option<Arc<str>> {
    view.image.topics().by_id(id).map(|topic| topic.name.clone())
}

/// The partitions that the request names, each once, where it was named first and as it was named last.
fn named(request: &FetchRequest, by_id: bool, view: &View) -> Vec<Wanted> {
    let mut named: Vec<Wanted> = Vec::new();
    let mut places = BTreeMap::new();
    for topic in &request.topics {
        let resolved = if by_id { name_of(topic.topic_id, view) } else { None };
        // A copy: a session that remembers the name is not to keep the whole frame in memory.
        let name = TopicName(StrBytes::from_string(topic.topic.to_string()));
        for partition in &topic.partitions {
            let wanted = Wanted {
                topic: name.clone(),
                topic_id: topic.topic_id,
                resolved: resolved.clone(),
                partition: partition.partition,
                offset: partition.fetch_offset,
                bytes_max: partition.partition_max_bytes,
                current_leader_epoch: partition.current_leader_epoch.max(-1),
                last_fetched_epoch: partition.last_fetched_epoch.max(-1),
            };
            match places.get(&wanted.key()) {
                Some(&place) => named[place] = wanted,
                None => {
                    places.insert(wanted.key(), named.len());
                    named.push(wanted);
                }
            }
        }
    }
    named
}

fn forgotten(request: &FetchRequest) -> Vec<PartitionKey> {
    let topics = request.forgotten_topics_data.iter();
    let partitions = topics.flat_map(|topic| {
        let key = TopicKey::new(topic.topic_id, &topic.topic);
        topic.partitions.iter().map(move |it| (key.clone(), *it))
    });
    partitions.collect()
}

/// Why a partition is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotRead {
    /// There is no such partition: told behind the partitions that are read, and nobody stops waiting for it.
    Unknown(ResponseError),
    /// It is there, and cannot be read.
    Refused(ResponseError),
}

/// The partition, if it can be asked.
pub(super) fn find<'v>(
    wanted: &Wanted,
    by_id: bool,
    view: &'v View,
) -> Result<&'v PartitionSeed, NotRead> {
    let found = lookup::by_id_or_name(view, by_id, wanted.topic_id, &wanted.topic);
    let topic = match (found, &wanted.resolved) {
        (Ok(topic), _) => topic,
        (Err(_), Some(name)) => return Err(of_name(name, wanted.partition, view)),
        (Err(error), None) => return Err(NotRead::Unknown(error)),
    };
    check_exists(topic, wanted.partition)?;
    lookup::partition(view, topic, wanted.partition).map_err(NotRead::Refused)
}

/// What is told of a topic that was deleted while a session fetched it by its id: Kafka remembers its name, under which
/// another topic may have been created.
fn of_name(name: &str, partition: i32, view: &View) -> NotRead {
    let topic = view.image.topics().by_name(name);
    match topic.is_some_and(|topic| topic.partitions.contains_key(&partition)) {
        true => NotRead::Refused(ResponseError::InconsistentTopicId),
        false => NotRead::Unknown(ResponseError::UnknownTopicOrPartition),
    }
}

fn check_exists(topic: &TopicImage, partition: i32) -> Result<(), NotRead> {
    lookup::check_exists(topic, partition).map_err(NotRead::Unknown)
}

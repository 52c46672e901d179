//! Which partitions a fetch request wants: those it names, or those of its session.

use kabuki_wire::ResponseError;
use kabuki_wire::messages::FetchRequest;

use super::super::Env;
use super::session_error;
use crate::network::fetch_session::{FINAL_EPOCH, FetchSession, INITIAL_EPOCH, Wanted};

/// The first version that names topics by their ids.
pub(super) const TOPIC_ID_VERSION: i16 = 13;
/// The first version with sessions.
const SESSION_VERSION: i16 = 7;

/// How a fetch stands to sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Every partition is named, and every partition is answered.
    Full {
        /// A session begins with this request.
        begins_session: bool,
    },
    /// The session knows what is wanted; only partitions with news are answered.
    Incremental,
}

/// Reads the request, and moves its session on.
pub(super) fn wanted(
    request: &FetchRequest,
    version: i16,
    env: &mut Env<'_>,
) -> Result<(Kind, Vec<Wanted>), ResponseError> {
    if version < SESSION_VERSION || request.session_epoch == FINAL_EPOCH {
        if request.session_id != 0 {
            end_session(request.session_id, env);
        }
        return Ok((Kind::Full { begins_session: false }, named(request)));
    }
    if request.session_epoch == INITIAL_EPOCH {
        if env.session.as_ref().is_some_and(|it| it.id() == request.session_id) {
            *env.session = None;
        }
        return Ok((Kind::Full { begins_session: true }, named(request)));
    }
    let session = FetchSession::enter(env.session, request.session_id, request.session_epoch)
        .map_err(session_error)?;
    for wanted in named(request) {
        session.want(wanted);
    }
    for topic in &request.forgotten_topics_data {
        for partition in &topic.partitions {
            session.forget(topic.topic.clone(), topic.topic_id, *partition);
        }
    }
    Ok((Kind::Incremental, session.wanted()))
}

/// A request with a session id and the final epoch ends that session. As in Kafka, one that is not known is no error.
fn end_session(id: i32, env: &mut Env<'_>) {
    if env.session.as_ref().is_some_and(|session| session.id() == id) {
        *env.session = None;
    }
}

fn named(request: &FetchRequest) -> Vec<Wanted> {
    let partitions = request.topics.iter().flat_map(|topic| {
        topic.partitions.iter().map(|partition| Wanted {
            topic: topic.topic.clone(),
            topic_id: topic.topic_id,
            partition: partition.partition,
            offset: partition.fetch_offset,
            bytes_max: partition.partition_max_bytes.max(0) as usize,
            current_leader_epoch: partition.current_leader_epoch,
            last_fetched_epoch: partition.last_fetched_epoch,
        })
    });
    partitions.collect()
}

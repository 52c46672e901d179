//! ListOffsets: offsets by timestamp, and the ends of a log (KIP-79, KIP-734).

use kabuki_log::OffsetQuery;
use kabuki_replication::{ListedOffset, Reader};
use kabuki_wire::ResponseError;
use kabuki_wire::messages::list_offsets_request::ListOffsetsPartition;
use kabuki_wire::messages::list_offsets_response::{
    ListOffsetsPartitionResponse, ListOffsetsTopicResponse,
};
use kabuki_wire::messages::{ListOffsetsRequest, ListOffsetsResponse, TopicName};
use uuid::Uuid;

use super::distinct::distinct;
use super::gather::Gather;
use super::{
    Env, Envelope, READ_COMMITTED, READ_UNCOMMITTED, Refusal, Request, Step, lookup, reader,
};
use crate::answer::Answer;
use crate::network::errors;
use crate::partition::{self, LookUp, PartitionSeed};
use crate::view::View;

/// The last known of the negative timestamps of each version: −3 from 7, −4 from 8, −5 from 9, −6 from 11.
fn special_timestamp_min(version: i16) -> i64 {
    match version {
        ..=6 => -2,
        7 => -3,
        8 => -4,
        9..=10 => -5,
        _ => -6,
    }
}

/// What a timestamp asks of the log; an error where the version does not know it. Without tiered storage the local log
/// is the whole log (−4), and nothing was ever uploaded (−5, −6): there is no such offset.
fn asked(timestamp: i64, version: i16) -> Result<Option<OffsetQuery>, ResponseError> {
    match timestamp {
        time if time >= 0 => Ok(Some(OffsetQuery::At(time))),
        time if time < special_timestamp_min(version) => Err(ResponseError::UnsupportedVersion),
        -1 => Ok(Some(OffsetQuery::Latest)),
        -2 | -4 => Ok(Some(OffsetQuery::Earliest)),
        -3 => Ok(Some(OffsetQuery::MaxTimestamp)),
        _ => Ok(None),
    }
}

/// The first version that says the leader epoch (KIP-320).
const LEADER_EPOCH_VERSION: i16 = 4;
/// The first version whose clients know OFFSET_NOT_AVAILABLE (KIP-207).
const NOT_AVAILABLE_VERSION: i16 = 5;
/// The replica id of consumers.
const CONSUMER: i32 = -1;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let request: ListOffsetsRequest = request.decode()?;
    if !matches!(request.isolation_level, READ_UNCOMMITTED | READ_COMMITTED) {
        return Ok(unknown_isolation(envelope, request, env));
    }
    let view = env.context.view.load_full();
    let reader = match request.replica_id.0 {
        CONSUMER => reader(request.isolation_level),
        _ => Reader::Replica,
    };
    let asked = request.topics.into_iter().map(|topic| {
        let partitions = topic.partitions.into_iter();
        (topic.name, partitions.map(|it| (it.partition_index, Some(it))))
    });
    let mut gather = Gather::new();
    // What is asked twice of a partition cannot be told apart in the response.
    for (name, partitions) in distinct(asked, |known, _| *known = None) {
        // A topic of which no partition is named is not answered.
        if partitions.is_empty() {
            continue;
        }
        let mut response = ListOffsetsTopicResponse::default();
        for (index, wanted) in partitions {
            let mut slot = unknown(index);
            match question(&view, &name, wanted, envelope.version) {
                Err(error) => slot.error_code = error.code(),
                Ok(Question { partition, query, current_leader_epoch }) => {
                    let reply = env.token(gather.expect(response.partitions.len()));
                    partition.handle.tell(LookUp { query, current_leader_epoch, reader, reply });
                }
            }
            response.partitions.push(slot);
        }
        gather.push(response.with_name(name));
    }
    let response = |topics| ListOffsetsResponse::default().with_topics(topics);
    Ok(gather.respond(envelope, put, response, env))
}

/// What is asked of whom.
struct Question<'v> {
    partition: &'v PartitionSeed,
    query: Option<OffsetQuery>,
    current_leader_epoch: i32,
}

/// The first thing wrong with what is wanted of a partition, `None` for several things, in the order in which Kafka
/// looks; or what to ask.
fn question<'v>(
    view: &'v View,
    topic: &TopicName,
    wanted: Option<ListOffsetsPartition>,
    version: i16,
) -> Result<Question<'v>, ResponseError> {
    let wanted = wanted.ok_or(ResponseError::InvalidRequest)?;
    let query = asked(wanted.timestamp, version)?;
    let topic = lookup::by_id_or_name(view, false, Uuid::nil(), topic)?;
    let partition = lookup::partition(view, topic, wanted.partition_index)?;
    Ok(Question { partition, query, current_leader_epoch: wanted.current_leader_epoch })
}

/// Nobody knows such an isolation level: every partition answers so.
fn unknown_isolation(envelope: Envelope, request: ListOffsetsRequest, env: &Env<'_>) -> Step {
    let topics = request.topics.into_iter().map(|topic| {
        let partitions = topic
            .partitions
            .into_iter()
            .map(|it| unknown(it.partition_index).with_error_code(errors::UNKNOWN_SERVER_ERROR));
        ListOffsetsTopicResponse::default()
            .with_name(topic.name)
            .with_partitions(partitions.collect())
    });
    envelope.send(&ListOffsetsResponse::default().with_topics(topics.collect()), env)
}

fn unknown(index: i32) -> ListOffsetsPartitionResponse {
    ListOffsetsPartitionResponse::default()
        .with_partition_index(index)
        .with_offset(-1)
        .with_timestamp(-1)
        .with_leader_epoch(-1)
}

/// What a partition said becomes its part of the response.
fn put(topic: &mut ListOffsetsTopicResponse, partition: usize, answer: Answer, envelope: Envelope) {
    let response = &mut topic.partitions[partition];
    match answer {
        Answer::Offset(Ok(None)) => {}
        Answer::Offset(Ok(Some(ListedOffset { offset, timestamp, leader_epoch }))) => {
            response.offset = offset;
            response.timestamp = timestamp;
            if envelope.version >= LEADER_EPOCH_VERSION {
                response.leader_epoch = leader_epoch;
            }
        }
        Answer::Offset(Err(error)) => {
            response.error_code = refused(&error, envelope.version);
        }
        other => response.error_code = errors::of_no_answer(envelope.api, &other),
    }
}

/// The code of a refusal, as clients of this version know it.
fn refused(refusal: &partition::Refusal, version: i16) -> i16 {
    let code = errors::of_refusal(refusal);
    match code == ResponseError::OffsetNotAvailable.code() && version < NOT_AVAILABLE_VERSION {
        true => ResponseError::LeaderNotAvailable.code(),
        false => code,
    }
}

//! ListOffsets: offsets by timestamp, and the ends of a log (KIP-79, KIP-734).

use kabuki_log::OffsetQuery;
use kabuki_wire::messages::list_offsets_request::ListOffsetsPartition;
use kabuki_wire::messages::list_offsets_response::{
    ListOffsetsPartitionResponse, ListOffsetsTopicResponse,
};
use kabuki_wire::messages::{ListOffsetsRequest, ListOffsetsResponse};
use kabuki_wire::{ApiKey, ResponseError};
use uuid::Uuid;

use super::gather::Gather;
use super::{Env, Envelope, InFlight, Refusal, Request, Step, lookup, reader};
use crate::answer::Answer;
use crate::network::errors;
use crate::partition::LookUp;
use kabuki_replication::ListedOffset;

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

/// What a timestamp asks for. Without tiered storage the local log is the whole log (−4), and nothing was ever
/// uploaded (−5, −6).
enum Asked {
    Log(OffsetQuery),
    Nothing,
    Unknown,
}

fn asked(timestamp: i64, version: i16) -> Asked {
    match timestamp {
        time if time >= 0 => Asked::Log(OffsetQuery::At(time)),
        time if time < special_timestamp_min(version) => Asked::Unknown,
        -1 => Asked::Log(OffsetQuery::Latest),
        -2 | -4 => Asked::Log(OffsetQuery::Earliest),
        -3 => Asked::Log(OffsetQuery::MaxTimestamp),
        _ => Asked::Nothing,
    }
}

/// The first version that says the leader epoch (KIP-320).
const LEADER_EPOCH_VERSION: i16 = 4;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let request: ListOffsetsRequest = request.decode()?;
    let view = env.context.view.load_full();
    let reader = reader(request.isolation_level);
    let mut waiting = Waiting { envelope, gather: Gather::new() };
    for topic in request.topics {
        let found = lookup::by_id_or_name(&view, false, Uuid::nil(), &topic.name);
        let mut response = ListOffsetsTopicResponse::default().with_name(topic.name);
        for partition in topic.partitions {
            let mut slot = unknown(partition.partition_index);
            let handle =
                found.and_then(|it| lookup::partition(&view, it, partition.partition_index));
            match (handle, asked(partition.timestamp, envelope.version)) {
                (Err(error), _) => slot.error_code = error.code(),
                (_, Asked::Unknown) => slot.error_code = ResponseError::UnsupportedVersion.code(),
                (_, Asked::Nothing) => {}
                (Ok(handle), Asked::Log(query)) => {
                    let reply = env.token(waiting.gather.expect(response.partitions.len()));
                    let ListOffsetsPartition { current_leader_epoch, .. } = partition;
                    handle.tell(LookUp { query, current_leader_epoch, reader, reply });
                }
            }
            env.context.traffic.count_error(ApiKey::ListOffsets as i16, slot.error_code);
            response.partitions.push(slot);
        }
        waiting.gather.push(response);
    }
    Ok(match waiting.gather.is_complete() {
        true => waiting.finish(),
        false => Step::Later(Box::new(waiting)),
    })
}

fn unknown(index: i32) -> ListOffsetsPartitionResponse {
    ListOffsetsPartitionResponse::default()
        .with_partition_index(index)
        .with_offset(-1)
        .with_timestamp(-1)
        .with_leader_epoch(-1)
}

struct Waiting {
    envelope: Envelope,
    gather: Gather<ListOffsetsTopicResponse>,
}

impl Waiting {
    fn finish(&mut self) -> Step {
        let topics = self.gather.take();
        self.envelope.send(&ListOffsetsResponse::default().with_topics(topics))
    }
}

impl InFlight for Waiting {
    fn answered(&mut self, part: u32, answer: Answer, env: &mut Env<'_>) -> Option<Step> {
        let (topic, partition) = self.gather.answered(part)?;
        let response = &mut topic.partitions[partition];
        match answer {
            Answer::Offset(Ok(None)) => {}
            Answer::Offset(Ok(Some(ListedOffset { offset, timestamp, leader_epoch }))) => {
                response.offset = offset;
                response.timestamp = timestamp;
                if self.envelope.version >= LEADER_EPOCH_VERSION {
                    response.leader_epoch = leader_epoch;
                }
            }
            Answer::Offset(Err(error)) => response.error_code = errors::of_refusal(&error),
            Answer::Lost { stage, .. } => {
                response.error_code = errors::of_lost(ApiKey::ListOffsets, stage);
            }
            other => {
                tracing::error!(?other, "not an answer to ListOffsets");
                response.error_code = errors::UNKNOWN_SERVER_ERROR;
            }
        }
        env.context.traffic.count_error(ApiKey::ListOffsets as i16, response.error_code);
        self.gather.is_complete().then(|| self.finish())
    }
}

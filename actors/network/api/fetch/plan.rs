//! From what partitions gave to the frame: trimmed to the request's limit in the order of fetching.

use kabuki_wire::fetch_response::{
    EpochEndOffset, FetchPartition, FetchResponse, FetchTopic, Part, RecordsSlice,
};
use kabuki_wire::{ResponseError, StrBytes};
use uuid::Uuid;

use super::super::{Env, Envelope, Step};
use super::Item;
use super::wanted::Kind;
use crate::network::errors;
use crate::network::fetch_session::FetchSession;
use crate::network::outbox::{FileSlice, Piece};

impl RecordsSlice for FileSlice {
    fn length(&self) -> usize {
        self.length
    }
}

/// The response of a request that failed as a whole.
pub(super) fn refuse(envelope: Envelope, error: ResponseError) -> Step {
    send(envelope, error.code(), 0, Vec::new())
}

/// The response of a request whose partitions have all answered.
pub(super) fn respond(
    envelope: Envelope,
    kind: Kind,
    mut items: Vec<Item>,
    bytes_max: usize,
    committed_only: bool,
    env: &mut Env<'_>,
) -> Step {
    trim(&mut items, bytes_max);
    if kind == (Kind::Full { begins_session: true }) {
        let wanted: Vec<_> = items.iter().map(|item| item.wanted.clone()).collect();
        *env.session = FetchSession::begin(&env.context.fetch_sessions, &wanted);
    }
    let in_session = !matches!(kind, Kind::Full { begins_session: false });
    let session = env.session.as_mut().filter(|_| in_session);
    let session_id = session.as_ref().map_or(0, |session| session.id());
    let told = match session {
        Some(session) => tell(session, kind, items),
        None => items,
    };
    send(envelope, errors::NONE, session_id, topics(told, committed_only))
}

/// Gives each partition what is left of the limit, in order. The first batch of the first partition that has any
/// comes whole, even when it is too large; a later batch that does not fit is left out (KIP-74).
fn trim(items: &mut [Item], bytes_max: usize) {
    let mut left = bytes_max;
    let mut first = true;
    for item in items {
        let Ok(data) = &mut item.outcome else { continue };
        let Some(slice) = &mut data.slice else { continue };
        let allowed = left.min(item.wanted.bytes_max);
        slice.length = trimmed(slice.length, data.first_batch_bytes, allowed, first);
        left = left.saturating_sub(slice.length);
        first &= slice.length == 0;
        if slice.length == 0 {
            data.slice = None;
        }
    }
}

fn trimmed(length: usize, first_batch: usize, allowed: usize, owes_one_batch: bool) -> usize {
    if allowed >= first_batch {
        length.min(allowed)
    } else if owes_one_batch {
        first_batch.min(length)
    } else {
        0
    }
}

/// Moves the session on, and keeps only what the client has not heard yet.
fn tell(session: &mut FetchSession, kind: Kind, items: Vec<Item>) -> Vec<Item> {
    let mut told = Vec::with_capacity(items.len());
    for item in items {
        let has_records = item.outcome.as_ref().is_ok_and(|data| data.slice.is_some());
        let has_news = match &item.outcome {
            Ok(data) => {
                session.has_news(&item.wanted, data.up_to.high_watermark, data.log_start_offset)
                    || data.diverging.is_some()
            }
            Err(_) => {
                // Told again in the next response, too: an error is not remembered as heard.
                session.has_news(&item.wanted, -1, -1);
                true
            }
        };
        if has_records {
            session.served(&item.wanted);
        }
        if has_records || has_news || kind != Kind::Incremental {
            told.push(item);
        }
    }
    told
}

/// Groups partitions by topic, in order: a topic may appear again after another one.
fn topics(items: Vec<Item>, committed_only: bool) -> Vec<FetchTopic<FileSlice>> {
    let mut topics: Vec<FetchTopic<FileSlice>> = Vec::new();
    for item in items {
        let (name, id): (StrBytes, Uuid) = (item.wanted.topic.0.clone(), item.wanted.topic_id);
        let partition = partition(item, committed_only);
        match topics.last_mut() {
            Some(topic) if topic.id == id && topic.name == name => topic.partitions.push(partition),
            _ => topics.push(FetchTopic { name, id, partitions: vec![partition] }),
        }
    }
    topics
}

fn partition(item: Item, committed_only: bool) -> FetchPartition<FileSlice> {
    let index = item.wanted.partition;
    let data = match item.outcome {
        Ok(data) => data,
        Err(error_code) => return FetchPartition { index, error_code, ..Default::default() },
    };
    FetchPartition {
        index,
        high_watermark: data.up_to.high_watermark,
        last_stable_offset: data.up_to.last_stable_offset,
        log_start_offset: data.log_start_offset,
        diverging_epoch: data
            .diverging
            .map(|it| EpochEndOffset { epoch: it.epoch, end_offset: it.end_offset }),
        aborted_transactions: committed_only.then(Vec::new),
        records: data.slice,
        ..Default::default()
    }
}

fn send(
    envelope: Envelope,
    error_code: i16,
    session_id: i32,
    topics: Vec<FetchTopic<FileSlice>>,
) -> Step {
    let response = FetchResponse {
        throttle_time_ms: 0,
        error_code,
        session_id,
        topics,
        node_endpoints: Vec::new(),
    };
    match response.plan(envelope.version, envelope.correlation_id) {
        Ok(plan) => Step::Now(plan.parts.into_iter().map(piece).collect()),
        Err(error) => {
            tracing::error!(%error, "cannot encode a fetch response");
            Step::Close("its fetch response cannot be encoded")
        }
    }
}

fn piece(part: Part<FileSlice>) -> Piece {
    match part {
        Part::Bytes(bytes) => Piece::Bytes(bytes),
        Part::Records(slice) => Piece::File(slice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_whole_or_not_there_but_for_the_first() {
        assert_eq!(trimmed(1000, 100, 5000, true), 1000);
        assert_eq!(trimmed(1000, 100, 250, false), 250);
        assert_eq!(trimmed(1000, 100, 99, true), 100);
        assert_eq!(trimmed(1000, 100, 99, false), 0);
        assert_eq!(trimmed(0, 0, 10, true), 0);
    }
}

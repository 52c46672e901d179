//! One file per Kafka API: it decodes the request, asks the actors that know, and makes the response.
//!
//! An API either answers at once ([`Step::Now`]) or leaves an [`InFlight`] state in its slot, which takes the answers
//! of other actors one by one until the response is complete.

mod admin;
pub(super) mod alter_configs;
mod altering;
pub(super) mod api_versions;
pub(super) mod create_partitions;
pub(super) mod create_topics;
pub(super) mod delete_records;
pub(super) mod delete_topics;
pub(super) mod describe_cluster;
pub(super) mod describe_configs;
pub(super) mod describe_log_dirs;
pub(super) mod describe_producers;
pub(super) mod describe_topic_partitions;
mod described;
mod describing;
mod distinct;
mod error_codes;
pub(super) mod fetch;
pub(super) mod find_coordinator;
mod gather;
pub(super) mod groups;
pub(super) mod incremental_alter_configs;
pub(super) mod init_producer_id;
mod leaders;
pub(super) mod list_config_resources;
pub(super) mod list_offsets;
mod lookup;
#[cfg(test)]
mod lost_tests;
pub(super) mod metadata;
pub(super) mod offset_for_leader_epoch;
pub(super) mod produce;
#[cfg(test)]
mod test_images;
pub(super) mod unregister_broker;
pub(super) mod update_features;

use std::cell::Cell;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use kabuki_replication::Reader;
use kabuki_wire::{ApiKey, RequestHeader, WireError};

use self::error_codes::ErrorCodes;
use super::errors;
use super::fetch_session::SessionOwner;
use super::homing::Homing;
use super::listener::ListenerInfo;
use super::outbox::Piece;
use crate::answer::Answer;
use crate::context::BrokerContext;
use crate::partition::PartitionSeed;
use crate::supervision::{Reply, ReturnAddress, Ticket, Together};

/// What a request can use of its connection and of the broker.
pub(crate) struct Env<'a> {
    /// The broker.
    pub(crate) context: &'a Arc<BrokerContext>,
    /// The listener that the connection came in on: answers carry its addresses.
    pub(crate) listener: &'a Arc<ListenerInfo>,
    /// Identifies the connection for as long as the process lives.
    pub(crate) connection_id: u64,
    /// Where the client is.
    pub(crate) peer: IpAddr,
    /// Owns the connection's fetch sessions.
    pub(crate) session_owner: &'a Arc<SessionOwner>,
    /// Watches which arbiters its partitions live on.
    pub(crate) homing: &'a mut Homing,
    /// Where answers for this connection go.
    pub(crate) returns: &'a Arc<dyn ReturnAddress>,
    /// Number of the request's slot.
    pub(crate) slot: u64,
}

impl Env<'_> {
    /// Where the client is, as Kafka writes it.
    fn client_host(&self) -> String {
        format!("/{}", self.peer)
    }

    /// A partition is asked what the connection may ask again and again.
    fn note_asked(&mut self, partition: &PartitionSeed) {
        self.homing.asked(partition.shard);
    }

    /// A reply token for part `part` of this request.
    pub(crate) fn token<R: Into<Answer>>(&self, part: usize) -> Reply<R> {
        Reply::new(self.returns.clone(), self.ticket(part))
    }

    /// Reply tokens for up to so many parts of this request, of whose answers none is of use before the last.
    fn tokens(&self, parts: usize) -> Tokens {
        let (to, slot) = (self.returns.clone(), self.slot);
        match parts {
            0 | 1 => Tokens { to, slot },
            _ => Tokens { to: Arc::new(Together::new(to, slot, parts)), slot },
        }
    }

    /// What an answer to part `part` of this request is marked with.
    pub(crate) fn ticket(&self, part: usize) -> Ticket {
        Ticket { slot: self.slot, part: part as u32 }
    }

    /// Counts the errors that a client is told of. [`Envelope::send`] does for what it sends.
    fn count_errors(&self, api: ApiKey, codes: impl IntoIterator<Item = i16>) {
        let errors = codes.into_iter().filter(|code| *code != errors::NONE).count();
        self.context.traffic.count_errors(api as i16, errors);
    }
}

/// Makes reply tokens whose answers come together. They come when it and the last of its tokens are gone.
struct Tokens {
    to: Arc<dyn ReturnAddress>,
    slot: u64,
}

impl Tokens {
    /// The token for part `part` of the request.
    fn token<R: Into<Answer>>(&self, part: usize) -> Reply<R> {
        Reply::new(self.to.clone(), Ticket { slot: self.slot, part: part as u32 })
    }
}

/// A request frame: its header, and its body not yet decoded.
pub(crate) struct Request<'a> {
    pub(crate) header: &'a RequestHeader,
    pub(crate) body: Bytes,
    /// Memory that the decoded request takes beside its frame: charged to the connection.
    pub(crate) decoded_bytes: &'a Cell<usize>,
}

impl Request<'_> {
    /// Checks the body against its shape, and decodes it.
    pub(crate) fn decode<R: kabuki_wire::Request>(&mut self) -> Result<R, Refusal> {
        let body = std::mem::take(&mut self.body);
        let checked = kabuki_wire::check_request(self.header.api, self.header.version, body)?;
        if checked.decoded_bytes() > DECODED_BYTES_MAX {
            return Err(Refusal::TooCostly(checked.decoded_bytes()));
        }
        self.decoded_bytes.set(checked.decoded_bytes());
        Ok(checked.decode()?)
    }

    /// What a response needs of the request.
    pub(crate) fn envelope(&self) -> Envelope {
        let RequestHeader { api, version, correlation_id, .. } = *self.header;
        Envelope { api, version, correlation_id }
    }
}

/// What a response needs of its request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Envelope {
    pub(crate) api: ApiKey,
    pub(crate) version: i16,
    pub(crate) correlation_id: i32,
}

impl Envelope {
    /// The step that sends this response. Counts its errors.
    pub(crate) fn send(self, response: &impl ErrorCodes, env: &Env<'_>) -> Step {
        env.count_errors(self.api, response.error_codes());
        let Self { api, version, correlation_id } = self;
        match kabuki_wire::encode_response(api, version, correlation_id, response) {
            Ok(frame) => Step::Now(vec![Piece::Bytes(frame.freeze())]),
            Err(error) => {
                tracing::error!(?api, version, %error, "cannot encode a response");
                Step::Close("its response cannot be encoded")
            }
        }
    }
}

/// Why a request is not handled: the connection is closed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// The bytes are not such a request.
    #[error(transparent)]
    Malformed(#[from] WireError),
    /// A small frame that would take much memory.
    #[error("decoding would take {0} bytes")]
    TooCostly(usize),
    /// A request whose response would take much memory.
    #[error("{asked} entries or more are asked for, {limit} are the limit")]
    TooMuchAsked {
        /// How many, as far as they were counted.
        asked: usize,
        /// The limit.
        limit: usize,
    },
}

/// Memory that one decoded request may take beside its frame. A metadata request of 100,000 topics takes a tenth.
const DECODED_BYTES_MAX: usize = 64 << 20;

/// A response on its way to the outbox.
pub(crate) type Response = Vec<Piece>;

/// The isolation level of who reads all that is committed by replication.
const READ_UNCOMMITTED: i8 = 0;
/// The isolation level of who reads decided transactions only.
const READ_COMMITTED: i8 = 1;

/// Who a client is by the isolation level of its request.
fn reader(isolation_level: i8) -> Reader {
    if isolation_level == READ_COMMITTED { Reader::Committed } else { Reader::Uncommitted }
}

/// What came of handling a request, or of an answer to it.
pub(crate) enum Step {
    /// The response.
    Now(Response),
    /// Answers are awaited.
    Later(Box<dyn InFlight>),
    /// Done, and the client wants no response.
    Silent,
    /// The connection is to be closed; the text says why.
    Close(&'static str),
}

/// A request that waits for answers.
pub(crate) trait InFlight: Send {
    /// Takes the answer for one part. `None`: more is awaited.
    fn answered(&mut self, part: u32, answer: Answer, env: &mut Env<'_>) -> Option<Step>;

    /// When to look at it even without an answer.
    fn deadline(&self) -> Option<Instant> {
        None
    }

    /// The deadline has passed.
    fn expired(&mut self, _env: &mut Env<'_>) -> Option<Step> {
        None
    }
}

/// Handles one request.
pub(crate) type Handler = fn(Request<'_>, &mut Env<'_>) -> Result<Step, Refusal>;

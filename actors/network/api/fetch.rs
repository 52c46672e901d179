//! Fetch: a read of every partition wanted, summed over the request, and waited for as long as the client allows.
//!
//! Partitions answer with slices of files; nothing is copied here. With too little to send, the request stays in its
//! slot as data: a partition that has news says so, and everything is read again, until there is enough or the time is
//! up.

mod item;
mod plan;
mod wanted;

use std::sync::Arc;
use std::time::{Duration, Instant};

use kabuki_replication::Reader;
use kabuki_wire::messages::FetchRequest;
use kabuki_wire::{ApiKey, ResponseError};

use self::item::{Item, Outcome, trim};
use self::plan::{Asker, respond};
use self::wanted::{Kind, NotRead, wanted};
use super::{Env, Envelope, InFlight, Refusal, Request, Step, reader};
use crate::answer::Answer;
use crate::network::errors;
use crate::network::fetch_session::{SessionError, Wanted};
use crate::partition::{Read, UnderWay};

/// Longest wait that a client can ask for; more would not be a wait but a leak.
const WAIT_MAX: Duration = Duration::from_secs(24 * 3600);
/// The first version that says in a field of its own which replica asks (KIP-903).
const REPLICA_STATE_VERSION: i16 = 15;
/// The replica id of a broker that copies a log from one of its dirs to another.
const FUTURE_LOCAL_REPLICA: i32 = -3;
/// Isolation levels that there are: uncommitted and committed.
const ISOLATION_LEVELS: std::ops::RangeInclusive<i8> = 0..=1;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let decoded_bytes = request.decoded_bytes;
    let request: FetchRequest = request.decode()?;
    let view = env.context.view.load_full();
    let (kind, wanted) = match wanted(&request, envelope.version, &view, env) {
        Ok(wanted) => wanted,
        Err(error) => return Ok(refuse(envelope, &request, error, env)),
    };
    let by_id = envelope.version >= wanted::TOPIC_ID_VERSION;
    let known = |it: &Wanted| !matches!(wanted::find(it, by_id, &view), Err(NotRead::Unknown(_)));
    if !ISOLATION_LEVELS.contains(&request.isolation_level) && wanted.iter().any(known) {
        // Kafka fails on it, and only once it has something to read.
        return Ok(plan::fail(envelope, &request, errors::UNKNOWN_SERVER_ERROR, env));
    }
    let items: Vec<_> = wanted.into_iter().map(Item::new).collect();
    // A request of a session is as large as what it stands for.
    decoded_bytes.set(decoded_bytes.get().max(size_of_val(&items[..])));
    let mut fetch = Fetch::new(envelope, &request, kind, items, env);
    Ok(match fetch.read_all(env) {
        Some(step) => step,
        None => Step::Later(Box::new(fetch)),
    })
}

/// A fetch request under way.
struct Fetch {
    envelope: Envelope,
    kind: Kind,
    items: Vec<Item>,
    reader: Reader,
    /// The broker that says it follows the partitions.
    follower: Option<i32>,
    bytes_min: usize,
    bytes_max: i32,
    deadline: Instant,
    /// Partitions that have not answered the present round of reads.
    awaited: usize,
    /// A partition had news after it answered the present round.
    news: bool,
    /// Partitions remember the request's waits for as long as this is there.
    under_way: Arc<UnderWay>,
}

impl Fetch {
    fn new(
        envelope: Envelope,
        request: &FetchRequest,
        kind: Kind,
        items: Vec<Item>,
        env: &Env<'_>,
    ) -> Self {
        let replica = match envelope.version {
            REPLICA_STATE_VERSION.. => request.replica_state.replica_id.0,
            _ => request.replica_id.0,
        };
        let reader = match replica {
            0.. | FUTURE_LOCAL_REPLICA => Reader::Replica,
            _ => reader(request.isolation_level),
        };
        let fetch_max_bytes = env.context.live().config.fetch.fetch_max_bytes as i32;
        let bytes_max = request.max_bytes.min(fetch_max_bytes);
        let wait = Duration::from_millis(request.max_wait_ms.max(0) as u64).min(WAIT_MAX);
        Self {
            envelope,
            kind,
            items,
            reader,
            follower: (replica >= 0).then_some(replica),
            bytes_min: request.min_bytes.min(bytes_max).max(0) as usize,
            bytes_max,
            deadline: Instant::now() + wait,
            awaited: 0,
            news: false,
            under_way: Arc::default(),
        }
    }

    /// Asks every partition. The step, if nothing is to be waited for.
    fn read_all(&mut self, env: &mut Env<'_>) -> Option<Step> {
        self.news = false;
        let view = env.context.view.load_full();
        let waits = self.deadline > Instant::now();
        let by_id = self.envelope.version >= wanted::TOPIC_ID_VERSION;
        for (part, item) in self.items.iter_mut().enumerate() {
            match wanted::find(&item.wanted, by_id, &view) {
                Err(NotRead::Unknown(error)) => item.outcome = Outcome::Unknown(error.code()),
                Err(NotRead::Refused(error)) => item.outcome = Outcome::Failed(error.code()),
                Ok(handle) => {
                    self.awaited += 1;
                    handle.tell(Read {
                        offset: item.wanted.offset,
                        bytes_max: item.wanted.bytes_max.max(0) as usize,
                        current_leader_epoch: item.wanted.current_leader_epoch,
                        last_fetched_epoch: item.wanted.last_fetched_epoch,
                        reader: self.reader,
                        follower: self.follower,
                        watch_below_bytes: if waits { self.bytes_min } else { 0 },
                        reader_id: env.connection_id,
                        request: Arc::downgrade(&self.under_way),
                        reply: env.token(part),
                    });
                }
            }
        }
        self.round_over(env)
    }

    /// Decides once every partition has answered.
    fn round_over(&mut self, env: &mut Env<'_>) -> Option<Step> {
        if self.awaited > 0 {
            return None;
        }
        let enough = trim(&mut self.items, self.bytes_max) >= self.bytes_min;
        let nothing_to_read = self.items.iter().all(Item::is_unknown);
        let urgent = self.items.iter().any(Item::is_urgent);
        if enough || nothing_to_read || urgent || Instant::now() >= self.deadline {
            return Some(self.finish(env));
        }
        if self.news { self.read_all(env) } else { None }
    }

    fn finish(&mut self, env: &mut Env<'_>) -> Step {
        let items = std::mem::take(&mut self.items);
        let asker = Asker {
            committed_only: self.reader == Reader::Committed,
            is_follower: self.follower.is_some(),
        };
        respond(self.envelope, &self.kind, asker, items, env)
    }
}

impl InFlight for Fetch {
    fn answered(&mut self, part: u32, answer: Answer, env: &mut Env<'_>) -> Option<Step> {
        let item = self.items.get_mut(part as usize)?;
        item.outcome = match answer {
            Answer::News if self.awaited == 0 => return self.read_all(env),
            Answer::News => {
                self.news = true;
                return None;
            }
            Answer::Read(Ok(data)) => Outcome::Read(data),
            Answer::Read(Err(error)) => Outcome::Failed(errors::of_refusal(&error)),
            other => Outcome::Failed(errors::of_no_answer(ApiKey::Fetch, &other)),
        };
        self.awaited -= 1;
        self.round_over(env)
    }

    /// While partitions are asked their answers end the wait.
    fn deadline(&self) -> Option<Instant> {
        (self.awaited == 0).then_some(self.deadline)
    }

    fn expired(&mut self, env: &mut Env<'_>) -> Option<Step> {
        Some(self.finish(env))
    }
}

/// The response to a request that does not fit its session.
fn refuse(envelope: Envelope, request: &FetchRequest, error: SessionError, env: &Env<'_>) -> Step {
    let error = match error {
        SessionError::NotFound => ResponseError::FetchSessionIdNotFound,
        SessionError::WrongEpoch => ResponseError::InvalidFetchSessionEpoch,
        SessionError::OtherKindOfTopics => ResponseError::FetchSessionTopicIdError,
        SessionError::ImpossibleId => {
            return plan::fail(envelope, request, errors::UNKNOWN_SERVER_ERROR, env);
        }
    };
    plan::refuse(envelope, error, env)
}

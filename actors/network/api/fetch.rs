//! Fetch: a read of every partition wanted, summed over the request, and waited for as long as the client allows.
//!
//! Partitions answer with slices of files; nothing is copied here. With too little to send, the request stays in its
//! slot as data: a partition that has news says so, and everything is read again, until there is enough or the time is
//! up.

mod plan;
mod wanted;

use std::time::{Duration, Instant};

use kabuki_replication::Reader;
use kabuki_wire::messages::FetchRequest;
use kabuki_wire::{ApiKey, ResponseError};

use self::plan::respond;
use self::wanted::{Kind, wanted};
use super::{Env, Envelope, InFlight, Refusal, Request, Step, lookup, reader};
use crate::answer::Answer;
use crate::network::errors;
use crate::network::fetch_session::{SessionError, Wanted};
use crate::partition::{Read, ReadData};

/// Longest wait that a client can ask for; more would not be a wait but a leak.
const WAIT_MAX: Duration = Duration::from_secs(24 * 3600);

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let request: FetchRequest = request.decode()?;
    let (kind, wanted) = match wanted(&request, envelope.version, env) {
        Ok(wanted) => wanted,
        Err(error) => return Ok(plan::refuse(envelope, error)),
    };
    let wait = Duration::from_millis(request.max_wait_ms.max(0) as u64).min(WAIT_MAX);
    let fetch_max_bytes = env.context.live().config.fetch.fetch_max_bytes;
    let bytes_max = request.max_bytes.clamp(0, fetch_max_bytes as i32);
    let mut fetch = Fetch {
        envelope,
        kind,
        items: wanted.into_iter().map(Item::new).collect(),
        reader: reader(request.isolation_level),
        bytes_min: request.min_bytes.clamp(0, bytes_max) as usize,
        bytes_max: bytes_max as usize,
        deadline: Instant::now() + wait,
        awaited: 0,
        news: false,
    };
    Ok(match fetch.read_all(env) {
        Some(step) => step,
        None => Step::Later(Box::new(fetch)),
    })
}

/// One partition of a fetch.
struct Item {
    wanted: Wanted,
    outcome: Result<ReadData, i16>,
}

impl Item {
    fn new(wanted: Wanted) -> Self {
        Self { wanted, outcome: Err(errors::NONE) }
    }

    /// Bytes that this partition would give if it were alone.
    fn bytes(&self) -> usize {
        let Ok(data) = &self.outcome else { return 0 };
        let length = data.slice.as_ref().map_or(0, |slice| slice.length);
        length.min(self.wanted.bytes_max.max(data.first_batch_bytes))
    }

    /// Something that the client should hear of at once.
    fn is_urgent(&self) -> bool {
        match &self.outcome {
            Ok(data) => data.diverging.is_some(),
            Err(_) => true,
        }
    }
}

/// A fetch request under way.
struct Fetch {
    envelope: Envelope,
    kind: Kind,
    items: Vec<Item>,
    reader: Reader,
    bytes_min: usize,
    bytes_max: usize,
    deadline: Instant,
    /// Partitions that have not answered the present round of reads.
    awaited: usize,
    /// A partition had news after it answered the present round.
    news: bool,
}

impl Fetch {
    /// Asks every partition. The step, if nothing is to be waited for.
    fn read_all(&mut self, env: &mut Env<'_>) -> Option<Step> {
        self.news = false;
        let view = env.context.view.load_full();
        let waits = self.deadline > Instant::now();
        for (part, item) in self.items.iter_mut().enumerate() {
            let Wanted { topic, topic_id, partition, .. } = &item.wanted;
            let by_id = self.envelope.version >= wanted::TOPIC_ID_VERSION;
            let found = lookup::by_id_or_name(&view, by_id, *topic_id, topic);
            match found.and_then(|topic| lookup::partition(&view, topic, *partition)) {
                Err(error) => item.outcome = Err(error.code()),
                Ok(handle) => {
                    self.awaited += 1;
                    handle.tell(Read {
                        offset: item.wanted.offset,
                        bytes_max: item.wanted.bytes_max,
                        current_leader_epoch: item.wanted.current_leader_epoch,
                        last_fetched_epoch: item.wanted.last_fetched_epoch,
                        reader: self.reader,
                        watch_below_bytes: if waits { self.bytes_min } else { 0 },
                        reader_id: env.connection_id,
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
        let bytes: usize = self.items.iter().map(Item::bytes).sum();
        let enough = bytes >= self.bytes_min || self.items.is_empty();
        let urgent = self.items.iter().any(Item::is_urgent);
        if enough || urgent || Instant::now() >= self.deadline {
            return Some(self.finish(env));
        }
        if self.news { self.read_all(env) } else { None }
    }

    fn finish(&mut self, env: &mut Env<'_>) -> Step {
        let items = std::mem::take(&mut self.items);
        for item in &items {
            if let Err(code) = item.outcome {
                env.context.traffic.count_error(ApiKey::Fetch as i16, code);
            }
        }
        let committed_only = self.reader == Reader::Committed;
        respond(self.envelope, self.kind, items, self.bytes_max, committed_only, env)
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
            Answer::Read(Ok(data)) => Ok(data),
            Answer::Read(Err(error)) => Err(errors::of_refusal(&error)),
            Answer::Lost { stage, .. } => Err(errors::of_lost(ApiKey::Fetch, stage)),
            other => {
                tracing::error!(?other, "not an answer to Fetch");
                Err(errors::UNKNOWN_SERVER_ERROR)
            }
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

/// The code of a request that does not fit its session.
fn session_error(error: SessionError) -> ResponseError {
    match error {
        SessionError::NotFound => ResponseError::FetchSessionIdNotFound,
        SessionError::WrongEpoch => ResponseError::InvalidFetchSessionEpoch,
    }
}

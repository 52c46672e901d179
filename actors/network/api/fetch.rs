//! Fetch: a read of every partition wanted, summed over the request, and waited for as long as the client allows.
//!
//! Partitions answer with slices of files; nothing is copied here. With too little to send, the request stays in its
//! slot as data: a partition that has news says so and is read again, until there is enough or the time is up. What a
//! session has read to the end is not even asked before it has news.

mod asker;
mod item;
mod plan;
mod wanted;

use std::sync::Arc;
use std::time::{Duration, Instant};

use kabuki_wire::messages::FetchRequest;
use kabuki_wire::{ApiKey, ResponseError};

use self::asker::Asker;
use self::item::{Item, Outcome, trim};
use self::plan::respond;
use self::wanted::{Kind, NotRead, resolve, wanted};
use super::{Env, Envelope, InFlight, Refusal, Request, Step};
use crate::answer::Answer;
use crate::network::errors;
use crate::network::fetch_session::{SessionError, Wanted};
use crate::partition::{Read, Subscription, Watch};
use crate::supervision::Ticket;

/// Longest wait that a client can ask for; more would not be a wait but a leak.
const WAIT_MAX: Duration = Duration::from_secs(24 * 3600);
/// Isolation levels that there are: uncommitted and committed.
const ISOLATION_LEVELS: std::ops::RangeInclusive<i8> = 0..=1;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let decoded_bytes = request.decoded_bytes;
    let request: FetchRequest = request.decode()?;
    let view = env.context.view.load_full();
    let asker = Asker::new(&request, envelope.version);
    let (kind, wanted) = match wanted(&request, envelope.version, asker.reader, &view, env) {
        Ok(wanted) => wanted,
        Err(error) => return Ok(refuse(envelope, &request, error, env)),
    };
    let by_id = envelope.version >= wanted::TOPIC_ID_VERSION;
    let known = |it: &Wanted| !matches!(wanted::find(it, by_id, &view), Err(NotRead::Unknown(_)));
    if !ISOLATION_LEVELS.contains(&request.isolation_level)
        && wanted.iter().any(|(_, it)| known(it))
    {
        // Kafka fails on it, and only once it has something to read.
        return Ok(plan::fail(envelope, &request, errors::UNKNOWN_SERVER_ERROR, env));
    }
    let items: Vec<_> = wanted.into_iter().map(|(place, it)| Item::new(place, it)).collect();
    // A request of a session is as large as what it stands for.
    decoded_bytes.set(decoded_bytes.get().max(size_of_val(&items[..])));
    let mut fetch = Fetch::new(envelope, &request, kind, asker, items, env);
    let all = 0..fetch.items.len();
    Ok(match fetch.read(all, env) {
        Some(step) => step,
        None => Step::Later(Box::new(fetch)),
    })
}

/// A fetch request under way.
struct Fetch {
    envelope: Envelope,
    kind: Kind,
    asker: Asker,
    /// In the order of their places.
    items: Vec<Item>,
    bytes_min: usize,
    bytes_max: i32,
    deadline: Instant,
    /// Partitions that have not answered the present round of reads.
    awaited: usize,
    /// Where partitions say that they have news: the session's, or the request's own.
    subscription: Arc<Subscription>,
    /// Marks the word that there is news.
    ticket: Ticket,
}

impl Fetch {
    fn new(
        envelope: Envelope,
        request: &FetchRequest,
        kind: Kind,
        asker: Asker,
        items: Vec<Item>,
        env: &Env<'_>,
    ) -> Self {
        let fetch_max_bytes = env.context.live().config.fetch.fetch_max_bytes as i32;
        let bytes_max = request.max_bytes.min(fetch_max_bytes);
        let wait = Duration::from_millis(request.max_wait_ms.max(0) as u64).min(WAIT_MAX);
        let subscription = match &kind {
            Kind::Full { .. } => Arc::default(),
            Kind::Incremental(session) => session.subscription(),
        };
        Self {
            envelope,
            kind,
            asker,
            items,
            bytes_min: request.min_bytes.min(bytes_max).max(0) as usize,
            bytes_max,
            deadline: Instant::now() + wait,
            awaited: 0,
            subscription,
            ticket: env.ticket(0),
        }
    }

    /// Asks the partitions of these items. The step, if nothing is to be waited for.
    fn read(
        &mut self,
        items: impl ExactSizeIterator<Item = usize>,
        env: &mut Env<'_>,
    ) -> Option<Step> {
        let tokens = env.tokens(items.len());
        let view = env.context.view.load_full();
        let below_bytes = self.watch_below_bytes();
        let by_id = self.envelope.version >= wanted::TOPIC_ID_VERSION;
        for part in items {
            let item = &mut self.items[part];
            match wanted::find(&item.wanted, by_id, &view) {
                Err(NotRead::Unknown(error)) => item.take(Outcome::Unknown(error.code())),
                Err(NotRead::Refused(error)) => item.take(Outcome::Failed(error.code())),
                Ok(partition) => {
                    self.awaited += 1;
                    env.note_asked(partition);
                    let subscription = Arc::downgrade(&self.subscription);
                    partition.handle.tell(Read {
                        offset: item.wanted.offset,
                        bytes_max: item.wanted.bytes_max.max(0) as usize,
                        current_leader_epoch: item.wanted.current_leader_epoch,
                        last_fetched_epoch: item.wanted.last_fetched_epoch,
                        reader: self.asker.reader,
                        follower: self.asker.follower,
                        reader_id: env.connection_id,
                        watch: (below_bytes > 0).then_some(Watch {
                            subscription,
                            place: item.place,
                            below_bytes,
                        }),
                        reply: tokens.token(part),
                    });
                }
            }
        }
        self.round_over(env)
    }

    /// With how little a partition is asked to say that there is more. A session wants to hear of what it has read to the
    /// end, even when this request does not wait: that is what later ones need not look at.
    fn watch_below_bytes(&self) -> usize {
        match self.kind {
            Kind::Incremental(_) => self.bytes_min.max(1),
            Kind::Full { .. } if self.deadline > Instant::now() => self.bytes_min,
            Kind::Full { .. } => 0,
        }
    }

    /// Decides once every partition has answered.
    fn round_over(&mut self, env: &mut Env<'_>) -> Option<Step> {
        if self.awaited > 0 {
            return None;
        }
        let enough = trim(&mut self.items, self.bytes_max) >= self.bytes_min;
        let urgent = self.items.iter().any(Item::is_urgent);
        if enough || urgent || self.has_nothing_to_read() || Instant::now() >= self.deadline {
            return Some(self.finish(env));
        }
        if let Kind::Incremental(session) = &self.kind {
            session.settle(self.items.iter().filter(|it| it.awaits_news).map(|it| it.place));
        }
        match self.subscription.wait(env.returns, self.ticket) {
            true => None,
            false => self.read_again(env),
        }
    }

    fn has_nothing_to_read(&self) -> bool {
        let wanted = match &self.kind {
            Kind::Full { .. } => self.items.len(),
            Kind::Incremental(session) => session.len(),
        };
        self.items.len() >= wanted && self.items.iter().all(Item::is_unknown)
    }

    /// There is news: reads the partitions of the session that may have any, or all that the request names.
    fn read_again(&mut self, env: &mut Env<'_>) -> Option<Step> {
        let Kind::Incremental(session) = &self.kind else {
            self.subscription.take_news();
            return self.read(0..self.items.len(), env);
        };
        let view = env.context.view.load_full();
        let due = session.due(self.asker.reader, |wanted| resolve(wanted, &view));
        let places: Vec<_> = due.iter().map(|(place, _)| *place).collect();
        for (place, wanted) in due {
            if let Err(at) = self.items.binary_search_by_key(&place, |it| it.place) {
                self.items.insert(at, Item::new(place, wanted));
            }
        }
        let items = &self.items;
        let at = |place: &u64| items.binary_search_by_key(place, |it| it.place).ok();
        let again: Vec<_> = places.iter().filter_map(at).collect();
        self.read(again.into_iter(), env)
    }

    fn finish(&mut self, env: &mut Env<'_>) -> Step {
        let items = std::mem::take(&mut self.items);
        respond(self.envelope, &self.kind, self.asker, items, env)
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        self.subscription.stop_waiting(self.ticket);
    }
}

impl InFlight for Fetch {
    fn answered(&mut self, part: u32, answer: Answer, env: &mut Env<'_>) -> Option<Step> {
        if let Answer::News = answer {
            // While partitions are being read nobody waits for news.
            return if self.awaited == 0 { self.read_again(env) } else { None };
        }
        self.items.get_mut(part as usize)?.take(match answer {
            Answer::Read(Ok(data)) => Outcome::Read(data),
            Answer::Read(Err(error)) => Outcome::Failed(errors::of_refusal(&error)),
            other => Outcome::Failed(errors::of_no_answer(ApiKey::Fetch, &other)),
        });
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

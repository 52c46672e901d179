//! Fetch sessions (KIP-227): what a connection fetches, remembered, so that a poll names only what changed.
//!
//! A session belongs to the connection that made it; used from another one it is not found, and the client makes a
//! new one. The number of sessions is limited broker-wide.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use kabuki_wire::messages::TopicName;
use uuid::Uuid;

/// The epoch of a request that wants no session, or the end of one.
pub(crate) const FINAL_EPOCH: i32 = -1;
/// The epoch of a request that wants a new session.
pub(crate) const INITIAL_EPOCH: i32 = 0;

/// The broker's places for sessions (`max.incremental.fetch.session.cache.slots`).
#[derive(Debug, Clone)]
pub(crate) struct FetchSessionSlots {
    free: Arc<AtomicUsize>,
}

/// A session's place, given back when it drops.
#[derive(Debug)]
struct SessionSlot {
    free: Arc<AtomicUsize>,
}

impl FetchSessionSlots {
    pub(crate) fn new(slots: u32) -> Self {
        Self { free: Arc::new(AtomicUsize::new(slots as usize)) }
    }

    fn take(&self) -> Option<SessionSlot> {
        let taken = self.free.fetch_update(SeqCst, SeqCst, |free| free.checked_sub(1));
        taken.ok().map(|_| SessionSlot { free: self.free.clone() })
    }
}

impl Drop for SessionSlot {
    fn drop(&mut self) {
        self.free.fetch_add(1, SeqCst);
    }
}

/// One partition that a client fetches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    /// The topic's name, empty in versions that say the id.
    pub(crate) topic: TopicName,
    /// The topic's id, nil in versions that say the name.
    pub(crate) topic_id: Uuid,
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    /// At most so many bytes of it; the request's field, negative numbers as 0.
    pub(crate) bytes_max: usize,
    pub(crate) current_leader_epoch: i32,
    pub(crate) last_fetched_epoch: i32,
}

impl Wanted {
    fn key(&self) -> (Uuid, TopicName, i32) {
        (self.topic_id, self.topic.clone(), self.partition)
    }
}

/// A partition of a session, with what the client was told last.
#[derive(Debug, Clone)]
struct Member {
    wanted: Wanted,
    high_watermark: i64,
    log_start_offset: i64,
}

/// What a client fetches over this connection.
#[derive(Debug)]
pub(crate) struct FetchSession {
    id: i32,
    /// Epoch of the next request.
    epoch: i32,
    /// By place in the order of fetching; a partition that gave records goes to the end, so that none starves.
    members: BTreeMap<u64, Member>,
    places: BTreeMap<(Uuid, TopicName, i32), u64>,
    next_place: u64,
    _slot: SessionSlot,
}

/// A request that does not fit its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionError {
    /// FETCH_SESSION_ID_NOT_FOUND.
    NotFound,
    /// INVALID_FETCH_SESSION_EPOCH.
    WrongEpoch,
}

impl FetchSession {
    /// A new session for these partitions; `None` when all places are taken or there is nothing to remember.
    pub(crate) fn begin(slots: &FetchSessionSlots, wanted: &[Wanted]) -> Option<Self> {
        if wanted.is_empty() {
            return None;
        }
        let mut session = Self {
            id: random_id(),
            epoch: INITIAL_EPOCH + 1,
            members: BTreeMap::new(),
            places: BTreeMap::new(),
            next_place: 0,
            _slot: slots.take()?,
        };
        wanted.iter().for_each(|wanted| session.want(wanted.clone()));
        Some(session)
    }

    /// Identifies the session; never 0.
    pub(crate) fn id(&self) -> i32 {
        self.id
    }

    /// Checks a request's session id and epoch, and moves on to the next epoch.
    pub(crate) fn enter(
        session: &mut Option<Self>,
        id: i32,
        epoch: i32,
    ) -> Result<&mut Self, SessionError> {
        let session = session.as_mut().filter(|it| it.id == id).ok_or(SessionError::NotFound)?;
        if session.epoch != epoch {
            return Err(SessionError::WrongEpoch);
        }
        session.epoch = if epoch == i32::MAX { INITIAL_EPOCH + 1 } else { epoch + 1 };
        Ok(session)
    }

    /// Adds a partition, or changes what is wanted of it.
    pub(crate) fn want(&mut self, wanted: Wanted) {
        match self.places.get(&wanted.key()).and_then(|place| self.members.get_mut(place)) {
            Some(member) => member.wanted = wanted,
            None => self.push(Member { wanted, high_watermark: -1, log_start_offset: -1 }),
        }
    }

    /// Takes a partition out.
    pub(crate) fn forget(&mut self, topic: TopicName, topic_id: Uuid, partition: i32) {
        if let Some(place) = self.places.remove(&(topic_id, topic, partition)) {
            self.members.remove(&place);
        }
    }

    /// Everything that the session fetches, in its order.
    pub(crate) fn wanted(&self) -> Vec<Wanted> {
        self.members.values().map(|member| member.wanted.clone()).collect()
    }

    /// Whether the response must name this partition, which has no records and no error: its offsets have moved since
    /// the client heard of them. Remembers what it is told now.
    pub(crate) fn has_news(&mut self, of: &Wanted, high_watermark: i64, log_start: i64) -> bool {
        let place = self.places.get(&of.key());
        let Some(member) = place.and_then(|place| self.members.get_mut(place)) else { return true };
        let news = member.high_watermark != high_watermark || member.log_start_offset != log_start;
        member.high_watermark = high_watermark;
        member.log_start_offset = log_start;
        news
    }

    /// The partition gave records: others come before it next time.
    pub(crate) fn served(&mut self, of: &Wanted) {
        let place = self.places.get(&of.key());
        if let Some(member) = place.and_then(|place| self.members.remove(place)) {
            self.push(member);
        }
    }

    fn push(&mut self, member: Member) {
        self.places.insert(member.wanted.key(), self.next_place);
        self.members.insert(self.next_place, member);
        self.next_place += 1;
    }
}

/// Random, so that a client of another broker or an earlier process does not hit a session of someone else.
fn random_id() -> i32 {
    let bits = Uuid::new_v4().as_u64_pair().0 as u32;
    (bits >> 1).max(1) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(partition: i32) -> Wanted {
        Wanted {
            topic: TopicName::default(),
            topic_id: Uuid::from_u128(7),
            partition,
            offset: 0,
            bytes_max: 1,
            current_leader_epoch: -1,
            last_fetched_epoch: -1,
        }
    }

    fn order(session: &FetchSession) -> Vec<i32> {
        session.wanted().iter().map(|it| it.partition).collect()
    }

    #[test]
    fn what_gave_records_goes_to_the_end() {
        let slots = FetchSessionSlots::new(1);
        let mut session = FetchSession::begin(&slots, &[wanted(0), wanted(1), wanted(2)]).unwrap();
        session.served(&wanted(0));
        assert_eq!(order(&session), [1, 2, 0]);
        session.forget(TopicName::default(), Uuid::from_u128(7), 2);
        session.want(wanted(5));
        assert_eq!(order(&session), [1, 0, 5]);
        assert!(session.has_news(&wanted(1), 4, 0));
        assert!(!session.has_news(&wanted(1), 4, 0));
    }

    #[test]
    fn places_are_limited_and_given_back() {
        let slots = FetchSessionSlots::new(1);
        let session = FetchSession::begin(&slots, &[wanted(0)]);
        assert!(session.is_some() && FetchSession::begin(&slots, &[wanted(0)]).is_none());
        drop(session);
        assert!(FetchSession::begin(&slots, &[wanted(0)]).is_some());
    }

    #[test]
    fn epochs_follow_each_other() {
        let slots = FetchSessionSlots::new(1);
        let mut session = FetchSession::begin(&slots, &[wanted(0)]);
        let id = session.as_ref().unwrap().id();
        assert!(FetchSession::enter(&mut session, id, 1).is_ok());
        assert!(FetchSession::enter(&mut session, id, 2).is_ok());
        let wrong = FetchSession::enter(&mut session, id, 2).err();
        assert_eq!(wrong, Some(SessionError::WrongEpoch));
        let other = FetchSession::enter(&mut session, id ^ 1, 3).err();
        assert_eq!(other, Some(SessionError::NotFound));
    }
}

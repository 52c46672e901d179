//! The broker's fetch sessions (KIP-227): who may have one, and where they are kept.
//!
//! As in Kafka they stand in eight shards, each with an eighth of the places and of the ids. A session belongs to the
//! connection that made it: used from another one it is not found, and the client makes a new one. Sessions of
//! connections that are gone keep their places until somebody wants them.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use kabuki_replication::{Candidate, FetchSession, Reader, SessionCache, Told};
use kabuki_wire::messages::TopicName;
use uuid::Uuid;

use crate::clock;
use crate::lock::lock;
use crate::partition::Subscription;

/// As many shards as in Kafka: with less than eight slots there are no sessions.
const SHARDS: usize = 8;
/// Ids of one shard.
const IDS_A_SHARD: i32 = i32::MAX / SHARDS as i32;
/// `min.incremental.fetch.session.eviction.ms` was never made a setting: a constant of Kafka.
const EVICTION_MS: i64 = 120_000;
/// Partitions in the sessions of one shard, some 150 bytes each. Kafka knows no bound; beyond this one the largest session
/// of the shard goes. A client with a share of it, 2,000 partitions with the default number of places, always finds room.
const PARTITIONS_A_SHARD_MAX: usize = 250_000;

/// A partition that a client fetches.
pub(crate) type PartitionKey = (TopicKey, i32);

/// A topic that a client fetches, by its id or, in versions without ids, by its name. One of the two is compared and not
/// both: a name that is not there would be the dearer one, as `memcmp` of nothing at no address takes 140 ns on some machines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TopicKey {
    Id(Uuid),
    Name(TopicName),
}

impl TopicKey {
    pub(crate) fn new(id: Uuid, name: &TopicName) -> Self {
        if id.is_nil() { Self::Name(name.clone()) } else { Self::Id(id) }
    }
}

/// One partition that a client fetches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    /// The topic's name, empty in versions that say the id.
    pub(crate) topic: TopicName,
    /// The topic's id, nil in versions that say the name.
    pub(crate) topic_id: Uuid,
    /// The name that a topic of this id has, or had when it was last seen.
    pub(crate) resolved: Option<Arc<str>>,
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    /// At most so many bytes of it; negative is possible, and an error once there is something to read.
    pub(crate) bytes_max: i32,
    /// −1 when the client does not say.
    pub(crate) current_leader_epoch: i32,
    /// −1 when the client does not say.
    pub(crate) last_fetched_epoch: i32,
}

impl Wanted {
    pub(crate) fn key(&self) -> PartitionKey {
        (TopicKey::new(self.topic_id, &self.topic), self.partition)
    }
}

/// Identifies a connection as the owner of sessions.
#[derive(Debug, Default)]
pub(crate) struct SessionOwner;

/// What a session remembers.
#[derive(Default)]
struct Session {
    uses_topic_ids: bool,
    fetch: FetchSession<PartitionKey, Wanted>,
    /// How the last request read: another one may see more.
    reader: Option<Reader>,
    /// Where the partitions say that there is news.
    subscription: Arc<Subscription>,
}

struct Held {
    owner: Weak<SessionOwner>,
    session: Arc<Mutex<Session>>,
}

/// A session that a request has entered.
#[derive(Clone)]
pub(crate) struct ActiveSession {
    id: i32,
    session: Arc<Mutex<Session>>,
}

/// A request that does not fit its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionError {
    /// FETCH_SESSION_ID_NOT_FOUND.
    NotFound,
    /// INVALID_FETCH_SESSION_EPOCH.
    WrongEpoch,
    /// FETCH_SESSION_TOPIC_ID_ERROR: begun with names and used with ids, or the other way round.
    OtherKindOfTopics,
    /// UNKNOWN_SERVER_ERROR: no session can have this id, and Kafka fails on it.
    ImpossibleId,
}

/// What the partitions of a request come to in its session.
pub(crate) struct Changes {
    /// Partitions to add, or to fetch otherwise.
    pub(crate) named: Vec<Wanted>,
    /// Partitions to take out.
    pub(crate) forgotten: Vec<PartitionKey>,
    /// The request names topics by ids.
    pub(crate) uses_topic_ids: bool,
}

/// The broker's places for sessions (`max.incremental.fetch.session.cache.slots`).
pub(crate) struct FetchSessions {
    shards: [Mutex<SessionCache<Held>>; SHARDS],
    next_shard: AtomicUsize,
}

impl FetchSessions {
    pub(crate) fn new(slots: u32) -> Self {
        Self::with_room(slots, PARTITIONS_A_SHARD_MAX)
    }

    fn with_room(slots: u32, partitions_a_shard_max: usize) -> Self {
        let places = slots as usize / SHARDS;
        let shard = |_| Mutex::new(SessionCache::new(places, partitions_a_shard_max, EVICTION_MS));
        Self { shards: std::array::from_fn(shard), next_shard: AtomicUsize::new(0) }
    }

    /// Begins a session for partitions that the response names, with what it tells of them. 0 where there is no place.
    pub(crate) fn begin<'w>(
        &self,
        owner: &Arc<SessionOwner>,
        privileged: bool,
        uses_topic_ids: bool,
        told: impl ExactSizeIterator<Item = (&'w Wanted, Told)>,
    ) -> i32 {
        let shard = self.next_shard.fetch_add(1, Relaxed) % SHARDS;
        let mut cache = lock(&self.shards[shard]);
        if cache.is_full() || !cache.has_room(told.len()) {
            forget_gone(&mut cache);
        }
        let id = random_id(shard as i32);
        let candidate = Candidate { id, privileged, partitions: told.len() };
        let added = cache.add(clock::wall_ms(), candidate, || {
            let mut fetch = FetchSession::default();
            for (wanted, told) in told {
                fetch.want(wanted.key(), wanted.clone());
                fetch.tell(&wanted.key(), told);
            }
            let session = Session { uses_topic_ids, fetch, ..Session::default() };
            Held { owner: Arc::downgrade(owner), session: Arc::new(Mutex::new(session)) }
        });
        if added { id } else { 0 }
    }

    /// Ends a session, if it is the owner's.
    pub(crate) fn end(&self, owner: &Arc<SessionOwner>, id: i32) -> Result<(), SessionError> {
        let mut cache = self.shard_of(id)?;
        if is_of(cache.get(id), owner).is_some() {
            cache.remove(id);
        }
        Ok(())
    }

    /// Checks a request's session id and epoch, changes the session as the request says, and moves on to the next epoch.
    /// `None` when no partition is left: the session has ended.
    pub(crate) fn enter(
        &self,
        owner: &Arc<SessionOwner>,
        id: i32,
        epoch: i32,
        changes: Changes,
    ) -> Result<Option<ActiveSession>, SessionError> {
        let mut cache = self.shard_of(id)?;
        let held = is_of(cache.get(id), owner).ok_or(SessionError::NotFound)?;
        let shared = held.session.clone();
        let mut session = lock(&shared);
        if session.fetch.epoch() != epoch {
            return Err(SessionError::WrongEpoch);
        }
        if session.uses_topic_ids != changes.uses_topic_ids {
            return Err(SessionError::OtherKindOfTopics);
        }
        let before = session.fetch.len();
        session.change(changes);
        let partitions = session.fetch.len();
        if partitions == 0 {
            cache.remove(id);
            return Ok(None);
        }
        if !cache.has_room(partitions.saturating_sub(before)) {
            forget_gone(&mut cache);
        }
        if !cache.touch(id, partitions, clock::wall_ms()) {
            return Err(SessionError::NotFound);
        }
        session.fetch.move_on();
        drop(session);
        Ok(Some(ActiveSession { id, session: shared }))
    }

    fn shard_of(&self, id: i32) -> Result<MutexGuard<'_, SessionCache<Held>>, SessionError> {
        // As Kafka counts: what is below zero but near it is still the first shard's.
        let shard = usize::try_from(id / IDS_A_SHARD).ok().and_then(|it| self.shards.get(it));
        shard.map(lock).ok_or(SessionError::ImpossibleId)
    }
}

impl Session {
    fn change(&mut self, changes: Changes) {
        for wanted in changes.named {
            self.fetch.want(wanted.key(), wanted);
        }
        changes.forgotten.iter().for_each(|key| self.fetch.forget(key));
    }
}

impl ActiveSession {
    pub(crate) fn id(&self) -> i32 {
        self.id
    }

    /// Where the session's partitions say that there is news.
    pub(crate) fn subscription(&self) -> Arc<Subscription> {
        lock(&self.session).subscription.clone()
    }

    /// How many partitions it has.
    pub(crate) fn len(&self) -> usize {
        lock(&self.session).fetch.len()
    }

    /// The partitions that may have something to tell this reader, with their places, in the session's order. `resolve` sees
    /// each first.
    pub(crate) fn due(
        &self,
        reader: Reader,
        mut resolve: impl FnMut(&mut Wanted),
    ) -> Vec<(u64, Wanted)> {
        let mut session = lock(&self.session);
        if session.reader.replace(reader) != Some(reader) {
            session.fetch.note_all();
        }
        for place in session.subscription.take_news() {
            session.fetch.note(place);
        }
        session.fetch.due(|place, wanted| {
            resolve(wanted);
            (place, wanted.clone())
        })
    }

    /// The partitions at these places were read, and will say when there is news.
    pub(crate) fn settle(&self, places: impl Iterator<Item = u64>) {
        let mut session = lock(&self.session);
        places.for_each(|place| session.fetch.settle(place));
    }

    /// Says which partitions the response names, by what there is to tell of each.
    pub(crate) fn must_tell<'w>(
        &self,
        told: impl Iterator<Item = (&'w Wanted, Told)>,
    ) -> Vec<bool> {
        let mut session = lock(&self.session);
        told.map(|(wanted, told)| session.fetch.must_tell(&wanted.key(), told)).collect()
    }
}

/// Takes the places of connections that are gone.
fn forget_gone(cache: &mut SessionCache<Held>) {
    cache.retain(|held| held.owner.strong_count() > 0);
}

fn is_of<'h>(held: Option<&'h Held>, owner: &Arc<SessionOwner>) -> Option<&'h Held> {
    held.filter(|held| std::ptr::eq(held.owner.as_ptr(), Arc::as_ptr(owner)))
}

/// Random, so that a client of another broker or an earlier process does not hit a session of someone else; never 0.
fn random_id(shard: i32) -> i32 {
    let bits = Uuid::new_v4().as_u64_pair().0;
    let first = (shard * IDS_A_SHARD).max(1);
    let ids = (shard + 1) * IDS_A_SHARD - first;
    first + (bits % ids as u64) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(partition: i32) -> Wanted {
        Wanted {
            topic: TopicName::default(),
            topic_id: Uuid::from_u128(7),
            resolved: None,
            partition,
            offset: 0,
            bytes_max: 1,
            current_leader_epoch: -1,
            last_fetched_epoch: -1,
        }
    }

    const QUIET: Told = Told {
        high_watermark: 0,
        log_start_offset: 0,
        has_records: false,
        is_urgent: false,
        is_error: false,
        awaits_news: true,
    };

    fn begin(sessions: &FetchSessions, owner: &Arc<SessionOwner>, partitions: i32) -> i32 {
        let wanted: Vec<_> = (0..partitions).map(wanted).collect();
        sessions.begin(owner, false, true, wanted.iter().map(|it| (it, QUIET)))
    }

    fn changes(named: &[i32], forgotten: &[i32]) -> Changes {
        Changes {
            named: named.iter().map(|it| wanted(*it)).collect(),
            forgotten: forgotten.iter().map(|it| wanted(*it).key()).collect(),
            uses_topic_ids: true,
        }
    }

    #[test]
    fn places_are_shared_out_and_come_back_with_their_connections() {
        let sessions = FetchSessions::new(2 * SHARDS as u32);
        let owner = Arc::new(SessionOwner);
        let ids: Vec<_> = (0..2 * SHARDS).map(|_| begin(&sessions, &owner, 1)).collect();
        assert!(ids.iter().all(|id| *id > 0));
        let other = Arc::new(SessionOwner);
        assert_eq!(begin(&sessions, &other, 1), 0, "all places are taken");
        drop(owner);
        assert!(begin(&sessions, &other, 1) > 0, "their connection is gone");
        assert_eq!(begin(&FetchSessions::new(7), &other, 1), 0, "less than one a shard");
    }

    #[test]
    fn partitions_of_connections_that_are_gone_keep_nobody_from_a_session() {
        let sessions = FetchSessions::with_room(2 * SHARDS as u32, 5);
        let owner = Arc::new(SessionOwner);
        let ids: Vec<_> = (0..SHARDS).map(|_| begin(&sessions, &owner, 5)).collect();
        assert!(ids.iter().all(|id| *id > 0));
        let other = Arc::new(SessionOwner);
        assert_eq!(begin(&sessions, &other, 5), 0, "there is a place, but no room");
        drop(owner);
        assert!(begin(&sessions, &other, 5) > 0);
    }

    #[test]
    fn a_client_with_many_partitions_keeps_nobody_from_a_session() {
        let sessions = FetchSessions::with_room(2 * SHARDS as u32, 5);
        let (owner, other) = (Arc::new(SessionOwner), Arc::new(SessionOwner));
        let large: Vec<_> = (0..SHARDS).map(|_| begin(&sessions, &owner, 5)).collect();
        let small = begin(&sessions, &other, 1);
        assert!(small > 0);
        let lost = sessions.enter(&owner, large[0], 1, changes(&[], &[]));
        assert_eq!(lost.err(), Some(SessionError::NotFound), "it stood in the same shard");
        assert!(sessions.enter(&owner, large[1], 1, changes(&[], &[])).is_ok());
        assert!(sessions.enter(&other, small, 1, changes(&[], &[])).is_ok());
    }

    #[test]
    fn only_partitions_that_are_new_to_a_session_need_room() {
        let sessions = FetchSessions::with_room(SHARDS as u32, 3);
        let owner = Arc::new(SessionOwner);
        let id = begin(&sessions, &owner, 3);
        assert!(sessions.enter(&owner, id, 1, changes(&[0, 1, 2], &[])).is_ok());
        assert!(sessions.enter(&owner, id, 2, changes(&[3], &[0])).is_ok());
        let grown = sessions.enter(&owner, id, 3, changes(&[0], &[]));
        assert_eq!(grown.err(), Some(SessionError::NotFound));
    }

    #[test]
    fn a_session_is_found_by_its_owner_at_its_epoch_with_its_kind_of_topics() {
        let sessions = FetchSessions::new(8);
        let (owner, other) = (Arc::new(SessionOwner), Arc::new(SessionOwner));
        let id = begin(&sessions, &owner, 2);
        let enter = |owner, epoch, changes| sessions.enter(owner, id, epoch, changes).map(|_| ());
        let nothing = || changes(&[], &[]);
        assert_eq!(enter(&other, 1, nothing()), Err(SessionError::NotFound));
        assert_eq!(enter(&owner, 2, nothing()), Err(SessionError::WrongEpoch));
        let by_name = Changes { uses_topic_ids: false, ..nothing() };
        assert_eq!(enter(&owner, 1, by_name), Err(SessionError::OtherKindOfTopics));
        assert_eq!(enter(&owner, 1, nothing()), Ok(()));
        assert_eq!(enter(&owner, 1, nothing()), Err(SessionError::WrongEpoch));
        assert_eq!(sessions.end(&other, id), Ok(()));
        assert_eq!(enter(&owner, 2, nothing()), Ok(()), "another's end does nothing");
        assert_eq!(sessions.end(&owner, id), Ok(()));
        assert_eq!(enter(&owner, 3, nothing()), Err(SessionError::NotFound));
    }

    #[test]
    fn ids_out_of_every_shard_are_impossible() {
        let sessions = FetchSessions::new(8);
        let owner = Arc::new(SessionOwner);
        for id in [i32::MIN, -IDS_A_SHARD, i32::MAX, SHARDS as i32 * IDS_A_SHARD] {
            assert_eq!(sessions.end(&owner, id), Err(SessionError::ImpossibleId), "{id}");
        }
        for id in [-IDS_A_SHARD + 1, -1, 1, SHARDS as i32 * IDS_A_SHARD - 1] {
            assert_eq!(sessions.end(&owner, id), Ok(()), "{id}");
        }
        for shard in 0..SHARDS as i32 {
            assert_eq!(random_id(shard) / IDS_A_SHARD, shard);
        }
    }

    #[test]
    fn a_session_without_partitions_ends() {
        let sessions = FetchSessions::new(8);
        let owner = Arc::new(SessionOwner);
        let id = begin(&sessions, &owner, 1);
        let active = sessions.enter(&owner, id, 1, changes(&[5], &[0])).expect("entered");
        let active = active.expect("one is left");
        let due = active.due(Reader::Uncommitted, |_| {});
        let partitions = due.iter().map(|(_, it)| it.partition).collect::<Vec<_>>();
        assert_eq!((active.id(), partitions), (id, vec![5]));
        assert!(sessions.enter(&owner, id, 2, changes(&[], &[5])).expect("entered").is_none());
        assert_eq!(
            sessions.enter(&owner, id, 3, changes(&[], &[])).err(),
            Some(SessionError::NotFound)
        );
    }

    #[test]
    fn only_news_is_told() {
        let sessions = FetchSessions::new(8);
        let owner = Arc::new(SessionOwner);
        let id = begin(&sessions, &owner, 1);
        let active = sessions.enter(&owner, id, 1, changes(&[], &[])).expect("entered");
        let active = active.expect("not empty");
        let partition = wanted(0);
        let news = Told { high_watermark: 3, ..QUIET };
        for expected in [true, false] {
            assert_eq!(active.must_tell([(&partition, news)].into_iter()), [expected]);
        }
    }
}

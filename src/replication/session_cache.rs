//! The places for fetch sessions, and who must go when all are taken, by Kafka's rules; and a bound for their partitions,
//! which Kafka does not know.

use std::collections::{BTreeMap, BTreeSet};

/// What decides which session goes: those of consumers before those of followers, small ones before large ones.
type Value = (bool, usize, i32);

/// Sessions with their values, at most so many.
///
/// A new session takes the place of one that has not been used for the eviction time. Otherwise it must be worth more than
/// the one of the least value among those that may go: for a follower's session all of consumers and its like that are
/// older than the eviction time, for a consumer's only the latter.
///
/// Where the partitions of all sessions would be too many, the largest session goes, unless the one that asks is as large.
/// So whoever wants no more than the bound divided by the places always finds room, and nobody else is hit.
#[derive(Debug)]
pub struct SessionCache<T> {
    places: usize,
    partitions_max: usize,
    eviction_ms: i64,
    sessions: BTreeMap<i32, Place<T>>,
    /// Time of the last use, and id.
    by_use: BTreeSet<(i64, i32)>,
    evictable_by_all: BTreeSet<Value>,
    evictable_by_followers: BTreeSet<Value>,
    partitions: usize,
}

#[derive(Debug)]
struct Place<T> {
    session: T,
    privileged: bool,
    partitions: usize,
    created_ms: i64,
    used_ms: i64,
}

/// A session that asks for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Its id; taken ones are refused.
    pub id: i32,
    /// A follower's: worth more than any consumer's.
    pub privileged: bool,
    /// How many partitions it has.
    pub partitions: usize,
}

impl<T> SessionCache<T> {
    /// At most so many sessions, with so many partitions in all. `eviction_ms`: a session may be evicted by any larger one
    /// when it is older, and by any when it is unused for longer.
    pub fn new(places: usize, partitions_max: usize, eviction_ms: i64) -> Self {
        Self {
            places,
            partitions_max,
            eviction_ms,
            sessions: BTreeMap::new(),
            by_use: BTreeSet::new(),
            evictable_by_all: BTreeSet::new(),
            evictable_by_followers: BTreeSet::new(),
            partitions: 0,
        }
    }

    /// Gives the session a place, if need be one of a session that is worth less, or the room of a larger one. `make` is
    /// asked only then.
    pub fn add(&mut self, now_ms: i64, candidate: Candidate, make: impl FnOnce() -> T) -> bool {
        let Candidate { id, privileged, partitions } = candidate;
        if self.sessions.contains_key(&id) || !self.make_room(partitions, partitions) {
            return false;
        }
        if self.sessions.len() >= self.places
            && !self.evict_for((privileged, partitions, 0), now_ms)
        {
            return false;
        }
        let session = make();
        let place =
            Place { session, privileged, partitions: 0, created_ms: now_ms, used_ms: now_ms };
        self.sessions.insert(id, place);
        self.touch(id, partitions, now_ms)
    }

    /// A session, if it still has its place.
    pub fn get(&self, id: i32) -> Option<&T> {
        self.sessions.get(&id).map(|place| &place.session)
    }

    /// A session was used, and has so many partitions now. False when it has lost its place, for want of room at the latest
    /// now.
    pub fn touch(&mut self, id: i32, partitions: usize, now_ms: i64) -> bool {
        let Some(before) = self.sessions.get(&id).map(|place| place.partitions) else {
            return false;
        };
        if !self.make_room(partitions, partitions.saturating_sub(before)) {
            self.remove(id);
        }
        let Some(place) = self.sessions.get_mut(&id) else { return false };
        self.by_use.remove(&(place.used_ms, id));
        let value = (place.privileged, place.partitions, id);
        self.evictable_by_all.remove(&value);
        self.evictable_by_followers.remove(&value);
        self.partitions = self.partitions - place.partitions + partitions;
        place.used_ms = now_ms;
        place.partitions = partitions;
        let value = (place.privileged, partitions, id);
        let is_old = now_ms.saturating_sub(place.created_ms) > self.eviction_ms;
        self.by_use.insert((now_ms, id));
        if is_old || !place.privileged {
            self.evictable_by_followers.insert(value);
        }
        if is_old {
            self.evictable_by_all.insert(value);
        }
        true
    }

    /// Takes a session out.
    pub fn remove(&mut self, id: i32) -> Option<T> {
        let place = self.sessions.remove(&id)?;
        self.by_use.remove(&(place.used_ms, id));
        let value = (place.privileged, place.partitions, id);
        self.evictable_by_all.remove(&value);
        self.evictable_by_followers.remove(&value);
        self.partitions -= place.partitions;
        Some(place.session)
    }

    /// Takes out the sessions that do not pass.
    pub fn retain(&mut self, mut passes: impl FnMut(&T) -> bool) {
        let gone = self.sessions.iter().filter(|(_, place)| !passes(&place.session));
        let gone: Vec<i32> = gone.map(|(id, _)| *id).collect();
        for id in gone {
            self.remove(id);
        }
    }

    /// How many sessions there are.
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// All places are taken.
    pub fn is_full(&self) -> bool {
        self.sessions.len() >= self.places
    }

    /// Whether so many more partitions are within the bound.
    pub fn has_room(&self, more: usize) -> bool {
        more <= self.partitions_max - self.partitions
    }

    /// Sees to it that a session can have `more` partitions than now, `partitions` in all. One session that goes for it is
    /// enough, since it is larger.
    fn make_room(&mut self, partitions: usize, more: usize) -> bool {
        if self.has_room(more) {
            return true;
        }
        let largest = self.sessions.iter().max_by_key(|(_, place)| place.partitions);
        match largest.filter(|(_, place)| place.partitions > partitions) {
            Some((&id, _)) => self.remove(id).is_some(),
            None => false,
        }
    }

    fn evict_for(&mut self, value: Value, now_ms: i64) -> bool {
        let Some(&(used_ms, longest_unused)) = self.by_use.first() else { return false };
        if now_ms.saturating_sub(used_ms) > self.eviction_ms {
            return self.remove(longest_unused).is_some();
        }
        let evictable = match value.0 {
            true => &self.evictable_by_followers,
            false => &self.evictable_by_all,
        };
        match evictable.first() {
            Some(&least) if value >= least => self.remove(least.2).is_some(),
            _ => false,
        }
    }
}

#[cfg(test)]
#[path = "session_cache_tests.rs"]
mod tests;

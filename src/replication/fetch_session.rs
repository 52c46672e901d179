//! A fetch session (KIP-227): what a reader fetches, remembered, so that a poll names only what changed, and looks only at
//! what may have changed.

use std::collections::{BTreeMap, BTreeSet};

/// In requests: the end of a session, or none wanted.
pub const FINAL_EPOCH: i32 = -1;
/// In requests: a new session is wanted.
pub const INITIAL_EPOCH: i32 = 0;

/// Stands for "not told yet", and for what an error tells.
const UNKNOWN_OFFSET: i64 = -1;

/// The epoch that follows: from 1 on, never 0 or below.
pub fn next_epoch(epoch: i32) -> i32 {
    match epoch {
        i32::MAX => INITIAL_EPOCH + 1,
        FINAL_EPOCH => FINAL_EPOCH,
        _ => epoch + 1,
    }
}

/// What a response says of a partition, as far as it decides whether the reader must hear of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The high watermark, −1 with an error.
    pub high_watermark: i64,
    /// The first offset, −1 with an error.
    pub log_start_offset: i64,
    /// It has records.
    pub has_records: bool,
    /// It has an error, or says that the reader's log has left this one.
    pub is_urgent: bool,
    /// It has an error.
    pub is_error: bool,
    /// There was nothing to read, and the session is noted down to be told when there is ([`FetchSession::note`]): until
    /// then it need not be looked at.
    pub awaits_news: bool,
}

/// A partition of a session, with what the reader was told last.
#[derive(Debug, Clone)]
struct Member<W> {
    wanted: W,
    high_watermark: i64,
    log_start_offset: i64,
}

/// What a reader fetches, by partition `K`, and how (`W`), in an order that lets none starve: a partition that gave
/// records goes behind all others.
#[derive(Debug, Clone)]
pub struct FetchSession<K, W> {
    /// Epoch of the next request.
    epoch: i32,
    members: BTreeMap<u64, Member<W>>,
    places: BTreeMap<K, u64>,
    next_place: u64,
    /// Places of the partitions that may have something to tell; the others will say so.
    due: BTreeSet<u64>,
}

impl<K, W> Default for FetchSession<K, W> {
    fn default() -> Self {
        Self {
            epoch: next_epoch(INITIAL_EPOCH),
            members: BTreeMap::new(),
            places: BTreeMap::new(),
            next_place: 0,
            due: BTreeSet::new(),
        }
    }
}

impl<K: Ord + Clone, W> FetchSession<K, W> {
    /// Epoch that the next request must have.
    pub fn epoch(&self) -> i32 {
        self.epoch
    }

    /// A request has begun: the next one has the next epoch.
    pub fn move_on(&mut self) {
        self.epoch = next_epoch(self.epoch);
    }

    /// How many partitions it has.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// It has no partition.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Adds a partition behind all others, or changes what is wanted of it. It is due.
    pub fn want(&mut self, key: K, wanted: W) {
        match self.places.get(&key) {
            Some(place) => {
                self.due.insert(*place);
                if let Some(member) = self.members.get_mut(place) {
                    member.wanted = wanted;
                }
            }
            None => self.push(
                key,
                Member { wanted, high_watermark: UNKNOWN_OFFSET, log_start_offset: UNKNOWN_OFFSET },
            ),
        }
    }

    /// Takes a partition out.
    pub fn forget(&mut self, key: &K) {
        if let Some(place) = self.places.remove(key) {
            self.members.remove(&place);
            self.due.remove(&place);
        }
    }

    /// What `see` makes of each partition that may have something to tell, in their order, with their places.
    pub fn due<T>(&mut self, mut see: impl FnMut(u64, &mut W) -> T) -> Vec<T> {
        let Self { members, due, .. } = self;
        let seen = due.iter().filter_map(|place| {
            let member = members.get_mut(place)?;
            Some(see(*place, &mut member.wanted))
        });
        seen.collect()
    }

    /// There is news of the partition at a place.
    pub fn note(&mut self, place: u64) {
        if self.members.contains_key(&place) {
            self.due.insert(place);
        }
    }

    /// There may be news of any partition.
    pub fn note_all(&mut self) {
        self.due.extend(self.members.keys());
    }

    /// The partition at a place will say when there is news.
    pub fn settle(&mut self, place: u64) {
        self.due.remove(&place);
    }

    /// The reader hears this of a partition whatever it is: the response names all partitions.
    pub fn tell(&mut self, key: &K, told: Told) {
        if let Some(member) = self.member(key) {
            member.high_watermark = told.high_watermark;
            member.log_start_offset = told.log_start_offset;
        }
    }

    /// Whether a response of the session names this partition: it has records or an error, or its offsets have moved since
    /// the reader heard of them. If so it is heard now, and a partition with records goes behind the others. It stays due
    /// unless it awaits news.
    pub fn must_tell(&mut self, key: &K, told: Told) -> bool {
        let Some(place) = self.places.get(key).copied() else { return true };
        match told.awaits_news {
            true => self.due.remove(&place),
            false => self.due.insert(place),
        };
        let Some(member) = self.members.get_mut(&place) else { return true };
        let moved = member.high_watermark != told.high_watermark
            || member.log_start_offset != told.log_start_offset;
        // An error is told again and again, and what comes after it is told in any case.
        member.high_watermark = if told.is_error { UNKNOWN_OFFSET } else { told.high_watermark };
        member.log_start_offset = told.log_start_offset;
        if told.has_records {
            self.put_last(key);
        }
        moved || told.has_records || told.is_urgent || told.is_error
    }

    fn member(&mut self, key: &K) -> Option<&mut Member<W>> {
        self.places.get(key).and_then(|place| self.members.get_mut(place))
    }

    fn put_last(&mut self, key: &K) {
        let Some(place) = self.places.get(key) else { return };
        self.due.remove(place);
        if let Some(member) = self.members.remove(place) {
            self.push(key.clone(), member);
        }
    }

    fn push(&mut self, key: K, member: Member<W>) {
        self.places.insert(key, self.next_place);
        self.due.insert(self.next_place);
        self.members.insert(self.next_place, member);
        self.next_place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Session = FetchSession<i32, i32>;

    fn session(partitions: &[i32]) -> Session {
        let mut session = Session::default();
        partitions.iter().for_each(|it| session.want(*it, *it));
        session
    }

    fn order(session: &mut Session) -> Vec<i32> {
        session.note_all();
        due(session)
    }

    fn due(session: &mut Session) -> Vec<i32> {
        session.due(|_, wanted| *wanted)
    }

    fn quiet(high_watermark: i64) -> Told {
        Told {
            high_watermark,
            log_start_offset: 0,
            has_records: false,
            is_urgent: false,
            is_error: false,
            awaits_news: true,
        }
    }

    fn records(high_watermark: i64) -> Told {
        Told { has_records: true, awaits_news: false, ..quiet(high_watermark) }
    }

    const ERROR: Told = Told {
        high_watermark: -1,
        log_start_offset: -1,
        has_records: false,
        is_urgent: false,
        is_error: true,
        awaits_news: false,
    };

    #[test]
    fn what_gave_records_goes_behind_the_others() {
        let mut session = session(&[0, 1, 2]);
        assert!(session.must_tell(&0, records(5)));
        assert_eq!(order(&mut session), [1, 2, 0]);
        session.forget(&2);
        session.want(5, 5);
        session.want(1, 7);
        assert_eq!(order(&mut session), [7, 0, 5]);
    }

    #[test]
    fn only_news_is_told() {
        let mut session = session(&[1]);
        assert!(session.must_tell(&1, quiet(4)), "never told before");
        assert!(!session.must_tell(&1, quiet(4)));
        assert!(session.must_tell(&1, Told { log_start_offset: 2, ..quiet(4) }));
        assert!(session.must_tell(&1, Told { log_start_offset: 2, is_urgent: true, ..quiet(4) }));
        for _ in 0..2 {
            assert!(session.must_tell(&1, ERROR), "errors are told every time");
        }
        assert!(session.must_tell(&1, quiet(4)), "after an error all is new");
        session.tell(&1, quiet(9));
        assert!(!session.must_tell(&1, quiet(9)));
    }

    #[test]
    fn only_what_may_have_news_is_due() {
        let mut session = session(&[10, 11, 12, 13]);
        assert_eq!(due(&mut session), [10, 11, 12, 13], "all that is new");
        session.must_tell(&10, quiet(4));
        session.must_tell(&11, records(4));
        session.must_tell(&12, ERROR);
        session.settle(3);
        assert_eq!(due(&mut session), [12, 11], "records were left, an error stays");
        session.note(0);
        session.note(1);
        assert_eq!(
            due(&mut session),
            [10, 12, 11],
            "there is no partition at the place where 11 was"
        );
        session.settle(0);
        session.want(13, 14);
        session.forget(&11);
        assert_eq!(due(&mut session), [12, 14]);
        session.note_all();
        assert_eq!(due(&mut session), [10, 12, 14]);
    }

    /// 100 full partitions, room for one in each response: after 100 responses each has had its turn, and so on.
    #[test]
    fn no_partition_starves() {
        const PARTITIONS: i32 = 100;
        let all: Vec<i32> = (0..PARTITIONS).collect();
        let mut session = session(&all);
        let mut turns = vec![0; PARTITIONS as usize];
        for round in 1..=10 {
            for _ in 0..PARTITIONS {
                let first = order(&mut session)[0];
                for partition in order(&mut session) {
                    let told = if partition == first { records(1000) } else { quiet(1000) };
                    session.must_tell(&partition, told);
                }
                turns[first as usize] += 1;
            }
            assert!(turns.iter().all(|&turns| turns == round), "{turns:?}");
        }
    }

    #[test]
    fn epochs_follow_each_other_and_leave_out_zero() {
        let mut session = session(&[]);
        assert_eq!(session.epoch(), 1);
        session.move_on();
        assert_eq!(session.epoch(), 2);
        assert_eq!(next_epoch(i32::MAX), 1);
        assert_eq!(next_epoch(FINAL_EPOCH), FINAL_EPOCH);
    }
}

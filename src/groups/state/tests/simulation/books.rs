//! What was committed and deleted, as those who asked for it know it.

use std::collections::BTreeMap;

use kabuki_coordination::Ticket;

use super::subject::{Notes, Place, Subject};

/// Counts what is asked, so that it is known what came before what. What is committed is the count itself: it tells one
/// commit from another, and the later is the larger.
pub(super) type Clock = u64;

/// Something that changes the offset of one partition.
#[derive(Debug)]
struct Change {
    ticket: Ticket,
    /// When it was acknowledged.
    acknowledged: Option<Clock>,
}

#[derive(Debug, Default)]
struct Account {
    commits: BTreeMap<Clock, Change>,
    deletes: BTreeMap<Clock, Change>,
    /// When it was last deleted without being asked for, or may have been.
    gone: Clock,
}

/// All partitions.
#[derive(Debug, Default)]
pub(super) struct Books {
    accounts: BTreeMap<Place, Account>,
}

impl Books {
    pub(super) fn commit(&mut self, place: Place, clock: Clock, ticket: Ticket) {
        let account = self.accounts.entry(place).or_default();
        account.commits.insert(clock, Change { ticket, acknowledged: None });
    }

    pub(super) fn committed(&mut self, place: &Place, clock: Clock, now: Clock) {
        let account = self.accounts.get_mut(place);
        if let Some(change) = account.and_then(|account| account.commits.get_mut(&clock)) {
            change.acknowledged = Some(now);
        }
    }

    pub(super) fn delete(&mut self, place: Place, clock: Clock, ticket: Ticket) {
        let account = self.accounts.entry(place).or_default();
        account.deletes.insert(clock, Change { ticket, acknowledged: None });
    }

    pub(super) fn deleted(&mut self, place: &Place, clock: Clock, now: Clock) {
        let account = self.accounts.get_mut(place);
        if let Some(change) = account.and_then(|account| account.deletes.get_mut(&clock)) {
            change.acknowledged = Some(now);
        }
    }

    /// It may be deleted by now, though nobody asked for that.
    pub(super) fn gone(&mut self, place: Place, clock: Clock) {
        self.accounts.entry(place).or_default().gone = clock;
    }

    pub(super) fn places_of(&self, group: &str) -> Vec<Place> {
        self.accounts.keys().filter(|place| place.0 == group).cloned().collect()
    }

    /// What was fetched, asked for at `asked` and answered by `reader`: it is of the last commit that was acknowledged
    /// by then, or of a later one, or was deleted since.
    pub(super) fn fetched(
        &self,
        place: &Place,
        offset: i64,
        asked: Clock,
        reader: u64,
        notes: &Notes,
    ) -> Result<(), String> {
        let decided = |change: &Change| notes.handled.get(&change.ticket).copied();
        // What a later leader acknowledged need not be known to one that does not know of it.
        let counts = |change: &Change| {
            change.acknowledged.is_some_and(|at| at < asked)
                && decided(change).is_some_and(|by| by.incarnation <= reader)
        };
        let none = Account::default();
        let account = self.accounts.get(place).unwrap_or(&none);
        let known = account.commits.iter().filter(|(_, change)| counts(change));
        let known = known.map(|(clock, _)| *clock).next_back();
        let Ok(offset) = Clock::try_from(offset) else {
            let deleted =
                account.deletes.keys().next_back().copied().unwrap_or(0).max(account.gone);
            return match known {
                Some(known) if known > deleted => {
                    Err(format!("{place:?}: {known} was committed, and nothing is there"))
                }
                _ => Ok(()),
            };
        };
        let Some(commit) = account.commits.get(&offset) else {
            return Err(format!("{place:?}: {offset} was never committed"));
        };
        if known.is_some_and(|known| known > offset) {
            return Err(format!("{place:?}: {known:?} was committed, and {offset} is there"));
        }
        // A commit that nobody knows the outcome of may reach the log after a later state has found nothing to delete.
        let was_there = |deleted: Clock, delete: &Change| {
            commit.acknowledged.is_some_and(|at| at < deleted)
                || decided(delete).map(|by| by.incarnation)
                    == decided(commit).map(|by| by.incarnation)
        };
        let deletes = account.deletes.range(offset..).filter(|(_, change)| counts(change));
        for (clock, delete) in deletes {
            if was_there(*clock, delete) {
                return Err(format!("{place:?}: {offset} was deleted at {clock}, and is there"));
            }
        }
        Ok(())
    }

    /// All is over: the log has what was acknowledged.
    pub(super) fn end(&self, replayed: &Subject, notes: &Notes) -> Result<(), String> {
        for place in self.accounts.keys() {
            let (group, topic, partition) = place;
            let committed = replayed.state.offsets.get(group, topic, *partition);
            let offset = committed.map_or(-1, |committed| committed.offset);
            self.fetched(place, offset, Clock::MAX, u64::MAX, notes)?;
        }
        Ok(())
    }
}

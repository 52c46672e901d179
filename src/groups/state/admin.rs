//! What administrators list, describe and delete.

use kabuki_coordination::bugs::seeded;
use kabuki_coordination::{Now, Ticket};

use super::{Answer, DescribedGroup, Group, GroupState, ListAsk, ListedGroup, Wanted};
use crate::bugs;
use crate::error::GroupError;

impl Group {
    fn listed(&self, id: &str) -> ListedGroup {
        match self {
            Self::Classic(group) => ListedGroup {
                id: id.to_owned(),
                protocol_type: group.protocol_type().unwrap_or_default().to_owned(),
                state: group.state().name(),
                group_type: "classic",
            },
            Self::Consumer(group) => ListedGroup {
                id: id.to_owned(),
                protocol_type: "consumer".to_owned(),
                state: group.state().name(),
                group_type: "consumer",
            },
        }
    }

    pub(super) fn validate_offset_delete(&self) -> Result<(), GroupError> {
        match self {
            Self::Classic(group) => group.validate_offset_delete(),
            Self::Consumer(_) => Ok(()),
        }
    }

    pub(super) fn is_subscribed_to(&self, topic: &str) -> bool {
        match self {
            Self::Classic(group) => group.is_subscribed_to(topic),
            Self::Consumer(group) => group.is_subscribed_to(topic),
        }
    }
}

impl GroupState {
    pub(super) fn list(&self, filter: &ListAsk) -> Vec<ListedGroup> {
        // Kafka strips names of states of spaces, and names of types not.
        let in_state = |it: &ListedGroup| {
            let states = &filter.states;
            states.is_empty()
                || states
                    .iter()
                    .any(|name| name.trim_matches(|c| c <= ' ').eq_ignore_ascii_case(it.state))
        };
        let of_type = |it: &ListedGroup| {
            let types = &filter.types;
            types.is_empty() || types.iter().any(|name| name.eq_ignore_ascii_case(it.group_type))
        };
        let all = self.groups.iter().map(|(id, group)| group.listed(id));
        all.filter(|it| in_state(it) && of_type(it)).collect()
    }

    pub(super) fn describe(&self, id: &str) -> DescribedGroup {
        let described = match self.groups.get(id) {
            Some(Group::Classic(group)) => Ok(group.describe()),
            Some(Group::Consumer(_)) => Err(format!("Group {id} is not a classic group.")),
            None => Err(format!("Group {id} not found.")),
        };
        DescribedGroup { id: id.to_owned(), described }
    }

    /// Deletes groups that have no members, with their offsets.
    pub(super) fn delete(
        &mut self,
        now: Now,
        ticket: Ticket,
        ids: Vec<String>,
        wanted: &mut Wanted,
    ) {
        // Each tombstone stands for itself.
        wanted.divisible = true;
        let mut results = Vec::with_capacity(ids.len());
        for id in ids {
            let verdict = match self.groups.get(&id) {
                None => Err(GroupError::GroupIdNotFound),
                Some(Group::Classic(group)) => group.validate_delete(),
                Some(Group::Consumer(group)) => group.validate_delete(),
            };
            let deleted = verdict.and_then(|()| self.delete_one(now, &id, wanted));
            results.push((id, deleted.err()));
        }
        wanted.answer(ticket, Answer::Deleted(results));
    }

    /// Proposes the end of a group and of its offsets, and forgets them.
    ///
    /// # Errors
    ///
    /// UNKNOWN_SERVER_ERROR: it cannot be written. Both stay.
    pub(super) fn delete_one(
        &mut self,
        now: Now,
        id: &str,
        wanted: &mut Wanted,
    ) -> Result<(), GroupError> {
        let before = wanted.records.len();
        if !seeded(bugs::OFFSETS_OUTLIVE_GROUP) {
            self.offsets.delete_group(id, &mut wanted.records);
        }
        let deleted = self.with_group(now, id, wanted, |group, cx| match group {
            Group::Classic(group) => {
                group.close(cx, GroupError::CoordinatorNotAvailable);
                let end = group.tombstone();
                cx.effects.records.push(end);
                Ok(())
            }
            Group::Consumer(group) => group.delete(cx),
        });
        let deleted = deleted.unwrap_or(Ok(()));
        if deleted.is_err() {
            wanted.records.truncate(before);
        }
        self.follow(now, &wanted.records[before..]);
        deleted
    }
}

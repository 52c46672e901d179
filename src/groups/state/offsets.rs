//! Commits, fetches and deletions of offsets, by the verdict of the group.

use kabuki_coordination::bugs::seeded;
use kabuki_coordination::{Now, Ticket};

use super::entry::fit;
use super::{Answer, CommitAsk, FetchAsk, Group, GroupState, Wanted};
use crate::bugs;
use crate::consumer::CommitCheck;
use crate::error::GroupError;
use crate::offsets::{self, Topic};

/// The first version of OffsetCommit that knows groups of the consumer protocol, and says so of a group that is not there.
const CONSUMER_GROUPS_VERSION: i16 = 9;

impl GroupState {
    pub(super) fn commit(&mut self, now: Now, ticket: Ticket, ask: CommitAsk, wanted: &mut Wanted) {
        let id = ask.commit.group.clone();
        let mut records = Vec::new();
        let metadata_max = self.world.settings.offset_metadata_max_bytes;
        let outcome = self.check_commit(now, &ask).and_then(|check| {
            let may_commit = |_: &str, topic, partition| check.partition(topic, partition);
            offsets::commit(ask.commit, now.wall_ms, metadata_max, may_commit, &mut records)
        });
        let outcome = match fit(wanted, &records) {
            true => outcome,
            false => {
                records.clear();
                Err(GroupError::UnknownServerError)
            }
        };
        self.follow(now, &records);
        wanted.records.append(&mut records);
        self.set_deadline(&id);
        wanted.answer(ticket, Answer::Committed(outcome));
    }

    /// Whether the group lets its offsets be committed. A member of a classic group that is heard of here is alive.
    fn check_commit(&mut self, now: Now, ask: &CommitAsk) -> Result<CommitCheck<'_>, GroupError> {
        let CommitAsk { version, member_id, group_instance_id, generation_or_epoch, commit } = ask;
        let (instance_id, epoch) = (group_instance_id.as_deref(), *generation_or_epoch);
        match self.groups.get_mut(&commit.group) {
            Some(Group::Classic(group)) => {
                group.validate_commit(member_id, instance_id, epoch, false)?;
                group.heard_of(now, member_id);
                Ok(CommitCheck::All)
            }
            Some(Group::Consumer(group)) => {
                group.validate_commit(member_id, instance_id, epoch, false, *version)
            }
            // Whoever is no member may commit to a group that is not there, and makes it thereby.
            None if epoch < 0 => Ok(CommitCheck::All),
            None if *version >= CONSUMER_GROUPS_VERSION => Err(GroupError::GroupIdNotFound),
            None => Err(GroupError::IllegalGeneration),
        }
    }

    pub(super) fn fetch(&mut self, ticket: Ticket, ask: FetchAsk, wanted: &mut Wanted) {
        let FetchAsk { group, member_id, member_epoch, topics, require_stable } = ask;
        let verdict = match self.groups.get(&group) {
            Some(Group::Classic(group)) => group.validate_fetch(),
            Some(Group::Consumer(group)) => {
                group.validate_fetch(member_id.as_deref(), member_epoch)
            }
            None => Ok(()),
        };
        let fetched = verdict.map(|()| match topics {
            Some(topics) => self.offsets.fetch(&group, topics, require_stable),
            None => self.offsets.fetch_all(&group, require_stable),
        });
        wanted.answer(ticket, Answer::Fetched(fetched));
    }

    pub(super) fn delete_offsets(
        &mut self,
        now: Now,
        ticket: Ticket,
        id: &str,
        topics: Vec<Topic<i32>>,
        wanted: &mut Wanted,
    ) {
        let group = match self.groups.get(id) {
            _ if id.is_empty() => Err(GroupError::InvalidGroupId),
            None => Err(GroupError::GroupIdNotFound),
            Some(group) => group.validate_offset_delete().map(|()| group),
        };
        let before = wanted.records.len();
        let outcome = group.map(|group| {
            let is_subscribed = |topic: &str| group.is_subscribed_to(topic);
            self.offsets.delete(id, topics, is_subscribed, &mut wanted.records)
        });
        // Each tombstone stands for itself.
        wanted.divisible = true;
        self.follow(now, &wanted.records[before..]);
        if seeded(bugs::LOST_TOMBSTONE) {
            wanted.records.truncate(before);
        }
        wanted.answer(ticket, Answer::OffsetsDeleted(outcome));
    }
}

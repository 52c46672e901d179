//! What happens without being asked: deadlines pass, offsets expire, topics come and go.

use kabuki_coordination::Now;
use uuid::Uuid;

use super::{Event, Group, GroupState, Wanted};
use crate::classic::ExpiryBasis;
use crate::offsets::RetentionStart;

/// What a deadline is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Deadline {
    /// The next thing that this group waits for.
    Group(String),
    /// The next look at old offsets.
    Expiry,
}

impl Group {
    fn next_deadline_ms(&self) -> Option<u64> {
        match self {
            Self::Classic(group) => group.next_deadline_ms(),
            Self::Consumer(group) => group.next_deadline_ms(),
        }
    }

    /// From when on its offsets age; `None` while they do not.
    fn retention_start(&self) -> Option<RetentionStart> {
        match self {
            Self::Classic(group) => group.expiry_basis().map(|basis| match basis {
                ExpiryBasis::Commit => RetentionStart::Commit,
                ExpiryBasis::Since(since_ms) => RetentionStart::EmptySince(since_ms),
            }),
            Self::Consumer(_) => Some(RetentionStart::Commit),
        }
    }

    /// It may go as soon as it has no offsets.
    fn may_go(&self) -> bool {
        match self {
            Self::Classic(group) => group.validate_delete().is_ok(),
            Self::Consumer(group) => group.is_empty(),
        }
    }
}

impl GroupState {
    /// Remembers what the group waits for now.
    pub(super) fn set_deadline(&mut self, id: &str) {
        let key = Deadline::Group(id.to_owned());
        match self.groups.get(id).and_then(Group::next_deadline_ms) {
            Some(deadline) => self.deadlines.set(key, deadline),
            None => self.deadlines.cancel(&key),
        }
    }

    pub(super) fn await_expiry(&mut self, now: Now) {
        // Without a pause the next look would be due for ever.
        let pause = self.world.settings.offsets_retention_check_interval_ms.max(1);
        self.deadlines.set(Deadline::Expiry, now.monotonic_ms.saturating_add(pause));
    }

    /// Does what is due, until records come of it: what follows is done when the shell asks again.
    pub(super) fn do_what_is_due(&mut self, now: Now, wanted: &mut Wanted) {
        while wanted.records.is_empty() {
            match self.deadlines.take_due(now.monotonic_ms) {
                Some(Deadline::Group(id)) => {
                    self.with_group(now, &id, wanted, |group, cx| match group {
                        Group::Classic(group) => group.tick(cx),
                        Group::Consumer(group) => group.tick(cx),
                    });
                }
                Some(Deadline::Expiry) => {
                    self.expire(now, wanted);
                    self.await_expiry(now);
                    // What a group does next is not to be divided because nothing was too old.
                    wanted.divisible = !wanted.records.is_empty();
                }
                None => return,
            }
        }
    }

    /// Offsets that are too old go, and groups that have neither members nor offsets.
    fn expire(&mut self, now: Now, wanted: &mut Wanted) {
        wanted.divisible = true;
        let before = wanted.records.len();
        let retention_ms = self.world.settings.offsets_retention_ms;
        let mut over = Vec::new();
        for (id, group) in &self.groups {
            let start = group.retention_start();
            let is_subscribed = |topic: &str| group.is_subscribed_to(topic);
            let none_left = self.offsets.expire(
                id,
                now.wall_ms,
                retention_ms,
                start,
                is_subscribed,
                &mut wanted.records,
            );
            if none_left && group.may_go() {
                over.push(id.clone());
            }
        }
        self.follow(now, &wanted.records[before..]);
        for id in over {
            if let Err(error) = self.delete_one(now, &id, wanted) {
                tracing::warn!(group = id, %error, "a group that is over stays for now");
            }
        }
    }

    pub(super) fn take_note(&mut self, now: Now, event: Event, wanted: &mut Wanted) {
        match event {
            Event::WorldChanged { world, topics, created } => {
                self.world = world;
                for (id, group) in &mut self.groups {
                    if let Group::Consumer(group) = group {
                        group.configure(self.world.group_settings.get(id).cloned());
                        group.topics_changed(&topics, created);
                    }
                }
            }
            Event::TopicsDeleted(topics) => self.topics_deleted(now, &topics, wanted),
        }
    }

    /// Offsets of topics that are gone go with them.
    fn topics_deleted(&mut self, now: Now, topics: &[(String, Uuid)], wanted: &mut Wanted) {
        wanted.divisible = true;
        let before = wanted.records.len();
        self.offsets.delete_topics(topics, &mut wanted.records);
        self.follow(now, &wanted.records[before..]);
    }
}

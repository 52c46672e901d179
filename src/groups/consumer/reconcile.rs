//! What a member may have now, on the way from what it has to what it shall have.
//!
//! ```text
//! has, and shall have        ▶ keeps it
//! has, and shall not have    ▶ gives it up first: until its client says so, its epoch stays       UnrevokedPartitions
//! shall have, and it is free ▶ takes it, and comes to the epoch of the target
//! shall have, others have it ▶ comes to the epoch of the target without it, and takes it later    UnreleasedPartitions
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use super::api::{Partitions, Refusal};
use super::member::{Member, MemberState, Owned};
use crate::error::GroupError;

/// What a member's next step depends on, beside the member.
pub(super) struct Reconcile<'a> {
    /// The assignment epoch, and what the member shall have then.
    pub(super) assignment_epoch: i32,
    pub(super) target: &'a BTreeMap<Uuid, BTreeSet<i32>>,
    /// The member reads something, whether it exists or not.
    pub(super) reads_any: bool,
    /// The member reads the topic, and the topic exists.
    pub(super) reads: &'a dyn Fn(Uuid) -> bool,
    /// What it reads changed with this request.
    pub(super) subscription_changed: bool,
    /// What it says it has; `None`: it did not say.
    pub(super) owned: Option<&'a Partitions>,
    /// Some member has the partition.
    pub(super) is_owned: &'a dyn Fn(Uuid, i32) -> bool,
}

impl Reconcile<'_> {
    /// The member after its next step, which may be none.
    pub(super) fn next(&self, member: &Member) -> Result<Member, Refusal> {
        match member.state {
            MemberState::Stable if member.epoch != self.assignment_epoch => {
                Ok(self.step(member, member.epoch))
            }
            MemberState::UnrevokedPartitions if !self.still_owns(&member.pending_revocation) => {
                Ok(self.step(member, member.epoch))
            }
            MemberState::Stable | MemberState::UnrevokedPartitions => {
                Ok(if self.subscription_changed {
                    self.drop_unread(member)
                } else {
                    member.clone()
                })
            }
            MemberState::UnreleasedPartitions => Ok(self.step(member, member.epoch)),
            MemberState::Unknown if self.owned.is_some_and(|owned| owned.is_empty()) => {
                Ok(self.step(member, self.assignment_epoch))
            }
            MemberState::Unknown => Err(Refusal::new(
                GroupError::FencedMemberEpoch,
                "the member's state is not known: it gives up its partitions and joins again",
            )),
        }
    }

    /// A step towards the target. `epoch` is kept while something is to be given up.
    fn step(&self, member: &Member, epoch: i32) -> Member {
        let mut kept = Owned::new();
        let mut given_up = Owned::new();
        for (topic, partitions) in &*member.assigned {
            let target = self.target.get(topic).filter(|_| (self.reads)(*topic));
            for (partition, assigned_at) in partitions {
                let stays = target.is_some_and(|target| target.contains(partition));
                let into = if stays { &mut kept } else { &mut given_up };
                into.entry(*topic).or_default().insert(*partition, *assigned_at);
            }
        }
        let mut next = member.clone();
        if !given_up.is_empty() && self.still_owns(&given_up) {
            next.state = MemberState::UnrevokedPartitions;
            next.move_to(epoch);
            next.assigned = Arc::new(kept);
            next.pending_revocation = Arc::new(given_up);
            return next;
        }
        let waits = self.take_free(member, &mut kept);
        next.state = if waits { MemberState::UnreleasedPartitions } else { MemberState::Stable };
        next.move_to(self.assignment_epoch);
        next.assigned = Arc::new(kept);
        next.pending_revocation = Arc::default();
        next
    }

    /// Adds what the member shall have and nobody else has; whether something is left that others have. What the member itself
    /// has given up with this request is free.
    fn take_free(&self, member: &Member, kept: &mut Owned) -> bool {
        let mut waits = false;
        for (topic, partitions) in self.target.iter().filter(|(topic, _)| (self.reads)(**topic)) {
            let own = member.pending_revocation.get(topic);
            for partition in partitions {
                if kept.get(topic).is_some_and(|kept| kept.contains_key(partition)) {
                    continue;
                }
                let is_own = own.is_some_and(|own| own.contains_key(partition));
                if (self.is_owned)(*topic, *partition) && !is_own {
                    waits = true;
                } else {
                    kept.entry(*topic).or_default().insert(*partition, self.assignment_epoch);
                }
            }
        }
        waits
    }

    /// Takes from the member what it no longer reads, ahead of a target that says so.
    fn drop_unread(&self, member: &Member) -> Member {
        let reads_nothing = !self.reads_any && member.pending_revocation.is_empty();
        let mut kept = Owned::new();
        let mut given_up = (*member.pending_revocation).clone();
        for (topic, partitions) in &*member.assigned {
            if !reads_nothing && (self.reads)(*topic) {
                kept.insert(*topic, partitions.clone());
            } else {
                given_up.entry(*topic).or_default().extend(partitions);
            }
        }
        let mut next = member.clone();
        if !reads_nothing && kept.len() == member.assigned.len() {
            return next;
        }
        next.move_to(member.epoch);
        next.assigned = Arc::new(kept);
        if !given_up.is_empty() && self.still_owns(&given_up) {
            next.state = MemberState::UnrevokedPartitions;
            next.pending_revocation = Arc::new(given_up);
        }
        next
    }

    /// The member has some of these partitions, or did not say that it has not.
    fn still_owns(&self, partitions: &Owned) -> bool {
        self.owned.is_none_or(|owned| {
            owned.iter().any(|(topic, numbers)| {
                let partitions = partitions.get(topic);
                partitions.is_some_and(|it| numbers.iter().any(|number| it.contains_key(number)))
            })
        })
    }
}

//! Whether a group has settled, by what its members know.

use std::collections::BTreeSet;

/// What a member says after an answer that was news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct News {
    /// The member's number, from 0.
    pub(super) member: usize,
    /// Its epoch.
    pub(super) epoch: i32,
    /// Its partitions, as the coordinator knows them.
    pub(super) owned: BTreeSet<i32>,
}

/// What is known of all members.
#[derive(Debug)]
pub(super) struct Convergence {
    partitions: usize,
    /// Epoch and partitions of each; epoch 0 before it has joined.
    members: Vec<(i32, BTreeSet<i32>)>,
}

impl Convergence {
    /// Nobody has joined. The partitions divide evenly among the members.
    pub(super) fn new(members: usize, partitions: usize) -> Self {
        debug_assert!(members > 0 && partitions.is_multiple_of(members));
        Self { partitions, members: vec![(0, BTreeSet::new()); members] }
    }

    /// Takes what a member says.
    pub(super) fn note(&mut self, news: News) {
        self.members[news.member] = (news.epoch, news.owned);
    }

    /// Whether every partition has one owner, and every member its share.
    pub(super) fn is_assigned(&self) -> bool {
        let share = self.partitions / self.members.len();
        let distinct = || self.members.iter().flat_map(|(_, owned)| owned).collect::<BTreeSet<_>>();
        self.members.iter().all(|(_, owned)| owned.len() == share)
            && distinct().len() == self.partitions
    }

    /// Whether all members are at the same epoch too.
    pub(super) fn is_at_one_epoch(&self) -> bool {
        let first = self.members[0].0;
        first > 0 && self.members.iter().all(|(epoch, _)| *epoch == first) && self.is_assigned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(member: usize, epoch: i32, owned: &[i32]) -> News {
        News { member, epoch, owned: owned.iter().copied().collect() }
    }

    #[test]
    fn a_group_settles_when_all_have_their_share_at_one_epoch() {
        let mut group = Convergence::new(2, 4);
        group.note(news(0, 1, &[0, 1, 2, 3]));
        assert!(!group.is_assigned());
        group.note(news(0, 1, &[0, 1]));
        group.note(news(1, 2, &[2]));
        assert!(!group.is_assigned());
        group.note(news(1, 2, &[2, 3]));
        assert!(group.is_assigned() && !group.is_at_one_epoch());
        group.note(news(0, 2, &[0, 1]));
        assert!(group.is_at_one_epoch());
    }

    #[test]
    fn a_partition_with_two_owners_is_not_assigned() {
        let mut group = Convergence::new(2, 4);
        group.note(news(0, 2, &[0, 1]));
        group.note(news(1, 2, &[1, 2]));
        assert!(!group.is_assigned());
    }
}

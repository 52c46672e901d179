//! That something happens in the runs.

/// How often something happened, over the runs that share it.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) joined: u64,
    pub(super) synced: u64,
    /// Assignments that were too large.
    pub(super) withdrawn: u64,
    pub(super) fenced: u64,
    pub(super) committed: u64,
    pub(super) commits_refused: u64,
    pub(super) commits_too_large: u64,
    /// Offsets that were fetched and were there.
    pub(super) fetched: u64,
    pub(super) offsets_deleted: u64,
    pub(super) groups_deleted: u64,
    pub(super) expired: u64,
    /// Steps of a scenario that are done.
    pub(super) goals: usize,
}

impl Tally {
    pub(super) fn all_above(&self, times: u64) -> bool {
        let all = [
            self.joined,
            self.synced,
            self.withdrawn,
            self.fenced,
            self.committed,
            self.commits_refused,
            self.commits_too_large,
            self.fetched,
            self.offsets_deleted,
            self.groups_deleted,
            self.expired,
        ];
        all.into_iter().all(|count| count > times)
    }
}

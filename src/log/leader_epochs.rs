//! Which leader epoch began at which offset, kept in `leader-epoch-checkpoint`.

use std::io;

use crate::checkpoint::{self, CheckpointError};
use crate::dir::{Dir, read_small};

/// The file's name in the partition's directory.
pub const FILE: &str = "leader-epoch-checkpoint";

/// Where a request has no epoch to tell.
const NO_EPOCH: i32 = -1;

/// One leader's reign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochStart {
    /// The leader epoch.
    pub epoch: i32,
    /// Offset of its first batch.
    pub start_offset: i64,
}

/// A leader epoch and the offset at which it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochEnd {
    /// The largest epoch that is not above the one asked for.
    pub epoch: i32,
    /// The offset after its last batch.
    pub end_offset: i64,
}

/// The epochs of a log, epochs and start offsets both strictly rising.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeaderEpochs {
    entries: Vec<EpochStart>,
}

impl LeaderEpochs {
    /// Reads the checkpoint file; a missing one is empty.
    pub fn load(dir: &dyn Dir) -> io::Result<Result<Self, CheckpointError>> {
        Ok(match read_small(dir, FILE)? {
            Some(bytes) => Self::parse(&bytes),
            None => Ok(Self::default()),
        })
    }

    /// Reads the text form.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let mut epochs = Self::default();
        for line in checkpoint::lines(bytes)? {
            let (epoch, start_offset) = line.split_once(' ').ok_or(CheckpointError::Malformed)?;
            let epoch = epoch.parse().map_err(|_| CheckpointError::Malformed)?;
            let start_offset = start_offset.parse().map_err(|_| CheckpointError::Malformed)?;
            epochs.assign(epoch, start_offset);
        }
        Ok(epochs)
    }

    /// The text form.
    pub fn to_bytes(&self) -> Vec<u8> {
        let lines = self.entries.iter().map(|it| format!("{} {}", it.epoch, it.start_offset));
        checkpoint::to_bytes(lines)
    }

    /// All epochs, oldest first.
    pub fn entries(&self) -> &[EpochStart] {
        &self.entries
    }

    /// Notes that `epoch` begins at `start_offset`. Entries that contradict it go: a newer leader is right.
    /// Returns whether anything changed.
    pub fn assign(&mut self, epoch: i32, start_offset: i64) -> bool {
        if epoch < 0 || start_offset < 0 {
            return false;
        }
        let known = self.entries.last();
        if known.is_some_and(|it| it.epoch == epoch && start_offset >= it.start_offset) {
            return false;
        }
        let contradicts = |it: &EpochStart| it.epoch >= epoch || it.start_offset >= start_offset;
        while self.entries.last().is_some_and(contradicts) {
            self.entries.pop();
        }
        self.entries.push(EpochStart { epoch, start_offset });
        true
    }

    /// The newest epoch.
    pub fn latest(&self) -> Option<EpochStart> {
        self.entries.last().copied()
    }

    /// The oldest epoch that still has records.
    pub fn earliest(&self) -> Option<EpochStart> {
        self.entries.first().copied()
    }

    /// The epoch that wrote the record at `offset`; for the log's end the newest one.
    pub fn epoch_for_offset(&self, offset: i64) -> Option<i32> {
        let after = self.entries.partition_point(|it| it.start_offset <= offset);
        Some(self.entries[after.checked_sub(1)?].epoch)
    }

    /// Where an epoch ended, as OffsetForLeaderEpoch answers it: for one below all known the begin of the first of
    /// them, `None` for one above all known and for −1, which is no epoch.
    pub fn end_offset_for(&self, epoch: i32, log_end_offset: i64) -> Option<EpochEnd> {
        if epoch == NO_EPOCH {
            return None;
        }
        if self.latest().is_some_and(|it| it.epoch == epoch) {
            return Some(EpochEnd { epoch, end_offset: log_end_offset });
        }
        let above = self.entries.partition_point(|it| it.epoch <= epoch);
        let end_offset = self.entries.get(above)?.start_offset;
        let epoch = above.checked_sub(1).map_or(epoch, |it| self.entries[it].epoch);
        Some(EpochEnd { epoch, end_offset })
    }

    /// Forgets epochs that begin at or after the log's end.
    pub fn truncate_from_end(&mut self, end_offset: i64) -> bool {
        let kept = self.entries.partition_point(|it| it.start_offset < end_offset);
        let changed = kept < self.entries.len();
        self.entries.truncate(kept);
        changed
    }

    /// Forgets epochs that ended before the log's start; the one that reigned there begins at the start now.
    pub fn truncate_from_start(&mut self, start_offset: i64) -> bool {
        let past = self.entries.partition_point(|it| it.start_offset <= start_offset);
        let Some(reigning) = past.checked_sub(1) else { return false };
        if reigning == 0 && self.entries[0].start_offset == start_offset {
            return false;
        }
        self.entries.drain(..reigning);
        self.entries[0].start_offset = start_offset;
        true
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epochs(entries: &[(i32, i64)]) -> LeaderEpochs {
        let mut epochs = LeaderEpochs::default();
        entries.iter().for_each(|&(epoch, start)| assert!(epochs.assign(epoch, start)));
        epochs
    }

    #[test]
    fn a_newer_leader_is_right() {
        let mut known = epochs(&[(1, 0), (2, 10), (4, 20)]);
        assert!(!known.assign(4, 25));
        assert!(known.assign(3, 15));
        assert_eq!(known, epochs(&[(1, 0), (2, 10), (3, 15)]));
        assert!(!known.assign(-1, 15));
    }

    #[test]
    fn end_offsets_are_where_the_next_epoch_begins() {
        let known = epochs(&[(2, 10), (4, 20)]);
        assert_eq!(known.end_offset_for(4, 33), Some(EpochEnd { epoch: 4, end_offset: 33 }));
        assert_eq!(known.end_offset_for(3, 33), Some(EpochEnd { epoch: 2, end_offset: 20 }));
        assert_eq!(known.end_offset_for(2, 33), Some(EpochEnd { epoch: 2, end_offset: 20 }));
        assert_eq!(known.end_offset_for(1, 33), Some(EpochEnd { epoch: 1, end_offset: 10 }));
        assert_eq!(known.end_offset_for(5, 33), None);
        assert_eq!(known.end_offset_for(-1, 33), None);
        // Nonsense is below all known epochs, as for Kafka.
        assert_eq!(known.end_offset_for(-2, 33), Some(EpochEnd { epoch: -2, end_offset: 10 }));
    }

    #[test]
    fn offsets_know_their_epoch() {
        let known = epochs(&[(2, 10), (4, 20)]);
        assert_eq!(known.epoch_for_offset(9), None);
        assert_eq!(known.epoch_for_offset(19), Some(2));
        assert_eq!(known.epoch_for_offset(20), Some(4));
    }

    #[test]
    fn truncation_at_either_end() {
        let mut known = epochs(&[(1, 0), (2, 10), (4, 20)]);
        assert!(known.truncate_from_start(15));
        assert_eq!(known, epochs(&[(2, 15), (4, 20)]));
        assert!(!known.truncate_from_start(15));
        assert!(known.truncate_from_end(20));
        assert!(!known.truncate_from_end(20));
        assert_eq!(known, epochs(&[(2, 15)]));
    }

    #[test]
    fn text_and_back() {
        let known = epochs(&[(1, 0), (2, 10)]);
        assert_eq!(known.to_bytes(), b"0\n2\n1 0\n2 10\n");
        assert_eq!(LeaderEpochs::parse(&known.to_bytes()), Ok(known));
        assert_eq!(LeaderEpochs::parse(b"0\n2\n1 0\n"), Err(CheckpointError::Malformed));
    }
}

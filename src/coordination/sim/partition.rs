//! The partition that coordinators write to: its log, its epoch, its high watermark.

use std::sync::Arc;

use super::dice::Dice;
use crate::bugs;
use crate::shell::{AppendRefused, Appended};

/// A partition as its present leader has it.
#[derive(Debug)]
pub(super) struct Partition<R> {
    pub(super) leader: usize,
    pub(super) epoch: i32,
    pub(super) log: Vec<R>,
    /// Where batches end. Replicas get whole batches, so that they lack whole ones.
    batch_ends: Vec<usize>,
    /// Everything below is on enough replicas that no leader lacks it.
    pub(super) high_watermark: usize,
}

impl<R: Clone> Partition<R> {
    pub(super) fn new() -> Self {
        Self { leader: 0, epoch: 0, log: Vec::new(), batch_ends: vec![0], high_watermark: 0 }
    }

    /// Appends, if the partition is led by this epoch and its log ends here.
    pub(super) fn append(
        &mut self,
        epoch: i32,
        base_offset: i64,
        records: &Arc<Vec<R>>,
    ) -> Result<Appended, AppendRefused> {
        if epoch != self.epoch && !bugs::seeded(bugs::STALE_EPOCH_ACCEPTED) {
            return Err(AppendRefused::WrongEpoch);
        }
        if base_offset != self.end() && !bugs::seeded(bugs::OTHER_END_ACCEPTED) {
            return Err(AppendRefused::OtherEnd);
        }
        let first_offset = self.end();
        self.log.extend(records.iter().cloned());
        self.batch_ends.push(self.log.len());
        Ok(Appended { first_offset, last_offset: self.end() - 1 })
    }

    /// Another epoch, of another leader or of the same. Another leader may lack what is not committed.
    pub(super) fn elect(&mut self, leader: usize, dice: &mut Dice) {
        self.epoch += 1;
        if leader != self.leader {
            self.log.truncate(self.uncommitted(dice));
            self.batch_ends.retain(|end| *end <= self.log.len());
            self.leader = leader;
        }
    }

    /// More is committed: some, or all.
    pub(super) fn commit(&mut self, some: Option<&mut Dice>) {
        self.high_watermark = match some {
            Some(dice) => self.uncommitted(dice),
            None => self.log.len(),
        };
    }

    /// The end of any batch that is not committed, or of the last that is.
    fn uncommitted(&self, dice: &mut Dice) -> usize {
        let first = self.batch_ends.partition_point(|end| *end < self.high_watermark);
        let ends = &self.batch_ends[first..];
        ends[dice.index(ends.len())]
    }

    pub(super) fn end(&self) -> i64 {
        offset(self.log.len())
    }
}

/// The offset of the record at an index.
pub(super) fn offset(index: usize) -> i64 {
    i64::try_from(index).expect("memory does not hold so many records")
}

//! Records that wait to be written.

use std::collections::VecDeque;

use super::limits::{Limits, Linger};
use crate::bugs;

/// Records that are written as a whole or not at all.
#[derive(Debug)]
struct Proposal<R> {
    records: Vec<R>,
    bytes: usize,
    /// On the monotonic clock.
    proposed_at_ms: u64,
}

/// Proposals in their order.
#[derive(Debug)]
pub(super) struct Collected<R> {
    proposals: VecDeque<Proposal<R>>,
    bytes: usize,
    records: usize,
    /// There was no further input: what was collected then need not wait any longer.
    drained: bool,
}

impl<R> Collected<R> {
    pub(super) fn new() -> Self {
        Self { proposals: VecDeque::new(), bytes: 0, records: 0, drained: false }
    }

    /// Adds records that belong together.
    pub(super) fn push(&mut self, now_ms: u64, records: Vec<R>, bytes: usize) {
        self.bytes += bytes;
        self.records += records.len();
        self.proposals.push_back(Proposal { records, bytes, proposed_at_ms: now_ms });
    }

    /// There is no further input.
    pub(super) fn drained(&mut self) {
        self.drained = !self.proposals.is_empty();
    }

    /// It is time to write.
    pub(super) fn is_ripe(&self, now_ms: u64, limits: &Limits) -> bool {
        let Some(first) = self.proposals.front() else { return false };
        self.bytes >= limits.batch_bytes_max
            || match limits.linger {
                Linger::UntilDrained => self.drained,
                Linger::Ms(linger) => first.proposed_at_ms.saturating_add(linger) <= now_ms,
            }
    }

    /// When it is time to write, unless a batch is full before.
    pub(super) fn ripe_at_ms(&self, linger: Linger) -> Option<u64> {
        match linger {
            Linger::UntilDrained => None,
            Linger::Ms(linger) => {
                self.proposals.front().map(|first| first.proposed_at_ms.saturating_add(linger))
            }
        }
    }

    /// Takes out what fits into a batch: at least one proposal, if there is any.
    pub(super) fn take_batch(&mut self, bytes_max: usize) -> Vec<R> {
        let mut batch = Vec::with_capacity(self.records);
        let mut bytes = 0;
        while let Some(proposal) = self.take_next(|next| bytes == 0 || bytes + next <= bytes_max) {
            bytes += proposal.bytes;
            batch.extend(proposal.records);
        }
        self.bytes -= bytes;
        self.records -= batch.len();
        self.drained &= !self.proposals.is_empty();
        batch
    }

    fn take_next(&mut self, fits: impl Fn(usize) -> bool) -> Option<Proposal<R>> {
        if bugs::seeded(bugs::LATER_FIRST) {
            return self.proposals.pop_back_if(|last| fits(last.bytes));
        }
        self.proposals.pop_front_if(|first| fits(first.bytes))
    }

    /// Bytes of all records.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        self.records
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records == 0
    }
}

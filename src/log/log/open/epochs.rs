//! Leader epochs of a log that is opened.

use std::io;

use super::Opening;
use crate::leader_epochs::LeaderEpochs;
use crate::scan::Located;
use crate::types::Trust;

impl Opening<'_> {
    /// Without a readable epoch file everything is read, so that the epochs are known again.
    pub(super) fn load_epochs(&mut self) -> io::Result<()> {
        match LeaderEpochs::load(self.log.dir.as_ref())? {
            Ok(epochs) => self.log.epochs = epochs,
            Err(error) => {
                tracing::warn!(log = self.log.name, %error, "leader epochs are read from the log");
                self.recovery.trust = Trust::RecoveryPoint;
                self.recovery.recovery_point = 0;
                self.log.changes.epochs += 1;
            }
        }
        Ok(())
    }

    /// Epochs are stored with a flush, so that the file may lack those that begin at or behind the recovery point;
    /// the last batch tells.
    pub(super) fn complete_epochs(&mut self) -> io::Result<()> {
        let Some(at) = self.log.segments.iter().rposition(|it| it.size > 0) else { return Ok(()) };
        let Some(batch) = self.log.segments[at].last_batch()? else { return Ok(()) };
        let latest = self.log.epochs.latest();
        if latest.is_some_and(|it| it.epoch >= batch.head.partition_leader_epoch) {
            return Ok(());
        }
        let known = latest.map_or(0, |it| it.start_offset).max(self.recovery.recovery_point);
        self.read_epochs(known.max(self.log.log_start_offset))
    }

    /// Finds where epochs begin by halving: along the log they only rise.
    fn read_epochs(&mut self, from: i64) -> io::Result<()> {
        let mut next = self.batch_at(from)?;
        while let Some(batch) = next {
            let epoch = batch.head.partition_leader_epoch;
            self.assign_epoch(&batch);
            let (mut low, mut high) = (batch.head.next_offset(), self.log.log_end_offset);
            while low < high {
                match self.batch_at(low + (high - low) / 2)? {
                    Some(it) if it.head.partition_leader_epoch <= epoch => {
                        low = it.head.next_offset()
                    }
                    Some(it) if it.head.base_offset < high => high = it.head.base_offset.max(low),
                    // Nothing is left between the middle and what is known to be too late.
                    _ => high = low + (high - low) / 2,
                }
            }
            next = self.batch_at(low)?;
        }
        Ok(())
    }

    /// The batch that holds an offset, or the next one.
    fn batch_at(&mut self, offset: i64) -> io::Result<Option<Located>> {
        for at in self.log.segment_of(offset)..self.log.segments.len() {
            if let Some(batch) = self.log.segments[at].find(offset)? {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// Notes the epoch of a batch if it is later than those known.
    pub(super) fn assign_epoch(&mut self, batch: &Located) {
        let epoch = batch.head.partition_leader_epoch;
        if self.log.epochs.latest().is_none_or(|it| epoch > it.epoch) {
            self.log.note_epoch(epoch, batch.head.base_offset);
        }
    }
}

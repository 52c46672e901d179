//! What each producer sent last, so that a repeated batch is recognized and a gap is refused.
//!
//! An append first collects its changes in [`Changes`], over the state as it is; they are applied once the
//! batches are written, or dropped.

use std::collections::BTreeMap;

use kabuki_records::batch::add_to_sequence;
use kabuki_records::batch::{BatchHead, NO_PRODUCER_EPOCH, NO_SEQUENCE, NO_TIMESTAMP};

use crate::marker::Marker;
use crate::types::{AppendError, Origin};

/// So many batches of a producer are remembered: as many as a client has in flight at most.
pub(crate) const BATCHES_REMEMBERED: usize = 5;

/// One batch of a producer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SentBatch {
    /// Sequence number of the last record.
    pub last_sequence: i32,
    /// Offset of the last record.
    pub last_offset: i64,
    /// Last offset less the first.
    pub offset_delta: i32,
    /// The largest timestamp in milliseconds.
    pub timestamp: i64,
}

impl SentBatch {
    /// Offset of the first record.
    pub fn first_offset(&self) -> i64 {
        self.last_offset - i64::from(self.offset_delta)
    }

    /// Sequence number of the first record.
    pub fn first_sequence(&self) -> i32 {
        // Sequences wrap at 2³¹: going back by `delta` is going forward by 2³¹ − delta.
        match self.last_sequence {
            NO_SEQUENCE => NO_SEQUENCE,
            last => last.wrapping_sub(self.offset_delta) & i32::MAX,
        }
    }
}

/// What is known of a producer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Producer {
    /// The newest epoch seen, −1 for none.
    pub epoch: i16,
    /// Epoch of the coordinator that wrote the last transaction marker, −1 for none.
    pub coordinator_epoch: i32,
    /// Timestamp of the last batch or marker in milliseconds.
    pub last_timestamp: i64,
    /// First offset of the open transaction.
    pub transaction_first_offset: Option<i64>,
    batches: [SentBatch; BATCHES_REMEMBERED],
    count: u8,
}

impl Default for Producer {
    fn default() -> Self {
        Self {
            epoch: NO_PRODUCER_EPOCH,
            coordinator_epoch: -1,
            last_timestamp: NO_TIMESTAMP,
            transaction_first_offset: None,
            batches: [SentBatch::default(); BATCHES_REMEMBERED],
            count: 0,
        }
    }
}

impl Producer {
    /// The last batches of the current epoch, oldest first.
    pub fn batches(&self) -> &[SentBatch] {
        &self.batches[..self.count.into()]
    }

    /// The last batch.
    pub fn last_batch(&self) -> Option<&SentBatch> {
        self.batches().last()
    }

    /// Sequence number of the last record, −1 for none.
    pub fn last_sequence(&self) -> i32 {
        self.last_batch().map_or(NO_SEQUENCE, |it| it.last_sequence)
    }

    pub(crate) fn push_batch(&mut self, batch: SentBatch) {
        if usize::from(self.count) == BATCHES_REMEMBERED {
            self.batches.rotate_left(1);
            self.count -= 1;
        }
        self.batches[usize::from(self.count)] = batch;
        self.count += 1;
    }

    fn set_epoch(&mut self, epoch: i16) {
        if self.epoch != epoch {
            self.count = 0;
            self.epoch = epoch;
        }
    }

    /// The remembered batch with exactly these sequence numbers.
    fn duplicate_of(&self, head: &BatchHead) -> Option<SentBatch> {
        let same = |it: &&SentBatch| {
            it.first_sequence() == head.base_sequence && it.last_sequence == head.last_sequence()
        };
        (head.producer_epoch == self.epoch).then(|| self.batches().iter().find(same).copied())?
    }

    fn check_epoch(&self, head: &BatchHead) -> Result<(), AppendError> {
        if head.producer_epoch >= self.epoch {
            return Ok(());
        }
        Err(AppendError::InvalidProducerEpoch {
            producer_id: head.producer_id,
            epoch: head.producer_epoch,
            current: self.epoch,
        })
    }

    /// A new epoch begins at sequence 0, a known one goes on where it was. Of an unknown producer (its records
    /// may have been deleted) any sequence is accepted.
    fn check_sequence(&self, head: &BatchHead) -> Result<(), AppendError> {
        let last_sequence = self.last_sequence();
        let expected = match self.epoch {
            NO_PRODUCER_EPOCH => return Ok(()),
            epoch if epoch != head.producer_epoch => 0,
            _ if last_sequence == NO_SEQUENCE => 0,
            _ => add_to_sequence(last_sequence, 1),
        };
        if head.base_sequence == expected {
            return Ok(());
        }
        let (producer_id, sequence) = (head.producer_id, head.base_sequence);
        Err(AppendError::OutOfOrderSequence { producer_id, sequence, last_sequence })
    }

    fn is_expired(&self, now_ms: i64, expiration_ms: i64) -> bool {
        self.transaction_first_offset.is_none()
            && now_ms.saturating_sub(self.last_timestamp) >= expiration_ms
    }
}

/// A transaction that a marker ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CompletedTransaction {
    pub(crate) producer_id: i64,
    pub(crate) first_offset: i64,
    /// Offset of the marker.
    pub(crate) last_offset: i64,
    pub(crate) aborted: bool,
}

/// The state of all producers of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Producers {
    producers: BTreeMap<i64, Producer>,
    /// Open transactions: first offset and producer.
    ongoing: BTreeMap<i64, i64>,
    /// Ended transactions whose marker is not yet below the high watermark: first offset, marker's offset.
    unreplicated: BTreeMap<i64, i64>,
}

/// What an append will change once it is written.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    producers: BTreeMap<i64, Producer>,
    started: Vec<(i64, i64)>,
    completed: Vec<CompletedTransaction>,
}

impl Producers {
    /// Checks a batch against what is known, changes included. `Ok(Some(_))` is the same batch, sent before.
    /// The head's base offset is where the batch will stand.
    pub(crate) fn check(
        &self,
        changes: &mut Changes,
        head: &BatchHead,
        marker: Option<Marker>,
        origin: Origin,
    ) -> Result<Option<SentBatch>, AppendError> {
        if !head.has_producer_id() {
            return Ok(None);
        }
        let known =
            changes.producers.get(&head.producer_id).or(self.producers.get(&head.producer_id));
        let mut producer = known.copied().unwrap_or_default();
        if origin == Origin::Client
            && let Some(duplicate) = producer.duplicate_of(head)
        {
            return Ok(Some(duplicate));
        }
        match head.is_control() {
            true => end_transaction(changes, &mut producer, head, marker, origin)?,
            false => add_batch(changes, &mut producer, head, origin)?,
        }
        changes.producers.insert(head.producer_id, producer);
        Ok(None)
    }

    /// Applies the changes of batches that are written now. Returns the transactions that ended.
    pub(crate) fn apply(&mut self, changes: Changes) -> Vec<CompletedTransaction> {
        self.producers.extend(changes.producers);
        self.ongoing.extend(changes.started);
        changes.completed
    }

    /// Where the last stable offset stands once this transaction is over: the first offset of the oldest
    /// other open transaction, or behind the marker.
    pub(crate) fn last_stable_offset(&self, completed: &CompletedTransaction) -> i64 {
        let other = self.ongoing.iter().find(|it| *it.1 != completed.producer_id);
        other.map_or(completed.last_offset + 1, |it| *it.0)
    }

    /// The transaction is decided; it stays unstable until the high watermark passes its marker.
    pub(crate) fn complete(&mut self, completed: &CompletedTransaction) {
        if self.ongoing.remove(&completed.first_offset).is_some() {
            self.unreplicated.insert(completed.first_offset, completed.last_offset);
        }
    }

    /// Hears where the high watermark stands.
    pub(crate) fn acknowledge(&mut self, high_watermark: i64) {
        self.unreplicated.retain(|_, marker| *marker >= high_watermark);
    }

    /// First offset of the oldest transaction that is open, or whose marker is above the high watermark.
    pub(crate) fn first_unstable_offset(&self) -> Option<i64> {
        let ongoing = self.ongoing.first_key_value().map(|it| *it.0);
        let unreplicated = self.unreplicated.first_key_value().map(|it| *it.0);
        ongoing.into_iter().chain(unreplicated).min()
    }

    pub(crate) fn expire(&mut self, now_ms: i64, expiration_ms: i64) -> usize {
        let before = self.producers.len();
        self.producers.retain(|_, it| !it.is_expired(now_ms, expiration_ms));
        before - self.producers.len()
    }

    /// Puts a producer back as a snapshot has it.
    pub(crate) fn restore(&mut self, producer_id: i64, producer: Producer) {
        if let Some(first_offset) = producer.transaction_first_offset {
            self.ongoing.insert(first_offset, producer_id);
        }
        self.producers.insert(producer_id, producer);
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (i64, &Producer)> {
        self.producers.iter().map(|(id, producer)| (*id, producer))
    }
}

fn add_batch(
    changes: &mut Changes,
    producer: &mut Producer,
    head: &BatchHead,
    origin: Origin,
) -> Result<(), AppendError> {
    if origin != Origin::Replication {
        producer.check_epoch(head)?;
    }
    if origin == Origin::Client {
        producer.check_sequence(head)?;
    }
    let producer_id = head.producer_id;
    match producer.transaction_first_offset {
        Some(_) if !head.is_transactional() => {
            return Err(AppendError::InvalidTransactionState { producer_id });
        }
        None if head.is_transactional() => {
            producer.transaction_first_offset = Some(head.base_offset);
            changes.started.push((head.base_offset, producer_id));
        }
        _ => {}
    }
    producer.set_epoch(head.producer_epoch);
    producer.last_timestamp = head.max_timestamp;
    producer.push_batch(SentBatch {
        last_sequence: head.last_sequence(),
        last_offset: head.last_offset(),
        offset_delta: head.last_offset_delta,
        timestamp: head.max_timestamp,
    });
    Ok(())
}

fn end_transaction(
    changes: &mut Changes,
    producer: &mut Producer,
    head: &BatchHead,
    marker: Option<Marker>,
    origin: Origin,
) -> Result<(), AppendError> {
    // A control batch that compaction emptied, or of a kind we do not know, ends nothing.
    let Some(marker) = marker else { return Ok(()) };
    if origin != Origin::Replication {
        producer.check_epoch(head)?;
        if marker.coordinator_epoch < producer.coordinator_epoch {
            let (epoch, current) = (marker.coordinator_epoch, producer.coordinator_epoch);
            return Err(AppendError::CoordinatorFenced { epoch, current });
        }
    }
    if let Some(first_offset) = producer.transaction_first_offset.take() {
        changes.completed.push(CompletedTransaction {
            producer_id: head.producer_id,
            first_offset,
            last_offset: head.base_offset,
            aborted: marker.aborted,
        });
    }
    producer.set_epoch(head.producer_epoch);
    producer.coordinator_epoch = marker.coordinator_epoch;
    producer.last_timestamp = head.max_timestamp;
    Ok(())
}

#[cfg(test)]
#[path = "producers_tests.rs"]
mod tests;

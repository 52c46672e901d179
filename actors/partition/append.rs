//! Appends: checked one by one as they arrive, written together once the mailbox is empty.

use std::time::Duration;

use kabuki_log::{AppendBatch, AppendError, AppendOutcome, Origin};
use kabuki_records::validate::{ValidBatch, ValidationRules, validate};

use super::messages::{Append, AppendAnswer, AppendFailure, Expected, RefusedAppend};
use super::{FlushDue, Partition, later};
use crate::clock;
use crate::coordinator::HighWatermark;
use crate::supervision::{Hear, Reply, StageContext, after_drain, for_many};

/// Batches written with one system call at most: `IOV_MAX` (1024) with two buffers for each.
const BATCHES_MAX: usize = 512;
/// Bytes after which a batch of appends is written without waiting for the mailbox to be empty.
const BYTES_MAX: usize = 4 << 20;

/// Checked batches that wait for the end of the drain.
#[derive(Default)]
pub(super) struct PendingAppends {
    batches: Vec<AppendBatch>,
    replies: Vec<Reply<AppendAnswer>>,
    bytes: usize,
}

impl PendingAppends {
    fn push(&mut self, batch: ValidBatch, reply: Reply<AppendAnswer>) {
        self.bytes += batch.bytes.len();
        self.batches.push(AppendBatch {
            head: batch.head,
            bytes: batch.bytes,
            changed_head: batch.head_changed,
        });
        self.replies.push(reply);
    }

    fn is_full(&self) -> bool {
        self.batches.len() >= BATCHES_MAX || self.bytes >= BYTES_MAX
    }
}

/// The mailbox is drained: write what it held.
struct AppendPending;

impl Partition {
    fn rules(&self, produce_version: i16) -> ValidationRules {
        super::seed::validation_rules(&self.config, produce_version)
    }

    fn refused(&self, why: AppendFailure) -> RefusedAppend {
        let log_start_offset = self.replica.as_ref().map_or(-1, |it| it.log().log_start_offset());
        RefusedAppend { why, log_start_offset }
    }

    fn check_expected(
        &mut self,
        expected: Expected,
        ctx: &mut StageContext<Self>,
    ) -> Result<(), AppendFailure> {
        self.append_before(ctx);
        match &self.replica {
            Some(replica) if replica.leader_epoch() != expected.leader_epoch => {
                Err(AppendFailure::Fenced)
            }
            Some(replica) if replica.log().log_end_offset() != expected.base_offset => {
                Err(AppendFailure::OtherEnd)
            }
            Some(_) => Ok(()),
            None => Err(AppendFailure::Fenced),
        }
    }

    /// Writes the checked batches with one call and answers them.
    pub(super) fn append_pending(&mut self, ctx: &mut StageContext<Self>) {
        if self.pending.batches.is_empty() {
            return;
        }
        let PendingAppends { batches, mut replies, .. } = std::mem::take(&mut self.pending);
        if self.seed.dir.is_offline() {
            let refused = |reply: Reply<_>| reply.send(Err(self.refused(AppendFailure::Offline)));
            return replies.into_iter().for_each(refused);
        }
        let Some(replica) = &mut self.replica else { return };
        replies.iter_mut().for_each(Reply::handed_over);
        let outcome = replica.append(clock::now(), Origin::Client, &batches);
        assert_eq!(outcome.results.len(), replies.len(), "one answer per batch");
        // Before any answer: whoever asks again because of it finds the dir offline.
        self.note_storage_failure(&outcome, ctx);
        self.flush_if_due(outcome.rolled, ctx);
        self.note_use();
        for (reply, result) in replies.into_iter().zip(outcome.results) {
            reply.send(result.map_err(|error| self.refused(AppendFailure::Log(error))));
        }
        self.tell_news();
    }

    fn note_storage_failure(&mut self, outcome: &AppendOutcome, ctx: &mut StageContext<Self>) {
        for error in outcome.results.iter().filter_map(|result| result.as_ref().err()) {
            match error {
                AppendError::Storage { exhausted: true, .. } => {
                    return self.give_up(error, ctx);
                }
                AppendError::Storage { .. } => return self.seed.dir.failed(error),
                _ => {}
            }
        }
    }

    /// Writes what came before a question, so that its answer shows it: requests of a client are executed in order.
    pub(super) fn append_before(&mut self, ctx: &mut StageContext<Self>) {
        if !self.pending.batches.is_empty() {
            for_many(|| self.append_pending(ctx));
        }
    }

    /// Tells the readers for whom there is something new.
    fn tell_news(&mut self) {
        let Some(replica) = &self.replica else { return };
        self.watchers.tell_news(replica.up_to());
        self.tell_coordinator();
    }

    /// Tells the coordinator of this partition how far its records are committed.
    pub(super) fn tell_coordinator(&self) {
        if let (Some(replica), Some(coordinator)) = (&self.replica, &self.seed.coordinator) {
            let (epoch, offset) = (replica.leader_epoch(), replica.up_to().high_watermark);
            coordinator.tell(HighWatermark { epoch, offset });
        }
    }

    /// Flushes by `flush.messages`, `flush.ms`, and after a segment was sealed, as Kafka does.
    fn flush_if_due(&mut self, rolled: bool, ctx: &mut StageContext<Self>) {
        let Some(replica) = &self.replica else { return };
        let unflushed = replica.log().unflushed_records().max(0) as u64;
        if rolled || unflushed >= self.config.flush_messages {
            self.start_flush();
        } else if self.config.flush_ms < FLUSH_MS_MAX && !self.flush_awaited {
            self.flush_awaited = true;
            later(ctx, Duration::from_millis(self.config.flush_ms), FlushDue);
        }
    }
}

/// A `flush.ms` from here on (some 300 years) means never, and would not fit a timer.
const FLUSH_MS_MAX: u64 = 10_000_000_000_000;

impl Hear<Append> for Partition {
    fn hear(&mut self, message: Append, ctx: &mut StageContext<Self>) {
        let Append { records, produce_version, expected, reply } = message;
        if let Some(expected) = expected
            && let Err(failure) = self.check_expected(expected, ctx)
        {
            return reply.send(Err(self.refused(failure)));
        }
        let batch = match validate(&records, &self.rules(produce_version), clock::wall_ms()) {
            Ok(batch) => batch,
            Err(invalid) => {
                return reply.send(Err(self.refused(AppendFailure::Invalid(invalid))));
            }
        };
        let first = self.pending.batches.is_empty();
        self.pending.push(batch, reply);
        if self.pending.is_full() {
            for_many(|| self.append_pending(ctx));
        } else if first {
            after_drain(ctx, AppendPending, self.seed.context.tree.counters());
        }
    }
}

impl Hear<AppendPending> for Partition {
    fn hear(&mut self, _: AppendPending, ctx: &mut StageContext<Self>) {
        self.append_pending(ctx);
    }
}

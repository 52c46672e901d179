//! One hosted replica of a partition.
//!
//! * Owns: its [`Replica`] with the log, the appends of the batch under way, the readers that wait for news.
//! * Hears: appends, reads and look-ups from connections; ticks from its shard.
//! * Promises: appends of one sender are executed in order; an answered append is in the log; a waiting reader is told
//!   once when the high watermark has moved, or this incarnation ends.
//! * Lives on: the arbiter of its shard. Restarts by opening the log from disk again.
//! * Mailbox bound: the credits of the connections.

mod append;
mod inquiries;
mod messages;
mod read;
mod seed;
mod subscription;
#[cfg(test)]
mod tests;
mod watchers;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use actix::{ActorContext, AsyncContext};
use kabuki_config::topic::TopicConfig;
use kabuki_log::{AppendError, FlushPlan, Flushed, real};
use kabuki_replication::Replica;

use self::append::PendingAppends;
use self::watchers::Watchers;
use crate::clock;
use crate::supervision::{Hear, Kind, Latch, Lease, Play, StageContext};

pub(crate) use self::messages::{
    ActiveProducer, Append, AppendAnswer, AppendFailure, DeleteAnswer, DeleteRecords,
    EpochEndAnswer, Expected, FindEpochEnd, ListProducers, LogSize, LookUp, Measure, Measured,
    OffsetAnswer, ProducersAnswer, Read, ReadAnswer, ReadData, Reconfigured, Refusal,
    RefusedAppend, Tick, Watch,
};
pub(crate) use self::seed::{PartitionSeed, zstd_allowed};
pub(crate) use self::subscription::Subscription;

/// How often old segments are looked for at most. Kafka looks at all logs every 5 minutes
/// (`log.retention.check.interval.ms`).
const UPKEEP_EVERY_MIN: Duration = Duration::from_secs(1);

/// A log that nobody used for so long is synced, and gives its files back. Not sooner: where records trickle in, each
/// time costs a sync.
const FILES_KEPT_FOR: Duration = if cfg!(test) { Duration::ZERO } else { Duration::from_secs(60) };

/// A partition whose leader is this broker.
pub(crate) struct Partition {
    seed: Arc<PartitionSeed>,
    /// `None` once the log was handed to a worker to be closed.
    replica: Option<Replica>,
    config: Arc<TopicConfig>,
    pending: PendingAppends,
    watchers: Watchers,
    flushing: Flushing,
    /// A flush is due when `flush.ms` has passed since the first record that is not synced.
    flush_awaited: bool,
    /// When old segments were looked for last, or the log was opened.
    last_upkeep: Instant,
    /// When idle producers were forgotten last.
    last_expiry: Instant,
    /// Records were appended or read since the last tick.
    was_used: bool,
    /// The last tick before which they were.
    last_used: Instant,
    /// Held by this incarnation, and by its jobs on worker threads.
    lease: Lease,
    /// Released once this incarnation hears messages: somebody waits for the first one.
    hosted: Option<Latch>,
}

/// Whether a worker syncs this partition's files; at most one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flushing {
    /// None does.
    No,
    /// One does.
    Runs,
    /// One does, and since it began more was to be synced.
    RunsAndMoreIsDue,
}

/// The answer of the worker that synced this partition's files.
struct FlushEnded {
    /// Lets a late answer to an earlier incarnation be told from an answer to this one.
    lease: Lease,
    result: std::io::Result<Flushed>,
}

/// `flush.ms` has passed since a record came in.
struct FlushDue;

impl Partition {
    fn name(&self) -> &str {
        &self.seed.name
    }

    /// Starts a flush of what is not synced yet, now or when the one that runs has ended.
    fn start_flush(&mut self) {
        if self.seed.dir.is_offline() {
            return;
        }
        if self.flushing != Flushing::No {
            self.flushing = Flushing::RunsAndMoreIsDue;
            return;
        }
        match self.replica.as_mut().map(|replica| replica.log_mut().flush_plan()) {
            Some(Ok(Some(plan))) => {
                self.flushing = Flushing::Runs;
                self.run_flush(plan);
            }
            Some(Err(error)) => {
                self.seed.dir.failed_with(&format!("cannot sync {}", self.name()), &error);
            }
            Some(Ok(None)) | None => {}
        }
    }

    fn run_flush(&self, plan: FlushPlan) {
        let (handle, lease) = (self.seed.handle.clone(), self.lease.clone());
        let dir = self.seed.dir.clone();
        self.seed.dir.workers.submit(move || {
            let result = dir.files().flush(plan);
            handle.tell(FlushEnded { lease, result });
        });
    }

    /// Files of the log were used just now: they stay open for the next time, unless the process has too many. Then who
    /// opens them next hears of an error of the disk, as long as the system remembers it.
    fn note_use(&mut self) {
        self.was_used = true;
        if real::open_files() > self.seed.context.log_files_max
            && let Some(replica) = &mut self.replica
        {
            replica.log_mut().close_files();
        }
    }

    /// Gives the files of an idle log back. What was written is synced before: of an error of the disk only those hear
    /// who have the file open. With a snapshot of its producers nothing of the log is read again after a crash.
    fn rest(&mut self) {
        if std::mem::take(&mut self.was_used) {
            self.last_used = Instant::now();
        }
        if self.last_used.elapsed() < FILES_KEPT_FOR || self.flushing != Flushing::No {
            return;
        }
        let Ok(replica) = self.replica() else { return };
        let log = replica.log_mut();
        if log.unflushed_records() == 0 {
            return log.close_files();
        }
        match log.snapshot_producers() {
            Ok(()) => self.start_flush(),
            Err(error) => {
                let what = format!("cannot write a snapshot of {}", self.name());
                self.seed.dir.failed_with(&what, &error);
            }
        }
    }

    /// Ends this incarnation so that its supervisor opens the log from disk again.
    fn give_up(&mut self, why: &AppendError, ctx: &mut StageContext<Self>) {
        tracing::error!(partition = self.name(), %why, "reopening the log");
        self.replica = None;
        ctx.stop();
    }

    /// Remembers how far the log is synced, for the checkpoint of its dir.
    fn note_offsets(&self) {
        if let Some(replica) = &self.replica {
            self.seed.note_offsets(replica);
        }
    }

    /// Forgets idle producers.
    fn expire_producers(&mut self) {
        let every = self.seed.context.live().config.log.producer_id_expiration_check_interval_ms;
        if self.last_expiry.elapsed() < Duration::from_millis(every) {
            return;
        }
        self.last_expiry = Instant::now();
        if let Some(replica) = &mut self.replica {
            replica.log_mut().expire_producers(clock::now());
        }
    }

    /// As in Kafka all logs are looked at together, first at an age of the process, and then in intervals: a log that was
    /// opened in between waits for the next time.
    fn is_upkeep_due(&self) -> bool {
        let context = &self.seed.context;
        let live = context.live();
        let log = &live.config.log;
        let every = Duration::from_millis(log.retention_check_interval_ms).max(UPKEEP_EVERY_MIN);
        let first = Duration::from_millis(log.initial_task_delay_ms);
        let age_at_last = self.last_upkeep.saturating_duration_since(context.begun);
        rounds(context.begun.elapsed(), first, every) > rounds(age_at_last, first, every)
    }

    /// Deletes what retention allows.
    fn keep_up(&mut self) {
        if !self.is_upkeep_due() {
            return;
        }
        self.last_upkeep = Instant::now();
        let Ok(replica) = self.replica() else { return };
        let high_watermark = replica.up_to().high_watermark;
        let log = replica.log_mut();
        let log_start = log.log_start_offset();
        let deleted = log.delete_old_segments(clock::now(), high_watermark);
        // Sessions tell their clients where the log begins.
        if log.log_start_offset() != log_start {
            self.watchers.tell_all();
        }
        match deleted {
            Ok(removals) => {
                let delay = Duration::from_millis(self.config.file_delete_delay_ms);
                self.seed.dir.remove_later(removals, delay);
            }
            Err(error) => {
                let what = format!("cannot delete old segments of {}", self.name());
                self.seed.dir.failed_with(&what, &error);
            }
        }
        self.note_offsets();
    }
}

impl Play for Partition {
    const KIND: Kind = Kind::Partition;

    fn started(&mut self, _ctx: &mut StageContext<Self>) {
        self.note_offsets();
        self.hosted = None;
    }

    /// Closes the log on a worker thread; the lease makes the broker wait for it.
    fn retire(&mut self, ctx: &mut StageContext<Self>) {
        self.append_pending(ctx);
        if let Some(mut replica) = self.replica.take() {
            let (seed, lease) = (self.seed.clone(), self.lease.clone());
            self.seed.dir.workers.submit(move || {
                seed.close(&mut replica);
                // The files before the lease: the next incarnation must not meet this one's.
                drop(replica);
                drop(lease);
            });
        }
        ctx.stop();
    }
}

impl Hear<Reconfigured> for Partition {
    fn hear(&mut self, _: Reconfigured, ctx: &mut StageContext<Self>) {
        // What came by the old epoch is written by it.
        self.append_before(ctx);
        self.config = self.seed.config.load_full();
        let epoch = self.seed.leader_epoch.load(Relaxed);
        let options = self.seed.log_options();
        let Some(replica) = &mut self.replica else { return };
        replica.log_mut().set_options(options);
        if replica.set_leader_epoch(epoch) {
            self.watchers.tell_all();
            self.tell_coordinator();
        }
    }
}

impl Hear<Tick> for Partition {
    fn hear(&mut self, _: Tick, _ctx: &mut StageContext<Self>) {
        self.watchers.forget_over();
        self.expire_producers();
        self.keep_up();
        self.rest();
    }
}

impl Hear<FlushDue> for Partition {
    fn hear(&mut self, _: FlushDue, _ctx: &mut StageContext<Self>) {
        self.flush_awaited = false;
        self.start_flush();
    }
}

impl Hear<FlushEnded> for Partition {
    fn hear(&mut self, FlushEnded { lease, result }: FlushEnded, _ctx: &mut StageContext<Self>) {
        if !lease.is_same(&self.lease) {
            return;
        }
        let more_is_due = self.flushing == Flushing::RunsAndMoreIsDue;
        self.flushing = Flushing::No;
        let flushed = match result {
            Ok(flushed) => flushed,
            // The kernel may have dropped the pages: what is on disk is unknown, a second sync proves nothing. Not so where
            // only a file could not be opened: the kernel was not asked, and the next flush does what is left.
            Err(error) => {
                let what = format!("cannot sync {}", self.name());
                return self.seed.dir.failed_with(&what, &error);
            }
        };
        if let Some(replica) = &mut self.replica {
            replica.log_mut().flushed(flushed);
        }
        self.note_offsets();
        if more_is_due {
            self.start_flush();
        }
    }
}

/// How many times something is due that is due at age `first`, and then in intervals of `every`.
fn rounds(age: Duration, first: Duration, every: Duration) -> u128 {
    match age.checked_sub(first) {
        Some(since_first) => since_first.as_nanos() / every.as_nanos() + 1,
        None => 0,
    }
}

/// Says `message` to the partition after `delay`.
fn later<M: Send + 'static>(ctx: &mut StageContext<Partition>, delay: Duration, message: M)
where
    Partition: Hear<M>,
{
    ctx.run_later(delay, move |stage, ctx| stage.player().hear(message, ctx));
}

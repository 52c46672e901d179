//! What a partition is made from, again and again: where its log is, and what the cluster says of it.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use kabuki_config::topic::{CompressionType, TimestampType, TopicConfig};
use kabuki_log::{Log, LogOptions, PartitionDir, Recovery, Trust};
use kabuki_records::codec::Codec;
use kabuki_records::validate::{self, Origin, TargetCompression, ValidationRules};
use kabuki_replication::Replica;
use uuid::Uuid;

use super::append::PendingAppends;
use super::watchers::Watchers;
use super::{Flushing, Partition};
use crate::clock;
use crate::context::BrokerContext;
use crate::group_coordinator::{GROUP_OFFSETS_TOPIC, GroupCoordinator};
use crate::log_dir::LogDirectory;
use crate::supervision::{Handle, Latch, OpenError, Opening, Restart};

/// First produce version whose clients know zstd (KIP-110).
const ZSTD_PRODUCE_VERSION: i16 = 7;

/// What survives all incarnations of a partition.
pub(crate) struct PartitionSeed {
    pub(crate) context: Arc<BrokerContext>,
    pub(crate) topic: Arc<str>,
    pub(crate) topic_id: Uuid,
    pub(crate) index: i32,
    /// Number of the shard that hosts it.
    pub(crate) shard: usize,
    /// `topic-index`: the name of its directory, and its name in messages.
    pub(crate) name: String,
    /// The log dir that it lives in.
    pub(crate) dir: Arc<LogDirectory>,
    /// Where others find it.
    pub(crate) handle: Handle<Partition>,
    /// Of a partition of `__consumer_offsets`, where its groups are found.
    pub(crate) coordinator: Option<Handle<GroupCoordinator>>,
    /// The topic's configuration now.
    pub(crate) config: ArcSwap<TopicConfig>,
    /// The leader epoch now.
    pub(crate) leader_epoch: AtomicI32,
    /// How the files are when the first incarnation opens them; later ones follow a death within this process.
    pub(crate) first_recovery: Recovery,
    opened_before: AtomicBool,
    /// The topic is deleted: what is left of the partition is to be removed.
    deleted: AtomicBool,
    /// This broker does not lead it any more.
    left: AtomicBool,
    /// Who waits until the partition is hosted, or could not be opened.
    hosting: Mutex<Option<Latch>>,
    /// Who waits until it is removed.
    removal: Mutex<Option<Latch>>,
}

impl PartitionSeed {
    #[expect(
        clippy::too_many_arguments,
        reason = "one call, in the shard, with every field by name"
    )]
    pub(crate) fn new(
        context: Arc<BrokerContext>,
        topic: Arc<str>,
        topic_id: Uuid,
        index: i32,
        shard: usize,
        dir: Arc<LogDirectory>,
        handle: Handle<Partition>,
        config: Arc<TopicConfig>,
        leader_epoch: i32,
        first_recovery: Recovery,
        hosted: Latch,
    ) -> Self {
        let coordinator =
            (*topic == *GROUP_OFFSETS_TOPIC).then(|| Handle::new(context.tree.counters()));
        Self {
            coordinator,
            context,
            name: kabuki_log::names::partition_dir(&topic, index),
            topic,
            topic_id,
            index,
            shard,
            dir,
            handle,
            config: ArcSwap::from(config),
            leader_epoch: AtomicI32::new(leader_epoch),
            first_recovery,
            opened_before: AtomicBool::new(false),
            deleted: AtomicBool::new(false),
            left: AtomicBool::new(false),
            hosting: Mutex::new(Some(hosted)),
            removal: Mutex::new(None),
        }
    }

    /// Whether its topic is deleted.
    pub(crate) fn is_deleted(&self) -> bool {
        self.deleted.load(SeqCst)
    }

    /// Whether it is to be hosted no longer.
    pub(crate) fn is_over(&self) -> bool {
        self.is_deleted() || self.left.load(SeqCst)
    }

    /// From now on the partition is not to be hosted; its files stay.
    pub(crate) fn leave(&self) {
        self.left.store(true, SeqCst);
    }

    /// From now on the partition is to be forgotten; `done` is released when its directory has another name.
    pub(crate) fn delete(&self, done: Latch) {
        *locked(&self.removal) = Some(done);
        self.deleted.store(true, SeqCst);
    }

    pub(super) fn log_options(&self) -> LogOptions {
        let expiration = self.context.live().config.log.producer_id_expiration_ms;
        log_options(&self.config.load(), self.topic_id, self.index, expiration)
    }

    /// Remembers how far the log is synced, for the checkpoints of its dir.
    pub(super) fn note_offsets(&self, replica: &Replica) {
        let log = replica.log();
        let (recovery_point, log_start) = (log.recovery_point(), log.log_start_offset());
        let high_watermark = replica.up_to().high_watermark;
        self.dir.note(&self.topic, self.index, recovery_point, log_start, high_watermark);
    }

    /// Closes the log of an orderly end; of a deleted topic there is nothing to keep, and what a failed disk has is
    /// recovered by the next start.
    pub(super) fn close(&self, replica: &mut Replica) {
        if self.is_deleted() || self.dir.is_offline() {
            return;
        }
        let closed = self.dir.files().sync_names().and_then(|()| replica.log_mut().close());
        match closed {
            Ok(()) => self.note_offsets(replica),
            Err(error) => self.dir.left_open(&format!("cannot close {}", self.name), &error),
        }
    }

    fn recovery(&self) -> Recovery {
        let opened_before = self.opened_before.swap(true, SeqCst);
        match opened_before {
            false => self.first_recovery,
            true => {
                Recovery { trust: Trust::LastIndexEntry, ..self.dir.noted(&self.topic, self.index) }
            }
        }
    }

    fn open_log(&self) -> Result<Log, OpenError> {
        if self.dir.is_offline() {
            return Err(OpenError(format!("{}: its log dir is offline", self.name)));
        }
        let failed = |error: io::Error| {
            self.dir.failed_with(&format!("cannot open {}", self.name), &error);
            OpenError(format!("{}: {error}", self.name))
        };
        let files = self.dir.files();
        let PartitionDir { dir, is_new } =
            files.open_partition(&self.topic, self.index, self.topic_id).map_err(failed)?;
        let (started, recovery) = (Instant::now(), self.recovery());
        if is_new && recovery.log_start_offset == 0 {
            return Ok(Log::create(dir, &self.name, self.log_options(), clock::now()));
        }
        let (log, report) = Log::open(dir, &self.name, self.log_options(), recovery, clock::now())
            .map_err(|kabuki_log::OpenError::Io { source, .. }| failed(source))?;
        if report.bytes_truncated > 0 || report.bytes_checked > 0 {
            tracing::info!(
                partition = self.name,
                segments = report.segments_recovered,
                bytes_checked = report.bytes_checked,
                bytes_truncated = report.bytes_truncated,
                micros = started.elapsed().as_micros() as u64,
                "recovered the log"
            );
        }
        let delay = Duration::from_millis(self.config.load().file_delete_delay_ms);
        self.dir.remove_later(report.removals, delay);
        Ok(log)
    }
}

impl Restart for Partition {
    type Seed = Arc<PartitionSeed>;

    fn open(seed: &Arc<PartitionSeed>, opening: Opening) -> Result<Self, OpenError> {
        if seed.is_deleted() {
            return Err(OpenError("its topic is deleted".to_owned()));
        }
        // Released on every way out but success: nobody is to wait for what cannot be opened.
        let hosted = locked(&seed.hosting).take();
        let log = seed.open_log()?;
        let replica = Replica::lead(log, seed.leader_epoch.load(Relaxed));
        Ok(Self {
            config: seed.config.load_full(),
            replica: Some(replica),
            pending: PendingAppends::default(),
            watchers: Watchers::default(),
            flushing: Flushing::No,
            flush_awaited: false,
            last_upkeep: Instant::now(),
            last_expiry: Instant::now(),
            was_used: false,
            last_used: Instant::now(),
            lease: opening.lease,
            hosted,
            seed: seed.clone(),
        })
    }

    fn is_wanted(seed: &Arc<PartitionSeed>) -> bool {
        !seed.is_over() && !seed.dir.is_offline()
    }

    /// The last incarnation is gone for good: of a deleted topic, the directory goes too.
    fn removed(seed: &Arc<PartitionSeed>) {
        let latch = locked(&seed.removal).take();
        if seed.is_deleted() {
            let seed = seed.clone();
            seed.dir.clone().workers.submit(move || {
                let delay = Duration::from_millis(seed.config.load().file_delete_delay_ms);
                seed.dir.delete_partition(&seed.topic, seed.index, delay);
                drop(latch);
            });
        }
    }
}

fn locked(latch: &Mutex<Option<Latch>>) -> MutexGuard<'_, Option<Latch>> {
    latch.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A topic's configuration as its partitions' logs follow it.
fn log_options(
    config: &TopicConfig,
    topic_id: Uuid,
    index: i32,
    producer_id_expiration_ms: u64,
) -> LogOptions {
    let limit = |value: Option<u64>| value.map_or(-1, |it| i64::try_from(it).unwrap_or(i64::MAX));
    let millis = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    LogOptions {
        segment_bytes: config.segment_bytes,
        segment_ms: millis(config.segment_ms),
        segment_jitter_ms: millis(config.segment_jitter_ms),
        jitter_seed: topic_id.as_u64_pair().0 ^ (index as u64).rotate_left(32),
        segment_index_bytes: config.segment_index_bytes,
        index_interval_bytes: config.index_interval_bytes,
        delete: config.cleanup_policy.delete,
        retention_ms: limit(config.retention_ms),
        retention_bytes: limit(config.retention_bytes),
        producer_id_expiration_ms: millis(producer_id_expiration_ms),
    }
}

/// What a produced batch must be like to enter the topic's log.
pub(super) fn validation_rules(config: &TopicConfig, produce_version: i16) -> ValidationRules {
    let millis = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    ValidationRules {
        origin: Origin::Client,
        message_bytes_max: config.max_message_bytes as usize,
        timestamp_type: match config.message_timestamp_type {
            TimestampType::CreateTime => validate::TimestampType::CreateTime,
            TimestampType::LogAppendTime => validate::TimestampType::LogAppendTime,
        },
        timestamp_before_max_ms: millis(config.message_timestamp_before_max_ms),
        timestamp_after_max_ms: millis(config.message_timestamp_after_max_ms),
        compacted: config.cleanup_policy.compact,
        compression: target_compression(config.compression_type),
        zstd_allowed: zstd_allowed(produce_version),
        decompressed_bytes_max: decompressed_bytes_max(config),
    }
}

/// Whether a produce request of this version may bring batches compressed with zstd (KIP-110).
pub(crate) fn zstd_allowed(produce_version: i16) -> bool {
    produce_version >= ZSTD_PRODUCE_VERSION
}

/// What the records of one batch may decompress to. Kafka knows no bound; this one keeps a small request from holding
/// an arbiter for seconds, and is far above what clients send: they bound a batch before they compress it.
fn decompressed_bytes_max(config: &TopicConfig) -> usize {
    const TIMES_MESSAGE_BYTES: usize = 64;
    const AT_LEAST: usize = 64 << 20;
    let bound = (config.max_message_bytes as usize).saturating_mul(TIMES_MESSAGE_BYTES);
    bound.clamp(AT_LEAST, validate::DECOMPRESSED_BYTES_MAX)
}

fn target_compression(compression: CompressionType) -> TargetCompression {
    match compression {
        CompressionType::Producer => TargetCompression::Producer,
        CompressionType::Uncompressed => TargetCompression::Codec(Codec::None, None),
        CompressionType::Gzip { level } => TargetCompression::Codec(Codec::Gzip, Some(level)),
        CompressionType::Snappy => TargetCompression::Codec(Codec::Snappy, None),
        CompressionType::Lz4 { level } => TargetCompression::Codec(Codec::Lz4, Some(level)),
        CompressionType::Zstd { level } => TargetCompression::Codec(Codec::Zstd, Some(level)),
    }
}

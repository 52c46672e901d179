//! A log over a simulated disk, and beside it what should be in it.

use std::sync::Arc;

use bytes::Bytes;
use kabuki_log::sim::{Faults, Random, SimDisk};
use kabuki_log::*;
use kabuki_records::batch::BatchHead;
use kabuki_records::builder::BatchBuilder;
use kabuki_records::codec::Codec;

/// One batch as it should be found.
#[derive(Debug, Clone)]
pub(crate) struct ModelBatch {
    pub(crate) head: BatchHead,
    pub(crate) bytes: Vec<u8>,
    pub(crate) timestamps: Vec<i64>,
}

impl ModelBatch {
    fn record_from(&self, timestamp: i64, offset_min: i64) -> Option<(i64, i64)> {
        let offsets = self.head.base_offset..;
        let mut records = offsets.zip(self.timestamps.iter().copied());
        records.find(|(offset, it)| *offset >= offset_min && *it >= timestamp)
    }
}

/// What a log should hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) batches: Vec<ModelBatch>,
    pub(crate) start: i64,
    pub(crate) end: i64,
}

/// The log, its disk, its model, and what the log dir's checkpoints would say.
pub(crate) struct World {
    pub(crate) disk: SimDisk,
    pub(crate) log: Log,
    pub(crate) model: Model,
    pub(crate) random: Random,
    pub(crate) options: LogOptions,
    pub(crate) epoch: i32,
    pub(crate) now: Now,
    /// Everything below was acknowledged and flushed.
    pub(crate) flushed: i64,
    /// Sequence number of the idempotent producer's next batch.
    sequence: i32,
}

pub(crate) const NAME: &str = "topic-0";

pub(crate) fn small_options() -> LogOptions {
    LogOptions { segment_bytes: 2_000, index_interval_bytes: 200, ..LogOptions::default() }
}

pub(crate) fn partition_dir(disk: &SimDisk) -> Arc<dyn Dir> {
    disk.root().create_dir(NAME).expect("the disk is alive")
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let disk = SimDisk::new(seed);
        let dir = partition_dir(&disk);
        disk.root().sync().expect("the disk is alive");
        let (options, now) = (small_options(), Now::at(1_000_000));
        let opened = Log::open(dir, NAME, options.clone(), Recovery::default(), now);
        let (log, _) = opened.expect("an empty directory opens");
        let (model, random) = (Model::default(), Random::new(seed));
        Self { disk, log, model, random, options, epoch: 0, now, flushed: 0, sequence: 0 }
    }

    /// Appends up to `most` random batches in one call. Errors are for who injects faults.
    pub(crate) fn append(&mut self, most: u64) -> Result<(), AppendError> {
        let count = 1 + self.random.below(most);
        let made: Vec<(Bytes, Vec<i64>)> = (0..count).map(|_| self.random_batch()).collect();
        let batches: Vec<AppendBatch> =
            made.iter().map(|it| AppendBatch::new(it.0.clone()).expect("a batch")).collect();
        let outcome = self.log.append(self.now, self.epoch, Origin::Client, &batches);
        for ((bytes, timestamps), result) in made.into_iter().zip(outcome.results) {
            let appended = result?;
            assert_eq!(appended.base_offset, self.model.end);
            self.sequence += timestamps.len() as i32;
            self.model.append(&bytes, timestamps, self.epoch);
        }
        Ok(())
    }

    fn random_batch(&mut self) -> (Bytes, Vec<i64>) {
        let records = 1 + self.random.below(4);
        let codec = [Codec::None, Codec::Lz4][self.random.below(2) as usize];
        let mut builder = BatchBuilder::new().codec(codec, None);
        let mut timestamps = Vec::new();
        for _ in 0..records {
            self.now.wall_ms += self.random.below(10) as i64;
            let timestamp = self.now.wall_ms - self.random.below(50) as i64;
            let value: Vec<u8> = (0..self.random.below(120)).map(|it| it as u8).collect();
            builder.push(timestamp, None, Some(&value), &[]);
            timestamps.push(timestamp);
        }
        (builder.build().expect("small"), timestamps)
    }

    pub(crate) fn flush(&mut self) -> std::io::Result<()> {
        if let Some(plan) = self.log.flush_plan()? {
            self.log.flushed(plan.run()?);
        }
        self.flushed = self.model.end;
        assert_eq!(self.log.recovery_point(), self.log.log_end_offset());
        Ok(())
    }

    pub(crate) fn truncate(&mut self) -> std::io::Result<()> {
        let offset = self.random_offset();
        // On the first failure the log is between two states; either may be found.
        self.log.truncate_to(self.now, offset)?.into_iter().try_for_each(Removal::run)?;
        self.model.truncate(offset);
        self.flushed = self.flushed.min(self.model.end);
        Ok(())
    }

    pub(crate) fn delete_records(&mut self) -> std::io::Result<()> {
        let offset = self.random_offset();
        self.log.delete_records(offset)?;
        self.model.start = self.model.start.max(offset);
        let removals = self.log.delete_old_segments(self.now, self.model.end)?;
        removals.into_iter().try_for_each(Removal::run)
    }

    /// An offset of the log, its end included.
    pub(crate) fn random_offset(&mut self) -> i64 {
        let (start, end) = (self.model.start, self.model.end);
        start + self.random.below((end - start + 1) as u64) as i64
    }

    /// Opens the log on another state of the disk.
    pub(crate) fn reopen(&mut self, disk: SimDisk, trust: Trust) -> RecoveryReport {
        self.disk = disk;
        let recovery =
            Recovery { trust, recovery_point: self.flushed, log_start_offset: self.model.start };
        let dir = partition_dir(&self.disk);
        let opened = Log::open(dir, NAME, self.options.clone(), recovery, self.now);
        let (log, report) = opened.expect("a log opens after any crash");
        self.log = log;
        self.epoch += 1;
        report
    }

    /// Takes the recovered log for the truth, after checking that it is what it may be.
    pub(crate) fn accept_losses(&mut self) {
        let end = self.log.log_end_offset();
        assert!(end >= self.flushed, "flushed to {} but recovered to {end}", self.flushed);
        let found = read_all(&mut self.log);
        for batch in &found {
            let known = self.model.batch_at(batch.base_offset).map(|it| it.head);
            // The last append may be there though it was never acknowledged.
            let unacknowledged = batch.base_offset >= self.model.end;
            assert!(known == Some(*batch) || unacknowledged, "{batch:?} was not written");
        }
        let kept = |it: &ModelBatch| found.contains(&it.head);
        let must = self.model.batches.iter().filter(|it| it.head.last_offset() >= self.model.start);
        for batch in must.filter(|it| it.head.next_offset() <= self.flushed) {
            assert!(kept(batch), "flushed batch at {} is lost", batch.head.base_offset);
        }
        self.model.batches.retain(kept);
        let acknowledged = self.model.end.min(end);
        self.forget_unacknowledged(acknowledged);
        self.model.end = self.log.log_end_offset();
    }

    /// An append that failed may have left whole batches, which nobody was told of; then the log is cut back,
    /// so that the model fits again.
    pub(crate) fn forget_unacknowledged(&mut self, acknowledged: i64) {
        self.disk.set_faults(Faults::default());
        if self.log.log_end_offset() > acknowledged {
            self.log.truncate_to(self.now, acknowledged).expect("no faults");
        }
        self.flushed = self.flushed.min(acknowledged);
        self.model.start = self.log.log_start_offset();
    }

    /// Compares the log with the model in every respect.
    pub(crate) fn check(&mut self) {
        assert_eq!(self.log.log_end_offset(), self.model.end);
        assert_eq!(self.log.log_start_offset(), self.model.start);
        for offset in self.model.start..=self.model.end {
            self.check_read(offset);
        }
        for query in 0..10 {
            let timestamp = self.now.wall_ms - (1 << query);
            self.check_timestamp(timestamp);
        }
        self.check_max_timestamp();
        for outside in [self.model.start - 1, self.model.end + 1] {
            let refused = self.log.read(outside, 100, true, i64::MAX);
            assert!(matches!(refused, Err(ReadError::OffsetOutOfRange { .. })));
        }
        for batch in self.model.batches.iter().filter(|it| it.head.base_offset >= self.model.start)
        {
            let known = self.log.leader_epochs().epoch_for_offset(batch.head.base_offset);
            assert_eq!(known, Some(batch.head.partition_leader_epoch));
        }
    }

    fn check_read(&mut self, offset: i64) {
        let most = self.random.below(3_000) as usize;
        let bound = self.random_offset();
        let slice = self.log.read(offset, most, true, bound).expect("within the log");
        let expected = self.model.batches.iter().find(|it| it.head.last_offset() >= offset);
        let Some(expected) = expected.filter(|_| offset < bound) else {
            assert!(slice.is_none(), "nothing at {offset} below {bound}");
            return;
        };
        // A bound amid a batch leaves that batch out: a high watermark is always between two.
        let below = |it: &&ModelBatch| it.head.last_offset() < bound;
        let available = self.model.batches.iter().filter(below);
        let available: Vec<&ModelBatch> =
            available.filter(|it| it.head.last_offset() >= offset).collect();
        assert_eq!(slice.is_some(), !available.is_empty());
        let Some(slice) = slice else { return };
        let mut bytes = vec![0; slice.length];
        slice.file.read_exact_at(&mut bytes, slice.position).expect("the slice is in its file");
        let all: Vec<u8> = available.iter().flat_map(|it| it.bytes.clone()).collect();
        assert!(all.starts_with(&bytes), "at {offset} below {bound}");
        assert_eq!(slice.first_batch_length, expected.bytes.len());
        assert!(slice.length >= expected.bytes.len());
        assert!(slice.length <= most.max(expected.bytes.len()));
    }

    fn check_timestamp(&mut self, timestamp: i64) {
        let start = self.model.start;
        let expected = self.model.batches.iter().find_map(|it| {
            let (offset, timestamp) = it.record_from(timestamp, start)?;
            Some((offset, timestamp, Some(it.head.partition_leader_epoch)))
        });
        let found = self.log.offset_for(OffsetQuery::At(timestamp)).expect("readable");
        assert_eq!(found.map(|it| (it.offset, it.timestamp, it.leader_epoch)), expected);
    }

    fn check_max_timestamp(&mut self) {
        let largest = self.model.batches.iter().map(|it| it.head.max_timestamp).max();
        let found = self.log.offset_for(OffsetQuery::MaxTimestamp).expect("readable");
        let found = found.map(|it| it.timestamp);
        // Segments below the log's start may be gone already or not.
        if self.model.start == 0 {
            assert_eq!(found, largest);
        }
    }
}

impl Model {
    fn append(&mut self, bytes: &[u8], timestamps: Vec<i64>, epoch: i32) {
        let mut head = BatchHead::read(bytes).expect("a batch");
        head.base_offset = self.end;
        head.partition_leader_epoch = epoch;
        let bytes = [&head.to_bytes()[..], &bytes[61..]].concat();
        self.end = head.next_offset();
        self.batches.push(ModelBatch { head, bytes, timestamps });
    }

    fn truncate(&mut self, offset: i64) {
        let first_cut = self.batches.iter().find(|it| it.head.last_offset() >= offset);
        self.end = first_cut.map_or(self.end, |it| it.head.base_offset);
        self.batches.retain(|it| it.head.last_offset() < offset);
        self.start = self.start.min(self.end);
    }

    pub(crate) fn batch_at(&self, offset: i64) -> Option<&ModelBatch> {
        self.batches.iter().find(|it| it.head.base_offset == offset)
    }
}

/// The heads of all batches of a log from its start on.
pub(crate) fn read_all(log: &mut Log) -> Vec<BatchHead> {
    let mut heads = Vec::new();
    let mut offset = log.log_start_offset();
    loop {
        let slice = log.read(offset, 1 << 20, true, i64::MAX).expect("within the log");
        let Some(slice) = slice else { return heads };
        let mut bytes = vec![0; slice.length];
        slice.file.read_exact_at(&mut bytes, slice.position).expect("the slice is in its file");
        for batch in kabuki_records::reader::Batches::new(&bytes) {
            let head = BatchHead::read(batch.expect("whole batches")).expect("a head");
            offset = head.next_offset();
            heads.push(head);
        }
    }
}

//! The producers' state beside the log: snapshots, and what transaction markers bring about.

use std::io;

use super::Log;
use crate::dir::{LogFile, Open, read_small, remove_if_exists};
use crate::marker::{MARKER_BATCH_BYTES_MAX, Marker};
use crate::producers::{Changes, Producers};
use crate::scan::{LOOKUP_CHUNK, Located, Scanner};
use crate::snapshot;
use crate::types::Origin;

/// A snapshot is taken after so many bytes, so that reopening after an actor's death replays little: some ten
/// milliseconds of batch heads.
const SNAPSHOT_INTERVAL_BYTES: u64 = 64 << 20;

impl Log {
    /// Takes over what written batches changed.
    pub(super) fn apply_changes(&mut self, changes: Changes) -> io::Result<()> {
        for completed in self.producers.apply(changes) {
            if completed.aborted {
                let last_stable_offset = self.producers.last_stable_offset(&completed);
                self.append_aborted(&completed, last_stable_offset)?;
            }
            self.producers.complete(&completed);
        }
        if self.bytes_since_snapshot >= SNAPSHOT_INTERVAL_BYTES {
            self.take_snapshot(self.log_end_offset)?;
        }
        Ok(())
    }

    /// Writes a snapshot of the producers at the log's end, so that after a crash nothing before it is read for them.
    /// It is synced with the next flush.
    pub fn snapshot_producers(&mut self) -> io::Result<()> {
        self.take_snapshot(self.log_end_offset)
    }

    /// Writes a snapshot that is good for everything below `offset`, unless there is one. It is synced with
    /// the next flush: one that is torn by a power loss is recognized by its checksum and left aside.
    pub(super) fn take_snapshot(&mut self, offset: i64) -> io::Result<()> {
        self.bytes_since_snapshot = 0;
        if offset <= self.snapshot_offset {
            return Ok(());
        }
        let file = self.dir.open(&Self::snapshot_name(offset), Open::Truncated)?;
        file.write_all_at(&snapshot::to_bytes(&self.producers), 0)?;
        self.changes.dir += 1;
        self.snapshots.retain(|it| *it < offset);
        self.snapshots.push(offset);
        self.unsynced_snapshots.push(offset);
        let previous = std::mem::replace(&mut self.snapshot_offset, offset);
        self.drop_stray_snapshot(previous)
    }

    /// Snapshots at the base of a segment stay with it; others were taken in between and are replaced.
    fn drop_stray_snapshot(&mut self, offset: i64) -> io::Result<()> {
        let belongs = self.segments.binary_search_by_key(&offset, |it| it.base_offset).is_ok();
        if belongs {
            return Ok(());
        }
        self.remove_snapshot(offset)
    }

    fn remove_snapshot(&mut self, offset: i64) -> io::Result<()> {
        remove_if_exists(self.dir.as_ref(), &Self::snapshot_name(offset))?;
        self.snapshots.retain(|it| *it != offset);
        self.unsynced_snapshots.retain(|it| *it != offset);
        Ok(())
    }

    /// Removes the snapshots above an offset: they tell of records that are gone.
    fn remove_snapshots_above(&mut self, offset: i64) -> io::Result<()> {
        while let Some(last) = self.snapshots.pop_if(|it| *it > offset) {
            self.removed_names = true;
            self.remove_snapshot(last)?;
        }
        Ok(())
    }

    /// Builds the producers' state anew: the latest good snapshot that is not above `snapshot_max`, and the heads
    /// of the batches behind it. Returns the offset of that snapshot.
    pub(super) fn rebuild_producers(
        &mut self,
        snapshot_max: i64,
        now_ms: i64,
    ) -> io::Result<Option<i64>> {
        let (snapshot_max, last) = (snapshot_max.min(self.log_end_offset), self.segments.len() - 1);
        let found = self.rebuild_producers_through(last, snapshot_max, now_ms)?;
        self.producers_rebuilt()?;
        Ok(found)
    }

    /// The same up to the end of the segment `last`.
    pub(super) fn rebuild_producers_through(
        &mut self,
        last: usize,
        snapshot_max: i64,
        now_ms: i64,
    ) -> io::Result<Option<i64>> {
        self.remove_snapshots_above(snapshot_max)?;
        let found = self.load_latest_snapshot(now_ms)?;
        self.snapshot_offset = found.unwrap_or(self.log_start_offset);
        self.replay_producers(self.snapshot_offset.max(self.log_start_offset), last)?;
        Ok(found)
    }

    /// Takes a snapshot of the state that was built anew if it can serve. After a crash it does not where something is
    /// unsynced, which is then read in any case; after an actor's death it does where much stands behind the last one.
    pub(super) fn producers_rebuilt(&mut self) -> io::Result<()> {
        let since = self.segment_of(self.snapshot_offset);
        self.bytes_since_snapshot = self.segments[since..].iter().map(|it| it.size).sum();
        let is_synced = self.recovery_point >= self.log_end_offset;
        match is_synced || self.bytes_since_snapshot >= SNAPSHOT_INTERVAL_BYTES {
            true => self.take_snapshot(self.log_end_offset),
            false => Ok(()),
        }
    }

    /// Goes through the heads of all batches from an offset on, up to the end of the segment `last`; little is read
    /// of large ones.
    fn replay_producers(&mut self, offset: i64, last: usize) -> io::Result<()> {
        for at in self.segment_of(offset)..=last {
            let Some(first) = self.segments[at].find(offset)? else { continue };
            let size = self.segments[at].size;
            let file = self.segments[at].files()?.log.clone();
            let mut scanner = Scanner::new(file.as_ref(), first.position, size, LOOKUP_CHUNK);
            while let Some(batch) = scanner.next()? {
                self.replay(file.as_ref(), &batch)?;
            }
            self.close_if_sealed(at);
        }
        Ok(())
    }

    /// Takes over what a batch of the log says of its producer.
    pub(super) fn replay(&mut self, file: &dyn LogFile, batch: &Located) -> io::Result<()> {
        if !batch.head.has_producer_id() {
            return Ok(());
        }
        let marker = read_marker(file, batch)?;
        let mut changes = Changes::default();
        match self.producers.check(&mut changes, &batch.head, marker, Origin::Replication) {
            Ok(_) => self.apply_changes(changes),
            // What is in the log is in the log: only appends are refused.
            Err(error) => {
                tracing::warn!(log = self.name, offset = batch.head.base_offset, %error, "replayed");
                Ok(())
            }
        }
    }

    /// Removes snapshots that belong to no segment, but for one above all segments: the last one taken.
    pub(super) fn remove_stray_snapshots(&mut self) -> io::Result<()> {
        let active = self.active().base_offset;
        for snapshot in self.snapshots.clone() {
            if snapshot < active || (snapshot > active && snapshot != self.snapshot_offset) {
                self.drop_stray_snapshot(snapshot)?;
            }
        }
        Ok(())
    }

    fn load_latest_snapshot(&mut self, now_ms: i64) -> io::Result<Option<i64>> {
        self.producers = Producers::default();
        while let Some(offset) = self.snapshots.last().copied()
            && offset > self.log_start_offset
        {
            let name = Self::snapshot_name(offset);
            let bytes = read_small(self.dir.as_ref(), &name)?.unwrap_or_default();
            match snapshot::parse(&bytes) {
                Ok(producers) => {
                    self.producers = producers;
                    self.producers.expire(now_ms, self.options.producer_id_expiration_ms);
                    return Ok(Some(offset));
                }
                Err(error) => {
                    tracing::warn!(log = self.name, file = name, %error, "snapshot removed");
                    self.remove_snapshot(offset)?;
                }
            }
        }
        Ok(None)
    }
}

/// The transaction marker of a batch in a file.
fn read_marker(file: &dyn LogFile, batch: &Located) -> io::Result<Option<Marker>> {
    if !batch.head.is_control() {
        return Ok(None);
    }
    let mut bytes = vec![0; batch.size.min(MARKER_BATCH_BYTES_MAX)];
    file.read_exact_at(&mut bytes, batch.position)?;
    Ok(Marker::read(&batch.head, &bytes))
}

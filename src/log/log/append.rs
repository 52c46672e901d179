//! Appending: many batches, one write.

use std::io::{self, IoSlice};

use bytes::Bytes;
use kabuki_records::batch::{BatchHead, HEAD, NO_TIMESTAMP, REWRITABLE_HEAD};

use super::Log;
use crate::dir::is_exhaustion;
use crate::marker::Marker;
use crate::producers::{Changes, SentBatch};
use crate::scan::Located;
use crate::segment::Incoming;
use crate::types::*;

/// How offsets and leader epochs come to a batch.
#[derive(Debug, Clone, Copy)]
enum Stamp {
    /// Offsets follow the log's end; this epoch leads.
    Leader(i32),
    /// The batch carries its own.
    AsIs,
}

/// Batches that will be written together into the last segment.
#[derive(Default)]
struct Group {
    batches: Vec<Stamped>,
    /// Bytes of them all.
    size: u64,
    changes: Changes,
    /// The first of the results that hang on this write.
    first_result: usize,
}

/// A batch with its place in the log; the head's first bytes replace those of `bytes`.
struct Stamped {
    head: BatchHead,
    new_head: [u8; HEAD],
    new_head_bytes: usize,
    bytes: Bytes,
}

impl Log {
    /// Appends batches, each answered on its own, all written with one system call per segment touched.
    ///
    /// Offsets follow the log's end; `leader_epoch` is stamped on each batch. Segments are rolled before a
    /// batch that would not fit, or when their time has come.
    pub fn append(
        &mut self,
        now: Now,
        leader_epoch: i32,
        origin: Origin,
        batches: &[AppendBatch],
    ) -> AppendOutcome {
        self.append_stamped(now, Stamp::Leader(leader_epoch), origin, batches)
    }

    /// Appends batches as they are, with the offsets and leader epochs of their heads: for a log whose offsets
    /// are given by someone else. They must rise; gaps are allowed.
    pub fn append_as_is(&mut self, now: Now, batches: &[AppendBatch]) -> AppendOutcome {
        self.append_stamped(now, Stamp::AsIs, Origin::Replication, batches)
    }

    fn append_stamped(
        &mut self,
        now: Now,
        stamp: Stamp,
        origin: Origin,
        batches: &[AppendBatch],
    ) -> AppendOutcome {
        let mut outcome = AppendOutcome { results: Vec::new(), rolled: false };
        let mut group = Group::default();
        for batch in batches {
            let result = self.admit(now, stamp, origin, batch, &mut group, &mut outcome);
            outcome.results.push(result);
        }
        self.write_group(&mut group, &mut outcome);
        outcome
    }

    /// Checks a batch and puts it into the group, which is written first where a segment ends.
    fn admit(
        &mut self,
        now: Now,
        stamp: Stamp,
        origin: Origin,
        batch: &AppendBatch,
        group: &mut Group,
        outcome: &mut AppendOutcome,
    ) -> Result<Appended, AppendError> {
        if self.broken {
            return Err(broken());
        }
        self.check_shape(batch)?;
        let stamped = self.stamp(stamp, batch, group)?;
        self.make_room(now, &stamped, group, outcome).map_err(|it| self.storage_error(&it))?;
        let head = stamped.head;
        let marker = Marker::read(&head, &batch.bytes);
        let repeated = self.producers.check(&mut group.changes, &head, marker, origin)?;
        Ok(match repeated {
            Some(sent) => self.answer_repeated(&sent),
            None => {
                group.push(stamped);
                self.answer_appended(&head)
            }
        })
    }

    fn answer_repeated(&self, sent: &SentBatch) -> Appended {
        Appended {
            base_offset: sent.first_offset(),
            last_offset: sent.last_offset,
            log_append_time: sent.timestamp,
            log_start_offset: self.log_start_offset,
            duplicate: true,
        }
    }

    fn answer_appended(&self, head: &BatchHead) -> Appended {
        let append_time = head.is_log_append_time();
        Appended {
            base_offset: head.base_offset,
            last_offset: head.last_offset(),
            log_append_time: if append_time { head.max_timestamp } else { NO_TIMESTAMP },
            log_start_offset: self.log_start_offset,
            duplicate: false,
        }
    }

    fn check_shape(&self, batch: &AppendBatch) -> Result<(), AppendError> {
        let size = batch.bytes.len();
        if batch.head.size() != Some(size) || batch.head.last_offset_delta < 0 {
            return Err(AppendError::Malformed);
        }
        let segment_bytes = self.options.segment_bytes;
        if size > segment_bytes as usize {
            return Err(AppendError::TooLarge { size, segment_bytes });
        }
        Ok(())
    }

    /// Gives the batch its place behind the group.
    fn stamp(
        &self,
        stamp: Stamp,
        batch: &AppendBatch,
        group: &Group,
    ) -> Result<Stamped, AppendError> {
        let log_end_offset = group.next_offset().unwrap_or(self.log_end_offset);
        let mut head = batch.head;
        match stamp {
            Stamp::Leader(epoch) => {
                head.base_offset = log_end_offset;
                head.partition_leader_epoch = epoch;
            }
            Stamp::AsIs if head.base_offset < log_end_offset => {
                let base_offset = head.base_offset;
                return Err(AppendError::UnexpectedOffset { base_offset, log_end_offset });
            }
            Stamp::AsIs => {}
        }
        if head.base_offset.checked_add(i64::from(head.last_offset_delta) + 1).is_none() {
            return Err(AppendError::Malformed);
        }
        let new_head_bytes = if batch.changed_head { HEAD } else { REWRITABLE_HEAD };
        let (new_head, bytes) = (head.to_bytes(), batch.bytes.clone());
        Ok(Stamped { head, new_head, new_head_bytes, bytes })
    }

    /// Begins a new segment when the batch asks for one; the group belongs to the old one and is written first.
    fn make_room(
        &mut self,
        now: Now,
        batch: &Stamped,
        group: &mut Group,
        outcome: &mut AppendOutcome,
    ) -> io::Result<()> {
        let incoming = Incoming {
            size: group.size + batch.bytes.len() as u64,
            max_timestamp: batch.head.max_timestamp,
            last_offset: batch.head.last_offset(),
        };
        let options = self.options.clone();
        let beyond = self.active().size + incoming.size > u64::from(options.segment_bytes);
        let roll =
            (beyond && group.size > 0) || self.active_mut().must_roll(&options, now, incoming)?;
        if !roll {
            return Ok(());
        }
        if !self.write_group(group, outcome) {
            // This batch's place was behind the ones that are not there now.
            return Err(io::Error::other("the batches before it could not be written"));
        }
        self.roll_at(batch.head.base_offset, now)?;
        outcome.rolled = true;
        Ok(())
    }

    /// Writes the group. When that fails its answers turn into errors, and the answer here is `false`.
    fn write_group(&mut self, group: &mut Group, outcome: &mut AppendOutcome) -> bool {
        let group = std::mem::replace(
            group,
            Group { first_result: outcome.results.len(), ..Group::default() },
        );
        if group.batches.is_empty() {
            return true;
        }
        let first_result = group.first_result;
        let Err(error) = self.try_write(group) else { return true };
        let error = self.storage_error(&error);
        let hanging = outcome.results[first_result..].iter_mut();
        hanging.filter(|it| it.is_ok()).for_each(|it| *it = Err(error.clone()));
        false
    }

    fn try_write(&mut self, group: Group) -> io::Result<()> {
        let position = self.active().size;
        self.changes.dir += u64::from(self.active().is_planned());
        let file = self.active_mut().files()?.log.clone();
        let mut buffers: Vec<IoSlice<'_>> = Vec::with_capacity(group.batches.len() * 2);
        for batch in &group.batches {
            buffers.push(IoSlice::new(&batch.new_head[..batch.new_head_bytes]));
            buffers.push(IoSlice::new(&batch.bytes[batch.new_head_bytes..]));
        }
        if let Err(error) = file.write_vectored_at(&mut buffers, position) {
            // Half a group must not stay: what is cut off here was never acknowledged.
            self.broken = file.set_len(position).is_err();
            return Err(error);
        }
        // From here on the bytes are in the log. Should an index or the transaction index fail, then only
        // reopening brings files and memory together again.
        let noted = self.note_written(position, group);
        self.broken |= noted.is_err();
        noted
    }

    fn note_written(&mut self, position: u64, group: Group) -> io::Result<()> {
        let mut at = position;
        let located = group.batches.iter().map(|batch| {
            let located = Located { position: at, size: batch.bytes.len(), head: batch.head };
            at = located.end();
            located
        });
        let options = self.options.clone();
        self.segments
            .last_mut()
            .expect("a log has at least one segment")
            .note(&options, located)?;
        for batch in &group.batches {
            self.note_epoch(batch.head.partition_leader_epoch, batch.head.base_offset);
        }
        self.log_end_offset = group.next_offset().unwrap_or(self.log_end_offset);
        self.bytes_since_snapshot += group.size;
        self.apply_changes(group.changes)
    }

    fn storage_error(&self, error: &io::Error) -> AppendError {
        let message = format!("{}: {error}", self.name);
        AppendError::Storage { message, exhausted: is_exhaustion(error) }
    }
}

impl Group {
    fn push(&mut self, batch: Stamped) {
        self.size += batch.bytes.len() as u64;
        self.batches.push(batch);
    }

    fn next_offset(&self) -> Option<i64> {
        self.batches.last().map(|it| it.head.next_offset())
    }
}

fn broken() -> AppendError {
    AppendError::Storage {
        message: "the log failed and must be reopened".to_owned(),
        exhausted: false,
    }
}

//! One incarnation of a state: from the replay of its log to the append that fails.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::collected::Collected;
use super::held::Held;
use super::limits::{Limits, Linger};
use super::outcomes::{AppendRefused, Appended, Out, Outbox, Refused, WriteId};
use crate::bugs;
use crate::effects::{Basis, Effects, Ticket};
use crate::state::{Now, State};

/// The records of a write whose outcome is not known yet.
#[derive(Debug)]
struct Write<R> {
    id: WriteId,
    records: Arc<Vec<R>>,
    /// The partition was asked, and asked for patience: when it is asked again, on the monotonic clock.
    again_at_ms: Option<u64>,
}

/// Gives the ids of writes.
#[derive(Debug, Default)]
pub(super) struct WriteIds(u64);

impl WriteIds {
    fn next(&mut self) -> WriteId {
        self.0 += 1;
        WriteId(self.0)
    }
}

/// A state that is in step with its log, and what is under way.
///
/// Nobody but this writes to the partition while it is led by `epoch`, and each write names where the log has to end. So
/// the offset of a record is known when it is proposed.
///
/// ```text
/// 0 ……… committed ……… written_to ……………………………… next_offset
///        held answers wait │◀ write ▶│◀ collected ▶│
/// ```
pub(super) struct Active<S: State> {
    pub(super) epoch: i32,
    pub(super) state: S,
    /// Requests that the state has and has not answered.
    owed: BTreeSet<Ticket>,
    held: Held<S::Answer>,
    collected: Collected<S::Record>,
    /// At most one: were the first of two lost, the second would build on what is not there.
    write: Option<Write<S::Record>>,
    /// Where the log ends as far as is known.
    written_to: i64,
    /// The offset of the record that is proposed next.
    next_offset: i64,
    high_watermark: i64,
}

/// What a step leads to: `Err` says that the state does not agree with its log any more.
pub(super) type Step = Result<(), AppendRefused>;

impl<S: State> Active<S> {
    pub(super) fn new(epoch: i32, state: S, log_end_offset: i64, high_watermark: i64) -> Self {
        let committed = bugs::seeded(bugs::LOADED_AS_COMMITTED);
        Self {
            epoch,
            state,
            owed: BTreeSet::new(),
            held: Held::new(),
            collected: Collected::new(),
            write: None,
            written_to: log_end_offset,
            next_offset: log_end_offset,
            high_watermark: if committed { log_end_offset } else { high_watermark },
        }
    }

    /// The state is asked to do something, and what it wants done is begun.
    pub(super) fn turn(
        &mut self,
        now: Now,
        limits: &Limits,
        out: &mut Outbox<S>,
        act: impl FnOnce(&mut S, &mut Effects<S::Record, S::Answer>),
    ) -> Step {
        let mut effects = Effects { bytes_max: limits.batch_bytes_max, ..Effects::default() };
        act(&mut self.state, &mut effects);
        self.take(now, limits, effects, out)
    }

    pub(super) fn request(
        &mut self,
        now: Now,
        limits: &Limits,
        ticket: Ticket,
        request: S::Request,
        out: &mut Outbox<S>,
    ) -> Step {
        if self.owed.len() + self.held.len() >= limits.owed_max
            || self.collected.bytes() >= limits.collected_bytes_max
        {
            out.push(Out::Refuse { ticket, why: Refused::Busy });
            return Ok(());
        }
        let is_new = self.owed.insert(ticket);
        debug_assert!(is_new, "a ticket is for one request: {ticket:?}");
        let step = self.turn(now, limits, out, |state, effects| {
            state.handle(now, ticket, request, effects);
        });
        if step == Err(AppendRefused::TooLarge) && self.owed.remove(&ticket) {
            out.push(Out::Refuse { ticket, why: Refused::TooLarge });
        }
        step
    }

    /// Does what is due, in the order in which it bears on the rest.
    pub(super) fn tick(
        &mut self,
        now: Now,
        limits: &Limits,
        ids: &mut WriteIds,
        out: &mut Outbox<S>,
    ) -> Step {
        self.refuse_late(now, out);
        self.write_again(now, ids, out);
        while self.has_room_for_ticks(limits)
            && self.state.next_deadline_ms().is_some_and(|due| due <= now.monotonic_ms)
        {
            let before = self.next_offset;
            self.turn(now, limits, out, |state, effects| state.tick(now, effects))?;
            if self.next_offset == before {
                break;
            }
        }
        self.write_if_ripe(now, limits, ids, out);
        Ok(())
    }

    /// There is no further input.
    pub(super) fn drained(&mut self) {
        self.collected.drained();
    }

    /// Records wait for nothing but that there is no further input.
    pub(super) fn waits_to_be_drained(&self, limits: &Limits) -> bool {
        limits.linger == Linger::UntilDrained && self.write.is_none() && !self.collected.is_empty()
    }

    pub(super) fn appended(
        &mut self,
        now: Now,
        limits: &Limits,
        id: WriteId,
        outcome: Result<Appended, AppendRefused>,
        out: &mut Outbox<S>,
    ) -> Step {
        let Some(write) = self.write.take_if(|write| write.id == id) else { return Ok(()) };
        match outcome {
            Ok(appended) => {
                let end = self.written_to + offsets(write.records.len());
                if appended.first_offset != self.written_to || appended.last_offset + 1 != end {
                    return Err(AppendRefused::OtherEnd);
                }
                self.written_to = end;
                self.answer_committed(out);
                Ok(())
            }
            Err(AppendRefused::NotEnoughReplicas) if bugs::seeded(bugs::RETRY_FORGOTTEN) => Ok(()),
            Err(AppendRefused::NotEnoughReplicas) => {
                let again_at_ms = Some(now.monotonic_ms.saturating_add(limits.retry_ms));
                self.write = Some(Write { again_at_ms, ..write });
                Ok(())
            }
            Err(_) if bugs::seeded(bugs::STATE_KEPT) => Ok(()),
            Err(why) => Err(why),
        }
    }

    pub(super) fn high_watermark(&mut self, offset: i64, out: &mut Outbox<S>) {
        self.high_watermark = self.high_watermark.max(offset);
        self.answer_committed(out);
    }

    /// Writes, if it is time and no other write is under way.
    pub(super) fn write_if_ripe(
        &mut self,
        now: Now,
        limits: &Limits,
        ids: &mut WriteIds,
        out: &mut Outbox<S>,
    ) {
        if self.write.is_none() && self.collected.is_ripe(now.monotonic_ms, limits) {
            let records = Arc::new(self.collected.take_batch(limits.batch_bytes_max));
            let write = Write { id: ids.next(), records, again_at_ms: None };
            self.send(write, out);
        }
        self.check();
    }

    /// When [`Active::tick`] has something to do next.
    pub(super) fn next_deadline_ms(&self, limits: &Limits) -> Option<u64> {
        let write = match &self.write {
            Some(write) => write.again_at_ms,
            None => self.collected.ripe_at_ms(limits.linger),
        };
        let state = match self.has_room_for_ticks(limits) {
            true => self.state.next_deadline_ms(),
            false => None, // what comes of the write makes room
        };
        [self.held.next_deadline_ms(), write, state].into_iter().flatten().min()
    }

    /// Refuses all that is owed, and is gone with its state.
    pub(super) fn end(self, why: Refused, out: &mut Outbox<S>) {
        let forgotten = bugs::seeded(bugs::TICKETS_FORGOTTEN);
        let owed = self.owed.into_iter().filter(|_| !forgotten);
        out.extend(self.held.tickets().chain(owed).map(|ticket| Out::Refuse { ticket, why }));
    }

    /// How many requests are owed an answer.
    pub(super) fn owed(&self) -> usize {
        self.owed.len() + self.held.len()
    }

    fn has_room_for_ticks(&self, limits: &Limits) -> bool {
        self.collected.bytes() < limits.batch_bytes_max
    }

    /// Begins what a state wants done.
    fn take(
        &mut self,
        now: Now,
        limits: &Limits,
        effects: Effects<S::Record, S::Answer>,
        out: &mut Outbox<S>,
    ) -> Step {
        let read = effects.records.is_empty();
        self.propose(now, limits, effects.records, effects.divisible)?;
        for answered in effects.answers {
            if !self.owed.remove(&answered.ticket) {
                debug_assert!(bugs::any(), "{:?} is not owed an answer", answered.ticket);
                continue;
            }
            let at_once = answered.basis == Basis::Nothing
                || self.committed() >= self.next_offset
                || (read && bugs::seeded(bugs::READ_UNCOMMITTED));
            if at_once {
                out.push(Out::Answer { ticket: answered.ticket, answer: answered.answer });
            } else {
                let deadline_ms = now.monotonic_ms.saturating_add(limits.hold_ms_max);
                self.held.push(answered.ticket, answered.answer, self.next_offset, deadline_ms);
            }
        }
        Ok(())
    }

    fn propose(
        &mut self,
        now: Now,
        limits: &Limits,
        records: Vec<S::Record>,
        divisible: bool,
    ) -> Step {
        self.next_offset += offsets(records.len());
        let bytes: usize = records.iter().map(S::size_of).sum();
        if records.is_empty() {
            Ok(())
        } else if divisible || bugs::seeded(bugs::REQUEST_SPLIT) {
            for record in records {
                self.propose_whole(now, limits, S::size_of(&record), vec![record])?;
            }
            Ok(())
        } else {
            self.propose_whole(now, limits, bytes, records)
        }
    }

    fn propose_whole(
        &mut self,
        now: Now,
        limits: &Limits,
        bytes: usize,
        records: Vec<S::Record>,
    ) -> Step {
        if bytes > limits.batch_bytes_max {
            return Err(AppendRefused::TooLarge);
        }
        self.collected.push(now.monotonic_ms, records, bytes);
        Ok(())
    }

    /// Everything below is in the log for good, and known to be. The partition may tell of the high watermark before it
    /// tells that it has appended.
    fn committed(&self) -> i64 {
        if bugs::seeded(bugs::ANSWERED_EARLY) {
            return self.written_to;
        }
        self.high_watermark.min(self.written_to)
    }

    fn answer_committed(&mut self, out: &mut Outbox<S>) {
        let committed = self.committed();
        while let Some(answered) = self.held.take_committed(committed) {
            out.push(Out::Answer { ticket: answered.ticket, answer: answered.answer });
        }
    }

    fn refuse_late(&mut self, now: Now, out: &mut Outbox<S>) {
        while let Some(late) = self.held.take_late(now.monotonic_ms) {
            out.push(Out::Refuse { ticket: late.ticket, why: Refused::TimedOut });
            if bugs::seeded(bugs::ANSWERED_TWICE) {
                self.held.keep(late);
            }
        }
    }

    fn write_again(&mut self, now: Now, ids: &mut WriteIds, out: &mut Outbox<S>) {
        let due = |write: &mut Write<S::Record>| {
            write.again_at_ms.is_some_and(|again| again <= now.monotonic_ms)
        };
        if let Some(write) = self.write.take_if(due) {
            self.send(Write { id: ids.next(), again_at_ms: None, ..write }, out);
        }
    }

    fn send(&mut self, write: Write<S::Record>, out: &mut Outbox<S>) {
        out.push(Out::Write {
            id: write.id,
            epoch: self.epoch,
            base_offset: self.written_to,
            records: Arc::clone(&write.records),
        });
        self.write = Some(write);
    }

    fn check(&self) {
        if bugs::any() {
            return;
        }
        let written = self.write.as_ref().map_or(0, |write| write.records.len());
        debug_assert_eq!(
            self.next_offset,
            self.written_to + offsets(written + self.collected.len()),
            "every record is written, under way or collected"
        );
        debug_assert!(
            self.held.is_empty() || self.committed() < self.next_offset,
            "nothing is held that is committed"
        );
    }
}

/// So many records take so many offsets.
fn offsets(records: usize) -> i64 {
    i64::try_from(records).expect("memory does not hold so many records")
}

//! Replaying the partition's log. A worker thread reads and decodes it piece by piece; the actor applies the records.

use std::time::Duration;

use actix::AsyncContext;
use bytes::Bytes;
use kabuki_log::OffsetQuery;
use kabuki_records::reader::{Batches, OpenBatch};
use kabuki_records::validate::DECOMPRESSED_BYTES_MAX;
use kabuki_replication::Reader;

use super::{Coordinated, Coordinator};
use crate::answer::Answer;
use crate::network::FileSlice;
use crate::partition::{LookUp, Read, ReadData};
use crate::supervision::{Hear, Reply, StageContext, Ticket};

/// Bytes that are replayed in one turn: some hundred records, so that others of the arbiter have their turns in between.
const PIECE_BYTES: usize = 64 << 10;
/// After so long the partition is asked again that did not answer: it is being opened.
const RETRY_AFTER: Duration = Duration::from_millis(20);
/// Which questions these tickets belong to.
pub(super) const PART: u32 = 0;

/// How far the log is replayed.
pub(super) struct Loading {
    epoch: i32,
    /// The next offset; `None` before it is known where the log begins.
    next: Option<i64>,
    /// The question that is out.
    asked: u64,
    records: u64,
}

/// A piece of the log, decoded.
pub(super) struct Piece<S: Coordinated> {
    asked: u64,
    /// By offset.
    records: Vec<(i64, S::Record)>,
    /// Where the next piece begins; `None` if this one cannot be read.
    next: Option<i64>,
}

impl<S: Coordinated> Coordinator<S> {
    /// Makes the state anew from the log, at the epoch that leads it now.
    pub(super) fn begin_loading(&mut self, ctx: &mut StageContext<Self>) {
        let epoch = self.leader_epoch();
        self.loading = Some(Loading { epoch, next: None, asked: 0, records: 0 });
        let fresh = S::fresh(self.context());
        self.turn(ctx, |shell, _, out| shell.begin_loading(epoch, fresh, out));
        self.ask_log();
    }

    /// The same after a while: the log is being opened, or could not be written.
    pub(super) fn load_later(&mut self, ctx: &mut StageContext<Self>) {
        self.loading = None;
        ctx.run_later(RETRY_AFTER, |stage, ctx| stage.player().begin_loading(ctx));
    }

    /// Asks where the log begins, or for the next piece of it.
    fn ask_log(&mut self) {
        let slot = self.next_question;
        self.next_question += 1;
        let Some(loading) = &mut self.loading else { return };
        loading.asked = slot;
        let ticket = Ticket { slot, part: PART };
        let (current_leader_epoch, reader) = (loading.epoch, Reader::Replica);
        let partition = &self.seed.partition.handle;
        match loading.next {
            None => {
                let reply = Reply::new(self.returns.clone(), ticket);
                let query = Some(OffsetQuery::Earliest);
                partition.tell(LookUp { query, current_leader_epoch, reader, reply });
            }
            Some(offset) => partition.tell(Read {
                offset,
                bytes_max: PIECE_BYTES,
                current_leader_epoch,
                last_fetched_epoch: -1,
                reader,
                follower: None,
                reader_id: u64::MAX,
                watch: None,
                reply: Reply::new(self.returns.clone(), ticket),
            }),
        }
    }

    /// The partition has answered a question about its log.
    pub(super) fn heard_of_log(
        &mut self,
        ticket: Ticket,
        answer: Answer,
        ctx: &mut StageContext<Self>,
    ) {
        let Some(loading) = self.loading.as_mut().filter(|it| it.asked == ticket.slot) else {
            return;
        };
        match answer {
            Answer::Offset(Ok(Some(begin))) => {
                loading.next = Some(begin.offset);
                self.ask_log();
            }
            Answer::Read(Ok(data)) => self.read(data, ctx),
            // It is being opened, led by another epoch, or its log begins elsewhere now.
            _ => self.load_later(ctx),
        }
    }

    fn read(&mut self, data: ReadData, ctx: &mut StageContext<Self>) {
        let Some(loading) = &mut self.loading else { return };
        let Some(slice) = data.slice else {
            let (end, records) = (data.up_to.log_end_offset, loading.records);
            self.loading = None;
            if records > 0 {
                tracing::info!(coordinator = self.name(), records, end, "replayed");
            }
            let high_watermark = data.up_to.high_watermark;
            return self.turn(ctx, |shell, now, out| shell.loaded(now, end, high_watermark, out));
        };
        let (asked, handle) = (loading.asked, self.seed.handle.clone());
        let name = self.seed.partition.name.clone();
        slice.readers.clone().submit(move || {
            let piece = match decode::<S>(&slice) {
                Ok((records, next)) => Piece::<S> { asked, records, next },
                Err(error) => {
                    tracing::error!(partition = name, error, "cannot be replayed");
                    Piece { asked, records: Vec::new(), next: None }
                }
            };
            handle.tell(piece);
        });
    }
}

impl<S: Coordinated> Hear<Piece<S>> for Coordinator<S> {
    fn hear(&mut self, piece: Piece<S>, ctx: &mut StageContext<Self>) {
        let now = self.now();
        let Some(loading) = self.loading.as_mut().filter(|it| it.asked == piece.asked) else {
            return;
        };
        if piece.next.is_none() {
            return self.load_later(ctx);
        }
        loading.next = piece.next;
        loading.records += piece.records.len() as u64;
        for (offset, record) in &piece.records {
            self.shell.replayed(now, *offset, record);
        }
        self.ask_log();
    }
}

/// The records of a slice with their offsets, and the offset after its last whole batch.
type Decoded<R> = (Vec<(i64, R)>, Option<i64>);

fn decode<S: Coordinated>(slice: &FileSlice) -> Result<Decoded<S::Record>, String> {
    let bytes: Bytes = slice.read().map_err(|error| error.to_string())?;
    let mut records = Vec::new();
    let mut next = None;
    for batch in Batches::new(&bytes) {
        let batch = batch.map_err(|error| error.to_string())?;
        let open =
            OpenBatch::open(batch, DECOMPRESSED_BYTES_MAX).map_err(|error| error.to_string())?;
        let head = *open.head();
        for record in open.records() {
            let record = record.map_err(|error| error.to_string())?;
            if let Some(it) = S::decode(&head, record.key, record.value) {
                records.push((open.offset_of(&record), it));
            }
        }
        next = Some(head.base_offset + i64::from(head.last_offset_delta) + 1);
    }
    Ok((records, next))
}

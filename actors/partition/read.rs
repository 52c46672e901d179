//! Reads and look-ups of offsets. Nothing is copied here: an answer names a slice of a file.

use kabuki_replication::{ReadRequest, Replica, ReplicaError};

use super::Partition;
use super::messages::{FindEpochEnd, LookUp, OffsetAnswer, Read, ReadAnswer, ReadData, Refusal};
use crate::network::FileSlice;
use crate::supervision::{Hear, StageContext};

impl Partition {
    pub(super) fn replica(&mut self) -> Result<&mut Replica, Refusal> {
        if self.seed.dir.is_offline() {
            return Err(Refusal::Offline);
        }
        self.replica.as_mut().ok_or(Refusal::Closed)
    }

    fn read(&mut self, read: &Read) -> ReadAnswer {
        let request = ReadRequest {
            offset: read.offset,
            max_bytes: read.bytes_max,
            // Which partition of a request owes its first batch is decided when all have answered.
            min_one_batch: true,
            reader: read.reader,
            follower: read.follower,
            current_leader_epoch: read.current_leader_epoch,
            last_fetched_epoch: read.last_fetched_epoch,
        };
        let answer = self.replica()?.read(&request).map_err(|error| self.refusal(error))?;
        let (found, diverging) = match answer.found {
            Ok(slice) => (slice, None),
            Err(diverging) => (None, Some(diverging)),
        };
        if found.is_some() {
            self.note_use();
        }
        Ok(ReadData {
            up_to: answer.up_to,
            log_start_offset: answer.log_start_offset,
            first_batch_bytes: found.as_ref().map_or(0, |slice| slice.first_batch_length),
            slice: found.map(|slice| FileSlice {
                file: slice.file,
                position: slice.position,
                length: slice.length,
                is_recent: slice.is_recent,
                readers: self.seed.dir.readers.clone(),
            }),
            diverging,
            aborted: answer.aborted,
        })
    }

    fn look_up(&mut self, look_up: &LookUp) -> OffsetAnswer {
        let LookUp { query, reader, current_leader_epoch, .. } = *look_up;
        let replica = self.replica()?;
        let listed = match query {
            Some(query) => replica.list_offset(query, reader, current_leader_epoch),
            None => replica.check_leader_epoch(current_leader_epoch).map(|()| None),
        };
        listed.map_err(|error| self.refusal(error))
    }

    pub(super) fn refusal(&self, error: ReplicaError) -> Refusal {
        if let ReplicaError::Storage(error) = &error {
            self.seed.dir.failed_with(&format!("cannot read {}", self.name()), error);
        }
        Refusal::Replica(error)
    }

    /// Has those told of news who want more than there is; those of the same reader that are over are forgotten.
    fn watch(&mut self, read: &Read, answer: &ReadAnswer) {
        self.watchers.forget_over_of(read.reader_id);
        let (Some(watch), Ok(data)) = (&read.watch, answer) else { return };
        if data.slice.as_ref().map_or(0, |slice| slice.length) < watch.below_bytes {
            self.watchers.add(read, watch, data);
        }
    }
}

impl Hear<Read> for Partition {
    fn hear(&mut self, read: Read, ctx: &mut StageContext<Self>) {
        self.append_before(ctx);
        let answer = self.read(&read);
        self.watch(&read, &answer);
        read.reply.send(answer);
    }
}

impl Hear<FindEpochEnd> for Partition {
    fn hear(&mut self, question: FindEpochEnd, ctx: &mut StageContext<Self>) {
        self.append_before(ctx);
        let FindEpochEnd { epoch, current_leader_epoch, reply } = question;
        let found = self.replica().and_then(|replica| {
            let found = replica.end_offset_for_epoch(current_leader_epoch, epoch);
            found.map_err(Refusal::Replica)
        });
        reply.send(found);
    }
}

impl Hear<LookUp> for Partition {
    fn hear(&mut self, look_up: LookUp, ctx: &mut StageContext<Self>) {
        self.append_before(ctx);
        let answer = self.look_up(&look_up);
        look_up.reply.send(answer);
    }
}

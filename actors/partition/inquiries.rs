//! What administrators ask of a partition: its size, its producers, and to forget its oldest records.

use kabuki_replication::DeletedRecords;

use super::Partition;
use super::messages::{
    ActiveProducer, DeleteRecords, ListProducers, LogSize, Measure, Measured, Refusal,
};
use crate::supervision::{Hear, StageContext};

impl Partition {
    /// Moves the log's start. The segments below it go with the next upkeep, and the new start outlives a crash once the
    /// checkpoint of log starts is written, both as in Kafka.
    fn delete_records(&mut self, before: i64) -> Result<DeletedRecords, Refusal> {
        let policy = self.config.cleanup_policy;
        if policy.compact && !policy.delete {
            return Err(Refusal::Compacted);
        }
        let deleted =
            self.replica()?.delete_records(before).map_err(|error| self.refusal(error))?;
        self.note_offsets();
        self.watchers.tell_all();
        Ok(deleted)
    }

    fn size(&self) -> Option<LogSize> {
        let replica = self.replica.as_ref()?;
        let up_to = replica.up_to();
        let offset_lag = (up_to.high_watermark - up_to.log_end_offset).max(0);
        Some(LogSize { bytes: replica.log().size_bytes(), offset_lag })
    }

    fn producers(&mut self) -> Result<Vec<ActiveProducer>, Refusal> {
        let producers = self.replica()?.log().producers().map(|(id, producer)| ActiveProducer {
            id,
            epoch: producer.epoch,
            last_sequence: producer.last_sequence(),
            last_timestamp: producer.last_timestamp,
            coordinator_epoch: producer.coordinator_epoch,
            transaction_start: producer.transaction_first_offset,
        });
        Ok(producers.collect())
    }
}

impl Hear<DeleteRecords> for Partition {
    fn hear(&mut self, message: DeleteRecords, ctx: &mut StageContext<Self>) {
        let DeleteRecords { before, mut reply } = message;
        // Appends that came before this are part of what is deleted.
        self.append_before(ctx);
        reply.handed_over();
        reply.send(self.delete_records(before));
    }
}

impl Hear<Measure> for Partition {
    fn hear(&mut self, Measure { reply }: Measure, ctx: &mut StageContext<Self>) {
        self.append_before(ctx);
        reply.send(Measured(self.size()));
    }
}

impl Hear<ListProducers> for Partition {
    fn hear(&mut self, ListProducers { reply }: ListProducers, ctx: &mut StageContext<Self>) {
        self.append_before(ctx);
        reply.send(self.producers());
    }
}

//! Writing what the state proposes: one batch, fenced by the leader epoch that the state was loaded at.

use bytes::{Bytes, BytesMut};
use kabuki_coordination::{AppendRefused, Appended, WriteId};
use kabuki_log::AppendError;
use kabuki_records::builder::BatchBuilder;

use super::{Coordinated, Coordinator};
use crate::answer::Answer;
use crate::partition::{Append, AppendFailure, Expected};
use crate::supervision::{Reply, StageContext, Ticket};

/// The newest produce version, which allows every codec.
const PRODUCE_VERSION: i16 = 13;
/// Which questions these tickets belong to.
pub(super) const PART: u32 = 1;

impl<S: Coordinated> Coordinator<S> {
    /// Hands records over to the partition.
    pub(super) fn write(
        &mut self,
        id: WriteId,
        expected: Expected,
        records: &[S::Record],
        ctx: &mut StageContext<Self>,
    ) {
        let batch = match self.batch(records) {
            Ok(batch) => batch,
            Err(error) => {
                tracing::error!(coordinator = self.name(), error, "cannot be written");
                let refused = Err(AppendRefused::TooLarge);
                return self.turn(ctx, |shell, now, out| shell.appended(now, id, refused, out));
            }
        };
        let ticket = Ticket { slot: id.0, part: PART };
        let mut reply = Reply::new(self.returns.clone(), ticket);
        reply.handed_over();
        self.seed.partition.handle.tell(Append {
            records: batch,
            produce_version: PRODUCE_VERSION,
            expected: Some(expected),
            reply,
        });
    }

    fn batch(&self, records: &[S::Record]) -> Result<Bytes, String> {
        let now = self.now().wall_ms;
        let mut builder = BatchBuilder::new().codec(S::codec(self.context()), None);
        let (mut key, mut value) = (BytesMut::new(), BytesMut::new());
        for record in records {
            key.clear();
            value.clear();
            let has_value = S::encode(record, &mut key, &mut value)?;
            builder.push(now, Some(&key), has_value.then_some(&value), &[]);
        }
        builder.build().map_err(|error| error.to_string())
    }

    /// The partition has answered a write, or will not any more.
    pub(super) fn written(&mut self, ticket: Ticket, answer: Answer, ctx: &mut StageContext<Self>) {
        let outcome = match answer {
            Answer::Append(Ok(it)) => {
                Ok(Appended { first_offset: it.base_offset, last_offset: it.last_offset })
            }
            Answer::Append(Err(refused)) => {
                tracing::warn!(coordinator = self.name(), why = ?refused.why, "refused by its partition");
                Err(kind(&refused.why))
            }
            _ => Err(AppendRefused::Unknown),
        };
        let id = WriteId(ticket.slot);
        self.turn(ctx, |shell, now, out| shell.appended(now, id, outcome, out));
    }
}

/// What a refusal of the partition means for the state.
fn kind(why: &AppendFailure) -> AppendRefused {
    match why {
        AppendFailure::Fenced => AppendRefused::WrongEpoch,
        AppendFailure::OtherEnd => AppendRefused::OtherEnd,
        AppendFailure::Invalid(_) | AppendFailure::Log(AppendError::TooLarge { .. }) => {
            AppendRefused::TooLarge
        }
        AppendFailure::Log(_) | AppendFailure::Offline => AppendRefused::Storage,
    }
}

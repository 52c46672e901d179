//! Transaction markers: the one record of a control batch that ends a producer's transaction.

use kabuki_records::batch::{BatchHead, HEAD};
use kabuki_records::record::Record;

/// Control record type of an abort.
const ABORT: i16 = 0;
/// Control record type of a commit.
const COMMIT: i16 = 1;
/// More bytes than a marker's batch has; control batches are never compressed.
pub(crate) const MARKER_BATCH_BYTES_MAX: usize = 512;

/// What a marker says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marker {
    pub(crate) aborted: bool,
    pub(crate) coordinator_epoch: i32,
}

impl Marker {
    /// The marker in a whole control batch; `None` when it holds something else.
    pub(crate) fn read(head: &BatchHead, batch: &[u8]) -> Option<Self> {
        if !head.is_control() || head.codec_id() != 0 {
            return None;
        }
        let (record, _) = Record::read(batch.get(HEAD..)?).ok()?;
        // Key: version, type. Value: version, coordinator epoch. Later versions may add to them.
        let kind = i16::from_be_bytes(*record.key?.get(2..)?.first_chunk()?);
        let coordinator_epoch = i32::from_be_bytes(*record.value?.get(2..)?.first_chunk()?);
        let aborted = match kind {
            ABORT => true,
            COMMIT => false,
            _ => return None,
        };
        Some(Self { aborted, coordinator_epoch })
    }
}
